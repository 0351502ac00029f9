-- Sessions at the desk: a member of staff files for an applicant without digital identity, who is identified by a document.

CREATE TABLE per_conto (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    operatore_id UUID NOT NULL,
    persona_id UUID NOT NULL,
    -- Kind, number, issuer and last day of the document: class A.
    documento BYTEA NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, id),
    CHECK (persona_id <> operatore_id),
    FOREIGN KEY (ente_id, operatore_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
);
CREATE INDEX per_conto_operatore ON per_conto (ente_id, operatore_id, opened_at);

-- At which session a draft is filled in; NULL for one that its owner began.
ALTER TABLE bozza ADD COLUMN per_conto_id UUID;
CREATE INDEX bozza_per_conto ON bozza (ente_id, per_conto_id) WHERE per_conto_id IS NOT NULL;

-- What was filed at the desk, and at which session: it stays.
CREATE TABLE per_conto_invio (
    ente_id UUID NOT NULL,
    bozza_id UUID NOT NULL,
    per_conto_id UUID NOT NULL,
    PRIMARY KEY (ente_id, bozza_id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id),
    FOREIGN KEY (ente_id, per_conto_id) REFERENCES per_conto (ente_id, id)
);
CREATE INDEX per_conto_invio_sessione ON per_conto_invio (ente_id, per_conto_id);

CREATE TRIGGER per_conto_invio_fixed BEFORE UPDATE OR DELETE ON per_conto_invio
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['per_conto', 'per_conto_invio'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
