//! Messages about a pratica: the applicant and the office write to each other, and each side sees when the other first
//! opened what it wrote. The office's side stands in `crate::ufficio::messaggi`.
//!
//! Texts are sealed. What its author calls reserved (health, belief, money) the office reads as it reads answers of class
//! A. E-mails say that there is a message, never what it says.

pub(crate) mod post;

use chrono::{DateTime, Utc};
use sportello_domain::{
    delega::DelegaScope,
    id::{EnteId, PraticaId},
};
use sportello_store::{
    Read,
    messaggio::{self as row, MessaggioRow},
    pratica::{self, PraticaRow},
    seal::{EnteSealer, Place},
};
use uuid::Uuid;

use crate::{
    Ctx, Error, Portal, Result,
    job::{MESSAGGIO_UFFICIO, new_job},
    modello,
    pratica::{at_level, number},
    typed,
};

pub use post::{MAX_TEXT, MAX_UNREAD, Outcome, Typed};
pub use sportello_store::messaggio::{Counts, Side};

/// A message as somebody reads it.
#[derive(Clone, Debug)]
pub struct Messaggio {
    /// Its key.
    pub id: Uuid,
    /// Who wrote, and for whom.
    pub side: Side,
    /// Given and family name of the author.
    pub author: String,
    /// What it says; `None` where it is reserved and the reader was not let in.
    pub text: Option<String>,
    /// Whether its author says that it is about health, belief or money.
    pub reserved: bool,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// When the other side first opened it.
    pub read_at: Option<DateTime<Utc>>,
}

/// What was written about a pratica.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The pratica.
    pub pratica: PraticaId,
    /// "2026/184".
    pub number: String,
    /// Title of its modello.
    pub title: String,
    /// The child's name.
    pub alunno: String,
    /// Messages of both sides, oldest first.
    pub messages: Vec<Messaggio>,
    /// What the office noted for itself, oldest first; for the office alone.
    pub notes: Vec<Messaggio>,
    /// Whether the reader may write.
    pub can_write: bool,
    /// Whether the reader may open what is reserved, giving a reason.
    pub can_open: bool,
    /// Key of the form for the next message.
    pub key: String,
}

impl Thread {
    /// A thread of these messages.
    pub(crate) async fn of(portal: &Portal, ctx: &Ctx, about: &PraticaRow, rows: Vec<Messaggio>) -> Result<Self> {
        let document = modello::document(portal, ctx.ente_id(), &about.hash).await?;
        let (notes, messages) = rows.into_iter().partition(|one| one.side == Side::Nota);
        Ok(Self {
            pratica: about.id,
            number: number(about.anno, about.numero),
            title: document.modello.title(ctx.lingua, about.anno_scolastico),
            alunno: about.alunno.clone(),
            messages,
            notes,
            can_write: true,
            can_open: false,
            key: portal.chance().secret(),
        })
    }
}

/// Where the text of a message is sealed.
pub(crate) fn place(id: Uuid) -> Place {
    Place::new("messaggio", "sealed_text", id)
}

/// A message as whoever may read it reads it; `reserved` ones too, or their text stays closed.
pub(crate) fn shown(row: MessaggioRow, sealer: &EnteSealer, reserved: bool) -> Result<Messaggio> {
    let text =
        if reserved || !row.reserved { Some(typed::open(sealer, &place(row.id), &row.sealed_text)?) } else { None };
    Ok(Messaggio {
        id: row.id,
        side: row.side,
        author: format!("{} {}", row.nome, row.cognome),
        text,
        reserved: row.reserved,
        written_at: row.written_at,
        read_at: row.read_at,
    })
}

/// The messages about one of the person's pratiche. Those of the office count as read from now on.
///
/// # Errors
/// [`Error::NotFound`] for a pratica of somebody else, [`Error::DelegaTooNarrow`] for who may not act,
/// [`Error::LevelNeeded`].
pub async fn thread(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<Thread> {
    let (ente, by, about) = (ctx.ente_id(), ctx.cittadino()?.persona, own(portal, ctx, id).await?);
    let rows = post::open(portal, ente, id, Some((Side::Ufficio, true, by))).await?;
    let sealer = portal.sealer(ente).await?;
    let rows = rows.into_iter().filter(|row| row.side != Side::Nota);
    let rows = rows.map(|row| shown(row, &sealer, true)).collect::<Result<_>>()?;
    Thread::of(portal, ctx, &about, rows).await
}

/// Writes to the office about one of the person's pratiche. A form that is sent twice writes once.
///
/// # Errors
/// [`Error::Unacceptable`] for a message without words, [`Error::KeyReused`] for a form that was sent with other words;
/// those of [`thread`].
pub async fn write(portal: &Portal, ctx: &Ctx, id: PraticaId, typed: &Typed) -> Result<Outcome> {
    own(portal, ctx, id).await?;
    let (by, now) = (ctx.cittadino()?.persona, portal.clock().now());
    let payload = serde_json::json!({ "v": 1, "pratica": id });
    let tell = post::Tell::Office(new_job(portal, MESSAGGIO_UFFICIO, payload, now));
    post::write(portal, ctx, id, (Side::Cittadino, by), typed, tell).await
}

/// A pratica of the person, for those who may act.
async fn own(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<PraticaRow> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?);
    let found = portal.store().read(ente, async move |read| pratica::of_persona(read, ente, persona, id).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    at_level(portal, ctx, &found).await?;
    Ok(found)
}

/// What stands beside a pratica on its page: how many messages there are in all, and how many the reader has not opened.
pub(crate) async fn counts(
    read: &mut Read,
    ente: EnteId,
    pratica: PraticaId,
    reader: Side,
) -> sportello_store::Result<Counts> {
    let from_office = row::counts(read, ente, pratica, Side::Ufficio).await?;
    let from_applicant = row::counts(read, ente, pratica, Side::Cittadino).await?;
    let unread = if reader == Side::Ufficio { from_applicant.unread } else { from_office.unread };
    Ok(Counts { total: from_office.total + from_applicant.total, unread })
}
