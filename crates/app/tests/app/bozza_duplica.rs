//! A pratica begun again for another year: what comes along, what does not, and where there is nothing to begin.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error,
    bozza::{
        self,
        duplica::{self, duplicate},
    },
    modello::{self, Publication},
    testing::{App, Domanda, Figlio, MODELLO, SCUOLA, each},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::PraticaId,
    modello::{Modello, procedura::Procedura, view::Progress},
    ruolo::Ruolo,
};

use super::common::count;

const MENSA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.toml");
const PROCEDURA: &str = include_str!("../../../../modelli/servizi-scolastici/iscrizione-mensa.procedura.toml");

/// Opens the shipped modello for a school year, from now on for 60 days.
pub async fn open(app: &App, anno: i32) {
    let now = app.clock.now();
    let publication = Publication {
        modello: Modello::parse("iscrizione-mensa.toml", MENSA).unwrap(),
        procedura: Procedura::parse("iscrizione-mensa.procedura.toml", PROCEDURA).unwrap(),
        anno_scolastico: AnnoScolastico::beginning_in(anno),
        opens_at: now,
        closes_at: now + TimeDelta::days(60),
        booking: None,
    };
    modello::publish(&app.portal, app.ente.id, publication).await.unwrap();
}

/// A pratica with an account, an income, a diet and a date of each kind.
async fn filed(app: &App) -> (Ctx, PraticaId) {
    let ctx = app.cittadino("Verdi").await;
    let mut luca = Figlio::new("Luca", "Verdi", 1);
    luca.alimenti = Some("maiale".into());
    let iban = Some("IT60X0542811101000000123456".into());
    let domanda = Domanda { iban, isee: Some("9876,54".into()), ..Domanda::new([luca]) };
    let (_, ids) = app.file(&ctx, &domanda).await;
    (ctx, ids[0])
}

#[tokio::test]
async fn what_still_fits_comes_along_and_nothing_sealed_dated_or_declared() {
    each(async |app| {
        let (ctx, id) = filed(app).await;
        app.clock.pass(TimeDelta::hours(1));
        open(app, 2027).await;
        let offer = duplica::offer(&app.portal, &ctx, id).await.unwrap().expect("the new year is open");
        assert!(offer.title.contains("2027/2028") && offer.draft.is_none(), "{offer:?}");
        let draft = duplicate(&app.portal, &ctx, id).await.unwrap();
        let shown = bozza::summary(&app.portal, &ctx, draft).await.unwrap();
        assert!(shown.frame.pages.iter().all(|page| page.progress != Progress::Done), "{:?}", shown.frame.pages);
        assert!(!shown.problems.is_empty(), "it cannot be sent as it is");
        let mut pages = String::new();
        for page in &shown.frame.pages {
            pages += &format!("{:?}", bozza::page(&app.portal, &ctx, draft, &page.id).await.unwrap().page);
        }
        for kept in ["Via dei Tigli 8", "24040", "\"Luca\"", "\"Verdi\""] {
            assert!(pages.contains(kept), "{kept} is not in {pages}");
        }
        for left in ["maiale", "9876", "IT60", "\"2018\""] {
            assert!(!pages.contains(left), "{left} is in {pages}");
        }
        let chosen = |code: &str| pages.contains(&format!("value: \"{code}\""));
        assert!(chosen(SCUOLA.0), "the school is offered");
        let duplicates = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'bozza.duplicate'";
        assert_eq!(count(app, duplicates).await, 1);
        // A second press opens the same draft, and so does a pratica of the same modello.
        assert_eq!(duplicate(&app.portal, &ctx, id).await.unwrap(), draft);
        assert_eq!(duplica::offer(&app.portal, &ctx, id).await.unwrap().unwrap().draft, Some(draft));
        assert_eq!(bozza::start(&app.portal, &ctx, MODELLO).await.unwrap(), draft);
        assert_eq!(count(app, duplicates).await, 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_begun_again_within_the_year_after_the_window_or_by_others() {
    each(async |app| {
        let (ctx, id) = filed(app).await;
        let offered = async |ctx: &Ctx| duplica::offer(&app.portal, ctx, id).await;
        assert_eq!(offered(&ctx).await.unwrap(), None, "the same year");
        let refused = duplicate(&app.portal, &ctx, id).await;
        assert!(matches!(refused, Err(Error::NotAllowedNow)), "{refused:?}");
        app.clock.pass(TimeDelta::hours(1));
        open(app, 2027).await;
        let other = app.cittadino("Bianchi").await;
        assert!(matches!(offered(&other).await, Err(Error::NotFound)));
        assert!(matches!(duplicate(&app.portal, &other, id).await, Err(Error::NotFound)));
        let elsewhere = app.cittadino_di(&app.altrove, "Verdi").await;
        assert!(matches!(duplicate(&app.portal, &elsewhere, id).await, Err(Error::NotFound)));
        let clerk = app.operatore_di(&app.ente, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        for outside in [app.nobody(&app.ente), clerk] {
            assert!(matches!(duplicate(&app.portal, &outside, id).await, Err(Error::SignInNeeded)));
        }
        app.clock.pass(TimeDelta::days(61));
        let ctx = app.cittadino("Verdi").await;
        assert_eq!(offered(&ctx).await.unwrap(), None, "the window is over");
        assert!(matches!(duplicate(&app.portal, &ctx, id).await, Err(Error::NotAllowedNow)));
    })
    .await;
}
