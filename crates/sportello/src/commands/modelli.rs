//! Commands for those who write forms. Only `publish` needs a database.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    str::FromStr,
};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Rome;
use sportello_app::{
    Portal,
    modello::{self, Booking, Publication},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::EnteId,
    modello::{AuthorError, Banca, Modello, Procedura, Texts},
};

use super::by_slug;

/// Folder of the lists that ship with the program: they are no forms.
const BANK: &str = "banca";
/// Deepest folder that is looked into, and most files that are read.
const MAX_DEPTH: usize = 4;
const MAX_FILES: usize = 1_000;

/// An end of a window: a day (`2026-06-01`) or a minute (`2026-06-01T08:30`), at the ente.
#[derive(Clone, Copy, Debug)]
pub enum Edge {
    /// A whole day.
    Day(NaiveDate),
    /// The first instant of a minute.
    Minute(NaiveDateTime),
}

impl FromStr for Edge {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = text.parse().map(Self::Day).ok();
        let minute = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map(Self::Minute).ok();
        day.or_else(minute).ok_or("expected a day (2026-06-01) or a minute (2026-06-01T08:30)")
    }
}

impl Edge {
    /// The instant at which a window that begins here opens.
    fn opens(self) -> anyhow::Result<DateTime<Utc>> {
        match self {
            Self::Day(day) => instant(day.and_time(NaiveTime::MIN)),
            Self::Minute(at) => instant(at),
        }
    }

    /// The instant at which a window that ends here closes: a last day counts whole.
    fn closes(self) -> anyhow::Result<DateTime<Utc>> {
        match self {
            Self::Day(day) => {
                let after = day.checked_add_days(Days::new(1)).context("--al: a day of this century")?;
                instant(after.and_time(NaiveTime::MIN))
            }
            Self::Minute(at) => instant(at),
        }
    }
}

fn instant(local: NaiveDateTime) -> anyhow::Result<DateTime<Utc>> {
    let at = Rome.from_local_datetime(&local).earliest();
    Ok(at.context("a minute that the clocks show")?.with_timezone(&Utc))
}

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

/// Prints the JSON Schema of the filed answers.
pub fn schema(file: &Path) -> anyhow::Result<ExitCode> {
    let (modello, _) = told(read(file)?)?;
    println!("{:#}", modello.schema());
    Ok(ExitCode::SUCCESS)
}

/// When and for whom a form is offered.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// First and last day, or minutes.
    pub window: (Edge, Edge),
    /// Year in which the school year begins.
    pub anno: i32,
    /// From when places are booked and how many there are, where they are few.
    pub booking: Option<(Edge, i64)>,
}

/// Publishes a form from its files.
pub async fn publish(portal: &Portal, slug: &str, file: &Path, offer: Offer) -> anyhow::Result<ExitCode> {
    let read = told(read(file)?)?;
    let id = by_slug(portal, slug).await?.id;
    let version = publish_read(portal, id, read, offer).await?;
    println!("published as version {version}");
    Ok(ExitCode::SUCCESS)
}

/// Publishes a form from its three texts.
pub async fn publish_texts(
    portal: &Portal,
    ente: EnteId,
    texts: Texts<'_>,
    (first, last): (NaiveDate, NaiveDate),
    anno: AnnoScolastico,
) -> anyhow::Result<i64> {
    let read = told(texts.read(&Banca::shipped()))?;
    let offer = Offer { window: (Edge::Day(first), Edge::Day(last)), anno: anno.first_year(), booking: None };
    publish_read(portal, ente, read, offer).await
}

async fn publish_read(
    portal: &Portal,
    ente: EnteId,
    (modello, procedura): (Modello, Procedura),
    Offer { window: (first, last), anno, booking }: Offer,
) -> anyhow::Result<i64> {
    let (opens_at, closes_at) = (first.opens()?, last.closes()?);
    ensure!(opens_at < closes_at, "--dal must not be after --al");
    let booking = match booking {
        Some((from, posti)) => Some(Booking { from: from.opens()?, posti }),
        None => None,
    };
    ensure!(
        booking.is_none_or(|booking| opens_at <= booking.from && booking.from < closes_at),
        "--prenota-dal must lie between --dal and --al"
    );
    let anno_scolastico = AnnoScolastico::beginning_in(anno);
    let publication = Publication { modello, procedura, anno_scolastico, opens_at, closes_at, booking };
    Ok(modello::publish(portal, ente, publication).await?)
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
    let beside = |ending: &str| {
        let path = file.with_extension(ending);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let name = file.file_stem().and_then(|name| name.to_str()).context("a file with a name")?;
    let [form, english, procedura] = [beside("toml")?, beside("en.toml")?, beside("procedura.toml")?];
    Ok(Texts { name, form: &form, english: &english, procedura: &procedura }.read(&Banca::shipped()))
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
