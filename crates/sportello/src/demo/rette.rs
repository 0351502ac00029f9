//! A tariff plan, meals of the last months, and their invoices, made by the use cases themselves.

use std::fmt::Write as _;

use anyhow::Context;
use chrono::{Datelike, Months, NaiveDate, Weekday};
use sportello_app::{
    Ctx, Portal, fatturazione, presenze,
    tariffe::{self, NewPiano},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico, calendar::is_holiday, fatturazione::Periodo, id::EnteId, tariffa::Piano,
};

const TARIFFE: &str = include_str!("../../../../demo/tariffe.toml");
/// Finished months that are invoiced.
const MONTHS: usize = 2;
/// Months without school.
const SUMMER: [u32; 2] = [7, 8];
/// First day of school in September.
const FIRST_DAY: u32 = 14;

/// The file of tariffs.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    atto: String,
    piano: Piano,
}

/// The last finished months of school before a day, the earlier one first. In September and October one or both are of
/// the school year before.
pub fn months(today: NaiveDate) -> Vec<Periodo> {
    let back = (1..).map_while(|back| today.checked_sub_months(Months::new(back)));
    let mut found: Vec<_> = back.filter(|day| !SUMMER.contains(&day.month())).map(Periodo::of).take(MONTHS).collect();
    found.reverse();
    found
}

/// The school year of the earliest month that is invoiced.
pub fn first_year(today: NaiveDate) -> AnnoScolastico {
    AnnoScolastico::of(months(today).first().map_or(today, |month| month.first_day()))
}

/// Puts the tariff plan of the demonstration in force from a school year on.
pub async fn publish(portal: &Portal, ente: EnteId, anno: AnnoScolastico) -> anyhow::Result<()> {
    let file: File = toml::from_str(TARIFFE)?;
    let dal = NaiveDate::from_ymd_opt(anno.first_year(), 9, 1).context("a school year of our time")?;
    let new = NewPiano { dal, al: None, atto: file.atto, piano: file.piano };
    Ok(tariffe::publish(portal, ente, new).await?)
}

/// Lets children eat in the last finished months and issues the invoices: `children` in this school year, `before` in
/// the one before.
pub async fn issue(
    portal: &Portal,
    clerk: &Ctx,
    today: NaiveDate,
    children: &[String],
    before: &[String],
) -> anyhow::Result<()> {
    let anno = AnnoScolastico::of(today);
    for month in months(today) {
        let eat = if AnnoScolastico::of(month.first_day()) == anno { children } else { before };
        let file = attendance(month, eat);
        let taken = presenze::import(portal, clerk, file.into_bytes()).await?;
        taken.map_err(|faults| anyhow::anyhow!("{}", faults[0]))?;
        let ciclo = fatturazione::open(portal, clerk, month).await?;
        fatturazione::issue(portal, clerk, ciclo).await?;
        fatturazione::complete(portal, clerk, ciclo).await?;
    }
    Ok(())
}

/// A file of attendance: most children eat on most days.
fn attendance(month: Periodo, children: &[String]) -> String {
    let mut file = String::from("data;alunno_codice_fiscale;stato\n");
    for day in month.first_day().iter_days().take_while(|day| *day <= month.last_day()).filter(|day| serves(*day)) {
        for (child, number) in children.iter().zip(0..) {
            let state = match (day.day() + 2 * number) % 11 {
                0 => "ASSENTE",
                7 => "ASSENTE_FUORI_TERMINE",
                _ => "PRESENTE",
            };
            writeln!(file, "{day};{child};{state}").expect("writing to a string does not fail");
        }
    }
    file
}

fn serves(day: NaiveDate) -> bool {
    let before_school = day.month() == 9 && day.day() < FIRST_DAY;
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day) && !before_school
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_any_day_two_months_of_school_are_over() {
        let first = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        for today in first.iter_days().take(3 * 366) {
            let months = months(today);
            assert_eq!(months.len(), MONTHS, "{today}");
            assert!(months.is_sorted() && months[MONTHS - 1].last_day() < today, "{today}");
            assert!(months.iter().all(|month| !SUMMER.contains(&month.first_day().month())), "{today}");
            let meals = attendance(months[0], &["CODICE".to_owned()]).matches("PRESENTE").count();
            assert!(meals > 5, "{today}: {meals} meals");
        }
        let stored = |today: &str| months(today.parse().unwrap()).into_iter().map(Periodo::stored).collect::<Vec<_>>();
        assert_eq!(stored("2027-09-01"), ["2027-05", "2027-06"]);
        assert_eq!(stored("2027-10-31"), ["2027-06", "2027-09"]);
        assert_eq!(stored("2028-01-01"), ["2027-11", "2027-12"]);
        assert_eq!(stored("2028-02-29"), ["2027-12", "2028-01"]);
    }
}
