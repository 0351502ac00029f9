-- What the office asked the applicant to complete, and what came of it: once for a pratica (L. 241/1990 art. 2 c. 7).

CREATE TABLE integrazione (
    ente_id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    asked_at TEXT NOT NULL,
    asked_by BLOB NOT NULL,
    reason TEXT NOT NULL,
    fields TEXT NOT NULL,
    answer_by TEXT NOT NULL,
    answered_at TEXT,
    answered_by BLOB,
    sealed_answer BLOB,
    PRIMARY KEY (ente_id, pratica_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, asked_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, answered_by) REFERENCES persona (ente_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX integrazione_answer_by ON integrazione (ente_id, answer_by) WHERE answered_at IS NULL;
