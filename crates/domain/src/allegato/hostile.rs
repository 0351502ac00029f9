//! Files as somebody hostile sends them, for tests and drills: always the same for the same number.
//!
//! Kinds and names go round at different speeds, so that each kind comes with each name in time.

use super::{jpeg, pdf, png};

/// A file as it is sent.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// What it tries.
    pub tries: &'static str,
    /// Name that the sender gives it.
    pub name: &'static str,
    /// Type that the sender declares.
    pub declared: &'static str,
    /// Content.
    pub content: Vec<u8>,
    /// Whether it may stay: what makes it hostile is cut off, or cannot run where it is served.
    pub stays: bool,
}

/// Names that lead elsewhere, break out of what they are put into, or lie.
const NAMES: [&str; 23] = [
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/dev/null",
    "fattura.pdf.exe",
    "fattura\u{202e}fdp.exe",
    "CON",
    ".htaccess",
    "pagina.html",
    "disegno.svg",
    "<script>alert(1)</script>.pdf",
    "a'; DROP TABLE allegato; --.pdf",
    "a;filename=b.html",
    "a%0d%0aSet-Cookie: x=y.pdf",
    "名前🍝.pdf",
    "e\u{301}.pdf",
    "\u{feff}bom.pdf",
    " ",
    "...",
    "a\tb.pdf",
    "{{7*7}}.pdf",
    "%00.pdf",
    "=cmd|' /C calc'!A0.pdf",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.pdf",
];
const DECLARED: [&str; 7] = [
    "application/pdf",
    "text/html",
    "image/svg+xml",
    "image/png",
    "application/x-msdownload",
    "application/xhtml+xml; charset=utf-7",
    "multipart/mixed",
];
const SCRIPT: &[u8] = b"<html><script>alert(document.cookie)</script></html>";
/// An empty archive: its end with a comment of no letters.
const ARCHIVE: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// What a file tries, what it holds, and whether it may stay.
type Kind = (&'static str, fn(u64) -> Vec<u8>, bool);

const KINDS: [Kind; 31] = [
    ("a page", |_| SCRIPT.to_vec(), false),
    ("a drawing that runs", |_| b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec(), false),
    ("a script", |n| format!("alert({n})").into_bytes(), false),
    ("a program", |n| [b"MZ\x90\0", &n.to_le_bytes()[..]].concat(), false),
    ("an archive", |_| [b"PK\x03\x04", ARCHIVE].concat(), false),
    ("another picture", |_| b"GIF89a\x01\0\x01\0/*alert(1)*/".to_vec(), false),
    (
        "an entity of XML",
        |_| b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>".to_vec(),
        false,
    ),
    ("a mail", |_| b"MIME-Version: 1.0\nContent-Type: text/html\n\n<script>alert(1)</script>".to_vec(), false),
    ("nothing", |_| Vec::new(), false),
    ("zeros", |n| vec![0; n as usize % 5000 + 1], false),
    ("a page before a document", |n| [SCRIPT, &document(n)].concat(), false),
    ("an archive before a document", |n| [b"PK\x03\x04", ARCHIVE, &document(n)].concat(), false),
    ("a script before a document", |n| [b"a=1/*\n", document(n).as_slice(), b"*/"].concat(), false),
    ("a document cut off", |n| cut(document(n), n), false),
    ("a head without a document", |n| [b"%PDF-1.7\n", &n.to_le_bytes()[..]].concat(), false),
    ("a head with a page", |_| [b"%PDF-1.7\n", SCRIPT, b"\nstartxref\n0\n%%EOF"].concat(), false),
    ("a protected document", |n| replaced(document(n), "/Root", "/Encrypt 9 0 R/Root"), false),
    ("a protected document, its word disguised", |n| replaced(document(n), "/Root", "/#45ncrypt 9 0 R/Root"), false),
    (
        "a document that starts a program",
        |n| replaced(document(n), "/Pages", "/OpenAction<</S/Launch/F(cmd.exe)>>/Pages"),
        false,
    ),
    (
        "a document with a file inside",
        |n| replaced(document(n), "/Pages", "/Names<</EmbeddedFiles<</Names[(a)9 0 R]>>>>/Pages"),
        false,
    ),
    ("a document that unfolds without end", |_| swelling(), false),
    ("a document that ends as an archive", |n| with_archive(document(n)), false),
    ("a picture without end", |_| jpeg::sample(60_000, 60_000), false),
    ("another picture without end", |_| png::sample(u32::MAX, 2), false),
    ("a picture cut off", |n| cut(jpeg::sample(64, 64), n), false),
    ("another picture cut off", |n| cut(png::sample(64, 64), n), false),
    ("a page behind a document", |n| [document(n).as_slice(), SCRIPT].concat(), true),
    ("an archive behind a picture", |_| [jpeg::sample(64, 64).as_slice(), ARCHIVE].concat(), true),
    ("a page behind a picture", |_| [png::sample(64, 64).as_slice(), SCRIPT].concat(), true),
    (
        "a document with a script of its own",
        |n| replaced(document(n), "/Pages", "/OpenAction<</S/JavaScript/JS(app.alert)>>/Pages"),
        true,
    ),
    (
        "a document with a page in its remarks",
        |n| replaced(document(n), "1 0 obj", "%<script>alert(1)</script>\n1 0 obj"),
        true,
    ),
];

/// The file of this number.
pub fn hostile(number: u64) -> Hostile {
    let pick = |count: usize| (number % count as u64) as usize;
    let (tries, content, stays) = KINDS[pick(KINDS.len())];
    let content = content(number);
    Hostile { tries, name: NAMES[pick(NAMES.len())], declared: DECLARED[pick(DECLARED.len())], content, stays }
}

fn document(number: u64) -> Vec<u8> {
    pdf::sample(&format!("4 0 obj\n(documento {number})\nendobj"))
}

/// The first part, never so much that nothing is missing.
fn cut(mut content: Vec<u8>, number: u64) -> Vec<u8> {
    let longest = content.len() as u64 - 8;
    content.truncate((8 + number * 7919 % (longest - 8)) as usize);
    content
}

fn replaced(content: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    String::from_utf8(content).expect("a sample is text").replacen(from, to, 1).into_bytes()
}

fn swelling() -> Vec<u8> {
    let folded = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 40 << 20], 1);
    let head = format!("4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {}>>\nstream\n", folded.len());
    let whole = pdf::sample("HERE");
    let at = memchr::memmem::find(&whole, b"HERE").expect("it was put there");
    [&whole[..at], head.as_bytes(), &folded, b"\nendstream\nendobj", &whole[at + 4..]].concat()
}

/// The end of the document is the comment of an archive.
fn with_archive(document: Vec<u8>) -> Vec<u8> {
    let end = b"\nstartxref\n9\n%%EOF";
    [&document, &ARCHIVE[..20], &(end.len() as u16).to_le_bytes(), end].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allegato::judge;

    #[test]
    fn each_is_refused_or_made_harmless() {
        for number in 0..(KINDS.len() * 20) as u64 {
            let sent = hostile(number);
            let judged = judge(&sent.content);
            assert_eq!(judged.is_ok(), sent.stays, "{number}: {}: {judged:?}", sent.tries);
        }
    }
}
