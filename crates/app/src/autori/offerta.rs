//! When and for whom a form is offered, as the command line and the page of the office say it.

use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Rome;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    modello::{Modello, Procedura, procedura::Silence},
};

use crate::modello::{Booking, Publication};

/// The first school year that is offered, and the last one.
const ANNI: std::ops::RangeInclusive<i32> = 2000..=2100;

/// An end of a window: a day (`2026-06-01`) or a minute (`2026-06-01T08:30`), at the ente.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// A whole day.
    Day(NaiveDate),
    /// The first instant of a minute.
    Minute(NaiveDateTime),
}

impl FromStr for Edge {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = text.parse().map(Self::Day).ok();
        let minute = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map(Self::Minute).ok();
        day.or_else(minute).ok_or("expected a day (2026-06-01) or a minute (2026-06-01T08:30)")
    }
}

impl Edge {
    /// The instant at which a window that begins here opens.
    fn opens(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Day(day) => instant(day.and_time(NaiveTime::MIN)),
            Self::Minute(at) => instant(at),
        }
    }

    /// The instant at which a window that ends here closes: a last day counts whole.
    fn closes(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Day(day) => instant(day.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN)),
            Self::Minute(at) => instant(at),
        }
    }
}

/// A minute that the clocks of the ente show; the first one of two.
fn instant(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    Some(Rome.from_local_datetime(&local).earliest()?.with_timezone(&Utc))
}

/// When and for whom a form is offered.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// First and last day, or minutes.
    pub window: (Edge, Edge),
    /// Year in which the school year begins.
    pub anno: i32,
    /// How many places there are, where they are few, and from when they are booked; without that they go by criteria.
    pub booking: Option<(Option<Edge>, i64)>,
}

/// Why an offer cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferFault {
    /// The clocks do not show this minute.
    #[error("--dal, --al, --prenota-dal: expected a minute that the clocks show")]
    NoSuchMinute,
    /// The window ends before it begins.
    #[error("--dal must not be after --al")]
    Window,
    /// Not a school year of our time.
    #[error("--anno: expected a year of this century")]
    Anno,
    /// Booking begins outside the window.
    #[error("--prenota-dal must lie between --dal and --al")]
    Booking,
    /// Places go by criteria, and would be booked too.
    #[error("--prenota-dal: the form has criteria ([[graduatoria]]), and places go by them: leave it out")]
    Ranked,
    /// Places are few, and nothing says who gets one.
    #[error("--posti: expected --prenota-dal, or criteria ([[graduatoria]]) in the form")]
    Unranked,
    /// Places are few, and silence would give them to everybody.
    #[error(
        "--posti: silence is assent in the procedura, and would give places that are not there: use silence = \"nessuno\""
    )]
    Silence,
    /// There are no places.
    #[error("--posti: expected 1 at least")]
    Posti,
}

impl Offer {
    /// The offer of a form.
    pub(super) fn of(self, modello: Modello, procedura: Procedura) -> Result<Publication, OfferFault> {
        let (first, last) = self.window;
        let opens_at = first.opens().ok_or(OfferFault::NoSuchMinute)?;
        let closes_at = last.closes().ok_or(OfferFault::NoSuchMinute)?;
        if opens_at >= closes_at {
            return Err(OfferFault::Window);
        }
        if !ANNI.contains(&self.anno) {
            return Err(OfferFault::Anno);
        }
        let booking = match self.booking {
            Some((_, ..1)) => return Err(OfferFault::Posti),
            Some((Some(_), _)) if !modello.graduatoria.is_empty() => return Err(OfferFault::Ranked),
            Some(_) if procedura.silence == Silence::Assenso => return Err(OfferFault::Silence),
            Some((None, _)) if modello.graduatoria.is_empty() => return Err(OfferFault::Unranked),
            Some((Some(from), posti)) => {
                Some(Booking { from: Some(from.opens().ok_or(OfferFault::NoSuchMinute)?), posti })
            }
            Some((None, posti)) => Some(Booking { from: None, posti }),
            None => None,
        };
        let from = booking.and_then(|booking| booking.from);
        if from.is_some_and(|from| from < opens_at || from >= closes_at) {
            return Err(OfferFault::Booking);
        }
        let anno_scolastico = AnnoScolastico::beginning_in(self.anno);
        Ok(Publication { modello, procedura, anno_scolastico, opens_at, closes_at, booking })
    }
}
