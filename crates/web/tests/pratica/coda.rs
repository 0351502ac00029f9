//! The queue through the router: its address, several pratiche at once, what stands beside one of them.

use sportello_domain::ruolo::Ruolo;

use super::{
    Form, House, LIST,
    browser::{Browser, Reading},
    file, maria,
};

const CODA: &str = "/ufficio/pratiche";
const INSIEME: &str = "/ufficio/pratiche/insieme";
const CLERK: &[Ruolo] = &[Ruolo::OperatoreIstruzione];

/// The key of a pratica that was filed, and its path in the office.
async fn filed(house: &House) -> (String, String) {
    let path = file(&maria(house).await).await;
    (path.rsplit('/').next().unwrap().to_owned(), path.replace(LIST, CODA))
}

/// The form of the queue with these rows chosen.
async fn choose(clerk: &Browser<'_>, address: &str, rows: &[&str]) -> Form {
    let form = Form::find(&clerk.get(address).await.body, "riga");
    rows.iter().fold(form, |form, row| form.add("riga", row))
}

#[tokio::test]
async fn filters_and_order_live_in_the_address() {
    let house = House::open().await;
    filed(&house).await;
    let anna = house.clerk(3, CLERK).await;
    let queue = anna.get(CODA).await;
    queue
        .says(200, &["2026/1<", "aria-sort=\"ascending\"", "ordine=numero", "Protocollo in errore", "Scuola primaria"]);
    let here =
        "?filtro=tutte&stato=protocollata&modello=iscrizione-mensa&plesso=primaria-demo&dal=2026-09-01&al=2026-09-01";
    let narrow = anna.get(&format!("{CODA}{here}&ordine=modello&verso=giu")).await;
    narrow.says(200, &["2026/1<", "aria-sort=\"descending\"", "Togli i filtri", "<details class=\"restringi\" open>"]);
    for nothing in
        ["stato=accolta", "modello=altro", "plesso=altra", "dal=2026-09-02", "al=2026-08-31", "filtro=osservazioni"]
    {
        anna.get(&format!("{CODA}?{nothing}")).await.says(200, &["Nessuna pratica"]).hides(&["2026/1<"]);
    }
    for nonsense in ["ordine=caso", "dal=ieri", "plesso=%00", "pagina=9999", "posto=-1", "stato=%3Cscript%3E"] {
        anna.get(&format!("{CODA}?{nonsense}")).await.says(200, &["2026/1<"]).hides(&["<script>"]);
    }
}

#[tokio::test]
async fn several_are_taken_in_charge_after_a_look() {
    let house = House::open().await;
    let (key, pratica) = filed(&house).await;
    let anna = house.clerk(3, CLERK).await;
    let none = anna.press(&choose(&anna, CODA, &[]).await, "prendi").await;
    none.says(422, &["<title>Errore: ", "Scegli almeno una pratica", "href=\"#elenco\""]);
    let nobody = anna.press(&choose(&anna, CODA, &[&key]).await, "assegna").await;
    nobody.says(422, &["Scegli a chi assegnarle", "href=\"#assegna-a\"", " checked"]);

    let look =
        anna.press(&choose(&anna, "/ufficio/pratiche?filtro=da-assegnare&q=bram", &[&key]).await, "prendi").await;
    look.says(200, &["Non è ancora cambiato nulla", "2026/1<", "Pronta", "Prendi in carico 1 pratica"]);
    anna.get(&pratica).await.says(200, &["Da assegnare"]);
    let form = Form::find(&look.body, "riga");
    let done = anna.press(&form, "").await;
    done.says(200, &["Fatte: 1. Non fatte: 0.", "In carico a ", "role=\"status\"", "filtro=da-assegnare"]);
    let again = anna.press(&form, "").await;
    again.says(200, &["Fatte: 0. Non fatte: 1.", "Nel frattempo è cambiata", "In carico a "]);
    let accept = anna.press(&choose(&anna, CODA, &[&key]).await, "accogli").await;
    accept.says(200, &["L’alunno è iscritto al servizio.", "Accogli 1 pratica"]);
    anna.press(&Form::find(&accept.body, "riga"), "").await.says(200, &["Fatte: 1.", "Stato: Accolta."]);

    for back in [INSIEME.to_owned(), format!("{INSIEME}/esegui")] {
        assert_eq!(anna.get(&back).await.location(), "/prova/ufficio/pratiche");
    }
    anna.press(&choose(&anna, "/ufficio/pratiche?filtro=chiuse", &[&key]).await, "altro").await.says(400, &[]);
}

#[tokio::test]
async fn who_only_reads_chooses_nothing() {
    let house = House::open().await;
    let (key, pratica) = filed(&house).await;
    let (anna, ugo) = (house.clerk(3, CLERK).await, house.clerk(4, &[Ruolo::Auditor]).await);
    ugo.get(CODA).await.says(200, &["2026/1<"]).hides(&["name=\"riga\"", "Con le pratiche scelte"]);
    ugo.get(&pratica).await.says(200, &[]).hides(&["Assegna a"]);
    let form = choose(&anna, CODA, &[&key]).await;
    ugo.press(&form, "prendi").await.says(403, &[]);
    let sure = Form { action: format!("{INSIEME}/esegui"), ..form.add("riga", &format!("{key}:1")) };
    ugo.press(&sure, "prendi").await.says(403, &[]);
    let give = Form { action: format!("{pratica}/assegna"), ..Form::find(&anna.get(&pratica).await.body, "versione") };
    ugo.press(&give, "").await.says(403, &[]);
    anna.get(&pratica).await.says(200, &["Da assegnare"]);
}

#[tokio::test]
async fn a_pratica_is_given_to_a_clerk_from_its_page() {
    let house = House::open().await;
    let (_, pratica) = filed(&house).await;
    let (anna, _) = (house.clerk(3, CLERK).await, house.clerk(4, CLERK).await);
    let shown = anna.get(&pratica).await;
    let form = Form { action: format!("{pratica}/assegna"), ..Form::find(&shown.body, "assegna-a") };
    anna.press(&form, "").await.says(422, &["Scegli a chi assegnarle", "href=\"#assegna-a\""]);
    let at = shown.body.find("<option value=\"0").expect("clerks to choose from");
    let clerk: String = shown.body[at + "<option value=\"".len()..].chars().take_while(|c| *c != '"').collect();
    let given = form.add("assegna-a", &clerk);
    assert!(anna.press(&given, "").await.location().ends_with(&pratica));
    anna.get(&pratica).await.says(200, &["da prendere in carico", "Assegnata a "]);
    anna.press(&given, "").await.says(409, &["nel frattempo è cambiata"]);
}

#[tokio::test]
async fn a_pratica_keeps_the_queue_from_which_it_was_opened() {
    let house = House::open().await;
    let (key, pratica) = filed(&house).await;
    let (anna, mario) = (house.clerk(3, CLERK).await, house.clerk(4, CLERK).await);
    anna.get("/ufficio/pratiche?filtro=da-assegnare")
        .await
        .says(200, &[&format!("{key}?filtro=da-assegnare&#38;posto=0")]);
    let opened = format!("{pratica}?filtro=da-assegnare&posto=0");
    let shown = anna.get(&opened).await;
    shown.says(200, &["Torna alla coda", "/prova/ufficio/pratiche?filtro=da-assegnare\""]).hides(&["sta guardando"]);
    mario.get(&pratica).await.says(200, &["sta guardando questa pratica"]).hides(&["Torna alla coda"]);
    anna.get(&opened).await.says(200, &["sta guardando questa pratica"]);
    let take = Form { action: opened.replace('?', "/prendi?"), ..Form::find(&shown.body, "versione") };
    assert_eq!(anna.press(&take, "").await.location(), format!("/prova{opened}"));
    for nonsense in ["?posto=-1", "?posto=4294967295", "?filtro=%00&posto=99999", "?allegato=x"] {
        anna.get(&format!("{pratica}{nonsense}")).await.says(200, &["Accogli"]);
    }
}

#[tokio::test]
async fn a_protected_file_is_never_put_beside_the_answers() {
    let house = House::open().await;
    let (_, pratica) = filed(&house).await;
    let diete = house.clerk(4, &[Ruolo::OperatoreDiete]).await;
    let shown = diete.get(&pratica).await;
    shown.says(200, &[]).hides(&["<iframe"]);
    let form = Form { action: format!("{pratica}/riservati"), ..Form::find(&shown.body, "motivo") };
    let open = diete.press(&form.set("motivo", "Preparo il menù"), "").await;
    open.says(200, &["certificato.pdf"]).hides(&["<iframe"]);
    let at = open.body.find(&format!("{pratica}/file/")).unwrap();
    let path: String = open.body[at..].chars().take_while(|c| *c != '"').collect();
    // Its own page asks why.
    for reader in [diete, house.clerk(3, CLERK).await] {
        assert_eq!(reader.get(&format!("{path}/vedi")).await.location(), format!("/prova{path}"));
    }
}

#[tokio::test]
async fn the_keys_are_listed_for_everybody_who_sees_the_queue() {
    let house = House::open().await;
    let ugo = house.clerk(4, &[Ruolo::Auditor]).await;
    ugo.get("/ufficio/tastiera").await.says(200, &["<kbd>j</kbd>", "Tutto si raggiunge con Tab", "hidden"]);
    ugo.get(CODA).await.says(200, &["data-tasti", "ufficio."]);
}
