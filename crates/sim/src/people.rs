//! The people of the demonstration, with their stories. Invented; their fiscal codes have valid check letters.

use anyhow::{Context, ensure};
use chrono::NaiveDate;
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

/// The file of people.
#[derive(serde::Deserialize)]
struct File {
    persona: Vec<Person>,
}

/// Everybody, in the order of the file.
pub fn all() -> anyhow::Result<Vec<Person>> {
    Ok(toml::from_str::<File>(include_str!("../../../demo/persone.toml"))?.persona)
}

/// So many more people for measurements and drills: the same number is the same person, each with a valid codice
/// fiscale. They have no story and stand on no page; whoever knows their code signs in as them.
pub fn more(count: u32) -> anyhow::Result<Vec<Person>> {
    ensure!(count <= MORE_MAX, "--more-people: at most {MORE_MAX}");
    (0..count).map(one_more).collect()
}

fn one_more(number: u32) -> anyhow::Result<Person> {
    let (cognome, nome, luogo_nascita) = ("Prova", "Lia", "A794");
    let year = FIRST_YEAR + i32::try_from(number / (12 * 28))?;
    let nascita = NaiveDate::from_ymd_opt(year, number / 28 % 12 + 1, number % 28 + 1).context("a day")?;
    let codice_fiscale = CodiceFiscale::compose(cognome, nome, nascita, Sesso::Femmina, luogo_nascita);
    Ok(Person {
        codice_fiscale: codice_fiscale.context("a codice fiscale")?.as_str().to_owned(),
        nome: nome.to_owned(),
        cognome: cognome.to_owned(),
        nascita,
        luogo_nascita: luogo_nascita.to_owned(),
        sesso: "F".to_owned(),
        email: format!("prova{number}@posta.example"),
        cellulare: "+393330000000".to_owned(),
        storia: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{MORE_MAX, more};

    #[test]
    fn more_people_differ_and_there_is_an_end() {
        let people = more(MORE_MAX).expect("so many can be made");
        let codes: HashSet<_> = people.iter().map(|person| &person.codice_fiscale).collect();
        assert_eq!(codes.len(), people.len());
        assert!(more(MORE_MAX + 1).is_err());
    }

    #[test]
    fn the_file_reads_and_holds_citizens_and_staff() {
        let people = super::all().expect("demo/persone.toml reads");
        assert!(people.len() >= 5);
        assert!(people.iter().all(|person| person.codice_fiscale.len() == 16));
    }
}
