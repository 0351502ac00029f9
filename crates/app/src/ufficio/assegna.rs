//! Giving a pratica to a member of staff. It is no move: the state stays, and whoever it is given to takes it in charge.

use sportello_domain::id::{PersonaId, PraticaId};
use sportello_store::{
    Json, assegnazione,
    assegnazione::{AssegnazioneRow, NewAssegnazione},
    audit::{self, AuditRow},
    ruolo,
};

use super::{CLERKS, DECIDERS, decide::seen};
use crate::{Ctx, Portal, Result, error::Reason};

/// What is wrong with whoever it is given to: they do not work on pratiche, or it is their own (L. 241/1990, art. 6-bis).
pub const ASSIGNEE: &str = "the member of staff";

/// An assignment as the office reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assegnazione {
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// Who works on it since.
    pub to: String,
    /// Who said so.
    pub by: String,
}

impl From<AssegnazioneRow> for Assegnazione {
    fn from(row: AssegnazioneRow) -> Self {
        Self {
            at: row.at,
            to: format!("{} {}", row.to_nome, row.to_cognome),
            by: format!("{} {}", row.by_nome, row.by_cognome),
        }
    }
}

/// Gives a pratica to a member of staff, oneself too. Giving it to whoever has it already changes nothing.
///
/// # Errors
/// [`crate::Error::Unacceptable`] for somebody who cannot work on it, [`crate::Error::NotAllowedNow`] when it is over,
/// otherwise those of [`super::take`].
pub async fn assign(portal: &Portal, ctx: &Ctx, id: PraticaId, version: i64, to: PersonaId) -> Result<()> {
    let (ente, persona, at) = (ctx.ente_id(), ctx.operatore(DECIDERS)?.persona, portal.clock().now());
    let detail = Json(serde_json::json!({ "to": to }));
    let note = AuditRow { detail, ..ctx.note(portal, "pratica.assign", "pratica", Some(id.uuid())) };
    let new = NewAssegnazione { id: portal.chance().uuid(at), pratica_id: id, version, to, by: persona, at };
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = seen(tx, ente, persona, (id, version)).await?;
            if pratica.status.is_final() {
                return Err(Reason::NotAllowedNow.refuse());
            }
            let works = ruolo::clerks(tx, ente, CLERKS).await?.iter().any(|(clerk, ..)| *clerk == to);
            if !works || pratica.persona_id == to {
                return Err(Reason::Unacceptable(ASSIGNEE).refuse());
            }
            if pratica.assigned_to == Some(to) {
                return Ok(());
            }
            if !assegnazione::assign(tx, ente, &new).await? {
                return Err(Reason::Stale.refuse());
            }
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}
