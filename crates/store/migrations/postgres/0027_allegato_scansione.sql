-- What the scanner of viruses said of a file that somebody gave.

-- `non_controllato` where there was none; then `in_attesa`, `pulito`, `infetto`.
ALTER TABLE allegato ADD COLUMN scan TEXT NOT NULL DEFAULT 'non_controllato';
ALTER TABLE allegato ADD COLUMN scanned_at TIMESTAMPTZ;
CREATE INDEX allegato_scan ON allegato (ente_id, created_at) WHERE scan = 'non_controllato';
