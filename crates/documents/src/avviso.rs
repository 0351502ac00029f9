//! The printed notice of pagoPA (avviso di pagamento): one page, one amount, without the postal slip.
//!
//! Laid out as "Avvisi di pagamento" 3.4.0 says, with neutral words and drawings where the official one bears marks of
//! brands. Not for: instalments, the postal slip, choosing the number or the amount.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sportello_domain::avviso::{NumeroAvviso, qr_text};
use sportello_domain::euro::Euro;

use crate::error::DocumentError;
use crate::limits::{MAX_CREST_BYTES, at_most};
use crate::qr;
use crate::typesetter::{Order, Pdf, Typesetter};

/// Largest amount of a notice: 999.999.999,99 euro.
pub const MAX_CENTS: i64 = 99_999_999_999;

const TEMPLATE: &str = "avviso.typ";

/// Most characters of each text ("Avvisi di pagamento" 3.4.0); what is longer ends in an ellipsis.
mod most {
    pub(super) const SUBJECT: usize = 90;
    pub(super) const ENTE: usize = 50;
    pub(super) const SECTOR: usize = 50;
    pub(super) const INFO: usize = 100;
    pub(super) const DEBITORE: usize = 70;
    /// All lines together.
    pub(super) const ADDRESS: usize = 140;
    /// What fits the bar.
    pub(super) const SITE: usize = 40;
    /// What fits the column.
    pub(super) const CBILL: usize = 15;
    /// A codice fiscale or a partita IVA.
    pub(super) const CODE: usize = 16;
}

/// All that stands in a notice.
#[derive(Clone, Debug)]
pub struct Avviso {
    /// Who is paid.
    pub ente: Creditore,
    /// Who pays.
    pub debitore: Debitore,
    /// What is paid, without personal data: 90 characters.
    pub subject: String,
    /// How much, from 1 cent to [`MAX_CENTS`].
    pub amount: Euro,
    /// By when.
    pub due_on: NaiveDate,
    /// The notice number.
    pub numero: NumeroAvviso,
    /// Where one learns how to pay, without scheme ("servizi.comune.example/pagopa"): 40 characters.
    pub site: String,
    /// True in the demonstration: the word DIMOSTRAZIONE stands on the page.
    pub demo: bool,
    /// When the notice was made out, for the metadata of the file.
    pub created: DateTime<Utc>,
}

/// The ente as its notices show it.
#[derive(Clone, Debug)]
pub struct Creditore {
    /// Full legal name: 50 characters.
    pub name: String,
    /// Codice fiscale of the ente, 11 digits: it stands in the QR code.
    pub codice_fiscale: String,
    /// Office in charge: 50 characters.
    pub sector: Option<String>,
    /// How to reach it: 100 characters.
    pub info: Option<String>,
    /// Code of the ente in the CBILL circuit.
    pub cbill: Option<String>,
    /// Crest as SVG text without external references.
    pub crest_svg: Option<String>,
}

/// The person or body that pays.
#[derive(Clone, Debug)]
pub struct Debitore {
    /// Given and family name, or the name of a body: 70 characters.
    pub name: String,
    /// Codice fiscale or partita IVA.
    pub codice_fiscale: String,
    /// Address, one line each, or nothing: 140 characters together.
    pub address: Vec<String>,
}

/// Makes the notice as PDF/A-2a and PDF/UA-1. Texts that are too long end in an ellipsis; letters that no face holds are
/// printed as `?` and a note says so.
///
/// # Errors
/// An amount below one cent or above [`MAX_CENTS`]; a crest that is too large or no SVG.
pub fn avviso(typesetter: &Typesetter, avviso: &Avviso) -> Result<Pdf, DocumentError> {
    typesetter.set(Order {
        template: TEMPLATE,
        files: files(typesetter, avviso)?,
        ident: format!("avviso {} {}", avviso.ente.codice_fiscale, avviso.numero),
        created: avviso.created,
    })
}

/// The files that the template reads.
fn files(typesetter: &Typesetter, avviso: &Avviso) -> Result<Vec<(&'static str, Vec<u8>)>, DocumentError> {
    let (ente, debitore) = (&avviso.ente, &avviso.debitore);
    if !(1..=MAX_CENTS).contains(&avviso.amount.cents()) {
        return Err(DocumentError::Amount);
    }
    let crest = ente.crest_svg.as_deref();
    at_most("bytes of crest", crest.map_or(0, str::len), MAX_CREST_BYTES)?;
    let mut dati = json!({
        "subject": cut(&avviso.subject, most::SUBJECT),
        "amount": avviso.amount.plain(),
        "due_on": avviso.due_on.format("%d/%m/%Y").to_string(),
        "numero": avviso.numero.grouped(),
        "site": cut(&avviso.site, most::SITE),
        "demo": avviso.demo,
        "ente": {
            "name": cut(&ente.name, most::ENTE),
            "codice_fiscale": cut(&ente.codice_fiscale, most::CODE),
            "sector": ente.sector.as_deref().map(|text| cut(text, most::SECTOR)),
            "info": ente.info.as_deref().map(|text| cut(text, most::INFO)),
            "cbill": ente.cbill.as_deref().map(|text| cut(text, most::CBILL)),
        },
        "debitore": {
            "name": cut(&debitore.name, most::DEBITORE),
            "codice_fiscale": cut(&debitore.codice_fiscale, most::CODE),
            "address": cut(&debitore.address.join("\n"), most::ADDRESS).lines().collect::<Vec<_>>(),
        },
    });
    let replaced = typesetter.printable().clean(&mut dati);
    let qr = qr_text(&avviso.numero, &ente.codice_fiscale, avviso.amount);
    let dati = json!({ "avviso": dati, "replaced": replaced, "crest": crest.is_some(), "qr": qr });
    let bytes = serde_json::to_vec(&dati).map_err(DocumentError::Data)?;
    let qr = qr::notice_svg(&qr).map_err(DocumentError::Qr)?;
    let mut files = vec![("dati.json", bytes), ("qr.svg", qr.into_bytes())];
    files.extend(crest.map(|svg| ("stemma.svg", svg.as_bytes().to_vec())));
    Ok(files)
}

/// `text` when it has no more than `most` characters, else its beginning with an ellipsis.
fn cut(text: &str, most: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(most - 1).collect();
    format!("{}…", beginning.trim_end())
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn long_texts_end_in_an_ellipsis() {
        assert_eq!(cut(" àèì ", 3), "àèì");
        assert_eq!(cut("uno due tre", 5), "uno…");
    }
}
