//! SEPA direct debit, scheme Core: identifiers, days, characters, and what a refusal by the bank means.
//!
//! Rules: EPC016-06 (Core rulebook), EPC130-08 (implementation guidelines), EPC217-08 (characters), EPC262-08
//! (creditor identifier). The files for the bank are written and read by the package of documents; which debts are
//! collected is decided by the use cases.

mod charset;
mod creditor;
mod day;
mod reason;
mod reference;

pub use charset::{is_sepa, sepa_text};
pub use creditor::{CreditorId, CreditorIdError};
pub use day::{
    MANDATE_LIFE_MONTHS, after_target_days, before_target_days, debit_day, first_collection_day, is_target_day,
    latest_notice, refund_until, return_until, target_day_from, unauthorised_refund_until,
};
pub use reason::{Action, Reason, actions, reason};
pub use reference::{EndToEndId, MessageId, REFERENCE_MAX, ReferenceError, Umr};

/// Where a collection stands in the life of its mandate (`SeqTp`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SequenceType {
    /// The first one, for banks that still want it told apart.
    First,
    /// Any other; since 2016 every collection of a recurrent mandate may be one.
    Recurrent,
}

impl SequenceType {
    /// Both.
    pub const ALL: [Self; 2] = [Self::First, Self::Recurrent];

    /// The code of ISO 20022, kept in the database too.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::First => "FRST",
            Self::Recurrent => "RCUR",
        }
    }

    /// The one of a stored code.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.stored() == word)
    }
}

/// Smallest amount of a collection, in cents.
pub const AMOUNT_MIN_CENTS: i64 = 1;
/// Largest amount of a collection, in cents: 999,999,999.99 euro.
pub const AMOUNT_MAX_CENTS: i64 = 99_999_999_999;
/// Longest name of a party, in characters.
pub const NAME_MAX: usize = 70;
/// Longest text for the debtor, in characters.
pub const REMITTANCE_MAX: usize = 140;
