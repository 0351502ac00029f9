//! How long an answer is kept: so many years after something has ended.
//!
//! It says what an office may propose to delete, and when. Nothing is deleted here.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::source::Reader;
use super::view::Privacy;

/// Longest time that a field may ask for.
const MAX_YEARS: u32 = 50;

/// How long an answer is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// What must have ended.
    pub after: KeepAfter,
    /// Years from that day.
    pub years: u8,
}

/// What must have ended before the years run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeepAfter {
    /// The pratica: it was decided, withdrawn or annulled.
    Pratica,
    /// The fascicolo: nothing that it is about goes on, for an enrolment the school cycle of the child.
    Fascicolo,
    /// The diet that was asked for.
    Dieta,
}

impl KeepAfter {
    /// Every beginning.
    pub const ALL: [Self; 3] = [Self::Pratica, Self::Fascicolo, Self::Dieta];

    /// The word of the author.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pratica => "pratica",
            Self::Fascicolo => "fascicolo",
            Self::Dieta => "dieta",
        }
    }
}

impl Keep {
    /// What holds for a class where the author says nothing. An undue reduction can be claimed back for ten years (art. 2033
    /// and 2946 c.c.), a bill for five (art. 2948 c.c.); health and belief are kept no longer than the year of their use asks.
    pub const fn of(privacy: Privacy) -> Self {
        let (after, years) = match privacy {
            Privacy::Personal | Privacy::Child => (KeepAfter::Fascicolo, 10),
            Privacy::Income => (KeepAfter::Pratica, 10),
            Privacy::Bank => (KeepAfter::Fascicolo, 5),
            Privacy::Art9 => (KeepAfter::Fascicolo, 1),
        };
        Self { after, years }
    }

    /// The last day on which it is kept, where that which had to end ended on a day.
    pub fn until(self, ended: NaiveDate) -> NaiveDate {
        ended.checked_add_months(Months::new(u32::from(self.years) * 12)).unwrap_or(NaiveDate::MAX)
    }

    /// What a field says of it.
    pub(crate) fn author(field: &Reader<'_, '_>, privacy: Privacy) -> Self {
        let Some(table) = field.sub("keep") else { return Self::of(privacy) };
        let after = table.need("after").and_then(|word| {
            let found = KeepAfter::ALL.into_iter().find(|after| after.word() == word);
            if found.is_none() {
                let remedy = format!("i termini sono: {}", KeepAfter::ALL.map(KeepAfter::word).join(", "));
                table.error_key("after", format!("after «{word}» non esiste"), remedy);
            }
            found
        });
        if !table.has("years") {
            table.error(table.at(), "keep senza years", "aggiungi gli anni, per esempio years = 10");
        }
        let years = table.number("years", 1, 1..=MAX_YEARS);
        table.finish();
        match (after, u8::try_from(years)) {
            (Some(after), Ok(years)) => Self { after, years },
            _ => Self::of(privacy),
        }
    }
}
