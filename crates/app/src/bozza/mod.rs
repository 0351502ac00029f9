//! Drafts: start, fill in page by page, suspend, take up again.

mod conflict;
pub mod duplica;
mod loaded;
mod prova;
mod riuso;
mod save;
mod upload;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar,
    id::{AllegatoId, BozzaId, RowId},
    modello::{
        Answers,
        view::{AsideView, PageLink, PageView, Problem, Summary, Warning},
    },
};
use sportello_store::{
    allegato,
    audit::{self, AuditRow},
    bozza::{self as row, NewBozza},
    bozza_purge, per_conto as marked,
};

use crate::{
    Ctx, Error, Portal, Result,
    error::Reason,
    modello::{self, Window},
    per_conto,
};

pub use conflict::{Conflict, Disputed, GoneRow, RowName};
pub(crate) use loaded::{Loaded, adopted, close_answers, keep_adopted, open_filed};
pub use prova::Prova;
pub(crate) use riuso::{copy, offer};
pub use save::save;
pub use sportello_store::allegato::Scan;
pub(crate) use upload::{GoodFile, NewFiles, Wanted, as_sent, content, download, keep_file, refused_first, remove};

/// A draft in a list.
#[derive(Clone, Debug)]
pub struct BozzaRow {
    /// The draft.
    pub id: BozzaId,
    /// Title of its modello.
    pub title: String,
    /// When it was saved last.
    pub saved_at: DateTime<Utc>,
    /// First instant at which it cannot be sent any more; `None` when that is over.
    pub send_by: Option<DateTime<Utc>>,
    /// Last day on which it can be taken up again.
    pub until: NaiveDate,
}

/// What every page of a draft shows.
#[derive(Clone, Debug)]
pub struct BozzaFrame {
    /// The draft.
    pub id: BozzaId,
    /// Code of its modello.
    pub modello: String,
    /// Title of its modello.
    pub title: String,
    /// Revision that was read: goes back with the form.
    pub revision: i64,
    /// Version of the modello that is shown: goes back with the form.
    pub version: i64,
    /// When it was saved last.
    pub saved_at: DateTime<Utc>,
    /// First instant at which it cannot be sent any more; `None` when that is over.
    pub send_by: Option<DateTime<Utc>>,
    /// Last day on which it can be taken up again.
    pub until: NaiveDate,
    /// The pages, in order, with their progress.
    pub pages: Vec<PageLink>,
    /// When the version that is shown was published.
    pub changed_at: DateTime<Utc>,
    /// Pages to look at again, because the modello changed after they were saved: until then Invia is refused.
    pub review: Vec<PageLink>,
    /// Answers for which the present version has no place.
    pub aside: Vec<AsideView>,
}

/// One page of a draft.
#[derive(Clone, Debug)]
pub struct BozzaPage {
    /// What every page shows.
    pub frame: BozzaFrame,
    /// The page.
    pub page: PageView,
    /// What is wrong, in page order; empty on a page that was not sent.
    pub problems: Vec<Problem>,
    /// What is unusual.
    pub warnings: Vec<Warning>,
    /// To whom the mandate of the page is given, where the page asks for one.
    pub creditor: Option<Creditor>,
}

/// Who collects by direct debit, as a mandate has to name them (SEPA Core rulebook, mandate).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creditor {
    /// Name.
    pub name: String,
    /// Creditor identifier.
    pub id: String,
}

/// What a form sends.
#[derive(Debug, Default)]
pub struct PageForm {
    /// Revision that the person saw.
    pub revision: i64,
    /// Version of the modello that the person saw; `None` for the present one.
    pub version: Option<i64>,
    /// Which button.
    pub action: PageAction,
    /// Names and values of the controls, in order.
    pub fields: Vec<(String, String)>,
    /// Files: control name, file name, content.
    pub files: Vec<UploadedFile>,
    /// Whether to go back to the summary afterwards.
    pub back_to_summary: bool,
    /// What was chosen between two versions, on the page that showed both.
    pub resolved: Option<Resolved>,
}

/// What a person chose between two versions of a page. Names are those of controls, or of rows (`figli.<row>`).
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// Revision that the form was made from before both versions were shown.
    pub base: i64,
    /// Of which the saved version stays.
    pub saved: Vec<String>,
    /// Of which the typed version counts.
    pub typed: Vec<String>,
}

/// A file as it came in.
#[derive(Clone, Debug)]
pub struct UploadedFile {
    /// Name of the control.
    pub field: String,
    /// Name that the browser gave; never used as a path.
    pub name: String,
    /// How large it is, in bytes.
    pub bytes: u64,
    /// Content; empty when it is larger than any question takes.
    pub content: Vec<u8>,
}

/// Which button was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PageAction {
    /// Avanti: save, check, go on.
    #[default]
    Next,
    /// Sospendi: save whatever is there.
    Suspend,
    /// Indietro: save whatever is there and go to the page before. The page is not answered by it.
    Back,
    /// One more row in a group.
    AddRow {
        /// The group.
        group: String,
        /// Key of an offered row, if one was chosen.
        offered: Option<String>,
    },
    /// Take a row out.
    RemoveRow {
        /// The group.
        group: String,
        /// The row.
        row: RowId,
    },
    /// Give a document again that was filed before.
    ReuseFile {
        /// Name of the control.
        field: String,
        /// The document.
        file: AllegatoId,
    },
    /// Take a file out.
    RemoveFile {
        /// Name of the control.
        field: String,
    },
}

/// What became of a saved page.
#[derive(Debug)]
pub enum Saved {
    /// Saved and right: where to go.
    Next(Next),
    /// Saved, and to be shown again (a row came or went, a file went): the same page.
    Again,
    /// Saved by Sospendi.
    Suspended,
    /// Saved by Indietro: the page before; `None` before the first.
    Back(Option<String>),
    /// Something is wrong: shown again with everything typed (and saved as typed).
    Invalid(Box<BozzaPage>),
    /// The draft was saved elsewhere in the meantime: both versions. Nothing was saved.
    Conflict(Box<Conflict>),
}

/// Where Avanti leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A page of the modello.
    Page(String),
    /// The summary.
    Summary,
}

/// The summary of a draft.
#[derive(Debug)]
pub struct SummaryPage {
    /// What every page shows.
    pub frame: BozzaFrame,
    /// All answers.
    pub summary: Summary,
    /// What is still wrong: while there is anything, Invia is refused.
    pub problems: Vec<Problem>,
    /// What is unusual.
    pub warnings: Vec<Warning>,
    /// Idempotency key of this filing.
    pub key: String,
    /// Fingerprint of what is shown.
    pub hash: String,
    /// How many pratiche it will make.
    pub pratiche: usize,
}

/// What the scanner said of each file.
pub type Scans = BTreeMap<AllegatoId, Scan>;

/// A file to hand out.
#[derive(Debug)]
pub struct Download {
    /// File name, safe for a header.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Content.
    pub content: bytes::Bytes,
}

/// Takes up the person's draft of this modello, or starts one.
///
/// # Errors
/// [`Error::WindowClosed`] when there is none and the window is not open, [`Error::NotFound`] without such a modello,
/// [`Error::LevelNeeded`], [`Error::OwnBozza`] at the desk when the applicant began one.
pub async fn start(portal: &Portal, ctx: &Ctx, code: &str) -> Result<BozzaId> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.richiedente()?, portal.clock().now());
    let desk = ctx.desk();
    if !modello::is_code(code) {
        return Err(Error::NotFound);
    }
    let wanted = code.to_owned();
    let open = portal.store().read(ente, async move |read| row::open_of(read, ente, persona, &wanted).await).await?;
    match open {
        Some(id) if desk.is_none() => return Ok(id),
        Some(id) => {
            let note = taken_up(portal, ctx);
            let taken = portal.store().write(ente, async move |tx| per_conto::go_on(tx, ente, id, desk, note).await);
            return Ok(taken.await?);
        }
        None => {}
    }
    let published = modello::current(portal, ente, code).await?.ok_or(Error::NotFound)?;
    ctx.at_level(published.document.procedura.level)?;
    match published.window(now) {
        Window::Open { .. } => {}
        Window::Coming { opens_at } => {
            return Err(Error::WindowClosed { opens_at: Some(opens_at) });
        }
        Window::Closed { .. } => return Err(Error::WindowClosed { opens_at: None }),
    }
    let facts = loaded::facts_for_start(portal, ctx, &published).await?;
    let answers = Answers::start(&published.document.modello, &facts);
    let id = BozzaId::new(portal.chance().uuid(now));
    let new = NewBozza {
        id,
        persona_id: persona,
        modello: code.to_owned(),
        answers: loaded::keep(portal, ctx, id, &published, &answers).await?,
        created_at: now,
        expires_at: published.draft_expires_at(),
    };
    let (note, taken) = (ctx.note(portal, "bozza.start", "bozza", Some(id.uuid())), taken_up(portal, ctx));
    let started = portal
        .store()
        .write(ente, async move |tx| {
            // Asked again: the same person may have pressed the button twice.
            if let Some(open) = row::open_of(tx, ente, persona, &new.modello).await? {
                return per_conto::go_on(tx, ente, open, desk, taken).await;
            }
            row::create(tx, ente, &new).await?;
            if let Some(desk) = desk {
                marked::mark(tx, ente, new.id, desk).await?;
            }
            audit::record(tx, ente, &note).await?;
            Ok(new.id)
        })
        .await?;
    Ok(started)
}

/// The audit row of a draft that goes from one session at the desk to another.
fn taken_up(portal: &Portal, ctx: &Ctx) -> AuditRow {
    ctx.note(portal, "bozza.take_up", "bozza", None)
}

/// The person's drafts, the last saved first; at the desk those of the session.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Vec<BozzaRow>> {
    let (ente, persona, desk) = (ctx.ente_id(), ctx.richiedente()?, ctx.desk());
    let heads = portal
        .store()
        .read(ente, async move |read| {
            let mut heads = row::list(read, ente, persona).await?;
            if let Some(desk) = desk {
                let here = marked::drafts(read, ente, persona, desk).await?;
                heads.retain(|head| here.contains(&head.id));
            }
            Ok(heads)
        })
        .await?;
    rows(portal, ctx, heads).await
}

/// Drafts as a list shows them.
pub(crate) async fn rows(portal: &Portal, ctx: &Ctx, heads: Vec<row::BozzaHead>) -> Result<Vec<BozzaRow>> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let mut rows = Vec::with_capacity(heads.len());
    for head in heads {
        let published = loaded::published(portal, ente, &head.modello, head.modello_version).await?;
        rows.push(BozzaRow {
            id: head.id,
            title: published.document.modello.title(ctx.lingua, published.row.anno_scolastico),
            saved_at: head.updated_at,
            send_by: published.send_by(now),
            until: calendar::legal_date(head.expires_at.max(published.draft_expires_at())),
        });
    }
    Ok(rows)
}

/// The task list of a draft.
///
/// # Errors
/// [`Error::NotFound`] for a draft of somebody else, [`Error::NotAllowedNow`] for one that was sent.
pub async fn frame(portal: &Portal, ctx: &Ctx, id: BozzaId) -> Result<BozzaFrame> {
    Ok(Loaded::open(portal, ctx, id).await?.frame(ctx))
}

/// One page of a draft.
///
/// # Errors
/// Those of [`frame`]; [`Error::NotFound`] for a page that the modello does not have.
pub async fn page(portal: &Portal, ctx: &Ctx, id: BozzaId, page: &str) -> Result<BozzaPage> {
    let mut shown = Loaded::open(portal, ctx, id).await?.page(ctx, page, Vec::new())?;
    riuso::offer(portal, ctx, &mut shown.page, None).await?;
    Ok(shown)
}

/// The summary.
///
/// # Errors
/// Those of [`frame`].
pub async fn summary(portal: &Portal, ctx: &Ctx, id: BozzaId) -> Result<SummaryPage> {
    Ok(Loaded::open(portal, ctx, id).await?.summary(ctx, portal.chance().secret()))
}

/// Throws a draft away for good, its files too.
///
/// # Errors
/// [`Error::NotFound`] when the person has no such open draft, [`Error::LevelNeeded`].
pub async fn discard(portal: &Portal, ctx: &Ctx, id: BozzaId) -> Result<()> {
    let (ente, persona, desk) = (ctx.ente_id(), ctx.richiedente()?, ctx.desk());
    Loaded::any(portal, ctx, id).await?;
    let note = ctx.note(portal, "bozza.discard", "bozza", Some(id.uuid()));
    let files = portal
        .store()
        .write(ente, async move |tx| {
            per_conto::here(tx, ente, id, desk).await?;
            let files = bozza_purge::discard(tx, ente, persona, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            audit::record(tx, ente, &note).await?;
            Ok(files)
        })
        .await?;
    upload::remove(portal, ente, files).await
}

/// A file of a draft, for the person who gave it.
///
/// # Errors
/// [`Error::NotFound`] for a file or draft of somebody else, [`Error::LevelNeeded`].
pub async fn file(portal: &Portal, ctx: &Ctx, id: BozzaId, file: AllegatoId) -> Result<Download> {
    let (ente, persona) = (ctx.ente_id(), ctx.richiedente()?);
    Loaded::any(portal, ctx, id).await?;
    let found = portal.store().read(ente, async move |read| allegato::own(read, ente, persona, id, file).await).await?;
    upload::download(portal, ctx, found.ok_or(Error::NotFound)?).await
}
