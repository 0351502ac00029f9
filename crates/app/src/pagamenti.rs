//! Pagamento servizi scolastici: the debts of a signed-in parent, the attempts to pay them online, and what came of it
//! (guide, G12 and G13).
//!
//! An attempt is not a payment: only a receipt closes a debt (see `nodo`).

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    euro::Euro,
    id::{AlunnoId, DocumentoContabileId, PosizioneId, TentativoId},
};

use crate::documenti_contabili::DebitoState;

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
