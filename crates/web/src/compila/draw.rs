//! Fields and groups of a form, drawn: one template for each, whatever the page.
//!
//! Knows how a [`Control`] looks, never what an answer means.

use askama::Template;
use sportello_domain::modello::view::{
    Block, Control, FieldView, FileView, GroupView, OfferedRow, PageView, ProblemCode, RowView, Shown, Source, Width,
};

use crate::{compila::words, text::Text};

/// All fields and groups of a page, ready to stand inside a form.
#[derive(Template)]
#[template(path = "campo/pagina.html")]
pub struct DrawnPage<'a> {
    pieces: Vec<Piece<'a>>,
}

/// A stretch of a page or of a row.
pub(super) enum Piece<'a> {
    /// Values that may not be typed over.
    Known(Known),
    /// A field.
    Field(Box<DrawnField<'a>>),
    /// A repeated group.
    Group(DrawnGroup<'a>),
}

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

/// One field.
#[derive(Template)]
#[template(path = "campo/campo.html")]
pub(super) struct DrawnField<'a> {
    t: Text,
    f: &'a FieldView,
    in_row: bool,
    problem: Option<String>,
    files: &'a str,
}

/// A repeated group.
#[derive(Template)]
#[template(path = "campo/gruppo.html")]
pub(super) struct DrawnGroup<'a> {
    t: Text,
    g: &'a GroupView,
    name: String,
    rows: Vec<DrawnRow<'a>>,
}

struct DrawnRow<'a> {
    row: &'a RowView,
    legend: String,
    pieces: Vec<Piece<'a>>,
}

impl<'a> DrawnPage<'a> {
    /// Draws `page`; `files` is the address under which the files of the draft are handed out.
    pub fn new(t: Text, page: &'a PageView, files: &'a str) -> Self {
        let mut pieces = Vec::new();
        for block in &page.blocks {
            match block {
                Block::Field(field) => push_field(&mut pieces, t, field, files, false),
                Block::Group(group) => pieces.push(Piece::Group(DrawnGroup::new(t, group, files))),
            }
        }
        Self { pieces }
    }

    /// Whether a button of the page comes before its main one, which Enter must press all the same.
    pub fn has_buttons(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Known(_) => false,
            Piece::Field(field) => matches!(field.f.control, Control::File { present: Some(_), .. }),
            Piece::Group(group) => group.g.editable || group.rows.iter().any(DrawnRow::has_files),
        })
    }
}

/// Whether a page holds a control for files, so that its form is sent in parts.
pub fn has_files(page: &PageView) -> bool {
    let is_file = |field: &FieldView| matches!(field.control, Control::File { .. });
    page.blocks.iter().any(|block| match block {
        Block::Field(field) => is_file(field),
        Block::Group(group) => group.rows.iter().flat_map(|row| &row.fields).any(is_file),
    })
}

fn push_field<'a>(pieces: &mut Vec<Piece<'a>>, t: Text, field: &'a FieldView, files: &'a str, in_row: bool) {
    let drawable_as_text = !matches!(field.control, Control::Info { .. } | Control::File { .. });
    if !(field.locked && drawable_as_text) {
        pieces.push(Piece::Field(Box::new(DrawnField::new(t, field, files, in_row))));
        return;
    }
    let line = KnownLine::new(t, field);
    match pieces.last_mut() {
        Some(Piece::Known(known)) => known.lines.push(line),
        _ => pieces.push(Piece::Known(Known { lines: vec![line] })),
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
            problem: field
                .problem
                .as_ref()
                .map(|p| words::problem_words(t, p, Some(&field.control))),
        }
    }
}

/// The value of a field in words.
fn shown_as_text(t: Text, field: &FieldView) -> String {
    let chosen = match &field.control {
        Control::Choice { options, .. } | Control::MultiChoice { options } => {
            let chosen: Vec<&str> = options.iter().filter(|o| o.chosen).map(|o| o.label.as_str()).collect();
            chosen.join(", ")
        }
        Control::File {
            present: Some(file), ..
        } => file.name.clone(),
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
    if words.is_empty() {
        t.get("campo-non-indicato")
    } else {
        words
    }
}

fn date_words(t: Text, day: &str, month: &str, year: &str) -> String {
    let date = (|| chrono::NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))();
    date.map_or_else(|| format!("{day} {month} {year}"), |date| t.date(date))
}

fn source_words(t: Text, source: Source) -> Option<String> {
    match source {
        Source::Typed => None,
        Source::Spid => Some(t.get("campo-da-spid")),
        Source::Family => Some(t.get("campo-da-famiglia")),
        Source::LastFiling => Some(t.get("campo-da-domanda")),
        Source::Registry => Some(t.get("campo-da-registro")),
    }
}

impl<'a> DrawnField<'a> {
    fn new(t: Text, f: &'a FieldView, files: &'a str, in_row: bool) -> Self {
        let problem = f.problem.as_ref().map(|p| words::problem_words(t, p, Some(&f.control)));
        Self {
            t,
            f,
            in_row,
            problem,
            files,
        }
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
            part(
                "",
                "g",
                self.t.get("campo-giorno"),
                day,
                bad && !year_only,
                "",
                "bday-day",
            ),
            part(
                "-m",
                "m",
                self.t.get("campo-mese"),
                month,
                bad && !year_only,
                "",
                "bday-month",
            ),
            part("-a", "a", self.t.get("campo-anno"), year, bad, " anno", "bday-year"),
        ]
    }

    /// Where the value came from, for one that may be typed over and was not.
    fn origin(&self) -> Option<String> {
        let given = !matches!(self.f.value, Shown::Empty) && self.problem.is_none();
        if given {
            source_words(self.t, self.f.source)
        } else {
            None
        }
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
        let ids: Vec<String> = parts
            .iter()
            .filter(|(there, _)| *there)
            .map(|(_, id)| format!("{}-{id}", self.f.anchor))
            .collect();
        if ids.is_empty() {
            String::new()
        } else {
            format!(" aria-describedby=\"{}\"", ids.join(" "))
        }
    }

    fn invalid(&self) -> &'static str {
        if self.problem.is_some() {
            " aria-invalid=\"true\""
        } else {
            ""
        }
    }

    /// Identifier of the option at `index`: the first carries the anchor of the field.
    fn option_id(&self, index: &usize) -> String {
        if *index == 0 {
            self.f.anchor.clone()
        } else {
            format!("{}-{}", self.f.anchor, index + 1)
        }
    }

    fn width_class(&self) -> &'static str {
        match &self.f.control {
            Control::Text { code: true, .. } => " codice",
            Control::Text {
                width: Width::Narrow, ..
            } => " stretto",
            Control::Text {
                width: Width::Medium, ..
            } => " medio",
            _ => "",
        }
    }

    fn file_facts(&self, file: &FileView) -> String {
        file_facts(self.t, file)
    }

    fn file_limit(&self, accept: &str, max_bytes: &u64) -> String {
        let formats: Vec<&str> = accept.split(',').map(format_name).collect();
        self.t.get2(
            "campo-file-limite",
            "formati",
            formats.join(", "),
            "mb",
            max_bytes / 1_000_000,
        )
    }
}

struct DatePart<'a> {
    id: &'static str,
    name: &'static str,
    label: String,
    value: &'a str,
    bad: bool,
    class: &'static str,
    autocomplete: &'static str,
}

/// "PDF, 84 KB": what is said of a file beside its name.
pub fn file_facts(t: Text, file: &FileView) -> String {
    format!("{}, {}", format_name(&file.media_type), t.size(file.bytes))
}

/// "PDF" of `application/pdf` or `.pdf`.
fn format_name(media_type: &str) -> &str {
    match media_type.trim() {
        "application/pdf" | ".pdf" => "PDF",
        "image/jpeg" | ".jpg" | ".jpeg" => "JPEG",
        "image/png" | ".png" => "PNG",
        other => other,
    }
}

impl<'a> DrawnGroup<'a> {
    fn new(t: Text, g: &'a GroupView, files: &'a str) -> Self {
        let draw = |(index, row): (usize, &'a RowView)| {
            let mut pieces = Vec::new();
            for field in &row.fields {
                push_field(&mut pieces, t, field, files, true);
            }
            DrawnRow {
                row,
                legend: legend(t, g, index + 1, &row.title),
                pieces,
            }
        };
        Self {
            t,
            g,
            name: lower_first(&g.row_name),
            rows: g.rows.iter().enumerate().map(draw).collect(),
        }
    }

    fn offer(&self, offered: &OfferedRow) -> String {
        self.t.get1("compila-aggiungi-noto", "titolo", offered.title.as_str())
    }
}

impl DrawnRow<'_> {
    fn has_files(&self) -> bool {
        self.row
            .fields
            .iter()
            .any(|field| matches!(field.control, Control::File { present: Some(_), .. }))
    }
}

fn legend(t: Text, group: &GroupView, number: usize, title: &str) -> String {
    if title.is_empty() {
        return t.get2("compila-riga", "nome", group.row_name.as_str(), "n", number);
    }
    let args = [
        ("nome", group.row_name.as_str().into()),
        ("n", number.into()),
        ("titolo", title.into()),
    ];
    t.with("compila-riga-titolo", args)
}

/// "figlio" of "Figlio": a name inside a sentence.
pub fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A page as it was saved elsewhere: text only, since the form beside it holds the controls.
#[derive(Template)]
#[template(path = "compila/versione.html")]
pub struct SavedVersion {
    parts: Vec<VersionPart>,
}

struct VersionPart {
    title: Option<String>,
    lines: Vec<(String, String)>,
}

impl SavedVersion {
    /// All answers of `page` as text, row by row.
    pub fn new(t: Text, page: &PageView) -> Self {
        let lines = |fields: &[FieldView]| -> Vec<(String, String)> {
            let answered = fields
                .iter()
                .filter(|field| !matches!(field.control, Control::Info { .. }));
            answered
                .map(|field| (field.label.clone(), shown_as_text(t, field)))
                .collect()
        };
        let mut parts: Vec<VersionPart> = Vec::new();
        for block in &page.blocks {
            match block {
                Block::Field(field) => {
                    let part = VersionPart {
                        title: None,
                        lines: lines(std::slice::from_ref(field)),
                    };
                    match parts.last_mut() {
                        Some(last) if last.title.is_none() => last.lines.extend(part.lines),
                        _ => parts.push(part),
                    }
                }
                Block::Group(group) => parts.extend(group.rows.iter().enumerate().map(|(index, row)| VersionPart {
                    title: Some(legend(t, group, index + 1, &row.title)),
                    lines: lines(&row.fields),
                })),
            }
        }
        parts.retain(|part| !part.lines.is_empty());
        Self { parts }
    }
}
