//! A table as a workbook (XLSX) with one sheet, written row by row: its memory does not grow with the table.
//!
//! Cells are texts, which nothing runs, or amounts, which add up. Nothing else of the format is used.

use super::Cell;
use crate::zip::{TooLarge, Zip};

/// Rows of one sheet at most, the headings included: spreadsheets open no more.
pub const MAX_ROWS: usize = 1_048_576;
/// Characters of one cell at most: spreadsheets call a longer one damaged.
const MAX_CHARS: usize = 32_767;

/// The parts beside the sheet: what each part is, where the workbook is, where its sheet is, how amounts look.
const PARTS: [(&str, &str); 5] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><bookViews><workbookView/></bookViews><sheets><sheet name="Elenco" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
    ),
    (
        "xl/styles.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>"#,
    ),
];
/// The first row stays in sight.
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>"#;
const FOOT: &str = "</sheetData></worksheet>";

/// A workbook that is being written.
#[derive(Debug)]
pub struct Xlsx {
    zip: Zip,
    rows: usize,
}

impl Xlsx {
    /// Begins one with its headings; also its first bytes.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn begin(headings: &[Cell]) -> Result<(Self, Vec<u8>), TooLarge> {
        let (mut zip, mut out) = (Zip::default(), Vec::new());
        for (name, content) in PARTS {
            zip.begin(name, &mut out)?;
            zip.add(content.as_bytes(), &mut out);
        }
        zip.begin("xl/worksheets/sheet1.xml", &mut out)?;
        let mut head = HEAD.to_owned();
        row(&mut head, headings, r#" s="2""#);
        zip.add(head.as_bytes(), &mut out);
        Ok((Self { zip, rows: 1 }, out))
    }

    /// More rows; the bytes that are ready.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn rows(&mut self, rows: &[Vec<Cell>]) -> Result<Vec<u8>, TooLarge> {
        self.rows += rows.len();
        if self.rows > MAX_ROWS {
            return Err(TooLarge);
        }
        let (mut xml, mut out) = (String::new(), Vec::new());
        for cells in rows {
            row(&mut xml, cells, "");
        }
        self.zip.add(xml.as_bytes(), &mut out);
        Ok(out)
    }

    /// The last bytes.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn end(mut self) -> Result<Vec<u8>, TooLarge> {
        let mut out = Vec::new();
        self.zip.add(FOOT.as_bytes(), &mut out);
        self.zip.finish(&mut out)?;
        Ok(out)
    }
}

fn row(xml: &mut String, cells: &[Cell], style: &str) {
    xml.push_str("<row>");
    for cell in cells {
        match cell {
            Cell::Amount(amount) => {
                let (sign, cents) = (if amount.cents() < 0 { "-" } else { "" }, amount.cents().unsigned_abs());
                xml.push_str(&format!(r#"<c s="1"><v>{sign}{}.{:02}</v></c>"#, cents / 100, cents % 100));
            }
            Cell::Text(_) | Cell::Plain(_) => {
                let text = cell.written();
                if text.is_empty() {
                    xml.push_str("<c/>");
                } else {
                    xml.push_str(&format!(r#"<c{style} t="inlineStr"><is><t xml:space="preserve">"#));
                    text.chars().take(MAX_CHARS).for_each(|letter| escaped(xml, letter));
                    xml.push_str("</t></is></c>");
                }
            }
        }
    }
    xml.push_str("</row>");
}

/// A letter of a text; what XML cannot hold at all is left out.
fn escaped(xml: &mut String, letter: char) {
    match letter {
        '&' => xml.push_str("&amp;"),
        '<' => xml.push_str("&lt;"),
        '>' => xml.push_str("&gt;"),
        '\r' => xml.push_str("&#13;"),
        '\t' | '\n' | '\u{20}'..='\u{fffd}' | '\u{10000}'.. => xml.push(letter),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{euro::Euro, zip::testing};

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn sheet(rows: &[Vec<Cell>]) -> String {
        let (mut book, mut bytes) = Xlsx::begin(&[text("chi"), text("quanto")]).unwrap();
        for row in rows {
            bytes.extend(book.rows(std::slice::from_ref(row)).unwrap());
        }
        bytes.extend(book.end().unwrap());
        let files = testing::read(&bytes);
        assert_eq!(files.len(), 6, "every part that the first one names");
        String::from_utf8(files.last().unwrap().1.clone()).unwrap()
    }

    #[test]
    fn texts_are_texts_and_amounts_are_numbers() {
        let xml = sheet(&[
            vec![text("Pia <Neri> & figli\u{1}"), Cell::Amount(Euro::from_cents(-8_105))],
            vec![text("=HYPERLINK(\"x\")"), Cell::EMPTY],
        ]);
        assert!(xml.contains("Pia &lt;Neri&gt; &amp; figli</t>"), "{xml}");
        assert!(xml.contains(r#"<c s="1"><v>-81.05</v></c>"#), "{xml}");
        assert!(xml.contains(">'=HYPERLINK(\"x\")<") && !xml.contains("<f>"), "{xml}");
        assert!(xml.ends_with("<c/></row></sheetData></worksheet>"), "{xml}");
        assert_eq!(xml.matches("<row>").count(), 3);
    }

    #[test]
    fn it_stops_where_a_spreadsheet_would_not_open_it() {
        let (mut book, _) = Xlsx::begin(&[text("x")]).unwrap();
        let many = vec![Vec::new(); MAX_ROWS - 1];
        assert!(book.rows(&many).is_ok());
        assert_eq!(book.rows(&[Vec::new()]), Err(TooLarge));
        let xml = sheet(&[vec![text(&"a".repeat(MAX_CHARS + 9))]]);
        assert!(xml.contains(&"a".repeat(MAX_CHARS)) && !xml.contains(&"a".repeat(MAX_CHARS + 1)));
    }
}
