-- Places that go by criteria: the points of a pratica by what was filed. Who stands before whom follows from points,
-- instant of INVIA and age, and is worked out when it is asked.

CREATE TABLE graduatoria (
    ente_id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    modello TEXT NOT NULL,
    anno_scolastico INTEGER NOT NULL,
    punti INTEGER NOT NULL,
    -- Which criteria gave them: may tell of health and belief.
    sealed_criteri BLOB,
    -- The child's day of birth, where the form asks for one.
    born_on TEXT,
    filed_at TEXT NOT NULL,
    -- Number of the pratica: the last to decide, between twins.
    numero INTEGER NOT NULL,
    PRIMARY KEY (ente_id, pratica_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX graduatoria_modello ON graduatoria (ente_id, modello, anno_scolastico);

-- Enrolments that ended before their time leave their place, too. They are few.
CREATE INDEX iscrizione_cessata ON iscrizione (ente_id, anno_scolastico, pratica_id) WHERE status = 'cessata';
