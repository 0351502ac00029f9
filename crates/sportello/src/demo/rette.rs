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
const MONTHS: u32 = 2;
/// First day of school in September.
const FIRST_DAY: u32 = 14;

/// The file of tariffs.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    atto: String,
    piano: Piano,
}

/// Puts the tariff plan of the demonstration in force for a school year.
pub async fn publish(portal: &Portal, ente: EnteId, anno: AnnoScolastico) -> anyhow::Result<()> {
    let file: File = toml::from_str(TARIFFE)?;
    let dal = september(anno).context("a school year of our time")?;
    let new = NewPiano { dal, al: None, atto: file.atto, piano: file.piano };
    Ok(tariffe::publish(portal, ente, new).await?)
}

/// Lets these children eat in the last finished months of the school year, and issues the invoices. In September no
/// month of the year is finished: nobody has an invoice then.
pub async fn issue(portal: &Portal, clerk: &Ctx, today: NaiveDate, children: &[String]) -> anyhow::Result<()> {
    let first = september(AnnoScolastico::of(today)).context("a school year of our time")?;
    let months = (1..=MONTHS).rev().filter_map(|back| today.checked_sub_months(Months::new(back)).map(Periodo::of));
    for month in months.filter(|month| month.first_day() >= first) {
        let file = attendance(month, children);
        let taken = presenze::import(portal, clerk, file.into_bytes()).await?;
        taken.map_err(|faults| anyhow::anyhow!("{}", faults[0]))?;
        let ciclo = fatturazione::open(portal, clerk, month).await?;
        fatturazione::issue(portal, clerk, ciclo).await?;
        fatturazione::complete(portal, clerk, ciclo).await?;
    }
    Ok(())
}

fn september(anno: AnnoScolastico) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(anno.first_year(), 9, 1)
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
