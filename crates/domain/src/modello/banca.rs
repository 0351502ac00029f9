//! The question bank: lists of fields that several modelli share, written once.
//!
//! A modello takes a list with `use = "bank:<name>"`. It is put in when the modello is read, so that what is published is
//! whole in itself and a later change of the bank changes no modello that is in use.

use std::collections::BTreeMap;

/// The lists that modelli may take, by name.
#[derive(Clone, Debug, Default)]
pub struct Banca {
    lists: BTreeMap<String, BankList>,
}

/// One list as its author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct BankList {
    /// File named in faults.
    pub file: String,
    /// The fields, in TOML.
    pub toml: String,
    /// File of the English.
    pub english_file: String,
    /// Their English texts, in TOML.
    pub english: String,
}

/// How a modello names a list.
const PREFIX: &str = "bank:";

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        [$((
            $name,
            include_str!(concat!("../../../../modelli/banca/", $name, ".toml")),
            include_str!(concat!("../../../../modelli/banca/", $name, ".en.toml")),
        )),*]
    };
}

impl Banca {
    /// The lists that ship with the product.
    pub fn shipped() -> Self {
        let lists = shipped!["identita", "residenza", "recapiti", "conto", "dichiarazioni", "informativa"];
        lists.into_iter().fold(Self::default(), |banca, (name, toml, english)| banca.with(name, toml, english))
    }

    /// The bank with one more list: `banca/<name>.toml` and its English side file.
    pub fn with(mut self, name: &str, toml: &str, english: &str) -> Self {
        let list = BankList {
            file: format!("banca/{name}.toml"),
            toml: toml.to_owned(),
            english_file: format!("banca/{name}.en.toml"),
            english: english.to_owned(),
        };
        self.lists.insert(name.to_owned(), list);
        self
    }

    /// The names of the lists.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.lists.keys().map(String::as_str)
    }

    pub(crate) fn list(&self, name: &str) -> Option<&BankList> {
        self.lists.get(name)
    }
}

/// The list that `bank:<name>` names.
pub(crate) fn named(word: &str) -> Option<&str> {
    word.strip_prefix(PREFIX)
}
