//! `cargo xtask tidy`: rules of the house that the compiler does not know.
//!
//! Each check answers a list of faults, one line each, with the place first; no fault is the only good answer.

mod arrows;
mod docs;
mod licences;
mod lock;
mod size;
mod tracked;

use anyhow::{Result, bail};
use clap::Command;

use crate::repo::Checkout;

/// Runs every check and prints every fault. `commands` are the commands that documents may name.
pub fn run(commands: &Command) -> Result<()> {
    let checkout = Checkout::open()?;
    let checks: [(&str, Vec<String>); 6] = [
        ("arrows between packages", arrows::faults(&checkout)?),
        ("sizes and attributes", size::faults(&checkout)?),
        ("lock files", lock::faults(&checkout)?),
        ("licences of dependencies", licences::faults(&checkout)?),
        ("tracked files", tracked::faults(&checkout)?),
        ("what the documents name", docs::faults(&checkout, commands)?),
    ];
    let mut found = 0;
    for (name, faults) in &checks {
        println!(
            "tidy: {name}: {}",
            if faults.is_empty() { "good".to_owned() } else { format!("{} faults", faults.len()) }
        );
        for fault in faults {
            println!("  {fault}");
        }
        found += faults.len();
    }
    if found > 0 {
        bail!("tidy found {found} faults");
    }
    Ok(())
}
