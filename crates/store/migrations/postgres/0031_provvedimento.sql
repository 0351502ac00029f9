-- What the office decided on a pratica, or told before it decides: kind is the state that it led to. Its id is that of its
-- document too, once that is made. It has its words, its number in the register (none while it is being assigned), and when
-- the applicant opened it for the first time.

CREATE TABLE provvedimento (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    kind TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    made_by UUID,
    sealed_text BYTEA NOT NULL,
    protocollo_aoo TEXT,
    protocollo_anno BIGINT,
    protocollo_numero BIGINT,
    opened_at TIMESTAMPTZ,
    opened_by UUID,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id, kind),
    CHECK ((opened_at IS NULL) = (opened_by IS NULL)),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, made_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, protocollo_aoo, protocollo_anno, protocollo_numero) REFERENCES protocollo (ente_id, aoo, anno, numero),
    FOREIGN KEY (ente_id, opened_by) REFERENCES persona (ente_id, id)
);

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['provvedimento'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
