//! The invoice of a service, or the credit note that corrects one, as the payer reads it.
//!
//! It says who pays for whom, for which month, how each price came about, net, VAT and total, by when and how to pay.
//! For a direct debit it is the notice that goes before it (SEPA Core rulebook, pre-notification). It is a copy for
//! people: the fiscal original, where there is one, is made elsewhere. Not for: reckoning any amount.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sportello_domain::avviso::{NumeroAvviso, qr_text};
use sportello_domain::euro::Euro;
use sportello_domain::fatturazione::Riga;
use sportello_domain::lingua::Lingua;
use sportello_domain::testo;

use crate::error::DocumentError;
use crate::limits::{MAX_BYTES, MAX_CREST_BYTES, at_most};
use crate::qr;
use crate::ricevuta::{Intestazione, Line};
use crate::typesetter::{Order, Pdf, Typesetter};

/// Most lines of one document.
pub const MAX_RIGHE: usize = 500;

const TEMPLATE: &str = "fattura.typ";

/// All that stands in an invoice or a credit note. Dates are words, amounts are not.
#[derive(Clone, Debug)]
pub struct Fattura {
    /// The ente that issues.
    pub ente: Intestazione,
    /// Partita IVA of the ente.
    pub partita_iva: String,
    /// True in the demonstration: the word DIMOSTRAZIONE stands on every page.
    pub demo: bool,
    /// Invoice, or credit note.
    pub kind: Kind,
    /// Number as people read it ("12/M/2026").
    pub number: String,
    /// Day of issue in words.
    pub issued_on: String,
    /// Day of issue, for the metadata of the file.
    pub created: DateTime<Utc>,
    /// What the document is before the tax law ("Copia di cortesia, senza valore fiscale."), a full sentence.
    pub regime: String,
    /// The service ("Mensa scolastica").
    pub servizio: String,
    /// The month in words ("ottobre 2026").
    pub period: String,
    /// Who pays, for which child, in which school.
    pub people: Vec<Line>,
    /// What is charged.
    pub righe: Vec<Riga>,
    /// Net amount.
    pub net: Euro,
    /// VAT.
    pub vat: Euro,
    /// Rate of VAT in words ("4%").
    pub rate: String,
    /// Total.
    pub total: Euro,
    /// What is to be done.
    pub payment: Payment,
    /// Short paragraphs at the end.
    pub notes: Vec<String>,
}

/// What a document is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// An invoice.
    Fattura,
    /// A credit note.
    NotaDiCredito {
        /// The invoice that it corrects, in words ("12/M/2026 del 5 novembre 2026").
        corrects: String,
    },
}

/// How a document is settled.
#[derive(Clone, Debug)]
pub enum Payment {
    /// By the payer, with this notice.
    PagoPa {
        /// Last day in words.
        due_on: String,
        /// The notice number; the QR code holds it with the codice fiscale of the ente and the total.
        numero: NumeroAvviso,
    },
    /// By direct debit.
    Sdd {
        /// Day of the debit in words; `None` while it is not set.
        debit_on: Option<String>,
        /// Creditor identifier of the ente.
        creditor_id: String,
        /// Reference of the mandate (UMR).
        umr: String,
        /// Account that is debited, masked.
        iban: String,
    },
    /// Nothing is to be paid; a full sentence says why.
    Nothing(String),
}

/// Makes the document as PDF/A-2a and PDF/UA-1. Letters that no face holds are printed as `?` and a note says so.
///
/// # Errors
/// More than the limits of this module; a crest that is no SVG.
pub fn fattura(typesetter: &Typesetter, fattura: &Fattura) -> Result<Pdf, DocumentError> {
    at_most("lines", fattura.righe.len(), MAX_RIGHE)?;
    typesetter.set(Order {
        template: TEMPLATE,
        files: files(typesetter, fattura)?,
        ident: format!("{} {} {}", title(&fattura.kind), fattura.ente.codice_fiscale, fattura.number),
        created: fattura.created,
    })
}

fn title(kind: &Kind) -> &'static str {
    match kind {
        Kind::Fattura => "Fattura",
        Kind::NotaDiCredito { .. } => "Nota di credito",
    }
}

/// The files that the template reads.
fn files(typesetter: &Typesetter, fattura: &Fattura) -> Result<Vec<(&'static str, Vec<u8>)>, DocumentError> {
    let crest = fattura.ente.crest_svg.as_deref();
    at_most("bytes of crest", crest.map_or(0, str::len), MAX_CREST_BYTES)?;
    let mut dati = data(fattura);
    let replaced = typesetter.printable().clean(&mut dati);
    let qr = match &fattura.payment {
        Payment::PagoPa { numero, .. } => Some(qr_text(numero, &fattura.ente.codice_fiscale, fattura.total)),
        Payment::Sdd { .. } | Payment::Nothing(_) => None,
    };
    let dati = json!({ "fattura": dati, "replaced": replaced, "crest": crest.is_some(), "qr": qr });
    let bytes = serde_json::to_vec(&dati).map_err(DocumentError::Data)?;
    at_most("bytes of data", bytes.len(), MAX_BYTES)?;
    let mut files = vec![("dati.json", bytes)];
    if let Some(text) = qr {
        files.push(("qr.svg", qr::notice_svg(&text).map_err(DocumentError::Qr)?.into_bytes()));
    }
    files.extend(crest.map(|svg| ("stemma.svg", svg.as_bytes().to_vec())));
    Ok(files)
}

/// The document as the template reads it.
fn data(fattura: &Fattura) -> Value {
    let corrects = match &fattura.kind {
        Kind::Fattura => None,
        Kind::NotaDiCredito { corrects } => Some(corrects),
    };
    let righe: Vec<Value> = fattura.righe.iter().map(riga).collect();
    json!({
        "ente": fattura.ente,
        "partita_iva": fattura.partita_iva,
        "demo": fattura.demo,
        "title": title(&fattura.kind),
        "corrects": corrects,
        "number": fattura.number,
        "issued_on": fattura.issued_on,
        "regime": fattura.regime,
        "servizio": fattura.servizio,
        "period": fattura.period,
        "people": fattura.people,
        "righe": righe,
        "net": words(fattura.net),
        "vat": words(fattura.vat),
        "rate": fattura.rate,
        "total": words(fattura.total),
        "payment": PaymentData::of(fattura),
        "notes": fattura.notes,
    })
}

fn riga(riga: &Riga) -> Value {
    json!({
        "text": riga.text,
        "rule": riga.rule,
        "quantity": riga.quantity.to_string(),
        "unit": words(riga.unit),
        "amount": words(riga.amount),
    })
}

/// "4,50 €".
fn words(amount: Euro) -> String {
    testo::amount(amount, Lingua::It)
}

/// What the template says about paying: a way in few words, a day, a sentence, and facts.
#[derive(Serialize)]
struct PaymentData {
    way: Option<&'static str>,
    day: Option<(&'static str, String)>,
    sentence: String,
    facts: Vec<Line>,
}

impl PaymentData {
    fn of(fattura: &Fattura) -> Self {
        match &fattura.payment {
            Payment::PagoPa { due_on, numero } => Self {
                way: Some("Pago io con pagoPA"),
                day: Some(("Da pagare entro il", due_on.clone())),
                sentence: format!(
                    "Paga online dal portale, con la tua app, in banca o in tabaccheria. Basta il codice QR, o il numero \
                     dell’avviso con il codice fiscale dell’ente, {}.",
                    fattura.ente.codice_fiscale
                ),
                facts: vec![Line::code("Numero dell’avviso", numero.grouped())],
            },
            Payment::Sdd { debit_on, creditor_id, umr, iban } => Self {
                way: Some("Addebito SDD sul conto"),
                day: debit_on.clone().map(|day| ("Addebito il", day)),
                sentence:
                    "Non devi fare nulla: la banca addebita il totale sul conto che hai indicato. Questo documento \
                           vale come preavviso dell’addebito."
                        .to_owned(),
                facts: vec![
                    Line::code("Conto addebitato (IBAN)", iban),
                    Line::code("Riferimento del mandato (UMR)", umr),
                    Line::code("Identificativo del creditore", creditor_id),
                ],
            },
            Payment::Nothing(sentence) => Self { way: None, day: None, sentence: sentence.clone(), facts: Vec::new() },
        }
    }
}
