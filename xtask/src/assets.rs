//! `cargo xtask assets`: style sheets, fonts and icons, built from locked packages into the ignored folder `dist/`.
//!
//! The work itself is in `xtask/assets/*.mjs`; here we decide whether it is needed and put its result in place whole.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{node, process, repo};

/// Builds `dist/web` and `dist/fonts` unless nothing they are made of has changed.
pub fn build() -> Result<()> {
    let root = repo::root();
    // Two that come at once build one after the other: the second finds it done.
    let _turn = turn(&root)?;
    let dist = root.join("dist");
    let stamp = dist.join(".stamp");
    let inputs = repo::fingerprint(&inputs(&root)?)?;
    if dist.join("web/manifest.json").exists() && fs::read_to_string(&stamp).is_ok_and(|known| known == inputs) {
        println!("assets: up to date");
        return Ok(());
    }
    node::require()?;
    node::install(&root)?;
    println!("assets: building ...");
    // Built apart and moved, so that a compiler reading dist/ never sees half of it.
    let fresh = root.join(format!("target/dist-{}", std::process::id()));
    fs::create_dir_all(&fresh).with_context(|| format!("making {}", fresh.display()))?;
    let made = process::run(Command::new("node").arg("xtask/assets/build.mjs").arg(&fresh).current_dir(&root));
    if made.is_ok() {
        fs::create_dir_all(&dist)?;
        for part in ["web", "fonts"] {
            replace(&fresh.join(part), &dist.join(part))?;
        }
        fs::write(&stamp, inputs).with_context(|| format!("writing {}", stamp.display()))?;
    }
    remove(&fresh)?;
    made.context("building the assets")
}

/// Waits until nobody else builds; ends with what it gives.
fn turn(root: &Path) -> Result<File> {
    let path = root.join("target/assets.lock");
    fs::create_dir_all(root.join("target"))?;
    let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    file.lock().with_context(|| format!("locking {}", path.display()))?;
    Ok(file)
}

/// Everything the result depends on. Rust sources count because they may hold class names.
fn inputs(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = vec![root.join("package-lock.json")];
    for (folder, ext) in
        [("xtask/assets", "mjs"), ("crates/web/templates", "html"), ("crates/web/src", "rs"), ("crates/web/assets", "")]
    {
        let found = repo::files_under(&root.join(folder))?;
        files.extend(found.into_iter().filter(|file| ext.is_empty() || file.extension().is_some_and(|e| e == ext)));
    }
    Ok(files)
}

fn replace(from: &Path, to: &Path) -> Result<()> {
    remove(to)?;
    fs::rename(from, to).with_context(|| format!("moving {} to {}", from.display(), to.display()))
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}
