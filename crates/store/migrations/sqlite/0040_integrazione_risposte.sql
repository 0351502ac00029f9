-- Whoever completes a pratica may answer the questions again that the office asked about: what was filed first stays here, apart from
-- what counts now.

ALTER TABLE integrazione ADD COLUMN answers_before TEXT;
ALTER TABLE integrazione ADD COLUMN sealed_before BLOB;
-- Whether answers of class A were amended: then words and files are read as those are. Of those about health and belief what they
-- were has a time of its own.
ALTER TABLE integrazione ADD COLUMN amended_sealed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE integrazione ADD COLUMN amended_art9 INTEGER NOT NULL DEFAULT 0;
