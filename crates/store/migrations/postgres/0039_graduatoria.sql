-- Places that go by criteria: the points of a pratica by what was filed. Who stands before whom follows from points,
-- instant of INVIA and age, and is worked out when it is asked.

CREATE TABLE graduatoria (
    ente_id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    modello TEXT NOT NULL,
    anno_scolastico BIGINT NOT NULL,
    punti BIGINT NOT NULL,
    -- Which criteria gave them: may tell of health and belief.
    sealed_criteri BYTEA,
    -- The child's day of birth, where the form asks for one.
    born_on DATE,
    filed_at TIMESTAMPTZ NOT NULL,
    -- Number of the pratica: the last to decide, between twins.
    numero BIGINT NOT NULL,
    PRIMARY KEY (ente_id, pratica_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
);
CREATE INDEX graduatoria_modello ON graduatoria (ente_id, modello, anno_scolastico);

-- Enrolments that ended before their time leave their place, too. They are few.
CREATE INDEX iscrizione_cessata ON iscrizione (ente_id, anno_scolastico, pratica_id) WHERE status = 'cessata';

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['graduatoria'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
