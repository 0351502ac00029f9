-- Deleghe: who may see, pay or act in the name of another person of the ente, and what became of each.

-- The invited person is a codice fiscale until they accept: whether the portal knows it is nobody's business.
CREATE TABLE delega (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    titolare_id UUID NOT NULL,
    delegato_codice_fiscale TEXT NOT NULL,
    delegato_id UUID,
    ambito TEXT NOT NULL,
    dal DATE NOT NULL,
    al DATE NOT NULL,
    status TEXT NOT NULL,
    email TEXT,
    granted_by UUID,
    motivo TEXT,
    protocollo TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    CHECK (al >= dal),
    CHECK (status <> 'accettata' OR delegato_id IS NOT NULL),
    CHECK ((granted_by IS NULL) = (motivo IS NULL) AND (granted_by IS NULL) = (protocollo IS NULL)),
    FOREIGN KEY (ente_id, titolare_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, delegato_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, granted_by) REFERENCES persona (ente_id, id)
);
CREATE INDEX delega_titolare ON delega (ente_id, titolare_id, created_at);
CREATE INDEX delega_delegato ON delega (ente_id, delegato_codice_fiscale, created_at);

-- Who did what to a delega, and when: it stays.
CREATE TABLE delega_evento (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    delega_id UUID NOT NULL,
    kind TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    persona_id UUID NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, delega_id) REFERENCES delega (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
);
CREATE INDEX delega_evento_delega ON delega_evento (ente_id, delega_id, at);

CREATE TRIGGER delega_evento_fixed BEFORE UPDATE OR DELETE ON delega_evento
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['delega', 'delega_evento'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
