//! What is left to the office: a certificate, a suspension. Each is done once, by those who may.

use sportello_app::{
    Error,
    testing::each,
    ufficio::{
        Expected,
        compiti::{self, CompitoKind},
    },
};
use sportello_domain::{foglio::Formato, ruolo::Ruolo};
use uuid::Uuid;

use super::{PRIVACY, at_peace, count, decide, enrolled, file, offer, outlook, rinuncia};
use crate::common::taken_out;

#[tokio::test]
async fn a_certificate_and_a_suspension_are_tasks_until_somebody_has_done_them() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let id = enrolled(app, &ctx).await;
        offer(app, shipped!("certificazione-mensa")).await;
        offer(app, shipped!("rinuncia-mensa")).await;
        let key = id.to_string();
        let asked = [("figlio", key.as_str()), ("anno", "2025"), ("consegna", "area_personale")];
        let pages: [(&str, &[(&str, &str)]); 3] =
            [("privacy", PRIVACY), ("richiedente", &[("email", "rossi@posta.example")]), ("certificazione", &asked)];
        let rejected = file(app, &ctx, "certificazione-mensa", &pages).await;
        decide(app, rejected, false).await.unwrap();
        let certificate = file(app, &ctx, "certificazione-mensa", &pages).await;
        assert_eq!(outlook(app, certificate).await.expected, [Expected::Task(CompitoKind::Certificazione)]);
        decide(app, certificate, true).await.unwrap();
        app.clock.pass(chrono::TimeDelta::seconds(1));
        let suspension = rinuncia(app, &ctx, id, "sospensione").await;
        assert_eq!(outlook(app, suspension).await.expected, [Expected::Task(CompitoKind::Sospensione)]);
        decide(app, suspension, true).await.unwrap();

        let (anna, ugo) = (app.operatore("Anna").await, app.operatore("Ugo").await);
        let found = compiti::list(&app.portal, &anna).await.unwrap();
        let open: Vec<_> = found.open.iter().map(|one| (one.kind, one.pratica)).collect();
        assert_eq!(open, [(CompitoKind::Certificazione, certificate), (CompitoKind::Sospensione, suspension)]);
        assert!(found.can_do && found.open[0].richiedente.contains("Rossi"));
        let task = found.open[0].id;

        let table = async |ctx| {
            taken_out(app, ctx, "compito.export_list", compiti::take_out(&app.portal, ctx, Formato::Csv).await).await
        };
        let rows = table(&anna).await;
        assert_eq!(
            rows,
            [
                "compito.cosa;compito.chi;pratica.numero;compito.dal",
                "certificazione;Luca Rossi;2026/3;2026-09-01T10:05:00+02:00",
                "sospensione;Luca Rossi;2026/4;2026-09-01T10:05:01+02:00",
            ]
        );

        // Who only reads, who is a citizen, who is of another ente, who is too late.
        assert!(!compiti::list(&app.portal, &ugo).await.unwrap().can_do);
        assert!(matches!(compiti::done(&app.portal, &ugo, task).await, Err(Error::Forbidden)));
        assert!(matches!(compiti::done(&app.portal, &ctx, task).await, Err(Error::SignInNeeded)));
        assert!(matches!(compiti::list(&app.portal, &ctx).await, Err(Error::SignInNeeded)));
        let elsewhere = app.operatore_di(&app.altrove, "Anna", &[Ruolo::Responsabile]).await;
        assert!(compiti::list(&app.portal, &elsewhere).await.unwrap().open.is_empty());
        assert_eq!(table(&elsewhere).await.len(), 1, "the headings alone");
        for (clerk, id) in [(&elsewhere, task), (&anna, Uuid::nil())] {
            let refused = compiti::done(&app.portal, clerk, id).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        }
        compiti::done(&app.portal, &anna, task).await.unwrap();
        assert!(matches!(compiti::done(&app.portal, &anna, task).await, Err(Error::NotFound)));
        assert_eq!(compiti::list(&app.portal, &anna).await.unwrap().open.len(), 1);
        let audited = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action IN ('compito.add', 'compito.done')";
        assert_eq!(count(app, audited).await, 3);
        at_peace(app).await;
    })
    .await;
}
