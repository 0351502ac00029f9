-- Sessions: what their person recognises them by, which one a sign-in replaces, the device that a long one hangs on, and
-- leaving the provider too.

ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT '';
-- SHA-256 of the second secret of a session that is bound to its device.
ALTER TABLE session ADD COLUMN device_hash BYTEA;
CREATE INDEX session_name ON session (ente_id, provider, name_id);

ALTER TABLE saml_request ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE saml_request ADD COLUMN replaces UUID;

-- Requests of ours to end a session at a provider, until they are answered.
CREATE TABLE logout_request (
    ente_id UUID NOT NULL,
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    sent_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id)
);
CREATE INDEX logout_request_at ON logout_request (ente_id, sent_at);

-- Requests of providers that were carried out: each works once.
CREATE TABLE logout_seen (
    ente_id UUID NOT NULL,
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, provider, id)
);
CREATE INDEX logout_seen_expiry ON logout_seen (ente_id, expires_at);

-- The plessi whose attendance an operatore scuola records. Like roles they hang on the codice fiscale.
CREATE TABLE ruolo_plesso (
    ente_id UUID NOT NULL,
    codice_fiscale TEXT NOT NULL,
    plesso TEXT NOT NULL,
    granted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, codice_fiscale, plesso),
    FOREIGN KEY (ente_id, plesso) REFERENCES plesso (ente_id, codice)
);

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['logout_request', 'logout_seen', 'ruolo_plesso'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
