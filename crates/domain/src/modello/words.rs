//! Texts of a modello: Italian is authoritative, other languages come from a side file.

use serde::{Deserialize, Serialize};

use crate::anno_scolastico::AnnoScolastico;
use crate::lingua::Lingua;

/// A text in the languages of the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Italian.
    pub it: String,
    /// English, when the modello comes with an English side file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Words {
    /// A text that so far stands in Italian only.
    pub fn italian(text: impl Into<String>) -> Self {
        Self { it: text.into(), en: None }
    }

    /// The text in `lingua`; Italian where it was not translated.
    pub fn get(&self, lingua: Lingua) -> &str {
        match lingua {
            Lingua::It => &self.it,
            Lingua::En => self.en.as_deref().unwrap_or(&self.it),
        }
    }

    /// The text in `lingua` with `{anno_scolastico}` put in.
    pub fn fill(&self, lingua: Lingua, anno: AnnoScolastico) -> String {
        let text = self.get(lingua);
        if text.contains(ANNO) { text.replace(ANNO, &anno.to_string()) } else { text.to_owned() }
    }
}

const ANNO: &str = "{anno_scolastico}";

/// The first placeholder of a text that is not `{anno_scolastico}`.
pub(crate) fn unknown_placeholder(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let end = rest[start..].find('}').map_or(rest.len(), |at| start + at + 1);
        if &rest[start..end] != ANNO {
            return Some(&rest[start..end]);
        }
        rest = &rest[end..];
    }
    None
}
