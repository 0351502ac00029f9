//! `info`: a text to read; no answer.

use serde::{Deserialize, Serialize};

use super::{Behaviour, Room, Typed};
use crate::modello::answers::Value;
use crate::modello::expr::Ty;
use crate::modello::source::Reader;
use crate::modello::view::{Control, ProblemCode};
use crate::modello::words::Words;

/// Paragraphs to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// The paragraphs.
    text: Vec<Words>,
}

impl Info {
    pub(super) fn author(reader: &Reader<'_, '_>) -> Self {
        let text: Vec<Words> = reader.texts("text").into_iter().map(|(_, text)| Words::italian(text)).collect();
        if text.is_empty() {
            reader.error(reader.at(), "manca il testo da leggere", "aggiungi text = [\"primo paragrafo\"]");
        }
        Self { text }
    }
}

impl Behaviour for Info {
    fn ty(&self) -> Option<Ty> {
        None
    }

    fn read(&self, _typed: &Typed<'_>, _room: &Room<'_>) -> Option<Value> {
        None
    }

    fn problem(&self, _value: &Value, _room: &Room<'_>) -> Option<ProblemCode> {
        None
    }

    fn control(&self, _value: Option<&Value>, room: &Room<'_>) -> Control {
        let anno = room.facts.anno_scolastico;
        Control::Info { paragraphs: self.text.iter().map(|words| words.fill(room.lingua, anno)).collect() }
    }

    fn words(&mut self) -> Vec<(String, &mut Words)> {
        self.text.iter_mut().enumerate().map(|(index, words)| (format!("text.{index}"), words)).collect()
    }
}
