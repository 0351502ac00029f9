//! Stops the build with one clear sentence when the assets have not been made, and rebuilds when texts come or go.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=messages");
    // From the folder of the package, where cargo runs this: a path kept at compile time is wrong in a checkout that moved.
    let manifest = Path::new("../../dist/web/manifest.json");
    println!("cargo::rerun-if-changed={}", manifest.display());
    if !manifest.is_file() {
        println!("cargo::error={} is missing: run `cargo xtask assets` first", manifest.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
