//! For authors: the texts of the modelli of an ente. An ente edits its own copy, looks what is wrong with it, tries it
//! out, and publishes it for a window.
//!
//! Who answers for the procedure decides what people are asked: only the responsabile edits, publishes and withdraws.
//! Nothing published ever changes, so no second person is needed: what was wrong is withdrawn, or published anew.

mod check;
mod copia;
mod diff;
mod elenco;
mod offerta;
mod prova;
mod publish;

use chrono::{DateTime, Utc};
use serde_json::json;
use sportello_domain::{anno_scolastico::AnnoScolastico, id::EnteId, modello::Texts, ruolo::Ruolo};
use sportello_store::{
    Json, Read, audit::AuditRow, modello as publication, modello::PublicationRow, modello_testo as row,
    modello_testo::TestoRow,
};

use crate::{
    Ctx, Portal, Result,
    modello::{self, Booking, Published, Window},
};

pub use check::{Checked, Tried};
pub use copia::{Conflict, Copia, Revision, Saved, copia, save};
pub use diff::{Difference, Line};
pub use elenco::{take_out, take_out_versions};
pub use offerta::{Edge, Offer, OfferFault};
pub use prova::{keep_prova, prova, purge_prove};
pub use publish::{Comparison, NotPublished, compare, publish, publish_by_command, version, withdraw};

/// Roles that see the texts and try them out.
pub const READERS: [Ruolo; 4] =
    [Ruolo::Responsabile, Ruolo::OperatoreIstruzione, Ruolo::Amministratore, Ruolo::Auditor];
/// Roles that edit, publish and withdraw.
pub const AUTHORS: [Ruolo; 1] = [Ruolo::Responsabile];
/// Largest text, in bytes.
pub const TEXT_MAX_BYTES: usize = 200_000;

const TABLE: &str = "modello";

/// The three texts of a modello.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Testi {
    /// The form, in Italian.
    pub form: String,
    /// Its English.
    pub english: String,
    /// What handles its pratiche.
    pub procedura: String,
}

impl Testi {
    /// The texts as the reader of a form takes them.
    pub fn texts<'a>(&'a self, code: &'a str) -> Texts<'a> {
        Texts { name: code, form: &self.form, english: &self.english, procedura: &self.procedura }
    }

    fn of(texts: Texts<'_>) -> Self {
        Self { form: texts.form.to_owned(), english: texts.english.to_owned(), procedura: texts.procedura.to_owned() }
    }
}

impl From<TestoRow> for Testi {
    fn from(row: TestoRow) -> Self {
        Self { form: row.form, english: row.english, procedura: row.procedura }
    }
}

/// A published version as the office sees it.
#[derive(Clone, Debug)]
pub struct Version {
    /// Counted from 1 per code.
    pub number: i64,
    /// School year that it is for.
    pub anno_scolastico: AnnoScolastico,
    /// First instant at which it can be filed.
    pub opens_at: DateTime<Utc>,
    /// First instant at which it cannot be filed any more.
    pub closes_at: DateTime<Utc>,
    /// How places are given, where they are few.
    pub booking: Option<Booking>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// The revision of its texts; none for one from before texts were kept.
    pub revision: Option<i64>,
    /// Whether it can be filled in now.
    pub window: Window,
}

impl Version {
    fn new(published: &Published, now: DateTime<Utc>) -> Self {
        let row = &published.row;
        Self {
            number: row.version,
            anno_scolastico: row.anno_scolastico,
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            booking: published.booking(),
            published_at: row.published_at,
            withdrawn_at: row.withdrawn_at,
            revision: row.revision,
            window: published.window(now),
        }
    }
}

/// A modello in the list of the office.
#[derive(Clone, Debug)]
pub struct Voce {
    /// Immutable code.
    pub code: String,
    /// Title of what is published; the code of one that never was.
    pub title: String,
    /// The version that counts; where every one was withdrawn, the last of them.
    pub published: Option<Version>,
    /// The latest revision of the copy; none while the ente has no copy of its own.
    pub revision: Option<i64>,
}

impl Voce {
    /// Whether the copy says something else than what is published.
    pub fn ahead(&self) -> bool {
        self.revision.is_some() && self.published.as_ref().and_then(|version| version.revision) != self.revision
    }
}

/// Every modello of the ente: published ones, copies, and those that ship with the program, by code.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Vec<Voce>> {
    ctx.operatore(&READERS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let (rows, current, heads) = portal
        .store()
        .read(ente, async move |read| {
            let rows = publication::latest_of_all(read, ente).await?;
            Ok((rows, publication::all_current(read, ente).await?, row::latest_heads(read, ente).await?))
        })
        .await?;
    let mut list: Vec<Voce> = Vec::new();
    for found in rows {
        let counts = current.iter().find(|row| row.code == found.code).cloned();
        let published = with_document(portal, ente, counts.unwrap_or(found)).await?;
        list.push(Voce {
            code: published.row.code.clone(),
            title: published.document.modello.title(ctx.lingua, published.row.anno_scolastico),
            published: Some(Version::new(&published, now)),
            revision: None,
        });
    }
    let copies = heads.into_iter().map(|head| (head.code, Some(head.revision)));
    let shipped = sportello_domain::modello::SHIPPED.iter().map(|texts| (texts.name.to_owned(), None));
    for (code, revision) in copies.chain(shipped) {
        match list.iter_mut().find(|voce| voce.code == code) {
            Some(voce) => voce.revision = voce.revision.or(revision),
            None => list.push(Voce { title: code.clone(), code, published: None, revision }),
        }
    }
    list.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(list)
}

async fn with_document(portal: &Portal, ente: EnteId, row: PublicationRow) -> Result<Published> {
    let document = modello::document(portal, ente, &row.hash).await?;
    Ok(Published { row, document })
}

/// The texts that ship with the program under a code.
fn shipped(code: &str) -> Option<Texts<'static>> {
    sportello_domain::modello::SHIPPED.into_iter().find(|texts| texts.name == code)
}

/// The copy of a code as it stands: its revision and texts. What ships with the program stands for revision 0.
async fn latest(read: &mut Read, ente: EnteId, code: &str) -> sportello_store::Result<Option<(i64, Testi)>> {
    let found = row::latest(read, ente, code).await?.map(|row| (row.revision, row.into()));
    Ok(found.or_else(|| shipped(code).map(|texts| (0, Testi::of(texts)))))
}

/// The note of an act on a modello: which one and which revision, never its texts.
fn noted(mut note: AuditRow, code: &str, revision: i64) -> AuditRow {
    note.detail = Json(json!({ "code": code, "revision": revision }));
    note
}
