//! What is past its time is proposed once, goes only when an officer approves, and stays while it is held back.

use chrono::{Datelike, TimeDelta};
use sportello_app::{
    Ctx, Error, Result,
    bozza::UploadedFile,
    messaggio::Typed,
    risposta::{self, Awaited, Risposta},
    scarto::{self, Decision, Kind, REASON_WANTED, RULE_WANTED, Regola, ScartoRow, Status},
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, Opening, Request, messaggi},
};
use sportello_domain::{
    foglio::Formato,
    id::{AllegatoId, PraticaId},
    ruolo::Ruolo,
};
use sportello_store::{allegato, binds};

use super::common::{at_peace, count, noticed, rejection, taken_out};

const CERTIFICATE: &[u8] =
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n";
const IBAN: &str = "IT60X0542811101000000123456";

/// A pratica with a certificate and an account, in charge.
async fn taken(app: &App) -> (Ctx, Ctx, Vec<PraticaId>) {
    let mut luca = Figlio::new("Luca", "Verdi", 1);
    luca.certificato = Some(CERTIFICATE.to_vec());
    let domanda = Domanda { iban: Some(IBAN.into()), ..Domanda::new([luca]) };
    let (verdi, anna) = (app.cittadino("Verdi").await, app.operatore("Anna").await);
    let (_, ids) = app.file(&verdi, &domanda).await;
    ufficio::take(&app.portal, &anna, ids[0], 1).await.unwrap();
    (verdi, anna, ids)
}

/// The same, decided.
async fn decided(app: &App, accept: bool) -> (PraticaId, AllegatoId) {
    let (ente, (verdi, anna, ids)) = (app.ente.id, taken(app).await);
    if accept {
        let decision = ufficio::Decision { version: 2, accept, reason: String::new() };
        ufficio::decide(&app.portal, &anna, ids[0], &decision).await.unwrap();
    } else {
        let version = noticed(app, &verdi, &anna, ids[0], 2).await;
        ufficio::conclude(&app.portal, &anna, ids[0], &rejection(version, "fuori zona")).await.unwrap();
    }
    app.work().await;
    let id = ids[0];
    let files = app.portal.store().read(ente, async move |read| allegato::of_pratica(read, ente, id).await);
    (id, files.await.unwrap()[0].id)
}

/// Lets years go by, and the portal tidy up once.
async fn later(app: &App, years: i64) {
    app.clock.pass(TimeDelta::days(366 * years));
    app.work().await;
}

async fn officer(app: &App) -> Ctx {
    app.operatore_di(&app.ente, "Anna", &[Ruolo::Responsabile]).await
}

async fn rows(app: &App) -> Vec<ScartoRow> {
    scarto::list(&app.portal, &officer(app).await).await.unwrap().rows
}

async fn decide(app: &App, row: &ScartoRow, decision: Decision) -> Result<()> {
    scarto::decide(&app.portal, &officer(app).await, (row.id, row.version), decision).await
}

async fn opens(app: &App, (pratica, file): (PraticaId, AllegatoId)) -> Result<()> {
    let lara = app.operatore("Lara").await;
    let opening = Opening { reason: "controllo di prova", unscanned: true };
    ufficio::file(&app.portal, &lara, pratica, file, opening).await.map(drop)
}

#[tokio::test]
async fn files_of_a_rejected_pratica_go_after_five_years_and_an_approval() {
    each(async |app| {
        let file = decided(app, false).await;
        later(app, 4).await;
        assert!(rows(app).await.is_empty(), "its time is not over");
        later(app, 2).await;
        let found = rows(app).await;
        let [row] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((row.kind, row.status, row.years, row.pratica_id), (Kind::Rejected, Status::Proposed, 5, file.0));
        opens(app, file).await.unwrap();
        later(app, 1).await;
        assert_eq!(rows(app).await.len(), 1, "it is proposed once");
        decide(app, row, Decision::Approve).await.unwrap();
        app.work().await;
        let gone = rows(app).await.remove(0);
        assert_eq!((gone.status, gone.files, gone.done_at.is_some()), (Status::Done, Some(1), true));
        assert!(matches!(opens(app, file).await, Err(Error::NotFound)));
        assert!(matches!(decide(app, &gone, Decision::Approve).await, Err(Error::NotAllowedNow)));
        for deed in ["scarto.propose", "scarto.approve", "scarto.execute"] {
            let ente = app.ente.id;
            let sql = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = $2";
            let found: (i64,) = app
                .portal
                .store()
                .read(ente, async move |read| read.fetch_one(sql, binds![ente, deed]).await)
                .await
                .unwrap();
            assert_eq!(found.0, 1, "{deed}");
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_held_back_stays_until_it_is_released() {
    each(async |app| {
        let file = decided(app, false).await;
        later(app, 6).await;
        let row = rows(app).await.remove(0);
        let refused = decide(app, &row, Decision::Hold("no".into())).await;
        assert!(matches!(refused, Err(Error::Unacceptable(REASON_WANTED))), "{refused:?}");
        assert!(matches!(decide(app, &row, Decision::Release).await, Err(Error::NotAllowedNow)));
        decide(app, &row, Decision::Hold("=ricorso al TAR".into())).await.unwrap();
        let table = async |ctx| {
            taken_out(app, ctx, "scarto.export_list", scarto::take_out(&app.portal, ctx, Formato::Csv).await).await
        };
        let ugo = app.operatore("Ugo").await;
        assert_eq!(table(&ugo).await[1..], [
            "2026/1;allegati_respinte;2026-09-01;5;;trattenuto;2032-09-05T10:05:00+02:00;2032-09-05T10:05:00+02:00;Mario Anna;'=ricorso al TAR;;",
        ]);
        let elsewhere = app.operatore_di(&app.altrove, "Anna", &[Ruolo::Responsabile]).await;
        assert_eq!(table(&elsewhere).await.len(), 1, "the headings alone");
        assert!(matches!(decide(app, &row, Decision::Approve).await, Err(Error::Stale)), "somebody moved it");
        let held = rows(app).await.remove(0);
        assert_eq!((held.status, held.motivo.as_deref()), (Status::Held, Some("=ricorso al TAR")));
        assert!(matches!(decide(app, &held, Decision::Approve).await, Err(Error::NotAllowedNow)));
        later(app, 1).await;
        opens(app, file).await.unwrap();
        decide(app, &held, Decision::Release).await.unwrap();
        let free = rows(app).await.remove(0);
        assert_eq!((free.status, free.motivo.as_deref()), (Status::Proposed, None));
        decide(app, &free, Decision::Approve).await.unwrap();
        app.work().await;
        assert!(matches!(opens(app, file).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_diet_goes_a_year_after_the_enrolment_and_the_account_stays() {
    each(async |app| {
        let file = decided(app, true).await;
        let (lara, key) = (app.operatore("Lara").await, app.portal.chance().secret());
        let written = Typed { text: "È allergico alle arachidi".into(), reserved: true, key };
        messaggi::write(&app.portal, &lara, file.0, &written).await.unwrap();
        let sealed = "SELECT count(*) FROM iscrizione WHERE ente_id = $1 AND sealed_dieta IS NOT NULL";
        assert_eq!(count(app, sealed).await, 1);
        app.clock.set("2028-05-20T08:00:00Z".parse().unwrap());
        app.work().await;
        assert!(rows(app).await.is_empty(), "the enrolment ended less than a year ago");
        app.clock.set("2028-09-20T08:00:00Z".parse().unwrap());
        app.work().await;
        let row = rows(app).await.remove(0);
        assert_eq!((row.kind, row.ended_on.year()), (Kind::Dieta, 2027));
        decide(app, &row, Decision::Approve).await.unwrap();
        app.work().await;
        assert_eq!(count(app, sealed).await, 0);
        assert!(matches!(opens(app, file).await, Err(Error::NotFound)));
        let thread = messaggi::open_reserved(&app.portal, &lara, file.0, "controllo di prova").await.unwrap();
        let texts: Vec<_> = thread.messages.iter().map(|message| message.text.as_deref()).collect();
        assert_eq!(texts, [Some("Testo cancellato: il suo tempo di conservazione è finito.")]);
        let shown = ufficio::open_sealed(&app.portal, &lara, file.0, "controllo di prova").await.unwrap();
        let shown = format!("{:?}", shown.summary).replace(' ', "");
        assert!(shown.contains(IBAN), "{shown}");
        for gone in ["dieta_certificato", "dieta_scadenza", "dieta_tipo"] {
            assert!(!shown.contains(gone), "{gone} is in {shown}");
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_of_an_answer_about_something_else_stays_when_the_diet_goes() {
    each(async |app| {
        let (verdi, anna, ids) = taken(app).await;
        let request = Request { version: 2, reason: "Manca un foglio".into(), fields: vec!["figlio_cf".into()] };
        ufficio::request_integration(&app.portal, &anna, ids[0], &request).await.unwrap();
        let content = CERTIFICATE.to_vec();
        let file =
            UploadedFile { field: "_allegati".into(), name: "foglio.pdf".into(), bytes: content.len() as u64, content };
        let answer = Risposta { words: "Eccolo".into(), files: vec![file], ..Risposta::default() };
        risposta::give(&app.portal, &verdi, ids[0], Awaited::Integrazione, answer).await.unwrap();
        ufficio::take(&app.portal, &anna, ids[0], 4).await.unwrap();
        let accept = ufficio::Decision { version: 5, accept: true, reason: String::new() };
        ufficio::decide(&app.portal, &anna, ids[0], &accept).await.unwrap();
        app.work().await;
        app.clock.set("2028-09-20T08:00:00Z".parse().unwrap());
        app.work().await;
        decide(app, &rows(app).await[0], Decision::Approve).await.unwrap();
        app.work().await;
        assert_eq!(rows(app).await[0].files, Some(1), "the certificate");
        let page = ufficio::page(&app.portal, &anna, ids[0]).await.unwrap();
        let kept = page.integrazione.unwrap();
        assert_eq!(kept.answer.as_deref(), Some("Eccolo"));
        opens(app, (ids[0], kept.files[0].id)).await.unwrap();
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_act_changes_the_years_and_only_an_officer_of_the_ente_decides() {
    each(async |app| {
        decided(app, false).await;
        let officer = officer(app).await;
        let rule = |years: i64, atto: &str| Regola { kind: Kind::Rejected, years, atto: Some(atto.into()) };
        for wrong in [rule(0, "Delibera 1"), rule(51, "Delibera 1"), rule(3, "  ")] {
            let refused = scarto::set_rule(&app.portal, &officer, wrong).await;
            assert!(matches!(refused, Err(Error::Unacceptable(RULE_WANTED))), "{refused:?}");
        }
        scarto::set_rule(&app.portal, &officer, rule(3, "Delibera 12/2026")).await.unwrap();
        let rules = scarto::list(&app.portal, &officer).await.unwrap().regole;
        assert_eq!((rules[0].years, rules[0].atto.as_deref()), (3, Some("Delibera 12/2026")));
        assert_eq!((rules[1].years, rules[1].atto.as_deref()), (1, None));
        later(app, 4).await;
        let row = rows(app).await.remove(0);
        assert_eq!((row.years, row.atto.as_str()), (3, "Delibera 12/2026"));
        for name in ["Lara", "Ugo", "Capo"] {
            let other = app.operatore(name).await;
            let refused = scarto::decide(&app.portal, &other, (row.id, row.version), Decision::Approve).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{name}");
            let refused = scarto::set_rule(&app.portal, &other, rule(3, "Delibera 13")).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{name}");
        }
        let altrove = app.operatore_di(&app.altrove, "Anna", &[Ruolo::Responsabile]).await;
        let refused = scarto::decide(&app.portal, &altrove, (row.id, row.version), Decision::Approve).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        assert!(scarto::list(&app.portal, &altrove).await.unwrap().rows.is_empty());
        assert_eq!(rows(app).await.remove(0).status, Status::Proposed);
    })
    .await;
}
