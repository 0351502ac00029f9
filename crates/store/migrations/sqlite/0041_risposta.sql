-- What an applicant began to answer to the office and has not sent: one for a pratica, until it is sent or nobody waits for it.

CREATE TABLE risposta (
    ente_id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, pratica_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
) STRICT, WITHOUT ROWID;

-- The files that came with it; they stand in the draft of the pratica and are not filed with it yet.
CREATE TABLE risposta_allegato (
    ente_id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    allegato_id BLOB NOT NULL,
    PRIMARY KEY (ente_id, pratica_id, allegato_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES risposta (ente_id, pratica_id),
    FOREIGN KEY (ente_id, allegato_id) REFERENCES allegato (ente_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX risposta_allegato_allegato ON risposta_allegato (ente_id, allegato_id);
