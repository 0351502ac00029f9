//! Places of birth: Belfiore codes of comuni (suppressed ones too) and of foreign states, with the times at which they existed.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::collation;

/// A comune or a foreign state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Luogo {
    /// Belfiore code.
    pub code: &'static str,
    /// Its latest name.
    pub name: &'static str,
    /// Letters of the province; empty for a state.
    pub province: &'static str,
    /// `YYYYMMDD-YYYYMMDD`, blank between periods, open at the end while it exists.
    periods: &'static str,
}

static PLACES: LazyLock<HashMap<&'static str, Luogo>> = LazyLock::new(|| {
    let comuni = include_str!("../data/comuni.csv").lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        Some(Luogo { code: cells.next()?, name: cells.next()?, province: cells.next()?, periods: cells.next()? })
    });
    let stati = include_str!("../data/stati.csv").lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        Some(Luogo { code: cells.next()?, name: cells.next()?, province: "", periods: cells.next()? })
    });
    comuni.chain(stati).map(|luogo| (luogo.code, luogo)).collect()
});

static COMUNI: LazyLock<HashMap<String, Vec<&'static Luogo>>> = LazyLock::new(|| {
    let mut named: HashMap<String, Vec<&'static Luogo>> = HashMap::new();
    for luogo in PLACES.values().filter(|luogo| luogo.is_comune()) {
        named.entry(collation::key(luogo.name)).or_default().push(luogo);
    }
    named
});

impl Luogo {
    /// The place with a Belfiore code, whether or not it still exists.
    pub fn by_code(code: &str) -> Option<&'static Self> {
        PLACES.get(code)
    }

    /// Whether it is an Italian comune, not a foreign state.
    pub const fn is_comune(&self) -> bool {
        !self.province.is_empty()
    }

    /// The comuni that exist on a day and have this name, as people type it: `calvenzano`, `Samone (TN)`, `Samone TN`.
    pub fn comuni_named(typed: &str, day: NaiveDate) -> Vec<&'static Self> {
        let key = collation::key(typed);
        let of = |name: &str, province: Option<&str>| -> Vec<&'static Self> {
            let named = COMUNI.get(name).into_iter().flatten().copied().filter(|luogo| luogo.existed_on(day));
            named.filter(|luogo| province.is_none_or(|p| luogo.province.eq_ignore_ascii_case(p))).collect()
        };
        let whole = of(&key, None);
        match key.rsplit_once(' ') {
            Some((name, province)) if whole.is_empty() => of(name, Some(province)),
            _ => whole,
        }
    }

    /// The foreign states that exist on a day, by name.
    pub fn states(day: NaiveDate) -> Vec<&'static Self> {
        let mut found: Vec<&Self> = PLACES.values().filter(|l| !l.is_comune() && l.existed_on(day)).collect();
        found.sort_by_key(|luogo| collation::key(luogo.name));
        found
    }

    /// Whether it existed on a day. A state counts before its beginning too: people born earlier on its ground carry its code.
    pub fn existed_on(&self, day: NaiveDate) -> bool {
        let day = day.format("%Y%m%d").to_string();
        let begun = |from: &str| self.province.is_empty() || *from <= *day;
        let periods = self.periods.split(' ').filter_map(|period| period.split_once('-'));
        periods.into_iter().any(|(from, to)| begun(from) && (to.is_empty() || *day <= *to))
    }

    /// "Calvenzano (BG)", or the name of the state.
    pub fn display(&self) -> String {
        if self.province.is_empty() { self.name.to_owned() } else { format!("{} ({})", self.name, self.province) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_well_formed() {
        assert!(PLACES.len() > 10_000, "{}", PLACES.len());
        for luogo in PLACES.values() {
            assert_eq!(luogo.code.len(), 4, "{luogo:?}");
            for (from, to) in luogo.periods.split(' ').filter_map(|period| period.split_once('-')) {
                assert!(from.len() == 8 && (to.is_empty() || (to.len() == 8 && from <= to)), "{luogo:?}");
            }
        }
        assert_eq!(Luogo::by_code("B442").map(Luogo::display).as_deref(), Some("Calvenzano (BG)"));
        assert_eq!(Luogo::by_code("A000"), None);
    }

    #[test]
    fn a_suppressed_comune_existed_in_its_time() {
        let luogo = Luogo::by_code("A002").expect("Abbadia sopra Adda stands in the data");
        let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("1 January exists");
        assert!(luogo.existed_on(day(1900)));
        assert!(!luogo.existed_on(day(1950)));
    }
}
