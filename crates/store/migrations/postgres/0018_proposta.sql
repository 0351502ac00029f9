-- Proposte: a change of collection accounts, numbering or tariffs waits for a second person.

-- What it changes is kept as it was and as it would be; the digest tells whether it still is as it was.
CREATE TABLE proposta (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    base_sha256 TEXT NOT NULL,
    status TEXT NOT NULL,
    proposed_by UUID NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMPTZ,
    motivo TEXT,
    PRIMARY KEY (ente_id, id),
    CHECK (status <> 'confermata' OR decided_by IS NOT NULL),
    CHECK ((status = 'in_attesa') = (decided_at IS NULL)),
    FOREIGN KEY (ente_id, proposed_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, decided_by) REFERENCES persona (ente_id, id)
);
CREATE INDEX proposta_status ON proposta (ente_id, status, proposed_at);
CREATE INDEX proposta_at ON proposta (ente_id, proposed_at);

-- Acts by which an ente goes without a second person, or comes back to one: the latest counts, and all stay.
CREATE TABLE secondo_controllo (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    active BOOLEAN NOT NULL,
    atto TEXT NOT NULL,
    atto_date DATE NOT NULL,
    by_persona UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, by_persona) REFERENCES persona (ente_id, id)
);
CREATE INDEX secondo_controllo_at ON secondo_controllo (ente_id, at);

CREATE TRIGGER secondo_controllo_fixed BEFORE UPDATE OR DELETE ON secondo_controllo
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['proposta', 'secondo_controllo'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
