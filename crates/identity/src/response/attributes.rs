//! `saml:AttributeStatement`: from attributes to the person (SPID attribute table).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sportello_domain::codice_fiscale::CodiceFiscale;
use sportello_domain::identita::{Identita, IdentityLevel};
use sportello_xml::Element;

use super::{Expected, Refusal};
use crate::saml::{ASSERTION, AttributeSet};

/// Longest value of an attribute, in characters.
const VALUE_CHARS: usize = 255;

pub(super) fn identita(
    expected: &Expected<'_>,
    statement: &Element,
    level: IdentityLevel,
) -> Result<Identita, Refusal> {
    let values = Values::read(statement)?;
    for name in AttributeSet::of(expected.provider.scheme).required {
        values.required(name)?;
    }
    // Who has no Italian number is served at the desk.
    let fiscal_number = values.optional("fiscalNumber")?.ok_or(Refusal::ForeignFiscalNumber)?;
    Ok(Identita {
        scheme: expected.provider.scheme,
        provider: expected.provider.entity_id.clone(),
        level,
        codice_fiscale: codice_fiscale(fiscal_number)?,
        nome: values.required("name")?.to_owned(),
        cognome: values.required("familyName")?.to_owned(),
        nascita: values.optional("dateOfBirth")?.map(birth).transpose()?,
        luogo_nascita: values.optional("placeOfBirth")?.and_then(place),
        email: values.optional("email")?.map(str::to_owned),
        cellulare: values.optional("mobilePhone")?.map(str::to_owned),
    })
}

/// The attributes by name, each once and with one value.
struct Values<'e>(BTreeMap<&'e str, &'e str>);

impl<'e> Values<'e> {
    fn read(statement: &'e Element) -> Result<Self, Refusal> {
        let mut walk = statement.walk()?;
        let attributes = walk.list(ASSERTION, "Attribute");
        walk.end()?;
        let mut values = BTreeMap::new();
        for attribute in attributes {
            let mut walk = attribute.walk()?;
            let found = walk.list(ASSERTION, "AttributeValue");
            walk.end()?;
            let value = match found.as_slice() {
                [] => "",
                [one] => one.trimmed()?,
                _ => return Err(Refusal::AttributeRepeated),
            };
            if values.insert(attribute.required("Name")?, value).is_some() {
                return Err(Refusal::AttributeRepeated);
            }
        }
        Ok(Self(values))
    }

    /// A value that is there, not empty and no longer than a name or an address can be.
    fn optional(&self, name: &'static str) -> Result<Option<&'e str>, Refusal> {
        let Some(value) = self.0.get(name).copied().filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        if value.chars().count() > VALUE_CHARS || value.chars().any(char::is_control) {
            return Err(Refusal::Attribute(name));
        }
        Ok(Some(value))
    }

    fn required(&self, name: &'static str) -> Result<&'e str, Refusal> {
        self.optional(name)?.ok_or(Refusal::AttributeMissing(name))
    }
}

/// `TINIT-` and a codice fiscale of a person, as it is written: upper case, no blanks.
fn codice_fiscale(value: &str) -> Result<String, Refusal> {
    let code = value.strip_prefix("TINIT-").ok_or(Refusal::ForeignFiscalNumber)?;
    let written = code.len() == 16 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    // Without the birth date: a place that was renamed must not keep anybody out.
    if !written || CodiceFiscale::parse(code, None).is_err() {
        return Err(Refusal::Attribute("fiscalNumber"));
    }
    Ok(code.to_owned())
}

/// `xs:date` without zone, four digits of the year.
fn birth(value: &str) -> Result<NaiveDate, Refusal> {
    let fits = value.len() == 10 && value.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date = if fits { NaiveDate::parse_from_str(value, "%Y-%m-%d").ok() } else { None };
    date.ok_or(Refusal::Attribute("dateOfBirth"))
}

/// A Belfiore code: a letter and three digits. Some providers write a name: it is a proposal for a form, so
/// what cannot be used is left out and keeps nobody from signing in.
fn place(value: &str) -> Option<String> {
    let fits = value.len() == 4
        && value.bytes().enumerate().all(|(at, b)| if at == 0 { b.is_ascii_uppercase() } else { b.is_ascii_digit() });
    fits.then(|| value.to_owned())
}
