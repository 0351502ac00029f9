//! Closing the debts that a spontaneous payment stands for. The money is in the ledger under the payment's own debt.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{EnteId, PagamentoSpontaneoId},
    posizione::{PosizioneEvent, PosizioneStatus},
};
use sportello_store::{
    Tx,
    debito::OpenRow,
    posizione,
    spontaneo::{self, AbbinamentoRow},
    tentativo,
};

use crate::error::Reason;

/// The debts that a payment settles.
pub(crate) struct Choice {
    pub(crate) pagamento: PagamentoSpontaneoId,
    pub(crate) paid_on: NaiveDate,
    pub(crate) debts: Vec<OpenRow>,
}

impl Choice {
    /// Closes them; all of it is undone when one changed since it was read, and the caller looks again.
    pub(crate) async fn close(&self, tx: &mut Tx, ente: EnteId, now: DateTime<Utc>) -> sportello_store::Result<()> {
        for debt in &self.debts {
            let stale = || Reason::Stale.refuse();
            let row = posizione::by_id(tx, ente, debt.id).await?.ok_or_else(stale)?;
            let status = row.status.after(PosizioneEvent::Pay).map_err(|_| stale())?;
            let open = matches!(row.status, PosizioneStatus::Open | PosizioneStatus::Unpaid);
            if !open || !posizione::change(tx, ente, debt.id, debt.version, status, row.amount_cents, now).await? {
                return Err(stale());
            }
            let stands = AbbinamentoRow {
                posizione_id: debt.id,
                pagamento_id: self.pagamento,
                amount_cents: debt.owed_cents,
                value_date: self.paid_on,
                created_at: now,
            };
            spontaneo::add_match(tx, ente, &stands).await?;
            tentativo::close(tx, ente, debt.id, None, now).await?;
        }
        Ok(())
    }
}
