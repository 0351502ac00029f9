//! What a form needs to know of the world, read in one go and put into the engine's words.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::NaiveDate;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    collation,
    famiglie::GRADI,
    id::{EnteId, PersonaId},
    modello::{Classe, Facts, FamilyChild, Modello, OwnIscrizione, PersonaFacts, Plesso, Value},
};
use sportello_store::{
    Read, alunno,
    alunno::FamigliaRow,
    iscrizione,
    iscrizione::OwnIscrizioneRow,
    persona,
    persona::PersonaRow,
    scuola,
    scuola::{ClasseRow, PlessoRow},
};

use crate::{Error, Portal, Result};

/// Stands between the codes of a school and of its class: together they name one class of the ente.
const IN_SCHOOL: char = '/';

/// What was read.
pub(crate) struct World {
    famiglia: Vec<FamigliaRow>,
    pub(crate) persona: PersonaRow,
}

impl World {
    /// What was read with something else.
    pub(crate) fn of(famiglia: Vec<FamigliaRow>, persona: Option<PersonaRow>) -> Result<Self> {
        Ok(Self { famiglia, persona: persona.ok_or(Error::NotFound)? })
    }

    /// Reads what a person's form needs, but for the schools.
    pub(crate) async fn read(read: &mut Read, ente: EnteId, persona: PersonaId) -> sportello_store::Result<Self> {
        Ok(Self {
            famiglia: alunno::famiglia(read, ente, persona).await?,
            persona: persona::by_id(read, ente, persona).await?.ok_or(sportello_store::Error::NotFound)?,
        })
    }

    /// The same in the engine's words.
    pub(crate) fn facts(
        self,
        plessi: &[Plesso],
        today: NaiveDate,
        anno_scolastico: AnnoScolastico,
        previous: BTreeMap<String, Value>,
    ) -> Facts {
        Facts {
            today,
            anno_scolastico,
            plessi: plessi.to_vec(),
            identita: person(self.persona),
            family: self.famiglia.into_iter().map(child).collect(),
            iscrizioni: Vec::new(),
            previous,
            infected: BTreeSet::new(),
        }
    }
}

/// The schools of an ente with their classes, as forms offer them. They change a few times a year and every page of a
/// draft needs them, so they are remembered for a while.
pub(crate) async fn plessi(portal: &Portal, ente: EnteId) -> Result<Arc<[Plesso]>> {
    let now = portal.clock().now();
    if let Some(known) = portal.plessi().fresh(&ente, now) {
        return Ok(known);
    }
    let (plessi, classi) = portal
        .store()
        .read(ente, async move |read| Ok((scuola::plessi(read, ente).await?, scuola::classi(read, ente).await?)))
        .await?;
    let plessi: Arc<[Plesso]> = in_order(plessi, classi).into();
    portal.plessi().keep(ente, now, plessi.clone());
    Ok(plessi)
}

fn in_order(mut plessi: Vec<PlessoRow>, rows: Vec<ClasseRow>) -> Vec<Plesso> {
    let mut classi: BTreeMap<String, Vec<Classe>> = BTreeMap::new();
    for classe in rows {
        let codice = class_code(&classe.plesso, &classe.codice);
        classi.entry(classe.plesso).or_default().push(Classe { codice, name: classe.name });
    }
    for classi in classi.values_mut() {
        classi.sort_by_cached_key(|classe| collation::key(&classe.name));
    }
    plessi.sort_by_cached_key(|plesso| (age_of(&plesso.grado), collation::key(&plesso.name)));
    let plesso = |plesso: PlessoRow| Plesso {
        classi: classi.remove(&plesso.codice).unwrap_or_default(),
        codice: plesso.codice,
        name: plesso.name,
        grado: plesso.grado,
        service_open: plesso.service_open,
    };
    plessi.into_iter().map(plesso).collect()
}

/// The live enrolments that a person pays for, where the modello asks for one of them.
pub(crate) async fn own_iscrizioni(
    portal: &Portal,
    ente: EnteId,
    persona: PersonaId,
    modello: &Modello,
) -> Result<Vec<OwnIscrizione>> {
    if !modello.asks_iscrizione() {
        return Ok(Vec::new());
    }
    let rows = portal.store().read(ente, async move |read| iscrizione::own(read, ente, persona).await).await?;
    let title = |row: OwnIscrizioneRow| OwnIscrizione {
        title: format!("{} {}, {} {}", row.nome, row.cognome, row.servizio, row.anno_scolastico),
        alunno: format!("{} {}", row.nome, row.cognome),
        key: row.id.to_string(),
    };
    Ok(rows.into_iter().map(title).collect())
}

/// Place of a grade among the years of a child; what is not known comes last.
fn age_of(grado: &str) -> usize {
    GRADI.iter().position(|known| *known == grado).unwrap_or(GRADI.len())
}

/// What the ente knows of a person, in the engine's words.
pub(crate) fn person(row: PersonaRow) -> PersonaFacts {
    PersonaFacts {
        codice_fiscale: Some(row.codice_fiscale),
        nome: Some(row.nome),
        cognome: Some(row.cognome),
        nascita: row.nascita,
        luogo_nascita: row.luogo_nascita,
        email: row.email,
        cellulare: row.cellulare,
    }
}

fn child(row: FamigliaRow) -> FamilyChild {
    let classe = row.plesso.as_deref().zip(row.classe.as_deref()).map(|(plesso, classe)| class_code(plesso, classe));
    FamilyChild {
        key: row.id.to_string(),
        codice_fiscale: row.codice_fiscale,
        nome: row.nome,
        cognome: row.cognome,
        nascita: row.nascita,
        plesso: row.plesso,
        classe,
    }
}

/// The code of a class within the ente.
fn class_code(plesso: &str, classe: &str) -> String {
    format!("{plesso}{IN_SCHOOL}{classe}")
}

/// The code of a class within its school.
pub(crate) fn code_in_school(classe: &str) -> &str {
    classe.rsplit_once(IN_SCHOOL).map_or(classe, |(_, code)| code)
}
