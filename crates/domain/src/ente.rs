//! The ente: a comune (or a union of comuni) with its own portal, data, contacts and look.

use crate::{accesso::Accesso, calendar::Patrono, id::EnteId, protocollo::Registro, riscossione::Riscossione};

/// One ente of the installation, as its pages and documents need it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ente {
    /// The tenant key.
    pub id: EnteId,
    /// Prefix of its addresses where enti share a host: lower-case letters, digits, hyphen (`calvenzano`).
    pub slug: String,
    /// Host that serves this ente alone (`servizi.comune.calvenzano.bg.it`), if any.
    pub host: Option<String>,
    /// What an office may change.
    pub settings: EnteSettings,
}

/// Longest prefix, in characters.
const SLUG_MAX: usize = 60;

/// Whether a text can be the prefix of an ente: lower-case letters, digits and hyphens. `pagopa` is the address of the
/// payment door.
pub fn is_slug(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=SLUG_MAX).contains(&text.len()) && text.bytes().all(fits) && text != "pagopa"
}

/// The settings of an ente; kept as one JSON document.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnteSettings {
    /// Full legal name: "Comune di Calvenzano".
    pub name: String,
    /// True for an ente of the demonstration: every page and document says DIMOSTRAZIONE.
    pub demo: bool,
    /// Home page of the comune's own site.
    pub site_url: String,
    /// Region shown in the slim header.
    pub region: Link,
    /// Codice fiscale of the ente, 11 digits.
    pub codice_fiscale: String,
    /// Code in the index of public administrations (IPA), such as `c_b442`.
    pub ipa_code: String,
    /// Code of the AOO whose protocol register is used.
    pub aoo_code: String,
    /// Postal address, one line each.
    pub address: Vec<String>,
    /// Place (comune) that goes into certificates and metadata.
    pub locality: String,
    /// Certified e-mail address.
    pub pec: String,
    /// Switchboard, as people read it (`0363 000 100`).
    pub phone: String,
    /// The office that answers for school services.
    pub office: Office,
    /// Address of the accessibility declaration on the site of AgID.
    pub accessibility_url: String,
    /// Colours of the theme.
    pub theme: Theme,
    /// The doors through which people come in; SPID alone where nothing is said.
    #[serde(default, skip_serializing_if = "Accesso::is_default")]
    pub accesso: Accesso,
    /// Which protocol register is used; the portal's own where nothing is said.
    #[serde(default, skip_serializing_if = "Registro::is_internal")]
    pub protocollo: Registro,
    /// The patron saint's day, where no term ends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patrono: Option<Patrono>,
    /// How the ente invoices and collects; an ente without it does neither here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub riscossione: Option<Riscossione>,
}

/// A text with an address.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What people read.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

/// The unit in charge of a service (unità organizzativa).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// "Servizio Istruzione".
    pub name: String,
    /// Responsabile del procedimento (L. 241/1990 art. 5).
    pub responsabile: String,
    /// Telephone, as people read it.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Opening hours in words.
    pub hours: String,
}

/// Colours of an ente, as `#rrggbb`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Links, buttons, header: at least 4.5:1 on white.
    pub primary: String,
    /// Slim header, hover, footer.
    pub dark: String,
    /// Calm surfaces.
    pub tint: String,
}

/// A telephone number of the settings as machines dial it: `+`, the country, no spaces. One without country is Italian;
/// nothing for a text without digits.
pub fn international(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let number = if phone.trim_start().starts_with('+') {
        format!("+{digits}")
    } else if let Some(abroad) = digits.strip_prefix("00") {
        format!("+{abroad}")
    } else {
        format!("+39{digits}")
    };
    (!digits.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_names_its_country_once() {
        for phone in ["0363 000 100", "+39 0363 000100", "0039-0363-000-100"] {
            assert_eq!(international(phone).as_deref(), Some("+390363000100"), "{phone}");
        }
        assert_eq!(international("centralino"), None);
    }

    #[test]
    fn a_prefix_fits_an_address_and_is_not_that_of_the_payment_door() {
        assert!(["calvenzano", "c2", "val-d-adda", &"a".repeat(60)].iter().all(|text| is_slug(text)));
        assert!(["", "Calvenzano", "a b", "città", "a/b", "pagopa", &"a".repeat(61)].iter().all(|text| !is_slug(text)));
    }
}
