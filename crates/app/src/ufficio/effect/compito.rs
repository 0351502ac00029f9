//! `issue_certificazione`, and what else is left to the office: a task, until somebody has done it.

use chrono::{DateTime, Utc};
use serde_json::json;
use sportello_domain::id::EnteId;
use sportello_store::{
    Json, Tx, audit,
    audit::AuditRow,
    compito::{self, CompitoKind},
    pratica::PraticaRow,
};
use uuid::Uuid;

use super::Case;

/// A task to leave.
pub(super) struct Leave {
    id: Uuid,
    kind: CompitoKind,
    note: AuditRow,
}

/// Asks the office for the certificate of what was paid in a year.
pub(super) fn issue_certificazione(case: &Case<'_>) -> Leave {
    leave(case, CompitoKind::Certificazione)
}

/// Asks the office to keep a child off the list of meals for a while.
pub(super) fn suspension(case: &Case<'_>) -> Leave {
    leave(case, CompitoKind::Sospensione)
}

/// A task of this kind about the pratica.
pub(super) fn leave(case: &Case<'_>, kind: CompitoKind) -> Leave {
    let id = case.key();
    let note = case.ctx.note(case.portal, "compito.add", "compito", Some(id));
    Leave { id, kind, note: AuditRow { detail: Json(json!({ "kind": kind.stored() })), ..note } }
}

impl Leave {
    /// Writes it.
    pub(super) async fn apply(
        self,
        tx: &mut Tx,
        ente: EnteId,
        pratica: &PraticaRow,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        compito::add(tx, ente, (self.id, self.kind), pratica.id, now).await?;
        audit::record(tx, ente, &self.note).await
    }
}
