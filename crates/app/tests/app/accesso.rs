//! Sign-in with a provider that signs for real: once, for one browser, at one ente.

use std::sync::Arc;

use chrono::TimeDelta;
use sportello_app::{
    Actor, Ctx, Portal,
    accesso::{self, Browser, Departure, SignInFailure, SignedIn, WayBack},
    session::{self, Audience},
    testing::{App, Gestore, each},
};
use sportello_domain::identita::IdentityScheme;
use sportello_domain::ruolo::Ruolo;
use sportello_identity::SpidAnomaly;
use sportello_store::{StoreConfig, testing as store};
use tokio::sync::Barrier;

use super::common::count;

const SESSIONS: &str = "SELECT count(*) FROM session WHERE ente_id = $1";
const REFUSED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'sign_in.refuse'
    AND CAST(detail AS TEXT) LIKE '%reason%'";
const LOGGED: &str = "SELECT count(*) FROM saml_log WHERE ente_id = $1 AND sealed_response IS NOT NULL";

fn refused(outcome: &Result<SignedIn, SignInFailure>) -> bool {
    matches!(outcome, Err(SignInFailure::Refused(_)))
}

/// A pending sign-in with its answer about Rossi.
struct Pending {
    response: String,
    prelogin: String,
}

async fn pending(app: &App, gestore: &Gestore, ctx: &Ctx) -> Pending {
    let form = gestore.start(app, ctx, Audience::Cittadino, None).await;
    let request = gestore.receive(app, ctx, &form).await;
    Pending { response: gestore.sign(&gestore.draft(app, &request, "Rossi")), prelogin: form.prelogin }
}

#[tokio::test]
async fn a_right_answer_opens_one_session() {
    each(async |app| {
        let (gestore, ctx) = (Gestore::trusted(app, "a").await, app.nobody(&app.ente));
        let sent = pending(app, &gestore, &ctx).await;
        let complete = async || accesso::complete(&app.portal, &ctx, &sent.response, Some(&sent.prelogin)).await;
        let signed_in = complete().await.unwrap();
        assert_eq!(signed_in.destination, "/compila/iscrizione-mensa");
        let actor = session::resume(&app.portal, &app.ente, Audience::Cittadino, &signed_in.token).await.unwrap();
        let Actor::Cittadino(signed) = actor else { panic!("{actor:?}") };
        assert_eq!((signed.nome.as_str(), signed.cognome.as_str()), ("Mario", "Rossi"));
        // The citizen's secret opens neither the other door nor the other ente.
        for (ente, audience) in [(&app.ente, Audience::Ufficio), (&app.altrove, Audience::Cittadino)] {
            let actor = session::resume(&app.portal, ente, audience, &signed_in.token).await.unwrap();
            assert!(matches!(actor, Actor::Nobody), "{actor:?}");
        }
        assert!(refused(&complete().await), "a replay");
        assert_eq!((count(app, SESSIONS).await, count(app, LOGGED).await, count(app, REFUSED).await), (1, 2, 1));
        let again = gestore.sign_in(app, &ctx, Audience::Cittadino, "Rossi").await.unwrap();
        assert_ne!(again.token, signed_in.token);
        assert_eq!(count(app, "SELECT count(*) FROM persona WHERE ente_id = $1 AND cognome = 'Rossi'").await, 1);
    })
    .await;
}

/// How often the race is run: on PostgreSQL, which nodes share, as often as the goal says.
const RACES_POSTGRES: i64 = 1_000;
const RACES_SQLITE: i64 = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_answer_at_two_nodes_at_the_same_instant_opens_one_session() {
    store::each(async |database| {
        let app = App::on(database, true).await;
        let nodes = [app.portal.clone(), app.restarted(database, true).await];
        let races = if matches!(database.config, StoreConfig::Postgres(_)) { RACES_POSTGRES } else { RACES_SQLITE };
        let (gestore, ctx) = (Gestore::trusted(&app, "a").await, app.nobody(&app.ente));
        let (mut won, mut last) = ([0; 2], None);
        for number in 1..=races {
            let sent = pending(&app, &gestore, &ctx).await;
            let start = Arc::new(Barrier::new(nodes.len()));
            let press = |portal: &Portal| {
                let (portal, ctx, start) = (portal.clone(), ctx.clone(), start.clone());
                let (response, prelogin) = (sent.response.clone(), sent.prelogin.clone());
                tokio::spawn(async move {
                    start.wait().await;
                    accesso::complete(&portal, &ctx, &response, Some(&prelogin)).await
                })
            };
            let (first, second) = (press(&nodes[0]), press(&nodes[1]));
            let outcomes = [first.await.unwrap(), second.await.unwrap()];
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "race {number}: {outcomes:?}");
            assert_eq!(outcomes.iter().filter(|outcome| refused(outcome)).count(), 1, "race {number}: {outcomes:?}");
            won[usize::from(outcomes[1].is_ok())] += 1;
            last = Some(sent);
        }
        assert_eq!((count(&app, SESSIONS).await, count(&app, REFUSED).await), (races, races));
        println!("{races} races, won by each node: {won:?}");
        // A node that has just started knows of it too.
        let (sent, started) = (last.unwrap(), app.restarted(database, true).await);
        let late = accesso::complete(&started, &ctx, &sent.response, Some(&sent.prelogin)).await;
        assert!(refused(&late), "{late:?}");
        for node in [&nodes[1], &started] {
            node.store().close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_counts_for_its_browser_ente_provider_and_time() {
    each(async |app| {
        let (a, b) = (Gestore::trusted(app, "a").await, Gestore::trusted(app, "b").await);
        let (ctx, elsewhere) = (app.nobody(&app.ente), app.nobody(&app.altrove));
        let sent = pending(app, &a, &ctx).await;
        let complete = async |ctx: &Ctx, prelogin: Option<&str>| {
            accesso::complete(&app.portal, ctx, &sent.response, prelogin).await
        };
        for (what, outcome) in [
            ("another browser", complete(&ctx, Some(&"0".repeat(64))).await),
            ("no cookie", complete(&ctx, None).await),
            ("another ente", complete(&elsewhere, Some(&sent.prelogin)).await),
        ] {
            assert!(refused(&outcome), "{what}: {outcome:?}");
        }
        // Provider B, trusted too, answers a request that went to A: in its own name, and in A's.
        let form = a.start(app, &ctx, Audience::Cittadino, None).await;
        let request = a.receive(app, &ctx, &form).await;
        let mut in_the_name_of_a = b.draft(app, &request, "Rossi");
        in_the_name_of_a.issuer = a.entity_id().to_owned();
        for draft in [b.draft(app, &request, "Rossi"), in_the_name_of_a] {
            let outcome = accesso::complete(&app.portal, &ctx, &b.sign(&draft), Some(&form.prelogin)).await;
            assert!(refused(&outcome), "{outcome:?}");
        }
        for broken in ["", "%%%", "AAAA", "PGE+PC9hPg=="] {
            let outcome = accesso::complete(&app.portal, &ctx, broken, Some(&form.prelogin)).await;
            assert!(refused(&outcome), "{broken:?}: {outcome:?}");
        }
        assert_eq!(count(app, SESSIONS).await, 0);
        // Their untouched twins are accepted: none of it used the requests up.
        let own = a.sign(&a.draft(app, &request, "Rossi"));
        accesso::complete(&app.portal, &ctx, &own, Some(&form.prelogin)).await.unwrap();
        complete(&ctx, Some(&sent.prelogin)).await.unwrap();
        // A request lives a quarter of an hour, its answer may be fresh or not.
        let form = a.start(app, &ctx, Audience::Cittadino, None).await;
        let request = a.receive(app, &ctx, &form).await;
        app.clock.pass(TimeDelta::minutes(15));
        let late = a.sign(&a.draft(app, &request, "Rossi"));
        let outcome = accesso::complete(&app.portal, &ctx, &late, Some(&form.prelogin)).await;
        assert!(refused(&outcome), "{outcome:?}");
        let stale = pending(app, &a, &ctx).await;
        app.clock.pass(TimeDelta::minutes(10));
        let outcome = accesso::complete(&app.portal, &ctx, &stale.response, Some(&stale.prelogin)).await;
        assert!(refused(&outcome), "an assertion of ten minutes ago: {outcome:?}");
        assert_eq!(count(app, SESSIONS).await, 2);
    })
    .await;
}

#[tokio::test]
async fn an_anomaly_ends_its_request() {
    each(async |app| {
        let (gestore, ctx) = (Gestore::trusted(app, "a").await, app.nobody(&app.ente));
        let form = gestore.start(app, &ctx, Audience::Cittadino, None).await;
        let request = gestore.receive(app, &ctx, &form).await;
        let cancelled = gestore.refuse(app, &request, SpidAnomaly::from_number(25).unwrap());
        let outcome = accesso::complete(&app.portal, &ctx, &cancelled, Some(&form.prelogin)).await;
        assert!(
            matches!(
                &outcome,
                Err(SignInFailure::Anomaly { number: 25, back: WayBack { audience: Audience::Cittadino, .. }, .. })
            ),
            "{outcome:?}"
        );
        let own = gestore.sign(&gestore.draft(app, &request, "Rossi"));
        let outcome = accesso::complete(&app.portal, &ctx, &own, Some(&form.prelogin)).await;
        assert!(refused(&outcome), "the request was used up: {outcome:?}");
        assert_eq!(count(app, SESSIONS).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_young_the_foreign_and_staff_without_a_role_stay_outside() {
    each(async |app| {
        let (gestore, ctx) = (Gestore::trusted(app, "a").await, app.nobody(&app.ente));
        let answer = async |change: &dyn Fn(&mut (String, String))| {
            let form = gestore.start(app, &ctx, Audience::Cittadino, None).await;
            let request = gestore.receive(app, &ctx, &form).await;
            let mut draft = gestore.draft(app, &request, "Rossi");
            draft.attributes.iter_mut().for_each(change);
            accesso::complete(&app.portal, &ctx, &gestore.sign(&draft), Some(&form.prelogin)).await
        };
        let born = |day: &'static str| {
            move |(name, value): &mut (String, String)| {
                if name == "dateOfBirth" {
                    day.clone_into(value);
                }
            }
        };
        // It is 1 September 2026 in Rome.
        let young = answer(&born("2008-09-02")).await;
        assert!(matches!(young, Err(SignInFailure::TooYoung(_))), "{young:?}");
        let foreign = answer(&|(name, value)| {
            if name == "fiscalNumber" {
                "TINDE-12345678901".clone_into(value);
            }
        })
        .await;
        assert!(matches!(foreign, Err(SignInFailure::NoCodiceFiscale(_))), "{foreign:?}");
        assert_eq!((count(app, SESSIONS).await, count(app, REFUSED).await), (0, 2));
        answer(&born("2008-09-01")).await.expect("eighteen today");

        let staff = async || gestore.sign_in(app, &ctx, Audience::Ufficio, "Neri").await;
        let nobody = staff().await;
        assert!(matches!(nobody, Err(SignInFailure::NoRole(_))), "{nobody:?}");
        app.operatore_di(&app.altrove, "Neri", &[Ruolo::Responsabile]).await;
        let elsewhere = staff().await;
        assert!(matches!(elsewhere, Err(SignInFailure::NoRole(_))), "a role of another ente: {elsewhere:?}");
        assert_eq!(count(app, REFUSED).await, 4);
        app.operatore_di(&app.ente, "Neri", &[Ruolo::Auditor]).await;
        let signed_in = staff().await.unwrap();
        let actor = session::resume(&app.portal, &app.ente, Audience::Ufficio, &signed_in.token).await.unwrap();
        assert!(matches!(&actor, Actor::Operatore(_, roles) if roles == &[Ruolo::Auditor]), "{actor:?}");
    })
    .await;
}

#[tokio::test]
async fn a_provider_without_an_address_for_forms_is_asked_by_redirect() {
    each(async |app| {
        let (gestore, ctx) = (Gestore::trusted_by_redirect(app, "r").await, app.nobody(&app.ente));
        let choices = accesso::providers(&app.portal, &ctx, IdentityScheme::Spid).await.unwrap();
        assert_eq!(choices[0].redirect_url.as_deref(), Some("https://r.idp.example/sso"));
        let (id, browser) = (gestore.entity_id(), Browser::default());
        let start = accesso::start(&app.portal, &ctx, Audience::Cittadino, id, "/pagamenti", &browser).await.unwrap();
        let Departure::Address { address, prelogin } = start else { panic!("{start:?}") };
        let request = gestore.receive_address(app, &ctx, &address).await;
        let response = gestore.sign(&gestore.draft(app, &request, "Rossi"));
        let other = accesso::complete(&app.portal, &ctx, &response, Some(&"ab".repeat(32))).await;
        assert!(refused(&other), "another browser: {other:?}");
        let signed_in = accesso::complete(&app.portal, &ctx, &response, Some(&prelogin)).await.unwrap();
        assert_eq!(signed_in.destination, "/pagamenti");
    })
    .await;
}

#[tokio::test]
async fn a_simulated_provider_is_trusted_in_a_demonstration_only() {
    store::each(async |database| {
        let app = App::on(database, true).await;
        let gestore = Gestore::trusted(&app, "a").await;
        let ctx = app.nobody(&app.ente);
        let sent = pending(&app, &gestore, &ctx).await;
        assert_eq!(accesso::providers(&app.portal, &ctx, IdentityScheme::Spid).await.unwrap().len(), 1);

        let real = app.restarted(database, false).await;
        assert_eq!(accesso::providers(&real, &ctx, IdentityScheme::Spid).await.unwrap(), []);
        let start =
            accesso::start(&real, &ctx, Audience::Cittadino, gestore.entity_id(), "/", &Browser::default()).await;
        assert!(matches!(start, Err(sportello_app::Error::NotFound)), "{start:?}");
        let outcome = accesso::complete(&real, &ctx, &sent.response, Some(&sent.prelogin)).await;
        assert!(refused(&outcome), "{outcome:?}");
        let trust = accesso::trust(&real, gestore.metadata().as_bytes(), IdentityScheme::Spid, true).await;
        assert!(matches!(trust, Err(sportello_app::Error::Forbidden)), "{trust:?}");
        // The file of a simulator given as if it were a real one: it speaks without TLS.
        let plain = gestore.metadata().replace("https://", "http://");
        let trust = accesso::trust(&real, plain.as_bytes(), IdentityScheme::Spid, false).await;
        assert!(matches!(trust, Err(sportello_app::Error::Unacceptable(_))), "{trust:?}");
        assert_eq!(accesso::providers(&real, &ctx, IdentityScheme::Spid).await.unwrap(), []);
        let introduced = accesso::introduce(&real, &app.ente, sportello_app::testing::identita("Rossi")).await;
        assert!(matches!(introduced, Err(sportello_app::Error::Forbidden)), "{introduced:?}");
        for unknown in ["", "https://nobody.example", "a\0b"] {
            let start = accesso::start(&app.portal, &ctx, Audience::Cittadino, unknown, "/", &Browser::default()).await;
            assert!(matches!(start, Err(sportello_app::Error::NotFound)), "{unknown:?}: {start:?}");
        }
        accesso::complete(&app.portal, &ctx, &sent.response, Some(&sent.prelogin)).await.unwrap();
        accesso::forget_simulated(&app.portal).await.unwrap();
        assert_eq!(accesso::providers(&app.portal, &ctx, IdentityScheme::Spid).await.unwrap(), []);
    })
    .await;
}
