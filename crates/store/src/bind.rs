//! Values on their way into and out of a database: one mapping for both, written down once.
//!
//! | Rust | SQLite | PostgreSQL |
//! |---|---|---|
//! | `i64` | INTEGER | BIGINT |
//! | `f64` | REAL | DOUBLE PRECISION |
//! | `bool` | INTEGER 0 or 1 | BOOLEAN |
//! | `String`, stored words | TEXT | TEXT |
//! | `Vec<u8>`, `Sealed` | BLOB | BYTEA |
//! | `Uuid`, ids | BLOB, 16 bytes | UUID |
//! | `DateTime<Utc>` | TEXT `2026-11-25T08:30:00.000000Z`, sorts as time | TIMESTAMPTZ |
//! | `NaiveDate` | TEXT `2026-11-25` | DATE |
//! | [`Json`] | TEXT | JSONB |

mod types;

use crate::error::{Error, Result};
use bytes::BytesMut;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rusqlite::types as lite;
use tokio_postgres::types as pg;
pub use types::Json;
use uuid::Uuid;

const DATE: &str = "%Y-%m-%d";

/// What a value is to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole number of 64 bits.
    Integer,
    /// Floating point of 64 bits; never for money.
    Real,
    /// True or false.
    Bool,
    /// Text.
    Text,
    /// Bytes.
    Blob,
    /// A UUID.
    Uuid,
    /// An instant, in microseconds.
    Instant,
    /// A day.
    Date,
    /// A JSON document.
    Json,
}

impl Kind {
    /// True when a PostgreSQL column of this type holds values of this kind.
    pub fn accepts(self, column: &str) -> bool {
        let expected = match self {
            Self::Integer => "int8",
            Self::Real => "float8",
            Self::Bool => "bool",
            Self::Text => "text",
            Self::Blob => "bytea",
            Self::Uuid => "uuid",
            Self::Instant => "timestamptz",
            Self::Date => "date",
            Self::Json => "jsonb",
        };
        column == expected
    }
}

/// A value as both drivers take it.
#[derive(Clone)]
pub enum Value<'a> {
    /// NULL of any type.
    Null,
    /// Whole number.
    Integer(i64),
    /// Floating point.
    Real(f64),
    /// True or false.
    Bool(bool),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// A UUID.
    Uuid(Uuid),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A day.
    Date(NaiveDate),
    /// A JSON document, as text.
    Json(String),
}

/// What may stand behind `$1`.
pub trait Bind {
    /// The value for the database. Fails only where a document cannot be written as JSON.
    fn value(&self) -> Result<Value<'_>>;
}

/// What may be read from a column.
pub trait Column: Sized {
    /// What the column must hold.
    const KIND: Kind;
    /// Reads the cell. Errors with [`Error::Value`] where the cell is NULL or of another form.
    fn read(cell: Cell<'_>) -> Result<Self>;
}

/// The binds of one statement, in order.
pub type Binds<'a> = &'a [&'a dyn Bind];

/// The binds of a statement: `binds![ente, id]`.
#[macro_export]
macro_rules! binds {
    ($($value:expr),* $(,)?) => { &[$(&$value as &dyn $crate::bind::Bind),*] };
}

impl std::fmt::Debug for Value<'_> {
    /// Never the value: drivers put this into messages.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("value")
    }
}

impl lite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<lite::ToSqlOutput<'_>> {
        use lite::{ToSqlOutput, ValueRef};
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Integer(value) => ToSqlOutput::Borrowed(ValueRef::Integer(*value)),
            Self::Real(value) => ToSqlOutput::Borrowed(ValueRef::Real(*value)),
            Self::Bool(value) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*value))),
            Self::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Self::Blob(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Self::Uuid(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value.as_bytes())),
            Self::Instant(value) => ToSqlOutput::from(value.to_rfc3339_opts(SecondsFormat::Micros, true)),
            Self::Date(value) => ToSqlOutput::from(value.to_string()),
            Self::Json(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
        })
    }
}

type DriverResult<T> = std::result::Result<T, Box<dyn std::error::Error + Sync + Send>>;

impl pg::ToSql for Value<'_> {
    fn to_sql(&self, ty: &pg::Type, out: &mut BytesMut) -> DriverResult<pg::IsNull> {
        match self {
            Self::Null => Ok(pg::IsNull::Yes),
            Self::Integer(value) => value.to_sql_checked(ty, out),
            Self::Real(value) => value.to_sql_checked(ty, out),
            Self::Bool(value) => value.to_sql_checked(ty, out),
            Self::Text(value) => value.to_sql_checked(ty, out),
            Self::Blob(value) => value.to_sql_checked(ty, out),
            Self::Uuid(value) => value.to_sql_checked(ty, out),
            Self::Instant(value) => value.to_sql_checked(ty, out),
            Self::Date(value) => value.to_sql_checked(ty, out),
            Self::Json(_) if *ty != pg::Type::JSONB => Err("JSON goes into a JSONB column only".into()),
            Self::Json(value) => {
                // JSONB on the wire starts with the version of its format.
                out.extend_from_slice(&[1]);
                out.extend_from_slice(value.as_bytes());
                Ok(pg::IsNull::No)
            }
        }
    }

    fn accepts(_: &pg::Type) -> bool {
        true // each variant checks in `to_sql`
    }

    fn to_sql_checked(&self, ty: &pg::Type, out: &mut BytesMut) -> DriverResult<pg::IsNull> {
        self.to_sql(ty, out)
    }
}

/// One cell of a row, as its driver gives it.
#[derive(Clone, Copy)]
pub struct Cell<'a>(pub(crate) Source<'a>);

#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Sqlite(lite::ValueRef<'a>),
    Postgres(&'a pg::Type, Option<&'a [u8]>),
}

impl<'a> Cell<'a> {
    /// True for NULL.
    pub fn is_null(self) -> bool {
        matches!(self.0, Source::Sqlite(lite::ValueRef::Null) | Source::Postgres(_, None))
    }

    /// Reads a stored word through `parse`; an unknown word is an [`Error::Value`] naming the type.
    pub fn word<T>(self, what: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        parse(self.text(what)?).ok_or_else(|| Error::value(what, "an unknown word"))
    }

    fn driver<T: lite::FromSql + pg::FromSql<'a>>(self, what: &'static str) -> Result<T> {
        match self.0 {
            Source::Sqlite(value) => T::column_result(value).map_err(|error| Error::value(what, error)),
            Source::Postgres(ty, Some(raw)) if <T as pg::FromSql>::accepts(ty) => {
                T::from_sql(ty, raw).map_err(|error| Error::value(what, error))
            }
            Source::Postgres(_, None) => Err(Error::value(what, "NULL")),
            Source::Postgres(..) => Err(Error::value(what, "a column of another type")),
        }
    }

    fn text(self, what: &'static str) -> Result<&'a str> {
        match self.0 {
            Source::Sqlite(value) => value.as_str().map_err(|error| Error::value(what, error)),
            Source::Postgres(ty, Some(raw)) if <&str as pg::FromSql>::accepts(ty) => {
                std::str::from_utf8(raw).map_err(|error| Error::value(what, error))
            }
            Source::Postgres(..) => Err(Error::value(what, "not a text")),
        }
    }
}

/// Lets enums with `stored()` and `from_stored()` be bound and read as their word.
#[macro_export]
macro_rules! stored_words {
    ($($word:ty),* $(,)?) => {$(
        impl $crate::bind::Bind for $word {
            fn value(&self) -> $crate::error::Result<$crate::bind::Value<'_>> {
                Ok($crate::bind::Value::Text(self.stored()))
            }
        }
        impl $crate::bind::Column for $word {
            const KIND: $crate::bind::Kind = $crate::bind::Kind::Text;
            fn read(cell: $crate::bind::Cell<'_>) -> $crate::error::Result<Self> {
                cell.word(stringify!($word), Self::from_stored)
            }
        }
    )*};
}
