//! What the accounts office has to look at: receipts that did not fit, and spontaneous payments of which nobody knows what
//! they stand for. Role: Ragioneria.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sportello_domain::{
    euro::Euro,
    id::{PagamentoSpontaneoId, PosizioneId},
    posizione::Anomalia,
    ruolo::Ruolo,
    testo,
};
use sportello_store::{
    Json, audit,
    debito::{self, OpenRow},
    incasso::{self, IncassoRow},
    ricevuta::{self, RicevutaRow},
    seal::EnteSealer,
    spontaneo::{self, MatchState, PagamentoRow},
};

use crate::{Ctx, Error, Portal, Result, abbinamento::Choice, error::Reason, spontaneo::Dati};

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
    /// First days of the months.
    pub periodi: Vec<NaiveDate>,
    /// Other details that they wrote.
    pub dati: Option<String>,
    /// What came.
    pub amount: Euro,
    /// When it came.
    pub paid_on: NaiveDate,
    /// What the payer has to pay: the debts that it may stand for.
    pub candidates: Vec<Candidate>,
}

/// A debt that a payment may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The debt.
    pub id: PosizioneId,
    /// The child's name.
    pub alunno: String,
    /// Day by which it is to be paid.
    pub due_on: NaiveDate,
    /// What is owed.
    pub owed: Euro,
}

/// Everything that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Receipts, the last first, at most 200.
    pub receipts: Vec<OddReceipt>,
    /// Spontaneous payments, the oldest first, at most 200.
    pub unmatched: Vec<Unmatched>,
}

/// What waits for the office.
///
/// # Errors
/// [`Error::Forbidden`] for other roles.
pub async fn queue(portal: &Portal, ctx: &Ctx) -> Result<Queue> {
    ctx.operatore(&RECONCILERS)?;
    let ente = ctx.ente_id();
    let (receipts, payments) = portal
        .store()
        .read(ente, async move |read| {
            let mut payments = Vec::new();
            for row in spontaneo::unmatched(read, ente).await? {
                let lines = incasso::of_debt(read, ente, row.posizione_id).await?;
                payments.push((row, lines));
            }
            Ok((ricevuta::anomalies(read, ente).await?, payments))
        })
        .await?;
    let sealer = portal.sealer(ente).await?;
    let mut unmatched = Vec::with_capacity(payments.len());
    for (row, lines) in payments {
        let Some(mut shown) = waiting(&sealer, &row, &lines)? else { continue };
        let payer = shown.codice_fiscale.clone();
        let debts = portal.store().read(ente, async move |read| debito::open_of(read, ente, &payer).await).await?;
        shown.candidates = debts.into_iter().map(candidate).collect();
        unmatched.push(shown);
    }
    Ok(Queue { receipts: receipts.into_iter().filter_map(odd).collect(), unmatched })
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

/// A payment as the office sees it, without the debts that it may stand for.
fn waiting(sealer: &EnteSealer, row: &PagamentoRow, lines: &[IncassoRow]) -> Result<Option<Unmatched>> {
    let Some(last) = lines.last() else { return Ok(None) };
    let richiesta = Dati::open(sealer, row)?.richiesta;
    Ok(Some(Unmatched {
        id: row.id,
        nome: richiesta.nome,
        codice_fiscale: richiesta.cf,
        alunno: richiesta.alunno,
        periodi: richiesta.periodi,
        dati: richiesta.dati,
        amount: Euro::from_cents(lines.iter().map(|line| line.amount_cents).sum()),
        paid_on: last.value_date,
        candidates: Vec::new(),
    }))
}

fn candidate(row: OpenRow) -> Candidate {
    Candidate {
        id: row.id,
        alunno: format!("{} {}", row.nome, row.cognome),
        due_on: row.scadenza,
        owed: Euro::from_cents(row.owed_cents),
    }
}

/// Says what a payment stands for: debts of its payer whose sum is what came. They are paid then.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] for a payment that does not wait; [`Error::Unacceptable`] when the debts are not
/// open ones of the payer, or their sum is another; [`Error::Stale`] when one changed in the meantime.
pub async fn assign(portal: &Portal, ctx: &Ctx, id: PagamentoSpontaneoId, debts: &[PosizioneId]) -> Result<()> {
    ctx.operatore(&RECONCILERS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let waits = queue(portal, ctx).await?.unmatched.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    let payer = waits.codice_fiscale.clone();
    let open = portal.store().read(ente, async move |read| debito::open_of(read, ente, &payer).await).await?;
    let chosen: Vec<OpenRow> = open.into_iter().filter(|debt| debts.contains(&debt.id)).collect();
    let sum: i64 = chosen.iter().map(|debt| debt.owed_cents).sum();
    if chosen.is_empty() || chosen.len() != debts.len() || sum != waits.amount.cents() {
        return Err(Error::Unacceptable("the choice of debts"));
    }
    let choice = Choice { pagamento: id, paid_on: waits.paid_on, debts: chosen };
    let mut note = ctx.note(portal, "spontaneo.assign", "pagamento_spontaneo", Some(id.uuid()));
    note.detail = Json(json!({ "posizioni": debts }));
    portal
        .store()
        .write(ente, async move |tx| {
            if !spontaneo::advance(tx, ente, id, MatchState::Unmatched, MatchState::Matched).await? {
                return Err(Reason::NotFound.refuse());
            }
            choice.close(tx, ente, now).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

/// Takes a payment out of the queue that was settled in another way: given back, or entered by hand.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] for a payment that does not wait.
pub async fn resolve(portal: &Portal, ctx: &Ctx, id: PagamentoSpontaneoId) -> Result<()> {
    ctx.operatore(&RECONCILERS)?;
    let ente = ctx.ente_id();
    let note = ctx.note(portal, "spontaneo.resolve", "pagamento_spontaneo", Some(id.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            if !spontaneo::advance(tx, ente, id, MatchState::Unmatched, MatchState::Resolved).await? {
                return Err(Reason::NotFound.refuse());
            }
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}
