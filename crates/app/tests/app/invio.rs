//! INVIA: what is filed, and what is not.

use chrono::TimeDelta;
use sportello_app::{
    Error, bozza,
    bozza::PageAction,
    invio::{self, InvioForm, NotSent, Sent},
    pratica,
    testing::{Domanda, Figlio, SavePage, each},
    ufficio,
};
use sportello_domain::id::BozzaId;
use sportello_store::binds;

use super::common::{at_peace, count, filed, reason};

const NOTHING: [i64; 4] = [0, 0, 0, 0];

fn luca() -> Domanda {
    Domanda::new([Figlio::new("Luca", "Rossi", 1)])
}

#[tokio::test]
async fn each_child_has_a_pratica_and_all_share_one_registration() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let children = ["Luca", "Sofia", "Ugo"].map(|nome| Figlio::new(nome, "Rossi", nome.len() as u64));
        let (id, pratiche) = app.file(&ctx, &Domanda::new(children)).await;
        assert_eq!(pratiche.len(), 3);
        assert_eq!(filed(app, id).await, [3, 1, 1, 1]);
        let sent = invio::sent(&app.portal, &ctx, id).await.unwrap();
        let shown: Vec<_> = sent.pratiche.iter().map(|one| (&*one.number, &*one.alunno)).collect();
        assert_eq!(shown, [("2026/1", "Luca Rossi"), ("2026/2", "Sofia Rossi"), ("2026/3", "Ugo Rossi")]);
        assert_eq!(sent.protocol.as_deref(), Some("1/2026"));
        assert_eq!(sent.email, "ricevute@posta.example");
        for pratica in pratiche {
            let page = pratica::page(&app.portal, &ctx, pratica).await.unwrap();
            assert_eq!(page.protocol.unwrap().0, "1/2026");
            let others = ["Luca", "Sofia", "Ugo"].into_iter().filter(|nome| !page.row.alunno.starts_with(nome));
            let summary = format!("{:?}", page.summary);
            assert!(summary.contains(page.row.alunno.split(' ').next().unwrap()));
            for other in others {
                assert!(!summary.contains(other), "{other} stands in the pratica of {}", page.row.alunno);
            }
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_press_later_or_with_another_key_changes_nothing() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &luca()).await;
        let (form, other) = (app.invio_form(&ctx, id).await, app.invio_form(&ctx, id).await);
        for form in [&form, &form, &other] {
            let sent = invio::submit(&app.portal, &ctx, id, form.clone()).await;
            assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
            app.clock.pass(TimeDelta::days(1));
        }
        assert_eq!(filed(app, id).await, [1, 1, 1, 1]);
        at_peace(app).await;
        let sent = invio::submit(&app.portal, &ctx, id, form).await;
        assert!(matches!(sent, Ok(Sent::Filed)), "after the jobs: {sent:?}");
        assert_eq!(filed(app, id).await, [1, 1, 1, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_key_stands_for_one_content() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let first = app.fill(&ctx, &luca()).await;
        let form = app.invio_form(&ctx, first).await;
        invio::submit(&app.portal, &ctx, first, form.clone()).await.unwrap();
        // On the draft that was filed, and on another one that is complete.
        let changed = InvioForm { revision: form.revision + 1, ..form.clone() };
        let refused = invio::submit(&app.portal, &ctx, first, changed).await;
        assert!(matches!(refused, Err(Error::KeyReused)), "{refused:?}");
        let second = app.fill(&ctx, &Domanda::new([Figlio::new("Sofia", "Rossi", 2)])).await;
        let reused = InvioForm { key: form.key.clone(), ..app.invio_form(&ctx, second).await };
        let refused = invio::submit(&app.portal, &ctx, second, reused).await;
        assert!(matches!(refused, Err(Error::KeyReused)), "{refused:?}");
        assert_eq!(filed(app, second).await, NOTHING);
        // Keys belong to people: the same one in other hands is another.
        let bianchi = app.cittadino("Bianchi").await;
        let third = app.fill(&bianchi, &Domanda::new([Figlio::new("Elia", "Bianchi", 3)])).await;
        let same = InvioForm { key: form.key, ..app.invio_form(&bianchi, third).await };
        let sent = invio::submit(&app.portal, &bianchi, third, same).await;
        assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_the_provider_says_is_read_again_at_invia() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &luca()).await;
        let form = app.invio_form(&ctx, id).await;
        // A later sign-in brought another name: the summary did not show it.
        let (ente, persona) = (app.ente.id, ctx.cittadino().unwrap().persona);
        let renamed = app.portal.store().write(ente, async move |tx| {
            let sql = "UPDATE persona SET nome = $3 WHERE ente_id = $1 AND id = $2";
            tx.execute(sql, binds![ente, persona, "Maria Luisa"]).await
        });
        assert_eq!(renamed.await.unwrap(), 1);
        assert_eq!(reason(invio::submit(&app.portal, &ctx, id, form).await), NotSent::Changed);
        let form = app.invio_form(&ctx, id).await;
        assert!(matches!(invio::submit(&app.portal, &ctx, id, form).await, Ok(Sent::Filed)));
        let named = "SELECT count(*) FROM pratica WHERE ente_id = $1 AND CAST(answers AS TEXT) LIKE '%Maria Luisa%'";
        assert_eq!(count(app, named).await, 1);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_not_shown_or_not_declared_is_not_filed() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &luca()).await;
        let form = app.invio_form(&ctx, id).await;
        let wrong = [
            (InvioForm { revision: form.revision - 1, ..form.clone() }, NotSent::Changed),
            (InvioForm { hash: "0".repeat(64), ..form.clone() }, NotSent::Changed),
            (InvioForm { declared: false, ..form.clone() }, NotSent::NotDeclared),
        ];
        for (form, expected) in wrong {
            assert_eq!(reason(invio::submit(&app.portal, &ctx, id, form).await), expected);
        }
        for key in ["", "short", &"g".repeat(64), &"0".repeat(65)] {
            let refused = invio::submit(&app.portal, &ctx, id, InvioForm { key: key.into(), ..form.clone() }).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{key:?}: {refused:?}");
        }
        // The draft is saved in another tab after the summary was shown.
        let sent = SavePage {
            action: PageAction::Suspend,
            fields: vec![("residenza_comune".into(), "Altrove".into())],
            files: Vec::new(),
        };
        app.save(&ctx, id, "richiedente", sent).await.unwrap();
        assert_eq!(reason(invio::submit(&app.portal, &ctx, id, form).await), NotSent::Changed);
        assert_eq!(filed(app, id).await, NOTHING);
        assert_eq!(count(app, "SELECT count(*) FROM idempotenza WHERE ente_id = $1").await, 0);
        // A refused press burns no key and no number.
        let form = app.invio_form(&ctx, id).await;
        assert!(matches!(invio::submit(&app.portal, &ctx, id, form).await, Ok(Sent::Filed)));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_draft_with_problems_is_not_filed() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &luca()).await;
        let sent = SavePage {
            action: PageAction::Suspend,
            fields: vec![("residenza_cap".into(), "mille".into())],
            files: Vec::new(),
        };
        app.save(&ctx, id, "richiedente", sent).await.unwrap();
        let shown = bozza::summary(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(shown.problems.len(), 1, "{:?}", shown.problems);
        let form = InvioForm { key: shown.key, hash: shown.hash, revision: shown.frame.revision, declared: true };
        assert_eq!(reason(invio::submit(&app.portal, &ctx, id, form).await), NotSent::Problems);
        assert_eq!(filed(app, id).await, NOTHING);
    })
    .await;
}

#[tokio::test]
async fn a_window_that_closes_after_the_summary_keeps_the_draft() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &luca()).await;
        let form = app.invio_form(&ctx, id).await;
        app.clock.pass(TimeDelta::days(30) - TimeDelta::microseconds(1));
        let open = bozza::start(&app.portal, &app.cittadino("Bianchi").await, "iscrizione-mensa").await;
        open.expect("open to its last microsecond");
        app.clock.pass(TimeDelta::microseconds(1));
        assert_eq!(reason(invio::submit(&app.portal, &ctx, id, form).await), NotSent::WindowClosed);
        assert_eq!(filed(app, id).await, NOTHING);
        // It can still be read, and a new one cannot be begun.
        assert_eq!(bozza::start(&app.portal, &ctx, "iscrizione-mensa").await.unwrap(), id);
        bozza::summary(&app.portal, &ctx, id).await.unwrap();
        let late = bozza::start(&app.portal, &app.cittadino("Verdi").await, "iscrizione-mensa").await;
        assert!(matches!(late, Err(Error::WindowClosed { opens_at: None })), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn the_same_child_twice_is_refused_to_one_parent_and_hidden_from_the_other() {
    each(async |app| {
        let (rossi, bianchi) = (app.cittadino("Rossi").await, app.cittadino("Bianchi").await);
        let (_, first) = app.file(&rossi, &luca()).await;
        let again = app.fill(&rossi, &luca()).await;
        let form = app.invio_form(&rossi, again).await;
        assert_eq!(reason(invio::submit(&app.portal, &rossi, again, form).await), NotSent::Duplicate);
        assert_eq!(filed(app, again).await, NOTHING);

        let before = format!("{:?}", pratica::page(&app.portal, &rossi, first[0]).await.unwrap());
        let (_, second) = app.file(&bianchi, &luca()).await;
        let anna = app.operatore("Anna").await;
        assert!(ufficio::page(&app.portal, &anna, second[0]).await.unwrap().contested);
        let after = format!("{:?}", pratica::page(&app.portal, &rossi, first[0]).await.unwrap());
        assert_eq!(before, after, "the first applicant learns of the second");
        let own = format!("{:?}", pratica::page(&app.portal, &bianchi, second[0]).await.unwrap());
        assert!(!own.contains("contested"), "the second applicant learns of the first: {own}");
        assert_eq!(pratica::list(&app.portal, &rossi).await.unwrap().len(), 1);
        // A withdrawn one stands in nobody's way.
        pratica::withdraw(&app.portal, &rossi, first[0]).await.unwrap();
        let form = app.invio_form(&rossi, again).await;
        assert!(matches!(invio::submit(&app.portal, &rossi, again, form).await, Ok(Sent::Filed)));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn only_the_owner_of_a_draft_files_it() {
    each(async |app| {
        let (rossi, bianchi) = (app.cittadino("Rossi").await, app.cittadino("Bianchi").await);
        let id = app.fill(&rossi, &luca()).await;
        let form = app.invio_form(&rossi, id).await;
        let foreign = app.cittadino_di(&app.altrove, "Rossi").await;
        for other in [&bianchi, &foreign] {
            let refused = invio::submit(&app.portal, other, id, form.clone()).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
            let hidden = invio::sent(&app.portal, other, id).await;
            assert!(matches!(hidden, Err(Error::NotFound)), "{hidden:?}");
        }
        for staff in [app.operatore("Anna").await, app.nobody(&app.ente)] {
            let refused = invio::submit(&app.portal, &staff, id, form.clone()).await;
            assert!(matches!(refused, Err(Error::SignInNeeded)), "{refused:?}");
        }
        let unknown = invio::submit(&app.portal, &rossi, BozzaId::new(uuid::Uuid::nil()), form).await;
        assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
        let early = invio::sent(&app.portal, &rossi, id).await;
        assert!(matches!(early, Err(Error::NotFound)), "{early:?}");
        assert_eq!(filed(app, id).await, NOTHING);
    })
    .await;
}
