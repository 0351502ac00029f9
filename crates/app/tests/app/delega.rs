//! Deleghe: what is seen before and after acceptance, what each scope opens, who may answer and end, and the minute at
//! which one is over.

use chrono::{Days, TimeDelta};
use sportello_app::{
    Ctx, Error, Result, area,
    bozza::{self, PageAction, PageForm},
    delega::{self, Answer, DelegaState, DelegaStep, Given, Grant, Overview, Problem, Proposal},
    documenti_contabili,
    invio::{self, InvioForm},
    messaggio,
    pagamenti::{self, Return},
    pratica,
    testing::{App, Domanda, Figlio, codice_fiscale, each},
};
use sportello_domain::{
    calendar,
    delega::{DelegaScope, MAX_OPEN, MAX_PER_DAY, Term},
    id::{AllegatoId, AlunnoId, BozzaId, DelegaId, DocumentoContabileId, PosizioneId, PraticaId, TentativoId},
    modello::view::{Answer as Shown, Summary},
    ruolo::Ruolo,
};
use sportello_store::binds;

use super::common::count;

/// The people of these tests: Rossi applies, Verdi is invited, Neri is somebody else.
const ROSSI: &str = "Rossi";
const VERDI: &str = "Verdi";
const NERI: &str = "Neri";

fn proposal(app: &App, to: &str, scope: DelegaScope) -> Proposal {
    let today = calendar::legal_date(app.clock.now());
    let term = Term { dal: today, al: today + Days::new(30) };
    Proposal { codice_fiscale: codice_fiscale(to), scope, term, email: String::new() }
}

async fn invited(app: &App, from: &Ctx, to: &str, scope: DelegaScope) -> DelegaId {
    match delega::invite(&app.portal, from, proposal(app, to, scope)).await.unwrap() {
        Given::Done(id) => id,
        Given::Refused(problems) => panic!("refused: {problems:?}"),
    }
}

/// `to` in the name of `from`.
pub async fn on_behalf(app: &App, from: &Ctx, to: &Ctx, cognome: &str, scope: DelegaScope) -> (DelegaId, Ctx) {
    let id = invited(app, from, cognome, scope).await;
    delega::answer(&app.portal, to, id, Answer::Accept).await.unwrap();
    (id, looking(app, to, id).await.unwrap())
}

async fn looking(app: &App, to: &Ctx, id: DelegaId) -> Result<Ctx> {
    let behalf = delega::resume(&app.portal, to, id).await?;
    Ok(Ctx { on_behalf: Some(behalf), ..to.clone() })
}

async fn overview(app: &App, ctx: &Ctx) -> Overview {
    delega::overview(&app.portal, ctx).await.unwrap()
}

fn luca() -> Domanda {
    let mut luca = Figlio::new("Luca", ROSSI, 1);
    luca.alimenti = Some("maiale".to_owned());
    let iban = Some("IT60X0542811101000000123456".to_owned());
    Domanda { iban, isee: Some("12000".to_owned()), ..Domanda::new([luca]) }
}

/// The outcome of a use case, told apart only by who may ask.
fn asked<T>(outcome: Result<T>) -> Option<Error> {
    outcome.err()
}

/// Every use case that takes an owner, with identifiers that nobody has: whoever may ask is told "not found" or nothing.
async fn every_use_case(app: &App, ctx: &Ctx) -> Vec<(&'static str, DelegaScope, Option<Error>)> {
    use DelegaScope::{Act, Pay, View};
    let (portal, fresh) = (&app.portal, || app.portal.chance().uuid(app.clock.now()));
    let (bozza_id, pratica_id) = (BozzaId::new(fresh()), PraticaId::new(fresh()));
    let (debt, attempt, file) = (PosizioneId::new(fresh()), TentativoId::new(fresh()), AllegatoId::new(fresh()));
    let (alunno, document) = (AlunnoId::new(fresh()), DocumentoContabileId::new(fresh()));
    let page =
        || PageForm { revision: 1, action: PageAction::Suspend, fields: vec![], files: vec![], ..PageForm::default() };
    let key = || portal.chance().secret();
    let form = InvioForm { key: key(), hash: String::new(), revision: 1, declared: true };
    vec![
        ("pratica::list", View, asked(pratica::list(portal, ctx).await)),
        ("pratica::page", View, asked(pratica::page(portal, ctx, pratica_id).await)),
        ("pratica::receipt", Act, asked(pratica::receipt(portal, ctx, pratica_id).await)),
        ("pratica::file", Act, asked(pratica::file(portal, ctx, pratica_id, file).await)),
        ("pratica::withdraw", Act, asked(pratica::withdraw(portal, ctx, pratica_id).await)),
        ("area::desk", View, asked(area::desk(portal, ctx).await)),
        ("area::conversations", Act, asked(area::conversations(portal, ctx).await)),
        ("area::documents", View, asked(area::documents(portal, ctx).await)),
        ("area::children", View, asked(area::children(portal, ctx).await)),
        ("messaggio::thread", Act, asked(messaggio::thread(portal, ctx, pratica_id).await)),
        ("documenti::children", View, asked(documenti_contabili::children(portal, ctx).await)),
        ("documenti::of_child", View, asked(documenti_contabili::of_child(portal, ctx, alunno).await)),
        ("documenti::page", View, asked(documenti_contabili::page(portal, ctx, alunno, document).await)),
        ("documenti::pdf", View, asked(documenti_contabili::pdf(portal, ctx, alunno, document).await)),
        ("pagamenti::list", View, asked(pagamenti::list(portal, ctx).await)),
        ("pagamenti::attempt", View, asked(pagamenti::attempt(portal, ctx, attempt).await)),
        ("pagamenti::receipt", View, asked(pagamenti::receipt(portal, ctx, debt).await)),
        ("pagamenti::start", Pay, asked(pagamenti::start(portal, ctx, vec![debt], &key()).await)),
        ("pagamenti::returned", Pay, asked(pagamenti::returned(portal, ctx, attempt, Return::Ok).await)),
        ("pagamenti::notice", Pay, asked(pagamenti::notice(portal, ctx, debt).await)),
        ("bozza::start", Act, asked(bozza::start(portal, ctx, "nessuno").await)),
        ("bozza::list", Act, asked(bozza::list(portal, ctx).await)),
        ("bozza::frame", Act, asked(bozza::frame(portal, ctx, bozza_id).await)),
        ("bozza::page", Act, asked(bozza::page(portal, ctx, bozza_id, "figli").await)),
        ("bozza::summary", Act, asked(bozza::summary(portal, ctx, bozza_id).await)),
        ("bozza::save", Act, asked(bozza::save(portal, ctx, bozza_id, "figli", page()).await)),
        ("bozza::discard", Act, asked(bozza::discard(portal, ctx, bozza_id).await)),
        ("bozza::file", Act, asked(bozza::file(portal, ctx, bozza_id, file).await)),
        ("invio::submit", Act, asked(invio::submit(portal, ctx, bozza_id, form).await)),
        ("invio::sent", Act, asked(invio::sent(portal, ctx, bozza_id).await)),
    ]
}

#[tokio::test]
async fn each_scope_opens_its_use_cases_and_no_other() {
    each(async |app| {
        let (rossi, verdi) = (app.cittadino(ROSSI).await, app.cittadino(VERDI).await);
        for scope in DelegaScope::ALL {
            let (id, ctx) = on_behalf(app, &rossi, &verdi, VERDI, scope).await;
            for (name, needed, outcome) in every_use_case(app, &ctx).await {
                let narrow = matches!(outcome, Some(Error::DelegaTooNarrow));
                assert_eq!(narrow, !scope.allows(needed), "{scope:?} {name}: {outcome:?}");
                assert!(
                    matches!(outcome, None | Some(Error::DelegaTooNarrow | Error::NotFound)),
                    "{name}: {outcome:?}"
                );
            }
            let further = delega::invite(&app.portal, &ctx, proposal(app, NERI, DelegaScope::View)).await;
            assert!(matches!(further, Err(Error::DelegaTooNarrow)), "nobody passes a delega on: {further:?}");
            assert!(matches!(delega::overview(&app.portal, &ctx).await, Err(Error::DelegaTooNarrow)));
            delega::answer(&app.portal, &rossi, id, Answer::End).await.unwrap();
        }
        for (name, _, outcome) in every_use_case(app, &app.nobody(&app.ente)).await {
            assert!(matches!(outcome, Some(Error::SignInNeeded)), "{name}: {outcome:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_seen_before_acceptance_after_the_end_or_by_others() {
    each(async |app| {
        let (rossi, verdi, neri) = (app.cittadino(ROSSI).await, app.cittadino(VERDI).await, app.cittadino(NERI).await);
        let away = app.cittadino_di(&app.altrove, VERDI).await;
        app.file(&rossi, &luca()).await;
        let id = invited(app, &rossi, VERDI, DelegaScope::Act).await;
        let closed = async |ctx: &Ctx| matches!(looking(app, ctx, id).await, Err(Error::NotFound));
        for ctx in [&verdi, &neri, &away, &rossi] {
            assert!(closed(ctx).await, "before acceptance");
        }
        let shown = overview(app, &verdi).await.received;
        assert_eq!((shown.len(), shown[0].other.as_str(), shown[0].state), (1, "Mario Rossi", DelegaState::Invited));
        assert!(!format!("{shown:?}").contains("Luca"));
        assert!(overview(app, &neri).await.received.is_empty() && overview(app, &away).await.received.is_empty());
        for ctx in [&neri, &away] {
            for answer in [Answer::Accept, Answer::Decline, Answer::End] {
                let refused = delega::answer(&app.portal, ctx, id, answer).await;
                assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
            }
        }
        let own = delega::answer(&app.portal, &rossi, id, Answer::Accept).await;
        assert!(matches!(own, Err(Error::NotAllowedNow)), "nobody accepts their own: {own:?}");
        app.clock.pass(TimeDelta::minutes(1));
        for _ in 0..2 {
            delega::answer(&app.portal, &verdi, id, Answer::Accept).await.unwrap();
        }
        let seen = looking(app, &verdi, id).await.unwrap();
        assert_eq!(pratica::list(&app.portal, &seen).await.unwrap().len(), 1);
        assert!(pratica::list(&app.portal, &verdi).await.unwrap().is_empty(), "their own stays their own");
        for ctx in [&neri, &away, &rossi] {
            assert!(closed(ctx).await, "after acceptance");
        }
        app.clock.pass(TimeDelta::minutes(1));
        delega::answer(&app.portal, &verdi, id, Answer::End).await.unwrap();
        assert!(matches!(looking(app, &verdi, id).await, Err(Error::DelegaOver)));
        let again = delega::answer(&app.portal, &verdi, id, Answer::Accept).await;
        assert!(matches!(again, Err(Error::NotAllowedNow)), "{again:?}");
        let kinds: Vec<DelegaStep> =
            overview(app, &rossi).await.given[0].history.iter().map(|step| step.kind).collect();
        assert_eq!(kinds, [DelegaStep::Invited, DelegaStep::Accepted, DelegaStep::Ended]);
        assert_eq!(count(app, "SELECT count(*) FROM audit WHERE ente_id = $1 AND object_kind = 'delega'").await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_delega_is_over_at_the_minute() {
    each(async |app| {
        let (rossi, verdi) = (app.cittadino(ROSSI).await, app.cittadino(VERDI).await);
        let today = calendar::legal_date(app.clock.now());
        let term = Term { dal: today + Days::new(1), al: today + Days::new(1) };
        let later = Proposal { term, ..proposal(app, VERDI, DelegaScope::View) };
        let Given::Done(id) = delega::invite(&app.portal, &rossi, later).await.unwrap() else { panic!("refused") };
        delega::answer(&app.portal, &verdi, id, Answer::Accept).await.unwrap();
        assert!(matches!(looking(app, &verdi, id).await, Err(Error::DelegaOver)), "it begins tomorrow");
        let midnight = |day: chrono::NaiveDate| {
            let local = day.and_hms_opt(0, 0, 0).unwrap().and_local_timezone(chrono_tz::Europe::Rome);
            local.unwrap().to_utc()
        };
        app.clock.set(midnight(term.dal));
        assert!(looking(app, &verdi, id).await.is_ok());
        let end = midnight(term.al + Days::new(1));
        app.clock.set(end - TimeDelta::minutes(1));
        assert!(looking(app, &verdi, id).await.is_ok());
        app.clock.set(end);
        assert!(matches!(looking(app, &verdi, id).await, Err(Error::DelegaOver)));
        assert_eq!(overview(app, &rossi).await.given[0].state, DelegaState::Expired);
    })
    .await;
}

/// Whether a summary shows anything of class A, or a file.
fn is_whole(summary: &Summary) -> bool {
    let mut lines = summary.sections.iter().flat_map(|section| &section.lines);
    lines.any(|line| line.privacy.sealed() || matches!(line.answer, Some(Shown::File(_))))
}

#[tokio::test]
async fn class_a_values_are_for_those_who_may_act() {
    each(async |app| {
        let (rossi, verdi) = (app.cittadino(ROSSI).await, app.cittadino(VERDI).await);
        let (_, pratiche) = app.file(&rossi, &luca()).await;
        app.work().await;
        let own = pratica::page(&app.portal, &rossi, pratiche[0]).await.unwrap();
        assert!(is_whole(&own.summary) && own.whole && own.receipt.is_some() && own.can_withdraw);
        for scope in DelegaScope::ALL {
            let (id, ctx) = on_behalf(app, &rossi, &verdi, VERDI, scope).await;
            let page = pratica::page(&app.portal, &ctx, pratiche[0]).await.unwrap();
            let act = scope == DelegaScope::Act;
            assert_eq!((is_whole(&page.summary), page.whole, page.receipt.is_some()), (act, act, act), "{scope:?}");
            let said = format!("{:?}", page.summary);
            let bare: String = said.chars().filter(char::is_ascii_alphanumeric).collect();
            assert_eq!(bare.contains("IT60X0542811101000000123456"), act, "{scope:?}");
            assert!(said.contains("Luca"));
            delega::answer(&app.portal, &rossi, id, Answer::End).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_delegate_sends_belongs_to_the_applicant_and_names_both() {
    each(async |app| {
        let (rossi, verdi) = (app.cittadino(ROSSI).await, app.cittadino(VERDI).await);
        let (id, ctx) = on_behalf(app, &rossi, &verdi, VERDI, DelegaScope::Act).await;
        let (bozza, pratiche) = app.file(&ctx, &luca()).await;
        assert!(matches!(invio::sent(&app.portal, &verdi, bozza).await, Err(Error::NotFound)));
        let own = pratica::page(&app.portal, &rossi, pratiche[0]).await.unwrap();
        assert_eq!(own.filed_by.as_deref(), Some("Mario Verdi"));
        let (ente, sent) = (app.ente.id, pratiche[0]);
        let sql = "SELECT p.persona_id, e.actor, a.actor, a.capacity, a.detail FROM pratica p
            JOIN pratica_evento e ON e.ente_id = p.ente_id AND e.pratica_id = p.id AND e.kind = 'inviata'
            JOIN audit a ON a.ente_id = p.ente_id AND a.object_id = p.id AND a.action = 'pratica.submit'
            WHERE p.ente_id = $1 AND p.id = $2";
        type Names = (
            sportello_domain::id::PersonaId,
            sportello_domain::id::PersonaId,
            sportello_domain::id::PersonaId,
            String,
            sportello_store::Json<serde_json::Value>,
        );
        let read =
            app.portal.store().read(ente, async move |read| read.fetch_one::<Names>(sql, binds![ente, sent]).await);
        let (owner, step, deed, capacity, detail) = read.await.unwrap();
        let persona = |ctx: &Ctx| ctx.cittadino().unwrap().persona;
        assert_eq!((owner, step, deed), (persona(&rossi), persona(&verdi), persona(&verdi)));
        assert_eq!(capacity, "delegato");
        assert_eq!(detail.0["titolare"], owner.to_string());
        assert_eq!(detail.0["delega"], id.to_string());
        pratica::withdraw(&app.portal, &ctx, sent).await.unwrap();
        let own = pratica::page(&app.portal, &rossi, sent).await.unwrap();
        assert!(!own.can_withdraw);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_says_nothing_of_the_invited_person_and_has_limits() {
    each(async |app| {
        let rossi = app.cittadino(ROSSI).await;
        app.cittadino(VERDI).await;
        let refused = async |proposal: Proposal| match delega::invite(&app.portal, &rossi, proposal).await.unwrap() {
            Given::Refused(problems) => problems,
            Given::Done(_) => Vec::new(),
        };
        let good = |to: &str| proposal(app, to, DelegaScope::View);
        assert_eq!(refused(good(ROSSI)).await, [Problem::Own]);
        let wrong = Proposal { codice_fiscale: "X".into(), email: "x".into(), ..good(VERDI) };
        assert_eq!(refused(wrong).await, [Problem::CodiceFiscale, Problem::Email]);
        let past = Term { dal: good(VERDI).term.dal - Days::new(1), ..good(VERDI).term };
        assert_eq!(refused(Proposal { term: past, ..good(VERDI) }).await, [Problem::Term]);
        // One who is known and one who is not: the same answer, the same page.
        assert_eq!((refused(good(VERDI)).await, refused(good("Ignoto")).await), (vec![], vec![]));
        let shown = overview(app, &rossi).await.given;
        let named: Vec<&str> = shown.iter().map(|delega| delega.other.as_str()).collect();
        assert!(named.contains(&&*codice_fiscale(VERDI)) && named.contains(&&*codice_fiscale("Ignoto")), "{named:?}");
        assert_eq!(refused(good(VERDI)).await, [Problem::Twin]);
        for name in ["Primo", "Secondo", "Terzo"] {
            assert_eq!(refused(good(name)).await, []);
        }
        assert_eq!(MAX_OPEN, 5);
        assert_eq!(refused(good("Quarto")).await, [Problem::TooManyOpen]);
        for (given, name) in (5..).zip(["Quinto", "Sesto", "Settimo", "Ottavo", "Nono", "Decimo"]) {
            let last = overview(app, &rossi).await.given;
            let open = last.iter().find(|delega| delega.state == DelegaState::Invited).unwrap();
            delega::answer(&app.portal, &rossi, open.id, Answer::End).await.unwrap();
            let problems = refused(good(name)).await;
            let expected: &[Problem] = if given < MAX_PER_DAY { &[] } else { &[Problem::TooManyToday] };
            assert_eq!(problems, expected, "{name}");
        }
        app.clock.pass(TimeDelta::days(1));
        assert_eq!(refused(good("Undici")).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_letter_goes_only_where_the_applicant_said_and_names_no_child() {
    each(async |app| {
        let rossi = app.cittadino(ROSSI).await;
        app.file(&rossi, &luca()).await;
        app.work().await;
        let before = app.inbox.all().len();
        invited(app, &rossi, NERI, DelegaScope::View).await;
        app.work().await;
        assert_eq!(app.inbox.all().len(), before);
        let to = Proposal { email: "altro@posta.example".into(), ..proposal(app, VERDI, DelegaScope::View) };
        assert!(matches!(delega::invite(&app.portal, &rossi, to).await.unwrap(), Given::Done(_)));
        app.work().await;
        let letters = app.inbox.all();
        assert_eq!(letters.len(), before + 1);
        let said = format!("{:?}", letters[before]);
        assert!(said.contains("altro@posta.example") && said.contains("Mario Rossi"), "{said}");
        for secret in ["Luca", &*codice_fiscale(VERDI), &*codice_fiscale(ROSSI)] {
            assert!(!said.contains(secret), "{secret}");
        }
        assert_eq!(count(app, "SELECT count(*) FROM delega WHERE ente_id = $1 AND email IS NOT NULL").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_office_grants_on_a_written_request_and_the_applicant_sees_it() {
    each(async |app| {
        let (rossi, verdi) = (app.cittadino(ROSSI).await, app.cittadino(VERDI).await);
        let (anna, ugo) = (app.operatore("Anna").await, app.operatore("Ugo").await);
        let asked = |titolare: &str| Grant {
            titolare: codice_fiscale(titolare),
            reason: "Richiesta scritta allo sportello".into(),
            protocollo: "4127/2026".into(),
        };
        let view = || proposal(app, VERDI, DelegaScope::View);
        let by = async |ctx: &Ctx, grant: Grant| delega::grant(&app.portal, ctx, view(), grant).await;
        assert!(matches!(by(&ugo, asked(ROSSI)).await, Err(Error::Forbidden)));
        assert!(matches!(by(&rossi, asked(ROSSI)).await, Err(Error::SignInNeeded)));
        let away = app.operatore_di(&app.altrove, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        assert_eq!(by(&away, asked(ROSSI)).await.unwrap(), Given::Refused(vec![Problem::Titolare]));
        let bare = Grant { reason: " ".into(), protocollo: String::new(), ..asked(ROSSI) };
        assert_eq!(by(&anna, bare).await.unwrap(), Given::Refused(vec![Problem::Reason, Problem::Protocollo]));
        let Given::Done(id) = by(&anna, asked(ROSSI)).await.unwrap() else { panic!("refused") };
        let given = overview(app, &rossi).await.given;
        assert_eq!(given[0].grant.as_ref().map(|(_, protocollo)| protocollo.as_str()), Some("4127/2026"));
        assert_eq!((given[0].history[0].kind, given[0].history[0].by.clone()), (DelegaStep::Granted, None));
        assert!(matches!(looking(app, &verdi, id).await, Err(Error::NotFound)), "it still has to be accepted");
        delega::answer(&app.portal, &verdi, id, Answer::Accept).await.unwrap();
        assert!(looking(app, &verdi, id).await.is_ok());
        delega::answer(&app.portal, &rossi, id, Answer::End).await.unwrap();
        assert!(matches!(looking(app, &verdi, id).await, Err(Error::DelegaOver)));
    })
    .await;
}

#[tokio::test]
async fn who_declines_stays_a_codice_fiscale_to_the_applicant() {
    each(async |app| {
        let (rossi, verdi) = (app.cittadino(ROSSI).await, app.cittadino(VERDI).await);
        let id = invited(app, &rossi, VERDI, DelegaScope::View).await;
        delega::answer(&app.portal, &verdi, id, Answer::Decline).await.unwrap();
        let given = overview(app, &rossi).await.given.remove(0);
        assert_eq!((given.state, given.other.as_str()), (DelegaState::Declined, &*codice_fiscale(VERDI)));
        let declined = given.history.iter().find(|step| step.kind == DelegaStep::Declined).unwrap();
        assert_eq!(declined.by.as_deref(), Some(&*codice_fiscale(VERDI)));
        // The twin: who accepted is known by name.
        let accepted = on_behalf(app, &rossi, &verdi, VERDI, DelegaScope::View).await.0;
        let given = overview(app, &rossi).await.given;
        let given = given.iter().find(|delega| delega.id == accepted).unwrap();
        assert_eq!(given.other, format!("Mario {VERDI}"));
        let refused = looking(app, &verdi, id).await;
        assert!(matches!(refused, Err(Error::NotFound)), "a declined delega opens nothing");
    })
    .await;
}
