//! Giving an answer to the office, or keeping what was begun of it.

use std::{collections::BTreeSet, sync::Arc};

use sportello_domain::{
    delega::DelegaScope,
    ente::Ente,
    id::{AllegatoId, EnteId, PersonaId, PraticaId},
    modello::{Reopened, view::Problem},
};
use sportello_store::{
    Tx,
    allegato::{self, AllegatoRow, Scan},
    audit,
    audit::AuditRow,
    evento::ActorKind,
    integrazione::{self, Answer},
    pratica as row, preavviso, risposta as begun_row,
    seal::Sealed,
};

use super::{
    Awaited, Given, Refused, Risposta, Sheet, Step,
    arrivo::Arrived,
    attesa::Attesa,
    iniziata::{Iniziata, Saving, Typed},
    riaperta::{Amendment, Riaperta},
};
use crate::{
    Ctx, Error, Portal, Result,
    bozza::{NewFiles, copy, remove},
    error::Reason,
    graduatoria,
    moves::{self, Brings, Mover},
    termine::{self, Rule},
};

/// Gives the office what it waits for; the term runs again. Answers that are amended take the place of those that were filed,
/// which stay beside the request. What cannot be given yet, or is not to be sent yet, is kept for the applicant alone.
///
/// # Errors
/// [`Error::NotFound`] for a pratica of somebody else or an earlier document of somebody else, [`Error::NotAllowedNow`] where
/// nothing is awaited, [`Error::LevelNeeded`], [`Error::Unacceptable`] for answers that are larger than they may be.
pub async fn give(portal: &Portal, ctx: &Ctx, id: PraticaId, to: Awaited, mut risposta: Risposta) -> Result<Given> {
    let ente = ctx.ente_id();
    // Nothing is stored for whom nobody waits.
    let attesa = Attesa::open(portal, ctx, id, to).await?.ok_or(Error::NotAllowedNow)?;
    let mut begun = Iniziata::load(portal, ente, &attesa).await?;
    let older = risposta.revision != begun.revision;
    // A page that is sent twice is no conflict, unless it is about a file that it did not show.
    let stale = older && (!begun.is_typed(&Typed::of(&risposta)) || begun.would_lose(&risposta.step));
    let obeyed = if stale { Obeyed::default() } else { obey(portal, ctx, &mut begun, &mut risposta).await? };
    let riaperta = attesa.riaperta(portal, ctx).await?;
    let blank = riaperta.as_ref().map(Riaperta::reopened);
    let arrived = Arrived::look(risposta, &attesa, blank, &begun, ctx.lingua).await?;
    let giving = Giving { portal, ctx, attesa: &attesa, riaperta: riaperta.as_ref() };
    // Nothing goes to the office from a page that did not show what is kept now.
    let sends = *arrived.step() == Step::Send && arrived.is_right();
    if stale || (older && (arrived.has_files() || sends)) {
        let begun = Iniziata::load(portal, ente, &attesa).await?;
        return giving.stale(arrived, &begun).await;
    }
    let mut stored = Stored::default();
    let given = giving.carry_out(arrived, &begun, obeyed, &mut stored).await;
    forget(portal, ente, stored.unnamed()).await;
    given
}

/// Removes the bytes of files that no row names, or one that is marked as removed.
async fn forget(portal: &Portal, ente: EnteId, files: impl IntoIterator<Item = AllegatoId>) {
    if let Err(error) = remove(portal, ente, files).await {
        tracing::warn!(%ente, %error, "bytes that nobody needs take room");
    }
}

/// What a button beside a file brings.
#[derive(Default)]
struct Obeyed {
    /// The file that goes.
    removed: Option<AllegatoId>,
    /// What the scanner said of the document that is given again, and its control.
    scan: Option<(String, Scan)>,
}

/// Does what a button beside a file is for.
async fn obey(portal: &Portal, ctx: &Ctx, begun: &mut Iniziata, risposta: &mut Risposta) -> Result<Obeyed> {
    let removed = begun.take_out(&risposta.step);
    let Step::ReuseFile { control, file } = &risposta.step else { return Ok(Obeyed { removed, scan: None }) };
    let (sent, scan) = copy(portal, ctx, control, *file).await?;
    let scan = scan.map(|scan| (control.clone(), scan));
    let files = &mut risposta.answers.get_or_insert_default().files;
    // What the scanner said is of this file alone.
    files.retain(|file| file.field != *control);
    files.push(sent);
    Ok(Obeyed { removed, scan })
}

/// The files that were stored on the way.
#[derive(Default)]
struct Stored {
    rows: Vec<AllegatoRow>,
    /// Those that a row of the database names.
    named: Vec<AllegatoId>,
}

impl Stored {
    /// Those that nothing names.
    fn unnamed(self) -> impl Iterator<Item = AllegatoId> {
        let Self { rows, named } = self;
        rows.into_iter().map(|row| row.id).filter(move |id| !named.contains(id))
    }

    /// Notes what was written: `named` where `done`, perhaps all where nobody knows.
    fn note<T>(&mut self, written: &Result<T>, done: impl Fn(&T) -> bool, named: Vec<AllegatoId>) {
        match written {
            Ok(written) if done(written) => self.named = named,
            Err(Error::OutcomeUnknown) => self.named = ids(&self.rows),
            Ok(_) | Err(_) => {}
        }
    }
}

fn ids(rows: &[AllegatoRow]) -> Vec<AllegatoId> {
    rows.iter().map(|row| row.id).collect()
}

/// What came of writing an answer.
enum Written {
    Done,
    /// Amended answers name a child for whom the applicant has filed already; nothing is written.
    Duplicate,
    /// What was begun was saved elsewhere in the meantime; nothing is written.
    Stale,
    /// A file that came before turned out to hold a virus just now; nothing is written.
    Infected,
}

/// An answer that is looked at, and what it is about.
struct Giving<'a> {
    portal: &'a Portal,
    ctx: &'a Ctx,
    attesa: &'a Attesa,
    riaperta: Option<&'a Riaperta<'a>>,
}

impl Giving<'_> {
    /// Sends it where that is wanted and right, else keeps it.
    async fn carry_out(
        &self,
        mut arrived: Arrived<'_>,
        begun: &Iniziata,
        obeyed: Obeyed,
        stored: &mut Stored,
    ) -> Result<Given> {
        let bozza = self.attesa.pratica.bozza_id;
        arrived.store(self.portal, self.ctx, bozza, obeyed.scan, &mut stored.rows).await?;
        arrived.seal_others(self.portal, self.ctx, begun, &mut stored.rows).await?;
        if *arrived.step() == Step::Send && arrived.is_right() {
            match self.send(&arrived, begun, stored).await? {
                Written::Done => return Ok(Given::Done),
                Written::Stale => {
                    let begun = Iniziata::load(self.portal, self.ctx.ente_id(), self.attesa).await?;
                    return self.stale(arrived, &begun).await;
                }
                Written::Duplicate => arrived.faults.duplicate = true,
                Written::Infected => {}
            }
        }
        let replaced = arrived.answered_with_files().filter_map(|name| begun.at(name));
        let copied = begun.others().iter().filter(|row| !arrived.takes_as_is(row));
        let replaced = replaced.chain(copied).map(|row| row.id);
        let removed: BTreeSet<_> = obeyed.removed.into_iter().chain(replaced).chain(arrived.told(begun)).collect();
        self.save(arrived, begun, removed, stored).await
    }

    async fn send(&self, arrived: &Arrived<'_>, begun: &Iniziata, stored: &mut Stored) -> Result<Written> {
        let persona = self.ctx.titolare(DelegaScope::Act)?;
        let coming = self.coming(arrived, begun, stored.rows.clone()).await?;
        let named = ids(&coming.files.new.rows);
        let days = self.attesa.filed.document.procedura.answer_days;
        let rule = Rule { days, patrono: self.ctx.ente.settings.patrono };
        let write = async move |tx: &mut Tx| coming.write(tx, persona, rule).await;
        let written = self.portal.store().write(self.ctx.ente_id(), write).await.map_err(Error::from);
        stored.note(&written, |written| matches!(written, Written::Done), named);
        self.portal.work().notify_one();
        written
    }

    /// What is written; of files that came those that it names.
    async fn coming(&self, arrived: &Arrived<'_>, begun: &Iniziata, came: Vec<AllegatoRow>) -> Result<Coming> {
        let (portal, ctx, to, pratica) = (self.portal, self.ctx, self.attesa.to, &self.attesa.pratica);
        let sealer = portal.sealer(ctx.ente_id()).await?;
        let amended = arrived.whole().and_then(Reopened::amended);
        let held = |id: AllegatoId| amended.iter().flat_map(|answers| answers.files()).any(|file| file.id == id);
        let named = |row: &AllegatoRow| Awaited::of(&row.field).is_some() || held(row.id);
        let at_questions = begun.of_questions().filter(|row| held(row.id));
        let others = begun.others().iter().filter(|row| arrived.takes_as_is(row));
        let files = Files {
            known: at_questions.chain(others).map(|row| row.id).collect(),
            new: NewFiles::new(portal, came.into_iter().filter(named).collect()),
        };
        let words = arrived.words.as_ref();
        let words = words.map(|words| sealer.seal(&to.place(pratica.id), words.as_bytes())).transpose()?;
        let amendment = match self.riaperta.zip(amended.as_ref()) {
            Some((riaperta, answers)) => Some(riaperta.amendment(&sealer, pratica, &ctx.titolare_name()?, answers)?),
            None => None,
        };
        Coming::new(portal, ctx, self.attesa, begun.revision, words, files, amendment)
    }

    /// Keeps it for the applicant, and says what keeps it from being given.
    async fn save(
        &self,
        arrived: Arrived<'_>,
        begun: &Iniziata,
        removed: BTreeSet<AllegatoId>,
        stored: &mut Stored,
    ) -> Result<Given> {
        let (ente, came) = (self.ctx.ente_id(), stored.rows.clone());
        let typed = (begun, &arrived.typed);
        let gone = removed.clone();
        let saving = Saving::new(self.portal, ente, self.attesa, typed, came.clone(), removed).await?;
        let write = async move |tx: &mut Tx| saving.write(tx, ente).await;
        let saved = self.portal.store().write(ente, write).await.map_err(Error::from);
        stored.note(&saved, |saved| *saved, ids(&came));
        if saved? {
            // Their rows go by a job; where the program is stopped just here, so do the bytes.
            forget(self.portal, ente, gone).await;
        } else {
            let now = Iniziata::load(self.portal, ente, self.attesa).await?;
            // A button that was pressed twice at once has saved it already.
            if !(now.is_typed(&arrived.typed) && came.iter().all(|row| now.has(row))) {
                return self.stale(arrived, &now).await;
            }
        }
        self.portal.work().notify_one();
        match (arrived.step(), arrived.is_right()) {
            (Step::Save, true) => Ok(Given::Saved),
            // The page that follows tells what turned out while it was sent.
            (_, true) if !arrived.faults.duplicate => Ok(Given::Again),
            _ => {
                let begun = Iniziata::load(self.portal, ente, self.attesa).await?;
                self.refuse(&arrived, &begun, arrived.problems()).await
            }
        }
    }

    /// Says that it was saved elsewhere, with what was typed here; of the files that came none is kept.
    async fn stale(&self, mut arrived: Arrived<'_>, begun: &Iniziata) -> Result<Given> {
        arrived.faults.stale = true;
        arrived.take_over(begun)?;
        let problems = [arrived.problems(), arrived.lost()].concat();
        self.refuse(&arrived, begun, problems).await
    }

    async fn refuse(&self, arrived: &Arrived<'_>, begun: &Iniziata, problems: Vec<Problem>) -> Result<Given> {
        let questions = self.attesa.questions(self.portal, self.ctx, arrived.whole(), &problems).await?;
        let sheet = Sheet { questions, begun: begun.shown(&arrived.typed.words) };
        Ok(Given::Refused(Box::new(Refused { problems, sheet, ..arrived.faults.clone() })))
    }
}

/// The files of an answer that is sent.
struct Files {
    /// Those that came with it.
    new: NewFiles,
    /// Those that came before.
    known: Vec<AllegatoId>,
}

impl Files {
    /// Files them with the pratica.
    async fn write(&self, tx: &mut Tx, ente: EnteId, pratica: PraticaId) -> sportello_store::Result<()> {
        for file in &self.known {
            begun_row::leave_file(tx, ente, pratica, *file).await?;
        }
        self.new.write(tx, ente).await?;
        for file in self.new.rows.iter().map(|row| &row.id).chain(&self.known) {
            allegato::file_with(tx, ente, pratica, *file).await?;
        }
        Ok(())
    }
}

/// An answer on its way into the database.
struct Coming {
    portal: Portal,
    ente: Arc<Ente>,
    id: PraticaId,
    to: Awaited,
    mover: Mover,
    answer: Answer,
    /// The revision of what was begun, 0 where nothing was.
    revision: i64,
    files: Files,
    amendment: Option<Amendment>,
    note: AuditRow,
}

impl Coming {
    fn new(
        portal: &Portal,
        ctx: &Ctx,
        attesa: &Attesa,
        revision: i64,
        words: Option<Sealed>,
        files: Files,
        amendment: Option<Amendment>,
    ) -> Result<Self> {
        let (id, to) = (attesa.pratica.id, attesa.to);
        let (now, by) = (portal.clock().now(), ctx.cittadino()?.persona);
        let mut note = ctx.note(portal, to.event().action(), "pratica", Some(id.uuid()));
        if amendment.is_some() {
            note.detail.0["amended"] = true.into();
        }
        Ok(Self {
            portal: portal.clone(),
            ente: Arc::clone(&ctx.ente),
            mover: Mover { step: portal.chance().uuid(now), at: now, kind: ActorKind::Cittadino, by: Some(by) },
            answer: Answer { at: now, by, sealed: words },
            note,
            id,
            to,
            revision,
            files,
            amendment,
        })
    }

    async fn write(&self, tx: &mut Tx, persona: PersonaId, rule: Rule) -> sportello_store::Result<Written> {
        let ente = self.ente.id;
        let pratica = row::of_persona(tx, ente, persona, self.id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
        if !pratica.status.allows(self.to.event()) {
            return Err(Reason::NotAllowedNow.refuse());
        }
        let begun = begun_row::of_pratica(tx, ente, self.id).await?;
        if begun.map_or(0, |begun| begun.revision) != self.revision {
            return Ok(Written::Stale);
        }
        let infected = allegato::infected(tx, ente, pratica.bozza_id).await?;
        if self.files.known.iter().any(|file| infected.contains(file)) {
            return Ok(Written::Infected);
        }
        // First, since it alone may end here without having written anything.
        if let Some(amendment) = &self.amendment
            && !amendment.write(tx, ente, &pratica).await?
        {
            return Ok(Written::Duplicate);
        }
        self.files.write(tx, ente, self.id).await?;
        moves::make(tx, ente, &pratica, self.to.event(), &self.mover, Brings::default()).await?;
        if self.amendment.is_some() {
            graduatoria::move_up(tx, &self.portal, &self.ente, (&pratica.modello, pratica.anno_scolastico)).await?;
        }
        let before = self.amendment.as_ref().map(|amendment| &amendment.before);
        let kept = match self.to {
            Awaited::Integrazione => integrazione::answer(tx, ente, self.id, &self.answer, before).await?,
            Awaited::Osservazioni => preavviso::observe(tx, ente, self.id, &self.answer).await?,
        };
        if !kept {
            return Err(Reason::NotAllowedNow.refuse());
        }
        termine::reckon(tx, ente, &pratica, rule).await?;
        audit::record(tx, ente, &self.note).await?;
        Ok(Written::Done)
    }
}
