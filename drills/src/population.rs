//! Children without end: invented, each with a valid codice fiscale of its own.

use anyhow::Context;
use chrono::NaiveDate;
use sportello_domain::codice_fiscale::{CodiceFiscale, Sesso};

/// Surnames that share no codice fiscale letters.
const COGNOMI: [&str; 12] = [
    "Albani",
    "Bertoli",
    "Carrara",
    "Donadoni",
    "Esposito",
    "Facchi",
    "Galimberti",
    "Invernizzi",
    "Locatelli",
    "Moretti",
    "Nembrini",
    "Pesenti",
];
/// Names that share no codice fiscale letters, each with its sex.
const NOMI: [(&str, Sesso); 8] = [
    ("Alice", Sesso::Femmina),
    ("Davide", Sesso::Maschio),
    ("Emma", Sesso::Femmina),
    ("Giacomo", Sesso::Maschio),
    ("Ilaria", Sesso::Femmina),
    ("Leonardo", Sesso::Maschio),
    ("Noemi", Sesso::Femmina),
    ("Tommaso", Sesso::Maschio),
];
/// Places of birth that exist today.
const LUOGHI: [&str; 2] = ["A794", "L400"];
/// Days of birth in use: eight years of the months' first 28 days.
const DAYS: u32 = 8 * 12 * 28;
const FIRST_YEAR: i32 = 2015;

/// A child to enrol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alunno {
    /// Family name.
    pub cognome: &'static str,
    /// Given name.
    pub nome: &'static str,
    /// Date of birth.
    pub nascita: NaiveDate,
    /// Codice fiscale.
    pub codice_fiscale: String,
}

/// Child number `number`; the same number is the same child, another number another child.
///
/// `None` when the lists are used up: about half a million.
pub fn alunno(number: u32) -> Option<Alunno> {
    let (day, rest) = (number % DAYS, number / DAYS);
    let place = |list: usize, rest: u32| (rest as usize % list, rest / list as u32);
    let (cognome, rest) = place(COGNOMI.len(), rest);
    let (nome, rest) = place(NOMI.len(), rest);
    let luogo = *LUOGHI.get(rest as usize)?;
    let (cognome, (nome, sesso)) = (COGNOMI[cognome], NOMI[nome]);
    let year = FIRST_YEAR + i32::try_from(day / (12 * 28)).ok()?;
    let nascita = NaiveDate::from_ymd_opt(year, day / 28 % 12 + 1, day % 28 + 1)?;
    let codice_fiscale = CodiceFiscale::compose(cognome, nome, nascita, sesso, luogo)?;
    Some(Alunno { cognome, nome, nascita, codice_fiscale: codice_fiscale.as_str().to_owned() })
}

/// `count` children from number `first` on; an error when the lists are used up.
pub fn alunni(first: u32, count: u32) -> anyhow::Result<Vec<Alunno>> {
    let children: Option<Vec<Alunno>> = (first..first + count).map(alunno).collect();
    children.context("there are no more children")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// How many children there can be.
    const SIZE: u32 = DAYS * (COGNOMI.len() * NOMI.len() * LUOGHI.len()) as u32;

    #[test]
    fn every_child_has_a_codice_fiscale_of_its_own() {
        let step = 7;
        let codes: Vec<String> = (0..SIZE)
            .step_by(step)
            .map(|number| alunno(number).expect("a number below the size is a child").codice_fiscale)
            .collect();
        let distinct: HashSet<&String> = codes.iter().collect();
        assert_eq!(distinct.len(), codes.len());
        let first = alunno(0).expect("child 0");
        CodiceFiscale::parse(&first.codice_fiscale, Some(first.nascita)).expect("a valid code");
    }

    #[test]
    fn past_the_size_there_is_nobody() {
        assert!(alunno(SIZE - 1).is_some());
        assert_eq!(alunno(SIZE), None);
    }
}
