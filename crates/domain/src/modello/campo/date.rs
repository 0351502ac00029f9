//! `date`: a calendar date, typed as day, month and year.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};

/// A calendar date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Date {
    /// Whether it must not lie in the future (a birth).
    past: bool,
}

impl Date {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        Self { past: reader.flag("past") }
    }
}

impl Behaviour for Date {
    fn ty(&self) -> Option<Ty> {
        Some(Ty::Date)
    }

    fn read(&self, typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        let [day, month, year] = ["g", "m", "a"].map(|part| typed.part(part).unwrap_or_default());
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return None;
        }
        Some(match date(&day, &month, &year) {
            Some(date) => Value::Date(date),
            None => Value::UnreadDate { day, month, year },
        })
    }

    fn problem(&self, value: &Value, room: &Room<'_>) -> Option<ProblemCode> {
        match value {
            Value::Date(date) if self.past && *date > room.facts.today => Some(ProblemCode::DateInFuture),
            Value::Date(_) => None,
            Value::UnreadDate { day, month, year } if !day.is_empty() && !month.is_empty() && four(year).is_none() => {
                Some(ProblemCode::YearFourDigits)
            }
            _ => Some(ProblemCode::DateWrong),
        }
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Date
    }
}

fn date(day: &str, month: &str, year: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(four(year)?, digits(month, 2)?, digits(day, 2)?)
}

fn four(year: &str) -> Option<i32> {
    let found = (year.len() == 4).then(|| digits(year, 4)).flatten()?;
    i32::try_from(found).ok().filter(|year| *year >= 1800)
}

fn digits(text: &str, longest: usize) -> Option<u32> {
    let plain = text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}
