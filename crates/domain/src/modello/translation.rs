//! The English side file of a modello: texts keyed by id, complete or refused.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::modello::campo::Campo;
use crate::modello::shape::Known;
use crate::modello::source::{AuthorError, Reader, SourceText};
use crate::modello::words::{Words, unknown_placeholder};
use crate::modello::{Modello, Page};

/// A text to translate, by its address in the side file.
pub(super) type Slots<'m> = Vec<(Vec<String>, &'m mut Words)>;

pub(super) fn with_english(mut modello: Modello, file: &str, toml: &str) -> Result<Modello, Vec<AuthorError>> {
    let source = SourceText::new(file, toml);
    let Some(table) = source.table() else {
        return source.finish(None);
    };
    let top = Reader::new(&source, &table, 0);
    modello.known = Known::default();
    translate(slots(&mut modello), &table, &top);
    source.finish(Some(modello))
}

/// Puts the texts of a table into their places: all of them, and nothing else.
pub(super) fn translate(slots: Slots<'_>, table: &DeTable<'_>, top: &Reader<'_, '_>) {
    let mut known = Vec::new();
    for (path, words) in slots {
        match find(table, &path) {
            Some((at, text)) => take(top, at, &text, words),
            None => {
                let message = format!("manca la traduzione di {}", path.join("."));
                top.error(0, message, format!("traduci: «{}»", words.it));
            }
        }
        known.push(path);
    }
    strange(table, &mut Vec::new(), &known, top);
}

fn take(top: &Reader<'_, '_>, at: usize, text: &str, words: &mut Words) {
    if let Some(strange) = unknown_placeholder(text) {
        top.error(at, format!("segnaposto {strange} sconosciuto"), "qui vale solo {anno_scolastico}");
    }
    words.en = Some(text.trim().to_owned());
}

/// Every text of the modello, by address: `title`, `page.<id>.title`, `field.<id>.label`, …
fn slots(modello: &mut Modello) -> Slots<'_> {
    let mut slots: Slots<'_> = Vec::new();
    slots.push((address(&["title"]), &mut modello.title));
    for Page { id, title, .. } in &mut modello.pages {
        slots.push((address(&["page", id, "title"]), title));
    }
    for group in &mut modello.groups {
        slots.push((address(&["group", &group.id, "title"]), &mut group.title));
        slots.push((address(&["group", &group.id, "row_name"]), &mut group.row_name));
        if let Some(unique) = &mut group.unique {
            slots.push((address(&["group", &group.id, "unique_message"]), &mut unique.message));
        }
    }
    // What came from the bank brings its English along.
    slots.extend(modello.fields.iter_mut().filter(|campo| campo.bank.is_none()).flat_map(field_slots));
    for stop in &mut modello.stops {
        slots.push((address(&["stop", &stop.id, "message"]), &mut stop.message));
    }
    for criterio in &mut modello.graduatoria {
        slots.push((address(&["graduatoria", &criterio.id, "label"]), &mut criterio.label));
    }
    slots
}

/// Every text of a field, by address.
pub(super) fn field_slots(campo: &mut Campo) -> Slots<'_> {
    let id = campo.id.clone();
    let mut slots = vec![(address(&["field", &id, "label"]), &mut campo.label)];
    if let Some(hint) = &mut campo.hint {
        slots.push((address(&["field", &id, "hint"]), hint));
    }
    if let Some(check) = &mut campo.check {
        slots.push((address(&["field", &id, "check_message"]), &mut check.message));
    }
    for (key, words) in campo.kind.behaviour_mut().words() {
        let mut path = address(&["field", &id]);
        path.extend(key.split('.').map(str::to_owned));
        slots.push((path, words));
    }
    slots
}

fn address(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

/// The text at an address; a step into a list is an index.
fn find(table: &DeTable<'_>, path: &[String]) -> Option<(usize, String)> {
    let (first, rest) = path.split_first()?;
    let (_, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == first.as_str())?;
    inner(value, rest)
}

fn inner(value: &Spanned<DeValue<'_>>, path: &[String]) -> Option<(usize, String)> {
    match (value.get_ref(), path) {
        (DeValue::String(text), []) if !text.trim().is_empty() => Some((value.span().start, text.to_string())),
        (DeValue::Table(table), [_, ..]) => find(table, path),
        (DeValue::Array(items), [index, rest @ ..]) => inner(items.get(index.parse::<usize>().ok()?)?, rest),
        _ => None,
    }
}

/// Texts that nothing asked for: a field that was renamed, a hint that is gone.
fn strange(table: &DeTable<'_>, at: &mut Vec<String>, known: &[Vec<String>], top: &Reader<'_, '_>) {
    for (key, value) in table {
        at.push(key.get_ref().to_string());
        leaves(key.span().start, value, at, known, top);
        at.pop();
    }
}

fn leaves(
    start: usize,
    value: &Spanned<DeValue<'_>>,
    at: &mut Vec<String>,
    known: &[Vec<String>],
    top: &Reader<'_, '_>,
) {
    match value.get_ref() {
        DeValue::Table(table) => strange(table, at, known, top),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                at.push(index.to_string());
                leaves(item.span().start, item, at, known, top);
                at.pop();
            }
        }
        _ if known.contains(at) => {}
        _ => top.error(start, format!("{} non è nel modello", at.join(".")), "togli la riga o correggi il nome"),
    }
}
