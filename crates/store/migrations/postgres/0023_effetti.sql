-- What accepting a pratica leaves behind beside the enrolment: diets, residences, tasks of the office.

-- Each accepted request about a diet. The latest one that holds on a day counts; one without a diet ends those before
-- it. Which diet, and from when to when, is sealed (class art9).
CREATE TABLE dieta (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    iscrizione_id UUID NOT NULL,
    sealed_dieta BYTEA NOT NULL,
    pratica_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    reminded_at TIMESTAMPTZ,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id),
    FOREIGN KEY (ente_id, iscrizione_id) REFERENCES iscrizione (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
);
CREATE INDEX dieta_iscrizione ON dieta (ente_id, iscrizione_id, created_at);

-- Where people live, as they declared it, from which day on: a person, or a child who moved with one.
CREATE TABLE residenza (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    persona_id UUID,
    alunno_id UUID,
    dal DATE NOT NULL,
    comune TEXT NOT NULL,
    indirizzo TEXT NOT NULL,
    cap TEXT NOT NULL,
    pratica_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, id),
    CHECK ((persona_id IS NULL) <> (alunno_id IS NULL)),
    FOREIGN KEY (ente_id, persona_id) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, alunno_id) REFERENCES alunno (ente_id, id),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id)
);
CREATE INDEX residenza_persona ON residenza (ente_id, persona_id, dal);
CREATE INDEX residenza_alunno ON residenza (ente_id, alunno_id, dal);
CREATE TRIGGER residenza_fixed BEFORE UPDATE OR DELETE ON residenza
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What an accepted pratica leaves for the office to do by hand.
CREATE TABLE compito (
    ente_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    pratica_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    done_at TIMESTAMPTZ,
    done_by UUID,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id, kind),
    CHECK ((done_at IS NULL) = (done_by IS NULL)),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, done_by) REFERENCES persona (ente_id, id)
);
CREATE INDEX compito_open ON compito (ente_id, created_at) WHERE done_at IS NULL;

-- The wall of each table: docs/database.md.
DO $$
DECLARE walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['dieta', 'residenza', 'compito'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY own_ente ON %I USING (ente_id = nullif(current_setting(''app.ente'', true), '''')::uuid)',
            walled);
    END LOOP;
END $$;
