//! Reading examples from the author's text.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Example, NamedRow, Typical};
use crate::modello::source::Reader;

/// Most examples of a modello.
const MAX_EXAMPLES: usize = 100;

/// Reads the examples; `fields` are the fields of the modello with their group.
pub(in crate::modello) fn author(top: &Reader<'_, '_>, fields: &[(&str, Option<&str>)]) -> Vec<Example> {
    let readers = top.tables("example");
    if readers.is_empty() || readers.len() > MAX_EXAMPLES {
        top.error(0, "numero di esempi non valido", format!("scrivi da 1 a {MAX_EXAMPLES} [[example]]"));
    }
    let mut found: Vec<Example> = Vec::new();
    for reader in &readers {
        let mut example =
            Example { line: reader.line(), name: reader.need("name").unwrap_or_default(), ..Example::default() };
        example.base = reader.text("base");
        if let Some(base) = example.base.as_ref().filter(|base| !found.iter().any(|known| known.name == **base)) {
            reader.error(reader.at(), format!("l'esempio «{base}» non c'è prima di questo"), "correggi base");
        }
        example.today = reader.raw("today").and_then(|value| match value.get_ref() {
            DeValue::Datetime(when) => date(when),
            _ => reader.wrong_kind("today", value, "una data, per esempio today = 2026-06-15"),
        });
        if let Some(answers) = reader.sub("answers") {
            read_answers(&answers, &mut example);
            check_names(reader, &example, fields);
        }
        match reader.sub("expect") {
            Some(expect) => {
                example.errors = expect.texts("errors").into_iter().map(|(_, text)| text).collect();
                expect.finish();
            }
            None => reader.error(reader.at(), "manca expect", "scrivi expect = { errors = [] }"),
        }
        reader.finish();
        found.push(example);
    }
    found
}

/// An answer to a question that does not exist would prove nothing.
fn check_names(reader: &Reader<'_, '_>, example: &Example, fields: &[(&str, Option<&str>)]) {
    let alone = example.answers.keys().map(|id| (id.as_str(), None));
    let rows = example.rows.iter().flat_map(|(group, rows)| rows.iter().map(move |(_, row)| (group, row)));
    let inside = rows.flat_map(|(group, row)| row.keys().map(|id| (id.as_str(), Some(group.as_str()))));
    for (id, _) in alone.chain(inside).filter(|named| !fields.contains(named)) {
        let message = format!("l'esempio risponde a «{id}», che qui non è un campo");
        reader.error(reader.at(), message, "correggi il nome, o mettilo nella riga del suo gruppo");
    }
}

fn read_answers(reader: &Reader<'_, '_>, example: &mut Example) {
    for (key, _, value) in reader.entries() {
        match value.get_ref() {
            DeValue::Array(items) if items.iter().any(|item| matches!(item.get_ref(), DeValue::Table(_))) => {
                let rows = items.iter().filter_map(|item| match item.get_ref() {
                    DeValue::Table(table) => read_row(reader, table, item.span().start),
                    _ => reader.wrong_kind(key, item, "una riga { row = \"a\", … }"),
                });
                example.rows.insert(key.to_owned(), rows.collect());
            }
            _ => {
                if let Some(answer) = typical(reader, key, value) {
                    example.answers.insert(key.to_owned(), answer);
                }
            }
        }
    }
}

fn read_row(reader: &Reader<'_, '_>, table: &DeTable<'_>, at: usize) -> Option<NamedRow> {
    let mut name = None;
    let mut fields = BTreeMap::new();
    for (key, value) in table {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("row", DeValue::String(text)) => name = Some(text.to_string()),
            (key, _) => {
                if let Some(answer) = typical(reader, key, value) {
                    fields.insert(key.to_owned(), answer);
                }
            }
        }
    }
    if name.is_none() {
        reader.error(at, "la riga non ha nome", "scrivi row = \"a\"");
    }
    Some((name?, fields))
}

fn typical(reader: &Reader<'_, '_>, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Typical> {
    let texts = |items: &[Spanned<DeValue<'_>>]| -> Option<Vec<String>> {
        let text = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        };
        items.iter().map(text).collect()
    };
    let found = match value.get_ref() {
        DeValue::String(text) => Some(Typical::Text(text.to_string())),
        DeValue::Boolean(flag) => Some(Typical::Flag(*flag)),
        DeValue::Datetime(when) => date(when).map(Typical::Date),
        DeValue::Array(items) => texts(items).map(Typical::List),
        _ => None,
    };
    found.or_else(|| reader.wrong_kind(key, value, "un testo, true/false, una data o una lista di testi"))
}

fn date(when: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = when.date?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}
