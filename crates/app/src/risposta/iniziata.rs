//! An answer that is begun: what was typed, sealed as a whole, and the files that came with it, until it is sent or nobody waits
//! for it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sportello_domain::{
    id::{AllegatoId, EnteId, PersonaId, PraticaId},
    modello::{MAX_ANSWERS_BYTES, Modello, Posted, view::FileView},
};
use sportello_store::{
    Read, Tx,
    allegato::{self, AllegatoRow, Scan},
    pratica::{self, PraticaRow},
    risposta as row,
    seal::{Place, Sealed},
};

use super::{Awaited, Begun, BegunFile, Risposta, Step, attesa::Attesa, view};
use crate::{Error, Portal, Result, bozza::NewFiles, error::Reason};

/// Most bytes of what is kept, sealed as JSON: answers, words and names.
const MAX_BYTES: usize = 2 * MAX_ANSWERS_BYTES;

/// Whether a name is that of a control, or of a part of it: `scadenza.g` is the day of `scadenza`.
fn is_of(control: &str, name: &str) -> bool {
    name.strip_prefix(control).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What was typed, as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Typed {
    pub(super) words: String,
    /// Names of the controls that were drawn.
    pub(super) drawn: Vec<String>,
    fields: Vec<(String, String)>,
    /// Names that its files were given: those of class A stand nowhere else, since names of files speak.
    names: Vec<(AllegatoId, String)>,
}

impl Typed {
    /// What of an answer is typed into controls that were drawn.
    pub(super) fn of(risposta: &Risposta) -> Self {
        let (drawn, fields) = match &risposta.answers {
            Some(answers) => {
                let drawn = |name: &str| answers.drawn.iter().any(|drawn| is_of(drawn, name));
                let fields = answers.fields.iter().filter(|(name, _)| drawn(name)).cloned().collect();
                (answers.drawn.clone(), fields)
            }
            None => Default::default(),
        };
        Self { words: risposta.words.clone(), drawn, fields, names: Vec::new() }
    }

    /// As a page sends it, without files.
    pub(super) fn posted(&self) -> Posted {
        self.fields.iter().cloned().collect()
    }

    /// Notes the name of a file that came with it.
    pub(super) fn name(&mut self, file: &FileView) {
        self.names.push((file.id, file.name.clone()));
    }

    /// A file as its applicant sees it.
    fn view(&self, row: &AllegatoRow) -> FileView {
        let given = self.names.iter().find(|(id, _)| *id == row.id).map(|(_, name)| name.clone());
        FileView { name: given.unwrap_or_else(|| row.name.clone()), ..view(row) }
    }
}

/// What was begun.
#[derive(Default)]
pub(super) struct Iniziata {
    /// Its revision, 0 where nothing was.
    pub(super) revision: i64,
    saved_at: Option<DateTime<Utc>>,
    pub(super) typed: Typed,
    /// Its files of questions, by the name of their control.
    at: BTreeMap<String, AllegatoRow>,
    /// Its files of no question, as they came.
    others: Vec<AllegatoRow>,
}

fn place(pratica: PraticaId) -> Place {
    Place::new("risposta", "sealed", pratica)
}

/// Name of the control that a file of a question belongs to.
fn control(file: &AllegatoRow, modello: &Modello) -> String {
    let group = modello.campo(&file.field).and_then(|campo| campo.group.as_ref());
    match group.zip(file.row_id) {
        Some((group, row)) => format!("{group}.{row}.{}", file.field),
        None => file.field.clone(),
    }
}

impl Iniziata {
    pub(super) async fn load(portal: &Portal, ente: EnteId, attesa: &Attesa) -> Result<Self> {
        let id = attesa.pratica.id;
        let read = async move |read: &mut Read| match row::of_pratica(read, ente, id).await? {
            Some(found) => Ok(Some((found, row::files(read, ente, id).await?))),
            None => Ok(None),
        };
        let Some((found, files)) = portal.store().read(ente, read).await? else { return Ok(Self::default()) };
        let plain = portal.sealer(ente).await?.open(&place(id), &found.sealed)?;
        let typed = serde_json::from_slice(&plain).map_err(|error| Error::failed("reading what was begun", error))?;
        let (others, at): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| Awaited::of(&file.field).is_some());
        let at = at.into_iter().map(|file| (control(&file, attesa.modello()), file)).collect();
        Ok(Self { revision: found.revision, saved_at: Some(found.saved_at), typed, at, others })
    }

    /// Takes the file out that a step names.
    pub(super) fn take_out(&mut self, step: &Step) -> Option<AllegatoId> {
        match step {
            Step::RemoveFile { control } => self.at.remove(control).map(|file| file.id),
            Step::RemoveOther(id) => {
                let index = self.others.iter().position(|file| file.id == *id)?;
                Some(self.others.remove(index).id)
            }
            Step::Send | Step::Save | Step::ReuseFile { .. } => None,
        }
    }

    /// Whether a file stands where a step takes one out by its place alone.
    pub(super) fn would_lose(&self, step: &Step) -> bool {
        matches!(step, Step::RemoveFile { control } if self.at.contains_key(control))
    }

    /// What stands at a control.
    pub(super) fn at(&self, control: &str) -> Option<&AllegatoRow> {
        self.at.get(control)
    }

    /// How many files of no question there are, without those that held a virus.
    pub(super) fn count_others(&self) -> usize {
        self.others.iter().filter(|file| !is_gone(file)).count()
    }

    /// Whether a file is there that was stored a second time.
    pub(super) fn has(&self, row: &AllegatoRow) -> bool {
        let place = |file: &AllegatoRow| (file.field.clone(), file.row_id, file.sha256.clone());
        self.at.values().chain(&self.others).any(|file| place(file) == place(row))
    }

    /// The file at a control, as its applicant sees it; nothing of one that held a virus.
    pub(super) fn shown_at(&self, control: &str) -> Option<FileView> {
        self.at(control).filter(|file| !is_gone(file)).map(|file| self.typed.view(file))
    }

    /// The files of questions.
    pub(super) fn of_questions(&self) -> impl Iterator<Item = &AllegatoRow> {
        self.at.values()
    }

    /// The files of no question.
    pub(super) fn others(&self) -> &[AllegatoRow] {
        &self.others
    }

    /// Its files that held a virus: with their control, where they are of a question.
    pub(super) fn infected(&self) -> impl Iterator<Item = (Option<&String>, FileView)> {
        let at = self.at.iter().map(|(control, file)| (Some(control), file));
        let all = at.chain(self.others.iter().map(|file| (None, file)));
        all.filter(|(_, file)| is_gone(file)).map(|(control, file)| (control, self.typed.view(file)))
    }

    /// Controls that may be taken where a page had `drawn` these: a file that is kept comes back with its question.
    pub(super) fn taken(&self, drawn: &[String]) -> Vec<String> {
        drawn.iter().chain(self.at.keys()).cloned().collect()
    }

    /// What was typed, with the files that are there, as a page sends it.
    pub(super) fn posted(&self) -> Posted {
        let mut posted = self.typed.posted();
        self.add_files(&mut posted);
        posted
    }

    /// Puts the files that are there to what came from a page.
    pub(super) fn add_files(&self, posted: &mut Posted) {
        for (control, file) in self.at.iter().filter(|(_, file)| !is_gone(file)) {
            posted.add_file(control.clone(), self.typed.view(file));
        }
    }

    /// Whether the same was typed.
    pub(super) fn is_typed(&self, typed: &Typed) -> bool {
        let Typed { words, drawn, fields, names: _ } = &self.typed;
        (words, drawn, fields) == (&typed.words, &typed.drawn, &typed.fields)
    }

    /// Its files, whose names are kept with what is typed now.
    pub(super) fn names(&self) -> impl Iterator<Item = FileView> {
        self.at.values().chain(&self.others).map(|file| self.typed.view(file))
    }

    /// What a page shows of it, with these words.
    pub(super) fn shown(&self, words: &str) -> Begun {
        let other =
            |file: &AllegatoRow| BegunFile { file: self.typed.view(file), infected: file.scan == Scan::Infected };
        Begun {
            revision: self.revision,
            saved_at: self.saved_at,
            words: words.to_owned(),
            others: self.others.iter().map(other).collect(),
            at_questions: self.of_questions().map(|file| file.id).collect(),
        }
    }
}

/// Whether nothing is there any more of a file.
fn is_gone(file: &AllegatoRow) -> bool {
    file.scan == Scan::Infected
}

/// What is saved.
pub(super) struct Saving {
    to: Awaited,
    pratica: PraticaId,
    persona: PersonaId,
    /// The revision that was read.
    expected: i64,
    at: DateTime<Utc>,
    sealed: Sealed,
    added: NewFiles,
    /// Files that were taken out, or whose place another one has.
    removed: BTreeSet<AllegatoId>,
}

impl Saving {
    /// Of what was typed, over what was begun.
    pub(super) async fn new(
        portal: &Portal,
        ente: EnteId,
        attesa: &Attesa,
        (begun, typed): (&Iniziata, &Typed),
        added: Vec<AllegatoRow>,
        removed: BTreeSet<AllegatoId>,
    ) -> Result<Self> {
        let PraticaRow { id, persona_id, .. } = attesa.pratica;
        let plain = serde_json::to_vec(typed).map_err(|error| Error::failed("writing what was begun", error))?;
        if plain.len() > MAX_BYTES {
            return Err(Error::Unacceptable("the size of all answers"));
        }
        Ok(Self {
            to: attesa.to,
            pratica: id,
            persona: persona_id,
            expected: begun.revision,
            at: portal.clock().now(),
            sealed: portal.sealer(ente).await?.seal(&place(id), &plain)?,
            added: NewFiles::new(portal, added),
            removed,
        })
    }

    /// False, and nothing is written, where it was saved elsewhere in the meantime.
    pub(super) async fn write(&self, tx: &mut Tx, ente: EnteId) -> sportello_store::Result<bool> {
        let pratica = pratica::of_persona(tx, ente, self.persona, self.pratica).await?;
        let pratica = pratica.filter(|pratica| pratica.status.allows(self.to.event()));
        let pratica = pratica.ok_or_else(|| Reason::NotAllowedNow.refuse())?;
        if !row::save(tx, ente, self.pratica, self.expected, &self.sealed, self.at).await? {
            return Ok(false);
        }
        for file in &self.removed {
            row::leave_file(tx, ente, self.pratica, *file).await?;
            allegato::remove(tx, ente, pratica.bozza_id, *file, self.at).await?;
        }
        self.added.write(tx, ente).await?;
        for file in &self.added.rows {
            row::add_file(tx, ente, self.pratica, file.id).await?;
        }
        Ok(true)
    }
}
