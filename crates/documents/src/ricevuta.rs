//! The receipt that a person gets at once when a pratica is filed (L. 241/1990 art. 18-bis).
//!
//! It says what was filed, when, the protocol number, by when the office answers, what silence means, who is in
//! charge, how to reach them, and how to object; with that it is also the notice of start of art. 8.
//! Everything that varies is words made by the caller, in Italian; class-A answers arrive already masked.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::error::DocumentError;
use crate::limits::{MAX_BYTES, MAX_CREST_BYTES, at_most};
use crate::qr;
use crate::typesetter::{Order, Pdf, Typesetter};

/// Most lines of answers in one receipt.
pub const MAX_LINES: usize = 1_000;
/// Most pratiche filed together.
pub const MAX_PRATICHE: usize = 50;
/// Most attachments.
pub const MAX_ALLEGATI: usize = 200;

const TEMPLATE: &str = "ricevuta.typ";

/// All that stands in a receipt.
#[derive(Clone, Debug, Serialize)]
pub struct Ricevuta {
    /// The ente that receives.
    pub ente: Intestazione,
    /// True in the demonstration: the word DIMOSTRAZIONE stands on every page.
    pub demo: bool,
    /// Name of the modello ("Iscrizione mensa A.S. 2026/2027").
    pub title: String,
    /// The registration; `None` while the number is "in assegnazione".
    pub protocollo: Option<Registrazione>,
    /// Number in the emergency register, for what was entered there first.
    pub emergenza: Option<String>,
    /// Instant of presentation in words ("16 giugno 2026, ore 21.32").
    pub presented_at: String,
    /// Instant of presentation, for the metadata of the file.
    #[serde(skip)]
    pub created: DateTime<Utc>,
    /// The pratiche made, one per child.
    pub pratiche: Vec<RigaPratica>,
    /// Who filed: name, codice fiscale, contacts.
    pub richiedente: Vec<Line>,
    /// The answers, grouped as they were asked.
    pub sections: Vec<Section>,
    /// Files given with the pratica.
    pub allegati: Vec<RigaAllegato>,
    /// Last day for the answer in words ("16 luglio 2026").
    pub answer_by: String,
    /// What happens if the office stays silent, a full sentence.
    pub silence: String,
    /// The unit in charge.
    pub office: Ufficio,
    /// How to object: one sentence or two each.
    pub remedies: Vec<String>,
    /// Declarations made and their legal ground: one paragraph each.
    pub legal_notes: Vec<String>,
    /// Address of the pratica in the portal, printed and as QR code.
    pub url: String,
}

/// The ente as its documents show it.
#[derive(Clone, Debug, Serialize)]
pub struct Intestazione {
    /// Full legal name ("Comune di Calvenzano").
    pub name: String,
    /// Postal address, one line each.
    pub address: Vec<String>,
    /// Certified e-mail address.
    pub pec: String,
    /// Codice fiscale of the ente.
    pub codice_fiscale: String,
    /// Crest as SVG text without external references; `None` draws none.
    #[serde(skip)]
    pub crest_svg: Option<String>,
    /// Main colour as `#rrggbb`, at least 4.5:1 on white.
    pub primary: String,
    /// Calm surface as `#rrggbb`.
    pub tint: String,
}

/// An entry of the protocol register.
#[derive(Clone, Debug, Serialize)]
pub struct Registrazione {
    /// Number as people read it ("4127/2026").
    pub number: String,
    /// Date in words ("16 giugno 2026").
    pub date: String,
}

/// One pratica of the filing.
#[derive(Clone, Debug, Serialize)]
pub struct RigaPratica {
    /// Number as people read it ("2026/184").
    pub number: String,
    /// Name of the child.
    pub alunno: String,
}

/// A label with its answer.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Label of the field.
    pub label: String,
    /// Answer in words; `None` reads "Non indicato".
    pub answer: Option<String>,
    /// True for a code (codice fiscale, IBAN): set in wide letters.
    pub code: bool,
}

impl Line {
    /// A label with words.
    pub fn words(label: impl Into<String>, answer: impl Into<String>) -> Self {
        Self { label: label.into(), answer: Some(answer.into()), code: false }
    }

    /// A label with a code.
    pub fn code(label: impl Into<String>, answer: impl Into<String>) -> Self {
        Self { label: label.into(), answer: Some(answer.into()), code: true }
    }

    /// A label that was left without answer.
    pub fn empty(label: impl Into<String>) -> Self {
        Self { label: label.into(), answer: None, code: false }
    }
}

/// A group of answers.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Heading ("Figlio: Sofia Ferrari").
    pub title: String,
    /// Labels and answers.
    pub lines: Vec<Line>,
}

/// A file given with the pratica.
#[derive(Clone, Debug, Serialize)]
pub struct RigaAllegato {
    /// Name given by the person, made safe.
    pub name: String,
    /// Size in words ("84 KB").
    pub size: String,
    /// Beginning of the SHA-256 in hexadecimal, as long as the caller wants to print.
    pub sha256: String,
}

/// The unit in charge of the answer.
#[derive(Clone, Debug, Serialize)]
pub struct Ufficio {
    /// "Servizio Istruzione".
    pub name: String,
    /// Responsabile del procedimento (L. 241/1990 art. 5).
    pub responsabile: String,
    /// Telephone, as people read it.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Opening hours in words.
    pub hours: String,
}

/// Makes the receipt as PDF/A-2a and PDF/UA-1.
///
/// Letters that no face holds are printed as `?` and a note says so.
///
/// # Errors
/// More than the limits of this module; an address too long for a QR code; a crest that is no SVG.
pub fn ricevuta(typesetter: &Typesetter, ricevuta: &Ricevuta) -> Result<Pdf, DocumentError> {
    check_limits(ricevuta)?;
    let numbers: Vec<&str> = ricevuta.pratiche.iter().map(|riga| riga.number.as_str()).collect();
    typesetter.set(Order {
        template: TEMPLATE,
        files: files(typesetter, ricevuta)?,
        ident: format!("ricevuta {} {}", ricevuta.ente.codice_fiscale, numbers.join(" ")),
        created: ricevuta.created,
    })
}

/// The files that the template reads.
fn files(typesetter: &Typesetter, ricevuta: &Ricevuta) -> Result<Vec<(&'static str, Vec<u8>)>, DocumentError> {
    let mut dati = serde_json::to_value(ricevuta).map_err(DocumentError::Data)?;
    let replaced = typesetter.printable().clean(&mut dati);
    let crest = ricevuta.ente.crest_svg.as_deref();
    let dati = json!({ "ricevuta": dati, "replaced": replaced, "crest": crest.is_some() });
    let bytes = serde_json::to_vec(&dati).map_err(DocumentError::Data)?;
    at_most("bytes of data", bytes.len(), MAX_BYTES)?;
    let qr = qr::svg(&ricevuta.url).map_err(DocumentError::Qr)?;
    let mut files = vec![("dati.json", bytes), ("qr.svg", qr.into_bytes())];
    files.extend(crest.map(|svg| ("stemma.svg", svg.as_bytes().to_vec())));
    Ok(files)
}

fn check_limits(ricevuta: &Ricevuta) -> Result<(), DocumentError> {
    let lines: usize = ricevuta.sections.iter().map(|section| section.lines.len() + 1).sum();
    at_most("lines of answers", lines + ricevuta.richiedente.len(), MAX_LINES)?;
    at_most("pratiche", ricevuta.pratiche.len(), MAX_PRATICHE)?;
    at_most("attachments", ricevuta.allegati.len(), MAX_ALLEGATI)?;
    at_most("bytes of crest", ricevuta.ente.crest_svg.as_ref().map_or(0, String::len), MAX_CREST_BYTES)
}

#[cfg(test)]
mod tests {
    use typst::layout::{Abs, Frame, FrameItem, Point};

    use super::{Registrazione, Ricevuta, TEMPLATE, files};
    use crate::{Typesetter, fonts, sample};

    /// White margin that every page keeps on its sides, in millimetres.
    const SIDE_MM: f64 = 21.9;
    /// White margin below the foot of a page, in millimetres.
    const FOOT_MM: f64 = 8.0;
    /// Height of the foot with its margin, in millimetres.
    const TEXT_END_MM: f64 = 23.0;

    /// Runs of text that leave the page, or that stand in the foot without belonging to it.
    fn strays(data: &Ricevuta) -> Vec<String> {
        let typesetter = Typesetter::new(fonts::all()).expect("the embedded faces are fonts");
        let files = files(&typesetter, data).expect("the sample has files");
        let document = typesetter.sheet(TEMPLATE, files).lay_out().expect("the sample can be set");
        let mut strays = Vec::new();
        for (number, page) in document.pages().iter().enumerate() {
            let mut runs = Vec::new();
            collect(&page.frame, Point::zero(), &mut runs);
            let (width, height) = (page.frame.width(), page.frame.height());
            for (at, end, text) in runs {
                let aside = at.x < Abs::mm(SIDE_MM) || end > width - Abs::mm(SIDE_MM);
                let foot = at.y > height - Abs::mm(FOOT_MM);
                let body = text.chars().all(|letter| letter == 'M') && at.y > height - Abs::mm(TEXT_END_MM);
                if aside || foot || body {
                    strays.push(format!("page {}: {text}", number + 1));
                }
            }
        }
        strays
    }

    fn collect(frame: &Frame, origin: Point, runs: &mut Vec<(Point, Abs, String)>) {
        for (at, item) in frame.items() {
            let at = origin + *at;
            match item {
                FrameItem::Group(group) => collect(&group.frame, at, runs),
                FrameItem::Text(text) => runs.push((at, at.x + text.width(), text.text.to_string())),
                FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    #[test]
    fn a_form_about_no_child_has_a_receipt_without_one() {
        let mut data = sample::ricevuta(1);
        data.pratiche[0].alunno = String::new();
        assert_eq!(strays(&data), Vec::<String>::new());
    }

    #[test]
    fn eight_children_stay_inside_the_page() {
        assert_eq!(strays(&sample::ricevuta(8)), Vec::<String>::new());
    }

    #[test]
    fn hostile_lengths_stay_inside_the_page() {
        let mut data = sample::ricevuta(1);
        data.title = "W".repeat(300);
        data.ente.name = "Unione dei Comuni della Pianura ".repeat(4);
        data.ente.pec = format!("{}@pec.example", "protocollo.".repeat(8));
        data.protocollo = Some(Registrazione { number: "0".repeat(120), date: "16 giugno 2026".to_owned() });
        data.pratiche[0].number = "9".repeat(80);
        data.pratiche[0].alunno = "Ș".repeat(200);
        data.sections[1].title = "Ș".repeat(200);
        data.sections[1].lines[0].answer = Some("M".repeat(5_000));
        data.sections[1].lines[1].label = "L".repeat(100);
        data.sections[1].lines[1].answer = Some("parola ".repeat(2_000));
        data.allegati[0].name = "N".repeat(250);
        assert_eq!(strays(&data), Vec::<String>::new());
    }
}
