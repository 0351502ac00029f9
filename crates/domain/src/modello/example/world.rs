//! The invented world in which examples run.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::anno_scolastico::AnnoScolastico;
use crate::modello::facts::{Classe, Facts, FamilyChild, OwnIscrizione, PersonaFacts, Plesso};

impl Facts {
    /// The invented world in which examples run: three schools (one without the service), one enrolment
    /// (`iscrizione-demo`), nobody signed in.
    pub fn example() -> Self {
        let plesso = |codice: &str, name: &str, grado: &str, service_open: bool, classi: &[(&str, &str)]| Plesso {
            codice: codice.to_owned(),
            name: name.to_owned(),
            grado: grado.to_owned(),
            service_open,
            classi: classi.iter().map(|(c, n)| Classe { codice: (*c).to_owned(), name: (*n).to_owned() }).collect(),
        };
        let infanzia = [("infanzia-girasoli", "Girasoli"), ("infanzia-papaveri", "Papaveri")];
        let primaria = [("primaria-1a", "1ª A"), ("primaria-3a", "3ª A")];
        Self {
            today: NaiveDate::from_ymd_opt(2026, 6, 15).expect("15 June 2026 exists"),
            anno_scolastico: AnnoScolastico::beginning_in(2026),
            plessi: vec![
                plesso("infanzia-demo", "Scuola dell'infanzia", "infanzia", true, &infanzia),
                plesso("primaria-demo", "Scuola primaria", "primaria", true, &primaria),
                plesso("secondaria-demo", "Scuola secondaria", "secondaria_1", false, &[("secondaria-1a", "1ª A")]),
            ],
            identita: PersonaFacts::default(),
            family: Vec::new(),
            iscrizioni: vec![OwnIscrizione {
                key: "iscrizione-demo".to_owned(),
                title: "Luca Brambilla, mensa 2026/2027".to_owned(),
                alunno: "Luca Brambilla".to_owned(),
            }],
            previous: BTreeMap::new(),
            infected: BTreeSet::new(),
        }
    }

    /// The same world on a day, with an invented person signed in who has two children: that of a form that its author
    /// tries out.
    pub fn invented(today: NaiveDate, anno_scolastico: AnnoScolastico) -> Self {
        let child =
            |key: &str, codice_fiscale: &str, nome: &str, nascita: Option<NaiveDate>, plesso: &str, classe: &str| {
                FamilyChild {
                    key: key.to_owned(),
                    codice_fiscale: Some(codice_fiscale.to_owned()),
                    nome: nome.to_owned(),
                    cognome: "Brambilla".to_owned(),
                    nascita,
                    plesso: Some(plesso.to_owned()),
                    classe: Some(classe.to_owned()),
                }
            };
        let (luca, sofia) = (NaiveDate::from_ymd_opt(2018, 3, 14), NaiveDate::from_ymd_opt(2021, 5, 9));
        Self {
            today,
            anno_scolastico,
            identita: PersonaFacts {
                codice_fiscale: Some("BRMGLI86C54A794C".to_owned()),
                nome: Some("Giulia".to_owned()),
                cognome: Some("Brambilla".to_owned()),
                nascita: NaiveDate::from_ymd_opt(1986, 3, 14),
                luogo_nascita: Some("A794".to_owned()),
                email: Some("giulia.brambilla@posta.example".to_owned()),
                cellulare: None,
            },
            family: vec![
                child("luca", "BRMLCU18C14A794Z", "Luca", luca, "primaria-demo", "primaria-3a"),
                child("sofia", "BRMSFO21E49A794Z", "Sofia", sofia, "infanzia-demo", "infanzia-girasoli"),
            ],
            ..Self::example()
        }
    }
}
