//! Tables that the portal writes for spreadsheets: bytes that open with a double click, and cells that never run.
//!
//! Reading tables of others stands in [`crate::table`]. What the columns mean is known by whoever fills them.

mod xlsx;

use crate::euro::Euro;

pub use crate::zip::TooLarge;
pub use xlsx::MAX_ROWS;
use xlsx::Xlsx;

/// What a file begins with, so that a spreadsheet reads it as UTF-8.
pub const MARK: &str = "\u{feff}";

/// First characters that make a spreadsheet calculate, wide forms too.
const RUNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words of anybody: what a spreadsheet would run is written with an apostrophe before it.
    Text(String),
    /// What the portal wrote itself and must be read as it stands: a number, an amount, a date.
    Plain(String),
    /// An amount that a spreadsheet adds up.
    Amount(Euro),
}

impl Cell {
    /// A cell without content.
    pub const EMPTY: Self = Self::Plain(String::new());

    /// As it stands in the file.
    fn written(&self) -> String {
        match self {
            Self::Text(text) if text.starts_with(RUNS) => format!("'{text}"),
            Self::Text(text) | Self::Plain(text) => text.clone(),
            // No mark of thousands: with one it would be a text.
            Self::Amount(amount) => amount.plain().replace('.', ""),
        }
    }
}

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formato {
    /// Lines of text.
    #[default]
    Csv,
    /// A workbook.
    Xlsx,
}

impl Formato {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// The word in addresses, and the end of the file's name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The way of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|formato| formato.word() == word)
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A table that is being written, row by row.
#[derive(Debug)]
pub struct Foglio(Option<Xlsx>);

impl Foglio {
    /// Begins a table with its headings; also its first bytes.
    ///
    /// # Errors
    /// [`TooLarge`], here and below.
    pub fn begin(formato: Formato, headings: Vec<Cell>) -> Result<(Self, Vec<u8>), TooLarge> {
        match formato {
            Formato::Csv => Ok((Self(None), format!("{MARK}{}", lines([headings])).into_bytes())),
            Formato::Xlsx => Xlsx::begin(&headings).map(|(book, bytes)| (Self(Some(book)), bytes)),
        }
    }

    /// More rows; the bytes that are ready.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn rows(&mut self, rows: Vec<Vec<Cell>>) -> Result<Vec<u8>, TooLarge> {
        match &mut self.0 {
            None => Ok(lines(rows).into_bytes()),
            Some(book) => book.rows(&rows),
        }
    }

    /// The last bytes.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn end(self) -> Result<Vec<u8>, TooLarge> {
        self.0.map_or_else(|| Ok(Vec::new()), Xlsx::end)
    }
}

/// Rows as lines: separated by `;`, each ended by CR LF, quoted where needed.
pub fn lines(rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(Cell::written)).expect("memory takes every line");
    }
    let bytes = writer.into_inner().expect("memory takes every line");
    String::from_utf8(bytes).expect("text and marks of ASCII only were written")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn no_cell_begins_with_what_a_spreadsheet_runs() {
        for danger in ["=1+1", "+39", "-2", "@A1", "\tx", "\rx", "\nx", "＝1", "－1", "=HYPERLINK(\"x\";\"y\")"] {
            let line = lines([vec![text(danger)]]);
            assert!(line.trim_start_matches('"').starts_with('\''), "{line:?}");
        }
        assert_eq!(lines([vec![text("a=1"), text("'già"), text("")]]), "a=1;'già;\r\n");
        assert_eq!(lines([vec![Cell::Plain("-12,50".into()), Cell::EMPTY]]), "-12,50;\r\n");
        assert_eq!(lines([vec![Cell::Amount(Euro::from_cents(-1_234_505))]]), "-12345,05\r\n");
    }

    #[test]
    fn separators_quotes_and_lines_stay_in_their_cell() {
        let line = lines([vec![text("a;b"), text("di \"Pia\""), text("due\nrighe")], vec![text("x")]]);
        assert_eq!(line, "\"a;b\";\"di \"\"Pia\"\"\";\"due\nrighe\"\r\nx\r\n");
    }
}
