//! Who may do what in the office, written down a second time: each route asked for with each role alone.
//!
//! The table is short on purpose. A route below an area follows its area unless it has a line of its own; an area that is
//! not here fails the test, and so does a role too many or too few.

use axum::http::{Method, StatusCode};
use sportello_app::testing::letter;
use sportello_domain::ruolo::Ruolo;
use sportello_web::routes::{self, Route};

use super::{
    House,
    access::{ask, rows},
};
use crate::common::address;

/// A beginning of paths; who reads there; who presses buttons there. Roles by the letters of [`letter`].
const AREAS: &[(&str, &str, &str)] = &[
    ("/ufficio/pratiche", "IRDU", "IR"),
    ("/ufficio/posti", "IRDU", ""),
    ("/ufficio/tastiera", "IRDU", ""),
    ("/ufficio/compiti", "IRDU", "IR"),
    ("/ufficio/controlli", "IRU", "IR"),
    ("/ufficio/controlli/nuovo", "R", "R"),
    ("/ufficio/messaggi", "IRDU", "IR"),
    ("/ufficio/deleghe", "IR", "IR"),
    ("/ufficio/per-conto", "I", "I"),
    ("/ufficio/presenze", "I€", "I€"),
    ("/ufficio/rette", "€U", "€"),
    ("/ufficio/documenti", "€U", "€"),
    ("/ufficio/riconciliazione", "€", "€"),
    ("/ufficio/sdd", "€", "€"),
    ("/ufficio/proposte", "A€U", "A€"),
    ("/ufficio/proposte/controllo", "A€U", "A"),
    ("/ufficio/conti", "A€U", "A€"),
    ("/ufficio/tariffe", "AI€U", ""),
    ("/ufficio/tariffe/nuova", "A€", "A€"),
    ("/ufficio/modelli", "AIRU", "R"),
    ("/ufficio/modelli/{modello}/ritira/{versione}", "R", "R"),
    ("/ufficio/modelli/{modello}/anteprima", "AIRU", "AIRU"),
    ("/ufficio/protocollo", "IRU", "R"),
    ("/ufficio/scarto", "RU", "R"),
    ("/ufficio/operazioni", "U", ""),
    ("/ufficio/operazioni/elenco", "U", "U"),
    ("/ufficio/dati-personali", "U", "U"),
    ("/ufficio/accessi", "AIRD€US", "AIRD€US"),
    ("/ufficio/tracciatura", "U", "U"),
    ("/ufficio/ruoli", "AU", "A"),
    // What leaves the portal, and what is about health.
    ("/ufficio/pratiche/esporta", "IRD", "IRD"),
    ("/ufficio/pratiche/elenco", "IRDU", "IRD"),
    ("/ufficio/protocollo/elenco", "IRU", "IRU"),
    ("/ufficio/controlli/elenco", "IRU", "IRU"),
    ("/ufficio/posti/elenco", "IRDU", "IRDU"),
    ("/ufficio/modelli/elenco", "AIRU", "AIRU"),
    ("/ufficio/modelli/{modello}/elenco", "AIRU", "AIRU"),
    ("/ufficio/protocollo/giornalieri/elenco", "IRU", "IRU"),
    ("/ufficio/protocollo/emergenza/elenco", "IRU", "IRU"),
    ("/ufficio/protocollo/emergenza/interruzioni/elenco", "IRU", "IRU"),
    ("/ufficio/rette/elenco", "€U", "€U"),
    ("/ufficio/rette/{ciclo}/elenco", "€U", "€U"),
    ("/ufficio/compiti/elenco", "IRDU", "IRD"),
    ("/ufficio/messaggi/elenco", "IRDU", "IRD"),
    ("/ufficio/messaggi/non-consegnati/elenco", "IRDU", "IRD"),
    ("/ufficio/controlli/{campione}/elenco", "IRU", "IRU"),
    ("/ufficio/scarto/elenco", "RU", "RU"),
    ("/ufficio/proposte/elenco", "A€U", "A€U"),
    ("/ufficio/ruoli/elenco", "AU", "AU"),
    ("/ufficio/posti/{codice}/{anno}/elenco", "IRDU", "IRD"),
    ("/ufficio/pratiche/{id}/riservati", "IRDU", "D"),
    ("/ufficio/pratiche/{id}/file/{file}", "D", "D"),
    // Leads away from a protected file, whoever asks.
    ("/ufficio/pratiche/{id}/file/{file}/vedi", "IRDU", ""),
    ("/ufficio/pratiche/{id}/messaggi", "IRDU", "IRD"),
    ("/ufficio/pratiche/{id}/messaggi/riservati", "IRDU", "D"),
];
/// Where routes begin that are asked for elsewhere: everybody's door of the office, and those of schools.
const OTHERS: &[&str] = &["/ufficio/accesso", "/ufficio/esci", "/scuola"];

/// The letters of those who may use a route.
fn allowed(route: &Route) -> Option<&'static str> {
    let below = |area: &str| route.path.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let area = AREAS.iter().filter(|(area, ..)| below(area)).max_by_key(|(area, ..)| area.len())?;
    Some(if route.method.is_safe() { area.1 } else { area.2 })
}

#[tokio::test]
async fn each_role_alone_may_do_what_the_table_says_and_nothing_else() {
    let house = House::open().await;
    let rows = rows(&house).await;
    let mut wrong = Vec::new();
    // Who works at a school comes in by another door.
    let roles = Ruolo::ALL.into_iter().filter(|ruolo| *ruolo != Ruolo::OperatoreScuola);
    for (number, ruolo) in (20..).zip(roles) {
        let clerk = house.clerk(number, &[ruolo]).await.person;
        for route in routes::table() {
            let other = OTHERS.iter().any(|other| route.path == *other || route.path.starts_with(&format!("{other}/")));
            if other || !route.path.starts_with("/ufficio/") {
                continue;
            }
            let Some(letters) = allowed(&route) else { panic!("{} {}: who may?", route.method, route.path) };
            let may = letters.contains(letter(ruolo));
            let answer = ask(&house, &route, &address("prova", &rows.path(&route)), Some(&clerk)).await;
            assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{}: the test asks too fast", route.path);
            if (answer.status != StatusCode::FORBIDDEN) != may {
                wrong.push(format!("{} {} as {}: {}", route.method, route.path, ruolo.stored(), answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn who_keeps_the_accounts_reads_of_no_diet_anywhere() {
    let house = House::open().await;
    let rows = rows(&house).await;
    let rita = house.clerk(40, &[Ruolo::Ragioneria]).await.person;
    let mut seen = 0;
    for route in
        routes::table().iter().filter(|route| route.method == Method::GET && route.path.starts_with("/ufficio"))
    {
        let answer = ask(&house, route, &address("prova", &rows.path(route)), Some(&rita)).await;
        seen += usize::from(answer.status == StatusCode::OK);
        // The application was filed with a diet and its certificate.
        let body = answer.body.to_lowercase();
        for word in ["dieta", "diete", "certificato.pdf", "allergi"] {
            assert!(!body.contains(word), "{}: {word} in {}", route.path, answer.body);
        }
    }
    assert!(seen > 10, "only {seen} pages opened");
}
