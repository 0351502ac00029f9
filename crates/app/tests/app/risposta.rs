//! Files that come with an answer to the office: looked at, sealed, kept and handed out as those of a form.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error,
    bozza::UploadedFile,
    pratica,
    risposta::{Awaited, Given, MAX_FILES, RefusedFile, Risposta},
    testing::{App, Domanda, Figlio, each, pdf},
    ufficio::{self, OfficePage, Opening, Request},
};
use sportello_domain::{
    id::{AllegatoId, PraticaId},
    modello::view::{FileView, ProblemCode},
    pratica::PraticaStatus,
    ruolo::Ruolo,
};

use super::common::{self, at_peace, count, refused, upload};

const FILES: &str = "SELECT count(*) FROM allegato WHERE ente_id = $1";

fn file(name: &str, content: Vec<u8>) -> UploadedFile {
    upload("_allegati", name, content)
}

async fn give(app: &App, ctx: &Ctx, id: PraticaId, to: Awaited, files: Vec<UploadedFile>) -> Result<Given, Error> {
    common::give(app, ctx, id, to, Risposta { words: "Ecco il foglio".into(), files, ..Risposta::default() }).await
}

/// A pratica that waits for its applicant, about these questions.
async fn waiting(app: &App, ctx: &Ctx, to: Awaited, field: &str) -> PraticaId {
    // One child may have one application that is alive.
    let child = if to == Awaited::Integrazione { 1 } else { 2 };
    let (_, pratiche) = app.file(ctx, &Domanda::new([Figlio::new("Luca", "Rossi", child)])).await;
    let (anna, id) = (app.operatore("Anna").await, pratiche[0]);
    app.clock.pass(TimeDelta::minutes(1));
    ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
    let request = Request { version: 2, reason: "Manca un foglio".into(), fields: vec![field.into()] };
    match to {
        Awaited::Integrazione => ufficio::request_integration(&app.portal, &anna, id, &request).await.unwrap(),
        Awaited::Osservazioni => ufficio::give_notice(&app.portal, &anna, id, &request).await.unwrap(),
    }
    id
}

/// The files of the answer, as the office sees them.
fn shown(page: &OfficePage, to: Awaited) -> Vec<FileView> {
    match to {
        Awaited::Integrazione => page.integrazione.as_ref().unwrap().files.clone(),
        Awaited::Osservazioni => page.preavviso.as_ref().unwrap().files.clone(),
    }
}

#[tokio::test]
async fn files_come_with_an_answer_and_both_sides_open_them() {
    each(async |app| {
        let (ctx, other, anna) =
            (app.cittadino("Rossi").await, app.cittadino("Bianchi").await, app.operatore("Anna").await);
        for to in [Awaited::Integrazione, Awaited::Osservazioni] {
            let id = waiting(app, &ctx, to, "figlio_cf").await;
            let bytes = pdf("la firma");
            assert!(matches!(
                give(app, &other, id, to, vec![file("a.pdf", bytes.clone())]).await,
                Err(Error::NotFound)
            ));
            let before = count(app, FILES).await;
            let sent = vec![file("../foglio <1>.exe", bytes.clone()), file("due.pdf", pdf("il bollo"))];
            assert_eq!(give(app, &ctx, id, to, sent).await.unwrap(), Given::Done);
            assert_eq!(count(app, FILES).await, before + 2);
            let office = ufficio::page(&app.portal, &anna, id).await.unwrap();
            let names: Vec<String> = shown(&office, to).into_iter().map(|file| file.name).collect();
            assert_eq!(names, ["due.pdf", "foglio _1_.pdf"]);
            let first = shown(&office, to)[1].id;
            assert!(office.scans.contains_key(&first));
            let opened = ufficio::file(&app.portal, &anna, id, first, Opening::default()).await.unwrap();
            assert_eq!(opened.content, bytes);
            assert_eq!(pratica::file(&app.portal, &ctx, id, first).await.unwrap().content, bytes);
            let stranger = pratica::file(&app.portal, &other, id, first).await;
            assert!(matches!(stranger, Err(Error::NotFound)), "{stranger:?}");
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn one_file_that_may_not_stay_keeps_the_answer_from_being_given() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = waiting(app, &ctx, Awaited::Integrazione, "figlio_cf").await;
        let before = count(app, FILES).await;
        let tried = async |files| refused(give(app, &ctx, id, Awaited::Integrazione, files).await.unwrap());
        let sent =
            vec![file("buono.pdf", pdf("la firma")), file("foto.heic", b"ftypheic".to_vec()), file("v.pdf", vec![])];
        let wrong = |name: &str, code| RefusedFile { name: name.into(), code };
        let wrong = [wrong("foto.heic", ProblemCode::FileType), wrong("v.pdf", ProblemCode::FileBroken)];
        let found = tried(sent).await;
        assert_eq!((found.files, found.sheet.begun.others.len()), (wrong.to_vec(), 1), "the good one stays");
        let many = (0..MAX_FILES).map(|n| file(&format!("{n}.pdf"), pdf(&format!("foglio {n}")))).collect();
        let found = tried(many).await;
        assert!(found.too_many && found.files.is_empty());
        let large = UploadedFile { bytes: 6 << 20, ..file("grande.pdf", Vec::new()) };
        assert_eq!(tried(vec![large]).await.files[0].code, ProblemCode::FileTooLarge { max_mb: 5 });
        let page = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!((page.row.status, count(app, FILES).await), (PraticaStatus::IntegrationRequested, before + 1));
        assert!(page.integrazione.unwrap().files.is_empty(), "it is not filed");
        let unasked = give(app, &ctx, id, Awaited::Osservazioni, vec![file("a.pdf", pdf("la firma"))]).await;
        assert!(matches!(unasked, Err(Error::NotAllowedNow)), "{unasked:?}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_about_health_is_sealed_and_opened_with_a_reason() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = waiting(app, &ctx, Awaited::Integrazione, "dieta_certificato").await;
        let bytes = pdf("celiachia");
        give(app, &ctx, id, Awaited::Integrazione, vec![file("referto celiachia.pdf", bytes.clone())]).await.unwrap();
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap().integrazione.unwrap();
        assert_eq!(own.files[0].name, "allegato.pdf", "names of files speak");
        let key: AllegatoId = own.files[0].id;
        let closed = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert!(closed.answer_closed && shown(&closed, Awaited::Integrazione).is_empty());
        let refused = ufficio::file(&app.portal, &anna, id, key, Opening::default()).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let diete = app.operatore_di(&app.ente, "Dora", &[Ruolo::OperatoreDiete]).await;
        let silent = ufficio::file(&app.portal, &diete, id, key, Opening::default()).await;
        assert!(matches!(silent, Err(Error::Unacceptable(_))), "{silent:?}");
        let opening = Opening { reason: "Preparo la dieta", unscanned: false };
        assert_eq!(ufficio::file(&app.portal, &diete, id, key, opening).await.unwrap().content, bytes);
        let folder = app.folder.join("files").join(app.ente.id.to_string()).join("allegato");
        for kept in std::fs::read_dir(folder).unwrap() {
            let kept = std::fs::read(kept.unwrap().path()).unwrap();
            assert!(!String::from_utf8_lossy(&kept).contains("celiachia"), "it lies open");
        }
        at_peace(app).await;
    })
    .await;
}
