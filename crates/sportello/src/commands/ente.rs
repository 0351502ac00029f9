//! Commands about one ente.

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Rome;
use sportello_app::{
    Portal, ente,
    modello::{self, Publication},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    codice_fiscale::CodiceFiscale,
    ente::{Ente, EnteSettings, is_slug},
    id::EnteId,
    modello::{Modello, Procedura},
    ruolo::Ruolo,
};

/// The ente of a prefix.
pub async fn by_slug(portal: &Portal, slug: &str) -> anyhow::Result<Arc<Ente>> {
    ente::by_slug(portal, slug).await?.with_context(|| format!("there is no ente `{slug}`: `sportello ente list`"))
}

/// Adds an ente from a file of settings.
pub async fn add_ente(
    portal: &Portal,
    slug: String,
    host: Option<String>,
    file: &Path,
    admin: &CodiceFiscale,
) -> anyhow::Result<()> {
    ensure!(
        is_slug(&slug),
        "slug: lower-case letters, digits and hyphens; `pagopa` is the address of the payment door"
    );
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let settings: EnteSettings = toml::from_str(&text).with_context(|| format!("reading {}", file.display()))?;
    let id = EnteId::new(portal.request_id().uuid());
    ente::add(portal, Ente { id, slug, host, settings }, admin).await?;
    println!("added");
    Ok(())
}

/// Gives a role.
pub async fn grant(portal: &Portal, slug: &str, who: &CodiceFiscale, role: &str) -> anyhow::Result<()> {
    let known = || Ruolo::ALL.map(Ruolo::stored).join(", ");
    let role = Ruolo::from_stored(role).with_context(|| format!("expected one of {}", known()))?;
    ente::grant(portal, by_slug(portal, slug).await?.id, who, role).await?;
    println!("given");
    Ok(())
}

/// Lists the enti.
pub async fn list_enti(portal: &Portal) -> anyhow::Result<ExitCode> {
    for ente in ente::all(portal).await?.iter() {
        println!("{}\t{}\t{}", ente.slug, ente.settings.name, ente.host.as_deref().unwrap_or("-"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Publishes a modello from files.
pub async fn publish(
    portal: &Portal,
    slug: &str,
    file: &Path,
    window: (NaiveDate, NaiveDate),
    anno: i32,
) -> anyhow::Result<()> {
    let beside = |ending: &str| {
        let path = file.with_extension(ending);
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let texts = [beside("toml")?, beside("en.toml")?, beside("procedura.toml")?];
    let [modello, english, procedura] = texts.each_ref().map(String::as_str);
    let name = file.file_stem().and_then(|name| name.to_str()).context("a file with a name")?;
    let anno = AnnoScolastico::beginning_in(anno);
    let id = by_slug(portal, slug).await?.id;
    let version = publish_texts(portal, id, name, [modello, english, procedura], window, anno).await?;
    println!("published as version {version}");
    Ok(())
}

/// Publishes a modello from its three texts: form, English, procedura.
pub async fn publish_texts(
    portal: &Portal,
    ente: EnteId,
    name: &str,
    [form, english, procedura]: [&str; 3],
    (first, last): (NaiveDate, NaiveDate),
    anno_scolastico: AnnoScolastico,
) -> anyhow::Result<i64> {
    ensure!(first <= last, "--dal must not be after --al");
    let modello = told(Modello::parse(&format!("{name}.toml"), form))?;
    let modello = told(modello.with_english(&format!("{name}.en.toml"), english))?;
    told(match modello.run_examples() {
        faults if faults.is_empty() => Ok(()),
        faults => Err(faults),
    })?;
    let procedura = told(Procedura::parse(&format!("{name}.procedura.toml"), procedura))?;
    let after = last.checked_add_days(Days::new(1)).context("--al: a day of this century")?;
    let publication =
        Publication { modello, procedura, anno_scolastico, opens_at: midnight(first)?, closes_at: midnight(after)? };
    Ok(modello::publish(portal, ente, publication).await?)
}

/// What an author must mend, all at once.
fn told<T, F: std::fmt::Display>(read: Result<T, Vec<F>>) -> anyhow::Result<T> {
    match read {
        Ok(read) => Ok(read),
        Err(faults) => {
            let lines: Vec<String> = faults.iter().map(F::to_string).collect();
            bail!("{}", lines.join("\n"))
        }
    }
}

/// The beginning of a day at the ente.
fn midnight(day: NaiveDate) -> anyhow::Result<DateTime<Utc>> {
    let local = Rome.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
    Ok(local.context("a day that begins")?.with_timezone(&Utc))
}
