-- Peak mode: pratiche are filed in the days before; at one instant each takes its place in the order of arrival.

ALTER TABLE modello_publication ADD COLUMN book_from TEXT;
ALTER TABLE modello_publication ADD COLUMN posti INTEGER;

-- The order has no gap and no repeat within a modello and school year, whatever version was filed; it never changes.
CREATE TABLE prenotazione (
    ente_id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    modello TEXT NOT NULL,
    anno_scolastico INTEGER NOT NULL,
    ordine INTEGER NOT NULL,
    booked_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, pratica_id),
    UNIQUE (ente_id, modello, anno_scolastico, ordine),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER prenotazione_update BEFORE UPDATE ON prenotazione BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER prenotazione_delete BEFORE DELETE ON prenotazione BEGIN SELECT RAISE(ABORT, 'append only'); END;

-- Those who gave up are few: how many of them stood before somebody is asked of each who waits.
CREATE INDEX pratica_rinunciata ON pratica (ente_id, modello, anno_scolastico, id)
    WHERE status IN ('rigettata', 'ritirata', 'annullata');
