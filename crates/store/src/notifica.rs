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
        /// Only the person's own pages.
        Area = "area",
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

row! {
    /// What a message is about, for the office.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ToldRow {
        /// What it says.
        pub kind: String,
        /// Given name of the person.
        pub nome: String,
        /// Family name of the person.
        pub cognome: String,
        /// About which pratica.
        pub pratica_id: Option<PraticaId>,
        /// Year of its number.
        pub anno: Option<i64>,
        /// Its number.
        pub numero: Option<i64>,
    }
}

statements! {
    ADD = "INSERT INTO notifica (ente_id, id, persona_id, bozza_id, pratica_id, channel, message_id, kind, state, queued_at, sent_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    BY_ID: NotificaRow = "SELECT id, persona_id, bozza_id, pratica_id, channel, message_id, kind, state, queued_at, sent_at
        FROM notifica WHERE ente_id = $1 AND id = $2";
    SENT = "UPDATE notifica SET state = 'inviata', sent_at = $3, channel = $4
        WHERE ente_id = $1 AND (id = $2 OR merged_into = $2) AND sent_at IS NULL";
    FAILED = "UPDATE notifica SET state = 'non_riuscita' WHERE ente_id = $1 AND (id = $2 OR merged_into = $2) AND sent_at IS NULL";
    AGAIN = "UPDATE notifica SET state = 'in_coda' WHERE ente_id = $1 AND (id = $2 OR merged_into = $2) AND state = 'non_riuscita'";
    CARRIER: (Option<Uuid>,) = "SELECT merged_into FROM notifica WHERE ente_id = $1 AND id = $2";
    LEAD = "UPDATE notifica SET merged_into = id WHERE ente_id = $1 AND id = $2";
    // The receipt of an INVIA has an e-mail of its own, for its document.
    GATHER = "UPDATE notifica SET merged_into = $2 WHERE ente_id = $1 AND id IN (SELECT id FROM notifica
        WHERE ente_id = $1 AND persona_id = $3 AND state = 'in_coda' AND merged_into IS NULL AND kind <> 'ricevuta'
        ORDER BY queued_at, id LIMIT 20)";
    LET_GO = "UPDATE notifica SET merged_into = NULL WHERE ente_id = $1 AND id = $2 AND sent_at IS NULL";
    CARRIED: NotificaRow = "SELECT id, persona_id, bozza_id, pratica_id, channel, message_id, kind, state, queued_at, sent_at
        FROM notifica WHERE ente_id = $1 AND merged_into = $2 AND id <> $2 ORDER BY queued_at, id";
    TOLD: ToldRow = "SELECT n.kind, x.nome, x.cognome, n.pratica_id, p.anno, p.numero
        FROM notifica n JOIN persona x ON x.ente_id = n.ente_id AND x.id = n.persona_id
        LEFT JOIN pratica p ON p.ente_id = n.ente_id AND p.id = n.pratica_id WHERE n.ente_id = $1 AND n.id = $2";
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

/// Notes that a message left, with those that it carries, by which way; false when that was known.
pub async fn sent(tx: &mut Tx, ente: EnteId, id: Uuid, now: DateTime<Utc>, channel: Channel) -> Result<bool> {
    Ok(tx.execute(SENT, binds![ente, id, now, channel]).await? > 0)
}

/// Notes that a message was given up, with those that it carries; false when it had left.
pub async fn failed(tx: &mut Tx, ente: EnteId, id: Uuid) -> Result<bool> {
    Ok(tx.execute(FAILED, binds![ente, id]).await? > 0)
}

/// Queues a message again that was given up, with those that it carries. Enqueue its job in the same transaction.
pub async fn again(tx: &mut Tx, ente: EnteId, id: Uuid) -> Result<()> {
    tx.execute(AGAIN, binds![ente, id]).await?;
    Ok(())
}

/// The message whose e-mail carries this one: itself once it [leads](lead), nothing before.
pub async fn carrier(read: &mut Read, ente: EnteId, id: Uuid) -> Result<Option<Uuid>> {
    let row: Option<(Option<Uuid>,)> = read.fetch_optional(CARRIER, binds![ente, id]).await?;
    Ok(row.and_then(|(carrier,)| carrier))
}

/// Lets a message leave; with `gathers` it takes along what else waits for that person and is carried by none, at most 20.
pub async fn lead(tx: &mut Tx, ente: EnteId, id: Uuid, gathers: Option<PersonaId>) -> Result<()> {
    tx.execute(LEAD, binds![ente, id]).await?;
    if let Some(persona) = gathers {
        tx.execute(GATHER, binds![ente, id, persona]).await?;
    }
    Ok(())
}

/// The other messages that the e-mail of this one carries, the longest waiting first.
pub async fn carried(read: &mut Read, ente: EnteId, id: Uuid) -> Result<Vec<NotificaRow>> {
    read.fetch_all(CARRIED, binds![ente, id]).await
}

/// Lets a message leave by itself again.
pub async fn let_go(tx: &mut Tx, ente: EnteId, id: Uuid) -> Result<()> {
    tx.execute(LET_GO, binds![ente, id]).await?;
    Ok(())
}

/// What a message is about, for the office.
pub async fn told(read: &mut Read, ente: EnteId, id: Uuid) -> Result<Option<ToldRow>> {
    read.fetch_optional(TOLD, binds![ente, id]).await
}
