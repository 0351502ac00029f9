//! Saving one page of a draft: whatever was typed is kept, right or wrong, and nothing is written over unseen.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{AllegatoId, BozzaId, RowId},
    modello::{
        Answers, Form, Posted, TakeError,
        view::{Problem, Progress},
    },
};
use sportello_store::{
    allegato::{self, AllegatoRow},
    bozza as row, per_conto,
};

use super::{
    Loaded, NewFiles, Next, PageAction, PageForm, Saved, UploadedFile, conflict::Other, loaded, refused_first, riuso,
    upload,
};
use crate::{Ctx, Error, Portal, Result};

/// Saves one page.
///
/// # Errors
/// [`Error::NotFound`] for a draft of somebody else or an unknown page, [`Error::NotAllowedNow`] for a draft that was
/// sent, [`Error::Unacceptable`] when the answers are larger than they may be.
pub async fn save(portal: &Portal, ctx: &Ctx, id: BozzaId, page: &str, form: PageForm) -> Result<Saved> {
    let mut saved = take(portal, ctx, id, page, form).await?;
    if let Saved::Invalid(shown) = &mut saved {
        riuso::offer(portal, ctx, &mut shown.page, None).await?;
    }
    Ok(saved)
}

async fn take(portal: &Portal, ctx: &Ctx, id: BozzaId, page: &str, mut form: PageForm) -> Result<Saved> {
    let mut loaded = Loaded::open(portal, ctx, id).await?;
    // A form of the version before is taken in as what it was, and then goes over to the new one.
    let before = loaded.as_before(form.version).filter(|_| loaded.row.revision == form.revision);
    if before.as_ref().unwrap_or(&loaded).published.document.modello.page(page).is_none() {
        return Err(Error::NotFound);
    }
    let mut posted: Posted = form.fields.iter().cloned().collect();
    let stale = loaded.row.revision != form.revision;
    if stale || form.resolved.is_some() {
        let other = other(portal, ctx, id, &form).await?;
        other.leave(&loaded.answers, &form, &mut posted);
        if stale {
            if let Some(conflict) = other.compare(ctx, &loaded, page, &form, &posted)? {
                return Ok(Saved::Conflict(Box::new(conflict)));
            }
            // A second press of the same button: the row is there.
            if matches!(form.action, PageAction::AddRow { .. }) {
                return Ok(Saved::Again);
            }
        } else {
            other.put_back(&mut loaded, &form, &posted);
        }
    }
    let filled = before.as_ref().unwrap_or(&loaded);
    let mut uploads = upload::take(portal, ctx, filled, page, hand_over(&mut form.files)).await?;
    if let PageAction::ReuseFile { field, file } = &form.action {
        riuso::again(portal, ctx, filled, page, (field, *file), &mut uploads).await?;
    }
    for (name, file) in &uploads.accepted {
        posted.add_file(name, file.clone());
    }
    let new_row = RowId::new(portal.chance().uuid(portal.clock().now()));
    let now = portal.clock().now();
    let given: Vec<AllegatoId> = uploads.rows.iter().map(|file| file.id).collect();
    let written = match changed(filled, page, &posted, &form, new_row) {
        Ok(answers) => {
            let answers = if before.is_some() { filled.answers_in(&loaded.published, &answers) } else { answers };
            write(portal, ctx, &loaded, answers, uploads.rows, now).await
        }
        Err(error) => Err(error),
    };
    match written {
        Ok((row::Saved::Revision(revision), answers, removed)) => {
            upload::remove(portal, ctx.ente_id(), removed).await?;
            loaded.answers = answers;
            loaded.row.revision = revision;
            loaded.row.updated_at = now;
            loaded.former = None;
            after(ctx, &loaded, page, &form.action, uploads.problems)
        }
        // Somebody was faster between our reading and our writing.
        Ok((row::Saved::Conflict(_), ..)) => {
            upload::remove(portal, ctx.ente_id(), given).await?;
            overtaken(portal, ctx, id, page, &form).await
        }
        Ok((row::Saved::NotFound, ..)) => {
            upload::remove(portal, ctx.ente_id(), given).await?;
            Err(Error::NotAllowedNow)
        }
        // Their rows may be there all the same.
        Err(Error::OutcomeUnknown) => Err(Error::OutcomeUnknown),
        Err(error) => {
            upload::remove(portal, ctx.ente_id(), given).await?;
            Err(error)
        }
    }
}

/// The files of a form; their names stay in it.
fn hand_over(files: &mut [UploadedFile]) -> Vec<UploadedFile> {
    let content = |file: &mut UploadedFile| UploadedFile {
        field: file.field.clone(),
        name: file.name.clone(),
        bytes: file.bytes,
        content: std::mem::take(&mut file.content),
    };
    files.iter_mut().map(content).collect()
}

/// The revision that a form was made from.
async fn other(portal: &Portal, ctx: &Ctx, id: BozzaId, form: &PageForm) -> Result<Other> {
    let base = form.resolved.as_ref().map_or(form.revision, |resolved| resolved.base);
    Ok(Other::new(base, loaded::earlier(portal, ctx, id, base).await?))
}

/// What the person sees when another window saved at the same instant: both versions, or the saved one where it says the
/// same.
async fn overtaken(portal: &Portal, ctx: &Ctx, id: BozzaId, page: &str, form: &PageForm) -> Result<Saved> {
    let loaded = Loaded::open(portal, ctx, id).await?;
    let (other, mut posted) = (other(portal, ctx, id, form).await?, form.fields.iter().cloned().collect());
    other.leave(&loaded.answers, form, &mut posted);
    match other.compare(ctx, &loaded, page, form, &posted)? {
        Some(conflict) => Ok(Saved::Conflict(Box::new(conflict))),
        None => after(ctx, &loaded, page, &form.action, Vec::new()),
    }
}

/// Writes the answers, the rows of the files that came and the end of those that went. Gives what became of it, and the
/// files whose bytes must go once it is saved.
async fn write(
    portal: &Portal,
    ctx: &Ctx,
    loaded: &Loaded,
    answers: Answers,
    files: Vec<AllegatoRow>,
    now: DateTime<Utc>,
) -> Result<(row::Saved, Answers, Vec<AllegatoId>)> {
    let (ente, persona) = (ctx.ente_id(), ctx.richiedente()?);
    let (id, revision) = (loaded.row.id, loaded.row.revision);
    let kept = loaded::keep(portal, ctx, id, &loaded.published, &answers).await?;
    let (files, unused): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| names(&answers, file.id));
    let files = NewFiles::new(portal, files);
    let scanning = files.are_scanned();
    let mut removed = gone(&loaded.answers, &answers);
    let ended = removed.clone();
    removed.extend(unused.into_iter().map(|file| file.id));
    // What the owner types at home is not for the desk any more.
    let released = ctx.desk().is_none() && loaded.row.per_conto_id.is_some();
    let saved = portal
        .store()
        .write(ente, async move |tx| {
            let saved = row::save(tx, ente, persona, id, revision, &kept, now).await?;
            if let row::Saved::Revision(_) = saved {
                files.write(tx, ente).await?;
                for file in ended {
                    allegato::remove(tx, ente, id, file, now).await?;
                }
                if released {
                    per_conto::release(tx, ente, id).await?;
                }
            }
            Ok(saved)
        })
        .await?;
    if scanning {
        portal.work().notify_one();
    }
    Ok((saved, answers, removed))
}

/// Whether the answers hold a file: of two sent for one question the last one counts.
fn names(answers: &Answers, file: AllegatoId) -> bool {
    answers.files().iter().any(|held| held.id == file)
}

/// The answers after the page was taken and its button obeyed.
pub(super) fn changed(
    loaded: &Loaded,
    page: &str,
    posted: &Posted,
    form: &PageForm,
    new_row: RowId,
) -> Result<Answers> {
    let (modello, facts) = (&loaded.published.document.modello, &loaded.facts);
    let mut answers = loaded.answers.clone();
    answers.take_page(modello, page, posted, facts).map_err(|error| match error {
        TakeError::UnknownPage => Error::NotFound,
        TakeError::TooLarge => Error::Unacceptable("the size of all answers"),
    })?;
    // Whoever chose between two versions saw what differs, not the page; who had an older modello saw another one.
    let older = form.version.is_some_and(|version| version != loaded.published.row.version);
    if (form.resolved.is_some() || older) && loaded.answers.review.contains(page) {
        answers.ask_again(page);
    }
    match &form.action {
        PageAction::Next | PageAction::Suspend => {}
        // Whoever goes back has not answered the page, nor looked at what changed on it.
        PageAction::Back => answers.leave_open(page, &loaded.answers),
        // A full group or an offer that is gone changes nothing: the page is drawn again as it is.
        PageAction::AddRow { group, offered: None } => {
            answers.add_row(modello, group, new_row, facts);
        }
        PageAction::AddRow { group, offered: Some(key) } => {
            answers.add_offered(modello, group, key, new_row, facts);
        }
        PageAction::RemoveRow { group, row } => {
            answers.remove_row(modello, group, *row, facts);
        }
        // Its copy came with the page.
        PageAction::ReuseFile { .. } => {}
        PageAction::RemoveFile { field } => {
            answers.remove_file(modello, field);
        }
    }
    Ok(answers)
}

/// Files that stood in the answers before and do not any more.
fn gone(before: &Answers, after: &Answers) -> Vec<AllegatoId> {
    let held = before.files().into_iter().map(|file| file.id);
    held.filter(|id| !names(after, *id)).collect()
}

/// What the person sees once the page is saved.
pub(super) fn after(
    ctx: &Ctx,
    loaded: &Loaded,
    page: &str,
    action: &PageAction,
    refused: Vec<Problem>,
) -> Result<Saved> {
    let form = loaded.form(ctx);
    let modello = &loaded.published.document.modello;
    match action {
        PageAction::Suspend if refused.is_empty() => Ok(Saved::Suspended),
        PageAction::Back if refused.is_empty() => Ok(Saved::Back(form.page_before(page).map(str::to_owned))),
        // The modello changed while the page was being filled in: it is gone, or is shown as it is now.
        _ if modello.page(page).is_none() => Ok(Saved::Next(first_open(&form))),
        PageAction::Next if refused.is_empty() && loaded.answers.review.contains(page) => Ok(Saved::Again),
        PageAction::Next => {
            let problems = refused_first(form.check_page(page), &refused);
            if !problems.is_empty() {
                return Ok(Saved::Invalid(Box::new(loaded.page(ctx, page, problems)?)));
            }
            let next = form.next_page(page).map_or(Next::Summary, |next| Next::Page(next.to_owned()));
            Ok(Saved::Next(next))
        }
        _ if refused.is_empty() => Ok(Saved::Again),
        _ => Ok(Saved::Invalid(Box::new(loaded.page(ctx, page, refused)?))),
    }
}

/// The first page with something to do, else the summary.
fn first_open(form: &Form<'_>) -> Next {
    let open = form.pages().into_iter().find(|page| page.progress != Progress::Done);
    open.map_or(Next::Summary, |page| Next::Page(page.id))
}
