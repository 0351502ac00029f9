-- The notice of rejection, what the applicant observed, and what the office answered to it: once for a pratica (L. 241/1990 art. 10-bis).

CREATE TABLE preavviso (
    ente_id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    given_at TIMESTAMPTZ NOT NULL,
    given_by UUID NOT NULL,
    sealed_reason BYTEA NOT NULL,
    fields JSONB NOT NULL,
    answer_by DATE NOT NULL,
    observed_at TIMESTAMPTZ,
    observed_by UUID,
    sealed_observations BYTEA,
    sealed_reply BYTEA,
    PRIMARY KEY (ente_id, pratica_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, given_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, observed_by) REFERENCES persona (ente_id, id)
);
CREATE INDEX preavviso_answer_by ON preavviso (ente_id, answer_by) WHERE observed_at IS NULL;

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['preavviso'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
