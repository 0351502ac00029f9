-- What is past its time: a job proposes to delete it, an officer approves or holds it back, only then it goes.

-- How long a kind is kept, and by which act: the latest of a kind counts, and all stay. Without one the rule of the portal
-- holds.
CREATE TABLE scarto_regola (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    years INTEGER NOT NULL,
    atto TEXT NOT NULL,
    by_persona BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, by_persona) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX scarto_regola_at ON scarto_regola (ente_id, kind, at);

CREATE TRIGGER scarto_regola_update BEFORE UPDATE ON scarto_regola BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER scarto_regola_delete BEFORE DELETE ON scarto_regola BEGIN SELECT RAISE(ABORT, 'append only'); END;

-- One proposal for each pratica and kind. What was deleted stays as the row that says so.
CREATE TABLE scarto (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    pratica_id BLOB NOT NULL,
    ended_on TEXT NOT NULL,
    years INTEGER NOT NULL,
    atto TEXT NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    proposed_at TEXT NOT NULL,
    decided_by BLOB,
    decided_at TEXT,
    motivo TEXT,
    done_at TEXT,
    files INTEGER,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id, kind),
    CHECK (status NOT IN ('approvato', 'eseguito') OR decided_by IS NOT NULL),
    CHECK (status <> 'trattenuto' OR motivo IS NOT NULL),
    CHECK ((status = 'eseguito') = (done_at IS NOT NULL)),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, decided_by) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX scarto_status ON scarto (ente_id, status, proposed_at);
