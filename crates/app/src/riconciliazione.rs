//! What the accounts office has to look at: receipts that did not fit, spontaneous payments of which nobody knows what
//! they stand for, and credits that credit notes left. Role: Ragioneria. Deciding stands in `decide`.

mod decide;
mod elenco;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    euro::Euro,
    fatturazione::{Periodo, document_number},
    id::{DocumentoContabileId, EnteId, PagamentoSpontaneoId, PosizioneId},
    posizione::Anomalia,
    ruolo::Ruolo,
    spontaneo::{
        Struttura,
        matching::{self, OpenDebt},
    },
    testo,
};
use sportello_store::{
    Read,
    debito::{self, OpenRow},
    incasso::{self, IncassoRow},
    posizione::{self, PosizioneRow},
    ricevuta::{self, RicevutaRow},
    riconciliazione::{self as decision, CreditoRow, DecisionRow},
    seal::EnteSealer,
    spontaneo::{self, MatchState, PagamentoRow},
};

use crate::{Ctx, Error, Portal, Result, nodo::Debtor, spontaneo::Dati, tabella::Extent};

pub use decide::{Outcome, assign, resolve};
pub use elenco::take_out;
pub use sportello_domain::spontaneo::matching::Hint;
pub use sportello_store::riconciliazione::{Esito, Subject};

/// Roles that reconcile.
pub const RECONCILERS: [Ruolo; 1] = [Ruolo::Ragioneria];

/// A receipt that did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddReceipt {
    /// Identifier that the node gave to it.
    pub receipt_id: String,
    /// Notice number, in groups of four.
    pub notice: String,
    /// The debt of the notice.
    pub debt: Option<PosizioneId>,
    /// Amount paid.
    pub amount: Euro,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
    /// Name of the payment service provider.
    pub psp: String,
    /// What does not fit.
    pub anomalia: Anomalia,
}

/// A spontaneous payment of which nobody knows what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// The payment.
    pub id: PagamentoSpontaneoId,
    /// Who paid, as they wrote it.
    pub nome: String,
    /// Codice fiscale of who paid.
    pub codice_fiscale: String,
    /// The child, as they wrote it.
    pub alunno: String,
    /// The kind of school, as they chose it.
    pub struttura: Struttura,
    /// First days of the months.
    pub periodi: Vec<NaiveDate>,
    /// Other details that they wrote.
    pub dati: Option<String>,
    /// What came.
    pub amount: Euro,
    /// When it came.
    pub paid_on: NaiveDate,
}

/// A debt that a payment may stand for: one that its payer owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The debt.
    pub id: PosizioneId,
    /// The child's name.
    pub alunno: String,
    /// Reason in words: "Mensa scolastica ottobre 2026 - retta 12/M/2026".
    pub causale: String,
    /// Day by which it is to be paid.
    pub due_on: NaiveDate,
    /// What is owed.
    pub owed: Euro,
    /// Why it may be the one, beside being owed by the payer.
    pub hints: Vec<Hint>,
    /// Whether it is for a month that the payer named.
    pub same_month: bool,
}

/// A credit that a credit note left to its payer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The credit note.
    pub nota: DocumentoContabileId,
    /// Its number: `3/M/2026`.
    pub number: String,
    /// The payer's name.
    pub pagante: String,
    /// What the payer gets back.
    pub amount: Euro,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// A decision that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What became of the money.
    pub esito: Esito,
    /// Why, in the words of who decided; empty for a match.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: String,
    /// Whether that is the person who asks.
    pub by_me: bool,
}

impl Decided {
    pub(crate) fn new(ctx: &Ctx, row: DecisionRow) -> Self {
        Self {
            esito: row.esito,
            reason: row.motivo,
            at: row.created_at,
            by: format!("{} {}", row.nome, row.cognome),
            by_me: ctx.operatore(&RECONCILERS).is_ok_and(|signed| signed.persona == row.persona_id),
        }
    }
}

/// Everything that waits, and what was decided lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Spontaneous payments, the oldest first, at most 200.
    pub unmatched: Vec<Unmatched>,
    /// Receipts, the last first, at most 200.
    pub receipts: Vec<OddReceipt>,
    /// Credits, the oldest first, at most 200.
    pub credits: Vec<Credit>,
    /// The last 20 decisions, the latest first.
    pub done: Vec<(Subject, Decided)>,
}

/// Where a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentState {
    /// It waits: what the payer owes now.
    Waiting(Vec<Candidate>),
    /// It stands for debts, by their reasons in words and amounts.
    Matched(Vec<(String, Euro)>),
    /// It was settled in another way.
    Resolved,
}

/// One spontaneous payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentPage {
    /// What is known of it.
    pub payment: Unmatched,
    /// Where it stands.
    pub state: PaymentState,
    /// Who decided; nobody for one that waits, or that the portal matched by itself.
    pub decided: Option<Decided>,
}

/// The debt of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptDebt {
    /// Reason in words.
    pub causale: String,
    /// What it comes to.
    pub amount: Euro,
    /// What is still owed of it.
    pub owed: Euro,
    /// Codice fiscale and name of who owes it.
    pub debtor: Option<(String, String)>,
    /// Its invoice.
    pub documento: Option<DocumentoContabileId>,
}

/// One receipt that did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptPage {
    /// What is known of it.
    pub receipt: OddReceipt,
    /// The debt of its notice.
    pub debt: Option<ReceiptDebt>,
    /// What was decided.
    pub decided: Option<Decided>,
}

/// What waits for the office.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn queue(portal: &Portal, ctx: &Ctx) -> Result<Queue> {
    ctx.operatore(&RECONCILERS)?;
    waiting(portal, ctx, Extent::Shown).await
}

/// What waits, or the first of it.
async fn waiting(portal: &Portal, ctx: &Ctx, extent: Extent) -> Result<Queue> {
    let ente = ctx.ente_id();
    let (payments, receipts, credits, done) = extent
        .look(portal, ente, async move |read| {
            let mut payments = Vec::new();
            let unmatched = async |read: &mut Read, page| spontaneo::unmatched(read, ente, page).await;
            for row in extent.rows(read, unmatched).await? {
                let lines = incasso::of_debt(read, ente, row.posizione_id).await?;
                payments.push((row, lines));
            }
            let anomalies = async |read: &mut Read, page| ricevuta::anomalies(read, ente, page).await;
            let receipts = extent.rows(read, anomalies).await?;
            let credits = async |read: &mut Read, page| decision::credits(read, ente, page).await;
            let credits = extent.rows(read, credits).await?;
            Ok((payments, receipts, credits, decision::latest(read, ente).await?))
        })
        .await?;
    let sealer = portal.sealer(ente).await?;
    let mut unmatched = Vec::with_capacity(payments.len());
    for (row, lines) in payments {
        unmatched.extend(payment_view(&sealer, &row, &lines)?);
    }
    let done = done.into_iter().filter_map(|row| Some((subject(&row)?, Decided::new(ctx, row))));
    Ok(Queue {
        unmatched,
        receipts: receipts.into_iter().filter_map(odd).collect(),
        credits: credits.into_iter().map(credit_view).collect(),
        done: done.collect(),
    })
}

fn subject(row: &DecisionRow) -> Option<Subject> {
    let receipt = row.receipt_id.clone().map(Subject::Ricevuta);
    row.pagamento_id.map(Subject::Pagamento).or(receipt).or(row.nota_id.map(Subject::Nota))
}

fn odd(row: RicevutaRow) -> Option<OddReceipt> {
    Some(OddReceipt {
        anomalia: row.anomalia?,
        notice: testo::grouped(&row.codice_avviso),
        receipt_id: row.receipt_id,
        debt: row.posizione_id,
        amount: Euro::from_cents(row.amount_cents),
        paid_at: row.paid_at,
        psp: row.psp_name,
    })
}

fn credit_view(row: CreditoRow) -> Credit {
    Credit {
        nota: row.nota_id,
        number: document_number(row.numero, &row.serie, row.anno),
        pagante: format!("{} {}", row.cognome, row.nome),
        amount: Euro::from_cents(row.amount_cents),
        since: row.created_at,
    }
}

/// A payment as the office sees it; none when nothing came for it.
fn payment_view(sealer: &EnteSealer, row: &PagamentoRow, lines: &[IncassoRow]) -> Result<Option<Unmatched>> {
    let Some(last) = lines.last() else { return Ok(None) };
    let richiesta = Dati::open(sealer, row)?.richiesta;
    Ok(Some(Unmatched {
        id: row.id,
        nome: richiesta.nome,
        codice_fiscale: richiesta.cf,
        alunno: richiesta.alunno,
        struttura: richiesta.struttura,
        periodi: richiesta.periodi,
        dati: richiesta.dati,
        amount: Euro::from_cents(lines.iter().map(|line| line.amount_cents).sum()),
        paid_on: last.value_date,
    }))
}

/// What is read of one payment.
struct Payment {
    view: Unmatched,
    match_state: MatchState,
    stands_for: Vec<(String, Euro)>,
    decided: Option<DecisionRow>,
    /// What its payer owes, while it waits.
    open: Vec<OpenRow>,
}

async fn find(portal: &Portal, ente: EnteId, id: PagamentoSpontaneoId) -> Result<Payment> {
    let found = portal
        .store()
        .read(ente, async move |read| {
            let Some(row) = spontaneo::by_id(read, ente, id).await? else { return Ok(None) };
            let lines = incasso::of_debt(read, ente, row.posizione_id).await?;
            let stands_for = stands_for(read, ente, id).await?;
            let decided = decision::of(read, ente, &Subject::Pagamento(id)).await?;
            Ok(Some((row, lines, stands_for, decided)))
        })
        .await?;
    let (row, lines, stands_for, decided) = found.ok_or(Error::NotFound)?;
    let view = payment_view(&portal.sealer(ente).await?, &row, &lines)?.ok_or(Error::NotFound)?;
    let open = match row.match_state {
        MatchState::Unmatched => {
            let payer = view.codice_fiscale.clone();
            portal.store().read(ente, async move |read| debito::open_of(read, ente, &payer).await).await?
        }
        MatchState::Unpaid | MatchState::Matched | MatchState::Resolved => Vec::new(),
    };
    Ok(Payment { view, match_state: row.match_state, stands_for, decided, open })
}

/// The debts that a payment stands for, in words.
async fn stands_for(
    read: &mut Read,
    ente: EnteId,
    id: PagamentoSpontaneoId,
) -> sportello_store::Result<Vec<(String, Euro)>> {
    let mut found = Vec::new();
    for row in spontaneo::matched(read, ente, id).await? {
        if let Some(debt) = posizione::by_id(read, ente, row.posizione_id).await? {
            found.push((debt.causale, Euro::from_cents(row.amount_cents)));
        }
    }
    Ok(found)
}

/// One spontaneous payment that came, whether it waits or not.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] for one of which no money came.
pub async fn payment(portal: &Portal, ctx: &Ctx, id: PagamentoSpontaneoId) -> Result<PaymentPage> {
    ctx.operatore(&RECONCILERS)?;
    let found = find(portal, ctx.ente_id(), id).await?;
    let state = match found.match_state {
        MatchState::Unpaid => return Err(Error::NotFound),
        MatchState::Unmatched => PaymentState::Waiting(candidates(&found.view, &found.open)),
        MatchState::Matched => PaymentState::Matched(found.stands_for),
        MatchState::Resolved => PaymentState::Resolved,
    };
    let decided = found.decided.map(|row| Decided::new(ctx, row));
    Ok(PaymentPage { payment: found.view, state, decided })
}

fn candidates(payment: &Unmatched, open: &[OpenRow]) -> Vec<Candidate> {
    let debts: Vec<OpenDebt<PosizioneId>> = open.iter().map(OpenRow::debt).collect();
    let months: Vec<Periodo> = payment.periodi.iter().map(|day| Periodo::of(*day)).collect();
    let view = |(row, debt): (&OpenRow, &OpenDebt<PosizioneId>)| Candidate {
        id: row.id,
        alunno: debt.alunno_name.clone(),
        causale: row.causale.clone(),
        due_on: row.scadenza,
        owed: debt.amount,
        hints: matching::hints(payment.amount, &payment.alunno, debt, &debts),
        same_month: row.periodo.is_some_and(|periodo| months.contains(&periodo)),
    };
    open.iter().zip(&debts).map(view).collect()
}

/// One receipt that did not fit, whether something was decided about it or not.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] for one that fits.
pub async fn receipt(portal: &Portal, ctx: &Ctx, receipt_id: &str) -> Result<ReceiptPage> {
    ctx.operatore(&RECONCILERS)?;
    let (ente, wanted) = (ctx.ente_id(), receipt_id.to_owned());
    let found = portal
        .store()
        .read(ente, async move |read| {
            let Some(row) = ricevuta::by_id(read, ente, &wanted).await? else { return Ok(None) };
            let decided = decision::of(read, ente, &Subject::Ricevuta(wanted)).await?;
            let debt = match row.posizione_id {
                Some(id) => posizione::by_id(read, ente, id).await?.zip(Debtor::read(read, ente, id).await?),
                None => None,
            };
            Ok(Some((row, decided, debt)))
        })
        .await?;
    let (row, decided, debt) = found.ok_or(Error::NotFound)?;
    let sealer = portal.sealer(ente).await?;
    let debt = debt.map(|(row, debtor)| receipt_debt(row, &debtor, &sealer)).transpose()?;
    let receipt = odd(row).ok_or(Error::NotFound)?;
    Ok(ReceiptPage { receipt, debt, decided: decided.map(|row| Decided::new(ctx, row)) })
}

fn receipt_debt(row: PosizioneRow, debtor: &Debtor, sealer: &EnteSealer) -> Result<ReceiptDebt> {
    let owed = if row.status.is_owed() { row.amount_cents - row.settled_cents } else { 0 };
    Ok(ReceiptDebt {
        causale: row.causale,
        amount: Euro::from_cents(row.amount_cents),
        owed: Euro::from_cents(owed),
        debtor: Some(debtor.name(sealer)?),
        documento: row.documento_id,
    })
}
