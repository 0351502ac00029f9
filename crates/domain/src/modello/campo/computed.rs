//! `computed`: a value worked out from earlier answers; nobody types it, everybody reads it.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::euro::Euro;
use crate::modello::answers::Value;
use crate::modello::expr::{Expr, Term, Ty};
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode, Shown, Width};

/// A value that is worked out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Computed {
    /// What it is.
    gives: Gives,
    /// How it is worked out. Read after the other fields, since it names them.
    pub(crate) value: Expr,
}

/// What a computed field gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Gives {
    Money,
    Integer,
    YesNo,
    Date,
    Text,
}

impl Computed {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        let gives = match reader.need("gives").as_deref() {
            Some("integer") => Gives::Integer,
            Some("yes_no") => Gives::YesNo,
            Some("date") => Gives::Date,
            Some("text") => Gives::Text,
            Some("money") | None => Gives::Money,
            Some(other) => {
                let remedy = "scrivi money, integer, yes_no, date o text";
                reader.error_key("gives", format!("gives «{other}» non esiste"), remedy);
                Gives::Money
            }
        };
        if reader.raw("value").is_none() {
            reader.error(reader.at(), "manca value", "scrivi value = 'count(figli) * 15.00'");
        }
        Self { gives, value: Expr::ALWAYS }
    }

    /// Type of the value in expressions.
    pub(crate) const fn result(&self) -> Ty {
        match self.gives {
            Gives::Money => Ty::Cents,
            Gives::Integer => Ty::Number,
            Gives::YesNo => Ty::Bool,
            Gives::Date => Ty::Date,
            Gives::Text => Ty::Text,
        }
    }

    /// A worked-out term as a value; `None` where something it needs is absent.
    pub(crate) fn value_of(term: Term<'_>) -> Option<Value> {
        match term {
            Term::Bool(flag) => Some(Value::Flag(flag)),
            Term::Text(text) => Some(Value::Text(text.to_owned())),
            Term::Number(number) => Some(Value::Number(number)),
            Term::Cents(cents) => Some(Value::Cents(cents)),
            Term::Date(date) => Some(Value::Date(date)),
            Term::Absent | Term::List(_) | Term::Present => None,
        }
    }
}

impl Behaviour for Computed {
    fn ty(&self) -> Option<Ty> {
        Some(self.result())
    }

    fn read(&self, _typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        None
    }

    fn problem(&self, _value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        None
    }

    fn control(&self, _value: Option<&Value>, _room: &Room<'_>) -> Control {
        Control::Text { inputmode: "text", kind: "text", max: 0, code: false, width: Width::Medium }
    }

    fn shown(&self, value: Option<&Value>) -> Shown {
        match value {
            // It is read, not typed again: with its currency.
            Some(Value::Cents(cents)) => Shown::Text(Euro::from_cents(*cents).to_string()),
            other => super::plain_shown(other),
        }
    }
}
