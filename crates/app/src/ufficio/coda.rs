//! The queue: saved filters, filters that narrow them down, a search, an order, pages.

use chrono::{Days, NaiveDate, TimeDelta};
use sportello_domain::{
    calendar, collation,
    id::{PersonaId, PraticaId},
    pratica::PraticaStatus,
};
use sportello_store::{
    Read,
    coda::{self, CodaCounts, CodaQuery, CodaRow, MOST},
    esportazione::{self, ModelloRow},
    ruolo, scuola,
};

pub use sportello_store::coda::Order;

use super::{QueueRow, READERS, queue_row};
use crate::{Ctx, Portal, Result, modello, pratica::number};

/// Rows on one page of the queue.
pub const PAGE_ROWS: i64 = 25;
/// Days left at which a pratica counts as due soon.
const SOON: TimeDelta = TimeDelta::days(5);
/// Where filters leave nothing: what was filed is never a draft.
const NOTHING: [PraticaStatus; 1] = [PraticaStatus::Draft];
/// So many places a pratica may have moved in the queue since it was shown there.
const MOVED: i64 = 25;
/// Longest text that is searched for, in characters.
const MAX_SEARCH: usize = 80;

/// A saved filter of the queue; it lives in the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// Everything that waits for a decision.
    #[default]
    Open,
    /// Nobody works on it yet.
    Unassigned,
    /// Assigned to the person who asks.
    Mine,
    /// At most five days left.
    DueSoon,
    /// The applicant was asked to complete it.
    Awaiting,
    /// The applicant answered a notice of rejection.
    Observations,
    /// The protocol system refuses to register it.
    Refused,
    /// Decided or withdrawn.
    Closed,
    /// Every one.
    All,
}

impl Filter {
    /// The states that it leaves; every state where there is none.
    const fn states(self) -> &'static [PraticaStatus] {
        match self {
            Self::Open | Self::Unassigned | Self::Mine | Self::DueSoon => &PraticaStatus::OPEN,
            Self::Awaiting => &[PraticaStatus::IntegrationRequested],
            Self::Observations => &[PraticaStatus::Observations],
            Self::Closed => &PraticaStatus::OVER,
            Self::Refused | Self::All => &[],
        }
    }
}

/// What the queue is asked for. What is absent leaves everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueQuery {
    /// The saved filter.
    pub filter: Filter,
    /// Only those in a state.
    pub status: Option<PraticaStatus>,
    /// Only those of a modello, by code.
    pub modello: Option<String>,
    /// Only those for a school, by code.
    pub plesso: Option<String>,
    /// Only those of a member of staff.
    pub assignee: Option<PersonaId>,
    /// Only those received on this day or later.
    pub from: Option<NaiveDate>,
    /// Only those received on this day or earlier.
    pub until: Option<NaiveDate>,
    /// Number of a pratica or part of a child's or applicant's name.
    pub text: String,
    /// In which order.
    pub order: Order,
    /// From the end.
    pub down: bool,
    /// Page, from 1.
    pub page: u32,
}

/// A page of the queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The rows, in the order asked for.
    pub rows: Vec<QueueRow>,
    /// How many rows each filter holds; nothing is counted of [`Filter::All`].
    pub counts: Vec<(Filter, Counted)>,
    /// How many rows match.
    pub total: Counted,
    /// Page shown, from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
    /// What the filters can be set to.
    pub choices: Choices,
}

/// A number of rows. Where there are many they are not counted to the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub rows: i64,
    /// Whether there are more.
    pub more: bool,
}

impl Counted {
    /// From what the store counted: one more than it pages through stands for any number.
    fn new(counted: i64) -> Self {
        Self { rows: counted.min(MOST), more: counted > MOST }
    }
}

/// What the filters can be set to.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Code and title of each modello that was ever published.
    pub modelli: Vec<(String, String)>,
    /// Code and name of each school.
    pub plessi: Vec<(String, String)>,
    /// Those who work on pratiche, with their names.
    pub clerks: Vec<(PersonaId, String)>,
}

/// A page of the queue; the first one where there are not so many.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn queue(portal: &Portal, ctx: &Ctx, query: &QueueQuery) -> Result<Queue> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(&READERS)?.persona);
    let today = calendar::legal_date(portal.clock().now());
    let mut asked = asked(query, persona, today);
    let pages_most = u32::try_from(MOST / PAGE_ROWS).unwrap_or(u32::MAX);
    let mut page = query.page.clamp(1, pages_most);
    asked.limit = PAGE_ROWS;
    asked.offset = i64::from(page - 1) * PAGE_ROWS;
    let (rows, first, counts, choices) = portal
        .store()
        .read(ente, async move |read| {
            let mut rows = coda::page(read, ente, &asked).await?;
            let first = rows.is_empty() && asked.offset > 0;
            if first {
                rows = coda::page(read, ente, &CodaQuery { offset: 0, ..asked }).await?;
            }
            let counts = coda::counts(read, ente, persona, today + SOON).await?;
            Ok((rows, first, counts, Found::read(read, ente).await?))
        })
        .await?;
    if first {
        page = 1;
    }
    let total = Counted::new(rows.first().map_or(0, |row| row.total));
    Ok(Queue {
        rows: titled(portal, ctx, rows, today).await?,
        counts: counted(&counts).into(),
        total,
        page,
        pages: u32::try_from((total.rows + PAGE_ROWS - 1) / PAGE_ROWS).unwrap_or(pages_most).max(1),
        choices: choices.titled(portal, ctx).await?,
    })
}

/// What stands beside a pratica in the queue: numbers, keys and places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The one before it.
    pub previous: Option<Beside>,
    /// The one after it.
    pub next: Option<Beside>,
}

/// A neighbour in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The pratica.
    pub id: PraticaId,
    /// "2026/184".
    pub number: String,
    /// Its place in the queue, from 0.
    pub place: u32,
}

/// What stands beside a pratica that was shown at a place of the queue. Where it has left the queue since (it was
/// decided), the one that has moved up to its place comes next.
///
/// # Errors
/// Those of [`queue`].
pub async fn around(portal: &Portal, ctx: &Ctx, query: &QueueQuery, id: PraticaId, place: u32) -> Result<Around> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(&READERS)?.persona);
    let today = calendar::legal_date(portal.clock().now());
    let first = i64::from(place.min(u32::try_from(MOST).unwrap_or(u32::MAX))).saturating_sub(MOVED).max(0);
    let asked = CodaQuery { offset: first, limit: 2 * MOVED + 1, ..asked(query, persona, today) };
    let rows = portal.store().read(ente, async move |read| coda::page(read, ente, &asked).await).await?;
    let here = rows.iter().position(|row| row.id == id);
    let beside = |at: Option<usize>| {
        let row = rows.get(at?)?;
        let place = u32::try_from(first).ok()? + u32::try_from(at?).ok()?;
        Some(Beside { id: row.id, number: number(row.anno, row.numero), place })
    };
    let gone = usize::try_from(i64::from(place) - first).ok();
    Ok(Around {
        previous: beside(here.or(gone).and_then(|at| at.checked_sub(1))),
        next: beside(here.map(|at| at + 1).or(gone)),
    })
}

/// Rows with the titles of their modelli.
pub(super) async fn titled(portal: &Portal, ctx: &Ctx, rows: Vec<CodaRow>, today: NaiveDate) -> Result<Vec<QueueRow>> {
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        let document = modello::document(portal, ctx.ente_id(), &row.hash).await?;
        listed.push(queue_row(document.modello.title(ctx.lingua, row.anno_scolastico), row, today));
    }
    Ok(listed)
}

fn counted(counts: &CodaCounts) -> [(Filter, Counted); 8] {
    [
        (Filter::Open, counts.open),
        (Filter::Unassigned, counts.unassigned),
        (Filter::Mine, counts.mine),
        (Filter::DueSoon, counts.due_soon),
        (Filter::Awaiting, counts.awaiting),
        (Filter::Observations, counts.observations),
        (Filter::Refused, counts.refused),
        (Filter::Closed, counts.closed),
    ]
    .map(|(filter, rows)| (filter, Counted::new(rows)))
}

/// What the filters can be set to, before titles are looked up.
struct Found {
    modelli: Vec<ModelloRow>,
    plessi: Vec<scuola::PlessoRow>,
    clerks: Vec<(PersonaId, String, String)>,
}

impl Found {
    async fn read(read: &mut Read, ente: sportello_domain::id::EnteId) -> sportello_store::Result<Self> {
        Ok(Self {
            modelli: esportazione::choices(read, ente).await?.0,
            plessi: scuola::plessi(read, ente).await?,
            clerks: ruolo::clerks(read, ente, super::CLERKS).await?,
        })
    }

    async fn titled(self, portal: &Portal, ctx: &Ctx) -> Result<Choices> {
        let mut modelli = Vec::with_capacity(self.modelli.len());
        for row in self.modelli {
            let document = modello::document(portal, ctx.ente_id(), &row.hash).await?;
            modelli.push((row.code, document.modello.title(ctx.lingua, row.anno_scolastico)));
        }
        Ok(Choices {
            modelli,
            plessi: self.plessi.into_iter().map(|row| (row.codice, row.name)).collect(),
            clerks: self.clerks.into_iter().map(|(id, nome, cognome)| (id, format!("{nome} {cognome}"))).collect(),
        })
    }
}

/// What the store is asked for.
pub(super) fn asked(query: &QueueQuery, persona: PersonaId, today: NaiveDate) -> CodaQuery {
    let left = query.filter.states();
    let states = match query.status {
        None => left.into(),
        Some(status) if left.is_empty() || left.contains(&status) => vec![status],
        Some(_) => NOTHING.into(),
    };
    let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
    let mine = (query.filter == Filter::Mine).then_some(persona);
    // Somebody else's among one's own are none either.
    let states =
        if mine.zip(query.assignee).is_some_and(|(own, other)| own != other) { NOTHING.into() } else { states };
    CodaQuery {
        states,
        unassigned: query.filter == Filter::Unassigned,
        assignee: query.assignee.or(mine),
        due_by: (query.filter == Filter::DueSoon).then_some(today + SOON),
        refused: query.filter == Filter::Refused,
        modello: query.modello.clone(),
        plesso: query.plesso.clone(),
        received_from: query.from.map(calendar::start_of_day),
        received_until: query.until.map(after).map(calendar::start_of_day),
        order: query.order,
        down: query.down,
        ..search(&query.text)
    }
}

/// What a text asks for: a number of a pratica (`184`, `2026/184`), or part of a name.
fn search(text: &str) -> CodaQuery {
    let text: String = text.trim().chars().take(MAX_SEARCH).collect();
    let (anno, numero) = match text.split_once('/') {
        Some((anno, numero)) => (anno.trim().parse().ok(), numero.trim().parse().ok()),
        None => (None, text.parse().ok()),
    };
    let is_name = numero.is_none() && !text.is_empty();
    CodaQuery { text: is_name.then(|| collation::key(&text)), numero, anno, ..CodaQuery::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_number_or_a_name() {
        let number = search(" 184 ");
        assert_eq!((number.numero, number.anno, number.text), (Some(184), None, None));
        let number = search("2026/184");
        assert_eq!((number.numero, number.anno, number.text), (Some(184), Some(2026), None));
        let name = search("Nicolò");
        assert_eq!((name.numero, name.text.as_deref()), (None, Some("nicolo")));
        let nothing = search("  ");
        assert_eq!((nothing.numero, nothing.text), (None, None));
    }

    #[test]
    fn a_state_narrows_a_saved_filter_and_never_widens_it() {
        let today = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        let of = |filter, status| {
            let query = QueueQuery { filter, status, ..QueueQuery::default() };
            asked(&query, PersonaId::new(uuid::Uuid::nil()), today).states
        };
        assert_eq!(of(Filter::Open, Some(PraticaStatus::InReview)), [PraticaStatus::InReview]);
        assert_eq!(of(Filter::All, Some(PraticaStatus::Accepted)), [PraticaStatus::Accepted]);
        assert_eq!(of(Filter::Open, Some(PraticaStatus::Accepted)), NOTHING);
        assert_eq!(of(Filter::Closed, None), PraticaStatus::OVER);
    }

    #[test]
    fn one_sees_nobody_else_s_among_one_s_own() {
        let today = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        let [anna, mario] = [1, 2].map(|number| PersonaId::new(uuid::Uuid::from_u128(number)));
        let of = |assignee| asked(&QueueQuery { filter: Filter::Mine, assignee, ..QueueQuery::default() }, anna, today);
        for own in [None, Some(anna)] {
            assert_eq!((of(own).assignee, of(own).states), (Some(anna), PraticaStatus::OPEN.into()));
        }
        assert_eq!(of(Some(mario)).states, NOTHING);
    }

    #[test]
    fn those_who_decide_are_those_who_can_be_chosen() {
        assert_eq!(super::super::CLERKS.as_slice(), super::super::DECIDERS);
    }

    #[test]
    fn a_number_of_rows_is_told_as_far_as_it_was_counted() {
        assert_eq!(Counted::new(MOST), Counted { rows: MOST, more: false });
        assert_eq!(Counted::new(MOST + 1), Counted { rows: MOST, more: true });
    }
}
