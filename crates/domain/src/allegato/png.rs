//! PNG: from chunk to chunk, with their check sums.

use super::{number_at, within_pixels};
use crate::modello::view::ProblemCode;

/// How one begins.
pub(super) const HEAD: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Length, type and check sum of a chunk.
const AROUND: usize = 12;

/// Length of the picture, its last chunk included.
pub(super) fn length(content: &[u8]) -> Result<usize, ProblemCode> {
    let (mut at, mut pixels) = (HEAD.len(), false);
    loop {
        let length = number_at(content, at, 4).ok_or(ProblemCode::FileBroken)? as usize;
        let end = at.checked_add(AROUND).and_then(|end| end.checked_add(length)).ok_or(ProblemCode::FileBroken)?;
        let checked = content.get(at + 4..end - 4).ok_or(ProblemCode::FileBroken)?;
        let sum = number_at(content, end - 4, 4).ok_or(ProblemCode::FileBroken)?;
        let (kind, body) = checked.split_at(4);
        let first = at == HEAD.len();
        if crc32fast::hash(checked) != sum || first != (kind == b"IHDR") {
            return Err(ProblemCode::FileBroken);
        }
        at = end;
        match kind {
            b"IHDR" => {
                let side = |from| number_at(body, from, 4).ok_or(ProblemCode::FileBroken);
                within_pixels(side(0)?, side(4)?)?;
            }
            b"IDAT" => pixels = true,
            b"IEND" if pixels => return Ok(at),
            b"IEND" => return Err(ProblemCode::FileBroken),
            _ => {}
        }
    }
}

#[cfg(any(test, feature = "testing"))]
fn chunk(kind: &[u8], body: &[u8]) -> Vec<u8> {
    let checked = [kind, body].concat();
    [&(body.len() as u32).to_be_bytes(), checked.as_slice(), &crc32fast::hash(&checked).to_be_bytes()].concat()
}

/// A picture of this size, as far as its chunks go.
#[cfg(any(test, feature = "testing"))]
pub(super) fn sample(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [HEAD.to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", b"\x78\x9c"), chunk(b"IEND", b"")].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_ends_where_it_says() {
        let whole = sample(640, 480);
        assert_eq!(length(&whole), Ok(whole.len()));
        assert_eq!(length(&[whole.as_slice(), b"<script>"].concat()), Ok(whole.len()));
        for cut in HEAD.len()..whole.len() {
            assert_eq!(length(&whole[..cut]), Err(ProblemCode::FileBroken), "{cut}");
        }
    }

    #[test]
    fn a_picture_that_says_that_it_is_huge_is_refused() {
        for (width, height) in [(60_000, 60_000), (31_000, 1), (20_000, 20_000), (u32::MAX, u32::MAX)] {
            assert_eq!(length(&sample(width, height)), Err(ProblemCode::FileSwells));
        }
        assert!(length(&sample(9_921, 7_016)).is_ok());
    }

    #[test]
    fn a_picture_with_one_wrong_bit_or_no_pixels_is_broken() {
        let mut wrong = sample(8, 8);
        wrong[HEAD.len() + 20] ^= 1;
        assert_eq!(length(&wrong), Err(ProblemCode::FileBroken));
        let empty = [HEAD.to_vec(), chunk(b"IEND", b"")].concat();
        assert_eq!(length(&empty), Err(ProblemCode::FileBroken));
    }
}
