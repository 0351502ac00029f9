-- The words of the office to an applicant may be about health: why something was asked is sealed from now on, and why something was
-- decided stands sealed in its document alone. The old columns stay for older nodes and are emptied row by row.

ALTER TABLE integrazione ADD COLUMN sealed_reason BLOB;
CREATE INDEX integrazione_clear ON integrazione (ente_id, pratica_id) WHERE reason <> '';
CREATE INDEX pratica_clear_reason ON pratica (ente_id, id) WHERE decision_reason IS NOT NULL AND decided_by IS NOT NULL;
