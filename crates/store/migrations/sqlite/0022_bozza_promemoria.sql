-- Reminders of a draft: each is sent once.

-- The closing of the window that its owner was told of; another closing is told anew.
ALTER TABLE bozza ADD COLUMN closing_told TEXT;
-- When its owner was told that it will be deleted.
ALTER TABLE bozza ADD COLUMN expiry_told_at TEXT;
