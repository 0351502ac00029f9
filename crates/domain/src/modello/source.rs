//! Reading the TOML text of an author: every fault is named with file, line, field and remedy, all at once.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Why a modello cannot be published: for its author, in Italian.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {}{message}: {remedy}", field.as_ref().map(|id| format!("«{id}»: ")).unwrap_or_default())]
pub struct AuthorError {
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Field, page, group or example that it is about.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
}

/// A text being read, and the faults found so far.
pub(crate) struct SourceText<'a> {
    file: &'a str,
    text: &'a str,
    errors: RefCell<Vec<AuthorError>>,
}

/// Most faults listed at once.
const MAX_ERRORS: usize = 50;
/// Largest file of a modello, in bytes.
const MAX_BYTES: usize = 1_000_000;

impl<'a> SourceText<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, errors: RefCell::default() }
    }

    /// The text as a table; what cannot be read as TOML is one fault.
    pub(crate) fn table(&self) -> Option<DeTable<'a>> {
        if self.text.len() > MAX_BYTES {
            self.error(0, None, "il file supera 1 MB", "dividi il modello");
            return None;
        }
        match DeTable::parse(self.text) {
            Ok(table) => Some(table.into_inner()),
            Err(fault) => {
                let at = fault.span().map_or(0, |span| span.start);
                let message = format!("TOML non valido ({})", fault.message().replace('\n', " "));
                self.error(at, None, message, "correggi la sintassi: virgolette, parentesi, un solo = per riga");
                None
            }
        }
    }

    /// Notes a fault at a byte offset.
    pub(crate) fn error(&self, at: usize, field: Option<&str>, message: impl Into<String>, remedy: impl Into<String>) {
        let line = self.line(at);
        let (message, remedy) = (message.into(), remedy.into());
        let mut errors = self.errors.borrow_mut();
        if errors.len() < MAX_ERRORS {
            errors.push(AuthorError {
                file: self.file.to_owned(),
                line,
                field: field.map(str::to_owned),
                message,
                remedy,
            });
        }
    }

    /// The line of a byte offset, from 1.
    fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at.min(self.text.len())).unwrap_or(self.text);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    /// Takes over the faults of other texts that were read for this one.
    pub(crate) fn take_errors_of<const N: usize>(&self, others: [SourceText<'_>; N]) {
        let mut errors = self.errors.borrow_mut();
        errors.extend(others.into_iter().flat_map(|other| other.errors.into_inner()));
        errors.truncate(MAX_ERRORS);
    }

    /// Whether nothing was wrong so far.
    pub(crate) fn clean(&self) -> bool {
        self.errors.borrow().is_empty()
    }

    /// The faults, by line.
    pub(crate) fn finish<T>(self, good: Option<T>) -> Result<T, Vec<AuthorError>> {
        let mut errors = self.errors.into_inner();
        match good {
            Some(value) if errors.is_empty() => Ok(value),
            _ => {
                errors.sort_by(|a, b| {
                    (a.file != self.file, &a.file, a.line).cmp(&(b.file != self.file, &b.file, b.line))
                });
                Err(errors)
            }
        }
    }
}

/// One table of the text, read key by key; keys that nobody asked for are faults.
pub(crate) struct Reader<'s, 'a> {
    source: &'s SourceText<'a>,
    table: &'s DeTable<'a>,
    at: usize,
    name: Option<String>,
    known: RefCell<Vec<&'static str>>,
}

impl<'s, 'a> Reader<'s, 'a> {
    pub(crate) fn new(source: &'s SourceText<'a>, table: &'s DeTable<'a>, at: usize) -> Self {
        let name = plain(table, "id").or_else(|| plain(table, "name"));
        Self { source, table, at, name, known: RefCell::default() }
    }

    /// Byte offset of the table.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Line of the table, from 1.
    pub(crate) fn line(&self) -> usize {
        self.source.line(self.at)
    }

    /// The fault is about the thing that this table describes.
    pub(crate) fn error(&self, at: usize, message: impl Into<String>, remedy: impl Into<String>) {
        self.source.error(at, self.name.as_deref(), message, remedy);
    }

    /// Byte offset of a key's value; of the table when the key is absent.
    pub(crate) fn at_key(&self, key: &str) -> usize {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map_or(self.at, |(_, value)| value.span().start)
    }

    /// The fault is about one key.
    pub(crate) fn error_key(&self, key: &str, message: impl Into<String>, remedy: impl Into<String>) {
        self.error(self.at_key(key), message, remedy);
    }

    /// The value of a key.
    pub(crate) fn raw(&self, key: &'static str) -> Option<&'s Spanned<DeValue<'a>>> {
        self.known.borrow_mut().push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// Whether a key stands in the table.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.iter().any(|(name, _)| name.get_ref() == key)
    }

    /// Byte offset of the content of a text: after its quote.
    pub(crate) fn inside(&self, span: Range<usize>) -> usize {
        let opened = self.source.text.get(span.start..).unwrap_or_default();
        let quotes = if opened.starts_with("'''") || opened.starts_with("\"\"\"") { 3 } else { 1 };
        span.start + quotes
    }

    /// An optional text; an empty one is a fault.
    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        let value = self.raw(key)?;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            DeValue::String(_) => {
                self.error(value.span().start, format!("{key} è vuoto"), "scrivi un testo o togli la riga");
                None
            }
            _ => self.wrong_kind(key, value, "un testo tra virgolette"),
        }
    }

    /// A text that must be there.
    pub(crate) fn need(&self, key: &'static str) -> Option<String> {
        if self.table.iter().all(|(name, _)| name.get_ref() != key) {
            self.known.borrow_mut().push(key);
            self.error(self.at, format!("manca {key}"), format!("aggiungi {key} = \"…\""));
            return None;
        }
        self.text(key)
    }

    /// An optional yes or no, in TOML `true` or `false`; absent is false.
    pub(crate) fn flag(&self, key: &'static str) -> bool {
        match self.raw(key) {
            None => false,
            Some(value) => match value.get_ref() {
                DeValue::Boolean(flag) => *flag,
                _ => self.wrong_kind(key, value, "true o false").unwrap_or(false),
            },
        }
    }

    /// A whole number within limits, or a default.
    pub(crate) fn number(&self, key: &'static str, default: u32, range: std::ops::RangeInclusive<u32>) -> u32 {
        let Some(value) = self.raw(key) else { return default };
        let number = match value.get_ref() {
            DeValue::Integer(digits) => u32::from_str_radix(digits.as_str(), digits.radix()).ok(),
            _ => None,
        };
        match number.filter(|number| range.contains(number)) {
            Some(number) => number,
            None => {
                let remedy = format!("un numero da {} a {}", range.start(), range.end());
                self.wrong_kind(key, value, &remedy).unwrap_or(default)
            }
        }
    }

    /// A list of texts; one text alone counts as a list of one.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<(usize, String)> {
        let Some(value) = self.raw(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::String(text) => vec![(value.span().start, text.to_string())],
            DeValue::Array(items) => items
                .iter()
                .filter_map(|item| match item.get_ref() {
                    DeValue::String(text) => Some((item.span().start, text.to_string())),
                    _ => self.wrong_kind(key, item, "solo testi tra virgolette"),
                })
                .collect(),
            _ => self.wrong_kind(key, value, "un testo o una lista di testi").unwrap_or_default(),
        }
    }

    /// The tables of an array of tables.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Reader<'s, 'a>> {
        let Some(value) = self.raw(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            return self.wrong_kind(key, value, &format!("[[{key}]]")).unwrap_or_default();
        };
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some(Reader::new(self.source, table, item.span().start)),
                _ => self.wrong_kind(key, item, &format!("[[{key}]]")),
            })
            .collect()
    }

    /// A table inside this one.
    pub(crate) fn sub(&self, key: &'static str) -> Option<Reader<'s, 'a>> {
        let value = self.raw(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(self.over(table, value.span().start)),
            _ => self.wrong_kind(key, value, "una tabella { … }"),
        }
    }

    /// Every key with its value, for tables whose keys are free.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'s str, usize, &'s Spanned<DeValue<'a>>)> {
        self.table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span().start, value))
    }

    /// A reader over a table inside this one, about the same thing.
    pub(crate) fn over(&self, table: &'s DeTable<'a>, at: usize) -> Reader<'s, 'a> {
        Reader { source: self.source, table, at, name: self.name.clone(), known: RefCell::default() }
    }

    /// Notes that a value is of the wrong kind.
    pub(crate) fn wrong_kind<T>(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) -> Option<T> {
        self.error(value.span().start, format!("{key} non è nella forma giusta"), format!("scrivi {wanted}"));
        None
    }

    /// Every key that was never asked for is a fault.
    pub(crate) fn finish(&self) {
        let mut known = self.known.borrow_mut();
        known.sort_unstable();
        known.dedup();
        for (key, _) in self.table.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            let message = format!("la chiave «{}» non esiste qui", key.get_ref());
            self.error(key.span().start, message, format!("le chiavi sono: {}", known.join(", ")));
        }
    }
}

fn plain(table: &DeTable<'_>, key: &str) -> Option<String> {
    table.iter().find(|(name, _)| name.get_ref() == key).and_then(|(_, value)| match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        _ => None,
    })
}
