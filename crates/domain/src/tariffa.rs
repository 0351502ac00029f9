//! Tariff plans as data: bands of ISEE, classes of residence, reductions for siblings; the price of one meal and why.
//!
//! Which plan is in force on a day and what a family declared is told by the caller.

use chrono::NaiveDate;

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
}

/// A plan as it is written, before it is checked.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    listini: Vec<Listino>,
    #[serde(default)]
    fratelli: Option<Fratelli>,
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
        Ok(Self { listini, fratelli })
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
        Self::new(parts.listini, parts.fratelli)
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
    fn apply(&self, base: Euro) -> Euro {
        match self.off {
            Off::Percent(rate_bp) => less_percent(base, rate_bp),
            Off::Fixed(off) => Euro::from_cents((base.cents() - off.cents()).max(0)),
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
mod tests {
    use serde_json::json;

    use super::*;

    fn piano() -> Piano {
        let fasce = json!([
            { "up_to_cents": 1_500_000, "price_cents": 365 },
            { "up_to_cents": 2_500_000, "price_cents": 410 },
            { "price_cents": 450 },
        ]);
        serde_json::from_value(json!({
            "listini": [
                { "gradi": ["infanzia"], "fasce": [{ "price_cents": 270 }] },
                { "residente": true, "fasce": fasce },
                { "residente": false, "fasce": [{ "price_cents": 500 }] },
            ],
            "fratelli": { "order": "nascita", "riduzioni": [
                { "from_child": 2, "off": { "percent_bp": 1_500 } },
                { "from_child": 3, "off": { "fixed_cents": 100 } },
            ] },
        }))
        .unwrap()
    }

    fn case(isee: Option<i64>, child: u32) -> Case<'static> {
        Case { grado: "primaria", residente: true, isee: isee.map(Euro::from_cents), child }
    }

    #[test]
    fn bounds_are_inclusive_and_not_declared_is_the_highest() {
        let unit = |isee| piano().price(&case(isee, 1)).unwrap().unit.cents();
        for (isee, expected) in [
            (Some(0), 365),
            (Some(1_500_000), 365),
            (Some(1_500_001), 410),
            (Some(2_500_000), 410),
            (Some(2_500_001), 450),
            (None, 450),
        ] {
            assert_eq!(unit(isee), expected, "{isee:?}");
        }
    }

    #[test]
    fn reductions_are_rounded_once_and_explained() {
        let second = piano().price(&case(Some(0), 2)).unwrap();
        assert_eq!(second.unit.cents(), 310);
        assert_eq!(second.rule, "fascia ISEE 1 di 3, residenti (3,65\u{a0}€), riduzione del 15% per il 2º figlio");
        // Not reckoned day by day: 17 meals cost 52.70, not 52.74.
        assert_eq!(second.unit.cents() * 17, 5_270);
        assert_eq!(piano().price(&case(None, 2)).unwrap().unit.cents(), 383);
        let fourth = piano().price(&case(None, 4)).unwrap();
        assert_eq!((fourth.unit.cents(), fourth.rule.contains("di 1,00\u{a0}€ per il 4º")), (350, true));
    }

    #[test]
    fn grade_and_residence_choose_the_list() {
        let infanzia = Case { grado: "infanzia", ..case(None, 1) };
        assert_eq!(
            piano().price(&infanzia).unwrap(),
            Prezzo { unit: Euro::from_cents(270), rule: "tariffa unica".into() }
        );
        let elsewhere = Case { residente: false, ..case(Some(0), 1) };
        let price = piano().price(&elsewhere).unwrap();
        assert_eq!((price.unit.cents(), price.rule.as_str()), (500, "tariffa unica, non residenti"));
        let only = Listino { gradi: vec!["nido".into()], ..piano().listini[1].clone() };
        assert_eq!(Piano::new(vec![only], None).unwrap().price(&case(None, 1)), None);
    }

    #[test]
    fn children_are_counted_by_birth_or_by_enrolment() {
        let day = |day| NaiveDate::from_ymd_opt(2018, 1, day).unwrap();
        let siblings = [
            Sibling { key: 1, born_on: Some(day(9)), enrolled_on: day(1) },
            Sibling { key: 2, born_on: None, enrolled_on: day(2) },
            Sibling { key: 3, born_on: Some(day(5)), enrolled_on: day(3) },
            Sibling { key: 4, born_on: Some(day(5)), enrolled_on: day(3) },
        ];
        assert_eq!(piano().ranks(&siblings), [3, 4, 1, 2]);
        let mut other = piano();
        other.fratelli.as_mut().unwrap().order = Order::Enrolment;
        assert_eq!(other.ranks(&siblings), [1, 2, 3, 4]);
    }

    #[test]
    fn unsound_plans_are_refused() {
        let fascia = |bound: Option<i64>, price| Fascia {
            up_to_cents: bound.map(Euro::from_cents),
            price_cents: Euro::from_cents(price),
        };
        let listino = |fasce| Listino { gradi: vec![], residente: None, fasce };
        let of = |fasce| Piano::new(vec![listino(fasce)], None).unwrap_err();
        assert_eq!(of(vec![]), PianoError::Count);
        assert_eq!(of(vec![fascia(Some(5), 1), fascia(Some(5), 1), fascia(None, 1)]), PianoError::Bounds);
        assert_eq!(of(vec![fascia(Some(5), 1)]), PianoError::Bounds);
        assert_eq!(of(vec![fascia(None, 1), fascia(None, 1)]), PianoError::Bounds);
        assert_eq!(of(vec![fascia(None, -1)]), PianoError::Amount);
        let one = || vec![listino(vec![fascia(None, 1)])];
        let with = |from_child, off| {
            let fratelli = Fratelli { order: Order::Birth, riduzioni: vec![Riduzione { from_child, off }] };
            Piano::new(one(), Some(fratelli)).unwrap_err()
        };
        assert_eq!(with(1, Off::Percent(1_500)), PianoError::Children);
        assert_eq!(with(2, Off::Percent(10_001)), PianoError::Amount);
        let grado = Listino { gradi: vec!["liceo".into()], ..listino(vec![fascia(None, 1)]) };
        assert_eq!(Piano::new(vec![grado], None).unwrap_err(), PianoError::Grado);
    }
}
