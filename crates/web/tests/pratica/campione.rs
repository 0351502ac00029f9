//! Sample checks through the router: who draws, what comes back, what each role sees, the list for everybody.

use axum::http::Method;
use chrono::TimeDelta;
use sportello_domain::{calendar, id::PraticaId, ruolo::Ruolo};
use sportello_store::pratica;

use super::{
    House,
    browser::{Browser, Reading},
    file, maria,
};
use crate::common::{Answer, CSRF, ORIGIN};

const CONTROLLI: &str = "/ufficio/controlli";
const BOTH: &[Ruolo] = &[Ruolo::OperatoreIstruzione, Ruolo::Responsabile];

async fn post(house: &House, who: &Browser<'_>, path: &str, fields: &str) -> Answer {
    let (path, body) = (format!("/prova{path}"), format!("_csrf={CSRF}&{fields}"));
    house.0.send(Method::POST, &path, Some(&who.person), &[("origin", ORIGIN)], body).await
}

/// A pratica that was accepted, the day before today.
async fn accepted(house: &House, anna: &Browser<'_>) -> PraticaId {
    let path = file(&maria(house).await).await;
    let id: PraticaId = path.rsplit('/').next().unwrap().parse().unwrap();
    let office = format!("/ufficio/pratiche/{id}");
    post(house, anna, &format!("{office}/prendi"), "versione=1").await.location();
    post(house, anna, &format!("{office}/decisione"), "versione=2&azione=accogli&motivo=").await.location();
    house.0.clock.pass(TimeDelta::days(1));
    id
}

async fn number(house: &House, id: PraticaId) -> String {
    let ente = house.0.prova.id;
    let row = house.0.portal.store().read(ente, async move |read| pratica::by_id(read, ente, id).await);
    let row = row.await.unwrap().unwrap();
    format!("{}/{}", row.anno, row.numero)
}

#[tokio::test]
async fn a_draw_is_made_checked_and_shown_where_it_belongs() {
    let house = House::open().await;
    let anna = house.clerk(3, BOTH).await;
    let id = accepted(&house, &anna).await;
    let (number, anna) = (number(&house, id).await, house.clerk(3, BOTH).await);
    let day = calendar::legal_date(house.0.clock.now()) - TimeDelta::days(1);
    anna.get(CONTROLLI).await.says(200, &["Controlli a campione", "Non è stato estratto ancora", "Nuovo controllo"]);
    let form = anna.get(&format!("{CONTROLLI}/nuovo")).await;
    form.says(200, &["value=\"5\"", "Modello iscrizione mensa", "si estrae una volta sola"]).hides(&["certificazione"]);

    let fields = format!("modello=iscrizione-mensa&dal={day}&al={day}&percentuale=");
    let wrong = post(&house, &anna, &format!("{CONTROLLI}/nuovo"), &format!("{fields}500")).await;
    wrong.says(
        422,
        &["<title>Errore: ", "href=\"#percentuale\"", "da 1 a 100", "value=\"500\"", &format!("value=\"{day}\"")],
    );
    let future = format!("dal={day}&al={}&percentuale=7", day + TimeDelta::days(1));
    let wrong = post(&house, &anna, &format!("{CONTROLLI}/nuovo"), &future).await;
    wrong.says(422, &["href=\"#al\"", "già finito", "value=\"7\""]);

    let drawn = post(&house, &anna, &format!("{CONTROLLI}/nuovo"), &format!("{fields}5")).await;
    let path = drawn.location().strip_prefix("/prova").unwrap().to_owned();
    let page = anna.get(&path).await;
    page.says(200, &["Controllate 0 su 1", "Estratta a sorte", "articolo 75", "articolo 71, comma 3", &number]);
    page.says(200, &["Come rifare l’estrazione", "/popolazione"]).hides(&["Brambilla"]);
    let again = post(&house, &anna, &format!("{CONTROLLI}/nuovo"), &format!("{fields}100")).await;
    again.says(422, &["già stato estratto", &format!("href=\"/prova{path}\""), "value=\"100\""]);

    let list = anna.get(&format!("{path}/popolazione")).await;
    list.says(200, &[]);
    assert_eq!(list.body, format!("{number}\n"));
    assert!(list.header("content-type").starts_with("text/csv") && list.header("content-disposition").contains(".csv"));

    let check = format!("{path}/{id}");
    anna.get(&check).await.says(200, &["Da controllare", "Registra l’esito"]);
    post(&house, &anna, &check, "versione=1&nota=x").await.says(422, &["href=\"#esito\"", "\nx</textarea>"]);
    let silent = post(&house, &anna, &check, "versione=1&esito=difforme&nota=no").await;
    silent.says(422, &["href=\"#nota\"", "value=\"difforme\" checked", "\nno</textarea>"]);
    let done = post(&house, &anna, &check, "versione=1&esito=irregolarita_sanabile&nota=Manca+il+civico").await;
    assert_eq!(done.location(), format!("/prova{path}"));
    let late = post(&house, &anna, &check, "versione=1&esito=conforme&nota=tutto+bene").await;
    late.says(409, &["role=\"alert\"", "Nel frattempo", "\ntutto bene</textarea>", "Manca il civico"]);
    anna.get(&check).await.says(200, &["Irregolarità sanabile", "Scrivi al richiedente"]);
    anna.get(&path).await.says(200, &["Controllate 1 su 1"]);
    anna.get(&format!("/ufficio/pratiche/{id}"))
        .await
        .says(200, &["Nel controllo a campione del", &check, "Irregolarità"]);

    let ugo = house.clerk(4, &[Ruolo::Auditor]).await;
    ugo.get(CONTROLLI).await.says(200, &["Controllate 1 su 1"]).hides(&["Nuovo controllo"]);
    ugo.get(&check).await.says(200, &["Manca il civico"]).hides(&["Registra l’esito"]);
    let lara = house.clerk(5, &[Ruolo::OperatoreDiete]).await;
    lara.get(&format!("/ufficio/pratiche/{id}")).await.says(200, &["Nel controllo a campione del"]).hides(&[&check]);
    assert_eq!(lara.get(CONTROLLI).await.status, 403);
}
