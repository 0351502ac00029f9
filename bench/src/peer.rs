//! The peer of P1: a Django form wizard (`bench/peer`) in a process of its own, with the pages, drafts, summary, INVIA
//! and lists of our enrolment, driven like the portal.
//!
//! What it leaves out makes it cheaper: pages without the dress of a comune, no compression, no audit rows, no sealed
//! values, no duplicate question, one language.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use drills::browser::{Browser, Page};
use drills::form::{Control, Form, forms};
use drills::population::{self, Alunno};
use drills::postgres::Postgres;
use drills::process::{self, POLL, Program};
use reqwest::Url;
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use crate::crowd::told;
use crate::meter;

/// Our code of it.
const CODE: &str = "bench/peer";
/// Where its Python stands.
const ENVIRONMENT: &str = "target/peer";
/// How long it may take until it answers.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// Most pages of its form, each once more for each child.
const PAGES_MAX: usize = 20;
/// Name of its buttons.
const BUTTON: &str = "_azione";

/// The running peer with people at its door.
pub struct Peer {
    server: Program,
    postgres: Postgres,
    portal: Url,
    people: Vec<Browser>,
    next_child: u32,
    // Only held: its log goes with it.
    _folder: tempfile::TempDir,
}

/// What one application cost it.
pub struct Cost {
    /// CPU of its process.
    pub cpu_ms: f64,
    /// Requests.
    pub requests: f64,
}

impl Peer {
    /// Installs and starts it, and signs people in; `None` with a word on the screen where it cannot be installed.
    pub async fn start(people: u32) -> Result<Option<Self>> {
        let python = match install() {
            Ok(python) => python,
            Err(why) => {
                println!("peer skipped: {why:#}");
                return Ok(None);
            }
        };
        let folder = tempfile::tempdir_in("target").context("making a folder")?;
        let postgres = Postgres::start(&folder.path().join("postgres.log")).await?;
        let port = process::free_port()?;
        let database = postgres.url().parse::<Url>().context("the address of the database")?.port();
        let database = database.context("a database without a port")?;
        let mut command = Command::new(python);
        command.arg(Path::new(CODE).join("serve.py")).args([port.to_string(), database.to_string()]);
        // The tree stays as it is in git.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        let server = Program::start("the peer", &mut command, &folder.path().join("peer.log"))?;
        let portal = format!("http://127.0.0.1:{port}/").parse().context("the address of the peer")?;
        let mut peer = Self { server, postgres, portal, people: Vec::new(), next_child: 0, _folder: folder };
        peer.await_ready().await?;
        for number in 0..people {
            let mut browser = Browser::new()?;
            let parent = population::alunno(number).context("no more people")?;
            browser.open(peer.portal.join(&format!("entra/{}", parent.codice_fiscale))?).await.map_err(told)?;
            peer.people.push(browser);
        }
        // What is made once is made now.
        peer.file(1, 1).await?;
        Ok(Some(peer))
    }

    async fn await_ready(&mut self) -> Result<()> {
        let since = Instant::now();
        loop {
            self.server.check()?;
            // Any answer will do: it is not signed in yet.
            if reqwest::get(self.portal.join("entra/PROVA")?).await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if since.elapsed() > READY_LIMIT {
                bail!("the peer does not answer");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Everybody files one application for so many children, `clients` at once.
    pub async fn file(&mut self, children: u32, clients: usize) -> Result<Cost> {
        let count = self.people.len() as u32;
        let before = (self.counted().await?, meter::cpu(self.server.pid())?);
        let requests: u64 = self.people.iter().map(|browser| browser.requests).sum();
        let share = self.people.len().div_ceil(clients).max(1);
        let mut waiting = std::mem::take(&mut self.people).into_iter();
        let mut tasks = JoinSet::new();
        while waiting.len() > 0 {
            let (own, portal, mut first) =
                (waiting.by_ref().take(share).collect::<Vec<_>>(), self.portal.clone(), self.next_child);
            self.next_child += children * own.len() as u32;
            tasks.spawn(async move {
                let mut done = Vec::new();
                for mut browser in own {
                    file(&mut browser, &portal, &population::alunni(first, children)?).await?;
                    first += children;
                    done.push(browser);
                }
                anyhow::Ok(done)
            });
        }
        while let Some(own) = tasks.join_next().await {
            self.people.extend(own.context("a client of the peer broke off")??);
        }
        let cpu = meter::cpu(self.server.pid())? - before.1;
        let filed = self.counted().await? - before.0;
        ensure!(
            filed == i64::from(count * children),
            "{count} applications of {children} children gave {filed} pratiche"
        );
        let requests = self.people.iter().map(|browser| browser.requests).sum::<u64>() - requests;
        let each = f64::from(count);
        Ok(Cost { cpu_ms: cpu.as_secs_f64() * 1000.0 / each, requests: requests as f64 / each })
    }

    /// Its pratiche, numbered without a gap.
    async fn counted(&self) -> Result<i64> {
        let (client, connection) = tokio_postgres::connect(&self.postgres.url(), NoTls).await?;
        // It ends with its client.
        drop(tokio::spawn(connection));
        let row = client.query_one("SELECT count(*), coalesce(max(numero), 0) FROM domanda_pratica", &[]).await?;
        let (count, last): (i64, i32) = (row.get(0), row.get(1));
        ensure!(count == i64::from(last), "{count} pratiche of the peer, the last with number {last}");
        Ok(count)
    }
}

/// Puts its packages into an environment of their own, unless they stand there already.
fn install() -> Result<PathBuf> {
    let wanted = Path::new(CODE).join("requirements.txt");
    let lock = fs::read_to_string(&wanted).with_context(|| format!("reading {}", wanted.display()))?;
    let environment = std::path::absolute(ENVIRONMENT)?;
    let (python, stamp) = (environment.join("bin/python3"), environment.join(".lock"));
    if fs::read_to_string(&stamp).is_ok_and(|known| known == lock) {
        return Ok(python);
    }
    println!("installing the peer ...");
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    process::run(Command::new(&python).args(pip).arg(&wanted)).context("its packages cannot be had")?;
    fs::write(&stamp, lock).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(python)
}

/// One application, from the list of modelli to the page of the pratica.
async fn file(browser: &mut Browser, portal: &Url, figli: &[Alunno]) -> Result<()> {
    let address = |path: &str| portal.join(path).context("an address of the peer");
    browser.open(address("modelli")?).await.map_err(told)?;
    let mut page = browser.open(address("avvia")?).await.map_err(told)?;
    for _ in 0..PAGES_MAX {
        let Some(form) = forms(&page.body)?.into_iter().find(|form| form.action.starts_with("/compila/")) else {
            break;
        };
        let rows = form.controls.iter().filter(|control| control.name.ends_with("-figlio_cf")).count();
        let wanted = if rows < figli.len() { "aggiungi" } else { "avanti" };
        let button = |word: &str| form.buttons.iter().find(|(name, value)| name == BUTTON && value == word);
        let fields = form.filled(button(wanted).or_else(|| button("avanti")), |control| answer(&form, control, figli));
        let answered = browser.post(&page.url, page.url.join(&form.action)?, &fields).await.map_err(told)?;
        ensure!(answered.location.is_some(), "the peer refuses {}: {}", form.action, complaint(&answered));
        page = browser.follow(answered).await.map_err(told)?;
    }
    ensure!(page.url.path().starts_with("/inviata/"), "the peer ends at {}", page.url.path());
    let list = browser.open(address("pratiche")?).await.map_err(told)?;
    let one = list
        .body
        .split("href=\"")
        .find_map(|rest| rest.split('"').next().filter(|link| link.starts_with("/pratiche/")));
    browser.open(address(one.context("the list of the peer is empty")?)?).await.map_err(told)?;
    Ok(())
}

/// What a parent answers; `None` leaves what is there. Fields of children are named `figli-<row>-<field>`.
fn answer(form: &Form, control: &Control, figli: &[Alunno]) -> Option<String> {
    let mut parts = control.name.rsplit('-');
    let (field, row) = (parts.next()?, parts.next().and_then(|row| row.parse::<usize>().ok()).unwrap_or(0));
    let figlio = figli.get(row)?;
    Some(match (field, control.kind.as_str()) {
        ("figlio_cf", _) => figlio.codice_fiscale.clone(),
        ("figlio_cognome", _) => figlio.cognome.to_owned(),
        ("figlio_nome", _) => figlio.nome.to_owned(),
        ("figlio_nascita", _) => figlio.nascita.format("%d/%m/%Y").to_string(),
        ("residenza_indirizzo", _) => "Via Roma 12".to_owned(),
        ("residenza_cap", _) => "24040".to_owned(),
        ("residenza_comune", _) => "Calvenzano".to_owned(),
        ("cellulare", _) => "333 1234567".to_owned(),
        ("dal", _) => "14/09/2026".to_owned(),
        ("cf_mancante" | "domicilio_diverso" | "altro_presente" | "occasionale" | "disabilita", _) => "no".to_owned(),
        ("isee_scelta", _) => "non_dichiaro".to_owned(),
        (_, "select") => control.options.iter().find(|option| !option.is_empty())?.clone(),
        (_, "radio") => form.controls.iter().find(|other| other.name == control.name)?.value.clone(),
        (_, "checkbox") => control.value.clone(),
        _ => return None,
    })
}

/// What the peer says is wrong.
fn complaint(page: &Page) -> String {
    let said = page.body.split("errorlist").skip(1).filter_map(|rest| rest.split("</ul>").next());
    format!("{} {}", page.status, said.collect::<Vec<_>>().join(" "))
}
