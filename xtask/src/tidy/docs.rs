//! Every path, package and command named in the documents exists.
//!
//! Looks at links, at words in back quotes and at code blocks. A word counts as a path when its first part is
//! something at the root of the checkout, so addresses of pages and files of other systems are left alone.

use std::path::Path;
use std::sync::LazyLock;

use anyhow::Result;
use clap::Command;
use regex::Regex;

use crate::repo::Checkout;

/// A relative link: `[text](path#part)`.
static LINK: LazyLock<Regex> = LazyLock::new(|| regex(r"\]\(([^)\s#]+)[^)]*\)"));
static PACKAGE: LazyLock<Regex> = LazyLock::new(|| regex(r"^sportello-[a-z]+$"));
/// A command with the words and flags that follow it.
static COMMAND: LazyLock<Regex> =
    LazyLock::new(|| regex(r"cargo xtask ([a-z][a-z-]*)((?: +--?[a-z][a-z-]*| +[^\s`-][^\s`]*)*)"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is fixed")
}

/// Made by our commands, so absent in a fresh checkout.
const GENERATED: &[&str] = &["target", "dist", "data", "node_modules"];

pub fn faults(checkout: &Checkout, commands: &Command) -> Result<Vec<String>> {
    let known = Known { checkout, commands };
    let mut faults = Vec::new();
    for file in checkout.with_extension(&["md"]) {
        // Notes about runs of the past name what stood then.
        if file.starts_with("docs/prove/") {
            continue;
        }
        for (at, line) in Numbered::new(&checkout.read(file)?).lines {
            let missing = known.links(file, &line).into_iter().chain(known.words(&line)).chain(known.commands(&line));
            faults.extend(missing.map(|what| format!("{file}:{at}: {what} does not exist")));
        }
    }
    Ok(faults)
}

/// Lines with their numbers; a line of a code block is given as if it stood in back quotes.
struct Numbered {
    lines: Vec<(usize, String)>,
}

impl Numbered {
    fn new(text: &str) -> Self {
        let mut in_block = false;
        let mut lines = Vec::new();
        for (at, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                in_block = !in_block;
            } else if in_block {
                lines.push((at + 1, format!("`{}`", line.replace('`', " "))));
            } else {
                lines.push((at + 1, line.to_owned()));
            }
        }
        Self { lines }
    }
}

struct Known<'a> {
    checkout: &'a Checkout,
    commands: &'a Command,
}

impl Known<'_> {
    /// Relative links `[text](path#part)`.
    fn links(&self, file: &str, line: &str) -> Vec<String> {
        let folder = Path::new(file).parent().unwrap_or(Path::new(""));
        let targets = LINK.captures_iter(line).map(|found| found[1].to_owned());
        targets
            .filter(|target| !target.contains(':') && !target.starts_with('/'))
            .filter(|target| !self.checkout.root.join(folder).join(target).exists())
            .collect()
    }

    /// Paths and packages in back quotes.
    fn words(&self, line: &str) -> Vec<String> {
        let quoted = line.split('`').skip(1).step_by(2);
        let words = quoted.flat_map(str::split_whitespace).flat_map(expand);
        words.filter(|word| self.is_missing_path(word) || self.is_missing_package(word)).collect()
    }

    fn is_missing_path(&self, word: &str) -> bool {
        let Some((first, rest)) = word.split_once('/') else {
            return false;
        };
        if first.is_empty() || GENERATED.contains(&first) || !self.checkout.root.join(first).is_dir() {
            return false;
        }
        // `crates/*/src` and `crates/<name>`: what stands before the variable part exists.
        let fixed = rest.split(['*', '<', '…', '{', ':']).next().unwrap_or_default();
        let path = match fixed.len() == rest.len() {
            true => rest,
            false => fixed.rsplit_once('/').map_or("", |(folder, _)| folder),
        };
        !self.checkout.root.join(first).join(path).exists()
    }

    fn is_missing_package(&self, word: &str) -> bool {
        PACKAGE.is_match(word) && !self.checkout.packages.iter().any(|package| package.name == word)
    }

    /// `cargo xtask …` with its flags.
    fn commands(&self, line: &str) -> Vec<String> {
        let quoted: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let found = quoted.iter().flat_map(|quote| COMMAND.captures_iter(quote));
        found.filter_map(|found| self.missing_command(&found[1], &found[2])).collect()
    }

    fn missing_command(&self, name: &str, rest: &str) -> Option<String> {
        let Some(command) = self.commands.get_subcommands().find(|command| command.get_name() == name) else {
            return Some(format!("cargo xtask {name}"));
        };
        let flags = rest.split_whitespace().filter_map(|word| word.strip_prefix("--"));
        let known = |flag: &str| command.get_arguments().any(|argument| argument.get_long() == Some(flag));
        flags.filter(|flag| !known(flag)).map(|flag| format!("cargo xtask {name} --{flag}")).next()
    }
}

/// `a/{b,c}/d` as `a/b/d` and `a/c/d`; punctuation at the ends is not part of the word.
fn expand(word: &str) -> Vec<String> {
    let word = word.trim_matches(|c| matches!(c, ',' | ';' | '(' | ')' | '"' | '\'')).trim_end_matches('.');
    let word = word.strip_prefix("./").unwrap_or(word);
    let Some((before, after)) = word.split_once('{') else {
        return vec![word.to_owned()];
    };
    let Some((choices, after)) = after.split_once('}') else {
        return vec![word.to_owned()];
    };
    if !choices.contains(',') {
        return vec![word.to_owned()];
    }
    choices.split(',').flat_map(|choice| expand(&format!("{before}{choice}{after}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::{self, Package};

    fn missing(line: &str) -> Vec<String> {
        let packages = vec![Package { name: "sportello-web".into(), dependencies: Vec::new() }];
        let checkout = Checkout { root: repo::root(), files: Vec::new(), packages };
        let commands = Command::new("xtask").subcommand(Command::new("demo").arg(clap::Arg::new("port").long("port")));
        let known = Known { checkout: &checkout, commands: &commands };
        let mut found = known.links("docs/a.md", line);
        found.extend(known.words(line));
        found.extend(known.commands(line));
        found
    }

    #[test]
    fn what_exists_is_no_fault() {
        for line in [
            "`xtask/src/main.rs`, `xtask/src/tidy/{mod,docs}.rs` and `crates/*/src`; see [map](../Cargo.toml#x)",
            "`/pratiche`, `.sportello-none`, `text/html`, `target/debug/x`, `sportello-web`, [site](https://a.example)",
            "`cargo xtask demo --port 9000`",
        ] {
            assert_eq!(missing(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn what_does_not_exist_is_named() {
        assert_eq!(missing("`xtask/src/{main,none}.rs`"), ["xtask/src/none.rs"]);
        assert_eq!(missing("[map](none.md)"), ["none.md"]);
        assert_eq!(missing("`sportello-none`"), ["sportello-none"]);
        assert_eq!(
            missing("`cargo xtask none`, `cargo xtask demo --none`"),
            ["cargo xtask none", "cargo xtask demo --none"]
        );
    }
}
