//! The options of `choice` and `multi_choice`, as authors write them.

use serde::{Deserialize, Serialize};
use toml::de::DeValue;

use crate::lingua::Lingua;
use crate::modello::source::Reader;
use crate::modello::view::OptionView;
use crate::modello::words::Words;

/// One option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choosable {
    /// Stored value: never changed.
    pub value: String,
    /// What people read.
    pub label: Words,
}

/// Most options of one field.
const MAX_OPTIONS: usize = 200;

/// Reads `options = ["a", "b"]` or `options = [{ value = "a", label = "A" }]`.
pub(super) fn author(reader: &Reader<'_, '_>) -> Vec<Choosable> {
    let Some(value) = reader.raw("options") else {
        reader.error(reader.at(), "mancano le scelte", "aggiungi options = [\"a\", \"b\"]");
        return Vec::new();
    };
    let DeValue::Array(items) = value.get_ref() else {
        return reader.wrong_kind("options", value, "[\"a\", \"b\"]").unwrap_or_default();
    };
    let mut found: Vec<Choosable> = Vec::new();
    for item in items {
        let option = match item.get_ref() {
            DeValue::String(text) => Some(Choosable { value: text.to_string(), label: Words::italian(spoken(text)) }),
            DeValue::Table(table) => {
                let inner = reader.over(table, item.span().start);
                let option = inner.need("value").zip(inner.need("label"));
                inner.finish();
                option.map(|(value, label)| Choosable { value, label: Words::italian(label) })
            }
            _ => reader.wrong_kind("options", item, "un testo o { value = \"a\", label = \"A\" }"),
        };
        let Some(option) = option else { continue };
        if found.iter().any(|known| known.value == option.value) {
            reader.error(item.span().start, format!("la scelta «{}» c'è due volte", option.value), "toglila");
        }
        found.push(option);
    }
    if found.is_empty() || found.len() > MAX_OPTIONS {
        reader.error(value.span().start, "numero di scelte non valido", format!("da 1 a {MAX_OPTIONS} scelte"));
    }
    found
}

/// `alunno_maggiorenne` is read as "Alunno maggiorenne".
fn spoken(value: &str) -> String {
    let words = value.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The options as they are drawn.
pub(super) fn views(options: &[Choosable], lingua: Lingua, chosen: &dyn Fn(&str) -> bool) -> Vec<OptionView> {
    options
        .iter()
        .map(|option| OptionView {
            value: option.value.clone(),
            label: option.label.get(lingua).to_owned(),
            chosen: chosen(&option.value),
        })
        .collect()
}

/// The label of a stored value; the value itself when it is unknown.
pub(super) fn label(options: &[Choosable], value: &str, lingua: Lingua) -> String {
    let found = options.iter().find(|option| option.value == value);
    found.map_or(value, |option| option.label.get(lingua)).to_owned()
}

/// The texts to translate.
pub(super) fn words(options: &mut [Choosable]) -> Vec<(String, &mut Words)> {
    options.iter_mut().map(|option| (format!("options.{}", option.value), &mut option.label)).collect()
}

/// The stored values.
pub(super) fn values(options: &[Choosable]) -> Vec<String> {
    options.iter().map(|option| option.value.clone()).collect()
}
