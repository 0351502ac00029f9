//! The notice of rejection: before it nothing is rejected, it stops the term, and what is observed must be answered.

use chrono::{Days, NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, Error, pratica,
    risposta::{Awaited, Given, MAX_WORDS, WordsFault},
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, Act, Decision, Outcome, Request},
};
use sportello_domain::{
    calendar::{deadline, legal_date},
    id::PraticaId,
    pratica::PraticaStatus,
    ruolo::Ruolo,
    termine::OSSERVAZIONI_DAYS,
};
use sportello_store::{binds, seal::Sealed};

use super::common::{answer, at_peace, count, noticed, rejection, states};

const WHY: &str = "Il nulla osta non riporta la firma";
const SAID: &str = "La firma è sul secondo foglio";
const REPLY: &str = "Il secondo foglio è in bianco";

fn request(version: i64, reason: &str, fields: &[&str]) -> Request {
    Request { version, reason: reason.into(), fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

fn reject(version: i64, reason: &str, reply: &str) -> Act {
    Act { version, outcome: Outcome::Reject, reason: reason.into(), reply: reply.into() }
}

/// A pratica that Anna has taken in charge.
async fn taken(app: &App, applicant: &Ctx) -> PraticaId {
    let (_, pratiche) = app.file(applicant, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
    app.clock.pass(TimeDelta::minutes(1));
    ufficio::take(&app.portal, &app.operatore("Anna").await, pratiche[0], 1).await.unwrap();
    app.clock.pass(TimeDelta::minutes(1));
    pratiche[0]
}

/// State and last day.
async fn stands(app: &App, id: PraticaId) -> (PraticaStatus, NaiveDate) {
    let ente = app.ente.id;
    let sql = "SELECT status, due_on FROM pratica WHERE ente_id = $1 AND id = $2";
    app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente, id]).await).await.unwrap()
}

/// Lets days go by, and the portal do what is due at the end of them.
async fn pass(app: &App, days: i64) {
    app.clock.pass(TimeDelta::days(days));
    app.work().await;
}

#[tokio::test]
async fn nothing_is_rejected_without_a_notice_and_what_is_observed_is_answered() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let filed_on = legal_date(app.clock.now());
        let id = taken(app, &ctx).await;
        let conclude = async |act: Act| ufficio::conclude(&app.portal, &anna, id, &act).await;
        let early = conclude(reject(2, WHY, "")).await;
        assert!(matches!(early, Err(Error::Unacceptable(_))), "{early:?}");
        let decision = Decision { version: 2, accept: false, reason: WHY.into() };
        let early = ufficio::decide(&app.portal, &anna, id, &decision).await;
        assert!(matches!(early, Err(Error::Unacceptable(_))), "{early:?}");
        let shown = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert!(shown.can_notice && !shown.can_reject && shown.can_decide);
        pass(app, 5).await;
        ufficio::give_notice(&app.portal, &anna, id, &request(2, &format!(" {WHY} "), &["figlio_cf"])).await.unwrap();
        // Nothing comes: the ten days stand still, 25 are left of 30.
        let given = filed_on + Days::new(5);
        let last = deadline(given, OSSERVAZIONI_DAYS, None);
        assert_eq!(stands(app, id).await, (PraticaStatus::RejectionNotice, deadline(last, 25, None)));
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap();
        let notice = own.preavviso.unwrap();
        assert!(own.can_observe && own.can_withdraw && !own.can_integrate);
        assert_eq!((notice.reason.as_deref(), notice.answer_by), (Some(WHY), last));
        assert_eq!(notice.labels, ["Codice fiscale del figlio"]);
        assert!(matches!(conclude(reject(3, WHY, "")).await, Err(Error::NotAllowedNow)), "it waits for the applicant");
        pass(app, 3).await;
        answer(app, &ctx, id, Awaited::Osservazioni, SAID).await.unwrap();
        let again = given + Days::new(3 + u64::from(OSSERVAZIONI_DAYS));
        assert_eq!(stands(app, id).await, (PraticaStatus::Observations, deadline(again, 25, None)));
        app.clock.pass(TimeDelta::minutes(1));
        ufficio::take(&app.portal, &anna, id, 4).await.unwrap();
        app.clock.pass(TimeDelta::minutes(1));
        let office = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert!(office.can_reject && !office.can_notice && !office.notice_closed);
        assert_eq!(office.preavviso.unwrap().observations.as_deref(), Some(SAID));
        for reply in ["", " \n", &"x".repeat(2_001)] {
            let silent = conclude(reject(5, WHY, reply)).await;
            assert!(matches!(silent, Err(Error::Unacceptable(_))), "{reply:.9?}: {silent:?}");
        }
        let second = ufficio::give_notice(&app.portal, &anna, id, &request(5, WHY, &[])).await;
        assert!(matches!(second, Err(Error::NotAllowedNow)), "notice is given once: {second:?}");
        conclude(reject(5, WHY, REPLY)).await.unwrap();
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(own.preavviso.unwrap().reply.as_deref(), Some(REPLY));
        use PraticaStatus::{InReview, Observations, Registered, Rejected, RejectionNotice, Submitted};
        let reached = [Submitted, Registered, InReview, RejectionNotice, Observations, InReview, Rejected];
        assert_eq!(states(&own.milestones), reached.map(Some));
        at_peace(app).await;
        let letters: Vec<String> = app.inbox.all().iter().map(|message| format!("{message:?}")).collect();
        assert_eq!(letters.len(), 3, "the receipt, the notice, the outcome");
        assert!(letters.iter().all(|letter| [WHY, SAID, REPLY].iter().all(|words| !letter.contains(words))));
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1
            AND action IN ('pratica.notice', 'pratica.observe', 'pratica.reject')";
        assert_eq!(count(app, noted).await, 3);
    })
    .await;
}

#[tokio::test]
async fn where_nobody_observes_the_office_may_reject_when_the_ten_days_are_over() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        ufficio::give_notice(&app.portal, &anna, id, &request(2, WHY, &[])).await.unwrap();
        let last = deadline(legal_date(app.clock.now()), OSSERVAZIONI_DAYS, None);
        pass(app, (last - legal_date(app.clock.now())).num_days()).await;
        assert_eq!(stands(app, id).await.0, PraticaStatus::RejectionNotice, "the last day is still theirs");
        pass(app, 1).await;
        assert_eq!(stands(app, id).await.0, PraticaStatus::InReview);
        assert!(matches!(answer(app, &ctx, id, Awaited::Osservazioni, SAID).await, Err(Error::NotAllowedNow)));
        ufficio::decide(&app.portal, &anna, id, &Decision { version: 4, accept: false, reason: WHY.into() })
            .await
            .unwrap();
        assert_eq!(stands(app, id).await.0, PraticaStatus::Rejected);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn only_the_office_gives_notice_and_only_the_applicant_observes() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        let give = async |ctx: &Ctx, request: Request| ufficio::give_notice(&app.portal, ctx, id, &request).await;
        for wrong in [request(2, " ", &[]), request(2, &"x".repeat(2_001), &[]), request(2, WHY, &["colore"])] {
            let refused = give(&anna, wrong.clone()).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{wrong:.40?}: {refused:?}");
        }
        assert!(matches!(give(&anna, request(1, WHY, &[])).await, Err(Error::Stale)));
        assert!(matches!(give(&ctx, request(2, WHY, &[])).await, Err(Error::SignInNeeded)));
        let observe = async |ctx: &Ctx, words: &str| answer(app, ctx, id, Awaited::Osservazioni, words).await;
        assert!(matches!(observe(&ctx, SAID).await, Err(Error::NotAllowedNow)), "nothing was told");
        give(&anna, request(2, WHY, &[])).await.unwrap();
        assert!(matches!(observe(&app.cittadino("Bianchi").await, SAID).await, Err(Error::NotFound)));
        assert!(matches!(observe(&anna, SAID).await, Err(Error::SignInNeeded)));
        let long = "x".repeat(MAX_WORDS + 1);
        for (wrong, fault) in [("", WordsFault::Missing), (" \n ", WordsFault::Missing), (&long, WordsFault::TooLong)] {
            let Given::Refused(refused) = observe(&ctx, wrong).await.unwrap() else { panic!("{fault:?} is taken") };
            assert_eq!(refused.words, Some(fault));
        }
        observe(&ctx, SAID).await.unwrap();
        assert!(matches!(observe(&ctx, "Ancora").await, Err(Error::NotAllowedNow)));
        let ente = app.ente.id;
        let sql = "SELECT sealed_reason, sealed_observations FROM preavviso WHERE ente_id = $1 AND pratica_id = $2";
        let kept = async move |read: &mut sportello_store::Read| read.fetch_one(sql, binds![ente, id]).await;
        let (reason, observations): (Sealed, Sealed) = app.portal.store().read(ente, kept).await.unwrap();
        for sealed in [reason, observations] {
            let bytes = String::from_utf8_lossy(sealed.as_bytes()).into_owned();
            assert!(!bytes.contains("firma"), "it is sealed");
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_notice_about_health_is_read_as_answers_about_health_are() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        ufficio::give_notice(&app.portal, &anna, id, &request(2, WHY, &["dieta_certificato"])).await.unwrap();
        answer(app, &ctx, id, Awaited::Osservazioni, SAID).await.unwrap();
        let page = ufficio::page(&app.portal, &anna, id).await.unwrap();
        let notice = page.preavviso.unwrap();
        assert!(page.notice_closed);
        assert_eq!((notice.reason, notice.observations), (None, None));
        let diete = app.operatore_di(&app.ente, "Dora", &[Ruolo::OperatoreDiete]).await;
        let opened = ufficio::open_sealed(&app.portal, &diete, id, "Preparo la dieta").await.unwrap();
        assert_eq!(opened.preavviso.unwrap().observations.as_deref(), Some(SAID));
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap().preavviso.unwrap();
        assert_eq!((own.reason.as_deref(), own.observations.as_deref()), (Some(WHY), Some(SAID)));
    })
    .await;
}

#[tokio::test]
async fn who_convinced_the_office_is_accepted_without_an_answer() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        let version = noticed(app, &ctx, &anna, id, 2).await;
        let accept = Act { outcome: Outcome::Accept, reply: String::new(), ..rejection(version, "") };
        ufficio::conclude(&app.portal, &anna, id, &accept).await.unwrap();
        assert_eq!(stands(app, id).await.0, PraticaStatus::Accepted);
        at_peace(app).await;
    })
    .await;
}
