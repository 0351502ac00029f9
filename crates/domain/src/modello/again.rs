//! A filed pratica as the beginning of one for another year: what still fits is there to be looked at, and no page counts
//! as answered.
//!
//! Not carried over: answers of class A, which are asked for anew; dates and years, which belong to the year that is over; the
//! class of a child, who has moved on; files; declarations, which are made each time.

use std::collections::BTreeMap;

use crate::lingua::Lingua;
use crate::modello::Modello;
use crate::modello::answers::{Answers, Entries, Entry, Posted, Row, Value};
use crate::modello::campo::{Campo, Kind, Room, Typed};
use crate::modello::facts::Facts;
use crate::modello::filling::{child_of, fill};
use crate::modello::view::Source;

impl Answers {
    /// The answers of a new draft of `new` by somebody who filed these to `old`. What is known today comes before what was
    /// answered then.
    pub fn start_again(&self, old: &Modello, new: &Modello, facts: &Facts) -> Self {
        let mut next = Self::start(new, facts);
        let carry = Carry { old, new, facts };
        carry.entries(&self.fields, None, &mut next.fields);
        for group in &new.groups {
            let rows = self.rows(&group.id).iter().take(group.max as usize);
            let rows: Vec<Row> = rows.map(|row| carry.row(&group.id, row)).collect();
            if !rows.is_empty() {
                next.rows.insert(group.id.clone(), rows);
            }
        }
        next.refresh(new, facts);
        next
    }
}

struct Carry<'a> {
    old: &'a Modello,
    new: &'a Modello,
    facts: &'a Facts,
}

impl Carry<'_> {
    fn row(&self, group: &str, row: &Row) -> Row {
        let child = child_of(self.facts, row.key.as_deref());
        let mut fields = BTreeMap::new();
        fill(&mut fields, self.new, Some(group), self.facts, child);
        self.entries(&row.fields, Some(group), &mut fields);
        Row { id: row.id, key: child.map(|child| child.key.clone()), fields }
    }

    /// Puts what still fits where nothing is known yet.
    fn entries(&self, from: &Entries, group: Option<&str>, to: &mut Entries) {
        for (id, entry) in from {
            let (Some(old), Some(new)) = (self.old.campo(id), self.new.campo(id)) else { continue };
            let same = old.group == new.group && new.group.as_deref() == group;
            if !same || to.contains_key(id) {
                continue;
            }
            if let Some(value) = entry.value.as_ref().and_then(|value| self.carried(old, new, value)) {
                to.insert(id.clone(), Entry { value: Some(value), source: Source::LastFiling, edited: false });
            }
        }
    }

    /// An answer to `old` as one to `new`, if it may be carried over and is still one.
    fn carried(&self, old: &Campo, new: &Campo, value: &Value) -> Option<Value> {
        let same_kind = std::mem::discriminant(&old.kind) == std::mem::discriminant(&new.kind);
        let anew = matches!(
            new.kind,
            Kind::Date(_)
                | Kind::Year(_)
                | Kind::ClasseRef(_)
                | Kind::File(_)
                | Kind::Declaration(_)
                | Kind::Computed(_)
        );
        if !same_kind || anew || new.locked || old.privacy.sealed() || new.privacy.sealed() || !value.is_read() {
            return None;
        }
        let room = Room { facts: self.facts, lingua: Lingua::It, other: &|_| None };
        let behaviour = new.kind.behaviour();
        let value = match value {
            // What a register calls it today.
            Value::Ref { code, .. } => {
                let mut posted = Posted::default();
                posted.add(&new.id, code);
                behaviour.read(&Typed { posted: &posted, name: &new.id }, &room)?
            }
            other => other.clone(),
        };
        (value.is_read() && behaviour.problem(&value, &room).is_none()).then_some(value)
    }
}
