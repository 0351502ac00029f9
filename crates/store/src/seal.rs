//! Sealed values: what must not be readable in a database page, a dump or a backup (privacy classes income, bank, art9).
//!
//! A ring of master keys stands in a file beside the configuration and never in a backup. Each ente has data keys,
//! kept in the database wrapped by a master key. A value is sealed with XChaCha20-Poly1305 and bound to its place
//! (ente, table, column, row), so that it cannot be moved to another row and read there.
//! Not for searching: a sealed value can only be opened.

mod key_file;

use crate::{
    bind::{Bind, Cell, Column, Kind, Value},
    binds,
    error::{Error, Result},
    statements,
    store::Store,
    tx::{Read, Tx},
};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use chrono::{DateTime, Utc};
use key_file::KeyRing;
use ring::{
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use sportello_domain::id::EnteId;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Display,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// First byte of every sealed value: the form described here.
const FORM: u8 = 1;
/// Form, version of the key, nonce.
const HEAD_BYTES: usize = 1 + 4 + NONCE_BYTES;
const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;
/// Most bytes that are sealed at once.
pub const SEAL_MAX_BYTES: usize = 64 << 20;

statements! {
    KEYS: (i64, Vec<u8>) = "SELECT version, wrapped FROM ente_key WHERE ente_id = $1 ORDER BY version";
    ADD_KEY = "INSERT INTO ente_key (ente_id, version, wrapped, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    COUNT_KEYS: (i64,) = "SELECT count(*) FROM ente_key";
}

/// Bytes that only [`EnteSealer::open`] makes readable. Kept as BLOB or BYTEA.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// The bytes as they are kept.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Takes bytes that were kept somewhere; whether they are whole is seen when they are opened.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Sealed({} bytes)", self.0.len())
    }
}

impl Bind for Sealed {
    fn value(&self) -> Result<Value<'_>> {
        Ok(Value::Blob(&self.0))
    }
}

impl Column for Sealed {
    const KIND: Kind = Kind::Blob;
    fn read(cell: Cell<'_>) -> Result<Self> {
        Vec::read(cell).map(Self)
    }
}

/// Where a sealed value stands. Opening it for another place fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    table: &'static str,
    column: &'static str,
    row: String,
}

impl Place {
    /// A cell: `row` is the key of the row inside its ente (an id, or ids joined by `/`).
    pub fn new(table: &'static str, column: &'static str, row: impl Display) -> Self {
        Self { table, column, row: row.to_string() }
    }

    fn failed(&self, reason: &'static str) -> Error {
        Error::Seal { place: format!("{}.{} row {}", self.table, self.column, self.row), reason }
    }

    /// The associated data: each part behind its length, so that no two places read alike.
    fn bound_to(&self, ente: EnteId, version: u32) -> Vec<u8> {
        let mut out = b"sportello seal 1".to_vec();
        let (ente, version) = (ente.uuid(), version.to_be_bytes());
        for part in [ente.as_bytes(), self.table.as_bytes(), self.column.as_bytes(), self.row.as_bytes(), &version] {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}

/// A key of some version, ready for use.
#[derive(Clone)]
struct Key {
    version: u32,
    cipher: XChaCha20Poly1305,
    search: hmac::Key,
}

impl Key {
    fn new(version: u32, bytes: &[u8; KEY_BYTES]) -> Self {
        // A key of its own: what seals is used for nothing else.
        let search = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes), b"sportello keyed hash 1");
        let search = hmac::Key::new(hmac::HMAC_SHA256, search.as_ref());
        Self { version, cipher: XChaCha20Poly1305::new(bytes.into()), search }
    }

    fn seal(&self, random: &SystemRandom, ente: EnteId, place: &Place, plaintext: &[u8]) -> Result<Sealed> {
        if plaintext.len() > SEAL_MAX_BYTES {
            return Err(place.failed("too long"));
        }
        let nonce = fill::<NONCE_BYTES>(random, place)?;
        let aad = place.bound_to(ente, self.version);
        let payload = Payload { msg: plaintext, aad: &aad };
        let sealed =
            self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| place.failed("cannot be sealed"))?;
        let mut out = Vec::with_capacity(HEAD_BYTES + sealed.len());
        out.push(FORM);
        out.extend_from_slice(&self.version.to_be_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(Sealed(out))
    }
}

/// Opens with the key that the value names.
fn open<'k>(
    find: impl FnOnce(u32) -> Option<&'k Key>,
    ente: EnteId,
    place: &Place,
    sealed: &Sealed,
) -> Result<Vec<u8>> {
    let (head, body) = sealed.0.split_at_checked(HEAD_BYTES).ok_or_else(|| place.failed("shorter than its head"))?;
    let (form, rest) = head.split_at(1);
    let (version, nonce) = rest.split_at(4);
    if form != [FORM] {
        return Err(place.failed("sealed in an unknown form"));
    }
    let version = version.try_into().map(u32::from_be_bytes).map_err(|_| place.failed("shorter than its head"))?;
    let nonce = XNonce::try_from(nonce).map_err(|_| place.failed("shorter than its head"))?;
    let key = find(version).ok_or_else(|| place.failed("no key of this version"))?;
    let aad = place.bound_to(ente, version);
    let opened = key.cipher.decrypt(&nonce, Payload { msg: body, aad: &aad });
    opened.map_err(|_| place.failed("altered, or sealed for another place"))
}

fn fill<const N: usize>(random: &SystemRandom, place: &Place) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    random.fill(&mut bytes).map_err(|_| place.failed("the system gives no randomness"))?;
    Ok(bytes)
}

/// Gives each ente its sealer. Holds the master keys.
pub struct Sealer {
    store: Store,
    ring: KeyRing,
    random: SystemRandom,
    enti: Mutex<HashMap<EnteId, EnteSealer>>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Sealer")
    }
}

impl Sealer {
    /// Reads the key file; makes it at first start.
    ///
    /// Errors when others than its owner may read it, and when it is missing although the database has sealed keys:
    /// a new one could not open them.
    pub async fn open(store: &Store, key_file: &Path) -> Result<Self> {
        let random = SystemRandom::new();
        let ring = match KeyRing::read(key_file)? {
            Some(ring) => ring,
            None => {
                let (keys,) =
                    store.read(EnteId::PLATFORM, async |read| read.fetch_one::<(i64,)>(COUNT_KEYS, &[]).await).await?;
                if keys > 0 {
                    return Err(key_file::failed(
                        key_file,
                        "missing, and the database has values sealed with it: put it back",
                    ));
                }
                KeyRing::create(key_file, &random)?
            }
        };
        Ok(Self { store: store.clone(), ring, random, enti: Mutex::default() })
    }

    /// The sealer of an ente; makes its data key at first use (`now` goes into the row).
    ///
    /// To be called before a closure of the store, which may not wait for it.
    pub async fn ente(&self, ente: EnteId, now: DateTime<Utc>) -> Result<EnteSealer> {
        if let Some(known) = self.enti.lock().unwrap_or_else(PoisonError::into_inner).get(&ente) {
            return Ok(known.clone());
        }
        let mut rows = self.store.read(ente, async move |read| keys(read, ente).await).await?;
        if rows.is_empty() {
            let wrapped = self.new_key(ente)?;
            rows = self.store.write(ente, async move |tx| add_key(tx, ente, wrapped, now).await).await?;
        }
        let keys = rows.into_iter().map(|(version, wrapped)| self.unwrap(ente, version, wrapped));
        let keys = keys.collect::<Result<BTreeMap<u32, Key>>>()?;
        let sealer = EnteSealer { ente, keys: Arc::new(keys), random: self.random.clone() };
        self.enti.lock().unwrap_or_else(PoisonError::into_inner).insert(ente, sealer.clone());
        Ok(sealer)
    }

    fn new_key(&self, ente: EnteId) -> Result<Sealed> {
        let place = key_place(FIRST);
        let key = fill::<KEY_BYTES>(&self.random, &place)?;
        self.ring.current().seal(&self.random, ente, &place, &key)
    }

    fn unwrap(&self, ente: EnteId, version: i64, wrapped: Vec<u8>) -> Result<(u32, Key)> {
        let version = u32::try_from(version).map_err(|error| Error::value("version of a key", error))?;
        let place = key_place(version);
        let bytes = open(|master| self.ring.get(master), ente, &place, &Sealed(wrapped))?;
        let bytes = bytes.as_slice().try_into().map_err(|_| place.failed("not a key of 32 bytes"))?;
        Ok((version, Key::new(version, bytes)))
    }
}

/// Version of the first data key of an ente.
const FIRST: u32 = 1;

fn key_place(version: u32) -> Place {
    Place::new("ente_key", "wrapped", version)
}

async fn keys(read: &mut Read, ente: EnteId) -> Result<Vec<(i64, Vec<u8>)>> {
    read.fetch_all(KEYS, binds![ente]).await
}

/// Adds the first key, unless another node was quicker; gives the keys that count.
async fn add_key(tx: &mut Tx, ente: EnteId, wrapped: Sealed, now: DateTime<Utc>) -> Result<Vec<(i64, Vec<u8>)>> {
    tx.execute(ADD_KEY, binds![ente, i64::from(FIRST), wrapped, now]).await?;
    keys(tx, ente).await
}

/// Seals and opens the values of one ente. Cheap to clone; never waits.
#[derive(Clone)]
pub struct EnteSealer {
    ente: EnteId,
    keys: Arc<BTreeMap<u32, Key>>,
    random: SystemRandom,
}

impl std::fmt::Debug for EnteSealer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "EnteSealer({})", self.ente)
    }
}

impl EnteSealer {
    /// The ente whose values it seals.
    pub fn ente(&self) -> EnteId {
        self.ente
    }

    /// Seals for a place, with the newest key. At most [`SEAL_MAX_BYTES`].
    pub fn seal(&self, place: &Place, plaintext: &[u8]) -> Result<Sealed> {
        let key = self.keys.last_key_value().ok_or_else(|| place.failed("the ente has no key"))?.1;
        key.seal(&self.random, self.ente, place, plaintext)
    }

    /// Opens what was sealed for this ente and this place. The error names the place, never the value.
    pub fn open(&self, place: &Place, sealed: &Sealed) -> Result<Vec<u8>> {
        open(|version| self.keys.get(&version), self.ente, place, sealed)
    }

    /// A keyed hash (HMAC-SHA-256, 32 bytes) by which a value can be found again and not read. Alike for one ente, column
    /// and value; always with the first key, so that a newer one hides nothing that was kept before.
    pub fn keyed_hash(&self, column: &'static str, value: &str) -> Result<Vec<u8>> {
        let first = self.keys.first_key_value();
        let key = first.ok_or_else(|| Place::new("keyed hash", column, "").failed("the ente has no key"))?.1;
        let mut hash = hmac::Context::with_key(&key.search);
        for part in [self.ente.uuid().as_bytes().as_slice(), column.as_bytes(), value.as_bytes()] {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Ok(hash.sign().as_ref().to_vec())
    }
}
