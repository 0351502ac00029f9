-- What is past its time: a job proposes to delete it, an officer approves or holds it back, only then it goes.

-- How long a kind is kept, and by which act: the latest of a kind counts, and all stay. Without one the rule of the portal
-- holds.
CREATE TABLE scarto_regola (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    years BIGINT NOT NULL,
    atto TEXT NOT NULL,
    by_persona UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, by_persona) REFERENCES persona (ente_id, id)
);
CREATE INDEX scarto_regola_at ON scarto_regola (ente_id, kind, at);

CREATE TRIGGER scarto_regola_fixed BEFORE UPDATE OR DELETE ON scarto_regola
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- One proposal for each pratica and kind. What was deleted stays as the row that says so.
CREATE TABLE scarto (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    pratica_id UUID NOT NULL,
    ended_on DATE NOT NULL,
    years BIGINT NOT NULL,
    atto TEXT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMPTZ,
    motivo TEXT,
    done_at TIMESTAMPTZ,
    files BIGINT,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id, kind),
    CHECK (status NOT IN ('approvato', 'eseguito') OR decided_by IS NOT NULL),
    CHECK (status <> 'trattenuto' OR motivo IS NOT NULL),
    CHECK ((status = 'eseguito') = (done_at IS NOT NULL)),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, decided_by) REFERENCES persona (ente_id, id)
);
CREATE INDEX scarto_status ON scarto (ente_id, status, proposed_at);

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['scarto_regola', 'scarto'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
