-- Roles carry where they count (the whole ente, a service, a school) and stay on record once they are taken away. The
-- key of a row stands in the audit in place of the codice fiscale.

CREATE TABLE ruolo_new (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    codice_fiscale TEXT NOT NULL,
    ruolo TEXT NOT NULL,
    ambito TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    granted_by BLOB,
    revoked_at TEXT,
    revoked_by BLOB,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, granted_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, revoked_by) REFERENCES persona (ente_id, id)
) STRICT;
INSERT INTO ruolo_new (ente_id, id, codice_fiscale, ruolo, ambito, granted_at, granted_by)
    SELECT ente_id, randomblob(16), codice_fiscale, ruolo, '*', granted_at, granted_by FROM ruolo;
DROP TABLE ruolo;
ALTER TABLE ruolo_new RENAME TO ruolo;
-- A role is held once in an ambito.
CREATE UNIQUE INDEX ruolo_held ON ruolo (ente_id, codice_fiscale, ruolo, ambito) WHERE revoked_at IS NULL;
