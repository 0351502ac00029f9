//! The faces that documents are set in: Titillium Web and, for the codes of printed notices, Roboto Mono. They are part
//! of this program since `cargo xtask assets` made the files.

macro_rules! face {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/fonts/", $name, ".ttf"))
    };
}

/// Titillium Web in weights 400, 600 and 700, each as basic Latin and as extended Latin letters, and Roboto Mono in
/// weights 400 and 700 with the letters of ASCII.
pub fn all() -> Vec<Vec<u8>> {
    const FILES: [&[u8]; 8] = [
        face!("titillium-web-400-latin"),
        face!("titillium-web-600-latin"),
        face!("titillium-web-700-latin"),
        face!("titillium-web-400-latin-ext"),
        face!("titillium-web-600-latin-ext"),
        face!("titillium-web-700-latin-ext"),
        face!("roboto-mono-400"),
        face!("roboto-mono-700"),
    ];
    FILES.iter().map(|bytes| bytes.to_vec()).collect()
}
