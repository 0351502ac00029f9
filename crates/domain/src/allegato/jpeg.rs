//! JPEG: from marker to marker, as ISO 10918-1 annex B writes them.

use super::{number_at, within_pixels};
use crate::modello::view::ProblemCode;

/// How one begins.
pub(super) const HEAD: &[u8] = b"\xFF\xD8\xFF";
/// Most scans of one picture: each lets a decoder go over all of it again.
const MAX_SCANS: usize = 200;

const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;

/// Length of the picture, its end included.
pub(super) fn length(content: &[u8]) -> Result<usize, ProblemCode> {
    let (mut at, mut framed, mut scans) = (2, false, 0);
    loop {
        let marker = next_marker(content, &mut at).ok_or(ProblemCode::FileBroken)?;
        match marker {
            END if framed && scans > 0 => return Ok(at),
            // Restarts and the temporary marker stand alone.
            0x01 | 0xD0..=0xD7 => continue,
            0x00 | 0xD8 | END => return Err(ProblemCode::FileBroken),
            _ => {}
        }
        let length = number_at(content, at, 2).filter(|length| *length >= 2).ok_or(ProblemCode::FileBroken)?;
        if is_frame(marker) {
            let height = number_at(content, at + 3, 2).ok_or(ProblemCode::FileBroken)?;
            let width = number_at(content, at + 5, 2).ok_or(ProblemCode::FileBroken)?;
            within_pixels(width, height)?;
            framed = true;
        }
        at += length as usize;
        if marker == SCAN {
            scans += 1;
            if scans > MAX_SCANS {
                return Err(ProblemCode::FileSwells);
            }
            skip_scan(content, &mut at);
        }
    }
}

/// The marker at this place, and the place behind it. Any number of `FF` may stand before.
fn next_marker(content: &[u8], at: &mut usize) -> Option<u8> {
    if *content.get(*at)? != 0xFF {
        return None;
    }
    while *content.get(*at)? == 0xFF {
        *at += 1;
    }
    let marker = *content.get(*at)?;
    *at += 1;
    Some(marker)
}

/// Whether a marker begins a frame, which says how large the picture is.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

/// Goes over the coded pixels, to the marker that ends them. In them `FF` is followed by zero or is a restart.
fn skip_scan(content: &[u8], at: &mut usize) {
    while let Some(next) = content.get(*at..).and_then(|rest| memchr::memchr(0xFF, rest)) {
        *at += next;
        match content.get(*at + 1) {
            Some(0x00 | 0xD0..=0xD7) => *at += 2,
            _ => return,
        }
    }
    *at = content.len();
}

#[cfg(any(test, feature = "testing"))]
fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let mut segment = vec![0xFF, marker];
    segment.extend(((body.len() + 2) as u16).to_be_bytes());
    segment.extend(body);
    segment
}

/// A picture of this size, as far as its markers go.
#[cfg(any(test, feature = "testing"))]
pub(super) fn sample(width: u16, height: u16) -> Vec<u8> {
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    let scan = [segment(SCAN, &[1, 1, 0, 0, 63, 0]), b"\x12\xFF\x00\x34\xFF\xD0\x56".to_vec()].concat();
    [b"\xFF\xD8".to_vec(), segment(0xE0, b"JFIF\0"), segment(0xC0, &frame), scan, b"\xFF\xD9".to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_ends_where_it_says() {
        let whole = sample(640, 480);
        assert_eq!(length(&whole), Ok(whole.len()));
        assert_eq!(length(&[whole.as_slice(), b"film"].concat()), Ok(whole.len()));
        for cut in 2..whole.len() {
            assert_eq!(length(&whole[..cut]), Err(ProblemCode::FileBroken), "{cut}");
        }
    }

    #[test]
    fn a_picture_that_says_that_it_is_huge_is_refused() {
        assert_eq!(length(&sample(60_000, 60_000)), Err(ProblemCode::FileSwells));
        assert_eq!(length(&sample(20_000, 20_000)), Err(ProblemCode::FileSwells));
        assert_eq!(length(&sample(0, 10)), Err(ProblemCode::FileBroken));
        assert!(length(&sample(9_921, 7_016)).is_ok());
    }

    #[test]
    fn a_picture_without_pixels_is_broken() {
        assert_eq!(length(b"\xFF\xD8\xFF\xD9"), Err(ProblemCode::FileBroken));
        assert_eq!(length(b"\xFF\xD8\xFF\xE0<script>alert(1)</script>"), Err(ProblemCode::FileBroken));
    }
}
