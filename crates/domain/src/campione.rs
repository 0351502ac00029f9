//! Sample checks of declarations (DPR 445/2000 art. 71): which of a list are drawn.
//!
//! Whoever has the list and the seed draws the same ones again, without this program: docs/controlli.md says how. Where
//! the list and the seed come from is the caller's business.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

/// A percentage of a draw: 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(u32);

impl Percent {
    /// What is drawn where nobody says otherwise.
    pub const DEFAULT: Self = Self(5);

    /// A percentage from 1 to 100.
    pub fn new(percent: u32) -> Option<Self> {
        (1..=100).contains(&percent).then_some(Self(percent))
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// How many of so many are drawn: rounded up, so that of a list that is not empty one is drawn at least.
    pub const fn of(self, count: usize) -> usize {
        (count * self.0 as usize).div_ceil(100)
    }
}

/// The seed of a draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// As it is published: 64 hexadecimal digits in small letters.
    pub fn hex(self) -> String {
        hex::encode(self.0)
    }
}

/// The list as it is published: each on a line of its own that ends with a line feed, in the order given.
pub fn list<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    ids.into_iter().flat_map(|id| [id, "\n"]).collect()
}

/// The SHA-256 of a text in hexadecimal digits: what a published list is compared with.
pub fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Draws: each is given the SHA-256 of the seed in hexadecimal digits followed by its own text; the percentage with the
/// lowest ones is drawn. The order of the list does not matter, and what stands in it twice counts once.
pub fn draw<'a>(ids: impl IntoIterator<Item = &'a str>, seed: Seed, percent: Percent) -> BTreeSet<&'a str> {
    let seed = seed.hex();
    let ordered: BTreeSet<(String, &str)> = ids.into_iter().map(|id| (sha256(&format!("{seed}{id}")), id)).collect();
    let size = percent.of(ordered.len());
    ordered.into_iter().take(size).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(count: usize) -> Vec<String> {
        (1..=count).map(|n| format!("2026/{n}")).collect()
    }

    fn drawn(ids: &[String], seed: Seed, percent: u32) -> Vec<&str> {
        let percent = Percent::new(percent).unwrap();
        draw(ids.iter().map(String::as_str), seed, percent).into_iter().collect()
    }

    #[test]
    fn a_percentage_has_its_bounds() {
        let made = [0, 1, 5, 100, 101].map(|n| Percent::new(n).map(Percent::get));
        assert_eq!(made, [None, Some(1), Some(5), Some(100), None]);
        assert_eq!(Percent::new(5), Some(Percent::DEFAULT));
    }

    #[test]
    fn the_size_is_rounded_up() {
        let of = |percent, count| Percent::new(percent).unwrap().of(count);
        assert_eq!([of(5, 0), of(5, 1), of(5, 20), of(5, 21), of(1, 3), of(100, 7)], [0, 1, 1, 2, 1, 7]);
    }

    /// Redone with coreutils, as docs/controlli.md says.
    #[test]
    fn the_draw_of_the_documentation_stays_what_it_is() {
        let (ids, seed) = (numbers(40), Seed([0x2a; 32]));
        let text = list(ids.iter().map(String::as_str));
        assert!(text.starts_with("2026/1\n2026/2\n") && text.ends_with("2026/40\n"));
        assert_eq!(sha256(&text), "c440b57436ee01b5a760d61ca15e9058586d64007550506001c66e66b5961f68");
        assert_eq!(drawn(&ids, seed, 5), ["2026/1", "2026/21"]);
    }

    proptest! {
        #[test]
        fn the_same_seed_draws_the_same_in_whatever_order(
            (ids, turned) in (1..60_usize).prop_flat_map(|n| (Just(numbers(n)), Just(numbers(n)).prop_shuffle())),
            seed: [u8; 32],
            percent in 1..=100_u32,
        ) {
            let found = drawn(&ids, Seed(seed), percent);
            prop_assert_eq!(&found, &drawn(&turned, Seed(seed), percent));
            prop_assert_eq!(found.len(), Percent::new(percent).unwrap().of(ids.len()));
            prop_assert!(!found.is_empty());
            prop_assert!(found.iter().all(|id| ids.iter().any(|known| known == id)));
        }

        #[test]
        fn more_per_cent_draws_the_same_and_more(count in 1..60_usize, seed: [u8; 32], percent in 1..100_u32) {
            let ids = numbers(count);
            let (few, more) = (drawn(&ids, Seed(seed), percent), drawn(&ids, Seed(seed), percent + 1));
            prop_assert!(few.iter().all(|id| more.contains(id)));
        }
    }

    #[test]
    fn another_seed_draws_others_and_each_has_its_turn() {
        let ids = numbers(20);
        let firsts: BTreeSet<&str> = (0..=255).flat_map(|byte| drawn(&ids, Seed([byte; 32]), 5)).collect();
        assert_eq!(firsts.len(), 20, "each of 20 is drawn by one of 256 seeds");
    }
}
