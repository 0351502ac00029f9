//! The demonstration: invented enti and families, taken in through the same doors as real ones.

mod families;
mod rette;
mod story;

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use anyhow::{Context, ensure};
use chrono::{Days, NaiveDate, TimeDelta};
use sportello_app::{
    Portal, accesso, demo, ente, famiglie, registro_gestori,
    ruolo::{self, Grant},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    calendar,
    codice_fiscale::CodiceFiscale,
    ente::{Ente, EnteSettings},
    id::EnteId,
    identita::IdentityScheme,
    modello::SHIPPED,
    ruolo::{Ambito, Ruolo},
};

use crate::{
    commands::modelli::publish_texts,
    registry::{first_list, scheme},
    settings::{Mode, Settings},
};

const ENTI: &str = include_str!("../../../../demo/enti.toml");
/// The enrolment window: so many days before and after the day of loading.
const OPEN_SINCE: Days = Days::new(20);
const OPEN_FOR: Days = Days::new(45);
/// The window of a form for what comes after the enrolment, in days from that of loading, where the ente says nothing else.
const ALL_YEAR: (i64, i64) = (-60, 300);

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    ente: Vec<DemoEnte>,
}

/// An ente to make.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoEnte {
    slug: String,
    pupils: usize,
    administrator: String,
    ruoli: Vec<DemoRuolo>,
    /// Windows of forms by code: first and last day, in days from that of loading.
    #[serde(default)]
    finestre: BTreeMap<String, (i64, i64)>,
    settings: EnteSettings,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoRuolo {
    codice_fiscale: String,
    ruolo: String,
    /// Where it counts; in the whole ente without it.
    ambito: Option<String>,
}

/// Loads the enti that are missing. Doing it again only renews the simulated providers. An ente whose loading was
/// interrupted is refused, since nothing that was registered can be taken back. The providers come from the lists of the
/// registries in the settings, or from the metadata in a folder.
pub async fn load(portal: &Portal, settings: &Settings, providers: Option<&Path>) -> anyhow::Result<ExitCode> {
    ensure!(settings.mode == Mode::Demo, "mode: the demonstration is loaded with mode = \"demo\" only");
    if let Some(folder) = providers {
        accesso::forget_simulated(portal).await?;
        trust_all(portal, folder).await?;
    }
    let mut lists = 0;
    for (name, registry) in settings.registry.each() {
        if let Some(bytes) = first_list(name, registry)? {
            registro_gestori::import(portal, scheme(name)?, &bytes).await?;
            lists += 1;
        }
    }
    ensure!(lists > 0 || providers.is_some(), "--providers: expected a folder, since no registry has a file");
    let today = calendar::legal_date(portal.clock().now());
    for found in toml::from_str::<File>(ENTI)?.ente {
        let slug = found.slug.clone();
        match ente::by_slug(portal, &slug).await? {
            None => add(portal, found, today).await.with_context(|| format!("loading {slug}"))?,
            Some(ente) => ensure!(
                demo::is_loaded(portal, &ente).await?,
                "the loading of {slug} was interrupted: load into a new database (`cargo xtask demo --reset`)"
            ),
        }
    }
    portal.store().analyze().await?;
    println!("the demonstration is loaded");
    Ok(ExitCode::SUCCESS)
}

async fn trust_all(portal: &Portal, folder: &Path) -> anyhow::Result<()> {
    let mut found = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("--providers: reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "xml") {
            let metadata = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            accesso::trust(portal, &metadata, IdentityScheme::Spid, true).await?;
            found += 1;
        }
    }
    ensure!(found > 0, "--providers: there is no metadata in {}", folder.display());
    Ok(())
}

async fn give(portal: &Portal, id: EnteId, role: &DemoRuolo) -> anyhow::Result<()> {
    let ruolo = Ruolo::from_stored(&role.ruolo).with_context(|| format!("no role {}", role.ruolo))?;
    let codice_fiscale = CodiceFiscale::parse(&role.codice_fiscale, None)?;
    let ambito = match &role.ambito {
        Some(text) => Ambito::from_stored(text).with_context(|| format!("no ambito {text}"))?,
        None => Ambito::Ente,
    };
    ruolo::grant_by_command(portal, id, Grant { codice_fiscale, ruolo, ambito }).await?;
    Ok(())
}

async fn add(portal: &Portal, demo: DemoEnte, today: NaiveDate) -> anyhow::Result<()> {
    let id = EnteId::new(portal.request_id().uuid());
    let anno = AnnoScolastico::of(today);
    let slug = demo.slug.clone();
    ente::add(
        portal,
        Ente { id, slug: demo.slug, host: None, settings: demo.settings },
        &CodiceFiscale::parse(&demo.administrator, None)?,
    )
    .await?;
    let file = families::csv(&slug, demo.pupils, anno);
    let checked = famiglie::check(file.as_bytes()).map_err(|faults| anyhow::anyhow!("{}", faults[0]))?;
    famiglie::import(portal, id, checked).await?;
    // Behind the import, which brings the schools that a role may name.
    for role in &demo.ruoli {
        give(portal, id, role).await?;
    }
    let offer = async |anno| {
        let window = (today - OPEN_SINCE, today + OPEN_FOR);
        publish_texts(portal, id, SHIPPED[0], window, anno).await
    };
    let since = rette::first_year(today);
    rette::publish(portal, id, since).await?;
    let mut before = Vec::new();
    if slug == story::ENTE && since < anno {
        offer(since).await?;
        before = story::enrol(portal).await?;
    }
    offer(anno).await?;
    // The forms for what comes after: people send them all year long.
    for texts in SHIPPED.into_iter().skip(1) {
        let (first, last) = demo.finestre.get(texts.name).copied().unwrap_or(ALL_YEAR);
        let window = (today + TimeDelta::days(first), today + TimeDelta::days(last));
        publish_texts(portal, id, texts, window, anno).await?;
    }
    if slug == story::ENTE {
        story::tell(portal, &before).await?;
    }
    Ok(demo::note_loaded(portal, id).await?)
}

/// The first ente of the demonstration, for pages that need one: it is in no database.
pub fn invented_ente() -> anyhow::Result<Ente> {
    let demo = toml::from_str::<File>(ENTI)?.ente.into_iter().next().context("the file of the demonstration")?;
    Ok(Ente { id: EnteId::PLATFORM, slug: demo.slug, host: None, settings: demo.settings })
}

/// Prints the file of families of an ente of the demonstration.
pub fn print_famiglie(portal: &Portal, slug: &str) -> anyhow::Result<ExitCode> {
    let enti = toml::from_str::<File>(ENTI)?.ente;
    let demo =
        enti.iter().find(|demo| demo.slug == slug).with_context(|| format!("no ente {slug} in the demonstration"))?;
    let today = calendar::legal_date(portal.clock().now());
    print!("{}", families::csv(slug, demo.pupils, AnnoScolastico::of(today)));
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use sportello_app::{
        documenti_contabili::DebitoState,
        modello::{self, Window},
        pagamenti,
        testing::App,
    };

    use super::*;

    /// What a person of the story owes: `(can be paid here, is debited by the bank)`.
    async fn debts(app: &App, today: NaiveDate, (codice, nome, cognome): (&str, &str, &str)) -> Vec<(bool, bool)> {
        let ente = ente::by_slug(&app.portal, story::ENTE).await.unwrap().unwrap();
        let who = story::citizen(&app.portal, &ente, story::identita(codice, nome, cognome, "x@posta.example"));
        let list = pagamenti::list(&app.portal, &who.await.unwrap()).await.unwrap();
        assert!(list.iter().all(|debt| debt.due_on > today));
        list.iter().map(|debt| (debt.payable, matches!(debt.state, DebitoState::Debit { .. }))).collect()
    }

    #[tokio::test]
    async fn every_ente_offers_the_six_forms_each_with_its_window() {
        let app = App::sqlite().await;
        let today = calendar::legal_date(app.portal.clock().now());
        let mut states = Vec::new();
        for found in toml::from_str::<File>(ENTI).unwrap().ente {
            let slug = found.slug.clone();
            let known = |code: &String| SHIPPED.iter().skip(1).any(|texts| texts.name == *code);
            assert!(found.finestre.keys().all(known), "{slug} has a window for a form that it does not offer");
            add(&app.portal, found, today).await.unwrap();
            let ente = ente::by_slug(&app.portal, &slug).await.unwrap().unwrap();
            let ctx = story::ctx(&app.portal, &ente, sportello_app::Actor::Nobody);
            let list = modello::list(&app.portal, &ctx).await.unwrap();
            assert_eq!(list.len(), SHIPPED.len(), "{slug}");
            states.extend(list.into_iter().map(|row| row.window));
        }
        let count = |which: fn(&Window) -> bool| states.iter().filter(|state| which(state)).count();
        assert_eq!(count(|state| matches!(state, Window::Coming { .. })), 1);
        assert_eq!(count(|state| matches!(state, Window::Closed { .. })), 1);
        assert_eq!(count(|state| matches!(state, Window::Open { .. })), 16);
    }

    #[tokio::test]
    async fn on_any_day_there_is_something_to_pay() {
        for today in ["2027-06-30", "2027-08-31", "2027-09-15", "2027-10-31", "2028-01-01", "2028-02-29"] {
            println!("{today}");
            let app = App::sqlite().await;
            app.clock.set(format!("{today}T10:00:00Z").parse().unwrap());
            let today = today.parse().unwrap();
            let calvenzano = toml::from_str::<File>(ENTI).unwrap().ente.remove(0);
            add(&app.portal, calvenzano, today).await.unwrap();
            assert_eq!(debts(&app, today, ("CLLMRA86C54B442Z", "Maria", "Colleoni")).await, [(true, false); 2]);
            assert_eq!(debts(&app, today, (story::BY_DEBIT, "Elena", "Fumagalli")).await, [(false, true); 2]);
        }
    }
}
