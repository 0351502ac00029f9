-- The foundation: enti, people, sign-in, modelli, drafts, pratiche, enrolments, jobs, audit.
-- docs/database.md gives the type of each kind of value per database. SQL never reads the clock.
-- Keys of tenant tables begin with ente_id and foreign keys carry it, so a row can only refer to its own ente.
-- Only the tables at the root of an ente refer to it; the others reach it through their parent.
-- The tables that also hold rows of the whole installation (nil ente_id) do not refer to ente:
-- ente_key, identity_provider, job, schedule, audit.

CREATE TABLE ente (
    id BLOB NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    host TEXT UNIQUE,
    settings TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE ente_key (
    ente_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, version)
) STRICT, WITHOUT ROWID;

-- People and roles

CREATE TABLE persona (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    codice_fiscale TEXT NOT NULL,
    nome TEXT NOT NULL,
    cognome TEXT NOT NULL,
    nascita TEXT,
    luogo_nascita TEXT,
    email TEXT,
    cellulare TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, codice_fiscale)
) STRICT;

-- Roles hang on the codice fiscale: they can be given to somebody who has never signed in.
CREATE TABLE ruolo (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    codice_fiscale TEXT NOT NULL,
    ruolo TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    granted_by BLOB,
    PRIMARY KEY (ente_id, codice_fiscale, ruolo),
    FOREIGN KEY (ente_id, granted_by) REFERENCES persona (ente_id, id)
) STRICT, WITHOUT ROWID;

-- The ente of a request is known (host or path) before its session is looked up, so the key begins with it.
CREATE TABLE session (
    ente_id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    persona_id BLOB NOT NULL,
    scheme TEXT NOT NULL,
    level TEXT NOT NULL,
    csrf TEXT NOT NULL,
    provider TEXT,
    name_id TEXT,
    session_index TEXT,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, token_hash),
    UNIQUE (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX session_persona ON session (ente_id, persona_id);
CREATE INDEX session_expiry ON session (ente_id, expires_at);

-- Sign-in

CREATE TABLE identity_provider (
    ente_id BLOB NOT NULL,
    entity_id TEXT NOT NULL,
    name TEXT NOT NULL,
    sso_url TEXT NOT NULL,
    certificates TEXT NOT NULL,
    scheme TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    simulated INTEGER NOT NULL,
    PRIMARY KEY (ente_id, entity_id)
) STRICT;

CREATE TABLE spid_key (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    version INTEGER NOT NULL,
    sealed_private_key BLOB NOT NULL,
    certificate_pem TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE saml_request (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    scheme TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    level TEXT NOT NULL,
    destination TEXT NOT NULL,
    audience TEXT NOT NULL,
    relay_state TEXT NOT NULL,
    prelogin_hash BLOB NOT NULL,
    consumed_at TEXT,
    PRIMARY KEY (ente_id, id)
) STRICT;
CREATE INDEX saml_request_age ON saml_request (ente_id, issued_at);

CREATE TABLE saml_assertion (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    assertion_id TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, assertion_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX saml_assertion_expiry ON saml_assertion (ente_id, expires_at);

-- One row for the request sent and one for the response received; kept 24 months (DPCM 24 October 2014, art. 13).
CREATE TABLE saml_log (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    request_id TEXT,
    provider TEXT,
    sealed_request BLOB,
    sealed_response BLOB,
    response_id TEXT,
    assertion_id TEXT,
    outcome TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id)
) STRICT;
CREATE INDEX saml_log_at ON saml_log (ente_id, at);
CREATE INDEX saml_log_request ON saml_log (ente_id, request_id);

-- Modelli

-- The hash is that of these very bytes.
CREATE TABLE modello_document (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    hash TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, hash)
) STRICT;

CREATE TABLE modello_publication (
    ente_id BLOB NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    hash TEXT NOT NULL,
    anno_scolastico INTEGER NOT NULL,
    opens_at TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    published_at TEXT NOT NULL,
    withdrawn_at TEXT,
    PRIMARY KEY (ente_id, code, version),
    FOREIGN KEY (ente_id, hash) REFERENCES modello_document (ente_id, hash)
) STRICT;

-- Schools and children

CREATE TABLE plesso (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    codice TEXT NOT NULL,
    name TEXT NOT NULL,
    grado TEXT NOT NULL,
    service_open INTEGER NOT NULL,
    sort INTEGER NOT NULL,
    PRIMARY KEY (ente_id, codice)
) STRICT;

CREATE TABLE classe (
    ente_id BLOB NOT NULL,
    plesso TEXT NOT NULL,
    codice TEXT NOT NULL,
    name TEXT NOT NULL,
    sort INTEGER NOT NULL,
    PRIMARY KEY (ente_id, plesso, codice),
    FOREIGN KEY (ente_id, plesso) REFERENCES plesso (ente_id, codice)
) STRICT, WITHOUT ROWID;

-- A child may lack a codice fiscale; where there is one it names one child.
CREATE TABLE alunno (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    id BLOB NOT NULL,
    codice_fiscale TEXT,
    cognome TEXT NOT NULL,
    nome TEXT NOT NULL,
    nascita TEXT,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, codice_fiscale)
) STRICT;

-- Which children the register offers to which person, with the school that they attend.
CREATE TABLE legame (
    ente_id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    alunno_id BLOB NOT NULL,
    plesso TEXT,
    classe TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, persona_id, alunno_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, plesso, classe) REFERENCES classe (ente_id, plesso, codice)
) STRICT, WITHOUT ROWID;
CREATE INDEX legame_alunno ON legame (ente_id, alunno_id);

-- A file of families is staged here in chunks and switched in by one transaction.
CREATE TABLE importazione_riga (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    importazione_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    plesso TEXT NOT NULL,
    plesso_name TEXT NOT NULL,
    grado TEXT NOT NULL,
    classe TEXT NOT NULL,
    classe_name TEXT NOT NULL,
    alunno_id BLOB NOT NULL,
    alunno_codice_fiscale TEXT NOT NULL,
    alunno_cognome TEXT NOT NULL,
    alunno_nome TEXT NOT NULL,
    alunno_nascita TEXT NOT NULL,
    persona_id BLOB NOT NULL,
    persona_codice_fiscale TEXT NOT NULL,
    persona_cognome TEXT NOT NULL,
    persona_nome TEXT NOT NULL,
    persona_email TEXT,
    staged_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, importazione_id, line)
) STRICT;

-- Drafts

CREATE TABLE bozza (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    modello TEXT NOT NULL,
    modello_version INTEGER NOT NULL,
    hash TEXT NOT NULL,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, modello, modello_version) REFERENCES modello_publication (ente_id, code, version)
) STRICT;
-- One open draft per person and modello.
CREATE UNIQUE INDEX bozza_open ON bozza (ente_id, persona_id, modello) WHERE status = 'aperta';
CREATE INDEX bozza_expiry ON bozza (ente_id, expires_at) WHERE status = 'aperta';

CREATE TABLE bozza_revision (
    ente_id BLOB NOT NULL,
    bozza_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    answers TEXT NOT NULL,
    sealed_answers BLOB,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, bozza_id, revision),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id)
) STRICT;

-- The bytes stand in the file store under the same identifier.
CREATE TABLE allegato (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    bozza_id BLOB NOT NULL,
    field TEXT NOT NULL,
    row_id BLOB,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id)
) STRICT;
CREATE INDEX allegato_bozza ON allegato (ente_id, bozza_id);

-- Numbers, register, pratiche

CREATE TABLE contatore (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    serie TEXT NOT NULL,
    anno INTEGER NOT NULL,
    ultimo INTEGER NOT NULL,
    PRIMARY KEY (ente_id, serie, anno)
) STRICT, WITHOUT ROWID;

-- The internal register (DPR 445/2000 art. 53). One INVIA is one registration, shared by its pratiche.
CREATE TABLE protocollo (
    ente_id BLOB NOT NULL,
    aoo TEXT NOT NULL,
    anno INTEGER NOT NULL,
    numero INTEGER NOT NULL,
    direction TEXT NOT NULL,
    registered_at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bozza_id BLOB NOT NULL,
    PRIMARY KEY (ente_id, aoo, anno, numero),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id)
) STRICT;
CREATE UNIQUE INDEX protocollo_invio ON protocollo (ente_id, bozza_id) WHERE direction = 'entrata';

-- servizio, anno_scolastico and alunno_codice_fiscale are the key of the duplicate rule: servizio is set by
-- enrolment modelli only. search_key is the child's and the applicant's name, folded. version grows with each change
-- and is what a decision is checked against.
CREATE TABLE pratica (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    anno INTEGER NOT NULL,
    numero INTEGER NOT NULL,
    bozza_id BLOB NOT NULL,
    row_id BLOB,
    modello TEXT NOT NULL,
    modello_version INTEGER NOT NULL,
    hash TEXT NOT NULL,
    persona_id BLOB NOT NULL,
    alunno TEXT NOT NULL,
    search_key TEXT NOT NULL,
    alunno_codice_fiscale TEXT,
    servizio TEXT,
    anno_scolastico INTEGER NOT NULL,
    contested INTEGER NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    answers TEXT NOT NULL,
    sealed_answers BLOB,
    protocollo_aoo TEXT,
    protocollo_anno INTEGER,
    protocollo_numero INTEGER,
    received_at TEXT NOT NULL,
    due_on TEXT NOT NULL,
    assigned_to BLOB,
    decided_at TEXT,
    decided_by BLOB,
    decision_reason TEXT,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, anno, numero),
    UNIQUE (ente_id, bozza_id, row_id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, assigned_to) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, decided_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, modello, modello_version) REFERENCES modello_publication (ente_id, code, version),
    FOREIGN KEY (ente_id, protocollo_aoo, protocollo_anno, protocollo_numero)
        REFERENCES protocollo (ente_id, aoo, anno, numero)
) STRICT;
-- At most one live enrolment pratica per child, service and school year, unless it is marked as contested.
CREATE UNIQUE INDEX pratica_live ON pratica (ente_id, servizio, anno_scolastico, alunno_codice_fiscale)
    WHERE NOT contested AND status NOT IN ('rigettata', 'ritirata', 'annullata');
CREATE INDEX pratica_persona ON pratica (ente_id, persona_id, received_at);
CREATE INDEX pratica_queue ON pratica (ente_id, status, due_on, assigned_to);

CREATE TABLE pratica_evento (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor BLOB,
    note TEXT,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, actor) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX pratica_evento_at ON pratica_evento (ente_id, pratica_id, at);

-- What of a draft's files was filed with which pratica: files of hidden answers are not, common ones are with each.
CREATE TABLE pratica_allegato (
    ente_id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    allegato_id BLOB NOT NULL,
    PRIMARY KEY (ente_id, pratica_id, allegato_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, allegato_id) REFERENCES allegato (ente_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pratica_allegato_allegato ON pratica_allegato (ente_id, allegato_id);

-- Documents that the portal made. The receipt belongs to the INVIA, so to its draft; others to one pratica.
CREATE TABLE documento (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    bozza_id BLOB NOT NULL,
    pratica_id BLOB,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
) STRICT;
CREATE UNIQUE INDEX documento_invio ON documento (ente_id, bozza_id, kind) WHERE pratica_id IS NULL;
CREATE INDEX documento_pratica ON documento (ente_id, pratica_id);

-- Enrolments

CREATE TABLE iscrizione (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    servizio TEXT NOT NULL,
    anno_scolastico INTEGER NOT NULL,
    alunno_id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    plesso TEXT NOT NULL,
    classe TEXT NOT NULL,
    giorni TEXT NOT NULL,
    dal TEXT NOT NULL,
    al TEXT NOT NULL,
    status TEXT NOT NULL,
    modalita_pagamento TEXT NOT NULL,
    sealed_payment BLOB,
    sealed_dieta BLOB,
    pratica_id BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, plesso, classe) REFERENCES classe (ente_id, plesso, codice),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
) STRICT;
CREATE UNIQUE INDEX iscrizione_active ON iscrizione (ente_id, servizio, anno_scolastico, alunno_id)
    WHERE status = 'attiva';
CREATE INDEX iscrizione_persona ON iscrizione (ente_id, persona_id);

-- Messages to people. No address: it is read from the person when the message leaves.
CREATE TABLE notifica (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    bozza_id BLOB,
    pratica_id BLOB,
    channel TEXT NOT NULL,
    message_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    queued_at TEXT NOT NULL,
    sent_at TEXT,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, message_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
) STRICT;
CREATE INDEX notifica_pratica ON notifica (ente_id, pratica_id);

-- Machinery

CREATE TABLE job (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    run_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    lease_until TEXT,
    leased_by TEXT,
    last_error TEXT,
    created_at TEXT NOT NULL,
    done_at TEXT,
    PRIMARY KEY (ente_id, id)
) STRICT;
CREATE INDEX job_due ON job (run_at) WHERE state = 'da_fare';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'in_corso';

-- A periodic job of a legal day is claimed by the node that writes the row first.
CREATE TABLE schedule (
    ente_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    local_date TEXT NOT NULL,
    claimed_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, kind, local_date)
) STRICT, WITHOUT ROWID;

-- The actor is part of the key: another person's key is simply not found.
CREATE TABLE idempotenza (
    ente_id BLOB NOT NULL REFERENCES ente (id),
    actor BLOB NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, actor, key)
) STRICT;
CREATE INDEX idempotenza_age ON idempotenza (ente_id, created_at);

-- Append only; identifiers, never personal data.
CREATE TABLE audit (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    at TEXT NOT NULL,
    actor BLOB,
    capacity TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id BLOB,
    request_id BLOB,
    detail TEXT NOT NULL,
    PRIMARY KEY (ente_id, id)
) STRICT;
CREATE INDEX audit_object ON audit (ente_id, object_kind, object_id);

-- What is registered stays: numbers, dates, senders, subjects and hashes of the protocol (DPR 445/2000 art. 53), audit
-- rows, and messages of sign-ins until their 24 months are over.
CREATE TRIGGER protocollo_update BEFORE UPDATE ON protocollo BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER protocollo_delete BEFORE DELETE ON protocollo BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER saml_log_update BEFORE UPDATE ON saml_log BEGIN SELECT RAISE(ABORT, 'append only'); END;
