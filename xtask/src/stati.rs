//! `cargo xtask stati`: puts graph and tables of the states of a pratica into `docs/stati.md`, as the code has them.
//!
//! A test of the domain package fails while the page says something else.

use anyhow::{Context, Result};

use crate::{process, repo};

const PAGE: &str = "docs/stati.md";
const BEGIN: &str = "<!-- made by cargo xtask stati -->\n";
const END: &str = "<!-- end -->";

/// Writes the page anew.
pub fn run() -> Result<()> {
    let root = repo::root();
    let example = ["run", "--quiet", "--package", "sportello-domain", "--example", "stati"];
    let made = process::output(process::cargo().args(example).current_dir(&root))?;
    let path = root.join(PAGE);
    let page = std::fs::read_to_string(&path).with_context(|| format!("reading {PAGE}"))?;
    let (before, rest) = page.split_once(BEGIN).with_context(|| format!("{PAGE} has lost its mark {BEGIN}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("{PAGE} has lost its mark {END}"))?;
    std::fs::write(&path, format!("{before}{BEGIN}{made}{END}{after}")).with_context(|| format!("writing {PAGE}"))
}
