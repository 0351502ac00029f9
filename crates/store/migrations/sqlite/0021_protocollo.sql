-- Protocollo: classification and fascicolo of each registration, annulments, daily registers, registrations that wait for
-- the protocol system of the ente, interruptions and the emergency register (DPR 445/2000 art. 53, 54, 63, 64).

-- Entries from before this step were classified as all school services and had no fascicolo.
ALTER TABLE protocollo ADD COLUMN registro TEXT NOT NULL DEFAULT 'interno';
ALTER TABLE protocollo ADD COLUMN classificazione TEXT NOT NULL DEFAULT 'VII/1';
ALTER TABLE protocollo ADD COLUMN fascicolo TEXT;

-- An annulled entry stays as it was: what stands here says that it no longer counts, why, by which act and by whom.
CREATE TABLE protocollo_annullo (
    ente_id BLOB NOT NULL,
    aoo TEXT NOT NULL,
    anno INTEGER NOT NULL,
    numero INTEGER NOT NULL,
    motivo TEXT NOT NULL,
    atto TEXT NOT NULL,
    annulled_at TEXT NOT NULL,
    annulled_by BLOB NOT NULL,
    PRIMARY KEY (ente_id, aoo, anno, numero),
    FOREIGN KEY (ente_id, aoo, anno, numero) REFERENCES protocollo (ente_id, aoo, anno, numero),
    FOREIGN KEY (ente_id, annulled_by) REFERENCES persona (ente_id, id)
) STRICT;

-- The register of a day on which something was registered or annulled. Each names the digest of the one before.
CREATE TABLE registro_giornaliero (
    ente_id BLOB NOT NULL,
    aoo TEXT NOT NULL,
    seq INTEGER NOT NULL,
    giorno TEXT NOT NULL,
    documento_id BLOB NOT NULL,
    registrazioni INTEGER NOT NULL,
    annullamenti INTEGER NOT NULL,
    first_numero INTEGER,
    last_numero INTEGER,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    previous_sha256 TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, aoo, seq),
    UNIQUE (ente_id, aoo, giorno),
    FOREIGN KEY (ente_id) REFERENCES ente (id)
) STRICT;

-- What waits for, or has got, its number from the protocol system of the ente. external_id is the document that was
-- prepared there: a second attempt goes on with it. aoo, anno and numero name the registration once it is there.
CREATE TABLE protocollo_richiesta (
    ente_id BLOB NOT NULL,
    bozza_id BLOB NOT NULL,
    status TEXT NOT NULL,
    received_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    classificazione TEXT NOT NULL,
    fascicolo TEXT NOT NULL,
    external_id TEXT,
    registered_at TEXT,
    PRIMARY KEY (ente_id, bozza_id),
    CHECK ((status = 'registrata') = (registered_at IS NOT NULL)),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id)
) STRICT;
CREATE INDEX protocollo_richiesta_waiting ON protocollo_richiesta (ente_id, received_at) WHERE status = 'attesa';

-- An interruption of the protocol system, declared by the office.
CREATE TABLE interruzione (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    causa TEXT NOT NULL,
    atto TEXT NOT NULL,
    began_at TEXT NOT NULL,
    declared_at TEXT NOT NULL,
    declared_by BLOB NOT NULL,
    ended_at TEXT,
    ended_by BLOB,
    PRIMARY KEY (ente_id, id),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    FOREIGN KEY (ente_id, declared_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, ended_by) REFERENCES persona (ente_id, id)
) STRICT;
-- One at a time.
CREATE UNIQUE INDEX interruzione_open ON interruzione (ente_id) WHERE ended_at IS NULL;

-- The emergency register: its numbers go on from one interruption to the next within a year.
CREATE TABLE registro_emergenza (
    ente_id BLOB NOT NULL,
    aoo TEXT NOT NULL,
    anno INTEGER NOT NULL,
    numero INTEGER NOT NULL,
    bozza_id BLOB NOT NULL,
    interruzione_id BLOB NOT NULL,
    registered_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, aoo, anno, numero),
    UNIQUE (ente_id, bozza_id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES protocollo_richiesta (ente_id, bozza_id),
    FOREIGN KEY (ente_id, interruzione_id) REFERENCES interruzione (ente_id, id)
) STRICT;

CREATE TRIGGER protocollo_annullo_update BEFORE UPDATE ON protocollo_annullo BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER protocollo_annullo_delete BEFORE DELETE ON protocollo_annullo BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER registro_giornaliero_update BEFORE UPDATE ON registro_giornaliero BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER registro_giornaliero_delete BEFORE DELETE ON registro_giornaliero BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER registro_emergenza_update BEFORE UPDATE ON registro_emergenza BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER registro_emergenza_delete BEFORE DELETE ON registro_emergenza BEGIN SELECT RAISE(ABORT, 'append only'); END;
