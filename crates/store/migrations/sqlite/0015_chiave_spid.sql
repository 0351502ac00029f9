-- Several keys of an ente as a service provider: one signs, others are in the metadata before and after it.

ALTER TABLE spid_key ADD COLUMN status TEXT NOT NULL DEFAULT 'pubblicata';
UPDATE spid_key SET status = 'ritirata'
    WHERE version < (SELECT max(version) FROM spid_key AS newer WHERE newer.ente_id = spid_key.ente_id);
UPDATE spid_key SET status = 'in_uso' WHERE status = 'pubblicata';
CREATE UNIQUE INDEX spid_key_in_use ON spid_key (ente_id) WHERE status = 'in_uso';
