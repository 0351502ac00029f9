//! Where Sportello keeps things: one SQL text on SQLite or PostgreSQL, one writer for each ente, sealed values and files.
//!
//! This is the only package that names a database driver. It decides nothing: whether a pratica may be filed is known
//! to `sportello-domain` and asked by `sportello-app` inside a closure given to [`Store::write`].
#![warn(missing_docs)]

pub mod bind;
pub mod dialect;
pub mod error;
mod lane;
pub mod migrate;
mod postgres;
pub mod row;
mod sqlite;
pub mod statement;
mod store;
pub mod tx;

pub use bind::{Bind, Binds, Column, Json};
pub use error::{Error, Result};
pub use row::FromRow;
pub use store::{Store, StoreConfig};
pub use tx::{Read, Tx};

use futures::future::LocalBoxFuture;

/// Most rows that one query may give; longer lists are read in pages.
pub const ROWS_MAX: usize = 10_000;

/// A queued read: takes the connection, or the reason why there is none.
pub(crate) type ReadItem = Box<dyn for<'t> FnOnce(Result<&'t mut Read>) -> LocalBoxFuture<'t, ()> + Send>;
