//! What the disk can do: append 3 KB and fdatasync, one after the other. No durable single write can be faster.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::report::{Figure, percentile};

/// How long one measurement lasts.
const LENGTH: Duration = Duration::from_secs(2);
/// Size of a filed pratica, about.
const BYTES: usize = 3 * 1024;

/// What the disk did.
pub struct Appends {
    /// Appends a second.
    pub rate: f64,
    /// How long each took.
    pub times: Vec<Duration>,
}

/// Appends until the time is over.
pub fn append() -> Result<Appends> {
    // Beside the database of a measurement, not in a memory file system.
    std::fs::create_dir_all("target").context("making target")?;
    let folder = tempfile::tempdir_in("target").context("making a folder")?;
    let mut file = File::create(folder.path().join("append")).context("making a file")?;
    let block = [7u8; BYTES];
    let (since, mut times) = (Instant::now(), Vec::new());
    while since.elapsed() < LENGTH {
        let one = Instant::now();
        file.write_all(&block).and_then(|()| file.sync_data()).context("appending")?;
        times.push(one.elapsed());
    }
    let rate = times.len() as f64 / since.elapsed().as_secs_f64();
    let written = file.metadata().context("looking at the file")?.len();
    ensure!(written == (times.len() * BYTES) as u64, "the file holds {written} bytes after {} appends", times.len());
    Ok(Appends { rate, times })
}

/// The rate and the middle time, as figures.
pub fn measure() -> Result<Vec<Figure>> {
    let appends = append()?;
    Ok(vec![
        Figure::new("append 3 KB + fdatasync", appends.rate, "a second"),
        Figure::new("append 3 KB + fdatasync: p50", percentile(&appends.times, 50), "ms"),
        Figure::new("append 3 KB + fdatasync: p99", percentile(&appends.times, 99), "ms"),
    ])
}
