//! A newer version of the modello while a draft is open.

use chrono::TimeDelta;
use sportello_app::{
    Ctx,
    bozza::{self, Next, PageAction, PageForm, Saved},
    invio::{self, NotSent, Sent},
    modello::{self, Publication},
    testing::{App, Domanda, Figlio, MODELLO, SavePage, each},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::BozzaId,
    modello::{Modello, Procedura, view::Answer},
};

use super::common::{at_peace, count, filed, reason};

const MENSA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.toml");
const PROCEDURA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.procedura.toml");

/// The shipped modello with texts replaced.
fn changed(changes: &[(&str, &str)]) -> Modello {
    // One example is enough: the others speak of the texts as they were.
    let mut text = MENSA.split("[[example]]").take(2).collect::<Vec<_>>().join("[[example]]");
    for (old, new) in changes {
        assert!(text.contains(old), "{old} is not in the model");
        text = text.replacen(old, new, 1);
    }
    Modello::parse("iscrizione-mensa.toml", &text).unwrap()
}

/// Publishes a changed modello for a school year, open from `opens` days from now.
async fn publish(app: &App, changes: &[(&str, &str)], anno: u16, opens: i64) {
    let now = app.clock.now();
    let publication = Publication {
        modello: changed(changes),
        procedura: Procedura::parse("iscrizione-mensa.procedura.toml", PROCEDURA).unwrap(),
        anno_scolastico: AnnoScolastico::beginning_in(anno.into()),
        opens_at: now + TimeDelta::days(opens),
        closes_at: now + TimeDelta::days(opens + 60),
        booking: None,
    };
    modello::publish(&app.portal, app.ente.id, publication).await.unwrap();
}

/// One question has other words, another one is no longer asked and a new one stands in its place.
const CHANGES: [(&str, &str); 2] = [
    ("label = \"Giorni di mensa\"", "label = \"In quali giorni mangia a scuola\""),
    ("id = \"isee_valore\"", "id = \"isee_importo\""),
];

fn domanda() -> Domanda {
    Domanda { isee: Some("9876,54".into()), ..Domanda::new([Figlio::new("Luca", "Rossi", 1)]) }
}

async fn review(app: &App, ctx: &Ctx, id: BozzaId) -> Vec<String> {
    let frame = bozza::frame(&app.portal, ctx, id).await.unwrap();
    frame.review.into_iter().map(|page| page.id).collect()
}

async fn resend(app: &App, ctx: &Ctx, id: BozzaId, page: &str) -> Saved {
    let rows = app.rows(ctx, id).await;
    let mut fields = domanda().answers(page, &rows);
    fields.push(("isee_importo".into(), "9876,54".into()));
    let saved = app.save(ctx, id, page, SavePage { action: PageAction::Next, fields, files: Vec::new() }).await;
    saved.unwrap()
}

#[tokio::test]
async fn going_back_from_a_changed_page_is_not_looking_at_it_again() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &domanda()).await;
        publish(app, &CHANGES, 2026, 0).await;
        let before = review(app, &ctx, id).await;
        assert!(before.contains(&"scuola".to_owned()), "{before:?}");
        let fields = domanda().answers("scuola", &app.rows(&ctx, id).await);
        let sent = SavePage { action: PageAction::Back, fields, files: Vec::new() };
        let saved = app.save(&ctx, id, "scuola", sent).await;
        assert!(matches!(saved, Ok(Saved::Back(_))), "{saved:?}");
        assert_eq!(review(app, &ctx, id).await, before);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_draft_goes_over_and_invia_waits_until_the_changed_pages_were_seen() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &domanda()).await;
        let shown = app.invio_form(&ctx, id).await;
        publish(app, &CHANGES, 2026, 0).await;

        // What the summary showed is not what would be filed now.
        let sent = invio::submit(&app.portal, &ctx, id, shown).await;
        let Ok(Sent::Again { summary, reason: NotSent::Changed }) = sent else { panic!("{sent:?}") };
        assert_eq!(review(app, &ctx, id).await, ["scuola", "pagamento-dettagli"]);
        let frame = &summary.frame;
        assert_eq!((frame.version, frame.aside.len()), (2, 1));
        assert_eq!(frame.aside[0].answer, Answer::Cents(987_654));
        assert_eq!(
            count(app, "SELECT max(modello_version) FROM bozza WHERE ente_id = $1").await,
            1,
            "looking saves nothing"
        );

        // The same summary again, complete and ticked: still two pages that nobody has seen.
        assert!(matches!(resend(app, &ctx, id, "pagamento-dettagli").await, Saved::Next(Next::Summary)));
        assert_eq!(count(app, "SELECT max(modello_version) FROM bozza WHERE ente_id = $1").await, 2);
        let form = app.invio_form(&ctx, id).await;
        assert_eq!(reason(invio::submit(&app.portal, &ctx, id, form.clone()).await), NotSent::Review);
        assert_eq!(filed(app, id).await, [0; 4]);
        assert!(matches!(resend(app, &ctx, id, "scuola").await, Saved::Next(_)));
        assert_eq!(review(app, &ctx, id).await, [""; 0]);
        assert_eq!(reason(invio::submit(&app.portal, &ctx, id, form).await), NotSent::Changed);
        let form = app.invio_form(&ctx, id).await;
        assert!(matches!(invio::submit(&app.portal, &ctx, id, form).await, Ok(Sent::Filed)));
        at_peace(app).await;
        assert_eq!(count(app, "SELECT max(modello_version) FROM pratica WHERE ente_id = $1").await, 2);
        let sent = invio::sent(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(sent.pratiche.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_was_open_meanwhile_is_taken_in_as_it_was_and_shown_as_it_is() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &domanda()).await;
        let before = bozza::frame(&app.portal, &ctx, id).await.unwrap();
        publish(app, &CHANGES, 2026, 0).await;
        let rows = app.rows(&ctx, id).await;
        let mut fields = domanda().answers("pagamento-dettagli", &rows);
        for (name, value) in &mut fields {
            if name == "isee_valore" {
                *value = "12345,67".into();
            }
        }
        let form = |fields| PageForm {
            revision: before.revision,
            version: Some(before.version),
            fields,
            ..PageForm::default()
        };
        let saved = bozza::save(&app.portal, &ctx, id, "pagamento-dettagli", form(fields)).await.unwrap();
        // The question is another one now: what was typed is set aside, and the page is to be seen.
        assert!(matches!(saved, Saved::Again), "{saved:?}");
        let frame = bozza::frame(&app.portal, &ctx, id).await.unwrap();
        assert_eq!((frame.version, &frame.aside[0].answer), (2, &Answer::Cents(1_234_567)));
        assert_eq!(review(app, &ctx, id).await, ["scuola", "pagamento-dettagli"]);

        // Of another person, another ente: nothing.
        let other = app.cittadino("Bianchi").await;
        let foreign = bozza::save(&app.portal, &other, id, "scuola", form(Vec::new())).await;
        assert!(matches!(foreign, Err(sportello_app::Error::NotFound)), "{foreign:?}");
    })
    .await;
}

#[tokio::test]
async fn the_same_text_for_a_longer_window_asks_nothing_and_keeps_the_draft() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &domanda()).await;
        let shown = app.invio_form(&ctx, id).await;
        let now = app.clock.now();
        app.publish((now - TimeDelta::days(1), now + TimeDelta::days(90))).await;
        app.clock.pass(TimeDelta::days(80));
        app.work().await;
        let ctx = app.cittadino("Rossi").await;
        assert_eq!(review(app, &ctx, id).await, [""; 0]);
        let until = bozza::frame(&app.portal, &ctx, id).await.unwrap().until;
        assert_eq!(until, sportello_domain::calendar::legal_date(now + TimeDelta::days(120)));
        // What was shown before is still what is filed, under the version that is open.
        let sent = invio::submit(&app.portal, &ctx, id, shown.clone()).await;
        assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
        let again = invio::submit(&app.portal, &ctx, id, shown).await;
        assert!(matches!(again, Ok(Sent::Filed)), "{again:?}");
        at_peace(app).await;
        assert_eq!(count(app, "SELECT max(modello_version) FROM pratica WHERE ente_id = $1").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_version_to_come_changes_nothing_and_another_year_is_seen_page_by_page() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &domanda()).await;
        publish(app, &CHANGES, 2027, 5).await;
        let frame = bozza::frame(&app.portal, &ctx, id).await.unwrap();
        assert_eq!((frame.version, frame.review.len()), (1, 0), "it can still be sent as it is");
        app.clock.pass(TimeDelta::days(6));
        let ctx = app.cittadino("Rossi").await;
        let frame = bozza::frame(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(frame.version, 2);
        assert!(frame.title.contains("2027/2028"), "{}", frame.title);
        let pages: Vec<_> = frame.pages.iter().map(|page| page.id.clone()).collect();
        assert_eq!(review(app, &ctx, id).await, pages);
        assert!(bozza::list(&app.portal, &ctx).await.unwrap()[0].title.contains("2027/2028"));
        assert_eq!(bozza::start(&app.portal, &ctx, MODELLO).await.unwrap(), id);
    })
    .await;
}
