//! Attendance: the state of a child on a day, what of it is charged, and a file of it as schools and caterers send it.
//!
//! Whether a child is enrolled, and what was recorded before, is asked elsewhere.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Rome;

use crate::{
    codice_fiscale::CodiceFiscale,
    table::{self, Column, Fault, Line},
};

/// Last moment at which an absence is free, in Italy, unless the school says otherwise.
pub const CUT_OFF: NaiveTime = NaiveTime::from_hms_opt(9, 30, 0).expect("half past nine exists");
/// Oldest day that a file may hold, in days before the reading.
const AGE_MAX_DAYS: i64 = 400;

/// What a child did on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PresenzaState {
    /// Expected: nothing was said yet.
    Expected,
    /// Ate.
    Present,
    /// Was away, and said so in time.
    Absent,
    /// Was away and said so too late: the meal was made.
    AbsentLate,
    /// Ate the light meal of somebody who was ill.
    Light,
    /// Took a packed meal along.
    Packed,
    /// The service was closed.
    Closed,
}

impl PresenzaState {
    /// Every one.
    pub const ALL: [Self; 7] =
        [Self::Expected, Self::Present, Self::Absent, Self::AbsentLate, Self::Light, Self::Packed, Self::Closed];

    /// The word kept in the database and written in files, there in capitals.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Expected => "previsto",
            Self::Present => "presente",
            Self::Absent => "assente",
            Self::AbsentLate => "assente_fuori_termine",
            Self::Light => "in_bianco",
            Self::Packed => "pasto_al_sacco",
            Self::Closed => "chiuso",
        }
    }

    /// The one of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.stored() == word)
    }

    /// Whether the family pays for the day.
    pub const fn is_charged(self) -> bool {
        matches!(self, Self::Present | Self::AbsentLate | Self::Light | Self::Packed)
    }

    /// An absence that was told of at a moment: free up to the cut-off of the day, that second included.
    pub fn absence(reported_at: DateTime<Utc>, day: NaiveDate, cut_off: NaiveTime) -> Self {
        let told = reported_at.with_timezone(&Rome).naive_local();
        if told <= day.and_time(cut_off) { Self::Absent } else { Self::AbsentLate }
    }
}

/// One line of a file: a child on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presenza {
    /// Line in the file, from 1.
    pub line: u64,
    /// The day.
    pub day: NaiveDate,
    /// The child's codice fiscale.
    pub codice_fiscale: String,
    /// What the child did.
    pub state: PresenzaState,
    /// When it was said, if the file knows.
    pub reported_at: Option<DateTime<Utc>>,
}

/// Columns by their headings; others in a file are left alone.
pub const COLUMNS: [&str; 4] = ["data", "alunno_codice_fiscale", "stato", "comunicata_il"];
/// The same columns as caterers' programs call them.
const ALIASES: [&str; 4] = ["date", "child_cf", "state", "reported_at"];

/// Reads a file of attendance: whole, or not at all.
///
/// # Errors
/// Every fault with its line, column and remedy, at most [`table::MAX_FAULTS`].
pub fn read(bytes: &[u8], today: NaiveDate) -> Result<Vec<Presenza>, Vec<Fault>> {
    let column = |at: usize| Column { name: COLUMNS[at], alias: Some(ALIASES[at]), needed: at < 3 };
    let columns: Vec<Column> = (0..COLUMNS.len()).map(column).collect();
    let mut seen = HashMap::new();
    let mut found = Vec::new();
    table::read(bytes, &columns, |line, faults| {
        let Some(presenza) = read_line(line, today, faults) else { return };
        let key = (presenza.codice_fiscale.clone(), presenza.day);
        match seen.insert(key, presenza.line) {
            Some(first) => {
                let reason = format!("lo stesso alunno e giorno stanno già nella riga {first}: lasciane una");
                faults.push(Fault { line: line.number, column: "", reason });
            }
            None => found.push(presenza),
        }
    })?;
    Ok(found)
}

fn read_line(line: &Line<'_>, today: NaiveDate, faults: &mut Vec<Fault>) -> Option<Presenza> {
    let before = faults.len();
    let mut fault = |column: usize, reason: &str| {
        faults.push(Fault { line: line.number, column: COLUMNS[column], reason: reason.to_owned() });
    };
    let day = day(line.get(0));
    match day {
        None => fault(0, "scrivi la data come 2026-10-12 o 12/10/2026"),
        Some(day) if day > today => fault(0, "il giorno deve ancora venire: togli la riga"),
        Some(day) if (today - day).num_days() > AGE_MAX_DAYS => {
            fault(0, "il giorno è di oltre un anno fa: controllalo")
        }
        Some(_) => {}
    }
    let code = CodiceFiscale::parse(line.get(1), None);
    if code.is_err() {
        fault(1, "non è un codice fiscale: controllalo sulla tessera sanitaria");
    }
    let state = PresenzaState::from_stored(&line.get(2).to_lowercase());
    if state.is_none() {
        fault(2, &format!("non previsto: scrivi {}", words()));
    }
    let reported_at = match line.get(3) {
        "" => None,
        text => instant(text).or_else(|| {
            fault(3, "scrivi giorno e ora come 2026-10-12T08:55:00");
            None
        }),
    };
    if let (Some(day), Some(at), Some(PresenzaState::Absent)) = (day, reported_at, state)
        && PresenzaState::absence(at, day, CUT_OFF) == PresenzaState::AbsentLate
    {
        fault(2, "l'assenza è stata comunicata dopo le 9.30: scrivi ASSENTE_FUORI_TERMINE");
    }
    if faults.len() > before {
        return None;
    }
    let codice_fiscale = code.ok()?.as_str().to_owned();
    Some(Presenza { line: line.number, day: day?, codice_fiscale, state: state?, reported_at })
}

fn words() -> String {
    PresenzaState::ALL.map(|state| state.stored().to_uppercase()).join(", ")
}

fn day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d/%m/%Y"].iter().find_map(|form| {
        let day = NaiveDate::parse_from_str(text, form).ok()?;
        // A year of two digits is none.
        (text.len() == 10).then_some(day)
    })
}

/// A local time in Italy; of the hour that an autumn night has twice, the first.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    Some(Rome.from_local_datetime(&local).earliest()?.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "data;classe;alunno_codice_fiscale;stato;comunicata_il";
    const LINE: &str = "2026-10-12;3A;BRMLCU18R10L400G;PRESENTE;2026-10-12T08:55:00";

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 31).unwrap()
    }

    fn fault(text: &str) -> String {
        let faults = read(text.as_bytes(), today()).expect_err("the file is refused");
        faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_absence_is_free_until_the_cut_off() {
        let day = NaiveDate::from_ymd_opt(2026, 10, 13).unwrap();
        let told = |time| instant(&format!("2026-10-13T{time}")).unwrap();
        assert_eq!(PresenzaState::absence(told("09:30:00"), day, CUT_OFF), PresenzaState::Absent);
        assert_eq!(PresenzaState::absence(told("09:30:01"), day, CUT_OFF), PresenzaState::AbsentLate);
        assert!(!PresenzaState::Absent.is_charged() && PresenzaState::AbsentLate.is_charged());
    }

    #[test]
    fn a_good_file_reads() {
        let lines = read(format!("{HEAD}\n{LINE}\n").as_bytes(), today()).unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].line, lines[0].state), (2, PresenzaState::Present));
        assert_eq!(lines[0].reported_at.unwrap().to_rfc3339(), "2026-10-12T06:55:00+00:00");
        let bare = "alunno_codice_fiscale,stato,data\nBRMLCU18R10L400G,chiuso,12/10/2026\n";
        assert_eq!(read(bare.as_bytes(), today()).unwrap()[0].state, PresenzaState::Closed);
    }

    #[test]
    fn each_fault_is_named() {
        for (from, to, expected) in [
            ("2026-10-12;", "12-10-26;", "riga 2, colonna data: scrivi"),
            ("2026-10-12;", "2026-11-01;", "riga 2, colonna data: il giorno deve ancora venire"),
            ("2026-10-12;", "2024-10-12;", "riga 2, colonna data: il giorno è di oltre un anno fa"),
            ("L400G", "L400H", "riga 2, colonna alunno_codice_fiscale: non è"),
            ("PRESENTE", "forse", "riga 2, colonna stato: non previsto: scrivi PREVISTO, PRESENTE"),
            ("T08:55:00", "T25:00:00", "riga 2, colonna comunicata_il: scrivi"),
            ("PRESENTE;2026-10-12T08:55:00", "ASSENTE;2026-10-12T09:30:01", "riga 2, colonna stato: l'assenza"),
            (";3A", "", "riga 2: ha 4 campi invece di 5"),
            ("stato;", "presenza;", "riga 1, colonna stato: la colonna manca"),
        ] {
            let found = fault(&format!("{HEAD}\n{LINE}\n").replacen(from, to, 1));
            assert!(found.contains(expected), "{expected}: {found}");
        }
        assert!(fault(&format!("{HEAD}\n{LINE}\n{LINE}\n")).contains("riga 3: lo stesso alunno e giorno"));
        assert!(fault(HEAD).contains("non ha righe"));
    }
}
