//! INVIA pressed twice at the same instant.

use sportello_app::{
    invio::{self, Sent},
    testing::{Domanda, Figlio, each},
};

use super::common::{at_peace, filed};

/// How often the race is run on each database.
const TRIES: u64 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_with_one_key_at_the_same_instant_file_once() {
    each(async |app| {
        let mut numbers = Vec::new();
        for number in 0..TRIES {
            let ctx = app.cittadino("Rossi").await;
            let id = app.fill(&ctx, &Domanda::new([Figlio::new("Ugo", "Rossi", number)])).await;
            let form = app.invio_form(&ctx, id).await;
            let press = || {
                let (portal, ctx, form) = (app.portal.clone(), ctx.clone(), form.clone());
                tokio::spawn(async move { invio::submit(&portal, &ctx, id, form).await })
            };
            let (first, second) = (press(), press());
            for sent in [first.await.unwrap(), second.await.unwrap()] {
                assert!(matches!(sent, Ok(Sent::Filed)), "try {number}: {sent:?}");
            }
            assert_eq!(filed(app, id).await, [1, 1, 1, 1], "try {number}");
            let page = invio::sent(&app.portal, &ctx, id).await.unwrap();
            numbers.push((page.pratiche[0].number.clone(), page.protocol.unwrap()));
        }
        let expected: Vec<_> = (1..=TRIES).map(|n| (format!("2026/{n}"), format!("{n}/2026"))).collect();
        assert_eq!(numbers, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_keys_of_one_draft_at_the_same_instant_file_once() {
    each(async |app| {
        for number in 0..20 {
            let ctx = app.cittadino("Rossi").await;
            let id = app.fill(&ctx, &Domanda::new([Figlio::new("Ugo", "Rossi", number)])).await;
            // Two tabs: each summary has a key of its own.
            let forms = [app.invio_form(&ctx, id).await, app.invio_form(&ctx, id).await];
            assert_ne!(forms[0].key, forms[1].key);
            let presses = forms.map(|form| {
                let (portal, ctx) = (app.portal.clone(), ctx.clone());
                tokio::spawn(async move { invio::submit(&portal, &ctx, id, form).await })
            });
            for press in presses {
                let sent = press.await.unwrap();
                assert!(matches!(sent, Ok(Sent::Filed)), "try {number}: {sent:?}");
            }
            assert_eq!(filed(app, id).await, [1, 1, 1, 1], "try {number}");
        }
        at_peace(app).await;
    })
    .await;
}
