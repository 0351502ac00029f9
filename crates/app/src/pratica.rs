//! Consultazione: what a citizen sees of their pratiche.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    delega::DelegaScope,
    id::{AllegatoId, BozzaId, PraticaId},
    lingua::Lingua,
    modello::view::{Answer, FileView, Summary},
    pratica::{PraticaEvent, PraticaStatus},
};
use sportello_store::{
    Read, allegato, audit, compito,
    compito::CompitoKind,
    documento,
    documento::DocumentoRow,
    evento,
    evento::{ActorKind, EventoRow},
    file::FileKind,
    integrazione, interruzione,
    istruttoria::Decision,
    per_conto, pratica as row, preavviso, protocollo, provvedimento, risposta,
};

use crate::{
    Ctx, Error, Portal, Result,
    bozza::{Download, Scans, download},
    error::Reason,
    filed::Filed,
    graduatoria,
    integrazione::{Integrazione, Reads, shown as integrazione_shown},
    messaggio::{self, Counts, Side},
    modello,
    moves::{self, Brings, Mover},
    preavviso::{Preavviso, shown as preavviso_shown},
    prenotazione::{self, Posto},
    provvedimento::{Provvedimento, reason as provvedimento_reason, shown as provvedimenti_shown},
    ufficio::codice,
};

/// The deed of an INVIA, for each of its pratiche.
pub(crate) const SUBMIT: &str = PraticaEvent::Submit.action();

/// A pratica in a list.
#[derive(Clone, Debug)]
pub struct PraticaRow {
    /// The pratica.
    pub id: PraticaId,
    /// "2026/184".
    pub number: String,
    /// Title of its modello.
    pub title: String,
    /// The child's name.
    pub alunno: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// Its state.
    pub status: PraticaStatus,
    /// Last day for the answer.
    pub answer_by: NaiveDate,
}

/// A step in the life of a pratica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Milestone {
    /// It came to a state, at an instant.
    Reached(PraticaStatus, DateTime<Utc>),
    /// Its decision is awaited.
    Awaited,
}

/// One pratica.
#[derive(Clone, Debug)]
pub struct PraticaPage {
    /// What the list shows.
    pub row: PraticaRow,
    /// "4127/2026" and its instant, or `None` while it is being assigned.
    pub protocol: Option<(String, DateTime<Utc>)>,
    /// "3/2026", the number in the emergency register, where it has one.
    pub emergency: Option<String>,
    /// Its steps.
    pub milestones: Vec<Milestone>,
    /// What the procedura answers when it is accepted.
    pub accepted: String,
    /// Reason of the decision, for one that was rejected or accepted with a note.
    pub decision_reason: Option<String>,
    /// What was filed. Class-A answers and files are there unless a delegate looks who may not act.
    pub summary: Summary,
    /// What the scanner said of the files.
    pub scans: Scans,
    /// Whether everything is there: the answers, the receipt, the actions.
    pub whole: bool,
    /// Given and family name of the delegate who sent it, if one did.
    pub filed_by: Option<String>,
    /// Given and family name of the member of staff who sent it at the desk, if one did.
    pub at_desk: Option<String>,
    /// Whether the child has no codice fiscale yet.
    pub code_missing: bool,
    /// The receipt, once it is made.
    pub receipt: Option<FileView>,
    /// Whether it can still be withdrawn.
    pub can_withdraw: bool,
    /// What the office asked to complete, and what came. The answer is there for those who may act.
    pub integrazione: Option<Integrazione>,
    /// Whether an answer is awaited.
    pub can_integrate: bool,
    /// When an answer was saved that is not sent, for those who may act.
    pub begun_at: Option<DateTime<Utc>>,
    /// The notice of rejection, and what came of it. Its words are there for those who may act.
    pub preavviso: Option<Preavviso>,
    /// What the office decided or told, the documents with their protocol numbers.
    pub provvedimenti: Vec<Provvedimento>,
    /// Whether observations are awaited.
    pub can_observe: bool,
    /// Messages about it, and how many of the office's nobody has opened; for those who may act.
    pub messages: Option<Counts>,
    /// Its place or its position in the waiting list, and how many places there are, where they are few.
    pub posto: Option<(Posto, i64)>,
    /// The filing whose places are booked together with its own, where places are booked.
    pub booked_with: Option<BozzaId>,
}

/// The number of a pratica: "2026/184".
pub(crate) fn number(anno: i64, numero: i64) -> String {
    format!("{anno}/{numero}")
}

/// The number of a registration, as registers write it: "4127/2026".
pub(crate) fn protocol_number(numero: i64, anno: i64) -> String {
    format!("{numero}/{anno}")
}

/// A receipt as pages name it.
pub(crate) fn receipt_view(row: DocumentoRow) -> FileView {
    FileView {
        id: AllegatoId::new(row.id.uuid()),
        name: row.name,
        bytes: u64::try_from(row.bytes).unwrap_or_default(),
        media_type: row.media_type,
    }
}

/// The steps of a pratica; the decision that is awaited stands last.
pub(crate) fn milestones(steps: Vec<EventoRow>, status: PraticaStatus) -> Vec<Milestone> {
    let reached = steps.into_iter().map(|step| Milestone::Reached(step.kind, step.at));
    reached.chain((!status.is_final()).then_some(Milestone::Awaited)).collect()
}

/// The answers. A delegate who may not act sees those without class-A values and files.
fn summary(filed: &Filed, lingua: Lingua, whole: bool) -> Summary {
    let mut summary = filed.form(lingua).summary();
    if whole {
        return summary;
    }
    for section in &mut summary.sections {
        section.lines.retain(|line| !line.privacy.sealed() && !matches!(line.answer, Some(Answer::File(_))));
    }
    summary.sections.retain(|section| !section.lines.is_empty());
    summary
}

/// The registration of an INVIA as people read it, with the instant that counts: that of presentation.
pub(crate) async fn registration(
    read: &mut Read,
    pratica: &row::PraticaRow,
    ente: sportello_domain::id::EnteId,
) -> sportello_store::Result<Option<(String, DateTime<Utc>)>> {
    let registered = protocollo::of_bozza(read, ente, pratica.bozza_id).await?;
    Ok(registered.map(|entry| (protocol_number(entry.numero, entry.anno), entry.received_at)))
}

/// The number of an INVIA in the emergency register, as people read it.
pub(crate) async fn emergency(
    read: &mut Read,
    ente: sportello_domain::id::EnteId,
    bozza: BozzaId,
) -> sportello_store::Result<Option<String>> {
    let entry = interruzione::of_bozza(read, ente, bozza).await?;
    Ok(entry.map(|(numero, anno)| protocol_number(numero, anno)))
}

/// The person's pratiche, newest first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Vec<PraticaRow>> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?);
    let heads = portal.store().read(ente, async move |read| row::list(read, ente, persona).await).await?;
    rows(portal, ctx, heads).await
}

/// Pratiche as a list shows them.
pub(crate) async fn rows(portal: &Portal, ctx: &Ctx, heads: Vec<row::PraticaHead>) -> Result<Vec<PraticaRow>> {
    let mut rows = Vec::with_capacity(heads.len());
    for head in heads {
        let document = modello::document(portal, ctx.ente_id(), &head.hash).await?;
        rows.push(PraticaRow {
            id: head.id,
            number: number(head.anno, head.numero),
            title: document.modello.title(ctx.lingua, head.anno_scolastico),
            alunno: head.alunno,
            received_at: head.received_at,
            status: head.status,
            answer_by: head.due_on,
        });
    }
    Ok(rows)
}

/// One of the person's pratiche.
///
/// # Errors
/// [`Error::NotFound`] for one of somebody else, [`Error::LevelNeeded`].
pub async fn page(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<PraticaPage> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?);
    let found = portal
        .store()
        .read(ente, async move |read| {
            let Some(pratica) = row::of_persona(read, ente, persona, id).await? else {
                return Ok(None);
            };
            let bozza = pratica.bozza_id;
            let numbers = (registration(read, &pratica, ente).await?, emergency(read, ente, bozza).await?);
            let steps = evento::of_pratica(read, ente, id).await?;
            let receipt = documento::receipt(read, ente, persona, bozza).await?;
            let sent = audit::done(read, ente, "pratica", id.uuid(), SUBMIT).await?;
            let desk = per_conto::filed_by(read, ente, bozza).await?;
            let posto = prenotazione::of_pratica(read, ente, id).await?;
            let files = allegato::of_pratica(read, ente, id).await?;
            let asked = integrazione::of_pratica(read, ente, id).await?;
            let noticed = preavviso::of_pratica(read, ente, id).await?;
            let acts = provvedimento::of_pratica(read, ente, id).await?;
            let messages = messaggio::counts(read, ente, id, Side::Cittadino).await?;
            let told = (asked, noticed, acts, messages, risposta::of_pratica(read, ente, id).await?);
            Ok(Some((pratica, numbers, steps, receipt, sent, desk, (posto, files, told))))
        })
        .await?;
    let (pratica, (protocol, emergency), steps, receipt, sent, desk, (posto, files, told)) =
        found.ok_or(Error::NotFound)?;
    at_level(portal, ctx, &pratica).await?;
    let (asked, noticed, acts, messages, begun) = told;
    let filed = Filed::open(portal, ente, &pratica).await?;
    let whole = ctx.titolare(DelegaScope::Act).is_ok();
    let key = portal.sealer(ente).await?;
    let sealer = whole.then_some(&key);
    let reads = Reads { words: sealer, amended: sealer };
    let integrazione = asked.map(|row| integrazione_shown(row, &filed, &files, ctx.lingua, reads)).transpose()?;
    let preavviso = noticed.map(|row| preavviso_shown(row, &filed, &files, ctx.lingua, sealer)).transpose()?;
    let decision_reason = provvedimento_reason(&pratica, &acts, &key, !whole)?;
    Ok(PraticaPage {
        provvedimenti: if whole { provvedimenti_shown(acts) } else { Vec::new() },
        can_observe: whole && pratica.status.allows(PraticaEvent::Observe),
        preavviso,
        can_integrate: whole && pratica.status.allows(PraticaEvent::Integrate),
        begun_at: begun.filter(|_| whole).map(|begun| begun.saved_at),
        integrazione,
        summary: summary(&filed, ctx.lingua, whole),
        whole,
        messages: whole.then_some(messages),
        scans: scans(&files),
        filed_by: sent
            .filter(|deed| deed.actor != persona && desk.is_none())
            .map(|deed| name(&deed.nome, &deed.cognome)),
        at_desk: desk.map(|(_, nome, cognome)| name(&nome, &cognome)),
        protocol,
        emergency,
        milestones: milestones(steps, pratica.status),
        code_missing: codice::missing(&pratica),
        receipt: receipt.filter(|_| whole).map(receipt_view),
        can_withdraw: whole && pratica.status.allows(PraticaEvent::Withdraw),
        booked_with: posto.as_ref().filter(|(posto, _)| posto.punti.is_none()).map(|_| pratica.bozza_id),
        posto,
        row: PraticaRow {
            id,
            number: number(pratica.anno, pratica.numero),
            title: filed.title(ctx.lingua),
            alunno: pratica.alunno,
            received_at: pratica.received_at,
            status: pratica.status,
            answer_by: pratica.due_on,
        },
        accepted: filed.document.procedura.accepted.fill(ctx.lingua, filed.anno()),
        decision_reason,
    })
}

fn name(nome: &str, cognome: &str) -> String {
    format!("{nome} {cognome}")
}

/// What the scanner said of the files of a pratica.
pub(crate) fn scans(files: &[allegato::AllegatoRow]) -> Scans {
    files.iter().map(|file| (file.id, file.scan)).collect()
}

/// Lets only somebody see or change a pratica whose sign-in had the level with which it was filed.
pub(crate) async fn at_level(portal: &Portal, ctx: &Ctx, pratica: &row::PraticaRow) -> Result<()> {
    ctx.at_level(modello::document(portal, ctx.ente_id(), &pratica.hash).await?.procedura.level)
}

/// The receipt of one of the person's pratiche; `None` while it is being made. At the desk, of one filed in the session.
///
/// # Errors
/// [`Error::NotFound`] for one of somebody else, [`Error::LevelNeeded`].
pub async fn receipt(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<Option<Download>> {
    let (ente, persona, desk) = (ctx.ente_id(), ctx.richiedente()?, ctx.desk());
    let found = portal
        .store()
        .read(ente, async move |read| {
            let Some(pratica) = row::of_persona(read, ente, persona, id).await? else {
                return Ok(None);
            };
            if let Some(desk) = desk {
                let here = per_conto::filed_by(read, ente, pratica.bozza_id).await?;
                if here.is_none_or(|(session, ..)| session != desk) {
                    return Ok(None);
                }
            }
            let receipt = documento::receipt(read, ente, persona, pratica.bozza_id).await?;
            Ok(Some((pratica, receipt)))
        })
        .await?;
    let (pratica, receipt) = found.ok_or(Error::NotFound)?;
    at_level(portal, ctx, &pratica).await?;
    match receipt {
        None => Ok(None),
        Some(document) => Ok(Some(open_document(portal, ctx, document).await?)),
    }
}

/// A document that the portal made, opened. Whether the caller may have it is asked first.
pub(crate) async fn open_document(portal: &Portal, ctx: &Ctx, document: DocumentoRow) -> Result<Download> {
    let sealer = portal.sealer(ctx.ente_id()).await?;
    let content = portal.files().get_sealed(&sealer, FileKind::Documento, document.id.uuid()).await?;
    Ok(Download { name: document.name, media_type: document.media_type, content: content.into() })
}

/// A file that was given with one of the person's pratiche, or with what they began to answer about it.
///
/// # Errors
/// [`Error::NotFound`] for a pratica of somebody else or a file that is not of it, [`Error::LevelNeeded`].
pub async fn file(portal: &Portal, ctx: &Ctx, id: PraticaId, file: AllegatoId) -> Result<Download> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?);
    let found = portal
        .store()
        .read(ente, async move |read| match row::of_persona(read, ente, persona, id).await? {
            Some(pratica) => {
                let filed = allegato::of_pratica(read, ente, id).await?;
                Ok(Some((pratica, [filed, risposta::files(read, ente, id).await?].concat())))
            }
            None => Ok(None),
        })
        .await?;
    let (pratica, files) = found.ok_or(Error::NotFound)?;
    at_level(portal, ctx, &pratica).await?;
    let found = files.into_iter().find(|found| found.id == file).ok_or(Error::NotFound)?;
    download(portal, ctx, found).await
}

/// Withdraws one of the person's pratiche that nobody has decided yet, or that waits for a place.
///
/// # Errors
/// [`Error::NotFound`] for one of somebody else, [`Error::NotAllowedNow`] for one that is decided,
/// [`Error::LevelNeeded`].
pub async fn withdraw(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<()> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?, portal.clock().now());
    let shown = portal.store().read(ente, async move |read| row::of_persona(read, ente, persona, id).await).await?;
    at_level(portal, ctx, &shown.ok_or(Error::NotFound)?).await?;
    let by = ctx.cittadino()?.persona;
    let mover = Mover { step: portal.chance().uuid(now), at: now, kind: ActorKind::Cittadino, by: Some(by) };
    let note = ctx.note(portal, PraticaEvent::Withdraw.action(), "pratica", Some(id.uuid()));
    let (asked, here) = (portal.clone(), ctx.ente.clone());
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = row::of_persona(tx, ente, persona, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            let decision = Some(Decision { at: now, by: Some(by), reason: None });
            let brings = Brings { assigned_to: None, decision };
            moves::make(tx, ente, &pratica, PraticaEvent::Withdraw, &mover, brings).await?;
            // Whoever was called and gives up leaves the office no task.
            compito::settle(tx, ente, (id, CompitoKind::Posto), by, now).await?;
            graduatoria::move_up(tx, &asked, &here, (&pratica.modello, pratica.anno_scolastico)).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}
