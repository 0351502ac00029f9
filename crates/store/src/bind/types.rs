//! The types that travel: those of the standard and of libraries, ids and words of the domain.

use super::{Bind, Cell, Column, DATE, Kind, Source, Value};
use crate::{
    error::{Error, Result},
    stored_words,
};
use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    delega::{DelegaScope, DelegaStatus},
    fatturazione::{Modalita, Periodo},
    id,
    identita::{IdentityLevel, IdentityScheme},
    posizione::PosizioneStatus,
    pratica::PraticaStatus,
    presenza::PresenzaState,
    protocollo::Registro,
    ruolo::Ruolo,
    sdd::SequenceType,
};
use tokio_postgres::types as pg;
use uuid::Uuid;

macro_rules! plain {
    ($($ty:ty: $kind:ident, |$value:ident| $bind:expr;)*) => {$(
        impl Bind for $ty {
            fn value(&self) -> Result<Value<'_>> {
                let $value = self;
                Ok($bind)
            }
        }
        impl Column for $ty {
            const KIND: Kind = Kind::$kind;
            fn read(cell: Cell<'_>) -> Result<Self> {
                cell.driver(stringify!($ty))
            }
        }
    )*};
}

plain! {
    i64: Integer, |value| Value::Integer(*value);
    f64: Real, |value| Value::Real(*value);
    bool: Bool, |value| Value::Bool(*value);
    String: Text, |value| text(value)?;
    Vec<u8>: Blob, |value| Value::Blob(value);
    Uuid: Uuid, |value| Value::Uuid(*value);
}

/// PostgreSQL keeps no NUL character in a text, so neither database gets one.
fn text(text: &str) -> Result<Value<'_>> {
    if text.contains('\0') {
        return Err(Error::value("text", "a NUL character"));
    }
    Ok(Value::Text(text))
}

impl Bind for str {
    fn value(&self) -> Result<Value<'_>> {
        text(self)
    }
}

impl Bind for [u8] {
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Blob(self))
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    fn value(&self) -> Result<Value<'_>> {
        (**self).value()
    }
}

impl Bind for DateTime<Utc> {
    /// Truncated to microseconds, which is what both databases keep.
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Instant(self.trunc_subsecs(6)))
    }
}

impl Column for DateTime<Utc> {
    const KIND: Kind = Kind::Instant;
    fn read(cell: Cell<'_>) -> Result<Self> {
        match cell.0 {
            Source::Sqlite(_) => DateTime::parse_from_rfc3339(cell.text("instant")?)
                .map(|instant| instant.to_utc())
                .map_err(|error| Error::value("instant", error)),
            Source::Postgres(..) => cell.driver("instant"),
        }
    }
}

impl Bind for NaiveDate {
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Date(*self))
    }
}

impl Column for NaiveDate {
    const KIND: Kind = Kind::Date;
    fn read(cell: Cell<'_>) -> Result<Self> {
        match cell.0 {
            Source::Sqlite(_) => {
                NaiveDate::parse_from_str(cell.text("date")?, DATE).map_err(|error| Error::value("date", error))
            }
            Source::Postgres(..) => cell.driver("date"),
        }
    }
}

impl<T: Bind> Bind for Option<T> {
    fn value(&self) -> Result<Value<'_>> {
        self.as_ref().map_or(Ok(Value::Null), Bind::value)
    }
}

impl<T: Column> Column for Option<T> {
    const KIND: Kind = T::KIND;
    fn read(cell: Cell<'_>) -> Result<Self> {
        if cell.is_null() { Ok(None) } else { T::read(cell).map(Some) }
    }
}

/// A document kept as JSON (TEXT on SQLite, JSONB on PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: serde::Serialize> Bind for Json<T> {
    fn value(&self) -> Result<Value<'_>> {
        serde_json::to_string(&self.0).map(Value::Json).map_err(|error| Error::value("JSON document", error))
    }
}

impl<T: serde::de::DeserializeOwned> Column for Json<T> {
    const KIND: Kind = Kind::Json;
    fn read(cell: Cell<'_>) -> Result<Self> {
        let text = match cell.0 {
            Source::Sqlite(_) => cell.text("JSON document")?.as_bytes(),
            // JSONB on the wire starts with the version of its format.
            Source::Postgres(ty, Some([1, text @ ..])) if *ty == pg::Type::JSONB => text,
            Source::Postgres(..) => return Err(Error::value("JSON document", "not a JSONB column")),
        };
        // serde_json quotes the value in its messages: only the place of the fault is kept.
        serde_json::from_slice(text).map(Json).map_err(|error| {
            Error::value(
                "JSON document",
                format!("unexpected content at column {} ({:?})", error.column(), error.classify()),
            )
        })
    }
}

/// Lets newtypes over a UUID be bound and read.
macro_rules! ids {
    ($($id:ident),* $(,)?) => {$(
        impl Bind for id::$id {
            fn value(&self) -> Result<Value<'_>> {
                Ok(Value::Uuid(self.uuid()))
            }
        }
        impl Column for id::$id {
            const KIND: Kind = Kind::Uuid;
            fn read(cell: Cell<'_>) -> Result<Self> {
                Uuid::read(cell).map(Self::new)
            }
        }
    )*};
}

ids! {
    EnteId, PersonaId, AlunnoId, BozzaId, PraticaId, AllegatoId, DocumentoId, IscrizioneId, JobId, RowId, SessionId, RequestId,
    CicloId, DocumentoContabileId, PosizioneId, TentativoId, IncassoId, PagamentoSpontaneoId, MandatoId, DistintaId, DelegaId,
    PropostaId,
    PerContoId,
}

stored_words!(
    Ruolo,
    IdentityLevel,
    IdentityScheme,
    PraticaStatus,
    SequenceType,
    Modalita,
    PresenzaState,
    PosizioneStatus,
    DelegaScope,
    DelegaStatus,
    Registro
);

impl Bind for AnnoScolastico {
    /// The year in which it begins.
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Integer(i64::from(self.first_year())))
    }
}

impl Column for AnnoScolastico {
    const KIND: Kind = Kind::Integer;
    fn read(cell: Cell<'_>) -> Result<Self> {
        let year = i32::try_from(i64::read(cell)?).map_err(|error| Error::value("school year", error))?;
        Ok(Self::beginning_in(year))
    }
}

/// A month, bound as its stored word.
impl Column for Periodo {
    const KIND: Kind = Kind::Text;
    fn read(cell: Cell<'_>) -> Result<Self> {
        cell.word("Periodo", Self::from_stored)
    }
}
