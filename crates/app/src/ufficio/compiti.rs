//! Tasks that accepted pratiche leave to the office, and who has done them.

use chrono::{DateTime, Utc};
use sportello_domain::id::PraticaId;
use sportello_store::{
    audit,
    compito::{self as row, CompitoRow},
};
use uuid::Uuid;

pub use sportello_store::compito::CompitoKind;

use super::{DECIDERS, READERS, holds};
use crate::{Ctx, Portal, Result, error::Reason, pratica::number};

/// A task to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compito {
    /// Its key.
    pub id: Uuid,
    /// What is to be done.
    pub kind: CompitoKind,
    /// The pratica that left it.
    pub pratica: PraticaId,
    /// "2026/184".
    pub number: String,
    /// The child's name; empty where the pratica is about none.
    pub alunno: String,
    /// The applicant's name.
    pub richiedente: String,
    /// When it came up.
    pub created_at: DateTime<Utc>,
}

/// The tasks of the office.
#[derive(Clone, Debug)]
pub struct Compiti {
    /// What is to be done, the oldest first, at most 200.
    pub open: Vec<Compito>,
    /// Whether the person may mark them as done.
    pub can_do: bool,
}

/// What is to be done.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Compiti> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let rows = portal.store().read(ente, async move |read| row::open(read, ente).await).await?;
    Ok(Compiti { open: rows.into_iter().map(Compito::from).collect(), can_do: holds(ctx, DECIDERS) })
}

/// Marks a task as done.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::NotFound`] for one that is done, or of
/// another ente.
pub async fn done(portal: &Portal, ctx: &Ctx, id: Uuid) -> Result<()> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.operatore(DECIDERS)?.persona, portal.clock().now());
    let note = ctx.note(portal, "compito.done", "compito", Some(id));
    portal
        .store()
        .write(ente, async move |tx| {
            if !row::done(tx, ente, id, persona, now).await? {
                return Err(Reason::NotFound.refuse());
            }
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

impl From<CompitoRow> for Compito {
    fn from(row: CompitoRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            pratica: row.pratica_id,
            number: number(row.anno, row.numero),
            alunno: row.alunno,
            richiedente: format!("{} {}", row.nome, row.cognome),
            created_at: row.created_at,
        }
    }
}
