//! A repeated group with its rows, drawn.

use askama::Template;
use sportello_domain::modello::view::{GroupView, OfferedRow, RowView};

use super::{Piece, Present, lower_first, push_field};
use crate::text::Text;

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

impl<'a> DrawnGroup<'a> {
    /// Draws `g`.
    pub(super) fn new(t: Text, g: &'a GroupView, files: Present<'a>) -> Self {
        let draw = |(index, row): (usize, &'a RowView)| {
            let mut pieces = Vec::new();
            for field in &row.fields {
                push_field(&mut pieces, t, field, files, true);
            }
            DrawnRow { row, legend: legend(t, g, index + 1, &row.title), pieces }
        };
        Self { t, g, name: lower_first(&g.row_name), rows: g.rows.iter().enumerate().map(draw).collect() }
    }

    /// Whether a button of the group comes before the main one of the page.
    pub(super) fn has_buttons(&self) -> bool {
        let in_row = |row: &DrawnRow<'_>| row.pieces.iter().any(Piece::has_buttons);
        self.g.editable || self.rows.iter().any(in_row)
    }

    fn offer(&self, offered: &OfferedRow) -> String {
        self.t.get1("compila-aggiungi-noto", "titolo", offered.title.as_str())
    }
}

/// Heading of a row: "Figlio 2: Sofia Ferrari".
pub(super) fn legend(t: Text, group: &GroupView, number: usize, title: &str) -> String {
    row_words(t, &group.row_name, number, title)
}

/// "Figlio 2: Sofia Ferrari", or "Figlio 2" while nothing is known.
pub(in crate::compila) fn row_words(t: Text, name: &str, number: usize, title: &str) -> String {
    if title.is_empty() {
        return t.get2("compila-riga", "nome", name, "n", number);
    }
    t.with("compila-riga-titolo", [("nome", name.into()), ("n", number.into()), ("titolo", title.into())])
}
