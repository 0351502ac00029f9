//! Criteria of a ranking (graduatoria): points for what was filed. They are published with the modello, so whoever files
//! knows them before (L. 241/1990 art. 12).
//!
//! Not for who stands before whom: points are worked out here, the order is made where pratiche are kept.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::modello::expr::{Expr, holds};
use crate::modello::form::Form;
use crate::modello::words::Words;

/// Most criteria of a modello.
pub const MAX_CRITERI: usize = 20;
/// Points that one criterion gives.
pub const POINTS: RangeInclusive<u32> = 1..=100;

/// A criterion: so many points while it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterio {
    /// Identifier.
    pub id: String,
    /// What it gives.
    pub points: u32,
    /// When it holds for the answers of one pratica.
    pub when: Expr,
    /// What people read of it.
    pub label: Words,
}

impl<'a> Form<'a> {
    /// The criteria that hold, for the answers of one pratica: where rows become pratiche, `row` is its own row.
    pub fn criteri(&self) -> impl Iterator<Item = &'a Criterio> + '_ {
        let row = self.modello.split.as_ref().map(|_| 0);
        self.modello.graduatoria.iter().filter(move |criterio| holds(&criterio.when, self, row))
    }
}
