//! An answer to the office that is begun: kept until it is sent, for the applicant alone, and gone when nobody waits for it.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error,
    bozza::UploadedFile,
    pratica,
    risposta::{self, Answered, Awaited, Given, MAX_FILES, Refused, Risposta, Sheet, Step},
    testing::{App, Domanda, Figlio, each, pdf},
    ufficio::{self, Opening, Request},
};
use sportello_domain::{
    id::PraticaId,
    modello::view::{Answer, Control, ProblemCode},
    pratica::PraticaStatus,
};
use sportello_store::binds;

use super::common::{at_peace, count};

const FILES: &str = "SELECT count(*) FROM allegato WHERE ente_id = $1";
const FILED: &str = "SELECT count(*) FROM pratica_allegato WHERE ente_id = $1";
const BEGUN: &str = "SELECT count(*) FROM risposta WHERE ente_id = $1";
const WORDS: &str = "Il referto arriva lunedì";

/// A pratica of which the office asks the certificate and the postal code again.
async fn asked(app: &App, applicant: &Ctx) -> PraticaId {
    let mut luca = Figlio::new("Luca", "Rossi", 1);
    luca.certificato = Some(pdf("foglio sbagliato"));
    let (_, pratiche) = app.file(applicant, &Domanda::new([luca])).await;
    let (anna, id) = (app.operatore("Anna").await, pratiche[0]);
    app.clock.pass(TimeDelta::minutes(1));
    ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
    let fields = ["residenza_cap", "dieta_certificato"].map(str::to_owned).to_vec();
    let request = Request { version: 2, reason: "Da rivedere".into(), fields };
    ufficio::request_integration(&app.portal, &anna, id, &request).await.unwrap();
    id
}

async fn sheet(app: &App, ctx: &Ctx, id: PraticaId) -> Sheet {
    risposta::sheet(&app.portal, ctx, id, Awaited::Integrazione).await.unwrap().expect("an answer is awaited")
}

/// Names of the controls that are drawn: postal code and certificate.
fn drawn(sheet: &Sheet) -> Vec<String> {
    sheet.questions.page.iter().flat_map(|page| page.fields()).map(|field| field.name.clone()).collect()
}

/// What stands at the certificate: the key of its file and its name.
fn present(sheet: &Sheet) -> Option<(String, String)> {
    let found = sheet.questions.page.iter().flat_map(|page| page.fields()).find_map(|field| match &field.control {
        Control::File { present, .. } => present.as_ref(),
        _ => None,
    });
    found.map(|file| (file.id.to_string(), file.name.clone()))
}

fn file(field: &str, says: &str) -> UploadedFile {
    let content = pdf(says);
    UploadedFile { field: field.into(), name: format!("{says}.pdf"), bytes: content.len() as u64, content }
}

/// An answer as the page of the certificate sends it.
fn typed(sheet: &Sheet, step: Step, cap: &str) -> Risposta {
    let fields = vec![("residenza_cap".to_owned(), cap.to_owned()), ("_azione".to_owned(), "salva".to_owned())];
    let answers = Some(Answered { drawn: drawn(sheet), fields, files: Vec::new() });
    Risposta { revision: sheet.begun.revision, step, words: WORDS.into(), answers, ..Risposta::default() }
}

/// The same with a certificate.
fn with_certificate(sheet: &Sheet, step: Step, cap: &str, says: &str) -> Risposta {
    let mut risposta = typed(sheet, step, cap);
    let control = drawn(sheet).into_iter().find(|name| name.ends_with("dieta_certificato")).unwrap();
    risposta.answers.as_mut().unwrap().files.push(file(&control, says));
    risposta
}

async fn give(app: &App, ctx: &Ctx, id: PraticaId, risposta: Risposta) -> Given {
    app.clock.pass(TimeDelta::minutes(5));
    risposta::give(&app.portal, ctx, id, Awaited::Integrazione, risposta).await.unwrap()
}

fn refused(given: Given) -> Refused {
    match given {
        Given::Refused(refused) => *refused,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_begun_is_there_again_and_is_sent_with_its_files() {
    each(async |app| {
        let (ctx, anna, lara) =
            (app.cittadino("Rossi").await, app.operatore("Anna").await, app.operatore("Lara").await);
        let id = asked(app, &ctx).await;
        let (blank, filed) = (sheet(app, &ctx, id).await, count(app, FILED).await);
        assert_eq!((blank.begun.revision, blank.begun.saved_at), (0, None));
        let wrong = present(&blank).unwrap().0;
        let mut save = with_certificate(&blank, Step::Save, "201", "celiachia");
        save.files = vec![file("", "la firma"), file("", "il bollo")];
        assert_eq!(give(app, &ctx, id, save).await, Given::Saved, "what is not sent may be wrong");
        // The office sees nothing of it, the applicant all.
        let office = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert_eq!((office.row.status, count(app, FILED).await), (PraticaStatus::IntegrationRequested, filed));
        let begun = sheet(app, &ctx, id).await;
        assert_eq!((begun.begun.revision, begun.begun.words.as_str(), begun.begun.files.len()), (1, WORDS, 2));
        assert!(format!("{:?}", begun.questions).contains("\"201\""));
        let (certificate, name) = present(&begun).unwrap();
        assert!(certificate != wrong && name == "celiachia.pdf" && begun.begun.controls.len() == 1, "{name}");
        let key = certificate.parse().unwrap();
        assert_eq!(pratica::file(&app.portal, &ctx, id, key).await.unwrap().content, pdf("celiachia"));
        let other = app.cittadino("Bianchi").await;
        let stranger = pratica::file(&app.portal, &other, id, key).await;
        assert!(matches!(stranger, Err(Error::NotFound)), "{stranger:?}");
        let clerk =
            ufficio::file(&app.portal, &lara, id, key, Opening { reason: "Preparo la dieta", unscanned: true }).await;
        assert!(matches!(clerk, Err(Error::NotFound)), "{clerk:?}");
        // One of two files goes; then all of it is sent without choosing a file again.
        let one = begun.begun.files[0].id;
        let gone = typed(&begun, Step::RemoveFile(one.to_string()), "201");
        assert_eq!(give(app, &ctx, id, gone).await, Given::Again);
        let late = refused(give(app, &ctx, id, typed(&sheet(app, &ctx, id).await, Step::Send, "201")).await);
        assert_eq!(late.problems[0].code, ProblemCode::CapWrong);
        let send = typed(&late.sheet, Step::Send, "20100");
        assert_eq!(give(app, &ctx, id, send).await, Given::Done);
        assert_eq!((count(app, FILED).await, count(app, BEGUN).await), (filed + 2, 0));
        let open = ufficio::open_sealed(&app.portal, &lara, id, "Preparo la dieta").await.unwrap();
        let shown = open.integrazione.unwrap();
        assert_eq!((shown.answer.as_deref(), shown.files.len(), shown.amended.len()), (Some(WORDS), 1, 2));
        let certificates = shown.amended.iter().filter_map(|found| match &found.answer {
            Some(Answer::File(file)) => Some((file.id, file.name.as_str())),
            _ => None,
        });
        assert_eq!(certificates.collect::<Vec<_>>(), [(key, "celiachia.pdf")]);
        let left = count(app, FILES).await;
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
        assert_eq!(count(app, FILES).await, left - 1, "the one that was taken out");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_saved_elsewhere_is_not_overwritten_unseen() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = asked(app, &ctx).await;
        let blank = sheet(app, &ctx, id).await;
        let first = with_certificate(&blank, Step::Save, "20100", "celiachia");
        assert_eq!(give(app, &ctx, id, first).await, Given::Saved);
        let (kept, files) = (present(&sheet(app, &ctx, id).await), count(app, FILES).await);
        // The same button again changes nothing; other words from the same page are not taken over what is there.
        assert_eq!(give(app, &ctx, id, typed(&blank, Step::Save, "20100")).await, Given::Saved);
        for step in [Step::Save, Step::Send] {
            let other = with_certificate(&blank, step, "20121", "un altro");
            let found = refused(give(app, &ctx, id, other).await);
            assert!(found.stale && found.sheet.begun.revision == 1, "{found:?}");
            assert!(found.problems.iter().any(|problem| problem.code == ProblemCode::FileAgain), "{found:?}");
            assert!(format!("{:?}", found.sheet.questions).contains("20121"), "what was typed is kept");
            assert_eq!((present(&found.sheet), count(app, FILES).await), (kept.clone(), files));
        }
        let shown = sheet(app, &ctx, id).await;
        assert!(shown.begun.revision == 1 && format!("{:?}", shown.questions).contains("20100"));
        // Having been told, they may.
        let found = refused(give(app, &ctx, id, typed(&blank, Step::Send, "20121")).await);
        assert_eq!(give(app, &ctx, id, typed(&found.sheet, Step::Send, "20121")).await, Given::Done);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn two_saves_at_once_keep_one_and_tell_the_other() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = asked(app, &ctx).await;
        let blank = sheet(app, &ctx, id).await;
        let files = count(app, FILES).await;
        let save = |cap: &str| with_certificate(&blank, Step::Save, cap, cap);
        let (one, two) = tokio::join!(
            risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, save("20100")),
            risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, save("20121")),
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        let (told, kept) = if one == Given::Saved { (two, "20100") } else { (one, "20121") };
        assert!(refused(told).stale);
        let shown = sheet(app, &ctx, id).await;
        assert!(shown.begun.revision == 1 && format!("{:?}", shown.questions).contains(kept));
        assert_eq!(count(app, FILES).await, files + 1);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn it_goes_when_nobody_waits_for_it() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = asked(app, &ctx).await;
        let (blank, files) = (sheet(app, &ctx, id).await, count(app, FILES).await);
        assert_eq!(give(app, &ctx, id, with_certificate(&blank, Step::Save, "20100", "celiachia")).await, Given::Saved);
        assert_eq!((count(app, BEGUN).await, count(app, FILES).await), (1, files + 1));
        pratica::withdraw(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(count(app, BEGUN).await, 0);
        assert!(risposta::sheet(&app.portal, &ctx, id, Awaited::Integrazione).await.unwrap().is_none());
        let late =
            risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, typed(&blank, Step::Save, "20100")).await;
        assert!(matches!(late, Err(Error::NotAllowedNow)), "{late:?}");
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
        assert_eq!(count(app, FILES).await, files, "the bytes and the row of its file go, too");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn silence_takes_it_too() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = asked(app, &ctx).await;
        let blank = sheet(app, &ctx, id).await;
        assert_eq!(give(app, &ctx, id, typed(&blank, Step::Save, "20100")).await, Given::Saved);
        app.clock.pass(TimeDelta::days(31));
        app.work().await;
        let page = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert_ne!(page.row.status, PraticaStatus::IntegrationRequested);
        assert_eq!(count(app, BEGUN).await, 0);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_begun_lies_sealed() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = asked(app, &ctx).await;
        let blank = sheet(app, &ctx, id).await;
        assert_eq!(give(app, &ctx, id, with_certificate(&blank, Step::Save, "99999", "celiachia")).await, Given::Saved);
        let ente = app.ente.id;
        let read = async move |read: &mut sportello_store::Read| {
            let sql = "SELECT sealed FROM risposta WHERE ente_id = $1";
            let sealed: Vec<(Vec<u8>,)> = read.fetch_all(sql, binds![ente]).await?;
            Ok(sealed)
        };
        let sealed = app.portal.store().read(ente, read).await.unwrap();
        let text = String::from_utf8_lossy(&sealed[0].0).into_owned();
        assert!(!text.contains("referto") && !text.contains("99999") && sealed[0].0.len() > WORDS.len(), "{text}");
        let names = "SELECT count(*) FROM allegato WHERE ente_id = $1 AND name LIKE '%celiachia%'";
        assert_eq!(count(app, names).await, 0);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_came_before_the_diet_was_told_is_filed_sealed() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let (_, pratiche) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        let id = pratiche[0];
        app.clock.pass(TimeDelta::minutes(1));
        ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
        let request = Request { version: 2, reason: "Rivedere".into(), fields: vec!["dieta_tipo".into()] };
        ufficio::request_integration(&app.portal, &anna, id, &request).await.unwrap();
        let blank = sheet(app, &ctx, id).await;
        let words = "Ecco".to_owned();
        let early = Risposta {
            step: Step::Save,
            words: words.clone(),
            files: vec![file("", "lettera")],
            ..Risposta::default()
        };
        assert_eq!(give(app, &ctx, id, early).await, Given::Saved);
        let row = drawn(&blank)[0].trim_end_matches("dieta_tipo").to_owned();
        let fields = vec![
            (format!("{row}dieta_tipo"), "etico_religiosa".to_owned()),
            (format!("{row}dieta_alimenti"), "maiale".to_owned()),
        ];
        let answers =
            Some(Answered { drawn: fields.iter().map(|(name, _)| name.clone()).collect(), fields, files: Vec::new() });
        let send = Risposta { revision: 1, words, answers, ..Risposta::default() };
        assert_eq!(give(app, &ctx, id, send).await, Given::Done);
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap().integrazione.unwrap();
        assert_eq!(own.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["allegato.pdf"]);
        assert_eq!(pratica::file(&app.portal, &ctx, id, own.files[0].id).await.unwrap().content, pdf("lettera"));
        let clear = "SELECT count(*) FROM allegato WHERE ente_id = $1 AND sealed = $2 AND removed_at IS NULL";
        let ente = app.ente.id;
        let open: (i64,) = app
            .portal
            .store()
            .read(ente, async move |read| read.fetch_one(clear, binds![ente, false]).await)
            .await
            .unwrap();
        assert_eq!(open.0, 0, "the one that lay open is on its way out");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn there_are_never_more_files_than_an_answer_takes() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = asked(app, &ctx).await;
        for round in 0..=MAX_FILES {
            let shown = sheet(app, &ctx, id).await;
            let more =
                Risposta { files: vec![file("", &format!("foglio {round}"))], ..typed(&shown, Step::Save, "20100") };
            let given = give(app, &ctx, id, more).await;
            match round < MAX_FILES {
                true => assert_eq!(given, Given::Saved),
                false => assert!(refused(given).too_many),
            }
        }
        assert_eq!(sheet(app, &ctx, id).await.begun.files.len(), MAX_FILES);
        at_peace(app).await;
    })
    .await;
}
