//! Answers as text: the same lists for the summary, for consultation and for the office.

use askama::Template;
use sportello_domain::modello::view::{Answer, Summary, SummaryLine};

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

/// How an answer is set.
enum Kind {
    /// Words.
    Plain,
    /// Wide letters.
    Code,
    /// Nothing was answered.
    Nothing,
    /// A file: the link, and what is said of it after the link.
    File { href: String, facts: String },
}

impl DrawnAnswer {
    /// Draws `answer`; `files` is the address under which files are handed out.
    pub fn new(t: Text, answer: Option<&Answer>, files: &str) -> Self {
        let kind = match answer {
            None => Kind::Nothing,
            Some(Answer::Code(_)) => Kind::Code,
            Some(Answer::File(file)) => Kind::File { href: format!("{files}/{}", file.id), facts: file_facts(t, file) },
            Some(_) => Kind::Plain,
        };
        let words = answer.map_or_else(|| t.get("campo-non-indicato"), |answer| answer_words(t, answer));
        Self { words, kind }
    }
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
    pub fn new(t: Text, summary: &'a Summary, files: &str, edit: Option<&str>) -> Self {
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
