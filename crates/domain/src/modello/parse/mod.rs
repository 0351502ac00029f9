//! From the author's TOML to a checked modello. Everything that could go wrong at the citizen is refused here.

mod bank;
mod field;
mod graduatoria;
mod order;
mod page;
mod stop;

use std::collections::HashSet;

use crate::modello::shape::Known;
use crate::modello::source::{AuthorError, Reader, SourceText};
use crate::modello::words::{Words, unknown_placeholder};
use crate::modello::{Banca, Modello, SignIn, example};

pub(super) fn parse(file_name: &str, toml: &str, banca: &Banca) -> Result<Modello, Vec<AuthorError>> {
    let source = SourceText::new(file_name, toml);
    let Some(table) = source.table() else {
        return source.finish(None);
    };
    let lists = bank::open(&table, banca);
    let mut modello = read(&source, &Reader::new(&source, &table, 0), &lists);
    if let Some(modello) = &mut modello {
        bank::translate(&mut modello.fields, &lists);
    }
    for list in lists {
        source.take_errors_of(list.into_sources());
    }
    source.finish(modello)
}

fn read<'s, 'a>(source: &SourceText<'_>, top: &Reader<'s, 'a>, lists: &'s [bank::OpenList<'a>]) -> Option<Modello> {
    let head = (top.need("code"), words(top, "title"), top.need("service"), top.need("procedure"));
    let split = top.text("split");
    let sign_in = sign_in(top);
    let pages = page::pages(top);
    let groups = page::groups(top, &pages);
    let (sigs, fields) = field::fields(top, &pages, &groups, lists);
    let stops = stop::stops(top, &sigs, &groups);
    let telling = graduatoria::telling(&fields);
    let graduatoria = graduatoria::criteri(top, (&sigs, &telling), &groups, split.as_deref());
    let known: Vec<_> = sigs.iter().map(|sig| (sig.id.as_str(), sig.group.as_deref())).collect();
    let examples = example::author(top, &known);
    top.finish();
    if let Some(split) = split.as_ref().filter(|split| !groups.iter().any(|group| group.id == **split)) {
        top.error_key("split", format!("split nomina il gruppo «{split}» che non c'è"), "scrivi il nome di un gruppo");
    }
    let (Some(code), Some(title), Some(service), Some(procedure)) = head else {
        return None;
    };
    if !is_slug(&code) {
        top.error_key("code", format!("code «{code}» non valido"), "usa lettere minuscole, cifre e trattini");
    }
    source.clean().then_some(Modello {
        code,
        title,
        service,
        sign_in,
        split,
        procedure,
        pages,
        groups,
        fields,
        stops,
        graduatoria,
        examples,
        known: Known::default(),
    })
}

fn sign_in(top: &Reader<'_, '_>) -> SignIn {
    if let Some(word) = top.need("sign_in").filter(|word| word != "spid-l2") {
        top.error_key("sign_in", format!("sign_in «{word}» non previsto"), "scrivi sign_in = \"spid-l2\"");
    }
    SignIn::SpidL2
}

fn is_slug(text: &str) -> bool {
    text.len() <= 60
        && !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Identifiers are read in expressions and addresses.
fn is_id(text: &str) -> bool {
    const RESERVED: [&str; 16] = [
        "row", "today", "year_end", "and", "or", "not", "in", "if", "any", "all", "count", "sum", "age", "given",
        "true", "false",
    ];
    text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !RESERVED.contains(&text)
}

fn id(reader: &Reader<'_, '_>, seen: &mut HashSet<String>) -> Option<String> {
    let id = reader.need("id")?;
    if !is_id(&id) {
        reader.error_key(
            "id",
            format!("id «{id}» non valido"),
            "usa lettere minuscole, cifre e _, per esempio figlio_cf",
        );
    }
    if !seen.insert(id.clone()) {
        reader.error_key("id", format!("id «{id}» usato due volte"), "scegli un altro id");
    }
    Some(id)
}

/// A text for people, whose only placeholder is the school year.
fn words(reader: &Reader<'_, '_>, key: &'static str) -> Option<Words> {
    reader.need(key).map(|text| placeholders(reader, key, text))
}

fn optional_words(reader: &Reader<'_, '_>, key: &'static str) -> Option<Words> {
    reader.text(key).map(|text| placeholders(reader, key, text))
}

fn placeholders(reader: &Reader<'_, '_>, key: &str, text: String) -> Words {
    if let Some(strange) = unknown_placeholder(&text) {
        reader.error_key(key, format!("segnaposto {strange} sconosciuto"), "qui vale solo {anno_scolastico}");
    }
    Words::italian(text)
}
