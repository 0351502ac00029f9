//! Backup of the embedded database and of the files, and the way back. Keys are never part of one.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail, ensure};
use sha2::{Digest, Sha256};
use sportello_app::Portal;

use crate::settings::Settings;

/// Name of the database in a backup.
const DATABASE: &str = "sportello.db";
/// Name of the folder of files in a backup.
const FILES: &str = "files";
/// Names and SHA-256 of everything else.
const MANIFEST: &str = "SHA256SUMS";

/// Copies database and files into a new folder, while the portal works.
///
/// The database first: a file is on the disk before its row, so whatever the copy names is copied after it.
pub async fn backup(portal: &Portal, settings: &Settings, folder: &Path) -> anyhow::Result<ExitCode> {
    ensure!(!folder.exists(), "{} is there already: name a new folder", folder.display());
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    portal.store().backup(&folder.join(DATABASE)).await.context("copying the database")?;
    let from = &settings.storage.files;
    let mut sums = vec![sum(folder, Path::new(DATABASE))?];
    let files = match &settings.storage.bucket {
        None => files_below(from)?,
        Some(bucket) => {
            println!("the files of bucket {} are not copied: let its store keep their versions", bucket.name);
            Vec::new()
        }
    };
    for file in files {
        let relative = Path::new(FILES).join(file.strip_prefix(from)?);
        copy(&file, &folder.join(&relative))?;
        sums.push(sum(folder, &relative)?);
    }
    let mut manifest = fs::File::create_new(folder.join(MANIFEST))?;
    for (hash, path) in &sums {
        writeln!(manifest, "{hash}  {}", path.display())?;
    }
    manifest.sync_all()?;
    println!("{} files in {}; the key file is not among them: keep it apart", sums.len(), folder.display());
    Ok(ExitCode::SUCCESS)
}

/// Puts a backup where the settings say; nothing that is there is written over.
pub async fn restore(settings: &Settings, folder: &Path) -> anyhow::Result<()> {
    let database = PathBuf::from(&settings.storage.database);
    if settings.storage.database.starts_with("postgres") {
        bail!(
            "storage.database: a backup of this kind goes into a file; use the tools of PostgreSQL for its databases"
        );
    }
    for place in [&database, &settings.storage.files] {
        let free = !place.exists() || (place.is_dir() && fs::read_dir(place)?.next().is_none());
        ensure!(free, "{} is there already: nothing is written over", place.display());
    }
    let manifest = fs::read_to_string(folder.join(MANIFEST))
        .with_context(|| format!("{} is no backup: {MANIFEST} is missing", folder.display()))?;
    let mut entries = Vec::new();
    for line in manifest.lines() {
        let (hash, path) = line.split_once("  ").context("a line of the list of sums cannot be read")?;
        let path = PathBuf::from(path);
        let inside = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        ensure!(inside, "the list of sums names {}, outside the backup", path.display());
        let (found, _) = sum(folder, &path)?;
        ensure!(found == hash, "{} was altered since the backup", path.display());
        entries.push(path);
    }
    for path in &entries {
        let to = match path.strip_prefix(FILES) {
            Ok(file) => settings.storage.files.join(file),
            Err(_) => database.clone(),
        };
        copy(&folder.join(path), &to)?;
    }
    println!(
        "{} files restored; the key file of the time must stand at {}",
        entries.len(),
        settings.storage.key_file.display()
    );
    Ok(())
}

fn files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            match entry.file_type()? {
                kind if kind.is_dir() => folders.push(entry.path()),
                // A name with `#` is a file that is still being written.
                kind if kind.is_file() && !entry.file_name().to_string_lossy().contains('#') => {
                    found.push(entry.path())
                }
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    fs::copy(from, to).with_context(|| format!("copying {} to {}", from.display(), to.display()))?;
    fs::File::open(to)?.sync_all()?;
    Ok(())
}

fn sum(folder: &Path, path: &Path) -> anyhow::Result<(String, PathBuf)> {
    let mut file = fs::File::open(folder.join(path)).with_context(|| format!("reading {}", path.display()))?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        hash.update(&chunk[..read]);
    }
    Ok((hex::encode(hash.finalize()), path.to_owned()))
}
