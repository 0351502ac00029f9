//! The office: what it may do with a pratica, who may, and who sees what.

use sportello_app::{
    Error, bozza, pratica,
    testing::{Domanda, Figlio, MODELLO, SCUOLA, each, pdf},
    ufficio::{self, Act, Decision, Filter, Opening, Order, Outcome, QueueQuery},
};
use sportello_domain::{calendar, id::PraticaId, pratica::PraticaStatus, ruolo::Ruolo};
use sportello_store::{Json, binds, seal::Sealed};

use super::common::{at_peace, count, noticed, rejection, states};

fn luca() -> Figlio {
    Figlio::new("Luca", "Rossi", 1)
}

fn decision(version: i64, accept: bool, reason: &str) -> Decision {
    Decision { version, accept, reason: reason.into() }
}

#[tokio::test]
async fn accepting_enrols_the_child_with_what_is_secret_sealed() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let mut child = luca();
        child.alimenti = Some("maiale".into());
        let domanda = Domanda { iban: Some("IT60X0542811101000000123456".into()), ..Domanda::new([child]) };
        let (_, pratiche) = app.file(&ctx, &domanda).await;
        let id = pratiche[0];
        let page = ufficio::page(&app.portal, &anna, id).await.unwrap();
        assert!(page.can_take && !page.can_decide);
        app.clock.pass(chrono::TimeDelta::hours(1));
        ufficio::take(&app.portal, &anna, id, page.version).await.unwrap();
        app.clock.pass(chrono::TimeDelta::hours(1));
        ufficio::decide(&app.portal, &anna, id, &decision(page.version + 1, true, "")).await.unwrap();
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(own.row.status, PraticaStatus::Accepted);
        let reached =
            [PraticaStatus::Submitted, PraticaStatus::Registered, PraticaStatus::InReview, PraticaStatus::Accepted];
        assert_eq!(states(&own.milestones), reached.map(Some));

        let ente = app.ente.id;
        let made = async move |read: &mut sportello_store::Read| {
            let sql = "SELECT modalita_pagamento, giorni, sealed_payment, sealed_dieta FROM iscrizione
                WHERE ente_id = $1 AND pratica_id = $2";
            read.fetch_one(sql, binds![ente, id]).await
        };
        let (modalita, giorni, payment, dieta): (String, Json<Vec<String>>, Option<Sealed>, Option<Sealed>) =
            app.portal.store().read(ente, made).await.unwrap();
        assert_eq!((modalita.as_str(), giorni.0), ("SDD", vec!["lun".to_owned(), "gio".to_owned()]));
        for (sealed, secret) in [(payment.unwrap(), "123456"), (dieta.unwrap(), "maiale")] {
            assert!(!String::from_utf8_lossy(sealed.as_bytes()).contains(secret));
        }
        // From now on the register offers the child to whoever enrolled it.
        let next = bozza::start(&app.portal, &ctx, MODELLO).await.unwrap();
        let offers = format!("{:?}", bozza::page(&app.portal, &ctx, next, "figli").await.unwrap().page);
        assert!(offers.contains("Luca Rossi"), "{offers}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_decision_needs_its_state_its_version_and_a_reason() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let (_, pratiche) = app.file(&ctx, &Domanda::new([luca()])).await;
        let id = pratiche[0];
        let decide = async |version, accept, reason: &str| {
            ufficio::decide(&app.portal, &anna, id, &decision(version, accept, reason)).await
        };
        assert!(matches!(decide(1, true, "").await, Err(Error::NotAllowedNow)), "nobody took it in charge");
        assert!(matches!(ufficio::take(&app.portal, &anna, id, 7).await, Err(Error::Stale)));
        ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
        assert!(matches!(ufficio::take(&app.portal, &anna, id, 1).await, Err(Error::Stale)));
        assert!(matches!(ufficio::take(&app.portal, &anna, id, 2).await, Err(Error::NotAllowedNow)));
        for reason in ["", "   ", "\0", "\r\n", &"x".repeat(2_001)] {
            let refused = decide(2, false, reason).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{reason:.9?}: {refused:?}");
        }
        assert!(matches!(decide(1, true, "").await, Err(Error::Stale)));
        assert_eq!(count(app, "SELECT count(*) FROM iscrizione WHERE ente_id = $1").await, 0);
        let version = noticed(app, &ctx, &anna, id, 2).await;
        let reject = rejection(version, " Manca\0 il 🍝\r\nnulla osta ");
        ufficio::conclude(&app.portal, &anna, id, &reject).await.unwrap();
        let own = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(own.decision_reason.as_deref(), Some("Manca  il 🍝\nnulla osta"));
        assert_eq!((own.row.status, own.can_withdraw), (PraticaStatus::Rejected, false));
        assert!(matches!(decide(version + 1, true, "").await, Err(Error::NotAllowedNow)));
        assert!(matches!(pratica::withdraw(&app.portal, &ctx, id).await, Err(Error::NotAllowedNow)));
        at_peace(app).await;
        assert_eq!(app.inbox.all().len(), 3, "the receipt, the notice and one outcome");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_clerks_and_the_applicant_at_the_same_instant_make_one_move() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let anna = app.operatore("Anna").await;
        let elena = app.operatore_di(&app.ente, "Elena", &[Ruolo::Responsabile]).await;
        for number in 0..10 {
            let (_, pratiche) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", number)])).await;
            let id = pratiche[0];
            ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
            let reject = rejection(noticed(app, &ctx, &anna, id, 2).await, "perché sì");
            let decide = |clerk: &sportello_app::Ctx, outcome: Outcome| {
                let (portal, clerk, act) = (app.portal.clone(), clerk.clone(), Act { outcome, ..reject.clone() });
                tokio::spawn(async move { ufficio::conclude(&portal, &clerk, id, &act).await })
            };
            let withdraw = {
                let (portal, ctx) = (app.portal.clone(), ctx.clone());
                tokio::spawn(async move { pratica::withdraw(&portal, &ctx, id).await })
            };
            let (accept, reject) = (decide(&anna, Outcome::Accept), decide(&elena, Outcome::Reject));
            let outcomes = [accept.await.unwrap(), reject.await.unwrap(), withdraw.await.unwrap()];
            let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(done, 1, "{outcomes:?}");
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn two_parents_cannot_both_enrol_a_child() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let mut ids = Vec::new();
        for cognome in ["Rossi", "Bianchi"] {
            let ctx = app.cittadino(cognome).await;
            ids.extend(app.file(&ctx, &Domanda::new([luca()])).await.1);
        }
        for id in &ids {
            assert!(ufficio::page(&app.portal, &anna, *id).await.unwrap().contested, "each of the two is marked");
            ufficio::take(&app.portal, &anna, *id, 1).await.unwrap();
        }
        ufficio::decide(&app.portal, &anna, ids[0], &decision(2, true, "")).await.unwrap();
        let second = ufficio::decide(&app.portal, &anna, ids[1], &decision(2, true, "")).await;
        assert!(matches!(second, Err(Error::NotAllowedNow)), "{second:?}");
        let version = noticed(app, &app.cittadino("Bianchi").await, &anna, ids[1], 2).await;
        ufficio::conclude(&app.portal, &anna, ids[1], &rejection(version, "Già iscritto")).await.unwrap();
        assert!(!ufficio::page(&app.portal, &anna, ids[0]).await.unwrap().contested, "the other one is gone");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn class_a_opens_for_one_role_with_a_reason_that_is_written_down() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let mut child = luca();
        child.certificato = Some(pdf("celiachia"));
        let (_, pratiche) = app.file(&ctx, &Domanda::new([child])).await;
        let id = pratiche[0];
        let file = {
            let page = format!("{:?}", pratica::page(&app.portal, &ctx, id).await.unwrap().summary);
            let at = page.find("FileView { id: AllegatoId(").unwrap() + "FileView { id: AllegatoId(".len();
            page[at..at + 36].parse().unwrap()
        };
        let (anna, lara, ugo) = (app.operatore("Anna").await, app.operatore("Lara").await, app.operatore("Ugo").await);
        const READ: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action LIKE '%open_sealed'";
        for clerk in [&anna, &lara, &ugo] {
            let page = ufficio::page(&app.portal, clerk, id).await.unwrap();
            assert!(page.holds_sealed && !page.sealed_open);
            assert!(!format!("{:?}", page.summary).contains("motivi di salute"), "{:?}", page.summary);
        }
        for clerk in [&anna, &ugo] {
            let refused = ufficio::open_sealed(&app.portal, clerk, id, "controllo dieta").await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
            let refused = ufficio::file(&app.portal, clerk, id, file, for_reason("controllo dieta")).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        for reason in ["", "   a   ", "\0\0\0\0\0\0", &"x".repeat(501)] {
            let refused = ufficio::open_sealed(&app.portal, &lara, id, reason).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{reason:.9?}: {refused:?}");
            let refused = ufficio::file(&app.portal, &lara, id, file, for_reason(reason)).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{reason:.9?}: {refused:?}");
        }
        let unknown = PraticaId::new(uuid::Uuid::nil());
        let nothing = ufficio::open_sealed(&app.portal, &lara, unknown, "controllo dieta").await;
        assert!(matches!(nothing, Err(Error::NotFound)), "{nothing:?}");
        assert_eq!(count(app, READ).await, 0);
        let page = ufficio::open_sealed(&app.portal, &lara, id, "controllo\0 dieta 🍝").await.unwrap();
        assert!(page.sealed_open && format!("{:?}", page.summary).contains("motivi di salute"));
        let download = ufficio::file(&app.portal, &lara, id, file, for_reason("controllo dieta")).await.unwrap();
        assert_eq!(&*download.content, pdf("celiachia"));
        assert_eq!(count(app, READ).await, 2);
    })
    .await;
}

#[tokio::test]
async fn each_door_is_for_its_own_people() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let (_, pratiche) = app.file(&ctx, &Domanda::new([luca()])).await;
        let id = pratiche[0];
        let elsewhere = app.operatore_di(&app.altrove, "Anna", &[Ruolo::Responsabile, Ruolo::OperatoreDiete]).await;
        assert!(matches!(ufficio::page(&app.portal, &elsewhere, id).await, Err(Error::NotFound)));
        assert!(matches!(ufficio::take(&app.portal, &elsewhere, id, 1).await, Err(Error::NotFound)));
        let decided = ufficio::decide(&app.portal, &elsewhere, id, &decision(1, true, "")).await;
        assert!(matches!(decided, Err(Error::NotFound)), "{decided:?}");
        let opened = ufficio::open_sealed(&app.portal, &elsewhere, id, "per curiosità").await;
        assert!(matches!(opened, Err(Error::NotFound)), "{opened:?}");
        let queue = ufficio::queue(&app.portal, &elsewhere, &QueueQuery::default()).await.unwrap();
        assert_eq!((queue.rows.len(), queue.total.rows), (0, 0));

        let capo = app.operatore("Capo").await;
        assert!(matches!(ufficio::queue(&app.portal, &capo, &QueueQuery::default()).await, Err(Error::Forbidden)));
        for reader in [app.operatore("Lara").await, app.operatore("Ugo").await] {
            ufficio::page(&app.portal, &reader, id).await.unwrap();
            assert!(matches!(ufficio::take(&app.portal, &reader, id, 1).await, Err(Error::Forbidden)));
            let refused = ufficio::decide(&app.portal, &reader, id, &decision(1, false, "no")).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        for outside in [&ctx, &app.nobody(&app.ente)] {
            assert!(matches!(ufficio::page(&app.portal, outside, id).await, Err(Error::SignInNeeded)));
            assert!(matches!(
                ufficio::queue(&app.portal, outside, &QueueQuery::default()).await,
                Err(Error::SignInNeeded)
            ));
        }
        for staff in [app.operatore("Anna").await, app.nobody(&app.ente)] {
            assert!(matches!(bozza::start(&app.portal, &staff, MODELLO).await, Err(Error::SignInNeeded)));
            assert!(matches!(bozza::list(&app.portal, &staff).await, Err(Error::SignInNeeded)));
            assert!(matches!(pratica::list(&app.portal, &staff).await, Err(Error::SignInNeeded)));
            assert!(matches!(pratica::page(&app.portal, &staff, id).await, Err(Error::SignInNeeded)));
            assert!(matches!(pratica::receipt(&app.portal, &staff, id).await, Err(Error::SignInNeeded)));
            assert!(matches!(pratica::withdraw(&app.portal, &staff, id).await, Err(Error::SignInNeeded)));
        }
        let other = app.cittadino("Bianchi").await;
        assert!(matches!(pratica::page(&app.portal, &other, id).await, Err(Error::NotFound)));
        assert!(matches!(pratica::receipt(&app.portal, &other, id).await, Err(Error::NotFound)));
        assert!(matches!(pratica::withdraw(&app.portal, &other, id).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn the_queue_is_found_by_number_and_name_whatever_is_typed() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        app.file(&ctx, &Domanda::new([luca(), Figlio::new("Nicolò", "D'Angelo", 2)])).await;
        let found = async |text: &str, filter: Filter| {
            let query = QueueQuery { filter, text: text.into(), page: 1, ..QueueQuery::default() };
            let queue = ufficio::queue(&app.portal, &anna, &query).await.unwrap();
            queue.rows.into_iter().map(|row| row.alunno).collect::<Vec<_>>()
        };
        let both = vec!["Luca Rossi".to_owned(), "Nicolò D'Angelo".to_owned()];
        assert_eq!(found("", Filter::Open).await, both);
        assert_eq!(found("rossi", Filter::Unassigned).await, both, "one by its child, one by its applicant");
        for text in ["2", "2026/2", "nicolo", "DANGELO", " d'angelo\0"] {
            assert_eq!(found(text, Filter::Open).await, both[1..], "{text:?}");
        }
        let endless = "9".repeat(10_000);
        for text in ["2025/2", "99", "-1", "9223372036854775807", &endless, "x\0y", "👨‍👩‍👧", "2026/", "/"]
        {
            let rows = found(text, Filter::Open).await;
            assert!(rows.is_empty() || !text.chars().any(char::is_alphanumeric), "{text:.20?}: {rows:?}");
        }
        assert_eq!(found("", Filter::Mine).await, Vec::<String>::new());
        assert_eq!(found("", Filter::Closed).await, Vec::<String>::new());
        for page in [0, 2, u32::MAX] {
            let query = QueueQuery { page, ..QueueQuery::default() };
            let queue = ufficio::queue(&app.portal, &anna, &query).await.unwrap();
            assert_eq!((queue.page, queue.rows.len()), (1, 2), "a page that is not there is the first one");
        }
    })
    .await;
}

#[tokio::test]
async fn the_queue_is_narrowed_down_and_put_in_order() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let (_, pratiche) = app.file(&ctx, &Domanda::new([luca(), Figlio::new("Nicolò", "D'Angelo", 2)])).await;
        let (me, today) = (anna.operatore(&Ruolo::ALL).unwrap().persona, calendar::legal_date(app.clock.now()));
        ufficio::take(&app.portal, &anna, pratiche[0], 1).await.unwrap();
        let found = async |query: QueueQuery| {
            let queue = ufficio::queue(&app.portal, &anna, &query).await.unwrap();
            queue.rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
        };
        let all = QueueQuery::default;
        assert_eq!(found(QueueQuery { filter: Filter::Mine, ..all() }).await, ["2026/1"]);
        assert_eq!(found(QueueQuery { assignee: Some(me), ..all() }).await, ["2026/1"]);
        assert_eq!(found(QueueQuery { status: Some(PraticaStatus::Registered), ..all() }).await, ["2026/2"]);
        let school = |codice: &str| QueueQuery { plesso: Some(codice.into()), modello: Some(MODELLO.into()), ..all() };
        assert_eq!(found(school(SCUOLA.0)).await, ["2026/1", "2026/2"], "the school that was chosen in the form");
        assert!(found(school("ALTRA")).await.is_empty());
        let (from, until) = (Some(today), Some(today));
        assert_eq!(found(QueueQuery { from, until, ..all() }).await.len(), 2, "both days belong to it");
        assert!(found(QueueQuery { until: today.pred_opt(), ..all() }).await.is_empty());
        assert!(found(QueueQuery { from: today.succ_opt(), ..all() }).await.is_empty());
        let order = |order, down| QueueQuery { order, down, ..all() };
        assert_eq!(found(order(Order::Number, true)).await, ["2026/2", "2026/1"]);
        assert_eq!(found(order(Order::Assignee, false)).await, ["2026/2", "2026/1"], "nobody's first");
        let queue = ufficio::queue(&app.portal, &anna, &all()).await.unwrap();
        assert!(queue.choices.clerks.iter().any(|(id, _)| *id == me), "{:?}", queue.choices);
        assert!(queue.choices.modelli.iter().any(|(code, _)| code == MODELLO), "{:?}", queue.choices);
        let counts: Vec<i64> = queue.counts.iter().map(|(_, counted)| counted.rows).collect();
        assert_eq!(counts, [2, 1, 1, 0, 0, 0, 0, 0]);
        ufficio::decide(&app.portal, &anna, pratiche[0], &decision(2, true, "")).await.unwrap();
        assert_eq!(found(QueueQuery { text: "rossi".into(), ..all() }).await, ["2026/2"], "in its filter");
        let everywhere = QueueQuery { text: "rossi".into(), filter: Filter::All, ..all() };
        assert_eq!(found(everywhere).await.len(), 2, "closed ones too");
        at_peace(app).await;
    })
    .await;
}

fn for_reason(reason: &str) -> Opening<'_> {
    Opening { reason, unscanned: false }
}
