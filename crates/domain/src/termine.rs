//! The term within which the office answers a pratica, and what stops it for a while (L. 241/1990 art. 2 and 10-bis).
//!
//! Days are legal dates. Who may ask for documents, and when, stands in the table of [`crate::pratica`].

use chrono::{Days, NaiveDate};

use crate::calendar::{Patrono, deadline};

/// Longest suspension for documents, in days (art. 2 c. 7).
pub const INTEGRAZIONE_DAYS: u32 = 30;
/// Days for observations, and days after them in which the term still stands still (art. 10-bis).
pub const OSSERVAZIONI_DAYS: u32 = 10;

/// The term of one pratica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Termine {
    /// Day of the presentation.
    pub presented: NaiveDate,
    /// Days for the answer, as the procedura says.
    pub days: u32,
    /// The documents that were asked for; a term is suspended for them once.
    pub integrazione: Option<Integrazione>,
    /// The notice of rejection.
    pub preavviso: Option<Preavviso>,
    /// A holiday of the ente's own.
    pub patrono: Option<Patrono>,
}

/// Documents that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integrazione {
    /// When they were asked for.
    pub asked: NaiveDate,
    /// When they came.
    pub supplied: Option<NaiveDate>,
}

/// A notice of rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preavviso {
    /// When it reached the applicant.
    pub given: NaiveDate,
    /// When the applicant answered it.
    pub observed: Option<NaiveDate>,
}

/// Days that do not count: from the one on which the term stops to the one from which it runs again.
#[derive(Clone, Copy, Debug)]
struct Pause {
    from: NaiveDate,
    until: NaiveDate,
}

impl Termine {
    /// A term that nothing has stopped.
    pub const fn new(presented: NaiveDate, days: u32, patrono: Option<Patrono>) -> Self {
        Self { presented, days, integrazione: None, preavviso: None, patrono }
    }

    /// The last day for the answer. While the applicant still has time, it is the day that comes of not answering at all.
    pub fn due_on(&self) -> NaiveDate {
        let mut pauses: Vec<Pause> =
            [self.integrazione_pause(), self.preavviso_pause()].into_iter().flatten().collect();
        pauses.sort_by_key(|pause| pause.from);
        let (mut since, mut left) = (self.presented, self.days);
        for Pause { from, until } in pauses {
            // What comes when the term is over stops nothing.
            if from > deadline(since, left, self.patrono) {
                break;
            }
            // A second stop within the first uses no day, and the later end counts.
            left = left.saturating_sub(days_between(since, from));
            since = since.max(until);
        }
        deadline(since, left, self.patrono)
    }

    /// The day on which silence speaks, where it means something (art. 20): the day after the term.
    pub fn silence_on(&self) -> NaiveDate {
        self.due_on().succ_opt().unwrap_or(NaiveDate::MAX)
    }

    fn integrazione_pause(&self) -> Option<Pause> {
        let Integrazione { asked, supplied } = self.integrazione?;
        // A limit for the office, not a term for the applicant: a holiday does not make it longer.
        let longest = after(asked, INTEGRAZIONE_DAYS);
        Some(Pause { from: asked, until: supplied.map_or(longest, |supplied| supplied.clamp(asked, longest)) })
    }

    fn preavviso_pause(&self) -> Option<Pause> {
        let preavviso = self.preavviso?;
        let last = preavviso.last_day(self.patrono);
        let in_time = preavviso.observed.filter(|observed| *observed <= last);
        Some(Pause {
            from: preavviso.given,
            until: in_time.map_or(last, |observed| after(observed, OSSERVAZIONI_DAYS)),
        })
    }
}

impl Integrazione {
    /// The last day for the documents.
    pub fn last_day(&self, patrono: Option<Patrono>) -> NaiveDate {
        deadline(self.asked, INTEGRAZIONE_DAYS, patrono)
    }
}

impl Preavviso {
    /// The last day for observations.
    pub fn last_day(&self, patrono: Option<Patrono>) -> NaiveDate {
        deadline(self.given, OSSERVAZIONI_DAYS, patrono)
    }
}

fn after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// Days from one day to a later one; none where it is not later.
fn days_between(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from((to - from).num_days()).unwrap_or(0)
}
