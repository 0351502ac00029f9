//! The same draft in two windows: nothing is written over, and nothing that was typed is lost.

use sportello_app::{
    Ctx,
    bozza::{self, Conflict, PageAction, PageForm, Resolved, Saved, UploadedFile},
    testing::{App, MODELLO, each, pdf},
};
use sportello_domain::{
    id::{BozzaId, RowId},
    modello::view::{Block, FieldView, PageView, Shown},
};

use super::common::count;

fn fields(page: PageView) -> Vec<FieldView> {
    let fields = page.blocks.into_iter().flat_map(|block| match block {
        Block::Field(field) => vec![field],
        Block::Group(group) => group.rows.into_iter().flat_map(|row| row.fields).collect(),
    });
    fields.collect()
}

async fn text(app: &App, ctx: &Ctx, id: BozzaId, page: &str, name: &str) -> Shown {
    let shown = bozza::page(&app.portal, ctx, id, page).await.unwrap().page;
    fields(shown).into_iter().find(|field| field.name == name).unwrap_or_else(|| panic!("no field {name}")).value
}

async fn revision(app: &App, ctx: &Ctx, id: BozzaId) -> i64 {
    bozza::frame(&app.portal, ctx, id).await.unwrap().revision
}

fn form(revision: i64, fields: &[(&str, &str)]) -> PageForm {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    PageForm { revision, action: PageAction::Suspend, fields, ..PageForm::default() }
}

/// The answer to a page with both versions: `saved` and `typed` name what was chosen.
fn choices(conflict: &Conflict, saved: &[&str], typed: &[&str]) -> PageForm {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    PageForm {
        revision: conflict.frame.revision,
        action: PageAction::Suspend,
        fields: conflict.sent.clone(),
        resolved: Some(Resolved { base: conflict.base, saved: names(saved), typed: names(typed) }),
        ..PageForm::default()
    }
}

async fn send(app: &App, ctx: &Ctx, id: BozzaId, page: &str, form: PageForm) -> Saved {
    bozza::save(&app.portal, ctx, id, page, form).await.unwrap()
}

async fn refused(app: &App, ctx: &Ctx, id: BozzaId, page: &str, form: PageForm) -> Box<Conflict> {
    match send(app, ctx, id, page, form).await {
        Saved::Conflict(conflict) => conflict,
        other => panic!("it was written over: {other:?}"),
    }
}

fn names(conflict: &Conflict) -> Vec<(&str, bool)> {
    conflict.disputed.iter().map(|field| (field.saved.name.as_str(), field.untouched)).collect()
}

#[tokio::test]
async fn of_two_windows_the_slower_one_sees_both_versions_and_chooses() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let first = [("residenza_comune", "zero"), ("residenza_cap", "24040"), ("residenza_indirizzo", "Via A")];
        send(app, &ctx, id, "richiedente", form(revision(app, &ctx, id).await, &first)).await;
        let base = revision(app, &ctx, id).await;
        let one = [("residenza_comune", "primo"), ("residenza_cap", "24043"), ("residenza_indirizzo", "Via A")];
        assert!(matches!(send(app, &ctx, id, "richiedente", form(base, &one)).await, Saved::Suspended));
        let two = [("residenza_comune", "secondo"), ("residenza_cap", "24040"), ("residenza_indirizzo", "Via B")];
        let conflict = refused(app, &ctx, id, "richiedente", form(base, &two)).await;
        // The other window changed the CAP and this one did not: its answer is proposed.
        let expected = [("residenza_indirizzo", false), ("residenza_cap", true), ("residenza_comune", false)];
        assert_eq!(names(&conflict), expected);
        let comune = &conflict.disputed[2];
        assert_eq!(comune.saved.value, Shown::Text("primo".into()));
        assert_eq!(comune.typed.value, Shown::Text("secondo".into()));
        assert_eq!(text(app, &ctx, id, "richiedente", "residenza_comune").await, Shown::Text("primo".into()));

        let chosen = choices(&conflict, &["residenza_comune", "residenza_cap"], &["residenza_indirizzo"]);
        assert!(matches!(send(app, &ctx, id, "richiedente", chosen).await, Saved::Suspended));
        for (name, value) in
            [("residenza_comune", "primo"), ("residenza_cap", "24043"), ("residenza_indirizzo", "Via B")]
        {
            assert_eq!(text(app, &ctx, id, "richiedente", name).await, Shown::Text(value.into()), "{name}");
        }
        for stale in [-1, 0, i64::MAX] {
            let conflict = refused(app, &ctx, id, "richiedente", form(stale, &[("residenza_comune", "terzo")])).await;
            assert_eq!(names(&conflict), [("residenza_comune", false)], "{stale}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_third_window_is_told_again_and_a_second_press_is_not() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let base = revision(app, &ctx, id).await;
        let press = || form(base, &[("residenza_comune", "uno")]);
        assert!(matches!(send(app, &ctx, id, "richiedente", press()).await, Saved::Suspended));
        assert!(matches!(send(app, &ctx, id, "richiedente", press()).await, Saved::Suspended), "it says the same");
        let conflict = refused(app, &ctx, id, "richiedente", form(base, &[("residenza_comune", "due")])).await;
        let newer = form(revision(app, &ctx, id).await, &[("residenza_comune", "tre")]);
        assert!(matches!(send(app, &ctx, id, "richiedente", newer).await, Saved::Suspended));
        let again = choices(&conflict, &[], &["residenza_comune"]);
        let conflict = refused(app, &ctx, id, "richiedente", again).await;
        assert_eq!(conflict.base, base, "compared with what the form was made from");
        assert_eq!(conflict.disputed[0].saved.value, Shown::Text("tre".into()));
        let chosen = choices(&conflict, &[], &["residenza_comune"]);
        assert!(matches!(send(app, &ctx, id, "richiedente", chosen).await, Saved::Suspended));
        assert_eq!(text(app, &ctx, id, "richiedente", "residenza_comune").await, Shown::Text("due".into()));

        // One more child, by a second press of the button: one row.
        let base = revision(app, &ctx, id).await;
        for _ in 0..2 {
            let add =
                PageForm { action: PageAction::AddRow { group: "figli".into(), offered: None }, ..form(base, &[]) };
            assert!(matches!(send(app, &ctx, id, "figli", add).await, Saved::Again));
        }
        assert_eq!(app.rows(&ctx, id).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn rows_that_came_or_went_elsewhere_lose_nothing() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        app.add_row(&ctx, id).await;
        let first = app.rows(&ctx, id).await[0];
        let name = |row: RowId, field: &str| format!("figli.{row}.{field}");
        let days = [(name(first, "giorni"), "lun")];
        let typed: Vec<_> = days.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        send(app, &ctx, id, "scuola", form(revision(app, &ctx, id).await, &typed)).await;
        let base = revision(app, &ctx, id).await;

        // Elsewhere a child comes, with its days; the form that never showed it does not empty them.
        app.add_row(&ctx, id).await;
        let second = app.rows(&ctx, id).await[1];
        let (one, two) = (name(first, "giorni"), name(second, "giorni"));
        let both = [(one.as_str(), "lun"), (two.as_str(), "ven")];
        send(app, &ctx, id, "scuola", form(revision(app, &ctx, id).await, &both)).await;
        let saved = send(app, &ctx, id, "scuola", form(base, &[(one.as_str(), "lun")])).await;
        assert!(matches!(saved, Saved::Suspended), "{saved:?}");
        let shown = bozza::page(&app.portal, &ctx, id, "scuola").await.unwrap().page;
        assert!(format!("{:?}", fields(shown).into_iter().find(|field| field.name == two)).contains("chosen: true"));

        // Elsewhere a child goes while it is being filled in.
        let base = revision(app, &ctx, id).await;
        let remove =
            PageForm { action: PageAction::RemoveRow { group: "figli".into(), row: first }, ..form(base, &[]) };
        send(app, &ctx, id, "figli", remove).await;
        let surname = name(first, "figlio_cognome");
        let conflict = refused(app, &ctx, id, "figli", form(base, &[(surname.as_str(), "Verdi")])).await;
        let control = format!("figli.{first}");
        assert_eq!((conflict.gone.len(), &conflict.gone[0].control), (1, &control));
        let left = choices(&conflict, &[&control], &[]);
        assert!(matches!(send(app, &ctx, id, "figli", left).await, Saved::Suspended));
        assert_eq!(app.rows(&ctx, id).await, [second]);
        let conflict = refused(app, &ctx, id, "figli", form(base, &[(surname.as_str(), "Verdi")])).await;
        let wanted = choices(&conflict, &[], &[&control]);
        assert!(matches!(send(app, &ctx, id, "figli", wanted).await, Saved::Suspended));
        assert_eq!(app.rows(&ctx, id).await, [second, first]);
        assert_eq!(text(app, &ctx, id, "figli", &surname).await, Shown::Text("Verdi".into()));
        let shown = bozza::page(&app.portal, &ctx, id, "scuola").await.unwrap().page;
        let kept = fields(shown).into_iter().find(|field| field.name == one);
        assert!(format!("{kept:?}").contains("chosen: true"), "the other pages of the row came back too");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_meets_a_conflict_is_asked_for_again_and_leaves_nothing_behind() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        app.add_row(&ctx, id).await;
        let row = app.rows(&ctx, id).await[0];
        let diet = format!("figli.{row}.dieta_tipo");
        send(app, &ctx, id, "dieta", form(revision(app, &ctx, id).await, &[(&diet, "sanitaria")])).await;
        let base = revision(app, &ctx, id).await;
        let control = format!("figli.{row}.dieta_certificato");
        let file = |content: &[u8]| UploadedFile {
            field: control.clone(),
            name: "a.pdf".into(),
            bytes: content.len() as u64,
            content: content.to_vec(),
        };
        let with = |words: &str| PageForm { files: vec![file(&pdf(words))], ..form(base, &[]) };
        assert!(matches!(send(app, &ctx, id, "dieta-dettagli", with("1")).await, Saved::Suspended));
        let conflict = refused(app, &ctx, id, "dieta-dettagli", with("2")).await;
        assert_eq!(conflict.disputed.len(), 0);
        assert_eq!(fields(conflict.files).iter().map(|field| field.name.as_str()).collect::<Vec<_>>(), [&control]);
        assert_eq!(count(app, "SELECT count(*) FROM allegato WHERE ente_id = $1").await, 1);
    })
    .await;
}
