//! Node and the locked npm packages, which only build the assets and drive the browser tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{process, repo};

/// Least major version of Node that the scripts run on.
const NODE_MAJOR: u32 = 18;

/// Makes sure that a recent enough Node stands ready, installing Debian's package where that is allowed.
pub fn require() -> Result<()> {
    if major().is_none() {
        process::apt_install(&["nodejs", "npm"])?;
    }
    match major() {
        Some(found) if found >= NODE_MAJOR => Ok(()),
        Some(found) => bail!("Node {NODE_MAJOR} or newer is needed, but `node --version` says {found}"),
        None => bail!("Node {NODE_MAJOR} or newer is needed: install the packages nodejs and npm"),
    }
}

fn major() -> Option<u32> {
    let version = process::output(Command::new("node").arg("--version")).ok()?;
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Installs the packages that `folder/package-lock.json` names, unless they already stand there.
pub fn install(folder: &Path) -> Result<()> {
    let lock = repo::fingerprint(&[folder.join("package-lock.json")])?;
    let stamp = folder.join("node_modules/.sportello-lock");
    if fs::read_to_string(&stamp).is_ok_and(|known| known == lock) {
        return Ok(());
    }
    require()?;
    println!("npm ci in {} ...", folder.display());
    process::run(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder))?;
    fs::write(&stamp, lock).with_context(|| format!("writing {}", stamp.display()))
}
