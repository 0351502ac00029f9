//! Schools (plessi) and their classes, in the order in which people expect them.

use sportello_domain::id::EnteId;

use crate::{
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A school.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PlessoRow {
        /// Codice meccanografico, or a code of the ente's own.
        pub codice: String,
        /// Name as people know it.
        pub name: String,
        /// `infanzia`, `primaria`, `secondaria_1`, `nido`.
        pub grado: String,
        /// Whether the canteen serves it this year.
        pub service_open: bool,
        /// Place in lists.
        pub sort: i64,
    }
}

row! {
    /// A class or section of a school.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ClasseRow {
        /// Its school.
        pub plesso: String,
        /// Code within the school.
        pub codice: String,
        /// "3ª A".
        pub name: String,
        /// Place in lists.
        pub sort: i64,
    }
}

statements! {
    PUT_PLESSO = "INSERT INTO plesso (ente_id, codice, name, grado, service_open, sort) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (ente_id, codice) DO UPDATE SET name = excluded.name, grado = excluded.grado,
            service_open = excluded.service_open, sort = excluded.sort";
    PUT_CLASSE = "INSERT INTO classe (ente_id, plesso, codice, name, sort) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (ente_id, plesso, codice) DO UPDATE SET name = excluded.name, sort = excluded.sort";
    PLESSI: PlessoRow = "SELECT codice, name, grado, service_open, sort FROM plesso WHERE ente_id = $1 ORDER BY sort, codice";
    CLASSI: ClasseRow = "SELECT plesso, codice, name, sort FROM classe WHERE ente_id = $1 ORDER BY plesso, sort, codice";
}

/// Writes a school, new or known.
pub async fn put_plesso(tx: &mut Tx, ente: EnteId, plesso: &PlessoRow) -> Result<()> {
    let binds = binds![ente, plesso.codice, plesso.name, plesso.grado, plesso.service_open, plesso.sort];
    tx.execute(PUT_PLESSO, binds).await?;
    Ok(())
}

/// Writes a class, new or known.
pub async fn put_classe(tx: &mut Tx, ente: EnteId, classe: &ClasseRow) -> Result<()> {
    tx.execute(PUT_CLASSE, binds![ente, classe.plesso, classe.codice, classe.name, classe.sort]).await?;
    Ok(())
}

/// Every school.
pub async fn plessi(read: &mut Read, ente: EnteId) -> Result<Vec<PlessoRow>> {
    read.fetch_all(PLESSI, binds![ente]).await
}

/// Every class of every school, school by school.
pub async fn classi(read: &mut Read, ente: EnteId) -> Result<Vec<ClasseRow>> {
    read.fetch_all(CLASSI, binds![ente]).await
}
