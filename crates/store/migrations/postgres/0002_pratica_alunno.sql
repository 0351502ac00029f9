-- The duplicate rule is asked inside the transaction of each INVIA, also for contested pratiche, which pratica_live
-- leaves out: without this index it reads every pratica of the ente.
CREATE INDEX pratica_alunno ON pratica (ente_id, alunno_codice_fiscale, servizio, anno_scolastico);
