//! Payments, receipts and credits that wait as one table for a spreadsheet, with what the page shows of each.

use sportello_domain::{
    calendar,
    foglio::{Cell, Formato},
};

use super::{Credit, OddReceipt, RECONCILERS, Unmatched, waiting};
use crate::{
    Ctx, Portal, Result,
    tabella::{Extent, Tabella, Tutte, Uscita},
};

const HEADINGS: [&str; 7] = [
    "attesa.cosa",
    "attesa.riferimento",
    "attesa.chi_paga",
    "attesa.alunno",
    "attesa.problema",
    "attesa.dal",
    "attesa.importo",
];

/// Begins to take out what waits. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    ctx.operatore(&RECONCILERS)?;
    let queue = waiting(portal, ctx, Extent::Whole).await?;
    let mut rows: Vec<Vec<Cell>> = queue.unmatched.into_iter().map(payment).collect();
    rows.extend(queue.receipts.into_iter().map(receipt));
    rows.extend(queue.credits.into_iter().map(credit));
    let uscita = Uscita::new("riconciliazione.export_list", ("riconciliazione", None), "riconciliazione", &HEADINGS);
    uscita.at_once(portal, ctx, formato, rows).await
}

/// The cells under [`HEADINGS`], here and below.
fn payment(row: Unmatched) -> Vec<Cell> {
    vec![
        Cell::Plain("pagamento".to_owned()),
        Cell::EMPTY,
        Cell::Text(row.nome),
        Cell::Text(row.alunno),
        Cell::EMPTY,
        Cell::Plain(row.paid_on.to_string()),
        Cell::Amount(row.amount),
    ]
}

fn receipt(row: OddReceipt) -> Vec<Cell> {
    vec![
        Cell::Plain("ricevuta".to_owned()),
        Cell::Plain(row.notice),
        Cell::EMPTY,
        Cell::EMPTY,
        Cell::Plain(row.anomalia.stored().to_owned()),
        Cell::Plain(calendar::legal_date(row.paid_at).to_string()),
        Cell::Amount(row.amount),
    ]
}

fn credit(row: Credit) -> Vec<Cell> {
    vec![
        Cell::Plain("credito".to_owned()),
        Cell::Plain(row.number),
        Cell::Text(row.pagante),
        Cell::EMPTY,
        Cell::EMPTY,
        Cell::Plain(calendar::legal_date(row.since).to_string()),
        Cell::Amount(row.amount),
    ]
}
