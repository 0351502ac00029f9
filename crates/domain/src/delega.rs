//! Delega: a citizen lets another person see, pay or act in their name, from a day to a day.
//!
//! Who asks and what is stored is decided elsewhere; here stand the scopes, the states and the days.

use chrono::{Days, NaiveDate};

use crate::anno_scolastico::AnnoScolastico;

/// Longest time that a delega lasts, in days from its first.
pub const LONGEST_DAYS: u64 = 366;
/// Most invitations that one person may have open.
pub const MAX_OPEN: i64 = 5;
/// Most deleghe that one person may give in 24 hours.
pub const MAX_PER_DAY: i64 = 10;

/// What a delegate may do. Each scope includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DelegaScope {
    /// See pratiche, invoices and debts, without class-A values.
    View,
    /// Pay the debts too.
    Pay,
    /// Fill in, send and withdraw pratiche too, with all values.
    Act,
}

impl DelegaScope {
    /// Every one, the narrowest first.
    pub const ALL: [Self; 3] = [Self::View, Self::Pay, Self::Act];

    /// The word kept in the database and sent by forms.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::View => "vedere",
            Self::Pay => "pagare",
            Self::Act => "agire",
        }
    }

    /// The one of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.stored() == word)
    }

    /// Whether whoever has this scope may do what needs `needed`.
    pub fn allows(self, needed: Self) -> bool {
        self >= needed
    }
}

/// How far a delega is. That it is over by its last day is no state: the calendar says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DelegaStatus {
    /// Waits for the invited person: nothing is seen yet.
    Invited,
    /// In force from its first to its last day.
    Accepted,
    /// The invited person said no.
    Declined,
    /// One of the two ended it.
    Ended,
}

impl DelegaStatus {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Accepted, Self::Declined, Self::Ended];

    /// The word kept in the database.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Invited => "invitata",
            Self::Accepted => "accettata",
            Self::Declined => "rifiutata",
            Self::Ended => "terminata",
        }
    }

    /// The one of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.stored() == word)
    }
}

/// The days of a delega, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// First day.
    pub dal: NaiveDate,
    /// Last day: the delega ends at midnight in Italy.
    pub al: NaiveDate,
}

impl Term {
    /// What is proposed: from today to the end of the school year, 31 August.
    pub fn proposed(today: NaiveDate) -> Self {
        let year = AnnoScolastico::of(today).first_year() + 1;
        Self { dal: today, al: NaiveDate::from_ymd_opt(year, 8, 31).unwrap_or(today) }
    }

    /// Whether a delega may be given for these days: they lie ahead, in order, within [`LONGEST_DAYS`].
    pub fn is_possible(self, today: NaiveDate) -> bool {
        let longest = |from: NaiveDate| from.checked_add_days(Days::new(LONGEST_DAYS));
        self.dal >= today
            && self.al >= self.dal
            && longest(self.dal).is_some_and(|last| self.al <= last)
            && longest(today).is_some_and(|last| self.dal <= last)
    }

    /// Whether a day is one of them.
    pub fn holds(self, day: NaiveDate) -> bool {
        self.dal <= day && day <= self.al
    }

    /// Whether they are over.
    pub fn is_over(self, today: NaiveDate) -> bool {
        today > self.al
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("the day exists")
    }

    #[test]
    fn each_scope_includes_those_before_it() {
        for (at, scope) in DelegaScope::ALL.into_iter().enumerate() {
            for (other, needed) in DelegaScope::ALL.into_iter().enumerate() {
                assert_eq!(scope.allows(needed), other <= at, "{scope:?} {needed:?}");
            }
            assert_eq!(DelegaScope::from_stored(scope.stored()), Some(scope));
        }
        assert!(DelegaStatus::ALL.into_iter().all(|one| DelegaStatus::from_stored(one.stored()) == Some(one)));
        assert_eq!((DelegaScope::from_stored("tutto"), DelegaStatus::from_stored("viva")), (None, None));
    }

    #[test]
    fn the_proposal_ends_with_the_school_year() {
        assert_eq!(Term::proposed(day(2026, 11, 25)).al, day(2027, 8, 31));
        assert_eq!(Term::proposed(day(2027, 8, 31)).al, day(2027, 8, 31));
        assert_eq!(Term::proposed(day(2027, 9, 1)).al, day(2028, 8, 31));
        assert!([day(2026, 11, 25), day(2027, 8, 31)].into_iter().all(|at| Term::proposed(at).is_possible(at)));
    }

    #[test]
    fn the_days_lie_ahead_in_order_and_within_a_year() {
        let today = day(2026, 11, 25);
        let possible = |dal, al| Term { dal, al }.is_possible(today);
        assert!(possible(today, today) && possible(today, day(2027, 11, 26)));
        assert!(!possible(day(2026, 11, 24), today), "it began yesterday");
        assert!(!possible(day(2026, 11, 27), day(2026, 11, 26)), "it ends before it begins");
        assert!(!possible(today, day(2027, 11, 27)), "it is too long");
        assert!(!possible(day(2028, 1, 1), day(2028, 1, 2)), "it begins too late");
        let term = Term { dal: today, al: day(2026, 11, 26) };
        assert!(term.holds(today) && term.holds(term.al) && !term.holds(day(2026, 11, 27)));
        assert!(!term.is_over(term.al) && term.is_over(day(2026, 11, 27)));
    }
}
