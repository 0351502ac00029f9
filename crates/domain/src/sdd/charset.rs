//! The characters that every bank of SEPA takes (EPC217-08), and how other letters are written with them.

use crate::collation::plain;

/// Whether banks take the character as it is.
pub const fn is_sepa(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '/' | '-' | '?' | ':' | '(' | ')' | '.' | ',' | '\'' | '+')
}

/// A character as banks take it: itself, its letters without accents, a mark close to it, else a full stop.
/// A combining mark gives nothing.
fn sepa_char(letter: char) -> std::borrow::Cow<'static, str> {
    use std::borrow::Cow;
    if is_sepa(letter) {
        return Cow::Owned(letter.to_string());
    }
    Cow::Borrowed(match letter {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => "",
        '’' | '‘' | '`' | '´' | '"' | '“' | '”' | '«' | '»' => "'",
        '–' | '—' | '‐' | '‑' | '_' | '~' => "-",
        '&' => "+",
        '[' | '{' | '<' => "(",
        ']' | '}' | '>' => ")",
        '\\' | '|' => "/",
        ';' => ",",
        '!' => ".",
        '€' => "E",
        letter if letter.is_whitespace() || letter.is_control() => " ",
        letter => return spelled(letter),
    })
}

/// A letter of another alphabet of Latin letters, spelled without its marks.
fn spelled(letter: char) -> std::borrow::Cow<'static, str> {
    let lower = if letter == 'İ' { 'ı' } else { letter.to_lowercase().next().unwrap_or(letter) };
    match plain(lower) {
        Some(plain) if letter.is_uppercase() => plain.to_ascii_uppercase().into(),
        Some(plain) => plain.into(),
        None => ".".into(),
    }
}

/// A text in the characters of banks, in one line, single blanks, cut to `max` characters.
/// No word is left where nothing of it can be written: the caller looks for letters if it needs some.
pub fn sepa_text(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max));
    for letter in text.chars() {
        if is_sepa(letter) {
            push(&mut out, letter);
            continue;
        }
        for letter in sepa_char(letter).chars() {
            push(&mut out, letter);
        }
    }
    out.truncate(max);
    let kept = out.trim_end().len();
    out.truncate(kept);
    out
}

/// Adds a character unless it is a blank after a blank or at the beginning.
fn push(out: &mut String, letter: char) {
    if letter != ' ' || !(out.is_empty() || out.ends_with(' ')) {
        out.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_with_plain_letters() {
        for (text, written) in [
            ("Niccolò D’Angelo", "Niccolo D'Angelo"),
            ("MÜLLER Straße", "MULLER Strasse"),
            ("Łukasz Żółć", "Lukasz Zolc"),
            ("  Anna \t\n  Maria  ", "Anna Maria"),
            ("Nicolo\u{300}", "Nicolo"),
            ("Æsir Œuvre Þór", "AEsir OEuvre THor"),
            ("Rossi & Figli <s.r.l.>", "Rossi + Figli (s.r.l.)"),
            ("İbrahim Ilgaz", "Ibrahim Ilgaz"),
            ("«Retta» n_5; 4,50 €!", "'Retta' n-5, 4,50 E."),
            ("日本 😀", ".. ."),
            ("", ""),
        ] {
            assert_eq!(sepa_text(text, 70), written, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_short_and_banks_take_it() {
        assert_eq!(sepa_text(&"è".repeat(200), 70), "e".repeat(70));
        assert_eq!(sepa_text(&format!("{} fine", "a".repeat(69)), 70), "a".repeat(69));
        for code in 0..0x2_0000 {
            let Some(letter) = char::from_u32(code) else { continue };
            let written = sepa_text(&format!("x{letter}x"), 70);
            assert!(written.chars().all(is_sepa) && written.len() <= 7, "{code:x} {written}");
        }
        assert!("/-?:().,'+ aZ09".chars().all(is_sepa));
    }
}
