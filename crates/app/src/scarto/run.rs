//! Deleting what an officer approved: the bytes of the files first, then everything that the database has of it, in one
//! transaction with the row that says so. Twice is harmless.

use sportello_domain::{
    id::{AllegatoId, EnteId},
    modello::{Answers, view::Privacy},
};
use sportello_store::{
    Json, Tx,
    allegato::{self, AllegatoRow, Scan},
    audit, integrazione,
    job::{self, JobRow},
    pratica::{self, PraticaRow},
    preavviso,
    scarto::{self as row, Kind, Status},
    scarto_parti as parts,
    seal::{EnteSealer, Place, Sealed},
};
use uuid::Uuid;

use crate::{
    Error, Portal, Result, bozza, campione,
    ctx::system_note,
    dieta,
    error::Reason,
    integrazione as asked,
    job::payload,
    messaggio,
    modello::{self, Document},
    preavviso as told,
    risposta::Awaited,
};

#[derive(serde::Deserialize)]
struct Payload {
    scarto: Uuid,
}

/// What the database has of health and belief, without it.
struct Left {
    pratica: Option<Sealed>,
    /// The revision that was filed, where its answers are sealed: as they were, and what is left.
    revision: Option<(i64, Sealed, Option<Sealed>)>,
    dieta: Option<(Uuid, Sealed)>,
    /// What was filed before it was completed.
    before: Option<Sealed>,
    /// What stands for the reason of a request to complete that was about that.
    answer: Option<Sealed>,
    /// What stands for the reason of a notice of rejection that was about that.
    notice: Option<Sealed>,
    /// What stands for the note of a sample check.
    check: Sealed,
    /// What stands for each reserved message.
    messages: Vec<(Uuid, Sealed)>,
}

/// What stands where a text was.
const GONE: &str = "Testo cancellato: il suo tempo di conservazione è finito.";

/// Runs it.
pub(crate) async fn run(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente, now) = (job.ente_id, portal.clock().now());
    let Payload { scarto: id } = payload(job)?;
    let find = async move |read: &mut sportello_store::Read| {
        let Some(scarto) = row::by_id(read, ente, id).await? else { return Ok(None) };
        let pratica = pratica::by_id(read, ente, scarto.pratica_id).await?;
        Ok(pratica.map(|pratica| (scarto, pratica)))
    };
    let (scarto, filed) = portal.store().read(ente, find).await?.ok_or(Error::NotFound)?;
    let approved = scarto.status == Status::Approved;
    let document = modello::document(portal, ente, &filed.hash).await?;
    let files = if approved { files(portal, ente, &filed, &document, scarto.kind).await? } else { Vec::new() };
    let left = match scarto.kind {
        Kind::Dieta if approved => Some(left(portal, ente, &filed, &document).await?),
        Kind::Dieta | Kind::Rejected => None,
    };
    bozza::remove(portal, ente, files.iter().copied()).await?;
    let mut note = system_note(portal, "scarto.execute", "scarto", Some(id));
    note.detail = Json(serde_json::json!({ "pratica": filed.id, "kind": scarto.kind.stored(), "files": files.len() }));
    let (worker, job) = (worker.to_owned(), job.id);
    let gone = async move |tx: &mut Tx| {
        if row::done(tx, ente, id, now, files.len() as i64).await? {
            for file in &files {
                allegato::discard(tx, ente, *file).await?;
            }
            if let Some(left) = &left {
                forget(tx, ente, &filed, left).await?;
            }
            audit::record(tx, ente, &note).await?;
        }
        job::done(tx, ente, job, &worker, now).await
    };
    portal.store().write(ente, gone).await?;
    Ok(())
}

/// The files that go: those of the kind that no other pratica needs.
async fn files(
    portal: &Portal,
    ente: EnteId,
    filed: &PraticaRow,
    document: &Document,
    kind: Kind,
) -> Result<Vec<AllegatoId>> {
    let id = filed.id;
    let found = portal.store().read(ente, async move |read| {
        let asked = integrazione::of_pratica(read, ente, id).await?;
        let noticed = preavviso::of_pratica(read, ente, id).await?.map(|row| row.fields.0);
        let mut found = Vec::new();
        for file in allegato::of_pratica(read, ente, id).await? {
            let wanted = row::still_wanted(read, ente, file.id.uuid(), id, kind).await?;
            found.push((file, wanted));
        }
        Ok((found, asked, noticed))
    });
    let (found, asked, noticed) = found.await?;
    // What came with an answer is about what the answer is about.
    let about_health = |file: &AllegatoRow| match Awaited::of(&file.field) {
        Some(Awaited::Integrazione) => asked.as_ref().is_some_and(|row| asked::is_about_art9(row, document)),
        Some(Awaited::Osservazioni) => noticed.as_deref().is_some_and(|fields| asked::names_art9(fields, document)),
        None => document.modello.campo(&file.field).is_none_or(|campo| campo.privacy == Privacy::Art9),
    };
    let goes = |file: &AllegatoRow| {
        !matches!(file.scan, Scan::Infected | Scan::Discarded) && (kind == Kind::Rejected || about_health(file))
    };
    Ok(found.into_iter().filter(|(file, wanted)| !wanted && goes(file)).map(|(file, _)| file.id).collect())
}

/// What is left of everything that is sealed about a pratica.
async fn left(portal: &Portal, ente: EnteId, filed: &PraticaRow, document: &Document) -> Result<Left> {
    let (sealer, id, bozza) = (portal.sealer(ente).await?, filed.id, filed.bozza_id);
    let found = portal.store().read(ente, async move |read| {
        let revision = parts::revision(read, ente, bozza).await?;
        let told = (preavviso::of_pratica(read, ente, id).await?, parts::reserved(read, ente, id).await?);
        Ok((revision, parts::dieta(read, ente, id).await?, integrazione::of_pratica(read, ente, id).await?, told))
    });
    let (revision, diet, completed, (noticed, reserved)) = found.await?;
    let without = |place: &Place, sealed: &Sealed, only| reduced(&sealer, place, sealed, document, only);
    let own = Place::new("pratica", "sealed_answers", filed.id);
    let pratica = filed.sealed_answers.as_ref().map(|sealed| without(&own, sealed, None)).transpose()?.flatten();
    // The draft holds the answers about other children, too: theirs have a time of their own.
    let drafted = Place::new("bozza_revision", "sealed_answers", bozza);
    let revision = match revision {
        Some((number, Some(sealed))) => {
            let left = without(&drafted, &sealed, filed.row_id)?;
            Some((number, sealed, left))
        }
        _ => None,
    };
    let dieta = diet.map(|(key, sealed)| Ok::<_, Error>((key, dieta::emptied(&sealer, key, &sealed)?))).transpose()?;
    let gone = |place: &Place| sealer.seal(place, GONE.as_bytes());
    let notice = noticed.filter(|row| asked::names_art9(&row.fields.0, document));
    let notice = notice.map(|_| gone(&told::place("sealed_reason", filed.id))).transpose()?;
    let filed_first = completed.as_ref().and_then(|row| row.sealed_before.as_ref());
    let before = filed_first.map(|sealed| without(&asked::before_place(filed.id), sealed, None)).transpose()?.flatten();
    let asked = completed.filter(|row| asked::is_about_art9(row, document));
    let answer = asked.map(|_| gone(&asked::place(filed.id))).transpose()?;
    let message = |id: Uuid| Ok::<_, Error>((id, gone(&messaggio::place(id))?));
    Ok(Left {
        pratica,
        revision,
        dieta,
        before,
        answer,
        notice,
        check: gone(&campione::note_place(filed.id))?,
        messages: reserved.into_iter().map(message).collect::<Result<_>>()?,
    })
}

/// Sealed answers without what is about health and belief; nothing where nothing is left.
fn reduced(
    sealer: &EnteSealer,
    place: &Place,
    sealed: &Sealed,
    document: &Document,
    only: Option<sportello_domain::id::RowId>,
) -> Result<Option<Sealed>> {
    let plain = sealer.open(place, sealed)?;
    // What stands there is about health: it is not told.
    let answers: Answers =
        serde_json::from_slice(&plain).map_err(|_| Error::failed("reading sealed answers", "not their form"))?;
    let parts = answers.without_art9(&document.modello, only).part(&document.modello);
    Ok(parts.sealed.map(|left| sealer.seal(place, left.as_bytes())).transpose()?)
}

async fn forget(tx: &mut Tx, ente: EnteId, filed: &PraticaRow, left: &Left) -> sportello_store::Result<()> {
    parts::seal_pratica(tx, ente, filed.id, left.pratica.as_ref()).await?;
    if let Some((revision, was, sealed)) = &left.revision {
        // The deletion of a sibling was faster: read again.
        if !parts::seal_revision(tx, ente, (filed.bozza_id, *revision), was, sealed.as_ref()).await? {
            return Err(Reason::Stale.refuse());
        }
    }
    if let Some((key, sealed)) = &left.dieta {
        parts::seal_dieta(tx, ente, *key, sealed).await?;
    }
    parts::seal_before(tx, ente, filed.id, left.before.as_ref()).await?;
    if let Some(reason) = &left.answer {
        parts::forget_answer(tx, ente, filed.id, reason).await?;
    }
    if let Some(reason) = &left.notice {
        parts::forget_notice(tx, ente, filed.id, reason).await?;
    }
    for (id, text) in &left.messages {
        parts::seal_message(tx, ente, *id, text).await?;
    }
    parts::forget_check(tx, ente, filed.id, &left.check).await?;
    parts::forget_criteri(tx, ente, filed.id).await?;
    parts::forget_iscrizione(tx, ente, filed.id).await
}
