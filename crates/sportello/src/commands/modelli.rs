//! Commands for those who write forms. Only `publish` needs a database.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail, ensure};
use chrono::NaiveDate;
use sportello_app::{
    Portal,
    autori::{self, Edge, NotPublished, Offer, Testi},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::EnteId,
    modello::{AuthorError, Banca, Modello, Procedura, Texts},
};

use sportello_web::{Connections, preview_router};
use tokio::net::TcpListener;

use super::by_slug;
use crate::{demo, serve::asked_to_stop};

/// Folder of the lists that ship with the program: they are no forms.
const BANK: &str = "banca";
/// Deepest folder that is looked into, and most files that are read.
const MAX_DEPTH: usize = 4;
const MAX_FILES: usize = 1_000;

/// Checks a form, or every form of a folder: faults go to standard output, one a line.
pub fn check(path: &Path) -> anyhow::Result<ExitCode> {
    let mut files = Vec::new();
    if path.is_dir() {
        forms(path, 0, &mut files)?;
        ensure!(!files.is_empty(), "there is no form in {}", path.display());
    } else {
        files.push(path.to_owned());
    }
    let mut faults = 0;
    for file in &files {
        match read(file)? {
            Ok((modello, _)) => {
                let (fields, examples) = (modello.fields.len(), modello.examples.len());
                println!("{}: a posto ({fields} campi, {examples} esempi)", file.display());
            }
            Err(found) => {
                faults += found.len();
                found.iter().for_each(|fault| println!("{fault}"));
            }
        }
    }
    println!("{} modelli, {faults} errori", files.len());
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Shows a form as a citizen would see it, on this machine alone, until a signal: its files are read anew at each
/// request.
pub async fn preview(file: &Path, listen: SocketAddr) -> anyhow::Result<ExitCode> {
    ensure!(listen.ip().is_loopback(), "--listen: the preview is for this machine alone: expected 127.0.0.1:PORT");
    // A file that is not there is told at once.
    let _ = read(file)?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("--listen: {listen} is taken"))?;
    let origin = format!("http://{}", listener.local_addr()?);
    let path = file.to_owned();
    let read_form = move || match read(&path) {
        Ok(read) => read,
        Err(error) => Err(vec![AuthorError {
            file: path.display().to_string(),
            line: 1,
            field: None,
            message: format!("il file non si legge ({error:#})"),
            remedy: "rimetti al loro posto i tre file del modello".to_owned(),
        }]),
    };
    let app = preview_router(&origin, demo::invented_ente()?, Arc::new(read_form));
    println!("{origin}/\n{}: ricarica la pagina dopo ogni modifica; Ctrl-C per finire", file.display());
    sportello_web::serve(listener, app, Connections::default(), None, asked_to_stop()).await;
    Ok(ExitCode::SUCCESS)
}

/// Prints the JSON Schema of the filed answers.
pub fn schema(file: &Path) -> anyhow::Result<ExitCode> {
    let (modello, _) = told(read(file)?)?;
    println!("{:#}", modello.schema());
    Ok(ExitCode::SUCCESS)
}

/// Publishes a form from its files.
pub async fn publish(portal: &Portal, slug: &str, file: &Path, offer: Offer) -> anyhow::Result<ExitCode> {
    let (name, testi) = texts(file)?;
    // What is wrong with the file is told first, whatever the ente.
    told(testi.texts(&name).read(&Banca::shipped()))?;
    let id = by_slug(portal, slug).await?.id;
    let version = put_out(portal, id, testi.texts(&name), offer).await?;
    println!("published as version {version}");
    Ok(ExitCode::SUCCESS)
}

/// Publishes a form from its three texts, for whole days.
pub async fn publish_texts(
    portal: &Portal,
    ente: EnteId,
    texts: Texts<'_>,
    (first, last): (NaiveDate, NaiveDate),
    anno: AnnoScolastico,
) -> anyhow::Result<i64> {
    let offer = Offer { window: (Edge::Day(first), Edge::Day(last)), anno: anno.first_year(), booking: None };
    put_out(portal, ente, texts, offer).await
}

async fn put_out(portal: &Portal, ente: EnteId, texts: Texts<'_>, offer: Offer) -> anyhow::Result<i64> {
    match autori::publish_by_command(portal, ente, texts, offer).await? {
        Ok(version) => Ok(version),
        Err(NotPublished::Faults(faults)) => told(Err(faults)),
        Err(NotPublished::Offer(fault)) => Err(fault.into()),
    }
}

/// The forms of a folder, by name: the files that are no side files of others.
fn forms(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    ensure!(depth <= MAX_DEPTH, "{}: folders at most {MAX_DEPTH} deep", folder.display());
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if name != BANK {
                forms(&path, depth + 1, found)?;
            }
        } else if name.strip_suffix(".toml").is_some_and(|stem| !stem.contains('.')) {
            ensure!(found.len() < MAX_FILES, "more than {MAX_FILES} forms");
            found.push(path);
        }
    }
    Ok(())
}

/// What stands in the files of one form.
type Read = Result<(Modello, Procedura), Vec<AuthorError>>;

fn read(file: &Path) -> anyhow::Result<Read> {
    let (name, testi) = texts(file)?;
    Ok(testi.texts(&name).read(&Banca::shipped()))
}

/// The three texts of a form, and its name.
fn texts(file: &Path) -> anyhow::Result<(String, Testi)> {
    let beside = |ending: &str| {
        let path = file.with_extension(ending);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let name = file.file_stem().and_then(|name| name.to_str()).context("a file with a name")?;
    let [form, english, procedura] = [beside("toml")?, beside("en.toml")?, beside("procedura.toml")?];
    Ok((name.to_owned(), Testi { form, english, procedura }))
}

/// What an author must mend, all at once.
fn told<T>(read: Result<T, Vec<AuthorError>>) -> anyhow::Result<T> {
    match read {
        Ok(read) => Ok(read),
        Err(faults) => {
            let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            bail!("{}", lines.join("\n"))
        }
    }
}
