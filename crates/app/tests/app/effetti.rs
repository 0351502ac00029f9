//! What accepting a pratica changes in an enrolment, and what rejecting it, or accepting another one, does not.

use chrono::{NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, Error,
    bozza::{self, PageAction, Saved},
    invio::{self, Sent},
    modello::{self, Publication},
    testing::{App, Domanda, Figlio, SavePage, each},
    ufficio::{self, Decision, Expected, Outlook},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{IscrizioneId, PraticaId},
    modello::{Banca, Texts},
};
use sportello_store::binds;

use super::common::{at_peace, count, noticed, rejection};

macro_rules! shipped {
    ($name:literal) => {
        sportello_domain::modello::Texts {
            name: $name,
            form: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../modelli/servizi-scolastici/",
                $name,
                ".toml"
            )),
            english: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../modelli/servizi-scolastici/",
                $name,
                ".en.toml"
            )),
            procedura: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../modelli/servizi-scolastici/",
                $name,
                ".procedura.toml"
            )),
        }
    };
}

mod compito;
mod dieta;
mod pagamento;
mod posto;
mod residenza;

type Answers<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)])];

const PRIVACY: &[(&str, &str)] = &[("privacy", "si")];
const IBAN: &str = "IT60X0542811101000000123456";
const AUDITED: &str =
    "SELECT count(*) FROM audit WHERE ente_id = $1 AND action IN ('iscrizione.close', 'iscrizione.payment')";

async fn offer(app: &App, texts: Texts<'_>) {
    let (modello, procedura) = texts.read(&Banca::shipped()).unwrap();
    let now = app.clock.now();
    let publication = Publication {
        modello,
        procedura,
        anno_scolastico: AnnoScolastico::beginning_in(2026),
        opens_at: now - TimeDelta::days(1),
        closes_at: now + TimeDelta::days(30),
        booking: None,
    };
    modello::publish(&app.portal, app.ente.id, publication).await.unwrap();
}

/// Fills a modello in page by page and sends it.
async fn file(app: &App, ctx: &Ctx, code: &str, pages: Answers<'_>) -> PraticaId {
    let id = bozza::start(&app.portal, ctx, code).await.unwrap();
    for (page, answers) in pages {
        let fields = answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let saved = app.save(ctx, id, page, SavePage { action: PageAction::Next, fields, files: Vec::new() }).await;
        assert!(matches!(saved, Ok(Saved::Next(_))), "{page}: {saved:?}");
    }
    let sent = invio::submit(&app.portal, ctx, id, app.invio_form(ctx, id).await).await;
    assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
    invio::sent(&app.portal, ctx, id).await.unwrap().pratiche[0].id
}

async fn decide(app: &App, id: PraticaId, accept: bool) -> Result<(), Error> {
    let anna = app.operatore("Anna").await;
    ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
    if accept {
        let decision = Decision { version: 2, accept, reason: String::new() };
        return ufficio::decide(&app.portal, &anna, id, &decision).await;
    }
    let version = noticed(app, &app.cittadino("Rossi").await, &anna, id, 2).await;
    ufficio::conclude(&app.portal, &anna, id, &rejection(version, "Non si può")).await
}

/// Luca is enrolled and paid for by direct debit.
async fn enrolled(app: &App, ctx: &Ctx) -> IscrizioneId {
    let domanda = Domanda { iban: Some(IBAN.into()), ..Domanda::new([Figlio::new("Luca", "Rossi", 1)]) };
    let id = app.file(ctx, &domanda).await.1[0];
    decide(app, id, true).await.unwrap();
    let ente = app.ente.id;
    let sql = "SELECT id FROM iscrizione WHERE ente_id = $1 AND pratica_id = $2";
    let found: (IscrizioneId,) =
        app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente, id]).await).await.unwrap();
    found.0
}

/// What the office is shown before it accepts.
async fn outlook(app: &App, id: PraticaId) -> Outlook {
    let anna = app.operatore("Anna").await;
    ufficio::page(&app.portal, &anna, id).await.unwrap().outlook.unwrap()
}

/// State, last day and mode of payment of an enrolment.
async fn state(app: &App, id: IscrizioneId) -> (String, NaiveDate, String) {
    let ente = app.ente.id;
    let sql = "SELECT status, al, modalita_pagamento FROM iscrizione WHERE ente_id = $1 AND id = $2";
    app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente, id]).await).await.unwrap()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

async fn rinuncia(app: &App, ctx: &Ctx, id: IscrizioneId, tipo: &str) -> PraticaId {
    let id = id.to_string();
    let asked = [("figlio", id.as_str()), ("tipo", tipo), ("dal.g", "5"), ("dal.m", "10"), ("dal.a", "2026")];
    let back: &[(&str, &str)] = &[("al.g", "9"), ("al.m", "10"), ("al.a", "2026")];
    let applicant: &[(&str, &str)] = &[("email", "rossi@posta.example")];
    let mut pages: Vec<(&str, &[(&str, &str)])> =
        vec![("privacy", PRIVACY), ("richiedente", applicant), ("rinuncia", &asked[..])];
    if tipo == "sospensione" {
        pages.push(("ritorno", back));
    }
    file(app, ctx, "rinuncia-mensa", &pages).await
}

#[tokio::test]
async fn giving_up_ends_the_enrolment_once_and_the_day_before() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = enrolled(app, &ctx).await;
        offer(app, shipped!("rinuncia-mensa")).await;
        let before = ("attiva".to_owned(), day(2027, 8, 31), "SDD".to_owned());
        for (tipo, accept) in [("rinuncia", false), ("sospensione", true)] {
            let asked = rinuncia(app, &ctx, id, tipo).await;
            decide(app, asked, accept).await.unwrap();
            assert_eq!(state(app, id).await, before, "{tipo} {accept}");
        }
        assert_eq!(count(app, AUDITED).await, 0);
        let [first, second] = [rinuncia(app, &ctx, id, "rinuncia").await, rinuncia(app, &ctx, id, "rinuncia").await];
        let expected = vec![Expected::Closing { last: day(2026, 10, 4) }];
        assert_eq!(outlook(app, second).await, Outlook { expected: expected.clone(), moved: false });
        decide(app, first, true).await.unwrap();
        assert_eq!(outlook(app, second).await, Outlook { expected, moved: true });
        let after = ("cessata".to_owned(), day(2026, 10, 4), "SDD".to_owned());
        assert_eq!(state(app, id).await, after);
        let again = decide(app, second, true).await;
        assert!(matches!(again, Err(Error::NotAllowedNow)), "{again:?}");
        assert_eq!((state(app, id).await, count(app, AUDITED).await), (after, 1));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_change_of_payment_replaces_the_mandate_or_ends_it() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = enrolled(app, &ctx).await;
        offer(app, shipped!("variazione-pagamento")).await;
        let key = id.to_string();
        let applicant: &[(&str, &str)] = &[("email", "rossi@posta.example")];
        let declared: &[(&str, &str)] = &[("dpr445", "si"), ("regolamento", "si")];
        let holder = sportello_app::testing::codice_fiscale("Rossi");
        let conto = [
            ("iban", IBAN),
            ("intestatario_nome", "Anna Rossi"),
            ("intestatario_cf", holder.as_str()),
            ("mandato", "si"),
        ];
        let ask = async |modalita: &str| {
            let asked = [("figlio", key.as_str()), ("modalita", modalita)];
            let mut pages: Vec<(&str, &[(&str, &str)])> =
                vec![("privacy", PRIVACY), ("richiedente", applicant), ("pagamento", &asked[..])];
            if modalita == "SDD" {
                pages.push(("conto", &conto[..]));
            }
            pages.push(("dichiarazioni", declared));
            file(app, &ctx, "variazione-pagamento", &pages).await
        };
        let mandates = async || {
            let of = |status: &str| match status {
                "attivo" => "SELECT count(*) FROM mandato WHERE ente_id = $1 AND status = 'attivo'",
                _ => "SELECT count(*) FROM mandato WHERE ente_id = $1 AND status = 'revocato'",
            };
            (count(app, of("attivo")).await, count(app, of("revocato")).await)
        };
        decide(app, ask("PAGOPA").await, false).await.unwrap();
        assert_eq!((state(app, id).await.2, mandates().await), ("SDD".to_owned(), (1, 0)));
        decide(app, ask("SDD").await, true).await.unwrap();
        assert_eq!((state(app, id).await.2, mandates().await), ("SDD".to_owned(), (1, 1)));
        decide(app, ask("PAGOPA").await, true).await.unwrap();
        assert_eq!((state(app, id).await.2, mandates().await), ("PAGOPA".to_owned(), (0, 2)));
        let sealed = "SELECT count(*) FROM iscrizione WHERE ente_id = $1 AND sealed_payment IS NOT NULL";
        assert_eq!((count(app, sealed).await, count(app, AUDITED).await), (0, 2));
        at_peace(app).await;
    })
    .await;
}
