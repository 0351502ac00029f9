//! Messages about a pratica, from the side of the office, and its notes to itself.

use sportello_domain::{
    foglio::{Cell, Formato},
    id::PraticaId,
    ruolo::Ruolo,
};
use sportello_store::{
    Read,
    messaggio::{self as row, Side, WaitingRow},
    pratica::{self, PraticaRow},
};

use super::{READERS, SEALED_READERS, esportazione::EXPORTERS, holds, review::log_reading};
use crate::{
    Ctx, Error, Portal, Result,
    job::{MESSAGGIO, pratica_message},
    messaggio::{
        Thread,
        post::{self, Outcome, Tell, Typed},
        shown,
    },
    pratica::number,
    tabella::{Extent, Tabella, Tutte, Uscita, instant},
};

/// The headings of what waits; words of the portal's own, the same in every language.
const HEADINGS: [&str; 5] =
    ["pratica.numero", "pratica.alunno", "pratica.richiedente", "messaggi.da_leggere", "messaggi.dal"];

/// Roles that write to applicants: those who work on a pratica, and those who work on its diet.
pub const WRITERS: [Ruolo; 3] = [Ruolo::OperatoreIstruzione, Ruolo::Responsabile, Ruolo::OperatoreDiete];

/// A pratica about which the applicant wrote something that the office has not opened.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The pratica.
    pub pratica: PraticaId,
    /// "2026/184".
    pub number: String,
    /// The child's name.
    pub alunno: String,
    /// The applicant's name.
    pub richiedente: String,
    /// How many messages.
    pub unread: i64,
    /// When the first of them was written.
    pub since: chrono::DateTime<chrono::Utc>,
}

/// The messages about a pratica, reserved ones closed. What is shown to those who may answer counts as read from now on.
///
/// # Errors
/// [`Error::NotFound`] for a pratica of another ente, [`Error::Forbidden`] for one's own: its notes are not for the
/// applicant.
pub async fn thread(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<Thread> {
    look(portal, ctx, id, false).await
}

/// The same with the reserved messages; the reading is logged with its reason.
///
/// # Errors
/// [`Error::Unacceptable`] without a reason; those of [`thread`].
pub async fn open_reserved(portal: &Portal, ctx: &Ctx, id: PraticaId, reason: &str) -> Result<Thread> {
    ctx.operatore(&SEALED_READERS)?;
    others(portal, ctx, id).await?;
    log_reading(portal, ctx, "messaggio.open_sealed", "pratica", id.uuid(), reason).await?;
    look(portal, ctx, id, true).await
}

/// Writes to the applicant. A form that is sent twice writes once.
///
/// # Errors
/// [`Error::Unacceptable`] for a message without words, [`Error::KeyReused`] for a form that was sent with other words,
/// [`Error::Forbidden`] without the role and for one's own pratica.
pub async fn write(portal: &Portal, ctx: &Ctx, id: PraticaId, typed: &Typed) -> Result<Outcome> {
    let by = ctx.operatore(&WRITERS)?.persona;
    let about = others(portal, ctx, id).await?;
    let now = portal.clock().now();
    let (message, letter) = pratica_message(portal, &ctx.ente, (id, about.persona_id), MESSAGGIO, now);
    let tell = Tell::Applicant(Box::new(message), letter);
    post::write(portal, ctx, id, (Side::Ufficio, by), typed, tell).await
}

/// Notes something about a pratica for the office alone.
///
/// # Errors
/// Those of [`write`].
pub async fn note(portal: &Portal, ctx: &Ctx, id: PraticaId, typed: &Typed) -> Result<Outcome> {
    let by = ctx.operatore(&WRITERS)?.persona;
    others(portal, ctx, id).await?;
    post::write(portal, ctx, id, (Side::Nota, by), typed, Tell::Nobody).await
}

/// The pratiche whose applicants wait for the office to read, the longest waiting first, at most 200.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn waiting(portal: &Portal, ctx: &Ctx) -> Result<Vec<Waiting>> {
    ctx.operatore(&READERS)?;
    unread(portal, ctx, Extent::Shown).await
}

/// Begins to take out what waits: which pratiche, and no word of a message. That it was done is in the audit log before
/// the first byte leaves.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    ctx.operatore(&EXPORTERS)?;
    let rows = unread(portal, ctx, Extent::Whole).await?;
    let uscita = Uscita::new("messaggio.export_list", ("messaggio", None), "messaggi-da-leggere", &HEADINGS);
    uscita.at_once(portal, ctx, formato, rows.into_iter().map(cells).collect()).await
}

/// The cells under [`HEADINGS`].
fn cells(row: Waiting) -> Vec<Cell> {
    vec![
        Cell::Plain(row.number),
        Cell::Text(row.alunno),
        Cell::Text(row.richiedente),
        Cell::Plain(row.unread.to_string()),
        instant(row.since),
    ]
}

/// What waits, or the first of it.
async fn unread(portal: &Portal, ctx: &Ctx, extent: Extent) -> Result<Vec<Waiting>> {
    let ente = ctx.ente_id();
    let page = async move |read: &mut Read, page| row::waiting(read, ente, page).await;
    let rows = extent.look(portal, ente, async move |read| extent.rows(read, page).await).await?;
    let one = |row: WaitingRow| Waiting {
        pratica: row.pratica_id,
        number: number(row.anno, row.numero),
        alunno: row.alunno,
        richiedente: format!("{} {}", row.nome, row.cognome),
        unread: row.unread,
        since: row.since,
    };
    Ok(rows.into_iter().map(one).collect())
}

async fn look(portal: &Portal, ctx: &Ctx, id: PraticaId, reserved: bool) -> Result<Thread> {
    let (ente, signed, about) = (ctx.ente_id(), ctx.operatore(&READERS)?, others(portal, ctx, id).await?);
    // Who only controls the office has not read in its name.
    let can_write = holds(ctx, &WRITERS);
    let reader = can_write.then_some((Side::Cittadino, reserved, signed.persona));
    let rows = post::open(portal, ente, id, reader).await?;
    let sealer = portal.sealer(ente).await?;
    let closed = !reserved && rows.iter().any(|row| row.reserved);
    let rows = rows.into_iter().map(|row| shown(row, &sealer, reserved)).collect::<Result<_>>()?;
    let thread = Thread::of(portal, ctx, &about, rows).await?;
    Ok(Thread { can_write, can_open: closed && holds(ctx, &SEALED_READERS), ..thread })
}

/// A pratica of the ente that is not the reader's own (L. 241/1990, art. 6-bis).
async fn others(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<PraticaRow> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(&READERS)?.persona);
    let found = portal.store().read(ente, async move |read| pratica::by_id(read, ente, id).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    if found.persona_id == persona { Err(Error::Forbidden) } else { Ok(found) }
}
