//! The JSON Schema (draft 2020-12) of the filed answers of a modello: for programs that read pratiche.
//!
//! It says what may stand where, and in `x-keep` how long each answer is kept. What must hold between answers is decided by the modello and nowhere else.

use serde_json::{Map, Value as Json, json};

use super::campo::{Campo, Kind};
use super::expr::Ty;
use super::{Group, MAX_ROWS, Modello};
use crate::lingua::Lingua;

impl Modello {
    /// The schema of [`super::Answers`] as filed: `fields` and `rows`, each answer with its provenance.
    pub fn schema(&self) -> Json {
        let rows: Map<_, _> = self.groups.iter().map(|group| (group.id.clone(), self.rows_schema(group))).collect();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("urn:sportello:modello:{}:{}", self.code, self.hash()),
            "title": self.title.get(Lingua::It),
            "type": "object",
            "required": ["fields", "rows"],
            "properties": {
                "fields": self.fields_schema(None),
                "rows": closed(rows, &[]),
                "filed": { "const": true }
            },
            "additionalProperties": false
        })
    }

    fn rows_schema(&self, group: &Group) -> Json {
        let mut row = Map::new();
        row.insert("id".into(), json!({ "type": "string", "format": "uuid" }));
        row.insert("key".into(), json!({ "type": "string" }));
        row.insert("fields".into(), self.fields_schema(Some(&group.id)));
        let max = group.max.min(MAX_ROWS);
        json!({ "type": "array", "minItems": group.min, "maxItems": max, "items": closed(row, &["id", "fields"]) })
    }

    /// The answers outside groups, or in a row of one. What was not shown is absent.
    fn fields_schema(&self, group: Option<&str>) -> Json {
        let own = self.fields.iter().filter(|campo| campo.group.as_deref() == group);
        closed(own.filter_map(|campo| Some((campo.id.clone(), entry(campo)?))).collect(), &[])
    }
}

/// An answer with its provenance; a question that was left open has no value.
fn entry(campo: &Campo) -> Option<Json> {
    let mut entry = Map::new();
    let value = value(campo)?;
    entry.insert("value".into(), json!({ "anyOf": [{ "type": "null" }, value] }));
    entry.insert("source".into(), json!({ "type": ["string", "object"] }));
    entry.insert("edited".into(), json!({ "type": "boolean" }));
    let mut schema = closed(entry, &["value", "source"]);
    schema["title"] = json!(campo.label.get(Lingua::It));
    schema["$comment"] = json!(format!("{}, {}", campo.kind.word(), serde_word(&campo.privacy)));
    schema["x-keep"] = json!(campo.kept());
    Some(schema)
}

/// The value under the word of its shape: `{ "text": … }`, `{ "cents": … }`.
fn value(campo: &Campo) -> Option<Json> {
    let ty = campo.kind.behaviour().ty()?;
    let text = || one("text", json!({ "type": "string" }));
    let reference = || one("ref", closed(texts(["code", "label"]), &["code", "label"]));
    Some(match (&campo.kind, ty) {
        (Kind::File(_), _) => one("file", json!({ "type": "object" })),
        (
            Kind::PlessoRef(_)
            | Kind::ClasseRef(_)
            | Kind::ChildRef(_)
            | Kind::IscrizioneRef(_)
            | Kind::Comune(_)
            | Kind::Nationality(_),
            _,
        ) => reference(),
        (Kind::CodiciFiscali(_), _) => one("list", json!({ "type": "array", "items": { "type": "string" } })),
        (_, Ty::Choice(options)) => one("text", json!({ "enum": options })),
        (_, Ty::List(options)) => one("list", json!({ "type": "array", "items": { "enum": options } })),
        (_, Ty::Bool) => one("flag", json!({ "type": "boolean" })),
        (_, Ty::Number) => one("number", json!({ "type": "integer" })),
        (_, Ty::Cents) => one("cents", json!({ "type": "integer" })),
        (_, Ty::Date) => one("date", json!({ "type": "string", "format": "date" })),
        (_, Ty::Text | Ty::Plesso | Ty::Opaque) => text(),
    })
}

fn one(word: &str, schema: Json) -> Json {
    closed(Map::from_iter([(word.to_owned(), schema)]), &[word])
}

fn texts<const N: usize>(names: [&str; N]) -> Map<String, Json> {
    names.into_iter().map(|name| (name.to_owned(), json!({ "type": "string" }))).collect()
}

fn closed(properties: Map<String, Json>, required: &[&str]) -> Json {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The stored word of a closed set.
fn serde_word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
