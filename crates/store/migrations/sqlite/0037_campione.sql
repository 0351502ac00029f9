-- Sample checks of declarations (DPR 445/2000 art. 71): the draws, the pratiche that they chose, what each check found.

-- Found by the day of the decision.
CREATE INDEX pratica_decisa ON pratica (ente_id, decided_at, id);

-- A draw with everything that is needed to do it again: the list, line by line as its digest was made, and the seed.
CREATE TABLE campione (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    modello TEXT,
    dal TEXT NOT NULL,
    al TEXT NOT NULL,
    percent INTEGER NOT NULL,
    seed TEXT NOT NULL,
    population INTEGER NOT NULL,
    population_sha256 TEXT NOT NULL,
    population_list TEXT NOT NULL,
    drawn_at TEXT NOT NULL,
    drawn_by BLOB NOT NULL,
    PRIMARY KEY (ente_id, id),
    CHECK (dal <= al AND percent BETWEEN 1 AND 100 AND population > 0),
    FOREIGN KEY (ente_id, drawn_by) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX campione_al ON campione (ente_id, al, id);

CREATE TRIGGER campione_update BEFORE UPDATE ON campione BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER campione_delete BEFORE DELETE ON campione BEGIN SELECT RAISE(ABORT, 'append only'); END;

-- A period is drawn once, so a pratica stands in one draw at most.
CREATE TABLE campione_pratica (
    ente_id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    campione_id BLOB NOT NULL,
    ground TEXT NOT NULL,
    outcome TEXT,
    sealed_note BLOB,
    checked_at TEXT,
    checked_by BLOB,
    version INTEGER NOT NULL,
    PRIMARY KEY (ente_id, pratica_id),
    CHECK ((outcome IS NULL) = (checked_at IS NULL)),
    CHECK ((outcome IS NULL) = (checked_by IS NULL)),
    CHECK (outcome IS NULL OR outcome = 'conforme' OR sealed_note IS NOT NULL),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, campione_id) REFERENCES campione (ente_id, id),
    FOREIGN KEY (ente_id, checked_by) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX campione_pratica_campione ON campione_pratica (ente_id, campione_id, ground, outcome);
