//! The sign-in log: found by every name of a message, opened by one role, kept 24 months to the day, silent elsewhere.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{Months, TimeDelta};
use sha2::{Digest, Sha256};
use sportello_app::{
    Ctx, Error, accesso, check,
    session::Audience,
    testing::{App, Gestore, codice_fiscale, each},
    tracciatura::{self, Authority, Esito, Search},
};
use sportello_domain::ruolo::Ruolo;
use sportello_identity::provider::ResponseDraft;
use sportello_store::testing as store;

use super::{
    canary::{files, holds, holds_as_bytes, listen},
    common::count,
};

const ROWS: &str = "SELECT count(*) FROM saml_log WHERE ente_id = $1";
const REFUSED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'sign_in_log.refuse'";
const OPENED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'sign_in_log.open'";

/// A sign-in as somebody of a family name; gives the answer before it was signed.
async fn sign_in(app: &App, gestore: &Gestore, cognome: &str, with_cookie: bool) -> ResponseDraft {
    let ctx = app.nobody(&app.ente);
    let form = gestore.start(app, &ctx, Audience::Cittadino, None).await;
    let request = gestore.receive(app, &ctx, &form).await;
    let draft = gestore.draft(app, &request, cognome);
    let prelogin = with_cookie.then_some(form.prelogin.as_str());
    let outcome = accesso::complete(&app.portal, &ctx, &gestore.sign(&draft), prelogin).await;
    assert_eq!(outcome.is_ok(), with_cookie, "{outcome:?}");
    draft
}

async fn found(app: &App, ctx: &Ctx, search: Search) -> Vec<tracciatura::Entry> {
    tracciatura::search(&app.portal, ctx, &search).await.unwrap().entries
}

#[tokio::test]
async fn a_sign_in_is_found_by_each_name_and_opened_with_a_reason() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "a").await;
        let ugo = app.operatore("Ugo").await;
        let draft = sign_in(app, &gestore, "Rossi", true).await;
        sign_in(app, &gestore, "Bianchi", true).await;
        let all = found(app, &ugo, Search::default()).await;
        assert_eq!(all.len(), 4);
        let right = [
            Search { response_id: draft.ids.response.clone(), ..Search::default() },
            Search { assertion_id: draft.ids.assertion.clone(), ..Search::default() },
            Search { name_id: draft.ids.name_id.clone(), ..Search::default() },
            Search { codice_fiscale: codice_fiscale("Rossi").to_lowercase(), ..Search::default() },
            Search { request_id: draft.in_response_to.clone(), esito: Some(Esito::Verified), ..Search::default() },
        ];
        let mut id = None;
        for search in right {
            let [entry] = &found(app, &ugo, search.clone()).await[..] else { panic!("{search:?}") };
            assert_eq!((entry.response_id.as_ref(), entry.esito), (Some(&draft.ids.response), Esito::Verified));
            assert!(entry.request_issued_at.is_some() && entry.response_issued_at.is_some(), "{entry:?}");
            assert_eq!(entry.response_issuer.as_deref(), Some(gestore.entity_id()));
            id = Some(entry.id);
        }
        let id = id.unwrap();
        for reason in ["", "abcd", &"a".repeat(501)] {
            let opened = tracciatura::open(&app.portal, &ugo, id, reason).await;
            assert!(matches!(opened, Err(Error::Unacceptable("the reason"))), "{reason:?}");
        }
        assert_eq!(count(app, OPENED).await, 0);
        let opened = tracciatura::open(&app.portal, &ugo, id, "richiesta della persona").await.unwrap();
        let [request, response] = &opened[..] else { panic!("{}", opened.len()) };
        assert!(request.xml.contains("AuthnRequest") && request.entry.is_request);
        assert!(response.xml.contains(&codice_fiscale("Rossi")) && !response.entry.is_request);
        assert_eq!(count(app, OPENED).await, 1);

        // The auditor of another ente finds and opens nothing; other roles and citizens are refused.
        let foreign = app.operatore_di(&app.altrove, "Neri", &[Ruolo::Auditor]).await;
        assert_eq!(found(app, &foreign, Search::default()).await, []);
        let opened = tracciatura::open(&app.portal, &foreign, id, "richiesta della persona").await;
        assert!(matches!(opened, Err(Error::NotFound)), "{opened:?}");
        for (number, name) in (1..).zip(["Anna", "Lara", "Capo"]) {
            let ctx = app.operatore(name).await;
            let refused = tracciatura::search(&app.portal, &ctx, &Search::default()).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{name}: {refused:?}");
            assert_eq!(count(app, REFUSED).await, number, "{name}");
        }
        let refused = tracciatura::open(&app.portal, &app.cittadino("Rossi").await, id, "sono io, davvero").await;
        assert!(matches!(refused, Err(Error::SignInNeeded)), "{refused:?}");
        assert_eq!(check::all(&app.portal).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_failed_is_kept_and_found_too() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "a").await;
        let ugo = app.operatore("Ugo").await;
        let draft = sign_in(app, &gestore, "Rossi", false).await;
        let nobody = app.nobody(&app.ente);
        for broken in ["%%%", "AAAA", "PGE+PC9hPg=="] {
            assert!(accesso::complete(&app.portal, &nobody, broken, None).await.is_err());
        }
        let failed = found(app, &ugo, Search { esito: Some(Esito::Failed), ..Search::default() }).await;
        let outcomes: Vec<_> = failed.iter().map(|entry| entry.outcome.as_str()).collect();
        assert_eq!(outcomes, ["unsolicited", "unsolicited", "undecodable", "unsolicited"]);
        let by_claim = found(app, &ugo, Search { name_id: draft.ids.name_id.clone(), ..Search::default() }).await;
        assert_eq!(by_claim, [], "anybody can write a name into an answer that nobody asked for");
        let response_id = draft.ids.response.clone();
        assert_eq!(found(app, &ugo, Search { response_id, ..Search::default() }).await.len(), 1);
        let opened = tracciatura::open(&app.portal, &ugo, failed[2].id, "prova di un guasto").await.unwrap();
        assert_eq!(opened[0].xml, "%%%");
        // A long one that nobody asked for is not kept whole.
        assert!(accesso::complete(&app.portal, &nobody, &"%".repeat(100_000), None).await.is_err());
        let newest = found(app, &ugo, Search { esito: Some(Esito::Failed), ..Search::default() }).await;
        let opened = tracciatura::open(&app.portal, &ugo, newest[0].id, "prova di un guasto").await.unwrap();
        assert_eq!(opened[0].xml.len(), 4096);
        for search in [
            Search { name_id: "a\nb".into(), ..Search::default() },
            Search { request_id: "a".repeat(2000), ..Search::default() },
        ] {
            let refused = tracciatura::search(&app.portal, &ugo, &search).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_log_is_kept_24_months_to_the_day() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "a").await;
        let start = app.clock.now();
        sign_in(app, &gestore, "Rossi", true).await;
        app.clock.set(start.checked_add_months(Months::new(24)).unwrap());
        app.work().await;
        assert_eq!(count(app, ROWS).await, 2, "24 months old this very instant");
        sign_in(app, &gestore, "Bianchi", true).await;
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
        assert_eq!(count(app, ROWS).await, 2, "those of Bianchi alone");
        assert_eq!(check::all(&app.portal).await.unwrap(), []);
        const NOTED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'sign_in_log.tidy'";
        assert_eq!(count(app, NOTED).await, 2);
    })
    .await;
}

#[tokio::test]
async fn an_export_carries_messages_hashes_and_the_request_of_the_authority() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "a").await;
        let ugo = app.operatore("Ugo").await;
        let draft = sign_in(app, &gestore, "Rossi", true).await;
        sign_in(app, &gestore, "Bianchi", true).await;
        let authority = Authority { reason: "decreto di acquisizione".into(), protocol: "4127/2026".into() };
        let without = Authority { protocol: " ".into(), ..authority.clone() };
        let refused = tracciatura::export(&app.portal, &ugo, &Search::default(), &without).await;
        assert!(matches!(refused, Err(Error::Unacceptable("the protocol reference"))), "{refused:?}");
        let anna = app.operatore("Anna").await;
        let refused = tracciatura::export(&app.portal, &anna, &Search::default(), &authority).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");

        let search = Search { request_id: draft.in_response_to.clone(), ..Search::default() };
        let mut export = tracciatura::export(&app.portal, &ugo, &search, &authority).await.unwrap();
        let mut text = String::new();
        while let Some(part) = export.next().await.unwrap() {
            text.push_str(&part);
        }
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [head, request, response] = &lines[..] else { panic!("{text}") };
        assert_eq!((&head["protocol"], &head["messages"], &head["chain"]["seq"]), (&"4127/2026".into(), &2.into(), &4.into()));
        for line in [request, response] {
            let xml = STANDARD.decode(line["xml_base64"].as_str().unwrap()).unwrap();
            assert_eq!(line["xml_sha256"], hex::encode(Sha256::digest(&xml)));
            assert_eq!(line["hash_is_right"], true);
        }
        assert_eq!((&request["kind"], &request["seq"]), (&"request".into(), &1.into()));
        assert_eq!((&response["Resp_ID"], &response["previous_hash"]), (&draft.ids.response.into(), &request["hash"]));
        const EXPORTED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'sign_in_log.export' AND CAST(detail AS TEXT) LIKE '%4127/2026%'";
        assert_eq!(count(app, EXPORTED).await, 1);
        let mut by_command =
            tracciatura::export_by_command(&app.portal, &app.altrove, &search, &authority).await.unwrap();
        assert!(by_command.next().await.unwrap().is_some());
        assert!(by_command.next().await.unwrap().is_none(), "another ente");
    })
    .await;
}

/// A person who signs in, one whose answer is refused, and both looked for: what the second left must be nowhere.
async fn story(app: &App) -> [String; 3] {
    let gestore = Gestore::trusted(app, "a").await;
    sign_in(app, &gestore, "Rossi", true).await;
    let draft = sign_in(app, &gestore, "Canarino", false).await;
    let ugo = app.operatore("Ugo").await;
    let code = codice_fiscale("Canarino");
    let looked_for = Search { codice_fiscale: code.clone(), name_id: draft.ids.name_id.clone(), ..Search::default() };
    assert_eq!(found(app, &ugo, looked_for).await, []);
    let search = Search { response_id: draft.ids.response.clone(), ..Search::default() };
    let [entry] = &found(app, &ugo, search).await[..] else { panic!("it is found") };
    tracciatura::open(&app.portal, &ugo, entry.id, "prova di lettura").await.unwrap();
    app.work().await;
    [code, draft.ids.name_id, "canarino@posta.example".into()]
}

#[tokio::test]
async fn who_signs_in_stands_in_no_dump_of_the_log() {
    store::postgres(async |database| {
        let app = App::on(database, true).await;
        let canaries = story(&app).await;
        for format in ["plain", "custom"] {
            let Some(dump) = database.dump(format) else { return };
            assert!(holds_as_bytes(&dump, &codice_fiscale("Rossi")), "the search sees who has an account, {format}");
            for canary in &canaries {
                assert!(!holds_as_bytes(&dump, canary), "{canary} stands in the dump, {format}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn who_signs_in_stands_in_no_file_and_no_ordinary_log() {
    let (log, guard) = listen();
    let database = store::TestDatabase::sqlite().await;
    let app = App::on(&database, true).await;
    let canaries = story(&app).await;
    let broken = accesso::complete(&app.portal, &app.nobody(&app.ente), "%%%", None).await;
    assert!(broken.is_err());
    drop(guard);
    let mut places = Vec::new();
    files(&app.folder, &mut places);
    places.push(("log".into(), log.0.lock().unwrap().clone()));
    assert!(places.iter().any(|(name, content)| name.contains("test.db") && holds(content, &codice_fiscale("Rossi"))));
    for (name, content) in &places {
        for canary in canaries.iter().map(String::as_str).chain(["<samlp:", "samlp:Response"]) {
            assert!(!holds(content, canary), "{canary} stands in {name}");
        }
        assert!(name != "log" || !holds(content, &codice_fiscale("Rossi")), "who signed in stands in the log");
    }
}
