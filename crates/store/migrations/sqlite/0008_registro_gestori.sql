-- The signed lists of providers of identities that were taken in. They belong to the whole installation (nil ente_id);
-- what they say of each provider stands in identity_provider.

CREATE TABLE registro_gestori (
    ente_id BLOB NOT NULL,
    scheme TEXT NOT NULL,
    number INTEGER NOT NULL,
    document_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    issued_at TEXT,
    valid_until TEXT,
    entities TEXT NOT NULL,
    simulated INTEGER NOT NULL,
    taken_at TEXT NOT NULL,
    checked_at TEXT NOT NULL,
    PRIMARY KEY (ente_id, scheme, number),
    UNIQUE (ente_id, scheme, document_id)
) STRICT;

-- Whether another scheme, of whichever ente, knows an entity id.
CREATE INDEX identity_provider_entity ON identity_provider (entity_id);
