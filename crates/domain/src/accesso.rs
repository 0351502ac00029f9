//! How people come in at an ente: which doors are open, and under whose name it stands in the federations.

/// The doors of an ente and what its papers for the federations say beside its name and contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accesso {
    /// Whether "Entra con CIE" is offered.
    #[serde(default)]
    pub cie: bool,
    /// Whether "Login with eIDAS" is offered: identities of other countries of the Union, through the Italian node.
    #[serde(default)]
    pub eidas: bool,
    /// Code of the comune in the land register (`B442`); the metadata for CIE name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belfiore: Option<String>,
    /// Who stands in the federation of SPID for this ente, if it does not do so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregatore: Option<Aggregatore>,
}

impl Accesso {
    /// Whether nothing is said: the ente stands for itself, with SPID alone.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// An aggregator of public services (AgID, Avviso 19 v4).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregatore {
    /// How much it does for the ente.
    pub profilo: ProfiloAggregatore,
    /// Entity id that the aggregator gives the ente; it holds the code of the activity (`pub-ag-full`, `pub-ag-lite`).
    pub entity_id: String,
    /// Its full name.
    pub name: String,
    /// Its VAT number with the country (`IT00000010165`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partita_iva: Option<String>,
    /// Its codice fiscale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codice_fiscale: Option<String>,
    /// Its code in the index of the administrations, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipa_code: Option<String>,
    /// E-mail address of an office of it.
    pub email: String,
    /// Its telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// How much an aggregator does (AgID, Avviso 19 v4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfiloAggregatore {
    /// It signs people in for the ente and runs the services.
    Full,
    /// It signs people in for services that the ente runs.
    Lite,
}

impl ProfiloAggregatore {
    /// Code of the activity, part of each entity id.
    pub const fn activity(self) -> &'static str {
        match self {
            Self::Full => "pub-ag-full",
            Self::Lite => "pub-ag-lite",
        }
    }
}
