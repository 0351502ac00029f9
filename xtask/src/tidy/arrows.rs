//! Arrows between packages only point down, and heavy libraries stay in the one package that isolates them.

use anyhow::Result;

use crate::repo::{Checkout, Dependency};

/// Each package and those it may use in the product. A package missing here is a fault: decide first, then add it.
const ALLOWED: &[(&str, &[&str])] = &[
    ("sportello-domain", &[]),
    ("sportello-xml", &[]),
    ("sportello-store", &["sportello-domain", "sportello-line"]),
    ("sportello-identity", &["sportello-domain", "sportello-xml"]),
    ("sportello-documents", &["sportello-domain", "sportello-xml"]),
    ("sportello-line", &[]),
    ("sportello-pagopa", &["sportello-domain", "sportello-line", "sportello-xml"]),
    ("sportello-protocollo", &["sportello-domain", "sportello-line"]),
    (
        "sportello-app",
        &[
            "sportello-domain",
            "sportello-store",
            "sportello-identity",
            "sportello-documents",
            "sportello-pagopa",
            "sportello-protocollo",
        ],
    ),
    ("sportello-web", &["sportello-domain", "sportello-app", "sportello-pagopa"]),
    (
        "sportello",
        &[
            "sportello-domain",
            "sportello-store",
            "sportello-identity",
            "sportello-documents",
            "sportello-line",
            "sportello-pagopa",
            "sportello-protocollo",
            "sportello-app",
            "sportello-web",
        ],
    ),
    ("sportello-sim", &["sportello-domain", "sportello-xml", "sportello-identity", "sportello-documents"]),
    ("xtask", &[]),
    ("fuzz", &["sportello-domain", "sportello-identity"]),
    ("drills", &["sportello-domain", "sportello-store", "sportello-identity", "sportello-xml"]),
    (
        "bench",
        &[
            "sportello-domain",
            "sportello-store",
            "sportello-identity",
            "sportello-documents",
            "sportello-app",
            "sportello-web",
            "drills",
        ],
    ),
];

/// Programs that nobody may build upon, not even in tests. `sim` is the twin that tests of any package may use.
const PROGRAMS: &[&str] = &["sportello", "xtask", "drills", "bench", "fuzz"];

/// Libraries that only these packages of the product may name.
const KEPT_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["sportello-store"]),
    ("tokio-postgres", &["sportello-store"]),
    ("deadpool-postgres", &["sportello-store"]),
    ("typst", &["sportello-documents"]),
    ("typst-pdf", &["sportello-documents"]),
    ("bergshamra", &["sportello-identity"]),
    ("axum", &["sportello-web", "sportello-sim", "sportello"]),
    ("askama", &["sportello-web", "sportello-sim", "sportello-app"]),
];

/// What `domain` must stay free of: I/O, tasks, protocols.
const NOT_IN_DOMAIN: &[&str] = &["tokio", "axum", "reqwest", "rusqlite", "tokio-postgres", "object_store", "lettre"];

/// Measuring and destroying need the databases' own drivers beside the portal.
const OUTSIDE_THE_PRODUCT: &[&str] = &["drills", "bench", "xtask"];

pub fn faults(checkout: &Checkout) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for package in &checkout.packages {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == package.name) else {
            faults.push(format!("{}: not in the table of packages in xtask/src/tidy/arrows.rs", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            faults.extend(fault(checkout, &package.name, allowed, dependency));
        }
    }
    Ok(faults)
}

fn fault(checkout: &Checkout, package: &str, allowed: &[&str], dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    if checkout.packages.iter().any(|other| other.name == name) {
        let in_tests = dependency.dev && !PROGRAMS.contains(&name);
        return (!in_tests && name != package && !allowed.contains(&name))
            .then(|| format!("{package}: must not use {name}"));
    }
    if dependency.dev || OUTSIDE_THE_PRODUCT.contains(&package) {
        return None;
    }
    if package == "sportello-domain" && NOT_IN_DOMAIN.contains(&name) {
        return Some(format!("{package}: {name} has no place in pure rules"));
    }
    let (_, homes) = KEPT_IN.iter().find(|(library, _)| *library == name)?;
    (!homes.contains(&package)).then(|| format!("{package}: {name} belongs only in {}", homes.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Package;

    fn faults_of(name: &str, dependency: &str, dev: bool) -> Vec<String> {
        let package = |name: &str, dependencies| Package { name: name.into(), dependencies };
        let uses = vec![Dependency { name: dependency.into(), dev }];
        let mut packages: Vec<_> =
            ["sportello-domain", "sportello-app", "sportello-web", "sportello-store", "sportello"]
                .iter()
                .filter(|other| **other != name)
                .map(|other| package(other, Vec::new()))
                .collect();
        packages.push(package(name, uses));
        faults(&Checkout { root: "/".into(), files: Vec::new(), packages }).unwrap()
    }

    #[test]
    fn an_arrow_upwards_is_a_fault_and_downwards_is_none() {
        assert_eq!(faults_of("sportello-domain", "sportello-app", false).len(), 1);
        assert_eq!(faults_of("sportello-web", "sportello-store", false).len(), 1);
        assert_eq!(faults_of("sportello-app", "sportello-domain", false), [""; 0]);
    }

    #[test]
    fn tests_may_look_up_but_not_at_the_program() {
        assert_eq!(faults_of("sportello-web", "sportello-store", true), [""; 0]);
        assert_eq!(faults_of("sportello-web", "sportello", true).len(), 1);
    }

    #[test]
    fn heavy_libraries_stay_at_home() {
        assert_eq!(faults_of("sportello-web", "rusqlite", false).len(), 1);
        assert_eq!(faults_of("sportello-store", "rusqlite", false), [""; 0]);
        assert_eq!(faults_of("sportello-domain", "tokio", false).len(), 1);
    }

    #[test]
    fn an_unknown_package_is_a_fault() {
        assert_eq!(faults_of("sportello-news", "serde", false).len(), 1);
    }
}
