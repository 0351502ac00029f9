//! Sessions end: when nobody uses them, after a working day, and when their person says so.

use chrono::TimeDelta;
use sportello_app::{
    Actor, Ctx, Error,
    accesso::{self, SignInFailure},
    session::{self, Audience},
    testing::{App, Gestore, SCUOLA, each},
};
use sportello_domain::{
    id::SessionId,
    ruolo::{Ambito, Ruolo},
};

use super::common::count;

const OTHER_DEVICE: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'session.refuse'";
const ENDED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'session.end'";

const IDLE: TimeDelta = Audience::Cittadino.limits().idle;
const LONGEST: TimeDelta = Audience::Cittadino.limits().longest;

async fn lives(app: &App, token: &str) -> bool {
    let actor = session::resume(&app.portal, &app.ente, Audience::Cittadino, token).await.unwrap();
    matches!(actor, Actor::Cittadino(_))
}

async fn open(app: &App) -> (Ctx, String) {
    let ctx = app.cittadino("Rossi").await;
    let token = app.session(&ctx).await;
    (ctx, token)
}

#[tokio::test]
async fn an_unused_session_ends() {
    each(async |app| {
        let (_, token) = open(app).await;
        app.clock.pass(IDLE - TimeDelta::microseconds(1));
        assert!(lives(app, &token).await);
        app.clock.pass(IDLE - TimeDelta::microseconds(1));
        assert!(lives(app, &token).await, "use prolongs it");
        app.clock.pass(IDLE);
        assert!(!lives(app, &token).await);
    })
    .await;
}

#[tokio::test]
async fn a_used_session_ends_too() {
    each(async |app| {
        let (_, token) = open(app).await;
        let steps = LONGEST.num_minutes() / 15;
        for step in 1..steps {
            app.clock.pass(TimeDelta::minutes(15));
            assert!(lives(app, &token).await, "after {step} quarters of an hour");
        }
        app.clock.pass(TimeDelta::minutes(15));
        assert!(!lives(app, &token).await);
    })
    .await;
}

#[tokio::test]
async fn the_limits_of_each_door_hold_to_the_minute() {
    let minutes = |audience: Audience| (audience.limits().idle.num_minutes(), audience.limits().longest.num_minutes());
    assert_eq!(minutes(Audience::Cittadino), (20, 480));
    assert_eq!(minutes(Audience::Ufficio), (15, 240));
    assert_eq!(minutes(Audience::Scuola), (720, 720));
    each(async |app| {
        for (audience, ctx) in
            [(Audience::Cittadino, app.cittadino("Verdi").await), (Audience::Ufficio, app.operatore("Anna").await)]
        {
            let (limits, token) = (audience.limits(), app.session(&ctx).await);
            let lives = async || {
                let actor = session::resume(&app.portal, &app.ente, audience, &token).await.unwrap();
                !matches!(actor, Actor::Nobody)
            };
            let minute = TimeDelta::minutes(1);
            let (mut passed, mut step) = (TimeDelta::zero(), limits.idle - minute);
            while passed + step < limits.longest {
                app.clock.pass(step);
                assert!(lives().await, "{audience:?} after {passed} and {step}");
                passed += step;
            }
            step = limits.longest - passed;
            app.clock.pass(step - minute);
            assert!(lives().await, "{audience:?}: a minute is left of the day");
            app.clock.pass(minute);
            assert!(!lives().await, "{audience:?}: used or not, it ends");

            let other = app.session(&again(app, &ctx)).await;
            app.clock.pass(limits.idle);
            let actor = session::resume(&app.portal, &app.ente, audience, &other).await.unwrap();
            assert!(matches!(actor, Actor::Nobody), "{audience:?}: unused, it ends");
        }
    })
    .await;
}

/// The same person with a session of another name.
fn again(app: &App, ctx: &Ctx) -> Ctx {
    let mut ctx = ctx.clone();
    match &mut ctx.actor {
        Actor::Cittadino(signed) | Actor::Operatore(signed, _) => {
            signed.session = SessionId::new(app.portal.request_id().uuid());
        }
        Actor::Nobody => panic!("nobody has no session"),
    }
    ctx
}

/// What a person sees of their sessions: which one asks, and the kind of browser.
async fn seen(app: &App, ctx: &Ctx) -> Vec<(bool, String)> {
    let open = session::open(&app.portal, ctx).await.unwrap();
    open.into_iter().map(|open| (open.here, open.browser)).collect()
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions_alone() {
    each(async |app| {
        let here = app.cittadino("Rossi").await;
        let there = again(app, &here);
        let (other, clerk) = (app.cittadino("Verdi").await, app.operatore("Anna").await);
        let abroad = app.cittadino_di(&app.altrove, "Rossi").await;
        let mut tokens = Vec::new();
        for ctx in [&here, &there, &other, &abroad] {
            tokens.push(app.session(ctx).await);
        }
        let desk = app.session(&clerk).await;
        let firefox = "Firefox, Windows".to_owned();
        let mut list = seen(app, &here).await;
        list.sort();
        assert_eq!(list, [(false, firefox.clone()), (true, firefox.clone())]);
        assert_eq!(seen(app, &clerk).await, [(true, firefox.clone())], "staff see the sessions of their door");
        assert!(matches!(session::open(&app.portal, &app.nobody(&app.ente)).await, Err(Error::SignInNeeded)));

        let name = |ctx: &Ctx| ctx.cittadino().unwrap().session;
        for stranger in [&other, &abroad] {
            session::end_one(&app.portal, stranger, name(&there)).await.unwrap();
            assert!(lives(app, &tokens[1]).await, "a stranger ends nothing");
        }
        session::end_one(&app.portal, &clerk, name(&there)).await.unwrap();
        assert!(lives(app, &tokens[1]).await, "nor does the other door");
        let nobody = session::end_one(&app.portal, &app.nobody(&app.ente), name(&there)).await;
        assert!(matches!(nobody, Err(Error::SignInNeeded)));

        session::end_one(&app.portal, &here, name(&there)).await.unwrap();
        session::end_one(&app.portal, &here, name(&there)).await.unwrap();
        assert!(!lives(app, &tokens[1]).await && lives(app, &tokens[0]).await);
        assert_eq!(count(app, ENDED).await, 1, "one deed, one row of audit");
        assert_eq!(seen(app, &here).await, [(true, firefox)]);

        let elsewhere = app.session(&there).await;
        session::end_all(&app.portal, &here).await.unwrap();
        assert!(!lives(app, &tokens[0]).await && !lives(app, &elsewhere).await);
        assert!(lives(app, &tokens[2]).await, "other people stay");
        let actor = session::resume(&app.portal, &app.ente, Audience::Ufficio, &desk).await.unwrap();
        assert!(matches!(actor, Actor::Operatore(..)));
        let actor = session::resume(&app.portal, &app.altrove, Audience::Cittadino, &tokens[3]).await.unwrap();
        assert!(matches!(actor, Actor::Cittadino(_)), "the same person at another ente too");
    })
    .await;
}

#[tokio::test]
async fn a_second_sign_in_of_a_browser_ends_its_first_session_when_it_succeeds() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "alfa").await;
        let first = gestore.sign_in(app, &app.nobody(&app.ente), Audience::Cittadino, "Rossi").await.unwrap();
        let actor = session::resume(&app.portal, &app.ente, Audience::Cittadino, &first.token).await.unwrap();
        let ctx = Ctx { actor, ..app.nobody(&app.ente) };
        let form = gestore.start(app, &ctx, Audience::Cittadino, None).await;
        assert!(lives(app, &first.token).await, "nothing ends before the provider has answered");
        let request = gestore.receive(app, &ctx, &form).await;
        let response = gestore.sign(&gestore.draft(app, &request, "Rossi"));
        let second =
            accesso::complete(&app.portal, &app.nobody(&app.ente), &response, Some(&form.prelogin)).await.unwrap();
        assert_ne!(first.token, second.token);
        assert!(lives(app, &second.token).await && !lives(app, &first.token).await);

        let other = gestore.sign_in(app, &app.nobody(&app.ente), Audience::Cittadino, "Rossi").await.unwrap();
        assert!(lives(app, &second.token).await && lives(app, &other.token).await, "another browser has its own");
    })
    .await;
}

#[tokio::test]
async fn a_session_of_a_school_is_bound_to_its_device_and_opens_attendance_alone() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "alfa").await;
        let nobody = app.nobody(&app.ente);
        let refused = gestore.sign_in(app, &nobody, Audience::Scuola, "Rossi").await;
        assert!(matches!(refused, Err(SignInFailure::NoRole(_))), "without the role");
        app.operatore("Anna").await;
        let refused = gestore.sign_in(app, &nobody, Audience::Scuola, "Anna").await;
        assert!(matches!(refused, Err(SignInFailure::NoRole(_))), "with other roles");
        app.grant(&app.ente, "Anna", Ruolo::OperatoreScuola, Ambito::Plesso(SCUOLA.0.into())).await;

        let signed = gestore.sign_in(app, &nobody, Audience::Scuola, "Anna").await.unwrap();
        let device = signed.device.clone().expect("a second secret");
        let on_device = async |ente, token: &str, device: &str| {
            session::resume_on_device(&app.portal, &app.nobody(ente), token, device).await
        };
        let Ok(Actor::Operatore(_, roles)) = on_device(&app.ente, &signed.token, &device).await else {
            panic!("both secrets open it")
        };
        assert_eq!(roles, [Ruolo::OperatoreScuola], "whatever else Anna is");
        for other in ["", &"0".repeat(64), &signed.token, &"0".repeat(1_000)] {
            let stolen = on_device(&app.ente, &signed.token, other).await;
            assert!(matches!(stolen, Err(Error::OtherDevice)), "{other}: {stolen:?}");
        }
        assert_eq!(count(app, OTHER_DEVICE).await, 4, "each is on record");
        for (token, device) in [(&device, &signed.token), (&"0".repeat(64), &device)] {
            assert!(matches!(on_device(&app.ente, token, device).await, Ok(Actor::Nobody)), "{token} {device}");
        }
        assert!(matches!(on_device(&app.altrove, &signed.token, &device).await, Ok(Actor::Nobody)), "another ente");
        for audience in [Audience::Cittadino, Audience::Ufficio, Audience::Scuola] {
            let actor = session::resume(&app.portal, &app.ente, audience, &signed.token).await.unwrap();
            assert!(matches!(actor, Actor::Nobody), "{audience:?}: the session's secret alone");
        }
        let desk = gestore.sign_in(app, &nobody, Audience::Ufficio, "Anna").await.unwrap();
        assert_eq!(desk.device, None);
        let loose = on_device(&app.ente, &desk.token, &device).await;
        assert!(matches!(loose, Ok(Actor::Nobody)), "a session of the office is none of the school");

        app.clock.pass(TimeDelta::minutes(14));
        let actor = session::resume(&app.portal, &app.ente, Audience::Ufficio, &desk.token).await.unwrap();
        let mut seen: Vec<_> = session::open(&app.portal, &Ctx { actor, ..nobody.clone() }).await.unwrap();
        seen.sort_by_key(|open| open.here);
        assert_eq!(seen.iter().map(|open| open.audience).collect::<Vec<_>>(), [Audience::Scuola, Audience::Ufficio]);

        app.clock.pass(TimeDelta::hours(12) - TimeDelta::minutes(15));
        assert!(
            matches!(on_device(&app.ente, &signed.token, &device).await, Ok(Actor::Operatore(..))),
            "a minute is left"
        );
        app.clock.pass(TimeDelta::minutes(1));
        assert!(matches!(on_device(&app.ente, &signed.token, &device).await, Ok(Actor::Nobody)), "12 hours are over");
    })
    .await;
}

#[tokio::test]
async fn sign_out_ends_one_session() {
    each(async |app| {
        let ((ctx, token), (_, other)) = (open(app).await, open(app).await);
        session::end(&app.portal, &ctx).await.unwrap();
        session::end(&app.portal, &ctx).await.unwrap();
        session::end(&app.portal, &app.nobody(&app.ente)).await.unwrap();
        assert!(!lives(app, &token).await);
        assert!(lives(app, &other).await);
        for token in ["", "x", "\0", &"f".repeat(64), &"f".repeat(100_000)] {
            assert!(!lives(app, token).await);
        }
    })
    .await;
}
