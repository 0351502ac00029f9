//! Decisions and notices as documents: numbered in the transaction of the move, sealed, opened by the applicant once for the
//! first time.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error, pratica,
    provvedimento::{self, Provvedimento},
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, Act, Outcome, Request},
};
use sportello_domain::{
    id::{DocumentoId, PraticaId},
    pratica::PraticaStatus,
};
use sportello_store::binds;

use super::common::{at_peace, count, noticed, rejection};

const SECRET: &str = "La firma non si legge";
const OUTGOING: &str = "SELECT count(*) FROM protocollo WHERE ente_id = $1 AND direction = 'uscita'";
const OPENED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'provvedimento.open'";

async fn taken(app: &App, ctx: &Ctx) -> PraticaId {
    let (_, pratiche) = app.file(ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
    app.clock.pass(TimeDelta::minutes(1));
    ufficio::take(&app.portal, &app.operatore("Anna").await, pratiche[0], 1).await.unwrap();
    pratiche[0]
}

async fn acts(app: &App, ctx: &Ctx, id: PraticaId) -> Vec<Provvedimento> {
    pratica::page(&app.portal, ctx, id).await.unwrap().provvedimenti
}

/// What the register says of what goes out.
async fn registered(app: &App) -> Vec<(i64, String, String)> {
    let ente = app.ente.id;
    let sql =
        "SELECT numero, sender, subject FROM protocollo WHERE ente_id = $1 AND direction = 'uscita' ORDER BY numero";
    app.portal.store().read(ente, async move |read| read.fetch_all(sql, binds![ente]).await).await.unwrap()
}

#[tokio::test]
async fn a_rejection_and_its_notice_are_numbered_documents_that_the_applicant_opens() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        let version = noticed(app, &ctx, &anna, id, 2).await;
        app.clock.pass(TimeDelta::minutes(1));
        ufficio::conclude(&app.portal, &anna, id, &rejection(version, SECRET)).await.unwrap();
        let made = acts(app, &ctx, id).await;
        let kinds: Vec<_> = made.iter().map(|act| act.kind).collect();
        assert_eq!(kinds, [PraticaStatus::RejectionNotice, PraticaStatus::Rejected]);
        assert!(made[1].file.is_none(), "it is still being made");
        assert!(made.iter().all(|act| act.opened_at.is_none()));
        assert_eq!(made[1].protocol.as_deref(), Some("3/2026"), "the filing, the notice, the rejection");
        assert!(provvedimento::open(&app.portal, &ctx, id, made[1].id).await.unwrap().is_none());
        let entries = registered(app).await;
        assert_eq!(entries.iter().map(|(numero, ..)| *numero).collect::<Vec<_>>(), [2, 3]);
        assert!(
            entries.iter().all(|(_, to, subject)| to.ends_with("Rossi") && !subject.contains("firma")),
            "{entries:?}"
        );
        assert!(entries[1].2.starts_with("Rigetto della domanda, pratica 2026/1"), "{entries:?}");

        app.work().await;
        let made = acts(app, &ctx, id).await;
        assert!(made.iter().all(|act| act.file.is_some()));
        let read = async |ctx: &Ctx, which| provvedimento::open(&app.portal, ctx, id, which).await;
        let opened = read(&ctx, made[1].id).await.unwrap().unwrap();
        assert_eq!(opened.name, "rigetto-2026-1.pdf");
        assert!(opened.content.starts_with(b"%PDF"));
        let at = app.clock.now();
        app.clock.pass(TimeDelta::hours(1));
        read(&ctx, made[1].id).await.unwrap();
        let office = ufficio::page(&app.portal, &anna, id).await.unwrap().provvedimenti;
        assert_eq!((office[0].opened_at, office[1].opened_at), (None, Some(at)), "the first time counts");
        assert_eq!(count(app, OPENED).await, 1);
        let by_office = ufficio::provvedimento(&app.portal, &anna, id, made[1].id).await.unwrap().unwrap();
        assert_eq!(by_office.content, opened.content);
        assert_eq!(count(app, OPENED).await, 1, "the office is not who it is for");

        let other = app.cittadino("Bianchi").await;
        for refused in [read(&other, made[1].id).await, read(&ctx, DocumentoId::new(id.uuid())).await] {
            assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        }
        assert!(matches!(read(&anna, made[1].id).await, Err(Error::SignInNeeded)));
        let elsewhere = pratica_of(app, &other).await;
        let crossed = provvedimento::open(&app.portal, &other, elsewhere, made[1].id).await;
        assert!(matches!(crossed, Err(Error::NotFound)), "{crossed:?}");
        at_peace(app).await;
        let folder = app.folder.join("files").join(app.ente.id.to_string()).join("documento");
        for kept in std::fs::read_dir(folder).unwrap() {
            assert!(!std::fs::read(kept.unwrap().path()).unwrap().starts_with(b"%PDF"), "it is sealed");
        }
        assert!(app.inbox.all().iter().all(|message| !format!("{message:?}").contains("rigetto-2026")));
    })
    .await;
}

async fn pratica_of(app: &App, ctx: &Ctx) -> PraticaId {
    app.file(ctx, &Domanda::new([Figlio::new("Sofia", "Bianchi", 2)])).await.1[0]
}

#[tokio::test]
async fn a_decision_that_is_undone_takes_no_number() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        let accept = Act { version: 9, outcome: Outcome::Accept, reason: String::new(), reply: String::new() };
        assert!(matches!(ufficio::conclude(&app.portal, &anna, id, &accept).await, Err(Error::Stale)));
        let early = ufficio::conclude(&app.portal, &anna, id, &rejection(2, SECRET)).await;
        assert!(matches!(early, Err(Error::Unacceptable(_))));
        assert_eq!(count(app, OUTGOING).await, 0);
        ufficio::conclude(&app.portal, &anna, id, &Act { version: 2, ..accept }).await.unwrap();
        assert_eq!(registered(app).await[0].0, 2, "without a gap");
        at_peace(app).await;
        assert_eq!(acts(app, &ctx, id).await[0].file.as_ref().unwrap().name, "accoglimento-2026-1.pdf");
    })
    .await;
}

#[tokio::test]
async fn a_document_about_health_is_not_handed_to_the_office() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        let request = Request { version: 2, reason: SECRET.into(), fields: vec!["dieta_certificato".into()] };
        ufficio::give_notice(&app.portal, &anna, id, &request).await.unwrap();
        app.work().await;
        let act = acts(app, &ctx, id).await.remove(0);
        let refused = ufficio::provvedimento(&app.portal, &anna, id, act.id).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        assert!(provvedimento::open(&app.portal, &ctx, id, act.id).await.unwrap().is_some());
        app.clock.pass(TimeDelta::days(12));
        app.work().await;
        let version = ufficio::page(&app.portal, &anna, id).await.unwrap().version;
        let reject = Act { version, outcome: Outcome::Reject, reason: SECRET.into(), reply: String::new() };
        ufficio::conclude(&app.portal, &anna, id, &reject).await.unwrap();
        let kept = "Il motivo è nel provvedimento.";
        assert_eq!(ufficio::page(&app.portal, &anna, id).await.unwrap().decision_reason.as_deref(), Some(kept));
        assert_eq!(pratica::page(&app.portal, &ctx, id).await.unwrap().decision_reason.as_deref(), Some(SECRET));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_document_that_was_given_up_is_made_the_day_after() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        // What this day puts in order is over before the document is given up.
        app.work().await;
        let accept = Act { version: 2, outcome: Outcome::Accept, reason: String::new(), reply: String::new() };
        ufficio::conclude(&app.portal, &anna, id, &accept).await.unwrap();
        let ente = app.ente.id;
        let give_up = "UPDATE job SET state = 'fallito' WHERE ente_id = $1 AND kind = 'provvedimento'";
        let done = app.portal.store().write(ente, async move |tx| tx.execute(give_up, binds![ente]).await).await;
        assert_eq!(done.unwrap(), 1);
        app.work().await;
        assert!(acts(app, &ctx, id).await[0].file.is_none());
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
        assert!(acts(app, &ctx, id).await[0].file.is_some());
        at_peace(app).await;
    })
    .await;
}
