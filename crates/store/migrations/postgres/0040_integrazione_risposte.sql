-- Whoever completes a pratica may answer the questions again that the office asked about: what was filed first stays here, apart from
-- what counts now.

ALTER TABLE integrazione ADD COLUMN answers_before JSONB;
ALTER TABLE integrazione ADD COLUMN sealed_before BYTEA;
-- Whether answers of class A were amended: then words and files are read as those are. Of those about health and belief what they
-- were has a time of its own.
ALTER TABLE integrazione ADD COLUMN amended_sealed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE integrazione ADD COLUMN amended_art9 BOOLEAN NOT NULL DEFAULT FALSE;
