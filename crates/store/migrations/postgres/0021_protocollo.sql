-- Protocollo: classification and fascicolo of each registration, annulments, daily registers, registrations that wait for
-- the protocol system of the ente, interruptions and the emergency register (DPR 445/2000 art. 53, 54, 63, 64).

-- Entries from before this step were classified as all school services and had no fascicolo.
ALTER TABLE protocollo ADD COLUMN registro TEXT NOT NULL DEFAULT 'interno';
ALTER TABLE protocollo ADD COLUMN classificazione TEXT NOT NULL DEFAULT 'VII/1';
ALTER TABLE protocollo ADD COLUMN fascicolo TEXT;

-- An annulled entry stays as it was: what stands here says that it no longer counts, why, by which act and by whom.
CREATE TABLE protocollo_annullo (
    ente_id UUID NOT NULL,
    aoo TEXT NOT NULL,
    anno BIGINT NOT NULL,
    numero BIGINT NOT NULL,
    motivo TEXT NOT NULL,
    atto TEXT NOT NULL,
    annulled_at TIMESTAMPTZ NOT NULL,
    annulled_by UUID NOT NULL,
    PRIMARY KEY (ente_id, aoo, anno, numero),
    FOREIGN KEY (ente_id, aoo, anno, numero) REFERENCES protocollo (ente_id, aoo, anno, numero),
    FOREIGN KEY (ente_id, annulled_by) REFERENCES persona (ente_id, id)
);

-- The register of a day on which something was registered or annulled. Each names the digest of the one before.
CREATE TABLE registro_giornaliero (
    ente_id UUID NOT NULL,
    aoo TEXT NOT NULL,
    seq BIGINT NOT NULL,
    giorno DATE NOT NULL,
    documento_id UUID NOT NULL,
    registrazioni BIGINT NOT NULL,
    annullamenti BIGINT NOT NULL,
    first_numero BIGINT,
    last_numero BIGINT,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    previous_sha256 TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, aoo, seq),
    UNIQUE (ente_id, aoo, giorno),
    FOREIGN KEY (ente_id) REFERENCES ente (id)
);

-- What waits for, or has got, its number from the protocol system of the ente. external_id is the document that was
-- prepared there: a second attempt goes on with it. aoo, anno and numero name the registration once it is there.
CREATE TABLE protocollo_richiesta (
    ente_id UUID NOT NULL,
    bozza_id UUID NOT NULL,
    status TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    classificazione TEXT NOT NULL,
    fascicolo TEXT NOT NULL,
    external_id TEXT,
    registered_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, bozza_id),
    CHECK ((status = 'registrata') = (registered_at IS NOT NULL)),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id)
);
CREATE INDEX protocollo_richiesta_waiting ON protocollo_richiesta (ente_id, received_at) WHERE status = 'attesa';

-- An interruption of the protocol system, declared by the office.
CREATE TABLE interruzione (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    causa TEXT NOT NULL,
    atto TEXT NOT NULL,
    began_at TIMESTAMPTZ NOT NULL,
    declared_at TIMESTAMPTZ NOT NULL,
    declared_by UUID NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by UUID,
    PRIMARY KEY (ente_id, id),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    FOREIGN KEY (ente_id, declared_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, ended_by) REFERENCES persona (ente_id, id)
);
-- One at a time.
CREATE UNIQUE INDEX interruzione_open ON interruzione (ente_id) WHERE ended_at IS NULL;

-- The emergency register: its numbers go on from one interruption to the next within a year.
CREATE TABLE registro_emergenza (
    ente_id UUID NOT NULL,
    aoo TEXT NOT NULL,
    anno BIGINT NOT NULL,
    numero BIGINT NOT NULL,
    bozza_id UUID NOT NULL,
    interruzione_id UUID NOT NULL,
    registered_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, aoo, anno, numero),
    UNIQUE (ente_id, bozza_id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES protocollo_richiesta (ente_id, bozza_id),
    FOREIGN KEY (ente_id, interruzione_id) REFERENCES interruzione (ente_id, id)
);

CREATE TRIGGER protocollo_annullo_fixed BEFORE UPDATE OR DELETE ON protocollo_annullo
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER registro_giornaliero_fixed BEFORE UPDATE OR DELETE ON registro_giornaliero
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER registro_emergenza_fixed BEFORE UPDATE OR DELETE ON registro_emergenza
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY[
        'protocollo_annullo', 'registro_giornaliero', 'protocollo_richiesta', 'interruzione', 'registro_emergenza'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
