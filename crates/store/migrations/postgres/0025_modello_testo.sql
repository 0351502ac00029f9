-- The texts of the modelli that an ente edits, as revisions, and what whoever tries one out has answered.

-- A revision never changes; old ones that were never published are deleted. `saved_by` is empty for one that came with
-- a command, or with the program.
CREATE TABLE modello_testo (
    ente_id UUID NOT NULL REFERENCES ente (id),
    code TEXT NOT NULL,
    revision BIGINT NOT NULL,
    form TEXT NOT NULL,
    english TEXT NOT NULL,
    procedura TEXT NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL,
    saved_by UUID,
    PRIMARY KEY (ente_id, code, revision),
    FOREIGN KEY (ente_id, saved_by) REFERENCES persona (ente_id, id)
);
CREATE TRIGGER modello_testo_fixed BEFORE UPDATE ON modello_testo
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The texts that were published; empty for what was published before texts were kept.
ALTER TABLE modello_publication ADD COLUMN revision BIGINT;

-- One for each person and modello, deleted a day later. Not a draft: nothing of it can be filed.
CREATE TABLE modello_prova (
    ente_id UUID NOT NULL,
    code TEXT NOT NULL,
    persona_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    sealed_answers BYTEA NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, code, persona_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
);
CREATE INDEX modello_prova_saved ON modello_prova (ente_id, saved_at);

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['modello_testo', 'modello_prova'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
