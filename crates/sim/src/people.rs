//! The people of the demonstration, with their stories. Invented; their fiscal codes have valid check letters.

use chrono::NaiveDate;

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

#[cfg(test)]
mod tests {
    #[test]
    fn the_file_reads_and_holds_citizens_and_staff() {
        let people = super::all().expect("demo/persone.toml reads");
        assert!(people.len() >= 5);
        assert!(people.iter().all(|person| person.codice_fiscale.len() == 16));
    }
}
