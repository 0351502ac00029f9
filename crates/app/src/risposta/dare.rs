//! Giving an answer to the office, or keeping what was begun of it.

use std::sync::Arc;

use sportello_domain::{
    delega::DelegaScope,
    ente::Ente,
    id::{AllegatoId, EnteId, PersonaId, PraticaId},
    modello::{Reopened, view::Problem},
};
use sportello_store::{
    Tx,
    allegato::{self, AllegatoRow},
    audit,
    audit::AuditRow,
    evento::ActorKind,
    integrazione::{self, Answer},
    job::{self, NewJob},
    pratica as row, preavviso, risposta as begun_row,
    seal::Sealed,
};

use super::{
    Awaited, Given, Refused, Risposta, Sheet, Step,
    arrivo::Arrived,
    attesa::{Attesa, offer_earlier},
    iniziata::{Iniziata, Saving, scans},
    riaperta::{Amendment, Riaperta},
};
use crate::{
    Ctx, Error, Portal, Result,
    bozza::{copy, remove},
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
    // Nothing is stored for whom nobody waits.
    let attesa = Attesa::open(portal, ctx, id, to).await?.ok_or(Error::NotAllowedNow)?;
    let mut begun = Iniziata::load(portal, ctx.ente_id(), id, attesa.modello()).await?;
    let stale = risposta.revision != begun.revision;
    if stale && begun.is_same(&risposta) {
        return Ok(Given::Saved);
    }
    let (mut removed, mut scan, step) = (Vec::new(), None, risposta.step.clone());
    match &step {
        Step::RemoveFile(name) if !stale => removed.extend(begun.take_out(name)),
        Step::ReuseFile { control, file } => {
            let (sent, known) = copy(portal, ctx, control, *file).await?;
            scan = known.map(|known| (control.clone(), known));
            risposta.answers.get_or_insert_default().files.push(sent);
        }
        Step::RemoveFile(_) | Step::Send | Step::Save => {}
    }
    let riaperta = attesa.riaperta(portal, ctx).await?;
    let (about, blank) = ((to, attesa.is_sealed()), riaperta.as_ref().map(Riaperta::reopened));
    let mut arrived = Arrived::look(risposta, about, attesa.modello(), (blank, &begun), ctx.lingua).await?;
    let giving = Giving { portal, ctx, attesa: &attesa, riaperta: riaperta.as_ref() };
    if stale {
        return giving.stale(arrived, &begun).await;
    }
    let stored = arrived.store(portal, ctx, &attesa.pratica, scan).await?;
    if step == Step::Send && arrived.is_right() {
        match giving.send(&arrived, &begun, stored.clone()).await? {
            Written::Done => return Ok(Given::Done),
            Written::Stale => {
                let now = Iniziata::load(portal, ctx.ente_id(), id, attesa.modello()).await?;
                return giving.stale(arrived, &now).await;
            }
            Written::Duplicate => arrived.faults.duplicate = true,
        }
    }
    let replaced = arrived.answered_with_files().filter_map(|name| begun.at(name)).map(|file| file.id);
    removed.extend(replaced);
    giving.save(arrived, &begun, (stored, removed)).await
}

/// What came of writing an answer.
enum Written {
    Done,
    /// Amended answers name a child for whom the applicant has filed already; nothing is written.
    Duplicate,
    /// What was begun was saved elsewhere in the meantime; nothing is written.
    Stale,
}

/// An answer that is looked at, and what it is about.
struct Giving<'a> {
    portal: &'a Portal,
    ctx: &'a Ctx,
    attesa: &'a Attesa,
    riaperta: Option<&'a Riaperta<'a>>,
}

impl Giving<'_> {
    /// Sends it. The files that were just stored stay where it is not sent since the child is another one's, and are gone where
    /// it failed.
    async fn send(&self, arrived: &Arrived<'_>, begun: &Iniziata, stored: Vec<AllegatoRow>) -> Result<Written> {
        let ente = self.ctx.ente_id();
        let copies = arrived.seal_others(self.portal, self.ctx, &self.attesa.pratica, begun).await?;
        let ids = |rows: &[AllegatoRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        let (new, copied) = (ids(&stored), ids(&copies));
        let coming = self.coming(arrived, begun, [stored, copies].concat()).await;
        let written = match coming {
            Ok((coming, left)) => {
                let persona = self.ctx.titolare(DelegaScope::Act)?;
                let days = self.attesa.filed.document.procedura.answer_days;
                let rule = Rule { days, patrono: self.ctx.ente.settings.patrono };
                let write = async move |tx: &mut Tx| coming.write(tx, persona, rule).await;
                let written = self.portal.store().write(ente, write).await.map_err(Error::from);
                if matches!(written, Ok(Written::Done)) {
                    self.portal.work().notify_one();
                    // No row names what is left over: of a question that another answer hid.
                    forget(self.portal, ente, left).await;
                }
                written
            }
            Err(error) => Err(error),
        };
        // Of an answer whose fate is unknown the files stay.
        match written {
            Ok(Written::Done) | Err(Error::OutcomeUnknown) => {}
            Ok(Written::Duplicate) => forget(self.portal, ente, copied).await,
            Ok(Written::Stale) | Err(_) => forget(self.portal, ente, [new, copied].concat()).await,
        }
        written
    }

    /// What is written, and the new files that nothing of it names.
    async fn coming(
        &self,
        arrived: &Arrived<'_>,
        begun: &Iniziata,
        new: Vec<AllegatoRow>,
    ) -> Result<(Coming, Vec<AllegatoId>)> {
        let (portal, ctx, to, pratica) = (self.portal, self.ctx, self.attesa.to, &self.attesa.pratica);
        let sealer = portal.sealer(ctx.ente_id()).await?;
        let amended = arrived.whole().and_then(Reopened::amended);
        let held = |id: AllegatoId| amended.iter().flat_map(|answers| answers.files()).any(|file| file.id == id);
        let (new, left): (Vec<_>, Vec<_>) =
            new.into_iter().partition(|row| Awaited::of(&row.field).is_some() || held(row.id));
        let at_questions = begun.of_questions().map(|(_, row)| row).filter(|row| held(row.id));
        let others = begun.others().filter(|row| arrived.takes_as_is(row));
        let known = at_questions.chain(others).map(|row| row.id).collect();
        let words = arrived.words.as_ref();
        let words = words.map(|words| sealer.seal(&to.place(pratica.id), words.as_bytes())).transpose()?;
        let amendment = match self.riaperta.zip(amended.as_ref()) {
            Some((riaperta, answers)) => Some(riaperta.amendment(&sealer, pratica, &ctx.titolare_name()?, answers)?),
            None => None,
        };
        let files = Files { scans: scans(portal, &new, portal.clock().now()), new, known };
        let coming = Coming::new(portal, ctx, (self.attesa, begun.revision), words, (files, amendment))?;
        Ok((coming, left.iter().map(|row| row.id).collect()))
    }

    /// Keeps it for the applicant, and says what keeps it from being given.
    async fn save(
        &self,
        arrived: Arrived<'_>,
        begun: &Iniziata,
        (stored, removed): (Vec<AllegatoRow>, Vec<AllegatoId>),
    ) -> Result<Given> {
        let (ente, pratica) = (self.ctx.ente_id(), &self.attesa.pratica);
        let sealer = self.portal.sealer(ente).await?;
        let of = (pratica.id, pratica.bozza_id, pratica.status);
        let new: Vec<AllegatoId> = stored.iter().map(|row| row.id).collect();
        let saving = Saving::new(self.portal, &sealer, of, (begun, &arrived.typed), (stored, removed))?;
        let write = async move |tx: &mut Tx| saving.write(tx, ente).await;
        let saved = self.portal.store().write(ente, write).await.map_err(Error::from);
        if !matches!(saved, Ok(true) | Err(Error::OutcomeUnknown)) {
            forget(self.portal, ente, new).await;
        }
        let now = saved?;
        let begun = Iniziata::load(self.portal, ente, pratica.id, self.attesa.modello()).await?;
        if !now {
            return self.stale(arrived, &begun).await;
        }
        self.portal.work().notify_one();
        match (arrived.step(), arrived.is_right()) {
            (Step::Save, true) => Ok(Given::Saved),
            (Step::RemoveFile(_) | Step::ReuseFile { .. }, true) => Ok(Given::Again),
            _ => self.refuse(&arrived, &begun, arrived.problems()).await,
        }
    }

    /// Says that it was saved elsewhere, with what was typed here; of the files that came none is kept.
    async fn stale(&self, mut arrived: Arrived<'_>, begun: &Iniziata) -> Result<Given> {
        arrived.faults.stale = true;
        let problems = [arrived.problems(), arrived.lost()].concat();
        let mut given = self.refuse(&arrived, begun, problems).await?;
        if let Given::Refused(refused) = &mut given {
            arrived.forget_files(&mut refused.sheet.questions);
        }
        Ok(given)
    }

    async fn refuse(&self, arrived: &Arrived<'_>, begun: &Iniziata, problems: Vec<Problem>) -> Result<Given> {
        let mut questions = self.attesa.questions(arrived.whole(), self.ctx.lingua, &problems);
        offer_earlier(self.portal, self.ctx, &mut questions).await?;
        let sheet = Sheet { questions, begun: begun.shown(&arrived.typed.words) };
        Ok(Given::Refused(Box::new(Refused { problems, sheet, ..arrived.faults.clone() })))
    }
}

/// Removes the bytes of files that no row names.
async fn forget(portal: &Portal, ente: EnteId, files: Vec<AllegatoId>) {
    if let Err(error) = remove(portal, ente, files).await {
        tracing::warn!(%ente, %error, "files of an answer that was not given take room");
    }
}

/// The files of an answer that is sent.
struct Files {
    /// Those that came with it, and have no row yet.
    new: Vec<AllegatoRow>,
    scans: Vec<NewJob>,
    /// Those that came before.
    known: Vec<AllegatoId>,
}

impl Files {
    /// Files them with the pratica.
    async fn write(&self, tx: &mut Tx, ente: EnteId, pratica: PraticaId) -> sportello_store::Result<()> {
        for file in &self.known {
            begun_row::leave_file(tx, ente, pratica, *file).await?;
            allegato::file_with(tx, ente, pratica, *file).await?;
        }
        for file in &self.new {
            allegato::add(tx, ente, file).await?;
            allegato::file_with(tx, ente, pratica, file.id).await?;
        }
        for scan in &self.scans {
            job::enqueue(tx, ente, scan).await?;
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
        (attesa, revision): (&Attesa, i64),
        words: Option<Sealed>,
        (files, amendment): (Files, Option<Amendment>),
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
        // Nobody saves anything of it from here on.
        if !begun_row::is_awaited(tx, ente, self.id, pratica.status).await? {
            return Err(Reason::NotAllowedNow.refuse());
        }
        let begun = begun_row::of_pratica(tx, ente, self.id).await?;
        if begun.map_or(0, |begun| begun.revision) != self.revision {
            return Ok(Written::Stale);
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
