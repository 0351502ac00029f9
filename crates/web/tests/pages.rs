//! Every public page through the real router: rendered in every language, with the headers of the portal.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;
mod hostile;
mod posti;
mod pratica;
mod sessioni;

use axum::http::{Method, StatusCode};
use common::{ORIGIN, TestPortal, address};
use sportello_app::address::Addressing;
use sportello_domain::{id::EnteId, identita::IdentityScheme};
use sportello_store::{
    Json,
    identity_provider::{self, IdentityProviderRow},
};
use sportello_web::routes::{self, Access, Body};

/// Public pages that answer 200 to anybody, by path.
fn public_paths() -> Vec<String> {
    routes::table()
        .iter()
        .filter(|route| route.method == Method::GET && route.access == Access::Public)
        .map(|route| route.path)
        // A style sheet, and what answers 303 or XML to those who have not chosen a provider.
        .filter(|path| {
            !path.ends_with("/avvia")
                && !path.ends_with("/fatto")
                && !path.starts_with("/tema")
                && !path.contains("{link}")
                && !path.ends_with("/metadata")
                // The doors of CIE and eIDAS are closed here.
                && !path.ends_with("/accesso/cie")
                && !path.ends_with("/accesso/eidas")
                && !path.ends_with("/slo")
        })
        .map(|path| {
            path.replace("{categoria}", "educazione-e-formazione")
                .replace("{servizio}", "mensa-scolastica")
                .replace("{code}", "iscrizione-mensa")
        })
        .collect()
}

#[tokio::test]
async fn public_pages_render_in_every_language_within_budget() {
    let test = TestPortal::new().await;
    let paths = public_paths();
    assert!(paths.len() > 20, "{paths:?}");
    for path in paths {
        for (language, lang) in [("it", "<html lang=\"it\">"), ("en", "<html lang=\"en\">")] {
            let headers = [("accept-language", language)];
            let answer = test.send(Method::GET, &address("prova", &path), None, &headers, String::new()).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
            assert!(answer.body.contains(lang), "{path}");
            assert!(!answer.body.contains("[["), "a message is missing on {path}: {}", answer.body);
            assert!(answer.body.to_lowercase().contains(if language == "it" {
                "dimostrazione"
            } else {
                "demonstration"
            }));
            assert_eq!(answer.body.matches("<h1").count(), 1, "{path}");
            let gzip = [("accept-language", language), ("accept-encoding", "gzip")];
            let packed = test.send(Method::GET, &address("prova", &path), None, &gzip, String::new()).await;
            assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        }
    }
}

/// Every link and form of a public page that stays inside the portal leads to something.
#[tokio::test]
async fn no_link_of_a_public_page_is_dead() {
    let test = TestPortal::new().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in public_paths() {
        let body = test.get(&address("prova", &path), None).await.body;
        for piece in body.split("href=\"").skip(1) {
            let href = piece.split('"').next().unwrap().split('#').next().unwrap().replace("&#38;", "&");
            if href.starts_with('/') {
                seen.insert(href);
            }
        }
    }
    assert!(seen.len() > 40, "{seen:?}");
    for href in seen {
        let status = test.get(&href, None).await.status;
        assert!(status.is_success() || status.is_redirection(), "{href}: {status}");
    }
}

/// An open door leads to a provider, or it is not there: an ente opens it days before a federation has accepted it.
#[tokio::test]
async fn a_door_is_on_the_page_once_somebody_is_behind_it() {
    let test = TestPortal::new().await;
    let mut settings = test.prova.settings.clone();
    (settings.accesso.cie, settings.accesso.eidas) = (true, true);
    sportello_app::ente::change(&test.portal, test.prova.id, settings).await.unwrap();
    let doors = async |page: &str| {
        let body = test.get(&address("prova", page), None).await.body;
        ["accesso/cie?", "accesso/eidas?"].map(|door| body.contains(door))
    };
    for page in ["/accesso", "/ufficio/accesso"] {
        assert_eq!(doors(page).await, [false, false], "{page}");
    }
    for (name, scheme) in [("cie", IdentityScheme::Cie), ("eidas", IdentityScheme::Eidas)] {
        let provider = IdentityProviderRow {
            entity_id: format!("https://{name}.example"),
            name: name.into(),
            sso_url: format!("https://{name}.example/sso"),
            sso_redirect_url: None,
            by_redirect: false,
            slo_post_url: None,
            slo_post_response_url: None,
            slo_redirect_url: None,
            slo_redirect_response_url: None,
            certificates: Json(Vec::new()),
            scheme,
            enabled: true,
            simulated: false,
        };
        let put = async move |tx: &mut _| identity_provider::put(tx, EnteId::PLATFORM, &provider).await;
        test.portal.store().write(EnteId::PLATFORM, put).await.unwrap();
    }
    assert_eq!(doors("/accesso").await, [true, true]);
    assert_eq!(doors("/ufficio/accesso").await, [true, false], "staff do not come in by eIDAS");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let test = TestPortal::new().await;
    let person = test.cittadino(&test.prova, 1).await;
    for (path, who) in [
        ("/prova/", None),
        ("/prova/pratiche", Some(&person)),
        ("/prova/non-esiste", None),
        ("/non-esiste/", None),
        ("/", None),
        ("/healthz", None),
        ("/robots.txt", None),
    ] {
        let answer = test.get(path, who).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("content-type").contains("charset=utf-8"), "{path}: {:?}", answer.headers);
        if who.is_some() {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn an_unchanged_public_page_is_not_sent_again() {
    let test = TestPortal::new().await;
    let first = test.get("/prova/faq", None).await;
    let name = first.header("etag").to_owned();
    assert!(name.starts_with("W/"), "{:?}", first.headers);
    let held = [("if-none-match", name.as_str())];
    let again = test.send(Method::GET, "/prova/faq", None, &held, String::new()).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let english = [("if-none-match", name.as_str()), ("accept-language", "en")];
    assert_eq!(test.send(Method::GET, "/prova/faq", None, &english, String::new()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn addresses_of_nobody_are_refused() {
    let test = TestPortal::new().await;
    assert_eq!(test.get("/non-esiste/pratiche", None).await.status, StatusCode::NOT_FOUND);
    let foreign = test.send(Method::GET, "/prova/", None, &[("host", "evil.example")], String::new()).await;
    assert_eq!(foreign.status, StatusCode::MISDIRECTED_REQUEST);
    let trace = test.send(Method::TRACE, "/prova/", None, &[], String::new()).await;
    assert_eq!(trace.status, StatusCode::METHOD_NOT_ALLOWED);
    let bare = test.get("/prova?q=1", None).await;
    assert_eq!((bare.status, bare.header("location")), (StatusCode::PERMANENT_REDIRECT, "/prova/?q=1"));
    let slash = test.get("/prova/pratiche/", None).await;
    assert_eq!((slash.status, slash.header("location")), (StatusCode::PERMANENT_REDIRECT, "/prova/pratiche"));
}

#[tokio::test]
async fn enti_with_hosts_of_their_own_have_no_prefix() {
    let test = TestPortal::reached(Addressing::ByHost).await;
    let mine = [("host", "servizi.prova.example")];
    let home = test.send(Method::GET, "/", None, &mine, String::new()).await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("Comune di prova") && home.body.contains("href=\"/pratiche\""), "{}", home.body);
    let other = [("host", "servizi.altrove.example:443")];
    assert!(test.send(Method::GET, "/", None, &other, String::new()).await.body.contains("Comune di altrove"));
    let card = "/servizi/educazione-e-formazione/mensa-scolastica";
    let card = test.send(Method::GET, card, None, &mine, String::new()).await;
    assert!(card.body.contains("\"serviceUrl\":\"https://servizi.prova.example/servizi/"), "{}", card.body);
    let foreign = test.send(Method::GET, "/", None, &[("host", "evil.example")], String::new()).await;
    assert_eq!(foreign.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_language_link_keeps_the_choice_and_leads_back() {
    let test = TestPortal::new().await;
    let answer = test.get("/prova/servizi?q=mensa&lingua=en", None).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/prova/servizi?q=mensa"));
    assert!(answer.header("set-cookie").starts_with("lingua=en; "), "{:?}", answer.headers);
    let cookie = [("cookie", "lingua=en"), ("accept-language", "it")];
    let page = test.send(Method::GET, "/prova/servizi?q=mensa", None, &cookie, String::new()).await;
    assert!(page.body.contains("School canteen"));
}

#[tokio::test]
async fn avvia_pratica_asks_for_sign_in_and_comes_back() {
    let test = TestPortal::new().await;
    let page = test.get("/prova/modelli/iscrizione-mensa", None).await;
    assert!(page.body.contains("href=\"/prova/modelli/iscrizione-mensa/avvia\">Avvia pratica</a>"), "{}", page.body);
    let nobody = test.get("/prova/modelli/iscrizione-mensa/avvia", None).await;
    assert_eq!(nobody.status, StatusCode::SEE_OTHER);
    assert_eq!(nobody.header("location"), "/prova/accesso?poi=/modelli/iscrizione-mensa/avvia");
    let door = test.get(nobody.header("location"), None).await;
    assert!(door.body.contains("/prova/accesso/spid?poi=/modelli/iscrizione-mensa/avvia"), "{}", door.body);

    let person = test.cittadino(&test.prova, 1).await;
    let first = test.get("/prova/modelli/iscrizione-mensa/avvia", Some(&person)).await;
    assert!(first.header("location").starts_with("/prova/compila/"), "{first:?}");
    let again = test.get("/prova/modelli/iscrizione-mensa/avvia", Some(&person)).await;
    assert_eq!(first.header("location"), again.header("location"), "one draft, taken up again");
    let home = test.get("/prova/", Some(&person)).await;
    assert!(home.body.contains(first.header("location")), "the home page leads back to the draft");
}

/// Nothing is done on an unsafe route that is not ours to trust: another site, no token, a stale token.
#[tokio::test]
async fn unsafe_routes_refuse_what_did_not_come_from_their_own_form() {
    let test = TestPortal::new().await;
    let person = test.cittadino(&test.prova, 1).await;
    let (mut forms, id) = (0, uuid::Uuid::from_u128(7).to_string());
    for route in routes::table().iter().filter(|route| matches!(route.body, Body::Form { .. })) {
        forms += 1;
        let path = address("prova", &fill(route.path, &id));
        let body = || "a=1".to_owned();
        for (headers, expected) in [
            (&[("origin", "https://evil.example")][..], "altro sito"),
            (&[("origin", "null")], "altro sito"),
            (&[("sec-fetch-site", "cross-site")], "altro sito"),
        ] {
            let answer = test.send(Method::POST, &path, Some(&person), headers, body()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert!(answer.body.contains(expected), "{path}: {}", answer.body);
        }
        if route.access == Access::Cittadino {
            let stale = test
                .send(Method::POST, &path, Some(&person), &[("origin", ORIGIN)], "_csrf=old&nome=Sofia".into())
                .await;
            assert_eq!(stale.status, StatusCode::FORBIDDEN, "{path}");
            assert!(stale.body.contains("name=\"nome\" value=\"Sofia\""), "what was typed is kept: {}", stale.body);
            let unknown = test.send(Method::POST, &path, Some(&person), &[], "_csrf=old&nome=Sofia".into()).await;
            assert_eq!(unknown.status, StatusCode::FORBIDDEN, "{path}");
            assert!(!unknown.body.contains("Sofia"), "{path}");
        }
    }
    assert!(forms > 5);
}

/// The session ends while somebody types: the page asks to sign in, keeps the fields, and the second press works.
#[tokio::test]
async fn a_form_sent_after_the_session_ended_is_not_lost() {
    let test = TestPortal::new().await;
    let path = "/prova/compila/00000000-0000-0000-0000-000000000007/privacy";
    let answer = test.post(path, None, "nota=perch%C3%A9+%3Cb%3E").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.body.contains("name=\"nota\" value=\"perché &#60;b&#62;\""), "{}", answer.body);
    assert!(answer.body.contains("/prova/accesso?poi=/accesso/fatto"));
}

#[tokio::test]
async fn leaving_ends_the_session() {
    let test = TestPortal::new().await;
    let person = test.cittadino(&test.prova, 1).await;
    assert!(test.get("/prova/pratiche", Some(&person)).await.body.contains("Nome1 Cognome1"));
    let left = test.post("/prova/esci", Some(&person), "poi=/accesso").await;
    assert_eq!((left.status, left.header("location")), (StatusCode::SEE_OTHER, "/prova/accesso"));
    assert!(left.header("set-cookie").starts_with("__Host-sportello=; "), "{:?}", left.headers);
    assert!(left.header("clear-site-data").contains("cache"));
    assert!(!test.get("/prova/pratiche", Some(&person)).await.body.contains("Nome1 Cognome1"));
}

#[tokio::test]
async fn a_sign_in_answer_that_nobody_asked_for_is_refused() {
    let test = TestPortal::new().await;
    let body = "SAMLResponse=PGE%2BPC9hPg%3D%3D".to_owned();
    let answer = test.send(Method::POST, "/prova/spid/acs", None, &[("origin", "https://evil.example")], body).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    assert!(!answer.headers.contains_key("set-cookie"), "{:?}", answer.headers);
    let huge = format!("SAMLResponse={}", "A".repeat(300 * 1024));
    let answer = test.send(Method::POST, "/prova/spid/acs", None, &[], huge).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// A destination of a sign-in never leads away.
#[tokio::test]
async fn destinations_stay_inside() {
    let test = TestPortal::new().await;
    let person = test.cittadino(&test.prova, 1).await;
    for bad in ["//evil.example", "https://evil.example", "/%5Cevil.example", "javascript:alert(1)"] {
        let answer = test.get(&format!("/prova/accesso?poi={bad}"), Some(&person)).await;
        assert_eq!(answer.header("location"), "/prova/", "{bad}");
    }
}

/// A path of the table with an identifier in every hole.
fn fill(path: &str, id: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{code}" => "iscrizione-mensa",
            part if part.starts_with('{') => id,
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}
