//! Pagamento servizi scolastici: the debts of a signed-in parent, the attempts to pay them online, and what came of it
//! (guide, G12 and G13).
//!
//! An attempt is not a payment: only a receipt closes a debt (see `nodo`).

pub(crate) mod cart;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar,
    delega::DelegaScope,
    euro::Euro,
    fatturazione::document_number,
    id::{AlunnoId, DocumentoContabileId, EnteId, PosizioneId, TentativoId},
    posizione::{DebitoFacts, PosizioneStatus},
    testo,
};
use sportello_store::{
    Read,
    debito::{self, DebitoRow},
    persona,
    ricevuta::{self, RicevutaRow},
    spontaneo,
    tentativo::{self, TentativoStatus},
};

use crate::{
    Ctx, Error, Portal, Result, avviso, bozza::Download, delega, documenti_contabili::DebitoState, error::Reason,
};
use cart::Wanted;

/// Path of the pages of attempts; an attempt's own follows.
const ATTEMPT_PATH: &str = "/servizi-scolastici/pagamenti/esito";

/// Most debts in one cart (pagoPA, Checkout `POST /carts`).
pub const MAX_IN_CART: usize = 5;

/// A debt of the person.
#[derive(Clone, Debug)]
pub struct Debito {
    /// The debt.
    pub id: PosizioneId,
    /// The child's name.
    pub alunno: String,
    /// First day of the month that it charges.
    pub period: NaiveDate,
    /// The invoice behind it: child, document, number.
    pub documento: Option<(AlunnoId, DocumentoContabileId, String)>,
    /// Day by which it is to be paid.
    pub due_on: NaiveDate,
    /// What is owed.
    pub amount: Euro,
    /// What has become of it.
    pub state: DebitoState,
    /// Whether it can be paid online now.
    pub payable: bool,
    /// Whether there is a receipt to show.
    pub receipt: bool,
}

/// Where a browser is sent to pay: an address of the payment site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentSite(pub String);

/// What an attempt has come to. The return of the browser never makes it paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Receipts for all of its debts are here.
    Paid,
    /// The browser came back, or not; the receipt is awaited.
    BeingVerified,
    /// The payment site says that it failed, and no receipt came.
    Failed,
    /// The person closed it, and no receipt came.
    Cancelled,
}

/// How the browser came back from the payment site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// `returnOkUrl`.
    Ok,
    /// `returnCancelUrl`.
    Cancel,
    /// `returnErrorUrl`.
    Error,
    /// `returnWaitingUrl`.
    Waiting,
}

/// An attempt as its page shows it.
#[derive(Clone, Debug)]
pub struct Tentativo {
    /// The attempt.
    pub id: TentativoId,
    /// What it has come to.
    pub outcome: Outcome,
    /// The receipts that are here.
    pub receipts: Vec<Ricevuta>,
}

/// A receipt as its payer reads it.
#[derive(Clone, Debug)]
pub struct Ricevuta {
    /// Amount paid.
    pub amount: Euro,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
    /// Name of the payment service provider.
    pub psp: String,
    /// Notice number, in groups of four.
    pub notice: String,
    /// Identifier that the node gave to the receipt.
    pub receipt_id: String,
    /// Number of the invoice, when there is one.
    pub documento: Option<String>,
}

/// The debts of the person, the earliest due first, with what has become of each.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Vec<Debito>> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?, portal.clock().now());
    let rows = portal.store().read(ente, async move |read| debito::of_person(read, ente, persona).await).await?;
    Ok(rows.into_iter().map(|row| view(row, now)).collect())
}

/// A debt as its payer reads it at this instant.
pub(crate) fn view(row: DebitoRow, now: DateTime<Utc>) -> Debito {
    let facts = DebitoFacts {
        status: row.status,
        modalita: row.modalita,
        due_on: row.scadenza,
        debit_on: row.debit_on,
        paid_on: row.paid_on,
        awaited: cart::is_awaited(row.awaited_since, now),
    };
    let number = number(&row);
    let documento = row.alunno_id.zip(row.documento_id).zip(number).map(|((alunno, id), number)| (alunno, id, number));
    let owed = row.amount_cents - row.settled_cents;
    let settled = matches!(row.status, PosizioneStatus::Paid | PosizioneStatus::Cancelled);
    Debito {
        id: row.id,
        alunno: format!("{} {}", row.nome.unwrap_or_default(), row.cognome.unwrap_or_default()).trim().to_owned(),
        period: row.periodo.map_or(row.scadenza, |periodo| periodo.first_day()),
        documento,
        due_on: row.scadenza,
        amount: Euro::from_cents(if settled { row.amount_cents } else { owed }),
        state: facts.state(calendar::legal_date(now)),
        payable: facts.payable(),
        receipt: row.status == PosizioneStatus::Paid && row.paid_on.is_some(),
    }
}

/// The number of the invoice as people write it: `12/M/2026`.
fn number(row: &DebitoRow) -> Option<String> {
    Some(document_number(row.numero?, row.serie.as_ref()?, row.anno?))
}

/// Opens a cart with one to five of the person's debts; the same key again leads to the same cart.
///
/// # Errors
/// [`Error::NotFound`] for a debt of somebody else, [`Error::NotAllowedNow`] for one that cannot be paid online now or whose
/// receipt is awaited, [`Error::KeyReused`], [`Error::Unacceptable`] for none or too many, [`Error::Elsewhere`] when the
/// payment site does not answer.
pub async fn start(portal: &Portal, ctx: &Ctx, debts: Vec<PosizioneId>, key: &str) -> Result<PaymentSite> {
    let (ente, id) = (ctx.ente_id(), ctx.titolare(DelegaScope::Pay)?);
    // Whoever pays gets the mail of the payment site.
    let payer = ctx.cittadino()?.persona;
    let person = portal.store().read(ente, async move |read| persona::by_id(read, ente, payer).await).await?;
    let email = person.and_then(|person| person.email);
    let wanted = Wanted { persona: Some(id), debts, key: key.to_owned(), email };
    let root = portal.addressing().absolute(&ctx.ente, &delega::path(ctx, ATTEMPT_PATH));
    cart::open(portal, ctx, wanted, |attempt, way| format!("{root}/{attempt}?come={way}")).await
}

/// Notes how the browser came back from the payment site. It never makes a debt paid.
///
/// # Errors
/// [`Error::NotFound`] for an attempt of somebody else.
pub async fn returned(portal: &Portal, ctx: &Ctx, id: TentativoId, way: Return) -> Result<()> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.titolare(DelegaScope::Pay)?, portal.clock().now());
    portal
        .store()
        .write(ente, async move |tx| {
            let row = tentativo::by_id(tx, ente, id).await?.filter(|row| row.persona_id == Some(persona));
            row.ok_or_else(|| Reason::NotFound.refuse())?;
            cart::note_return(tx, ente, id, way, now).await
        })
        .await?;
    Ok(())
}

/// What an attempt of the person has come to.
///
/// # Errors
/// [`Error::NotFound`] for an attempt of somebody else.
pub async fn attempt(portal: &Portal, ctx: &Ctx, id: TentativoId) -> Result<Tentativo> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?);
    let found = portal
        .store()
        .read(ente, async move |read| {
            let Some(row) = tentativo::by_id(read, ente, id).await?.filter(|row| row.persona_id == Some(persona))
            else {
                return Ok(None);
            };
            let debts = debito::of_person(read, ente, persona).await?;
            let mut tried = Vec::new();
            for (debt, _) in tentativo::debts(read, ente, id).await? {
                let row = debts.iter().find(|row| row.id == debt);
                tried.push((row.cloned(), first_receipt(read, ente, debt).await?));
            }
            Ok(Some((row.status, tried)))
        })
        .await?;
    let (status, tried) = found.ok_or(Error::NotFound)?;
    let paid = |row: &Option<DebitoRow>| row.as_ref().is_some_and(|row| row.status == PosizioneStatus::Paid);
    let all_paid = !tried.is_empty() && tried.iter().all(|(row, _)| paid(row));
    let receipts = tried.into_iter().filter_map(|(row, receipt)| Some(shown(receipt?, row.as_ref().and_then(number))));
    Ok(Tentativo { id, outcome: outcome(status, all_paid), receipts: receipts.collect() })
}

/// What an attempt has come to: paid only when the receipts are here, and until then never anything final but a refusal
/// that the payment site itself told.
fn outcome(status: TentativoStatus, all_paid: bool) -> Outcome {
    match status {
        _ if all_paid => Outcome::Paid,
        TentativoStatus::Failed => Outcome::Failed,
        TentativoStatus::Cancelled => Outcome::Cancelled,
        TentativoStatus::Open | TentativoStatus::Awaited | TentativoStatus::Succeeded => Outcome::BeingVerified,
    }
}

/// The receipt that paid a debt of the person.
///
/// # Errors
/// [`Error::NotFound`] for a debt of somebody else, or one without a receipt.
pub async fn receipt(portal: &Portal, ctx: &Ctx, debt: PosizioneId) -> Result<Ricevuta> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?);
    let found = portal
        .store()
        .read(ente, async move |read| {
            let rows = debito::of_person(read, ente, persona).await?;
            let Some(row) = rows.into_iter().find(|row| row.id == debt) else { return Ok(None) };
            Ok(first_receipt(read, ente, debt).await?.map(|receipt| (receipt, number(&row))))
        })
        .await?;
    let (receipt, documento) = found.ok_or(Error::NotFound)?;
    Ok(shown(receipt, documento))
}

/// The receipt that paid a debt: that of the spontaneous payment that stands for it, else its own first one.
pub(crate) async fn first_receipt(
    read: &mut Read,
    ente: EnteId,
    debt: PosizioneId,
) -> sportello_store::Result<Option<RicevutaRow>> {
    let own = match spontaneo::match_of(read, ente, debt).await? {
        Some(stands) => spontaneo::by_id(read, ente, stands.pagamento_id).await?.map(|row| row.posizione_id),
        None => None,
    };
    Ok(ricevuta::of_debt(read, ente, own.unwrap_or(debt)).await?.into_iter().next())
}

/// A receipt as its payer reads it.
pub(crate) fn shown(row: RicevutaRow, documento: Option<String>) -> Ricevuta {
    Ricevuta {
        amount: Euro::from_cents(row.amount_cents),
        paid_at: row.paid_at,
        psp: row.psp_name,
        notice: testo::grouped(&row.codice_avviso),
        receipt_id: row.receipt_id,
        documento,
    }
}

/// The printed notice of a debt of the person.
///
/// # Errors
/// [`Error::NotFound`] for a debt of somebody else, [`Error::NotAllowedNow`] for one that cannot be paid with a notice now.
pub async fn notice(portal: &Portal, ctx: &Ctx, debt: PosizioneId) -> Result<Download> {
    let persona = ctx.titolare(DelegaScope::Pay)?;
    avviso::pdf(portal, ctx, debt, |row| row.persona_id == Some(persona)).await
}
