//! Import of families: a file is checked whole, staged in chunks, and switched in by one transaction.

use std::collections::{HashMap, HashSet};

use sportello_domain::{
    famiglie::{self, Famiglia, Fault},
    id::{AlunnoId, EnteId, PersonaId},
};
use sportello_store::{
    Json,
    audit::{self, AuditRow},
    importazione::{self, CHUNK, FamigliaLine},
};
use uuid::Uuid;

use crate::{Portal, Result, ctx::command_note};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Lines of data.
    pub lines: usize,
    /// Schools.
    pub plessi: usize,
    /// Classes.
    pub classi: usize,
    /// Children.
    pub alunni: usize,
    /// People who pay.
    pub paganti: usize,
}

/// A file that was read without a fault.
pub struct Checked(Vec<Famiglia>);

/// Reads a file and finds every fault; nothing is written.
///
/// # Errors
/// The faults, each with line, column and remedy.
pub fn check(bytes: &[u8]) -> Result<Checked, Vec<Fault>> {
    famiglie::read(bytes).map(Checked)
}

impl Checked {
    /// What the file holds.
    pub fn counts(&self) -> Counts {
        fn distinct<T: std::hash::Hash + Eq>(items: impl Iterator<Item = T>) -> usize {
            items.collect::<HashSet<_>>().len()
        }
        let families = &self.0;
        Counts {
            lines: families.len(),
            plessi: distinct(families.iter().map(|line| &line.plesso.codice)),
            classi: distinct(families.iter().map(|line| (&line.plesso.codice, &line.classe.codice))),
            alunni: distinct(families.iter().map(|line| &line.alunno.codice_fiscale)),
            paganti: distinct(families.iter().map(|line| &line.pagante.codice_fiscale)),
        }
    }
}

/// Takes a checked file in, from the command line. The same file again changes nothing.
///
/// # Errors
/// Only those of the database; until the last step nothing of the file is seen by anybody.
pub async fn import(portal: &Portal, ente: EnteId, checked: Checked) -> Result<Counts> {
    let (counts, now) = (checked.counts(), portal.clock().now());
    let importazione = portal.chance().uuid(now);
    let mut keys = Keys::default();
    let lines: Vec<FamigliaLine> = checked.0.into_iter().map(|line| keys.staged(portal, line)).collect();
    for chunk in lines.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        portal
            .store()
            .write(ente, async move |tx| importazione::stage(tx, ente, importazione, &chunk, now).await)
            .await?;
    }
    let note = AuditRow {
        detail: Json(serde_json::json!({ "lines": counts.lines })),
        ..command_note(portal, "famiglie.import", "importazione", Some(importazione))
    };
    portal
        .store()
        .write_long(ente, async move |tx| {
            importazione::apply(tx, ente, importazione).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    portal.plessi().forget(&ente);
    Ok(counts)
}

/// One key for each codice fiscale, in case it is new.
#[derive(Default)]
struct Keys {
    alunni: HashMap<String, Uuid>,
    persone: HashMap<String, Uuid>,
}

impl Keys {
    fn staged(&mut self, portal: &Portal, line: Famiglia) -> FamigliaLine {
        let new = || portal.chance().uuid(portal.clock().now());
        let alunno = *self.alunni.entry(line.alunno.codice_fiscale.clone()).or_insert_with(new);
        let persona = *self.persone.entry(line.pagante.codice_fiscale.clone()).or_insert_with(new);
        FamigliaLine {
            line: i64::try_from(line.line).unwrap_or(i64::MAX),
            plesso: line.plesso.codice,
            plesso_name: line.plesso.name,
            grado: line.grado,
            classe: line.classe.codice,
            classe_name: line.classe.name,
            alunno_id: AlunnoId::new(alunno),
            alunno_codice_fiscale: line.alunno.codice_fiscale,
            alunno_cognome: line.alunno.cognome,
            alunno_nome: line.alunno.nome,
            alunno_nascita: line.nascita,
            persona_id: PersonaId::new(persona),
            persona_codice_fiscale: line.pagante.codice_fiscale,
            persona_cognome: line.pagante.cognome,
            persona_nome: line.pagante.nome,
            persona_email: line.email,
        }
    }
}
