-- The log of sign-ins, chained: each row carries the hash of itself and of the row before (docs/adr/0011-sign-in-log.md).
-- Rows from before this step have no number and stand outside the chain until their time is over.

ALTER TABLE saml_log
    ADD COLUMN scheme TEXT,
    ADD COLUMN request_issued_at TIMESTAMPTZ,
    ADD COLUMN response_issued_at TIMESTAMPTZ,
    ADD COLUMN response_issuer TEXT,
    ADD COLUMN name_qualifier TEXT,
    -- Keyed hashes: what they are made of is not here.
    ADD COLUMN name_id_hmac BYTEA,
    ADD COLUMN codice_fiscale_hmac BYTEA,
    ADD COLUMN xml_sha256 BYTEA,
    ADD COLUMN seq BIGINT,
    ADD COLUMN hash BYTEA;
CREATE UNIQUE INDEX saml_log_chain ON saml_log (ente_id, seq);
CREATE INDEX saml_log_response ON saml_log (ente_id, response_id);
CREATE INDEX saml_log_assertion ON saml_log (ente_id, assertion_id);
CREATE INDEX saml_log_name_id ON saml_log (ente_id, name_id_hmac);
CREATE INDEX saml_log_codice_fiscale ON saml_log (ente_id, codice_fiscale_hmac);

-- Both ends of the chain: the newest row, and the newest of those that were deleted when their time was over.
CREATE TABLE saml_chain (
    ente_id UUID NOT NULL PRIMARY KEY REFERENCES ente (id),
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    anchor_seq BIGINT NOT NULL,
    anchor_hash BYTEA NOT NULL,
    anchor_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL
);

CREATE FUNCTION saml_log_move_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO saml_chain (ente_id, seq, hash, anchor_seq, anchor_hash, anchor_at, started_at)
        VALUES (NEW.ente_id, NEW.seq, NEW.hash, 0, decode(repeat('00', 32), 'hex'), NULL, NEW.at)
        ON CONFLICT (ente_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
    RETURN NULL;
END $$;
CREATE TRIGGER saml_log_head AFTER INSERT ON saml_log FOR EACH ROW WHEN (NEW.seq IS NOT NULL)
    EXECUTE FUNCTION saml_log_move_head();

-- A row goes only behind the anchor, and the chain only forward.
CREATE FUNCTION saml_log_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.seq > coalesce((SELECT anchor_seq FROM saml_chain WHERE ente_id = OLD.ente_id), 0) THEN
        RAISE EXCEPTION 'append only';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER saml_log_delete BEFORE DELETE ON saml_log FOR EACH ROW EXECUTE FUNCTION saml_log_keep();
CREATE TRIGGER saml_chain_update BEFORE UPDATE ON saml_chain FOR EACH ROW
    WHEN (NEW.seq < OLD.seq OR NEW.anchor_seq < OLD.anchor_seq OR NEW.anchor_seq > NEW.seq)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER saml_chain_delete BEFORE DELETE ON saml_chain FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The wall of the table: docs/database.md.
ALTER TABLE saml_chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE saml_chain FORCE ROW LEVEL SECURITY;
CREATE POLICY own_ente ON saml_chain USING (ente_id = nullif(current_setting('app.ente', true), '')::uuid);
