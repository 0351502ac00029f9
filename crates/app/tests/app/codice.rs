//! A child without codice fiscale: enrolled all the same, and the office writes the code when it comes.

use sportello_app::{
    Error, invio, pratica,
    testing::{App, Domanda, Figlio, each},
    ufficio::{
        self, Decision,
        codice::{self, Completed},
    },
};
use sportello_domain::id::PraticaId;
use sportello_store::binds;

use super::common::at_peace;

fn newborn(number: u64) -> (Figlio, String) {
    let child = Figlio::new("Luca", "Rossi", number);
    let code = child.codice_fiscale.clone();
    (Figlio { codice_fiscale: String::new(), ..child }, code)
}

async fn accept(app: &App, id: PraticaId) {
    let anna = app.operatore("Anna").await;
    let version = ufficio::page(&app.portal, &anna, id).await.unwrap().version;
    ufficio::take(&app.portal, &anna, id, version).await.unwrap();
    let decision = Decision { version: version + 1, accept: true, reason: String::new() };
    ufficio::decide(&app.portal, &anna, id, &decision).await.unwrap();
}

/// The code of the child that a pratica enrolled.
async fn enrolled(app: &App, id: PraticaId) -> Option<String> {
    let ente = app.ente.id;
    let sql = "SELECT a.codice_fiscale FROM iscrizione i JOIN alunno a ON a.ente_id = i.ente_id AND a.id = i.alunno_id
        WHERE i.ente_id = $1 AND i.pratica_id = $2";
    let found: (Option<String>,) =
        app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente, id]).await).await.unwrap();
    found.0
}

#[tokio::test]
async fn the_office_writes_the_code_of_a_child_before_it_accepts() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let (child, code) = newborn(1);
        let (draft, pratiche) = app.file(&ctx, &Domanda::new([child])).await;
        let id = pratiche[0];
        assert!(invio::sent(&app.portal, &ctx, draft).await.unwrap().pratiche[0].code_missing);
        assert!(pratica::page(&app.portal, &ctx, id).await.unwrap().code_missing);
        let shown = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert!(shown.code_missing && shown.can_write_code && shown.child_code.is_none());

        let wrong = codice::complete(&app.portal, &anna, id, shown.version, "RSSLCU18A02A794").await.unwrap();
        assert_eq!(wrong, Completed::Wrong);
        let typed = format!(" {} ", code.to_lowercase());
        let done = codice::complete(&app.portal, &anna, id, shown.version, &typed).await.unwrap();
        assert_eq!(done, Completed::Written);
        let again = codice::complete(&app.portal, &anna, id, shown.version, &code).await;
        assert!(matches!(again, Err(Error::Stale)), "{again:?}");
        let shown = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert!(!shown.code_missing && shown.child_code.as_deref() == Some(code.as_str()));
        assert!(!pratica::page(&app.portal, &ctx, id).await.unwrap().code_missing);
        accept(app, id).await;
        assert_eq!(enrolled(app, id).await, Some(code));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn the_code_of_an_enrolled_child_comes_later_and_is_never_another_childs() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        // The register of the tests knows the first Luca.
        let ((child, code), known) = (newborn(7), Figlio::new("Marco", "Rossi", 2));
        let taken = known.codice_fiscale.clone();
        let (_, pratiche) = app.file(&ctx, &Domanda::new([child, known])).await;
        for id in &pratiche {
            accept(app, *id).await;
        }
        let id = pratiche[0];
        assert_eq!(enrolled(app, id).await, None);
        let version = ufficio::page(&app.portal, &anna, id).await.unwrap().version;
        let other = codice::complete(&app.portal, &anna, id, version, &taken).await.unwrap();
        assert_eq!((other, enrolled(app, id).await), (Completed::Taken, None));
        let done = codice::complete(&app.portal, &anna, id, version, &code).await.unwrap();
        assert_eq!((done, enrolled(app, id).await), (Completed::Written, Some(code)));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_code_that_another_pratica_or_another_name_has_is_not_written() {
    each(async |app| {
        let (mother, father) = (app.cittadino("Rossi").await, app.cittadino("Verdi").await);
        let anna = app.operatore("Anna").await;
        let (child, code) = newborn(7);
        let id = app.file(&mother, &Domanda::new([child.clone()])).await.1[0];
        let with_code = Figlio { codice_fiscale: code.clone(), ..child };
        app.file(&father, &Domanda::new([with_code])).await;
        let version = ufficio::page(&app.portal, &anna, id).await.unwrap().version;
        let taken = codice::complete(&app.portal, &anna, id, version, &code).await.unwrap();
        assert_eq!(taken, Completed::Taken, "the father has filed for the same child");
        // The register of the tests knows the first Luca: a child of another name is none of his.
        let sofia = Figlio { codice_fiscale: String::new(), ..Figlio::new("Sofia", "Rossi", 8) };
        let id = app.file(&mother, &Domanda::new([sofia])).await.1[0];
        let version = ufficio::page(&app.portal, &anna, id).await.unwrap().version;
        let luca = Figlio::new("Luca", "Rossi", 1).codice_fiscale;
        let taken = codice::complete(&app.portal, &anna, id, version, &luca).await.unwrap();
        assert_eq!(taken, Completed::Taken);
        assert!(ufficio::page(&app.portal, &anna, id).await.unwrap().code_missing);
    })
    .await;
}

#[tokio::test]
async fn nobody_writes_the_code_who_does_not_decide_or_where_one_was_filed() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let ((child, code), known) = (newborn(1), Figlio::new("Marco", "Rossi", 2));
        let (_, pratiche) = app.file(&ctx, &Domanda::new([child, known])).await;
        let version = ufficio::page(&app.portal, &anna, pratiche[1]).await.unwrap().version;
        let filed = codice::complete(&app.portal, &anna, pratiche[1], version, &code).await;
        assert!(matches!(filed, Err(Error::Stale)), "{filed:?}");
        let family = codice::complete(&app.portal, &ctx, pratiche[0], version, &code).await;
        assert!(matches!(family, Err(Error::SignInNeeded | Error::Forbidden)), "{family:?}");
        let neighbour =
            codice::complete(&app.portal, &anna, PraticaId::new(app.portal.chance().uuid(app.clock.now())), 1, &code)
                .await;
        assert!(matches!(neighbour, Err(Error::NotFound)), "{neighbour:?}");
        pratica::withdraw(&app.portal, &ctx, pratiche[0]).await.unwrap();
        let shown = ufficio::page(&app.portal, &anna, pratiche[0]).await.unwrap();
        assert!(!shown.code_missing);
        let over = codice::complete(&app.portal, &anna, pratiche[0], shown.version, &code).await;
        assert!(matches!(over, Err(Error::Stale)), "{over:?}");
        at_peace(app).await;
    })
    .await;
}
