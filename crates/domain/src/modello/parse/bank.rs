//! Lists of the question bank, while a modello that takes them is read.

use toml::de::{DeTable, DeValue};

use crate::modello::banca::named;
use crate::modello::campo::Campo;
use crate::modello::source::{Reader, SourceText};
use crate::modello::{Banca, translation};

/// A list that the modello takes. A text that cannot be read has an empty table and a fault in its source.
pub(super) struct OpenList<'a> {
    pub name: &'a str,
    source: SourceText<'a>,
    table: DeTable<'a>,
    english_source: SourceText<'a>,
    english: DeTable<'a>,
}

/// Where the fields of a list go.
pub(super) struct Place {
    /// The list.
    pub bank: String,
    /// Page, when it is named.
    pub page: Option<String>,
    /// Group, when they are repeated.
    pub group: Option<String>,
}

/// The lists that the fields of a modello name, each once.
pub(super) fn open<'a>(table: &DeTable<'_>, banca: &'a Banca) -> Vec<OpenList<'a>> {
    let taken = |name: &str| uses(table).any(|word| named(word) == Some(name));
    let names = banca.names().filter(|name| taken(name));
    names
        .filter_map(|name| {
            let list = banca.list(name)?;
            let source = SourceText::new(&list.file, &list.toml);
            let english_source = SourceText::new(&list.english_file, &list.english);
            let (table, english) = (source.table().unwrap_or_default(), english_source.table().unwrap_or_default());
            Some(OpenList { name, source, table, english_source, english })
        })
        .collect()
}

fn uses<'t>(table: &'t DeTable<'_>) -> impl Iterator<Item = &'t str> {
    let fields =
        table.iter().filter(|(key, _)| key.get_ref() == "field").filter_map(|(_, value)| match value.get_ref() {
            DeValue::Array(items) => Some(items.iter()),
            _ => None,
        });
    let tables = fields.flatten().filter_map(|item| match item.get_ref() {
        DeValue::Table(table) => Some(table.iter()),
        _ => None,
    });
    tables.flatten().filter(|(key, _)| key.get_ref() == "use").filter_map(|(_, value)| match value.get_ref() {
        DeValue::String(text) => Some(text.as_ref()),
        _ => None,
    })
}

/// The fields to read, those of lists in the place of the table that takes them.
pub(super) fn expand<'s, 'a>(
    tables: Vec<Reader<'s, 'a>>,
    lists: &'s [OpenList<'a>],
) -> Vec<(Reader<'s, 'a>, Option<Place>)> {
    let mut found = Vec::new();
    for reader in tables {
        let Some(word) = reader.has("use").then(|| reader.text("use")).flatten() else {
            found.push((reader, None));
            continue;
        };
        let (page, group) = (reader.text("page"), reader.text("group"));
        reader.finish();
        match lists.iter().find(|list| Some(list.name) == named(&word)) {
            None => {
                let message = format!("l'elenco «{word}» non c'è nella banca delle domande");
                reader.error_key("use", message, "scrivi use = \"bank:<nome>\" con il nome di un elenco");
            }
            Some(list) => {
                let top = Reader::new(&list.source, &list.table, 0);
                let place = || Place { bank: list.name.to_owned(), page: page.clone(), group: group.clone() };
                found.extend(top.tables("field").into_iter().map(|field| (field, Some(place()))));
                top.finish();
            }
        }
    }
    found
}

/// Puts the English of each list into the fields that came from it.
pub(super) fn translate(fields: &mut [Campo], lists: &[OpenList<'_>]) {
    for list in lists {
        let own = fields.iter_mut().filter(|campo| campo.bank.as_deref() == Some(list.name));
        let slots = own.flat_map(translation::field_slots).collect();
        let top = Reader::new(&list.english_source, &list.english, 0);
        translation::translate(slots, &list.english, &top);
    }
}

impl<'a> OpenList<'a> {
    /// Its texts with their faults.
    pub(super) fn into_sources(self) -> [SourceText<'a>; 2] {
        [self.source, self.english_source]
    }
}
