//! The node, the checkout and the counter against a small stub of an ente.

pub mod answer;
mod checkout;
mod counter;
mod faults;
mod line;
mod node;
mod portal;
pub mod twin;

use std::path::{Path, PathBuf};

/// A file of the specifications beside the checkout; says so where it is missing.
pub fn specs(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/pagopa").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(!required(), "{name} is missing");
    println!("skipped: {name} is not beside the checkout");
    None
}

/// Whether tests may not be skipped.
fn required() -> bool {
    #[expect(clippy::disallowed_methods, reason = "the test is told by the environment whether it may skip")]
    std::env::var("SPORTELLO_SPECS").is_ok_and(|word| word == "required")
}
