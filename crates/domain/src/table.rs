//! Tables as other programs export them: the bytes, the separator, the headings, and how a fault in them is named.
//!
//! What the columns mean is known by whoever reads the table.

use std::borrow::Cow;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Most lines.
pub const MAX_LINES: usize = 200_000;
/// Faults that are named; a file with more has a problem of another kind.
pub const MAX_FAULTS: usize = 100;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line in the file, from 1.
    pub line: u64,
    /// Heading of the column, or nothing for the line as a whole.
    pub column: &'static str,
    /// What is wrong and what to write instead, in Italian.
    pub reason: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.column {
            "" => write!(out, "riga {}: {}", self.line, self.reason),
            column => write!(out, "riga {}, colonna {column}: {}", self.line, self.reason),
        }
    }
}

impl Fault {
    /// A fault of the file as a whole.
    pub(crate) fn whole(reason: &str) -> Vec<Self> {
        vec![Self { line: 1, column: "", reason: reason.to_owned() }]
    }
}

/// One line of a table.
pub(crate) struct Line<'a> {
    /// Line in the file, from 1; the heading is line 1.
    pub(crate) number: u64,
    record: &'a csv::StringRecord,
    places: &'a [Option<usize>],
}

impl<'a> Line<'a> {
    /// The field of a column by its place in the list of columns; nothing where the file has no such column.
    pub(crate) fn get(&self, column: usize) -> &'a str {
        let place = self.places.get(column).copied().flatten();
        place.and_then(|place| self.record.get(place)).unwrap_or_default().trim()
    }
}

/// A column: its heading in lower case, another one by which it also goes, and whether it must be there.
pub(crate) struct Column {
    /// Our heading.
    pub(crate) name: &'static str,
    /// Another heading that is understood.
    pub(crate) alias: Option<&'static str>,
    /// Whether a file without it is refused.
    pub(crate) needed: bool,
}

/// Reads a table and gives each of its lines to `take`, which puts what is wrong into the list.
///
/// `;` or `,` between the fields, UTF-8 (with or without mark) or Windows-1252.
///
/// # Errors
/// Every fault, at most [`MAX_FAULTS`]: then nothing of the file counts.
pub(crate) fn read(
    bytes: &[u8],
    columns: &[Column],
    mut take: impl FnMut(&Line<'_>, &mut Vec<Fault>),
) -> Result<(), Vec<Fault>> {
    if bytes.len() > MAX_BYTES {
        return Err(Fault::whole("il file è più grande di 32 MB: dividilo"));
    }
    let text = decode(bytes);
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() >= first.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| Fault::whole("l'intestazione non si legge"))?.clone();
    let places = places(&headings, columns)?;
    let (mut faults, mut lines) = (Vec::new(), 0);
    for record in reader.records() {
        if lines >= MAX_LINES {
            return Err(Fault::whole("il file ha più di 200.000 righe: dividilo"));
        }
        lines += 1;
        match record {
            Ok(record) if record.len() == headings.len() => {
                let number = record.position().map_or(lines as u64 + 1, csv::Position::line);
                take(&Line { number, record: &record, places: &places }, &mut faults);
            }
            Ok(record) => {
                let line = record.position().map_or(lines as u64 + 1, csv::Position::line);
                let (has, wants) = (record.len(), headings.len());
                let reason = format!("ha {has} campi invece di {wants}: controlla separatori e virgolette");
                faults.push(Fault { line, column: "", reason });
            }
            Err(error) => {
                let line = error.position().map_or(lines as u64 + 1, csv::Position::line);
                let reason = "la riga non si legge: controlla le virgolette".to_owned();
                faults.push(Fault { line, column: "", reason });
            }
        }
        if faults.len() >= MAX_FAULTS {
            break;
        }
    }
    faults.truncate(MAX_FAULTS);
    match (lines, faults.is_empty()) {
        (0, _) => Err(Fault::whole("il file non ha righe di dati")),
        (_, true) => Ok(()),
        (_, false) => Err(faults),
    }
}

/// Where each column stands.
fn places(headings: &csv::StringRecord, columns: &[Column]) -> Result<Vec<Option<usize>>, Vec<Fault>> {
    let place = |column: &Column| {
        headings.iter().position(|heading| {
            let heading = heading.trim().to_lowercase();
            heading == column.name || Some(heading.as_str()) == column.alias
        })
    };
    let found: Vec<_> = columns.iter().map(place).collect();
    let missing = columns.iter().zip(&found).filter(|(column, place)| column.needed && place.is_none());
    let faults: Vec<_> = missing
        .map(|(column, _)| Fault { line: 1, column: column.name, reason: "la colonna manca: aggiungila".to_owned() })
        .collect();
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

/// UTF-8 where it is that, otherwise Windows-1252: every byte of it is a character.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    // One kind of line end: the reader counts lines by it.
    text.replace("\r\n", "\n")
}
