//! A monthly run of 3,000 children (P6, P10): attendance taken in, preview, issue, and the PDF of every invoice.
//!
//! Families come through the command, attendance, preview and issue through the pages of the office, the tariff plan
//! through the use case that publishes the demonstration's. Only the enrolments are written straight into the store:
//! what an application costs is measured elsewhere. The queue is worked by a process of its own.

mod enrolled;
mod families;
mod proof;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{Months, Utc};
use drills::installation::{DatabaseKind, Installation, Plan, Queue};
use sportello_domain::calendar;
use sportello_domain::fatturazione::Periodo;
use sportello_domain::id::EnteId;
use sportello_store::seal::Sealer;
use sportello_store::{Store, StoreConfig, binds, ente};

use crate::meter;
use crate::office::{Clerk, Office};
use crate::report::Figure;

/// Children of the run.
const CHILDREN: u32 = if cfg!(debug_assertions) { 60 } else { 3_000 };
/// Invoices whose PDF is there before the worker's memory is first looked at.
const WARM: i64 = CHILDREN as i64 / 6;
/// The ente of the demonstration that has a tariff plan and no story.
const SLUG: &str = "borgorosa";
/// Who holds the role of the accounts office there.
const CLERK: Clerk = Clerk { codice_fiscale: "GLLBRN80D18F205R", name: ("Bruno", "Galli") };
/// How often the database is looked at while the worker works.
const POLL: Duration = Duration::from_millis(250);
/// How long the worker may take for one step.
const LIMIT: Duration = Duration::from_secs(3_600);
/// P10 is 30 s for 65,000 children.
const PREVIEW_GOAL_S: f64 = 30.0 * 3_000.0 / 65_000.0;
/// P6: documents a second with everything included, and MiB.
const RATE_GOAL: f64 = 170.0;
const MEMORY_GOAL_MIB: f64 = 300.0;

const STATUS: &str = "SELECT count(*) FROM ciclo_fatturazione WHERE ente_id = $1 AND status = 'emesso'";
const FILES: &str = "SELECT count(*) FROM documento_contabile_file WHERE ente_id = $1 AND kind = 'pdf'";

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

/// What a step took.
struct Took {
    wall_s: f64,
    portal_s: f64,
    worker_s: f64,
}

/// The processes, looked at before and after a step.
struct Watch {
    portal: u32,
    worker: u32,
    since: Instant,
    before: (Duration, Duration),
}

impl Watch {
    fn begin(installation: &Installation) -> Result<Self> {
        let (portal, worker) = (installation.portal_pid()?, installation.worker_pid()?);
        Ok(Self { portal, worker, since: Instant::now(), before: (meter::cpu(portal)?, meter::cpu(worker)?) })
    }

    fn end(&self) -> Result<Took> {
        let wall_s = self.since.elapsed().as_secs_f64();
        let spent = |now: Duration, before: Duration| (now - before).as_secs_f64();
        let (portal, worker) = (meter::cpu(self.portal)?, meter::cpu(self.worker)?);
        Ok(Took { wall_s, portal_s: spent(portal, self.before.0), worker_s: spent(worker, self.before.1) })
    }
}

async fn round(plan: &Plan<'_>) -> Result<Vec<Figure>> {
    let installation = Installation::start(plan).await?;
    let config: StoreConfig = installation.database().parse().context("the database")?;
    let store = Store::open(&config).await.context("opening the database")?;
    let enti = store.read(EnteId::PLATFORM, async |read| ente::all(read).await).await?;
    let ente = enti.into_iter().find(|ente| ente.slug == SLUG).with_context(|| format!("no ente {SLUG}"))?.id;
    #[expect(clippy::disallowed_methods, reason = "a measurement is of the real time, and of the month before it")]
    let now = Utc::now();
    let last = calendar::legal_date(now).checked_sub_months(Months::new(1)).context("the month before")?;
    let periodo = Periodo::of(last);
    let children = families::children(CHILDREN)?;
    import(plan, &installation, &families::famiglie(&children)?)?;
    let sealer = Sealer::open(&store, &plan.folder.join("keys/sportello.key")).await.context("the key file")?;
    let sealer = sealer.ente(ente, now).await?;
    let enrolled = enrolled::enrol(&store, ente, &sealer, periodo.first_day()).await?;
    ensure!(enrolled == CHILDREN as usize, "{enrolled} enrolments");
    store.analyze().await?;
    let (file, meals) = families::attendance(periodo, &children)?;
    let office = Office::enter(&store, ente, &installation, SLUG, &CLERK, now).await?;
    let mut figures = invoice(&installation, &office, periodo, &file).await?;
    let watch = Watch::begin(&installation)?;
    until(&store, ente, STATUS, 1).await.context("issuing")?;
    let issued = watch.end()?;
    figures.extend([
        Figure::new("issue, wall", issued.wall_s, "s"),
        Figure::new("issue, CPU of the worker", issued.worker_s, "s"),
    ]);
    figures.extend(documents(&installation, &store, ente).await?);
    proof::check(&store, ente, &sealer, &plan.folder.join("files"), &meals).await?;
    store.close().await;
    Ok(figures)
}

/// Takes the families in by the command, as an office does once.
fn import(plan: &Plan<'_>, installation: &Installation, file: &str) -> Result<()> {
    let path = plan.folder.join("famiglie.csv");
    std::fs::write(&path, file).context("writing the file of families")?;
    let mut command = Command::new(plan.programs.join("sportello"));
    command
        .env("SPORTELLO_MODE", "demo")
        .env("SPORTELLO_STORAGE__DATABASE", installation.database())
        .env("SPORTELLO_STORAGE__FILES", plan.folder.join("files"))
        .env("SPORTELLO_STORAGE__KEY_FILE", plan.folder.join("keys/sportello.key"))
        .args(["import", "famiglie", "--ente", SLUG])
        .arg(path);
    drills::process::run(&mut command).map(drop).context("taking the families in")
}

/// Attendance, preview and the button that issues, at the pages of the office.
async fn invoice(installation: &Installation, office: &Office, periodo: Periodo, file: &str) -> Result<Vec<Figure>> {
    let watch = Watch::begin(installation)?;
    let taken = office.upload("/presenze", file).await?;
    let import = watch.end()?;
    ensure!(taken.body.contains("role=\"status\""), "the attendance was not taken in");
    let ciclo = office.post("/rette", &format!("mese={}", periodo.stored())).await?;
    let ciclo = ciclo.location.context("no run was opened")?;
    let watch = Watch::begin(installation)?;
    let shown = office.open(&ciclo).await?;
    let preview = watch.end()?;
    ensure!(shown.body.contains(&format!(">{CHILDREN}<")), "the preview does not count {CHILDREN} invoices");
    let memory = meter::resident_kib(watch.portal)? as f64 / 1024.0;
    office.post(&format!("{ciclo}/emetti"), "").await?.location.context("issuing has not begun")?;
    Ok(vec![
        Figure::new(format!("attendance of {} days, wall", file.lines().count() - 1), import.wall_s, "s"),
        Figure::new("attendance, CPU of the serving process", import.portal_s, "s"),
        Figure::new("P10 in proportion: preview, wall", preview.wall_s, "s").at_most(PREVIEW_GOAL_S),
        Figure::new("preview, CPU of the serving process", preview.portal_s, "s"),
        Figure::new("memory of the serving process after the preview", memory, "MiB"),
    ])
}

/// Waits for the PDF of every invoice.
async fn documents(installation: &Installation, store: &Store, ente: EnteId) -> Result<Vec<Figure>> {
    let memory = |pid| Ok::<_, anyhow::Error>(meter::resident_kib(pid)? as f64 / 1024.0);
    let (first, watch) = (count(store, ente, FILES).await?, Watch::begin(installation)?);
    until(store, ente, FILES, WARM).await.context("making the first documents")?;
    let warm = memory(watch.worker)?;
    until(store, ente, FILES, i64::from(CHILDREN)).await.context("making the documents")?;
    let (made, took) = (f64::from(CHILDREN) - first as f64, watch.end()?);
    let (portal, worker) = (memory(watch.portal)?, memory(watch.worker)?);
    Ok(vec![
        Figure::new("P6: documents, everything included, one worker", made / took.wall_s, "a second")
            .at_least(RATE_GOAL),
        Figure::new("document, CPU of the worker", took.worker_s * 1000.0 / made, "ms"),
        Figure::new("memory of the serving process at the end", portal, "MiB"),
        Figure::new("P6: memory of the worker at the end", worker, "MiB").at_most(MEMORY_GOAL_MIB),
        Figure::new(format!("growth of the worker since document {WARM}"), worker - warm, "MiB"),
    ])
}

async fn count(store: &Store, ente: EnteId, sql: &'static str) -> Result<i64> {
    let (count,): (i64,) = store.read(ente, async move |read| read.fetch_one(sql, binds![ente]).await).await?;
    Ok(count)
}

/// Waits until `sql` counts so many.
async fn until(store: &Store, ente: EnteId, sql: &'static str, wanted: i64) -> Result<()> {
    let since = Instant::now();
    loop {
        let found = count(store, ente, sql).await?;
        if found >= wanted {
            return Ok(());
        }
        ensure!(since.elapsed() < LIMIT, "{found} of {wanted} after {} s", LIMIT.as_secs());
        tokio::time::sleep(POLL).await;
    }
}
