//! Few places over HTTP: everybody presses at the opening second, and presses twice.

use std::collections::BTreeSet;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use chrono::TimeDelta;
use sportello_app::{
    modello::Booking,
    testing::{App, CSRF, Domanda, Figlio, ORIGIN, each},
};
use sportello_domain::id::BozzaId;
use sportello_web::{WebSettings, router};
use tower::ServiceExt;

/// How many families wait for the opening, and for how many places.
const CROWD: usize = 1_000;
const POSTI: i64 = 50;
/// Largest answer that is read, in bytes.
const ANSWER_MAX: usize = 1_000_000;
/// How often a caller asks again that was told to come back: more means that it is never answered.
const TRIES: usize = 1_000;

/// Somebody at a browser, with the page of their filing open.
struct Caller {
    router: Router,
    cookie: String,
    path: String,
}

impl Caller {
    async fn at(app: &App, router: &Router, (ctx, bozza): &(sportello_app::Ctx, BozzaId)) -> Self {
        let cookie = format!("__Host-sportello={}", app.session(ctx).await);
        Self { router: router.clone(), cookie, path: format!("/prova/compila/{bozza}/posto") }
    }

    /// One request; while the portal says that it is busy, and when to come back, the same again.
    async fn ask(&self, method: Method) -> (StatusCode, HeaderMap, String) {
        for _ in 0..TRIES {
            let mut request = Request::builder().method(&method).uri(&self.path).header(header::HOST, "127.0.0.1:8080");
            request = request.header(header::COOKIE, &self.cookie);
            let body = if method == Method::POST {
                request = request.header(header::ORIGIN, ORIGIN);
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                format!("_csrf={CSRF}")
            } else {
                String::new()
            };
            let request = request.body(Body::from(body)).unwrap();
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let body = String::from_utf8(to_bytes(body, ANSWER_MAX).await.unwrap().to_vec()).unwrap();
            if parts.status != StatusCode::SERVICE_UNAVAILABLE {
                return (parts.status, parts.headers, body);
            }
            assert!(parts.headers.contains_key(header::RETRY_AFTER), "busy says when to come back: {body}");
            tokio::task::yield_now().await;
        }
        panic!("never answered");
    }

    /// Presses "Prenota".
    async fn press(&self) {
        let (status, headers, body) = self.ask(Method::POST).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{body}");
        assert_eq!(headers[header::LOCATION].to_str().unwrap(), self.path);
    }

    /// Presses it twice at once, and follows to the page that says what came of it.
    async fn book(&self) -> String {
        tokio::join!(self.press(), self.press());
        let (status, _, body) = self.ask(Method::GET).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body
    }
}

/// A filing at an ente with places that are booked from an hour later on.
async fn filed(app: &App) -> (sportello_app::Ctx, BozzaId) {
    let now = app.clock.now();
    let booking = Booking { from: Some(now + TimeDelta::hours(1)), posti: POSTI };
    app.publish_booked((now - TimeDelta::days(1), now + TimeDelta::days(1)), booking).await;
    let ctx = app.cittadino("Rossi").await;
    let (bozza, _) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
    (ctx, bozza)
}

/// The number behind the words of a page.
fn number_after(body: &str, words: &str) -> Option<usize> {
    let rest = &body[body.find(words)? + words.len()..];
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(digits.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_at_the_opening_second_get_fifty_places_and_an_answer_each() {
    each(async |app| {
        let first = filed(app).await;
        let mut crowd = Vec::with_capacity(CROWD);
        for number in 1..CROWD {
            crowd.push(app.like(first.1, number).await);
        }
        crowd.push(first);
        app.clock.pass(TimeDelta::hours(1));
        let router = router(app.portal.clone(), WebSettings::default());
        let mut callers = Vec::with_capacity(CROWD);
        for family in &crowd {
            callers.push(Caller::at(app, &router, family).await);
        }
        let ask = |caller: Caller| tokio::spawn(async move { caller.book().await });
        let answers: Vec<_> = callers.into_iter().map(ask).collect();
        let mut ranks = BTreeSet::new();
        for answer in answers {
            let page = answer.await.unwrap();
            let rank = number_after(&page, "Numero d’arrivo ").expect("everybody is told their rank");
            assert!(ranks.insert(rank), "rank {rank} was given twice");
            let place = number_after(&page, "Posto provvisorio ");
            let queue = number_after(&page, "Lista d’attesa: ");
            let expected = if rank <= 50 { (Some(rank), None) } else { (None, Some(rank - 50)) };
            assert_eq!((place, queue), expected, "rank {rank}");
        }
        assert_eq!(ranks, (1..=CROWD).collect(), "the ranks are the server's sequence");
    })
    .await;
}

#[tokio::test]
async fn before_the_opening_and_after_the_end_a_press_takes_nothing_and_says_so() {
    let app = App::sqlite().await;
    let family = filed(&app).await;
    let router = router(app.portal.clone(), WebSettings::default());
    let caller = Caller::at(&app, &router, &family).await;
    let (status, _, body) = caller.ask(Method::GET).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("I posti sono 50.") && body.contains(">Prenota</button>"), "{body}");
    let (status, _, body) = caller.ask(Method::POST).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(body.contains("Non ancora: la prenotazione apre il") && body.contains("Posto da prenotare"), "{body}");
    app.clock.pass(TimeDelta::hours(25));
    let caller = Caller::at(&app, &router, &(app.cittadino("Rossi").await, family.1)).await;
    let (status, _, body) = caller.ask(Method::POST).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(body.contains("La prenotazione è chiusa.") && !body.contains("Numero d’arrivo"), "{body}");
}

#[tokio::test]
async fn nobody_else_sees_or_books_a_filing() {
    let app = App::sqlite().await;
    let (_, bozza) = filed(&app).await;
    app.clock.pass(TimeDelta::hours(1));
    let router = router(app.portal.clone(), WebSettings::default());
    let other = Caller::at(&app, &router, &(app.cittadino("Verdi").await, bozza)).await;
    for method in [Method::GET, Method::POST] {
        assert_eq!(other.ask(method).await.0, StatusCode::NOT_FOUND);
    }
    let nobody = Caller { cookie: String::new(), ..other };
    let (status, headers, _) = nobody.ask(Method::GET).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(headers[header::LOCATION].to_str().unwrap().contains("/accesso?"));
    assert_ne!(nobody.ask(Method::POST).await.0, StatusCode::SEE_OTHER);
}
