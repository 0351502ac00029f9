//! Sessions end: when nobody uses them, after a working day, and when their person says so.

use chrono::TimeDelta;
use sportello_app::{
    Actor, Ctx,
    session::{self, Audience, IDLE, LONGEST},
    testing::{App, each},
};

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
