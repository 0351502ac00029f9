//! The audit log as the auditor reads it: filters, pages, the openings of protected data with their reasons, nobody else.

use chrono::TimeDelta;
use sportello_app::{
    Actor, Ctx, Error,
    operazioni::{self, DAYS_WANTED, Found, Search, WORD_WANTED},
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, QueueQuery, messaggi},
};
use sportello_domain::{calendar, foglio::Formato, ruolo::Ruolo};
use sportello_store::{
    Json,
    audit::{self, AuditRow},
    binds,
};
use uuid::{NoContext, Timestamp, Uuid};

use super::common::whole;

async fn look(app: &App, search: Search) -> Found {
    operazioni::search(&app.portal, &app.operatore("Ugo").await, &search).await.unwrap()
}

fn words(found: &Found) -> Vec<&str> {
    found.rows.iter().map(|row| row.what.as_str()).collect()
}

/// A pratica with a diet, which Lara opens with a reason two days later.
async fn opened(app: &App) -> Ctx {
    let mut luca = Figlio::new("Luca", "Rossi", 1);
    luca.alimenti = Some("maiale".into());
    let (_, ids) = app.file(&app.cittadino("Rossi").await, &Domanda::new([luca])).await;
    app.clock.pass(TimeDelta::days(2));
    let lara = app.operatore("Lara").await;
    ufficio::open_sealed(&app.portal, &lara, ids[0], "la cucina ha chiesto").await.unwrap();
    lara
}

#[tokio::test]
async fn openings_stand_there_with_who_when_and_why_and_without_what() {
    each(async |app| {
        let lara = opened(app).await;
        let Actor::Operatore(signed, _) = &lara.actor else { panic!("Lara is staff") };
        let found = look(app, Search { openings: true, ..Search::default() }).await;
        assert_eq!(words(&found), ["pratica.open_sealed"]);
        let row = &found.rows[0];
        assert_eq!(row.reason.as_deref(), Some("la cucina ha chiesto"));
        assert_eq!((row.which.as_deref(), row.on.as_str(), row.at), (Some("2026/1"), "pratica", app.clock.now()));
        assert_eq!(row.who.as_ref().map(|who| (who.0, who.1.as_str())), Some((signed.persona, "Mario Lara")));
        let pratica = row.which.clone();
        let id = ufficio::queue(&app.portal, &lara, &QueueQuery::default()).await.unwrap().rows[0].id;
        app.clock.pass(TimeDelta::minutes(1));
        messaggi::open_reserved(&app.portal, &lara, id, "per i messaggi").await.unwrap();
        let found = look(app, Search { openings: true, ..Search::default() }).await;
        assert_eq!(words(&found), ["messaggio.open_sealed", "pratica.open_sealed"]);
        assert_eq!((found.rows[0].reason.as_deref(), &found.rows[0].which), (Some("per i messaggi"), &pratica));
        let everything = look(app, Search::default()).await;
        assert!(words(&everything).contains(&"pratica.submit"), "{everything:?}");
        assert!(!format!("{everything:?}").contains("maiale"));
        let theirs = look(app, Search { who: Some(signed.persona), ..Search::default() }).await;
        assert!(theirs.rows.iter().all(|row| row.who.as_ref().is_some_and(|who| who.0 == signed.persona)));
        assert!(words(&theirs).contains(&"pratica.open_sealed"));
    })
    .await;
}

#[tokio::test]
async fn days_and_words_narrow_it_and_its_pages_leave_nothing_out() {
    each(async |app| {
        let first = calendar::legal_date(app.clock.now());
        opened(app).await;
        let until = |what: &str| Search { until: Some(first), what: what.into(), ..Search::default() };
        assert_eq!(words(&look(app, until("pratica.")).await), ["pratica.submit"]);
        assert!(look(app, until("pratica.open")).await.rows.is_empty(), "that was two days later");
        assert!(look(app, Search { what: "ratica".into(), ..Search::default() }).await.rows.is_empty());
        for _ in 0..60 {
            // Keys of one instant have no order.
            app.clock.pass(TimeDelta::seconds(1));
            look(app, Search { what: "x".into(), ..Search::default() }).await;
        }
        let looks = |before| Search { what: "audit.search".into(), before, ..Search::default() };
        app.clock.pass(TimeDelta::seconds(1));
        let page = look(app, looks(None)).await;
        assert_eq!(page.rows.len(), 50, "each look is in the log, too");
        let rest = look(app, looks(page.more)).await;
        assert_eq!((rest.rows.len(), rest.more), (13, None));
        assert!(rest.rows.iter().all(|row| page.rows.iter().all(|seen| seen.id > row.id)));
    })
    .await;
}

/// Writes as many deeds as no step of a table holds, a millisecond apart.
async fn busy(app: &App, deeds: i64) {
    let (ente, now) = (app.ente.id, app.clock.now());
    let rows: Vec<AuditRow> = (0..deeds)
        .map(|n| now + TimeDelta::milliseconds(n))
        .map(|at| AuditRow {
            id: Uuid::new_v7(Timestamp::from_unix(
                NoContext,
                at.timestamp().unsigned_abs(),
                at.timestamp_subsec_nanos(),
            )),
            at,
            actor: None,
            capacity: "sistema".into(),
            action: "prova.molte".into(),
            object_kind: "ente".into(),
            object_id: None,
            request_id: None,
            detail: Json(serde_json::json!({})),
        })
        .collect();
    let add = app.portal.store().write(ente, async move |tx| {
        for row in &rows {
            audit::record(tx, ente, row).await?;
        }
        Ok(())
    });
    add.await.unwrap();
    app.clock.pass(TimeDelta::minutes(1));
}

async fn table(app: &App, search: &Search) -> String {
    let ugo = app.operatore("Ugo").await;
    let table = operazioni::take_out(&app.portal, &ugo, search, Formato::Csv).await.unwrap();
    String::from_utf8(whole(table).await).unwrap()
}

#[tokio::test]
async fn the_log_leaves_as_a_table_with_what_was_searched_for_whichever_page() {
    each(async |app| {
        opened(app).await;
        app.clock.pass(TimeDelta::minutes(1));
        let openings = table(app, &Search { openings: true, ..Search::default() }).await;
        assert_eq!(openings.lines().count(), 2, "{openings}");
        assert!(
            openings.contains("Mario Lara") && openings.contains("la cucina ha chiesto") && openings.contains("2026/1")
        );
        assert!(!openings.contains("maiale") && !openings.contains("audit.export_list"));
        busy(app, 1201).await;
        let many = Search { what: "prova.".into(), ..Search::default() };
        let page = look(app, many.clone()).await;
        let all = table(app, &Search { before: page.more, ..many }).await;
        let keys: std::collections::HashSet<&str> =
            all.lines().skip(1).filter_map(|line| line.split(';').nth(7)).collect();
        assert_eq!((all.lines().count(), keys.len()), (1202, 1201), "each once");
        let exports = look(app, Search { what: "audit.export_list".into(), ..Search::default() }).await;
        assert_eq!(exports.rows.len(), 2, "that it was taken out is in it, too");
        let deed = exports.rows[0].id.to_string();
        assert!(all.lines().skip(1).all(|line| line.ends_with(&deed)), "a copy can be traced");
        // A copy of everything does not have itself, and its number is that of its rows.
        app.clock.pass(TimeDelta::minutes(1));
        let everything = table(app, &Search::default()).await;
        let (ente, sql) = (
            app.ente.id,
            "SELECT detail FROM audit WHERE ente_id = $1 AND action = 'audit.export_list' ORDER BY id DESC",
        );
        let noted: Vec<(Json<serde_json::Value>,)> =
            app.portal.store().read(ente, async move |read| read.fetch_all(sql, binds![ente]).await).await.unwrap();
        assert_eq!(noted[0].0.0["count"], everything.lines().count() - 1);
        assert!(
            everything.lines().skip(1).all(|line| line.contains("+01:00;") || line.contains("+02:00;")),
            "{everything}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_refused_and_so_is_everybody_else() {
    each(async |app| {
        opened(app).await;
        let ugo = app.operatore("Ugo").await;
        let today = calendar::legal_date(app.clock.now());
        let refused = async |search: Search| operazioni::search(&app.portal, &ugo, &search).await.map(drop);
        for what in ["Rossi", "pratica%", &"a".repeat(61)] {
            let found = refused(Search { what: what.into(), ..Search::default() }).await;
            assert!(matches!(found, Err(Error::Unacceptable(WORD_WANTED))), "{what}: {found:?}");
        }
        for from in [today + TimeDelta::days(1), today - TimeDelta::days(367)] {
            let found = refused(Search { from: Some(from), until: Some(today), ..Search::default() }).await;
            assert!(matches!(found, Err(Error::Unacceptable(DAYS_WANTED))), "{from}: {found:?}");
        }
        for name in ["Anna", "Lara", "Capo"] {
            let ctx = app.operatore(name).await;
            let found = operazioni::search(&app.portal, &ctx, &Search::default()).await;
            assert!(matches!(found, Err(Error::Forbidden)), "{name}");
            let found = operazioni::take_out(&app.portal, &ctx, &Search::default(), Formato::Csv).await;
            assert!(matches!(found, Err(Error::Forbidden)), "{name}");
        }
        let citizen = app.cittadino("Rossi").await;
        let found = operazioni::search(&app.portal, &citizen, &Search::default()).await;
        assert!(matches!(found, Err(Error::SignInNeeded)));
        let altrove = app.operatore_di(&app.altrove, "Ugo", &[Ruolo::Auditor]).await;
        let there = operazioni::search(&app.portal, &altrove, &Search::default()).await.unwrap();
        assert!(there.rows.iter().all(|row| !row.what.starts_with("pratica.")), "{there:?}");
    })
    .await;
}
