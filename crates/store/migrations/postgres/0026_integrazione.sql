-- What the office asked the applicant to complete, and what came of it: once for a pratica (L. 241/1990 art. 2 c. 7).

CREATE TABLE integrazione (
    ente_id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    asked_by UUID NOT NULL,
    reason TEXT NOT NULL,
    fields JSONB NOT NULL,
    answer_by DATE NOT NULL,
    answered_at TIMESTAMPTZ,
    answered_by UUID,
    sealed_answer BYTEA,
    PRIMARY KEY (ente_id, pratica_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, asked_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, answered_by) REFERENCES persona (ente_id, id)
);
CREATE INDEX integrazione_answer_by ON integrazione (ente_id, answer_by) WHERE answered_at IS NULL;

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['integrazione'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
