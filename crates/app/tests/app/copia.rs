//! A whole pratica as a document: everything for its applicant, nothing of class A for the office, nothing for anybody else.

use sportello_app::{
    Ctx, Error,
    bozza::Download,
    dati,
    testing::{App, Domanda, Figlio, each},
};
use sportello_domain::{delega::DelegaScope, id::PraticaId, ruolo::Ruolo};

use super::{
    canary_words::{self, correspond},
    common::count,
    delega::on_behalf,
    job::text_of,
};

const IBAN: &str = "IT60X0542811101000000123456";

async fn filed(app: &App) -> (Ctx, PraticaId) {
    let ctx = app.cittadino("Rossi").await;
    let mut luca = Figlio::new("Luca", "Rossi", 1);
    luca.alimenti = Some("maiale".into());
    let id = app.file(&ctx, &Domanda { iban: Some(IBAN.into()), ..Domanda::new([luca]) }).await.1[0];
    app.work().await;
    (ctx, id)
}

/// The words of the document without blanks and ends of lines; nothing where they cannot be read.
fn said(file: &Download) -> Option<String> {
    assert!(file.content.starts_with(b"%PDF"));
    assert_eq!(file.media_type, "application/pdf");
    Some(squeezed(&text_of(&file.content)?))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[tokio::test]
async fn the_copy_of_the_person_says_what_was_filed_and_everything_that_came_of_it() {
    each(async |app| {
        let ids = correspond(app, "Verdi", [1, 2]).await;
        let ctx = app.cittadino("Verdi").await;
        let file = dati::copy(&app.portal, &ctx, ids[0]).await.unwrap();
        assert_eq!(file.name, "pratica-2026-1.pdf");
        assert_eq!(
            count(app, "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.export_own'").await,
            1
        );
        let Some(text) = said(&file) else { return };
        let steps = ["Inviata", "Ricevuta", "In lavorazione", "Da completare", "Osservazioni inviate", "Respinta"];
        let lists = ["Elia Verdi", "Ricevuta di presentazione", "Rigetto della domanda", "ricevuta-2026-1.pdf"];
        let told = canary_words::TOLD.iter().filter(|word| **word != "CANARINO-PARZIALE");
        for words in steps.iter().chain(&lists).chain(told) {
            assert!(text.contains(&squeezed(words)), "{words} is not in {text}");
        }
        assert!(!text.contains("CANARINO-NOTA"), "what the office notes for itself");
        let other = said(&dati::copy(&app.portal, &ctx, ids[1]).await.unwrap()).unwrap();
        assert!(other.contains("CANARINO-PARZIALE") && !other.contains("CANARINO-ESITO"), "{other}");
    })
    .await;
}

#[tokio::test]
async fn what_is_sealed_is_printed_for_the_person_and_not_for_the_office() {
    each(async |app| {
        let (ctx, id) = filed(app).await;
        let mine = dati::copy(&app.portal, &ctx, id).await.unwrap();
        let anna = app.operatore("Anna").await;
        let theirs = dati::office_copy(&app.portal, &anna, id).await.unwrap();
        assert_eq!(
            count(app, "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.export_copy'").await,
            1
        );
        let Some((mine, theirs)) = said(&mine).zip(said(&theirs)) else { return };
        assert!(mine.contains(IBAN) && mine.to_lowercase().contains("maiale"), "{mine}");
        assert!(theirs.contains("LucaRossi") && theirs.contains("Daassegnare"), "{theirs}");
        for secret in [IBAN, "0000123456", "aiale", "IBAN", "religios"] {
            assert!(!theirs.contains(secret), "{secret} is in {theirs}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_copy_of_the_office_says_nothing_that_was_written_about_a_diet() {
    each(async |app| {
        let ids = correspond(app, "Verdi", [1, 2]).await;
        let anna = app.operatore("Anna").await;
        let Some(text) = said(&dati::office_copy(&app.portal, &anna, ids[0]).await.unwrap()) else { return };
        assert!(
            text.contains(&squeezed("Testo riservato")) && text.contains(&squeezed("Il motivo è nel provvedimento"))
        );
        for word in canary_words::words() {
            assert!(!text.contains(word), "{word} is in {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_else_gets_one() {
    each(async |app| {
        let (ctx, id) = filed(app).await;
        let copy = async |ctx: &Ctx| dati::copy(&app.portal, ctx, id).await.map(drop);
        let other = app.cittadino("Bianchi").await;
        let elsewhere = app.cittadino_di(&app.altrove, "Rossi").await;
        for stranger in [&other, &elsewhere] {
            assert!(matches!(copy(stranger).await, Err(Error::NotFound)));
        }
        let anna = app.operatore("Anna").await;
        for outside in [&anna, &app.nobody(&app.ente)] {
            assert!(matches!(copy(outside).await, Err(Error::SignInNeeded)));
        }
        let (_, looks) = on_behalf(app, &ctx, &other, "Bianchi", DelegaScope::View).await;
        assert!(matches!(copy(&looks).await, Err(Error::DelegaTooNarrow)));
        let office = async |ctx: &Ctx| dati::office_copy(&app.portal, ctx, id).await.map(drop);
        let rita = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        assert!(matches!(office(&rita).await, Err(Error::Forbidden)));
        assert!(matches!(office(&ctx).await, Err(Error::SignInNeeded)));
        let theirs = app.operatore_di(&app.altrove, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        assert!(matches!(office(&theirs).await, Err(Error::NotFound)));
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action LIKE 'pratica.export%'";
        assert_eq!(count(app, noted).await, 0);
    })
    .await;
}
