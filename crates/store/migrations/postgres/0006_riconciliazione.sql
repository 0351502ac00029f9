-- What the accounts office decided about money that nothing expects, and what credit notes leave to give back.

-- What a payer gets back because of a credit note: money that was here already. In cents.
CREATE TABLE credito (
    ente_id UUID NOT NULL,
    nota_id UUID NOT NULL,
    amount_cents BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, nota_id),
    CHECK (amount_cents > 0),
    FOREIGN KEY (ente_id, nota_id) REFERENCES documento_contabile (ente_id, id)
);

-- One decision about one thing: a spontaneous payment, a receipt, or a credit. Who, when and why stay.
CREATE TABLE riconciliazione (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    pagamento_id UUID,
    receipt_id TEXT,
    nota_id UUID,
    esito TEXT NOT NULL,
    motivo TEXT NOT NULL,
    persona_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pagamento_id),
    UNIQUE (ente_id, receipt_id),
    UNIQUE (ente_id, nota_id),
    FOREIGN KEY (ente_id, pagamento_id) REFERENCES pagamento_spontaneo (ente_id, id),
    FOREIGN KEY (ente_id, receipt_id) REFERENCES ricevuta_pagopa (ente_id, receipt_id),
    FOREIGN KEY (ente_id, nota_id) REFERENCES credito (ente_id, nota_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
);
CREATE INDEX riconciliazione_at ON riconciliazione (ente_id, created_at);

CREATE TRIGGER credito_fixed BEFORE UPDATE OR DELETE ON credito FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER riconciliazione_fixed BEFORE UPDATE OR DELETE ON riconciliazione
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['credito', 'riconciliazione'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
