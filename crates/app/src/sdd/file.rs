//! The bytes of a file: handed out, or given up while nobody has them.

use sha2::{Digest, Sha256};
use sportello_domain::id::DistintaId;
use sportello_store::{audit, distinta, file::FileKind};

use super::{COLLECTORS, DistintaStatus};
use crate::{Ctx, Error, Portal, Result, bozza::Download, error::Reason};

/// Hands out a file for the bank, the same bytes each time; the first time it counts as sent.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::NotAllowedNow`] for one that is void.
pub async fn download(portal: &Portal, ctx: &Ctx, id: DistintaId) -> Result<Download> {
    ctx.operatore(&COLLECTORS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let row = portal.store().read(ente, async move |read| distinta::by_id(read, ente, id).await).await?;
    let row = row.ok_or(Error::NotFound)?;
    let sealer = portal.sealer(ente).await?;
    let content = portal.files().get_sealed(&sealer, FileKind::Documento, id.uuid()).await?;
    if row.sha256 != Some(hex::encode(Sha256::digest(&content))) {
        return Err(Error::failed("reading a file for the bank", "its bytes are not those that were written"));
    }
    let note = ctx.note(portal, "distinta.download", "distinta_sdd", Some(id.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            let row = distinta::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            if row.status == DistintaStatus::Voided {
                return Err(Reason::NotAllowedNow.refuse());
            }
            distinta::sent(tx, ente, id, now).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    let name = format!("{}.xml", row.msg_id);
    Ok(Download { name, media_type: "application/xml".to_owned(), content: content.into() })
}

/// Gives up a file that nobody has: its debts are open again and go into the next one.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::NotAllowedNow`] once it was downloaded.
pub async fn annul(portal: &Portal, ctx: &Ctx, id: DistintaId) -> Result<()> {
    ctx.operatore(&COLLECTORS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let note = ctx.note(portal, "distinta.annul", "distinta_sdd", Some(id.uuid()));
    portal
        .store()
        .write_long(ente, async move |tx| {
            let row = distinta::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            if row.status != DistintaStatus::Made {
                return Err(Reason::NotAllowedNow.refuse());
            }
            distinta::release(tx, ente, id, None, now).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}
