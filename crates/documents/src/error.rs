//! What can go wrong while a document is made.
//!
//! No message carries a text of the document: quoted parts of the typesetter's own messages are cut out.

use typst::World;
use typst::WorldExt;
use typst::diag::SourceDiagnostic;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Font bytes that are no font, or no font at all.
    #[error("reading the font number {0}: the bytes are no TrueType or OpenType font")]
    Font(usize),
    /// More of something than a document may hold.
    #[error("checking the data of a document: {what} are {found}, at most {max} are allowed")]
    TooMuch {
        /// What there is too much of ("answers", "bytes of crest").
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much may be there.
        max: usize,
    },
    /// An amount that cannot be asked for: nothing, less than nothing, or more than a notice can say.
    #[error("checking the data of a document: the amount is not from 0,01 to 999.999.999,99")]
    Amount,
    /// The data could not be put into JSON for the template.
    #[error("writing the data of a document for its template")]
    Data(#[source] serde_json::Error),
    /// The text does not fit into a QR code.
    #[error("drawing the QR code of a document")]
    Qr(#[source] qrcode::types::QrError),
    /// A date that the PDF format cannot hold.
    #[error("writing the date of a document: the year does not fit")]
    Date,
    /// The pair of standards is refused by the library.
    #[error("asking for PDF/A-2a and PDF/UA-1 together: {0}")]
    Standards(String),
    /// The typesetter refused the template with this data.
    #[error("setting a document from {template}: {message}")]
    Typeset {
        /// Template and line ("ricevuta.typ:12").
        template: String,
        /// The typesetter's message without quoted parts.
        message: String,
    },
    /// The result would not conform to PDF/A-2a and PDF/UA-1.
    #[error("writing the PDF of {template}: {message}")]
    Export {
        /// Template and line ("ricevuta.typ:12").
        template: String,
        /// The typesetter's message without quoted parts.
        message: String,
    },
}

/// Place and message of the first of `diagnostics`, free of text from the document.
pub(crate) fn first(world: &dyn World, diagnostics: &[SourceDiagnostic]) -> (String, String) {
    let Some(diagnostic) = diagnostics.first() else {
        return ("unknown place".to_owned(), "no reason given".to_owned());
    };
    (place(world, diagnostic), without_quotes(&diagnostic.message))
}

fn place(world: &dyn World, diagnostic: &SourceDiagnostic) -> String {
    let Some(id) = diagnostic.span.id() else {
        return "unknown place".to_owned();
    };
    let name = id.vpath().get_without_slash().to_owned();
    let line = world.range(diagnostic.span).and_then(|range| {
        let source = world.source(id).ok()?;
        source.lines().byte_to_line(range.start)
    });
    match line {
        Some(line) => format!("{name}:{}", line + 1),
        None => name,
    }
}

/// `message` with everything between quotation marks or backticks replaced by an ellipsis.
fn without_quotes(message: &str) -> String {
    let mut clean = String::with_capacity(message.len());
    let mut open = None;
    for letter in message.chars() {
        match open {
            Some(mark) if letter == mark => open = None,
            Some(_) => {}
            None if matches!(letter, '"' | '`') => {
                clean.push('…');
                open = Some(letter);
            }
            None => clean.push(letter),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::without_quotes;

    #[test]
    fn quoted_text_never_reaches_a_message() {
        assert_eq!(without_quotes("the text \"Sofia\" has no glyph in `Titillium`"), "the text … has no glyph in …");
        assert_eq!(without_quotes("an open `quote hides the rest"), "an open …");
    }
}
