//! Running examples: as a browser would send them, checked as a filing is.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Example, Typical};
use crate::id::{AllegatoId, RowId};
use crate::lingua::Lingua;
use crate::modello::answers::{Answers, Entries, Entry, Posted, Row};
use crate::modello::campo::{Campo, Kind, Room, Typed};
use crate::modello::facts::Facts;
use crate::modello::form::Form;
use crate::modello::view::{FileView, Problem, ProblemCode, Source};
use crate::modello::{AuthorError, Modello, prefill};

/// An example that gave something else than it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("esempio «{name}»: attesi [{}], trovati [{}]", expected.join(", "), found.join(", "))]
pub struct ExampleFault {
    /// Line of the file on which it stands, from 1.
    pub line: usize,
    /// Name of the example.
    pub name: String,
    /// Problems that the author expects.
    pub expected: Vec<String>,
    /// Problems found.
    pub found: Vec<String>,
}

impl ExampleFault {
    /// The fault as the author of the file reads it.
    pub fn in_file(self, file: &str) -> AuthorError {
        let message = format!("l'esempio attende [{}] e trova [{}]", self.expected.join(", "), self.found.join(", "));
        let remedy = "correggi le risposte, expect o la regola".to_owned();
        AuthorError { file: file.to_owned(), line: self.line, field: Some(self.name), message, remedy }
    }
}

impl Modello {
    /// Runs every example; an empty list means that all of them hold.
    pub fn run_examples(&self) -> Vec<ExampleFault> {
        self.tried_examples().filter_map(|(_, outcome)| outcome.err()).collect()
    }

    /// Runs every example, in the order of the text, and says of each what came of it.
    pub fn tried_examples(&self) -> impl Iterator<Item = (&Example, Result<(), ExampleFault>)> {
        self.examples.iter().map(|example| (example, self.run(example)))
    }

    fn run(&self, example: &Example) -> Result<(), ExampleFault> {
        let facts = Facts { today: example.today.unwrap_or(Facts::example().today), ..Facts::example() };
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
        Err(ExampleFault { line: example.line, name: example.name.clone(), expected, found })
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
        let room = Room { facts, lingua: Lingua::It, other: &|_| None };
        let put = |fields: &mut Entries, id: &str, typical: &Typical| {
            let Some(campo) = self.campo(id) else { return };
            let posted = posted(campo, typical);
            let value = campo.kind.behaviour().read(&Typed { posted: &posted, name: id }, &room);
            fields.insert(id.into(), Entry { value, source: Source::Typed, edited: false });
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
                    own.push(Row { id, key: None, fields: BTreeMap::new() });
                    own.len() - 1
                });
                fields.iter().for_each(|(field, typical)| put(&mut own[at].fields, field, typical));
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
            posted.add_file(&campo.id, FileView { id, name, bytes: 1000, media_type: media_type.to_owned() });
        }
        Typical::Text(text) => posted.add(&campo.id, text),
        Typical::Flag(flag) => posted.add(&campo.id, if *flag { "si" } else { "no" }),
        Typical::Date(date) => return prefill::date(&campo.id, *date),
        Typical::List(items) => items.iter().for_each(|item| posted.add(&campo.id, item)),
    }
    posted
}

fn told(problem: &Problem, names: &BTreeMap<RowId, String>) -> String {
    let parts = problem
        .path
        .split('/')
        .map(|part| part.parse().ok().and_then(|id| names.get(&id)).map_or(part, String::as_str));
    format!("{}: {}", parts.collect::<Vec<_>>().join("/"), word(&problem.code))
}

/// The word by which examples name a problem.
const fn word(code: &ProblemCode) -> &'static str {
    match code {
        ProblemCode::Missing => "required",
        ProblemCode::TooLong { .. } => "too_long",
        ProblemCode::NotAChoice => "not_a_choice",
        ProblemCode::ClasseElsewhere => "classe",
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
        ProblemCode::NumberOutside { .. } => "limits",
        ProblemCode::CodeWrong { .. } => "code",
        ProblemCode::ComuneUnknown | ProblemCode::ComuneNotUnique { .. } => "comune",
        ProblemCode::MustAccept => "accept",
        ProblemCode::FileTooLarge { .. }
        | ProblemCode::FileType
        | ProblemCode::FileBroken
        | ProblemCode::FileSwells
        | ProblemCode::FileLocked
        | ProblemCode::FileActive
        | ProblemCode::FileInfected
        | ProblemCode::FileMixed
        | ProblemCode::FileAgain => "file",
        ProblemCode::RowsTooFew { .. } => "rows",
        ProblemCode::Check { .. } => "check",
        ProblemCode::Stop { .. } => "stop",
    }
}
