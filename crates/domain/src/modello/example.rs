//! Examples of a modello: answers and what must come of them. They run when the modello is published.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use uuid::Uuid;

use crate::anno_scolastico::AnnoScolastico;
use crate::id::{AllegatoId, RowId};
use crate::lingua::Lingua;
use crate::modello::answers::{Answers, Entry, Posted, Row};
use crate::modello::campo::{Campo, Kind, Room, Typed};
use crate::modello::facts::{Classe, Facts, PersonaFacts, Plesso};
use crate::modello::form::Form;
use crate::modello::source::Reader;
use crate::modello::view::{FileView, Problem, ProblemCode, Source};
use crate::modello::{Modello, prefill};

/// An example as its author wrote it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Example whose answers it starts from.
    pub base: Option<String>,
    /// The legal date; 15 June 2026 when the author gives none.
    pub today: Option<NaiveDate>,
    /// Answers outside groups.
    answers: BTreeMap<String, Typical>,
    /// Rows by group, each with the name that the author gave it.
    rows: BTreeMap<String, Vec<NamedRow>>,
    /// Expected problems as `path: word`.
    errors: Vec<String>,
}

/// A row: its name and its answers.
type NamedRow = (String, BTreeMap<String, Typical>);

/// An answer in an example.
#[derive(Clone, Debug, PartialEq)]
enum Typical {
    Text(String),
    Flag(bool),
    Date(NaiveDate),
    List(Vec<String>),
}

/// An example that gave something else than it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("esempio «{name}»: attesi [{}], trovati [{}]", expected.join(", "), found.join(", "))]
pub struct ExampleFault {
    /// Name of the example.
    pub name: String,
    /// Problems that the author expects.
    pub expected: Vec<String>,
    /// Problems found.
    pub found: Vec<String>,
}

/// Most examples of a modello.
const MAX_EXAMPLES: usize = 100;

/// Reads the examples; `fields` are the fields of the modello with their group.
pub(super) fn author(top: &Reader<'_, '_>, fields: &[(&str, Option<&str>)]) -> Vec<Example> {
    let readers = top.tables("example");
    if readers.is_empty() || readers.len() > MAX_EXAMPLES {
        top.error(
            0,
            "numero di esempi non valido",
            format!("scrivi da 1 a {MAX_EXAMPLES} [[example]]"),
        );
    }
    let mut found: Vec<Example> = Vec::new();
    for reader in &readers {
        let mut example = Example {
            name: reader.need("name").unwrap_or_default(),
            ..Example::default()
        };
        example.base = reader.text("base");
        if let Some(base) = example
            .base
            .as_ref()
            .filter(|base| !found.iter().any(|known| known.name == **base))
        {
            reader.error(
                reader.at(),
                format!("l'esempio «{base}» non c'è prima di questo"),
                "correggi base",
            );
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
    let rows = example
        .rows
        .iter()
        .flat_map(|(group, rows)| rows.iter().map(move |(_, row)| (group, row)));
    let inside = rows.flat_map(|(group, row)| row.keys().map(|id| (id.as_str(), Some(group.as_str()))));
    for (id, _) in alone.chain(inside).filter(|named| !fields.contains(named)) {
        let message = format!("l'esempio risponde a «{id}», che qui non è un campo");
        reader.error(
            reader.at(),
            message,
            "correggi il nome, o mettilo nella riga del suo gruppo",
        );
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

impl Modello {
    /// Runs every example; an empty list means that all of them hold.
    pub fn run_examples(&self) -> Vec<ExampleFault> {
        self.examples
            .iter()
            .filter_map(|example| self.run(example).err())
            .collect()
    }

    fn run(&self, example: &Example) -> Result<(), ExampleFault> {
        let facts = Facts {
            today: example.today.unwrap_or(Facts::example().today),
            ..Facts::example()
        };
        let mut answers = Answers::default();
        let mut names = BTreeMap::new();
        for step in self.lineage(example) {
            self.apply(step, &facts, &mut answers, &mut names);
        }
        let form = Form::new(self, &answers, &facts, Lingua::It);
        let mut found: Vec<String> = form.check_all().iter().map(|problem| told(problem, &names)).collect();
        let mut expected = example.errors.clone();
        found.sort();
        expected.sort();
        if found == expected {
            return Ok(());
        }
        Err(ExampleFault {
            name: example.name.clone(),
            expected,
            found,
        })
    }

    /// The example and those that it starts from, the first one first.
    fn lineage<'e>(&'e self, example: &'e Example) -> Vec<&'e Example> {
        let mut chain = vec![example];
        while let Some(base) = chain.last().and_then(|last| last.base.as_ref()) {
            // A base stands before its user, so the chain cannot be longer than the list.
            match self.examples.iter().find(|known| known.name == *base) {
                Some(found) if chain.len() <= self.examples.len() => chain.push(found),
                _ => break,
            }
        }
        chain.reverse();
        chain
    }

    fn apply(&self, example: &Example, facts: &Facts, answers: &mut Answers, names: &mut BTreeMap<RowId, String>) {
        let room = Room {
            facts,
            lingua: Lingua::It,
            other: &|_| None,
        };
        let put = |fields: &mut BTreeMap<String, Entry>, id: &str, typical: &Typical| {
            let Some(campo) = self.campo(id) else { return };
            let posted = posted(campo, typical);
            let value = campo.kind.behaviour().read(
                &Typed {
                    posted: &posted,
                    name: id,
                },
                &room,
            );
            fields.insert(
                id.to_owned(),
                Entry {
                    value,
                    source: Source::Typed,
                    edited: false,
                },
            );
        };
        for (id, typical) in &example.answers {
            put(&mut answers.fields, id, typical);
        }
        for (group, rows) in &example.rows {
            for (name, fields) in rows {
                let id = row_id(name);
                names.insert(id, name.clone());
                let own = answers.rows.entry(group.clone()).or_default();
                let at = own.iter().position(|row| row.id == id).unwrap_or_else(|| {
                    own.push(Row {
                        id,
                        key: None,
                        fields: BTreeMap::new(),
                    });
                    own.len() - 1
                });
                fields
                    .iter()
                    .for_each(|(field, typical)| put(&mut own[at].fields, field, typical));
            }
        }
    }
}

/// A row identifier made from the name that an author gave.
fn row_id(name: &str) -> RowId {
    let digest = Sha256::digest(name.as_bytes());
    RowId::new(Uuid::from_bytes(std::array::from_fn(|at| digest[at])))
}

/// What a browser would send for an answer.
fn posted(campo: &Campo, typical: &Typical) -> Posted {
    let mut posted = Posted::default();
    match typical {
        Typical::Text(text) if matches!(campo.kind, Kind::File(_)) => {
            let media_type = match text.rsplit('.').next() {
                Some("pdf") => "application/pdf",
                Some("png") => "image/png",
                Some("jpg") => "image/jpeg",
                _ => "application/octet-stream",
            };
            let (id, name) = (AllegatoId::new(Uuid::nil()), text.clone());
            posted.add_file(
                &campo.id,
                FileView {
                    id,
                    name,
                    bytes: 1000,
                    media_type: media_type.to_owned(),
                },
            );
        }
        Typical::Text(text) => posted.add(&campo.id, text),
        Typical::Flag(flag) => posted.add(&campo.id, if *flag { "si" } else { "no" }),
        Typical::Date(date) => return prefill::date(&campo.id, *date),
        Typical::List(items) => items.iter().for_each(|item| posted.add(&campo.id, item)),
    }
    posted
}

fn told(problem: &Problem, names: &BTreeMap<RowId, String>) -> String {
    let parts = problem.path.split('/').map(|part| {
        part.parse()
            .ok()
            .and_then(|id| names.get(&id))
            .map_or(part, String::as_str)
    });
    format!("{}: {}", parts.collect::<Vec<_>>().join("/"), word(&problem.code))
}

/// The word by which examples name a problem.
const fn word(code: &ProblemCode) -> &'static str {
    match code {
        ProblemCode::Missing => "required",
        ProblemCode::TooLong { .. } => "too_long",
        ProblemCode::NotAChoice => "not_a_choice",
        ProblemCode::CodiceFiscaleLength { .. } | ProblemCode::CodiceFiscaleWrong => "codice_fiscale",
        ProblemCode::PartitaIvaWrong => "partita_iva",
        ProblemCode::IbanWrong => "iban",
        ProblemCode::IbanNotSepa => "iban_not_sepa",
        ProblemCode::EmailWrong => "email",
        ProblemCode::PhoneWrong => "phone",
        ProblemCode::CapWrong => "cap",
        ProblemCode::DateWrong | ProblemCode::YearFourDigits => "date",
        ProblemCode::DateInFuture => "future",
        ProblemCode::MoneyWrong => "money",
        ProblemCode::NumberWrong => "number",
        ProblemCode::MustAccept => "accept",
        ProblemCode::FileTooLarge { .. } | ProblemCode::FileType | ProblemCode::FileBroken => "file",
        ProblemCode::RowsTooFew { .. } => "rows",
        ProblemCode::Check { .. } => "check",
        ProblemCode::Stop { .. } => "stop",
    }
}

impl Facts {
    /// The invented world in which examples run: three schools (one without the service), nobody signed in.
    pub fn example() -> Self {
        let plesso = |codice: &str, name: &str, grado: &str, service_open: bool, classi: &[(&str, &str)]| Plesso {
            codice: codice.to_owned(),
            name: name.to_owned(),
            grado: grado.to_owned(),
            service_open,
            classi: classi
                .iter()
                .map(|(c, n)| Classe {
                    codice: (*c).to_owned(),
                    name: (*n).to_owned(),
                })
                .collect(),
        };
        let infanzia = [("infanzia-girasoli", "Girasoli"), ("infanzia-papaveri", "Papaveri")];
        let primaria = [("primaria-1a", "1ª A"), ("primaria-3a", "3ª A")];
        Self {
            today: NaiveDate::from_ymd_opt(2026, 6, 15).expect("15 June 2026 exists"),
            anno_scolastico: AnnoScolastico::beginning_in(2026),
            plessi: vec![
                plesso("infanzia-demo", "Scuola dell'infanzia", "infanzia", true, &infanzia),
                plesso("primaria-demo", "Scuola primaria", "primaria", true, &primaria),
                plesso(
                    "secondaria-demo",
                    "Scuola secondaria",
                    "secondaria_1",
                    false,
                    &[("secondaria-1a", "1ª A")],
                ),
            ],
            identita: PersonaFacts::default(),
            family: Vec::new(),
            previous: BTreeMap::new(),
        }
    }
}
