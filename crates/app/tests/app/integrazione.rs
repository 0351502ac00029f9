//! What the office asks an applicant to complete, what silence does, and the last day that comes of both.

use chrono::{Days, NaiveDate, TimeDelta};
use sportello_app::{
    Error,
    modello::{self, Publication},
    pratica, provvedimento,
    risposta::{Awaited, Given, MAX_WORDS, WordsFault},
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, Decision, Request},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    calendar::{deadline, legal_date},
    id::PraticaId,
    modello::{Banca, Texts},
    pratica::PraticaStatus,
};
use sportello_store::binds;

use super::{
    common::{answer, at_peace, count, states},
    job::text_of,
};

const MENSA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.toml");
const MENSA_EN: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.en.toml");
const MENSA_PROCEDURA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.procedura.toml");
/// What the office asked about, and what the applicant answered.
const SECRET: &str = "La nascita è quella del certificato";

fn request(version: i64, reason: &str, fields: &[&str]) -> Request {
    Request { version, reason: reason.into(), fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

/// A pratica that Anna has taken in charge.
async fn taken(app: &App, applicant: &sportello_app::Ctx) -> PraticaId {
    let (_, pratiche) = app.file(applicant, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
    app.clock.pass(TimeDelta::minutes(1));
    ufficio::take(&app.portal, &app.operatore("Anna").await, pratiche[0], 1).await.unwrap();
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

/// Comes to a day.
async fn until(app: &App, day: NaiveDate) {
    pass(app, (day - legal_date(app.clock.now())).num_days()).await;
}

#[tokio::test]
async fn what_is_asked_stops_the_term_until_it_comes() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let filed_on = legal_date(app.clock.now());
        let id = taken(app, &ctx).await;
        assert!(!ufficio::page(&app.portal, &anna, id).await.unwrap().askable.is_empty());
        pass(app, 10).await;
        let asked = request(2, " Manca una data ", &["figlio_nascita", "figlio_cf"]);
        ufficio::request_integration(&app.portal, &anna, id, &asked).await.unwrap();
        // Nothing comes: 30 days stand still, 20 are left of 30.
        let stop = filed_on + Days::new(10);
        assert_eq!(stands(app, id).await, (PraticaStatus::IntegrationRequested, deadline(stop, 30 + 20, None)));
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap();
        let shown = own.integrazione.unwrap();
        assert!(own.can_integrate && own.can_withdraw);
        assert_eq!((shown.reason.as_deref(), shown.answer_by), (Some("Manca una data"), deadline(stop, 30, None)));
        assert_eq!(shown.labels, ["Codice fiscale del figlio", "Data di nascita del figlio"]);
        // Nobody decides meanwhile.
        let accept = Decision { version: 3, accept: true, reason: String::new() };
        assert!(matches!(ufficio::decide(&app.portal, &anna, id, &accept).await, Err(Error::NotAllowedNow)));
        pass(app, 4).await;
        answer(app, &ctx, id, Awaited::Integrazione, SECRET).await.unwrap();
        assert_eq!(stands(app, id).await, (PraticaStatus::Integrated, deadline(filed_on, 30 + 4, None)));
        let office = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert_eq!(office.integrazione.unwrap().answer.as_deref(), Some(SECRET));
        assert!(office.can_take && !office.answer_closed && office.askable.is_empty());
        app.clock.pass(TimeDelta::minutes(1));
        ufficio::take(&app.portal, &anna, id, 4).await.unwrap();
        app.clock.pass(TimeDelta::minutes(1));
        let again = request(5, "Manca altro", &["figlio_cf"]);
        let again = ufficio::request_integration(&app.portal, &anna, id, &again).await;
        assert!(matches!(again, Err(Error::NotAllowedNow)), "a term is suspended once: {again:?}");
        let accept = Decision { version: 5, ..accept };
        ufficio::decide(&app.portal, &anna, id, &accept).await.unwrap();
        use PraticaStatus::{Accepted, InReview, Integrated, IntegrationRequested, Registered, Submitted};
        let reached = [Submitted, Registered, InReview, IntegrationRequested, Integrated, InReview, Accepted];
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(states(&own.milestones), reached.map(Some));
        at_peace(app).await;
        assert_eq!(app.inbox.all().len(), 3, "the receipt, the request, the outcome");
        assert!(app.inbox.all().iter().all(|message| !format!("{message:?}").contains("Manca una data")));
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1
            AND action IN ('pratica.request_integration', 'pratica.integrate')";
        assert_eq!(count(app, noted).await, 2);
    })
    .await;
}

#[tokio::test]
async fn only_the_office_asks_and_only_the_applicant_answers() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        let ask = async |ctx: &sportello_app::Ctx, request: Request| {
            ufficio::request_integration(&app.portal, ctx, id, &request).await
        };
        for wrong in [
            request(2, " ", &["figlio_cf"]),
            request(2, "Manca", &[]),
            request(2, "Manca", &["figlio_cf", "colore"]),
            request(2, &"x".repeat(2_001), &["figlio_cf"]),
        ] {
            let refused = ask(&anna, wrong.clone()).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{wrong:?}: {refused:?}");
        }
        assert!(matches!(ask(&anna, request(1, "Manca", &["figlio_cf"])).await, Err(Error::Stale)));
        assert!(matches!(ask(&ctx, request(2, "Manca", &["figlio_cf"])).await, Err(Error::SignInNeeded)));
        let give =
            async |ctx: &sportello_app::Ctx, words: &str| answer(app, ctx, id, Awaited::Integrazione, words).await;
        assert!(matches!(give(&ctx, "Eccolo").await, Err(Error::NotAllowedNow)), "nothing is asked");
        ask(&anna, request(2, "Manca", &["figlio_cf"])).await.unwrap();
        assert!(matches!(give(&app.cittadino("Bianchi").await, "Eccolo").await, Err(Error::NotFound)));
        assert!(matches!(give(&anna, "Eccolo").await, Err(Error::SignInNeeded)));
        let long = "x".repeat(MAX_WORDS + 1);
        for (wrong, fault) in [("", WordsFault::Missing), (" \n ", WordsFault::Missing), (&long, WordsFault::TooLong)] {
            let Given::Refused(refused) = give(&ctx, wrong).await.unwrap() else { panic!("{fault:?} is taken") };
            assert_eq!(refused.words, Some(fault));
        }
        give(&ctx, SECRET).await.unwrap();
        assert!(matches!(give(&ctx, "Ancora").await, Err(Error::NotAllowedNow)));
        let ente = app.ente.id;
        let sql = "SELECT sealed_answer FROM integrazione WHERE ente_id = $1 AND pratica_id = $2";
        let kept = async move |read: &mut sportello_store::Read| read.fetch_one(sql, binds![ente, id]).await;
        let (sealed,): (sportello_store::seal::Sealed,) = app.portal.store().read(ente, kept).await.unwrap();
        assert!(!String::from_utf8_lossy(sealed.as_bytes()).contains("certificato"), "it is sealed");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_about_health_is_read_as_answers_about_health_are() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        // Nobody gave a certificate: it can be asked for all the same, so that asking tells nothing.
        let asked = request(2, "Manca", &["dieta_tipo", "dieta_certificato"]);
        ufficio::request_integration(&app.portal, &anna, id, &asked).await.unwrap();
        answer(app, &ctx, id, Awaited::Integrazione, SECRET).await.unwrap();
        let page = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert!(page.answer_closed);
        assert_eq!(page.integrazione.unwrap().answer, None);
        let diete = app.operatore_di(&app.ente, "Dora", &[sportello_domain::ruolo::Ruolo::OperatoreDiete]).await;
        let opened = ufficio::open_sealed(&app.portal, &diete, id, "Preparo la dieta").await.unwrap();
        assert_eq!(opened.integrazione.unwrap().answer.as_deref(), Some(SECRET));
    })
    .await;
}

#[tokio::test]
async fn what_never_comes_is_taken_up_again() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = taken(app, &ctx).await;
        ufficio::request_integration(&app.portal, &anna, id, &request(2, "Manca", &["figlio_cf"])).await.unwrap();
        let asked_on = legal_date(app.clock.now());
        let last = deadline(asked_on, 30, None);
        until(app, last).await;
        assert_eq!(stands(app, id).await.0, PraticaStatus::IntegrationRequested, "the last day is still theirs");
        pass(app, 1).await;
        assert_eq!(stands(app, id).await, (PraticaStatus::InReview, deadline(asked_on, 30 + 30, None)));
        assert!(matches!(answer(app, &ctx, id, Awaited::Integrazione, "Tardi").await, Err(Error::NotAllowedNow)));
        pass(app, 1).await;
        assert_eq!(
            count(
                app,
                "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.lapse' AND capacity = 'sistema'"
            )
            .await,
            1
        );
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn silence_is_assent_only_where_the_procedura_says_so() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let waits = taken(app, &ctx).await;
        let assent = MENSA_PROCEDURA.replace("silence = \"nessuno\"", "silence = \"assenso\"");
        let texts = Texts { name: "iscrizione-mensa", form: MENSA, english: MENSA_EN, procedura: &assent };
        let (modello, procedura) = texts.read(&Banca::shipped()).unwrap();
        let (opens_at, closes_at) = (app.clock.now() - TimeDelta::days(1), app.clock.now() + TimeDelta::days(30));
        let anno_scolastico = AnnoScolastico::beginning_in(2026);
        let publication = Publication { modello, procedura, anno_scolastico, opens_at, closes_at, booking: None };
        modello::publish(&app.portal, app.ente.id, publication).await.unwrap();
        let file = async |number| {
            let domanda = Domanda::new([Figlio::new("Sofia", "Rossi", number)]);
            app.file(&ctx, &domanda).await.1[0]
        };
        let (silent, asked) = (file(2).await, file(3).await);
        // Somebody else asks for the child of the register too: that is for a person to look at.
        let contested = file(4).await;
        let other = app.cittadino("Verdi").await;
        app.file(&other, &Domanda::new([Figlio::new("Sofia", "Rossi", 4)])).await;
        ufficio::take(&app.portal, &anna, asked, 1).await.unwrap();
        ufficio::request_integration(&app.portal, &anna, asked, &request(2, "Manca", &["figlio_cf"])).await.unwrap();
        let last = stands(app, silent).await.1;
        until(app, last).await;
        assert_eq!(stands(app, silent).await.0, PraticaStatus::Registered, "the last day is the office's");
        pass(app, 1).await;
        assert_eq!(stands(app, silent).await.0, PraticaStatus::Accepted);
        assert_eq!(stands(app, waits).await.0, PraticaStatus::InReview, "its procedura waits for an answer");
        assert_ne!(stands(app, asked).await.0, PraticaStatus::Accepted, "its term stood still");
        assert_eq!(stands(app, contested).await.0, PraticaStatus::Registered, "two families ask for one child");
        let own = pratica::page(&app.portal, &ctx, silent).await.unwrap();
        assert!(own.decision_reason.unwrap().contains("art. 20"));
        let [attestation] = &own.provvedimenti[..] else { panic!("{:?}", own.provvedimenti) };
        assert_eq!((attestation.kind, attestation.protocol.is_some()), (PraticaStatus::Accepted, true));
        let opened = provvedimento::open(&app.portal, &ctx, silent, attestation.id).await.unwrap().unwrap();
        if let Some(text) = text_of(&opened.content) {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for said in ["Accoglimento per silenzio: attestazione", "Sofia Rossi", "L. 241/1990, articolo 20"] {
                assert!(text.contains(said), "{said} is not in {text}");
            }
        }
        let office = ufficio::page(&app.portal, &anna, silent).await.unwrap();
        assert!(office.provvedimenti[0].opened_at.is_some());
        assert_eq!(count(app, "SELECT count(*) FROM iscrizione WHERE ente_id = $1").await, 1, "its effects hold");
        pass(app, 1).await;
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.accept_by_silence'
            AND capacity = 'sistema'";
        assert_eq!(count(app, noted).await, 1);
        at_peace(app).await;
    })
    .await;
}
