//! The messages, as the interface names their parts.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Rome;
use serde::{Deserialize, Serialize};

/// How the interface writes days.
const DAY: &str = "%d/%m/%Y";
/// How it writes instants: of the clock in Rome, to the second.
const MOMENT: &str = "%d/%m/%Y %H:%M:%S";

/// What is to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Richiesta {
    /// Our name for it, which never names anything else; it stands at the end of the subject.
    pub key: String,
    /// When it was presented: the instant that counts, carried by the registration as that of arrival.
    pub received_at: DateTime<Utc>,
    /// Sender, as the register shows it.
    pub sender: String,
    /// Subject; never class-A data.
    pub subject: String,
    /// SHA-256 of what was filed, hexadecimal.
    pub sha256: String,
    /// The fascicolo.
    pub fascicolo: String,
    /// Number of the emergency register, for what was registered there first: `3/2026`.
    pub emergenza: Option<String>,
}

impl Richiesta {
    /// The subject with our name at its end.
    pub(crate) fn object(&self) -> String {
        format!("{} {}", self.subject, self.whole_mark())
    }

    /// How our name stands in a subject.
    pub(crate) fn mark(&self) -> String {
        format!("[rif. {}]", self.key)
    }

    /// The same with the emergency number, which what was prepared before the emergency does not tell (DPR 445/2000 art. 63).
    pub(crate) fn whole_mark(&self) -> String {
        match &self.emergenza {
            None => self.mark(),
            Some(number) => format!("{} [emergenza n. {number}]", self.mark()),
        }
    }

    /// The instant of presentation as the interface writes it.
    pub(crate) fn arrival(&self) -> String {
        self.received_at.with_timezone(&Rome).format(MOMENT).to_string()
    }

    pub(crate) fn document(&self) -> NewDocument {
        let about = [
            Some(format!("Impronta SHA-256 di quanto presentato: {}", self.sha256)),
            Some(format!("Fascicolo: {}", self.fascicolo)),
            self.emergenza.as_ref().map(|numero| format!("Registro di emergenza n. {numero}")),
        ];
        NewDocument {
            document_type: "A",
            predisposed: true,
            object: self.object(),
            arrival_date: self.arrival(),
            means_of_sending: "SERVIZI ONLINE",
            sender: Sender { description: self.sender.clone(), correspondent_type: "O", kind: "P" },
            note: about.into_iter().flatten().map(|description| Note { description }).collect(),
        }
    }
}

/// A registration, as the register gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrata {
    /// Number within register and year.
    pub numero: i64,
    /// Its year.
    pub anno: i64,
    /// Code of the register.
    pub registro: String,
    /// The day on which the register gave it. Not the day that counts: see [`Richiesta::received_at`].
    pub giorno: NaiveDate,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetToken<'a> {
    pub username: &'a str,
    pub code_adm: &'a str,
    pub code_role: &'a str,
    pub code_application: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SearchDocuments<'a> {
    pub filters: Vec<Filter<'a>>,
    pub page_number: u32,
    pub elements_in_page: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Filter<'a> {
    pub name: &'static str,
    pub value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateDocument<'a> {
    pub document: NewDocument,
    pub code_register: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetDocument<'a> {
    pub id_document: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ProtocolPredisposed<'a> {
    pub id_document: &'a str,
    pub code_register: &'a str,
}

/// A document to prepare. `A` is one that arrives.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NewDocument {
    document_type: &'static str,
    predisposed: bool,
    object: String,
    arrival_date: String,
    means_of_sending: &'static str,
    sender: Sender,
    note: Vec<Note>,
}

/// A person (`P`) that is not in the address book (`O`).
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Sender {
    description: String,
    correspondent_type: &'static str,
    #[serde(rename = "Type")]
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Note {
    description: String,
}

/// Every answer, as far as it is read. `Code` says no more than `ErrorMessage` does.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Answer {
    pub error_message: Option<String>,
    pub token: Option<String>,
    pub document: Option<Document>,
    pub documents: Option<Vec<Document>>,
}

/// A document as it stands there.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Document {
    pub id: Option<String>,
    pub object: Option<String>,
    pub arrival_date: Option<String>,
    protocol_number: Option<String>,
    protocol_date: Option<String>,
    protocol_year: Option<String>,
    register: Option<Register>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Register {
    code: Option<String>,
}

impl Document {
    /// Its registration; nothing for one that is only prepared. `registro` is whose number it is where it does not say.
    pub(crate) fn registrata(&self, registro: &str) -> Result<Option<Registrata>, ()> {
        let Some(numero) = self.protocol_number.as_deref().filter(|numero| !numero.is_empty()) else { return Ok(None) };
        let whole = |text: &str| text.parse::<i64>().ok().filter(|number| *number > 0);
        let code = self.register.as_ref().and_then(|register| register.code.clone()).filter(|code| !code.is_empty());
        let read = || {
            Some(Registrata {
                numero: whole(numero)?,
                anno: whole(self.protocol_year.as_deref()?)?,
                registro: code.unwrap_or_else(|| registro.to_owned()),
                giorno: NaiveDate::parse_from_str(self.protocol_date.as_deref()?, DAY).ok()?,
            })
        };
        read().map(Some).ok_or(())
    }
}
