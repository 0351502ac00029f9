-- The code with which a person confirms a new address, and the sign-ins that a person sees of themselves.

CREATE TABLE contatto_codice (
    ente_id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    sealed_address BLOB NOT NULL,
    sealed_code BLOB,
    code_hash BLOB NOT NULL,
    attempts INTEGER NOT NULL,
    expires_at TEXT NOT NULL,
    sent_count INTEGER NOT NULL,
    first_sent_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, persona_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_session ON audit (ente_id, actor, at) WHERE action = 'session.open';
