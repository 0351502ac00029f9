-- Proposte: a change of collection accounts, numbering or tariffs waits for a second person.

-- What it changes is kept as it was and as it would be; the digest tells whether it still is as it was.
CREATE TABLE proposta (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    base_sha256 TEXT NOT NULL,
    status TEXT NOT NULL,
    proposed_by BLOB NOT NULL,
    proposed_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    decided_by BLOB,
    decided_at TEXT,
    motivo TEXT,
    PRIMARY KEY (ente_id, id),
    CHECK (status <> 'confermata' OR decided_by IS NOT NULL),
    CHECK ((status = 'in_attesa') = (decided_at IS NULL)),
    FOREIGN KEY (ente_id, proposed_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, decided_by) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX proposta_status ON proposta (ente_id, status, proposed_at);
CREATE INDEX proposta_at ON proposta (ente_id, proposed_at);

-- Acts by which an ente goes without a second person, or comes back to one: the latest counts, and all stay.
CREATE TABLE secondo_controllo (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    active INTEGER NOT NULL,
    atto TEXT NOT NULL,
    atto_date TEXT NOT NULL,
    by_persona BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, by_persona) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX secondo_controllo_at ON secondo_controllo (ente_id, at);

CREATE TRIGGER secondo_controllo_update BEFORE UPDATE ON secondo_controllo BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER secondo_controllo_delete BEFORE DELETE ON secondo_controllo BEGIN SELECT RAISE(ABORT, 'append only'); END;
