//! Numbers without gaps, per ente, series and year.
//!
//! A number is taken inside the transaction that uses it and falls back with it; one writer per ente keeps them in
//! order.

use sportello_domain::id::{BozzaId, EnteId, PersonaId};

use crate::{
    binds,
    error::{Error, Result},
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

/// The numbers that an INVIA wants, and the draft that must be open for it.
pub(crate) struct Wanted<'a> {
    pub(crate) bozza_id: BozzaId,
    pub(crate) persona_id: PersonaId,
    pub(crate) revision: i64,
    pub(crate) anno: i64,
    /// How many pratica numbers, at least one.
    pub(crate) count: i64,
    /// First pratica number of a year.
    pub(crate) first_numero: i64,
    /// AOO of the internal register and its first number of a year.
    pub(crate) register: Option<(&'a str, i64)>,
}

/// Numbers that were taken.
pub(crate) struct Taken {
    /// Lowest of the consecutive pratica numbers.
    pub(crate) lowest: i64,
    /// Protocol number.
    pub(crate) protocollo: Option<i64>,
}

statements! {
    // The question whether the draft is open travels with the numbers: one flight less while the ente's lane waits.
    TAKE: (String, i64) = "INSERT INTO contatore (ente_id, serie, anno, ultimo)
        SELECT b.ente_id, s.serie, CAST($5 AS BIGINT), s.ultimo
        FROM bozza b JOIN (SELECT 'pratica' AS serie, CAST($6 AS BIGINT) AS ultimo
            UNION ALL SELECT CAST($8 AS TEXT), CAST($9 AS BIGINT)) s ON s.serie IS NOT NULL
        WHERE b.ente_id = $1 AND b.id = $2 AND b.persona_id = $3 AND b.revision = $4 AND b.status = 'aperta'
        ON CONFLICT (ente_id, serie, anno) DO UPDATE
            SET ultimo = contatore.ultimo + CASE excluded.serie WHEN 'pratica' THEN CAST($7 AS BIGINT) ELSE 1 END
        RETURNING serie, ultimo";
    NEXT: (i64,) = "INSERT INTO contatore (ente_id, serie, anno, ultimo) VALUES ($1, $2, $3, $4)
        ON CONFLICT (ente_id, serie, anno) DO UPDATE SET ultimo = contatore.ultimo + excluded.ultimo RETURNING ultimo";
    ALL: ContatoreRow = "SELECT serie, anno, ultimo FROM contatore WHERE ente_id = $1 ORDER BY serie, anno";
}

/// The series of protocol numbers of an AOO.
pub fn protocollo(aoo: &str) -> String {
    format!("protocollo:{aoo}")
}

/// Takes the numbers of an INVIA; nothing, and none is taken, when the draft is not the person's open one at that
/// revision.
pub(crate) async fn take(tx: &mut Tx, ente: EnteId, wanted: &Wanted<'_>) -> Result<Option<Taken>> {
    let highest = wanted.first_numero + wanted.count - 1;
    let register = wanted.register.map(|(aoo, _)| protocollo(aoo));
    let first = wanted.register.map(|(_, first)| first);
    let binds = binds![
        ente,
        wanted.bozza_id,
        wanted.persona_id,
        wanted.revision,
        wanted.anno,
        highest,
        wanted.count,
        register,
        first
    ];
    let rows: Vec<(String, i64)> = tx.fetch_all(TAKE, binds).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let of = |serie: &str| rows.iter().find(|(of, _)| of == serie).map(|(_, ultimo)| *ultimo);
    let ultimo = of(PRATICA).ok_or(Error::NotFound)?;
    Ok(Some(Taken { lowest: ultimo - wanted.count + 1, protocollo: register.as_deref().and_then(of) }))
}

/// Takes the next number of a series, in the transaction that uses it. The first number of a year is 1.
pub async fn next(tx: &mut Tx, ente: EnteId, serie: &str, anno: i64) -> Result<i64> {
    next_block(tx, ente, serie, anno, 1).await
}

/// Takes the next `count` (at least one) numbers of a series; gives the lowest.
pub async fn next_block(tx: &mut Tx, ente: EnteId, serie: &str, anno: i64, count: i64) -> Result<i64> {
    if count < 1 {
        return Err(Error::refused("a block of numbers is empty"));
    }
    let (ultimo,): (i64,) = tx.fetch_one(NEXT, binds![ente, serie, anno, count]).await?;
    Ok(ultimo - count + 1)
}

/// Where every series of the ente stands.
pub async fn all(read: &mut Read, ente: EnteId) -> Result<Vec<ContatoreRow>> {
    read.fetch_all(ALL, binds![ente]).await
}
