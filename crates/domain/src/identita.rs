//! Who somebody is, as a provider of identities said it.

use chrono::NaiveDate;

/// The scheme through which a person signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum IdentityScheme {
    /// SPID (Sistema Pubblico di Identità Digitale).
    Spid,
    /// CIE (Carta d'Identità Elettronica).
    Cie,
    /// eIDAS: an identity of another country of the Union, through the Italian node, which answers like a provider of
    /// SPID.
    Eidas,
}

impl IdentityScheme {
    /// Every scheme.
    pub const ALL: [Self; 3] = [Self::Spid, Self::Cie, Self::Eidas];

    /// The word kept in the database.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Spid => "spid",
            Self::Cie => "cie",
            Self::Eidas => "eidas",
        }
    }

    /// The scheme of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.stored() == word)
    }
}

/// Level of assurance of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum IdentityLevel {
    /// One factor.
    L1,
    /// Two factors; what a comune asks for.
    L2,
    /// Two factors with certified keys.
    L3,
}

impl IdentityLevel {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::L1, Self::L2, Self::L3];

    /// The word kept in the database.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
        }
    }

    /// The level of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.stored() == word)
    }
}

/// A verified natural person: built only from a response whose signature and rules held.
///
/// The account key is the codice fiscale, never an identifier of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identita {
    /// The door used.
    pub scheme: IdentityScheme,
    /// Entity id of the provider that vouches.
    pub provider: String,
    /// Level of assurance reached.
    pub level: IdentityLevel,
    /// Codice fiscale: 16 characters, upper case, without the `TINIT-` prefix, check letter verified.
    pub codice_fiscale: String,
    /// Given name.
    pub nome: String,
    /// Family name.
    pub cognome: String,
    /// Date of birth.
    pub nascita: Option<NaiveDate>,
    /// Belfiore code of the place of birth (comune, or `Z…` for a state).
    pub luogo_nascita: Option<String>,
    /// E-mail as declared to the provider: a proposal, not a verified contact.
    pub email: Option<String>,
    /// Mobile telephone as declared to the provider.
    pub cellulare: Option<String>,
}
