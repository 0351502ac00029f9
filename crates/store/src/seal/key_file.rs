//! The file of master keys: one line for each version, `1 <64 hexadecimal digits>`. The highest version seals.

use super::{KEY_BYTES, Key, Place, fill};
use crate::error::{Error, Result};
use ring::rand::SystemRandom;
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

const HEAD: &str = "# Master keys of Sportello. Without this file sealed values are lost; with it they can be read.\n\
                    # Keep a copy apart from the backups of the database.\n";
/// A file longer than this, in bytes, is not a key file.
const FILE_MAX_BYTES: u64 = 64 << 10;

/// The master keys, by version.
pub(super) struct KeyRing(BTreeMap<u32, Key>);

impl KeyRing {
    /// Reads the file; `None` where there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(failed(path, "cannot be opened")),
        };
        let mode = file.metadata().map_err(|_| failed(path, "cannot be opened"))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(failed(path, "others than its owner may read it: set its mode to 0600"));
        }
        let mut text = String::new();
        file.take(FILE_MAX_BYTES).read_to_string(&mut text).map_err(|_| failed(path, "cannot be read"))?;
        Self::parse(&SecretString::from(text)).map(Some).map_err(|reason| failed(path, reason))
    }

    /// Makes the file with one fresh key, for its owner only, and gives the ring that then stands there: where another
    /// program was quicker, its key counts.
    ///
    /// The file appears whole and on the disk, before anything is sealed with it.
    pub(super) fn create(path: &Path, random: &SystemRandom) -> Result<Self> {
        let place = Place::new("key file", "key", 1);
        let key = fill::<KEY_BYTES>(random, &place)?;
        let aside = path.with_added_extension(hex::encode(fill::<8>(random, &place)?));
        let text = SecretString::from(format!("{HEAD}1 {}\n", hex::encode(key)));
        let made = write(&aside, &text).and_then(|()| publish(&aside, path));
        let cleared = std::fs::remove_file(&aside);
        made.and(cleared).map_err(|_| failed(path, "cannot be made"))?;
        Self::read(path)?.ok_or_else(|| failed(path, "cannot be made"))
    }

    fn parse(text: &SecretString) -> Result<Self, &'static str> {
        const SHAPE: &str = "each line is a version and a key of 64 hexadecimal digits";
        let mut keys = BTreeMap::new();
        let lines = text.expose_secret().lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (version, digits) = line.split_once(' ').ok_or(SHAPE)?;
            let version = version.parse().map_err(|_| SHAPE)?;
            let mut key = [0; KEY_BYTES];
            hex::decode_to_slice(digits.trim(), &mut key).map_err(|_| SHAPE)?;
            if keys.insert(version, Key::new(version, &key)).is_some() {
                return Err("a version stands there twice");
            }
        }
        if keys.is_empty() { Err("it has no key") } else { Ok(Self(keys)) }
    }

    /// The key that seals.
    pub(super) fn current(&self) -> &Key {
        self.0.last_key_value().expect("a ring is never empty").1
    }

    pub(super) fn get(&self, version: u32) -> Option<&Key> {
        self.0.get(&version)
    }
}

fn write(path: &Path, text: &SecretString) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.expose_secret().as_bytes())?;
    file.sync_all()
}

/// Gives a written file its name, unless there is one of that name.
fn publish(aside: &Path, path: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(aside, path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

pub(super) fn failed(path: &Path, reason: &'static str) -> Error {
    Error::Seal { place: format!("key file {}", path.display()), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<KeyRing, &'static str> {
        KeyRing::parse(&text.into())
    }

    #[test]
    fn the_highest_version_seals_and_every_version_opens() {
        let ring = parse(&format!("# words\n\n1 {}\n3 {}\n", "ab".repeat(32), "cd".repeat(32))).unwrap();
        assert_eq!(ring.current().version, 3);
        assert!(ring.get(1).is_some() && ring.get(2).is_none());
    }

    #[test]
    fn programs_that_start_together_end_with_one_key() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("master.key");
        let keys = std::thread::scope(|scope| {
            let make = || KeyRing::create(&path, &SystemRandom::new()).unwrap();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        let (ente, place) = (sportello_domain::id::EnteId::PLATFORM, Place::new("prova", "valore", 1));
        let sealed = keys[0].current().seal(&SystemRandom::new(), ente, &place, b"testo").unwrap();
        for ring in &keys {
            assert_eq!(super::super::open(|version| ring.get(version), ente, &place, &sealed).unwrap(), b"testo");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_broken_file_is_refused() {
        for text in ["", "# only words\n", "1\n", "1 abcd\n", "x 00\n", &format!("1 {}\n", "zz".repeat(32))] {
            assert!(parse(text).is_err(), "{text}");
        }
        let twice = format!("1 {0}\n1 {0}\n", "ab".repeat(32));
        assert_eq!(parse(&twice).err(), Some("a version stands there twice"));
    }
}
