//! The desk through the router: a clerk opens a session, fills in and sends for somebody, and sees nothing else of them.

use axum::http::StatusCode;
use sportello_domain::ruolo::Ruolo;

use super::{
    House, LIST,
    browser::{Browser, Reading},
    fill,
    html::Form,
    maria,
};
use crate::common::{CSRF, codice_fiscale};

const CLERK: &[Ruolo] = &[Ruolo::OperatoreIstruzione];

/// Opens a session for the person of a number; gives its identifier.
pub async fn opened(clerk: &Browser<'_>, number: u8) -> String {
    let answer = open(clerk, number, "AB1234567").await;
    answer.location().rsplit('/').next().unwrap().to_owned()
}

async fn open(clerk: &Browser<'_>, number: u8, document: &str) -> crate::common::Answer {
    let page = clerk.get("/ufficio/per-conto").await;
    let mut form = Form::find(&page.body, "cf").set("cf", codice_fiscale(number).as_str());
    form = form.set("nome", &format!("Nome{number}")).set("cognome", &format!("Cognome{number}"));
    form = form.set("numero", document).set("rilasciato", "Comune di Prova").set("scadenza", "2090-01-31");
    form.fields.retain(|(name, _)| name != "tipo");
    form.fields.push(("tipo".to_owned(), "carta_identita".to_owned()));
    clerk.press(&form, "").await
}

async fn close(clerk: &Browser<'_>, session: &str) -> crate::common::Answer {
    let fields = vec![("_csrf".to_owned(), CSRF.to_owned())];
    let form = Form {
        action: format!("/prova/ufficio/per-conto/{session}/chiudi"),
        multipart: false,
        button: String::new(),
        fields,
    };
    clerk.press(&form, "").await
}

#[tokio::test]
async fn a_clerk_files_for_somebody_and_the_applicant_and_the_office_read_who_did() {
    let house = House::open().await;
    let (clerk, maria) = (house.clerk(3, CLERK).await, maria(&house).await);
    let session = opened(&clerk, 1).await;
    let inside = format!("/prova/ufficio/per/{session}");
    let page = clerk.get(&format!("/ufficio/per-conto/{session}")).await;
    page.says(200, &["Domanda per Nome1 Cognome1", &format!("{inside}/modelli/iscrizione-mensa/avvia")]);
    let started = clerk.get(&format!("{inside}/modelli/iscrizione-mensa/avvia")).await;
    let draft = started.location().to_owned();
    assert!(draft.starts_with(&format!("{inside}/compila/")), "{draft}");
    let tasks = clerk.get(&draft).await;
    tasks.says(200, &["Stai compilando allo sportello per conto di Nome1 Cognome1.", "action=\"/prova/ufficio/esci\""]);
    let summary = fill(&clerk, &draft).await;
    assert_eq!(summary.location(), format!("{draft}/riepilogo"));
    let page = clerk.get(summary.location()).await;
    let sent = clerk.press(&Form::find(&page.body, "chiave").add("dichiaro", "si"), "invia").await;
    let done = clerk.get(sent.location()).await;
    done.says(200, &["Luca Brambilla", &format!("href=\"/prova/ufficio/per-conto/{session}\"")]);

    let list = maria.get(LIST).await;
    let at = list.body.find(&format!("{LIST}/")).expect("the applicant's list names the pratica");
    let path: String = list.body[at..].chars().take_while(|c| *c != '"').collect();
    maria.get(&path).await.says(200, &["presentata allo sportello da Nome3 Cognome3 per tuo conto"]);
    let id = path.rsplit('/').next().unwrap();
    let office = clerk.get(&format!("/ufficio/pratiche/{id}")).await;
    office.says(200, &["Presentata allo sportello da Nome3 Cognome3 per conto di Nome1 Cognome1."]);
    assert_eq!(clerk.get(&format!("{inside}{path}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_opens_to_its_clerk_until_it_is_closed() {
    let house = House::open().await;
    let (clerk, other) = (house.clerk(3, CLERK).await, house.clerk(4, CLERK).await);
    let session = opened(&clerk, 41).await;
    let start = format!("/prova/ufficio/per/{session}/modelli/iscrizione-mensa/avvia");
    let draft = clerk.get(&start).await.location().to_owned();
    for path in [&start, &draft, &format!("/prova/ufficio/per-conto/{session}")] {
        other.get(path).await.says(404, &[]);
    }
    let nobody = house.0.get(&draft, None).await;
    let back = draft.strip_prefix("/prova").unwrap();
    assert_eq!(nobody.location(), format!("/prova/ufficio/accesso?poi={back}"));
    let citizen = maria(&house).await;
    assert!(citizen.get(&draft).await.location().starts_with("/prova/ufficio/accesso?poi="));
    for shut in ["/pratiche/bozze", "/deleghe", "", "/ufficio/pratiche", LIST] {
        let answer = clerk.get(&format!("/prova/ufficio/per/{session}{shut}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{shut}");
    }
    assert_eq!(close(&other, &session).await.status, StatusCode::NOT_FOUND);
    assert_eq!(close(&clerk, &session).await.location(), "/prova/ufficio/per-conto?fatto=si");
    clerk.get(&draft).await.says(403, &["La sessione allo sportello è finita", "/prova/ufficio/per-conto"]);
}

#[tokio::test]
async fn what_is_wrong_comes_back_with_everything_typed() {
    let house = House::open().await;
    let clerk = house.clerk(3, CLERK).await;
    let again = open(&clerk, 41, "--").await;
    again.says(422, &["<title>Errore: ", "da 4 a 30 lettere e cifre", "value=\"Cognome41\"", "href=\"#numero\""]);
    let own = open(&clerk, 3, "AB1234567").await;
    own.says(422, &["Questo è il tuo codice fiscale."]);
}
