//! The protocol register (DPR 445/2000 art. 50-57): which register an ente uses, where an entry is classified and in which
//! fascicolo it goes.
//!
//! Not for keeping entries: see `sportello_store::protocollo`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Which register an ente uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Registro {
    /// The portal's own: the number is given in the transaction of INVIA.
    #[default]
    #[serde(rename = "interno")]
    Internal,
    /// That of the ente's protocol system: the number arrives later.
    #[serde(rename = "esterno")]
    External,
}

impl Registro {
    /// The word kept in the database.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Internal => "interno",
            Self::External => "esterno",
        }
    }

    /// The register of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        [Self::Internal, Self::External].into_iter().find(|registro| registro.stored() == word)
    }

    /// Whether it is the portal's own: what settings do not say.
    pub fn is_internal(&self) -> bool {
        *self == Self::Internal
    }
}

/// Titles of the classification plan of the comuni.
const TITOLI: [&str; 14] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV"];
/// Most classes in a title.
const CLASSE_MAX: u8 = 99;

/// A place in the classification plan: titolo and classe, written `VII/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Classificazione {
    titolo: u8,
    classe: u8,
}

impl Classificazione {
    /// Services to the person, right to study: where school services stand in the plan of the comuni.
    pub const DIRITTO_ALLO_STUDIO: Self = Self { titolo: 7, classe: 1 };

    /// Reads `VII/1`: a title from I to XIV in Roman digits, a class from 1 to 99.
    pub fn parse(text: &str) -> Option<Self> {
        let (titolo, classe) = text.split_once('/')?;
        let place = TITOLI.iter().position(|known| *known == titolo)?;
        let plain = classe.bytes().all(|byte| byte.is_ascii_digit()) && !classe.starts_with('0');
        let classe = classe.parse().ok().filter(|classe| plain && (1..=CLASSE_MAX).contains(classe))?;
        Some(Self { titolo: u8::try_from(place + 1).ok()?, classe })
    }
}

impl Default for Classificazione {
    fn default() -> Self {
        Self::DIRITTO_ALLO_STUDIO
    }
}

impl fmt::Display for Classificazione {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titolo = TITOLI.get(usize::from(self.titolo) - 1).copied().unwrap_or_default();
        write!(out, "{titolo}/{}", self.classe)
    }
}

impl Serialize for Classificazione {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Classificazione {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a classification is written VII/1"))
    }
}

/// The fascicolo of a procedimento (DPR 445/2000 art. 64, L. 241/1990): year, classification, number of its first
/// pratica, as in `2026-VII/1.184`. What is filed together stands in one.
pub fn fascicolo(anno: i64, classificazione: &str, numero: i64) -> String {
    format!("{anno}-{classificazione}.{numero}")
}

/// The register of a registration made in the ente's protocol system, so that its numbers never meet those of the
/// portal's own: code of the AOO and of the register.
pub fn external_aoo(aoo: &str, registro: &str) -> String {
    format!("{aoo}/{registro}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classification_is_a_title_and_a_class() {
        for text in ["I/1", "VII/1", "XIV/99"] {
            assert_eq!(Classificazione::parse(text).map(|read| read.to_string()).as_deref(), Some(text));
        }
        for text in ["", "VII", "VII/", "VII/0", "VII/01", "VII/100", "VII/+1", "XV/1", "7/1", "vii/1", "VII/1/2"] {
            assert_eq!(Classificazione::parse(text), None, "{text}");
        }
        assert_eq!(Classificazione::default().to_string(), "VII/1");
        assert_eq!(serde_json::to_string(&Classificazione::default()).unwrap(), "\"VII/1\"");
        assert!(serde_json::from_str::<Classificazione>("\"VII/0\"").is_err());
    }

    #[test]
    fn a_fascicolo_says_year_place_and_number() {
        assert_eq!(fascicolo(2026, "VII/1", 184), "2026-VII/1.184");
    }

    #[test]
    fn the_words_of_registers_come_back() {
        for registro in [Registro::Internal, Registro::External] {
            assert_eq!(Registro::from_stored(registro.stored()), Some(registro));
            assert_eq!(serde_json::to_string(&registro).unwrap(), format!("\"{}\"", registro.stored()));
        }
        assert_eq!(Registro::from_stored("altro"), None);
    }
}
