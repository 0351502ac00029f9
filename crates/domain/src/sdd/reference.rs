//! References that banks carry: mandate (UMR), collection (end-to-end id), file (message id). At most 35 characters,
//! no slash at either end and no two in a row (EPC130-08, 1.4).

use super::charset::is_sepa;

/// Longest reference, in characters.
pub const REFERENCE_MAX: usize = 35;

/// Why a text is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading a SEPA reference: not 1 to 35 characters that banks take, or a slash out of place")]
pub struct ReferenceError;

macro_rules! references {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads a reference as it was kept or sent back.
            ///
            /// # Errors
            /// Anything that banks would not carry.
            pub fn parse(text: &str) -> Result<Self, ReferenceError> {
                if is_reference(text) { Ok(Self(text.to_owned())) } else { Err(ReferenceError) }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { out.write_str(&self.0) }
        }
    )*};
}

references! {
    /// Unique mandate reference: for ever, whatever the case of its letters.
    Umr,
    /// Reference of one collection, from us to the debtor's bank and back: unique for ever.
    EndToEndId,
    /// Name of one file for the bank: unique for ever.
    MessageId,
}

fn is_reference(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= REFERENCE_MAX
        && text.chars().all(is_sepa)
        && text.trim() == text
        && !(text.starts_with('/') || text.ends_with('/') || text.contains("//"))
}

/// Letters and digits of a word, upper case.
fn compact(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

impl Umr {
    /// The reference of a new mandate: service, year and number of the series of mandates (`MENSA-2026-0000017`).
    ///
    /// # Errors
    /// When the service has no letters, or so many that 35 characters do not hold them.
    pub fn issue(servizio: &str, anno: i32, numero: u64) -> Result<Self, ReferenceError> {
        let servizio = compact(servizio);
        if servizio.is_empty() {
            return Err(ReferenceError);
        }
        Self::parse(&format!("{servizio}-{anno}-{numero:07}"))
    }
}

impl EndToEndId {
    /// The reference of an attempt to collect a document: year, series, number, attempt from 1 (`2026-M-124-1`).
    ///
    /// # Errors
    /// When the series has no letters, or so many that 35 characters do not hold them.
    pub fn issue(anno: i32, serie: &str, numero: u64, attempt: u32) -> Result<Self, ReferenceError> {
        let serie = compact(serie);
        if serie.is_empty() {
            return Err(ReferenceError);
        }
        Self::parse(&format!("{anno}-{serie}-{numero}-{attempt}"))
    }
}

impl MessageId {
    /// The name of a new file: year and number of the series of files (`SDD-2026-000007`).
    pub fn issue(anno: i32, numero: u64) -> Self {
        Self(format!("SDD-{anno}-{numero:06}"))
    }

    /// The name of a batch of the file: the day and the kind of collection behind it (`SDD-2026-000007/20261130R`).
    pub fn batch(&self, collection_on: chrono::NaiveDate, sequence: super::SequenceType) -> String {
        let mut name = format!("{}/{}", self.0, collection_on.format("%Y%m%d"));
        name.push_str(match sequence {
            super::SequenceType::First => "F",
            super::SequenceType::Recurrent => "R",
        });
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdd::SequenceType;

    #[test]
    fn issued_references() {
        assert_eq!(Umr::issue("mensa", 2026, 17).map(|umr| umr.to_string()), Ok("MENSA-2026-0000017".into()));
        assert_eq!(Umr::issue("", 2026, 17), Err(ReferenceError));
        assert_eq!(Umr::issue(&"mensa".repeat(7), 2026, 17), Err(ReferenceError));
        let id = |serie, attempt| EndToEndId::issue(2026, serie, 124, attempt).map(|id| id.to_string());
        assert_eq!((id("M", 1), id("m/1", 2)), (Ok("2026-M-124-1".into()), Ok("2026-M1-124-2".into())));
        assert_eq!(id("/", 1), Err(ReferenceError));
        let message = MessageId::issue(2026, 7);
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 30).expect("the day exists");
        assert_eq!(message.batch(day, SequenceType::Recurrent), "SDD-2026-000007/20261130R");
        assert!(is_reference(&MessageId::issue(9999, u64::MAX).batch(day, SequenceType::First)[..35]));
        assert!(is_reference(&message.batch(day, SequenceType::First)));
    }

    #[test]
    fn references_that_banks_do_not_carry() {
        for text in ["A", "MENSA0000000017", "a/b(c)+d'e,f.g:h?i-j k", &"x".repeat(35)] {
            assert!(Umr::parse(text).is_ok(), "{text}");
        }
        for text in ["", "/a", "a/", "a//b", " a", "a ", "è", "a_b", "a\nb", &"x".repeat(36)] {
            assert_eq!(EndToEndId::parse(text), Err(ReferenceError), "{text}");
        }
    }
}
