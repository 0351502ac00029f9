-- What the office decided on a pratica, or told before it decides: kind is the state that it led to. Its id is that of its
-- document too, once that is made. It has its words, its number in the register (none while it is being assigned), and when
-- the applicant opened it for the first time.

CREATE TABLE provvedimento (
    ente_id BLOB NOT NULL,
    id BLOB NOT NULL,
    pratica_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by BLOB,
    sealed_text BLOB NOT NULL,
    protocollo_aoo TEXT,
    protocollo_anno INTEGER,
    protocollo_numero INTEGER,
    opened_at TEXT,
    opened_by BLOB,
    PRIMARY KEY (ente_id, id),
    UNIQUE (ente_id, pratica_id, kind),
    CHECK ((opened_at IS NULL) = (opened_by IS NULL)),
    FOREIGN KEY (ente_id, pratica_id) REFERENCES pratica (ente_id, id),
    FOREIGN KEY (ente_id, made_by) REFERENCES persona (ente_id, id),
    FOREIGN KEY (ente_id, protocollo_aoo, protocollo_anno, protocollo_numero) REFERENCES protocollo (ente_id, aoo, anno, numero),
    FOREIGN KEY (ente_id, opened_by) REFERENCES persona (ente_id, id)
) STRICT;
