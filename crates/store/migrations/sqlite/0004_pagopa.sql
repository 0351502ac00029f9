-- pagoPA: attempts to pay, receipts, the ledger, what the node sent, payments without a notice.

-- An attempt is not a payment. `chiave` makes a form sent twice one attempt; `site_url` is where its browser was sent.
CREATE TABLE tentativo_pagamento (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    id_cart TEXT NOT NULL,
    chiave TEXT NOT NULL,
    persona_id BLOB,
    status TEXT NOT NULL,
    site_url TEXT,
    created_at TEXT NOT NULL,
    returned_as TEXT,
    returned_at TEXT,
    closed_at TEXT,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, id_cart),
    UNIQUE (ente_id, chiave),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
) STRICT;

CREATE TABLE tentativo_posizione (
    ente_id BLOB NOT NULL,
    tentativo_id BLOB NOT NULL,
    posizione_id BLOB NOT NULL,
    amount_cents INTEGER NOT NULL,
    PRIMARY KEY (ente_id, tentativo_id, posizione_id),
    FOREIGN KEY (ente_id, tentativo_id) REFERENCES tentativo_pagamento (ente_id, id),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id)
) STRICT;
CREATE INDEX tentativo_posizione_posizione ON tentativo_posizione (ente_id, posizione_id);

-- Receipts as the node sent them, each once, also those that no debt answers to (`posizione_id` NULL). The message
-- names people: sealed.
CREATE TABLE ricevuta_pagopa (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    receipt_id TEXT NOT NULL,
    codice_avviso TEXT NOT NULL,
    posizione_id BLOB,
    amount_cents INTEGER NOT NULL,
    paid_at TEXT NOT NULL,
    psp_name TEXT NOT NULL,
    stand_in INTEGER NOT NULL,
    anomalia TEXT,
    sealed_raw BLOB NOT NULL,
    received_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, receipt_id),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id)
) STRICT;
CREATE INDEX ricevuta_pagopa_posizione ON ricevuta_pagopa (ente_id, posizione_id);
CREATE INDEX ricevuta_pagopa_anomalia ON ricevuta_pagopa (ente_id, received_at) WHERE anomalia IS NOT NULL;

-- The ledger: each amount that came, once.
CREATE TABLE incasso (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    posizione_id BLOB,
    mezzo TEXT NOT NULL,
    amount_cents INTEGER NOT NULL,
    value_date TEXT NOT NULL,
    receipt_id TEXT,
    end_to_end_id TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, receipt_id),
    UNIQUE (ente_id, end_to_end_id),
    CHECK (amount_cents > 0),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id),
    FOREIGN KEY (ente_id, receipt_id) REFERENCES ricevuta_pagopa (ente_id, receipt_id)
) STRICT;
CREATE INDEX incasso_posizione ON incasso (ente_id, posizione_id);

-- Every call of the node as it came, and what we answered. Calls that name no ente of ours stand under the nil ente.
CREATE TABLE nodo_messaggio (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    operation TEXT NOT NULL,
    sealed_raw BLOB NOT NULL,
    outcome TEXT NOT NULL,
    fault_code TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id)
) STRICT;
CREATE INDEX nodo_messaggio_at ON nodo_messaggio (ente_id, at);

-- Payments begun at the public door. `sealed_dati` is what was written there, names and codice fiscale, and the link.
CREATE TABLE pagamento_spontaneo (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    posizione_id BLOB NOT NULL,
    chiave TEXT NOT NULL,
    sealed_dati BLOB NOT NULL,
    periodi TEXT NOT NULL,
    struttura TEXT NOT NULL,
    match_state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, posizione_id),
    UNIQUE (ente_id, chiave),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id)
) STRICT;
CREATE INDEX pagamento_spontaneo_match ON pagamento_spontaneo (ente_id, match_state, created_at);

-- The debts that a spontaneous payment stands for. Its money is in the ledger under its own debt: there is none here.
CREATE TABLE abbinamento (
    ente_id BLOB NOT NULL,
    posizione_id BLOB NOT NULL,
    pagamento_id BLOB NOT NULL,
    amount_cents INTEGER NOT NULL,
    value_date TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, posizione_id),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id),
    FOREIGN KEY (ente_id, pagamento_id) REFERENCES pagamento_spontaneo (ente_id, id)
) STRICT;
CREATE INDEX abbinamento_pagamento ON abbinamento (ente_id, pagamento_id);

-- Unguessable links to the page of one debt at the public door: only their hash is kept.
CREATE TABLE link_pagamento (
    ente_id BLOB NOT NULL,
    link_hash BLOB NOT NULL,
    posizione_id BLOB NOT NULL,
    until TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, link_hash),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id)
) STRICT;
CREATE INDEX link_pagamento_posizione ON link_pagamento (ente_id, posizione_id);
CREATE INDEX link_pagamento_until ON link_pagamento (ente_id, until);

CREATE TRIGGER ricevuta_pagopa_update BEFORE UPDATE ON ricevuta_pagopa BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER ricevuta_pagopa_delete BEFORE DELETE ON ricevuta_pagopa BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER incasso_update BEFORE UPDATE ON incasso BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER incasso_delete BEFORE DELETE ON incasso BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER nodo_messaggio_update BEFORE UPDATE ON nodo_messaggio BEGIN SELECT RAISE(ABORT, 'append only'); END;
