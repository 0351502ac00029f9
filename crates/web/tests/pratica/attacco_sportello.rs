//! Attacks on the desk through the router: other paths, other people, other enti, open tabs, forms from elsewhere, markup
//! in what is typed.

use axum::http::{Method, StatusCode};
use sportello_domain::ruolo::{Ambito, Ruolo};

use super::{
    House, LIST,
    browser::{Browser, Reading},
    fill,
    html::Form,
    maria,
    per_conto::opened,
};
use crate::common::{Answer, CSRF, ORIGIN, codice_fiscale};

const CLERK: &[Ruolo] = &[Ruolo::OperatoreIstruzione];
const START: &str = "/modelli/iscrizione-mensa/avvia";
const MARKUP: &str = "<script>alert(1)</script>";

/// A draft begun at the desk: its address.
async fn begun(clerk: &Browser<'_>, session: &str) -> String {
    clerk.get(&format!("/prova/ufficio/per/{session}{START}")).await.location().to_owned()
}

fn urlencoded(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

fn typed(code: &str, name: &str) -> String {
    urlencoded(&[
        ("cf", code),
        ("nome", name),
        ("cognome", name),
        ("tipo", "passaporto"),
        ("numero", "AB1234567"),
        ("rilasciato", MARKUP),
        ("scadenza", "2090-01-31"),
    ])
}

#[track_caller]
fn assert_inert(page: &Answer) {
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    assert!(page.body.contains("alert(1)"), "what was typed is shown");
}

#[tokio::test]
async fn no_other_path_leads_into_a_session_or_out_of_the_house() {
    let house = House::open().await;
    let clerk = house.clerk(3, CLERK).await;
    let session = opened(&clerk, 41).await;
    let draft = begun(&clerk, &session).await.rsplit('/').next().unwrap().to_owned();
    let pratica = super::file(&maria(&house).await).await;
    for inside in [
        "",
        "/",
        "//",
        "//evil.example/compila/",
        "/\\evil.example/compila/1",
        "/.",
        "/compila",
        "/compila/",
        "/compila//",
        "/compila/..",
        "/compila/../pratiche/bozze",
        "/compila/%2e%2e/pratiche/bozze",
        "/compila/..%2f..%2fpratiche",
        "/compila/%2F%2Fevil.example",
        "/compila/\\evil.example",
        "/modelli/../ufficio/pratiche/avvia",
        "/modelli/iscrizione-mensa/x/avvia",
        "/modelli//avvia",
        "/pratiche/bozze",
        "/deleghe",
        "/area-personale/accessi",
        "/ufficio/pratiche",
        "/scuola/presenze",
        "/per/0190f5fe-0000-7000-8000-000000000001/compila/1",
        LIST,
        &pratica,
        &format!("{pratica}/ricevuta"),
        &format!("{LIST}/../../compila/{draft}/ricevuta"),
        "/servizi-scolastici/rette",
    ] {
        for query in ["", "?lingua=en", "?a=//evil.example"] {
            let path = format!("/prova/ufficio/per/{session}{inside}{query}");
            if path.parse::<axum::http::Uri>().is_err() {
                continue;
            }
            let answer = house.0.get(&path, Some(&clerk.person)).await;
            let leads = answer.header("location");
            assert!(leads.is_empty() || leads.starts_with("/prova/"), "{path} leads to {leads}");
            assert!(answer.status.is_client_error() || answer.status.is_redirection(), "{path}: {}", answer.status);
            answer.hides(&["Brambilla", "Via dei Tigli"]);
        }
    }
    for other in ["/prova/per", "/prova/ufficio/PER", "/altrove/ufficio/per", "/prova/ufficio/per-conto"] {
        let answer = house.0.get(&format!("{other}/{session}/compila/{draft}"), Some(&clerk.person)).await;
        assert_ne!(answer.status, StatusCode::OK, "{other}");
        assert!(!answer.status.is_server_error(), "{other}");
    }
}

#[tokio::test]
async fn an_open_tab_changes_nothing_once_the_session_the_role_or_the_sign_in_is_over() {
    let house = House::open().await;
    let (clerk, other) = (house.clerk(3, CLERK).await, house.clerk(4, CLERK).await);
    let foreign = house.0.operatore(&house.0.altrove, 3, CLERK).await;
    let citizen = maria(&house).await;
    let session = opened(&clerk, 41).await;
    let draft = begun(&clerk, &session).await;
    let page = clerk.get(&format!("{draft}/richiedente")).await;
    let form = Form::find(&page.body, "revisione").set("residenza_cap", "24047");
    assert_eq!(other.press(&form, "sospendi").await.status, StatusCode::NOT_FOUND);
    assert!(!citizen.press(&form, "sospendi").await.status.is_success());
    let body = urlencoded(&[("_csrf", CSRF), ("residenza_cap", "24047"), ("_azione", "sospendi")]);
    let answer = house.0.send(Method::POST, &form.action, Some(&foreign), &[("origin", ORIGIN)], body).await;
    assert!(matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), "{}", answer.status);

    let close = Form {
        action: format!("/prova/ufficio/per-conto/{session}/chiudi"),
        multipart: false,
        button: String::new(),
        fields: vec![("_csrf".to_owned(), CSRF.to_owned())],
    };
    clerk.press(&close, "").await.location();
    clerk.press(&form, "sospendi").await.says(403, &["La sessione allo sportello è finita"]);
    assert_eq!(
        clerk.press(&close, "").await.location(),
        "/prova/ufficio/per-conto?fatto=si",
        "closing twice is harmless"
    );

    let next = opened(&clerk, 41).await;
    let draft = begun(&clerk, &next).await;
    let page = clerk.get(&format!("{draft}/richiedente")).await;
    let form = Form::find(&page.body, "revisione");
    assert_eq!(form.get("residenza_cap"), "", "nothing was saved meanwhile");
    let gone = sportello_app::ruolo::Grant {
        codice_fiscale: codice_fiscale(3),
        ruolo: Ruolo::OperatoreIstruzione,
        ambito: Ambito::Ente,
    };
    sportello_app::ruolo::revoke_by_command(&house.0.portal, house.0.prova.id, gone).await.unwrap();
    let late = clerk.press(&form.set("residenza_cap", "24047"), "sospendi").await;
    assert!(matches!(late.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), "{}", late.status);
    assert_ne!(clerk.get(&draft).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_from_elsewhere_opens_and_closes_nothing() {
    let house = House::open().await;
    let clerk = house.clerk(3, CLERK).await;
    let code = codice_fiscale(41);
    let (form, path) = (typed(code.as_str(), "Ada"), "/prova/ufficio/per-conto");
    for (token, origin) in
        [("", ORIGIN), ("_csrf=another&", ORIGIN), ("_csrf=token-of-the-session&", "https://evil.example")]
    {
        let body = format!("{token}{form}");
        let answer = house.0.send(Method::POST, path, Some(&clerk.person), &[("origin", origin)], body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token} {origin}");
    }
    clerk.get(path).await.says(200, &["Apri una sessione"]).hides(&["Sessioni aperte"]);
}

#[tokio::test]
async fn markup_in_what_a_clerk_types_stays_text_on_every_page() {
    let house = House::open().await;
    let clerk = house.clerk(3, CLERK).await;
    let code = codice_fiscale(41);
    // What comes back with an error.
    let wrong = house.0.post("/prova/ufficio/per-conto", Some(&clerk.person), &typed("<b>\"'", MARKUP)).await;
    wrong.says(422, &[]);
    assert_inert(&wrong);
    let answer = house.0.post("/prova/ufficio/per-conto", Some(&clerk.person), &typed(code.as_str(), MARKUP)).await;
    let session = answer.location().rsplit('/').next().unwrap().to_owned();
    for path in ["/prova/ufficio/per-conto".to_owned(), format!("/prova/ufficio/per-conto/{session}")] {
        assert_inert(&clerk.get(&path).await);
    }
    let draft = begun(&clerk, &session).await;
    assert_inert(&clerk.get(&draft).await);
    // Nobody has told the portal when this person was born.
    let page = clerk.get(&format!("{draft}/richiedente")).await;
    let form = Form::find(&page.body, "revisione").set("data_nascita.g", "1").set("data_nascita.m", "1");
    clerk.press(&form.set("data_nascita.a", "1941"), "sospendi").await.location();
    let summary = fill(&clerk, &draft).await;
    let page = clerk.get(summary.location()).await;
    assert_inert(&page);
    let sent = clerk.press(&Form::find(&page.body, "chiave").add("dichiaro", "si"), "invia").await;
    assert_inert(&clerk.get(sent.location()).await);
    let queue = clerk.get("/ufficio/pratiche").await;
    assert_inert(&queue);
    // Identifiers begin with the instant; the table to take out stands beside them.
    let at = queue.body.find("/prova/ufficio/pratiche/0").expect("the queue names the pratica");
    let path: String = queue.body[at..].chars().take_while(|c| *c != '"').collect();
    let office = clerk.get(&path).await;
    assert_inert(&office);
    for page in [&office, &queue] {
        page.hides(&["AB1234567"]);
    }
}
