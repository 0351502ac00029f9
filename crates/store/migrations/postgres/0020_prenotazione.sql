-- Peak mode: pratiche are filed in the days before; at one instant each takes its place in the order of arrival.

ALTER TABLE modello_publication ADD COLUMN book_from TIMESTAMPTZ;
ALTER TABLE modello_publication ADD COLUMN posti BIGINT;

-- The order has no gap and no repeat within a modello and school year, whatever version was filed; it never changes.
CREATE TABLE prenotazione (
    ente_id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    modello TEXT NOT NULL,
    anno_scolastico BIGINT NOT NULL,
    ordine BIGINT NOT NULL,
    booked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, pratica_id),
    UNIQUE (ente_id, modello, anno_scolastico, ordine),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
);
CREATE TRIGGER prenotazione_fixed BEFORE UPDATE OR DELETE ON prenotazione FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Those who gave up are few: how many of them stood before somebody is asked of each who waits.
CREATE INDEX pratica_rinunciata ON pratica (ente_id, modello, anno_scolastico, id)
    WHERE status IN ('rigettata', 'ritirata', 'annullata');

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['prenotazione'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
