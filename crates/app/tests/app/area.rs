//! The personal area: what waits for a person, what was issued to them, and that none of it is anybody else's.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error,
    area::{self, IssuedKind, ToDo},
    bozza,
    messaggio::Typed,
    risposta::{self, Awaited, Risposta},
    testing::{App, Domanda, Figlio, MODELLO, each},
    ufficio::{self, Decision, Request, messaggi},
};
use sportello_domain::{delega::DelegaScope, id::PraticaId, pratica::PraticaStatus};

use super::{common::at_peace, delega::on_behalf};

async fn filed(app: &App, applicant: &Ctx) -> PraticaId {
    let mut luca = Figlio::new("Luca", "Rossi", 1);
    luca.alimenti = Some("maiale".to_owned());
    let id = app.file(applicant, &Domanda::new([luca])).await.1[0];
    app.work().await;
    app.clock.pass(TimeDelta::minutes(1));
    ufficio::take(&app.portal, &app.operatore("Anna").await, id, 1).await.unwrap();
    id
}

async fn written(app: &App, id: PraticaId) {
    let typed = Typed { text: "Testo".into(), reserved: false, key: app.portal.chance().secret() };
    messaggi::write(&app.portal, &app.operatore("Anna").await, id, &typed).await.unwrap();
}

#[tokio::test]
async fn what_waits_comes_first_and_goes_when_it_is_done() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let empty = area::desk(&app.portal, &ctx).await.unwrap();
        assert!(empty.to_do.is_empty() && empty.messages.is_empty() && empty.activities.is_empty());
        let id = filed(app, &ctx).await;
        assert!(area::desk(&app.portal, &ctx).await.unwrap().to_do.is_empty(), "a pratica alone asks for nothing");
        let request = Request { version: 2, reason: "Manca".into(), fields: vec!["figlio_cf".into()] };
        ufficio::request_integration(&app.portal, &anna, id, &request).await.unwrap();
        let draft = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        written(app, id).await;
        let desk = area::desk(&app.portal, &ctx).await.unwrap();
        match &desk.to_do[..] {
            [ToDo::Answer(row, Some(_)), ToDo::Send(open), ToDo::Read(talk)] => {
                assert_eq!((row.id, open.id, talk.pratica, talk.unread), (id, draft, id, 1));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!((desk.messages.len(), desk.activities.len()), (1, 1));
        sportello_app::messaggio::thread(&app.portal, &ctx, id).await.unwrap();
        let answer = Risposta { words: "Eccolo".into(), ..Risposta::default() };
        risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, answer).await.unwrap();
        let desk = area::desk(&app.portal, &ctx).await.unwrap();
        assert!(matches!(&desk.to_do[..], [ToDo::Send(_)]), "{:?}", desk.to_do);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn each_sees_their_own_and_a_delegate_what_the_delega_allows() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = filed(app, &ctx).await;
        written(app, id).await;
        app.clock.pass(TimeDelta::minutes(1));
        let accept = Decision { version: 2, accept: true, reason: String::new() };
        ufficio::decide(&app.portal, &anna, id, &accept).await.unwrap();
        bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();

        let talks = area::conversations(&app.portal, &ctx).await.unwrap();
        assert_eq!((talks[0].pratica, talks[0].total, talks[0].unread), (id, 1, 1));
        let issued = area::documents(&app.portal, &ctx).await.unwrap();
        assert_eq!(issued[0].what, IssuedKind::Receipt(id, "2026/1".into()));
        assert_eq!(issued.len(), 1, "the decision has no document yet");
        app.work().await;
        let issued = area::documents(&app.portal, &ctx).await.unwrap();
        let decided = |one: &area::Issued| matches!(&one.what, IssuedKind::Provvedimento(of, _, PraticaStatus::Accepted, number) if *of == id && number == "2026/1");
        assert!(issued.iter().any(decided), "{issued:?}");
        let (children, viewers) = area::children(&app.portal, &ctx).await.unwrap();
        assert_eq!((children.len(), children[0].name.as_str(), viewers.len()), (1, "Luca Rossi", 0));
        let enrolment = &children[0].enrolments[0];
        assert_eq!((enrolment.pratica, enrolment.menu, enrolment.active), (id, Some(id), true));

        let verdi = app.cittadino("Verdi").await;
        let (_, sees) = on_behalf(app, &ctx, &verdi, "Verdi", DelegaScope::View).await;
        let desk = area::desk(&app.portal, &sees).await.unwrap();
        assert!(desk.to_do.is_empty() && desk.messages.is_empty() && !desk.whole, "neither drafts nor messages");
        assert_eq!(desk.activities.len(), 1);
        assert!(matches!(area::conversations(&app.portal, &sees).await, Err(Error::DelegaTooNarrow)));
        assert!(area::documents(&app.portal, &sees).await.unwrap().is_empty(), "no receipt");
        let (children, viewers) = area::children(&app.portal, &sees).await.unwrap();
        assert!(children[0].enrolments[0].menu.is_none() && viewers.is_empty());
        let own = area::children(&app.portal, &ctx).await.unwrap().1;
        assert_eq!((own[0].name.as_str(), own[0].scope), ("Mario Verdi", DelegaScope::View));

        for other in [&verdi, &app.cittadino_di(&app.altrove, "Rossi").await] {
            let desk = area::desk(&app.portal, other).await.unwrap();
            assert!(desk.to_do.is_empty() && desk.messages.is_empty() && desk.activities.is_empty());
            assert!(area::conversations(&app.portal, other).await.unwrap().is_empty());
            assert!(area::documents(&app.portal, other).await.unwrap().is_empty());
            assert!(area::children(&app.portal, other).await.unwrap().0.is_empty());
        }
        assert!(matches!(area::desk(&app.portal, &anna).await, Err(Error::SignInNeeded)));
        at_peace(app).await;
    })
    .await;
}
