//! A whole pratica on paper, for whoever asks for it: what was filed, its steps, what was asked, told, decided and written
//! about it, the list of its documents.
//!
//! It is a copy for people, and decides nothing. Everything that varies is words made by the caller, in Italian; what whoever
//! asks may not read is not among them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::error::DocumentError;
use crate::limits::{MAX_CREST_BYTES, at_most};
use crate::provvedimento::{MAX_PARAGRAPHS, Part};
use crate::qr;
use crate::ricevuta::{Intestazione, Line, MAX_LINES, Section, Ufficio};
use crate::typesetter::{Order, Pdf, Typesetter};

/// Most bytes of text and data: a pratica has up to 160 messages, each as long as a page.
const MAX_BYTES: usize = 4 * 1024 * 1024;

const TEMPLATE: &str = "pratica.typ";

/// All that stands in it.
#[derive(Clone, Debug, Serialize)]
pub struct Pratica {
    /// The ente that has it.
    pub ente: Intestazione,
    /// True in the demonstration: the word DIMOSTRAZIONE stands on every page.
    pub demo: bool,
    /// Number as people read it ("2026/184").
    pub number: String,
    /// What it is about ("Iscrizione mensa A.S. 2026/2027").
    pub subject: String,
    /// The day of this copy in words.
    pub date: String,
    /// The instant of this copy, for the metadata of the file.
    #[serde(skip)]
    pub created: DateTime<Utc>,
    /// State, applicant, child, presentation, protocol, last day for the answer.
    pub facts: Vec<Line>,
    /// The answers, grouped as they were asked.
    pub sections: Vec<Section>,
    /// Its steps, oldest first: when, and what.
    pub steps: Vec<Line>,
    /// What was asked, told and decided, and what came of it.
    pub parts: Vec<Part>,
    /// Files that were given, and documents that were made.
    pub documents: Vec<RigaDocumento>,
    /// What people wrote to each other: who and when, then the text.
    pub messages: Vec<Part>,
    /// The unit in charge.
    pub office: Ufficio,
    /// What the copy is and what it leaves out: one paragraph each.
    pub notes: Vec<String>,
    /// Address of the pratica in the portal, printed and as QR code.
    pub url: String,
}

/// A file or a document of the pratica.
#[derive(Clone, Debug, Serialize)]
pub struct RigaDocumento {
    /// What it is, or its name.
    pub name: String,
    /// Its day in words.
    pub date: String,
    /// Its size in words.
    pub size: String,
}

/// Makes it as PDF/A-2a and PDF/UA-1.
///
/// Letters that no face holds are printed as `?` and a note says so.
///
/// # Errors
/// More than the limits of this module; an address too long for a QR code; a crest that is no SVG.
pub fn pratica(typesetter: &Typesetter, pratica: &Pratica) -> Result<Pdf, DocumentError> {
    let crest = pratica.ente.crest_svg.as_deref();
    let lines: usize = pratica.sections.iter().map(|section| section.lines.len() + 1).sum();
    at_most("lines of answers", lines, MAX_LINES)?;
    let parts = pratica.parts.iter().chain(&pratica.messages);
    at_most("paragraphs", parts.map(|part| part.paragraphs.len()).sum(), MAX_PARAGRAPHS)?;
    at_most("bytes of crest", crest.map_or(0, str::len), MAX_CREST_BYTES)?;
    let mut dati = serde_json::to_value(pratica).map_err(DocumentError::Data)?;
    let replaced = typesetter.printable().clean(&mut dati);
    let dati = json!({ "pratica": dati, "replaced": replaced, "crest": crest.is_some() });
    let bytes = serde_json::to_vec(&dati).map_err(DocumentError::Data)?;
    at_most("bytes of data", bytes.len(), MAX_BYTES)?;
    let qr = qr::svg(&pratica.url).map_err(DocumentError::Qr)?;
    let mut files = vec![("dati.json", bytes), ("qr.svg", qr.into_bytes())];
    files.extend(crest.map(|svg| ("stemma.svg", svg.as_bytes().to_vec())));
    typesetter.set(Order {
        template: TEMPLATE,
        files,
        ident: format!("pratica {} {}", pratica.ente.codice_fiscale, pratica.url),
        created: pratica.created,
    })
}
