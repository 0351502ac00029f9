//! An archive of files (ZIP), written as it goes: bytes in, bytes out, nothing of it kept but the list of its files.
//!
//! For tables and for the data of a person. Not for reading archives of others.

use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params};

/// How hard it packs: tables shrink to a tenth at the first levels already.
const LEVEL: i32 = 3;
/// Raw deflate, as archives hold it.
const RAW: i32 = -15;
/// Size and sum stand behind the content; names are UTF-8.
const FLAGS: u16 = 0x0808;
/// The version of the format that readers must know.
const VERSION: u16 = 20;
/// Deflate.
const METHOD: u16 = 8;
/// 1 January 1980: an archive says nothing of when it was made.
const DAY: u16 = 0x0021;

/// Why an archive cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("writing an archive: more than 4 GiB or 65,535 files")]
pub struct TooLarge;

/// An archive that is being written.
#[derive(Default)]
pub struct Zip {
    files: Vec<File>,
    open: Option<Open>,
    /// Bytes that have left.
    at: u64,
}

struct File {
    name: String,
    sum: u32,
    packed: u64,
    size: u64,
    offset: u64,
}

struct Open {
    file: File,
    sum: crc32fast::Hasher,
    packer: Box<CompressorOxide>,
}

impl std::fmt::Debug for Zip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Zip").field("files", &self.files.len()).field("at", &self.at).finish_non_exhaustive()
    }
}

impl Zip {
    /// Begins a file, and ends the one before it. What leaves is put behind `out`, here and below.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn begin(&mut self, name: &str, out: &mut Vec<u8>) -> Result<(), TooLarge> {
        self.end(out)?;
        let before = out.len();
        put(out, &[0x0403_4b50], 4);
        put(out, &[VERSION, FLAGS, METHOD, 0, DAY].map(u64::from), 2);
        put(out, &[0, 0, 0], 4);
        put(out, &[name.len() as u64, 0], 2);
        out.extend_from_slice(name.as_bytes());
        let file = File { name: name.to_owned(), sum: 0, packed: 0, size: 0, offset: self.at };
        let packer = Box::new(CompressorOxide::new(create_comp_flags_from_zip_params(LEVEL, RAW, 0)));
        self.open = Some(Open { file, sum: crc32fast::Hasher::new(), packer });
        self.at += (out.len() - before) as u64;
        Ok(())
    }

    /// More content of the file that was begun last.
    pub fn add(&mut self, content: &[u8], out: &mut Vec<u8>) {
        self.pack(content, TDEFLFlush::None, out);
    }

    /// The end of the archive.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), TooLarge> {
        self.end(out)?;
        let begins = self.at;
        let before = out.len();
        for file in &self.files {
            put(out, &[0x0201_4b50], 4);
            put(out, &[VERSION, VERSION, FLAGS, METHOD, 0, DAY].map(u64::from), 2);
            put(out, &[u64::from(file.sum), file.packed, file.size], 4);
            put(out, &[file.name.len() as u64, 0, 0, 0, 0], 2);
            put(out, &[0, file.offset], 4);
            out.extend_from_slice(file.name.as_bytes());
        }
        let count = u64::from(u16::try_from(self.files.len()).map_err(|_| TooLarge)?);
        let length = (out.len() - before) as u64;
        fits(begins + length)?;
        put(out, &[0x0605_4b50], 4);
        put(out, &[0, 0, count, count], 2);
        put(out, &[length, begins], 4);
        put(out, &[0], 2);
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), TooLarge> {
        self.pack(&[], TDEFLFlush::Finish, out);
        let Some(Open { mut file, sum, .. }) = self.open.take() else { return Ok(()) };
        file.sum = sum.finalize();
        fits(file.size)?;
        fits(self.at)?;
        let before = out.len();
        put(out, &[0x0807_4b50, u64::from(file.sum), file.packed, file.size], 4);
        self.at += (out.len() - before) as u64;
        self.files.push(file);
        Ok(())
    }

    fn pack(&mut self, content: &[u8], flush: TDEFLFlush, out: &mut Vec<u8>) {
        let Some(open) = &mut self.open else { return };
        let before = out.len();
        compress_to_output(&mut open.packer, content, flush, |packed| {
            out.extend_from_slice(packed);
            true
        });
        let packed = (out.len() - before) as u64;
        open.sum.update(content);
        open.file.size += content.len() as u64;
        open.file.packed += packed;
        self.at += packed;
    }
}

fn fits(bytes: u64) -> Result<(), TooLarge> {
    u32::try_from(bytes).map(drop).map_err(|_| TooLarge)
}

/// Numbers of `bytes` bytes each, the lowest byte first.
fn put(out: &mut Vec<u8>, numbers: &[u64], bytes: usize) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes()[..bytes]);
    }
}

/// Reads back what [`Zip`] wrote, by its directory, as any reader does.
#[cfg(any(test, feature = "testing"))]
pub mod testing {
    use miniz_oxide::inflate::decompress_to_vec;

    /// Names and contents in order.
    ///
    /// # Panics
    /// When the bytes are no archive, or a sum or size in it is wrong.
    pub fn read(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
        let number = |at: usize, bytes: usize| {
            archive[at..at + bytes].iter().rev().fold(0, |sum, byte| (sum << 8) | usize::from(*byte))
        };
        let end = archive.len() - 22;
        assert_eq!(number(end, 4), 0x0605_4b50, "no end");
        let (count, mut at) = (number(end + 10, 2), number(end + 16, 4));
        assert_eq!(at + number(end + 12, 4), end, "the directory ends elsewhere");
        let mut files = Vec::new();
        for _ in 0..count {
            assert_eq!(number(at, 4), 0x0201_4b50, "no entry");
            let (sum, packed, size) = (number(at + 16, 4), number(at + 20, 4), number(at + 24, 4));
            let (name, offset) = (number(at + 28, 2), number(at + 42, 4));
            let text = String::from_utf8(archive[at + 46..at + 46 + name].to_vec()).expect("names are UTF-8");
            assert_eq!(number(offset, 4), 0x0403_4b50, "{text} begins elsewhere");
            let begins = offset + 30 + number(offset + 26, 2) + number(offset + 28, 2);
            let content = decompress_to_vec(&archive[begins..begins + packed]).expect("contents are packed");
            assert_eq!((content.len(), crc32fast::hash(&content) as usize), (size, sum), "{text}");
            files.push((text, content));
            at += 46 + name;
        }
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_whatever_the_steps() {
        let long: Vec<u8> = (0..200_000_u32).flat_map(|n| (n % 977).to_le_bytes()).collect();
        let (mut zip, mut out) = (Zip::default(), Vec::new());
        zip.begin("vuoto.txt", &mut out).unwrap();
        zip.begin("lungo è.bin", &mut out).unwrap();
        for part in long.chunks(1_313) {
            zip.add(part, &mut out);
        }
        zip.begin("corto.txt", &mut out).unwrap();
        zip.add(b"ciao", &mut out);
        zip.finish(&mut out).unwrap();
        let read = testing::read(&out);
        let names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["vuoto.txt", "lungo è.bin", "corto.txt"]);
        assert_eq!((read[0].1.len(), read[2].1.as_slice()), (0, b"ciao".as_slice()));
        assert!(read[1].1 == long, "the long one came out changed");
        assert!(out.len() < long.len() / 4, "nothing was packed: {}", out.len());
    }

    #[test]
    fn an_archive_may_be_empty_but_not_beyond_its_format() {
        let mut out = Vec::new();
        Zip::default().finish(&mut out).unwrap();
        assert!(testing::read(&out).is_empty());
        let mut zip = Zip { at: u64::from(u32::MAX) + 1, ..Zip::default() };
        zip.begin("x", &mut Vec::new()).unwrap();
        assert_eq!(zip.finish(&mut Vec::new()), Err(TooLarge));
    }
}
