-- SEPA direct debit: mandates, files of collections for the bank, answers of the bank.

-- The account stands sealed (class bank): IBAN, name and codice fiscale of its holder. umr is upper case, never reused.
CREATE TABLE mandato (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    iscrizione_id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    umr TEXT NOT NULL,
    firmato_il TEXT NOT NULL,
    sealed_conto BLOB NOT NULL,
    status TEXT NOT NULL,
    last_used_on TEXT,
    pratica_id BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, umr),
    FOREIGN KEY (ente_id, iscrizione_id) REFERENCES iscrizione (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
) STRICT;
-- One mandate in use for an enrolment; those that ended stay beside it.
CREATE UNIQUE INDEX mandato_in_use ON mandato (ente_id, iscrizione_id) WHERE status IN ('attivo', 'sospeso');

-- A file for the bank. Its bytes stand sealed in the file store under the same identifier; from `generata` on neither
-- they nor its rows change. `in_preparazione` is seen by nobody: what an interruption leaves is deleted.
CREATE TABLE distinta_sdd (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    msg_id TEXT NOT NULL,
    collection_on TEXT NOT NULL,
    status TEXT NOT NULL,
    count INTEGER NOT NULL,
    total_cents INTEGER NOT NULL,
    sha256 TEXT,
    created_at TEXT NOT NULL,
    downloaded_at TEXT,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, msg_id)
) STRICT;

CREATE TABLE distinta_riga (
    ente_id BLOB NOT NULL,
    distinta_id BLOB NOT NULL,
    posizione_id BLOB NOT NULL,
    mandato_id BLOB NOT NULL,
    end_to_end_id TEXT NOT NULL,
    sequence_type TEXT NOT NULL,
    amount_cents INTEGER NOT NULL,
    status TEXT NOT NULL,
    reason_code TEXT,
    PRIMARY KEY (ente_id, distinta_id, posizione_id),
    UNIQUE (ente_id, end_to_end_id),
    FOREIGN KEY (ente_id, distinta_id) REFERENCES distinta_sdd (ente_id, id),
    FOREIGN KEY (ente_id, posizione_id) REFERENCES posizione_debitoria (ente_id, id),
    FOREIGN KEY (ente_id, mandato_id) REFERENCES mandato (ente_id, id)
) STRICT;
-- A debt is in one file at a time.
CREATE UNIQUE INDEX distinta_riga_live ON distinta_riga (ente_id, posizione_id) WHERE status = 'in_attesa';
CREATE INDEX distinta_riga_posizione ON distinta_riga (ente_id, posizione_id);
CREATE INDEX distinta_riga_mandato ON distinta_riga (ente_id, mandato_id);

-- Files of the bank that were read, by their bytes: the same one again changes nothing. `righe` says what became of
-- each record: references and codes, never names.
CREATE TABLE esito_sdd (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    sha256 TEXT NOT NULL,
    file_name TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    rows INTEGER NOT NULL,
    righe TEXT NOT NULL,
    PRIMARY KEY (ente_id, sha256)
) STRICT;
CREATE INDEX esito_sdd_at ON esito_sdd (ente_id, imported_at);
