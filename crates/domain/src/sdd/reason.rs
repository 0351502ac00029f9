//! Why a bank sent a collection back, and what the portal does about it. The list is data: `data/sdd_reason_codes.csv`.

use std::sync::LazyLock;

/// A reason code with its meaning and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// ISO 20022 code, four characters.
    pub code: String,
    /// What it means, in Italian, for the office.
    pub meaning: String,
    /// What the portal does, in order.
    pub actions: Vec<Action>,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {
        /// What follows from a reason code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $name),* }

        impl Action {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its word in the list.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }
    };
}

actions! {
    /// The debt becomes payable through pagoPA.
    OpenPagopa = "open_pagopa",
    /// The payer is told.
    NotifyPayer = "notify_payer",
    /// The mandate collects nothing until somebody looks at it.
    SuspendMandate = "suspend_mandate",
    /// The same, where the ente wants it.
    SuspendMandateIfConfigured = "suspend_mandate_if_configured",
    /// The mandate ends.
    RevokeMandate = "revoke_mandate",
    /// The payer is asked for another account.
    AskNewIban = "ask_new_iban",
    /// The office must look.
    AlertOffice = "alert_office",
    /// The file is mended and the collection sent again.
    FixAndResubmit = "fix_and_resubmit",
    /// The collection is sent again as it is.
    Resubmit = "resubmit",
    /// The kind of collection is mended.
    FixSequence = "fix_sequence",
    /// Settings of the ente are mended.
    FixConfiguration = "fix_configuration",
    /// Somebody looks whether it was collected twice.
    CheckDuplicate = "check_duplicate",
    /// A debt that was taken for collected is open again.
    ReopenDebt = "reopen_debt",
    /// The bank's fee is charged, where the ente wants it.
    AddFeeIfConfigured = "add_fee_if_configured",
}

const TABLE: &str = include_str!("../../data/sdd_reason_codes.csv");
/// Columns of the list that are read.
const CODE: usize = 0;
const MEANING: usize = 3;
const ACTIONS: usize = 5;

static REASONS: LazyLock<Vec<Reason>> = LazyLock::new(|| {
    let mut rows = csv::Reader::from_reader(TABLE.as_bytes());
    let rows = rows.records().map(|row| {
        let row = row.expect("the list is well-formed CSV");
        let actions = row[ACTIONS].split(';').map(|word| {
            let found = Action::ALL.iter().copied().find(|action| action.word() == word);
            found.expect("the list names known actions")
        });
        Reason { code: row[CODE].to_owned(), meaning: row[MEANING].to_owned(), actions: actions.collect() }
    });
    rows.collect()
});

/// The reason of a code, where the list has it.
pub fn reason(code: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.code == code)
}

/// What follows a code that the list does not have, or a refusal without one: the money did not come, and nobody knows
/// why. The debt becomes payable, the mandate stays, the office looks.
const UNKNOWN: [Action; 3] = [Action::NotifyPayer, Action::OpenPagopa, Action::AlertOffice];

/// What follows from a refusal.
pub fn actions(code: Option<&str>) -> &'static [Action] {
    code.and_then(reason).map_or(&UNKNOWN, |reason| reason.actions.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        assert!(REASONS.len() >= 25, "{}", REASONS.len());
        for (at, reason) in REASONS.iter().enumerate() {
            assert!(reason.code.len() == 4 && !reason.meaning.is_empty() && !reason.actions.is_empty(), "{reason:?}");
            assert!(REASONS[..at].iter().all(|other| other.code != reason.code), "{} twice", reason.code);
        }
        for action in Action::ALL {
            assert!(REASONS.iter().any(|reason| reason.actions.contains(action)), "{action:?} is never asked for");
        }
    }

    #[test]
    fn examples_of_the_rules() {
        let has = |code, action| actions(Some(code)).contains(&action);
        assert!(has("AM04", Action::OpenPagopa) && has("AM04", Action::NotifyPayer));
        assert!(!has("AM04", Action::SuspendMandate), "no money today does not end a mandate");
        for code in ["AC01", "AC04"] {
            assert!(has(code, Action::SuspendMandate) && has(code, Action::AskNewIban), "{code}");
        }
        assert!(has("MD01", Action::RevokeMandate));
        assert!(!has("FF01", Action::OpenPagopa), "our own file was wrong: the family owes nothing new");
        assert_eq!(actions(Some("ZZZZ")), UNKNOWN);
        assert_eq!(actions(None), UNKNOWN);
    }
}
