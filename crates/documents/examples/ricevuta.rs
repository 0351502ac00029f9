//! Writes receipts to look at, or measures what one costs.
//!
//! `cargo run -p sportello-documents --example ricevuta -- FOLDER` writes three files into FOLDER.
//! `cargo run -p sportello-documents --profile ci --example ricevuta -- --measure 2000` prints CPU and memory.

use std::error::Error;
use std::path::Path;

use sportello_documents::{Typesetter, fonts, ricevuta};

#[path = "../tests/common/sample.rs"]
mod sample;

/// Clock ticks in a second as Linux reports CPU time in `/proc`.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let typesetter = Typesetter::new(fonts::titillium())?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--measure", count] => measure(&typesetter, count.parse()?),
        [folder] => write_samples(&typesetter, Path::new(folder)),
        _ => Err("usage: ricevuta FOLDER | ricevuta --measure COUNT".into()),
    }
}

fn write_samples(typesetter: &Typesetter, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut pending = sample::ricevuta(1);
    pending.protocollo = None;
    pending.demo = false;
    pending.ente.crest_svg = None;
    pending.allegati.clear();
    for (name, data) in [
        ("uno", sample::ricevuta(1)),
        ("otto", sample::ricevuta(8)),
        ("in-assegnazione", pending),
    ] {
        let pdf = ricevuta(typesetter, &data)?;
        println!("{name}: {} pages, {} bytes", pdf.pages, pdf.bytes.len());
        std::fs::write(folder.join(format!("{name}.pdf")), pdf.bytes)?;
    }
    Ok(())
}

fn measure(typesetter: &Typesetter, count: usize) -> Result<(), Box<dyn Error>> {
    let data = sample::ricevuta(2);
    let first = ricevuta(typesetter, &data)?;
    let (ticks_before, memory_before) = (cpu_ticks()?, resident_kib()?);
    for number in 0..count {
        let mut data = data.clone();
        data.url = format!("{}{number}", data.url);
        if ricevuta(typesetter, &data)?.pages != first.pages {
            return Err("a receipt came out with another number of pages".into());
        }
    }
    let ticks: f64 = f64::from(u32::try_from(cpu_ticks()? - ticks_before)?);
    let per_document_ms = ticks / TICKS_PER_SECOND * 1000.0 / f64::from(u32::try_from(count.max(1))?);
    println!(
        "{count} receipts of {} pages, {} bytes each",
        first.pages,
        first.bytes.len()
    );
    println!(
        "CPU {per_document_ms:.2} ms each, memory {memory_before} KiB before, {} KiB after",
        resident_kib()?
    );
    Ok(())
}

/// User and system time of this process, in ticks.
fn cpu_ticks() -> Result<u64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(')').ok_or("/proc/self/stat without a name")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let field = |index: usize| fields.get(index).ok_or("/proc/self/stat is too short");
    Ok(field(11)?.parse::<u64>()? + field(12)?.parse::<u64>()?)
}

fn resident_kib() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
}
