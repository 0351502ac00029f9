//! Figures, and the pages that hold them.

use std::fmt::{self, Write};
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::machine::Machine;

/// Start of the name of every file of figures.
const PREFIX: &str = "bench-";

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured; a budget of the design comes first (`P1: …`).
    pub name: String,
    /// The middle of all runs.
    pub value: f64,
    /// Unit of the value.
    pub unit: String,
    /// Lowest run.
    pub min: f64,
    /// Highest run.
    pub max: f64,
    /// What it should be.
    pub goal: Option<Goal>,
}

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
}

/// One measurement with all that it needs to mean something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Name of the measurement, as on the command line.
    pub name: String,
    /// Where and when.
    pub machine: Machine,
    /// How often it was taken.
    pub runs: usize,
    /// What came out.
    pub figures: Vec<Figure>,
}

impl Figure {
    /// The figure of one run.
    pub fn new(name: impl Into<String>, value: f64, unit: &str) -> Self {
        Self { name: name.into(), value, unit: unit.to_owned(), min: value, max: value, goal: None }
    }

    /// With a highest value.
    pub fn at_most(self, most: f64) -> Self {
        Self { goal: Some(Goal::AtMost(most)), ..self }
    }

    /// With a lowest value.
    pub fn at_least(self, least: f64) -> Self {
        Self { goal: Some(Goal::AtLeast(least)), ..self }
    }

    /// The middle figures of runs that measured the same things.
    pub fn middle(runs: &[Vec<Self>]) -> Result<Vec<Self>> {
        let first = runs.first().context("no run")?;
        let mut middle = Vec::with_capacity(first.len());
        for (index, figure) in first.iter().enumerate() {
            let mut values = Vec::with_capacity(runs.len());
            for run in runs {
                let same = run.get(index).filter(|other| other.name == figure.name);
                values.push(same.context("two runs measured different things")?.value);
            }
            ensure!(values.iter().all(|value| value.is_finite()), "{} is no number", figure.name);
            values.sort_by(f64::total_cmp);
            let (min, max) = (values[0], values[values.len() - 1]);
            middle.push(Self { value: values[values.len() / 2], min, max, ..figure.clone() });
        }
        Ok(middle)
    }

    fn goal(&self) -> String {
        match self.goal {
            Some(Goal::AtMost(most)) => format!("<= {most}"),
            Some(Goal::AtLeast(least)) => format!(">= {least}"),
            None => String::new(),
        }
    }

    /// How the figure stands to its goal: the ratio, and whether it is kept.
    fn verdict(&self) -> String {
        let (goal, kept) = match self.goal {
            Some(Goal::AtMost(most)) => (most, self.value <= most),
            Some(Goal::AtLeast(least)) => (least, self.value >= least),
            None => return String::new(),
        };
        let word = if kept { "kept" } else { "MISSED" };
        format!("{word}, {:.2} of it", self.value / goal)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {:.2} {} ({:.2} to {:.2})", self.name, self.value, self.unit, self.min, self.max)?;
        match self.goal {
            Some(_) => write!(out, ", goal {}: {}", self.goal(), self.verdict()),
            None => Ok(()),
        }
    }
}

/// The time in milliseconds that so many in a hundred of `times` do not pass.
pub fn percentile(times: &[Duration], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// Writes `bench-<name>.json` into `folder`, and `bench.md` from all such files in it.
pub fn write(folder: &Path, report: &Report) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let json = serde_json::to_string_pretty(report).context("writing the figures")?;
    save(&folder.join(format!("{PREFIX}{}.json", report.name)), &json)?;
    save(&folder.join("bench.md"), &page(&read_all(folder)?)?)
}

fn save(path: &Path, text: &str) -> Result<()> {
    fs::write(path, format!("{}\n", text.trim_end())).with_context(|| format!("writing {}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}

fn read_all(folder: &Path) -> Result<Vec<Report>> {
    let mut reports = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(PREFIX) && name.ends_with(".json") {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let report: Report = serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
            reports.push(report);
        }
    }
    reports.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(reports)
}

fn page(reports: &[Report]) -> Result<String> {
    let mut page = String::from(
        "# Measurements\n\nMade by `cargo xtask bench`; `docs/prestazioni.md` says what each line means.\n",
    );
    for report in reports {
        write!(
            page,
            "\n## {}\n\n{}; the middle of {}.\n\n| what | figure | unit | lowest | highest | goal | |\n\
             |---|---:|---|---:|---:|---:|---|\n",
            report.name,
            report.machine,
            runs(report.runs)
        )?;
        for figure in &report.figures {
            let Figure { name, value, unit, min, max, .. } = figure;
            let (goal, verdict) = (figure.goal(), figure.verdict());
            writeln!(page, "| {name} | {value:.2} | {unit} | {min:.2} | {max:.2} | {goal} | {verdict} |")?;
        }
    }
    Ok(page)
}

fn runs(count: usize) -> String {
    match count {
        1 => "1 run".to_owned(),
        count => format!("{count} runs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_run_counts_and_the_outer_ones_are_shown() {
        let runs = [9.0, 1.0, 3.0].map(|value| vec![Figure::new("x", value, "ms").at_most(2.0)]);
        let middle = Figure::middle(&runs).expect("three runs");
        assert_eq!((middle[0].value, middle[0].min, middle[0].max), (3.0, 1.0, 9.0));
        assert_eq!(middle[0].verdict(), "MISSED, 1.50 of it");
        assert_eq!(Figure::new("y", 3.0, "times").at_least(2.0).verdict(), "kept, 1.50 of it");
    }

    #[test]
    fn runs_that_do_not_fit_are_refused() {
        let runs = [vec![Figure::new("x", 1.0, "ms")], vec![Figure::new("y", 1.0, "ms")]];
        assert!(Figure::middle(&runs).is_err());
        assert!(Figure::middle(&[vec![Figure::new("x", f64::NAN, "ms")]]).is_err());
        assert!(Figure::middle(&[]).is_err());
    }

    #[test]
    fn percentiles_are_times_that_occurred() {
        let times: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!((percentile(&times, 50), percentile(&times, 99)), (51.0, 100.0));
        assert!(percentile(&[], 50).is_nan());
    }

    #[test]
    fn a_page_is_made_of_all_measurements_of_the_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["one", "two"] {
            let report = Report {
                name: name.to_owned(),
                machine: Machine::look().expect("Linux tells about itself"),
                runs: 1,
                figures: vec![Figure::new(format!("P0: {name}"), 1.0, "ms").at_most(2.0)],
            };
            write(folder.path(), &report).expect("the folder can be written");
        }
        let page = fs::read_to_string(folder.path().join("bench.md")).expect("the page is there");
        assert!(page.contains("| P0: one | 1.00 | ms | 1.00 | 1.00 | <= 2 | kept, 0.50 of it |"), "{page}");
        assert!(page.contains("## two"), "{page}");
    }
}
