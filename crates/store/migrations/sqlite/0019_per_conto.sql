-- Sessions at the desk: a member of staff files for an applicant without digital identity, who is identified by a document.

CREATE TABLE per_conto (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    operatore_id BLOB NOT NULL,
    persona_id BLOB NOT NULL,
    -- Kind, number, issuer and last day of the document: class A.
    documento BLOB NOT NULL,
    opened_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    closed_at TEXT,
    PRIMARY KEY (ente_id, id),
    CHECK (persona_id <> operatore_id),
    FOREIGN KEY (ente_id, operatore_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id)
) STRICT;
CREATE INDEX per_conto_operatore ON per_conto (ente_id, operatore_id, opened_at);

-- At which session a draft is filled in; NULL for one that its owner began.
ALTER TABLE bozza ADD COLUMN per_conto_id BLOB;
CREATE INDEX bozza_per_conto ON bozza (ente_id, per_conto_id) WHERE per_conto_id IS NOT NULL;

-- What was filed at the desk, and at which session: it stays.
CREATE TABLE per_conto_invio (
    ente_id BLOB NOT NULL,
    bozza_id BLOB NOT NULL,
    per_conto_id BLOB NOT NULL,
    PRIMARY KEY (ente_id, bozza_id),
    FOREIGN KEY (ente_id, bozza_id) REFERENCES bozza (ente_id, id),
    FOREIGN KEY (ente_id, per_conto_id) REFERENCES per_conto (ente_id, id)
) STRICT;
CREATE INDEX per_conto_invio_sessione ON per_conto_invio (ente_id, per_conto_id);

CREATE TRIGGER per_conto_invio_update BEFORE UPDATE ON per_conto_invio BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER per_conto_invio_delete BEFORE DELETE ON per_conto_invio BEGIN SELECT RAISE(ABORT, 'append only'); END;
