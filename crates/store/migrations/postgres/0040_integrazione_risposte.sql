-- Whoever completes a pratica may answer the questions again that the office asked about: what was filed first stays here, apart from
-- what counts now.

ALTER TABLE integrazione ADD COLUMN answers_before JSONB;
ALTER TABLE integrazione ADD COLUMN sealed_before BYTEA;
-- Whether answers about health or belief were amended: what they were has a time of its own.
ALTER TABLE integrazione ADD COLUMN art9_before BOOLEAN NOT NULL DEFAULT FALSE;
