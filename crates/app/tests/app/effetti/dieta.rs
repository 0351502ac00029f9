//! A special diet: sealed, from the acceptance on, its payer reminded once before its certificate ends.

use chrono::{Datelike, NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, Error,
    bozza::{PageAction, Saved, UploadedFile},
    invio::{self, Sent},
    testing::{App, SavePage, each, pdf},
    ufficio::{Expected, Outlook},
};
use sportello_domain::id::{IscrizioneId, PraticaId};
use sportello_store::{binds, seal::Sealed};

use super::{PRIVACY, at_peace, bozza, count, day, decide, enrolled, offer, outlook, rinuncia};
use crate::sdd::world::read;

const DIETS: &str = "SELECT count(*) FROM dieta WHERE ente_id = $1";
const REMINDED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'dieta.remind'";

/// What is asked for.
enum Asks {
    /// Without pork.
    Food,
    /// By a certificate that ends on this day.
    Certificate(NaiveDate),
    /// The menu of all again.
    Nothing,
}

async fn ask(app: &App, ctx: &Ctx, id: IscrizioneId, dal: NaiveDate, asks: Asks) -> PraticaId {
    let key = id.to_string();
    let (azione, tipo) = match asks {
        Asks::Food => ("nuova", "etico_religiosa"),
        Asks::Certificate(_) => ("modifica", "sanitaria"),
        Asks::Nothing => ("rinuncia", ""),
    };
    let date = |name: &str, date: NaiveDate| {
        [("g", date.day()), ("m", date.month()), ("a", date.year() as u32)]
            .map(|(part, value)| (format!("{name}.{part}"), value.to_string()))
    };
    let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let mut diet: Vec<(String, String)> = date("dal", dal).into();
    let (mut details, mut files) = (Vec::new(), Vec::new());
    match asks {
        Asks::Food => details.push(("dieta_alimenti".to_owned(), "maiale".to_owned())),
        Asks::Certificate(al) => {
            details.extend(date("al", al));
            let content = pdf("celiachia");
            let bytes = content.len() as u64;
            files.push(UploadedFile { field: "dieta_certificato".into(), name: "prova.pdf".into(), bytes, content });
        }
        Asks::Nothing => {}
    }
    if !tipo.is_empty() {
        diet.push(("dieta_tipo".into(), tipo.into()));
    }
    let bozza = bozza::start(&app.portal, ctx, "dieta-speciale").await.unwrap();
    let pages: [(&str, Vec<(String, String)>); 6] = [
        ("privacy", owned(PRIVACY)),
        ("richiedente", owned(&[("email", "rossi@posta.example")])),
        ("alunno", owned(&[("figlio", &key), ("azione", azione)])),
        ("dieta", diet),
        ("dettagli", details),
        ("dichiarazioni", owned(&[("dpr445", "si"), ("regolamento", "si")])),
    ];
    for (page, fields) in pages {
        if page == "dettagli" && matches!(asks, Asks::Nothing) {
            continue;
        }
        let files = if page == "dettagli" { std::mem::take(&mut files) } else { Vec::new() };
        let saved = app.save(ctx, bozza, page, SavePage { action: PageAction::Next, fields, files }).await;
        assert!(matches!(saved, Ok(Saved::Next(_))), "{page}: {saved:?}");
    }
    let sent = invio::submit(&app.portal, ctx, bozza, app.invio_form(ctx, bozza).await).await;
    assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
    invio::sent(&app.portal, ctx, bozza).await.unwrap().pratiche[0].id
}

#[tokio::test]
async fn an_accepted_diet_is_sealed_and_none_holds_for_an_enrolment_that_is_over() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = enrolled(app, &ctx).await;
        offer(app, shipped!("dieta-speciale")).await;
        offer(app, shipped!("rinuncia-mensa")).await;
        let rejected = ask(app, &ctx, id, day(2026, 9, 20), Asks::Food).await;
        decide(app, rejected, false).await.unwrap();
        assert_eq!(count(app, DIETS).await, 0);
        let [first, late] = [
            ask(app, &ctx, id, day(2026, 9, 20), Asks::Food).await,
            ask(app, &ctx, id, day(2026, 10, 20), Asks::Food).await,
        ];
        let told = Outlook { expected: vec![Expected::Diet], moved: false };
        assert_eq!(outlook(app, first).await, told);
        decide(app, first, true).await.unwrap();
        let ente = app.ente.id;
        let sealed: (Sealed,) = app
            .portal
            .store()
            .read(ente, async move |read| {
                read.fetch_one("SELECT sealed_dieta FROM dieta WHERE ente_id = $1", binds![ente]).await
            })
            .await
            .unwrap();
        assert!(!String::from_utf8_lossy(sealed.0.as_bytes()).contains("maiale"));
        // The enrolment ends on 4 October: no diet begins after it, though it stands when the office looks.
        let given_up = rinuncia(app, &ctx, id, "rinuncia").await;
        decide(app, given_up, true).await.unwrap();
        assert_eq!(outlook(app, late).await, Outlook { moved: true, ..told });
        let refused = decide(app, late, true).await;
        assert!(matches!(refused, Err(Error::NotAllowedNow)), "{refused:?}");
        let audited = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'iscrizione.dieta'";
        assert_eq!((count(app, DIETS).await, count(app, audited).await), (1, 1));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn the_payer_is_reminded_once_of_a_certificate_that_still_counts() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = enrolled(app, &ctx).await;
        offer(app, shipped!("dieta-speciale")).await;
        let end = Asks::Certificate(day(2027, 1, 31));
        let asked = ask(app, &ctx, id, day(2026, 9, 20), end).await;
        decide(app, asked, true).await.unwrap();
        app.work().await;
        let before = app.inbox.all().len();
        let at = async |text: &str| {
            app.clock.set(text.parse().unwrap());
            app.work().await;
            (count(app, REMINDED).await, app.inbox.all().len() - before)
        };
        assert_eq!(at("2026-12-31T08:00:00Z").await, (0, 0), "31 days before");
        assert_eq!(at("2027-01-01T08:00:00Z").await, (1, 1), "30 days before");
        assert_eq!(at("2027-01-02T08:00:00Z").await, (1, 1), "once");
        let (subject, text) = read(&app.inbox.all()[before]);
        assert_eq!(subject, "[DIMOSTRAZIONE] Una richiesta sul menu sta per scadere");
        for secret in ["celiach", "sanitari", "salute", "certificat", "Luca", "31"] {
            assert!(!text.contains(secret) && !subject.contains(secret), "{secret} in {text}");
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_reminded_of_a_diet_that_was_given_up() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = enrolled(app, &ctx).await;
        offer(app, shipped!("dieta-speciale")).await;
        let asked = ask(app, &ctx, id, day(2026, 9, 20), Asks::Certificate(day(2026, 11, 30))).await;
        decide(app, asked, true).await.unwrap();
        app.clock.pass(TimeDelta::days(1));
        let back = ask(app, &ctx, id, day(2026, 10, 1), Asks::Nothing).await;
        decide(app, back, true).await.unwrap();
        app.clock.set("2026-11-15T08:00:00Z".parse().unwrap());
        app.work().await;
        assert_eq!((count(app, DIETS).await, count(app, REMINDED).await), (2, 0));
        at_peace(app).await;
    })
    .await;
}
