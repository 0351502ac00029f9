//! The lines in which two texts differ, each with a few that stand around it.

use similar::{ChangeTag, TextDiff};

/// Lines that are shown around each difference.
const AROUND: usize = 3;

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// In both texts, with its number in the new one.
    Same(usize, String),
    /// Only in the old one, with its number there.
    Gone(usize, String),
    /// Only in the new one, with its number there.
    New(usize, String),
}

/// How a text differs from another one: stretches of lines; none when they are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Stretches, in order.
    pub stretches: Vec<Vec<Line>>,
}

impl Difference {
    /// From the old text to the new one.
    pub fn new(old: &str, new: &str) -> Self {
        let diff = TextDiff::from_lines(old, new);
        let number = |at: Option<usize>| at.map_or(0, |at| at + 1);
        let stretch = |group: &Vec<similar::DiffOp>| {
            let changes = group.iter().flat_map(|op| diff.iter_changes(op));
            let line = |change: similar::Change<&str>| {
                let text = change.value().trim_end_matches('\n').to_owned();
                match change.tag() {
                    ChangeTag::Equal => Line::Same(number(change.new_index()), text),
                    ChangeTag::Delete => Line::Gone(number(change.old_index()), text),
                    ChangeTag::Insert => Line::New(number(change.new_index()), text),
                }
            };
            changes.map(line).collect()
        };
        Self { stretches: diff.grouped_ops(AROUND).iter().map(stretch).collect() }
    }

    /// Whether the texts are alike.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown_with_a_few_lines_around_it() {
        let old: String = (1..=20).map(|n| format!("riga {n}\n")).collect();
        let new = old.replace("riga 9\n", "riga nove\n").replace("riga 20\n", "");
        let found = Difference::new(&old, &new);
        assert_eq!(found.stretches.len(), 2);
        assert_eq!(found.stretches[0].len(), 8, "{found:?}");
        assert!(found.stretches[0].contains(&Line::Gone(9, "riga 9".into())));
        assert!(found.stretches[0].contains(&Line::New(9, "riga nove".into())));
        assert_eq!(found.stretches[1].last(), Some(&Line::Gone(20, "riga 20".into())));
        assert!(Difference::new(&old, &old).is_empty());
    }
}
