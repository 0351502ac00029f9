//! What an applicant answers to the office, to a request to complete or to a notice of rejection: words, and files that are
//! judged, scanned, sealed and kept as those of a draft.

use sportello_domain::{
    delega::DelegaScope,
    id::{AllegatoId, EnteId, PraticaId},
    modello::view::{FileView, ProblemCode},
    pratica::PraticaEvent,
};
use sportello_store::{
    Tx,
    allegato::{self, AllegatoRow, Scan},
    audit,
    evento::ActorKind,
    integrazione::{self, Answer},
    job::{self, NewJob},
    pratica as row, preavviso,
    seal::Place,
};

use crate::{
    Ctx, Error, Portal, Result,
    bozza::{UploadedFile, Wanted, keep_file, remove},
    error::Reason,
    filed::Filed,
    job::scan_job,
    moves::{self, Brings, Mover},
    pratica::at_level,
    preavviso::place as preavviso_place,
    termine::{self, Rule},
    typed,
};

/// Longest answer, in characters.
pub const MAX_WORDS: usize = 4_000;
/// Media types that are taken, with commas between them.
pub const ACCEPT: &str = "application/pdf,image/jpeg,image/png";
/// Most files of one answer.
pub const MAX_FILES: usize = 5;
/// Largest file, in bytes: as large as a question of a form allows where it says nothing else.
pub const MAX_FILE_BYTES: u64 = 5 * 1024 * 1024;

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A request to complete.
    Integrazione,
    /// A notice of rejection.
    Osservazioni,
}

/// An answer.
#[derive(Debug, Default)]
pub struct Risposta {
    /// The words, at most [`MAX_WORDS`].
    pub words: String,
    /// The files, at most [`MAX_FILES`].
    pub files: Vec<UploadedFile>,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Given {
    /// The office has it.
    Done,
    /// Nothing was kept: these files may not stay.
    Refused(Vec<RefusedFile>),
}

/// A file that may not stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedFile {
    /// Its name as it was given.
    pub name: String,
    /// Why.
    pub code: ProblemCode,
}

impl Awaited {
    const fn event(self) -> PraticaEvent {
        match self {
            Self::Integrazione => PraticaEvent::Integrate,
            Self::Osservazioni => PraticaEvent::Observe,
        }
    }

    /// The name under which its files stand beside the questions of a form, whose names begin with a letter.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Integrazione => "_integrazione",
            Self::Osservazioni => "_osservazioni",
        }
    }

    /// What a file came with, by the name that it stands under; nothing for one of a form.
    pub(crate) fn of(field: &str) -> Option<Self> {
        [Self::Integrazione, Self::Osservazioni].into_iter().find(|to| to.field() == field)
    }

    /// Where its words are sealed.
    pub(crate) fn place(self, pratica: PraticaId) -> Place {
        match self {
            Self::Integrazione => Place::new("integrazione", "sealed_answer", pratica),
            Self::Osservazioni => preavviso_place("sealed_observations", pratica),
        }
    }
}

/// Gives the office what it waits for; the term runs again.
///
/// # Errors
/// [`Error::Unacceptable`] for an answer without words or with too many files, [`Error::NotFound`] for a pratica of
/// somebody else, [`Error::NotAllowedNow`] where nothing is awaited, [`Error::LevelNeeded`].
pub async fn give(portal: &Portal, ctx: &Ctx, id: PraticaId, to: Awaited, risposta: Risposta) -> Result<Given> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?, portal.clock().now());
    let found = portal.store().read(ente, async move |read| row::of_persona(read, ente, persona, id).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    at_level(portal, ctx, &found).await?;
    let words = typed::text(&risposta.words, 1..=MAX_WORDS).ok_or(Error::Unacceptable("the answer"))?;
    let (by, event) = (ctx.cittadino()?.persona, to.event());
    // Nothing is stored for whom nobody waits.
    if !found.status.allows(event) {
        return Err(Error::NotAllowedNow);
    }
    let filed = Filed::open_clear(portal, ente, &found).await?;
    let rule = Rule { days: filed.document.procedura.answer_days, patrono: ctx.ente.settings.patrono };
    let sealed = is_sealed(portal, ente, to, &filed, id).await?;
    let words = portal.sealer(ente).await?.seal(&to.place(id), words.as_bytes())?;
    let files = match take(portal, ctx, &found, (to, sealed), risposta.files).await? {
        Ok(files) => files,
        Err(refused) => return Ok(Given::Refused(refused)),
    };
    let stored: Vec<AllegatoId> = files.rows.iter().map(|file| file.id).collect();
    let mover = Mover { step: portal.chance().uuid(now), at: now, kind: ActorKind::Cittadino, by: Some(by) };
    let (answer, note) =
        (Answer { at: now, by, sealed: words }, ctx.note(portal, event.action(), "pratica", Some(id.uuid())));
    let written = portal
        .store()
        .write(ente, async move |tx| {
            let pratica = row::of_persona(tx, ente, persona, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            moves::make(tx, ente, &pratica, event, &mover, Brings::default()).await?;
            let kept = match to {
                Awaited::Integrazione => integrazione::answer(tx, ente, id, &answer).await?,
                Awaited::Osservazioni => preavviso::observe(tx, ente, id, &answer).await?,
            };
            if !kept {
                return Err(Reason::NotAllowedNow.refuse());
            }
            files.write(tx, ente, id).await?;
            termine::reckon(tx, ente, &pratica, rule).await?;
            audit::record(tx, ente, &note).await
        })
        .await
        .map_err(Error::from);
    // An answer that is not there leaves no files; of one whose fate is unknown they stay.
    if written.as_ref().is_err_and(|error| !matches!(error, Error::OutcomeUnknown)) {
        remove(portal, ente, stored).await?;
    }
    written?;
    portal.work().notify_one();
    Ok(Given::Done)
}

/// The files of an answer, as pages show them: by name, since they came at one instant.
pub(crate) fn files(rows: &[AllegatoRow], to: Awaited) -> Vec<FileView> {
    let view = |row: &AllegatoRow| FileView {
        id: row.id,
        name: row.name.clone(),
        bytes: u64::try_from(row.bytes).unwrap_or_default(),
        media_type: row.media_type.clone(),
    };
    let mut files: Vec<FileView> = rows.iter().filter(|row| row.field == to.field()).map(view).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

/// Whether a file came with the form itself, not with a later answer.
pub(crate) fn of_form(row: &AllegatoRow) -> bool {
    Awaited::of(&row.field).is_none()
}

/// Whether what is answered is about a question of class A.
async fn is_sealed(portal: &Portal, ente: EnteId, to: Awaited, filed: &Filed, id: PraticaId) -> Result<bool> {
    let read = async move |read: &mut sportello_store::Read| {
        Ok(match to {
            Awaited::Integrazione => integrazione::of_pratica(read, ente, id).await?.map(|row| row.fields.0),
            Awaited::Osservazioni => preavviso::of_pratica(read, ente, id).await?.map(|row| row.fields.0),
        })
    };
    let fields = portal.store().read(ente, read).await?;
    Ok(fields.is_some_and(|fields| filed.any_sealed(&fields)))
}

/// Files that are stored and have no row yet.
struct Taken {
    rows: Vec<AllegatoRow>,
    scans: Vec<NewJob>,
}

impl Taken {
    async fn write(&self, tx: &mut Tx, ente: EnteId, pratica: PraticaId) -> sportello_store::Result<()> {
        for file in &self.rows {
            allegato::add(tx, ente, file).await?;
            allegato::file_with(tx, ente, pratica, file.id).await?;
        }
        for scan in &self.scans {
            job::enqueue(tx, ente, scan).await?;
        }
        Ok(())
    }
}

/// Looks at every file first: one that may not stay keeps the others from being stored.
async fn take(
    portal: &Portal,
    ctx: &Ctx,
    pratica: &row::PraticaRow,
    (to, sealed): (Awaited, bool),
    files: Vec<UploadedFile>,
) -> Result<Result<Taken, Vec<RefusedFile>>> {
    if files.len() > MAX_FILES {
        return Err(Error::Unacceptable("the number of files"));
    }
    let (field, accept) = (to.field().to_owned(), ACCEPT.to_owned());
    let wanted = Wanted { field, row: None, accept, max_bytes: MAX_FILE_BYTES, sealed };
    let (mut given, mut refused) = (Vec::new(), Vec::new());
    for file in files {
        let name = file.name.clone();
        match wanted.check(file).await? {
            Ok(file) => given.push(file),
            Err(code) => refused.push(RefusedFile { name, code }),
        }
    }
    if !refused.is_empty() {
        return Ok(Err(refused));
    }
    let mut rows = Vec::with_capacity(given.len());
    for file in &given {
        match keep_file(portal, ctx, pratica.bozza_id, &wanted, file).await {
            Ok(row) => rows.push(row),
            // No row will name the ones before it.
            Err(error) => {
                let stored: Vec<AllegatoId> = rows.iter().map(|row: &AllegatoRow| row.id).collect();
                remove(portal, ctx.ente_id(), stored).await?;
                return Err(error);
            }
        }
    }
    let now = portal.clock().now();
    let waiting = rows.iter().filter(|file| file.scan == Scan::Waiting);
    let scans = waiting.map(|file| scan_job(portal, file.id, now)).collect();
    Ok(Ok(Taken { rows, scans }))
}
