//! PDF: its skeleton, without what its streams hold. The well-kept readers inflate whatever a file asks them to; here
//! only the compressed lists of objects are opened, all of one file within one limit.
//!
//! Refused with a reason: what is encrypted (nobody can look inside it, and it may not be archived), what holds other
//! files (the office would neither see nor check them), what starts programs. Scripts of forms stay: the official forms
//! that can be filled in have them, and readers confine them.

use crate::modello::view::ProblemCode;

mod skeleton;

/// How one begins.
pub(super) const HEAD: &[u8] = b"%PDF-";
const END: &[u8] = b"%%EOF";
/// How far from the end readers look for the end.
const TAIL: usize = 1024;

/// Length of the document, its end included.
pub(super) fn length(content: &[u8]) -> Result<usize, ProblemCode> {
    let end = memchr::memmem::rfind(content, END).ok_or(ProblemCode::FileBroken)? + END.len();
    let blank = content[end..].iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0).count();
    let length = end + blank;
    let document = &content[..length];
    let tail = &document[end.saturating_sub(TAIL)..end];
    if memchr::memmem::find(tail, b"startxref").is_none() || is_cut(content, length) {
        return Err(ProblemCode::FileBroken);
    }
    skeleton::read(document)?;
    Ok(length)
}

/// Whether the end that was found is not the end: that of an earlier version, or of the first page of a document made
/// for slow lines.
fn is_cut(content: &[u8], length: usize) -> bool {
    let more = memchr::memmem::find(&content[length..], b" obj").is_some();
    let head = &content[..content.len().min(TAIL)];
    let declared = memchr::memmem::find(head, b"/Linearized").and_then(|at| {
        let rest = &head[at..];
        let digits = &rest[memchr::memmem::find(rest, b"/L ")? + 3..];
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&digits[..count]).ok()?.parse::<usize>().ok()
    });
    more || declared.is_some_and(|declared| declared > content.len())
}

/// A document of one empty page, with these objects besides.
#[cfg(any(test, feature = "testing"))]
pub(super) fn sample(objects: &str) -> Vec<u8> {
    format!(
        "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n{objects}\nxref\n0 1\n0000000000 65535 f \n\
         trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
        let head = format!("4 0 obj\n<<{dictionary}/Length {}>>\nstream\n", content.len());
        [head.as_bytes(), content, b"\nendstream\nendobj\n"].concat()
    }

    fn around(object: &[u8]) -> Vec<u8> {
        let whole = sample("HERE");
        let at = memchr::memmem::find(&whole, b"HERE").unwrap();
        [&whole[..at], object, &whole[at + 4..]].concat()
    }

    #[test]
    fn a_document_is_whole_or_broken() {
        let whole = sample("");
        assert_eq!(length(&whole), Ok(whole.len()));
        for cut in 0..whole.len() - 6 {
            assert_eq!(length(&whole[..cut]), Err(ProblemCode::FileBroken), "{cut}");
        }
        assert_eq!(length(b"%PDF-1.7\n<script>alert(1)</script>\nstartxref\n0\n%%EOF"), Err(ProblemCode::FileBroken));
    }

    #[test]
    fn a_cut_off_later_version_is_not_taken_for_the_earlier_one() {
        let whole = sample("");
        let cut = [whole.as_slice(), b"4 0 obj\n<</Type/Annot"].concat();
        assert_eq!(length(&cut), Err(ProblemCode::FileBroken));
        let both =
            [whole.as_slice(), b"4 0 obj\n<</Type/Annot>>\nendobj\n", b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"];
        assert!(length(&both.concat()).is_ok());
        let slow = String::from_utf8(whole).unwrap().replace("1 0 obj\n<<", "1 0 obj\n<</Linearized 1/L 99999 ");
        assert_eq!(length(slow.as_bytes()), Err(ProblemCode::FileBroken));
    }

    #[test]
    fn what_cannot_be_looked_into_or_does_something_is_refused() {
        for (objects, expected) in [
            ("trailer<</Root 1 0 R/Encrypt 9 0 R>>", ProblemCode::FileLocked),
            ("trailer<</Root 1 0 R/Encr#79pt 9 0 R>>", ProblemCode::FileLocked),
            ("4 0 obj<</S/Launch/F(cmd.exe)>>endobj", ProblemCode::FileActive),
            ("4 0 obj<</S/L#61unch/F(cmd.exe)>>endobj", ProblemCode::FileActive),
            ("4 0 obj<</Names<</EmbeddedFiles 5 0 R>>>>endobj", ProblemCode::FileActive),
            ("4 0 obj<</Type/Filespec/EF<</F 5 0 R>>>>endobj", ProblemCode::FileActive),
        ] {
            assert_eq!(length(&sample(objects)), Err(expected), "{objects}");
        }
        for harmless in
            ["% /Encrypt", "4 0 obj(/Launch \\) /Encrypt)endobj", "4 0 obj<</S/JavaScript/JS(AFDate)>>endobj"]
        {
            assert!(length(&sample(harmless)).is_ok(), "{harmless}");
        }
    }

    #[test]
    fn streams_are_gone_over_and_lists_of_objects_looked_into() {
        let binary = b"/Encrypt (( << endstrea \xFF\x00/Launch";
        assert!(length(&around(&stream("", binary))).is_ok());
        let hidden = miniz_oxide::deflate::compress_to_vec_zlib(b"7 0 <</S/Launch/F(cmd.exe)>>", 6);
        let list = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &hidden);
        assert_eq!(length(&around(&list)), Err(ProblemCode::FileActive));
        let twice = stream("/Type/ObjStm/N 1/First 4/Filter[/ASCIIHexDecode/FlateDecode]", b"789c>");
        assert_eq!(length(&around(&twice)), Err(ProblemCode::FileActive));
        let behind_remark = miniz_oxide::deflate::compress_to_vec_zlib(b"7 0 <<%(\n/S/Launch>>", 6);
        let list = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &behind_remark);
        assert_eq!(length(&around(&list)), Err(ProblemCode::FileActive));
        let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 80 << 20], 6);
        assert!(bomb.len() < 100_000);
        let list = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb);
        assert_eq!(length(&around(&list)), Err(ProblemCode::FileSwells));
        let open = b"4 0 obj\n<</Length 900>>\nstream\nnever ends";
        assert_eq!(length(&around(open)), Err(ProblemCode::FileBroken));
    }

    #[test]
    fn a_document_whose_table_is_a_stream_is_whole_too() {
        let table = "%PDF-1.5\n1 0 obj<</Type/Catalog>>endobj\n2 0 obj<</Type/XRef/Root 1 0 R/W[1 2 1]/Length 4>>\nstream\n\
                     abcd\nendstream\nendobj\nstartxref\n42\n%%EOF";
        assert_eq!(length(table.as_bytes()), Ok(table.len()));
    }
}
