//! What the office's list of all pratiche costs as a table, over HTTP: time, and memory, which must not grow with it.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use chrono::Utc;
use drills::installation::{DatabaseKind, Installation, Plan, Queue};
use sportello_domain::id::{EnteId, PraticaId, RowId};
use sportello_store::{Store, StoreConfig, binds, ente};
use uuid::Uuid;

use crate::meter;
use crate::office::{Clerk, Office};
use crate::report::Figure;

/// Pratiche of the first table, and of the second.
const ROWS: [u64; 2] = if cfg!(debug_assertions) { [1_000, 5_000] } else { [10_000, 100_000] };
/// Pratiche written in one transaction.
const CHUNK: u64 = 500;
const SLUG: &str = "calvenzano";
/// Who works on pratiche there.
const CLERK: Clerk = Clerk { codice_fiscale: "BRMNNA79E49A794H", name: ("Anna", "Brambilla") };
/// Everything there is, in the queue.
const PATH: &str = "/pratiche/elenco?filtro=tutte";
/// What ten times the rows may add, in MiB: less than a thirtieth of the larger table's rows would take.
const GROWTH_GOAL_MIB: f64 = 8.0;

/// A copy of a pratica of the demonstration under another number.
const COPY: &str = "INSERT INTO pratica (ente_id, id, anno, numero, bozza_id, row_id, modello, modello_version, hash, persona_id, alunno, search_key, anno_scolastico, contested, status, version, answers, sealed_answers, received_at, due_on)
    SELECT ente_id, $2, anno, $3, bozza_id, $4, modello, modello_version, hash, persona_id, alunno, search_key, anno_scolastico, contested, status, version, answers, sealed_answers, received_at, due_on
    FROM pratica WHERE ente_id = $1 AND id = $5";
const FIRST: &str = "SELECT id FROM pratica WHERE ente_id = $1 ORDER BY anno, numero LIMIT 1";
const COUNT: &str = "SELECT count(*) FROM pratica WHERE ente_id = $1";

/// Measures; each run has an installation of its own.
pub async fn measure(programs: &Path, database: DatabaseKind, runs: u8) -> Result<Vec<Vec<Figure>>> {
    let mut all = Vec::new();
    for _ in 0..runs {
        std::fs::create_dir_all("target").context("making target")?;
        let folder = tempfile::tempdir_in("target").context("making a folder")?;
        let path = std::path::absolute(folder.path()).context("the folder of the data")?;
        let plan = Plan { programs, folder: &path, database, people: 0, queue: Queue::Apart };
        all.push(round(&plan).await?);
    }
    Ok(all)
}

async fn round(plan: &Plan<'_>) -> Result<Vec<Figure>> {
    let mut installation = Installation::start(plan).await?;
    let config: StoreConfig = installation.database().parse().context("the database")?;
    let store = Store::open(&config).await.context("opening the database")?;
    let enti = store.read(EnteId::PLATFORM, async |read| ente::all(read).await).await?;
    let ente = enti.into_iter().find(|ente| ente.slug == SLUG).with_context(|| format!("no ente {SLUG}"))?.id;
    #[expect(clippy::disallowed_methods, reason = "a session is opened now")]
    let office = Office::enter(&store, ente, &installation, SLUG, &CLERK, Utc::now()).await?;
    let (mut figures, mut peaks) = (Vec::new(), Vec::new());
    for rows in ROWS {
        fill(&store, ente, rows).await?;
        store.analyze().await?;
        // What an earlier table left in memory must not hide what this one takes.
        installation.end_portal().await?;
        installation.start_portal().await?;
        let (csv_s, xlsx_s) = (csv(&office, rows).await?, xlsx(&office).await?);
        let peak = meter::peak_kib(installation.portal_pid()?)? as f64 / 1024.0;
        figures.extend([
            Figure::new(format!("export: {rows} pratiche as CSV"), csv_s, "s"),
            Figure::new(format!("export: {rows} pratiche as XLSX"), xlsx_s, "s"),
            Figure::new(format!("export: most memory of the portal for {rows}"), peak, "MiB"),
        ]);
        peaks.push(peak);
    }
    store.close().await;
    let growth = Figure::new("export: memory that ten times the rows add", peaks[1] - peaks[0], "MiB");
    figures.push(growth.at_most(GROWTH_GOAL_MIB));
    Ok(figures)
}

/// Copies the first pratica until there are so many.
async fn fill(store: &Store, ente: EnteId, wanted: u64) -> Result<()> {
    let there: (i64,) = store
        .read(ente, async move |read| read.fetch_one(COUNT, binds![ente]).await)
        .await
        .context("counting pratiche")?;
    let (model,): (PraticaId,) = store
        .read(ente, async move |read| read.fetch_one(FIRST, binds![ente]).await)
        .await
        .context("the first pratica")?;
    for first in (there.0 as u64..wanted).step_by(CHUNK as usize) {
        let last = wanted.min(first + CHUNK);
        let write = async move |tx: &mut sportello_store::Tx| {
            for number in first..last {
                let id = |kind: u128| Uuid::from_u128((kind << 96) | u128::from(number));
                // Beyond every number that the demonstration gave.
                let numero = 1_000_000 + number as i64;
                let copy = binds![ente, PraticaId::new(id(1)), numero, RowId::new(id(2)), model];
                tx.execute(COPY, copy).await?;
            }
            Ok(())
        };
        store.write_long(ente, write).await.context("copying pratiche")?;
    }
    Ok(())
}

/// Takes the table out as CSV; every pratica must be in it. How many seconds that took.
async fn csv(office: &Office, rows: u64) -> Result<f64> {
    let begun = Instant::now();
    let taken = office.take(PATH, "formato=csv").await?;
    ensure!(taken.lines == rows + 1, "{} lines for {rows} pratiche and their headings", taken.lines);
    Ok(begun.elapsed().as_secs_f64())
}

/// The same as a workbook.
async fn xlsx(office: &Office) -> Result<f64> {
    let begun = Instant::now();
    let taken = office.take(PATH, "formato=xlsx").await?;
    ensure!(taken.head == *b"PK\x03\x04", "no workbook: {:?}", taken.head);
    Ok(begun.elapsed().as_secs_f64())
}
