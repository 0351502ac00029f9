//! A parent pays: the list, the cart, the way back, the receipt.

use chrono::{NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, Error, Result,
    documenti_contabili::DebitoState,
    pagamenti::{self, Outcome, PaymentSite, Return},
    testing::{Mood, each},
};
use sportello_domain::{
    fatturazione::Modalita,
    id::{PosizioneId, TentativoId},
    posizione::PosizioneStatus,
};

use super::world::{World, notice, receipt};
use crate::common::count;

/// A key as pages make them.
fn key(number: u8) -> String {
    format!("{number:02x}").repeat(32)
}

async fn start(world: &World<'_>, ctx: &Ctx, debts: &[PosizioneId], number: u8) -> Result<PaymentSite> {
    pagamenti::start(&world.app.portal, ctx, debts.to_vec(), &key(number)).await
}

/// The attempt of the last cart.
fn last(world: &World<'_>) -> TentativoId {
    let carts = world.app.till.carts();
    let back = &carts.last().unwrap().back.ok;
    back.split_once("/esito/").unwrap().1.split_once('?').unwrap().0.parse().unwrap()
}

async fn state(world: &World<'_>, debt: PosizioneId) -> (DebitoState, bool) {
    let debts = pagamenti::list(&world.app.portal, &world.parent).await.unwrap();
    let found = debts.iter().find(|row| row.id == debt).unwrap();
    (found.state, found.payable)
}

async fn come_back(world: &World<'_>, id: TentativoId, way: Return) -> Outcome {
    let (portal, ctx) = (&world.app.portal, &world.parent);
    pagamenti::returned(portal, ctx, id, way).await.unwrap();
    pagamenti::attempt(portal, ctx, id).await.unwrap().outcome
}

#[tokio::test]
async fn the_list_has_the_persons_own_debts_in_words_of_their_state() {
    each(async |app| {
        let world = World::new(app).await;
        let open = world.debt(27, 8_100).await;
        let overdue = world.debt(0, 4_000).await;
        let sdd = world.debt_in(5, 300, Modalita::Sdd, PosizioneStatus::Open).await;
        let failed = world.debt_in(6, 300, Modalita::Sdd, PosizioneStatus::Unpaid).await;
        app.clock.pass(TimeDelta::days(1));
        assert_eq!(state(&world, open).await, (DebitoState::ToPay, true));
        assert_eq!(state(&world, overdue).await, (DebitoState::Overdue, true));
        assert_eq!(state(&world, sdd).await, (DebitoState::Debit { on: None }, false));
        assert_eq!(state(&world, failed).await, (DebitoState::DebitFailed, true));
        let list = pagamenti::list(&app.portal, &world.parent).await.unwrap();
        assert_eq!((list[0].id, list[0].alunno.as_str(), list[0].amount.cents()), (overdue, "Luca Rossi", 4_000));
        let other = app.cittadino("Verdi").await;
        assert!(pagamenti::list(&app.portal, &other).await.unwrap().is_empty());
        let nobody = app.nobody(&app.ente);
        assert!(matches!(pagamenti::list(&app.portal, &nobody).await, Err(Error::SignInNeeded)));
        let neighbour = app.cittadino_di(&app.altrove, "Rossi").await;
        assert!(pagamenti::list(&app.portal, &neighbour).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_cart_has_present_amounts_and_the_same_form_leads_to_the_same_cart() {
    each(async |app| {
        let world = World::new(app).await;
        let debts = [world.debt(1, 8_100).await, world.debt(2, 4_000).await];
        let site = start(&world, &world.parent, &debts, 1).await.unwrap();
        let carts = app.till.carts();
        let cart = &carts[0];
        assert_eq!((carts.len(), cart.notices.len(), cart.id_cart.len()), (1, 2, 32));
        let mut sent: Vec<_> = cart
            .notices
            .iter()
            .map(|one| (one.numero.clone(), one.amount.cents(), one.causale.contains("Rossi")))
            .collect();
        sent.sort_unstable();
        assert_eq!(sent, [(notice(1), 8_100, false), (notice(2), 4_000, false)]);
        assert_eq!(cart.email.as_deref(), Some("rossi@posta.example"));
        let root = "http://127.0.0.1:8080/prova/servizi-scolastici/pagamenti/esito/";
        for (address, word) in [
            (&cart.back.ok, "ok"),
            (&cart.back.cancel, "annullato"),
            (&cart.back.error, "errore"),
            (&cart.back.waiting, "attesa"),
        ] {
            assert!(address.starts_with(root) && address.ends_with(&format!("?come={word}")), "{address}");
        }
        assert_eq!(start(&world, &world.parent, &debts, 1).await.unwrap(), site);
        assert_eq!(start(&world, &world.parent, &[debts[1], debts[0]], 2).await.unwrap(), site, "nobody left it yet");
        assert_eq!(app.till.carts().len(), 1);
        assert!(matches!(start(&world, &world.parent, &debts[..1], 1).await, Err(Error::KeyReused)));
        app.clock.pass(TimeDelta::minutes(9));
        assert_ne!(start(&world, &world.parent, &debts, 3).await.unwrap(), site);
        assert_eq!(count(app, "SELECT count(*) FROM tentativo_pagamento WHERE ente_id = $1").await, 2);
    })
    .await;
}

#[tokio::test]
async fn only_own_payable_debts_go_into_a_cart() {
    each(async |app| {
        let world = World::new(app).await;
        let debt = world.debt(1, 8_100).await;
        let sdd = world.debt_in(2, 300, Modalita::Sdd, PosizioneStatus::Open).await;
        let paid = world.debt_in(3, 300, Modalita::PagoPa, PosizioneStatus::Paid).await;
        let other = app.cittadino("Verdi").await;
        let neighbour = app.cittadino_di(&app.altrove, "Rossi").await;
        for stranger in [&other, &neighbour] {
            assert!(matches!(start(&world, stranger, &[debt], 1).await, Err(Error::NotFound)));
        }
        for closed in [sdd, paid] {
            assert!(matches!(start(&world, &world.parent, &[debt, closed], 2).await, Err(Error::NotAllowedNow)));
        }
        let mut many = Vec::new();
        for base in 10..16 {
            many.push(world.debt(base, 100).await);
        }
        for wrong in [&[][..], &many] {
            assert!(matches!(start(&world, &world.parent, wrong, 3).await, Err(Error::Unacceptable(_))));
        }
        let short = pagamenti::start(&app.portal, &world.parent, vec![debt], "abc").await;
        assert!(matches!(short, Err(Error::Unacceptable(_))));
        assert!(app.till.carts().is_empty());
        assert!(start(&world, &world.parent, &many[..5], 4).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn coming_back_never_pays_and_blocks_a_second_attempt_for_a_while() {
    each(async |app| {
        let world = World::new(app).await;
        let debt = world.debt(27, 8_100).await;
        start(&world, &world.parent, &[debt], 1).await.unwrap();
        let first = last(&world);
        assert_eq!(come_back(&world, first, Return::Cancel).await, Outcome::Cancelled);
        assert_eq!(state(&world, debt).await, (DebitoState::ToPay, true));
        assert!(matches!(start(&world, &world.parent, &[debt], 1).await, Err(Error::NotAllowedNow)), "a used form");
        start(&world, &world.parent, &[debt], 2).await.unwrap();
        let second = last(&world);
        assert_ne!(first, second);
        assert_eq!(come_back(&world, second, Return::Ok).await, Outcome::BeingVerified);
        assert_eq!(come_back(&world, second, Return::Error).await, Outcome::BeingVerified, "a receipt may still come");
        assert_eq!(state(&world, debt).await, (DebitoState::BeingVerified, false));
        assert_eq!(world.status(debt).await, PosizioneStatus::Open);
        assert!(world.verify(notice(27).as_str()).await.is_ok(), "the node is not told of attempts");
        assert!(matches!(start(&world, &world.parent, &[debt], 3).await, Err(Error::NotAllowedNow)));
        app.clock.pass(TimeDelta::minutes(15));
        assert_eq!(state(&world, debt).await, (DebitoState::ToPay, true));
        assert!(start(&world, &world.parent, &[debt], 3).await.is_ok());
        let other = app.cittadino("Verdi").await;
        for id in [first, second] {
            assert!(matches!(pagamenti::returned(&app.portal, &other, id, Return::Ok).await, Err(Error::NotFound)));
            assert!(matches!(pagamenti::attempt(&app.portal, &other, id).await, Err(Error::NotFound)));
        }
    })
    .await;
}

#[tokio::test]
async fn receipts_close_the_attempt_whatever_the_browser_said() {
    each(async |app| {
        let world = World::new(app).await;
        let debts = [world.debt(1, 8_100).await, world.debt(2, 4_000).await];
        start(&world, &world.parent, &debts, 1).await.unwrap();
        let (id, cart) = (last(&world), app.till.carts()[0].id_cart.clone());
        assert_eq!(come_back(&world, id, Return::Error).await, Outcome::Failed);
        let paid = |receipt_id: &str, base, cents| sportello_app::nodo::Receipt {
            id_cart: Some(cart.clone()),
            ..receipt(receipt_id, notice(base).as_str(), cents)
        };
        world.send(paid("r1", 1, 8_100)).await.unwrap();
        let half = pagamenti::attempt(&app.portal, &world.parent, id).await.unwrap();
        assert_eq!((half.outcome, half.receipts.len()), (Outcome::Failed, 1));
        world.send(paid("r2", 2, 4_000)).await.unwrap();
        let whole = pagamenti::attempt(&app.portal, &world.parent, id).await.unwrap();
        assert_eq!((whole.outcome, whole.receipts.len()), (Outcome::Paid, 2));
        assert_eq!(come_back(&world, id, Return::Cancel).await, Outcome::Paid);
        // 22.30 in Greenwich is the next day in Rome.
        let on = NaiveDate::from_ymd_opt(2026, 9, 4).unwrap();
        assert_eq!(state(&world, debts[0]).await, (DebitoState::Paid { on }, false));
        let shown = pagamenti::receipt(&app.portal, &world.parent, debts[0]).await.unwrap();
        assert_eq!(
            (shown.receipt_id.as_str(), shown.amount.cents(), shown.psp.as_str()),
            ("r1", 8_100, "Banca di prova")
        );
        assert_eq!(shown.notice, notice(1).grouped());
        let other = app.cittadino("Verdi").await;
        assert!(matches!(pagamenti::receipt(&app.portal, &other, debts[0]).await, Err(Error::NotFound)));
        let closed = "SELECT count(*) FROM tentativo_pagamento WHERE ente_id = $1 AND status = 'riuscito'";
        assert_eq!(count(app, closed).await, 1);
        world.at_peace().await;
    })
    .await;
}

#[tokio::test]
async fn a_payment_site_that_fails_leaves_nothing_blocked() {
    each(async |app| {
        let world = World::new(app).await;
        let debt = world.debt(27, 8_100).await;
        app.till.set(Mood::Silent);
        assert!(matches!(start(&world, &world.parent, &[debt], 1).await, Err(Error::Elsewhere(_))));
        app.till.set(Mood::Refusing);
        assert!(matches!(start(&world, &world.parent, &[debt], 2).await, Err(Error::NotAllowedNow)));
        assert_eq!(state(&world, debt).await, (DebitoState::ToPay, true));
        app.till.set(Mood::Open);
        assert!(start(&world, &world.parent, &[debt], 3).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_notice_is_printed_for_its_debtor_while_it_can_be_paid() {
    each(async |app| {
        let world = World::new(app).await;
        let debt = world.debt(1, 8_100).await;
        let pdf = pagamenti::notice(&app.portal, &world.parent, debt).await.unwrap();
        assert_eq!(pdf.name, format!("avviso-{}.pdf", notice(1)));
        assert!(pdf.content.starts_with(b"%PDF-"));
        let other = app.cittadino("Verdi").await;
        assert!(matches!(pagamenti::notice(&app.portal, &other, debt).await, Err(Error::NotFound)));
        world.book("r1", notice(1).as_str(), 8_100).await;
        assert!(matches!(pagamenti::notice(&app.portal, &world.parent, debt).await, Err(Error::NotAllowedNow)));
    })
    .await;
}
