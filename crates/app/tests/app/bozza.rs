//! Drafts: kept as typed, written over by nobody, seen by nobody else, gone when their time is over.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error,
    bozza::{self, Next, PageAction, PageForm, Saved, UploadedFile},
    testing::{App, Domanda, Figlio, MODELLO, SavePage, each, pdf},
};
use sportello_domain::{
    calendar::legal_date,
    id::{AllegatoId, BozzaId, RowId},
    modello::view::{Block, Control, FieldView, ProblemCode, Progress, Shown},
};

use super::common::{at_peace, count};

fn typed(action: PageAction, fields: &[(&str, &str)]) -> SavePage {
    SavePage {
        action,
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        files: Vec::new(),
    }
}

async fn field(app: &App, ctx: &Ctx, id: BozzaId, page: &str, name: &str) -> FieldView {
    let shown = bozza::page(&app.portal, ctx, id, page).await.unwrap();
    let mut fields = shown.page.blocks.into_iter().flat_map(|block| match block {
        Block::Field(field) => vec![field],
        Block::Group(group) => group.rows.into_iter().flat_map(|row| row.fields).collect(),
    });
    fields.find(|field| field.name == name).unwrap_or_else(|| panic!("no field {name}"))
}

async fn text(app: &App, ctx: &Ctx, id: BozzaId, name: &str) -> Shown {
    field(app, ctx, id, "richiedente", name).await.value
}

fn files_on_disk(app: &App) -> usize {
    let mut folders = vec![app.folder.join("files")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files += 1 }
        }
    }
    files
}

/// A draft of a child on a diet for health reasons, at the page of the certificate.
async fn sick_child(app: &App, ctx: &Ctx) -> (BozzaId, RowId) {
    let id = bozza::start(&app.portal, ctx, MODELLO).await.unwrap();
    app.add_row(ctx, id).await;
    let row = app.rows(ctx, id).await[0];
    let name = format!("figli.{row}.dieta_tipo");
    let sent = typed(PageAction::Suspend, &[(&name, "sanitaria")]);
    assert!(matches!(app.save(ctx, id, "dieta", sent).await, Ok(Saved::Suspended)));
    (id, row)
}

fn certificate(row: RowId, content: &[u8]) -> UploadedFile {
    UploadedFile {
        field: format!("figli.{row}.dieta_certificato"),
        name: "referto di Luca.pdf".into(),
        bytes: content.len() as u64,
        content: content.to_vec(),
    }
}

fn upload(action: PageAction, files: Vec<UploadedFile>) -> SavePage {
    SavePage { action, fields: Vec::new(), files }
}

async fn held(app: &App, ctx: &Ctx, id: BozzaId, row: RowId) -> Option<AllegatoId> {
    let field = field(app, ctx, id, "dieta-dettagli", &format!("figli.{row}.dieta_certificato")).await;
    match field.control {
        Control::File { present, .. } => present.map(|file| file.id),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn whoever_goes_back_keeps_what_was_typed_and_has_not_answered_the_page() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let half = typed(PageAction::Back, &[("residenza_indirizzo", "Via a metà"), ("residenza_cap", "240")]);
        let saved = app.save(&ctx, id, "richiedente", half).await;
        assert!(matches!(&saved, Ok(Saved::Back(Some(before))) if before == "privacy"), "{saved:?}");
        for (name, value) in [("residenza_indirizzo", "Via a metà"), ("residenza_cap", "240")] {
            assert_eq!(text(app, &ctx, id, name).await, Shown::Text(value.to_owned()));
        }
        let first = app.save(&ctx, id, "privacy", typed(PageAction::Back, &[])).await;
        assert!(matches!(first, Ok(Saved::Back(None))), "{first:?}");
        // A page of which nothing must be answered is not done because somebody passed by.
        let pages = bozza::frame(&app.portal, &ctx, id).await.unwrap().pages;
        assert!(pages.iter().all(|page| page.progress != Progress::Done), "{pages:?}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_person_has_one_draft_of_a_modello() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let first = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let presses = [(); 8].map(|()| {
            let (portal, ctx) = (app.portal.clone(), ctx.clone());
            tokio::spawn(async move { bozza::start(&portal, &ctx, MODELLO).await })
        });
        for press in presses {
            assert_eq!(press.await.unwrap().unwrap(), first);
        }
        let other = app.cittadino("Bianchi").await;
        assert_ne!(bozza::start(&app.portal, &other, MODELLO).await.unwrap(), first);
        assert_eq!(bozza::list(&app.portal, &ctx).await.unwrap().len(), 1);
        for code in ["", "no-such", "iscrizione-mensa\0", "../x", "ISCRIZIONE", &"a".repeat(5_000)] {
            let unknown = bozza::start(&app.portal, &ctx, code).await;
            assert!(matches!(unknown, Err(Error::NotFound)), "{code:?}: {unknown:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_suspended_draft_is_taken_up_where_it_was() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let sent = typed(PageAction::Suspend, &[("residenza_comune", "Città di Ñandù 🏠"), ("residenza_cap", "abc")]);
        assert!(matches!(app.save(&ctx, id, "richiedente", sent).await, Ok(Saved::Suspended)));
        app.clock.pass(TimeDelta::days(3));
        // Another device: another session of the same person.
        let ctx = app.cittadino("Rossi").await;
        assert_eq!(bozza::start(&app.portal, &ctx, MODELLO).await.unwrap(), id);
        assert_eq!(text(app, &ctx, id, "residenza_comune").await, Shown::Text("Città di Ñandù 🏠".into()));
        assert_eq!(text(app, &ctx, id, "residenza_cap").await, Shown::Text("abc".into()));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_kept_and_named() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let sent = typed(
            PageAction::Next,
            &[("qualita", "re"), ("residenza_cap", "24 04"), ("email", "nessuna@"), ("cf", "BNCMRA85C12A794X")],
        );
        let Ok(Saved::Invalid(page)) = app.save(&ctx, id, "richiedente", sent).await else { panic!("it was taken") };
        let mut paths: Vec<_> = page.problems.iter().map(|problem| problem.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["email", "qualita", "residenza_cap", "residenza_comune", "residenza_indirizzo"]);
        assert_eq!(text(app, &ctx, id, "residenza_cap").await, Shown::Text("24 04".into()));
        assert_eq!(text(app, &ctx, id, "email").await, Shown::Text("nessuna@".into()));
        // A locked value is the provider's, whatever was sent.
        let own = sportello_app::testing::codice_fiscale("Rossi");
        assert_eq!(text(app, &ctx, id, "cf").await, Shown::Text(own));
    })
    .await;
}

#[tokio::test]
async fn strange_letters_and_endless_texts_are_taken_or_refused_clearly() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let long = "è".repeat(200_000);
        let strange = [
            "a\0b",
            "\0",
            "\u{1}\u{1f}\u{7f}\u{85}",
            "👨‍👩‍👧‍👦",
            "\u{feff}x",
            "a\u{202e}b",
            "\u{fffd}",
            "\u{10ffff}",
            "<script>",
            "'; --",
            &long,
        ];
        for value in strange {
            for name in ["residenza_comune", "residenza_cap", "email", "qualita", "cellulare"] {
                let sent = typed(PageAction::Next, &[(name, value)]);
                let saved = app.save(&ctx, id, "richiedente", sent).await;
                assert!(matches!(saved, Ok(Saved::Invalid(_))), "{name} {value:.20?}: {saved:?}");
            }
        }
        app.add_row(&ctx, id).await;
        let row = app.rows(&ctx, id).await[0];
        for (page, part) in
            [("scuola", "plesso"), ("scuola", "giorni"), ("figli", "figlio_nascita.g"), ("dieta", "dieta_tipo")]
        {
            let name = format!("figli.{row}.{part}");
            let saved = app.save(&ctx, id, page, typed(PageAction::Suspend, &[(&name, "\0è🍝")])).await;
            assert!(matches!(saved, Ok(Saved::Suspended)), "{name}: {saved:?}");
        }
        for action in [
            PageAction::AddRow { group: "\0".into(), offered: None },
            PageAction::AddRow { group: "figli".into(), offered: Some("\0".into()) },
            PageAction::RemoveRow { group: "figli".into(), row: RowId::new(uuid::Uuid::nil()) },
            PageAction::RemoveFile { field: "\0.\0.\0".into() },
        ] {
            let saved = app.save(&ctx, id, "figli", typed(action.clone(), &[])).await;
            assert!(matches!(saved, Ok(Saved::Again)), "{action:?}: {saved:?}");
        }
        let unknown = app.save(&ctx, id, "\0", typed(PageAction::Next, &[])).await;
        assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
    })
    .await;
}

#[tokio::test]
async fn rows_come_and_go_and_the_register_offers_children() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let offers = async || {
            let page = bozza::page(&app.portal, &ctx, id, "figli").await.unwrap().page;
            let group = page.blocks.into_iter().find_map(|block| match block {
                Block::Group(group) => Some(group),
                Block::Field(_) => None,
            });
            group.unwrap().offered
        };
        let offered = offers().await;
        assert_eq!(offered.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Luca Rossi", "Sofia Rossi"]);
        let add = |offered: &str| PageAction::AddRow { group: "figli".into(), offered: Some(offered.into()) };
        app.save(&ctx, id, "figli", typed(add(&offered[0].key), &[])).await.unwrap();
        app.save(&ctx, id, "figli", typed(add(&offered[0].key), &[])).await.unwrap();
        assert_eq!(app.rows(&ctx, id).await.len(), 1, "the same child twice");
        assert_eq!(offers().await.len(), 1);
        let row = app.rows(&ctx, id).await[0];
        let name = field(app, &ctx, id, "figli", &format!("figli.{row}.figlio_nome")).await;
        assert_eq!(name.value, Shown::Text("Luca".into()));
        for _ in 0..12 {
            app.add_row(&ctx, id).await;
        }
        assert_eq!(app.rows(&ctx, id).await.len(), 8, "the modello allows eight");
        let remove = PageAction::RemoveRow { group: "figli".into(), row };
        app.save(&ctx, id, "figli", typed(remove, &[])).await.unwrap();
        assert!(!app.rows(&ctx, id).await.contains(&row));
        assert_eq!(offers().await.len(), 2);
        // A child of another family is not offered, whatever its key.
        let other = app.cittadino("Bianchi").await;
        let theirs = bozza::start(&app.portal, &other, MODELLO).await.unwrap();
        app.save(&other, theirs, "figli", typed(add(&offered[0].key), &[])).await.unwrap();
        assert_eq!(app.rows(&other, theirs).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_judged_by_its_content_and_sealed() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let (id, row) = sick_child(app, &ctx).await;
        let too_large = [b"%PDF-1.7".as_slice(), &vec![0; 5 << 20]].concat();
        type Refused<'a> = (&'a [u8], fn(&ProblemCode) -> bool);
        let (mut cut, protected) =
            (pdf("1"), String::from_utf8(pdf("1")).unwrap().replace("/Root", "/Encrypt 9 0 R/Root"));
        cut.truncate(300);
        let refused: [Refused<'_>; 6] = [
            (&cut, |code| matches!(code, ProblemCode::FileBroken)),
            (protected.as_bytes(), |code| matches!(code, ProblemCode::FileLocked)),
            (b"MZ\x90 a program", |code| matches!(code, ProblemCode::FileType)),
            (b"<svg onload=alert(1)>", |code| matches!(code, ProblemCode::FileType)),
            (b"", |code| matches!(code, ProblemCode::FileBroken)),
            (&too_large, |code| matches!(code, ProblemCode::FileTooLarge { max_mb: 5 })),
        ];
        for (content, expected) in refused {
            let sent = upload(PageAction::Suspend, vec![certificate(row, content)]);
            let Ok(Saved::Invalid(page)) = app.save(&ctx, id, "dieta-dettagli", sent).await else { panic!("taken") };
            assert!(page.problems.iter().any(|problem| expected(&problem.code)), "{:?}", page.problems);
        }
        // Larger than anybody keeps: the size is all that is known of it.
        let sent = UploadedFile { bytes: 50 << 20, ..certificate(row, b"") };
        let sent = app.save(&ctx, id, "dieta-dettagli", upload(PageAction::Suspend, vec![sent])).await;
        let Ok(Saved::Invalid(page)) = sent else { panic!("taken") };
        assert!(matches!(page.problems[0].code, ProblemCode::FileTooLarge { max_mb: 5 }), "{:?}", page.problems);
        assert_eq!(files_on_disk(app), 0);

        let content = pdf("CELIACHIA-DI-LUCA");
        let sent = upload(PageAction::Suspend, vec![certificate(row, &content)]);
        assert!(matches!(app.save(&ctx, id, "dieta-dettagli", sent).await, Ok(Saved::Suspended)));
        let file = held(app, &ctx, id, row).await.unwrap();
        let download = bozza::file(&app.portal, &ctx, id, file).await.unwrap();
        assert_eq!((&*download.content, &*download.name), (&content[..], "allegato.pdf"));
        let other = app.cittadino("Bianchi").await;
        assert!(matches!(bozza::file(&app.portal, &other, id, file).await, Err(Error::NotFound)));

        // What stands behind the end of a document is not kept.
        let followed = [content.as_slice(), b"PK\x03\x04 an archive"].concat();
        app.save(&ctx, id, "dieta-dettagli", upload(PageAction::Suspend, vec![certificate(row, &followed)]))
            .await
            .unwrap();
        let file = held(app, &ctx, id, row).await.unwrap();
        assert_eq!(&*bozza::file(&app.portal, &ctx, id, file).await.unwrap().content, content);

        // A second one takes its place; of two at once the last counts; taken out, nothing is left.
        let sent = upload(PageAction::Suspend, vec![certificate(row, &pdf("2")), certificate(row, &pdf("3"))]);
        app.save(&ctx, id, "dieta-dettagli", sent).await.unwrap();
        let second = held(app, &ctx, id, row).await.unwrap();
        assert_eq!(&*bozza::file(&app.portal, &ctx, id, second).await.unwrap().content, pdf("3"));
        assert!(matches!(bozza::file(&app.portal, &ctx, id, file).await, Err(Error::NotFound)));
        assert_eq!(files_on_disk(app), 1);
        let remove = PageAction::RemoveFile { field: format!("figli.{row}.dieta_certificato") };
        app.save(&ctx, id, "dieta-dettagli", typed(remove, &[])).await.unwrap();
        assert_eq!(held(app, &ctx, id, row).await, None);
        assert_eq!(files_on_disk(app), 0);
        at_peace(app).await;
        assert_eq!(count(app, "SELECT count(*) FROM allegato WHERE ente_id = $1").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_file_on_a_stale_page_leaves_nothing_behind() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let (id, row) = sick_child(app, &ctx).await;
        let revision = bozza::frame(&app.portal, &ctx, id).await.unwrap().revision;
        let form = || PageForm {
            revision,
            action: PageAction::Suspend,
            fields: Vec::new(),
            files: vec![certificate(row, &pdf("1"))],
            ..PageForm::default()
        };
        let presses = [(); 6].map(|()| {
            let (portal, ctx, form) = (app.portal.clone(), ctx.clone(), form());
            tokio::spawn(async move { bozza::save(&portal, &ctx, id, "dieta-dettagli", form).await })
        });
        let mut saved = 0;
        for press in presses {
            match press.await.unwrap() {
                Ok(Saved::Suspended) => saved += 1,
                Ok(Saved::Conflict(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((saved, files_on_disk(app)), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_discarded_draft_takes_its_files_along() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let (id, row) = sick_child(app, &ctx).await;
        app.save(&ctx, id, "dieta-dettagli", upload(PageAction::Suspend, vec![certificate(row, &pdf("1"))]))
            .await
            .unwrap();
        let other = app.cittadino("Bianchi").await;
        let refused = bozza::discard(&app.portal, &other, id).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        const DISCARDED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'bozza.discard'";
        assert_eq!(count(app, DISCARDED).await, 0, "what was not done is not noted");
        bozza::discard(&app.portal, &ctx, id).await.unwrap();
        assert_eq!((files_on_disk(app), count(app, DISCARDED).await), (0, 1));
        let gone = bozza::frame(&app.portal, &ctx, id).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        assert!(matches!(bozza::discard(&app.portal, &ctx, id).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_draft_goes_thirty_days_after_its_window() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let (id, row) = sick_child(app, &ctx).await;
        app.save(&ctx, id, "dieta-dettagli", upload(PageAction::Suspend, vec![certificate(row, &pdf("1"))]))
            .await
            .unwrap();
        let last = bozza::list(&app.portal, &ctx).await.unwrap()[0].send_by.expect("its window is open");
        app.clock.pass(TimeDelta::days(60) - TimeDelta::microseconds(1));
        app.work().await;
        let frame = bozza::frame(&app.portal, &ctx, id).await.expect("still there");
        // It is kept longer than it can be sent, and says so.
        assert!(legal_date(last) < frame.until);
        assert_eq!(frame.send_by, None);
        assert_eq!(bozza::list(&app.portal, &ctx).await.unwrap()[0].send_by, None);
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
        let gone = bozza::frame(&app.portal, &ctx, id).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        assert_eq!(files_on_disk(app), 0);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_its_owners_alone_and_ends_with_invia() {
    each(async |app| {
        let rossi = app.cittadino("Rossi").await;
        let id = app.fill(&rossi, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        let foreign = app.cittadino_di(&app.altrove, "Rossi").await;
        for other in [app.cittadino("Bianchi").await, foreign] {
            assert!(matches!(bozza::frame(&app.portal, &other, id).await, Err(Error::NotFound)));
            assert!(matches!(bozza::page(&app.portal, &other, id, "privacy").await, Err(Error::NotFound)));
            assert!(matches!(bozza::summary(&app.portal, &other, id).await, Err(Error::NotFound)));
            assert_eq!(bozza::list(&app.portal, &other).await.unwrap().len(), 0);
            let form = PageForm {
                revision: 1,
                action: PageAction::Suspend,
                fields: Vec::new(),
                files: Vec::new(),
                ..PageForm::default()
            };
            assert!(matches!(bozza::save(&app.portal, &other, id, "privacy", form).await, Err(Error::NotFound)));
        }
        let form = app.invio_form(&rossi, id).await;
        let revision = form.revision;
        sportello_app::invio::submit(&app.portal, &rossi, id, form).await.unwrap();
        let form = PageForm {
            revision,
            action: PageAction::Suspend,
            fields: vec![("residenza_comune".into(), "dopo".into())],
            files: Vec::new(),
            ..PageForm::default()
        };
        let late = bozza::save(&app.portal, &rossi, id, "richiedente", form).await;
        assert!(matches!(late, Err(Error::NotAllowedNow)), "{late:?}");
        assert!(matches!(bozza::discard(&app.portal, &rossi, id).await, Err(Error::NotFound)));
        assert!(matches!(bozza::summary(&app.portal, &rossi, id).await, Err(Error::NotAllowedNow)));
        // The next one begins with what was said, but nothing of class A.
        let next = bozza::start(&app.portal, &rossi, MODELLO).await.unwrap();
        assert_ne!(next, id);
        assert_eq!(text(app, &rossi, next, "residenza_comune").await, Shown::Text("Prova".into()));
        let sent = typed(PageAction::Next, &[("privacy", "si")]);
        let saved = app.save(&rossi, next, "privacy", sent).await;
        assert!(matches!(&saved, Ok(Saved::Next(Next::Page(page))) if page == "richiedente"), "{saved:?}");
    })
    .await;
}

#[tokio::test]
async fn whoever_gives_a_mandate_reads_to_whom() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let iban = Some("IT60X0542811101000000123456".into());
        let id = app.fill(&ctx, &Domanda { iban, ..Domanda::new([Figlio::new("Luca", "Rossi", 1)]) }).await;
        let creditor = async |page: &str| bozza::page(&app.portal, &ctx, id, page).await.unwrap().creditor;
        let known = app.ente.settings.riscossione.as_ref().unwrap().creditor_id.as_str();
        let found = creditor("pagamento-dettagli").await.unwrap();
        assert_eq!((found.name.as_str(), found.id.as_str()), (app.ente.settings.name.as_str(), known));
        assert_eq!(creditor("pagamento").await, None, "no mandate is asked for there");
    })
    .await;
}
