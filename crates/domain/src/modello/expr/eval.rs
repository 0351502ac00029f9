//! Evaluation: total, without failure, in time proportional to nodes times rows.

use std::cmp::Ordering;

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::{Calc, Expr, FieldRef, Node, Op};

/// A value while an expression is evaluated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Term<'a> {
    /// Not given, not understood, or hidden.
    Absent,
    /// Yes or no.
    Bool(bool),
    /// Text, code or option.
    Text(&'a str),
    /// Whole number.
    Number(i64),
    /// Amount in cents.
    Cents(i64),
    /// Date.
    Date(NaiveDate),
    /// Several options.
    List(&'a [String]),
    /// Something that is there and has no value in logic (a file).
    Present,
}

/// Where values come from.
pub(crate) trait Env<'a> {
    /// The legal date of the request.
    fn today(&self) -> NaiveDate;
    /// The last day of the school year of the request.
    fn year_end(&self) -> NaiveDate;
    /// The value of a field; `row` is the index of the row, `None` outside groups.
    fn value(&self, field: &FieldRef, row: Option<usize>) -> Term<'a>;
    /// Number of rows of a group.
    fn rows(&self, group: &str) -> usize;
    /// Whether the school with a code gives the service.
    fn open(&self, plesso: &str) -> Option<bool>;
}

/// Whether an expression holds, in a row or outside.
pub(crate) fn holds<'a>(expr: &'a Expr, env: &impl Env<'a>, row: Option<usize>) -> bool {
    truth(&expr.0, env, row)
}

/// A condition on a field, with all decided that is the same in every row.
#[derive(Clone, Copy)]
pub(crate) enum Settled<'a> {
    /// It holds in all rows or in none.
    Alike(bool),
    /// This part of it is left to be decided in each row.
    ByRow(&'a Node),
}

/// Decides what no row changes, once for all rows.
pub(crate) fn settle<'a>(expr: &'a Expr, env: &impl Env<'a>) -> Settled<'a> {
    settle_node(&expr.0, env)
}

fn settle_node<'a>(node: &'a Node, env: &impl Env<'a>) -> Settled<'a> {
    match node {
        Node::And(left, right) => match (settle_node(left, env), settle_node(right, env)) {
            (Settled::Alike(false), _) | (_, Settled::Alike(false)) => Settled::Alike(false),
            (Settled::Alike(true), left) | (left, Settled::Alike(true)) => left,
            _ => Settled::ByRow(node),
        },
        _ if node.reads_row() => Settled::ByRow(node),
        _ => Settled::Alike(truth(node, env, None)),
    }
}

/// The value of an expression, in a row or outside.
pub(crate) fn value<'a>(expr: &'a Expr, env: &impl Env<'a>, row: Option<usize>) -> Term<'a> {
    term(&expr.0, env, row)
}

/// Whether a part of an expression holds. What is only true or false is decided here, without a term for it.
pub(crate) fn truth<'a>(node: &'a Node, env: &impl Env<'a>, row: Option<usize>) -> bool {
    match node {
        Node::And(left, right) => truth(left, env, row) && truth(right, env, row),
        Node::Or(left, right) => truth(left, env, row) || truth(right, env, row),
        Node::Compare(op, left, right) => compare(*op, term(left, env, row), term(right, env, row)),
        Node::Given(inner) => term(inner, env, row) != Term::Absent,
        Node::OneOf(inner, items) => {
            let value = term(inner, env, row);
            value != Term::Absent && items.iter().any(|item| term(item, env, row) == value)
        }
        Node::Within(left, right) => match (term(left, env, row), term(right, env, row)) {
            (Term::Text(wanted), Term::List(items)) => items.iter().any(|item| item == wanted),
            _ => false,
        },
        Node::Any(group, body) => (0..env.rows(group)).any(|row| truth(body, env, Some(row))),
        Node::All(group, body) => (0..env.rows(group)).all(|row| truth(body, env, Some(row))),
        _ => term(node, env, row) == Term::Bool(true),
    }
}

/// The value of a leaf; most nodes are leaves.
#[inline(always)]
fn term<'a>(node: &'a Node, env: &impl Env<'a>, row: Option<usize>) -> Term<'a> {
    match node {
        Node::Bool(value) => Term::Bool(*value),
        Node::Text(text) => Term::Text(text),
        Node::Number(number) => Term::Number(*number),
        Node::Cents(cents) => Term::Cents(*cents),
        Node::Date(date) => Term::Date(*date),
        Node::Today => Term::Date(env.today()),
        Node::YearEnd => Term::Date(env.year_end()),
        Node::Field(field) => env.value(field, None),
        Node::Row(field) => env.value(field, row),
        _ => composed(node, env, row),
    }
}

/// The value of a node that has others under it.
fn composed<'a>(node: &'a Node, env: &impl Env<'a>, row: Option<usize>) -> Term<'a> {
    match node {
        Node::Open(inner) => match term(inner, env, row) {
            Term::Text(code) => env.open(code).map_or(Term::Absent, Term::Bool),
            _ => Term::Absent,
        },
        Node::Age(inner) => match term(inner, env, row) {
            Term::Date(birth) => Term::Number(age(birth, env.today())),
            _ => Term::Absent,
        },
        Node::Not(inner) => match (&**inner, term(inner, env, row)) {
            // A school not chosen yet is not a closed one.
            (Node::Open(_), Term::Absent) => Term::Absent,
            (_, value) => Term::Bool(value != Term::Bool(true)),
        },
        Node::Count(group, body) => {
            let count = (0..env.rows(group)).filter(|row| truth(body, env, Some(*row))).count();
            Term::Number(i64::try_from(count).unwrap_or(i64::MAX))
        }
        Node::Sum(group, body, nothing) => {
            let rows = (0..env.rows(group)).map(|row| term(body, env, Some(row)));
            let given = rows.filter(|value| *value != Term::Absent);
            given.fold(term(nothing, env, row), |sum, value| calc(Calc::Plus, sum, value))
        }
        Node::Calc(op, left, right) => calc(*op, term(left, env, row), term(right, env, row)),
        Node::If(condition, then, other) => term(if truth(condition, env, row) { then } else { other }, env, row),
        Node::Given(_) | Node::And(..) | Node::Or(..) | Node::Compare(..) | Node::OneOf(..) | Node::Within(..) => {
            Term::Bool(truth(node, env, row))
        }
        Node::Any(..) | Node::All(..) => Term::Bool(truth(node, env, row)),
        Node::Bool(_) | Node::Text(_) | Node::Number(_) | Node::Cents(_) | Node::Date(_) => term(node, env, row),
        Node::Today | Node::YearEnd | Node::Field(_) | Node::Row(_) => term(node, env, row),
    }
}

/// An absent value makes the result absent; a result beyond 64 bits stops at their end.
fn calc<'a>(op: Calc, left: Term<'a>, right: Term<'a>) -> Term<'a> {
    match (op, left, right) {
        (Calc::Plus, Term::Number(a), Term::Number(b)) => Term::Number(a.saturating_add(b)),
        (Calc::Plus, Term::Cents(a), Term::Cents(b)) => Term::Cents(a.saturating_add(b)),
        (Calc::Minus, Term::Number(a), Term::Number(b)) => Term::Number(a.saturating_sub(b)),
        (Calc::Minus, Term::Cents(a), Term::Cents(b)) => Term::Cents(a.saturating_sub(b)),
        (Calc::Times, Term::Number(a), Term::Number(b)) => Term::Number(a.saturating_mul(b)),
        (Calc::Times, Term::Cents(a), Term::Number(b)) | (Calc::Times, Term::Number(a), Term::Cents(b)) => {
            Term::Cents(a.saturating_mul(b))
        }
        (Calc::Plus, Term::Date(day), Term::Number(days)) => days_later(day, days),
        (Calc::Minus, Term::Date(day), Term::Number(days)) => days_later(day, days.saturating_neg()),
        _ => Term::Absent,
    }
}

/// A day that the calendar does not reach is absent.
fn days_later<'a>(day: NaiveDate, days: i64) -> Term<'a> {
    let found = TimeDelta::try_days(days).and_then(|days| day.checked_add_signed(days));
    found.map_or(Term::Absent, Term::Date)
}

#[inline]
fn compare(op: Op, left: Term<'_>, right: Term<'_>) -> bool {
    let equal = || left != Term::Absent && left == right;
    let order = || match (left, right) {
        (Term::Number(a), Term::Number(b)) | (Term::Cents(a), Term::Cents(b)) => Some(a.cmp(&b)),
        (Term::Date(a), Term::Date(b)) => Some(a.cmp(&b)),
        _ => None,
    };
    match op {
        Op::Eq => equal(),
        Op::Ne => !equal(),
        Op::Lt => order().is_some_and(Ordering::is_lt),
        Op::Gt => order().is_some_and(Ordering::is_gt),
        Op::Le => order().is_some_and(Ordering::is_le),
        Op::Ge => order().is_some_and(Ordering::is_ge),
    }
}

/// Completed years from a birth date to a day; somebody born on 29 February completes a year on 1 March.
fn age(birth: NaiveDate, today: NaiveDate) -> i64 {
    let before = (today.month(), today.day()) < (birth.month(), birth.day());
    i64::from(today.year()) - i64::from(birth.year()) - i64::from(before)
}
