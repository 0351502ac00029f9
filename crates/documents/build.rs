//! Stops the build with one clear sentence when the fonts of the documents have not been made yet.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist/fonts");
    for weight in [400, 600, 700] {
        for letters in ["latin", "latin-ext"] {
            let file = folder.join(format!("titillium-web-{weight}-{letters}.ttf"));
            println!("cargo::rerun-if-changed={}", file.display());
            if !file.is_file() {
                println!("cargo::error=the font {} is missing: run `cargo xtask assets` first", file.display());
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
