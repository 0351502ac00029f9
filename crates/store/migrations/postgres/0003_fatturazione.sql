-- From meals to a debt: tariff plans, attendance, runs, invoices, debts.

-- `piano` is the plan as data (bands, prices, reductions); `atto` names the decision that set it.
CREATE TABLE piano_tariffario (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    servizio TEXT NOT NULL,
    dal DATE NOT NULL,
    al DATE,
    atto TEXT NOT NULL,
    piano JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, servizio, dal)
);

-- What the price of an enrolment is reckoned from, day by day. An ISEE is income: sealed.
CREATE TABLE assegnazione_tariffa (
    ente_id UUID NOT NULL,
    iscrizione_id UUID NOT NULL,
    dal DATE NOT NULL,
    al DATE NOT NULL,
    base TEXT NOT NULL,
    sealed_isee BYTEA,
    residente BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, iscrizione_id, dal),
    FOREIGN KEY (ente_id, iscrizione_id) REFERENCES iscrizione (ente_id, id)
);

-- One run per service and month.
CREATE TABLE ciclo_fatturazione (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    servizio TEXT NOT NULL,
    periodo TEXT NOT NULL,
    status TEXT NOT NULL,
    emesso_il DATE,
    scadenza DATE,
    created_at TIMESTAMPTZ NOT NULL,
    issued_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, servizio, periodo)
);

-- Invoices and credit notes: what is issued never changes. `credits_id` is the invoice that a credit note corrects.
CREATE TABLE documento_contabile (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    serie TEXT NOT NULL,
    anno BIGINT NOT NULL,
    numero BIGINT NOT NULL,
    emesso_il DATE NOT NULL,
    scadenza DATE NOT NULL,
    ciclo_id UUID NOT NULL,
    periodo TEXT NOT NULL,
    alunno_id UUID NOT NULL,
    persona_id UUID NOT NULL,
    iscrizione_id UUID NOT NULL,
    net_cents BIGINT NOT NULL,
    vat_cents BIGINT NOT NULL,
    total_cents BIGINT NOT NULL,
    aliquota_bp BIGINT NOT NULL,
    righe JSONB NOT NULL,
    credits_id UUID,
    modalita TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, kind, serie, anno, numero),
    CHECK (net_cents + vat_cents = total_cents),
    FOREIGN KEY (ente_id, ciclo_id) REFERENCES ciclo_fatturazione (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, iscrizione_id) REFERENCES iscrizione (ente_id, id),
    FOREIGN KEY (ente_id, credits_id) REFERENCES documento_contabile (ente_id, id)
);
-- Exactly once per run and enrolment; one credit note for an invoice.
CREATE UNIQUE INDEX documento_contabile_ciclo ON documento_contabile (ente_id, ciclo_id, iscrizione_id)
    WHERE kind = 'fattura';
CREATE UNIQUE INDEX documento_contabile_credits ON documento_contabile (ente_id, credits_id);
CREATE INDEX documento_contabile_persona ON documento_contabile (ente_id, persona_id, alunno_id);
CREATE INDEX documento_contabile_iscrizione ON documento_contabile (ente_id, iscrizione_id, emesso_il);

-- Files of a document. The bytes stand in the file store under the key of the document.
CREATE TABLE documento_contabile_file (
    ente_id UUID NOT NULL,
    documento_id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    sealed BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, documento_id, kind),
    FOREIGN KEY (ente_id, documento_id) REFERENCES documento_contabile (ente_id, id)
);

-- Attendance day by day. A correction supersedes the row and keeps it; `superseded_by` is who corrected. `documento_id`
-- is the invoice that charged the meal: each charged meal stands in one live document.
CREATE TABLE presenza (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    servizio TEXT NOT NULL,
    alunno_id UUID NOT NULL,
    data DATE NOT NULL,
    stato TEXT NOT NULL,
    reported_at TIMESTAMPTZ,
    source TEXT NOT NULL,
    importazione_id UUID,
    superseded_at TIMESTAMPTZ,
    superseded_by UUID,
    documento_id UUID,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, superseded_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, documento_id) REFERENCES documento_contabile (ente_id, id)
);
CREATE UNIQUE INDEX presenza_live ON presenza (ente_id, servizio, alunno_id, data) WHERE superseded_at IS NULL;
-- What a run has still to charge.
CREATE INDEX presenza_uncharged ON presenza (ente_id, servizio, alunno_id, data)
    WHERE superseded_at IS NULL AND documento_id IS NULL;
CREATE INDEX presenza_documento ON presenza (ente_id, documento_id) WHERE documento_id IS NOT NULL;

-- A file of attendance is staged here in chunks and switched in by one transaction.
CREATE TABLE presenza_riga (
    ente_id UUID NOT NULL REFERENCES ente (id),
    importazione_id UUID NOT NULL,
    line BIGINT NOT NULL,
    presenza_id UUID NOT NULL,
    servizio TEXT NOT NULL,
    alunno_id UUID NOT NULL,
    data DATE NOT NULL,
    stato TEXT NOT NULL,
    reported_at TIMESTAMPTZ,
    staged_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, importazione_id, line),
    UNIQUE (ente_id, importazione_id, servizio, alunno_id, data)
);

-- Debts. Somebody who pays at the public door may be nobody whom the ente knows: no persona then, and no documento.
-- `causale` holds no personal data.
CREATE TABLE posizione_debitoria (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    documento_id UUID,
    persona_id UUID,
    alunno_id UUID,
    causale TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    settled_cents BIGINT NOT NULL,
    scadenza DATE NOT NULL,
    modalita TEXT NOT NULL,
    status TEXT NOT NULL,
    codice_avviso TEXT,
    tassonomia TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, codice_avviso),
    CHECK (amount_cents > 0),
    FOREIGN KEY (ente_id, documento_id) REFERENCES documento_contabile (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id)
);
CREATE UNIQUE INDEX posizione_documento ON posizione_debitoria (ente_id, documento_id);
CREATE INDEX posizione_persona ON posizione_debitoria (ente_id, persona_id, alunno_id);
CREATE INDEX posizione_status ON posizione_debitoria (ente_id, status, scadenza);

CREATE TRIGGER documento_contabile_fixed BEFORE UPDATE OR DELETE ON documento_contabile
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER documento_contabile_file_fixed BEFORE UPDATE OR DELETE ON documento_contabile_file
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY[
        'piano_tariffario', 'assegnazione_tariffa', 'ciclo_fatturazione', 'documento_contabile',
        'documento_contabile_file', 'presenza', 'presenza_riga', 'posizione_debitoria'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
