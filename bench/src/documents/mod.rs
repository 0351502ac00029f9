//! P6: what a receipt, an invoice and a notice cost, and whether memory stays flat.

mod vary;

use std::ops::Range;
use std::process;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use sportello_documents::{Pdf, Typesetter, avviso, fattura, fonts, ricevuta};

use crate::meter;
use crate::report::Figure;

/// Documents of one measurement and kind, after the first [`WARM`].
const COUNT: u32 = 500;
/// Documents of a kind before anything is looked at.
const WARM: u32 = 100;
/// Budget, in milliseconds of CPU.
const CPU_GOAL_MS: f64 = 8.0;

/// What a kind of document cost.
struct Cost {
    cpu_ms: f64,
    a_second: f64,
    kib: f64,
    memory_kib: f64,
    growth_kib: f64,
}

/// Makes the document of a number.
type Make<'a> = &'a dyn Fn(u32) -> Result<Pdf>;

/// Makes documents that differ, kind after kind, and looks at time and memory.
pub fn measure() -> Result<Vec<Figure>> {
    let typesetter = Typesetter::new(fonts::all()).context("loading the faces")?;
    let kinds: [(&str, Make<'_>); 3] = [
        ("receipt of two children", &|number| Ok(ricevuta(&typesetter, &vary::ricevuta(number)?)?)),
        ("invoice", &|number| Ok(fattura(&typesetter, &vary::fattura(number)?)?)),
        ("notice", &|number| Ok(avviso(&typesetter, &vary::avviso(number)?)?)),
    ];
    let mut figures = Vec::new();
    for (name, make) in kinds {
        let cost = cost(make).with_context(|| format!("measuring: {name}"))?;
        figures.extend([
            Figure::new(format!("P6: {name}, CPU"), cost.cpu_ms, "ms").at_most(CPU_GOAL_MS),
            Figure::new(format!("{name}: on one thread"), cost.a_second, "a second"),
            Figure::new(format!("{name}: size"), cost.kib, "KiB"),
            Figure::new(format!("{name}: memory after {WARM}"), cost.memory_kib / 1024.0, "MiB").at_most(100.0),
            Figure::new(format!("{name}: growth over {COUNT} more"), cost.growth_kib / 1024.0, "MiB"),
        ]);
    }
    Ok(figures)
}

fn cost(make: &dyn Fn(u32) -> Result<Pdf>) -> Result<Cost> {
    made(make, 0..WARM)?;
    let own = process::id();
    let (cpu, memory, since) = (meter::cpu(own)?, meter::resident_kib(own)?, Instant::now());
    let bytes = made(make, WARM..WARM + COUNT)?;
    let (cpu, seconds) = (meter::cpu(own)? - cpu, since.elapsed().as_secs_f64());
    let after = meter::resident_kib(own)?;
    Ok(Cost {
        cpu_ms: cpu.as_secs_f64() * 1000.0 / f64::from(COUNT),
        a_second: f64::from(COUNT) / seconds,
        kib: bytes as f64 / f64::from(COUNT) / 1024.0,
        memory_kib: memory as f64,
        growth_kib: after as f64 - memory as f64,
    })
}

/// Bytes of all these documents.
fn made(make: &dyn Fn(u32) -> Result<Pdf>, numbers: Range<u32>) -> Result<usize> {
    let mut bytes = 0;
    for number in numbers {
        let pdf = make(number)?;
        ensure!(pdf.bytes.starts_with(b"%PDF-") && pdf.pages >= 1, "document {number} is none");
        bytes += pdf.bytes.len();
    }
    Ok(bytes)
}
