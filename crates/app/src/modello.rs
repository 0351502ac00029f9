//! The modelli that an ente offers: published documents with their windows.
//!
//! What is published is self-contained: the form and the procedura that handles it, as one document named by the hash
//! of its bytes. A document never changes, so it is read and checked once per program.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    calendar, canonical,
    delega::DelegaScope,
    id::{BozzaId, EnteId},
    modello::{self, Modello, Procedura, Words},
};
use sportello_store::{
    Read, Tx, graduatoria, modello as row,
    modello::{NewPublication, PublicationRow},
    prenotazione,
};

use crate::{Ctx, Error, Portal, Result, error::Reason, graduatoria::Criterio, pratica::number};

/// How long after the end of a window a draft can still be read and is then deleted.
pub(crate) const DRAFT_OUTLIVES_WINDOW: TimeDelta = TimeDelta::days(30);
/// Most documents remembered; one installation has a few dozen.
const MAX_REMEMBERED: usize = 512;

/// What a version without places cannot do.
pub const BOOKED: &str = "the instant of booking: some have booked already";
/// What cannot be done once some were given points: to change or drop their criteria, or the places.
pub const RANKED: &str = "the criteria and the places: some were given points already";
/// Versions of a code that are looked at: the latest ones.
pub(crate) const VERSIONS: i64 = 100;
/// Longest code of a modello, in characters.
const MAX_CODE: usize = 120;

/// Whether a modello can be filled in now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// From now until the instant.
    Open {
        /// When it opened.
        opens_at: DateTime<Utc>,
        /// When it closes.
        closes_at: DateTime<Utc>,
    },
    /// Not yet.
    Coming {
        /// When it opens.
        opens_at: DateTime<Utc>,
    },
    /// Not any more.
    Closed {
        /// When it closed.
        closed_at: DateTime<Utc>,
    },
}

/// A modello in a list.
#[derive(Clone, Debug)]
pub struct ModelloRow {
    /// Immutable code, part of the address.
    pub code: String,
    /// "Modello iscrizione mensa A.S. 2026/2027".
    pub title: String,
    /// "Cambio di residenza": what it asks for, as the list of services names it.
    pub service: String,
    /// One line on what it is for.
    pub summary: String,
    /// School year it is for.
    pub anno_scolastico: AnnoScolastico,
    /// Its window.
    pub window: Window,
    /// Minutes that it takes.
    pub minutes: u32,
}

/// A modello on its own page.
#[derive(Clone, Debug)]
pub struct ModelloPage {
    /// What the list shows.
    pub row: ModelloRow,
    /// When the window opens.
    pub opens_at: DateTime<Utc>,
    /// When it closes.
    pub closes_at: DateTime<Utc>,
    /// How places are given, where they are few.
    pub booking: Option<Booking>,
    /// The criteria by which places go, with their points, in their order.
    pub criteri: Vec<Criterio>,
    /// The last rank given, where places are booked.
    pub taken: i64,
    /// What the person who asks has filed with it and can still book for, where places are booked.
    pub filed: Vec<Filed>,
    /// Longest time for the answer, in days.
    pub answer_days: u32,
    /// What it costs, in words.
    pub cost: String,
    /// Who can present it: paragraphs.
    pub who: Vec<String>,
    /// What is needed: list.
    pub needed: Vec<String>,
    /// What is not needed, where people often bring it.
    pub not_needed: Option<String>,
    /// How it goes, step by step.
    pub steps: Vec<String>,
    /// What the service costs: paragraphs.
    pub price: Vec<String>,
    /// What one gets: paragraphs.
    pub obtained: Vec<String>,
    /// Last day on which a draft can be taken up again.
    pub draft_until: NaiveDate,
}

/// A modello to publish.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The form.
    pub modello: Modello,
    /// What handles its pratiche.
    pub procedura: Procedura,
    /// School year that it is for.
    pub anno_scolastico: AnnoScolastico,
    /// First instant at which it can be filed.
    pub opens_at: DateTime<Utc>,
    /// First instant at which it cannot be filed any more.
    pub closes_at: DateTime<Utc>,
    /// How places are given, where they are few.
    pub booking: Option<Booking>,
}

/// How few places are given: booked by those who filed before, or by the criteria of the modello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// First instant of booking, inside the window; none where places go by criteria.
    pub from: Option<DateTime<Utc>>,
    /// How many places there are, at least one.
    pub posti: i64,
}

/// Something that a person has filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The filing.
    pub bozza: BozzaId,
    /// Number of its first pratica: "2026/184".
    pub number: String,
}

/// What is published: everything that one kind of pratica needs.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// The form.
    pub(crate) modello: Modello,
    /// What handles its pratiche.
    pub(crate) procedura: Procedura,
}

/// Documents by hash, read once.
#[derive(Default)]
pub(crate) struct Modelli(Mutex<HashMap<String, Arc<Document>>>);

/// A published version, ready for use.
#[derive(Clone)]
pub(crate) struct Published {
    pub(crate) row: PublicationRow,
    pub(crate) document: Arc<Document>,
}

impl Published {
    /// Whether it can be filed at `now`.
    pub(crate) fn window(&self, now: DateTime<Utc>) -> Window {
        let (opens_at, closes_at) = (self.row.opens_at, self.row.closes_at);
        if now < opens_at {
            Window::Coming { opens_at }
        } else if now < closes_at && self.row.withdrawn_at.is_none() {
            Window::Open { opens_at, closes_at }
        } else {
            Window::Closed { closed_at: self.row.withdrawn_at.map_or(closes_at, |at| at.min(closes_at)) }
        }
    }

    /// First instant at which a draft of it cannot be filed any more; `None` when that is over.
    pub(crate) fn send_by(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let open = self.row.withdrawn_at.is_none() && now < self.row.closes_at;
        open.then_some(self.row.closes_at)
    }

    /// Whether a draft of this version goes over to `current`: one that is or was open, so that nobody is kept from
    /// filing by a version of which the window is still to come.
    pub(crate) fn gives_way_to(&self, current: &PublicationRow, now: DateTime<Utc>) -> bool {
        current.version != self.row.version && current.opens_at <= now
    }

    /// When a draft of it is deleted.
    pub(crate) fn draft_expires_at(&self) -> DateTime<Utc> {
        self.row.closes_at + DRAFT_OUTLIVES_WINDOW
    }

    /// How its places are given, where they are few.
    pub(crate) fn booking(&self) -> Option<Booking> {
        Some(Booking { from: self.row.book_from, posti: self.row.posti? })
    }

    /// The criteria by which its places go, as people read them.
    fn criteri(&self, ctx: &Ctx) -> Vec<Criterio> {
        let criteri = self.document.modello.graduatoria.iter();
        criteri.map(|criterio| Criterio::of(criterio, ctx.lingua, self.row.anno_scolastico)).collect()
    }

    fn list_row(&self, ctx: &Ctx, now: DateTime<Utc>) -> ModelloRow {
        let (anno, procedura) = (self.row.anno_scolastico, &self.document.procedura);
        ModelloRow {
            code: self.row.code.clone(),
            title: self.document.modello.title(ctx.lingua, anno),
            service: procedura.title.fill(ctx.lingua, anno),
            summary: procedura.lead.fill(ctx.lingua, anno),
            anno_scolastico: anno,
            window: self.window(now),
            minutes: procedura.minutes,
        }
    }
}

/// Every published modello of the ente, open ones first.
///
/// # Errors
/// Only those of the database.
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Vec<ModelloRow>> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let rows = portal.store().read(ente, async move |read| row::all_current(read, ente).await).await?;
    let mut list = Vec::with_capacity(rows.len());
    for row in rows {
        let document = document(portal, ente, &row.hash).await?;
        list.push(Published { row, document }.list_row(ctx, now));
    }
    list.sort_by_key(|row| match row.window {
        Window::Open { .. } => 0,
        Window::Coming { .. } => 1,
        Window::Closed { .. } => 2,
    });
    Ok(list)
}

/// One modello.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn page(portal: &Portal, ctx: &Ctx, code: &str) -> Result<ModelloPage> {
    let published = current(portal, ctx.ente_id(), code).await?.ok_or(Error::NotFound)?;
    let (anno, procedura) = (published.row.anno_scolastico, &published.document.procedura);
    let (taken, filed) = match published.row.book_from {
        Some(_) => places(portal, ctx, code, anno).await?,
        None => (0, Vec::new()),
    };
    let text = |words: &Words| words.fill(ctx.lingua, anno);
    let texts = |words: &[Words]| -> Vec<String> { words.iter().map(text).collect() };
    Ok(ModelloPage {
        row: published.list_row(ctx, portal.clock().now()),
        opens_at: published.row.opens_at,
        closes_at: published.row.closes_at,
        booking: published.booking(),
        criteri: published.criteri(ctx),
        taken,
        filed,
        answer_days: procedura.answer_days,
        cost: text(&procedura.cost),
        who: vec![text(&procedura.who)],
        needed: texts(&procedura.needed),
        not_needed: procedura.not_needed.as_ref().map(text),
        steps: texts(&procedura.steps),
        price: procedura.service_cost.iter().map(text).collect(),
        obtained: vec![text(&procedura.achieved)],
        draft_until: calendar::legal_date(published.draft_expires_at()),
    })
}

/// The last rank that was given in the order of arrival, and the filings of the person that can still take one.
async fn places(portal: &Portal, ctx: &Ctx, code: &str, anno: AnnoScolastico) -> Result<(i64, Vec<Filed>)> {
    let (ente, code, persona) = (ctx.ente_id(), code.to_owned(), ctx.titolare(DelegaScope::Act).ok());
    let (taken, rows) = portal
        .store()
        .read(ente, async move |read| {
            let taken = prenotazione::taken(read, ente, &code, anno).await?;
            let rows = match persona {
                Some(persona) => prenotazione::of_persona(read, ente, persona, (&code, anno)).await?,
                None => Vec::new(),
            };
            Ok((taken, rows))
        })
        .await?;
    let filed = |row: prenotazione::FiledRow| Filed { bozza: row.bozza_id, number: number(row.anno, row.numero) };
    Ok((taken, rows.into_iter().map(filed).collect()))
}

/// Publishes a modello in an ente as the next version of its code; gives the version. Its texts are not kept: what an
/// author publishes comes through `autori`.
///
/// # Errors
/// [`Error::Unacceptable`] when places would be booked outside the window, there are none, they would be booked and go by
/// criteria or neither, or booking or the ranking would end for those who are in it. Whoever calls has the right to publish (tests, measurements).
pub async fn publish(portal: &Portal, ente: EnteId, publication: Publication) -> Result<i64> {
    let new = new_publication(portal, publication)?;
    Ok(portal.store().write(ente, async move |tx| add(tx, ente, &new).await).await?)
}

/// A publication as the database keeps it.
pub(crate) fn new_publication(portal: &Portal, publication: Publication) -> Result<NewPublication> {
    let Publication { modello, procedura, anno_scolastico, opens_at, closes_at, booking } = publication;
    let from = booking.and_then(|booking| booking.from);
    if from.is_some_and(|from| from < opens_at || from >= closes_at) {
        return Err(Error::Unacceptable("the instant of booking, which must lie inside the window"));
    }
    if booking.is_some_and(|booking| booking.posti < 1) {
        return Err(Error::Unacceptable("the number of places, which must be 1 at least"));
    }
    let ranks = !modello.graduatoria.is_empty();
    if booking.is_some_and(|booking| booking.from.is_some() == ranks) {
        return Err(Error::Unacceptable("places, which are booked or go by criteria: never both, never neither"));
    }
    let code = modello.code.clone();
    let document = canonical::of(&Document { modello, procedura })
        .map_err(|error| Error::failed("writing a modello as a document", error))?;
    Ok(NewPublication {
        code,
        hash: canonical::sha256_hex(document.as_bytes()),
        document,
        anno_scolastico,
        opens_at,
        closes_at,
        book_from: from,
        posti: booking.map(|booking| booking.posti),
        published_at: portal.clock().now(),
        revision: None,
    })
}

/// Adds the next version of a code; gives the version.
pub(crate) async fn add(tx: &mut Tx, ente: EnteId, new: &NewPublication) -> sportello_store::Result<i64> {
    // What the latest version says of places counts for everybody who filed: forgetting it must not end booking.
    if new.book_from.is_none() && prenotazione::taken(tx, ente, &new.code, new.anno_scolastico).await? > 0 {
        return Err(Reason::Unacceptable(BOOKED).refuse());
    }
    keeps_ranking(tx, ente, new).await?;
    row::publish(tx, ente, new).await
}

/// Refuses a version that forgets the places of those who were given points, or has other criteria than theirs: they are
/// said before anybody files (L. 241/1990 art. 12).
async fn keeps_ranking(tx: &mut Tx, ente: EnteId, new: &NewPublication) -> sportello_store::Result<()> {
    if graduatoria::filed(tx, ente, &new.code, new.anno_scolastico).await? == 0 {
        return Ok(());
    }
    let Some(before) = counts(tx, ente, &new.code, new.anno_scolastico).await? else { return Ok(()) };
    let was = row::document(tx, ente, &before.hash).await?.ok_or_else(|| Reason::NotFound.refuse())?;
    let forgets = before.posti.is_some() && new.posti.is_none();
    if forgets || rules(&was)? != rules(&new.document)? {
        return Err(Reason::Unacceptable(RANKED).refuse());
    }
    Ok(())
}

/// What the criteria of a document ask and give; their words may be mended.
fn rules(document: &str) -> sportello_store::Result<Vec<(String, u32, modello::Expr)>> {
    let read: Document = serde_json::from_str(document).map_err(sportello_store::Error::refused)?;
    let criteri = read.modello.graduatoria.into_iter();
    Ok(criteri.map(|criterio| (criterio.id, criterio.points, criterio.when)).collect())
}

/// The version that counts for a school year: the latest that was not withdrawn, else the latest.
async fn counts(
    tx: &mut Tx,
    ente: EnteId,
    code: &str,
    anno: AnnoScolastico,
) -> sportello_store::Result<Option<PublicationRow>> {
    let versions = row::versions(tx, ente, code, (VERSIONS, 0)).await?.into_iter();
    let of_year = versions.filter(|version| version.anno_scolastico == anno);
    Ok(of_year.min_by_key(|version| (version.withdrawn_at.is_some(), Reverse(version.version))))
}

/// Refuses a change after which the version that counts for a school year has no places though some are booked, or some were
/// given points for the places of the version that was withdrawn.
pub(crate) async fn keeps_places(tx: &mut Tx, ente: EnteId, withdrawn: &PublicationRow) -> sportello_store::Result<()> {
    let (code, anno) = (withdrawn.code.as_str(), withdrawn.anno_scolastico);
    let Some(left) = counts(tx, ente, code, anno).await? else { return Ok(()) };
    if left.book_from.is_none() && prenotazione::taken(tx, ente, code, anno).await? > 0 {
        return Err(Reason::Unacceptable(BOOKED).refuse());
    }
    // One that did not count took no part in it.
    let counted = withdrawn.version > left.version || left.withdrawn_at.is_some();
    if !counted || graduatoria::filed(tx, ente, code, anno).await? == 0 {
        return Ok(());
    }
    let text =
        async |tx: &mut Tx, hash: &str| row::document(tx, ente, hash).await?.ok_or_else(|| Reason::NotFound.refuse());
    let (was, is) = (text(tx, &withdrawn.hash).await?, text(tx, &left.hash).await?);
    let forgets = withdrawn.posti.is_some() && left.posti.is_none();
    if forgets || (withdrawn.posti.is_some() && rules(&was)? != rules(&is)?) {
        return Err(Reason::Unacceptable(RANKED).refuse());
    }
    Ok(())
}

/// Whether a text from an address can be a code at all; the rest need not be looked up.
pub(crate) fn is_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= MAX_CODE && text.bytes().all(fits)
}

/// The version of a code that new drafts take.
pub(crate) async fn current(portal: &Portal, ente: EnteId, code: &str) -> Result<Option<Published>> {
    if !is_code(code) {
        return Ok(None);
    }
    let code = code.to_owned();
    let found = portal.store().read(ente, async move |read| row::current(read, ente, &code).await).await?;
    with_document(portal, ente, found).await
}

/// Adds the document to a version that was read.
pub(crate) async fn with_document(
    portal: &Portal,
    ente: EnteId,
    row: Option<PublicationRow>,
) -> Result<Option<Published>> {
    match row {
        None => Ok(None),
        Some(row) => {
            let document = document(portal, ente, &row.hash).await?;
            Ok(Some(Published { row, document }))
        }
    }
}

/// The document of a hash.
pub(crate) async fn document(portal: &Portal, ente: EnteId, hash: &str) -> Result<Arc<Document>> {
    if let Some(known) = remembered(portal, hash) {
        return Ok(known);
    }
    let (asked, hash) = (portal.clone(), hash.to_owned());
    Ok(portal.store().read(ente, async move |read| document_in(read, &asked, ente, &hash).await).await?)
}

/// The same for somebody who reads already: a crowd must not ask twice.
pub(crate) async fn document_in(
    read: &mut Read,
    portal: &Portal,
    ente: EnteId,
    hash: &str,
) -> sportello_store::Result<Arc<Document>> {
    if let Some(known) = remembered(portal, hash) {
        return Ok(known);
    }
    let text = row::document(read, ente, hash).await?.ok_or_else(|| Reason::NotFound.refuse())?;
    let document: Document = serde_json::from_str(&text).map_err(sportello_store::Error::refused)?;
    let document = Arc::new(document);
    let mut remembered = portal.modelli().0.lock().unwrap_or_else(PoisonError::into_inner);
    if remembered.len() >= MAX_REMEMBERED {
        remembered.clear();
    }
    remembered.insert(hash.to_owned(), document.clone());
    Ok(document)
}

fn remembered(portal: &Portal, hash: &str) -> Option<Arc<Document>> {
    portal.modelli().0.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
}
