-- Roles carry where they count (the whole ente, a service, a school) and stay on record once they are taken away. The
-- key of a row stands in the audit in place of the codice fiscale.

ALTER TABLE ruolo ADD COLUMN id UUID NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE ruolo ALTER COLUMN id DROP DEFAULT;
ALTER TABLE ruolo ADD COLUMN ambito TEXT NOT NULL DEFAULT '*';
ALTER TABLE ruolo ALTER COLUMN ambito DROP DEFAULT;
ALTER TABLE ruolo ADD COLUMN revoked_at TIMESTAMPTZ;
ALTER TABLE ruolo ADD COLUMN revoked_by UUID;
ALTER TABLE ruolo DROP CONSTRAINT ruolo_pkey;
ALTER TABLE ruolo ADD PRIMARY KEY (ente_id, id);
ALTER TABLE ruolo ADD FOREIGN KEY (ente_id, revoked_by) REFERENCES persona (ente_id, id);
-- A role is held once in an ambito.
CREATE UNIQUE INDEX ruolo_held ON ruolo (ente_id, codice_fiscale, ruolo, ambito) WHERE revoked_at IS NULL;
