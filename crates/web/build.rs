//! Stops the build with one clear sentence when the assets have not been made, and rebuilds when texts come or go.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=messages");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist/web/manifest.json");
    println!("cargo::rerun-if-changed={}", manifest.display());
    if !manifest.is_file() {
        println!("cargo::error={} is missing: run `cargo xtask assets` first", manifest.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
