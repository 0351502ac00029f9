//! Figures and the page that holds them.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use crate::machine::Machine;

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: &'static str,
    /// The middle of all runs.
    pub value: f64,
    /// Unit of the value.
    pub unit: &'static str,
    /// Lowest run.
    pub min: f64,
    /// Highest run.
    pub max: f64,
    /// Budget: the value should not pass it.
    pub at_most: Option<f64>,
}

impl Figure {
    /// The figure of one run.
    pub fn new(name: &'static str, value: f64, unit: &'static str) -> Self {
        Self {
            name,
            value,
            unit,
            min: value,
            max: value,
            at_most: None,
        }
    }

    /// With a budget.
    pub fn at_most(self, budget: f64) -> Self {
        Self {
            at_most: Some(budget),
            ..self
        }
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
            ensure!(
                values.iter().all(|value| value.is_finite()),
                "{} is no number",
                figure.name
            );
            values.sort_by(f64::total_cmp);
            let (min, max) = (values[0], values[values.len() - 1]);
            middle.push(Self {
                value: values[values.len() / 2],
                min,
                max,
                ..figure.clone()
            });
        }
        Ok(middle)
    }

    fn verdict(&self) -> &'static str {
        match self.at_most {
            Some(budget) if self.value > budget => "over",
            Some(_) => "kept",
            None => "",
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}: {:.2} {} ({:.2} to {:.2})",
            self.name, self.value, self.unit, self.min, self.max
        )?;
        match self.at_most {
            Some(budget) => write!(out, ", goal {budget:.2}: {}", self.verdict()),
            None => Ok(()),
        }
    }
}

/// Writes `bench.json` and `bench.md` into `folder`.
pub fn write(folder: &Path, machine: &Machine, figures: &[Figure]) -> Result<()> {
    #[derive(Serialize)]
    struct Report<'a> {
        machine: &'a Machine,
        figures: &'a [Figure],
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let json = serde_json::to_string_pretty(&Report { machine, figures }).context("writing the report")?;
    let mut page = format!(
        "# Measurements\n\n{machine}\n\n| what | figure | unit | lowest | highest | goal | |\n|---|---:|---|---:|---:|---:|---|\n"
    );
    for figure in figures {
        let goal = figure.at_most.map_or_else(String::new, |budget| format!("{budget:.2}"));
        let Figure {
            name,
            value,
            unit,
            min,
            max,
            ..
        } = figure;
        page.push_str(&format!(
            "| {name} | {value:.2} | {unit} | {min:.2} | {max:.2} | {goal} | {} |\n",
            figure.verdict()
        ));
    }
    for (name, text) in [("bench.json", json), ("bench.md", page)] {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn the_middle_run_counts_and_the_outer_ones_are_shown() {
        let runs = [9.0, 1.0, 3.0].map(|value| vec![Figure::new("x", value, "ms").at_most(2.0)]);
        let middle = Figure::middle(&runs).expect("three runs");
        assert_eq!(
            (middle[0].value, middle[0].min, middle[0].max, middle[0].verdict()),
            (3.0, 1.0, 9.0, "over")
        );
    }

    #[test]
    fn runs_that_do_not_fit_are_refused() {
        let runs = [vec![Figure::new("x", 1.0, "ms")], vec![Figure::new("y", 1.0, "ms")]];
        assert!(Figure::middle(&runs).is_err());
        assert!(Figure::middle(&[vec![Figure::new("x", f64::NAN, "ms")]]).is_err());
        assert!(Figure::middle(&[]).is_err());
    }
}
