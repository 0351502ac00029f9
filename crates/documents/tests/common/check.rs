//! The check that every document must pass: two validators' profiles and our own demands.

use lopdf::{Document, Object, decode_text_string};
use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};

use super::logical::{Tag, tags};

type Fault = Box<dyn std::error::Error>;

/// What a document must say.
pub struct Expected<'a> {
    /// Title in the metadata.
    pub title: &'a str,
    /// Texts that must be read in this order.
    pub in_order: &'a [&'a str],
    /// Beginning of the alternative text of the QR code, when there is one.
    pub qr_alt: Option<&'a str>,
    /// Whether there are tables.
    pub tables: bool,
}

/// A fault that the validator also finds where there is none: see [`faults`].
const LENGTH_FAULT: &str = "6.1.7.1:1";

/// Everything that is wrong with `bytes`, in words; empty when all is well.
pub fn faults(bytes: &[u8], expected: &Expected<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for profile in [ValidationProfile::PdfA2a, ValidationProfile::PdfUa1] {
        match validate_pdf_bytes(bytes, &ValidationOptions::default().profile(profile)) {
            Ok(report) => faults.extend(report.failures.iter().map(|failure| format!("{profile}: {failure}"))),
            Err(error) => faults.push(format!("{profile}: cannot be read: {error}")),
        }
    }
    // The validator takes a carriage return that ends the data of a stream for a part of the line end after it.
    if faults.iter().any(|fault| fault.contains(LENGTH_FAULT)) && lengths_hold(bytes) {
        faults.retain(|fault| !fault.contains(LENGTH_FAULT));
    }
    if let Err(error) = own(bytes, expected, &mut faults) {
        faults.push(format!("structure: {error}"));
    }
    faults
}

/// Whether exactly as many bytes as its `/Length` says stand between the keywords of each stream.
fn lengths_hold(bytes: &[u8]) -> bool {
    let Ok(document) = Document::load_mem(bytes) else { return false };
    let mut streams = document.objects.values().filter_map(|object| object.as_stream().ok());
    streams.all(|stream| {
        let whole = [b"stream\n".as_slice(), &stream.content, b"\nendstream"].concat();
        bytes.windows(whole.len()).any(|window| window == whole)
    })
}

fn own(bytes: &[u8], expected: &Expected<'_>, faults: &mut Vec<String>) -> Result<(), Fault> {
    let document = Document::load_mem(bytes)?;
    catalog(&document, faults);
    let info = document.trailer.get_deref(b"Info", &document)?.as_dict()?;
    let title = decode_text_string(info.get_deref(b"Title", &document)?)?;
    if title != expected.title {
        faults.push(format!("title: {title}"));
    }
    let tags = tags(&document)?;
    headings(&tags, faults);
    tables(&tags, expected.tables, faults);
    order(&tags, expected.in_order, faults);
    if let Some(words) = expected.qr_alt {
        let alt = |tag: &Tag| tag.kind == "Figure" && tag.alt.as_deref().is_some_and(|alt| alt.starts_with(words));
        if !tags.iter().any(alt) {
            faults.push("the QR code has no alternative text".to_owned());
        }
    }
    Ok(())
}

fn catalog(document: &Document, faults: &mut Vec<String>) {
    let entry = |path: &[&[u8]]| {
        let mut object = Object::Dictionary(document.catalog().ok()?.clone());
        for key in path {
            object = object.as_dict().ok()?.get_deref(key, document).ok()?.clone();
        }
        Some(object)
    };
    let language = entry(&[b"Lang"]).and_then(|lang| lang.as_str().ok().map(<[u8]>::to_vec));
    if language.as_deref() != Some(b"it") {
        faults.push("language: not Italian".to_owned());
    }
    for path in [&[b"MarkInfo".as_slice(), b"Marked"], &[b"ViewerPreferences".as_slice(), b"DisplayDocTitle"]] {
        if entry(path).and_then(|flag| flag.as_bool().ok()) != Some(true) {
            faults.push(format!("catalog: {} is not set", String::from_utf8_lossy(path[1])));
        }
    }
}

fn headings(tags: &[Tag], faults: &mut Vec<String>) {
    let mut last = 0;
    for tag in tags {
        let Some(level) = tag.kind.strip_prefix('H').and_then(|level| level.parse::<u32>().ok()) else {
            continue;
        };
        if level > last + 1 {
            faults.push(format!("headings: from level {last} to level {level}"));
        }
        if level == 1 && last != 0 {
            faults.push("headings: more than one of level 1".to_owned());
        }
        last = level;
    }
    if last == 0 {
        faults.push("headings: none".to_owned());
    }
}

fn tables(tags: &[Tag], expected: bool, faults: &mut Vec<String>) {
    let count = |kind: &str| tags.iter().filter(|tag| tag.kind == kind).count();
    if (count("Table") > 0) != expected || count("TH") < count("Table") {
        faults.push(format!("tables: {} with {} header cells", count("Table"), count("TH")));
    }
}

fn order(tags: &[Tag], texts: &[&str], faults: &mut Vec<String>) {
    let read = read_aloud(tags);
    let mut from = 0;
    for text in texts {
        match read[from..].find(text) {
            Some(at) => from += at + text.len(),
            None if read.contains(text) => faults.push(format!("reading order: too early: {text}")),
            None => faults.push(format!("not there: {text}")),
        }
    }
}

/// The text of all tags in reading order.
pub fn read_aloud(tags: &[Tag]) -> String {
    tags.iter().map(|tag| tag.text.as_str()).collect::<Vec<_>>().join("\n")
}
