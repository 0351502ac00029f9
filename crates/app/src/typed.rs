//! What somebody types in a line or a few (a reason, a name, an act) as it is kept: cleaned and measured in one way.
//!
//! Not for the answers of a modello, which its engine takes in.

use std::ops::RangeInclusive;

use sportello_domain::testo;
use sportello_store::seal::{EnteSealer, Place, Sealed};

use crate::{Error, Result};

/// Length of a reason that somebody has to give, in characters.
pub const REASON: RangeInclusive<usize> = 5..=500;

/// A text without outer blanks and without what no database and no page can use. `None` when its length in characters
/// is another.
pub(crate) fn text(typed: &str, length: RangeInclusive<usize>) -> Option<String> {
    let text: String = typed.chars().filter_map(testo::printable).collect();
    let text = text.trim();
    length.contains(&text.chars().count()).then(|| text.to_owned())
}

/// The same on one line: an end of line is a blank.
pub(crate) fn line(typed: &str, length: RangeInclusive<usize>) -> Option<String> {
    text(&typed.replace('\n', " "), length)
}

/// A text that was sealed, opened. Whether the caller may read it is asked first.
pub(crate) fn open(sealer: &EnteSealer, place: &Place, sealed: &Sealed) -> Result<String> {
    String::from_utf8(sealer.open(place, sealed)?).map_err(|error| Error::failed("reading a sealed text", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_page_can_use_is_dropped_before_the_length_is_taken() {
        assert_eq!(text(" \u{0}due\r\nrighe\u{7} ", 1..=9).as_deref(), Some("due\nrighe"));
        assert_eq!(line(" Anna\nMaria\u{202e} ", 1..=10).as_deref(), Some("Anna Maria"));
        assert_eq!(text("\u{0} \n ", 1..=500), None, "nothing is left");
        assert_eq!(
            (text("àèìò", REASON), text("àèìòù", REASON)),
            (None, Some("àèìòù".into())),
            "characters, not bytes"
        );
        assert_eq!(line("", 0..=10).as_deref(), Some(""), "a text that need not be there");
    }
}
