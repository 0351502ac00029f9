//! Class-A answers apart from the others: what is sealed is never in the clear part, not even as an empty question.

use serde::Deserialize;
use smol_str::SmolStr;

use crate::id::RowId;
use crate::modello::answers::{Answers, Entries, Row, Value};
use crate::modello::view::Privacy;
use crate::modello::{Campo, Modello};

/// Why answers can always be written.
const WRITABLE: &str = "answers have text keys and finite numbers only";

/// Answers in two parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// What may be kept as it is.
    pub clear: Answers,
    /// Class-A answers (privacy income, bank, art9) as canonical JSON; `None` when there are none.
    pub sealed: Option<String>,
}

/// Why two parts could not be joined.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The clear part is not answers.
    #[error("joining answers: the clear part cannot be read")]
    Clear(#[source] serde_json::Error),
    /// The sealed part is not answers.
    #[error("joining answers: the sealed part cannot be read")]
    Sealed(#[source] serde_json::Error),
    /// The parts do not belong together.
    #[error("joining answers: the sealed part has a row that the clear part lacks")]
    StrangeRow,
}

impl Answers {
    /// Divides the answers by privacy class; a field that the modello does not know counts as class A.
    pub fn part(&self, modello: &Modello) -> Parts {
        let sealed_field = |id: &str| modello.campo(id).is_none_or(|campo| campo.privacy.sealed());
        let keep = |sealed: bool| {
            let pick = |fields: &Entries| -> Entries {
                let wanted = fields.iter().filter(|(id, _)| sealed_field(id) == sealed);
                wanted.map(|(id, entry)| (id.clone(), entry.clone())).collect()
            };
            let row =
                |row: &Row| Row { id: row.id, key: row.key.clone().filter(|_| !sealed), fields: pick(&row.fields) };
            let rows = self.rows.iter().map(|(group, rows)| {
                let rows = rows.iter().map(row).filter(|row| !sealed || !row.fields.is_empty());
                (group.clone(), rows.collect::<Vec<_>>())
            });
            let rows = rows.filter(|(_, rows)| !sealed || !rows.is_empty()).collect();
            Self { fields: pick(&self.fields), rows, ..Self::default() }
        };
        let (saved, review) = (self.saved.clone(), self.review.clone());
        let clear = Self { saved, review, filed: self.filed, ..keep(false) };
        // What was set aside has no question any more that says of which class it is.
        let hidden = Self { aside: self.aside.clone(), ..keep(true) };
        let any = !hidden.fields.is_empty() || !hidden.rows.is_empty() || !hidden.aside.is_empty();
        let hidden = || crate::canonical::of(&hidden).expect(WRITABLE);
        Parts { clear, sealed: any.then(hidden) }
    }

    /// The clear part as it was filed.
    pub fn of_document(clear: &serde_json::Value) -> Result<Self, JoinError> {
        Self::deserialize(clear).map_err(JoinError::Clear)
    }

    /// The same without what is about health and belief (class `art9`): in one row, or everywhere. What the modello does not
    /// know counts as that.
    pub fn without_art9(&self, modello: &Modello, only: Option<RowId>) -> Self {
        let keep = |id: &SmolStr| modello.campo(id).is_some_and(|campo| campo.privacy != Privacy::Art9);
        let mut left = self.clone();
        if only.is_none() {
            left.fields.retain(|id, _| keep(id));
            left.aside.clear();
        }
        let rows = left.rows.values_mut().flatten().filter(|row| only.is_none_or(|only| row.id == only));
        rows.for_each(|row| row.fields.retain(|id, _| keep(id)));
        left
    }

    /// Whether answers of some classes are others than those of another state of the same filing.
    pub fn differs_in(&self, other: &Self, modello: &Modello, classes: impl Fn(Privacy) -> bool) -> bool {
        let given = |answers: &Self, campo: &Campo| -> Vec<Option<Value>> {
            match &campo.group {
                None => vec![answers.value(&campo.id).cloned()],
                Some(group) => answers.rows(group).iter().map(|row| row.value(&campo.id).cloned()).collect(),
            }
        };
        let mut fields = modello.fields.iter().filter(|campo| classes(campo.privacy));
        fields.any(|campo| given(self, campo) != given(other, campo))
    }

    /// Puts two parts together again. Without the sealed part its questions are simply absent.
    pub fn join(clear: Self, sealed: Option<&str>) -> Result<Self, JoinError> {
        let mut answers = clear;
        let Some(sealed) = sealed else { return Ok(answers) };
        let hidden: Self = serde_json::from_str(sealed).map_err(JoinError::Sealed)?;
        answers.fields.extend(hidden.fields);
        answers.aside = hidden.aside;
        for (group, rows) in hidden.rows {
            let own = answers.rows.get_mut(&group).ok_or(JoinError::StrangeRow)?;
            for row in rows {
                let found = own.iter_mut().find(|found| found.id == row.id).ok_or(JoinError::StrangeRow)?;
                found.fields.extend(row.fields);
            }
        }
        Ok(answers)
    }
}
