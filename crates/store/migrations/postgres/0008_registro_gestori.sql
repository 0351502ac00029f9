-- The signed lists of providers of identities that were taken in. They belong to the whole installation (nil ente_id);
-- what they say of each provider stands in identity_provider.

CREATE TABLE registro_gestori (
    ente_id UUID NOT NULL,
    scheme TEXT NOT NULL,
    number BIGINT NOT NULL,
    document_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    issued_at TIMESTAMPTZ,
    valid_until TIMESTAMPTZ,
    entities JSONB NOT NULL,
    simulated BOOLEAN NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ente_id, scheme, number),
    UNIQUE (ente_id, scheme, document_id)
);

-- Whether another scheme, of whichever ente, knows an entity id.
CREATE INDEX identity_provider_entity ON identity_provider (entity_id);

-- The wall of the table: docs/database.md.
ALTER TABLE registro_gestori ENABLE ROW LEVEL SECURITY;
ALTER TABLE registro_gestori FORCE ROW LEVEL SECURITY;
CREATE POLICY own_ente ON registro_gestori USING (ente_id = nullif(current_setting('app.ente', true), '')::uuid);
