//! Words that pages, documents and mail share: dates, instants, sizes, amounts, codes.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::Rome;

use crate::calendar::legal_date;
use crate::euro::Euro;
use crate::lingua::Lingua;

const MESI: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date in words: "3 settembre 2026", "1º giugno 2026", "3 September 2026".
pub fn date(day: NaiveDate, lingua: Lingua) -> String {
    match (lingua, day.day()) {
        (Lingua::It, 1) => format!("1º {}", month(day, lingua)),
        (_, number) => format!("{number} {}", month(day, lingua)),
    }
}

/// The month of a day: "settembre 2026", "September 2026".
pub fn month(day: NaiveDate, lingua: Lingua) -> String {
    let names = match lingua {
        Lingua::It => MESI,
        Lingua::En => MONTHS,
    };
    format!("{} {}", names[day.month0() as usize], day.year())
}

/// A rate in hundredths of a percent: "4%", "4,5%", "4.5%".
pub fn percent(rate_bp: i64, lingua: Lingua) -> String {
    let mark = match lingua {
        Lingua::It => ',',
        Lingua::En => '.',
    };
    let written = format!("{}{mark}{:02}", rate_bp / 100, (rate_bp % 100).abs());
    format!("{}%", written.trim_end_matches('0').trim_end_matches(mark))
}

/// The time of an instant in Italy: "21.32", "21:32".
pub fn time(at: DateTime<Utc>, lingua: Lingua) -> String {
    let local = at.with_timezone(&Rome);
    let point = match lingua {
        Lingua::It => '.',
        Lingua::En => ':',
    };
    format!("{}{point}{:02}", local.hour(), local.minute())
}

/// An instant in Italy: "16 giugno 2026, ore 21.32", "16 June 2026, 21:32".
pub fn moment(at: DateTime<Utc>, lingua: Lingua) -> String {
    let (day, time) = (date(legal_date(at), lingua), time(at, lingua));
    match lingua {
        Lingua::It => format!("{day}, ore {time}"),
        Lingua::En => format!("{day}, {time}"),
    }
}

/// The first instant of a window: the day alone where the day begins with it, else with the time.
pub fn window_start(at: DateTime<Utc>, lingua: Lingua) -> String {
    if is_midnight(at) { date(legal_date(at), lingua) } else { moment(at, lingua) }
}

/// The first instant behind a window: its last day alone where the window holds that day whole, else with the time.
pub fn window_end(at: DateTime<Utc>, lingua: Lingua) -> String {
    if is_midnight(at) { date(legal_date(at - TimeDelta::microseconds(1)), lingua) } else { moment(at, lingua) }
}

fn is_midnight(at: DateTime<Utc>) -> bool {
    at.with_timezone(&Rome).time() == NaiveTime::MIN
}

/// The time of an instant in Italy with its milliseconds: "10.00.00,123", "10:00:00.123".
pub fn precise_time(at: DateTime<Utc>, lingua: Lingua) -> String {
    let local = at.with_timezone(&Rome);
    let (point, mark) = match lingua {
        Lingua::It => ('.', ','),
        Lingua::En => (':', '.'),
    };
    let millis = local.timestamp_subsec_millis();
    format!("{}{point}{:02}{point}{:02}{mark}{millis:03}", local.hour(), local.minute(), local.second())
}

/// A size in bytes, as it stands beside the name of a file: "62 KB", "1,4 MB", "1.4 MB".
pub fn size(bytes: u64, lingua: Lingua) -> String {
    const MB: u64 = 1_000_000;
    if bytes < MB {
        return format!("{} KB", bytes.div_ceil(1000).max(1));
    }
    let tenths = bytes / (MB / 10);
    let point = match lingua {
        Lingua::It => ',',
        Lingua::En => '.',
    };
    format!("{}{point}{} MB", tenths / 10, tenths % 10)
}

/// A character of a text that somebody typed, as it is kept: a control character is a blank (a database refuses NUL),
/// line ends are `\\n`, and marks that turn the direction of what stands behind them are dropped: a name with one would
/// rewrite the page or the letter around it.
pub fn printable(letter: char) -> Option<char> {
    match letter {
        '\n' => Some('\n'),
        '\r' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        letter if letter.is_control() => Some(' '),
        letter => Some(letter),
    }
}

/// An amount in words for people: "4,50 €" in Italian, "€4.50" in English.
pub fn amount(euro: Euro, lingua: Lingua) -> String {
    match lingua {
        Lingua::It => euro.to_string(),
        Lingua::En => {
            let swap = |c| match c {
                ',' => '.',
                '.' => ',',
                other => other,
            };
            let plain: String = euro.plain().chars().map(swap).collect();
            match plain.strip_prefix('-') {
                Some(positive) => format!("-€{positive}"),
                None => format!("€{plain}"),
            }
        }
    }
}

/// A code in groups of four: "IT60 X054 2811 …".
pub fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().filter(|c| !c.is_whitespace()).collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// An IBAN of which only country and last four characters are read: "IT•• •••• 3456".
pub fn masked_iban(iban: &str) -> String {
    let letters: Vec<char> = iban.chars().filter(|c| !c.is_whitespace()).collect();
    if letters.len() < 15 {
        return "•••".to_owned();
    }
    let country: String = letters[..2].iter().collect();
    let last: String = letters[letters.len() - 4..].iter().collect();
    format!("{country}•• •••• {last}")
}

/// Words joined as a sentence does: "a", "a e b", "a, b e c".
pub fn list(items: &[String], lingua: Lingua) -> String {
    let and = match lingua {
        Lingua::It => "e",
        Lingua::En => "and",
    };
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_cannot_turn_the_page_around() {
        let kept = |text: &str| text.chars().filter_map(printable).collect::<String>();
        assert_eq!(kept("a\u{202e}b\u{2066}c\0d\r\ne\u{7}"), "abc d\ne ");
        for text in ["Nicolò D’Angelo", "Łukasz 😀", "سمير", "a\u{200d}b"] {
            assert_eq!(kept(text), text);
        }
    }

    #[test]
    fn words_for_people() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 9, d).expect("the day exists");
        assert_eq!(date(day(3), Lingua::It), "3 settembre 2026");
        assert_eq!(date(day(1), Lingua::It), "1º settembre 2026");
        assert_eq!(date(day(3), Lingua::En), "3 September 2026");
        assert_eq!(
            (month(day(3), Lingua::It), month(day(1), Lingua::En)),
            ("settembre 2026".into(), "September 2026".into())
        );
        for (rate_bp, expected) in [(400, "4%"), (1_000, "10%"), (450, "4,5%"), (5, "0,05%"), (0, "0%")] {
            assert_eq!(percent(rate_bp, Lingua::It), expected);
        }
        let opening: DateTime<Utc> = "2026-06-10T08:00:09.007891Z".parse().expect("an instant");
        assert_eq!(precise_time(opening, Lingua::It), "10.00.09,007");
        assert_eq!(precise_time(opening, Lingua::En), "10:00:09.007");
        let at = "2026-06-16T22:32:05Z".parse().expect("an instant");
        assert_eq!(moment(at, Lingua::It), "17 giugno 2026, ore 0.32");
        assert_eq!(moment(at, Lingua::En), "17 June 2026, 0:32");
        assert_eq!(size(61_900, Lingua::It), "62 KB");
        assert_eq!(size(1_449_000, Lingua::It), "1,4 MB");
        assert_eq!(size(1_449_000, Lingua::En), "1.4 MB");
        assert_eq!(amount(Euro::from_cents(123_450), Lingua::It), "1.234,50\u{a0}€");
        assert_eq!(amount(Euro::from_cents(123_450), Lingua::En), "€1,234.50");
        assert_eq!(grouped("IT60X0542811101000000123456"), "IT60 X054 2811 1010 0000 0123 456");
        assert_eq!(masked_iban("IT60X0542811101000000123456"), "IT•• •••• 3456");
        assert_eq!(masked_iban("IT60X05"), "•••");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()], Lingua::It), "a, b e c");
    }
}
