//! Looking at one pratica. Class-A answers are hidden until somebody with the role opens them with a reason.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar,
    id::{AllegatoId, DocumentoId, EnteId, PersonaId, PraticaId},
    lingua::Lingua,
    pratica::PraticaEvent,
};
use sportello_store::{
    Json, Read,
    allegato::{self, AllegatoRow, Scan},
    assegnazione,
    audit::{self, AuditRow},
    campione::{self, OfPratica},
    evento::{self, EventoRow},
    graduatoria as punti,
    integrazione::{self, IntegrazioneRow},
    per_conto, persona,
    persona::PersonaRow,
    pratica as row,
    preavviso::{self, PreavvisoRow},
    provvedimento::{self, ListedRow},
    ruolo,
    seal::{EnteSealer, Sealed},
};

use super::{
    CLERKS, DECIDERS, OfficePage, QueueRow, READERS, SEALED_READERS,
    assegna::Assegnazione,
    codice,
    confronto::{Confronto, Known},
    effect, holds,
    integrazione::askable,
};
use crate::{
    Ctx, Error, Portal, REASON, Result,
    bozza::{Download, download},
    campi,
    campione::Estratta,
    filed::Filed,
    graduatoria,
    integrazione::{Integrazione, Reads, is_about_sealed, shown as integrazione_shown},
    messaggio::{self, Counts, Side},
    pratica::{emergency, milestones, number, open_document, registration, scans},
    preavviso::{Preavviso, shown as preavviso_shown},
    prenotazione::{self, Posto},
    provvedimento::{find as find_provvedimento, reason as provvedimento_reason, shown as provvedimenti_shown},
    typed,
};

/// A pratica, class-A answers hidden.
///
/// # Errors
/// [`Error::NotFound`] for one of another ente.
pub async fn page(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<OfficePage> {
    ctx.operatore(&READERS)?;
    look(portal, ctx, id, false).await
}

/// A pratica with its class-A answers; the reading is logged with its reason.
///
/// # Errors
/// [`Error::Forbidden`] without the role, [`Error::Unacceptable`] without a reason.
pub async fn open_sealed(portal: &Portal, ctx: &Ctx, id: PraticaId, reason: &str) -> Result<OfficePage> {
    ctx.operatore(&SEALED_READERS)?;
    // One that is not there is not read, so its reading is not logged.
    look(portal, ctx, id, false).await?;
    log_reading(portal, ctx, "pratica.open_sealed", "pratica", id.uuid(), reason).await?;
    look(portal, ctx, id, true).await
}

/// How somebody wants to open a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opening<'a> {
    /// Why: needed for one of class A.
    pub reason: &'a str,
    /// Also when the scanner has not looked at it yet.
    pub unscanned: bool,
}

/// What must be said before a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// It is of class A.
    pub sealed: bool,
    /// The scanner has not looked at it yet.
    pub waiting: bool,
}

/// A file of a pratica. One of class A asks for the role and a reason, and is logged; one that was not scanned yet asks
/// whether it is wanted all the same. One that held a virus is not there any more.
///
/// # Errors
/// [`Error::NotFound`] for a file that is not of this pratica of this ente, [`Error::Forbidden`], [`Error::Unacceptable`].
pub async fn file(
    portal: &Portal,
    ctx: &Ctx,
    id: PraticaId,
    file: AllegatoId,
    opening: Opening<'_>,
) -> Result<Download> {
    let found = find(portal, ctx, id, file).await?;
    let (ente, waiting) = (ctx.ente_id(), found.scan == Scan::Waiting);
    if found.sealed {
        ctx.operatore(&SEALED_READERS)?;
    }
    if waiting && !opening.unscanned {
        return Err(Error::Unacceptable("a file that was not scanned yet"));
    }
    if found.sealed {
        let reason = opening.reason;
        log_reading(portal, ctx, "allegato.open_sealed", "allegato", file.uuid(), reason).await?;
    }
    if waiting {
        let note = ctx.note(portal, "allegato.open_unscanned", "allegato", Some(file.uuid()));
        portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    }
    download(portal, ctx, found).await
}

/// Whether nothing has to be said before a file is opened, which is there.
fn is_plain(file: &AllegatoRow) -> bool {
    !file.sealed && matches!(file.scan, Scan::Clean | Scan::Unscanned)
}

/// What must be said before a file of a pratica is opened.
///
/// # Errors
/// [`Error::NotFound`] for a file that is not of this pratica of this ente.
pub async fn file_facts(portal: &Portal, ctx: &Ctx, id: PraticaId, file: AllegatoId) -> Result<FileFacts> {
    let found = find(portal, ctx, id, file).await?;
    Ok(FileFacts { sealed: found.sealed, waiting: found.scan == Scan::Waiting })
}

async fn find(portal: &Portal, ctx: &Ctx, id: PraticaId, file: AllegatoId) -> Result<AllegatoRow> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let files = portal.store().read(ente, async move |read| allegato::of_pratica(read, ente, id).await).await?;
    files.into_iter().find(|found| found.id == file).ok_or(Error::NotFound)
}

/// The document of a decision or a notice; `None` while it is being made. What is about questions of class A is read on the
/// page, with the role and a reason.
///
/// # Errors
/// [`Error::NotFound`] for one that is not of this pratica of this ente, [`Error::Forbidden`].
pub async fn provvedimento(portal: &Portal, ctx: &Ctx, id: PraticaId, which: DocumentoId) -> Result<Option<Download>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let found = portal
        .store()
        .read(ente, async move |read| {
            let Some(pratica) = row::by_id(read, ente, id).await? else { return Ok(None) };
            let asked = integrazione::of_pratica(read, ente, id).await?;
            let noticed = preavviso::of_pratica(read, ente, id).await?;
            Ok(Some((pratica, (asked, noticed), find_provvedimento(read, ente, id, which).await?)))
        })
        .await?;
    let (pratica, (asked, noticed), document) = found.ok_or(Error::NotFound)?;
    let Some(document) = document.ok_or(Error::NotFound)? else { return Ok(None) };
    let filed = Filed::open_clear(portal, ente, &pratica).await?;
    if asked.is_some_and(|row| is_about_sealed(&row, &filed))
        || noticed.is_some_and(|row| filed.any_sealed(&row.fields.0))
    {
        return Err(Error::Forbidden);
    }
    Ok(Some(open_document(portal, ctx, document).await?))
}

/// Writes down who opens what and why, before it is opened.
pub(super) async fn log_reading(
    portal: &Portal,
    ctx: &Ctx,
    action: &'static str,
    kind: &'static str,
    id: uuid::Uuid,
    reason: &str,
) -> Result<()> {
    let reason = typed::text(reason, REASON).ok_or(Error::Unacceptable("the reason"))?;
    let ente = ctx.ente_id();
    let note =
        AuditRow { detail: Json(serde_json::json!({ "reason": reason })), ..ctx.note(portal, action, kind, Some(id)) };
    portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    Ok(())
}

/// What stands beside a pratica in the database.
struct Beside {
    protocol: Option<(String, DateTime<Utc>)>,
    emergency: Option<String>,
    steps: Vec<EventoRow>,
    applicant: Option<PersonaRow>,
    assignee: Option<PersonaRow>,
    contested: bool,
    at_desk: Option<String>,
    posto: Option<(Posto, i64)>,
    estratta: Option<OfPratica>,
    criteri: Option<Sealed>,
    files: Vec<AllegatoRow>,
    asked: Option<IntegrazioneRow>,
    noticed: Option<PreavvisoRow>,
    acts: Vec<ListedRow>,
    messages: Counts,
    assignments: Vec<Assegnazione>,
    known: Option<Known>,
    /// Those who work on pratiche, without the applicant.
    clerks: Vec<(PersonaId, String)>,
}

impl Beside {
    async fn read(
        read: &mut Read,
        ente: EnteId,
        pratica: &row::PraticaRow,
        today: NaiveDate,
    ) -> sportello_store::Result<Self> {
        let desk = per_conto::filed_by(read, ente, pratica.bozza_id).await?;
        Ok(Self {
            protocol: registration(read, pratica, ente).await?,
            emergency: emergency(read, ente, pratica.bozza_id).await?,
            steps: evento::of_pratica(read, ente, pratica.id).await?,
            applicant: persona::by_id(read, ente, pratica.persona_id).await?,
            assignee: match pratica.assigned_to {
                Some(assignee) => persona::by_id(read, ente, assignee).await?,
                None => None,
            },
            contested: is_contested(read, ente, pratica).await?,
            at_desk: desk.map(|(_, nome, cognome)| format!("{nome} {cognome}")),
            posto: prenotazione::of_pratica(read, ente, pratica.id).await?,
            estratta: campione::of_pratica(read, ente, pratica.id).await?,
            criteri: punti::of_pratica(read, ente, pratica.id).await?.and_then(|(_, criteri)| criteri),
            files: allegato::of_pratica(read, ente, pratica.id).await?,
            asked: integrazione::of_pratica(read, ente, pratica.id).await?,
            noticed: preavviso::of_pratica(read, ente, pratica.id).await?,
            acts: provvedimento::of_pratica(read, ente, pratica.id).await?,
            messages: messaggio::counts(read, ente, pratica.id, Side::Ufficio).await?,
            assignments: assegnazione::of_pratica(read, ente, pratica.id).await?.into_iter().map(Into::into).collect(),
            known: Known::read(read, ente, pratica, today).await?,
            clerks: ruolo::clerks(read, ente, CLERKS)
                .await?
                .into_iter()
                .filter(|(clerk, ..)| *clerk != pratica.persona_id)
                .map(|(clerk, nome, cognome)| (clerk, format!("{nome} {cognome}")))
                .collect(),
        })
    }
}

/// What was asked or told and what came of it, as far as whoever looks may read it.
struct Written {
    integrazione: Option<Integrazione>,
    answer_closed: bool,
    preavviso: Option<Preavviso>,
    notice_closed: bool,
}

impl Written {
    fn open(
        asked: Option<IntegrazioneRow>,
        noticed: Option<PreavvisoRow>,
        files: &[AllegatoRow],
        filed: &Filed,
        (lingua, sealed): (Lingua, bool),
        sealer: &EnteSealer,
    ) -> Result<Self> {
        let closed = |fields: &[String]| !sealed && filed.any_sealed(fields);
        let answer_closed = !sealed && asked.as_ref().is_some_and(|row| is_about_sealed(row, filed));
        let notice_closed = noticed.as_ref().is_some_and(|row| closed(&row.fields.0));
        let key = |closed: bool| (!closed).then_some(sealer);
        let reads = Reads { words: key(answer_closed), amended: Some(sealer) };
        let integrazione = asked.map(|row| integrazione_shown(row, filed, files, lingua, reads));
        let preavviso = noticed.map(|row| preavviso_shown(row, filed, files, lingua, key(notice_closed)));
        Ok(Self {
            integrazione: integrazione.transpose()?,
            answer_closed,
            preavviso: preavviso.transpose()?,
            notice_closed,
        })
    }
}

async fn look(portal: &Portal, ctx: &Ctx, id: PraticaId, sealed: bool) -> Result<OfficePage> {
    let ente = ctx.ente_id();
    let today = calendar::legal_date(portal.clock().now());
    let (pratica, beside) = found(portal, ente, id, today).await?;
    let (asked, noticed, files) = (beside.asked, beside.noticed, beside.files);
    let filed = if sealed {
        Filed::open(portal, ente, &pratica).await?
    } else {
        Filed::open_clear(portal, ente, &pratica).await?
    };
    let form = filed.form(ctx.lingua);
    let decides = ctx.operatore(DECIDERS).is_ok_and(|signed| signed.persona != pratica.persona_id);
    let undecided = pratica.status.allows(PraticaEvent::Accept) || pratica.status.allows(PraticaEvent::TakeInCharge);
    let outlook = if undecided { Some(effect::outlook(portal, ctx, &pratica, &filed).await?) } else { None };
    let can_ask = decides && asked.is_none() && pratica.status.allows(PraticaEvent::RequestIntegration);
    let can_notice = decides && noticed.is_none() && pratica.status.allows(PraticaEvent::GiveNotice);
    let can_reject = decides && noticed.is_some() && pratica.status.allows(PraticaEvent::Reject);
    let filed_first = asked.as_ref().is_some_and(|row| row.sealed_before.is_some());
    let about_sealed = asked.as_ref().is_some_and(|row| is_about_sealed(row, &filed))
        || noticed.as_ref().is_some_and(|row| filed.any_sealed(&row.fields.0));
    let closed = pratica.sealed_answers.is_some() || filed_first || about_sealed || beside.criteri.is_some();
    let sealer = portal.sealer(ente).await?;
    let written = Written::open(asked, noticed, &files, &filed, (ctx.lingua, sealed), &sealer)?;
    let acts_closed = written.answer_closed || written.notice_closed;
    let applicant = beside.applicant.as_ref().filter(|_| beside.at_desk.is_none());
    let decision_reason = provvedimento_reason(&pratica, &beside.acts, &sealer, acts_closed)?;
    Ok(OfficePage {
        applicant: pratica.persona_id,
        assigned_to: pratica.assigned_to,
        assignments: beside.assignments,
        clerks: if decides && !pratica.status.is_final() { beside.clerks } else { Vec::new() },
        integrazione: written.integrazione,
        answer_closed: written.answer_closed,
        preavviso: written.preavviso,
        provvedimenti: provvedimenti_shown(beside.acts),
        acts_closed,
        notice_closed: written.notice_closed,
        can_notice,
        can_reject,
        can_ask,
        can_grade: decides && pratica.status.allows(PraticaEvent::AcceptPartly),
        can_annul: decides && pratica.status.allows(PraticaEvent::Annul),
        askable: if can_ask || can_notice { askable(&filed, ctx.lingua) } else { Vec::new() },
        outlook,
        child_code: pratica.alunno_codice_fiscale.clone().filter(|_| filed.text(campi::FIGLIO_CF).is_none()),
        code_missing: codice::missing(&pratica),
        can_write_code: decides && codice::missing(&pratica),
        summary: form.summary(),
        warnings: form.warnings(),
        confronto: Confronto::new(portal, ctx, &form, (applicant, beside.known)).await?,
        contested: beside.contested,
        scans: scans(&files),
        plain: files.iter().filter(|file| is_plain(file)).map(|file| file.id).collect(),
        messages: beside.messages,
        at_desk: beside.at_desk,
        posto: beside.posto,
        estratta: beside.estratta.map(|row| Estratta::seen(ctx, &row)),
        criteri: graduatoria::opened(&sealer, &filed, ctx.lingua, (id, beside.criteri.as_ref().filter(|_| sealed)))?,
        protocol: beside.protocol,
        emergency: beside.emergency,
        milestones: milestones(beside.steps, pratica.status),
        version: pratica.version,
        can_decide: decides && pratica.status.allows(PraticaEvent::Accept),
        can_take: decides && pratica.status.allows(PraticaEvent::TakeInCharge),
        holds_sealed: closed,
        can_open_sealed: holds(ctx, &SEALED_READERS) && closed,
        sealed_open: sealed,
        decision_reason,
        row: queue_row(ctx, &pratica, &filed, (beside.applicant.as_ref(), beside.assignee.as_ref()), today),
    })
}

/// The pratica with what stands beside it in the database.
async fn found(portal: &Portal, ente: EnteId, id: PraticaId, today: NaiveDate) -> Result<(row::PraticaRow, Beside)> {
    let read = async move |read: &mut Read| {
        let Some(pratica) = row::by_id(read, ente, id).await? else { return Ok(None) };
        let beside = Beside::read(read, ente, &pratica, today).await?;
        Ok(Some((pratica, beside)))
    };
    portal.store().read(ente, read).await?.ok_or(Error::NotFound)
}

/// What the queue shows of it.
fn queue_row(
    ctx: &Ctx,
    pratica: &row::PraticaRow,
    filed: &Filed,
    (applicant, assignee): (Option<&PersonaRow>, Option<&PersonaRow>),
    today: NaiveDate,
) -> QueueRow {
    QueueRow {
        id: pratica.id,
        number: number(pratica.anno, pratica.numero),
        title: filed.title(ctx.lingua),
        alunno: pratica.alunno.clone(),
        richiedente: applicant.map(name).unwrap_or_default(),
        received_at: pratica.received_at,
        answer_by: pratica.due_on,
        days_left: (pratica.due_on - today).num_days(),
        status: pratica.status,
        assignee: assignee.map(name),
    }
}

/// Whether another live pratica is about the same child, service and school year: asked now, since the other one may
/// have come later or be gone.
pub(crate) async fn is_contested(
    read: &mut Read,
    ente: EnteId,
    pratica: &row::PraticaRow,
) -> sportello_store::Result<bool> {
    let (Some(servizio), Some(child)) = (&pratica.servizio, &pratica.alunno_codice_fiscale) else {
        return Ok(false);
    };
    let live = row::live(read, ente, servizio, pratica.anno_scolastico, child).await?;
    Ok(live.iter().any(|(other, _)| *other != pratica.id))
}

fn name(person: &PersonaRow) -> String {
    format!("{} {}", person.nome, person.cognome)
}
