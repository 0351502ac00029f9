//! Tariff plans as data: bands of ISEE, classes of residence, reductions for siblings; the price of one meal and why.
//!
//! Which plan is in force on a day and what a family declared is told by the caller.

mod decorrenza;

use chrono::NaiveDate;

pub use decorrenza::Decorrenza;

use crate::{
    euro::Euro,
    famiglie::GRADI,
    iva::less_percent,
    lingua::Lingua,
    testo::{amount, percent},
};

/// Highest price of one meal that a plan may name.
const PRICE_MAX: Euro = Euro::from_cents(10_000);
/// Most lists, bands of one list, and reductions.
const ENTRIES_MAX: usize = 50;

/// The prices of one service; sound by construction.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Parts")]
pub struct Piano {
    /// Price lists; the first that fits a child counts.
    listini: Vec<Listino>,
    /// Reductions for siblings.
    #[serde(skip_serializing_if = "Option::is_none")]
    fratelli: Option<Fratelli>,
    /// From when on changes count.
    #[serde(skip_serializing_if = "Decorrenza::is_default")]
    decorrenza: Decorrenza,
}

/// A plan as it is written, before it is checked.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    listini: Vec<Listino>,
    #[serde(default)]
    fratelli: Option<Fratelli>,
    #[serde(default)]
    decorrenza: Decorrenza,
}

/// The prices of one kind of school and class of residence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listino {
    /// Grades of school; none for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gradi: Vec<String>,
    /// For residents only, for others only, or for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residente: Option<bool>,
    /// The bands, by growing bounds; the last one has none.
    pub fasce: Vec<Fascia>,
}

/// A band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fascia {
    /// Highest ISEE of the band, inclusive, in cents; none for the last, which is also for an ISEE not declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to_cents: Option<Euro>,
    /// Price of a meal in cents, VAT included.
    pub price_cents: Euro,
}

/// Reductions for children of the same payer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fratelli {
    /// Who counts as the first child.
    pub order: Order,
    /// What is taken off, from which child on.
    pub riduzioni: Vec<Riduzione>,
}

/// How the children of a payer are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Order {
    /// The eldest first.
    #[serde(rename = "nascita")]
    Birth,
    /// Whoever was enrolled first.
    #[serde(rename = "iscrizione")]
    Enrolment,
}

/// A reduction, from one child on until a later reduction takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Riduzione {
    /// From this child on: 2 for the second.
    pub from_child: u32,
    /// How much.
    pub off: Off,
}

/// How much is taken off the price of a meal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Off {
    /// A share of the base price, in hundredths of a percent.
    #[serde(rename = "percent_bp")]
    Percent(i64),
    /// A fixed amount in cents, down to nothing.
    #[serde(rename = "fixed_cents")]
    Fixed(Euro),
}

/// Why a plan is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PianoError {
    /// No list, no band, or too many.
    #[error("reading a tariff plan: no list or band, or more than 50")]
    Count,
    /// Bounds that do not grow, or a last band with a bound, or another one without.
    #[error("reading a tariff plan: the bounds of the bands must grow and only the last band has none")]
    Bounds,
    /// A price or reduction below nothing or too high.
    #[error("reading a tariff plan: a price or reduction is not possible")]
    Amount,
    /// A grade of school that does not exist.
    #[error("reading a tariff plan: an unknown grade of school")]
    Grado,
    /// Reductions that do not begin at the second child or do not grow.
    #[error("reading a tariff plan: reductions begin at the second child or later, in order")]
    Children,
}

/// What the price of a child's meal depends on, on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case<'a> {
    /// Grade of the school.
    pub grado: &'a str,
    /// Whether the family lives in the ente.
    pub residente: bool,
    /// ISEE; none when it was not declared. Nothing (0,00) is a value.
    pub isee: Option<Euro>,
    /// Which child of the payer it is, from 1.
    pub child: u32,
}

/// The price of one meal and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prezzo {
    /// Price of one meal, VAT included, rounded once.
    pub unit: Euro,
    /// The rule in Italian. It names the band by its place, never the ISEE: the price list is public.
    pub rule: String,
}

/// A child of a payer, to be counted among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sibling<K> {
    /// Which enrolment.
    pub key: K,
    /// Date of birth.
    pub born_on: Option<NaiveDate>,
    /// Day of the enrolment.
    pub enrolled_on: NaiveDate,
}

impl Piano {
    /// Puts a plan together.
    ///
    /// # Errors
    /// The first thing that makes it unsound.
    pub fn new(listini: Vec<Listino>, fratelli: Option<Fratelli>) -> Result<Self, PianoError> {
        if listini.is_empty() || listini.len() > ENTRIES_MAX {
            return Err(PianoError::Count);
        }
        listini.iter().try_for_each(Listino::check)?;
        fratelli.iter().try_for_each(Fratelli::check)?;
        Ok(Self { listini, fratelli, decorrenza: Decorrenza::default() })
    }

    /// The same plan under another rule of when changes count.
    #[must_use]
    pub fn with_decorrenza(self, decorrenza: Decorrenza) -> Self {
        Self { decorrenza, ..self }
    }

    /// The price lists, in the order in which they count.
    pub fn listini(&self) -> &[Listino] {
        &self.listini
    }

    /// The reductions for siblings.
    pub fn fratelli(&self) -> Option<&Fratelli> {
        self.fratelli.as_ref()
    }

    /// From when on changes of a family count.
    pub const fn decorrenza(&self) -> Decorrenza {
        self.decorrenza
    }

    /// The price of a meal; none when no list is for this kind of child.
    pub fn price(&self, case: &Case<'_>) -> Option<Prezzo> {
        let listino = self.listini.iter().find(|listino| listino.is_for(case))?;
        let place = listino.place(case.isee)?;
        let base = listino.fasce[place].price_cents;
        let mut rule = listino.words(place, case);
        let mut unit = base;
        if let Some(riduzione) = self.fratelli.as_ref().and_then(|fratelli| fratelli.of(case.child)) {
            unit = riduzione.apply(base);
            rule.push_str(&riduzione.words(case.child, base));
        }
        Some(Prezzo { unit, rule })
    }

    /// Which child each one is among the children of one payer, from 1, in the order of `siblings`.
    pub fn ranks<K: Ord + Copy>(&self, siblings: &[Sibling<K>]) -> Vec<u32> {
        let order = self.fratelli.as_ref().map_or(Order::Birth, |fratelli| fratelli.order);
        let place = |sibling: &Sibling<K>| match order {
            // Whoever has no date of birth comes last; a tie is broken by the key, so that it stays the same.
            Order::Birth => (sibling.born_on.is_none(), sibling.born_on, sibling.key),
            Order::Enrolment => (false, Some(sibling.enrolled_on), sibling.key),
        };
        let before = |one: &Sibling<K>| siblings.iter().filter(|other| place(other) < place(one)).count();
        siblings.iter().map(|one| u32::try_from(before(one)).unwrap_or(u32::MAX).saturating_add(1)).collect()
    }
}

impl TryFrom<Parts> for Piano {
    type Error = PianoError;

    fn try_from(parts: Parts) -> Result<Self, PianoError> {
        Ok(Self::new(parts.listini, parts.fratelli)?.with_decorrenza(parts.decorrenza))
    }
}

impl Listino {
    fn check(&self) -> Result<(), PianoError> {
        if self.fasce.is_empty() || self.fasce.len() > ENTRIES_MAX {
            return Err(PianoError::Count);
        }
        if !self.gradi.iter().all(|grado| GRADI.contains(&grado.as_str())) {
            return Err(PianoError::Grado);
        }
        if self.fasce.iter().any(|fascia| !(Euro::ZERO..=PRICE_MAX).contains(&fascia.price_cents)) {
            return Err(PianoError::Amount);
        }
        let (last, before) = self.fasce.split_last().ok_or(PianoError::Count)?;
        let bounds: Option<Vec<Euro>> = before.iter().map(|fascia| fascia.up_to_cents).collect();
        let grow = bounds.is_some_and(|bounds| {
            bounds.first().is_none_or(|first| *first >= Euro::ZERO) && bounds.is_sorted_by(|low, high| low < high)
        });
        if last.up_to_cents.is_none() && grow { Ok(()) } else { Err(PianoError::Bounds) }
    }

    fn is_for(&self, case: &Case<'_>) -> bool {
        (self.gradi.is_empty() || self.gradi.iter().any(|grado| grado == case.grado))
            && self.residente.is_none_or(|residente| residente == case.residente)
    }

    /// Which band an ISEE falls into.
    fn place(&self, isee: Option<Euro>) -> Option<usize> {
        match isee {
            Some(isee) => self.fasce.iter().position(|fascia| fascia.up_to_cents.is_none_or(|bound| isee <= bound)),
            None => self.fasce.len().checked_sub(1),
        }
    }

    fn words(&self, place: usize, case: &Case<'_>) -> String {
        let band = match (self.fasce.len(), case.isee) {
            (1, _) => "tariffa unica".to_owned(),
            (_, None) => "tariffa massima, ISEE non dichiarato".to_owned(),
            (bands, Some(_)) => format!("fascia ISEE {} di {bands}", place + 1),
        };
        match self.residente {
            Some(true) => format!("{band}, residenti"),
            Some(false) => format!("{band}, non residenti"),
            None => band,
        }
    }
}

impl Fratelli {
    fn check(&self) -> Result<(), PianoError> {
        if self.riduzioni.is_empty() || self.riduzioni.len() > ENTRIES_MAX {
            return Err(PianoError::Count);
        }
        let possible = |riduzione: &Riduzione| match riduzione.off {
            Off::Percent(rate) => (1..=10_000).contains(&rate),
            Off::Fixed(amount) => Euro::ZERO < amount && amount <= PRICE_MAX,
        };
        if !self.riduzioni.iter().all(possible) {
            return Err(PianoError::Amount);
        }
        let in_order = self.riduzioni.is_sorted_by(|one, next| one.from_child < next.from_child);
        let first = self.riduzioni.first().is_some_and(|first| first.from_child >= 2);
        if in_order && first { Ok(()) } else { Err(PianoError::Children) }
    }

    /// The reduction of the k-th child.
    fn of(&self, child: u32) -> Option<&Riduzione> {
        self.riduzioni.iter().rev().find(|riduzione| riduzione.from_child <= child)
    }
}

impl Riduzione {
    /// The price of a meal with the reduction.
    pub fn apply(&self, base: Euro) -> Euro {
        match self.off {
            Off::Percent(rate_bp) => less_percent(base, rate_bp),
            Off::Fixed(off) => (base - off).max(Euro::ZERO),
        }
    }

    fn words(&self, child: u32, base: Euro) -> String {
        let off = match self.off {
            Off::Percent(rate_bp) => format!("del {}", percent(rate_bp, Lingua::It)),
            Off::Fixed(off) => format!("di {}", amount(off, Lingua::It)),
        };
        format!(" ({}), riduzione {off} per il {child}º figlio", amount(base, Lingua::It))
    }
}

#[cfg(test)]
mod tests;
