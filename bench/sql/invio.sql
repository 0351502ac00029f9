-- One INVIA as one statement: what invio::submit writes and asks, without its round trips. Run by pgbench.
-- pgbench takes a word behind a colon for a variable, so the colon in the name of a series is written as \072.
-- The command line gives base, per, enti, i and doc; n is the number of the draft.
\set i :i + 1
\set n :base + :client_id * :per + :i - 1
\set e :n % :enti
WITH k AS (
    SELECT :n::text AS n,
        ('00000000-0000-7000-8001-' || lpad(:e::text, 12, '0'))::uuid AS ente,
        ('00000000-0000-7000-8002-' || lpad(:n::text, 12, '0'))::uuid AS persona,
        ('00000000-0000-7000-8003-' || lpad(:n::text, 12, '0'))::uuid AS bozza,
        ('00000000-0000-7000-8004-' || lpad(:n::text, 12, '0'))::uuid AS pratica,
        ('00000000-0000-7000-8005-' || lpad(:n::text, 12, '0'))::uuid AS fila,
        ('00000000-0000-7000-8006-' || lpad(:n::text, 12, '0'))::uuid AS presentata,
        ('00000000-0000-7000-8007-' || lpad(:n::text, 12, '0'))::uuid AS protocollata
), taken AS (
    INSERT INTO contatore (ente_id, serie, anno, ultimo)
    SELECT b.ente_id, s.serie, 2026, 1
    FROM k JOIN bozza b ON b.ente_id = k.ente AND b.id = k.bozza AND b.persona_id = k.persona AND b.revision = 1
            AND b.status = 'aperta'
        CROSS JOIN (VALUES ('pratica'), (E'protocollo\072AOO1')) s (serie)
    WHERE NOT EXISTS (SELECT 1 FROM idempotenza i WHERE i.ente_id = k.ente AND i.actor = k.persona AND i.key = k.n)
        AND NOT EXISTS (SELECT 1 FROM pratica p WHERE p.ente_id = k.ente AND p.servizio = 'mensa'
            AND p.anno_scolastico = 2026 AND p.alunno_codice_fiscale = 'CF' || k.n
            AND p.status NOT IN ('rigettata', 'ritirata', 'annullata'))
    ON CONFLICT (ente_id, serie, anno) DO UPDATE SET ultimo = contatore.ultimo + 1
    RETURNING serie, ultimo
), f AS (
    SELECT k.*, a.ultimo AS numero, b.ultimo AS protocollo
    FROM k, taken a, taken b WHERE a.serie = 'pratica' AND b.serie <> 'pratica'
), closed AS (
    UPDATE bozza SET status = 'inviata', updated_at = now() FROM f
    WHERE bozza.ente_id = f.ente AND bozza.id = f.bozza AND bozza.status = 'aperta'
), registered AS (
    INSERT INTO protocollo (ente_id, aoo, anno, numero, direction, registered_at, received_at, sender, subject, sha256,
        bozza_id)
    SELECT ente, 'AOO1', 2026, protocollo, 'entrata', now(), now(), 'Lia Prova', 'Iscrizione mensa', repeat('0', 64), bozza
    FROM f
), filed AS (
    INSERT INTO pratica (ente_id, id, anno, numero, bozza_id, row_id, modello, modello_version, hash, persona_id, alunno,
        search_key, alunno_codice_fiscale, servizio, anno_scolastico, contested, status, version, answers, sealed_answers,
        protocollo_aoo, protocollo_anno, protocollo_numero, received_at, due_on)
    SELECT ente, pratica, 2026, numero, bozza, fila, 'iscrizione-mensa', 1, 'hash', persona, 'Sofia Prova',
        'sofia prova lia prova', 'CF' || n, 'mensa', 2026, false, 'protocollata', 1, :doc::jsonb,
        decode(repeat('07', 300), 'hex'), 'AOO1', 2026, protocollo, now(), DATE '2026-10-01'
    FROM f
), steps AS (
    INSERT INTO pratica_evento (ente_id, id, pratica_id, kind, at, actor_kind, actor)
    SELECT ente, presentata, pratica, 'inviata', now(), 'cittadino', persona FROM f
    UNION ALL SELECT ente, protocollata, pratica, 'protocollata', now(), 'sistema', NULL FROM f
), told AS (
    INSERT INTO notifica (ente_id, id, persona_id, bozza_id, channel, message_id, kind, state, queued_at)
    SELECT ente, pratica, persona, bozza, 'email', n || '@prova.sportello', 'ricevuta', 'in_coda', now() FROM f
), queued AS (
    INSERT INTO job (ente_id, id, kind, payload, state, run_at, attempts, max_attempts, created_at)
    SELECT ente, pratica, 'ricevuta', jsonb_build_object('v', 1, 'bozza', bozza, 'notifica', pratica), 'da_fare', now(), 0,
        8, now() FROM f
), noted AS (
    INSERT INTO audit (ente_id, id, at, actor, capacity, action, object_kind, object_id, request_id, detail)
    SELECT ente, pratica, now(), persona, 'cittadino', 'pratica.submit', 'pratica', pratica, fila, '{}' FROM f
)
INSERT INTO idempotenza (ente_id, actor, key, body_hash, status, answer, created_at)
SELECT ente, persona, n, decode(repeat('07', 32), 'hex'), 303, jsonb_build_object('bozza', bozza), now() FROM f;
