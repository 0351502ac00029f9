-- The texts of the modelli that an ente edits, as revisions, and what whoever tries one out has answered.

-- A revision never changes; old ones that were never published are deleted. `saved_by` is empty for one that came with
-- a command, or with the program.
CREATE TABLE modello_testo (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    code TEXT NOT NULL,
    revision INTEGER NOT NULL,
    form TEXT NOT NULL,
    english TEXT NOT NULL,
    procedura TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by BLOB,
    PRIMARY KEY (ente_id, code, revision),
    FOREIGN KEY (ente_id, saved_by) REFERENCES persona (ente_id, id)
) STRICT;
CREATE TRIGGER modello_testo_update BEFORE UPDATE ON modello_testo BEGIN SELECT RAISE(ABORT, 'append only'); END;

-- The texts that were published; empty for what was published before texts were kept.
ALTER TABLE modello_publication ADD COLUMN revision INTEGER;

-- One for each person and modello, deleted a day later. Not a draft: nothing of it can be filed.
CREATE TABLE modello_prova (
    ente_id BLOB NOT NULL,
    code TEXT NOT NULL,
    persona_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    sealed_answers BLOB NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, code, persona_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX modello_prova_saved ON modello_prova (ente_id, saved_at);
