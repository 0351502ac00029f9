//! Answers as text: the same lists for the summary, for consultation and for the office.

use askama::Template;
use sportello_app::{
    bozza::{Scan, Scans},
    integrazione::Integrazione,
};
use sportello_domain::modello::{
    Difference,
    view::{Answer, FileView, Summary, SummaryLine},
};

use crate::{
    compila::draw::{file_facts, lower_first},
    text::Text,
};

/// One answer in words.
#[derive(Template)]
#[template(path = "campo/risposta.html")]
pub struct DrawnAnswer {
    words: String,
    kind: Kind,
}

/// The files of the answers.
pub struct Files<'a> {
    /// Address under which they are handed out.
    pub href: &'a str,
    /// What the scanner said of them.
    pub scans: &'a Scans,
    /// Whether whoever opens them did not give them: the office is told of what was not scanned.
    pub of_others: bool,
}

impl Files<'_> {
    fn note(&self, t: Text, scan: Option<Scan>) -> Option<String> {
        let key = match scan.filter(|_| self.of_others)? {
            Scan::Unscanned => "campo-file-non-controllato",
            Scan::Waiting => "campo-file-in-controllo",
            Scan::Clean | Scan::Infected | Scan::Discarded => return None,
        };
        Some(t.get(key))
    }
}

/// How an answer is set.
enum Kind {
    /// Words.
    Plain,
    /// Wide letters.
    Code,
    /// Nothing was answered.
    Nothing,
    /// A file: the link, and what is said of it after the link.
    File { href: String, facts: String, note: Option<String> },
    /// A file that is gone, and why.
    Blocked { note: String },
}

/// An answer that was another one at another time.
pub struct DifferenceView {
    /// What was asked, with the row where it stands.
    pub label: String,
    /// The answer.
    pub answer: DrawnAnswer,
    /// What it was then.
    pub known: DrawnAnswer,
}

impl DifferenceView {
    /// All of them.
    pub fn all(t: Text, found: &[Difference], files: &Files<'_>) -> Vec<Self> {
        let label = |one: &Difference| match &one.row {
            Some(row) => format!("{row}: {}", one.label),
            None => one.label.clone(),
        };
        let draw = |answer: &Option<Answer>| DrawnAnswer::new(t, answer.as_ref(), files);
        let view = |one: &Difference| Self { label: label(one), answer: draw(&one.answer), known: draw(&one.known) };
        found.iter().map(view).collect()
    }
}

/// An answer in words, or that there is none.
pub fn words_of(t: Text, answer: Option<&Answer>) -> String {
    answer.map_or_else(|| t.get("campo-non-indicato"), |answer| answer_words(t, answer))
}

impl DrawnAnswer {
    /// Draws `answer`.
    pub fn new(t: Text, answer: Option<&Answer>, files: &Files<'_>) -> Self {
        let kind = match answer {
            None => Kind::Nothing,
            Some(Answer::Code(_)) => Kind::Code,
            Some(Answer::File(file)) => match files.scans.get(&file.id) {
                Some(Scan::Infected) => Kind::Blocked { note: t.get("campo-file-eliminato") },
                Some(Scan::Discarded) => Kind::Blocked { note: t.get("campo-file-scartato") },
                scan => {
                    let (href, facts) = (format!("{}/{}", files.href, file.id), file_facts(t, file));
                    Kind::File { href, facts, note: files.note(t, scan.copied()) }
                }
            },
            Some(_) => Kind::Plain,
        };
        let words = answer.map_or_else(|| t.get("campo-non-indicato"), |answer| answer_words(t, answer));
        Self { words, kind }
    }
}

/// Files that came with an answer to the office.
pub fn drawn_files(t: Text, given: &[FileView], files: &Files<'_>) -> Vec<DrawnAnswer> {
    given.iter().map(|file| DrawnAnswer::new(t, Some(&Answer::File(file.clone())), files)).collect()
}

/// What came with the answer to a request to complete: its files, and the answers that it amended.
pub fn drawn_request(
    t: Text,
    asked: Option<&Integrazione>,
    files: &Files<'_>,
) -> (Vec<DrawnAnswer>, Vec<DifferenceView>) {
    asked
        .map(|asked| (drawn_files(t, &asked.files, files), DifferenceView::all(t, &asked.amended, files)))
        .unwrap_or_default()
}

/// An answer in words; a file by its name.
pub fn answer_words(t: Text, answer: &Answer) -> String {
    match answer {
        Answer::Text(text) | Answer::Code(text) => text.clone(),
        Answer::Date(day) => t.date(*day),
        Answer::Cents(cents) => t.euro(*cents),
        Answer::Flag(true) => t.get("campo-si"),
        Answer::Flag(false) => t.get("campo-no"),
        Answer::List(items) => items.join(", "),
        Answer::File(file) => file.name.clone(),
    }
}

/// Groups of answers.
#[derive(Template)]
#[template(path = "campo/risposte.html")]
pub struct DrawnSummary<'a> {
    sections: Vec<DrawnSection<'a>>,
}

struct DrawnSection<'a> {
    id: String,
    title: &'a str,
    edit: Option<Edit>,
    lines: Vec<DrawnLine<'a>>,
}

struct DrawnLine<'a> {
    label: &'a str,
    answer: DrawnAnswer,
}

struct Edit {
    href: String,
    words: String,
}

impl<'a> DrawnSummary<'a> {
    /// Draws the answers. `edit` is the address of the draft, for links that change a group and come back.
    pub fn new(t: Text, summary: &'a Summary, files: &Files<'_>, edit: Option<&str>) -> Self {
        let draw_line = |line: &'a SummaryLine| DrawnLine {
            label: &line.label,
            answer: DrawnAnswer::new(t, line.answer.as_ref(), files),
        };
        let sections = summary.sections.iter().enumerate().map(|(index, section)| DrawnSection {
            id: format!("gruppo-{}", index + 1),
            title: &section.title,
            edit: edit.map(|draft| Edit {
                href: format!("{draft}/{}?torna=riepilogo", section.page),
                words: t.get1("compila-modifica-gruppo", "gruppo", lower_first(&section.title)),
            }),
            lines: section.lines.iter().map(draw_line).collect(),
        });
        Self { sections: sections.collect() }
    }
}
