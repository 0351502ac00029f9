//! Commands about one ente.

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, bail, ensure};
use sportello_app::{
    Portal, ente,
    ruolo::{self, Grant},
};
use sportello_domain::{
    codice_fiscale::CodiceFiscale,
    ente::{Ente, EnteSettings, is_slug},
    id::EnteId,
    ruolo::{Ambito, Ruolo},
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
    let settings = read_settings(file)?;
    for known in ente::all(portal).await?.iter() {
        ensure!(known.slug != slug, "the prefix `{slug}` is taken: `sportello ente list`");
        ensure!(host.is_none() || known.host != host, "`{}` has this host already: `sportello ente list`", known.slug);
    }
    let id = EnteId::new(portal.request_id().uuid());
    ente::add(portal, Ente { id, slug, host, settings }, admin).await?;
    println!("added");
    Ok(())
}

/// Takes the settings of an ente from a file, and says which are others now.
pub async fn change_ente(portal: &Portal, slug: &str, file: &Path) -> anyhow::Result<()> {
    let settings = read_settings(file)?;
    let changed = ente::change(portal, by_slug(portal, slug).await?.id, settings).await?;
    match changed.as_slice() {
        [] => println!("unchanged"),
        names => println!("changed: {}", names.join(", ")),
    }
    Ok(())
}

fn read_settings(file: &Path) -> anyhow::Result<EnteSettings> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    toml::from_str(&text).with_context(|| format!("reading {}", file.display()))
}

/// Gives a role, or takes it away. `role` and `ambito` are the stored words.
pub async fn change_role(
    portal: &Portal,
    slug: &str,
    who: CodiceFiscale,
    (role, ambito): (&str, &str),
    revoke: bool,
) -> anyhow::Result<()> {
    let known = || Ruolo::ALL.map(Ruolo::stored).join(", ");
    let ruolo = Ruolo::from_stored(role).with_context(|| format!("expected one of {}", known()))?;
    let ambito = Ambito::from_stored(ambito).context("--ambito: expected *, servizio:mensa or plesso:CODE")?;
    let ente = by_slug(portal, slug).await?.id;
    let grant = Grant { codice_fiscale: who, ruolo, ambito };
    let words = if revoke {
        match ruolo::revoke_by_command(portal, ente, grant).await {
            Err(sportello_app::Error::NotFound) => bail!("the role is not held there"),
            Err(sportello_app::Error::NotAllowedNow) => bail!("the last amministratore of an ente stays"),
            other => other?,
        }
        "taken away"
    } else {
        match ruolo::grant_by_command(portal, ente, grant).await {
            Err(sportello_app::Error::Unacceptable(_)) => bail!(place_of(ruolo)),
            Ok(true) => "given",
            other => other.map(|_| "held already")?,
        }
    };
    println!("{words}");
    Ok(())
}

/// Where a role may count, for whoever named another place.
fn place_of(ruolo: Ruolo) -> &'static str {
    match ruolo {
        Ruolo::OperatoreScuola => "--ambito: expected plesso:CODE, of a school that was imported",
        Ruolo::Amministratore | Ruolo::Auditor => "--ambito: expected *, which needs no --ambito",
        _ => "--ambito: expected * or servizio:mensa",
    }
}

/// Lists the enti.
pub async fn list_enti(portal: &Portal) -> anyhow::Result<ExitCode> {
    for ente in ente::all(portal).await?.iter() {
        println!("{}\t{}\t{}", ente.slug, ente.settings.name, ente.host.as_deref().unwrap_or("-"));
    }
    Ok(ExitCode::SUCCESS)
}
