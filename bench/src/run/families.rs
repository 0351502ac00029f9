//! Who eats: children, payers, classes and meals of an invented ente, as the files that its importers take.

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use drills::population::{self, Alunno};
use sportello_domain::calendar::is_holiday;
use sportello_domain::codice_fiscale::{CodiceFiscale, Sesso};
use sportello_domain::famiglie::COLUMNS;
use sportello_domain::fatturazione::Periodo;

/// From one child to the next in the list of all, so that names change.
const STRIDE: u32 = 2_689;
/// How many children that list holds.
const PEOPLE: u32 = 2_688 * 192;
/// Of so many children the last one has the same payer as the one before.
const SIBLING_OF: u32 = 6;
/// Children in a class.
const CLASS: u32 = 24;

/// The children, in the order of the file.
pub fn children(count: u32) -> Result<Vec<Alunno>> {
    let child = |number| population::alunno(number * STRIDE % PEOPLE).context("there are no more children");
    (0..count).map(child).collect()
}

/// The file of families.
pub fn famiglie(children: &[Alunno]) -> Result<String> {
    let mut file = format!("{}\n", COLUMNS.join(";"));
    let first = NaiveDate::from_ymd_opt(1975, 1, 1).context("a day")?;
    for (child, number) in children.iter().zip(0u32..) {
        let family = if number % SIBLING_OF == SIBLING_OF - 1 { number - 1 } else { number };
        let (cognome, class) = (children[family as usize].cognome, number / CLASS);
        let born = first.checked_add_days(Days::new(u64::from(family))).context("a day of birth")?;
        let payer = CodiceFiscale::compose(cognome, "Marta", born, Sesso::Femmina, "A794").context("a code")?;
        let Alunno { cognome: own, nome, nascita, codice_fiscale } = child;
        let (school, grade) = (class / 20, class % 5 + 1);
        writeln!(
            file,
            "BENCH{school:03};Scuola primaria n. {school};primaria;{grade}{class};{grade} sezione {class};{codice_fiscale};\
             {own};{nome};{nascita};{};{cognome};Marta;famiglia{family}@posta.example",
            payer.as_str()
        )?;
    }
    Ok(file)
}

/// The file of attendance of a month, and how many meals of each child are charged.
pub fn attendance(periodo: Periodo, children: &[Alunno]) -> Result<(String, HashMap<String, u32>)> {
    let mut file = String::from("data;alunno_codice_fiscale;stato\n");
    let mut meals: HashMap<String, u32> = HashMap::new();
    let days = periodo.first_day().iter_days().take_while(|day| *day <= periodo.last_day());
    for day in days.filter(|day| serves(*day)) {
        for (child, number) in children.iter().zip(0u32..) {
            let state = match (day.day() + 2 * number) % 11 {
                0 => "ASSENTE",
                7 => "ASSENTE_FUORI_TERMINE",
                _ => "PRESENTE",
            };
            writeln!(file, "{day};{};{state}", child.codice_fiscale)?;
            *meals.entry(child.codice_fiscale.clone()).or_default() += u32::from(state != "ASSENTE");
        }
    }
    Ok((file, meals))
}

fn serves(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_importers_can_read_the_files() {
        let children = children(300).expect("children");
        let file = famiglie(&children).expect("families");
        let read = sportello_domain::famiglie::read(file.as_bytes()).expect("a file without faults");
        assert_eq!(read.len(), 300);
        let payers: std::collections::HashSet<_> = read.iter().map(|line| &line.pagante.codice_fiscale).collect();
        assert_eq!(payers.len(), 250);
        let october = NaiveDate::from_ymd_opt(2026, 10, 1).expect("a day");
        let (file, meals) = attendance(Periodo::of(october), &children).expect("meals");
        let today = NaiveDate::from_ymd_opt(2026, 11, 2).expect("a day");
        let read = sportello_domain::presenza::read(file.as_bytes(), today).expect("a file without faults");
        assert_eq!(read.len(), 300 * 22);
        assert!(meals.len() == 300 && meals.values().all(|meals| (18..=22).contains(meals)));
    }
}
