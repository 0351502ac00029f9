//! What may be committed: text of this project, without the places of somebody's machine; no binaries of others.

use std::fs;

use anyhow::{Context, Result};

use crate::repo::Checkout;

/// Pictures of our own pages and files made by us for tests; everything else that is committed is text.
const OWN_BINARIES: &[&str] = &["docs/prove/", "demo/allegati/"];
/// Homes and working folders of machines. `/home` and its like in an address of a page do not end so.
const MACHINE_PLACES: &[&str] = &["/home/", "/root/", "/Users/", "/work/", "C:\\Users"];
/// Where the places above are named in order to be found.
const THIS_FILE: &str = "xtask/src/tidy/tracked.rs";

pub fn faults(checkout: &Checkout) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for file in &checkout.files {
        let path = checkout.root.join(file);
        // A file removed but not yet committed.
        if !path.exists() {
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("reading {file}"))?;
        match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => faults.extend(place_faults(file, &text)),
            _ if OWN_BINARIES.iter().any(|folder| file.starts_with(folder)) => {}
            _ => faults.push(format!("{file}: a binary file; only {} may hold them", OWN_BINARIES.join(", "))),
        }
    }
    Ok(faults)
}

fn place_faults(file: &str, text: &str) -> Vec<String> {
    if file == THIS_FILE {
        return Vec::new();
    }
    text.lines()
        .enumerate()
        .filter(|(_, line)| MACHINE_PLACES.iter().any(|place| names_place(line, place)))
        .map(|(at, _)| format!("{file}:{}: names a place of one machine", at + 1))
        .collect()
}

/// True when the place stands at the start of a path, not inside a longer one.
fn names_place(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}' | '/'))
    })
}

#[cfg(test)]
mod tests {
    use super::place_faults;

    #[test]
    fn places_of_a_machine_are_found() {
        assert_eq!(place_faults("a.md", "see `/home/anna/x`\n").len(), 1);
        assert_eq!(place_faults("a.md", "open docs/home/x and comune.example/home/\n"), [""; 0]);
    }
}
