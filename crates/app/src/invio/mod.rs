//! INVIA: a complete draft becomes pratiche, exactly once.
//!
//! One transaction holds the pratiche, their numbers, the registration, the timelines, the jobs and the audit rows. What
//! is slow (checking, sealing) happens before it; what leaves the house (receipt, mail) happens after it, by jobs.

pub(crate) mod build;
pub(crate) mod subject;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{AllegatoId, BozzaId, PraticaId},
    modello::view::FileView,
};
use sportello_store::{
    allegato,
    bozza::BozzaStatus,
    documento, idempotenza,
    idempotenza::Begun,
    invio::{self as row, Invio, Submitted},
    per_conto, pratica, prenotazione, protocollo,
};

use crate::{
    Ctx, Error, Portal, Result,
    bozza::{self, Loaded, SummaryPage},
    clock::is_secret,
    error::Reason,
    modello::Window,
};

/// What Invia sends.
#[derive(Clone, Debug)]
pub struct InvioForm {
    /// Idempotency key from the summary.
    pub key: String,
    /// Fingerprint of what was shown.
    pub hash: String,
    /// Revision that was shown.
    pub revision: i64,
    /// Whether the declaration at the foot of the summary was ticked.
    pub declared: bool,
}

/// What became of Invia.
#[derive(Debug)]
pub enum Sent {
    /// Filed (now, or by an earlier press of the same button).
    Filed,
    /// Something is wrong, the draft changed since it was shown, or the tick is missing: the summary again.
    Again {
        /// The summary as it is now.
        summary: Box<SummaryPage>,
        /// Why.
        reason: NotSent,
    },
}

/// Why the summary is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSent {
    /// The tick box was not ticked.
    NotDeclared,
    /// The draft changed after it was shown.
    Changed,
    /// Answers are missing or wrong.
    Problems,
    /// The modello changed: pages are to be looked at again first.
    Review,
    /// The window closed; the draft is kept.
    WindowClosed,
    /// The person has already filed for this child, service and school year.
    Duplicate,
}

/// One pratica in the confirmation.
#[derive(Clone, Debug)]
pub struct SentPratica {
    /// The pratica.
    pub id: PraticaId,
    /// "2026/184".
    pub number: String,
    /// The child's name.
    pub alunno: String,
    /// Whether the child has no codice fiscale yet, which the office will need.
    pub code_missing: bool,
}

/// The confirmation page.
#[derive(Clone, Debug)]
pub struct SentPage {
    /// Title of the modello.
    pub title: String,
    /// The pratiche, in the order of the rows.
    pub pratiche: Vec<SentPratica>,
    /// "4127/2026", or `None` while the register has not answered.
    pub protocol: Option<String>,
    /// "3/2026", the number in the emergency register, where it has one.
    pub emergency: Option<String>,
    /// When the server received Invia.
    pub received_at: DateTime<Utc>,
    /// Address the receipt goes to.
    pub email: String,
    /// The receipt, once it is made.
    pub receipt: Option<FileView>,
    /// Last day for the answer.
    pub answer_by: NaiveDate,
    /// Whether its places are few and booked apart.
    pub books_place: bool,
}

/// What the transaction decided.
enum Decided {
    Filed,
    Again(NotSent),
}

/// Files the draft.
///
/// A second press of the button, a reload, a lost answer: the same pratiche, the same receipt.
///
/// # Errors
/// [`Error::NotFound`] for a draft of somebody else, [`Error::KeyReused`] when the key came with another content,
/// [`Error::OutcomeUnknown`] when the connection to the database was lost while committing.
pub async fn submit(portal: &Portal, ctx: &Ctx, id: BozzaId, form: InvioForm) -> Result<Sent> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.richiedente()?, portal.clock().now());
    if !is_secret(&form.key) {
        return Err(Error::Unacceptable("the key of the form"));
    }
    let mut loaded = Loaded::any(portal, ctx, id).await?;
    let body_hash = build::body_hash(id, &form);
    if loaded.row.status == BozzaStatus::Filed {
        return already_filed(portal, ctx, &form.key, &body_hash).await;
    }
    if let Some(reason) = refusal(ctx, &loaded, &form, now) {
        return again(portal, ctx, loaded, reason);
    }
    let adopted = bozza::adopted(portal, ctx, &mut loaded).await?;
    let mut invio = build::invio(portal, ctx, &loaded, &form.key, body_hash, now).await?;
    let unfiled = unfiled(&loaded, &invio);
    let (ended, desk, released) = (unfiled.clone(), ctx.desk(), loaded.row.per_conto_id.is_some());
    let decided = portal
        .store()
        .write(ente, async move |tx| {
            match idempotenza::begin(tx, ente, persona, &invio.answer.key, &invio.answer.answer.body_hash).await? {
                Begun::New => {}
                Begun::Same(_) => return Ok(Decided::Filed),
                Begun::OtherBody => return Err(Reason::KeyReused.refuse()),
            }
            // The scanner may have found a virus since the draft was read.
            let infected = allegato::infected(tx, ente, id).await?;
            if invio.allegati.iter().any(|(_, file)| infected.contains(file)) {
                return Ok(Decided::Again(NotSent::Changed));
            }
            if find_duplicates(tx, ente, &mut invio).await? {
                return Ok(Decided::Again(NotSent::Duplicate));
            }
            if !bozza::keep_adopted(tx, ente, persona, adopted.as_ref(), now).await? {
                return Ok(Decided::Again(NotSent::Changed));
            }
            match row::submit(tx, ente, &invio).await? {
                Submitted::Filed { .. } => {
                    for file in ended {
                        allegato::remove(tx, ente, id, file, now).await?;
                    }
                    match desk {
                        Some(desk) => per_conto::filed(tx, ente, id, desk).await?,
                        // What the owner sends from home is not for the desk any more.
                        None if released => per_conto::release(tx, ente, id).await?,
                        None => {}
                    }
                    Ok(Decided::Filed)
                }
                Submitted::Changed => Ok(Decided::Again(NotSent::Changed)),
            }
        })
        .await?;
    match decided {
        Decided::Filed => {
            portal.work().notify_one();
            bozza::remove(portal, ente, unfiled).await?;
            Ok(Sent::Filed)
        }
        Decided::Again(reason) => {
            let loaded = Loaded::any(portal, ctx, id).await?;
            match loaded.row.status {
                // Another press of the button was faster: what the person wanted is done.
                BozzaStatus::Filed => Ok(Sent::Filed),
                BozzaStatus::Open => again(portal, ctx, loaded, reason),
            }
        }
    }
}

/// Files of the draft that go with no pratica: their question was hidden again after they were given.
fn unfiled(loaded: &Loaded, invio: &Invio) -> Vec<AllegatoId> {
    let held = loaded.answers.files().into_iter().map(|file| file.id);
    held.filter(|id| invio.allegati.iter().all(|(_, filed)| filed != id)).collect()
}

/// An answer for a draft that was sent before: the same one, unless the key was used for something else.
async fn already_filed(portal: &Portal, ctx: &Ctx, key: &str, body_hash: &[u8]) -> Result<Sent> {
    let (ente, persona) = (ctx.ente_id(), ctx.richiedente()?);
    let (key, body_hash) = (key.to_owned(), body_hash.to_vec());
    let known = portal
        .store()
        .read(ente, async move |read| idempotenza::begin(read, ente, persona, &key, &body_hash).await)
        .await?;
    match known {
        Begun::OtherBody => Err(Error::KeyReused),
        Begun::New | Begun::Same(_) => Ok(Sent::Filed),
    }
}

/// Why the draft cannot be filed as it is.
fn refusal(ctx: &Ctx, loaded: &Loaded, form: &InvioForm, now: DateTime<Utc>) -> Option<NotSent> {
    let shown = loaded.form(ctx);
    if !matches!(loaded.published.window(now), Window::Open { .. }) {
        Some(NotSent::WindowClosed)
    } else if loaded.row.revision != form.revision || shown.fingerprint() != form.hash {
        Some(NotSent::Changed)
    } else if !shown.check_all().is_empty() {
        Some(NotSent::Problems)
    } else if !shown.review().is_empty() {
        Some(NotSent::Review)
    } else if !form.declared {
        Some(NotSent::NotDeclared)
    } else {
        None
    }
}

fn again(portal: &Portal, ctx: &Ctx, loaded: Loaded, reason: NotSent) -> Result<Sent> {
    Ok(Sent::Again { summary: Box::new(loaded.summary(ctx, portal.chance().secret())), reason })
}

/// Looks for live enrolments of the same children. True when one is the applicant's own; one of somebody else only marks
/// the pratica as contested, and the applicant is not told.
async fn find_duplicates(
    tx: &mut sportello_store::Tx,
    ente: sportello_domain::id::EnteId,
    invio: &mut Invio,
) -> sportello_store::Result<bool> {
    // All pratiche of one INVIA are of one modello, hence of one service.
    let Some(servizio) = invio.pratiche.iter().find_map(|new| new.servizio.as_deref()) else { return Ok(false) };
    let children: Vec<&str> = invio.pratiche.iter().filter_map(|new| new.alunno_codice_fiscale.as_deref()).collect();
    let anno = invio.anno_scolastico;
    let live = pratica::live_children(tx, ente, servizio, anno, invio.persona_id, &children).await?;
    for new in &mut invio.pratiche {
        new.contested = live.iter().any(|(child, _)| Some(child) == new.alunno_codice_fiscale.as_ref());
    }
    Ok(live.iter().any(|(_, own)| *own))
}

/// The confirmation of a filed draft.
///
/// # Errors
/// [`Error::NotFound`] for a draft of somebody else or one that was not sent.
pub async fn sent(portal: &Portal, ctx: &Ctx, id: BozzaId) -> Result<SentPage> {
    let (ente, persona) = (ctx.ente_id(), ctx.richiedente()?);
    let loaded = Loaded::any(portal, ctx, id).await?;
    let (heads, registered, emergency, receipt, books_place) = portal
        .store()
        .read(ente, async move |read| {
            let heads = pratica::of_bozza(read, ente, persona, id).await?;
            let registered = protocollo::of_bozza(read, ente, id).await?;
            let places = prenotazione::of_bozza(read, ente, persona, id).await?;
            let books_place = places.iter().any(|place| place.book_from.is_some());
            let emergency = crate::pratica::emergency(read, ente, id).await?;
            Ok((heads, registered, emergency, documento::receipt(read, ente, persona, id).await?, books_place))
        })
        .await?;
    let first = heads.first().ok_or(Error::NotFound)?;
    Ok(SentPage {
        title: loaded.title(ctx),
        protocol: registered.map(|row| crate::pratica::protocol_number(row.numero, row.anno)),
        emergency,
        received_at: first.received_at,
        email: build::email(&loaded).unwrap_or_default(),
        receipt: receipt.map(crate::pratica::receipt_view),
        answer_by: first.due_on,
        books_place,
        pratiche: heads
            .into_iter()
            .map(|head| SentPratica {
                id: head.id,
                number: crate::pratica::number(head.anno, head.numero),
                alunno: head.alunno,
                code_missing: head.code_missing,
            })
            .collect(),
    })
}
