//! A window opens and closes at its instant: one second before and at it, on every page that tells it and at every act.

use chrono::{DateTime, TimeDelta, Utc};

use super::{House, browser::Browser, browser::Reading, fill, html::Form, maria, paolo, start};

const MODELLO: &str = "/modelli/iscrizione-mensa";
const AVVIA: &str = "/modelli/iscrizione-mensa/avvia";
/// Where a window is told. The tile of enrolment counts the modelli that are open.
const LISTS: [&str; 2] =
    ["/pratiche/apertura/servizi-scolastici/iscrizione", "/servizi/educazione-e-formazione/mensa-scolastica"];
const AREA: &str = "/pratiche/apertura/servizi-scolastici";

/// 1 September 2026 in Rome, five minutes past ten: whoever signed in at ten is still there.
fn five_past_ten() -> DateTime<Utc> {
    "2026-09-01T08:05:00Z".parse().unwrap()
}

/// Every page says `words`, and the one of the modello leads on only while it is open.
async fn told(browser: &Browser<'_>, words: &str, open: bool) {
    for path in LISTS {
        browser.get(path).await.says(200, &[words]);
    }
    let page = browser.get(MODELLO).await;
    let count = browser.get(AREA).await;
    if open {
        page.says(200, &[AVVIA]);
        count.says(200, &["Un modello è aperto ora"]);
        browser.get("/").await.says(200, &["Aperta fino al "]);
    } else {
        page.says(200, &[words, "Ora non puoi presentare questa domanda"]).hides(&[AVVIA]);
        count.says(200, &["Ora nessun modello è aperto"]);
        browser.get("/").await.says(200, &[]).hides(&[MODELLO]);
    }
}

#[tokio::test]
async fn a_window_closes_at_its_instant() {
    let house = House::open().await;
    let (portal, close) = (&house.0, five_past_ten());
    portal.offer(close - TimeDelta::days(10), close).await;
    let (maria, paolo) = (maria(&house).await, paolo(&house).await);
    let draft = start(&maria).await;
    let summary = fill(&maria, &draft).await;
    let form = Form::find(&maria.get(summary.location()).await.body, "chiave").add("dichiaro", "si");

    portal.clock.set(close - TimeDelta::seconds(1));
    told(&maria, "1º settembre 2026, ore 10.05", true).await;
    maria.get(MODELLO).await.says(200, &["Aperto dal 22 agosto 2026, ore 10.05 al 1º settembre 2026, ore 10.05"]);
    let early = start(&paolo).await;
    maria.get("/pratiche/bozze").await.says(200, &["Da inviare entro il 1º settembre 2026, ore 10.05."]);

    portal.clock.set(close);
    told(&maria, "Chiuso dal 1º settembre 2026, ore 10.05", false).await;
    house.citizen(4).await.get(AVVIA).await.says(409, &["Le domande non sono aperte", AREA]);
    maria.press(&form, "invia").await.says(409, &["Il periodo per presentare la domanda è finito"]);
    for path in ["/pratiche/bozze", &draft] {
        maria.get(path).await.says(200, &["Il periodo per inviarla è finito"]);
    }
    // Nothing is filed and nothing is lost.
    maria.get("/sezione-informativa/consultazione-pratiche").await.says(200, &["Nessuna iscrizione trovata"]);
    assert_eq!(start(&maria).await, draft, "the draft is still hers");
    maria.get(&format!("{draft}/riepilogo")).await.says(200, &["Via dei Tigli 8"]);
    assert_eq!(start(&paolo).await, early);

    // The form that was refused in the last second would have been taken in it.
    portal.clock.set(close - TimeDelta::seconds(1));
    let form = Form::find(&maria.get(summary.location()).await.body, "chiave").add("dichiaro", "si");
    assert!(maria.press(&form, "invia").await.location().ends_with("/inviata"));
}

#[tokio::test]
async fn a_window_opens_at_its_instant() {
    let house = House::open().await;
    let (portal, open) = (&house.0, five_past_ten());
    portal.offer(open, open + TimeDelta::days(10)).await;
    let maria = maria(&house).await;

    portal.clock.set(open - TimeDelta::seconds(1));
    told(&maria, "Apre il 1º settembre 2026, ore 10.05", false).await;
    maria.get(AVVIA).await.says(409, &["Le domande non sono aperte", "Si apre il 1º settembre 2026, ore 10.05."]);
    maria.get("/pratiche/bozze").await.says(200, &["Non hai bozze"]);

    portal.clock.set(open);
    told(&maria, "11 settembre 2026, ore 10.05", true).await;
    start(&maria).await;
}
