//! Documenti contabili: the invoices and credit notes of a signed-in parent, and of nobody else (guide, G10 and G11).

use chrono::NaiveDate;
use sportello_domain::{
    euro::Euro,
    id::{AlunnoId, DocumentoContabileId, PosizioneId},
};

pub use sportello_domain::posizione::DebitoState;

/// A child with enrolments that the person pays for.
#[derive(Clone, Debug)]
pub struct Figlio {
    /// The child.
    pub id: AlunnoId,
    /// Given and family name.
    pub name: String,
    /// Name of the school.
    pub plesso: String,
    /// Name of the class.
    pub classe: String,
    /// What is still to be paid for the child, debits that are on their way left out.
    pub open: Euro,
}

/// Kind of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Fattura.
    Invoice,
    /// Nota di credito.
    CreditNote,
}

/// A document in the list of a child.
#[derive(Clone, Debug)]
pub struct DocumentoRow {
    /// The document.
    pub id: DocumentoContabileId,
    /// Invoice or credit note.
    pub kind: Kind,
    /// Number as people write it: `12/M/2026`.
    pub number: String,
    /// First day of the month that it charges.
    pub period: NaiveDate,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// Day by which it is to be paid.
    pub due_on: NaiveDate,
    /// Total.
    pub total: Euro,
    /// What has become of its debt; none for a credit note.
    pub state: Option<DebitoState>,
    /// Size of its PDF in bytes, once it is made.
    pub pdf_bytes: Option<u64>,
}

/// A line of a document.
#[derive(Clone, Debug)]
pub struct Line {
    /// What is charged.
    pub text: String,
    /// How the price came about, in words.
    pub rule: String,
    /// How many.
    pub quantity: i64,
    /// Price of one.
    pub unit: Euro,
    /// Price of all.
    pub amount: Euro,
}

/// An amount received.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Day of the payment.
    pub on: NaiveDate,
    /// Whether the bank debited it (else it came through pagoPA).
    pub by_debit: bool,
    /// The amount.
    pub amount: Euro,
}

/// A document with everything that its page shows.
#[derive(Clone, Debug)]
pub struct DocumentoPage {
    /// The facts of the list.
    pub row: DocumentoRow,
    /// The child's name.
    pub alunno: String,
    /// What is charged.
    pub lines: Vec<Line>,
    /// Net amount.
    pub net: Euro,
    /// VAT.
    pub vat: Euro,
    /// Rate of VAT, in hundredths of a percent.
    pub rate_bp: i64,
    /// What has been received.
    pub payments: Vec<Payment>,
    /// The debt, when it can be paid online now.
    pub payable: Option<PosizioneId>,
    /// The debt with a notice that can be printed, and the notice's number in groups of four.
    pub notice: Option<(PosizioneId, String)>,
    /// The document that this one corrects, or that corrects it.
    pub linked: Option<Linked>,
}

/// How two documents hang together.
#[derive(Clone, Debug)]
pub enum Linked {
    /// This credit note corrects an invoice with this number.
    Corrects(String),
    /// This invoice is corrected by a credit note with this number.
    CorrectedBy(String),
}
pub async fn children(_: &crate::Portal, _: &crate::Ctx) -> crate::Result<Vec<Figlio>> {
    Err(crate::Error::NotFound)
}
pub async fn of_child(_: &crate::Portal, _: &crate::Ctx, _: AlunnoId) -> crate::Result<(Figlio, Vec<DocumentoRow>)> {
    Err(crate::Error::NotFound)
}
pub async fn page(
    _: &crate::Portal,
    _: &crate::Ctx,
    _: AlunnoId,
    _: DocumentoContabileId,
) -> crate::Result<DocumentoPage> {
    Err(crate::Error::NotFound)
}
pub async fn pdf(
    _: &crate::Portal,
    _: &crate::Ctx,
    _: AlunnoId,
    _: DocumentoContabileId,
) -> crate::Result<Option<crate::bozza::Download>> {
    Err(crate::Error::NotFound)
}
