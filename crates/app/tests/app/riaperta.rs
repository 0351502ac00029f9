//! Questions that the office asks again: what of a pratica opens, what an answer changes, what of it stays.

use chrono::{NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, Error,
    bozza::UploadedFile,
    dati, pratica,
    risposta::{self, Answered, Awaited, Given, Questions, Refused, Risposta, WordsFault},
    scarto,
    testing::{App, Domanda, Figlio, codice_fiscale, each, pdf},
    ufficio::{self, Act, Decision, Opening, Outcome, QueueQuery},
};
use sportello_domain::{
    calendar::legal_date,
    id::PraticaId,
    modello::view::{Answer, PageView, ProblemCode},
    pratica::PraticaStatus,
    ruolo::Ruolo,
};
use sportello_store::binds;

use super::{
    canary::holds,
    common::{self, asked, at_peace, count, refused, upload},
};

const FILES_OF_ALL: &str = "SELECT count(*) FROM allegato WHERE ente_id = $1";
const IBAN: &str = "IT60X0542811101000000123456";
const OTHER_IBAN: &str = "DE89370400440532013000";

/// The names of the controls that are drawn.
async fn drawn(app: &App, ctx: &Ctx, id: PraticaId) -> Vec<String> {
    let sheet = risposta::sheet(&app.portal, ctx, id, Awaited::Integrazione).await.unwrap();
    let names = |page: PageView| page.fields().map(|field| field.name.clone()).collect();
    sheet.expect("something is asked").questions.page.map(names).unwrap_or_default()
}

/// What a page with these answers sends: they go by the names of their questions, after `figli.` for those about the child.
async fn answered(app: &App, ctx: &Ctx, id: PraticaId, answers: &[(&str, &str)]) -> Answered {
    let drawn = drawn(app, ctx, id).await;
    let row = drawn.iter().find_map(|name| name.rsplit_once('.').map(|(row, _)| row.to_owned())).unwrap_or_default();
    let name = |field: &str| field.strip_prefix("figli.").map_or_else(|| field.to_owned(), |of| format!("{row}.{of}"));
    let fields: Vec<_> = answers.iter().map(|(field, value)| (name(field), (*value).to_owned())).collect();
    let control = |name: &String| name.trim_end_matches(".g").trim_end_matches(".m").trim_end_matches(".a").to_owned();
    let sent: Vec<String> = fields.iter().map(|(name, _)| control(name)).collect();
    Answered { drawn: [drawn, sent].concat(), fields, files: Vec::new() }
}

async fn give(app: &App, ctx: &Ctx, id: PraticaId, risposta: Risposta) -> Given {
    app.clock.pass(TimeDelta::minutes(5));
    common::give(app, ctx, id, Awaited::Integrazione, risposta).await.unwrap()
}

/// Gives answers without words.
async fn answer(app: &App, ctx: &Ctx, id: PraticaId, answers: &[(&str, &str)]) -> Given {
    let answers = Some(answered(app, ctx, id, answers).await);
    give(app, ctx, id, Risposta { answers, ..Risposta::default() }).await
}

#[tokio::test]
async fn only_what_was_asked_again_is_answered_anew_and_what_was_filed_stays_beside_it() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let domanda = Domanda::new([Figlio::new("Luca", "Rossi", 1)]);
        let id = asked(app, &ctx, &domanda, &["residenza_cap", "figlio_nome", "plesso", "classe"]).await;
        let drawn = drawn(app, &ctx, id).await;
        let fields: Vec<_> = drawn.iter().map(|name| name.rsplit('.').next().unwrap()).collect();
        assert_eq!(fields, ["residenza_cap", "figlio_nome", "plesso", "classe"]);
        let typed = [("residenza_cap", "20100"), ("residenza_comune", "Milano"), ("figli.figlio_nome", "Luca Maria")];
        assert_eq!(answer(app, &ctx, id, &typed).await, Given::Done);
        let office = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert_eq!((office.row.status, office.row.alunno.as_str()), (PraticaStatus::Integrated, "Luca Maria Rossi"));
        let shown = office.integrazione.as_ref().unwrap();
        assert_eq!((shown.answer.as_deref(), shown.answered_at.is_some()), (None, true));
        let text = |answer: &Option<Answer>| match answer {
            Some(Answer::Text(text) | Answer::Code(text)) => text.clone(),
            other => panic!("{other:?}"),
        };
        let amended: Vec<_> =
            shown.amended.iter().map(|found| (found.label.as_str(), text(&found.known), text(&found.answer))).collect();
        let expected = [("CAP", "24040", "20100"), ("Nome del figlio", "Luca", "Luca Maria")];
        assert_eq!(amended, expected.map(|(label, known, now)| (label, known.to_owned(), now.to_owned())));
        let summary = format!("{:?}", office.summary);
        assert!(summary.contains("20100") && !summary.contains("24040") && !summary.contains("Milano"), "{summary}");
        let query = QueueQuery { text: "luca maria".into(), ..QueueQuery::default() };
        assert_eq!(ufficio::queue(&app.portal, &anna, &query).await.unwrap().rows.len(), 1, "it is found by its name");
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(own.integrazione.unwrap().amended.len(), 2);
        let data = dati::pratica(&app.portal, &ctx, id).await.unwrap();
        let data: serde_json::Value = serde_json::from_slice(&data.content).unwrap();
        assert_eq!(data["integrazione"]["risposte_cambiate"][0]["prima"], "24040");
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.integrate'
            AND CAST(detail AS TEXT) LIKE '%amended%'";
        assert_eq!(count(app, noted).await, 1);
        assert!(
            risposta::sheet(&app.portal, &ctx, id, Awaited::Integrazione).await.unwrap().is_none(),
            "it is answered"
        );
        // What is accepted is what was answered in the end.
        app.clock.pass(TimeDelta::minutes(5));
        ufficio::take(&app.portal, &anna, id, 4).await.unwrap();
        let accept = Decision { version: 5, accept: true, reason: String::new() };
        ufficio::decide(&app.portal, &anna, id, &accept).await.unwrap();
        let enrolled = "SELECT count(*) FROM alunno WHERE ente_id = $1 AND nome = 'Luca Maria'";
        assert_eq!(count(app, enrolled).await, 1);
        app.clock.pass(TimeDelta::minutes(5));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_missing_certificate_is_given_at_its_question_and_read_with_a_reason() {
    each(async |app| {
        let (ctx, anna, lara) =
            (app.cittadino("Rossi").await, app.operatore("Anna").await, app.operatore("Lara").await);
        let mut luca = Figlio::new("Luca", "Rossi", 1);
        luca.certificato = Some(pdf("foglio sbagliato"));
        let id = asked(app, &ctx, &Domanda::new([luca]), &["dieta_certificato"]).await;
        let drawn = drawn(app, &ctx, id).await;
        let [name] = &drawn[..] else { panic!("{drawn:?}") };
        let (before, content) = (count(app, FILES_OF_ALL).await, pdf("celiachia"));
        let files = vec![upload(name, "referto celiachia.pdf", content.clone())];
        let answers = Some(Answered { drawn: drawn.clone(), files, ..Answered::default() });
        let given = Risposta { answers, ..Risposta::default() };
        assert_eq!(give(app, &ctx, id, given).await, Given::Done);
        assert_eq!(count(app, FILES_OF_ALL).await, before + 1, "what was filed first is kept");
        let closed = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert!(closed.answer_closed && closed.integrazione.unwrap().amended.is_empty());
        let open = ufficio::open_sealed(&app.portal, &lara, id, "Preparo la dieta").await.unwrap();
        let amended = open.integrazione.unwrap().amended;
        let [found] = &amended[..] else { panic!("{amended:?}") };
        let Some(Answer::File(now)) = &found.answer else { panic!("{found:?}") };
        let silent = ufficio::file(&app.portal, &lara, id, now.id, Opening::default()).await;
        assert!(matches!(silent, Err(Error::Unacceptable(_))), "{silent:?}");
        let opening = Opening { reason: "Preparo la dieta", unscanned: true };
        assert_eq!(ufficio::file(&app.portal, &lara, id, now.id, opening).await.unwrap().content, content);
        assert_eq!(pratica::file(&app.portal, &ctx, id, now.id).await.unwrap().content, content);
        let refused = ufficio::file(&app.portal, &anna, id, now.id, opening).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_question_of_class_a_that_was_not_answered_opens_nothing() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let domanda = Domanda::new([Figlio::new("Luca", "Rossi", 1)]);
        let id = asked(app, &ctx, &domanda, &["dieta_certificato", "nome"]).await;
        let sheet = risposta::sheet(&app.portal, &ctx, id, Awaited::Integrazione).await.unwrap().unwrap();
        assert_eq!(
            sheet.questions,
            Questions { page: None, others: vec!["Nome".into(), "Certificato del medico".into()], account: false }
        );
        let silent = refused(give(app, &ctx, id, Risposta::default()).await);
        assert_eq!((silent.words, silent.sheet.questions.page), (Some(WordsFault::Missing), None));
        let words = Risposta { words: "Non ha diete".into(), ..Risposta::default() };
        assert_eq!(give(app, &ctx, id, words).await, Given::Done);
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap().integrazione.unwrap();
        assert_eq!((own.answer.as_deref(), own.amended.len()), (Some("Non ha diete"), 0));
        let stored = "SELECT count(*) FROM integrazione WHERE ente_id = $1 AND answers_before IS NOT NULL";
        assert_eq!(count(app, stored).await, 0);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_told_beside_its_question_and_what_is_right_is_kept() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let domanda = Domanda::new([Figlio::new("Luca", "Rossi", 1)]);
        let id = asked(app, &ctx, &domanda, &["residenza_cap", "dieta_tipo"]).await;
        let before = count(app, FILES_OF_ALL).await;
        let mut answers = answered(app, &ctx, id, &[("residenza_cap", "201"), ("figli.dieta_tipo", "sanitaria")]).await;
        let row = answers.fields[1].0.trim_end_matches("dieta_tipo").to_owned();
        let certificate = format!("{row}dieta_certificato");
        answers.drawn.extend([certificate.clone(), format!("{row}dieta_scadenza")]);
        let with = |files: Vec<UploadedFile>| Answered { files, ..answers.clone() };
        let tried =
            |answers, files| Risposta { words: "Ecco".into(), files, answers: Some(answers), ..Risposta::default() };
        let elsewhere = upload("figlio_cf", "altrove.pdf", pdf("niente"));
        let photo = with(vec![upload(&certificate, "foto.heic", b"ftypheic".to_vec()), elsewhere]);
        let found = refused(give(app, &ctx, id, tried(photo, vec![upload("", "buono.pdf", pdf("la firma"))])).await);
        let scadenza = format!("{row}dieta_scadenza");
        let wrong = |found: &Refused| -> Vec<(String, ProblemCode)> {
            found.problems.iter().map(|problem| (problem.path.replace('/', "."), problem.code.clone())).collect()
        };
        let [cap, date] = [("residenza_cap".to_owned(), ProblemCode::CapWrong), (scadenza, ProblemCode::Missing)];
        let expected = vec![cap.clone(), date.clone(), (certificate.clone(), ProblemCode::FileType)];
        assert_eq!(wrong(&found), expected);
        let form = format!("{:?}", found.sheet.questions);
        assert!(form.contains("\"201\""), "what was typed is kept: {form}");
        // A good file stays until the rest is right.
        assert_eq!(found.sheet.begun.others.len(), 1);
        let good = with(vec![upload(&certificate, "referto.pdf", pdf("celiachia"))]);
        let found = refused(give(app, &ctx, id, tried(good, Vec::new())).await);
        assert_eq!(wrong(&found), [cap, date]);
        assert_eq!(found.sheet.begun.at_questions.len(), 1);
        let page = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!((page.row.status, page.begun_at), (PraticaStatus::IntegrationRequested, Some(app.clock.now())));
        // The same, right, with another file in its place.
        answers.fields[0].1 = "20100".into();
        for (part, value) in [("g", "30"), ("m", "6"), ("a", "2027")] {
            answers.fields.push((format!("{row}dieta_scadenza.{part}"), value.into()));
        }
        let twice = [("primo.pdf", "primo"), ("referto.pdf", "celiachia")];
        answers.files = twice.map(|(name, says)| upload(&certificate, name, pdf(says))).to_vec();
        let right = Risposta { answers: Some(answers), ..Risposta::default() };
        assert_eq!(give(app, &ctx, id, right).await, Given::Done);
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
        assert_eq!(count(app, FILES_OF_ALL).await, before + 2, "the last file of a question counts, and the other one");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn another_codice_fiscale_keeps_to_the_rule_of_one_enrolment() {
    each(async |app| {
        let (rossi, bianchi, anna) =
            (app.cittadino("Rossi").await, app.cittadino("Bianchi").await, app.operatore("Anna").await);
        let [first, second, third] =
            [1, 2, 3].map(|number| Figlio::new("Luca", if number == 3 { "Bianchi" } else { "Rossi" }, number));
        app.file(&rossi, &Domanda::new([first.clone()])).await;
        app.file(&bianchi, &Domanda::new([third.clone()])).await;
        app.clock.pass(TimeDelta::minutes(5));
        let asked_again = ["figlio_cf", "figlio_cognome", "figlio_nascita"];
        let id = asked(app, &rossi, &Domanda::new([second.clone()]), &asked_again).await;
        let own = refused(answer(app, &rossi, id, &[("figli.figlio_cf", &first.codice_fiscale)]).await);
        assert!(own.duplicate && own.problems.is_empty() && own.sheet.questions.page.is_some());
        assert!(!ufficio::page(&app.portal, &anna, id).await.unwrap().contested);
        // The child of somebody else: the office is told, the applicant is not.
        assert_eq!(answer(app, &rossi, id, &[("figli.figlio_cf", &third.codice_fiscale)]).await, Given::Done);
        assert!(ufficio::page(&app.portal, &anna, id).await.unwrap().contested);
        // Its first child may be filed for again.
        app.clock.pass(TimeDelta::minutes(5));
        app.file(&rossi, &Domanda::new([second])).await;
        app.clock.pass(TimeDelta::minutes(5));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_code_that_the_office_wrote_stays_where_the_family_still_has_none() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let mut newborn = Figlio::new("Luca", "Rossi", 1);
        let code = std::mem::take(&mut newborn.codice_fiscale);
        let id = asked(app, &ctx, &Domanda::new([newborn]), &["residenza_cap"]).await;
        let written = ufficio::codice::complete(&app.portal, &anna, id, 3, &code).await.unwrap();
        assert_eq!(written, ufficio::codice::Completed::Written);
        assert_eq!(answer(app, &ctx, id, &[("residenza_cap", "20100")]).await, Given::Done);
        let kept = "SELECT count(*) FROM pratica WHERE ente_id = $1 AND alunno_codice_fiscale IS NOT NULL";
        assert_eq!(count(app, kept).await, 1);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_else_sees_or_answers_what_is_asked_again() {
    each(async |app| {
        let (ctx, other) = (app.cittadino("Rossi").await, app.cittadino("Bianchi").await);
        let domanda = Domanda::new([Figlio::new("Luca", "Rossi", 1)]);
        let id = asked(app, &ctx, &domanda, &["residenza_cap"]).await;
        let seen = risposta::sheet(&app.portal, &other, id, Awaited::Integrazione).await;
        assert!(matches!(seen, Err(Error::NotFound)), "{seen:?}");
        let fields = vec![("residenza_cap".to_owned(), "20100".to_owned())];
        let cap = Answered { drawn: vec!["residenza_cap".into()], fields, files: Vec::new() };
        let answers = || Risposta { answers: Some(cap.clone()), ..Risposta::default() };
        let given = risposta::give(&app.portal, &other, id, Awaited::Integrazione, answers()).await;
        assert!(matches!(given, Err(Error::NotFound)), "{given:?}");
        let anna = app.operatore("Anna").await;
        let given = risposta::give(&app.portal, &anna, id, Awaited::Integrazione, answers()).await;
        assert!(matches!(given, Err(Error::SignInNeeded)), "{given:?}");
        // Twice is once.
        assert_eq!(give(app, &ctx, id, answers()).await, Given::Done);
        let again = risposta::give(&app.portal, &ctx, id, Awaited::Integrazione, answers()).await;
        assert!(matches!(again, Err(Error::NotAllowedNow)), "{again:?}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_filed_of_class_a_is_sealed_before_and_after() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let domanda = Domanda { iban: Some(IBAN.into()), ..Domanda::new([Figlio::new("Luca", "Rossi", 1)]) };
        let id = asked(app, &ctx, &domanda, &["iban", "residenza_cap"]).await;
        assert_eq!(answer(app, &ctx, id, &[("iban", OTHER_IBAN), ("residenza_cap", "20100")]).await, Given::Done);
        let own = format!("{:?}", pratica::page(&app.portal, &ctx, id).await.unwrap());
        let digits = |iban: &str| iban.trim_start_matches(|letter: char| letter.is_alphabetic()).to_owned();
        assert!(holds(own.replace(' ', "").as_bytes(), &digits(OTHER_IBAN)), "the applicant reads it: {own}");
        let ente = app.ente.id;
        let rows = async move |read: &mut sportello_store::Read| {
            let sql = "SELECT CAST(answers AS TEXT) FROM pratica WHERE ente_id = $1
                UNION ALL SELECT CAST(answers_before AS TEXT) FROM integrazione WHERE ente_id = $1
                UNION ALL SELECT CAST(detail AS TEXT) FROM audit WHERE ente_id = $1";
            read.fetch_all(sql, binds![ente]).await
        };
        let rows: Vec<(String,)> = app.portal.store().read(ente, rows).await.unwrap();
        let all = rows.iter().map(|(row,)| row.as_str()).collect::<String>();
        assert!(all.contains("24040") && all.contains("20100"), "the search sees answers");
        for sealed in [IBAN, OTHER_IBAN] {
            assert!(!holds(all.as_bytes(), sealed), "{sealed} is in clear");
        }
        let clerk = format!("{:?}", ufficio::page(&app.portal, &app.operatore("Anna").await, id).await.unwrap());
        for sealed in [IBAN, OTHER_IBAN] {
            assert!(!clerk.replace(' ', "").contains(sealed), "{clerk}");
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_diet_that_was_taken_back_goes_when_its_time_is_over() {
    each(async |app| {
        let (ctx, anna, lara) =
            (app.cittadino("Rossi").await, app.operatore("Anna").await, app.operatore("Lara").await);
        let mut luca = Figlio::new("Luca", "Rossi", 1);
        luca.certificato = Some(pdf("celiachia"));
        let domanda = Domanda { iban: Some(IBAN.into()), ..Domanda::new([luca]) };
        let id = asked(app, &ctx, &domanda, &["dieta_tipo"]).await;
        assert_eq!(answer(app, &ctx, id, &[("figli.dieta_tipo", "nessuna")]).await, Given::Done);
        let before = async || {
            let shown = ufficio::open_sealed(&app.portal, &lara, id, "controllo di prova").await.unwrap();
            format!("{:?}", shown.integrazione.unwrap().amended)
        };
        let said = before().await;
        assert!(said.contains("certificato di prova") && said.contains("motivi di salute"), "{said}");
        app.clock.pass(TimeDelta::minutes(5));
        ufficio::take(&app.portal, &anna, id, 4).await.unwrap();
        let accept = Decision { version: 5, accept: true, reason: String::new() };
        ufficio::decide(&app.portal, &anna, id, &accept).await.unwrap();
        app.work().await;
        let officer = app.operatore_di(&app.ente, "Anna", &[Ruolo::Responsabile]).await;
        app.clock.set("2028-09-20T08:00:00Z".parse().unwrap());
        app.work().await;
        let row = scarto::list(&app.portal, &officer).await.unwrap().rows.remove(0);
        scarto::decide(&app.portal, &officer, (row.id, row.version), scarto::Decision::Approve).await.unwrap();
        app.work().await;
        let row = scarto::list(&app.portal, &officer).await.unwrap().rows.remove(0);
        assert_eq!((row.status, row.files), (scarto::Status::Done, Some(1)));
        let left = before().await;
        assert!(!left.contains("certificato di prova") && !left.contains("motivi di salute"), "{left}");
        let sealed = "SELECT count(*) FROM integrazione WHERE ente_id = $1 AND sealed_before IS NOT NULL";
        assert_eq!(count(app, sealed).await, 1, "the account of then stays");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_sibling_of_the_same_filing_is_left_as_it_is() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let domanda = Domanda::new([Figlio::new("Luca", "Rossi", 1), Figlio::new("Sofia", "Rossi", 2)]);
        let id = asked(app, &ctx, &domanda, &["residenza_cap"]).await;
        assert_eq!(answer(app, &ctx, id, &[("residenza_cap", "20100")]).await, Given::Done);
        let own = pratica::list(&app.portal, &ctx).await.unwrap();
        let sibling = own.iter().find(|row| row.id != id).unwrap();
        let kept = format!("{:?}", ufficio::page(&app.portal, &anna, sibling.id).await.unwrap().summary);
        assert!(kept.contains("24040") && !kept.contains("20100"), "{kept}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_account_that_was_amended_has_a_mandate_of_that_day() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let domanda =
            |number| Domanda { iban: Some(IBAN.into()), ..Domanda::new([Figlio::new("Luca", "Rossi", number)]) };
        let mut days = Vec::new();
        for (number, field, value) in [(1, "iban", OTHER_IBAN), (2, "residenza_cap", "20100")] {
            let id = asked(app, &ctx, &domanda(number), &[field]).await;
            let filed = legal_date(app.clock.now());
            app.clock.pass(TimeDelta::days(9));
            assert_eq!(answer(app, &ctx, id, &[(field, value)]).await, Given::Done);
            app.clock.pass(TimeDelta::minutes(5));
            ufficio::take(&app.portal, &anna, id, 4).await.unwrap();
            let accept = Decision { version: 5, accept: true, reason: String::new() };
            ufficio::decide(&app.portal, &anna, id, &accept).await.unwrap();
            let ente = app.ente.id;
            let sql = "SELECT firmato_il FROM mandato WHERE ente_id = $1 AND pratica_id = $2";
            let signed: (NaiveDate,) = app
                .portal
                .store()
                .read(ente, async move |read| read.fetch_one(sql, binds![ente, id]).await)
                .await
                .unwrap();
            days.push((signed.0 - filed).num_days());
        }
        assert_eq!(days, [9, 0]);
        app.clock.pass(TimeDelta::minutes(5));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn in_a_ranking_an_amended_answer_can_only_fall() {
    each(async |app| {
        let now = app.clock.now();
        app.publish_ranked((now - TimeDelta::days(1), now + TimeDelta::days(20)), Some(1), 30).await.unwrap();
        let points = async |name: &str, email: &str, to: &str| {
            let ctx = app.cittadino(name).await;
            app.clock.pass(TimeDelta::minutes(1));
            let domanda = Domanda { email: email.into(), ..Domanda::new([Figlio::new("Luca", name, 1)]) };
            let id = asked(app, &ctx, &domanda, &["email"]).await;
            assert_eq!(answer(app, &ctx, id, &[("email", to)]).await, Given::Done);
            pratica::page(&app.portal, &ctx, id).await.unwrap().posto.unwrap().0.punti
        };
        let (first, other) = ("prima@posta.example", "altra@posta.example");
        assert_eq!(points("Rossi", first, other).await, Some(0));
        assert_eq!(points("Bianchi", other, first).await, Some(0));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn who_waits_is_called_when_somebody_falls_behind() {
    each(async |app| {
        let (now, anna) = (app.clock.now(), app.operatore("Anna").await);
        app.publish_ranked((now - TimeDelta::days(1), now + TimeDelta::days(20)), Some(1), 30).await.unwrap();
        let (rossi, bianchi) = (app.cittadino("Rossi").await, app.cittadino("Bianchi").await);
        let ahead = Domanda { email: "prima@posta.example".into(), ..Domanda::new([Figlio::new("Luca", "Rossi", 1)]) };
        let id = asked(app, &rossi, &ahead, &["email"]).await;
        let (_, waiting) = app.file(&bianchi, &Domanda::new([Figlio::new("Elia", "Bianchi", 1)])).await;
        app.clock.pass(TimeDelta::minutes(1));
        ufficio::take(&app.portal, &anna, waiting[0], 1).await.unwrap();
        let (reason, reply) = ("I posti sono dati".to_owned(), String::new());
        let act = Act { version: 2, outcome: Outcome::PutOnWaitingList, reason, reply };
        ufficio::conclude(&app.portal, &anna, waiting[0], &act).await.unwrap();
        let called = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'posto.call'";
        assert_eq!(count(app, called).await, 0);
        assert_eq!(answer(app, &rossi, id, &[("email", "altra@posta.example")]).await, Given::Done);
        assert_eq!(count(app, called).await, 1);
        app.clock.pass(TimeDelta::minutes(5));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_comes_with_a_diet_that_is_told_for_the_first_time_is_read_with_a_reason() {
    each(async |app| {
        let (ctx, anna, lara) =
            (app.cittadino("Rossi").await, app.operatore("Anna").await, app.operatore("Lara").await);
        let id =
            asked(app, &ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)]), &["dieta_tipo", "residenza_cap"]).await;
        let sent =
            [("figli.dieta_tipo", "etico_religiosa"), ("figli.dieta_alimenti", "maiale"), ("residenza_cap", "20100")];
        let answers = Some(answered(app, &ctx, id, &sent).await);
        let files = vec![upload("", "lettera.pdf", pdf("motivi"))];
        let words = "Non mangia maiale".to_owned();
        assert_eq!(give(app, &ctx, id, Risposta { words, files, answers, ..Risposta::default() }).await, Given::Done);
        let closed = ufficio::page(&app.portal, &anna, id).await.unwrap();
        let shown = closed.integrazione.unwrap();
        assert!(closed.answer_closed && closed.holds_sealed && !closed.can_open_sealed);
        assert_eq!((shown.answer, shown.files.len()), (None, 0));
        let labels: Vec<_> = shown.amended.iter().map(|found| found.label.as_str()).collect();
        assert_eq!(labels, ["CAP"], "what is clear is told");
        let open = ufficio::open_sealed(&app.portal, &lara, id, "Preparo la dieta").await.unwrap();
        let shown = open.integrazione.unwrap();
        assert_eq!((shown.answer.as_deref(), shown.amended.len()), (Some("Non mangia maiale"), 3));
        assert_eq!(shown.files[0].name, "allegato.pdf");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_sends_what_they_have_not_seen() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = asked(app, &ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)]), &["isee_scelta"]).await;
        let sent = [("isee_scelta", "dichiaro"), ("isee_valore", "9876,54")];
        let found = refused(answer(app, &ctx, id, &sent).await);
        assert!(found.opened && found.problems.is_empty(), "{found:?}");
        let page = found.sheet.questions.page.unwrap();
        let drawn: Vec<String> = page.fields().map(|field| field.name.clone()).collect();
        assert!(drawn.contains(&"isee_protocollo".to_owned()), "{drawn:?}");
        let fields = sent.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let answers = Some(Answered { drawn, fields, files: Vec::new() });
        assert_eq!(give(app, &ctx, id, Risposta { answers, ..Risposta::default() }).await, Given::Done);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn words_about_an_account_that_is_told_for_the_first_time_are_read_with_a_reason() {
    each(async |app| {
        let (ctx, anna, lara) =
            (app.cittadino("Rossi").await, app.operatore("Anna").await, app.operatore("Lara").await);
        let id = asked(app, &ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)]), &["modalita"]).await;
        let code = codice_fiscale("Rossi");
        let sent = [
            ("modalita", "SDD"),
            ("iban", IBAN),
            ("intestatario_nome", "Mario Rossi"),
            ("intestatario_cf", code.as_str()),
            ("mandato", "si"),
        ];
        let answers = Some(answered(app, &ctx, id, &sent).await);
        let risposta = Risposta { words: "Il conto finisce con 123456".into(), answers, ..Risposta::default() };
        assert_eq!(give(app, &ctx, id, risposta).await, Given::Done);
        let closed = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert!(closed.answer_closed && closed.holds_sealed);
        assert_eq!(closed.integrazione.unwrap().answer, None);
        let open = ufficio::open_sealed(&app.portal, &lara, id, "controllo di prova").await.unwrap();
        assert!(open.integrazione.unwrap().answer.is_some());
        at_peace(app).await;
    })
    .await;
}
