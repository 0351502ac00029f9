//! The faces that documents are set in: Titillium Web, part of this program since `cargo xtask assets` made the files.

macro_rules! face {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/fonts/titillium-web-", $name, ".ttf"))
    };
}

/// Titillium Web in weights 400, 600 and 700, each as basic Latin and as extended Latin letters.
pub fn titillium() -> Vec<Vec<u8>> {
    const FILES: [&[u8]; 6] = [
        face!("400-latin"),
        face!("600-latin"),
        face!("700-latin"),
        face!("400-latin-ext"),
        face!("600-latin-ext"),
        face!("700-latin-ext"),
    ];
    FILES.iter().map(|bytes| bytes.to_vec()).collect()
}
