//! Where the specifications stand beside the checkout.

use std::path::PathBuf;

/// The folder of pagoPA's specifications; none when it is absent, unless it must be there.
pub fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs/pagopa"));
    if folder.is_dir() {
        return Some(folder);
    }
    #[expect(clippy::disallowed_methods, reason = "the test is told by the environment whether it may skip")]
    let required = std::env::var("SPORTELLO_SPECS").is_ok_and(|word| word == "required");
    assert!(!required, "{} is missing", folder.display());
    println!("skipped: {} is missing", folder.display());
    None
}

/// A sample message; none when the specifications are absent.
pub fn sample(name: &str) -> Option<String> {
    let path = folder()?.join("samples").join(name);
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
