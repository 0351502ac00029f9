-- SEPA direct debit: mandates, files of collections for the bank, answers of the bank.

-- The account stands sealed (class bank): IBAN, name and codice fiscale of its holder. umr is upper case, never reused.
CREATE TABLE mandato (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    iscrizione_id UUID NOT NULL,
    persona_id UUID NOT NULL,
    umr TEXT NOT NULL,
    firmato_il DATE NOT NULL,
    sealed_conto BYTEA NOT NULL,
    status TEXT NOT NULL,
    last_used_on DATE,
    pratica_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, umr),
    FOREIGN KEY (ente_id, iscrizione_id) REFERENCES iscrizione (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
);
-- One mandate in use for an enrolment; those that ended stay beside it.
CREATE UNIQUE INDEX mandato_in_use ON mandato (ente_id, iscrizione_id) WHERE status IN ('attivo', 'sospeso');

-- A file for the bank. Its bytes stand sealed in the file store under the same identifier; from `generata` on neither
-- they nor its rows change. `in_preparazione` is seen by nobody: what an interruption leaves is deleted.
CREATE TABLE distinta_sdd (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    msg_id TEXT NOT NULL,
    collection_on DATE NOT NULL,
    status TEXT NOT NULL,
    count BIGINT NOT NULL,
    total_cents BIGINT NOT NULL,
    sha256 TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    downloaded_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, msg_id)
);

CREATE TABLE distinta_riga (
    ente_id UUID NOT NULL,
    distinta_id UUID NOT NULL,
    posizione_id UUID NOT NULL,
    mandato_id UUID NOT NULL,
    end_to_end_id TEXT NOT NULL,
    sequence_type TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    status TEXT NOT NULL,
    reason_code TEXT,
    PRIMARY KEY (ente_id, distinta_id, posizione_id),
    UNIQUE (ente_id, end_to_end_id),
    FOREIGN KEY (ente_id, distinta_id) REFERENCES distinta_sdd (ente_id, id),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id),
    FOREIGN KEY (ente_id, mandato_id) REFERENCES mandato (ente_id, id)
);
-- A debt is in one file at a time.
CREATE UNIQUE INDEX distinta_riga_live ON distinta_riga (ente_id, posizione_id) WHERE status = 'in_attesa';
CREATE INDEX distinta_riga_posizione ON distinta_riga (ente_id, posizione_id);
CREATE INDEX distinta_riga_mandato ON distinta_riga (ente_id, mandato_id);

-- Files of the bank that were read, by their bytes: the same one again changes nothing. `righe` says what became of
-- each record: references and codes, never names.
CREATE TABLE esito_sdd (
    ente_id UUID NOT NULL REFERENCES ente (id),
    sha256 TEXT NOT NULL,
    file_name TEXT NOT NULL,
    imported_at TIMESTAMPTZ NOT NULL,
    rows BIGINT NOT NULL,
    righe JSONB NOT NULL,
    PRIMARY KEY (ente_id, sha256)
);
CREATE INDEX esito_sdd_at ON esito_sdd (ente_id, imported_at);

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['mandato', 'distinta_sdd', 'distinta_riga', 'esito_sdd'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
