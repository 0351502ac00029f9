//! What the disk can do: append 3 KB and fdatasync, one after the other. No durable single write can be faster.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::report::Figure;

/// How long one measurement lasts.
const LENGTH: Duration = Duration::from_secs(3);
/// Size of a filed pratica, about.
const BYTES: usize = 3 * 1024;

/// Appends until the time is over; the rate.
pub fn measure() -> Result<Vec<Figure>> {
    // Beside the database of a measurement, not in a memory file system.
    std::fs::create_dir_all("target").context("making target")?;
    let folder = tempfile::tempdir_in("target").context("making a folder")?;
    let path = folder.path().join("append");
    let mut file = File::create(&path).context("making a file")?;
    let block = [7u8; BYTES];
    let since = Instant::now();
    let mut count = 0u32;
    while since.elapsed() < LENGTH {
        file.write_all(&block)
            .and_then(|()| file.sync_data())
            .context("appending")?;
        count += 1;
    }
    let rate = f64::from(count) / since.elapsed().as_secs_f64();
    let written = file.metadata().context("looking at the file")?.len();
    anyhow::ensure!(
        written == u64::from(count) * BYTES as u64,
        "the file holds {written} bytes after {count} appends"
    );
    Ok(vec![Figure::new("append 3 KB + fdatasync", rate, "a second")])
}
