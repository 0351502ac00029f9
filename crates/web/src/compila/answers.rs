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
        let (words, kind) = match answer {
            None => (t.get("campo-non-indicato"), Kind::Nothing),
            Some(Answer::Text(text)) => (text.clone(), Kind::Plain),
            Some(Answer::Code(code)) => (code.clone(), Kind::Code),
            Some(Answer::Date(day)) => (t.date(*day), Kind::Plain),
            Some(Answer::Cents(cents)) => (t.euro(*cents), Kind::Plain),
            Some(Answer::Flag(true)) => (t.get("campo-si"), Kind::Plain),
            Some(Answer::Flag(false)) => (t.get("campo-no"), Kind::Plain),
            Some(Answer::List(items)) => (items.join(", "), Kind::Plain),
            Some(Answer::File(file)) => {
                let (href, facts) = (format!("{files}/{}", file.id), file_facts(t, file));
                (file.name.clone(), Kind::File { href, facts })
            }
        };
        Self { words, kind }
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
