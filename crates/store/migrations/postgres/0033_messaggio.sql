-- What applicant and office write to each other about a pratica, and what the office notes for itself.

CREATE TABLE messaggio (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    side TEXT NOT NULL,
    author_id UUID NOT NULL,
    reserved BOOLEAN NOT NULL,
    sealed_text BYTEA NOT NULL,
    key TEXT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ,
    read_by UUID,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, author_id, key),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, author_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, read_by) REFERENCES persona (ente_id, id)
);
CREATE INDEX messaggio_pratica ON messaggio (ente_id, pratica_id, written_at);
CREATE INDEX messaggio_unread ON messaggio (ente_id, side, written_at) WHERE read_at IS NULL;

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['messaggio'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
