//! Files: what citizens upload and what the portal makes, in a folder or in a bucket, by id. The rows that name them stand
//! in the database.
//!
//! A file is on the disk (written aside, synced, renamed), or the bucket has said that it has it, before [`FileStore::put`] answers, so a row that names it can
//! be written afterwards and never points to nothing. Type and size are checked by whoever accepts the file.

use crate::{
    error::{Error, Result},
    seal::{EnteSealer, Place, Sealed},
};
use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt as _, local::LocalFileSystem, path::Path as Key};
use sportello_domain::id::EnteId;
use std::{os::unix::fs::DirBuilderExt, path::Path, sync::Arc};
use uuid::Uuid;

mod bucket;

pub use bucket::Bucket;

/// Most bytes of a file.
pub const FILE_MAX_BYTES: usize = 32 << 20;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Given by a citizen.
    Allegato,
    /// Made by the portal.
    Documento,
}

impl FileKind {
    const fn folder(self) -> &'static str {
        match self {
            Self::Allegato => "allegato",
            Self::Documento => "documento",
        }
    }
}

/// A folder or a bucket of files: `<ente>/<kind>/<id>`.
#[derive(Clone, Debug)]
pub struct FileStore {
    files: Arc<dyn ObjectStore>,
    place: Arc<str>,
}

impl FileStore {
    /// Opens the folder; makes it, for its owner only, where there is none.
    pub fn open(folder: &Path) -> Result<Self> {
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| failed(&folder.display().to_string(), error))?;
        let files = LocalFileSystem::new_with_prefix(folder);
        let files = files.map_err(|error| failed(&folder.display().to_string(), error))?;
        let files = Arc::new(files.with_fsync(true).with_automatic_cleanup(true));
        Ok(Self { files, place: folder.display().to_string().into() })
    }

    /// Keeps files in a bucket, which must be there.
    pub fn in_bucket(bucket: &Bucket) -> Result<Self> {
        let place = format!("{} at {}", bucket.name, bucket.endpoint);
        let files = bucket.open().map_err(|error| failed(&place, error))?;
        Ok(Self { files: Arc::new(files), place: place.into() })
    }

    /// Where the files are, for people.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Keeps a small file, reads it and removes it.
    pub async fn probe(&self, id: Uuid) -> Result<()> {
        let (ente, kind) = (EnteId::PLATFORM, FileKind::Documento);
        self.put(ente, kind, id, Bytes::from_static(b"prova")).await?;
        let kept = self.get(ente, kind, id).await?;
        self.remove(ente, kind, id).await?;
        if kept == "prova" { Ok(()) } else { Err(failed(&self.place, "gives back something else")) }
    }

    /// Keeps a file; one of the same id is replaced whole, so that a job may run twice.
    pub async fn put(&self, ente: EnteId, kind: FileKind, id: Uuid, content: impl Into<Bytes>) -> Result<()> {
        let (key, content) = (key(ente, kind, id), content.into());
        if content.len() > FILE_MAX_BYTES {
            return Err(failed(key.as_ref(), "longer than a file may be"));
        }
        self.files.put(&key, content.into()).await.map(drop).map_err(|error| failed(key.as_ref(), error))
    }

    /// Gives a file; [`Error::NotFound`] where there is none.
    pub async fn get(&self, ente: EnteId, kind: FileKind, id: Uuid) -> Result<Bytes> {
        let key = key(ente, kind, id);
        match async { self.files.get(&key).await?.bytes().await }.await {
            Ok(content) => Ok(content),
            Err(object_store::Error::NotFound { .. }) => Err(Error::NotFound),
            Err(error) => Err(failed(key.as_ref(), error)),
        }
    }

    /// Keeps a file sealed for its ente and id.
    pub async fn put_sealed(&self, sealer: &EnteSealer, kind: FileKind, id: Uuid, content: &[u8]) -> Result<()> {
        let sealed = sealer.seal(&place(kind, id), content)?;
        self.put(sealer.ente(), kind, id, sealed.as_bytes().to_vec()).await
    }

    /// Gives a file that was kept sealed.
    pub async fn get_sealed(&self, sealer: &EnteSealer, kind: FileKind, id: Uuid) -> Result<Vec<u8>> {
        let kept = self.get(sealer.ente(), kind, id).await?;
        sealer.open(&place(kind, id), &Sealed::from_bytes(kept.into()))
    }

    /// Removes a file; false when there was none, where the store tells: a bucket does not.
    pub async fn remove(&self, ente: EnteId, kind: FileKind, id: Uuid) -> Result<bool> {
        let key = key(ente, kind, id);
        match self.files.delete(&key).await {
            Ok(()) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failed(key.as_ref(), error)),
        }
    }
}

fn key(ente: EnteId, kind: FileKind, id: Uuid) -> Key {
    Key::from_iter([ente.to_string(), kind.folder().to_owned(), id.to_string()])
}

fn place(kind: FileKind, id: Uuid) -> Place {
    Place::new("file", kind.folder(), id)
}

fn failed(path: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::File { path: path.to_owned(), source: Arc::from(error.into()) }
}
