//! Drafts. A draft belongs to one person; each save is a revision, and a save on a stale one changes nothing.
//!
//! Not for what a draft means: the answers are kept as they come.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{AllegatoId, BozzaId, EnteId, PerContoId, PersonaId},
    modello,
};

use crate::{
    allegato, alunno,
    alunno::FamigliaRow,
    bind::Json,
    binds,
    error::Result,
    flight,
    modello::{self as publication, PublicationRow},
    persona,
    persona::PersonaRow,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
    word::words,
};

/// How many revisions of a draft are kept.
pub const REVISIONS_KEPT: i64 = 20;

words! {
    /// State of a draft.
    pub enum BozzaStatus {
        /// Can be filled in.
        Open = "aperta",
        /// Became pratiche; never changes again.
        Filed = "inviata",
    }
}

/// The answers of one save.
#[derive(Clone, Debug)]
pub struct Answers {
    /// Answers in clear.
    pub clear: Json<modello::Answers>,
    /// Class-A answers, sealed at `bozza_revision`, `sealed_answers` for the draft.
    pub sealed: Option<Sealed>,
    /// Version of the modello that they answer.
    pub modello_version: i64,
    /// Hash of its document.
    pub hash: String,
}

/// A draft to start.
#[derive(Clone, Debug)]
pub struct NewBozza {
    /// Its key.
    pub id: BozzaId,
    /// Whose it is.
    pub persona_id: PersonaId,
    /// Code of the modello.
    pub modello: String,
    /// First answers.
    pub answers: Answers,
    /// When it is started.
    pub created_at: DateTime<Utc>,
    /// When it may be deleted.
    pub expires_at: DateTime<Utc>,
}

row! {
    /// A draft with the answers of its last revision.
    #[derive(Clone, Debug)]
    pub struct BozzaRow {
        /// Its key.
        pub id: BozzaId,
        /// Whose it is.
        pub persona_id: PersonaId,
        /// Code of the modello.
        pub modello: String,
        /// Version of the modello that the answers answer.
        pub modello_version: i64,
        /// Hash of its document.
        pub hash: String,
        /// Last revision, counted from 1.
        pub revision: i64,
        /// Open or filed.
        pub status: BozzaStatus,
        /// When it was saved last.
        pub updated_at: DateTime<Utc>,
        /// When it may be deleted.
        pub expires_at: DateTime<Utc>,
        /// Answers in clear.
        pub answers: Json<modello::Answers>,
        /// Class-A answers.
        pub sealed_answers: Option<Sealed>,
        /// At which session at the desk it is filled in; `None` for one that its owner began or went on with.
        pub per_conto_id: Option<PerContoId>,
    }
}

row! {
    /// A draft in a list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct BozzaHead {
        /// Its key.
        pub id: BozzaId,
        /// Code of the modello.
        pub modello: String,
        /// Version of the modello.
        pub modello_version: i64,
        /// Hash of its document.
        pub hash: String,
        /// When it was saved last.
        pub updated_at: DateTime<Utc>,
        /// When it may be deleted.
        pub expires_at: DateTime<Utc>,
    }
}

/// What became of a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Kept as this revision.
    Revision(i64),
    /// The draft was saved elsewhere in the meantime and stands at this revision; nothing was changed.
    Conflict(i64),
    /// This person has no such open draft.
    NotFound,
}

statements! {
    CREATE = "INSERT INTO bozza (ente_id, id, persona_id, modello, modello_version, hash, revision, status, created_at, updated_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, 'aperta', $7, $7, $8)";
    FIRST = "INSERT INTO bozza_revision (ente_id, bozza_id, revision, answers, sealed_answers, saved_at) VALUES ($1, $2, 1, $3, $4, $5)";
    KEEP = "INSERT INTO bozza_revision (ente_id, bozza_id, revision, answers, sealed_answers, saved_at)
        SELECT ente_id, id, revision + 1, $5, $6, $7 FROM bozza
        WHERE ente_id = $1 AND id = $2 AND persona_id = $3 AND revision = $4 AND status = 'aperta'";
    FORGET = "DELETE FROM bozza_revision WHERE ente_id = $1 AND bozza_id = $2 AND revision <= $3";
    ADVANCE = "UPDATE bozza SET revision = revision + 1, modello_version = $5, hash = $6, updated_at = $7
        WHERE ente_id = $1 AND id = $2 AND persona_id = $3 AND revision = $4 AND status = 'aperta'";
    REVISION: (i64,) = "SELECT revision FROM bozza WHERE ente_id = $1 AND id = $2 AND persona_id = $3 AND status = 'aperta'";
    BY_ID: BozzaRow = "SELECT b.id, b.persona_id, b.modello, b.modello_version, b.hash, b.revision, b.status, b.updated_at, b.expires_at, r.answers, r.sealed_answers, b.per_conto_id
        FROM bozza b JOIN bozza_revision r ON r.ente_id = b.ente_id AND r.bozza_id = b.id AND r.revision = b.revision
        WHERE b.ente_id = $1 AND b.persona_id = $2 AND b.id = $3";
    EARLIER: (Json<modello::Answers>, Option<Sealed>) = "SELECT r.answers, r.sealed_answers
        FROM bozza b JOIN bozza_revision r ON r.ente_id = b.ente_id AND r.bozza_id = b.id
        WHERE b.ente_id = $1 AND b.persona_id = $2 AND b.id = $3 AND r.revision = $4";
    OPEN_OF: (BozzaId,) = "SELECT id FROM bozza WHERE ente_id = $1 AND persona_id = $2 AND modello = $3 AND status = 'aperta'";
    LIST: BozzaHead = "SELECT id, modello, modello_version, hash, updated_at, expires_at
        FROM bozza WHERE ente_id = $1 AND persona_id = $2 AND status = 'aperta' ORDER BY updated_at DESC, id LIMIT 100";
}

/// Starts a draft at revision 1.
///
/// # Errors
/// `Unique` when the person has an open draft of this modello: ask [`open_of`] first, in the same transaction.
pub async fn create(tx: &mut Tx, ente: EnteId, new: &NewBozza) -> Result<()> {
    let answers = &new.answers;
    let create = binds![
        ente,
        new.id,
        new.persona_id,
        new.modello,
        answers.modello_version,
        answers.hash,
        new.created_at,
        new.expires_at
    ];
    let first = binds![ente, new.id, answers.clear, answers.sealed, new.created_at];
    tx.execute_all(&[(CREATE, create), (FIRST, first)]).await?;
    Ok(())
}

/// Saves answers over revision `expected` of the person's open draft; keeps the last [`REVISIONS_KEPT`].
pub async fn save(
    tx: &mut Tx,
    ente: EnteId,
    persona: PersonaId,
    id: BozzaId,
    expected: i64,
    answers: &Answers,
    now: DateTime<Utc>,
) -> Result<Saved> {
    let oldest = expected + 1 - REVISIONS_KEPT;
    let keep = binds![ente, id, persona, expected, answers.clear, answers.sealed, now];
    let advance = binds![ente, id, persona, expected, answers.modello_version, answers.hash, now];
    if tx.execute_all(&[(KEEP, keep), (ADVANCE, advance)]).await? == 1 {
        tx.execute(FORGET, binds![ente, id, oldest]).await?;
        return Ok(Saved::Revision(expected + 1));
    }
    let now: Option<(i64,)> = tx.fetch_optional(REVISION, binds![ente, id, persona]).await?;
    Ok(now.map_or(Saved::NotFound, |(revision,)| Saved::Conflict(revision)))
}

/// One draft of the person, open or filed.
pub async fn by_id(read: &mut Read, ente: EnteId, persona: PersonaId, id: BozzaId) -> Result<Option<BozzaRow>> {
    read.fetch_optional(BY_ID, binds![ente, persona, id]).await
}

/// What stands around a draft: its modello as it is published, its owner, and what was said of its files.
#[derive(Debug)]
pub struct Around {
    /// The version of the modello that the draft answers.
    pub version: Option<PublicationRow>,
    /// The version that new drafts take.
    pub current: Option<PublicationRow>,
    /// Files of the draft that hold a virus.
    pub infected: Vec<AllegatoId>,
    /// The children of its owner.
    pub famiglia: Vec<FamigliaRow>,
    /// Its owner.
    pub persona: Option<PersonaRow>,
}

/// What stands around a draft, in one flight.
pub async fn around(read: &mut Read, ente: EnteId, bozza: &BozzaRow) -> Result<Around> {
    let (mut version, mut current, infected, famiglia, mut persona) = flight::ask(
        read,
        publication::ask_version(&ente, &bozza.modello, &bozza.modello_version),
        publication::ask_current(&ente, &bozza.modello),
        allegato::ask_infected(&ente, &bozza.id),
        alunno::ask_famiglia(&ente, &bozza.persona_id),
        persona::ask(&ente, &bozza.persona_id),
    )
    .await?;
    Ok(Around {
        version: version.pop(),
        current: current.pop(),
        infected: infected.into_iter().map(|(id,)| id).collect(),
        famiglia,
        persona: persona.pop(),
    })
}

/// The answers of an earlier revision of a draft of the person, in clear and sealed, while it is kept.
pub async fn earlier(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    id: BozzaId,
    revision: i64,
) -> Result<Option<(Json<modello::Answers>, Option<Sealed>)>> {
    read.fetch_optional(EARLIER, binds![ente, persona, id, revision]).await
}

/// The person's open draft of a modello.
pub async fn open_of(read: &mut Read, ente: EnteId, persona: PersonaId, modello: &str) -> Result<Option<BozzaId>> {
    let row: Option<(BozzaId,)> = read.fetch_optional(OPEN_OF, binds![ente, persona, modello]).await?;
    Ok(row.map(|(id,)| id))
}

/// The person's open drafts, the last saved first, at most 100.
pub async fn list(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<BozzaHead>> {
    read.fetch_all(LIST, binds![ente, persona]).await
}
