//! A PDF as programs of others see it: words with their places (`pdftotext`), codes (`zbarimg`), ink (`pdftoppm`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Millimetres of a point.
const MM: f64 = 25.4 / 72.0;
/// Dots in an inch of the pictures that codes are read from.
const DPI: u32 = 200;

/// A word and its box, in millimetres from the top left of the page.
#[derive(Clone, Debug)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Upper edge of the line as the face describes it.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
}

/// A folder of this test, removed when it ends.
pub struct Folder(PathBuf);

impl Folder {
    /// A new folder; `name` differs from test to test.
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder of temporary files can be written");
        Self(folder)
    }

    /// Keeps `bytes` as a file.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("the folder of temporary files can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nothing depends on it: the next run of cargo clean takes what is left.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a program says; none, and the reason printed, where it is not installed and need not be.
pub fn said(program: &str, arguments: &[&str], file: &Path) -> Option<Vec<u8>> {
    let (head, tail) = arguments.split_at(arguments.iter().position(|word| *word == "-").unwrap_or(arguments.len()));
    let output = Command::new(program).args(head).arg(file).args(tail).output();
    let Ok(output) = output else {
        assert!(!required(), "{program} is not installed");
        println!("skipped: {program} is not installed");
        return None;
    };
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

/// Whether a test may not skip.
pub fn required() -> bool {
    #[expect(clippy::disallowed_methods, reason = "the test is told by the environment whether it may skip")]
    std::env::var("SPORTELLO_SPECS").is_ok_and(|word| word == "required")
}

/// The words of a file of one page.
pub fn words(file: &Path) -> Option<Vec<Word>> {
    let text = String::from_utf8(said("pdftotext", &["-bbox", "-"], file)?).expect("pdftotext writes UTF-8");
    Some(text.lines().filter_map(word).collect())
}

fn word(line: &str) -> Option<Word> {
    let number = |name: &str| line.split_once(name)?.1.split_once('"')?.0.parse::<f64>().ok().map(|point| point * MM);
    let text = line.split_once("\">")?.1.strip_suffix("</word>")?;
    let text = text.replace("&apos;", "’").replace('\'', "’").replace("&amp;", "&").replace("&lt;", "<");
    Some(Word {
        text,
        left: number("xMin=\"")?,
        right: number("xMax=\"")?,
        top: number("yMin=\"")?,
        bottom: number("yMax=\"")?,
    })
}

/// Pairs of words that are printed over each other: their boxes share more than the line spacing does.
pub fn collisions(words: &[Word]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, one) in words.iter().enumerate() {
        for other in &words[at + 1..] {
            let across = one.right.min(other.right) - one.left.max(other.left);
            let down = one.bottom.min(other.bottom) - one.top.max(other.top);
            let lower = (one.bottom - one.top).min(other.bottom - other.top);
            if across > 0.1 && down > lower / 2.0 {
                found.push(format!("{} / {}", one.text, other.text));
            }
        }
    }
    found
}

/// The text of the one code on the first page.
pub fn qr(folder: &Folder, pdf: &[u8]) -> Option<String> {
    let picture = picture(folder, pdf)?;
    let picture = folder.keep("page.pgm", &picture);
    let text = said("zbarimg", &["--quiet", "--raw"], &picture)?;
    Some(String::from_utf8(text).expect("the code is text").trim_end().to_owned())
}

/// Box of the ink inside `within`, both as left, top, right, bottom in millimetres.
pub fn ink(folder: &Folder, pdf: &[u8], within: [f64; 4]) -> Option<[f64; 4]> {
    let picture = picture(folder, pdf)?;
    let (width, dots) = grey(&picture).expect("pdftoppm writes a PGM");
    let dot = 25.4 / f64::from(DPI);
    let mut found = [f64::MAX, f64::MAX, 0.0, 0.0];
    for (at, _) in dots.iter().enumerate().filter(|(_, grey)| **grey < 128) {
        let (x, y) = ((at % width) as f64 * dot, (at / width) as f64 * dot);
        if x >= within[0] && y >= within[1] && x <= within[2] && y <= within[3] {
            found = [found[0].min(x), found[1].min(y), found[2].max(x + dot), found[3].max(y + dot)];
        }
    }
    Some(found)
}

fn picture(folder: &Folder, pdf: &[u8]) -> Option<Vec<u8>> {
    let file = folder.keep("page.pdf", pdf);
    said("pdftoppm", &["-r", &DPI.to_string(), "-gray", "-f", "1", "-l", "1", "-singlefile"], &file)
}

/// Width and dots of a binary PGM without comments.
fn grey(picture: &[u8]) -> Option<(usize, &[u8])> {
    let mut rest = picture;
    let mut fields = Vec::new();
    for _ in 0..4 {
        let end = rest.iter().position(u8::is_ascii_whitespace)?;
        fields.push(std::str::from_utf8(&rest[..end]).ok()?);
        rest = &rest[end + 1..];
    }
    Some((fields[1].parse().ok()?, rest))
}
