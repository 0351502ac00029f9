-- Deleghe: who may see, pay or act in the name of another person of the ente, and what became of each.

-- The invited person is a codice fiscale until they accept: whether the portal knows it is nobody's business.
CREATE TABLE delega (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    titolare_id BLOB NOT NULL,
    delegato_codice_fiscale TEXT NOT NULL,
    delegato_id BLOB,
    ambito TEXT NOT NULL,
    dal TEXT NOT NULL,
    al TEXT NOT NULL,
    status TEXT NOT NULL,
    email TEXT,
    granted_by BLOB,
    motivo TEXT,
    protocollo TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    CHECK (al >= dal),
    CHECK (status <> 'accettata' OR delegato_id IS NOT NULL),
    CHECK ((granted_by IS NULL) = (motivo IS NULL) AND (granted_by IS NULL) = (protocollo IS NULL)),
    FOREIGN KEY (ente_id, titolare_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, delegato_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, granted_by) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX delega_titolare ON delega (ente_id, titolare_id, created_at);
CREATE INDEX delega_delegato ON delega (ente_id, delegato_codice_fiscale, created_at);

-- Who did what to a delega, and when: it stays.
CREATE TABLE delega_evento (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    delega_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    persona_id BLOB NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, delega_id) REFERENCES delega (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX delega_evento_delega ON delega_evento (ente_id, delega_id, at);

CREATE TRIGGER delega_evento_update BEFORE UPDATE ON delega_evento BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER delega_evento_delete BEFORE DELETE ON delega_evento BEGIN SELECT RAISE(ABORT, 'append only'); END;
