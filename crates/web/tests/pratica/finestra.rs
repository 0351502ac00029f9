//! A window opens and closes at its instant: one second before and at it, on every page that tells it and at every act.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use sportello_app::modello::{self, Publication};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    modello::{Banca, Texts},
};

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

/// The shipped forms beside enrolment: each has a card of its own.
const OTHERS: [&str; 5] =
    ["cambio-residenza", "certificazione-mensa", "dieta-speciale", "rinuncia-mensa", "variazione-pagamento"];

async fn offer_others(house: &House, opens_at: DateTime<Utc>, closes_at: DateTime<Utc>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../modelli/servizi-scolastici");
    for name in OTHERS {
        let text = |ending: &str| std::fs::read_to_string(folder.join(format!("{name}.{ending}"))).unwrap();
        let (form, english, procedura) = (text("toml"), text("en.toml"), text("procedura.toml"));
        let texts = Texts { name, form: &form, english: &english, procedura: &procedura };
        let (modello, procedura) = texts.read(&Banca::shipped()).unwrap();
        let anno_scolastico = AnnoScolastico::beginning_in(2026);
        let publication = Publication { modello, procedura, anno_scolastico, opens_at, closes_at, booking: None };
        modello::publish(&house.0.portal, house.0.prova.id, publication).await.unwrap();
    }
}

/// The card and the page of each say `words`; only while it is open the card leads on, and Avvia pratica begins.
async fn others_told(browser: &Browser<'_>, words: &str, open: bool) {
    for code in OTHERS {
        let (page, avvia) = (format!("/modelli/{code}"), format!("/modelli/{code}/avvia"));
        let card = browser.get(&format!("/servizi/educazione-e-formazione/{code}")).await;
        card.says(200, &[words]);
        let shown = browser.get(&page).await;
        shown.says(200, &[words]);
        let begun = browser.get(&avvia).await;
        if open {
            card.says(200, &[&format!("{page}\"")]);
            shown.says(200, &[&avvia]);
            assert!(begun.location().contains("/compila/"), "{code}");
        } else {
            card.hides(&[&format!("{page}\"")]);
            shown.hides(&[&avvia]);
            begun.says(409, &["Le domande non sono aperte"]);
        }
    }
}

#[tokio::test]
async fn every_other_form_opens_at_its_instant() {
    let house = House::open().await;
    let open = five_past_ten();
    offer_others(&house, open, open + TimeDelta::days(10)).await;
    let maria = maria(&house).await;
    house.0.clock.set(open - TimeDelta::seconds(1));
    others_told(&maria, "Apre il 1º settembre 2026, ore 10.05", false).await;
    house.0.clock.set(open);
    others_told(&maria, "11 settembre 2026, ore 10.05", true).await;
}

#[tokio::test]
async fn every_other_form_closes_at_its_instant() {
    let house = House::open().await;
    let close = five_past_ten();
    offer_others(&house, close - TimeDelta::days(10), close).await;
    let (maria, paolo) = (maria(&house).await, paolo(&house).await);
    house.0.clock.set(close - TimeDelta::seconds(1));
    others_told(&maria, "1º settembre 2026, ore 10.05", true).await;
    house.0.clock.set(close);
    others_told(&paolo, "Chiuso dal 1º settembre 2026, ore 10.05", false).await;
}
