-- What the accounts office decided about money that nothing expects, and what credit notes leave to give back.

-- What a payer gets back because of a credit note: money that was here already. In cents.
CREATE TABLE credito (
    ente_id BLOB NOT NULL,
    nota_id BLOB NOT NULL,
    amount_cents INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, nota_id),
    CHECK (amount_cents > 0),
    FOREIGN KEY (ente_id, nota_id) REFERENCES documento_contabile (ente_id, id)
) STRICT;

-- One decision about one thing: a spontaneous payment, a receipt, or a credit. Who, when and why stay.
CREATE TABLE riconciliazione (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    pagamento_id BLOB,
    receipt_id TEXT,
    nota_id BLOB,
    esito TEXT NOT NULL,
    motivo TEXT NOT NULL,
    persona_id BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pagamento_id),
    UNIQUE (ente_id, receipt_id),
    UNIQUE (ente_id, nota_id),
    FOREIGN KEY (ente_id, pagamento_id) REFERENCES pagamento_spontaneo (ente_id, id),
    FOREIGN KEY (ente_id, receipt_id) REFERENCES ricevuta_pagopa (ente_id, receipt_id),
    FOREIGN KEY (ente_id, nota_id) REFERENCES credito (ente_id, nota_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX riconciliazione_at ON riconciliazione (ente_id, created_at);

CREATE TRIGGER credito_update BEFORE UPDATE ON credito BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER credito_delete BEFORE DELETE ON credito BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER riconciliazione_update BEFORE UPDATE ON riconciliazione BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER riconciliazione_delete BEFORE DELETE ON riconciliazione BEGIN SELECT RAISE(ABORT, 'append only'); END;
