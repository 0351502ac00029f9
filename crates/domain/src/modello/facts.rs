//! What the engine needs to know about the world, gathered by the caller: it looks nothing up by itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::anno_scolastico::AnnoScolastico;
use crate::id::AllegatoId;
use crate::identita::Identita;
use crate::modello::answers::Value;

/// The world as one filling-in sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The legal date of the request, Europe/Rome.
    pub today: NaiveDate,
    /// The school year that the publication of the modello is for.
    pub anno_scolastico: AnnoScolastico,
    /// Schools of the ente, in the order in which people read them.
    pub plessi: Vec<Plesso>,
    /// The person who fills in, from the provider of identity.
    pub identita: PersonaFacts,
    /// Children of that person known from the register of the ente.
    pub family: Vec<FamilyChild>,
    /// Live enrolments that the person pays for.
    pub iscrizioni: Vec<OwnIscrizione>,
    /// Answers of the last filing of the same modello by the same person, by identifier of field.
    pub previous: BTreeMap<String, Value>,
    /// Files of the draft in which a virus was found.
    pub infected: BTreeSet<AllegatoId>,
}

impl Facts {
    /// The school with `codice`.
    pub fn plesso(&self, codice: &str) -> Option<&Plesso> {
        self.plessi.iter().find(|plesso| plesso.codice == codice)
    }

    /// The class with `codice` and its school; codes of classes are unique in an ente.
    pub fn classe(&self, codice: &str) -> Option<(&Plesso, &Classe)> {
        self.plessi.iter().find_map(|plesso| {
            let classe = plesso.classi.iter().find(|classe| classe.codice == codice)?;
            Some((plesso, classe))
        })
    }
}

/// A school building (plesso) as forms offer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plesso {
    /// Codice meccanografico or code of the ente; unique in the ente.
    pub codice: String,
    /// Name as people read it.
    pub name: String,
    /// Stored word of the grade: `infanzia`, `primaria`, `secondaria_1`, `nido`.
    pub grado: String,
    /// Whether the service of the modello is given there this year (`plesso.aperto` in expressions).
    pub service_open: bool,
    /// Its classes or sections.
    pub classi: Vec<Classe>,
}

/// A class or section of a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classe {
    /// Code, unique in the ente.
    pub codice: String,
    /// Name as people read it: "3ª A".
    pub name: String,
}

/// The signed-in person: what the provider of identity said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonaFacts {
    /// Codice fiscale, 16 characters.
    pub codice_fiscale: Option<String>,
    /// Given name.
    pub nome: Option<String>,
    /// Family name.
    pub cognome: Option<String>,
    /// Date of birth.
    pub nascita: Option<NaiveDate>,
    /// Belfiore code of the place of birth.
    pub luogo_nascita: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Mobile telephone.
    pub cellulare: Option<String>,
}

impl From<&Identita> for PersonaFacts {
    fn from(identita: &Identita) -> Self {
        Self {
            codice_fiscale: Some(identita.codice_fiscale.clone()),
            nome: Some(identita.nome.clone()),
            cognome: Some(identita.cognome.clone()),
            nascita: identita.nascita,
            luogo_nascita: identita.luogo_nascita.clone(),
            email: identita.email.clone(),
            cellulare: identita.cellulare.clone(),
        }
    }
}

/// A live enrolment, offered where something of it is to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnIscrizione {
    /// Opaque key that the form sends back.
    pub key: String,
    /// What the person reads: "Sofia Ferrari, mensa 2026/2027".
    pub title: String,
    /// Name of the child: "Sofia Ferrari".
    pub alunno: String,
}

/// A child known from the register, offered as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyChild {
    /// Opaque key that the form sends back.
    pub key: String,
    /// Codice fiscale, when there is one.
    pub codice_fiscale: Option<String>,
    /// Given name.
    pub nome: String,
    /// Family name.
    pub cognome: String,
    /// Date of birth.
    pub nascita: Option<NaiveDate>,
    /// Code of the school, where known.
    pub plesso: Option<String>,
    /// Code of the class, where known.
    pub classe: Option<String>,
}
