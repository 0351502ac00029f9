-- The notice of rejection, what the applicant observed, and what the office answered to it: once for a pratica (L. 241/1990 art. 10-bis).

CREATE TABLE preavviso (
    ente_id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    given_at TEXT NOT NULL,
    given_by BLOB NOT NULL,
    sealed_reason BLOB NOT NULL,
    fields TEXT NOT NULL,
    answer_by TEXT NOT NULL,
    observed_at TEXT,
    observed_by BLOB,
    sealed_observations BLOB,
    sealed_reply BLOB,
    PRIMARY KEY (ente_id, pratica_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, given_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, observed_by) REFERENCES persona (ente_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX preavviso_answer_by ON preavviso (ente_id, answer_by) WHERE observed_at IS NULL;
