//! Words in the language of the visit: the message files, dates and amounts as people write them.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, PoisonError, RwLock},
};

use chrono::{DateTime, NaiveDate, Utc};
use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid};
use sportello_domain::{calendar::legal_date, euro::Euro, lingua::Lingua, testo};

fluent_templates::static_loader! {
    static MESSAGES = {
        locales: "./messages",
        fallback_language: "it",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const IT: LanguageIdentifier = langid!("it");
const EN: LanguageIdentifier = langid!("en");

/// Messages without arguments, put together once for each language: a page has a hundred of them, and looking them up
/// in Fluent took longer than drawing it. As many as the message files hold.
static PLAIN: [LazyLock<RwLock<HashMap<String, String>>>; 2] = [const { LazyLock::new(RwLock::default) }; 2];

/// The words of the portal in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text(pub Lingua);

impl Text {
    /// A message without arguments. A key that is missing shows itself in double brackets, and tests look for them.
    pub fn get(self, key: &str) -> String {
        let plain = &PLAIN[self.0 as usize];
        if let Some(known) = plain.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return known.clone();
        }
        let found = self.look_up(key, None);
        plain.write().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), found.clone());
        found
    }

    /// A message with one argument.
    pub fn get1<'a>(self, key: &str, name: &'static str, value: impl Into<FluentValue<'a>>) -> String {
        self.with(key, [(name, value.into())])
    }

    /// A message with two arguments.
    pub fn get2<'a>(
        self,
        key: &str,
        name: &'static str,
        value: impl Into<FluentValue<'a>>,
        other_name: &'static str,
        other: impl Into<FluentValue<'a>>,
    ) -> String {
        self.with(key, [(name, value.into()), (other_name, other.into())])
    }

    /// A message with any number of arguments.
    pub fn with<'a>(self, key: &str, args: impl IntoIterator<Item = (&'static str, FluentValue<'a>)>) -> String {
        let args: HashMap<Cow<'static, str>, FluentValue<'a>> =
            args.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        self.look_up(key, Some(&args))
    }

    fn look_up(self, key: &str, args: Option<&HashMap<Cow<'static, str>, FluentValue<'_>>>) -> String {
        let language = match self.0 {
            Lingua::It => &IT,
            Lingua::En => &EN,
        };
        MESSAGES.try_lookup_complete(language, key, args).unwrap_or_else(|| {
            tracing::error!(key, "message is missing");
            format!("[[{key}]]")
        })
    }

    /// BCP 47 tag of the language, for `lang`.
    pub fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// "3 settembre 2026", "3 September 2026".
    pub fn date(self, day: NaiveDate) -> String {
        testo::date(day, self.0)
    }

    /// The date of an instant in Italy.
    pub fn day(self, at: DateTime<Utc>) -> String {
        self.date(legal_date(at))
    }

    /// "1º giugno 2026", "1º giugno 2026, ore 8.30": the first instant of a window.
    pub fn window_start(self, at: DateTime<Utc>) -> String {
        testo::window_start(at, self.0)
    }

    /// "31 luglio 2026", "31 luglio 2026, ore 12.30": the first instant behind a window.
    pub fn window_end(self, at: DateTime<Utc>) -> String {
        testo::window_end(at, self.0)
    }

    /// "21.32", "21:32": the time of an instant in Italy.
    pub fn time(self, at: DateTime<Utc>) -> String {
        testo::time(at, self.0)
    }

    /// "16 giugno 2026, ore 21.32", "16 June 2026, 21:32".
    pub fn moment(self, at: DateTime<Utc>) -> String {
        testo::moment(at, self.0)
    }

    /// "4,50 €", "€4.50": an amount in cents.
    pub fn euro(self, cents: i64) -> String {
        testo::amount(Euro::from_cents(cents), self.0)
    }

    /// "ottobre 2026", "October 2026": the month of a day.
    pub fn month(self, day: NaiveDate) -> String {
        testo::month(day, self.0)
    }

    /// "4%", "4,5%": a rate in hundredths of a percent.
    pub fn percent(self, rate_bp: i64) -> String {
        testo::percent(rate_bp, self.0)
    }

    /// "62 KB", "1,4 MB": a size in bytes, as it stands beside the link to a file.
    pub fn size(self, bytes: u64) -> String {
        testo::size(bytes, self.0)
    }
}

/// Value of a `datetime` attribute: the day of an instant in Italy, ISO 8601.
pub fn iso_day(at: DateTime<Utc>) -> String {
    legal_date(at).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_amounts_are_written_as_people_write_them() {
        let (it, en) = (Text(Lingua::It), Text(Lingua::En));
        let day = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        assert_eq!(it.date(day), "1º settembre 2026");
        assert_eq!(en.date(day), "1 September 2026");
        let at = "2026-06-16T22:32:05Z".parse().unwrap();
        assert_eq!(it.moment(at), "17 giugno 2026, ore 0.32");
        assert_eq!(en.moment(at), "17 June 2026, 0:32");
        // Half a year apart, since the clocks of Italy are not.
        for (midnight, first, last) in [
            ("2026-07-31T22:00:00Z", "1º agosto 2026", "31 luglio 2026"),
            ("2026-12-31T23:00:00Z", "1º gennaio 2027", "31 dicembre 2026"),
        ] {
            let midnight = midnight.parse().unwrap();
            assert_eq!((it.window_start(midnight), it.window_end(midnight)), (first.into(), last.into()));
        }
        let noon = "2026-07-31T10:30:00Z".parse().unwrap();
        assert_eq!(it.window_end(noon), "31 luglio 2026, ore 12.30");
        assert_eq!(en.window_start(noon), "31 July 2026, 12:30");
        assert_eq!(it.euro(450), "4,50\u{a0}€");
        assert_eq!(it.euro(-123_456_705), "-1.234.567,05\u{a0}€");
        assert_eq!(en.euro(123_400), "€1,234.00");
        assert_eq!(it.size(61_900), "62 KB");
        assert_eq!(it.size(1_449_000), "1,4 MB");
    }

    #[test]
    fn a_missing_key_shows_itself() {
        assert_eq!(Text(Lingua::It).get("no-such-key"), "[[no-such-key]]");
    }
}
