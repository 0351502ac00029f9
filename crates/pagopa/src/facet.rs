//! The rules that the schema has for single values, by hand. `None` means that the value breaks its rule.
//!
//! Identifiers are not checked by their check digit here: the node may send numbers of old systems and of tests.

use base64::Engine;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use sportello_domain::euro::Euro;

/// Largest amount, 999,999,999.99, in cents.
const AMOUNT_MAX_CENTS: i64 = 99_999_999_999;

/// 1 to `MAX` characters.
pub(crate) fn text<const MAX: usize>(text: &str) -> Option<String> {
    let length = text.chars().count();
    (1..=MAX).contains(&length).then(|| text.to_owned())
}

/// Any text (`xsd:string`).
pub(crate) fn any(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Exactly so many digits.
pub(crate) fn digits<const LENGTH: usize>(text: &str) -> Option<String> {
    (text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
}

/// `entityUniqueIdentifierValue`: 2 to 16 characters.
pub(crate) fn identifier(value: &str) -> Option<String> {
    text::<16>(value).filter(|value| value.chars().count() >= 2)
}

/// One of these words.
pub(crate) fn word(allowed: &'static [&'static str]) -> impl Fn(&str) -> Option<&'static str> {
    move |text| allowed.iter().copied().find(|word| *word == text)
}

/// Two capital letters.
pub(crate) fn country(text: &str) -> Option<String> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| text.to_owned())
}

/// `stEMail`.
pub(crate) fn email(text: &str) -> Option<String> {
    let (name, host) = text.split_once('@')?;
    let name_ok = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.+-".contains(&b));
    let label_ok =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (text.len() <= 256 && name_ok && host.split('.').all(label_ok)).then(|| text.to_owned())
}

/// `stAmount`: `\d+\.\d{2}`, at most 999,999,999.99.
pub(crate) fn amount(text: &str) -> Option<Euro> {
    let (whole, cents) = blank_less(text).split_once('.')?;
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !number(whole) || !number(cents) || cents.len() != 2 {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 9 {
        return None;
    }
    let total: i64 = format!("{whole}{cents}").parse().ok()?;
    (total <= AMOUNT_MAX_CENTS).then(|| Euro::from_cents(total))
}

/// `stAmountNotZero`: the same, at least 0.01.
pub(crate) fn amount_not_zero(text: &str) -> Option<Euro> {
    amount(text).filter(|amount| amount.cents() > 0)
}

/// `stIdTransfer`: 1 to 5.
pub(crate) fn transfer_number(text: &str) -> Option<u8> {
    let text = blank_less(text);
    let text = text.strip_prefix('+').unwrap_or(text).trim_start_matches('0');
    match text.as_bytes() {
        [digit @ b'1'..=b'5'] => Some(digit - b'0'),
        _ => None,
    }
}

/// `xsd:boolean`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match blank_less(text) {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// `xsd:base64Binary`; what it holds is dropped.
pub(crate) fn base64(text: &str) -> Option<()> {
    let compact: String = text.split([' ', '\t', '\r', '\n']).collect();
    base64::engine::general_purpose::STANDARD.decode(compact).ok().map(drop)
}

/// `xsd:date`; a zone is read and left out, since a legal date has none.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    let text = blank_less(text);
    let (day, rest) = text.split_at_checked(10)?;
    zone(rest)?;
    plain_date(day)
}

/// `xsd:dateTime`; without a zone it is the time of Rome, the earlier one in the hour that comes twice.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let (day, time) = blank_less(text).split_once('T')?;
    let day = plain_date(day)?;
    let end = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, rest) = time.split_at(end);
    let zone = zone(rest)?;
    let local = if is_end_of_day(time) {
        day.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN)
    } else {
        day.and_time(plain_time(time)?)
    };
    match zone {
        Some(offset) => Some(offset.from_local_datetime(&local).single()?.to_utc()),
        None => Some(in_rome(local)),
    }
}

fn in_rome(local: NaiveDateTime) -> DateTime<Utc> {
    let rome = chrono_tz::Europe::Rome;
    match rome.from_local_datetime(&local).earliest() {
        Some(instant) => instant.to_utc(),
        // In the hour that is skipped in March, the clock of the sender was still on winter time.
        None => local.and_utc() - chrono::TimeDelta::hours(1),
    }
}

fn plain_date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    let day = shaped.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())??;
    // The schema has no year 0.
    (!text.starts_with("0000")).then_some(day)
}

fn plain_time(text: &str) -> Option<NaiveTime> {
    let (seconds, fraction) = text.split_once('.').map_or((text, None), |(seconds, rest)| (seconds, Some(rest)));
    let bytes = seconds.as_bytes();
    let shaped = bytes.len() == 8
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 2 || at == 5 { *byte == b':' } else { byte.is_ascii_digit() });
    if !shaped || seconds.ends_with("60") {
        return None;
    }
    let time = NaiveTime::parse_from_str(seconds, "%H:%M:%S").ok()?;
    let Some(fraction) = fraction else { return Some(time) };
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let micros: u32 = fraction.chars().chain("000000".chars()).take(6).collect::<String>().parse().ok()?;
    chrono::Timelike::with_nanosecond(&time, micros * 1000)
}

/// `24:00:00`, which is the start of the next day.
fn is_end_of_day(time: &str) -> bool {
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
    seconds == "24:00:00" && !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0')
}

/// Nothing, `Z`, or hours and minutes up to 14:00.
fn zone(text: &str) -> Option<Option<FixedOffset>> {
    if text.is_empty() {
        return Some(None);
    }
    if text == "Z" {
        return Some(FixedOffset::east_opt(0));
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let sign = match sign {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |part: &str| digits::<2>(part).and_then(|part| part.parse::<i32>().ok());
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if minutes > 59 || hours * 60 + minutes > 14 * 60 {
        return None;
    }
    Some(FixedOffset::east_opt(sign * (hours * 60 + minutes) * 60))
}

/// Numbers, dates and booleans may stand between blanks; text may not be changed.
fn blank_less(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        for (text, cents) in
            [("10.00", 1000), ("0.01", 1), ("0.00", 0), ("007.50", 750), ("999999999.99", 99_999_999_999)]
        {
            assert_eq!(amount(text), Some(Euro::from_cents(cents)), "{text}");
        }
        assert_eq!(amount(" 1.00\n"), Some(Euro::from_cents(100)));
        assert_eq!(amount_not_zero("0.00"), None);
        for text in
            ["", "10", "10.0", "10.000", "10,00", "-1.00", "+1.00", "1 0.00", ".00", "1000000000.00", "1e3.00", "١.00"]
        {
            assert_eq!(amount(text), None, "{text}");
        }
    }

    #[test]
    fn dates() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 30);
        for text in ["2026-11-30", "2026-11-30Z", "2026-11-30+01:00", "2026-11-30-14:00"] {
            assert_eq!(date(text), day, "{text}");
        }
        for text in [
            "",
            "30-11-2026",
            "2026-11-31",
            "2026-1-1",
            "12026-11-30",
            "2026-11-30T00:00:00",
            "2026-11-30+15:00",
            "0000-01-01",
            "2026-11-3é",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn instants() {
        for (text, utc) in [
            ("2021-03-25T17:48:22", "2021-03-25T16:48:22+00:00"),
            ("2026-07-01T12:00:00", "2026-07-01T10:00:00+00:00"),
            ("2026-07-01T12:00:00Z", "2026-07-01T12:00:00+00:00"),
            ("2026-07-01T12:00:00.5+02:00", "2026-07-01T10:00:00.500+00:00"),
            ("2026-06-30T24:00:00Z", "2026-07-01T00:00:00+00:00"),
            ("2026-10-25T02:30:00", "2026-10-25T00:30:00+00:00"),
            ("2026-03-29T02:30:00", "2026-03-29T01:30:00+00:00"),
        ] {
            assert_eq!(instant(text).map(|instant| instant.to_rfc3339()), Some(utc.to_owned()), "{text}");
        }
        for text in [
            "",
            "2026-07-01",
            "2026-07-01 12:00:00",
            "2026-07-01T12:00",
            "2026-07-01T25:00:00",
            "2026-07-01T12:00:60",
            "2026-07-01T12:00:00.",
            "2026-07-01T12:00:00+1:00",
            "2026-07-01T24:00:01",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn small_values() {
        assert_eq!((boolean("1"), boolean("false"), boolean("si")), (Some(true), Some(false), None));
        assert_eq!(
            (transfer_number("3"), transfer_number("+05"), transfer_number("0"), transfer_number("6")),
            (Some(3), Some(5), None, None)
        );
        assert!(email("a.b+c_d@mail.example").is_some() && email("a@b").is_some());
        for wrong in ["", "a", "@b", "a@", "a@b..c", "a b@c.d", "à@b.c"] {
            assert!(email(wrong).is_none(), "{wrong}");
        }
        assert!(base64("aGVsbG8=\n").is_some() && base64("a").is_none());
        assert!(identifier("A").is_none() && identifier("AB").is_some() && identifier("12345678901234567").is_none());
        assert!(country("IT").is_some() && country("it").is_none() && country("ITA").is_none());
    }
}
