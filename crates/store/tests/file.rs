//! Files come back whole, stay in their ente, and are unreadable where they are sealed.

use sportello_domain::id::EnteId;
use sportello_store::{
    Error,
    file::{FILE_MAX_BYTES, FileKind, FileStore},
    testing::{TestDatabase, id, now},
};
use std::{fs, os::unix::fs::PermissionsExt};

#[tokio::test]
async fn a_file_comes_back_is_replaced_and_removed() {
    let db = TestDatabase::sqlite().await;
    let folder = db.folder.path().join("file");
    let files = FileStore::open(&folder).unwrap();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let (ente, key) = (EnteId::new(id()), id());
    assert!(matches!(files.get(ente, FileKind::Documento, key).await, Err(Error::NotFound)));
    files.put(ente, FileKind::Documento, key, vec![1, 2, 3]).await.unwrap();
    let path = folder.join(ente.to_string()).join("documento").join(key.to_string());
    assert_eq!(fs::read(&path).unwrap(), [1, 2, 3]);
    files.put(ente, FileKind::Documento, key, vec![4]).await.unwrap();
    assert_eq!(FileStore::open(&folder).unwrap().get(ente, FileKind::Documento, key).await.unwrap().as_ref(), [4]);
    assert!(matches!(files.get(ente, FileKind::Allegato, key).await, Err(Error::NotFound)));
    assert!(matches!(files.get(EnteId::new(id()), FileKind::Documento, key).await, Err(Error::NotFound)));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    assert!(files.remove(ente, FileKind::Documento, key).await.unwrap());
    assert!(!files.remove(ente, FileKind::Documento, key).await.unwrap());
}

#[tokio::test]
async fn a_file_has_a_limit() {
    let db = TestDatabase::sqlite().await;
    let files = FileStore::open(&db.folder.path().join("file")).unwrap();
    let put = files.put(EnteId::new(id()), FileKind::Allegato, id(), vec![0; FILE_MAX_BYTES + 1]).await;
    assert!(matches!(put, Err(Error::File { .. })));
}

#[tokio::test]
async fn a_sealed_file_is_bound_to_its_ente_and_id() {
    let db = TestDatabase::sqlite().await;
    let files = FileStore::open(&db.folder.path().join("file")).unwrap();
    let sealers = db.sealer().await;
    let own = sealers.ente(EnteId::new(id()), now()).await.unwrap();
    let other = sealers.ente(EnteId::new(id()), now()).await.unwrap();
    let (key, text) = (id(), b"certificato medico".as_slice());
    files.put_sealed(&own, FileKind::Allegato, key, text).await.unwrap();
    assert_eq!(files.get_sealed(&own, FileKind::Allegato, key).await.unwrap(), text);
    let kept = files.get(own.ente(), FileKind::Allegato, key).await.unwrap();
    assert!(!kept.windows(text.len()).any(|window| window == text));
    let moved = id();
    files.put(own.ente(), FileKind::Allegato, moved, kept.clone()).await.unwrap();
    assert!(matches!(files.get_sealed(&own, FileKind::Allegato, moved).await, Err(Error::Seal { .. })));
    files.put(other.ente(), FileKind::Allegato, key, kept).await.unwrap();
    assert!(matches!(files.get_sealed(&other, FileKind::Allegato, key).await, Err(Error::Seal { .. })));
}
