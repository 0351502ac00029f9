//! Rules that refuse the filing.

use std::collections::HashSet;

use super::field::expression;
use super::{id, words};
use crate::modello::expr::{FieldSig, Reach, Scope};
use crate::modello::source::Reader;
use crate::modello::{Group, Stop};

pub(super) fn stops(top: &Reader<'_, '_>, sigs: &[FieldSig], groups: &[Group]) -> Vec<Stop> {
    let names: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
    let scope = Scope { fields: sigs, groups: &names, at: sigs.len(), row: None, reach: Reach::All };
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for reader in top.tables("stop") {
        let id = id(&reader, &mut seen);
        let message = words(&reader, "message");
        let when = match reader.raw("when") {
            Some(_) => expression(&reader, "when", &scope),
            None => {
                reader.error(reader.at(), "manca when", "scrivi quando la domanda non si può inviare");
                None
            }
        };
        reader.finish();
        let (Some(id), Some(message), Some(when)) = (id, message, when) else {
            continue;
        };
        let read = when.0.fields();
        let Some(last) = sigs.iter().rev().find(|sig| read.contains(&sig.id.as_str())) else {
            reader.error_key("when", "la regola non legge nessun campo", "confronta almeno un campo");
            continue;
        };
        let field = last.id.clone();
        found.push(Stop { id, when, message, field });
    }
    found
}
