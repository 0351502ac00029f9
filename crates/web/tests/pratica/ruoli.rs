//! The page of roles: who sees it, who gives and takes, and what is left of a form that was refused.

use axum::http::Method;
use sportello_domain::ruolo::Ruolo;
use sportello_store::ruolo as row;

use super::{
    House,
    browser::{Browser, Reading},
};
use crate::common::{Answer, CSRF, ORIGIN, codice_fiscale};

const RUOLI: &str = "/ufficio/ruoli";
const CAPO: &[Ruolo] = &[Ruolo::Amministratore];

/// The keys of the roles that a person of this number holds at the ente.
pub async fn held(house: &House, number: u8) -> Vec<String> {
    let (ente, who) = (house.0.prova.id, codice_fiscale(number));
    let rows = house.0.portal.store().read(ente, async move |read| row::held(read, ente).await).await.unwrap();
    rows.iter().filter(|row| row.codice_fiscale == who.as_str()).map(|row| row.id.to_string()).collect()
}

async fn send(house: &House, who: &Browser<'_>, path: &str, fields: &str) -> Answer {
    let body = format!("_csrf={CSRF}&{fields}");
    house.0.send(Method::POST, &format!("/prova{path}"), Some(&who.person), &[("origin", ORIGIN)], body).await
}

fn form(number: u8, ruolo: &str, ambito: &str) -> String {
    format!("codice-fiscale={}&ruolo={ruolo}&ambito={ambito}", codice_fiscale(number).as_str())
}

#[tokio::test]
async fn a_role_is_given_and_taken_and_no_address_names_the_person() {
    let house = House::open().await;
    let capo = house.clerk(5, CAPO).await;
    let page = capo.get(RUOLI).await;
    page.says(200, &["Ruoli del personale", "Nome5 Cognome5", "da chi installa il portale", "<option value=\"*\""]);
    let given = send(&house, &capo, RUOLI, &form(9, "ragioneria", "servizio%3Amensa")).await;
    assert_eq!(given.location(), "/prova/ufficio/ruoli?fatto=dato");
    let page = capo.get("/ufficio/ruoli?fatto=dato").await;
    page.says(
        200,
        &["role=\"status\"", "primo accesso", "Non è ancora entrata", codice_fiscale(9).as_str(), "Solo la mensa"],
    );
    let again = send(&house, &capo, RUOLI, &form(9, "ragioneria", "servizio%3Amensa")).await;
    assert_eq!(again.location(), "/prova/ufficio/ruoli?fatto=gia");
    capo.get("/ufficio/ruoli?fatto=gia").await.says(200, &["ha già questo ruolo"]);
    let keys = held(&house, 9).await;
    assert_eq!(keys.len(), 1);
    let taken = send(&house, &capo, &format!("{RUOLI}/{}/togli", keys[0]), "").await;
    assert_eq!(taken.location(), "/prova/ufficio/ruoli?fatto=tolto");
    capo.get("/ufficio/ruoli?fatto=tolto").await.says(200, &["Il ruolo è tolto"]).hides(&[codice_fiscale(9).as_str()]);
    assert_eq!(send(&house, &capo, &format!("{RUOLI}/{}/togli", keys[0]), "").await.status, 404, "it is gone");
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed() {
    let house = House::open().await;
    let capo = house.clerk(5, CAPO).await;
    let wrong = send(&house, &capo, RUOLI, "codice-fiscale=%3CRSS&ruolo=&ambito=*").await;
    wrong.says(422, &["<title>Errore", "href=\"#codice-fiscale\"", "href=\"#ruolo\"", "value=\"&#60;RSS\""]);
    let own = send(&house, &capo, RUOLI, &form(5, "ragioneria", "*")).await;
    own.says(422, &["Non puoi assegnare un ruolo a te", "value=\"ragioneria\" selected", codice_fiscale(5).as_str()]);
    for (ruolo, ambito) in
        [("operatore_scuola", "*"), ("auditor", "servizio%3Amensa"), ("operatore_scuola", "plesso%3AX")]
    {
        let unfit = send(&house, &capo, RUOLI, &form(9, ruolo, ambito)).await;
        unfit.says(422, &["href=\"#ambito\"", codice_fiscale(9).as_str()]);
    }
    let numeric = send(&house, &capo, RUOLI, "codice-fiscale=00743110157&ruolo=ragioneria&ambito=*").await;
    numeric.says(422, &["di una persona: 16 caratteri"]);
    assert!(held(&house, 9).await.is_empty());
}

#[tokio::test]
async fn the_last_amministratore_stays_and_others_only_read() {
    let house = House::open().await;
    // Whoever added the ente counts too: theirs goes first.
    let capo = house.clerk(5, CAPO).await;
    let ente = house.0.prova.id;
    let rows = house.0.portal.store().read(ente, async move |read| row::held(read, ente).await).await.unwrap();
    let own = held(&house, 5).await.remove(0);
    for other in rows.iter().filter(|row| row.ruolo == Ruolo::Amministratore && row.id.to_string() != own) {
        send(&house, &capo, &format!("{RUOLI}/{}/togli", other.id), "").await.location();
    }
    let last = send(&house, &capo, &format!("{RUOLI}/{own}/togli"), "").await;
    last.says(409, &["role=\"alert\"", "È l’ultimo amministratore"]);
    let auditor = house.clerk(6, &[Ruolo::Auditor]).await;
    auditor.get(RUOLI).await.says(200, &["Nome5 Cognome5"]).hides(&["<select", "/togli"]);
    for person in [auditor, house.clerk(7, &[Ruolo::Ragioneria, Ruolo::OperatoreIstruzione]).await] {
        assert_eq!(send(&house, &person, RUOLI, &form(9, "ragioneria", "*")).await.status, 403);
        assert_eq!(send(&house, &person, &format!("{RUOLI}/{own}/togli"), "").await.status, 403);
    }
    let foreign = house.0.operatore(&house.0.altrove, 8, CAPO).await;
    let path = format!("/altrove{RUOLI}/{own}/togli");
    let taken = house.0.post(&path, Some(&foreign), "").await;
    assert_eq!(taken.status, 404, "a role of another ente");
    house.0.get(&format!("/altrove{RUOLI}"), Some(&foreign)).await.says(200, &["Nome8"]).hides(&["Nome5"]);
    assert_eq!(held(&house, 5).await, [own]);
}
