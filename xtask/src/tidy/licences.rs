//! Licences of the libraries that we build with, against the list in `deny.toml`, which cargo-deny reads likewise.
//!
//! Always runs and needs no network. Known weaknesses of libraries are not looked up here.

use anyhow::{Context, Result};
use spdx::{Expression, ParseMode};

use crate::process;
use crate::repo::Checkout;

pub fn faults(checkout: &Checkout) -> Result<Vec<String>> {
    let table: toml::Table = checkout.read("deny.toml")?.parse().context("reading deny.toml")?;
    let allowed = words(table.get("licenses").and_then(|licenses| licenses.get("allow")));
    let metadata = process::output(
        process::cargo().args(["metadata", "--format-version=1", "--locked"]).current_dir(&checkout.root),
    )?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata).context("reading cargo metadata")?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let faults = packages.iter().filter_map(|package| {
        let name = format!("{} {}", package["name"].as_str()?, package["version"].as_str()?);
        fault(&name, package["license"].as_str(), &allowed)
    });
    Ok(faults.collect())
}

fn words(list: Option<&toml::Value>) -> Vec<String> {
    let list = list.and_then(toml::Value::as_array).into_iter().flatten();
    list.filter_map(|word| Some(word.as_str()?.to_owned())).collect()
}

fn fault(name: &str, licence: Option<&str>, allowed: &[String]) -> Option<String> {
    let Some(licence) = licence else {
        return Some(format!("{name}: states no licence"));
    };
    // Older packages write `MIT/Apache-2.0`.
    let expression = match Expression::parse_mode(licence, ParseMode::LAX) {
        Ok(expression) => expression,
        Err(error) => return Some(format!("{name}: {licence} cannot be read ({})", error.reason)),
    };
    let kept = expression.evaluate(|wanted| allowed.contains(&wanted.to_string()));
    (!kept).then(|| format!("{name}: {licence} is not allowed by deny.toml"))
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn one_allowed_way_through_an_expression_is_enough() {
        let allowed = ["MIT".to_owned(), "Unicode-3.0".to_owned()];
        for good in ["MIT", "MIT/Apache-2.0", "GPL-3.0-only OR MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
            assert_eq!(fault("a 1", Some(good), &allowed), None, "{good}");
        }
        for bad in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "Apache-2.0 WITH LLVM-exception", "my own"] {
            assert!(fault("a 1", Some(bad), &allowed).is_some(), "{bad}");
        }
        assert!(fault("a 1", None, &allowed).is_some());
    }
}
