//! Fields and groups of a form, drawn: one template for each, whatever the page.
//!
//! Knows how a control looks, never what an answer means.

mod field;
mod group;
mod known;

use std::collections::BTreeSet;

use askama::Template;
use sportello_domain::{
    id::AllegatoId,
    modello::view::{Block, Control, FieldView, FileView, PageView},
};

use crate::text::Text;
use field::DrawnField;
use group::DrawnGroup;
use known::Known;

pub(super) use group::row_words;
pub(super) use known::shown_as_text;

/// All fields and groups of a page, ready to stand inside a form.
#[derive(Template)]
#[template(path = "campo/pagina.html")]
pub struct DrawnPage<'a> {
    pieces: Vec<Piece<'a>>,
}

/// How the files are drawn that are there already.
#[derive(Clone, Copy)]
pub struct Present<'a> {
    /// Address under which they are handed out.
    pub href: &'a str,
    /// Which of them a button takes out; others can only be replaced.
    pub removable: Removable<'a>,
}

/// Files that can be taken out.
#[derive(Clone, Copy)]
pub enum Removable<'a> {
    /// Every one.
    All,
    /// These.
    These(&'a BTreeSet<AllegatoId>),
}

impl Removable<'_> {
    fn holds(self, file: &FileView) -> bool {
        match self {
            Self::All => true,
            Self::These(files) => files.contains(&file.id),
        }
    }
}

/// A stretch of a page or of a row.
enum Piece<'a> {
    /// Values that may not be typed over.
    Known(Known),
    /// A field.
    Field(Box<DrawnField<'a>>),
    /// A repeated group.
    Group(DrawnGroup<'a>),
}

impl Piece<'_> {
    /// Whether a button of the piece comes before the main one of the page.
    fn has_buttons(&self) -> bool {
        match self {
            Self::Known(_) => false,
            Self::Field(field) => field.has_button(),
            Self::Group(group) => group.has_buttons(),
        }
    }
}

impl<'a> DrawnPage<'a> {
    /// Draws `page`.
    pub fn new(t: Text, page: &'a PageView, files: Present<'a>) -> Self {
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
        self.pieces.iter().any(Piece::has_buttons)
    }
}

/// Whether a page holds a control for files, so that its form is sent in parts.
pub fn has_files(page: &PageView) -> bool {
    page.fields().any(|field| matches!(field.control, Control::File { .. }))
}

fn push_field<'a>(pieces: &mut Vec<Piece<'a>>, t: Text, field: &'a FieldView, files: Present<'a>, in_row: bool) {
    let drawable_as_text = !matches!(field.control, Control::Info { .. } | Control::File { .. });
    if !(field.locked && drawable_as_text) {
        pieces.push(Piece::Field(Box::new(DrawnField::new(t, field, files, in_row))));
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Known(known)) => known.push(t, field),
        _ => pieces.push(Piece::Known(Known::new(t, field))),
    }
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

/// "figlio" of "Figlio": a name inside a sentence.
pub fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
