//! P7: what a file of direct debits for the bank costs, and whether memory stays flat.

use std::io::{self, Write};
use std::process;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, NaiveDate};
use sportello_documents::sepa::{Batch, Collection, Creditor, Heading, Pain008, Totals};
use sportello_domain::euro::Euro;
use sportello_domain::iban::Iban;
use sportello_domain::sdd::{CreditorId, EndToEndId, MessageId, SequenceType, Umr};

use crate::meter;
use crate::report::Figure;

/// Collections of the file.
const COUNT: u64 = 100_000;
/// Collections before memory is first looked at.
const WARM: u64 = 1_000;
/// Budget, in seconds of CPU.
const CPU_GOAL_S: f64 = 0.3;
/// Amount of each, in cents.
const CENTS: i64 = 8_100;

/// A place that counts what is written and keeps nothing.
#[derive(Default)]
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes one large file, its rows made on the way, and looks at time and memory.
pub fn measure() -> Result<Vec<Figure>> {
    write(WARM)?;
    let own = process::id();
    let (cpu, memory) = (meter::cpu(own)?, meter::resident_kib(own)?);
    let bytes = write(COUNT)?;
    let cpu = meter::cpu(own)? - cpu;
    let growth = meter::resident_kib(own)? as f64 - memory as f64;
    Ok(vec![
        Figure::new("P7: pain.008 of 100,000, CPU", cpu.as_secs_f64(), "s").at_most(CPU_GOAL_S),
        Figure::new("pain.008 of 100,000: size", bytes as f64 / 1024.0 / 1024.0, "MiB"),
        Figure::new("pain.008 of 100,000: growth of memory", growth / 1024.0, "MiB").at_most(4.0),
    ])
}

/// Bytes of a file of `count` collections.
fn write(count: u64) -> Result<u64> {
    let iban = Iban::parse("IT60X0542811101000000123456").context("the account of the ente")?;
    let debtor = Iban::parse("IT25O0306909606100000012345").context("the account of a family")?;
    let id = CreditorId::of_codice_fiscale("80018230153").context("the creditor identifier")?;
    let message = MessageId::issue(2026, 1);
    let totals = Totals { count, sum: Euro::from_cents(CENTS * i64::try_from(count)?) };
    let heading = Heading {
        message: &message,
        created_at: DateTime::from_timestamp(1_794_000_000, 0).context("an instant")?,
        creditor: Creditor { name: "Comune di Calvenzano", iban: &iban, id: &id },
        totals,
    };
    let collection_on = NaiveDate::from_ymd_opt(2026, 11, 30).context("a day")?;
    let mut file = Pain008::begin(io::BufWriter::new(Counted::default()), heading)?;
    file.batch(Batch { collection_on, sequence: SequenceType::Recurrent, totals })?;
    for number in 1..=count {
        let (end_to_end, umr) = (EndToEndId::issue(2026, "M", number, 1)?, Umr::issue("mensa", 2026, number)?);
        let text = format!("Mensa scolastica ottobre 2026 – retta {number}/M/2026");
        file.collection(&Collection {
            end_to_end: &end_to_end,
            amount: Euro::from_cents(CENTS),
            umr: &umr,
            signed_on: collection_on,
            holder: "Niccolò D’Angelo Bianchi",
            iban: &debtor,
            text: &text,
        })?;
    }
    let bytes = file.end()?.get_ref().0;
    ensure!(bytes > count * 500, "{count} collections in {bytes} bytes");
    Ok(bytes)
}
