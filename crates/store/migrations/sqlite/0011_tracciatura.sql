-- The log of sign-ins, chained: each row carries the hash of itself and of the row before (docs/adr/0011-sign-in-log.md).
-- Rows from before this step have no number and stand outside the chain until their time is over.

ALTER TABLE saml_log ADD COLUMN scheme TEXT;
ALTER TABLE saml_log ADD COLUMN request_issued_at TEXT;
ALTER TABLE saml_log ADD COLUMN response_issued_at TEXT;
ALTER TABLE saml_log ADD COLUMN response_issuer TEXT;
ALTER TABLE saml_log ADD COLUMN name_qualifier TEXT;
-- Keyed hashes: what they are made of is not here.
ALTER TABLE saml_log ADD COLUMN name_id_hmac BLOB;
ALTER TABLE saml_log ADD COLUMN codice_fiscale_hmac BLOB;
ALTER TABLE saml_log ADD COLUMN xml_sha256 BLOB;
ALTER TABLE saml_log ADD COLUMN seq INTEGER;
ALTER TABLE saml_log ADD COLUMN hash BLOB;
CREATE UNIQUE INDEX saml_log_chain ON saml_log (ente_id, seq);
CREATE INDEX saml_log_response ON saml_log (ente_id, response_id);
CREATE INDEX saml_log_assertion ON saml_log (ente_id, assertion_id);
CREATE INDEX saml_log_name_id ON saml_log (ente_id, name_id_hmac);
CREATE INDEX saml_log_codice_fiscale ON saml_log (ente_id, codice_fiscale_hmac);

-- Both ends of the chain: the newest row, and the newest of those that were deleted when their time was over.
CREATE TABLE saml_chain (
    ente_id BLOB NOT NULL PRIMARY KEY REFERENCES ente (id),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    anchor_seq INTEGER NOT NULL,
    anchor_hash BLOB NOT NULL,
    anchor_at TEXT,
    started_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER saml_log_head AFTER INSERT ON saml_log WHEN NEW.seq IS NOT NULL BEGIN
    INSERT INTO saml_chain (ente_id, seq, hash, anchor_seq, anchor_hash, anchor_at, started_at)
        VALUES (NEW.ente_id, NEW.seq, NEW.hash, 0, zeroblob(32), NULL, NEW.at)
        ON CONFLICT (ente_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
END;

-- A row goes only behind the anchor, and the chain only forward.
CREATE TRIGGER saml_log_delete BEFORE DELETE ON saml_log
    WHEN OLD.seq > coalesce((SELECT anchor_seq FROM saml_chain WHERE ente_id = OLD.ente_id), 0)
    BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER saml_chain_update BEFORE UPDATE ON saml_chain
    WHEN NEW.seq < OLD.seq OR NEW.anchor_seq < OLD.anchor_seq OR NEW.anchor_seq > NEW.seq
    BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER saml_chain_delete BEFORE DELETE ON saml_chain BEGIN SELECT RAISE(ABORT, 'append only'); END;
