//! The entry points that libFuzzer calls. What is tried stands in the library.

#![no_main]

use std::sync::OnceLock;

use fuzz::World;

/// Folder of keys and seeds.
const FOLDER: &str = "SPORTELLO_FUZZ_FOLDER";

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "libFuzzer owns the command line")]
    WORLD.get_or_init(|| {
        let folder = std::env::var_os(FOLDER).expect("SPORTELLO_FUZZ_FOLDER names a folder: use `cargo xtask fuzz`");
        World::open(folder.as_ref()).expect("keys and seeds can be kept in the folder")
    })
}

libfuzzer_sys::fuzz_target!(
    init: {
        // Before the corpus is read: the seeds are in it.
        world();
    },
    |input: &[u8]| fuzz::try_input(world(), input)
);
