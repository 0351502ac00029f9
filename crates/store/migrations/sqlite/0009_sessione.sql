-- Sessions: what their person recognises them by, which one a sign-in replaces, the device that a long one hangs on, and
-- leaving the provider too.

ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT '';
-- SHA-256 of the second secret of a session that is bound to its device.
ALTER TABLE session ADD COLUMN device_hash BLOB;
CREATE INDEX session_name ON session (ente_id, provider, name_id);

ALTER TABLE saml_request ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE saml_request ADD COLUMN replaces BLOB;

-- Requests of ours to end a session at a provider, until they are answered.
CREATE TABLE logout_request (
    ente_id BLOB NOT NULL,
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id)
) STRICT;
CREATE INDEX logout_request_at ON logout_request (ente_id, sent_at);

-- Requests of providers that were carried out: each works once.
CREATE TABLE logout_seen (
    ente_id BLOB NOT NULL,
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, provider, id)
) STRICT;
CREATE INDEX logout_seen_expiry ON logout_seen (ente_id, expires_at);

-- The plessi whose attendance an operatore scuola records. Like roles they hang on the codice fiscale.
CREATE TABLE ruolo_plesso (
    ente_id BLOB NOT NULL,
    codice_fiscale TEXT NOT NULL,
    plesso TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, codice_fiscale, plesso),
    FOREIGN KEY (ente_id, plesso) REFERENCES plesso (ente_id, codice)
) STRICT;
