//! Names, strings and streams of a PDF, one after the other (ISO 32000-1, 7.2 and 7.3).

use std::borrow::Cow;

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush};

use crate::modello::view::ProblemCode;

/// What all compressed lists of objects of one document may unfold to, in bytes.
const MAX_UNFOLDED: usize = 32 << 20;
/// What is unfolded at once, in bytes.
const PIECE_BYTES: usize = 32 << 10;
/// Names that start something, or hold other files.
const ACTIVE: [&[u8]; 5] = [b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"EF", b"RichMedia"];

/// Reads the whole document.
///
/// # Errors
/// Why it is refused.
pub(super) fn read(document: &[u8]) -> Result<(), ProblemCode> {
    let mut reader =
        Reader { document, at: 0, object: Object::default(), objects: 0, rooted: false, room: MAX_UNFOLDED };
    reader.run()?;
    if reader.rooted && reader.objects > 0 { Ok(()) } else { Err(ProblemCode::FileBroken) }
}

struct Reader<'a> {
    document: &'a [u8],
    at: usize,
    object: Object,
    objects: usize,
    /// Whether the document says where its catalogue is.
    rooted: bool,
    /// What may still unfold.
    room: usize,
}

/// What the names of the present object say about its stream.
#[derive(Default)]
struct Object {
    /// It is a list of objects.
    list: bool,
    deflated: bool,
    /// It is folded in a way that is not unfolded here.
    veiled: bool,
    /// The length that it declares, where it is a plain number.
    length: Option<usize>,
    /// The word before was `/Length`.
    length_next: bool,
}

impl<'a> Reader<'a> {
    fn run(&mut self) -> Result<(), ProblemCode> {
        while let Some(&byte) = self.document.get(self.at) {
            match byte {
                b'%' => self.skip(|byte| byte != b'\n' && byte != b'\r'),
                b'(' => self.string(),
                b'/' => {
                    self.at += 1;
                    let name = self.word();
                    self.name(&unescaped(name))?;
                }
                byte if is_regular(byte) => self.keyword()?,
                _ => self.at += 1,
            }
        }
        Ok(())
    }

    fn skip(&mut self, more: impl Fn(u8) -> bool) {
        self.at += self.document[self.at..].iter().take_while(|byte| more(**byte)).count();
    }

    fn word(&mut self) -> &'a [u8] {
        let (document, from) = (self.document, self.at);
        self.skip(is_regular);
        &document[from..self.at]
    }

    /// Goes over a string: parentheses nest, a backslash hides the next byte.
    fn string(&mut self) {
        let mut depth = 0_usize;
        while let Some(&byte) = self.document.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' if depth == 1 => return,
                b')' => depth -= 1,
                _ => {}
            }
        }
    }

    fn name(&mut self, name: &[u8]) -> Result<(), ProblemCode> {
        self.object.length_next = name == b"Length";
        match name {
            b"Encrypt" => return Err(ProblemCode::FileLocked),
            b"Root" => self.rooted = true,
            b"ObjStm" => self.object.list = true,
            b"FlateDecode" | b"Fl" => self.object.deflated = true,
            // A list folded in another way, or twice, could not be looked into.
            b"LZWDecode" | b"LZW" | b"ASCIIHexDecode" | b"AHx" | b"ASCII85Decode" | b"A85" | b"RunLengthDecode"
            | b"RL" | b"Crypt" | b"Predictor" => self.object.veiled = true,
            _ if ACTIVE.contains(&name) => return Err(ProblemCode::FileActive),
            _ => {}
        }
        Ok(())
    }

    fn keyword(&mut self) -> Result<(), ProblemCode> {
        let length_next = std::mem::take(&mut self.object.length_next);
        let word = self.word();
        match word {
            b"obj" => {
                self.object = Object::default();
                self.objects += 1;
            }
            b"stream" => return self.stream(),
            // `12 0 R` is a number elsewhere.
            b"R" => self.object.length = None,
            _ if length_next => {
                let number = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
                self.object.length = number;
            }
            _ => {}
        }
        Ok(())
    }

    /// Goes over a stream, to the length that it declares where its end stands there, else to the first end.
    fn stream(&mut self) -> Result<(), ProblemCode> {
        const END: &[u8] = b"endstream";
        let rest = &self.document[self.at..];
        let eol = if rest.starts_with(b"\r\n") { 2 } else { 1 };
        let rest = rest.get(eol..).ok_or(ProblemCode::FileBroken)?;
        let declared = self.object.length.filter(|length| {
            let behind = rest.get(*length..).unwrap_or_default();
            // An end of line at most stands between: looking further would go over the same blanks for each stream.
            behind[..behind.len().min(END.len() + 4)].trim_ascii_start().starts_with(END)
        });
        let length = declared.or_else(|| memchr::memmem::find(rest, END)).ok_or(ProblemCode::FileBroken)?;
        if self.object.list {
            self.list(&rest[..length])?;
        }
        self.at += eol + length;
        self.object = Object::default();
        Ok(())
    }

    /// Looks into a list of objects.
    fn list(&mut self, content: &[u8]) -> Result<(), ProblemCode> {
        if self.object.veiled {
            return Err(ProblemCode::FileActive);
        }
        let unfolded = match self.object.deflated {
            true => Cow::Owned(unfold(content, self.room)?),
            false => Cow::Borrowed(content),
        };
        self.room -= unfolded.len().min(self.room);
        let mut inner = Reader {
            document: &unfolded,
            at: 0,
            object: Object::default(),
            objects: 0,
            rooted: false,
            room: self.room,
        };
        // Lists do not nest: a stream inside one is no stream.
        while let Some(&byte) = inner.document.get(inner.at) {
            match byte {
                b'(' => inner.string(),
                b'%' => inner.skip(|byte| byte != b'\n' && byte != b'\r'),
                b'/' => {
                    inner.at += 1;
                    let name = inner.word();
                    inner.name(&unescaped(name))?;
                }
                _ => inner.at += 1,
            }
        }
        Ok(())
    }
}

/// Unfolds a list of objects; one that does not unfold whole is looked at as far as it goes, as readers do. It is gone
/// through once without being kept: what swells never takes memory.
fn unfold(content: &[u8], room: usize) -> Result<Vec<u8>, ProblemCode> {
    let mut length = 0;
    pour(content, |piece| {
        length += piece.len();
        length <= room
    });
    if length > room {
        return Err(ProblemCode::FileSwells);
    }
    let mut unfolded = Vec::with_capacity(length);
    pour(content, |piece| {
        unfolded.extend_from_slice(piece);
        true
    });
    Ok(unfolded)
}

/// Gives what is folded piece by piece, until it ends, breaks, or `take` wants no more.
fn pour(content: &[u8], mut take: impl FnMut(&[u8]) -> bool) {
    let (mut state, mut piece, mut at) = (InflateState::new_boxed(DataFormat::Zlib), vec![0; PIECE_BYTES], 0);
    loop {
        let done = inflate(&mut state, &content[at..], &mut piece, MZFlush::None);
        at += done.bytes_consumed;
        let goes_on = done.bytes_written > 0 && take(&piece[..done.bytes_written]);
        if !goes_on || done.status.is_err() {
            return;
        }
    }
}

/// Whether a byte belongs to a word.
const fn is_regular(byte: u8) -> bool {
    !matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// A name whose letters may be written `#61`.
fn unescaped(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.contains(&b'#') {
        return Cow::Borrowed(name);
    }
    let (mut plain, mut at) = (Vec::with_capacity(name.len()), 0);
    while let Some(&byte) = name.get(at) {
        let digits = name.get(at + 1..at + 3).filter(|_| byte == b'#');
        let letter = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(letter.unwrap_or(byte));
        at += if letter.is_some() { 3 } else { 1 };
    }
    Cow::Owned(plain)
}
