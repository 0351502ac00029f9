//! What a file given by a citizen is, by its content: read as far as needed to say that it is whole, that it is one
//! thing only, and that whoever opens it sees what was sent. Name and declared type say nothing.
//!
//! Not for: finding viruses (a scanner does that) and not a wall by itself: a file is also always handed out to be saved,
//! never to be run.

#[cfg(any(test, feature = "testing"))]
pub mod hostile;
mod jpeg;
mod pdf;
mod png;

use crate::modello::view::ProblemCode;

/// Most pixels of a picture: an A3 page at 600 dots per inch has 70 million.
const MAX_PIXELS: u64 = 100_000_000;
/// Longest side of a picture, in pixels.
const MAX_SIDE: u32 = 30_000;
/// Where a reader of PDF still looks for the beginning of one.
const PDF_HEAD: usize = 1024;
/// End of the directory of a ZIP archive: how it begins, and how long it is without its comment.
const ZIP_END: &[u8] = b"PK\x05\x06";
const ZIP_END_BYTES: usize = 22;

/// What a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl FileType {
    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The ending of its name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// A file that may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What it is.
    pub file_type: FileType,
    /// How much of it that is, from the start: what stands behind the end of a document or a picture is not kept.
    /// Telephones put films there, and whoever hides something an archive.
    pub bytes: usize,
}

/// Looks at a file.
///
/// # Errors
/// Why it may not stay.
pub fn judge(content: &[u8]) -> Result<Judged, ProblemCode> {
    if content.is_empty() {
        return Err(ProblemCode::FileBroken);
    }
    let (file_type, bytes) = if content.starts_with(pdf::HEAD) {
        (FileType::Pdf, pdf::length(content)?)
    } else if content.starts_with(jpeg::HEAD) {
        (FileType::Jpeg, jpeg::length(content)?)
    } else if content.starts_with(png::HEAD) {
        (FileType::Png, png::length(content)?)
    } else {
        let head = &content[..content.len().min(PDF_HEAD)];
        let led = memchr::memmem::find(head, pdf::HEAD).is_some();
        return Err(if led { ProblemCode::FileMixed } else { ProblemCode::FileType });
    };
    if is_archive_too(&content[..bytes]) { Err(ProblemCode::FileMixed) } else { Ok(Judged { file_type, bytes }) }
}

/// Whether a reader of ZIP, which begins at the end, finds an archive.
fn is_archive_too(content: &[u8]) -> bool {
    let from = content.len().saturating_sub(ZIP_END_BYTES + usize::from(u16::MAX));
    memchr::memmem::find_iter(&content[from..], ZIP_END).any(|at| {
        let end = from + at + ZIP_END_BYTES;
        content.get(end - 2..end).is_some_and(|comment| end + usize::from(le16(comment)) == content.len())
    })
}

/// Refuses a picture that would fill the memory of whoever opens it.
fn within_pixels(width: u32, height: u32) -> Result<(), ProblemCode> {
    if width == 0 || height == 0 {
        return Err(ProblemCode::FileBroken);
    }
    let fits = width <= MAX_SIDE && height <= MAX_SIDE && u64::from(width) * u64::from(height) <= MAX_PIXELS;
    if fits { Ok(()) } else { Err(ProblemCode::FileSwells) }
}

fn le16(bytes: &[u8]) -> u16 {
    u16::from_le_bytes([bytes[0], bytes[1]])
}

/// The number in these two or four bytes, the highest first; `None` behind the end.
fn number_at(content: &[u8], at: usize, bytes: usize) -> Option<u32> {
    let digits = content.get(at..at.checked_add(bytes)?)?;
    Some(digits.iter().fold(0, |number, digit| number << 8 | u32::from(*digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_none_of_the_three_is_refused_by_its_content() {
        for other in [&b"<html>"[..], b"MZ\x90", b"PK\x03\x04", b"<svg/>", b"GIF89a", b"RIFF....WEBP", b" %PDF"] {
            assert_eq!(judge(other), Err(ProblemCode::FileType));
        }
        assert_eq!(judge(b""), Err(ProblemCode::FileBroken));
    }

    #[test]
    fn a_document_behind_something_else_is_two_things() {
        let led = [b"<html><script>alert(1)</script>".as_slice(), &pdf::sample("")].concat();
        assert_eq!(judge(&led), Err(ProblemCode::FileMixed));
    }

    #[test]
    fn an_archive_behind_the_end_is_cut_off_and_one_before_it_refused() {
        let archive = [b"PK\x03\x04anything".as_slice(), ZIP_END, &[0; 16], &0u16.to_le_bytes()].concat();
        for (file_type, content) in
            [(FileType::Pdf, pdf::sample("")), (FileType::Jpeg, jpeg::sample(8, 8)), (FileType::Png, png::sample(8, 8))]
        {
            assert_eq!(judge(&content), Ok(Judged { file_type, bytes: content.len() }));
            let followed = [content.as_slice(), &archive].concat();
            assert_eq!(judge(&followed), Ok(Judged { file_type, bytes: content.len() }), "{file_type:?}");
        }
        // Its comment is the end of the document.
        let end = b"\nstartxref\n0\n%%EOF";
        let inside = [&archive[..archive.len() - 2], &(end.len() as u16).to_le_bytes(), end].concat();
        let both = [pdf::sample("").as_slice(), &inside].concat();
        assert_eq!(judge(&both), Err(ProblemCode::FileMixed));
    }
}
