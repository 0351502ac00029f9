-- What accepting a pratica leaves behind beside the enrolment: diets, residences, tasks of the office.

-- Each accepted request about a diet. The latest one that holds on a day counts; one without a diet ends those before
-- it. Which diet, and from when to when, is sealed (class art9).
CREATE TABLE dieta (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    iscrizione_id BLOB NOT NULL,
    sealed_dieta BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    created_at TEXT NOT NULL,
    reminded_at TEXT,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id),
    FOREIGN KEY (ente_id, iscrizione_id) REFERENCES iscrizione (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
) STRICT;
CREATE INDEX dieta_iscrizione ON dieta (ente_id, iscrizione_id, created_at);

-- Where people live, as they declared it, from which day on: a person, or a child who moved with one.
CREATE TABLE residenza (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    persona_id BLOB,
    alunno_id BLOB,
    dal TEXT NOT NULL,
    comune TEXT NOT NULL,
    indirizzo TEXT NOT NULL,
    cap TEXT NOT NULL,
    pratica_id BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    CHECK ((persona_id IS NULL) <> (alunno_id IS NULL)),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
) STRICT;
CREATE INDEX residenza_persona ON residenza (ente_id, persona_id, dal);
CREATE INDEX residenza_alunno ON residenza (ente_id, alunno_id, dal);
CREATE TRIGGER residenza_update BEFORE UPDATE ON residenza BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER residenza_delete BEFORE DELETE ON residenza BEGIN SELECT RAISE(ABORT, 'append only'); END;

-- What an accepted pratica leaves for the office to do by hand.
CREATE TABLE compito (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    pratica_id BLOB NOT NULL,
    created_at TEXT NOT NULL,
    done_at TEXT,
    done_by BLOB,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id, kind),
    CHECK ((done_at IS NULL) = (done_by IS NULL)),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, done_by) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX compito_open ON compito (ente_id, created_at) WHERE done_at IS NULL;
