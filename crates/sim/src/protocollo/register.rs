//! What stands in the register.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Europe::Rome;
use serde_json::{Value, json};

/// Documents that are kept: a demonstration has far fewer.
const MAX_DOCUMENTS: usize = 100_000;

/// A document with its number.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Registered {
    /// Number within register and year.
    pub numero: i64,
    /// Its year.
    pub anno: i64,
    /// The day of the number: `27/11/2026`.
    pub data: String,
    /// The instant of arrival that the document carries: `26/11/2026 23:58:00`.
    pub arrivo: String,
    /// Subject.
    pub oggetto: String,
    /// Sender.
    pub mittente: String,
    /// Notes.
    pub note: Vec<String>,
}

/// A prepared document and, once it has one, its number.
struct Document {
    content: Value,
    register: String,
    number: Option<(i64, i64, String)>,
}

/// The documents, in the order in which they were prepared; the identifier of one is its place.
#[derive(Default)]
pub struct Register(Mutex<Vec<Document>>);

/// What the interface answers where it does not do what was asked: words.
pub type Refused = &'static str;

impl Register {
    fn documents(&self) -> MutexGuard<'_, Vec<Document>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prepares a document that arrived.
    pub fn create(&self, request: &Value) -> Result<Value, Refused> {
        let content = request.get("Document").filter(|content| content.is_object()).ok_or("REQUIRED_DOCUMENT")?;
        let register = text(request, "CodeRegister").ok_or("REQUIRED_REGISTER")?;
        text(content, "Object").ok_or("REQUIRED_OBJECT")?;
        let sender = content.get("Sender").ok_or("REQUIRED_SENDER")?;
        text(sender, "Description").ok_or("REQUIRED_SENDER")?;
        if text(content, "DocumentType") != Some("A") || content.get("Predisposed") != Some(&Value::Bool(true)) {
            return Err("INVALID_DOCUMENT_TYPE");
        }
        let mut documents = self.documents();
        if documents.len() >= MAX_DOCUMENTS {
            return Err("REGISTER_FULL");
        }
        documents.push(Document { content: content.clone(), register: register.to_owned(), number: None });
        Ok(documents.last().map_or(Value::Null, |last| last.shown(documents.len())))
    }

    /// A document by its identifier.
    pub fn get(&self, request: &Value) -> Result<Value, Refused> {
        let documents = self.documents();
        let id = id(request)?;
        documents.get(id - 1).map(|document| document.shown(id)).ok_or("DOCUMENT_NOT_FOUND")
    }

    /// Documents of a register whose subject holds a text, at most `ElementsInPage`.
    pub fn search(&self, request: &Value) -> Result<Vec<Value>, Refused> {
        let filters = request.get("Filters").and_then(Value::as_array).ok_or("REQUIRED_FILTER")?;
        let filter = |name: &str| filters.iter().find(|one| text(one, "Name") == Some(name));
        let value = |name: &str| filter(name).and_then(|one| text(one, "Value"));
        let (wanted, register) = (value("OBJECT").ok_or("REQUIRED_FILTER")?, value("REGISTER"));
        let at_most = request.get("ElementsInPage").and_then(Value::as_u64).unwrap_or(20);
        let documents = self.documents();
        let found = documents.iter().enumerate().filter(|(_, document)| {
            let state = if document.number.is_some() { "IN_PROTOCOL" } else { "PREDISPOSED" };
            register.is_none_or(|code| document.register == code)
                && value(state).is_some_and(|yes| yes.eq_ignore_ascii_case("true"))
                && text(&document.content, "Object").is_some_and(|subject| subject.contains(wanted))
        });
        let page = found.take(usize::try_from(at_most).unwrap_or(usize::MAX));
        Ok(page.map(|(place, document)| document.shown(place + 1)).collect())
    }

    /// Gives a prepared document the next number of its register and the year of `now`.
    pub fn protocol(&self, request: &Value, now: DateTime<Utc>) -> Result<Value, Refused> {
        let register = text(request, "CodeRegister").ok_or("REQUIRED_REGISTER")?;
        let (id, today) = (id(request)?, now.with_timezone(&Rome).date_naive());
        let anno = i64::from(today.year());
        let mut documents = self.documents();
        let of_year = |one: &&Document| one.number.as_ref().is_some_and(|(_, year, _)| *year == anno);
        let given = documents.iter().filter(|one| one.register == register).filter(of_year).count();
        let document = documents.get_mut(id - 1).ok_or("DOCUMENT_NOT_FOUND")?;
        if document.number.is_some() || document.register != register {
            return Err("PREDISPOSED_NOT_VALID");
        }
        let numero = i64::try_from(given).unwrap_or(i64::MAX).saturating_add(1);
        document.number = Some((numero, anno, today.format("%d/%m/%Y").to_string()));
        Ok(document.shown(id))
    }

    /// Everything that has a number.
    pub fn registered(&self) -> Vec<Registered> {
        let mut all: Vec<Registered> = self.documents().iter().filter_map(Document::registered).collect();
        all.sort_by_key(|one| (one.anno, one.numero));
        all
    }

    /// How many documents there are.
    pub fn prepared(&self) -> usize {
        self.documents().len()
    }
}

impl Document {
    /// As the interface shows it.
    fn shown(&self, id: usize) -> Value {
        let mut shown = self.content.clone();
        shown["Id"] = json!(id.to_string());
        shown["DocNumber"] = json!(id.to_string());
        shown["Predisposed"] = json!(self.number.is_none());
        shown["Register"] = json!({ "Code": self.register });
        if let Some((numero, anno, data)) = &self.number {
            shown["ProtocolNumber"] = json!(numero.to_string());
            shown["ProtocolYear"] = json!(anno.to_string());
            shown["ProtocolDate"] = json!(data);
            shown["Signature"] = json!(format!("{}|{data}|{numero:07}", self.register));
        }
        shown
    }

    fn registered(&self) -> Option<Registered> {
        let (numero, anno, data) = self.number.clone()?;
        let of = |name: &str| text(&self.content, name).unwrap_or_default().to_owned();
        let notes = self.content.get("Note").and_then(Value::as_array);
        Some(Registered {
            numero,
            anno,
            data,
            arrivo: of("ArrivalDate"),
            oggetto: of("Object"),
            mittente: self
                .content
                .get("Sender")
                .and_then(|one| text(one, "Description"))
                .unwrap_or_default()
                .to_owned(),
            note: notes.into_iter().flatten().filter_map(|one| text(one, "Description")).map(str::to_owned).collect(),
        })
    }
}

/// A text that is there and not empty.
fn text<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    of.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The identifier of a document, from 1.
fn id(request: &Value) -> Result<usize, Refused> {
    let id = text(request, "IdDocument").ok_or("REQUIRED_DOCUMENT")?;
    id.parse().ok().filter(|id| *id > 0).ok_or("DOCUMENT_NOT_FOUND")
}
