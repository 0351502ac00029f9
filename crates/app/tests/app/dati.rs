//! What is held about a person leaves whole for that person, without class A for their request in writing, for nobody else.

use serde_json::Value;
use sportello_app::{
    Ctx, Error, Result,
    dati::{self, CODE_WANTED, Dati, REASON_WANTED},
    testing::{App, Domanda, Figlio, codice_fiscale, each},
};
use sportello_domain::{id::PraticaId, ruolo::Ruolo, zip};
use sportello_store::{Json, binds};

use super::common::count;

const IBAN: &str = "IT60X0542811101000000123456";

/// Verdi filed for a child with a diet and an account, Bianchi for another one.
async fn filed(app: &App) -> (Ctx, PraticaId) {
    let ctx = app.cittadino("Verdi").await;
    let mut luca = Figlio::new("Luca", "Verdi", 1);
    luca.alimenti = Some("maiale".into());
    let (_, ids) = app.file(&ctx, &Domanda { iban: Some(IBAN.into()), ..Domanda::new([luca]) }).await;
    app.file(&app.cittadino("Bianchi").await, &Domanda::new([Figlio::new("Nora", "Bianchi", 2)])).await;
    app.work().await;
    (ctx, ids[0])
}

async fn files(dati: Result<Dati>) -> Vec<(String, Value)> {
    let (mut dati, mut archive) = (dati.unwrap(), Vec::new());
    while let Some(part) = dati.next().await.unwrap() {
        archive.extend(part);
    }
    let read = zip::testing::read(&archive).into_iter();
    read.map(|(name, content)| (name, serde_json::from_slice(&content).unwrap())).collect()
}

fn answer<'v>(pratica: &'v Value, field: &str) -> &'v Value {
    let found = pratica["risposte"].as_array().unwrap().iter().find(|line| line["campo"] == field);
    &found.unwrap_or_else(|| panic!("{field} is not in {pratica}"))["risposta"]
}

#[tokio::test]
async fn the_person_gets_everything_and_nothing_of_others() {
    each(async |app| {
        let (ctx, _) = filed(app).await;
        let files = files(dati::own(&app.portal, &ctx).await).await;
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["persona.json", "documenti-contabili.json", "pratiche/2026-1.json"]);
        assert_eq!(files[0].1["codice_fiscale"], codice_fiscale("Verdi"));
        assert!(files[0].1["accessi_aperti"].is_array());
        let pratica = &files[2].1;
        assert_eq!((&pratica["numero"], &pratica["alunno"]), (&"2026/1".into(), &"Luca Verdi".into()));
        assert_eq!(answer(pratica, "iban").as_str().unwrap().replace(' ', ""), IBAN);
        assert!(answer(pratica, "dieta_alimenti").to_string().contains("aiale"), "{pratica}");
        assert_eq!(pratica["cronologia"][0]["stato"], "inviata");
        assert!(pratica["ricevuta"]["sha256"].is_string(), "{pratica}");
        let deeds = pratica["operazioni"].as_array().unwrap();
        assert!(deeds.iter().any(|deed| deed["operazione"] == "pratica.submit" && deed["tua"] == true), "{deeds:?}");
        assert!(!format!("{files:?}").contains("Bianchi"));
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'persona.export_own'";
        assert_eq!(count(app, noted).await, 1);
    })
    .await;
}

#[tokio::test]
async fn one_pratica_is_handed_out_to_its_applicant_alone() {
    each(async |app| {
        let (ctx, id) = filed(app).await;
        let file = dati::pratica(&app.portal, &ctx, id).await.unwrap();
        assert_eq!((file.name.as_str(), file.media_type.as_str()), ("pratica-2026-1.json", "application/json"));
        let value: Value = serde_json::from_slice(&file.content).unwrap();
        assert_eq!(answer(&value, "figlio_nome"), "Luca");
        let other = app.cittadino("Bianchi").await;
        let refused = dati::pratica(&app.portal, &other, id).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        let elsewhere = app.cittadino_di(&app.altrove, "Verdi").await;
        assert!(matches!(dati::pratica(&app.portal, &elsewhere, id).await, Err(Error::NotFound)));
        let clerk = app.operatore("Anna").await;
        for outside in [app.nobody(&app.ente), clerk] {
            assert!(matches!(dati::pratica(&app.portal, &outside, id).await, Err(Error::SignInNeeded)));
            assert!(matches!(dati::own(&app.portal, &outside).await, Err(Error::SignInNeeded)));
        }
    })
    .await;
}

#[tokio::test]
async fn for_a_request_in_writing_class_a_stays_closed_and_the_reason_is_noted() {
    each(async |app| {
        filed(app).await;
        let ugo = app.operatore("Ugo").await;
        let code = codice_fiscale("Verdi");
        let reason = "richiesta prot. 812/2026";
        let files = files(dati::of_person(&app.portal, &ugo, &code.to_lowercase(), reason).await).await;
        let everything = format!("{files:?}").replace(' ', "");
        for secret in ["maiale", IBAN, "dieta_alimenti", "certificatodiprova"] {
            assert!(!everything.contains(secret), "{secret} is in {everything}");
        }
        assert_eq!(files[2].1["risposte_riservate_omesse"], true);
        assert_eq!(answer(&files[2].1, "figlio_nome"), "Luca");
        let ente = app.ente.id;
        let sql = "SELECT detail FROM audit WHERE ente_id = $1 AND action = 'persona.export'";
        let noted: Vec<(Json<Value>,)> =
            app.portal.store().read(ente, async move |read| read.fetch_all(sql, binds![ente]).await).await.unwrap();
        assert_eq!(noted.iter().map(|(detail,)| &detail.0["reason"]).collect::<Vec<_>>(), [reason]);
    })
    .await;
}

#[tokio::test]
async fn without_role_reason_or_somebody_known_nothing_leaves() {
    each(async |app| {
        filed(app).await;
        let (ugo, code) = (app.operatore("Ugo").await, codice_fiscale("Verdi"));
        let take =
            async |ctx: &Ctx, code: &str, reason: &str| dati::of_person(&app.portal, ctx, code, reason).await.map(drop);
        let reason = "richiesta prot. 812/2026";
        assert!(matches!(take(&ugo, &code, "no").await, Err(Error::Unacceptable(REASON_WANTED))));
        assert!(matches!(take(&ugo, "VERDI", reason).await, Err(Error::Unacceptable(CODE_WANTED))));
        assert!(matches!(take(&ugo, &codice_fiscale("Sconosciuto"), reason).await, Err(Error::NotFound)));
        let rita = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        for other in [rita, app.operatore("Anna").await, app.operatore("Lara").await, app.operatore("Capo").await] {
            assert!(matches!(take(&other, &code, reason).await, Err(Error::Forbidden)));
        }
        let citizen = app.cittadino("Verdi").await;
        assert!(matches!(take(&citizen, &code, reason).await, Err(Error::SignInNeeded)));
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action LIKE 'persona.export%'";
        assert_eq!(count(app, noted).await, 0);
    })
    .await;
}
