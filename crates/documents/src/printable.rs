//! Text that the faces of a document can print.
//!
//! A receipt must come out whatever a person typed: a letter without a glyph would make the PDF break PDF/UA-1, so
//! it is replaced by a visible mark and the document says so. The exact text stays in the pratica.

use serde_json::Value;
use typst::text::FontBook;
use unicode_normalization::UnicodeNormalization;

/// What stands where a letter cannot be printed.
const MARK: char = '?';

/// The letters that the loaded faces hold.
pub(crate) struct Printable<'a> {
    book: &'a FontBook,
    faces: usize,
}

/// The family that texts of people are set in; the others hold codes alone.
const TEXT_FAMILY: &str = "Titillium Web";

impl<'a> Printable<'a> {
    /// Letters of the first `faces` entries of `book`.
    pub(crate) fn new(book: &'a FontBook, faces: usize) -> Self {
        Self { book, faces }
    }

    /// Cleans every text inside `value`; true when a letter had to be replaced.
    pub(crate) fn clean(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => {
                let (clean, replaced) = self.text(text);
                *text = clean;
                replaced
            }
            Value::Array(items) => items.iter_mut().fold(false, |replaced, item| self.clean(item) | replaced),
            Value::Object(map) => map.values_mut().fold(false, |replaced, item| self.clean(item) | replaced),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn text(&self, text: &str) -> (String, bool) {
        let mut replaced = false;
        let clean = text
            .nfc()
            .filter(|letter| *letter == '\n' || !ignorable(*letter))
            .map(|letter| match letter {
                '\n' => '\n',
                letter if letter.is_whitespace() && !self.covers(letter) => ' ',
                letter if self.covers(letter) => letter,
                _ => {
                    replaced = true;
                    MARK
                }
            })
            .collect();
        (clean, replaced)
    }

    fn covers(&self, letter: char) -> bool {
        // Private letters have no meaning outside one face; PDF/A-2a refuses them without a description.
        let private = matches!(u32::from(letter), 0xE000..=0xF8FF | 0xF0000..);
        let known = |face| {
            let info = self.book.info(face).filter(|info| info.family.starts_with(TEXT_FAMILY));
            info.is_some_and(|info| info.coverage.contains(u32::from(letter)))
        };
        !private && (0..self.faces).any(known)
    }
}

/// Letters that draw nothing and may change how others are read: controls, directions, joiners, byte order mark.
fn ignorable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fffc}'..='\u{fffd}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Typesetter, fonts};

    fn cleaned(text: &str) -> (String, bool) {
        let typesetter = Typesetter::new(fonts::all()).expect("the embedded faces are fonts");
        let mut value = json!([{ "text": text }]);
        let replaced = typesetter.printable().clean(&mut value);
        (value[0]["text"].as_str().expect("a text stays a text").to_owned(), replaced)
    }

    #[test]
    fn latin_letters_of_europe_stay() {
        let names = "Kočiš Șerban Yağmur Łukasz Ærø Žitňanská Müller D’Angelò Gërdec €";
        assert_eq!(cleaned(names), (names.to_owned(), false));
    }

    #[test]
    fn letters_in_two_parts_become_one() {
        assert_eq!(cleaned("c\u{30c}"), ("č".to_owned(), false));
    }

    #[test]
    fn letters_without_a_glyph_become_a_mark_and_it_is_said() {
        assert_eq!(cleaned("Ан 😀 ok"), ("?? ? ok".to_owned(), true));
    }

    #[test]
    fn what_draws_nothing_goes_silently() {
        assert_eq!(cleaned("a\u{202e}b\u{feff}c\u{1}\r\nd"), ("abc\nd".to_owned(), false));
    }
}
