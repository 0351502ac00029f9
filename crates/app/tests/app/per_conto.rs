//! At the desk: who may open a session and for whom, what a member of staff sees in it, and whose the pratica is.

use chrono::{Days, TimeDelta};
use sportello_app::{
    Ctx, Error, Result, bozza,
    delega::{self, Proposal},
    documenti_contabili,
    invio::{self, InvioForm},
    pagamenti,
    per_conto::{self, Applicant, Opened, Problem},
    pratica,
    testing::{App, Domanda, Figlio, MODELLO, codice_fiscale, each},
    ufficio,
};
use sportello_domain::{
    calendar,
    delega::{DelegaScope, Term},
    foglio::Formato,
    id::PerContoId,
    riconoscimento::TipoDocumento,
    ruolo::Ruolo,
};
use sportello_store::{Json, binds, per_conto as row, seal::Sealed};

use super::common::{count, taken_out};

/// The applicant of these tests.
const ROSSI: &str = "Rossi";
const NUMBER: &str = "CA98765XY";

fn applicant(app: &App, cognome: &str) -> Applicant {
    Applicant {
        codice_fiscale: codice_fiscale(cognome),
        nome: "Mario".into(),
        cognome: cognome.into(),
        tipo: Some(TipoDocumento::IdentityCard),
        number: NUMBER.into(),
        issued_by: "Comune di Treviglio".into(),
        expires_on: Some(calendar::legal_date(app.clock.now()) + Days::new(400)),
    }
}

async fn opened(app: &App, clerk: &Ctx, cognome: &str) -> PerContoId {
    match per_conto::open(&app.portal, clerk, &applicant(app, cognome)).await.unwrap() {
        Opened::Done(id) => id,
        Opened::Refused(problems) => panic!("refused: {problems:?}"),
    }
}

async fn resumed(app: &App, clerk: &Ctx, id: PerContoId) -> Result<Ctx> {
    let behalf = per_conto::resume(&app.portal, clerk, id).await?;
    Ok(Ctx { on_behalf: Some(behalf), ..clerk.clone() })
}

/// A clerk in a session for a person.
pub async fn at_desk(app: &App, clerk: &Ctx, cognome: &str) -> (PerContoId, Ctx) {
    let id = opened(app, clerk, cognome).await;
    (id, resumed(app, clerk, id).await.unwrap())
}

fn luca() -> Domanda {
    Domanda::new([Figlio::new("Luca", ROSSI, 1)])
}

#[tokio::test]
async fn only_a_clerk_of_the_ente_opens_a_session_and_never_for_themself() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        for other in ["Lara", "Ugo", "Capo"] {
            let other = app.operatore(other).await;
            let refused = per_conto::open(&app.portal, &other, &applicant(app, ROSSI)).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
            assert!(matches!(per_conto::list(&app.portal, &other).await, Err(Error::Forbidden)));
        }
        for other in [app.cittadino("Verdi").await, app.nobody(&app.ente)] {
            let refused = per_conto::open(&app.portal, &other, &applicant(app, ROSSI)).await;
            assert!(matches!(refused, Err(Error::SignInNeeded)), "{refused:?}");
        }
        let own = per_conto::open(&app.portal, &clerk, &applicant(app, "Anna")).await.unwrap();
        assert_eq!(own, Opened::Refused(vec![Problem::Own]));
        assert_eq!(count(app, "SELECT count(*) FROM per_conto WHERE ente_id = $1").await, 0);
        let id = opened(app, &clerk, ROSSI).await;
        let listed = per_conto::list(&app.portal, &clerk).await.unwrap();
        assert_eq!(listed.iter().map(|desk| (desk.id, desk.name.as_str())).collect::<Vec<_>>(), [(id, "Mario Rossi")]);
    })
    .await;
}

#[tokio::test]
async fn a_session_is_for_the_one_who_opened_it_and_until_it_is_over() {
    each(async |app| {
        let (anna, id) = (app.operatore("Anna").await, opened(app, &app.operatore("Anna").await, ROSSI).await);
        let bruna = app.operatore_di(&app.ente, "Bruna", &[Ruolo::OperatoreIstruzione]).await;
        let elsewhere = app.operatore_di(&app.altrove, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        for other in [&bruna, &elsewhere] {
            assert!(matches!(per_conto::resume(&app.portal, other, id).await, Err(Error::NotFound)));
            assert!(matches!(per_conto::page(&app.portal, other, id).await, Err(Error::NotFound)));
            assert!(matches!(per_conto::close(&app.portal, other, id).await, Err(Error::NotFound)));
        }
        let citizen = app.cittadino(ROSSI).await;
        assert!(matches!(per_conto::resume(&app.portal, &citizen, id).await, Err(Error::SignInNeeded)));
        let table = async |ctx| {
            // The latest deed is found by its key: those of one millisecond have no order.
            app.clock.pass(TimeDelta::seconds(1));
            let table = per_conto::take_out(&app.portal, ctx, Formato::Csv).await;
            taken_out(app, ctx, "per_conto.export_list", table).await
        };
        let told = table(&anna).await;
        let headings = "sessione.richiedente;sessione.aperta;sessione.scade";
        assert_eq!((told.len(), &*told[0]), (2, headings));
        assert!(told[1].contains(ROSSI) && !told.concat().contains(NUMBER), "{told:?}");
        for other in [&bruna, &elsewhere] {
            assert_eq!(table(other).await, [headings], "each their own");
        }
        assert!(resumed(app, &anna, id).await.is_ok());
        app.clock.pass(TimeDelta::minutes(119));
        assert!(resumed(app, &anna, id).await.is_ok());
        app.clock.pass(TimeDelta::minutes(1));
        assert!(matches!(resumed(app, &anna, id).await, Err(Error::PerContoOver)));
        let next = opened(app, &anna, ROSSI).await;
        per_conto::close(&app.portal, &anna, next).await.unwrap();
        per_conto::close(&app.portal, &anna, next).await.unwrap();
        assert!(matches!(resumed(app, &anna, next).await, Err(Error::PerContoOver)));
        let closed = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'per_conto.close'";
        assert_eq!(count(app, closed).await, 1, "closing twice is one deed");
        assert!(per_conto::list(&app.portal, &anna).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_document_is_sealed_and_the_audit_names_ids_alone() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let id = opened(app, &clerk, ROSSI).await;
        let ente = app.ente.id;
        let read = app.portal.store().read(ente, async move |read| {
            let sealed: (Sealed,) = read
                .fetch_one("SELECT documento FROM per_conto WHERE ente_id = $1 AND id = $2", binds![ente, id])
                .await?;
            let deed: (Json<serde_json::Value>,) = read
                .fetch_one("SELECT detail FROM audit WHERE ente_id = $1 AND action = 'per_conto.open'", binds![ente])
                .await?;
            Ok((sealed.0, deed.0.0))
        });
        let (sealed, detail) = read.await.unwrap();
        assert!(!sealed.as_bytes().windows(NUMBER.len()).any(|part| part == NUMBER.as_bytes()));
        let words = detail.to_string();
        assert!(detail["titolare"].is_string(), "{words}");
        for secret in [NUMBER, ROSSI, &codice_fiscale(ROSSI), "Treviglio"] {
            assert!(!words.contains(secret), "{secret}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_is_written() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        app.cittadino(ROSSI).await;
        let good = applicant(app, ROSSI);
        let yesterday = calendar::legal_date(app.clock.now()) - Days::new(1);
        for (typed, problem) in [
            (Applicant { codice_fiscale: "12345678901".into(), ..good.clone() }, Problem::CodiceFiscale),
            (Applicant { cognome: "Bianchi".into(), ..good.clone() }, Problem::OtherName),
            (Applicant { tipo: None, ..good.clone() }, Problem::Tipo),
            (Applicant { number: "--".into(), ..good.clone() }, Problem::Number),
            (Applicant { expires_on: Some(yesterday), ..good.clone() }, Problem::Expired),
        ] {
            let refused = per_conto::open(&app.portal, &clerk, &typed).await.unwrap();
            assert_eq!(refused, Opened::Refused(vec![problem]));
        }
        assert_eq!(count(app, "SELECT count(*) FROM per_conto WHERE ente_id = $1").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_pratica_of_the_desk_is_the_applicants_and_names_the_clerk() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let rossi = app.cittadino(ROSSI).await;
        let (id, ctx) = at_desk(app, &clerk, ROSSI).await;
        let (bozza, pratiche) = app.file(&ctx, &luca()).await;
        let sent = pratiche[0];
        let own = pratica::page(&app.portal, &rossi, sent).await.unwrap();
        assert_eq!((own.at_desk.as_deref(), own.filed_by.as_deref()), (Some("Mario Anna"), None));
        assert!(own.whole && own.can_withdraw, "it is the applicant's like every other");
        let shown = ufficio::page(&app.portal, &clerk, sent).await.unwrap();
        assert_eq!(shown.at_desk.as_deref(), Some("Mario Anna"));
        let ente = app.ente.id;
        let sql = "SELECT e.actor_kind, a.capacity, a.detail FROM pratica_evento e
            JOIN audit a ON a.ente_id = e.ente_id AND a.object_id = e.pratica_id AND a.action = 'pratica.submit'
            WHERE e.ente_id = $1 AND e.pratica_id = $2 AND e.kind = 'inviata'";
        type Deed = (String, String, Json<serde_json::Value>);
        let read =
            app.portal.store().read(ente, async move |read| read.fetch_one::<Deed>(sql, binds![ente, sent]).await);
        let (kind, capacity, detail) = read.await.unwrap();
        assert_eq!((kind.as_str(), capacity.as_str()), ("ufficio", "per_conto"));
        assert_eq!(detail.0["per_conto"], id.to_string());
        assert_eq!(detail.0["titolare"], rossi.cittadino().unwrap().persona.to_string());
        app.work().await;
        assert!(pratica::receipt(&app.portal, &ctx, sent).await.unwrap().is_some(), "the clerk prints it");
        let (_, later) = at_desk(app, &clerk, ROSSI).await;
        assert!(matches!(pratica::receipt(&app.portal, &later, sent).await, Err(Error::NotFound)));
        assert!(matches!(invio::sent(&app.portal, &later, bozza).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_draft_of_the_applicant_is_not_for_the_desk_and_one_of_the_desk_goes_on() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let bruna = app.operatore_di(&app.ente, "Bruna", &[Ruolo::OperatoreIstruzione]).await;
        let rossi = app.cittadino(ROSSI).await;
        let private = app.fill(&rossi, &luca()).await;
        let (_, ctx) = at_desk(app, &clerk, ROSSI).await;
        assert!(matches!(bozza::start(&app.portal, &ctx, MODELLO).await, Err(Error::OwnBozza)));
        assert!(matches!(bozza::frame(&app.portal, &ctx, private).await, Err(Error::NotFound)));
        assert!(matches!(bozza::discard(&app.portal, &ctx, private).await, Err(Error::NotFound)));
        let form = InvioForm { key: app.portal.chance().secret(), hash: String::new(), revision: 1, declared: true };
        assert!(matches!(invio::submit(&app.portal, &ctx, private, form).await, Err(Error::NotFound)));
        assert!(bozza::list(&app.portal, &ctx).await.unwrap().is_empty());
        bozza::discard(&app.portal, &rossi, private).await.unwrap();
        let begun = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        assert_eq!(bozza::start(&app.portal, &ctx, MODELLO).await.unwrap(), begun, "a second press");
        let (_, next) = at_desk(app, &bruna, ROSSI).await;
        assert!(matches!(bozza::frame(&app.portal, &next, begun).await, Err(Error::NotFound)));
        assert_eq!(bozza::start(&app.portal, &next, MODELLO).await.unwrap(), begun, "the next clerk goes on");
        assert!(matches!(bozza::frame(&app.portal, &ctx, begun).await, Err(Error::NotFound)), "one session at a time");
        assert!(bozza::frame(&app.portal, &rossi, begun).await.is_ok(), "it is the applicant's");
        app.add_row(&rossi, begun).await;
        assert!(
            matches!(bozza::frame(&app.portal, &next, begun).await, Err(Error::NotFound)),
            "what they type is theirs"
        );
        assert!(matches!(bozza::start(&app.portal, &next, MODELLO).await, Err(Error::OwnBozza)));
    })
    .await;
}

#[tokio::test]
async fn nothing_else_of_the_applicant_opens_at_the_desk() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let rossi = app.cittadino(ROSSI).await;
        let (_, pratiche) = app.file(&rossi, &luca()).await;
        let (_, ctx) = at_desk(app, &clerk, ROSSI).await;
        let portal = &app.portal;
        let today = calendar::legal_date(app.clock.now());
        let invited = Proposal {
            codice_fiscale: codice_fiscale("Verdi"),
            scope: DelegaScope::View,
            term: Term { dal: today, al: today },
            email: String::new(),
        };
        let shut = [
            pratica::list(portal, &ctx).await.err(),
            pratica::page(portal, &ctx, pratiche[0]).await.err(),
            pratica::withdraw(portal, &ctx, pratiche[0]).await.err(),
            documenti_contabili::children(portal, &ctx).await.err(),
            pagamenti::list(portal, &ctx).await.err(),
            delega::invite(portal, &ctx, invited).await.err(),
        ];
        for outcome in shut {
            assert!(matches!(outcome, Some(Error::SignInNeeded)), "{outcome:?}");
        }
        assert!(matches!(pratica::receipt(portal, &ctx, pratiche[0]).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_document_is_forgotten_with_a_session_in_which_nothing_was_filed() {
    each(async |app| {
        let clerk = app.operatore("Anna").await;
        let (id, ctx) = at_desk(app, &clerk, ROSSI).await;
        app.file(&ctx, &luca()).await;
        opened(app, &clerk, "Verdi").await;
        let (ente, now) = (app.ente.id, app.clock.now());
        let purge = async |before| {
            let gone = app.portal.store().write(ente, async move |tx| row::purge(tx, ente, before).await);
            gone.await.unwrap()
        };
        assert_eq!(purge(now + TimeDelta::hours(2)).await, 0, "it is over from then on, not before");
        assert_eq!(purge(now + TimeDelta::hours(3)).await, 1);
        assert!(per_conto::page(&app.portal, &clerk, id).await.is_ok(), "what was filed keeps its session");
    })
    .await;
}
