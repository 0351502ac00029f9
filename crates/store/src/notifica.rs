//! Messages to people. Their address is read from the person when a message leaves, never kept here or in a job.

use chrono::{DateTime, Utc};
use sportello_domain::id::{BozzaId, EnteId, PersonaId, PraticaId};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    flight::Write,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// How a message travels.
    pub enum Channel {
        /// E-mail.
        Email = "email",
    }

    /// How far a message is.
    pub enum NotificaState {
        /// Waits for its job.
        Queued = "in_coda",
        /// Taken over by the mail relay.
        Sent = "inviata",
        /// Given up after the last attempt.
        Failed = "non_riuscita",
    }
}

row! {
    /// A message.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct NotificaRow {
        /// Its key, version 7.
        pub id: Uuid,
        /// To whom.
        pub persona_id: PersonaId,
        /// About which INVIA.
        pub bozza_id: Option<BozzaId>,
        /// About which pratica.
        pub pratica_id: Option<PraticaId>,
        /// How.
        pub channel: Channel,
        /// The same on each attempt.
        pub message_id: String,
        /// What it says: `ricevuta`, `esito`.
        pub kind: String,
        /// How far it is.
        pub state: NotificaState,
        /// When it was queued.
        pub queued_at: DateTime<Utc>,
        /// When it left.
        pub sent_at: Option<DateTime<Utc>>,
    }
}

statements! {
    ADD = "INSERT INTO notifica (ente_id, id, persona_id, bozza_id, pratica_id, channel, message_id, kind, state, queued_at, sent_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    BY_ID: NotificaRow = "SELECT id, persona_id, bozza_id, pratica_id, channel, message_id, kind, state, queued_at, sent_at
        FROM notifica WHERE ente_id = $1 AND id = $2";
    SENT = "UPDATE notifica SET state = 'inviata', sent_at = $3 WHERE ente_id = $1 AND id = $2 AND sent_at IS NULL";
    FAILED = "UPDATE notifica SET state = 'non_riuscita' WHERE ente_id = $1 AND id = $2 AND sent_at IS NULL";
}

impl NotificaRow {
    pub(crate) fn write<'a>(&'a self, ente: &'a EnteId) -> Write<'a> {
        let binds = binds![
            *ente,
            self.id,
            self.persona_id,
            self.bozza_id,
            self.pratica_id,
            self.channel,
            self.message_id,
            self.kind,
            self.state,
            self.queued_at,
            self.sent_at
        ];
        Write::new(ADD, binds)
    }
}

/// Queues a message. Enqueue its job in the same transaction.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &NotificaRow) -> Result<()> {
    let write = row.write(&ente);
    tx.execute(write.sql, &write.binds).await?;
    Ok(())
}

/// One message.
pub async fn by_id(read: &mut Read, ente: EnteId, id: Uuid) -> Result<Option<NotificaRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// Notes that the relay took a message; false when that was known.
pub async fn sent(tx: &mut Tx, ente: EnteId, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(SENT, binds![ente, id, now]).await? == 1)
}

/// Notes that a message was given up; false when it had left.
pub async fn failed(tx: &mut Tx, ente: EnteId, id: Uuid) -> Result<bool> {
    Ok(tx.execute(FAILED, binds![ente, id]).await? == 1)
}
