//! Documents that a person gave with an earlier pratica and may give again with this one: once only.
//!
//! What is given again is a copy, with bytes and a row of its own: the old pratica and the new one keep and delete theirs
//! each in its own time. Only the person's own documents, only to the person: neither a delegate nor the desk is offered
//! what somebody filed before.

use std::collections::HashSet;

use chrono::Months;
use sportello_domain::{
    calendar,
    id::AllegatoId,
    modello::view::{Block, Control, EarlierFile, FileView, PageView},
};
use sportello_store::allegato::{self, EarlierRow, Scan};

use super::{Loaded, UploadedFile, upload};
use crate::{Ctx, Error, Portal, Result, modello, pratica::number};

/// How long a document may be given again: an older certificate has to be renewed.
const REUSED_WITHIN: Months = Months::new(12);
/// Most documents offered for one question.
const OFFERED: usize = 5;

/// Puts the documents that fit beside the questions for files of a page: those of other pratiche than `except`, year and number.
///
/// # Errors
/// Those of the database.
pub(crate) async fn offer(portal: &Portal, ctx: &Ctx, page: &mut PageView, except: Option<(i64, i64)>) -> Result<()> {
    let mut controls: Vec<_> = page
        .blocks
        .iter_mut()
        .flat_map(|block| match block {
            Block::Field(field) => vec![field],
            Block::Group(group) => group.rows.iter_mut().flat_map(|row| &mut row.fields).collect(),
        })
        .filter_map(|field| match &mut field.control {
            Control::File { accept, max_bytes, earlier, .. } => {
                Some((question(&field.name), &*accept, *max_bytes, earlier))
            }
            _ => None,
        })
        .collect();
    if controls.is_empty() {
        return Ok(());
    }
    let known = own(portal, ctx).await?;
    for (question, accept, max_bytes, earlier) in &mut controls {
        let mut seen = HashSet::new();
        let fits = |row: &&EarlierRow| {
            row.field == *question
                && except != Some((row.anno, row.numero))
                && row.bytes as u64 <= *max_bytes
                && accept.split(',').any(|accepted| accepted == row.media_type)
        };
        // The same document, filed twice, stands there once.
        let rows = known.iter().filter(fits).filter(|row| seen.insert(&row.sha256)).take(OFFERED);
        earlier.extend(rows.map(|row| EarlierFile {
            file: FileView {
                id: row.id,
                name: row.name.clone(),
                bytes: row.bytes as u64,
                media_type: row.media_type.clone(),
            },
            given_on: calendar::legal_date(row.created_at),
            pratica: number(row.anno, row.numero),
        }));
    }
    Ok(())
}

/// The question that a control is for: the last part of its name.
fn question(control: &str) -> String {
    control.rsplit('.').next().unwrap_or(control).to_owned()
}

/// The documents that the person may give again, the newest first.
async fn own(portal: &Portal, ctx: &Ctx) -> Result<Vec<EarlierRow>> {
    if ctx.on_behalf.is_some() {
        return Ok(Vec::new());
    }
    let (ente, persona, now) = (ctx.ente_id(), ctx.cittadino()?.persona, portal.clock().now());
    let since = now.checked_sub_months(REUSED_WITHIN).unwrap_or(now);
    let found = async move |read: &mut sportello_store::Read| allegato::earlier(read, ente, persona, since).await;
    let mut rows = Vec::new();
    for row in portal.store().read(ente, found).await? {
        // What was filed at a higher level is read at that level only.
        if ctx.at_level(modello::document(portal, ente, &row.hash).await?.procedura.level).is_ok() {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Takes a copy of an earlier document for a control of the page, as if it had been sent now.
///
/// # Errors
/// [`Error::NotFound`] for one that the person may not give again there.
pub(super) async fn again(
    portal: &Portal,
    ctx: &Ctx,
    loaded: &Loaded,
    page: &str,
    (control, file): (&str, AllegatoId),
    uploads: &mut upload::Uploads,
) -> Result<()> {
    let (sent, scan) = copy(portal, ctx, control, file).await?;
    uploads.take(portal, ctx, loaded, page, sent, scan).await
}

/// A copy of an earlier document for a control, and what the scanner said of it where that was good.
///
/// # Errors
/// [`Error::NotFound`] for one that the person may not give again there.
pub(crate) async fn copy(
    portal: &Portal,
    ctx: &Ctx,
    control: &str,
    file: AllegatoId,
) -> Result<(UploadedFile, Option<Scan>)> {
    let (ente, question) = (ctx.ente_id(), question(control));
    let known = own(portal, ctx).await?;
    if !known.iter().any(|row| row.id == file && row.field == question) {
        return Err(Error::NotFound);
    }
    let row = portal.store().read(ente, async move |read| allegato::by_id(read, ente, file).await).await?;
    let row = row.ok_or(Error::NotFound)?;
    let scan = (row.scan == Scan::Clean).then_some(Scan::Clean);
    Ok((upload::as_sent(portal, ente, row, control).await?, scan))
}
