//! Stops the build with one clear sentence when the fonts of the documents have not been made yet.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    // From the folder of the package, where cargo runs this: a path kept at compile time is wrong in a checkout that moved.
    let folder = Path::new("../../dist/fonts");
    let titillium = [400, 600, 700]
        .into_iter()
        .flat_map(|weight| ["latin", "latin-ext"].map(|letters| format!("titillium-web-{weight}-{letters}.ttf")));
    let roboto = [400, 700].map(|weight| format!("roboto-mono-{weight}.ttf"));
    for name in titillium.chain(roboto) {
        let file = folder.join(name);
        println!("cargo::rerun-if-changed={}", file.display());
        if !file.is_file() {
            println!("cargo::error=the font {} is missing: run `cargo xtask assets` first", file.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
