//! What an ente decides on a pratica, or tells before it decides (L. 241/1990 art. 3 and 10-bis), as a document.
//!
//! It says who decides on what, why, by when and how one can answer or object, and who is in charge. Everything that
//! varies is words made by the caller, in Italian.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::error::DocumentError;
use crate::limits::{MAX_BYTES, MAX_CREST_BYTES, at_most};
use crate::qr;
use crate::ricevuta::{Intestazione, Line, Registrazione, Ufficio};
use crate::typesetter::{Order, Pdf, Typesetter};

/// Most paragraphs of one section.
pub const MAX_PARAGRAPHS: usize = 4_000;

const TEMPLATE: &str = "provvedimento.typ";

/// All that stands in it.
#[derive(Clone, Debug, Serialize)]
pub struct Provvedimento {
    /// The ente that decides.
    pub ente: Intestazione,
    /// True in the demonstration: the word DIMOSTRAZIONE stands on every page.
    pub demo: bool,
    /// What it is ("Accoglimento della domanda").
    pub title: String,
    /// What it is about ("Iscrizione mensa A.S. 2026/2027").
    pub subject: String,
    /// Its registration; `None` while the number is "in assegnazione".
    pub protocollo: Option<Registrazione>,
    /// Its day in words ("16 giugno 2026").
    pub date: String,
    /// Its instant, for the metadata of the file.
    #[serde(skip)]
    pub created: DateTime<Utc>,
    /// The pratica: number, applicant, child, presentation.
    pub facts: Vec<Line>,
    /// What is decided, one sentence or two.
    pub decision: String,
    /// Why, and what else belongs to it.
    pub sections: Vec<Part>,
    /// The unit in charge.
    pub office: Ufficio,
    /// How to answer or to object: one sentence or two each.
    pub remedies: Vec<String>,
    /// Legal grounds: one paragraph each.
    pub grounds: Vec<String>,
    /// Address of the pratica in the portal, printed and as QR code.
    pub url: String,
}

/// A heading with paragraphs.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Heading ("Motivazione").
    pub title: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
}

impl Part {
    /// A text in which an empty line, or a line of its own, begins a paragraph.
    pub fn of(title: impl Into<String>, text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Self { title: title.into(), paragraphs: lines.map(str::to_owned).collect() }
    }
}

/// Makes it as PDF/A-2a and PDF/UA-1.
///
/// Letters that no face holds are printed as `?` and a note says so.
///
/// # Errors
/// More than the limits of this module; an address too long for a QR code; a crest that is no SVG.
pub fn provvedimento(typesetter: &Typesetter, provvedimento: &Provvedimento) -> Result<Pdf, DocumentError> {
    let crest = provvedimento.ente.crest_svg.as_deref();
    for part in &provvedimento.sections {
        at_most("paragraphs", part.paragraphs.len(), MAX_PARAGRAPHS)?;
    }
    at_most("bytes of crest", crest.map_or(0, str::len), MAX_CREST_BYTES)?;
    let mut dati = serde_json::to_value(provvedimento).map_err(DocumentError::Data)?;
    let replaced = typesetter.printable().clean(&mut dati);
    let dati = json!({ "provvedimento": dati, "replaced": replaced, "crest": crest.is_some() });
    let bytes = serde_json::to_vec(&dati).map_err(DocumentError::Data)?;
    at_most("bytes of data", bytes.len(), MAX_BYTES)?;
    let qr = qr::svg(&provvedimento.url).map_err(DocumentError::Qr)?;
    let mut files = vec![("dati.json", bytes), ("qr.svg", qr.into_bytes())];
    files.extend(crest.map(|svg| ("stemma.svg", svg.as_bytes().to_vec())));
    typesetter.set(Order {
        template: TEMPLATE,
        files,
        ident: format!("provvedimento {} {}", provvedimento.ente.codice_fiscale, provvedimento.url),
        created: provvedimento.created,
    })
}
