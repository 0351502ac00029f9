//! Answers kept by key, so that the same unsafe request twice is done once. Kept 7 days.
//!
//! Both calls belong into one transaction: a twin waits in the lane of the ente, then finds the answer. What fails
//! keeps nothing.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sportello_domain::id::{EnteId, PersonaId};

use crate::{
    bind::Json,
    binds,
    error::Result,
    flight::Write,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// An answer that was given.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Answer {
        /// SHA-256 of the request, 32 bytes.
        pub body_hash: Vec<u8>,
        /// Status that was answered.
        pub status: i64,
        /// What was answered: identifiers.
        pub answer: Json<Value>,
    }
}

/// An answer to keep.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    /// Who asked: part of the key.
    pub actor: PersonaId,
    /// Key that came with the request.
    pub key: String,
    /// The answer.
    pub answer: Answer,
    /// When it was given.
    pub created_at: DateTime<Utc>,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// Never seen: do the work, then keep the answer.
    New,
    /// Done before: this was the answer.
    Same(Answer),
    /// Used before for another request.
    OtherBody,
}

statements! {
    FIND: Answer = "SELECT body_hash, status, answer FROM idempotenza WHERE ente_id = $1 AND actor = $2 AND key = $3";
    KEEP = "INSERT INTO idempotenza (ente_id, actor, key, body_hash, status, answer, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    PURGE = "DELETE FROM idempotenza WHERE ente_id = $1 AND created_at <= $2";
}

impl NewAnswer {
    pub(crate) fn write<'a>(&'a self, ente: &'a EnteId) -> Write<'a> {
        let answer = &self.answer;
        let binds =
            binds![*ente, self.actor, self.key, answer.body_hash, answer.status, answer.answer, self.created_at];
        Write::new(KEEP, binds)
    }
}

/// Asks what is known of a key.
pub async fn begin(read: &mut Read, ente: EnteId, actor: PersonaId, key: &str, body_hash: &[u8]) -> Result<Begun> {
    let known: Option<Answer> = read.fetch_optional(FIND, binds![ente, actor, key]).await?;
    Ok(match known {
        None => Begun::New,
        Some(answer) if answer.body_hash == body_hash => Begun::Same(answer),
        Some(_) => Begun::OtherBody,
    })
}

/// Deletes answers given by `before`; says how many.
pub async fn purge(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE, binds![ente, before]).await
}
