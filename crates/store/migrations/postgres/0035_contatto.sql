-- The code with which a person confirms a new address, and the sign-ins that a person sees of themselves.

CREATE TABLE contatto_codice (
    ente_id UUID NOT NULL,
    persona_id UUID NOT NULL,
    sealed_address BYTEA NOT NULL,
    sealed_code BYTEA,
    code_hash BYTEA NOT NULL,
    attempts BIGINT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    sent_count BIGINT NOT NULL,
    first_sent_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, persona_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
);
CREATE INDEX audit_session ON audit (ente_id, actor, at) WHERE action = 'session.open';

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['contatto_codice'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
