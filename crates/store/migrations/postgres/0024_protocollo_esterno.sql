-- Why the protocol system refuses to register something that waits for its number; empty while it is only awaited.
ALTER TABLE protocollo_richiesta ADD COLUMN refusal TEXT;
