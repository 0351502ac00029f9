-- What an applicant began to answer to the office and has not sent: one for a pratica, until it is sent or nobody waits for it.

CREATE TABLE risposta (
    ente_id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, pratica_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
);

-- The files that came with it; they stand in the draft of the pratica and are not filed with it yet.
CREATE TABLE risposta_allegato (
    ente_id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    allegato_id UUID NOT NULL,
    PRIMARY KEY (ente_id, pratica_id, allegato_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES risposta (ente_id, pratica_id),
    FOREIGN KEY (ente_id, allegato_id) REFERENCES allegato (ente_id, id)
);
CREATE UNIQUE INDEX risposta_allegato_allegato ON risposta_allegato (ente_id, allegato_id);

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['risposta', 'risposta_allegato'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
