//! A move of a pratica inside its transaction: the table is asked, the step is written on the timeline.
//!
//! Who may is asked before it; the audit row is written by whoever makes the move, in the same transaction.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{EnteId, PersonaId, PraticaId},
    pratica::{PraticaEvent, PraticaStatus},
};
use sportello_store::{
    Tx,
    evento::{ActorKind, EventoRow},
    istruttoria::{self, Decision, Move},
    pratica::PraticaRow,
    risposta,
};
use uuid::Uuid;

use crate::{error::Reason, risposta::Awaited};

/// Who makes a move, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mover {
    /// Key of the step on the timeline.
    pub(crate) step: Uuid,
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// In what capacity.
    pub(crate) kind: ActorKind,
    /// Which person; nobody where the portal acts.
    pub(crate) by: Option<PersonaId>,
}

/// What a move brings besides the new state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Brings {
    /// Who works on it from now on; nobody new where it is absent.
    pub(crate) assigned_to: Option<PersonaId>,
    /// The decision, for a move that ends the pratica.
    pub(crate) decision: Option<Decision>,
}

/// A pratica as it was read: what a move needs of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// The pratica.
    pub(crate) id: PraticaId,
    /// Its version.
    pub(crate) version: i64,
    /// Its state.
    pub(crate) status: PraticaStatus,
}

impl From<&PraticaRow> for Seen {
    fn from(row: &PraticaRow) -> Self {
        Self { id: row.id, version: row.version, status: row.status }
    }
}

/// Makes a move on a pratica as it was read in this transaction. What its applicant began to answer goes once nobody waits for it.
///
/// # Errors
/// Not allowed now where the table has no such move, stale where somebody was faster.
pub(crate) async fn make(
    tx: &mut Tx,
    ente: EnteId,
    pratica: impl Into<Seen>,
    event: PraticaEvent,
    mover: &Mover,
    brings: Brings,
) -> sportello_store::Result<()> {
    let pratica = pratica.into();
    let status = pratica.status.after(event).map_err(|_| Reason::NotAllowedNow.refuse())?;
    let Brings { assigned_to, decision } = brings;
    let to = Move { id: pratica.id, version: pratica.version, status, assigned_to, decision };
    let step = EventoRow {
        id: mover.step,
        pratica_id: pratica.id,
        kind: status,
        at: mover.at,
        actor_kind: mover.kind,
        actor: mover.by,
        note: None,
    };
    if !istruttoria::advance(tx, ente, &to, &step).await? {
        return Err(Reason::Stale.refuse());
    }
    let waited = Awaited::ALL.iter().any(|to| pratica.status.allows(to.event()));
    if waited { risposta::delete(tx, ente, pratica.id, mover.at).await } else { Ok(()) }
}
