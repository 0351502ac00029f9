//! The invented world in which examples run.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::anno_scolastico::AnnoScolastico;
use crate::modello::facts::{Classe, Facts, OwnIscrizione, PersonaFacts, Plesso};

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
        }
    }
}
