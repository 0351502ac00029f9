//! One field, drawn by its control.

use askama::Template;
use sportello_domain::modello::view::{Control, EarlierFile, FieldView, FileView, ProblemCode, Shown, Width};

use super::{Present, file_facts, format_name, known::source_words};
use crate::{compila::words, text::Text};

/// Longest code that fits the usual field, in characters: a codice fiscale with blanks.
const CODE_SHORT: usize = 20;

/// One field.
#[derive(Template)]
#[template(path = "campo/campo.html")]
pub(super) struct DrawnField<'a> {
    t: Text,
    f: &'a FieldView,
    in_row: bool,
    problem: Option<String>,
    files: Present<'a>,
}

/// One of the three fields of a date.
struct DatePart<'a> {
    id: &'static str,
    name: &'static str,
    label: String,
    value: &'a str,
    bad: bool,
    class: &'static str,
    autocomplete: &'static str,
}

impl<'a> DrawnField<'a> {
    /// Draws `f`.
    pub(super) fn new(t: Text, f: &'a FieldView, files: Present<'a>, in_row: bool) -> Self {
        let problem = f.problem.as_ref().map(|p| words::problem_words(t, p, Some(&f.control)));
        Self { t, f, in_row, problem, files }
    }

    fn text(&self) -> &str {
        match &self.f.value {
            Shown::Text(text) => text,
            _ => "",
        }
    }

    fn flag(&self, value: bool) -> bool {
        self.f.value == Shown::Flag(value)
    }

    fn date(&self) -> [&str; 3] {
        match &self.f.value {
            Shown::Date { day, month, year } => [day, month, year],
            _ => ["", "", ""],
        }
    }

    /// The three fields of a date: suffixes of identifier and name, label, value, whether the problem lies there.
    fn date_parts(&self) -> [DatePart<'_>; 3] {
        let [day, month, year] = self.date();
        let code = self.f.problem.as_ref().map(|problem| &problem.code);
        let year_only = code == Some(&ProblemCode::YearFourDigits);
        let bad = self.problem.is_some();
        let own = self.f.autocomplete == Some("bday");
        let part = |id, name, label, value, bad, class, token| DatePart {
            id,
            name,
            label,
            value,
            bad,
            class,
            autocomplete: if own { token } else { "off" },
        };
        [
            part("", "g", self.t.get("campo-giorno"), day, bad && !year_only, "", "bday-day"),
            part("-m", "m", self.t.get("campo-mese"), month, bad && !year_only, "", "bday-month"),
            part("-a", "a", self.t.get("campo-anno"), year, bad, " anno", "bday-year"),
        ]
    }

    /// Where the value came from, for one that may be typed over and was not.
    fn origin(&self) -> Option<String> {
        let given = !matches!(self.f.value, Shown::Empty) && self.problem.is_none();
        if given { source_words(self.t, self.f.source) } else { None }
    }

    /// What the browser reads besides the label: hint, limits, origin, error.
    fn described(&self) -> String {
        let limited = matches!(self.f.control, Control::File { .. } | Control::LongText { .. });
        let parts = [
            (self.f.hint.is_some(), "h"),
            (limited, "l"),
            (self.origin().is_some(), "f"),
            (self.problem.is_some(), "e"),
        ];
        let ids: Vec<String> =
            parts.iter().filter(|(there, _)| *there).map(|(_, id)| format!("{}-{id}", self.f.anchor)).collect();
        if ids.is_empty() { String::new() } else { format!(" aria-describedby=\"{}\"", ids.join(" ")) }
    }

    fn invalid(&self) -> &'static str {
        if self.problem.is_some() { " aria-invalid=\"true\"" } else { "" }
    }

    /// Identifier of the option at `index`: the first carries the anchor of the field.
    fn option_id(&self, index: &usize) -> String {
        if *index == 0 { self.f.anchor.clone() } else { format!("{}-{}", self.f.anchor, index + 1) }
    }

    fn width_class(&self) -> &'static str {
        match &self.f.control {
            // An IBAN is read in groups of four: all of it must be seen.
            Control::Text { code: true, max, .. } if *max > CODE_SHORT => " codice lungo",
            Control::Text { code: true, .. } => " codice",
            Control::Text { width: Width::Narrow, .. } => " stretto",
            Control::Text { width: Width::Medium, .. } => " medio",
            _ => "",
        }
    }

    /// Whether a button that takes its file out, or an earlier one in, stands beside it.
    pub(super) fn has_button(&self) -> bool {
        let removable = |present: &Option<FileView>| present.as_ref().is_some_and(|file| self.removable(file));
        matches!(&self.f.control, Control::File { present, earlier, .. } if removable(present) || !earlier.is_empty())
    }

    /// Whether a button takes its file out.
    fn removable(&self, file: &FileView) -> bool {
        self.files.removable.holds(file)
    }

    fn file_facts(&self, file: &FileView) -> String {
        file_facts(self.t, file)
    }

    /// A document that was given earlier: its name, and with what it was given.
    fn given(&self, given: &EarlierFile) -> String {
        let facts = file_facts(self.t, &given.file);
        let args = [
            ("nome", given.file.name.clone().into()),
            ("fatti", facts.into()),
            ("data", self.t.date(given.given_on).into()),
            ("numero", given.pratica.clone().into()),
        ];
        self.t.with("campo-file-riusa-quale", args)
    }

    fn file_limit(&self, accept: &str, max_bytes: &u64) -> String {
        let formats: Vec<&str> = accept.split(',').map(format_name).collect();
        self.t.get2("campo-file-limite", "formati", formats.join(", "), "mb", max_bytes / 1_000_000)
    }
}
