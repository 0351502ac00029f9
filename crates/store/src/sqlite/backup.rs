//! A copy of the database file under load, by SQLite's own backup.

use super::{Purpose, Session, failed};
use crate::error::{Error, Result};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};
use std::{fs::File, os::unix::fs::OpenOptionsExt, path::Path};

const DOING: &str = "copying the database";
const CHECK: &str = "PRAGMA integrity_check(1)";

/// Copies `from` into the new file `to`; takes the half-made copy away when that fails.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    made.map_err(|error| Error::db("making the file of the backup", error))?;
    let copied = fill(from, to).and_then(|()| settle(to));
    if copied.is_err() {
        // The first error is the one that tells.
        let _ = std::fs::remove_file(to);
    }
    copied
}

fn fill(from: &Path, to: &Path) -> Result<()> {
    let source = Session::open(from, Purpose::Read)?;
    let mut copy = Connection::open(to).map_err(|error| failed(DOING, error))?;
    let backup = Backup::new(&source.connection, &mut copy).map_err(|error| failed(DOING, error))?;
    // All in one step: in smaller ones each write in between would make it begin anew. Writers are not stopped by it.
    let step = backup.step(-1).map_err(|error| failed(DOING, error))?;
    drop(backup);
    if step != StepResult::Done {
        return Err(Error::db(DOING, "the database is locked by another program"));
    }
    // One file, without a log beside it.
    let mode: String =
        copy.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0)).map_err(|error| failed(DOING, error))?;
    let found: String = copy.query_row(CHECK, [], |row| row.get(0)).map_err(|error| failed(CHECK, error))?;
    if mode == "delete" && found == "ok" { Ok(()) } else { Err(Error::db(CHECK, "the copy is not whole")) }
}

/// Puts the file and its name on the disk.
fn settle(to: &Path) -> Result<()> {
    let sync = || {
        File::open(to)?.sync_all()?;
        match to.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    };
    sync().map_err(|error: std::io::Error| Error::db("syncing the backup", error))
}
