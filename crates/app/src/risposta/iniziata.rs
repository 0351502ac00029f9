//! An answer that is begun: what was typed, sealed as a whole, and the files that came with it, until it is sent or nobody waits
//! for it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sportello_domain::{
    id::{AllegatoId, BozzaId, EnteId, PraticaId},
    modello::{Modello, Posted, view::FileView},
    pratica::PraticaStatus,
};
use sportello_store::{
    Read, Tx,
    allegato::{self, AllegatoRow, Scan},
    job::{self, NewJob},
    risposta as row,
    seal::{EnteSealer, Place, Sealed},
};

use super::{Awaited, Begun, Risposta, Step, view};
use crate::{Error, Portal, Result, error::Reason, job::scan_job};

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
    /// What of an answer is typed; the portal's own controls are not.
    pub(super) fn of(risposta: &Risposta) -> Self {
        let answered = risposta.answers.clone().unwrap_or_default();
        let fields = answered.fields.into_iter().filter(|(name, _)| !name.starts_with('_')).collect();
        Self { words: risposta.words.clone(), drawn: answered.drawn, fields, names: Vec::new() }
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
    /// Its files: those of a question by the name of its control, others by their keys.
    files: BTreeMap<String, AllegatoRow>,
}

fn place(pratica: PraticaId) -> Place {
    Place::new("risposta", "sealed", pratica)
}

/// Name of the control that a file belongs to, or its own key.
fn name(file: &AllegatoRow, modello: &Modello) -> String {
    if Awaited::of(&file.field).is_some() {
        return file.id.to_string();
    }
    let group = modello.campo(&file.field).and_then(|campo| campo.group.as_ref());
    match group.zip(file.row_id) {
        Some((group, row)) => format!("{group}.{row}.{}", file.field),
        None => file.field.clone(),
    }
}

impl Iniziata {
    pub(super) async fn load(portal: &Portal, ente: EnteId, id: PraticaId, modello: &Modello) -> Result<Self> {
        let read = async move |read: &mut Read| match row::of_pratica(read, ente, id).await? {
            Some(found) => Ok(Some((found, row::files(read, ente, id).await?))),
            None => Ok(None),
        };
        let Some((found, files)) = portal.store().read(ente, read).await? else { return Ok(Self::default()) };
        let plain = portal.sealer(ente).await?.open(&place(id), &found.sealed)?;
        let typed = serde_json::from_slice(&plain).map_err(|error| Error::failed("reading what was begun", error))?;
        let files = files.into_iter().map(|file| (name(&file, modello), file)).collect();
        Ok(Self { revision: found.revision, saved_at: Some(found.saved_at), typed, files })
    }

    /// Takes a file out, by the name of its control or by its key.
    pub(super) fn take_out(&mut self, name: &str) -> Option<AllegatoId> {
        self.files.remove(name).map(|file| file.id)
    }

    /// What stands at a control.
    pub(super) fn at(&self, name: &str) -> Option<&AllegatoRow> {
        self.files.get(name)
    }

    /// The files of questions, with the names of their controls.
    pub(super) fn of_questions(&self) -> impl Iterator<Item = (&String, &AllegatoRow)> {
        self.files.iter().filter(|(_, file)| Awaited::of(&file.field).is_none())
    }

    /// The files of no question.
    pub(super) fn others(&self) -> impl Iterator<Item = &AllegatoRow> {
        self.files.values().filter(|file| Awaited::of(&file.field).is_some())
    }

    /// What was typed, with the files that are there, as a page sends it.
    pub(super) fn posted(&self) -> Posted {
        let mut posted: Posted = self.typed.fields.iter().cloned().collect();
        self.add_files(&mut posted, &self.typed.drawn);
        posted
    }

    /// Puts the files that are there to what came from a page that had drawn their controls.
    pub(super) fn add_files(&self, posted: &mut Posted, drawn: &[String]) {
        for (name, file) in self.of_questions().filter(|(name, _)| drawn.contains(name)) {
            posted.add_file(name.clone(), self.typed.view(file));
        }
    }

    /// What a page shows of it, with these words.
    pub(super) fn shown(&self, words: &str) -> Begun {
        let files: Vec<FileView> = self.others().map(|file| self.typed.view(file)).collect();
        Begun {
            revision: self.revision,
            saved_at: self.saved_at,
            words: words.to_owned(),
            files,
            controls: self.of_questions().map(|(name, _)| name.clone()).collect(),
        }
    }

    /// Whether this is what was saved already: a button was pressed twice.
    pub(super) fn is_same(&self, risposta: &Risposta) -> bool {
        let files = risposta.answers.as_ref().is_some_and(|answers| !answers.files.is_empty());
        let typed = Typed { names: self.typed.names.clone(), ..Typed::of(risposta) };
        risposta.step == Step::Save && !files && risposta.files.is_empty() && self.typed == typed
    }

    /// Names of its files, to be kept with what is typed now.
    pub(super) fn names(&self) -> impl Iterator<Item = FileView> {
        self.files.values().map(|file| self.typed.view(file))
    }
}

/// What is saved.
pub(super) struct Saving {
    pub(super) pratica: PraticaId,
    pub(super) bozza: BozzaId,
    /// The state in which an answer is awaited.
    pub(super) status: PraticaStatus,
    /// The revision that was read.
    pub(super) expected: i64,
    pub(super) at: DateTime<Utc>,
    sealed: Sealed,
    /// Files that came.
    added: Vec<AllegatoRow>,
    scans: Vec<NewJob>,
    /// Files that were taken out, or whose place another one has.
    removed: Vec<AllegatoId>,
}

impl Saving {
    /// Of this that was typed, over what was begun; `(added, removed)` are the files that come and go.
    pub(super) fn new(
        portal: &Portal,
        sealer: &EnteSealer,
        (pratica, bozza, status): (PraticaId, BozzaId, PraticaStatus),
        (begun, typed): (&Iniziata, &Typed),
        (added, removed): (Vec<AllegatoRow>, Vec<AllegatoId>),
    ) -> Result<Self> {
        let at = portal.clock().now();
        let plain = serde_json::to_vec(typed).map_err(|error| Error::failed("writing what was begun", error))?;
        let sealed = sealer.seal(&place(pratica), &plain)?;
        let scans = scans(portal, &added, at);
        Ok(Self { pratica, bozza, status, expected: begun.revision, at, sealed, added, scans, removed })
    }

    /// False, and nothing is written, where it was saved elsewhere in the meantime.
    pub(super) async fn write(&self, tx: &mut Tx, ente: EnteId) -> sportello_store::Result<bool> {
        if !row::is_awaited(tx, ente, self.pratica, self.status).await? {
            return Err(Reason::NotAllowedNow.refuse());
        }
        if !row::save(tx, ente, self.pratica, self.expected, (&self.sealed, self.at)).await? {
            return Ok(false);
        }
        for file in &self.removed {
            row::leave_file(tx, ente, self.pratica, *file).await?;
            allegato::remove(tx, ente, self.bozza, *file, self.at).await?;
        }
        for file in &self.added {
            allegato::add(tx, ente, file).await?;
            row::add_file(tx, ente, self.pratica, file.id).await?;
        }
        for scan in &self.scans {
            job::enqueue(tx, ente, scan).await?;
        }
        Ok(true)
    }
}

/// What looks at files that were just stored.
pub(super) fn scans(portal: &Portal, files: &[AllegatoRow], now: DateTime<Utc>) -> Vec<NewJob> {
    let waiting = files.iter().filter(|file| file.scan == Scan::Waiting);
    waiting.map(|file| scan_job(portal, file.id, now)).collect()
}
