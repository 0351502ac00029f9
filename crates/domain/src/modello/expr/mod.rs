//! The expressions of a modello: small, total, read once when the modello is published.
//!
//! Comparisons are symbols, the rest are words: `modalita == "SDD" and not row.cf_mancante`.
//! Amounts and whole numbers add, subtract and multiply: `count(figli) * 15.00`.
//! There are no loops, no user code and no way to fail at the citizen: an absent value makes a comparison false, and what
//! does not fit into 64 bits stops at their end.

mod eval;
mod lexer;
mod parser;
mod typing;

use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub(crate) use eval::{Env, Settled, Term, holds, settle, truth, value};
pub(crate) use parser::{FieldSig, Reach, Scope, parse, parse_value};

/// Most nodes in one expression.
pub const MAX_NODES: usize = 200;
/// Deepest nesting of one expression: levels above its leaves, and brackets.
pub const MAX_DEPTH: usize = 16;

/// A checked expression: a condition, or the value of a computed field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expr(pub(crate) Node);

impl Expr {
    /// The expression that always holds.
    pub const ALWAYS: Self = Self(Node::Bool(true));
}

/// A node of the syntax tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Node {
    /// A truth value.
    Bool(bool),
    /// A text or an option.
    Text(String),
    /// A whole number.
    Number(i64),
    /// An amount in cents.
    Cents(i64),
    /// A date.
    Date(NaiveDate),
    /// The legal date of the request.
    Today,
    /// The last day of the school year that the form is for.
    YearEnd,
    /// A field outside groups.
    Field(FieldRef),
    /// A field of the row in hand.
    Row(FieldRef),
    /// Whether the school named by a node gives the service this year.
    Open(Box<Node>),
    /// Completed years since a date.
    Age(Box<Node>),
    /// Whether a value is there.
    Given(Box<Node>),
    /// Negation.
    Not(Box<Node>),
    /// Both.
    And(Box<Node>, Box<Node>),
    /// Either.
    Or(Box<Node>, Box<Node>),
    /// A comparison.
    Compare(Op, Box<Node>, Box<Node>),
    /// Membership in a list of literals.
    OneOf(Box<Node>, Vec<Node>),
    /// Membership of a literal in a field with several options.
    Within(Box<Node>, Box<Node>),
    /// At least one row.
    Any(String, Box<Node>),
    /// Every row (also when there is none).
    All(String, Box<Node>),
    /// Number of rows for which the node holds.
    Count(String, Box<Node>),
    /// The values of all rows together, beginning from nothing of their kind; a row without one adds nothing.
    Sum(String, Box<Node>, Box<Node>),
    /// A calculation.
    Calc(Calc, Box<Node>, Box<Node>),
    /// The second when the first holds, else the third.
    If(Box<Node>, Box<Node>, Box<Node>),
}

/// A field as an expression names it. Its place in the modello is looked up once: neither of them ever changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct FieldRef {
    /// Identifier.
    id: String,
    #[serde(skip)]
    place: OnceLock<Option<usize>>,
}

impl FieldRef {
    pub(crate) fn new(id: &str) -> Self {
        Self { id: id.to_owned(), place: OnceLock::new() }
    }

    /// The place, by whoever knows where fields are; `None` for a field that is not there.
    pub(crate) fn place(&self, find: impl FnOnce(&str) -> Option<usize>) -> Option<usize> {
        *self.place.get_or_init(|| find(&self.id))
    }
}

impl PartialEq for FieldRef {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Node {
    /// The nodes right under this one.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Open(inner) | Self::Age(inner) | Self::Given(inner) | Self::Not(inner) => vec![inner],
            Self::Any(_, inner) | Self::All(_, inner) | Self::Count(_, inner) => vec![inner],
            Self::And(left, right)
            | Self::Or(left, right)
            | Self::Compare(_, left, right)
            | Self::Within(left, right)
            | Self::Calc(_, left, right)
            | Self::Sum(_, left, right) => vec![left, right],
            Self::OneOf(inner, items) => std::iter::once(&**inner).chain(items).collect(),
            Self::If(condition, then, other) => vec![condition, then, other],
            Self::Bool(_) | Self::Text(_) | Self::Number(_) | Self::Cents(_) | Self::Date(_) => Vec::new(),
            Self::Today | Self::YearEnd | Self::Field(_) | Self::Row(_) => Vec::new(),
        }
    }

    /// Whether the row in hand is looked at. The rows that a sum goes through are others.
    fn reads_row(&self) -> bool {
        match self {
            Self::Row(_) => true,
            Self::Open(inner) | Self::Age(inner) | Self::Given(inner) | Self::Not(inner) => inner.reads_row(),
            Self::And(left, right)
            | Self::Or(left, right)
            | Self::Compare(_, left, right)
            | Self::Within(left, right)
            | Self::Calc(_, left, right) => left.reads_row() || right.reads_row(),
            Self::OneOf(inner, items) => inner.reads_row() || items.iter().any(Self::reads_row),
            Self::If(condition, then, other) => condition.reads_row() || then.reads_row() || other.reads_row(),
            Self::Any(..) | Self::All(..) | Self::Count(..) | Self::Sum(..) => false,
            Self::Bool(_) | Self::Text(_) | Self::Number(_) | Self::Cents(_) | Self::Date(_) => false,
            Self::Today | Self::YearEnd | Self::Field(_) => false,
        }
    }

    /// How many nodes there are, and how many levels of them above the leaves.
    pub(crate) fn size(&self) -> (usize, usize) {
        self.parts()
            .into_iter()
            .map(Self::size)
            .fold((1, 0), |(nodes, depth), (more, below)| (nodes + more, depth.max(below + 1)))
    }

    /// The fields that are read, in the order of the text.
    pub(crate) fn fields(&self) -> Vec<&str> {
        match self {
            Self::Field(field) | Self::Row(field) => vec![&field.id],
            _ => self.parts().into_iter().flat_map(Self::fields).collect(),
        }
    }
}

/// A calculation on whole numbers or amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Calc {
    /// Addition; days to a date.
    #[serde(rename = "+")]
    Plus,
    /// Subtraction; days from a date.
    #[serde(rename = "-")]
    Minus,
    /// Multiplication; at most one side is an amount.
    #[serde(rename = "*")]
    Times,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Op {
    /// Equal.
    #[serde(rename = "==")]
    Eq,
    /// Not equal.
    #[serde(rename = "!=")]
    Ne,
    /// Less.
    #[serde(rename = "<")]
    Lt,
    /// Greater.
    #[serde(rename = ">")]
    Gt,
    /// At most.
    #[serde(rename = "<=")]
    Le,
    /// At least.
    #[serde(rename = ">=")]
    Ge,
}

/// Type of a value in expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    /// Yes or no.
    Bool,
    /// Free text or a code.
    Text,
    /// One of these options.
    Choice(Vec<String>),
    /// Some of these options.
    List(Vec<String>),
    /// A school.
    Plesso,
    /// A whole number.
    Number,
    /// An amount.
    Cents,
    /// A date.
    Date,
    /// Only `given(…)` can be asked of it.
    Opaque,
}

impl Ty {
    /// The type in words for an author.
    pub(crate) const fn spoken(&self) -> &'static str {
        match self {
            Self::Bool => "sì o no",
            Self::Text | Self::Choice(_) | Self::Plesso => "testo",
            Self::List(_) => "scelta multipla",
            Self::Number => "numero",
            Self::Cents => "importo",
            Self::Date => "data",
            Self::Opaque => "senza valore nelle condizioni",
        }
    }
}

/// Why an expression was refused: for the author, in Italian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExprError {
    /// Byte offset in the expression.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
}
