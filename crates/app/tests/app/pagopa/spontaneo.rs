//! The public door: a payment without a notice, what it stands for, a notice that somebody holds.

use chrono::{Datelike, TimeDelta};
use sportello_app::{
    Ctx, Error,
    pagamenti::{self, Outcome, Return},
    riconciliazione::{self, Esito, Hint, Outcome as Settled, PaymentState, Subject},
    spontaneo::{self, Begun, Link},
    testing::{App, codice_fiscale, each},
};
use sportello_domain::{
    avviso::NumeroAvviso,
    calendar,
    fatturazione::Modalita,
    foglio::Formato,
    posizione::{Anomalia, PosizioneStatus},
    ruolo::Ruolo,
    spontaneo::{Campo, Modulo, Problem},
};
use sportello_store::{
    Json,
    spontaneo::{self as row},
};

use super::world::{World, notice};
use crate::common::{count, taken_out};

fn key(number: u8) -> String {
    format!("{number:02x}").repeat(32)
}

/// A right form over an amount, for the child Luca of the parent Rossi.
fn modulo(app: &App, importo: &str) -> Modulo {
    let today = calendar::legal_date(app.clock.now());
    Modulo {
        cf: codice_fiscale("Rossi"),
        nome: "Mario Rossi".into(),
        email: "chi.paga@posta.example".into(),
        alunno: "Rossi Luca".into(),
        periodi: vec![format!("{:04}-{:02}", today.year(), today.month())],
        struttura: "primaria".into(),
        importo: importo.into(),
        utente: String::new(),
        dati: String::new(),
    }
}

async fn begin(app: &App, modulo: &Modulo, number: u8) -> sportello_app::Result<Begun> {
    spontaneo::begin(&app.portal, &app.nobody(&app.ente), modulo, &key(number)).await
}

async fn begun(app: &App, importo: &str, number: u8) -> Link {
    match begin(app, &modulo(app, importo), number).await {
        Ok(Begun::At(link)) => link,
        other => panic!("it was not begun: {other:?}"),
    }
}

/// Pays what a link leads to, as the node does; gives what the office has to look at.
async fn pay(world: &World<'_>, link: &Link, id: &str) -> Option<Anomalia> {
    let page = page(world.app, link).await;
    world.book(id, &page.notice.replace(' ', ""), page.amount.cents()).await
}

fn nobody(app: &App) -> Ctx {
    app.nobody(&app.ente)
}

async fn page(app: &App, link: &Link) -> spontaneo::Pagamento {
    spontaneo::page(&app.portal, &nobody(app), link).await.unwrap()
}

async fn queue(world: &World<'_>) -> usize {
    let ente = world.app.ente.id;
    world
        .app
        .portal
        .store()
        .read(ente, async move |read| row::unmatched(read, ente, (10, 0)).await)
        .await
        .unwrap()
        .len()
}

#[tokio::test]
async fn a_payment_is_begun_paid_and_seen_by_its_link_alone() {
    each(async |app| {
        let world = World::new(app).await;
        let link = begun(app, "139,20", 1).await;
        let shown = page(app, &link).await;
        assert_eq!((shown.nome.as_str(), shown.amount.cents(), shown.outcome), ("Mario Rossi", 13_920, None));
        assert!(shown.causale.starts_with("Mensa scolastica ") && shown.causale.ends_with(" - pagamento spontaneo"));
        assert!(!shown.causale.contains("Rossi") && NumeroAvviso::parse(&shown.notice).is_ok());
        assert_eq!((shown.periodi.len(), shown.until - shown.due_on), (1, TimeDelta::days(30)));
        let wrong = Link("0".repeat(64));
        assert!(matches!(spontaneo::page(&app.portal, &nobody(app), &wrong).await, Err(Error::NotFound)));
        let elsewhere = app.nobody(&app.altrove);
        assert!(matches!(spontaneo::page(&app.portal, &elsewhere, &link).await, Err(Error::NotFound)));
        let site = spontaneo::pay(&app.portal, &nobody(app), &link, &key(9)).await.unwrap();
        let cart = app.till.carts().pop().unwrap();
        assert!(site.0.ends_with(&cart.id_cart));
        assert_eq!(cart.email.as_deref(), Some("chi.paga@posta.example"));
        assert_eq!(cart.back.ok, format!("http://127.0.0.1:8080/pagopa/prova/pagamento/{}?come=ok", link.0));
        spontaneo::returned(&app.portal, &nobody(app), &link, Return::Waiting).await.unwrap();
        assert_eq!(page(app, &link).await.outcome, Some(Outcome::BeingVerified));
        let again = spontaneo::pay(&app.portal, &nobody(app), &link, &key(8)).await;
        assert!(matches!(again, Err(Error::NotAllowedNow)));
        assert_eq!(pay(&world, &link, "r1").await, None);
        app.work().await;
        let paid = page(app, &link).await;
        assert_eq!((paid.outcome, paid.amount.cents()), (Some(Outcome::Paid), 13_920));
        assert_eq!(paid.receipt.unwrap().receipt_id, "r1");
        let sent = app.inbox.all();
        assert_eq!((sent.len(), sent[0].to.as_str()), (1, "chi.paga@posta.example"));
        app.clock.pass(TimeDelta::days(61));
        assert!(matches!(spontaneo::page(&app.portal, &nobody(app), &link).await, Err(Error::NotFound)), "it is over");
        world.at_peace().await;
    })
    .await;
}

#[tokio::test]
async fn the_same_form_begins_one_payment_and_a_wrong_one_none() {
    each(async |app| {
        let link = begun(app, "10,00", 1).await;
        assert_eq!(begun(app, "10,00", 1).await, link);
        assert!(matches!(begin(app, &modulo(app, "11,00"), 1).await, Err(Error::KeyReused)));
        assert_ne!(begun(app, "10,00", 2).await, link, "another form is another payment");
        for (importo, problem) in [("10.000", Problem::Ambiguous), ("0", Problem::NotPositive)] {
            let wrong = begin(app, &modulo(app, importo), 3).await.unwrap();
            assert!(matches!(&wrong, Begun::Wrong(found) if *found == [(Campo::Importo, problem)]), "{wrong:?}");
        }
        assert!(matches!(
            spontaneo::begin(&app.portal, &nobody(app), &modulo(app, "1,00"), "kurz").await,
            Err(Error::Unacceptable(_))
        ));
        assert_eq!(count(app, "SELECT count(*) FROM posizione_debitoria WHERE ente_id = $1").await, 2);
        let twin = modulo(app, "12,00");
        let (a, b) = tokio::join!(begin(app, &twin, 7), begin(app, &twin, 7));
        assert!(matches!((a.unwrap(), b.unwrap()), (Begun::At(a), Begun::At(b)) if a == b));
        let all = "SELECT count(*) FROM pagamento_spontaneo WHERE ente_id = $1";
        assert_eq!(count(app, all).await, 3);
    })
    .await;
}

#[tokio::test]
async fn one_codice_fiscale_begins_ten_payments_in_an_hour() {
    each(async |app| {
        for number in 0..10 {
            begun(app, "10,00", number).await;
        }
        assert!(matches!(begin(app, &modulo(app, "10,00"), 10).await, Err(Error::Busy)));
        assert!(begin(app, &modulo(app, "10,00"), 3).await.is_ok(), "a repetition is none");
        app.clock.pass(TimeDelta::hours(1));
        begun(app, "10,00", 10).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_written_stands_nowhere_in_clear() {
    each(async |app| {
        let link = begun(app, "10,00", 1).await;
        let ente = app.ente.id;
        let rows = app.portal.store().read(ente, async move |read| {
            let kept: Vec<(Vec<u8>, Json<serde_json::Value>, String)> = read
                .fetch_all(
                    "SELECT sealed_dati, periodi, struttura FROM pagamento_spontaneo WHERE ente_id = $1",
                    sportello_store::binds![ente],
                )
                .await?;
            let links: Vec<(Vec<u8>,)> = read
                .fetch_all("SELECT link_hash FROM link_pagamento WHERE ente_id = $1", sportello_store::binds![ente])
                .await?;
            Ok((kept, links))
        });
        let (kept, links) = rows.await.unwrap();
        for secret in ["Rossi", "posta.example", codice_fiscale("Rossi").as_str(), link.0.as_str()] {
            let inside = |bytes: &[u8]| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!inside(&kept[0].0) && !inside(&links[0].0), "{secret}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_payment_closes_the_debts_it_certainly_stands_for() {
    each(async |app| {
        let world = World::new(app).await;
        // Golden example 15: 139.20 settles 81.00 and 58.20, not 40.00.
        let debts = [world.debt(1, 8_100).await, world.debt(2, 5_820).await, world.debt(3, 4_000).await];
        let link = begun(app, "139,20", 1).await;
        assert_eq!(pay(&world, &link, "r1").await, None);
        app.work().await;
        for (debt, status) in debts.iter().zip([PosizioneStatus::Paid, PosizioneStatus::Paid, PosizioneStatus::Open]) {
            assert_eq!(world.status(*debt).await, status);
        }
        assert_eq!(queue(&world).await, 0);
        let balance = world.balance().await;
        assert_eq!((balance.receipts, balance.line_cents), (1, 13_920), "the ledger has what came, once");
        let shown = pagamenti::receipt(&app.portal, &world.parent, debts[0]).await.unwrap();
        assert_eq!((shown.receipt_id.as_str(), shown.amount.cents()), ("r1", 13_920));
        let list = pagamenti::list(&app.portal, &world.parent).await.unwrap();
        assert_eq!(list.iter().filter(|debt| debt.receipt && !debt.payable).count(), 2);
        app.clock.pass(TimeDelta::days(3));
        assert_eq!(world.book("r2", notice(1).as_str(), 8_100).await, Some(Anomalia::Twice));
        let shown = pagamenti::receipt(&app.portal, &world.parent, debts[0]).await.unwrap();
        assert_eq!(shown.receipt_id, "r1", "the receipt that paid it");
        world.at_peace().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_certain_waits_for_the_office() {
    each(async |app| {
        let world = World::new(app).await;
        let debts = [world.debt(1, 5_000).await, world.debt(2, 3_000).await, world.debt(3, 2_000).await];
        let banking = world.debt_in(4, 7_000, Modalita::Sdd, PosizioneStatus::Collecting).await;
        let two_ways = begun(app, "50,00", 1).await;
        let no_sum = begun(app, "70,01", 2).await;
        let in_the_bank = begun(app, "70,00", 3).await;
        pay(&world, &no_sum, "r1").await;
        pay(&world, &two_ways, "r2").await;
        app.work().await;
        assert_eq!(queue(&world).await, 2);
        for debt in debts {
            assert_eq!(world.status(debt).await, PosizioneStatus::Open);
        }
        // 50 + 20: the debt of 70 is on its way to the bank and does not count.
        pay(&world, &in_the_bank, "r3").await;
        app.work().await;
        assert_eq!(world.status(banking).await, PosizioneStatus::Collecting);
        assert_eq!(
            (world.status(debts[0]).await, world.status(debts[2]).await),
            (PosizioneStatus::Paid, PosizioneStatus::Paid)
        );
        world.force(banking, PosizioneStatus::Open).await;
        world.at_peace().await;
    })
    .await;
}

#[tokio::test]
async fn only_the_pair_of_notice_and_codice_fiscale_opens_a_notice() {
    each(async |app| {
        let world = World::new(app).await;
        world.debt(1, 8_100).await;
        let (mine, other) = (codice_fiscale("Rossi"), codice_fiscale("Verdi"));
        let ctx = nobody(app);
        let look = async |base, cf: &str| spontaneo::by_notice(&app.portal, &ctx, &notice(base), cf).await;
        assert!(matches!(look(1, &other).await, Err(Error::NotFound)));
        assert!(matches!(look(2, &mine).await, Err(Error::NotFound)));
        let link = look(1, &mine).await.unwrap();
        let shown = page(app, &link).await;
        assert_eq!((shown.nome, shown.amount.cents(), shown.periodi.len()), (mine.clone(), 8_100, 0));
        assert!(spontaneo::notice(&app.portal, &ctx, &link).await.unwrap().content.starts_with(b"%PDF-"));
        assert!(spontaneo::pay(&app.portal, &ctx, &link, &key(1)).await.is_ok());
        for _ in 0..18 {
            assert!(matches!(look(2, &mine).await, Err(Error::NotFound)));
        }
        assert!(matches!(look(1, &mine).await, Err(Error::NotFound)), "too many looks: the same answer");
        app.clock.pass(TimeDelta::hours(1));
        assert!(look(1, &mine).await.is_ok());
        app.clock.pass(TimeDelta::days(2));
        assert!(matches!(spontaneo::page(&app.portal, &ctx, &link).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_waits_leaves_as_one_table() {
    each(async |app| {
        let world = World::new(app).await;
        let first = begun(app, "50,00", 1).await;
        app.clock.pass(TimeDelta::seconds(1));
        let second = begun(app, "7,00", 2).await;
        pay(&world, &first, "r1").await;
        pay(&world, &second, "r2").await;
        world.book("r3", notice(99).as_str(), 700).await;
        app.work().await;
        let rita = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        let table = async |ctx| {
            let table = riconciliazione::take_out(&app.portal, ctx, Formato::Csv).await;
            taken_out(app, ctx, "riconciliazione.export_list", table).await
        };
        assert_eq!(table(&rita).await, [
            "attesa.cosa;attesa.riferimento;attesa.chi_paga;attesa.alunno;attesa.problema;attesa.dal;attesa.importo",
            "pagamento;;Mario Rossi;Rossi Luca;;2026-09-04;50,00",
            "pagamento;;Mario Rossi;Rossi Luca;;2026-09-04;7,00",
            "ricevuta;3020 0000 0100 0099 60;;;sconosciuta;2026-09-04;7,00",
        ]);
        let elsewhere = app.operatore_di(&app.altrove, "Rita", &[Ruolo::Ragioneria]).await;
        assert_eq!(table(&elsewhere).await.len(), 1, "the headings alone");
    })
    .await;
}

#[tokio::test]
async fn the_accounts_office_says_what_a_payment_stands_for() {
    each(async |app| {
        let world = World::new(app).await;
        let debts = [world.debt(1, 5_000).await, world.debt(2, 3_000).await, world.debt(3, 2_000).await];
        let first = begun(app, "50,00", 1).await;
        app.clock.pass(TimeDelta::seconds(1));
        let second = begun(app, "7,00", 2).await;
        pay(&world, &first, "r1").await;
        pay(&world, &second, "r2").await;
        world.book("r3", notice(99).as_str(), 700).await;
        app.work().await;
        let rita = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        let anna = app.operatore("Anna").await;
        assert!(matches!(riconciliazione::queue(&app.portal, &anna).await, Err(Error::Forbidden)));
        assert!(matches!(riconciliazione::queue(&app.portal, &world.parent).await, Err(Error::SignInNeeded)));
        let queue = riconciliazione::queue(&app.portal, &rita).await.unwrap();
        assert_eq!((queue.receipts.len(), queue.receipts[0].anomalia), (1, Anomalia::Unknown));
        let waits = &queue.unmatched[0];
        assert_eq!((waits.nome.as_str(), waits.amount.cents()), ("Mario Rossi", 5_000));
        let (id, other) = (waits.id, queue.unmatched[1].id);
        let page = riconciliazione::payment(&app.portal, &rita, id).await.unwrap();
        let PaymentState::Waiting(candidates) = page.state else { panic!("it waits: {page:?}") };
        let hints: Vec<_> = candidates.iter().map(|one| (one.owed.cents(), one.hints.as_slice())).collect();
        let (child, amount, sum) = (Hint::Child, Hint::Amount, Hint::Sum);
        assert_eq!(hints, [(5_000, &[child, amount][..]), (3_000, &[child, sum][..]), (2_000, &[child, sum][..])]);
        for wrong in [&debts[..], &debts[1..2], &[]] {
            let refused = riconciliazione::assign(&app.portal, &rita, id, wrong).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))));
        }
        assert!(matches!(riconciliazione::assign(&app.portal, &anna, id, &debts[..1]).await, Err(Error::Forbidden)));
        riconciliazione::assign(&app.portal, &rita, id, &debts[1..]).await.unwrap();
        let paid = [PosizioneStatus::Open, PosizioneStatus::Paid, PosizioneStatus::Paid];
        for (debt, status) in debts.iter().zip(paid) {
            assert_eq!(world.status(*debt).await, status);
        }
        // Who comes second reads who was first.
        let sara = app.operatore_di(&app.ente, "Sara", &[Ruolo::Ragioneria]).await;
        let again = riconciliazione::assign(&app.portal, &sara, id, &debts[..1]).await;
        assert!(matches!(again, Err(Error::NotAllowedNow)));
        let page = riconciliazione::payment(&app.portal, &sara, id).await.unwrap();
        let decided = page.decided.unwrap();
        assert!(matches!(page.state, PaymentState::Matched(debts) if debts.len() == 2));
        assert_eq!((decided.esito, decided.by_me), (Esito::Matched, false));
        assert!(decided.by.contains("Rita"), "{}", decided.by);
        let resolve = async |ctx, subject: &Subject, reason: &str| {
            riconciliazione::resolve(&app.portal, ctx, subject.clone(), Settled::Refunded, reason).await
        };
        for subject in [Subject::Pagamento(other), Subject::Ricevuta("r3".into())] {
            assert!(matches!(resolve(&rita, &subject, " no ").await, Err(Error::Unacceptable(_))));
            assert!(matches!(resolve(&anna, &subject, "rimborso").await, Err(Error::Forbidden)));
            let (a, b) = tokio::join!(resolve(&rita, &subject, "bonifico"), resolve(&sara, &subject, "bonifico"));
            assert!(a.is_ok() != b.is_ok(), "one of two is first: {a:?} {b:?}");
            let second = a.and(b);
            assert!(matches!(second, Err(Error::NotAllowedNow)), "{second:?}");
        }
        for unknown in [Subject::Ricevuta("r1".into()), Subject::Ricevuta("boh".into())] {
            assert!(matches!(resolve(&rita, &unknown, "bonifico").await, Err(Error::NotFound)), "{unknown:?}");
        }
        let queue = riconciliazione::queue(&app.portal, &rita).await.unwrap();
        assert!(queue.unmatched.is_empty() && queue.receipts.is_empty());
        assert_eq!(queue.done.len(), 3);
        world.at_peace().await;
    })
    .await;
}
