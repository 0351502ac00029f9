-- The foundation: enti, people, sign-in, modelli, drafts, pratiche, enrolments, jobs, audit.
-- docs/database.md gives the type of each kind of value per database. SQL never reads the clock.
-- Keys of tenant tables begin with ente_id and foreign keys carry it, so a row can only refer to its own ente.
-- Only the tables at the root of an ente refer to it; the others reach it through their parent.
-- The tables that also hold rows of the whole installation (nil ente_id) do not refer to ente:
-- ente_key, identity_provider, job, schedule, audit.

CREATE TABLE ente (
    id UUID NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    host TEXT UNIQUE,
    settings JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE ente_key (
    ente_id UUID NOT NULL,
    version BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, version)
);

-- People and roles

CREATE TABLE persona (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    codice_fiscale TEXT NOT NULL,
    nome TEXT NOT NULL,
    cognome TEXT NOT NULL,
    nascita DATE,
    luogo_nascita TEXT,
    email TEXT,
    cellulare TEXT,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, codice_fiscale)
);

-- Roles hang on the codice fiscale: they can be given to somebody who has never signed in.
CREATE TABLE ruolo (
    ente_id UUID NOT NULL REFERENCES ente (id),
    codice_fiscale TEXT NOT NULL,
    ruolo TEXT NOT NULL,
    granted_at TIMESTAMPTZ NOT NULL,
    granted_by UUID,
    PRIMARY KEY (ente_id, codice_fiscale, ruolo),
    FOREIGN KEY (ente_id, granted_by) REFERENCES persona (ente_id, id)
);

-- The ente of a request is known (host or path) before its session is looked up, so the key begins with it.
CREATE TABLE session (
    ente_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    persona_id UUID NOT NULL,
    scheme TEXT NOT NULL,
    level TEXT NOT NULL,
    csrf TEXT NOT NULL,
    provider TEXT,
    name_id TEXT,
    session_index TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, token_hash),
    UNIQUE (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
);
CREATE INDEX session_persona ON session (ente_id, persona_id);
CREATE INDEX session_expiry ON session (ente_id, expires_at);

-- Sign-in

CREATE TABLE identity_provider (
    ente_id UUID NOT NULL,
    entity_id TEXT NOT NULL,
    name TEXT NOT NULL,
    sso_url TEXT NOT NULL,
    certificates JSONB NOT NULL,
    scheme TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    simulated BOOLEAN NOT NULL,
    PRIMARY KEY (ente_id, entity_id)
);

CREATE TABLE spid_key (
    ente_id UUID NOT NULL REFERENCES ente (id),
    version BIGINT NOT NULL,
    sealed_private_key BYTEA NOT NULL,
    certificate_pem TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, version)
);

CREATE TABLE saml_request (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    scheme TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    level TEXT NOT NULL,
    destination TEXT NOT NULL,
    audience TEXT NOT NULL,
    relay_state TEXT NOT NULL,
    prelogin_hash BYTEA NOT NULL,
    consumed_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, id)
);
CREATE INDEX saml_request_age ON saml_request (ente_id, issued_at);

CREATE TABLE saml_assertion (
    ente_id UUID NOT NULL REFERENCES ente (id),
    assertion_id TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, assertion_id)
);
CREATE INDEX saml_assertion_expiry ON saml_assertion (ente_id, expires_at);

-- One row for the request sent and one for the response received; kept 24 months (DPCM 24 October 2014, art. 13).
CREATE TABLE saml_log (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    request_id TEXT,
    provider TEXT,
    sealed_request BYTEA,
    sealed_response BYTEA,
    response_id TEXT,
    assertion_id TEXT,
    outcome TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id)
);
CREATE INDEX saml_log_at ON saml_log (ente_id, at);
CREATE INDEX saml_log_request ON saml_log (ente_id, request_id);

-- Modelli

-- TEXT, not JSONB: the hash is that of these very bytes.
CREATE TABLE modello_document (
    ente_id UUID NOT NULL REFERENCES ente (id),
    hash TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, hash)
);

CREATE TABLE modello_publication (
    ente_id UUID NOT NULL,
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    hash TEXT NOT NULL,
    anno_scolastico BIGINT NOT NULL,
    opens_at TIMESTAMPTZ NOT NULL,
    closes_at TIMESTAMPTZ NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, code, version),
    FOREIGN KEY (ente_id, hash) REFERENCES modello_document (ente_id, hash)
);

-- Schools and children

CREATE TABLE plesso (
    ente_id UUID NOT NULL REFERENCES ente (id),
    codice TEXT NOT NULL,
    name TEXT NOT NULL,
    grado TEXT NOT NULL,
    service_open BOOLEAN NOT NULL,
    sort BIGINT NOT NULL,
    PRIMARY KEY (ente_id, codice)
);

CREATE TABLE classe (
    ente_id UUID NOT NULL,
    plesso TEXT NOT NULL,
    codice TEXT NOT NULL,
    name TEXT NOT NULL,
    sort BIGINT NOT NULL,
    PRIMARY KEY (ente_id, plesso, codice),
    FOREIGN KEY (ente_id, plesso) REFERENCES plesso (ente_id, codice)
);

-- A child may lack a codice fiscale; where there is one it names one child.
CREATE TABLE alunno (
    ente_id UUID NOT NULL REFERENCES ente (id),
    id UUID NOT NULL,
    codice_fiscale TEXT,
    cognome TEXT NOT NULL,
    nome TEXT NOT NULL,
    nascita DATE,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, codice_fiscale)
);

-- Which children the register offers to which person, with the school that they attend.
CREATE TABLE legame (
    ente_id UUID NOT NULL,
    persona_id UUID NOT NULL,
    alunno_id UUID NOT NULL,
    plesso TEXT,
    classe TEXT,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, persona_id, alunno_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, plesso, classe) REFERENCES classe (ente_id, plesso, codice)
);
CREATE INDEX legame_alunno ON legame (ente_id, alunno_id);

-- A file of families is staged here in chunks and switched in by one transaction.
CREATE TABLE importazione_riga (
    ente_id UUID NOT NULL REFERENCES ente (id),
    importazione_id UUID NOT NULL,
    line BIGINT NOT NULL,
    plesso TEXT NOT NULL,
    plesso_name TEXT NOT NULL,
    grado TEXT NOT NULL,
    classe TEXT NOT NULL,
    classe_name TEXT NOT NULL,
    alunno_id UUID NOT NULL,
    alunno_codice_fiscale TEXT NOT NULL,
    alunno_cognome TEXT NOT NULL,
    alunno_nome TEXT NOT NULL,
    alunno_nascita DATE NOT NULL,
    persona_id UUID NOT NULL,
    persona_codice_fiscale TEXT NOT NULL,
    persona_cognome TEXT NOT NULL,
    persona_nome TEXT NOT NULL,
    persona_email TEXT,
    staged_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, importazione_id, line)
);

-- Drafts

CREATE TABLE bozza (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    persona_id UUID NOT NULL,
    modello TEXT NOT NULL,
    modello_version BIGINT NOT NULL,
    hash TEXT NOT NULL,
    revision BIGINT NOT NULL,
    status TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, modello, modello_version) REFERENCES modello_publication (ente_id, code, version)
);
-- One open draft per person and modello.
CREATE UNIQUE INDEX bozza_open ON bozza (ente_id, persona_id, modello) WHERE status = 'aperta';
CREATE INDEX bozza_expiry ON bozza (ente_id, expires_at) WHERE status = 'aperta';

CREATE TABLE bozza_revision (
    ente_id UUID NOT NULL,
    bozza_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    answers JSONB NOT NULL,
    sealed_answers BYTEA,
    saved_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, bozza_id, revision),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id)
);

-- The bytes stand in the file store under the same identifier.
CREATE TABLE allegato (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    bozza_id UUID NOT NULL,
    field TEXT NOT NULL,
    row_id UUID,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    sealed BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id)
);
CREATE INDEX allegato_bozza ON allegato (ente_id, bozza_id);

-- Numbers, register, pratiche

CREATE TABLE contatore (
    ente_id UUID NOT NULL REFERENCES ente (id),
    serie TEXT NOT NULL,
    anno BIGINT NOT NULL,
    ultimo BIGINT NOT NULL,
    PRIMARY KEY (ente_id, serie, anno)
);

-- The internal register (DPR 445/2000 art. 53). One INVIA is one registration, shared by its pratiche.
CREATE TABLE protocollo (
    ente_id UUID NOT NULL,
    aoo TEXT NOT NULL,
    anno BIGINT NOT NULL,
    numero BIGINT NOT NULL,
    direction TEXT NOT NULL,
    registered_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bozza_id UUID NOT NULL,
    PRIMARY KEY (ente_id, aoo, anno, numero),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id)
);
CREATE UNIQUE INDEX protocollo_invio ON protocollo (ente_id, bozza_id) WHERE direction = 'entrata';

-- servizio, anno_scolastico and alunno_codice_fiscale are the key of the duplicate rule: servizio is set by
-- enrolment modelli only. search_key is the child's and the applicant's name, folded. version grows with each change
-- and is what a decision is checked against.
CREATE TABLE pratica (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    anno BIGINT NOT NULL,
    numero BIGINT NOT NULL,
    bozza_id UUID NOT NULL,
    row_id UUID,
    modello TEXT NOT NULL,
    modello_version BIGINT NOT NULL,
    hash TEXT NOT NULL,
    persona_id UUID NOT NULL,
    alunno TEXT NOT NULL,
    search_key TEXT NOT NULL,
    alunno_codice_fiscale TEXT,
    servizio TEXT,
    anno_scolastico BIGINT NOT NULL,
    contested BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    answers JSONB NOT NULL,
    sealed_answers BYTEA,
    protocollo_aoo TEXT,
    protocollo_anno BIGINT,
    protocollo_numero BIGINT,
    received_at TIMESTAMPTZ NOT NULL,
    due_on DATE NOT NULL,
    assigned_to UUID,
    decided_at TIMESTAMPTZ,
    decided_by UUID,
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
);
-- At most one live enrolment pratica per child, service and school year, unless it is marked as contested.
CREATE UNIQUE INDEX pratica_live ON pratica (ente_id, servizio, anno_scolastico, alunno_codice_fiscale)
    WHERE NOT contested AND status NOT IN ('rigettata', 'ritirata', 'annullata');
CREATE INDEX pratica_persona ON pratica (ente_id, persona_id, received_at);
CREATE INDEX pratica_queue ON pratica (ente_id, status, due_on, assigned_to);

CREATE TABLE pratica_evento (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    kind TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor_kind TEXT NOT NULL,
    actor UUID,
    note TEXT,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, actor) REFERENCES persona (ente_id, id)
);
CREATE INDEX pratica_evento_at ON pratica_evento (ente_id, pratica_id, at);

-- What of a draft's files was filed with which pratica: files of hidden answers are not, common ones are with each.
CREATE TABLE pratica_allegato (
    ente_id UUID NOT NULL,
    pratica_id UUID NOT NULL,
    allegato_id UUID NOT NULL,
    PRIMARY KEY (ente_id, pratica_id, allegato_id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, allegato_id) REFERENCES allegato (ente_id, id)
);
CREATE INDEX pratica_allegato_allegato ON pratica_allegato (ente_id, allegato_id);

-- Documents that the portal made. The receipt belongs to the INVIA, so to its draft; others to one pratica.
CREATE TABLE documento (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    bozza_id UUID NOT NULL,
    pratica_id UUID,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    sealed BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
);
CREATE UNIQUE INDEX documento_invio ON documento (ente_id, bozza_id, kind) WHERE pratica_id IS NULL;
CREATE INDEX documento_pratica ON documento (ente_id, pratica_id);

-- Enrolments

CREATE TABLE iscrizione (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    servizio TEXT NOT NULL,
    anno_scolastico BIGINT NOT NULL,
    alunno_id UUID NOT NULL,
    persona_id UUID NOT NULL,
    plesso TEXT NOT NULL,
    classe TEXT NOT NULL,
    giorni JSONB NOT NULL,
    dal DATE NOT NULL,
    al DATE NOT NULL,
    status TEXT NOT NULL,
    modalita_pagamento TEXT NOT NULL,
    sealed_payment BYTEA,
    sealed_dieta BYTEA,
    pratica_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, plesso, classe) REFERENCES classe (ente_id, plesso, codice),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
);
CREATE UNIQUE INDEX iscrizione_active ON iscrizione (ente_id, servizio, anno_scolastico, alunno_id)
    WHERE status = 'attiva';
CREATE INDEX iscrizione_persona ON iscrizione (ente_id, persona_id);

-- Messages to people. No address: it is read from the person when the message leaves.
CREATE TABLE notifica (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    persona_id UUID NOT NULL,
    bozza_id UUID,
    pratica_id UUID,
    channel TEXT NOT NULL,
    message_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    queued_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, message_id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
);
CREATE INDEX notifica_pratica ON notifica (ente_id, pratica_id);

-- Machinery

CREATE TABLE job (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    payload JSONB NOT NULL,
    state TEXT NOT NULL,
    run_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    lease_until TIMESTAMPTZ,
    leased_by TEXT,
    last_error TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    done_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, id)
);
CREATE INDEX job_due ON job (run_at) WHERE state = 'da_fare';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'in_corso';

-- A periodic job of a legal day is claimed by the node that writes the row first.
CREATE TABLE schedule (
    ente_id UUID NOT NULL,
    kind TEXT NOT NULL,
    local_date DATE NOT NULL,
    claimed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, kind, local_date)
);

-- The actor is part of the key: another person's key is simply not found.
CREATE TABLE idempotenza (
    ente_id UUID NOT NULL REFERENCES ente (id),
    actor UUID NOT NULL,
    key TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    answer JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, actor, key)
);
CREATE INDEX idempotenza_age ON idempotenza (ente_id, created_at);

-- Append only; identifiers, never personal data.
CREATE TABLE audit (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor UUID,
    capacity TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id UUID,
    request_id UUID,
    detail JSONB NOT NULL,
    PRIMARY KEY (ente_id, id)
);
CREATE INDEX audit_object ON audit (ente_id, object_kind, object_id);

-- What is registered stays: numbers, dates, senders, subjects and hashes of the protocol (DPR 445/2000 art. 53), audit
-- rows, and messages of sign-ins until their 24 months are over.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append only';
END $$;
CREATE TRIGGER protocollo_fixed BEFORE UPDATE OR DELETE ON protocollo FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_fixed BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER saml_log_fixed BEFORE UPDATE ON saml_log FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Row-level security: a second wall behind the ente_id of each statement. `app.ente` is set at BEGIN; after COMMIT
-- it reads '' and not NULL. FORCE holds for the owner too; only a superuser or a role with BYPASSRLS passes, and
-- that is what backup and maintenance roles need. Not walled, and why:
--   ente, identity_provider   read before, or apart from, the ente of a request
--   ente_key                  opened at start for all enti; its content is wrapped by a key that is not here
--   job                       claimed across enti by the worker
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY[
        'persona', 'ruolo', 'session', 'spid_key', 'saml_request', 'saml_assertion', 'saml_log',
        'modello_document', 'modello_publication', 'plesso', 'classe', 'alunno', 'legame', 'importazione_riga',
        'bozza', 'bozza_revision', 'allegato', 'contatore', 'protocollo', 'pratica', 'pratica_evento',
        'pratica_allegato', 'documento', 'iscrizione', 'notifica', 'schedule', 'idempotenza', 'audit'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
