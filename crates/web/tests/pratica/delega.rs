//! A delega through the router: invited, accepted, looked through in tabs of their own, ended under an open tab.

use axum::http::StatusCode;

use super::{
    House, LIST,
    browser::{Browser, Reading},
    file,
    html::Form,
    maria, paolo,
};
use crate::common::{CSRF, codice_fiscale};

/// Invites a codice fiscale to see; gives the delega.
pub async fn invited(titolare: &Browser<'_>, codice_fiscale: &str) -> String {
    invited_to(titolare, codice_fiscale, "vedere").await
}

async fn invited_to(titolare: &Browser<'_>, codice_fiscale: &str, scope: &str) -> String {
    let page = titolare.get("/deleghe").await;
    let mut form = Form::find(&page.body, "cf").set("cf", codice_fiscale);
    form.fields.retain(|(name, _)| name != "ambito");
    form.fields.push(("ambito".to_owned(), scope.to_owned()));
    let answer = titolare.press(&form, "").await;
    assert!(answer.location().ends_with("/deleghe?fatto=invito"));
    let page = titolare.get("/deleghe").await;
    let at = page.body.find("/prova/deleghe/").expect("the page names the delega") + "/prova/deleghe/".len();
    page.body[at..].chars().take_while(|c| *c != '"').collect()
}

async fn answer(browser: &Browser<'_>, delega: &str, what: &str) -> crate::common::Answer {
    let fields = vec![("_csrf".to_owned(), CSRF.to_owned())];
    let form =
        Form { action: format!("/prova/deleghe/{delega}"), multipart: false, button: "azione".to_owned(), fields };
    browser.press(&form, what).await
}

#[tokio::test]
async fn the_other_parent_sees_after_acceptance_and_until_the_end() {
    let house = House::open().await;
    let (maria, paolo) = (maria(&house).await, paolo(&house).await);
    let pratica = file(&maria).await;
    paolo.get(LIST).await.says(200, &["Chiedi una delega", "/prova/deleghe"]);
    let delega = invited(&maria, codice_fiscale(2).as_str()).await;
    let inside = |path: &str| format!("/prova/per/{delega}{path}");
    paolo.get(&inside(LIST)).await.says(404, &[]);
    let page = paolo.get("/deleghe").await;
    page.says(200, &["Nome1 Cognome1 ti ha mandato un invito", "value=\"accetta\""]).hides(&["Brambilla", "/per/"]);

    answer(&paolo, &delega, "accetta").await.location();
    paolo.get("/deleghe").await.says(200, &["Vedi i servizi di Nome1 Cognome1", &inside("/")]);
    let list = paolo.get(&inside(LIST)).await;
    list.says(200, &["Stai vedendo i servizi di Nome1 Cognome1.", "Luca Brambilla", &inside(&pratica)]);
    list.says(200, &["href=\"/prova/deleghe\"", "action=\"/prova/esci\""]);
    assert_eq!(list.header("cache-control"), "no-store");
    let shown = paolo.get(&inside(&pratica)).await;
    shown.says(200, &["Stai vedendo i servizi di", "Luca Brambilla"]);
    shown.hides(&["3704 0044", "DE89", "certificato.pdf", "/ricevuta\"", "/ritira"]);
    for narrow in ["/ricevuta", "/ritira"] {
        let path = inside(&format!("{pratica}{narrow}"));
        let answer = paolo.get(&path).await;
        assert_ne!(answer.status, StatusCode::OK, "{narrow}");
        assert!(!answer.status.is_server_error(), "{narrow}");
    }
    for narrow in ["/modelli/iscrizione-mensa/avvia", "/compila/elenco", "/deleghe"] {
        let answer = paolo.get(&inside(narrow)).await;
        let refused = matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
        assert!(refused, "{narrow}: {}", answer.status);
    }
    paolo.get(&inside("/")).await.says(200, &["Stai vedendo i servizi di"]).hides(&["/compila/"]);
    paolo.get(LIST).await.says(200, &["Non troviamo iscrizioni"]).hides(&["Stai vedendo"]);
    maria.get(&inside(LIST)).await.says(404, &[]);
    house.citizen(9).await.get(&inside(LIST)).await.says(404, &[]);

    answer(&maria, &delega, "termina").await.location();
    let over = paolo.get(&inside(LIST)).await;
    over.says(403, &["La delega non è attiva", "il pagamento va avanti", "href=\"/prova/deleghe\""]);
    over.hides(&["Brambilla", "/per/"]);
    let late = answer(&paolo, &delega, "accetta").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_delegate_who_may_act_files_for_the_applicant() {
    let house = House::open().await;
    let (maria, paolo) = (maria(&house).await, paolo(&house).await);
    let delega = invited_to(&maria, codice_fiscale(2).as_str(), "agire").await;
    answer(&paolo, &delega, "accetta").await.location();
    let started = paolo.get(&format!("/prova/per/{delega}/modelli/iscrizione-mensa/avvia")).await;
    assert!(started.location().starts_with(&format!("/prova/per/{delega}/compila/")), "{}", started.location());
    let draft = started.location().strip_prefix(&format!("/prova/per/{delega}")).unwrap();
    maria.get(draft).await.says(200, &["Riepilogo"]);
    paolo.get(draft).await.says(404, &[]);
    let page = paolo.get(&format!("/prova/per/{delega}{draft}/privacy")).await;
    let form = Form::find(&page.body, "revisione");
    let next = paolo.press(&form.add("privacy", "si"), "avanti").await;
    assert!(next.location().starts_with(&format!("/prova/per/{delega}{draft}/")), "{}", next.location());
}

#[tokio::test]
async fn somebody_who_is_not_signed_in_is_led_to_the_door_and_back() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let delega = invited(&maria, codice_fiscale(2).as_str()).await;
    let answer = house.0.get(&format!("/prova/per/{delega}{LIST}"), None).await;
    assert_eq!(answer.location(), format!("/prova/accesso?poi=/per/{delega}{LIST}"));
    for other in ["/ufficio", "//evil.example"] {
        let answer = house.0.get(&format!("/prova/per/{delega}{other}"), None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
    }
}
