//! `cargo xtask messages`: the texts of the pages are complete in Italian and English, and none is left over.
//!
//! A key counts as used when it stands in quotes in a template or in Rust. A literal that ends with `-`, or that goes
//! on with `{`, uses every key that begins so. Other languages may have gaps: they fall back to Italian.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use regex::Regex;

use crate::repo::Checkout;

const FOLDER: &str = "crates/web/messages/";
/// Languages in which every text must exist.
const COMPLETE: [&str; 2] = ["it", "en"];
/// Calls that take a key: `t.get("key")`, `text.get1("key", …)`, `page.t.with("key", …)`.
const CALL: &str = r#"\b(?:t|text)\.(?:get[12]?|with)\(\s*"([a-z][a-z0-9-]*)""#;
/// Literals that may be keys.
const LITERAL: &str = r#""([a-z][a-z0-9-]*)""#;
/// Literals that are only the beginning of keys.
const PREFIX: &str = r#""([a-z][a-z0-9-]*-)(?:\{[^"]*)?""#;

/// Prints every missing, unused or unreadable text; a fault fails.
pub fn run() -> Result<()> {
    let checkout = Checkout::open()?;
    let sources = sources(&checkout)?;
    let mut faults = Vec::new();
    let mut languages = BTreeMap::new();
    for language in COMPLETE {
        languages.insert(language, read(&checkout, language, &mut faults)?);
    }
    faults.extend(missing_and_unused(&languages, &sources));
    let count = languages.values().next().map_or(0, |messages| messages.len());
    println!("messages: {count} keys, {} faults", faults.len());
    for fault in &faults {
        println!("  {fault}");
    }
    if !faults.is_empty() {
        bail!("the messages have {} faults", faults.len());
    }
    Ok(())
}

/// What one message needs: its variables and the messages it holds.
#[derive(Default)]
struct Needs {
    variables: BTreeSet<String>,
    messages: BTreeSet<String>,
}

type Messages = BTreeMap<String, Needs>;

/// Templates and Rust of the product, where keys may stand.
fn sources(checkout: &Checkout) -> Result<Vec<(String, String)>> {
    let files = checkout.with_extension(&["html", "txt", "rs"]).filter(|file| file.starts_with("crates/"));
    files.map(|file| Ok((file.clone(), checkout.read(file)?))).collect()
}

fn read(checkout: &Checkout, language: &str, faults: &mut Vec<String>) -> Result<Messages> {
    let mut messages = Messages::new();
    let folder = format!("{FOLDER}{language}/");
    for file in checkout.with_extension(&["ftl"]).filter(|file| file.starts_with(&folder)) {
        let text = checkout.read(file)?;
        let resource = parser::parse(text.as_str()).unwrap_or_else(|(resource, errors)| {
            faults.extend(errors.iter().map(|error| format!("{file}: {error} at byte {}", error.pos.start)));
            resource
        });
        for entry in &resource.body {
            let (key, pattern) = match entry {
                Entry::Message(message) => (message.id.name.to_owned(), message.value.as_ref()),
                Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value)),
                _ => continue,
            };
            let mut needs = Needs::default();
            pattern.into_iter().for_each(|pattern| collect(pattern, &mut needs));
            if messages.insert(key.clone(), needs).is_some() {
                faults.push(format!("{file}: {key} is defined twice"));
            }
        }
    }
    Ok(messages)
}

fn collect(pattern: &Pattern<&str>, needs: &mut Needs) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => collect_inline(inline, needs),
            Expression::Select { selector, variants } => {
                collect_inline(selector, needs);
                variants.iter().for_each(|variant| collect(&variant.value, needs));
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<&str>, needs: &mut Needs) {
    match inline {
        InlineExpression::VariableReference { id } => {
            needs.variables.insert(id.name.to_owned());
        }
        InlineExpression::MessageReference { id, .. } => {
            needs.messages.insert(id.name.to_owned());
        }
        InlineExpression::TermReference { id, .. } => {
            needs.messages.insert(format!("-{}", id.name));
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|argument| collect_inline(argument, needs));
        }
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inner) = &**expression {
                collect_inline(inner, needs);
            }
        }
        _ => {}
    }
}

fn missing_and_unused(languages: &BTreeMap<&str, Messages>, sources: &[(String, String)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (language, messages) in languages {
        for (other, theirs) in languages.iter().filter(|(other, _)| *other != language) {
            for (key, needs) in messages {
                match theirs.get(key) {
                    None => faults.push(format!("{key}: in {language}, not in {other}")),
                    Some(same) if language < other && same.variables != needs.variables => {
                        faults.push(format!("{key}: {language} and {other} use different variables"));
                    }
                    Some(_) => {}
                }
            }
        }
        for (key, needs) in messages {
            let unknown = needs.messages.iter().filter(|needed| !messages.contains_key(*needed));
            faults.extend(unknown.map(|needed| format!("{key} ({language}): holds {needed}, which does not exist")));
        }
    }
    let keys: BTreeSet<&String> = languages.values().flat_map(Messages::keys).collect();
    faults.extend(asked_but_missing(&keys, sources));
    faults.extend(unused(&keys, languages, sources));
    faults
}

fn asked_but_missing(keys: &BTreeSet<&String>, sources: &[(String, String)]) -> Vec<String> {
    let call = Regex::new(CALL).expect("the pattern is fixed");
    let asked = sources
        .iter()
        .filter(|(file, _)| file.starts_with("crates/web/"))
        .flat_map(|(file, text)| call.captures_iter(text).map(move |found| (file, found[1].to_owned())));
    let missing = asked.filter(|(_, key)| !key.ends_with('-') && !keys.contains(key));
    missing.map(|(file, key)| format!("{file}: asks for {key}, which does not exist")).collect()
}

fn unused(keys: &BTreeSet<&String>, languages: &BTreeMap<&str, Messages>, sources: &[(String, String)]) -> Vec<String> {
    let prefix = Regex::new(PREFIX).expect("the pattern is fixed");
    let prefixes: BTreeSet<String> =
        sources.iter().flat_map(|(_, text)| prefix.captures_iter(text).map(|found| found[1].to_owned())).collect();
    let held: BTreeSet<&String> =
        languages.values().flat_map(Messages::values).flat_map(|needs| &needs.messages).collect();
    let literal = Regex::new(LITERAL).expect("the pattern is fixed");
    let quoted: BTreeSet<&str> = sources
        .iter()
        .flat_map(|(_, text)| literal.captures_iter(text).filter_map(|found| found.get(1)))
        .map(|key| key.as_str())
        .collect();
    let left_over = keys.iter().filter(|key| {
        !held.contains(**key)
            && !prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
            && !quoted.contains(key.as_str())
    });
    left_over.map(|key| format!("{key}: not used by any page")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Messages {
        let resource = parser::parse(text).unwrap();
        let found = resource.body.iter().filter_map(|entry| match entry {
            Entry::Message(message) => {
                let mut needs = Needs::default();
                message.value.iter().for_each(|pattern| collect(pattern, &mut needs));
                Some((message.id.name.to_owned(), needs))
            }
            _ => None,
        });
        found.collect()
    }

    fn faults(it: &str, en: &str, source: &str) -> Vec<String> {
        let languages = BTreeMap::from([("it", messages(it)), ("en", messages(en))]);
        missing_and_unused(&languages, &[("crates/web/templates/a.html".into(), source.into())])
    }

    #[test]
    fn complete_texts_are_no_fault() {
        let it = "home = Casa di { $chi }\nstato-aperta = { home }\n";
        let en = "home = Home of { $chi }\nstato-aperta = { home }\n";
        assert_eq!(faults(it, en, r#"{{ t.get("home") }} {{ t.get("stato-{}") }}"#), [""; 0]);
    }

    #[test]
    fn each_gap_is_named() {
        assert_eq!(faults("a = x\n", "", r#"t.get("a")"#), ["a: in it, not in en"]);
        assert_eq!(faults("a = x\n", "a = x\n", ""), ["a: not used by any page"]);
        assert_eq!(faults("a = { $x }\n", "a = { $y }\n", r#"t.get("a")"#), ["a: en and it use different variables"]);
        let asked = faults("", "", r#"{{ page.t.get("b") }} text.with("c", [])"#);
        assert_eq!(asked.len(), 2, "{asked:?}");
        assert_eq!(faults("a = { z }\n", "a = { z }\n", r#"t.get("a")"#).len(), 2);
    }
}
