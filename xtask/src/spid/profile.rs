//! The profiles of the validator that apply, and what of the portal each of them meets. An ente of its own for each way to
//! stand in the federations; nothing is checked here.

/// An ente that the validator meets.
pub struct Ente {
    /// Prefix.
    pub slug: &'static str,
    /// Host.
    pub host: &'static str,
    /// What its settings say of the doors, beside `xtask/spid/ente.toml`.
    pub accesso: &'static str,
}

/// Stands for itself, with SPID alone.
pub const OWN: Ente = Ente { slug: "calvenzano", host: "servizi.comune.calvenzano.example", accesso: "" };
/// Opens the doors of CIE and eIDAS too.
const DOORS: Ente = Ente {
    slug: "porte",
    host: "servizi.comune.porte.example",
    accesso: "[accesso]\ncie = true\neidas = true\nbelfiore = \"B442\"\n",
};
/// Stands in SPID by an aggregator that runs the services.
const FULL: Ente = Ente {
    slug: "piena",
    host: "servizi.comune.piena.example",
    accesso: "[accesso.aggregatore]\nprofilo = \"full\"\n\
              entity_id = \"https://aggregatore.example/pub-ag-full/porta\"\n\
              name = \"Aggregatore di prova\"\npartita_iva = \"IT00000010165\"\ncodice_fiscale = \"00000010165\"\n\
              email = \"spid@aggregatore.example\"\nphone = \"02 000 100\"\n",
};
/// Stands in SPID by an aggregator that signs people in.
const LITE: Ente = Ente {
    slug: "leggera",
    host: "servizi.comune.leggera.example",
    accesso: "[accesso.aggregatore]\nprofilo = \"lite\"\n\
              entity_id = \"https://aggregatore.example/pub-ag-lite/porta\"\n\
              name = \"Aggregatore di prova\"\nipa_code = \"agg_prova\"\n\
              email = \"spid@aggregatore.example\"\n",
};
/// Every ente.
pub const ENTI: [&Ente; 4] = [&OWN, &DOORS, &FULL, &LITE];

/// A provider that the validator plays; production rules want no port in its entity id.
pub struct Validator {
    /// Entity id. A scheme has its own: no key speaks for two.
    pub entity_id: &'static str,
    /// Scheme that it is trusted for.
    pub scheme: &'static str,
    /// Whether its metadata name HTTP-Redirect alone.
    pub by_redirect: bool,
}

const SPID: Validator = Validator { entity_id: "https://validator.example", scheme: "spid", by_redirect: false };
const SPID_BY_REDIRECT: Validator =
    Validator { entity_id: "https://redirect.validator.example", scheme: "spid", by_redirect: true };
const CIE: Validator = Validator { entity_id: "https://cie.validator.example", scheme: "cie", by_redirect: false };
const EIDAS: Validator =
    Validator { entity_id: "https://eidas.validator.example", scheme: "eidas", by_redirect: false };
/// Every provider.
pub const VALIDATORS: [&Validator; 4] = [&SPID, &SPID_BY_REDIRECT, &CIE, &EIDAS];

/// One run of the validator.
pub struct Face {
    /// Name in the reports.
    pub name: &'static str,
    /// Profile of the validator.
    pub profile: &'static str,
    /// Whom it meets.
    pub ente: &'static Ente,
    /// Where the metadata are.
    pub metadata: &'static str,
    /// Who answers the requests.
    pub validator: &'static Validator,
    /// Checks that are known to exist, by category.
    pub least: &'static [(&'static str, usize)],
}

/// The profile that most enti have.
pub const PUBLIC: Face = Face {
    name: "spid-sp-public",
    profile: "spid-sp-public",
    ente: &OWN,
    metadata: "/spid/metadata",
    validator: &SPID,
    least: &[("metadata_extra", 107), ("authnrequest_extra", 51), ("response", 111)],
};
/// Every run. A response is judged by the same rules whoever stands for the ente and however the request went: those
/// runs are metadata and requests.
pub const PROFILES: [Face; 6] = [
    PUBLIC,
    Face {
        name: "spid-sp-public-redirect",
        validator: &SPID_BY_REDIRECT,
        least: &[("metadata_extra", 107), ("authnrequest_extra", 44)],
        ..PUBLIC
    },
    Face {
        name: "cie-sp-public",
        profile: "cie-sp-public",
        ente: &DOORS,
        metadata: "/cie/metadata",
        validator: &CIE,
        least: &[("metadata_extra", 91), ("authnrequest_extra", 51), ("response", 109)],
    },
    Face {
        name: "ficep-eidas-sp",
        profile: "ficep-eidas-sp",
        ente: &DOORS,
        validator: &EIDAS,
        least: &[("metadata_extra", 136), ("authnrequest_extra", 51), ("response", 111)],
        ..PUBLIC
    },
    Face {
        name: "spid-sp-ag-public-full",
        profile: "spid-sp-ag-public-full",
        ente: &FULL,
        least: &[("metadata_extra", 149), ("authnrequest_extra", 51)],
        ..PUBLIC
    },
    Face {
        name: "spid-sp-ag-public-lite",
        profile: "spid-sp-ag-public-lite",
        ente: &LITE,
        least: &[("metadata_extra", 141), ("authnrequest_extra", 51)],
        ..PUBLIC
    },
];

impl Face {
    /// An address of the ente.
    pub fn address(&self, path: &str) -> String {
        format!("https://{}{path}", self.ente.host)
    }

    /// Where a sign-in begins.
    pub fn start(&self) -> String {
        match self.validator.scheme {
            "spid" => format!("/accesso/spid/avvia?idp={}", self.validator.entity_id),
            scheme => format!("/accesso/{scheme}"),
        }
    }
}
