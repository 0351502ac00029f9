//! The faces of the providers: what makes CIE and the node of eIDAS differ from a provider of SPID.

use sportello_domain::identita::IdentityLevel;
use sportello_identity::provider::ResponseDraft;

use crate::people::Person;

/// Which federation a provider plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// A provider of SPID.
    Spid,
    /// The Ministero dell'Interno: one provider, no format of the issuer, level 3 always, no answer to a logout.
    Cie,
    /// The Italian node of eIDAS: people of other countries, some without an Italian codice fiscale.
    Eidas,
}

impl Face {
    /// Every face.
    pub const ALL: [Self; 3] = [Self::Spid, Self::Cie, Self::Eidas];

    /// Its word, as it stands in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Spid => "spid",
            Self::Cie => "cie",
            Self::Eidas => "eidas",
        }
    }

    /// Where the portal publishes its metadata for this federation, from its entity id.
    pub fn metadata_url(self, entity_id: &str) -> String {
        match self {
            Self::Spid | Self::Eidas => format!("{entity_id}/spid/metadata"),
            // The entity id of CIE has its own folder at the end.
            Self::Cie => format!("{entity_id}/metadata"),
        }
    }

    /// The level that is chosen unless somebody chooses another, for one that was asked for.
    pub fn level(self, asked: IdentityLevel) -> IdentityLevel {
        if self == Self::Cie { IdentityLevel::L3 } else { asked }
    }

    /// Whether the anomaly exists there (CIE technical manual: 19, 20 and 24 are reserved).
    pub fn has_anomaly(self, number: u8) -> bool {
        self != Self::Cie || !matches!(number, 19 | 20 | 24)
    }

    /// Makes a right answer look like one of this federation.
    pub fn dress(self, draft: &mut ResponseDraft, person: &Person) {
        match self {
            Self::Spid => {}
            Self::Cie => draft.issuer_format = None,
            Self::Eidas => {
                if !person.has_codice_fiscale() {
                    draft.attributes.retain(|(name, _)| name != "fiscalNumber");
                }
            }
        }
    }
}
