//! An answer to the office that is begun: kept until it is sent, for the applicant alone, and gone when nobody waits for it.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error, dati, pratica,
    risposta::{self, Answered, Awaited, Given, MAX_FILES, Risposta, Sheet, Step},
    testing::{App, Domanda, Figlio, each, pdf},
    ufficio::{self, Opening},
};
use sportello_domain::{
    id::{AllegatoId, PraticaId},
    modello::view::{Answer, Control, FieldView, FileView, ProblemCode, Shown},
    pratica::PraticaStatus,
};
use sportello_store::{
    allegato::{self, Scan},
    binds,
};

use super::common::{asked, at_peace, count, refused, upload};

const FILES: &str = "SELECT count(*) FROM allegato WHERE ente_id = $1";
const FILED: &str = "SELECT count(*) FROM pratica_allegato WHERE ente_id = $1";
const BEGUN: &str = "SELECT count(*) FROM risposta WHERE ente_id = $1";
const WORDS: &str = "Il referto arriva lunedì";
const CAP: &str = "residenza_cap";
const CERTIFICATE: &str = "dieta_certificato";

/// An application for a child with a certificate.
fn sick(name: &str, number: u64, says: &str) -> Domanda {
    let mut child = Figlio::new(name, "Rossi", number);
    child.certificato = Some(pdf(says));
    Domanda::new([child])
}

/// A pratica with a wrong certificate, of which the office asks these questions again.
async fn begun_about(app: &App, applicant: &Ctx, fields: &[&str]) -> PraticaId {
    asked(app, applicant, &sick("Luca", 1, "foglio sbagliato"), fields).await
}

async fn sheet(app: &App, ctx: &Ctx, id: PraticaId) -> Sheet {
    risposta::sheet(&app.portal, ctx, id, Awaited::Integrazione).await.unwrap().expect("an answer is awaited")
}

/// The controls that are drawn.
fn drawn(sheet: &Sheet) -> Vec<String> {
    sheet.questions.page.iter().flat_map(|page| page.fields()).map(|field| field.name.clone()).collect()
}

/// The control of a question.
fn field(sheet: &Sheet, question: &str) -> FieldView {
    let mut fields = sheet.questions.page.iter().flat_map(|page| page.fields());
    fields.find(|field| field.name.ends_with(question)).expect("it is drawn").clone()
}

/// What stands at the certificate.
fn present(sheet: &Sheet) -> Option<FileView> {
    match field(sheet, CERTIFICATE).control {
        Control::File { present, .. } => present,
        _ => unreachable!("it is a file"),
    }
}

/// Key of an earlier document that is offered at the certificate.
fn offered(sheet: &Sheet) -> Vec<AllegatoId> {
    match field(sheet, CERTIFICATE).control {
        Control::File { earlier, .. } => earlier.iter().map(|earlier| earlier.file.id).collect(),
        _ => unreachable!("it is a file"),
    }
}

fn value(sheet: &Sheet, question: &str) -> String {
    match field(sheet, question).value {
        Shown::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

/// An answer as the page sends it.
fn typed(sheet: &Sheet, step: Step, answers: &[(&str, &str)]) -> Risposta {
    let named = |question: &str| match question.split_once('.') {
        Some((question, part)) => format!("{}.{part}", field(sheet, question).name),
        None => field(sheet, question).name,
    };
    let fields = answers.iter().map(|(question, value)| (named(question), (*value).to_owned())).collect();
    let answers = Some(Answered { drawn: drawn(sheet), fields, files: Vec::new() });
    Risposta { revision: sheet.begun.revision, step, words: WORDS.into(), answers, ..Risposta::default() }
}

/// The same with a certificate.
fn with_certificate(sheet: &Sheet, step: Step, answers: &[(&str, &str)], says: &str) -> Risposta {
    let mut risposta = typed(sheet, step, answers);
    let certificate = upload(&field(sheet, CERTIFICATE).name, &format!("{says}.pdf"), pdf(says));
    risposta.answers.as_mut().unwrap().files.push(certificate);
    risposta
}

async fn give(app: &App, ctx: &Ctx, id: PraticaId, risposta: Risposta) -> Given {
    app.clock.pass(TimeDelta::minutes(5));
    risposta::give(&app.portal, ctx, id, Awaited::Integrazione, risposta).await.unwrap()
}

/// What the scanner says of a file.
async fn found_infected(app: &App, file: AllegatoId) {
    let (ente, now) = (app.ente.id, app.clock.now());
    let write = async move |tx: &mut sportello_store::Tx| allegato::scanned(tx, ente, file, Scan::Infected, now).await;
    assert!(app.portal.store().write(ente, write).await.unwrap());
}

/// Lets the nightly jobs run.
async fn night(app: &App) {
    app.clock.pass(TimeDelta::days(1));
    app.work().await;
}

#[tokio::test]
async fn what_is_begun_is_there_again_and_is_sent_with_its_files() {
    each(async |app| {
        let (ctx, anna, lara) =
            (app.cittadino("Rossi").await, app.operatore("Anna").await, app.operatore("Lara").await);
        let id = begun_about(app, &ctx, &[CAP, CERTIFICATE]).await;
        let (blank, filed) = (sheet(app, &ctx, id).await, count(app, FILED).await);
        assert_eq!((blank.begun.revision, blank.begun.saved_at), (0, None));
        let wrong = present(&blank).unwrap().id;
        let mut save = with_certificate(&blank, Step::Save, &[(CAP, "201")], "celiachia");
        save.files = vec![upload("", "firma.pdf", pdf("la firma")), upload("", "bollo.pdf", pdf("il bollo"))];
        assert_eq!(give(app, &ctx, id, save).await, Given::Saved, "what is not sent may be wrong");
        // The office sees nothing of it, the applicant all.
        let office = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert_eq!((office.row.status, count(app, FILED).await), (PraticaStatus::IntegrationRequested, filed));
        let begun = sheet(app, &ctx, id).await;
        assert_eq!((begun.begun.revision, begun.begun.words.as_str(), begun.begun.others.len()), (1, WORDS, 2));
        assert_eq!((value(&begun, CAP).as_str(), begun.begun.at_questions.len()), ("201", 1));
        let certificate = present(&begun).unwrap();
        assert!(certificate.id != wrong && certificate.name == "celiachia.pdf", "{certificate:?}");
        let key = certificate.id;
        assert_eq!(pratica::file(&app.portal, &ctx, id, key).await.unwrap().content, pdf("celiachia"));
        let data = dati::pratica(&app.portal, &ctx, id).await.unwrap();
        let data: serde_json::Value = serde_json::from_slice(&data.content).unwrap();
        assert!(data["risposta_iniziata"]["salvata_il"].is_string());
        let other = app.cittadino("Bianchi").await;
        let stranger = pratica::file(&app.portal, &other, id, key).await;
        assert!(matches!(stranger, Err(Error::NotFound)), "{stranger:?}");
        let opening = Opening { reason: "Preparo la dieta", unscanned: true };
        let clerk = ufficio::file(&app.portal, &lara, id, key, opening).await;
        assert!(matches!(clerk, Err(Error::NotFound)), "{clerk:?}");
        // One of two files goes; then all of it is sent without choosing a file again.
        let one = begun.begun.others[0].file.id;
        let gone = typed(&begun, Step::RemoveOther(one), &[(CAP, "201")]);
        assert_eq!(give(app, &ctx, id, gone).await, Given::Again);
        let now = sheet(app, &ctx, id).await;
        let late = refused(give(app, &ctx, id, typed(&now, Step::Send, &[(CAP, "201")])).await);
        assert_eq!(late.problems[0].code, ProblemCode::CapWrong);
        assert_eq!(give(app, &ctx, id, typed(&late.sheet, Step::Send, &[(CAP, "20100")])).await, Given::Done);
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
        night(app).await;
        assert_eq!(count(app, FILES).await, left - 1, "the one that was taken out");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_saved_elsewhere_is_not_overwritten_unseen() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = begun_about(app, &ctx, &[CAP, CERTIFICATE]).await;
        let blank = sheet(app, &ctx, id).await;
        let first = || {
            let files = vec![upload("", "firma.pdf", pdf("la firma"))];
            Risposta { files, ..with_certificate(&blank, Step::Save, &[(CAP, "20100")], "celiachia") }
        };
        assert_eq!(give(app, &ctx, id, first()).await, Given::Saved);
        let (kept, files) = (present(&sheet(app, &ctx, id).await), count(app, FILES).await);
        // The same page again is no conflict, and brings no file twice.
        assert_eq!(give(app, &ctx, id, first()).await, Given::Saved);
        assert_eq!((present(&sheet(app, &ctx, id).await), count(app, FILES).await), (kept.clone(), files));
        for step in [Step::Save, Step::Send] {
            let other = with_certificate(&blank, step, &[(CAP, "20121")], "un altro");
            let found = refused(give(app, &ctx, id, other).await);
            assert!(found.stale && found.sheet.begun.revision == 2, "{found:?}");
            assert!(found.problems.iter().any(|problem| problem.code == ProblemCode::FileAgain), "{found:?}");
            assert_eq!(value(&found.sheet, CAP), "20121", "what was typed is kept");
            assert_eq!((present(&found.sheet), count(app, FILES).await), (kept.clone(), files));
        }
        assert_eq!(value(&sheet(app, &ctx, id).await, CAP), "20100");
        // Having been told, they may.
        let found = refused(give(app, &ctx, id, typed(&blank, Step::Send, &[(CAP, "20121")])).await);
        assert_eq!(give(app, &ctx, id, typed(&found.sheet, Step::Send, &[(CAP, "20121")])).await, Given::Done);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_page_did_not_show_is_neither_sent_nor_taken_out_by_it() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = begun_about(app, &ctx, &[CAP, CERTIFICATE]).await;
        let blank = sheet(app, &ctx, id).await;
        let first = with_certificate(&blank, Step::Save, &[(CAP, "20100")], "celiachia");
        assert_eq!(give(app, &ctx, id, first).await, Given::Saved);
        let shown = sheet(app, &ctx, id).await;
        let mut other = with_certificate(&shown, Step::Save, &[(CAP, "20100")], "un altro");
        other.files = vec![upload("", "firma.pdf", pdf("la firma"))];
        assert_eq!(give(app, &ctx, id, other).await, Given::Saved);
        let (kept, control) = (present(&sheet(app, &ctx, id).await), field(&shown, CERTIFICATE).name);
        for step in [Step::Send, Step::RemoveFile { control }] {
            let found = refused(give(app, &ctx, id, typed(&shown, step, &[(CAP, "20100")])).await);
            assert!(found.stale, "{found:?}");
            assert_eq!((present(&found.sheet), found.sheet.begun.others.len()), (kept.clone(), 1));
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_button_that_is_pressed_twice_at_once_saves_once() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = begun_about(app, &ctx, &[CAP, CERTIFICATE]).await;
        let (blank, files) = (sheet(app, &ctx, id).await, count(app, FILES).await);
        let save = || with_certificate(&blank, Step::Save, &[(CAP, "20100")], "celiachia");
        let (one, two) = tokio::join!(
            risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, save()),
            risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, save()),
        );
        assert_eq!((one.unwrap(), two.unwrap()), (Given::Saved, Given::Saved));
        assert_eq!(count(app, FILES).await, files + 1);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_answer_that_is_sent_again_is_refused_for_the_same() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = begun_about(app, &ctx, &[CAP, CERTIFICATE]).await;
        let blank = sheet(app, &ctx, id).await;
        for _ in 0..2 {
            let sent = with_certificate(&blank, Step::Send, &[(CAP, "201")], "celiachia");
            let found = refused(give(app, &ctx, id, sent).await);
            let codes: Vec<_> = found.problems.iter().map(|problem| &problem.code).collect();
            assert_eq!((found.stale, codes), (false, vec![&ProblemCode::CapWrong]));
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn two_at_once_are_one_and_the_other_is_told() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = begun_about(app, &ctx, &[CAP, CERTIFICATE]).await;
        let (blank, files) = (sheet(app, &ctx, id).await, count(app, FILES).await);
        let save = |cap| with_certificate(&blank, Step::Save, &[(CAP, cap)], "celiachia");
        let (one, two) = tokio::join!(
            risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, save("20100")),
            risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, save("20121")),
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        let (told, kept) = if one == Given::Saved { (two, "20100") } else { (one, "20121") };
        assert!(refused(told).stale);
        let shown = sheet(app, &ctx, id).await;
        assert_eq!((shown.begun.revision, value(&shown, CAP).as_str()), (1, kept));
        assert_eq!(count(app, FILES).await, files + 1);
        // One sends while the other saves: it is sent whole or not at all, and no file is lost of what stands.
        let [send, save] = [Step::Send, Step::Save].map(|step| typed(&shown, step, &[(CAP, "20133")]));
        let (sent, saved) = tokio::join!(
            risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, send),
            risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, save),
        );
        match (sent.unwrap(), saved) {
            (Given::Done, Err(Error::NotAllowedNow)) => assert_eq!(count(app, BEGUN).await, 0),
            (Given::Refused(refused), Ok(Given::Saved)) => assert!(refused.stale && present(&refused.sheet).is_some()),
            other => panic!("{other:?}"),
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn it_goes_when_nobody_waits_for_it() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = begun_about(app, &ctx, &[CAP, CERTIFICATE]).await;
        let (blank, files) = (sheet(app, &ctx, id).await, count(app, FILES).await);
        let save = with_certificate(&blank, Step::Save, &[(CAP, "20100")], "celiachia");
        assert_eq!(give(app, &ctx, id, save).await, Given::Saved);
        assert_eq!((count(app, BEGUN).await, count(app, FILES).await), (1, files + 1));
        pratica::withdraw(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(count(app, BEGUN).await, 0);
        assert!(risposta::sheet(&app.portal, &ctx, id, Awaited::Integrazione).await.unwrap().is_none());
        let late = typed(&blank, Step::Save, &[(CAP, "20100")]);
        let late = risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, late).await;
        assert!(matches!(late, Err(Error::NotAllowedNow)), "{late:?}");
        night(app).await;
        assert_eq!(count(app, FILES).await, files, "the bytes and the row of its file go, too");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn silence_takes_it_too() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = begun_about(app, &ctx, &[CAP]).await;
        let blank = sheet(app, &ctx, id).await;
        assert_eq!(give(app, &ctx, id, typed(&blank, Step::Save, &[(CAP, "20100")])).await, Given::Saved);
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
        let id = begun_about(app, &ctx, &[CAP, CERTIFICATE]).await;
        let blank = sheet(app, &ctx, id).await;
        let mut save = with_certificate(&blank, Step::Save, &[(CAP, "99999")], "celiachia");
        // What was not drawn is not kept.
        let stray = ("figlio_cognome".to_owned(), "CELIACHI".repeat(100));
        save.answers.as_mut().unwrap().fields.push(stray);
        assert_eq!(give(app, &ctx, id, save).await, Given::Saved);
        let ente = app.ente.id;
        let sql = "SELECT sealed FROM risposta WHERE ente_id = $1";
        let read = async move |read: &mut sportello_store::Read| read.fetch_all(sql, binds![ente]).await;
        let sealed: Vec<(Vec<u8>,)> = app.portal.store().read(ente, read).await.unwrap();
        let [(sealed,)] = &sealed[..] else { panic!("{}", sealed.len()) };
        assert!(sealed.len() > WORDS.len() && sealed.len() < 800, "{}", sealed.len());
        let text = String::from_utf8_lossy(sealed);
        assert!(!text.contains("referto") && !text.contains("99999"), "{text}");
        let names = "SELECT count(*) FROM allegato WHERE ente_id = $1 AND name LIKE '%celiachia%'";
        assert_eq!(count(app, names).await, 0);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_came_before_the_account_was_told_is_sealed_with_it() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = asked(app, &ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)]), &["modalita"]).await;
        let open = "SELECT count(*) FROM allegato WHERE ente_id = $1 AND name = 'lettera.pdf' AND removed_at IS NULL";
        let early = || {
            let files = vec![upload("", "lettera.pdf", pdf("lettera"))];
            Risposta { step: Step::Save, files, words: WORDS.into(), ..Risposta::default() }
        };
        assert_eq!(give(app, &ctx, id, early()).await, Given::Saved);
        assert_eq!(count(app, open).await, 1, "nothing is told yet");
        let save = typed(&sheet(app, &ctx, id).await, Step::Save, &[("modalita", "SDD")]);
        assert_eq!(give(app, &ctx, id, save).await, Given::Saved);
        let begun = sheet(app, &ctx, id).await;
        assert!(drawn(&begun).contains(&"iban".to_owned()));
        assert_eq!((count(app, open).await, begun.begun.others[0].file.name.as_str()), (0, "lettera.pdf"));
        let key = begun.begun.others[0].file.id;
        assert_eq!(pratica::file(&app.portal, &ctx, id, key).await.unwrap().content, pdf("lettera"));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_comes_back_with_its_question_and_is_seen_before_it_is_sent() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = begun_about(app, &ctx, &["dieta_tipo", CERTIFICATE]).await;
        let blank = sheet(app, &ctx, id).await;
        let save = with_certificate(&blank, Step::Save, &[("dieta_tipo", "sanitaria")], "celiachia");
        assert_eq!(give(app, &ctx, id, save).await, Given::Saved);
        let kept = present(&sheet(app, &ctx, id).await).unwrap();
        let none = typed(&sheet(app, &ctx, id).await, Step::Save, &[("dieta_tipo", "nessuna")]);
        assert_eq!(give(app, &ctx, id, none).await, Given::Saved);
        let hidden = sheet(app, &ctx, id).await;
        assert!(!drawn(&hidden).iter().any(|name| name.ends_with(CERTIFICATE)), "{:?}", drawn(&hidden));
        let again = refused(give(app, &ctx, id, typed(&hidden, Step::Send, &[("dieta_tipo", "sanitaria")])).await);
        assert!(again.opened && present(&again.sheet) == Some(kept), "{again:?}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_kept_file_that_holds_a_virus_is_told_of_once_and_gone() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = begun_about(app, &ctx, &[CAP, CERTIFICATE]).await;
        let (blank, filed) = (sheet(app, &ctx, id).await, count(app, FILED).await);
        let wrong = present(&blank);
        let mut save = with_certificate(&blank, Step::Save, &[(CAP, "20100")], "celiachia");
        save.files = vec![upload("", "firma.pdf", pdf("la firma"))];
        assert_eq!(give(app, &ctx, id, save).await, Given::Saved);
        let begun = sheet(app, &ctx, id).await;
        found_infected(app, present(&begun).unwrap().id).await;
        found_infected(app, begun.begun.others[0].file.id).await;
        let told = sheet(app, &ctx, id).await;
        assert!(told.begun.others[0].infected && present(&told) == wrong);
        assert!(field(&told, CERTIFICATE).problem.is_some_and(|problem| problem.code == ProblemCode::FileInfected));
        let found = refused(give(app, &ctx, id, typed(&told, Step::Send, &[(CAP, "20100")])).await);
        let infected = (&ProblemCode::FileInfected, "firma.pdf");
        assert_eq!((&found.files[0].code, found.files[0].name.as_str()), infected);
        assert_eq!(found.problems.iter().map(|problem| &problem.code).collect::<Vec<_>>(), [infected.0]);
        assert!(found.sheet.begun.others.is_empty() && found.sheet.begun.at_questions.is_empty());
        // The page that did not show it sends nothing, however often it comes.
        let again = refused(give(app, &ctx, id, typed(&told, Step::Send, &[(CAP, "20100")])).await);
        assert!(again.stale && again.files.is_empty(), "{again:?}");
        // What was filed first stays where no other certificate comes.
        assert_eq!(give(app, &ctx, id, typed(&found.sheet, Step::Send, &[(CAP, "20100")])).await, Given::Done);
        assert_eq!(count(app, FILED).await, filed);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_earlier_document_is_given_again_but_not_the_one_that_is_asked_again() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        app.file(&ctx, &sick("Sofia", 2, "intolleranza")).await;
        app.clock.pass(TimeDelta::minutes(5));
        let id = begun_about(app, &ctx, &[CERTIFICATE]).await;
        let blank = sheet(app, &ctx, id).await;
        let wrong = present(&blank).unwrap().id;
        let [earlier] = offered(&blank)[..] else { panic!("{:?}", offered(&blank)) };
        assert_ne!(earlier, wrong);
        let control = field(&blank, CERTIFICATE).name;
        // What comes beside it has not been scanned: it is not taken for the document that was.
        let reuse = Step::ReuseFile { control: control.clone(), file: earlier };
        let both = with_certificate(&blank, reuse, &[], "un altro");
        assert_eq!(give(app, &ctx, id, both).await, Given::Again);
        let shown = sheet(app, &ctx, id).await;
        let key = present(&shown).unwrap().id;
        assert_eq!(pratica::file(&app.portal, &ctx, id, key).await.unwrap().content, pdf("intolleranza"));
        assert_eq!(give(app, &ctx, id, typed(&shown, Step::RemoveFile { control }, &[])).await, Given::Again);
        let shown = sheet(app, &ctx, id).await;
        assert_eq!(present(&shown).map(|file| file.id), Some(wrong), "what was filed stands there again");
        let other = app.cittadino("Bianchi").await;
        let stolen = Step::ReuseFile { control: field(&shown, CERTIFICATE).name, file: earlier };
        let theirs = typed(&shown, stolen, &[]);
        let stolen = risposta::give(&app.portal, &other, id, Awaited::Integrazione, theirs).await;
        assert!(matches!(stolen, Err(Error::NotFound)), "{stolen:?}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn there_are_never_more_files_than_an_answer_takes() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = begun_about(app, &ctx, &[CAP]).await;
        let one_more = async |number: usize| {
            let files = vec![upload("", "foglio.pdf", pdf(&format!("foglio {number}")))];
            let shown = sheet(app, &ctx, id).await;
            give(app, &ctx, id, Risposta { files, ..typed(&shown, Step::Save, &[(CAP, "20100")]) }).await
        };
        for number in 0..MAX_FILES {
            assert_eq!(one_more(number).await, Given::Saved);
        }
        assert!(refused(one_more(MAX_FILES).await).too_many);
        assert_eq!(sheet(app, &ctx, id).await.begun.others.len(), MAX_FILES);
        at_peace(app).await;
    })
    .await;
}
