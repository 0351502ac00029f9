//! What follows from an act: once, with an end that can be seen.

use chrono::TimeDelta;
use mail_parser::{MessageParser, MimeHeaders};
use sportello_app::{
    Actor, check, invio, pratica,
    testing::{App, Domanda, Figlio, each, pdf},
    ufficio,
};
use sportello_domain::{identita::IdentityScheme, lingua::Lingua, testo};
use sportello_store::job::JobState;

use super::common::{at_peace, count, noticed, rejection, unfinished};

/// Lets the queue work until nothing is left to try, time passing as it needs to.
async fn exhaust(app: &App) {
    for _ in 0..20 {
        app.work().await;
        app.clock.pass(TimeDelta::hours(1));
    }
}

fn domanda() -> Domanda {
    let mut sofia = Figlio::new("Sofia", "Rossi", 2);
    sofia.alimenti = Some("carne_pesce".into());
    Domanda {
        iban: Some("IT60X0542811101000000123456".into()),
        isee: Some("9876,54".into()),
        ..Domanda::new([Figlio::new("Luca", "Rossi", 1), sofia])
    }
}

/// What must stand in no mail: IBAN, ISEE in two spellings, the diet in code and in words.
const SECRETS: [&str; 6] = ["0542811101000000123456", "9876,54", "9.876,54", "987654", "carne_pesce", "carne e pesce"];

/// The text of a PDF, when the tool is there.
pub fn text_of(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("a.pdf");
    std::fs::write(&file, pdf).unwrap();
    let out = std::process::Command::new("pdftotext").arg(&file).arg("-").output();
    match out {
        Ok(out) if out.status.success() => Some(String::from_utf8_lossy(&out.stdout).into_owned()),
        _ => {
            println!("skipped: pdftotext is not installed, so the text of the PDF is not read");
            None
        }
    }
}

#[tokio::test]
async fn the_mail_carries_numbers_and_receipt_and_nothing_of_class_a() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let (_, pratiche) = app.file(&ctx, &domanda()).await;
        assert!(pratica::receipt(&app.portal, &ctx, pratiche[0]).await.unwrap().is_none());
        at_peace(app).await;
        let [message] = &app.inbox.all()[..] else { panic!("{}", app.inbox.all().len()) };
        assert_eq!(message.to, "ricevute@posta.example");
        let parsed = MessageParser::default().parse(message.raw.as_bytes()).unwrap();
        let (subject, body) = (parsed.subject().unwrap(), parsed.body_text(0).unwrap());
        assert!(subject.contains("2026/1 e 2026/2"), "{subject}");
        for words in ["Pratiche n. 2026/1 e 2026/2", "Protocollo n. 1/2026", "http://127.0.0.1:8080/prova/"] {
            assert!(body.contains(words), "{words} is not in {body}");
        }
        let pdf = parsed.attachments().next().unwrap();
        assert_eq!(pdf.attachment_name(), Some("ricevuta-2026-1.pdf"));
        let download = pratica::receipt(&app.portal, &ctx, pratiche[1]).await.unwrap().unwrap();
        assert_eq!(pdf.contents(), &*download.content);
        let text = text_of(pdf.contents());
        if let Some(text) = &text {
            for words in ["2026/1", "2026/2", "1/2026", "Luca Rossi", "Sofia Rossi"] {
                assert!(text.contains(words), "{words} is not in the receipt");
            }
            // What a notice that a procedure has begun must tell (L. 241/1990 art. 8): the office, who answers for it, by when, what
            // silence means, what can be done then.
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('’', "'");
            let due = pratica::page(&app.portal, &ctx, pratiche[0]).await.unwrap().row.answer_by;
            let office = &app.ente.settings.office;
            for words in [
                testo::date(due, Lingua::It).as_str(),
                &office.name,
                &office.responsabile,
                "la domanda non vale come accolta",
                "art. 2, comma 9-bis",
                "comunicazione di avvio del procedimento",
                "articoli 46 e 47",
            ] {
                assert!(text.contains(words), "{words} is not in {text}");
            }
        }
        for secret in SECRETS {
            for (place, read) in
                [("mail", &*body), ("subject", subject), ("receipt", text.as_deref().unwrap_or_default())]
            {
                assert!(!read.replace(' ', "").contains(&secret.replace(' ', "")), "{secret} is in the {place}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_receipt_says_by_which_identity_the_sender_was_known() {
    let known = [
        (IdentityScheme::Spid, "identificato con SPID (D.Lgs. 82/2005"),
        (IdentityScheme::Cie, "identificato con la carta d'identità elettronica (CIE) (D.Lgs. 82/2005"),
        (IdentityScheme::Eidas, "altro Paese dell'Unione europea (eIDAS) (Regolamento (UE) 910/2014"),
    ];
    each(async |app| {
        for ((scheme, words), cognome) in known.into_iter().zip(["Rossi", "Verdi", "Bianchi"]) {
            let mut ctx = app.cittadino(cognome).await;
            if let Actor::Cittadino(signed) = &mut ctx.actor {
                signed.scheme = scheme;
            }
            let (_, pratiche) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", cognome, 1)])).await;
            app.work().await;
            let receipt = pratica::receipt(&app.portal, &ctx, pratiche[0]).await.unwrap().unwrap();
            let Some(text) = text_of(&receipt.content) else { return };
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('’', "'");
            assert!(text.contains(words), "{words} is not in {text}");
            assert_eq!(text.contains("SPID"), scheme == IdentityScheme::Spid, "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_receipt_is_made_once_however_often_its_job_runs() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let (id, _) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        const REVISIONS: &str = "SELECT count(*) FROM bozza_revision WHERE ente_id = $1";
        assert!(count(app, REVISIONS).await > 1);
        app.work().await;
        assert_eq!(count(app, REVISIONS).await, 1, "what was filed, and nothing that was thought before");
        assert!(app.inbox.all()[0].raw.contains("Pratica n. 2026/1"), "one number");
        let first = invio::sent(&app.portal, &ctx, id).await.unwrap().receipt.unwrap();
        let files = files_of(app, "documento");
        // The machine stopped after the work and before it was written down.
        let ente = app.ente.id;
        let again = async move |tx: &mut sportello_store::Tx| {
            let sql = "UPDATE job SET state = 'da_fare' WHERE ente_id = $1 AND kind IN ('ricevuta', 'posta')";
            tx.execute(sql, sportello_store::binds![ente]).await
        };
        assert_eq!(app.portal.store().write(ente, again).await.unwrap(), 2);
        app.work().await;
        assert_eq!(invio::sent(&app.portal, &ctx, id).await.unwrap().receipt.unwrap(), first);
        assert_eq!(count(app, "SELECT count(*) FROM documento WHERE ente_id = $1").await, 1);
        assert_eq!(files_of(app, "documento"), files, "bytes without a row");
        assert_eq!(app.inbox.all().len(), 1);
        at_peace(app).await;
    })
    .await;
}

fn files_of(app: &App, kind: &str) -> usize {
    let folder = app.folder.join("files").join(app.ente.id.to_string()).join(kind);
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_refused_message_goes_out_later_under_its_own_name() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        app.inbox.refuse(3);
        app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        exhaust(app).await;
        let (refused, sent) = (app.inbox.refused(), app.inbox.all());
        assert_eq!((refused.len(), sent.len()), (3, 1));
        let name = sent[0].header("Message-ID");
        assert!(name.ends_with("@prova.sportello>"), "{name}");
        for message in &refused {
            assert_eq!(message.header("Message-ID"), name);
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_message_that_is_given_up_can_be_seen() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        app.inbox.refuse(usize::MAX);
        app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        exhaust(app).await;
        assert_eq!(app.inbox.refused().len(), 8, "as many attempts as are allowed");
        assert_eq!(unfinished(app).await, [(JobState::Failed, 1)]);
        let findings = check::all(&app.portal).await.unwrap();
        assert!(findings.len() == 1 && findings[0].what.contains("posta"), "{findings:?}");
        assert_eq!(findings[0].ente.as_deref(), Some("prova"));
        assert!(!findings[0].what.contains("posta.example"), "{findings:?}");
        const UNSENT: &str = "SELECT count(*) FROM notifica WHERE ente_id = $1 AND state = 'non_riuscita'";
        assert_eq!(count(app, UNSENT).await, 1);
    })
    .await;
}

/// The portal that is killed over a job each time: the last lease runs out, and nobody comes back to say so.
#[tokio::test]
async fn a_message_whose_workers_all_died_is_given_up_in_sight() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        let (ente, past) = (app.ente.id, app.portal.clock().now() - TimeDelta::minutes(1));
        let died = async move |tx: &mut sportello_store::Tx| {
            let sql = "UPDATE job SET state = 'in_corso', attempts = max_attempts, leased_by = 'dead', lease_until = $2
                WHERE ente_id = $1 AND kind = 'ricevuta'";
            tx.execute(sql, sportello_store::binds![ente, past]).await
        };
        assert_eq!(app.portal.store().write(ente, died).await.unwrap(), 1);
        exhaust(app).await;
        assert_eq!(unfinished(app).await, [(JobState::Failed, 1)]);
        const UNSENT: &str = "SELECT count(*) FROM notifica WHERE ente_id = $1 AND state = 'non_riuscita'";
        assert_eq!(count(app, UNSENT).await, 1);
        const ATTEMPTS: &str = "SELECT attempts FROM job WHERE ente_id = $1 AND kind = 'ricevuta'";
        assert_eq!(count(app, ATTEMPTS).await, 8, "no attempt beyond the last");
        assert_eq!(app.inbox.all().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_receipt_that_cannot_be_made_is_no_silence_either() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        // No place for the file: its folder is a file.
        let folder = app.folder.join("files").join(app.ente.id.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("documento"), b"in the way").unwrap();
        exhaust(app).await;
        // The daily register has no place either, and is still tried.
        const FAILED: &str = "SELECT count(*) FROM job WHERE ente_id = $1 AND kind = 'ricevuta' AND state = 'fallito'";
        assert_eq!(count(app, FAILED).await, 1);
        const UNSENT: &str = "SELECT count(*) FROM notifica WHERE ente_id = $1 AND state = 'non_riuscita'";
        assert_eq!(count(app, UNSENT).await, 1);
        assert_eq!(app.inbox.all().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_certificate_that_was_not_filed_is_not_on_the_receipt() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let mut luca = Figlio::new("Luca", "Rossi", 1);
        luca.certificato = Some(pdf("x"));
        let id = app.fill(&ctx, &Domanda::new([luca])).await;
        let row = app.rows(&ctx, id).await[0];
        // Another thought: no diet after all.
        let sent = sportello_app::testing::SavePage {
            action: sportello_app::bozza::PageAction::Suspend,
            fields: vec![(format!("figli.{row}.dieta_tipo"), "nessuna".into())],
            files: Vec::new(),
        };
        app.save(&ctx, id, "dieta", sent).await.unwrap();
        let form = app.invio_form(&ctx, id).await;
        invio::submit(&app.portal, &ctx, id, form).await.unwrap();
        at_peace(app).await;
        assert_eq!(files_of(app, "allegato"), 0, "nobody needs it any more");
        let pratica = pratica::list(&app.portal, &ctx).await.unwrap().remove(0).id;
        let receipt = pratica::receipt(&app.portal, &ctx, pratica).await.unwrap().unwrap();
        if let Some(text) = text_of(&receipt.content) {
            assert!(!text.contains("allegato.pdf"), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_outcome_is_told_without_saying_why() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let (_, pratiche) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        app.work().await;
        ufficio::take(&app.portal, &anna, pratiche[0], 1).await.unwrap();
        let version = noticed(app, &ctx, &anna, pratiche[0], 2).await;
        let rejection = rejection(version, "Manca il nulla osta");
        ufficio::conclude(&app.portal, &anna, pratiche[0], &rejection).await.unwrap();
        at_peace(app).await;
        let sent = app.inbox.all();
        assert_eq!(sent.len(), 3, "the receipt, the notice, the outcome");
        let parsed = MessageParser::default().parse(sent[2].raw.as_bytes()).unwrap();
        let body = parsed.body_text(0).unwrap();
        assert!(body.contains("ha deciso sulla pratica n. 2026/1"), "{body}");
        for hidden in ["nulla osta", "Luca", "respint", "accolt"] {
            assert!(!body.contains(hidden), "{body}");
        }
        assert_ne!(sent[1].header("Message-ID"), sent[2].header("Message-ID"));
    })
    .await;
}
