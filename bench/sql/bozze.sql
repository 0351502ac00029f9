-- Drafts $1 to $2 (exclusive), each with a person of its own, spread over $3 enti.
WITH n AS (SELECT n, ('00000000-0000-7000-8001-' || lpad((n % $3)::text, 12, '0'))::uuid AS ente,
    ('00000000-0000-7000-8002-' || lpad(n::text, 12, '0'))::uuid AS persona,
    ('00000000-0000-7000-8003-' || lpad(n::text, 12, '0'))::uuid AS bozza
    FROM generate_series($1::bigint, $2::bigint - 1) n
), people AS (
    INSERT INTO persona (ente_id, id, codice_fiscale, nome, cognome, updated_at)
    SELECT ente, persona, 'PERSONA' || n, 'Lia', 'Prova', now() FROM n
)
INSERT INTO bozza (ente_id, id, persona_id, modello, modello_version, hash, revision, status, created_at, updated_at,
    expires_at)
SELECT ente, bozza, persona, 'iscrizione-mensa', 1, 'hash', 1, 'aperta', now(), now(), now() + interval '60 days' FROM n
