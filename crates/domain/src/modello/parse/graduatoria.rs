//! Criteria of a ranking.

use std::collections::HashSet;

use super::field::expression;
use super::{id, words};
use crate::modello::expr::{FieldSig, Node, Reach, Scope};
use crate::modello::graduatoria::{Criterio, MAX_CRITERI, POINTS};
use crate::modello::source::Reader;
use crate::modello::{Campo, Group, Kind};

/// Fields and groups that tell an answer of class A: that have it, that are only asked for after it or worked out of it, or a
/// group of nothing else.
pub(super) fn telling(fields: &[Campo]) -> HashSet<String> {
    let mut telling = HashSet::new();
    // A group is known once its last field is, and an earlier field may not go through it: two walks would do, and the last one
    // finds nothing.
    loop {
        let before = telling.len();
        for campo in fields {
            if campo.privacy.sealed() || read_by(campo).iter().any(|what| telling.contains(*what)) {
                telling.insert(campo.id.clone());
            }
        }
        for group in fields.iter().filter_map(|campo| campo.group.as_ref()) {
            let mut own = fields.iter().filter(|campo| campo.group.as_ref() == Some(group));
            if own.all(|campo| telling.contains(&campo.id)) {
                telling.insert(group.clone());
            }
        }
        if telling.len() == before {
            return telling;
        }
    }
}

/// The fields that decide whether a field is asked for or what it comes to, and the groups that are gone through for it.
fn read_by(campo: &Campo) -> Vec<&str> {
    let worked_out = match &campo.kind {
        Kind::Computed(computed) => Some(&computed.value),
        _ => None,
    };
    let mut read = Vec::new();
    for expr in campo.when.iter().chain(worked_out) {
        read.extend(expr.0.fields());
        goes_through(&expr.0, &mut read);
    }
    read
}

/// A criterion reads nothing that is `telling`: many read the points, which would tell an answer of class A to whoever knows
/// the criteria.
pub(super) fn criteri(
    top: &Reader<'_, '_>,
    (sigs, telling): (&[FieldSig], &HashSet<String>),
    groups: &[Group],
    split: Option<&str>,
) -> Vec<Criterio> {
    let names: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
    let row = split.filter(|split| names.iter().any(|name| name == split));
    let scope = Scope { fields: sigs, groups: &names, at: sigs.len(), row, reach: Reach::All };
    let readers = top.tables("graduatoria");
    if let Some(beyond) = readers.get(MAX_CRITERI) {
        let remedy = format!("scrivine al massimo {MAX_CRITERI}");
        beyond.error(beyond.at(), "i criteri della graduatoria sono troppi", remedy);
    }
    let mut seen = HashSet::new();
    readers.iter().filter_map(|reader| criterio(reader, &scope, telling, &mut seen)).collect()
}

fn criterio(
    reader: &Reader<'_, '_>,
    scope: &Scope<'_>,
    telling: &HashSet<String>,
    seen: &mut HashSet<String>,
) -> Option<Criterio> {
    let (id, label) = (id(reader, seen), words(reader, "label"));
    let least = *POINTS.start();
    let points = reader.number("points", least, POINTS);
    if !reader.has("points") {
        let remedy = format!("scrivi points = {least}, al massimo {}", POINTS.end());
        reader.error(reader.at(), "manca points", remedy);
    }
    let when = match reader.raw("when") {
        Some(_) => expression(reader, "when", scope),
        None => {
            reader.error(reader.at(), "manca when", "scrivi quando il criterio dà i punti");
            None
        }
    };
    reader.finish();
    let when = when?;
    let mut through = Vec::new();
    goes_through(&when.0, &mut through);
    if through.is_empty() && when.0.fields().is_empty() {
        reader.error_key("when", "il criterio non legge nessun campo", "confronta almeno un campo");
    }
    if let Some(what) = when.0.fields().iter().chain(&through).find(|what| telling.contains(**what)) {
        let message = format!("il criterio legge «{what}», una risposta protetta o che la rivela");
        reader.error_key("when", message, "leggi un'altra domanda: i punti si pubblicano e direbbero quella risposta");
    }
    if let Some(group) = scope.row.filter(|group| through.contains(group)) {
        let message = format!("ogni riga di «{group}» è una pratica, con la sua riga sola");
        reader.error_key("when", message, "leggi la riga con row.<campo>, senza any, all, count o sum");
    }
    Some(Criterio { id: id?, points, when, label: label? })
}

/// The groups of which a condition goes through the rows.
fn goes_through<'n>(node: &'n Node, found: &mut Vec<&'n str>) {
    if let Node::Any(group, _) | Node::All(group, _) | Node::Count(group, _) | Node::Sum(group, ..) = node {
        found.push(group);
    }
    node.parts().into_iter().for_each(|part| goes_through(part, found));
}
