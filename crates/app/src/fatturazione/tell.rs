//! The message that tells a payer of the invoices of a run: one, however many there are.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sportello_domain::id::{CicloId, EnteId, PersonaId, PosizioneId};
use sportello_store::{
    Tx, debito, documento_contabile as documento,
    job::{self, NewJob},
    notifica::{self, Channel, NotificaRow, NotificaState},
};
use uuid::Uuid;

use crate::{
    Portal,
    job::{RETTE, letter_job},
};

/// A message with the keys that were drawn for it, to the payer of a debt.
pub(super) struct Message {
    persona: PersonaId,
    debt: PosizioneId,
    id: Uuid,
    message_id: String,
    job: NewJob,
}

impl Message {
    /// One for each payer, about the first of their debts.
    pub(super) fn each(
        portal: &Portal,
        slug: &str,
        debts: impl Iterator<Item = (PersonaId, PosizioneId)>,
        now: DateTime<Utc>,
    ) -> Vec<Self> {
        let mut told = HashSet::new();
        let first = debts.filter(|(persona, _)| told.insert(*persona));
        first
            .map(|(persona, debt)| {
                let id = portal.chance().uuid(now);
                let message_id = format!("{id}@{slug}.sportello");
                Self { persona, debt, id, message_id, job: letter_job(portal, id, now) }
            })
            .collect()
    }
}

/// Those whose payers have no invoice of the run yet: a run that went on after a break tells nobody twice. Ask it before
/// the invoices are written.
pub(super) async fn untold<'a>(
    tx: &mut Tx,
    ente: EnteId,
    ciclo: CicloId,
    messages: &'a [Message],
) -> sportello_store::Result<Vec<&'a Message>> {
    let mut untold = Vec::with_capacity(messages.len());
    for message in messages {
        if documento::issued_to(tx, ente, ciclo, message.persona).await? == 0 {
            untold.push(message);
        }
    }
    Ok(untold)
}

/// Writes the messages and their jobs; their debts were written before. Who has no address anywhere is not told.
pub(super) async fn enqueue(
    tx: &mut Tx,
    ente: EnteId,
    messages: &[&Message],
    now: DateTime<Utc>,
) -> sportello_store::Result<()> {
    for message in messages {
        let Some(debtor) = debito::debtor(tx, ente, message.debt).await? else { continue };
        if debtor.email.is_none() && debtor.pratica_id.is_none() {
            continue;
        }
        let row = NotificaRow {
            id: message.id,
            persona_id: message.persona,
            bozza_id: None,
            pratica_id: debtor.pratica_id,
            channel: Channel::Email,
            message_id: message.message_id.clone(),
            kind: RETTE.to_owned(),
            state: NotificaState::Queued,
            queued_at: now,
            sent_at: None,
        };
        notifica::add(tx, ente, &row).await?;
        job::enqueue(tx, ente, &message.job).await?;
    }
    Ok(())
}
