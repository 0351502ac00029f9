//! Rows: what a query gives, read by position into a struct or a tuple.

use crate::{
    bind::{Cell, Column, Kind, Source},
    error::{Error, Result},
};
use tokio_postgres::types as pg;

/// A row as its driver gives it.
pub struct Row<'a>(pub(crate) Driver<'a>);

pub(crate) enum Driver<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// Reads the column at `index`, counted from 0.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        let source = match &self.0 {
            Driver::Sqlite(row) => Source::Sqlite(row.get_ref(index).map_err(|error| Error::value("column", error))?),
            Driver::Postgres(row) => {
                let raw: Raw<'_> = row.try_get(index).map_err(|error| Error::value("column", error))?;
                Source::Postgres(row.columns()[index].type_(), raw.0)
            }
        };
        T::read(Cell(source))
    }
}

/// The bytes of a cell, whatever its type.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> pg::FromSql<'a> for Raw<'a> {
    fn from_sql(_: &pg::Type, raw: &'a [u8]) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &pg::Type) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &pg::Type) -> bool {
        true
    }
}

/// What can be read from a whole row.
pub trait FromRow: Sized {
    /// Names of the columns, in the order of the query; empty for tuples.
    const COLUMNS: &'static [&'static str];
    /// Kinds of the columns, in the order of the query.
    const KINDS: &'static [Kind];
    /// Reads the row.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// A struct whose fields are the columns of a query, in order.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $ty),* }

        impl $crate::row::FromRow for $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
            const KINDS: &'static [$crate::bind::Kind] = &[$(<$ty as $crate::bind::Column>::KIND),*];
            fn from_row(row: &$crate::row::Row<'_>) -> $crate::error::Result<Self> {
                let mut index = 0..;
                $(let $field = row.get::<$ty>(index.next().unwrap_or_default())?;)*
                Ok(Self { $($field),* })
            }
        }
    };
}

macro_rules! tuples {
    ($($($ty:ident $index:tt),*;)*) => {$(
        impl<$($ty: Column),*> FromRow for ($($ty,)*) {
            const COLUMNS: &'static [&'static str] = &[];
            const KINDS: &'static [Kind] = &[$($ty::KIND),*];
            fn from_row(row: &Row<'_>) -> Result<Self> {
                Ok(($(row.get::<$ty>($index)?,)*))
            }
        }
    )*};
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
}
