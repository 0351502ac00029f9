//! Numbers: without gaps whatever fails in between, and of the year that it is in Rome.

use chrono::{TimeDelta, TimeZone, Utc};
use sportello_app::{
    check,
    invio::{self, InvioForm, NotSent, Sent},
    pratica,
    testing::{Domanda, Figlio, each},
};
use sportello_domain::pratica::PraticaStatus;

use super::common::{at_peace, reason, states};

#[tokio::test]
async fn what_fails_in_between_burns_no_number() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        for number in 0..6 {
            let id = app.fill(&ctx, &Domanda::new([Figlio::new("Ugo", "Rossi", number)])).await;
            let form = app.invio_form(&ctx, id).await;
            let stale = InvioForm { hash: "0".repeat(64), ..form.clone() };
            assert_eq!(reason(invio::submit(&app.portal, &ctx, id, stale).await), NotSent::Changed);
            assert!(matches!(invio::submit(&app.portal, &ctx, id, form).await, Ok(Sent::Filed)));
            let again = app.fill(&ctx, &Domanda::new([Figlio::new("Ugo", "Rossi", number)])).await;
            let form = app.invio_form(&ctx, again).await;
            assert_eq!(reason(invio::submit(&app.portal, &ctx, again, form).await), NotSent::Duplicate);
            sportello_app::bozza::discard(&app.portal, &ctx, again).await.unwrap();
        }
        let mut numbers: Vec<_> = pratica::list(&app.portal, &ctx).await.unwrap();
        for row in &numbers {
            // Sent and registered at one instant, and always told in that order.
            let page = pratica::page(&app.portal, &ctx, row.id).await.unwrap();
            let reached = [Some(PraticaStatus::Submitted), Some(PraticaStatus::Registered), None];
            assert_eq!(states(&page.milestones), reached);
        }
        numbers.sort_by_key(|row| row.number.clone());
        let numbers: Vec<_> = numbers.into_iter().map(|row| row.number).collect();
        assert_eq!(numbers, ["2026/1", "2026/2", "2026/3", "2026/4", "2026/5", "2026/6"]);
        assert_eq!(check::all(&app.portal).await.unwrap(), []);
        // The check itself sees a gap.
        let ente = app.ente.id;
        let hole = async move |tx: &mut sportello_store::Tx| {
            tx.execute(
                "UPDATE pratica SET numero = numero + 1 WHERE ente_id = $1 AND numero = 6",
                sportello_store::binds![ente],
            )
            .await
        };
        app.portal.store().write(ente, hole).await.unwrap();
        assert_eq!(check::all(&app.portal).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_year_is_the_one_in_rome() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let midnight = Utc.with_ymd_and_hms(2026, 12, 31, 23, 0, 0).unwrap();
        app.clock.set(midnight - TimeDelta::hours(1));
        app.publish((midnight - TimeDelta::days(9), midnight + TimeDelta::days(9))).await;
        let mut numbers = Vec::new();
        for (number, now) in [
            midnight - TimeDelta::microseconds(1),
            midnight,
            // The machine's clock is set back: the old year goes on where it was.
            midnight - TimeDelta::microseconds(1),
            midnight + TimeDelta::hours(1),
        ]
        .into_iter()
        .enumerate()
        {
            app.clock.set(now);
            let (id, _) = app.file(&ctx, &Domanda::new([Figlio::new("Ugo", "Rossi", number as u64)])).await;
            let sent = invio::sent(&app.portal, &ctx, id).await.unwrap();
            numbers.push((sent.pratiche[0].number.clone(), sent.protocol.unwrap()));
        }
        let shown: Vec<_> = numbers.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(shown, [("2026/1", "1/2026"), ("2027/1", "1/2027"), ("2026/2", "2/2026"), ("2027/2", "2/2027")]);
        at_peace(app).await;
    })
    .await;
}
