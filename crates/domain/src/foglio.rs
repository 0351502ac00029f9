//! Tables that the portal writes for spreadsheets: bytes that open with a double click, and cells that never run.
//!
//! Reading tables of others stands in [`crate::table`]. What the columns mean is known by whoever fills them.

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
}

impl Cell {
    /// A cell without content.
    pub const EMPTY: Self = Self::Plain(String::new());

    /// As it stands in the file.
    fn written(&self) -> String {
        match self {
            Self::Text(text) if text.starts_with(RUNS) => format!("'{text}"),
            Self::Text(text) | Self::Plain(text) => text.clone(),
        }
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
    }

    #[test]
    fn separators_quotes_and_lines_stay_in_their_cell() {
        let line = lines([vec![text("a;b"), text("di \"Pia\""), text("due\nrighe")], vec![text("x")]]);
        assert_eq!(line, "\"a;b\";\"di \"\"Pia\"\"\";\"due\nrighe\"\r\nx\r\n");
    }
}
