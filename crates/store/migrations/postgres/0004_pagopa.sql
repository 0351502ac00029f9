-- pagoPA: attempts to pay, receipts, the ledger, what the node sent, payments without a notice.

-- An attempt is not a payment. `chiave` makes a form sent twice one attempt; `site_url` is where its browser was sent.
CREATE TABLE tentativo_pagamento (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    id_cart TEXT NOT NULL,
    chiave TEXT NOT NULL,
    persona_id UUID,
    status TEXT NOT NULL,
    site_url TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    returned_as TEXT,
    returned_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, id_cart),
    UNIQUE (ente_id, chiave),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
);

CREATE TABLE tentativo_posizione (
    ente_id UUID NOT NULL,
    tentativo_id UUID NOT NULL,
    posizione_id UUID NOT NULL,
    amount_cents BIGINT NOT NULL,
    PRIMARY KEY (ente_id, tentativo_id, posizione_id),
    FOREIGN KEY (ente_id, tentativo_id) REFERENCES tentativo_pagamento (ente_id, id),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id)
);
CREATE INDEX tentativo_posizione_posizione ON tentativo_posizione (ente_id, posizione_id);

-- Receipts as the node sent them, each once, also those that no debt answers to (`posizione_id` NULL). The message
-- names people: sealed.
CREATE TABLE ricevuta_pagopa (
    ente_id UUID NOT NULL REFERENCES ente (id),
    receipt_id TEXT NOT NULL,
    codice_avviso TEXT NOT NULL,
    posizione_id UUID,
    amount_cents BIGINT NOT NULL,
    paid_at TIMESTAMPTZ NOT NULL,
    psp_name TEXT NOT NULL,
    stand_in BOOLEAN NOT NULL,
    anomalia TEXT,
    sealed_raw BYTEA NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, receipt_id),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id)
);
CREATE INDEX ricevuta_pagopa_posizione ON ricevuta_pagopa (ente_id, posizione_id);
CREATE INDEX ricevuta_pagopa_anomalia ON ricevuta_pagopa (ente_id, received_at) WHERE anomalia IS NOT NULL;

-- The ledger: each amount that came, once.
CREATE TABLE incasso (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    posizione_id UUID,
    mezzo TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    value_date DATE NOT NULL,
    receipt_id TEXT,
    end_to_end_id TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, receipt_id),
    UNIQUE (ente_id, end_to_end_id),
    CHECK (amount_cents > 0),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id),
    FOREIGN KEY (ente_id, receipt_id) REFERENCES ricevuta_pagopa (ente_id, receipt_id)
);
CREATE INDEX incasso_posizione ON incasso (ente_id, posizione_id);

-- Every call of the node as it came, and what we answered. Calls that name no ente of ours stand under the nil ente.
CREATE TABLE nodo_messaggio (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    operation TEXT NOT NULL,
    sealed_raw BYTEA NOT NULL,
    outcome TEXT NOT NULL,
    fault_code TEXT,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id)
);
CREATE INDEX nodo_messaggio_at ON nodo_messaggio (ente_id, at);

-- Payments begun at the public door. `sealed_dati` is what was written there, names and codice fiscale, and the link.
CREATE TABLE pagamento_spontaneo (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    posizione_id UUID NOT NULL,
    chiave TEXT NOT NULL,
    sealed_dati BYTEA NOT NULL,
    periodi JSONB NOT NULL,
    struttura TEXT NOT NULL,
    match_state TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, posizione_id),
    UNIQUE (ente_id, chiave),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id)
);
CREATE INDEX pagamento_spontaneo_match ON pagamento_spontaneo (ente_id, match_state, created_at);

-- The debts that a spontaneous payment stands for. Its money is in the ledger under its own debt: there is none here.
CREATE TABLE abbinamento (
    ente_id UUID NOT NULL,
    posizione_id UUID NOT NULL,
    pagamento_id UUID NOT NULL,
    amount_cents BIGINT NOT NULL,
    value_date DATE NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, posizione_id),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id),
    FOREIGN KEY (ente_id, pagamento_id) REFERENCES pagamento_spontaneo (ente_id, id)
);
CREATE INDEX abbinamento_pagamento ON abbinamento (ente_id, pagamento_id);

-- Unguessable links to the page of one debt at the public door: only their hash is kept.
CREATE TABLE link_pagamento (
    ente_id UUID NOT NULL,
    link_hash BYTEA NOT NULL,
    posizione_id UUID NOT NULL,
    until DATE NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, link_hash),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id)
);
CREATE INDEX link_pagamento_posizione ON link_pagamento (ente_id, posizione_id);
CREATE INDEX link_pagamento_until ON link_pagamento (ente_id, until);

CREATE TRIGGER ricevuta_pagopa_fixed BEFORE UPDATE OR DELETE ON ricevuta_pagopa
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER incasso_fixed BEFORE UPDATE OR DELETE ON incasso FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER nodo_messaggio_fixed BEFORE UPDATE ON nodo_messaggio FOR EACH ROW EXECUTE FUNCTION refuse_change();

DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY[
        'tentativo_pagamento', 'tentativo_posizione', 'ricevuta_pagopa', 'incasso', 'nodo_messaggio',
        'pagamento_spontaneo', 'abbinamento', 'link_pagamento'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
