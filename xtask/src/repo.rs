//! The checkout: its root and the files that are tracked in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::process;

/// Root of the checkout; xtask is always built inside it. Cargo says where that is now: a checkout may have moved since.
pub fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).parent().expect("xtask is a folder of the checkout").to_owned()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Every file under `folder`, sorted, with its whole path; a folder that does not exist holds none.
pub fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        if !folder.exists() {
            continue;
        }
        let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// One fingerprint of the names and contents of `files`.
pub fn fingerprint(files: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        hash.update(file.as_os_str().as_encoded_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The checkout as git and cargo see it.
pub struct Checkout {
    /// Whole path of its root.
    pub root: PathBuf,
    /// Files that are tracked or about to be, relative to the root.
    pub files: Vec<String>,
    /// Packages of the workspace.
    pub packages: Vec<Package>,
}

/// One package of the workspace.
pub struct Package {
    pub name: String,
    pub dependencies: Vec<Dependency>,
}

/// One line of a package's dependencies.
pub struct Dependency {
    /// Name of the package depended on.
    pub name: String,
    /// True when only tests, examples and benchmarks use it.
    pub dev: bool,
}

impl Checkout {
    /// Asks git for the files and cargo for the packages.
    pub fn open() -> Result<Self> {
        let root = root();
        let listed = process::output(
            Command::new("git")
                .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
                .current_dir(&root),
        )?;
        let mut files: Vec<String> = listed.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        files.sort();
        files.dedup();
        files.retain(|file| root.join(file).exists());
        let packages = packages(&root)?;
        Ok(Self { root, files, packages })
    }

    /// Files with one of these extensions.
    pub fn with_extension(&self, extensions: &[&str]) -> impl Iterator<Item = &String> {
        self.files.iter().filter(move |file| {
            Path::new(file).extension().and_then(|ext| ext.to_str()).is_some_and(|ext| extensions.contains(&ext))
        })
    }

    /// Text of a file, by its path from the root.
    pub fn read(&self, file: &str) -> Result<String> {
        fs::read_to_string(self.root.join(file)).with_context(|| format!("reading {file}"))
    }
}

fn packages(root: &Path) -> Result<Vec<Package>> {
    let metadata =
        process::output(process::cargo().args(["metadata", "--format-version=1", "--no-deps"]).current_dir(root))?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading cargo metadata")?;
    let list = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    list.iter().map(package).collect()
}

fn package(value: &Value) -> Result<Package> {
    let name = |value: &Value| value["name"].as_str().map(str::to_owned).context("a package without a name");
    let dependencies = value["dependencies"].as_array().context("a package without dependencies")?;
    let dependencies = dependencies
        .iter()
        .map(|dependency| Ok(Dependency { name: name(dependency)?, dev: dependency["kind"].as_str() == Some("dev") }))
        .collect::<Result<_>>()?;
    Ok(Package { name: name(value)?, dependencies })
}
