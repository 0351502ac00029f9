//! Documents given again: own ones only, as copies that live and end on their own.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error,
    bozza::{self, BozzaPage, PageAction, PageForm, Saved},
    pratica,
    testing::{App, Domanda, Figlio, each, pdf},
};
use sportello_domain::{
    id::{AllegatoId, BozzaId},
    modello::view::{Block, Control, EarlierFile, FieldView},
};

use super::common::count;

const PAGE: &str = "dieta-dettagli";

fn sick(name: &str, number: u64, words: &str) -> Domanda {
    let mut child = Figlio::new(name, "Rossi", number);
    child.certificato = Some(pdf(words));
    Domanda::new([child])
}

/// The control for the certificate, on the page as it is shown.
async fn control(app: &App, ctx: &Ctx, id: BozzaId) -> (BozzaPage, FieldView) {
    let page = bozza::page(&app.portal, ctx, id, PAGE).await.unwrap();
    let fields = page.page.blocks.iter().flat_map(|block| match block {
        Block::Group(group) => group.rows.iter().flat_map(|row| &row.fields).collect::<Vec<_>>(),
        Block::Field(field) => vec![field],
    });
    let found = fields.into_iter().find(|field| matches!(field.control, Control::File { .. })).cloned();
    (page, found.expect("the page asks for a certificate"))
}

async fn offered(app: &App, ctx: &Ctx, id: BozzaId) -> Vec<EarlierFile> {
    match control(app, ctx, id).await.1.control {
        Control::File { earlier, .. } => earlier,
        _ => unreachable!("it is a file"),
    }
}

async fn reuse(app: &App, ctx: &Ctx, id: BozzaId, file: AllegatoId) -> sportello_app::Result<Saved> {
    let (page, field) = control(app, ctx, id).await;
    let action = PageAction::ReuseFile { field: field.name, file };
    let form = PageForm { revision: page.frame.revision, action, ..PageForm::default() };
    bozza::save(&app.portal, ctx, id, PAGE, form).await
}

async fn held(app: &App, ctx: &Ctx, id: BozzaId) -> Option<AllegatoId> {
    match control(app, ctx, id).await.1.control {
        Control::File { present, .. } => present.map(|file| file.id),
        _ => None,
    }
}

/// A draft for another child, as far as the page of the certificate.
async fn second_draft(app: &App, ctx: &Ctx) -> BozzaId {
    let id = app.fill(ctx, &sick("Marco", 2, "da sostituire")).await;
    let (page, field) = control(app, ctx, id).await;
    let action = PageAction::RemoveFile { field: field.name };
    let form = PageForm { revision: page.frame.revision, action, ..PageForm::default() };
    bozza::save(&app.portal, ctx, id, PAGE, form).await.unwrap();
    id
}

#[tokio::test]
async fn an_own_document_is_given_again_and_each_copy_ends_on_its_own() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let (_, pratiche) = app.file(&ctx, &sick("Luca", 1, "celiachia")).await;
        let id = second_draft(app, &ctx).await;
        let earlier = offered(app, &ctx, id).await;
        assert_eq!(earlier.len(), 1, "{earlier:?}");
        assert_eq!(
            (&*earlier[0].file.name, &*earlier[0].pratica),
            ("allegato.pdf", "2026/1"),
            "no name of a file speaks"
        );
        let old = earlier[0].file.id;
        assert!(matches!(reuse(app, &ctx, id, old).await, Ok(Saved::Again)));
        let copy = held(app, &ctx, id).await.expect("it is there");
        assert_ne!(copy, old);
        assert_eq!(&*bozza::file(&app.portal, &ctx, id, copy).await.unwrap().content, pdf("celiachia"));

        // The draft goes with its copy; what was filed stays, and the other way round the copy would.
        bozza::discard(&app.portal, &ctx, id).await.unwrap();
        assert!(matches!(bozza::file(&app.portal, &ctx, id, copy).await, Err(Error::NotFound)));
        let kept = pratica::file(&app.portal, &ctx, pratiche[0], old).await.unwrap();
        assert_eq!(&*kept.content, pdf("celiachia"));
        assert_eq!(count(app, "SELECT count(*) FROM allegato WHERE ente_id = $1").await, 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_gives_a_document_of_somebody_else() {
    each(async |app| {
        let (rossi, bianchi) = (app.cittadino("Rossi").await, app.cittadino("Bianchi").await);
        app.file(&rossi, &sick("Luca", 1, "celiachia")).await;
        let own = second_draft(app, &rossi).await;
        let file = offered(app, &rossi, own).await[0].file.id;

        let other = second_draft(app, &bianchi).await;
        assert_eq!(offered(app, &bianchi, other).await, vec![]);
        let taken = reuse(app, &bianchi, other, file).await;
        assert!(matches!(taken, Err(Error::NotFound)), "{taken:?}");
        assert_eq!(held(app, &bianchi, other).await, None);

        // One of a draft was never filed: it is not there for another one.
        assert!(matches!(reuse(app, &rossi, own, file).await, Ok(Saved::Again)));
        let unfiled = held(app, &rossi, own).await.expect("it is there");
        let taken = reuse(app, &rossi, own, unfiled).await;
        assert!(matches!(taken, Err(Error::NotFound)), "{taken:?}");
    })
    .await;
}

#[tokio::test]
async fn an_old_document_has_to_be_renewed() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        app.file(&ctx, &sick("Luca", 1, "celiachia")).await;
        let id = second_draft(app, &ctx).await;
        let file = offered(app, &ctx, id).await[0].file.id;
        app.clock.pass(TimeDelta::days(366));
        let now = app.clock.now();
        app.publish((now - TimeDelta::days(30), now + TimeDelta::days(30))).await;
        let ctx = app.cittadino("Rossi").await;
        assert_eq!(offered(app, &ctx, id).await, vec![]);
        let taken = reuse(app, &ctx, id, file).await;
        assert!(matches!(taken, Err(Error::NotFound)), "{taken:?}");
    })
    .await;
}
