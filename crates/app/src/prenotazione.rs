//! Places where they are few. Booked: who filed in the days before takes the next rank in the order of arrival, from an
//! instant on, with one small request; everything that takes long was done when it was filed. By criteria: the order follows
//! from points (`graduatoria`) and nothing is booked.
//!
//! The order is provisional: who gives up makes room for those behind, and the office decides.

mod elenco;

use chrono::{DateTime, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    delega::DelegaScope,
    id::{BozzaId, EnteId, PersonaId, PraticaId},
    pratica::PraticaStatus,
};
use sportello_store::{
    Read,
    audit::AuditRow,
    graduatoria::{self, GraduatoriaRow},
    prenotazione::{self as row, OrdineRow, PlaceRow},
};

use crate::{
    Ctx, Error, Portal, Result,
    error::Reason,
    modello::{self, Window},
    per_conto,
    pratica::number,
    tabella::Extent,
    ufficio::READERS,
};

pub use elenco::{take_out, take_out_offers};

/// Rows on one page of the order.
const PAGE_ROWS: i64 = 50;

/// Where a pratica stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has not booked.
    Waiting,
    /// It gave up, or was refused.
    Out,
    /// It stands within the places: its place, from 1, without those before it who gave up.
    Place(i64),
    /// It stands after them: its position in the waiting list, from 1.
    Queue(i64),
    /// It was accepted: the place is its own.
    Given,
}

impl Standing {
    /// As tables say it.
    pub(crate) fn word(self) -> String {
        match self {
            Self::Waiting => "non prenotata".to_owned(),
            Self::Out => "fuori".to_owned(),
            Self::Place(_) => "posto".to_owned(),
            Self::Queue(n) => format!("lista d'attesa {n}"),
            Self::Given => "accolta".to_owned(),
        }
    }
}

/// A pratica of a filing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posto {
    /// The pratica.
    pub id: PraticaId,
    /// "2026/184".
    pub number: String,
    /// The child's name.
    pub alunno: String,
    /// Its rank in the order of arrival and its instant, once it booked.
    pub booked: Option<(i64, DateTime<Utc>)>,
    /// Its points, where places go by criteria.
    pub punti: Option<i64>,
    /// Where that leaves it.
    pub standing: Standing,
}

impl Posto {
    /// Whether a place is there for it now.
    pub const fn has_place(&self) -> bool {
        matches!(self.standing, Standing::Place(_))
    }
}

/// The places of one filing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prenotazione {
    /// The filing.
    pub bozza: BozzaId,
    /// Whether booking is open.
    pub window: Window,
    /// How many places there are.
    pub posti: i64,
    /// The last rank given to anybody.
    pub taken: i64,
    /// When this was so.
    pub at: DateTime<Utc>,
    /// Whether whoever looks may book: a delegate may only look.
    pub can_book: bool,
    /// Its pratiche, in the order of their numbers.
    pub pratiche: Vec<Posto>,
}

impl Prenotazione {
    /// Whether some pratica can still take a rank.
    pub fn waits(&self) -> bool {
        self.pratiche.iter().any(|posto| posto.standing == Standing::Waiting)
    }
}

/// The pratiche of a filing, for whoever may see what was filed: at its level, and at the desk in its session.
async fn filed(
    read: &mut Read,
    portal: &Portal,
    ctx: &Ctx,
    persona: PersonaId,
    bozza: BozzaId,
) -> sportello_store::Result<Vec<PlaceRow>> {
    let ente = ctx.ente_id();
    per_conto::here(read, ente, bozza, ctx.desk()).await?;
    let rows = row::of_bozza(read, ente, persona, bozza).await?;
    let first = rows.first().ok_or_else(|| Reason::NotFound.refuse())?;
    let level = modello::document_in(read, portal, ente, &first.hash).await?.procedura.level;
    ctx.at_level(level).map_err(|_| Reason::LevelNeeded(level).refuse())?;
    Ok(rows)
}

/// The places of a filing of the person.
///
/// # Errors
/// [`Error::NotFound`] for a filing of somebody else, at the desk one of another session, one that was not sent, or one
/// whose places are not booked; [`Error::LevelNeeded`].
pub async fn page(portal: &Portal, ctx: &Ctx, bozza: BozzaId) -> Result<Prenotazione> {
    let (ente, at, can_book) = (ctx.ente_id(), portal.clock().now(), ctx.richiedente().is_ok());
    let persona = ctx.richiedente().or_else(|_| ctx.titolare(DelegaScope::View))?;
    let (asked, asking) = (portal.clone(), ctx.clone());
    let found = portal
        .store()
        .read(ente, async move |read| {
            let rows = filed(read, &asked, &asking, persona, bozza).await?;
            let Some((first, window, posti)) = terms(&rows, at) else { return Ok(None) };
            let taken = row::taken(read, ente, &first.modello, first.anno_scolastico).await?;
            let mut pratiche = Vec::with_capacity(rows.len());
            for row in &rows {
                pratiche.push(posto(place(read, ente, row).await?, posti, row));
            }
            Ok(Some(Prenotazione { bozza, window, posti, taken, at, can_book, pratiche }))
        })
        .await?;
    found.ok_or(Error::NotFound)
}

/// Takes the next ranks for the pratiche of a filing that have none. Asked again, it changes nothing.
///
/// # Errors
/// [`Error::WindowClosed`] before and after, those of [`page`].
pub async fn book(portal: &Portal, ctx: &Ctx, bozza: BozzaId) -> Result<()> {
    // What counts for opening and closing is when the request came in.
    let (ente, persona, received) = (ctx.ente_id(), ctx.richiedente()?, portal.clock().now());
    let (asked, asking) = (portal.clone(), ctx.clone());
    let note = ctx.note(portal, "pratica.book", "bozza", Some(bozza.uuid()));
    let clock = portal.clock().clone();
    let shut = portal
        .store()
        .write(ente, async move |tx| {
            let rows = filed(tx, &asked, &asking, persona, bozza).await?;
            let Some((_, window, _)) = terms(&rows, received) else { return Err(Reason::NotFound.refuse()) };
            if !rows.iter().any(PlaceRow::waits) {
                return Ok(None);
            }
            if !matches!(window, Window::Open { .. }) {
                return Ok(Some(window));
            }
            // Read in the ente's turn: the order of arrival and the instants agree.
            row::book(tx, ente, &rows, &AuditRow { at: clock.now(), ..note }).await?;
            Ok(None)
        })
        .await?;
    match shut {
        None => Ok(()),
        Some(Window::Coming { opens_at }) => Err(Error::WindowClosed { opens_at: Some(opens_at) }),
        Some(Window::Open { .. } | Window::Closed { .. }) => Err(Error::WindowClosed { opens_at: None }),
    }
}

/// Where a pratica of any kind stands, with how many places there are; nothing where places are not few, or go by criteria
/// and it was filed before there were any.
pub(crate) async fn of_pratica(
    read: &mut Read,
    ente: EnteId,
    pratica: PraticaId,
) -> sportello_store::Result<Option<(Posto, i64)>> {
    let Some(row) = row::of_pratica(read, ente, pratica).await? else { return Ok(None) };
    let Some(posti) = row.posti.filter(|_| row.book_from.is_some() || row.punti.is_some()) else { return Ok(None) };
    Ok(Some((posto(place(read, ente, &row).await?, posti, &row), posti)))
}

/// Whether one on the waiting list has a place now. Where places are not few the office knows.
pub(crate) async fn has_place(read: &mut Read, ente: EnteId, pratica: PraticaId) -> sportello_store::Result<bool> {
    Ok(of_pratica(read, ente, pratica).await?.is_none_or(|(posto, _)| posto.has_place()))
}

/// A modello with few places, for the office.
#[derive(Clone, Debug)]
pub struct Offerta {
    /// Code of the modello.
    pub code: String,
    /// School year.
    pub anno_scolastico: AnnoScolastico,
    /// Title.
    pub title: String,
    /// First instant of booking; none where places go by criteria.
    pub from: Option<DateTime<Utc>>,
    /// How many places there are.
    pub posti: i64,
    /// How many booked; by criteria, how many filed and did not give up.
    pub booked: i64,
}

/// A row of the order of arrival, or of that by points.
#[derive(Clone, Debug)]
pub struct OrderRow {
    /// The pratica and where it stands.
    pub posto: Posto,
    /// Its position, from 1: of arrival with those who gave up, by points without them.
    pub position: i64,
    /// When it booked; by points, when it was filed.
    pub at: DateTime<Utc>,
    /// The applicant's name.
    pub richiedente: String,
    /// Its state.
    pub status: PraticaStatus,
}

/// A page of the order of a modello.
#[derive(Clone, Debug)]
pub struct Order {
    /// The modello.
    pub offerta: Offerta,
    /// The rows, in their order.
    pub rows: Vec<OrderRow>,
    /// Page shown, from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
}

/// Every modello with few places, the latest opening first.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn offers(portal: &Portal, ctx: &Ctx) -> Result<Vec<Offerta>> {
    offered(portal, ctx, Extent::Shown).await
}

/// Every modello with few places, or the first of them.
async fn offered(portal: &Portal, ctx: &Ctx, extent: Extent) -> Result<Vec<Offerta>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let page = async move |read: &mut Read, page| row::offers(read, ente, page).await;
    let rows = extent
        .look(portal, ente, async move |read| {
            let mut rows = extent.rows(read, page).await?;
            for row in rows.iter_mut().filter(|row| row.book_from.is_none()) {
                row.booked = graduatoria::live(read, ente, &row.modello, row.anno_scolastico).await?;
            }
            Ok(rows)
        })
        .await?;
    let mut offers = Vec::with_capacity(rows.len());
    for row in rows {
        let document = modello::document(portal, ente, &row.hash).await?;
        offers.push(Offerta {
            title: document.modello.title(ctx.lingua, row.anno_scolastico),
            code: row.modello,
            anno_scolastico: row.anno_scolastico,
            from: row.book_from,
            posti: row.posti,
            booked: row.booked,
        });
    }
    Ok(offers)
}

/// A modello and school year of [`offers`].
pub(crate) async fn offer(portal: &Portal, ctx: &Ctx, code: &str, anno: AnnoScolastico) -> Result<Offerta> {
    let found =
        offers(portal, ctx).await?.into_iter().find(|offer| offer.code == code && offer.anno_scolastico == anno);
    found.ok_or(Error::NotFound)
}

/// The order of a modello and school year: of arrival, or by points.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`], [`Error::NotFound`] for one that is not in [`offers`].
pub async fn order(portal: &Portal, ctx: &Ctx, code: &str, anno: AnnoScolastico, page: u32) -> Result<Order> {
    let offerta = offer(portal, ctx, code, anno).await?;
    let pages = ((offerta.booked + PAGE_ROWS - 1) / PAGE_ROWS).max(1);
    let page = i64::from(page).clamp(1, pages);
    // Ranks and places have no gap, so a page is a span of them.
    let (ente, after, posti, code) = (ctx.ente_id(), (page - 1) * PAGE_ROWS, offerta.posti, offerta.code.clone());
    let booked = offerta.from.is_some();
    let rows = portal
        .store()
        .read(ente, async move |read| {
            let of = (code.as_str(), anno);
            let rows: Vec<OrderRow> = if booked {
                let rows = row::order(read, ente, of, after, PAGE_ROWS).await?;
                rows.into_iter().map(|row| order_row(row, posti)).collect()
            } else {
                let rows = graduatoria::order(read, ente, of, after, PAGE_ROWS).await?;
                rows.into_iter().map(|row| ranked_row(row, posti)).collect()
            };
            Ok(rows)
        })
        .await?;
    let whole = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Order { offerta, rows, page: whole(page), pages: whole(pages) })
}

fn order_row(row: OrdineRow, posti: i64) -> OrderRow {
    let posto = Posto {
        id: row.pratica_id,
        number: number(row.anno, row.numero),
        alunno: row.alunno,
        booked: Some((row.ordine, row.booked_at)),
        punti: None,
        standing: standing(row.status, row.ceased, Some(row.ordine - row.gone + row.jumped), posti),
    };
    let richiedente = format!("{} {}", row.richiedente_nome, row.richiedente_cognome);
    OrderRow { posto, position: row.ordine, at: row.booked_at, richiedente, status: row.status }
}

fn ranked_row(row: GraduatoriaRow, posti: i64) -> OrderRow {
    let posto = Posto {
        id: row.pratica_id,
        number: number(row.anno, row.numero),
        alunno: row.alunno,
        booked: None,
        punti: Some(row.punti),
        standing: standing(row.status, false, Some(row.place), posti),
    };
    let richiedente = format!("{} {}", row.richiedente_nome, row.richiedente_cognome);
    OrderRow { posto, position: row.position, at: row.filed_at, richiedente, status: row.status }
}

/// The place of one in its order, without those before it who gave up; nothing before it booked.
async fn place(read: &mut Read, ente: EnteId, row: &PlaceRow) -> sportello_store::Result<Option<i64>> {
    let of = (row.modello.as_str(), row.anno_scolastico);
    match (row.book_from, row.ordine) {
        (Some(_), Some(ordine)) => {
            let gone = row::gone(read, ente, of.0, of.1, ordine).await?;
            // Asked of those alone who wait for a place that may have been given out of turn: the others are very many.
            let waits = row.status == PraticaStatus::WaitingList;
            let jumped = if waits { row::jumped(read, ente, of.0, of.1, ordine).await? } else { 0 };
            Ok(Some(ordine - gone + jumped))
        }
        (Some(_), None) => Ok(None),
        (None, _) => graduatoria::place(read, ente, of, row.pratica_id).await,
    }
}

/// What the rows of a filing share: one of them, whether booking is open, how many places there are. Nothing where
/// places are not booked, or without pratiche.
fn terms(rows: &[PlaceRow], now: DateTime<Utc>) -> Option<(&PlaceRow, Window, i64)> {
    let first = rows.first()?;
    let (opens_at, posti) = first.book_from.zip(first.posti)?;
    let closes_at = first.withdrawn_at.map_or(first.closes_at, |at| at.min(first.closes_at));
    let window = if now < opens_at {
        Window::Coming { opens_at }
    } else if now < closes_at {
        Window::Open { opens_at, closes_at }
    } else {
        Window::Closed { closed_at: closes_at }
    };
    Some((first, window, posti))
}

/// `place`: the one in its order without those before who gave up, once it has one. `ceased`: what it enrolled ended before
/// its time.
pub(crate) fn standing(status: PraticaStatus, ceased: bool, place: Option<i64>, posti: i64) -> Standing {
    let gave_up = ceased || gives_up(status);
    let given = matches!(status, PraticaStatus::Accepted | PraticaStatus::PartlyAccepted);
    match place {
        _ if given && !gave_up => Standing::Given,
        None if !status.is_final() => Standing::Waiting,
        Some(place) if !gave_up && place <= posti => Standing::Place(place),
        Some(place) if !gave_up => Standing::Queue(place - posti),
        None | Some(_) => Standing::Out,
    }
}

/// Whether one that came to this state has left its place.
pub(crate) const fn gives_up(status: PraticaStatus) -> bool {
    matches!(status, PraticaStatus::Rejected | PraticaStatus::Withdrawn | PraticaStatus::Annulled)
}

fn posto(place: Option<i64>, posti: i64, row: &PlaceRow) -> Posto {
    Posto {
        id: row.pratica_id,
        number: number(row.anno, row.numero),
        alunno: row.alunno.clone(),
        booked: row.ordine.zip(row.booked_at),
        punti: row.punti.filter(|_| row.book_from.is_none()),
        standing: standing(row.status, row.ceased, place, posti),
    }
}
