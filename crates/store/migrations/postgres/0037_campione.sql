-- Sample checks of declarations (DPR 445/2000 art. 71): the draws, the pratiche that they chose, what each check found.

-- Found by the day of the decision.
CREATE INDEX pratica_decisa ON pratica (ente_id, decided_at, id);

-- A draw with everything that is needed to do it again: the list, line by line as its digest was made, and the seed.
CREATE TABLE campione (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    modello TEXT,
    dal DATE NOT NULL,
    al DATE NOT NULL,
    percent BIGINT NOT NULL,
    seed TEXT NOT NULL,
    population BIGINT NOT NULL,
    population_sha256 TEXT NOT NULL,
    population_list TEXT NOT NULL,
    drawn_at TIMESTAMPTZ NOT NULL,
    drawn_by UUID NOT NULL,
    PRIMARY KEY (ente_id, id),
    CHECK (dal <= al AND percent BETWEEN 1 AND 100 AND population > 0),
    FOREIGN KEY (ente_id, drawn_by) REFERENCES persona (ente_id, id)
);
CREATE INDEX campione_al ON campione (ente_id, al, id);

CREATE TRIGGER campione_fixed BEFORE UPDATE OR DELETE ON campione
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A period is drawn once, so a pratica stands in one draw at most.
CREATE TABLE campione_pratica (
    ente_id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    campione_id UUID NOT NULL,
    ground TEXT NOT NULL,
    outcome TEXT,
    sealed_note BYTEA,
    checked_at TIMESTAMPTZ,
    checked_by UUID,
    version BIGINT NOT NULL,
    PRIMARY KEY (ente_id, pratica_id),
    CHECK ((outcome IS NULL) = (checked_at IS NULL)),
    CHECK ((outcome IS NULL) = (checked_by IS NULL)),
    CHECK (outcome IS NULL OR outcome = 'conforme' OR sealed_note IS NOT NULL),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, campione_id) REFERENCES campione (ente_id, id),
    FOREIGN KEY (ente_id, checked_by) REFERENCES persona (ente_id, id)
);
CREATE INDEX campione_pratica_campione ON campione_pratica (ente_id, campione_id, ground, outcome);

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['campione', 'campione_pratica'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
