//! The pages of what waits for a second person: proposed by one, answered by another, and what a late answer says.

use axum::http::Method;
use chrono::NaiveDate;
use sportello_app::tariffe::{self, NewPiano};
use sportello_domain::ruolo::Ruolo;

use super::{
    House,
    browser::{Browser, Reading},
};
use crate::common::{Answer, CSRF, ORIGIN};

const RAGIONERIA: &[Ruolo] = &[Ruolo::Ragioneria];
const CAPO: &[Ruolo] = &[Ruolo::Amministratore];
const CONTI: &str = "iban=IT60+X054+2811+1010+0000+0123+456&intestatario=Tesoreria&creditor-id=IT82ZZZ0000080018230153&cbill=PROV1\
    &intermediario=80012340164&stazione=80012340164_01&segregazione=02";
const PIANO: &str =
    r#"{ "listini": [{ "fasce": [{ "up_to_cents": 500000, "price_cents": 205 }, { "price_cents": 450 }] }] }"#;

async fn send(house: &House, who: &Browser<'_>, path: &str, fields: &str) -> Answer {
    let body = format!("_csrf={CSRF}&{fields}");
    house.0.send(Method::POST, &format!("/prova{path}"), Some(&who.person), &[("origin", ORIGIN)], body).await
}

/// The path of a proposta, out of the answer to its form.
fn path(answer: &Answer) -> String {
    let path = answer.location().strip_suffix("?fatto=proposta").expect("it was proposed");
    path.strip_prefix("/prova").unwrap().to_owned()
}

/// A change that somebody proposed and nobody answered: its key.
pub async fn waiting(house: &House) -> String {
    let clerk = house.clerk(91, RAGIONERIA).await;
    let sent = send(house, &clerk, "/ufficio/conti/serie", "serie=Z9").await;
    path(&sent).rsplit('/').next().unwrap().to_owned()
}

/// Puts a plan in force that can be typed over.
async fn publish(house: &House) {
    let dal = NaiveDate::from_ymd_opt(2025, 9, 1).unwrap();
    let new = NewPiano { dal, al: None, atto: "Delibera n. 1".into(), piano: serde_json::from_str(PIANO).unwrap() };
    tariffe::publish(&house.0.portal, house.0.prova.id, new).await.unwrap();
}

#[tokio::test]
async fn accounts_are_proposed_by_one_and_confirmed_by_another() {
    let house = House::open().await;
    let (rita, ivo) = (house.clerk(5, RAGIONERIA).await, house.clerk(6, CAPO).await);
    rita.get("/ufficio/conti").await.says(200, &["IT48Z9999999999000000001000", "name=\"serie\""]);
    let proposta = path(&send(&house, &rita, "/ufficio/conti", CONTI).await);
    rita.get(&format!("{proposta}?fatto=proposta"))
        .await
        .says(
            200,
            &[
                "role=\"status\"",
                "IT48Z9999999999000000001000",
                "IT60X0542811101000000123456",
                "L’hai proposta tu",
                "/ritira",
            ],
        )
        .hides(&["/conferma", "/respingi"]);
    assert_eq!(send(&house, &rita, &format!("{proposta}/conferma"), "").await.status, 403, "their own");
    rita.get("/ufficio/conti")
        .await
        .says(200, &["IT48Z9999999999000000001000"])
        .hides(&["IT60X0542811101000000123456"]);
    ivo.get("/ufficio/proposte")
        .await
        .says(200, &["Conti di incasso", "Aspetta una seconda persona", "Nome5 Cognome5"]);
    ivo.get(&proposta).await.says(200, &["/conferma", "/respingi"]).hides(&["/ritira"]);
    let confirmed = send(&house, &ivo, &format!("{proposta}/conferma"), "").await;
    assert_eq!(confirmed.location(), format!("/prova{proposta}?fatto=confermata"));
    rita.get("/ufficio/conti").await.says(200, &["IT60X0542811101000000123456", "Tesoreria"]);
    // What came too late says what happened meanwhile.
    let late = send(&house, &ivo, &format!("{proposta}/conferma"), "").await;
    late.says(409, &["role=\"alert\"", "non aspetta più", "Confermata da Nome6 Cognome6"]);
    let late = send(&house, &rita, &format!("{proposta}/ritira"), "motivo=errore").await;
    late.says(409, &["non aspetta più", "Confermata da Nome6 Cognome6"]);
}

#[tokio::test]
async fn a_refused_form_of_the_accounts_comes_back_with_what_was_typed() {
    let house = House::open().await;
    let rita = house.clerk(5, RAGIONERIA).await;
    let wrong =
        send(&house, &rita, "/ufficio/conti", &CONTI.replace("IT60", "IT61").replace("Tesoreria", "%3CT")).await;
    wrong.says(422, &["<title>Errore", "href=\"#iban\"", "value=\"&#60;T\""]);
    let wrong = CONTI.replace("segregazione=02", "segregazione=99").replace("IT82ZZZ", "IT83ZZZ");
    send(&house, &rita, "/ufficio/conti", &wrong).await.says(422, &["href=\"#segregazione\"", "href=\"#creditor-id\""]);
    send(&house, &rita, "/ufficio/conti/serie", "serie=m").await.says(422, &["href=\"#serie\""]);
    send(&house, &rita, "/ufficio/conti/serie", "serie=M").await.says(409, &["non c’è nulla da proporre"]);
    rita.get("/ufficio/proposte").await.says(200, &["Nessuna modifica proposta"]);
    let auditor = house.clerk(6, &[Ruolo::Auditor]).await;
    auditor
        .get("/ufficio/conti")
        .await
        .says(200, &["IT48Z9999999999000000001000"])
        .hides(&["<input class=\"form-control\""]);
    assert_eq!(send(&house, &auditor, "/ufficio/conti", CONTI).await.status, 403);
}

#[tokio::test]
async fn tariffs_are_typed_over_those_in_force() {
    let house = House::open().await;
    let (rita, sara) = (house.clerk(5, RAGIONERIA).await, house.clerk(6, RAGIONERIA).await);
    let nuova = "/ufficio/tariffe/nuova";
    rita.get(nuova).await.says(200, &["Non c’è ancora un piano tariffario"]);
    publish(&house).await;
    let page = rita.get(nuova).await;
    page.says(200, &["Delibera n. 1", "name=\"prezzo-0-1\" value=\"4,50\"", "name=\"fino-0-0\" value=\"5.000,00\""]);
    let at = page.body.find("name=\"base\" value=\"").unwrap() + "name=\"base\" value=\"".len();
    let form = |prices: &str| format!("base={}&{prices}", &page.body[at..at + 36]);
    let right = form("atto=Delibera+n.+2&dal=2027-01-01&al=&fino-0-0=6000&prezzo-0-0=2%2C10&prezzo-0-1=4%2C80");
    let wrong = send(&house, &rita, nuova, &right.replace("4%2C80", "molto").replace("2027-01-01", "")).await;
    wrong.says(422, &["<title>Errore", "href=\"#dal\"", "href=\"#prezzo-0-1\"", "value=\"molto\""]);
    let same = send(&house, &rita, nuova, &right.replace("2027-01-01", "2025-09-01")).await;
    same.says(422, &["href=\"#dal\"", "comincia già un altro piano"]);
    let proposta = path(&send(&house, &rita, nuova, &right).await);
    let other = path(&send(&house, &rita, nuova, &right.replace("2027-01-01", "2027-02-01")).await);
    sara.get(&proposta).await.says(200, &["Tariffe della mensa", "4,50", "<strong>", "4,80", "Delibera n. 2"]);
    send(&house, &sara, &format!("{proposta}/conferma"), "").await.location();
    sara.get("/ufficio/tariffe").await.says(200, &["Delibera n. 2", "Non ancora in vigore"]);
    let stale = send(&house, &sara, &format!("{other}/conferma"), "").await;
    stale.says(409, &["role=\"alert\"", "Non si può più confermare", "/respingi"]).hides(&["/conferma\""]);
    send(&house, &sara, &format!("{other}/respingi"), "motivo=").await.says(422, &["href=\"#motivo\""]);
    let refused = send(&house, &sara, &format!("{other}/respingi"), "motivo=prezzi+superati").await;
    assert_eq!(refused.location(), format!("/prova{other}?fatto=respinta"));
    rita.get(&other).await.says(200, &["Respinta da Nome6 Cognome6", "Motivo: prezzi superati"]);
}

#[tokio::test]
async fn the_rule_changes_by_an_act_that_everybody_sees() {
    let house = House::open().await;
    let (capo, rita) = (house.clerk(5, CAPO).await, house.clerk(6, RAGIONERIA).await);
    let page = "/ufficio/proposte/controllo";
    rita.get(page).await.says(200, &["Serve la conferma di una seconda persona"]).hides(&["name=\"atto\""]);
    assert_eq!(send(&house, &rita, page, "controllo=spento&atto=x&data=2026-01-01").await.status, 403);
    let wrong = send(&house, &capo, page, "controllo=spento&atto=&data=2026-01-01").await;
    wrong.says(422, &["<title>Errore", "href=\"#atto\"", "value=\"2026-01-01\""]);
    send(&house, &capo, page, "controllo=spento&atto=n&data=2999-01-01").await.says(422, &["href=\"#data\""]);
    let act = "controllo=spento&atto=Determina+n.+41&data=2026-01-01";
    assert_eq!(send(&house, &capo, page, act).await.location(), format!("/prova{page}?fatto=si"));
    send(&house, &capo, page, act).await.says(409, &["La regola è già questa"]);
    rita.get("/ufficio/proposte").await.says(200, &["Determina n. 41", "Nome5 Cognome5"]);
    let own = path(&send(&house, &rita, "/ufficio/conti/serie", "serie=R").await);
    rita.get(&own).await.says(200, &["/conferma", "/ritira"]);
    send(&house, &rita, &format!("{own}/conferma"), "").await.location();
    rita.get("/ufficio/conti").await.says(200, &["<dd>R</dd>"]);
}
