//! Several statements that travel together: how the aggregates compose one flight on PostgreSQL.
//!
//! Each aggregate says what to write or to ask; whoever files, decides or opens a page gathers it and sends it once.

use std::marker::PhantomData;

use crate::{
    bind::Bind,
    error::Result,
    row::FromRow,
    tx::{Flown, Read, Tx},
};

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

/// One question with its binds, answered by rows of one type.
pub(crate) struct Ask<'a, R> {
    sql: &'static str,
    binds: Vec<&'a dyn Bind>,
    row: PhantomData<R>,
}

impl<'a, R: FromRow> Ask<'a, R> {
    pub(crate) fn new(sql: &'static str, binds: &[&'a dyn Bind]) -> Self {
        Self { sql, binds: binds.to_vec(), row: PhantomData }
    }

    /// Its rows: those that have flown, or fetched now where nothing flies (SQLite).
    async fn rows(&self, read: &mut Read, flown: Option<Flown>) -> Result<Vec<R>> {
        match flown {
            Some(flown) => flown.rows(),
            None => read.fetch_all(self.sql, &self.binds).await,
        }
    }
}

/// Asks five things in one flight; gives the rows of each.
pub(crate) async fn ask<A: FromRow, B: FromRow, C: FromRow, D: FromRow, E: FromRow>(
    read: &mut Read,
    a: Ask<'_, A>,
    b: Ask<'_, B>,
    c: Ask<'_, C>,
    d: Ask<'_, D>,
    e: Ask<'_, E>,
) -> Result<(Vec<A>, Vec<B>, Vec<C>, Vec<D>, Vec<E>)> {
    let all = [(a.sql, &*a.binds), (b.sql, &*b.binds), (c.sql, &*c.binds), (d.sql, &*d.binds), (e.sql, &*e.binds)];
    let mut flown = read.fly(&all).await?.into_iter();
    Ok((
        a.rows(read, flown.next()).await?,
        b.rows(read, flown.next()).await?,
        c.rows(read, flown.next()).await?,
        d.rows(read, flown.next()).await?,
        e.rows(read, flown.next()).await?,
    ))
}
