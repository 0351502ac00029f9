//! Several prepared writes that travel together: how the aggregates compose one flight on PostgreSQL.
//!
//! Each aggregate says what to write; whoever files or decides gathers the writes and sends them once.

use crate::{bind::Bind, error::Result, tx::Tx};

/// One statement with its binds.
pub(crate) struct Write<'a> {
    pub(crate) sql: &'static str,
    pub(crate) binds: Vec<&'a dyn Bind>,
}

impl<'a> Write<'a> {
    pub(crate) fn new(sql: &'static str, binds: &[&'a dyn Bind]) -> Self {
        Self { sql, binds: binds.to_vec() }
    }
}

/// Sends the writes in order, in one flight; gives the count of rows of the last one.
pub(crate) async fn send(tx: &mut Tx, writes: &[Write<'_>]) -> Result<u64> {
    let all: Vec<_> = writes.iter().map(|write| (write.sql, write.binds.as_slice())).collect();
    tx.execute_all(&all).await
}
