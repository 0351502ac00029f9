-- From meals to a debt: tariff plans, attendance, runs, invoices, debts.

-- `piano` is the plan as data (bands, prices, reductions); `atto` names the decision that set it.
CREATE TABLE piano_tariffario (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    servizio TEXT NOT NULL,
    dal TEXT NOT NULL,
    al TEXT,
    atto TEXT NOT NULL,
    piano TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, servizio, dal)
) STRICT;

-- What the price of an enrolment is reckoned from, day by day. An ISEE is income: sealed.
CREATE TABLE assegnazione_tariffa (
    ente_id BLOB NOT NULL,
    iscrizione_id BLOB NOT NULL,
    dal TEXT NOT NULL,
    al TEXT NOT NULL,
    base TEXT NOT NULL,
    sealed_isee BLOB,
    residente INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, iscrizione_id, dal),
    FOREIGN KEY (ente_id, iscrizione_id) REFERENCES iscrizione (ente_id, id)
) STRICT;

-- One run per service and month.
CREATE TABLE ciclo_fatturazione (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    servizio TEXT NOT NULL,
    periodo TEXT NOT NULL,
    status TEXT NOT NULL,
    emesso_il TEXT,
    scadenza TEXT,
    created_at TEXT NOT NULL,
    issued_at TEXT,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, servizio, periodo)
) STRICT;

-- Invoices and credit notes: what is issued never changes. `credits_id` is the invoice that a credit note corrects.
CREATE TABLE documento_contabile (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    serie TEXT NOT NULL,
    anno INTEGER NOT NULL,
    numero INTEGER NOT NULL,
    emesso_il TEXT NOT NULL,
    scadenza TEXT NOT NULL,
    ciclo_id BLOB NOT NULL,
    periodo TEXT NOT NULL,
    alunno_id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    iscrizione_id BLOB NOT NULL,
    net_cents INTEGER NOT NULL,
    vat_cents INTEGER NOT NULL,
    total_cents INTEGER NOT NULL,
    aliquota_bp INTEGER NOT NULL,
    righe TEXT NOT NULL,
    credits_id BLOB,
    modalita TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, kind, serie, anno, numero),
    CHECK (net_cents + vat_cents = total_cents),
    FOREIGN KEY (ente_id, ciclo_id) REFERENCES ciclo_fatturazione (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, iscrizione_id) REFERENCES iscrizione (ente_id, id),
    FOREIGN KEY (ente_id, credits_id) REFERENCES documento_contabile (ente_id, id)
) STRICT;
-- Exactly once per run and enrolment; one credit note for an invoice.
CREATE UNIQUE INDEX documento_contabile_ciclo ON documento_contabile (ente_id, ciclo_id, iscrizione_id)
    WHERE kind = 'fattura';
CREATE UNIQUE INDEX documento_contabile_credits ON documento_contabile (ente_id, credits_id);
CREATE INDEX documento_contabile_persona ON documento_contabile (ente_id, persona_id, alunno_id);
CREATE INDEX documento_contabile_iscrizione ON documento_contabile (ente_id, iscrizione_id, emesso_il);

-- Files of a document. The bytes stand in the file store under the key of the document.
CREATE TABLE documento_contabile_file (
    ente_id BLOB NOT NULL,
    documento_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, documento_id, kind),
    FOREIGN KEY (ente_id, documento_id) REFERENCES documento_contabile (ente_id, id)
) STRICT;

-- Attendance day by day. A correction supersedes the row and keeps it; `superseded_by` is who corrected. `documento_id`
-- is the invoice that charged the meal: each charged meal stands in one live document.
CREATE TABLE presenza (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    servizio TEXT NOT NULL,
    alunno_id BLOB NOT NULL,
    data TEXT NOT NULL,
    stato TEXT NOT NULL,
    reported_at TEXT,
    source TEXT NOT NULL,
    importazione_id BLOB,
    superseded_at TEXT,
    superseded_by BLOB,
    documento_id BLOB,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, superseded_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, documento_id) REFERENCES documento_contabile (ente_id, id)
) STRICT;
CREATE UNIQUE INDEX presenza_live ON presenza (ente_id, servizio, alunno_id, data) WHERE superseded_at IS NULL;
-- What a run has still to charge.
CREATE INDEX presenza_uncharged ON presenza (ente_id, servizio, alunno_id, data)
    WHERE superseded_at IS NULL AND documento_id IS NULL;
CREATE INDEX presenza_documento ON presenza (ente_id, documento_id) WHERE documento_id IS NOT NULL;

-- A file of attendance is staged here in chunks and switched in by one transaction.
CREATE TABLE presenza_riga (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    importazione_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    presenza_id BLOB NOT NULL,
    servizio TEXT NOT NULL,
    alunno_id BLOB NOT NULL,
    data TEXT NOT NULL,
    stato TEXT NOT NULL,
    reported_at TEXT,
    staged_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, importazione_id, line),
    UNIQUE (ente_id, importazione_id, servizio, alunno_id, data)
) STRICT;

-- Debts. Somebody who pays at the public door may be nobody whom the ente knows: no persona then, and no documento.
-- `causale` holds no personal data.
CREATE TABLE posizione_debitoria (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    documento_id BLOB,
    persona_id BLOB,
    alunno_id BLOB,
    causale TEXT NOT NULL,
    amount_cents INTEGER NOT NULL,
    settled_cents INTEGER NOT NULL,
    scadenza TEXT NOT NULL,
    modalita TEXT NOT NULL,
    status TEXT NOT NULL,
    codice_avviso TEXT,
    tassonomia TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, codice_avviso),
    CHECK (amount_cents > 0),
    FOREIGN KEY (ente_id, documento_id) REFERENCES documento_contabile (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id)
) STRICT;
CREATE UNIQUE INDEX posizione_documento ON posizione_debitoria (ente_id, documento_id);
CREATE INDEX posizione_persona ON posizione_debitoria (ente_id, persona_id, alunno_id);
CREATE INDEX posizione_status ON posizione_debitoria (ente_id, status, scadenza);

CREATE TRIGGER documento_contabile_update BEFORE UPDATE ON documento_contabile BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER documento_contabile_delete BEFORE DELETE ON documento_contabile BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER documento_contabile_file_update BEFORE UPDATE ON documento_contabile_file BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER documento_contabile_file_delete BEFORE DELETE ON documento_contabile_file BEGIN SELECT RAISE(ABORT, 'append only'); END;
