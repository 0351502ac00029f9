-- The queue of the office: any filter, order and page of it reads one of these indexes and the rows of that page alone.
-- Each holds every column that a filter asks about, in one of the orders; coda_stato takes the place of pratica_queue.

-- School that was chosen in the form, for a modello that asks for it. Pratiche filed before this have none.
ALTER TABLE pratica ADD COLUMN plesso TEXT;

DROP INDEX pratica_queue;
CREATE INDEX coda_termine ON pratica
    (ente_id, due_on, anno, numero, status, modello, plesso, assigned_to, received_at, search_key);
CREATE INDEX coda_numero ON pratica
    (ente_id, anno, numero, due_on, status, modello, plesso, assigned_to, received_at, search_key);
CREATE INDEX coda_modello ON pratica
    (ente_id, modello, due_on, anno, numero, status, plesso, assigned_to, received_at, search_key);
CREATE INDEX coda_stato ON pratica
    (ente_id, status, due_on, anno, numero, modello, plesso, assigned_to, received_at, search_key);
CREATE INDEX coda_assegnata ON pratica
    (ente_id, assigned_to, due_on, anno, numero, status, modello, plesso, received_at, search_key);

-- Who gave a pratica to whom: told on the timeline of the office, never to the applicant.
CREATE TABLE assegnazione (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    assigned_to BLOB NOT NULL,
    assigned_by BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, assigned_to) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, assigned_by) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX assegnazione_pratica ON assegnazione (ente_id, pratica_id, at);

-- Who of the office has a pratica open: written when they look, worth a few minutes, deleted after a day.
CREATE TABLE pratica_vista (
    ente_id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, pratica_id, persona_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pratica_vista_seen ON pratica_vista (ente_id, seen_at);
