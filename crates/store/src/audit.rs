//! Who did what, when, in which capacity: plain rows in the transaction of the deed. Identifiers, no personal data.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sportello_domain::id::{EnteId, PersonaId, RequestId};
use uuid::Uuid;

use crate::{
    bind::Json,
    binds,
    error::Result,
    flight::{self, Write},
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A deed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AuditRow {
        /// Its key, version 7.
        pub id: Uuid,
        /// When.
        pub at: DateTime<Utc>,
        /// Who; nobody for the portal's own timers and the command line.
        pub actor: Option<PersonaId>,
        /// As what: `cittadino`, a role, `sistema`, `comando`.
        pub capacity: String,
        /// What: `pratica.submit`.
        pub action: String,
        /// On which kind of thing: the name of its table.
        pub object_kind: String,
        /// On which one.
        pub object_id: Option<Uuid>,
        /// In which request.
        pub request_id: Option<RequestId>,
        /// More identifiers and words; `{}` for none.
        pub detail: Json<Value>,
    }
}

row! {
    /// Who did something, and when.
    #[derive(Clone, Debug, PartialEq)]
    pub struct DeedRow {
        /// When.
        pub at: DateTime<Utc>,
        /// Who.
        pub actor: PersonaId,
        /// Given name of who did it.
        pub nome: String,
        /// Family name of who did it.
        pub cognome: String,
        /// Identifiers and words.
        pub detail: Json<Value>,
    }
}

statements! {
    RECORD = "INSERT INTO audit (ente_id, id, at, actor, capacity, action, object_kind, object_id, request_id, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DONE: DeedRow = "SELECT a.at, x.id AS actor, x.nome, x.cognome, a.detail FROM audit a JOIN persona x ON x.ente_id = a.ente_id AND x.id = a.actor
        WHERE a.ente_id = $1 AND a.object_kind = $2 AND a.object_id = $3 AND a.action = $4 ORDER BY a.at LIMIT 1";
    DEEDS: DeedRow = "SELECT a.at, x.id AS actor, x.nome, x.cognome, a.detail FROM audit a JOIN persona x ON x.ente_id = a.ente_id AND x.id = a.actor
        WHERE a.ente_id = $1 AND a.object_kind = $2 AND a.action = $3 ORDER BY a.id DESC LIMIT $4 OFFSET $5";
    SIGN_INS: (DateTime<Utc>,) = "SELECT at FROM audit
        WHERE ente_id = $1 AND actor = $2 AND action = 'session.open' ORDER BY at DESC LIMIT 10";
    OF_OBJECT: AuditRow = "SELECT id, at, actor, capacity, action, object_kind, object_id, request_id, detail FROM audit
        WHERE ente_id = $1 AND object_kind = $2 AND object_id = $3 ORDER BY at, id LIMIT 500";
    WAS_DONE: (i64,) = "SELECT count(*) FROM audit
        WHERE ente_id = $1 AND object_kind = $2 AND object_id = $3 AND action = $4";
}

impl AuditRow {
    pub(crate) fn write<'a>(&'a self, ente: &'a EnteId) -> Write<'a> {
        let binds = binds![
            *ente,
            self.id,
            self.at,
            self.actor,
            self.capacity,
            self.action,
            self.object_kind,
            self.object_id,
            self.request_id,
            self.detail
        ];
        Write::new(RECORD, binds)
    }
}

/// Writes a deed.
pub async fn record(tx: &mut Tx, ente: EnteId, row: &AuditRow) -> Result<()> {
    let write = row.write(&ente);
    tx.execute(write.sql, &write.binds).await?;
    Ok(())
}

/// Writes several deeds, in one flight.
pub async fn record_all(tx: &mut Tx, ente: EnteId, rows: &[AuditRow]) -> Result<()> {
    let writes: Vec<Write<'_>> = rows.iter().map(|row| row.write(&ente)).collect();
    flight::send(tx, &writes).await.map(drop)
}

/// The last sign-ins of a person, the last first, at most 10.
pub async fn sign_ins(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<DateTime<Utc>>> {
    let rows: Vec<(DateTime<Utc>,)> = read.fetch_all(SIGN_INS, binds![ente, persona]).await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// What was done to a thing, the oldest first, at most 500: its kind is the name of its table.
pub async fn of_object(read: &mut Read, ente: EnteId, kind: &str, id: Uuid) -> Result<Vec<AuditRow>> {
    read.fetch_all(OF_OBJECT, binds![ente, kind, id]).await
}

/// Whether something was ever done to a thing: its kind is the name of its table.
pub async fn was_done(read: &mut Read, ente: EnteId, kind: &str, id: Uuid, action: &str) -> Result<bool> {
    let (count,): (i64,) = read.fetch_one(WAS_DONE, binds![ente, kind, id, action]).await?;
    Ok(count > 0)
}

/// Who did something to a thing first: its kind is the name of its table. Nobody, when it was done by a timer or a command.
pub async fn done(read: &mut Read, ente: EnteId, kind: &str, id: Uuid, action: &str) -> Result<Option<DeedRow>> {
    read.fetch_optional(DONE, binds![ente, kind, id, action]).await
}

/// Who did something to things of a kind, the latest first: a page (limit, offset). What a timer or a command did is not
/// among it.
pub async fn deeds(
    read: &mut Read,
    ente: EnteId,
    (kind, action): (&str, &str),
    (limit, offset): (i64, i64),
) -> Result<Vec<DeedRow>> {
    read.fetch_all(DEEDS, binds![ente, kind, action, limit, offset]).await
}
