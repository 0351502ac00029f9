//! Text as the schema bounds it: never empty, never too long, never a control character.

/// Text of 1 to `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

/// Why a text cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks: the node refuses empty elements.
    #[error("writing a text for pagoPA: it is empty")]
    Empty,
    /// Longer than the schema allows.
    #[error("writing a text for pagoPA: it is longer than {max} characters")]
    TooLong {
        /// The most characters.
        max: usize,
    },
    /// A character that XML cannot carry unchanged.
    #[error("writing a text for pagoPA: it holds a control character")]
    Control,
}

impl<const MAX: usize> Text<MAX> {
    /// A text without the blanks at its ends.
    ///
    /// # Errors
    /// It is empty, too long, or holds a control character.
    pub fn new(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.chars().count() > MAX {
            return Err(TextError::TooLong { max: MAX });
        }
        if text.chars().any(unusable) {
            return Err(TextError::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// What fits of a text that only informs; none when nothing is left.
    pub fn cut(text: &str) -> Option<Self> {
        let printable: String = text.chars().map(|c| if unusable(c) { ' ' } else { c }).collect();
        let fitting: String = printable.trim().chars().take(MAX).collect();
        Self::new(&fitting).ok()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What XML 1.0 forbids or changes on the way (2.2 and 2.11).
fn unusable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        assert_eq!(Text::<3>::new(" aé ").unwrap().as_str(), "aé");
        assert_eq!(Text::<3>::new("abcd"), Err(TextError::TooLong { max: 3 }));
        assert_eq!(Text::<3>::new("  "), Err(TextError::Empty));
        assert_eq!(Text::<3>::new("a\nb"), Err(TextError::Control));
        assert_eq!(Text::<3>::cut("a\nbcd").unwrap().as_str(), "a b");
        assert_eq!(Text::<3>::cut("ab cd").unwrap().as_str(), "ab");
        assert_eq!(Text::<3>::cut("\n \t"), None);
    }
}
