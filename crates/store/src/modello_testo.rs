//! The texts of the modelli that an ente edits, as revisions, and the answers of whoever tries one out.

use chrono::{DateTime, Utc};
use sportello_domain::id::{EnteId, PersonaId};

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

row! {
    /// A revision of the three texts of a modello.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TestoRow {
        /// Code of the modello.
        pub code: String,
        /// Counted from 1 per code.
        pub revision: i64,
        /// The form.
        pub form: String,
        /// Its English.
        pub english: String,
        /// What handles its pratiche.
        pub procedura: String,
        /// When it was saved.
        pub saved_at: DateTime<Utc>,
        /// By whom; nobody for one that came with a command.
        pub saved_by: Option<PersonaId>,
    }
}

row! {
    /// A revision without its texts, with the name of whoever saved it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TestoHead {
        /// Code of the modello.
        pub code: String,
        /// Its number.
        pub revision: i64,
        /// When it was saved.
        pub saved_at: DateTime<Utc>,
        /// Given name.
        pub nome: Option<String>,
        /// Family name.
        pub cognome: Option<String>,
    }
}

statements! {
    ADD = "INSERT INTO modello_testo (ente_id, code, revision, form, english, procedura, saved_at, saved_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LATEST: TestoRow = "SELECT code, revision, form, english, procedura, saved_at, saved_by FROM modello_testo
        WHERE ente_id = $1 AND code = $2 ORDER BY revision DESC LIMIT 1";
    AT: TestoRow = "SELECT code, revision, form, english, procedura, saved_at, saved_by FROM modello_testo
        WHERE ente_id = $1 AND code = $2 AND revision = $3";
    HEADS: TestoHead = "SELECT t.code, t.revision, t.saved_at, p.nome, p.cognome FROM modello_testo t
        LEFT JOIN persona p ON p.ente_id = t.ente_id AND p.id = t.saved_by
        WHERE t.ente_id = $1 AND t.code = $2 ORDER BY t.revision DESC LIMIT 100";
    LATEST_HEADS: TestoHead = "SELECT t.code, t.revision, t.saved_at, p.nome, p.cognome FROM modello_testo t
        LEFT JOIN persona p ON p.ente_id = t.ente_id AND p.id = t.saved_by
        WHERE t.ente_id = $1 AND NOT EXISTS (SELECT 1 FROM modello_testo n
            WHERE n.ente_id = t.ente_id AND n.code = t.code AND n.revision > t.revision)
        ORDER BY t.code";
    PRUNE = "DELETE FROM modello_testo WHERE ente_id = $1 AND code = $2 AND revision < $3
        AND NOT EXISTS (SELECT 1 FROM modello_publication p
            WHERE p.ente_id = modello_testo.ente_id AND p.code = modello_testo.code
            AND p.revision = modello_testo.revision)";
    KEEP_PROVA = "INSERT INTO modello_prova (ente_id, code, persona_id, revision, sealed_answers, saved_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (ente_id, code, persona_id) DO UPDATE
        SET revision = excluded.revision, sealed_answers = excluded.sealed_answers, saved_at = excluded.saved_at";
    PROVA: (i64, Sealed) = "SELECT revision, sealed_answers FROM modello_prova
        WHERE ente_id = $1 AND code = $2 AND persona_id = $3";
    PURGE_PROVE = "DELETE FROM modello_prova WHERE ente_id = $1 AND saved_at < $2";
}

/// Adds a revision.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &TestoRow) -> Result<()> {
    let values = binds![ente, row.code, row.revision, row.form, row.english, row.procedura, row.saved_at, row.saved_by];
    tx.execute(ADD, values).await?;
    Ok(())
}

/// The latest revision of a code.
pub async fn latest(read: &mut Read, ente: EnteId, code: &str) -> Result<Option<TestoRow>> {
    read.fetch_optional(LATEST, binds![ente, code]).await
}

/// One revision.
pub async fn at(read: &mut Read, ente: EnteId, code: &str, revision: i64) -> Result<Option<TestoRow>> {
    read.fetch_optional(AT, binds![ente, code, revision]).await
}

/// The last revisions of a code, the latest first.
pub async fn heads(read: &mut Read, ente: EnteId, code: &str) -> Result<Vec<TestoHead>> {
    read.fetch_all(HEADS, binds![ente, code]).await
}

/// The latest revision of every code.
pub async fn latest_heads(read: &mut Read, ente: EnteId) -> Result<Vec<TestoHead>> {
    read.fetch_all(LATEST_HEADS, binds![ente]).await
}

/// Deletes revisions of a code before `revision` that were never published.
pub async fn prune(tx: &mut Tx, ente: EnteId, code: &str, revision: i64) -> Result<u64> {
    tx.execute(PRUNE, binds![ente, code, revision]).await
}

/// Keeps what a person has answered who tries out a revision.
pub async fn keep_prova(
    tx: &mut Tx,
    ente: EnteId,
    (code, persona): (&str, PersonaId),
    (revision, sealed_answers): (i64, &Sealed),
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(KEEP_PROVA, binds![ente, code, persona, revision, *sealed_answers, now]).await?;
    Ok(())
}

/// What a person has answered, and to which revision.
pub async fn prova(read: &mut Read, ente: EnteId, code: &str, persona: PersonaId) -> Result<Option<(i64, Sealed)>> {
    read.fetch_optional(PROVA, binds![ente, code, persona]).await
}

/// Deletes what was tried out before `before`.
pub async fn purge_prove(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE_PROVE, binds![ente, before]).await
}
