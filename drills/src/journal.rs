//! The client's own journal: what it tried, and what the portal acknowledged; and the lines of the crash drill.
//!
//! Each line is on the disk before it counts. It is the witness: nothing in it comes from the database.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A number within a year, as people read it ("2026/184" for a pratica, "4127/2026" for the register).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Numero {
    /// Year.
    pub anno: i64,
    /// Number within the year.
    pub numero: i64,
}

/// One line of the crash drill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Entry {
    /// INVIA is about to be sent; whether it arrives is open.
    Tried {
        /// The draft, 32 hexadecimal digits.
        bozza: String,
        /// Children in it.
        children: usize,
    },
    /// The portal answered that it has it.
    Acknowledged {
        /// The draft.
        bozza: String,
    },
    /// The confirmation page was read.
    Confirmed {
        /// The draft.
        bozza: String,
        /// Numbers of the pratiche.
        pratiche: Vec<Numero>,
        /// Number in the register.
        protocollo: Option<Numero>,
    },
}

/// The journal of one drill.
pub struct Journal {
    path: PathBuf,
    file: Mutex<File>,
}

impl Journal {
    /// Begins a new journal.
    pub fn create(path: &Path) -> Result<Self> {
        let file = File::create_new(path).with_context(|| format!("making the journal {}", path.display()))?;
        Ok(Self { path: path.to_owned(), file: Mutex::new(file) })
    }

    /// Adds a line and waits until the disk has it.
    pub fn add(&self, entry: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(entry).context("writing a line of the journal")?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line).and_then(|()| file.sync_data()).context("adding to the journal")
    }

    /// All lines, read back from the disk.
    pub fn entries<E: DeserializeOwned>(&self) -> Result<Vec<E>> {
        let text = fs::read_to_string(&self.path).with_context(|| format!("reading {}", self.path.display()))?;
        text.lines().map(|line| serde_json::from_str(line).context("reading a line of the journal")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_read_back_in_order() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("journal");
        let journal = Journal::create(&path).expect("a new journal");
        let entries = [
            Entry::Tried { bozza: "a".into(), children: 2 },
            Entry::Acknowledged { bozza: "a".into() },
            Entry::Confirmed {
                bozza: "a".into(),
                pratiche: vec![Numero { anno: 2026, numero: 184 }],
                protocollo: None,
            },
        ];
        for entry in &entries {
            journal.add(entry).expect("a line can be added");
        }
        assert_eq!(journal.entries::<Entry>().expect("the journal reads"), entries);
        assert!(Journal::create(&path).is_err(), "a journal is never written over");
    }
}
