-- What applicant and office write to each other about a pratica, and what the office notes for itself.

CREATE TABLE messaggio (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    side TEXT NOT NULL,
    author_id BLOB NOT NULL,
    reserved INTEGER NOT NULL,
    sealed_text BLOB NOT NULL,
    key TEXT NOT NULL,
    written_at TEXT NOT NULL,
    read_at TEXT,
    read_by BLOB,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, author_id, key),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, author_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, read_by) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX messaggio_pratica ON messaggio (ente_id, pratica_id, written_at);
CREATE INDEX messaggio_unread ON messaggio (ente_id, side, written_at) WHERE read_at IS NULL;
