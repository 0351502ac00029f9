//! Lock files: not too many packages, and no download addresses.

use anyhow::{Context, Result};

use crate::repo::Checkout;

const PACKAGES: usize = 850;
/// The npm locks of the assets and of the browser tests.
const NPM_LOCKS: &[&str] = &["package-lock.json", "e2e/package-lock.json"];

pub fn faults(checkout: &Checkout) -> Result<Vec<String>> {
    let lock: toml::Table = checkout.read("Cargo.lock")?.parse().context("reading Cargo.lock")?;
    let packages = lock.get("package").and_then(toml::Value::as_array).map_or(0, Vec::len);
    println!("tidy: Cargo.lock holds {packages} packages");
    let mut faults = Vec::new();
    if packages == 0 || packages >= PACKAGES {
        faults.push(format!("Cargo.lock: {packages} packages, fewer than {PACKAGES} wanted"));
    }
    for name in NPM_LOCKS {
        if checkout.read(name)?.contains("\"resolved\"") {
            faults.push(format!("{name}: holds download addresses: npm must be run beside the .npmrc"));
        }
    }
    Ok(faults)
}
