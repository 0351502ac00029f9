//! The people of the demonstration, with their stories. Invented; their fiscal codes have valid check letters.

use anyhow::{Context, ensure};
use chrono::{Months, NaiveDate};
use sportello_domain::codice_fiscale::{CodiceFiscale, Sesso};

/// Most people that [`more`] makes: twenty years of the months' first 28 days.
const MORE_MAX: u32 = 20 * 12 * 28;
const FIRST_YEAR: i32 = 1970;

/// Somebody who can sign in.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Given name.
    pub nome: String,
    /// Family name.
    pub cognome: String,
    /// Date of birth.
    pub nascita: NaiveDate,
    /// Belfiore code of the place of birth.
    pub luogo_nascita: String,
    /// `M` or `F`.
    pub sesso: String,
    /// E-mail.
    pub email: String,
    /// Mobile telephone.
    pub cellulare: String,
    /// What they are in the demonstration.
    pub storia: String,
}

impl Person {
    /// Whether what names this person is an Italian codice fiscale.
    pub fn has_codice_fiscale(&self) -> bool {
        CodiceFiscale::parse(&self.codice_fiscale, Some(self.nascita)).is_ok()
    }
}

/// The file of people.
#[derive(serde::Deserialize)]
struct File {
    persona: Vec<Person>,
}

/// Everybody, in the order of the file; last the one who is too young.
pub fn all(today: NaiveDate) -> anyhow::Result<Vec<Person>> {
    let mut people = toml::from_str::<File>(include_str!("../../../demo/persone.toml"))?.persona;
    people.push(minor(today)?);
    Ok(people)
}

/// People of other countries of the Union: two whom the Italian node of eIDAS knows by a codice fiscale or not at all.
pub fn foreign() -> anyhow::Result<Vec<Person>> {
    let birth = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).context("a day");
    let known = Person {
        storia: "Vive in Italia e ha un codice fiscale: entra come chi ha SPID.".to_owned(),
        ..born("Schmidt", "Anna", birth(1985, 3, 10)?, Sesso::Femmina, "Z112")?
    };
    let unknown = Person {
        // How eIDAS names somebody: country of the identity, country that asks, number.
        codice_fiscale: "PT/IT/30112345".to_owned(),
        storia: "Non ha un codice fiscale italiano: il portale lo manda all’ufficio.".to_owned(),
        ..born("Pereira", "Joao", birth(1991, 8, 2)?, Sesso::Maschio, "Z128")?
    };
    Ok(vec![known, unknown])
}

/// Somebody of sixteen and a half, whenever the demonstration runs.
fn minor(today: NaiveDate) -> anyhow::Result<Person> {
    let nascita = today.checked_sub_months(Months::new(16 * 12 + 6)).context("a day")?;
    Ok(Person {
        email: "luca.moretti@posta.example".to_owned(),
        cellulare: "+393330000008".to_owned(),
        storia: "Ha sedici anni: non può presentare domande.".to_owned(),
        ..invented("Moretti", "Luca", nascita, Sesso::Maschio)?
    })
}

/// Somebody born in Bergamo, whose codice fiscale says so.
fn invented(cognome: &str, nome: &str, nascita: NaiveDate, sesso: Sesso) -> anyhow::Result<Person> {
    born(cognome, nome, nascita, sesso, "A794")
}

/// Somebody born in a comune or a country (Belfiore code).
fn born(cognome: &str, nome: &str, nascita: NaiveDate, sesso: Sesso, luogo: &str) -> anyhow::Result<Person> {
    let codice_fiscale = CodiceFiscale::compose(cognome, nome, nascita, sesso, luogo).context("a codice fiscale")?;
    let sesso = match sesso {
        Sesso::Femmina => "F",
        Sesso::Maschio => "M",
    };
    Ok(Person {
        codice_fiscale: codice_fiscale.as_str().to_owned(),
        nome: nome.to_owned(),
        cognome: cognome.to_owned(),
        nascita,
        luogo_nascita: luogo.to_owned(),
        sesso: sesso.to_owned(),
        email: String::new(),
        cellulare: String::new(),
        storia: String::new(),
    })
}

/// So many more people for measurements and drills: the same number is the same person, each with a valid codice
/// fiscale. They have no story and stand on no page; whoever knows their code signs in as them.
pub fn more(count: u32) -> anyhow::Result<Vec<Person>> {
    ensure!(count <= MORE_MAX, "--more-people: at most {MORE_MAX}");
    (0..count).map(one_more).collect()
}

fn one_more(number: u32) -> anyhow::Result<Person> {
    let year = FIRST_YEAR + i32::try_from(number / (12 * 28))?;
    let nascita = NaiveDate::from_ymd_opt(year, number / 28 % 12 + 1, number % 28 + 1).context("a day")?;
    Ok(Person {
        email: format!("prova{number}@posta.example"),
        cellulare: "+393330000000".to_owned(),
        ..invented("Prova", "Lia", nascita, Sesso::Femmina)?
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn one_of_the_foreigners_has_a_codice_fiscale() {
        let known: Vec<_> = foreign().expect("they can be made").iter().map(Person::has_codice_fiscale).collect();
        assert_eq!(known, [true, false]);
    }

    #[test]
    fn more_people_differ_and_there_is_an_end() {
        let people = more(MORE_MAX).expect("so many can be made");
        let codes: HashSet<_> = people.iter().map(|person| &person.codice_fiscale).collect();
        assert_eq!(codes.len(), people.len());
        assert!(more(MORE_MAX + 1).is_err());
    }

    #[test]
    fn all_codes_are_right_and_one_person_is_sixteen_in_any_year() {
        for year in [2026, 2032, 2055] {
            let today = NaiveDate::from_ymd_opt(year, 2, 28).expect("a day");
            let people = all(today).expect("demo/persone.toml reads");
            assert!(people.len() >= 5);
            for person in &people {
                let code = CodiceFiscale::parse(&person.codice_fiscale, Some(person.nascita));
                assert!(code.is_ok(), "{}: {code:?}", person.nome);
            }
            let young = people.iter().filter(|person| today.years_since(person.nascita) < Some(18));
            let ages: Vec<_> = young.map(|person| today.years_since(person.nascita)).collect();
            assert_eq!(ages, [Some(16)]);
        }
    }
}
