//! Attacks from inside the office: alone on the accounts, at the desk in the name of somebody, below the level that a
//! service asks for.

use chrono::{Days, TimeDelta};
use sportello_app::{
    Actor, Ctx, Error, bozza,
    delega::{self, Answer, Proposal},
    invio::{self, Sent},
    modello::Booking,
    per_conto::{self, Applicant, Opened, Problem},
    pratica, prenotazione,
    proposta::{self, Atto, Change, Conti},
    testing::{App, Domanda, Figlio, MODELLO, codice_fiscale, each, pdf},
    ufficio::{self, Decision},
};
use sportello_domain::{
    calendar,
    codice_fiscale::CodiceFiscale,
    delega::{DelegaScope, Term},
    id::{DelegaId, PerContoId},
    identita::IdentityLevel,
    riconoscimento::TipoDocumento,
    ruolo::Ruolo,
};
use sportello_store::testing::TestDatabase;

use super::{
    canary::{files, holds, holds_as_bytes, listen},
    common::count,
};

const ROSSI: &str = "Rossi";
/// Number and issuer of a document that must stand nowhere.
const CANARIES: [&str; 2] = ["CANARINO77XY", "Questura del Canarino"];
const TAKEN_UP: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'bozza.take_up'";

fn applicant(app: &App, cognome: &str) -> Applicant {
    Applicant {
        codice_fiscale: codice_fiscale(cognome),
        nome: "Mario".into(),
        cognome: cognome.into(),
        tipo: Some(TipoDocumento::Passport),
        number: CANARIES[0].into(),
        issued_by: CANARIES[1].into(),
        expires_on: Some(calendar::legal_date(app.clock.now()) + Days::new(400)),
    }
}

async fn opened(app: &App, clerk: &Ctx, typed: Applicant) -> PerContoId {
    match per_conto::open(&app.portal, clerk, &typed).await.unwrap() {
        Opened::Done(id) => id,
        Opened::Refused(problems) => panic!("refused: {problems:?}"),
    }
}

/// A clerk in a new session for a person.
async fn at_desk(app: &App, clerk: &Ctx, cognome: &str) -> Ctx {
    let id = opened(app, clerk, applicant(app, cognome)).await;
    let behalf = per_conto::resume(&app.portal, clerk, id).await.unwrap();
    Ctx { on_behalf: Some(behalf), ..clerk.clone() }
}

/// Why a session is not opened.
async fn refused(app: &App, clerk: &Ctx, typed: Applicant) -> Vec<Problem> {
    match per_conto::open(&app.portal, clerk, &typed).await.unwrap() {
        Opened::Refused(problems) => problems,
        Opened::Done(_) => panic!("opened for {} {}", typed.nome, typed.cognome),
    }
}

/// The same code with its last digit written as omocodia writes it.
fn omocodic(code: &str) -> String {
    let mut letters = code.as_bytes()[..15].to_vec();
    letters[14] = b"LMNPQRSTUV"[usize::from(letters[14] - b'0')];
    let first = String::from_utf8(letters).unwrap();
    let mut all = ('A'..='Z').map(|letter| format!("{first}{letter}"));
    all.find(|code| CodiceFiscale::parse(code, None).is_ok()).expect("one of the letters is right")
}

/// The same person, signed in with certified keys.
fn certified(ctx: &Ctx) -> Ctx {
    let mut ctx = ctx.clone();
    if let Actor::Cittadino(signed) = &mut ctx.actor {
        signed.level = IdentityLevel::L3;
    }
    ctx
}

/// The person of a name under a delega of another.
async fn delegate(app: &App, titolare: &Ctx, cognome: &str) -> Ctx {
    let today = calendar::legal_date(app.clock.now());
    let proposal = Proposal {
        codice_fiscale: codice_fiscale(cognome),
        scope: DelegaScope::Act,
        term: Term { dal: today, al: today + Days::new(30) },
        email: String::new(),
    };
    delega::invite(&app.portal, titolare, proposal).await.unwrap();
    let ctx = app.cittadino(cognome).await;
    let invited: DelegaId = delega::overview(&app.portal, &ctx).await.unwrap().received[0].id;
    delega::answer(&app.portal, &ctx, invited, Answer::Accept).await.unwrap();
    let behalf = delega::resume(&app.portal, &ctx, invited).await.unwrap();
    Ctx { on_behalf: Some(behalf), ..ctx }
}

async fn ask_for_certified_keys(app: &App) {
    let now = app.clock.now();
    app.publish_at_level(IdentityLevel::L3, (now - TimeDelta::days(1), now + TimeDelta::days(30))).await;
}

fn too_low<T: std::fmt::Debug>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::LevelNeeded(IdentityLevel::L3)))
}

fn luca() -> Domanda {
    Domanda::new([Figlio::new("Luca", ROSSI, 1)])
}

#[tokio::test]
async fn nobody_is_their_own_applicant_by_another_spelling() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let own = codice_fiscale("Anna");
        for spelling in [own.to_lowercase(), format!(" {} ", own), omocodic(&own)] {
            let typed = Applicant { codice_fiscale: spelling.clone(), ..applicant(app, "Anna") };
            assert_eq!(refused(app, &clerk, typed).await, [Problem::Own], "{spelling}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_document_of_a_brother_opens_nothing_and_a_name_has_letters() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        app.cittadino(ROSSI).await;
        let brother = Applicant { nome: "Luigi".into(), ..applicant(app, ROSSI) };
        assert_eq!(refused(app, &clerk, brother).await, [Problem::OtherName]);
        let tried = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'per_conto.refuse'";
        assert_eq!(count(app, tried).await, 1, "whoever tries names is seen");
        // A second given name stands on one document and not on another.
        opened(app, &clerk, Applicant { nome: "MARIO Giuseppe".into(), ..applicant(app, ROSSI) }).await;
        for nothing in ["\u{200b}", "--", "\u{202e}"] {
            let typed = Applicant { nome: nothing.into(), cognome: nothing.into(), ..applicant(app, "Verdi") };
            assert_eq!(refused(app, &clerk, typed).await, [Problem::Nome, Problem::Cognome], "{nothing:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_desk_is_not_told_what_is_known_of_the_applicant_from_elsewhere() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let rossi = app.cittadino(ROSSI).await;
        let ctx = at_desk(app, &clerk, ROSSI).await;
        let draft = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let shown = async |ctx: &Ctx| {
            let mut shown = format!("{:?}", bozza::summary(&app.portal, ctx, draft).await.unwrap().summary);
            for page in ["richiedente", "figli"] {
                shown += &format!("{:?}", bozza::page(&app.portal, ctx, draft, page).await.unwrap().page);
            }
            shown
        };
        let seen = shown(&ctx).await;
        assert!(seen.contains(&codice_fiscale(ROSSI)), "the applicant is named");
        let luca = Figlio::new("Luca", ROSSI, 1);
        for known in ["rossi@posta.example", "Sofia", "Luca", &luca.codice_fiscale] {
            assert!(!seen.contains(known), "{known}");
        }
        assert!(shown(&rossi).await.contains("Sofia"), "at home the children are offered");
    })
    .await;
}

#[tokio::test]
async fn what_the_applicant_sends_from_home_leaves_the_desk() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let rossi = app.cittadino(ROSSI).await;
        let ctx = at_desk(app, &clerk, ROSSI).await;
        let draft = app.fill(&ctx, &luca()).await;
        let sent = invio::submit(&app.portal, &rossi, draft, app.invio_form(&rossi, draft).await).await;
        assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
        let seen = invio::sent(&app.portal, &ctx, draft).await;
        assert!(matches!(seen, Err(Error::NotFound)), "{seen:?}");
        assert!(invio::sent(&app.portal, &rossi, draft).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn the_desk_neither_sees_nor_books_the_place_of_what_was_sent_from_home() {
    each(async |app| {
        let now = app.clock.now();
        let booking = Booking { from: Some(now), posti: 5 };
        app.publish_booked((now - TimeDelta::days(1), now + TimeDelta::days(1)), booking).await;
        let rossi = app.cittadino(ROSSI).await;
        let (bozza, _) = app.file(&rossi, &luca()).await;
        let clerk = app.operatore("Anna").await;
        let desk = at_desk(app, &clerk, ROSSI).await;
        let seen = prenotazione::page(&app.portal, &desk, bozza).await;
        assert!(matches!(seen, Err(Error::NotFound)), "{seen:?}");
        let booked = prenotazione::book(&app.portal, &desk, bozza).await;
        assert!(matches!(booked, Err(Error::NotFound)), "{booked:?}");
        prenotazione::book(&app.portal, &rossi, bozza).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_changes_hands_at_the_desk_leaves_a_row() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let bruna = app.operatore_di(&app.ente, "Bruna", &[Ruolo::OperatoreIstruzione]).await;
        let ctx = at_desk(app, &clerk, ROSSI).await;
        let draft = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        assert_eq!(count(app, TAKEN_UP).await, 0, "it is in the same hands");
        let next = at_desk(app, &bruna, ROSSI).await;
        assert_eq!(bozza::start(&app.portal, &next, MODELLO).await.unwrap(), draft);
        bozza::start(&app.portal, &next, MODELLO).await.unwrap();
        assert_eq!(count(app, TAKEN_UP).await, 1);
        assert!(
            matches!(bozza::discard(&app.portal, &ctx, draft).await, Err(Error::NotFound)),
            "it is gone from there"
        );
    })
    .await;
}

#[tokio::test]
async fn a_draft_of_before_asks_for_the_level_of_now() {
    each(async |app| {
        let rossi = app.cittadino(ROSSI).await;
        let draft = app.fill(&rossi, &luca()).await;
        let delegate = delegate(app, &rossi, "Verdi").await;
        let form = app.invio_form(&rossi, draft).await;
        ask_for_certified_keys(app).await;
        for low in [&rossi, &delegate] {
            let page = bozza::page(&app.portal, low, draft, "figli").await;
            assert!(too_low(&page), "{page:?}");
            let sent = invio::submit(&app.portal, low, draft, form.clone()).await;
            assert!(too_low(&sent), "{sent:?}");
        }
        let sent = invio::submit(&app.portal, &certified(&rossi), draft, form).await;
        assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
    })
    .await;
}

#[tokio::test]
async fn what_was_filed_with_certified_keys_opens_to_nobody_below() {
    each(async |app| {
        ask_for_certified_keys(app).await;
        let rossi = app.cittadino(ROSSI).await;
        let sure = certified(&rossi);
        let mut sick = Figlio::new("Luca", ROSSI, 1);
        sick.certificato = Some(pdf("certificato"));
        let (_, pratiche) = app.file(&sure, &Domanda::new([sick])).await;
        app.work().await;
        let (portal, id) = (&app.portal, pratiche[0]);
        let delegate = delegate(app, &rossi, "Verdi").await;
        for low in [&rossi, &delegate] {
            assert!(too_low(&pratica::page(portal, low, id).await));
            assert!(too_low(&pratica::receipt(portal, low, id).await));
            assert!(too_low(&pratica::withdraw(portal, low, id).await));
            assert!(pratica::list(portal, low).await.is_ok(), "that it is there is no secret");
        }
        let foreign = app.cittadino("Bianchi").await;
        assert!(matches!(pratica::page(portal, &foreign, id).await, Err(Error::NotFound)), "theirs is not told");
        assert!(pratica::page(portal, &sure, id).await.is_ok());
        assert!(pratica::receipt(portal, &sure, id).await.unwrap().is_some());
        pratica::withdraw(portal, &sure, id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_decides_their_own_pratica() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let own = app.cittadino("Anna").await;
        let (_, pratiche) = app.file(&own, &Domanda::new([Figlio::new("Luca", "Anna", 7)])).await;
        let (portal, id) = (&app.portal, pratiche[0]);
        let shown = ufficio::page(portal, &clerk, id).await.unwrap();
        assert!(!shown.can_take && !shown.can_decide, "{shown:?}");
        let accept = Decision { version: shown.version, accept: true, reason: String::new() };
        assert!(matches!(ufficio::take(portal, &clerk, id, shown.version).await, Err(Error::Forbidden)));
        assert!(matches!(ufficio::decide(portal, &clerk, id, &accept).await, Err(Error::Forbidden)));
        let bruna = app.operatore_di(&app.ente, "Bruna", &[Ruolo::Responsabile]).await;
        ufficio::take(portal, &bruna, id, shown.version).await.unwrap();
        let accept = Decision { version: shown.version + 1, ..accept };
        ufficio::decide(portal, &bruna, id, &accept).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_typed_into_a_proposta_is_one_line_that_every_page_can_show() {
    each(async |app| {
        let rita = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        let ivo = app.operatore_di(&app.ente, "Ivo", &[Ruolo::Ragioneria]).await;
        let portal = &app.portal;
        let (now, _) = proposta::conti(portal, &rita).await.unwrap().unwrap();
        let same = format!("\u{202e}{}\u{2066}\0", now.intestatario);
        let unseen = Change::Conti(Conti { intestatario: same, ..now.clone() });
        let proposed = proposta::propose(portal, &rita, unseen).await;
        assert!(matches!(proposed, Err(Error::Unacceptable(_))), "a change that nobody can see: {proposed:?}");
        let turned = Conti { intestatario: "Tesoreria\n\0 di\u{202e} Prova".into(), ..now };
        let id = proposta::propose(portal, &rita, Change::Conti(turned.clone())).await.unwrap();
        proposta::confirm(portal, &ivo, id).await.unwrap();
        let (after, _) = proposta::conti(portal, &rita).await.unwrap().unwrap();
        assert_eq!(after.intestatario, "Tesoreria   di Prova");
        let stazione =
            sportello_domain::riscossione::Stazione { stazione_id: "800\u{a0}01".into(), ..turned.stazione.clone() };
        let odd = proposta::propose(portal, &rita, Change::Conti(Conti { stazione, ..turned })).await;
        assert!(matches!(odd, Err(Error::Unacceptable(proposta::fault::STAZIONE))), "{odd:?}");
        let id = proposta::propose(portal, &rita, serie("R")).await.unwrap();
        proposta::refuse(portal, &ivo, id, "no\0\u{202e}").await.unwrap();
        assert_eq!(proposta::find(portal, &rita, id).await.unwrap().row.motivo.as_deref(), Some("no"));
        let capo = app.operatore("Capo").await;
        let atto = Atto { name: "Determina\0n. 41".into(), date: calendar::legal_date(app.clock.now()) };
        proposta::set_controllo(portal, &capo, false, atto).await.unwrap();
        assert_eq!(proposta::controllo(portal, &capo).await.unwrap().unwrap().atto, "Determina n. 41");
    })
    .await;
}

fn serie(serie: &str) -> Change {
    Change::Numerazione(proposta::Serie { serie: serie.into() })
}

#[tokio::test]
async fn the_second_person_is_back_even_where_the_clock_is_behind() {
    each(async |app| {
        let rita = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        let capo = app.operatore("Capo").await;
        let atto = |name: &str| Atto { name: name.into(), date: calendar::legal_date(app.clock.now()) };
        proposta::set_controllo(&app.portal, &capo, false, atto("Determina n. 41")).await.unwrap();
        // Another node, whose clock is behind by a moment.
        app.clock.pass(-TimeDelta::seconds(2));
        proposta::set_controllo(&app.portal, &capo, true, atto("Determina n. 42")).await.unwrap();
        let id = proposta::propose(&app.portal, &rita, serie("R")).await.unwrap();
        let alone = proposta::confirm(&app.portal, &rita, id).await;
        assert!(matches!(alone, Err(Error::Forbidden)), "{alone:?}");
    })
    .await;
}

/// A session that is refused, one that is left, one in which something is filed, and a receipt.
async fn story(app: &App) {
    let clerk = app.operatore("Anna").await;
    let wrong =
        Applicant { cognome: "Bianchi".into(), codice_fiscale: codice_fiscale("Anna"), ..applicant(app, ROSSI) };
    refused(app, &clerk, wrong).await;
    at_desk(app, &clerk, "Verdi").await;
    let ctx = at_desk(app, &clerk, ROSSI).await;
    app.file(&ctx, &luca()).await;
    app.inbox.refuse(1);
    app.work().await;
    app.clock.pass(TimeDelta::hours(1));
    app.work().await;
}

#[tokio::test]
async fn the_document_that_was_shown_stands_nowhere_in_clear() {
    let (log, guard) = listen();
    let database = TestDatabase::sqlite().await;
    let app = App::on(&database, true).await;
    story(&app).await;
    drop(guard);
    let mut places = Vec::new();
    files(&app.folder, &mut places);
    places.extend(app.inbox.all().into_iter().map(|message| ("mail".to_owned(), message.raw.into_bytes())));
    let logged = log.0.lock().unwrap().clone();
    assert!(holds(&logged, "a job failed"), "the log is heard");
    places.push(("log".into(), logged));
    assert!(places.iter().any(|(name, content)| name.contains("test.db") && holds(content, "Via dei Tigli 8")));
    for (name, content) in &places {
        for canary in CANARIES {
            assert!(!holds(content, canary), "{canary} stands in {name}");
        }
    }
}

#[tokio::test]
async fn the_document_that_was_shown_stands_in_no_dump() {
    sportello_store::testing::postgres(async |database| {
        let app = App::on(database, true).await;
        story(&app).await;
        let Some(dump) = database.dump("plain") else { return };
        assert!(holds_as_bytes(&dump, "Via dei Tigli 8"), "the search sees answers");
        for canary in CANARIES {
            assert!(!holds_as_bytes(&dump, canary), "{canary} stands in the dump");
        }
    })
    .await;
}
