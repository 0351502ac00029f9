//! The simple types of the messages (sac-common-types 1.0 and paForNode.xsd), each as one check that gives the value.

use chrono::{NaiveDate, NaiveDateTime};
use sportello_domain::euro::Euro;
use sportello_xml::{Element, Walk, XmlError};

/// Largest amount of a message, in cents (`stAmount`).
const MAX_AMOUNT_CENTS: i64 = 99_999_999_999;
/// Entries of a map of keys and values (`ctMetadata`).
const MAX_METADATA: usize = 15;
/// Longest e-mail (`stEMail`).
const MAX_EMAIL: usize = 256;

/// Why an answer is not what the protocol says. Holds the name of an element, never what stood in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The document or its shape.
    #[error(transparent)]
    Shape(#[from] XmlError),
    /// The value of an element.
    #[error("element {0} has a wrong value")]
    Value(&'static str),
    /// The values do not fit each other, or what is on record.
    #[error("{0}")]
    Sense(&'static str),
}

/// The next child, which must be there, with its text checked by `check`.
pub fn one<T>(walk: &mut Walk<'_>, name: &'static str, check: impl FnOnce(&Element) -> Option<T>) -> Result<T, Flaw> {
    check(walk.one("", name)?).ok_or(Flaw::Value(name))
}

/// The next child if it has this name; an empty one is a fault, not an absence.
pub fn optional<T>(
    walk: &mut Walk<'_>,
    name: &'static str,
    check: impl FnOnce(&Element) -> Option<T>,
) -> Result<Option<T>, Flaw> {
    walk.optional("", name).map(|element| check(element).ok_or(Flaw::Value(name))).transpose()
}

/// Text of 1 to `max` characters.
pub fn text(max: usize) -> impl Fn(&Element) -> Option<String> {
    move |element| {
        let text = element.text().ok()?;
        (1..=max).contains(&text.chars().count()).then(|| text.to_owned())
    }
}

/// Any text.
pub fn any_text(element: &Element) -> Option<String> {
    element.text().ok().map(str::to_owned)
}

/// `\d+\.\d{2}` from 0.01 to 999999999.99 (`stAmountNotZero`).
pub fn amount(element: &Element) -> Option<Euro> {
    let (whole, cents) = element.trimmed().ok()?.split_once('.')?;
    if !digits(whole) || !digits(cents) || cents.len() != 2 {
        return None;
    }
    let total: i64 = format!("{whole}{cents}").parse().ok()?;
    (1..=MAX_AMOUNT_CENTS).contains(&total).then(|| Euro::from_cents(total))
}

/// A day, with or without a zone (`xsd:date`).
pub fn date(element: &Element) -> Option<NaiveDate> {
    let text = element.trimmed().ok()?;
    let (day, zone) = text.split_at_checked(10)?;
    let shaped =
        day.bytes().enumerate().all(|(at, b)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    (shaped && is_zone(zone)).then(|| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok())?
}

/// An instant, with or without a zone (`xsd:dateTime`).
pub fn date_time(element: &Element) -> Option<NaiveDateTime> {
    let text = element.trimmed().ok()?;
    let (day, clock) = text.split_once('T')?;
    let end = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    is_zone(zone).then(|| NaiveDateTime::parse_from_str(&format!("{day}T{clock}"), "%Y-%m-%dT%H:%M:%S%.f").ok())?
}

fn is_zone(text: &str) -> bool {
    let offset = |text: &str| {
        let parts = text.strip_prefix(['+', '-']).and_then(|rest| rest.split_once(':'));
        parts.is_some_and(|(hours, minutes)| {
            hours.len() == 2
                && minutes.len() == 2
                && digits(hours)
                && digits(minutes)
                && hours <= "14"
                && minutes <= "59"
        })
    };
    text.is_empty() || text == "Z" || offset(text)
}

/// `true`, `false`, `1`, `0`.
pub fn boolean(element: &Element) -> Option<bool> {
    match element.trimmed().ok()? {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// One of these words.
pub fn word(words: &'static [&'static str]) -> impl Fn(&Element) -> Option<&'static str> {
    move |element| {
        let text = element.text().ok()?;
        words.iter().copied().find(|word| *word == text)
    }
}

/// Eleven digits (`stFiscalCodePA`).
pub fn codice_fiscale(element: &Element) -> Option<String> {
    let text = element.text().ok()?;
    (text.len() == 11 && digits(text)).then(|| text.to_owned())
}

/// Two capitals (`stNazioneProvincia`).
pub fn country(element: &Element) -> Option<String> {
    let text = element.text().ok()?;
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())).then(|| text.to_owned())
}

/// An e-mail as the schema has it (`stEMail`).
pub fn email(element: &Element) -> Option<String> {
    let text = element.text().ok()?;
    let (local, host) = text.split_once('@')?;
    let of = |text: &str, marks: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
    };
    let fits = text.len() <= MAX_EMAIL && of(local, "_.+-") && host.split('.').all(|label| of(label, "-"));
    fits.then(|| text.to_owned())
}

/// Keys and values (`ctMetadata`): 1 to 15.
pub fn metadata(element: &Element) -> Option<Vec<(String, String)>> {
    let mut walk = element.walk().ok()?;
    let entries = walk.list("", "mapEntry");
    walk.end().ok()?;
    let entry = |element: &&Element| {
        let mut walk = element.walk().ok()?;
        let pair = (one(&mut walk, "key", text(140)).ok()?, one(&mut walk, "value", text(140)).ok()?);
        walk.end().ok()?;
        Some(pair)
    };
    (1..=MAX_METADATA).contains(&entries.len()).then(|| entries.iter().map(entry).collect())?
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use sportello_xml::{Document, Element, Limits};

    use super::*;

    fn passes<T>(check: impl Fn(&Element) -> Option<T>, text: &str) -> bool {
        let xml = format!("<a>{text}</a>");
        check(Document::read(xml.as_bytes(), &Limits::SAML).unwrap().root()).is_some()
    }

    #[test]
    fn values_at_their_edges() {
        for (text, good) in [("0.01", true), ("999999999.99", true), ("0.00", false), ("1000000000.00", false)] {
            assert_eq!(passes(amount, text), good, "{text}");
        }
        for text in ["", "10", "10.0", "10.000", "10,00", "-1.00", "+1.00", ".10", "1e2.00", "99999999999999999999.00"]
        {
            assert!(!passes(amount, text), "{text}");
        }
        for (text, good) in
            [("2026-12-31", true), ("2026-12-31Z", true), ("2026-12-31+01:00", true), ("2026-02-30", false)]
        {
            assert_eq!(passes(date, text), good, "{text}");
        }
        for text in ["", "12-28-2022", "12-09-22", "2026-1-01", "2026-12-31T00:00:00", "2026-12-31+1", "+026-12-31"] {
            assert!(!passes(date, text), "{text}");
        }
        assert!(passes(date_time, "2021-12-31T12:12:12") && passes(date_time, "2021-12-31T12:12:12.5+02:00"));
        assert!(!passes(date_time, "2021-12-31") && !passes(date_time, "2021-12-31T12:12:12+25:00"));
        assert!(
            passes(email, "a.b+c@d-e.it")
                && !passes(email, "a@b@c")
                && !passes(email, "a@b..c")
                && !passes(email, "@b")
        );
        assert!(passes(text(3), "àèì") && !passes(text(3), "àèìò") && !passes(text(3), ""));
        assert!(passes(country, "IT") && !passes(country, "it"));
        assert!(passes(metadata, "<mapEntry><key>a</key><value>b</value></mapEntry>") && !passes(metadata, ""));
        assert!(!passes(metadata, "<mapEntry><value>b</value><key>a</key></mapEntry>"));
    }
}
