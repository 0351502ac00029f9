//! The audit log as somebody reads it who checks: by person, deed and time, the latest first.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sportello_domain::id::{EnteId, PersonaId};
use uuid::Uuid;

use crate::{bind::Json, binds, coda::contains, error::Result, row, statements, tx::Read};

/// Which rows are asked for.
#[derive(Clone, Debug)]
pub struct AuditLogQuery {
    /// Only what one person did.
    pub actor: Option<PersonaId>,
    /// Only deeds whose word begins with this.
    pub action: Option<String>,
    /// Only openings of sealed answers and files.
    pub openings: bool,
    /// The first key; keys follow time.
    pub from: Uuid,
    /// The key before which they end.
    pub before: Uuid,
    /// Rows to give, at most 500.
    pub limit: i64,
}

impl AuditLogQuery {
    fn action_like(&self) -> Option<String> {
        self.action.as_deref().map(|word| contains(word).trim_start_matches('%').to_owned())
    }
}

row! {
    /// A deed in the log.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AuditLogRow {
        /// Its key.
        pub id: Uuid,
        /// When.
        pub at: DateTime<Utc>,
        /// Who; nobody for the portal's own timers and the command line.
        pub actor: Option<PersonaId>,
        /// Given name of who did it.
        pub nome: Option<String>,
        /// Family name of who did it.
        pub cognome: Option<String>,
        /// As what.
        pub capacity: String,
        /// What.
        pub action: String,
        /// On which kind of thing.
        pub object_kind: String,
        /// On which one.
        pub object_id: Option<Uuid>,
        /// Year of the number, when it is a pratica.
        pub anno: Option<i64>,
        /// Number, when it is a pratica.
        pub numero: Option<i64>,
        /// Identifiers and words.
        pub detail: Json<Value>,
    }
}

/// Rows that a query finds.
macro_rules! found {
    () => {
        " WHERE a.ente_id = $1 AND a.id >= $2 AND a.id < $3
            AND (a.actor = $4 OR $4 IS NULL)
            AND (a.action LIKE $5 ESCAPE '!' OR $5 IS NULL)
            AND (a.action LIKE '%.open!_sealed' ESCAPE '!' OR NOT $6)"
    };
}

statements! {
    PAGE: AuditLogRow = "SELECT a.id, a.at, a.actor, x.nome, x.cognome, a.capacity, a.action, a.object_kind, a.object_id, p.anno, p.numero, a.detail
        FROM audit a
        LEFT JOIN persona x ON x.ente_id = a.ente_id AND x.id = a.actor
        LEFT JOIN pratica p ON p.ente_id = a.ente_id AND p.id = a.object_id AND a.object_kind = 'pratica'" [found!()] " ORDER BY a.id DESC LIMIT $7";
    COUNT: (i64,) = "SELECT count(*) FROM audit a" [found!()] "";
}

/// A page of the log.
pub async fn page(read: &mut Read, ente: EnteId, query: &AuditLogQuery) -> Result<Vec<AuditLogRow>> {
    let (action, limit) = (query.action_like(), query.limit.clamp(0, 500));
    let binds = binds![ente, query.from, query.before, query.actor, action, query.openings, limit];
    read.fetch_all(PAGE, binds).await
}

/// How many rows a query finds, whatever its limit.
pub async fn count(read: &mut Read, ente: EnteId, query: &AuditLogQuery) -> Result<i64> {
    let action = query.action_like();
    let binds = binds![ente, query.from, query.before, query.actor, action, query.openings];
    let (count,): (i64,) = read.fetch_one(COUNT, binds).await?;
    Ok(count)
}
