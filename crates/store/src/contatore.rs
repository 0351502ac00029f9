//! Numbers without gaps, per ente, series and year.
//!
//! A number is taken inside the transaction that uses it and falls back with it; one writer per ente keeps them in
//! order.

use sportello_domain::id::EnteId;

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

/// The series of pratica numbers.
pub const PRATICA: &str = "pratica";

row! {
    /// Where a series stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ContatoreRow {
        /// Name of the series.
        pub serie: String,
        /// Calendar year.
        pub anno: i64,
        /// Last number given.
        pub ultimo: i64,
    }
}

statements! {
    TAKE: (i64,) = "INSERT INTO contatore (ente_id, serie, anno, ultimo) VALUES ($1, $2, $3, $4)
        ON CONFLICT (ente_id, serie, anno) DO UPDATE SET ultimo = contatore.ultimo + $5
        RETURNING ultimo";
    ALL: ContatoreRow = "SELECT serie, anno, ultimo FROM contatore WHERE ente_id = $1 ORDER BY serie, anno";
}

/// The series of protocol numbers of an AOO.
pub fn protocollo(aoo: &str) -> String {
    format!("protocollo:{aoo}")
}

/// Takes `count` consecutive numbers and gives the lowest; the first of a series is `first`.
pub async fn take(tx: &mut Tx, ente: EnteId, serie: &str, anno: i64, first: i64, count: i64) -> Result<i64> {
    let ultimo = first + count - 1;
    let (ultimo,): (i64,) = tx.fetch_one(TAKE, binds![ente, serie, anno, ultimo, count]).await?;
    Ok(ultimo - count + 1)
}

/// Where every series of the ente stands.
pub async fn all(read: &mut Read, ente: EnteId) -> Result<Vec<ContatoreRow>> {
    read.fetch_all(ALL, binds![ente]).await
}
