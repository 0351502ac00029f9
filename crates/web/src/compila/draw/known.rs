//! Values as text: locked ones in a form, and those of two versions.

use askama::Template;
use sportello_domain::modello::view::{Control, FieldView, Shown, Source};

use crate::{compila::words, text::Text};

/// Values shown as text: locked ones that stand beside each other.
#[derive(Template)]
#[template(path = "campo/noti.html")]
pub(super) struct Known {
    lines: Vec<KnownLine>,
}

struct KnownLine {
    anchor: String,
    label: String,
    value: String,
    code: bool,
    source: Option<String>,
    problem: Option<String>,
}

impl Known {
    /// A first locked value.
    pub(super) fn new(t: Text, field: &FieldView) -> Self {
        Self { lines: vec![KnownLine::new(t, field)] }
    }

    /// One more beside it.
    pub(super) fn push(&mut self, t: Text, field: &FieldView) {
        self.lines.push(KnownLine::new(t, field));
    }
}

impl KnownLine {
    fn new(t: Text, field: &FieldView) -> Self {
        Self {
            anchor: field.anchor.clone(),
            label: field.label.clone(),
            value: shown_as_text(t, field),
            code: matches!(field.control, Control::Text { code: true, .. }),
            source: source_words(t, field.source),
            problem: field.problem.as_ref().map(|p| words::problem_words(t, p, Some(&field.control))),
        }
    }
}

/// The value of a field in words.
pub(in crate::compila) fn shown_as_text(t: Text, field: &FieldView) -> String {
    let chosen = match &field.control {
        Control::Choice { options, .. } | Control::MultiChoice { options } => {
            let chosen: Vec<&str> = options.iter().filter(|o| o.chosen).map(|o| o.label.as_str()).collect();
            chosen.join(", ")
        }
        Control::File { present: Some(file), .. } => file.name.clone(),
        _ => String::new(),
    };
    let words = match &field.value {
        Shown::Empty | Shown::InControl => chosen,
        Shown::Text(_) if !chosen.is_empty() => chosen,
        Shown::Text(text) => text.clone(),
        Shown::Date { day, month, year } => date_words(t, day, month, year),
        Shown::Flag(true) => t.get("campo-si"),
        Shown::Flag(false) => t.get("campo-no"),
    };
    if words.is_empty() { t.get("campo-non-indicato") } else { words }
}

fn date_words(t: Text, day: &str, month: &str, year: &str) -> String {
    let date = (|| chrono::NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))();
    date.map_or_else(|| format!("{day} {month} {year}"), |date| t.date(date))
}

/// Where a value came from, for people; `None` for what was typed.
pub(super) fn source_words(t: Text, source: Source) -> Option<String> {
    match source {
        Source::Typed => None,
        Source::Spid => Some(t.get("campo-da-spid")),
        Source::Family => Some(t.get("campo-da-famiglia")),
        Source::LastFiling => Some(t.get("campo-da-domanda")),
        Source::Registry => Some(t.get("campo-da-registro")),
        Source::Computed => Some(t.get("campo-calcolato")),
    }
}
