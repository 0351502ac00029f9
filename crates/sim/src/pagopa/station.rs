//! The enti that the node knows, with their stations and accounts: the part of PagoPA's back office that matters here.

use anyhow::{Context, ensure};
use sportello_domain::{avviso::NumeroAvviso, riscossione::Stazione};

/// An ente as PagoPA has it on record.
#[derive(Clone, Debug)]
pub struct Ente {
    /// Codice fiscale, 11 digits.
    pub codice_fiscale: String,
    /// Name.
    pub name: String,
    /// The accounts on which it may collect.
    pub iban: Vec<String>,
    /// The point that answers for its notices.
    pub stazione: Stazione,
}

/// All enti; every station is reached at the one address of the link.
#[derive(Clone, Debug)]
pub struct Registry(Vec<Ente>);

#[derive(serde::Deserialize)]
struct File {
    ente: Vec<Row>,
}

#[derive(serde::Deserialize)]
struct Row {
    settings: Settings,
}

#[derive(serde::Deserialize)]
struct Settings {
    name: String,
    codice_fiscale: String,
    riscossione: Option<Riscossione>,
}

#[derive(serde::Deserialize)]
struct Riscossione {
    iban: String,
    stazione: Stazione,
}

impl Registry {
    /// The enti of the demonstration, from the file that the portal loads too.
    pub fn demo() -> anyhow::Result<Self> {
        Self::parse(include_str!("../../../../demo/enti.toml"))
    }

    /// Reads enti as `demo/enti.toml` has them; an ente without `riscossione` has no station.
    fn parse(text: &str) -> anyhow::Result<Self> {
        let file: File = toml::from_str(text).context("reading the enti of the node")?;
        let enti: Vec<Ente> = file.ente.into_iter().filter_map(|row| row.settings.ente()).collect();
        for ente in &enti {
            let cf = &ente.codice_fiscale;
            ensure!(
                cf.len() == 11 && cf.bytes().all(|b| b.is_ascii_digit()),
                "a codice fiscale of an ente has 11 digits"
            );
        }
        Ok(Self(enti))
    }

    /// The ente with this codice fiscale.
    pub fn ente(&self, codice_fiscale: &str) -> Option<&Ente> {
        self.0.iter().find(|ente| ente.codice_fiscale == codice_fiscale)
    }

    /// All of them, in the order of the file.
    pub fn all(&self) -> &[Ente] {
        &self.0
    }
}

impl Ente {
    /// Whether its station answers for this notice: aux digit 3 and its segregation code (SACI 3.2.1).
    pub fn answers_for(&self, numero: &NumeroAvviso) -> bool {
        let segregazione = String::from(self.stazione.segregazione);
        numero.as_str().strip_prefix('3').is_some_and(|rest| rest.starts_with(&segregazione))
    }
}

impl Settings {
    fn ente(self) -> Option<Ente> {
        let Riscossione { iban, stazione } = self.riscossione?;
        Some(Ente { codice_fiscale: self.codice_fiscale, name: self.name, iban: vec![iban], stazione })
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::avviso::{NumeroAvviso, Segregazione};

    use super::Registry;

    #[test]
    fn the_enti_of_the_demonstration_have_stations() {
        let registry = Registry::demo().expect("demo/enti.toml reads");
        assert_eq!(registry.all().len(), 3);
        let ente = registry.ente("00000010165").expect("Calvenzano is there");
        let numero = |code| NumeroAvviso::issue(Segregazione::parse(code).unwrap(), 7).unwrap();
        assert!(ente.answers_for(&numero("02")));
        assert!(!ente.answers_for(&numero("03")));
        assert!(registry.ente("77777777777").is_none());
    }
}
