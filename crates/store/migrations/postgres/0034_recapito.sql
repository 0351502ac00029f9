-- Messages that one e-mail carries together, how a person wants to be told, and what could not be delivered.

-- The message whose e-mail carries this one; its own key for the one that leaves.
ALTER TABLE notifica ADD COLUMN merged_into UUID;
CREATE INDEX notifica_merged ON notifica (ente_id, merged_into);
CREATE INDEX notifica_queued ON notifica (ente_id, persona_id, queued_at) WHERE state = 'in_coda';
CREATE INDEX job_failed ON job (ente_id, done_at) WHERE state = 'fallito';

CREATE TABLE profilo (
    ente_id UUID NOT NULL,
    persona_id UUID NOT NULL,
    channel TEXT NOT NULL,
    email_confirmed_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, persona_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
);

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['profilo'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
