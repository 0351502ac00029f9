//! The enti of the installation: found by address before anything else of a request is known.
//!
//! The only aggregate whose reads do not take an ente: finding it is their purpose. One is added through the lane of
//! [`EnteId::PLATFORM`]; its settings change in its own lane, together with the audit row.

use chrono::{DateTime, Utc};
use sportello_domain::{
    ente::{Ente, EnteSettings},
    id::EnteId,
};

use crate::{
    bind::Json,
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// An ente as it is kept.
    #[derive(Clone, Debug)]
    pub struct EnteRow {
        /// The tenant key.
        pub id: EnteId,
        /// Prefix of its addresses.
        pub slug: String,
        /// Host that serves it alone.
        pub host: Option<String>,
        /// What an office may change.
        pub settings: Json<EnteSettings>,
    }
}

statements! {
    ADD = "INSERT INTO ente (id, slug, host, settings, created_at) VALUES ($1, $2, $3, $4, $5)";
    CHANGE = "UPDATE ente SET settings = $2 WHERE id = $1";
    SETTINGS: (Json<EnteSettings>,) = "SELECT settings FROM ente WHERE id = $1";
    ALL: EnteRow = "SELECT id, slug, host, settings FROM ente ORDER BY slug";
}

impl From<EnteRow> for Ente {
    fn from(row: EnteRow) -> Self {
        Self { id: row.id, slug: row.slug, host: row.host, settings: row.settings.0 }
    }
}

/// Adds an ente.
///
/// # Errors
/// `Unique` when its slug or host is taken.
pub async fn add(tx: &mut Tx, ente: &Ente, now: DateTime<Utc>) -> Result<()> {
    let settings = Json(ente.settings.clone());
    tx.execute(ADD, binds![ente.id, ente.slug, ente.host, settings, now]).await?;
    Ok(())
}

/// Changes the settings of an ente; false when there is none.
pub async fn change(tx: &mut Tx, ente: EnteId, settings: &EnteSettings) -> Result<bool> {
    Ok(tx.execute(CHANGE, binds![ente, Json(settings.clone())]).await? == 1)
}

/// Every ente, by slug.
pub async fn all(read: &mut Read) -> Result<Vec<Ente>> {
    let rows: Vec<EnteRow> = read.fetch_all(ALL, binds![]).await?;
    Ok(rows.into_iter().map(Ente::from).collect())
}

/// The settings of an ente as they stand at this moment.
pub async fn settings(read: &mut Read, ente: EnteId) -> Result<Option<EnteSettings>> {
    let row: Option<(Json<EnteSettings>,)> = read.fetch_optional(SETTINGS, binds![ente]).await?;
    Ok(row.map(|(settings,)| settings.0))
}
