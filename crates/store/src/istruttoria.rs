//! Moves of a pratica: taken in charge, decided, withdrawn. Which moves are legal is asked of the domain first; the
//! version makes sure that it still holds.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{EnteId, PersonaId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{binds, error::Result, evento::EventoRow, flight, statements, tx::Tx};

/// A decision, or a withdrawal with its instant.
#[derive(Clone, Debug)]
pub struct Decision {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom; nobody where silence decided.
    pub by: Option<PersonaId>,
    /// Why, in clear: only what the portal itself says. Words of an office stand sealed in the document of the decision.
    pub reason: Option<String>,
}

/// A move of a pratica.
#[derive(Clone, Debug)]
pub struct Move {
    /// The pratica.
    pub id: PraticaId,
    /// Version that the move was decided on.
    pub version: i64,
    /// State that it leads to.
    pub status: PraticaStatus,
    /// Who works on it from now on; `None` leaves it as it is.
    pub assigned_to: Option<PersonaId>,
    /// The decision, for a move that ends the pratica.
    pub decision: Option<Decision>,
}

statements! {
    MOVE = "UPDATE pratica SET status = $4, version = version + 1, assigned_to = coalesce($5, assigned_to),
            decided_at = $6, decided_by = $7, decision_reason = $8
        WHERE ente_id = $1 AND id = $2 AND version = $3";
}

/// Makes a move and writes its step on the timeline; false, and nothing is written, when the pratica is not at that
/// version any more (or not there).
pub async fn advance(tx: &mut Tx, ente: EnteId, to: &Move, step: &EventoRow) -> Result<bool> {
    let decision = to.decision.as_ref();
    let (at, by) = (decision.map(|decision| decision.at), decision.and_then(|decision| decision.by));
    let reason = decision.and_then(|decision| decision.reason.as_deref());
    let moved = tx.execute(MOVE, binds![ente, to.id, to.version, to.status, to.assigned_to, at, by, reason]).await?;
    if moved == 0 {
        return Ok(false);
    }
    flight::send(tx, &[step.write(&ente)]).await?;
    Ok(true)
}
