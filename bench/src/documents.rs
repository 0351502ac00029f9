//! P6: what a receipt, an invoice and a notice cost, and whether memory stays flat.

use std::process;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use sportello_documents::{Pdf, Typesetter, avviso, fattura, fonts, ricevuta, sample};

use crate::meter;
use crate::report::Figure;

/// Receipts of one measurement, after the first [`WARM`].
const COUNT: u32 = 500;
/// Receipts before memory is first looked at.
const WARM: u32 = 100;
/// Budget, in milliseconds of CPU.
const CPU_GOAL_MS: f64 = 8.0;
/// Two children, as most filings have.
const CHILDREN: usize = 2;

/// Makes receipts that differ, and looks at time and memory.
pub fn measure() -> Result<Vec<Figure>> {
    let typesetter = Typesetter::new(fonts::all()).context("loading the faces")?;
    make(&typesetter, 0..WARM)?;
    let own = process::id();
    let (cpu, memory, since) = (meter::cpu(own)?, meter::resident_kib(own)?, Instant::now());
    let bytes = make(&typesetter, WARM..WARM + COUNT)?;
    let (cpu, seconds) = (meter::cpu(own)? - cpu, since.elapsed().as_secs_f64());
    let after = meter::resident_kib(own)?;
    let growth = after as f64 - memory as f64;
    let invoice = cpu_ms(|number| {
        let mut data = sample::fattura();
        data.number = format!("{number}/M/2026");
        fattura(&typesetter, &data).context("making an invoice")
    })?;
    let notice = cpu_ms(|number| {
        let mut data = sample::avviso();
        data.subject = format!("Mensa scolastica ottobre 2026 - retta {number}/M/2026");
        avviso(&typesetter, &data).context("making a notice")
    })?;
    Ok(vec![
        Figure::new("P6: receipt of two children, CPU", cpu.as_secs_f64() * 1000.0 / f64::from(COUNT), "ms")
            .at_most(CPU_GOAL_MS),
        Figure::new("P6: invoice, CPU", invoice, "ms").at_most(CPU_GOAL_MS),
        Figure::new("P6: notice, CPU", notice, "ms").at_most(CPU_GOAL_MS),
        Figure::new("receipts on one thread", f64::from(COUNT) / seconds, "a second"),
        Figure::new("receipt: size", bytes as f64 / f64::from(COUNT) / 1024.0, "KiB"),
        Figure::new("memory after 100 receipts", memory as f64 / 1024.0, "MiB").at_most(100.0),
        Figure::new("growth over 500 more", growth / 1024.0, "MiB"),
    ])
}

/// CPU of one of [`COUNT`] documents, in milliseconds.
fn cpu_ms(make: impl Fn(u32) -> Result<Pdf>) -> Result<f64> {
    let since = meter::cpu(process::id())?;
    for number in 1..=COUNT {
        ensure!(make(number)?.bytes.starts_with(b"%PDF-"), "document {number} is none");
    }
    Ok((meter::cpu(process::id())? - since).as_secs_f64() * 1000.0 / f64::from(COUNT))
}

/// Bytes of all receipts.
fn make(typesetter: &Typesetter, numbers: std::ops::Range<u32>) -> Result<usize> {
    let mut bytes = 0;
    for number in numbers {
        let mut data = sample::ricevuta(CHILDREN);
        data.url.push_str(&number.to_string());
        for (pratica, offset) in data.pratiche.iter_mut().zip(0..) {
            pratica.number = format!("2026/{}", number * 2 + offset);
        }
        let pdf = ricevuta(typesetter, &data).context("making a receipt")?;
        ensure!(pdf.bytes.starts_with(b"%PDF-") && pdf.pages >= 2, "receipt {number} is none");
        bytes += pdf.bytes.len();
    }
    Ok(bytes)
}
