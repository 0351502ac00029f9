//! What the reports of the validators mean. Their exit codes are not enough: a check that never ran is no success.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// Answers that must sign the person in (`spid_sp_test`, cases of responses). All others must not.
/// Case 103 is called "other attributes than those asked for", but the validator sends just those.
const ACCEPTED: [&str; 7] = ["1", "31", "95", "96", "103", "109", "110"];
/// What a page has only for somebody who is signed in.
const SIGNED_IN: &str = "/esci\"";
/// Begin of the heading of a refusal.
const REFUSAL: &str = "<h1>Accesso ";
/// Checks of a certificate for the public sector.
const CERTIFICATE_CHECKS: usize = 36;

/// A report of `spid_sp_test`: results by category.
pub struct Report(Vec<(String, Vec<CheckResult>)>);

/// One result.
struct CheckResult {
    /// Number of the case, for responses alone.
    case: Option<String>,
    test: String,
    value: String,
    method: String,
    result: String,
}

impl CheckResult {
    fn parse(value: &Value) -> Result<Self> {
        let word = |key: &str| value[key].as_str().map(str::to_owned).with_context(|| format!("a result has no {key}"));
        Ok(Self {
            case: value["test_id"].as_str().map(str::to_owned),
            // One check of the validator gives its text in a list.
            test: value["test"].as_str().map_or_else(|| value["test"].to_string(), str::to_owned),
            value: word("value")?,
            method: word("method")?,
            result: word("result")?,
        })
    }

    /// Why this result is a fault, if it is one. A warning is one too: what does not apply is not run.
    fn fault(&self) -> Option<String> {
        if self.result != "success" {
            return Some(format!("{} [{}] {}: {}", self.method, self.result, self.test, self.value));
        }
        // The validator takes a failure of ours for a refusal.
        let failed = self.value.contains("http status_code: 5");
        failed.then(|| format!("{}: {} was answered by a failure: {}", self.method, self.test, self.value))
    }
}

impl Report {
    /// Reads the JSON of one run.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("reading {}", file.display()))
    }

    fn parse(json: &str) -> Result<Self> {
        let whole: Value = serde_json::from_str(json)?;
        let categories = whole["test"]["sp"].as_object().context("the report has no categories")?;
        let read = |(name, classes): (&String, &Value)| {
            let lists = classes.as_object().context("a category without classes")?.values();
            let results = lists.flat_map(|list| list.as_array().into_iter().flatten());
            Ok((name.clone(), results.map(CheckResult::parse).collect::<Result<_>>()?))
        };
        Ok(Self(categories.iter().map(read).collect::<Result<_>>()?))
    }

    fn category(&self, name: &str) -> &[CheckResult] {
        self.0.iter().find(|(known, _)| known == name).map_or(&[], |(_, results)| results)
    }

    /// What failed, and categories with fewer checks than are known to exist.
    pub fn faults(&self, least: &[(&str, usize)]) -> Vec<String> {
        let mut faults: Vec<String> =
            self.0.iter().flat_map(|(_, results)| results).filter_map(CheckResult::fault).collect();
        for (category, least) in least {
            let ran = self.category(category).len();
            if ran < *least {
                faults.push(format!("{category}: {ran} checks ran, {least} are known: the validator broke off"));
            }
        }
        faults
    }

    /// Names of the checks that ran.
    pub fn methods(&self) -> BTreeSet<String> {
        self.0.iter().flat_map(|(_, results)| results).map(|result| result.method.clone()).collect()
    }

    /// Counts by category.
    pub fn summary(&self) -> String {
        let counts = self.0.iter().map(|(name, results)| {
            let failed = results.iter().filter(|result| result.fault().is_some()).count();
            format!("{name} {} checks, {failed} failed", results.len())
        });
        counts.collect::<Vec<_>>().join("; ")
    }

    /// Pages that say something else than the status: success without somebody signed in, refusal without its words.
    pub fn page_faults(&self, pages: &Path) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        for result in self.category("response") {
            let id = result.case.as_deref().context("a response without its number")?;
            let file = pages.join(format!("{id}_{}.html", if result.result == "success" { "True" } else { "False" }));
            let page = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            faults.extend(page_fault(id, &page));
        }
        Ok(faults)
    }
}

fn page_fault(id: &str, page: &str) -> Option<String> {
    let (signed_in, refused) = (page.contains(SIGNED_IN), page.contains(REFUSAL));
    match ACCEPTED.contains(&id) {
        true if !signed_in || refused => Some(format!("response {id}: the page is not that of somebody signed in")),
        false if signed_in || !refused => Some(format!("response {id}: the page is not that of a refusal")),
        _ => None,
    }
}

/// Checks that exist, did not run and have no reason; and reasons for checks that ran or do not exist.
pub fn unexplained(known: &str, ran: &BTreeSet<String>, reasons: &[(&str, &str)]) -> Vec<String> {
    let known: BTreeSet<&str> = known.split_whitespace().collect();
    let explained = |check: &str| reasons.iter().any(|(name, _)| *name == check);
    let silent = known.iter().filter(|check| !ran.contains(**check) && !explained(check));
    let mut faults: Vec<String> = silent.map(|check| format!("{check} did not run, and nothing says why")).collect();
    for (check, _) in reasons {
        if ran.contains(*check) || !known.contains(check) {
            faults.push(format!("{check} has a reason to leave no line, but it left one or does not exist"));
        }
    }
    faults
}

/// The text report of `spid-compliant-certificates`: number of checks, and what failed.
pub fn certificate(report: &str) -> (usize, Vec<String>) {
    let passed = report.lines().filter(|line| line.contains(" [success][")).count();
    let failed = report.lines().filter(|line| line.contains(" [failure]["));
    let mut faults: Vec<String> = failed.map(|line| format!("certificate: {}", line.trim())).collect();
    if !report.starts_with("Result: success\n") && faults.is_empty() {
        faults.push("certificate: the report does not say success".to_owned());
    }
    let ran = passed + faults.len();
    if ran < CERTIFICATE_CHECKS {
        faults.push(format!("certificate: {ran} checks ran, {CERTIFICATE_CHECKS} are known"));
    }
    (ran, faults)
}

/// A path for the command line of a program.
pub fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CERTIFICATE_CHECKS, Report, certificate, page_fault, unexplained};

    fn report(result: &str, value: &str) -> Report {
        let json = format!(
            r#"{{"test":{{"sp":{{"response":{{"Class":[{{"test_id":"2","test":"t","value":"{value}",
            "method":"Class.check","result":"{result}"}}]}}}}}}}}"#
        );
        Report::parse(&json).unwrap()
    }

    #[test]
    fn only_success_without_a_failure_of_ours_passes() {
        assert!(report("success", "[http status_code: 403]").faults(&[("response", 1)]).is_empty());
        for (result, value) in [("failure", "x"), ("warning", "x"), ("success", "[http status_code: 500]")] {
            assert_eq!(report(result, value).faults(&[]).len(), 1, "{result} {value}");
        }
        assert!(Report::parse("{}").is_err());
        assert!(Report::parse(r#"{"test":{"sp":{"a":{"B":[{}]}}}}"#).is_err());
    }

    #[test]
    fn a_run_that_broke_off_is_no_success() {
        let report = report("success", "");
        assert_eq!(report.faults(&[("response", 2)]).len(), 1);
        assert_eq!(report.faults(&[("metadata_extra", 1)]).len(), 1);
    }

    #[test]
    fn pages_say_what_the_status_says() {
        let (inside, refusal) = (r#"<form action="https://ente.example/esci">"#, "<h1>Accesso rifiutato</h1>");
        assert!(page_fault("1", inside).is_none() && page_fault("2", refusal).is_none());
        for (id, page) in [("1", refusal), ("1", ""), ("2", inside), ("2", ""), ("103", refusal)] {
            assert!(page_fault(id, page).is_some(), "{id} {page}");
        }
    }

    #[test]
    fn no_check_is_left_out_in_silence() {
        let ran = BTreeSet::from(["A.one".to_owned()]);
        assert!(unexplained("A.one\nA.two\n", &ran, &[("A.two", "why")]).is_empty());
        assert_eq!(unexplained("A.one\nA.two\n", &ran, &[]).len(), 1);
        assert_eq!(unexplained("A.one\n", &ran, &[("A.one", "why"), ("A.gone", "why")]).len(), 2);
    }

    #[test]
    fn a_certificate_passes_by_its_checks() {
        let good = format!("Result: success\n{}", "    it must [success][so]\n".repeat(CERTIFICATE_CHECKS));
        assert_eq!(certificate(&good), (CERTIFICATE_CHECKS, Vec::new()));
        assert_eq!(certificate(&good.replacen("[success][", "[failure][", 1)).1.len(), 1);
        assert_eq!(certificate("Result: success\n").1.len(), 1);
        assert_eq!(certificate(&good.replace("Result: success", "")).1.len(), 1);
    }
}
