-- Messages that one e-mail carries together, how a person wants to be told, and what could not be delivered.

-- The message whose e-mail carries this one; its own key for the one that leaves.
ALTER TABLE notifica ADD COLUMN merged_into BLOB;
CREATE INDEX notifica_merged ON notifica (ente_id, merged_into);
CREATE INDEX notifica_queued ON notifica (ente_id, persona_id, queued_at) WHERE state = 'in_coda';
CREATE INDEX job_failed ON job (ente_id, done_at) WHERE state = 'fallito';

CREATE TABLE profilo (
    ente_id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    email_confirmed_at TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, persona_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
) STRICT, WITHOUT ROWID;
