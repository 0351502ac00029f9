//! What the node hears, and what a receipt does.

use chrono::NaiveDate;
use mail_parser::MessageParser;
use sportello_app::{
    Error,
    nodo::{self, Booked, Refused},
    testing::each,
};
use sportello_domain::{
    fatturazione::Modalita,
    posizione::{Anomalia, PosizioneStatus},
    riscossione::DuplicateReceiptAnswer,
};
use sportello_store::{
    nodo_messaggio::{self, Answered},
    ricevuta,
};

use super::world::{World, call, notice, receipt};
use crate::common::count;

#[tokio::test]
async fn a_notice_is_read_anew_each_time_and_asking_changes_nothing() {
    each(async |app| {
        let world = World::new(app).await;
        let debt = world.debt(1, 8_100).await;
        let number = notice(1);
        let before = world.row(debt).await;
        let owed = world.verify(number.as_str()).await.unwrap();
        assert_eq!((owed.amount.cents(), owed.due_on), (8_100, NaiveDate::from_ymd_opt(2026, 9, 2).unwrap()));
        assert_eq!(owed.causale, "Mensa scolastica ottobre 2026 - retta 1/M/2026");
        let payment = world.get(number.as_str()).await.unwrap();
        assert_eq!((payment.owed, payment.iuv.as_str()), (owed, number.iuv()));
        assert_eq!(payment.debtor_name, "Mario Rossi");
        assert_eq!(payment.debtor, world.parent.cittadino().unwrap().codice_fiscale);
        assert_eq!(
            (payment.iban.as_str(), payment.tassonomia.as_str()),
            ("IT48Z9999999999000000001000", "9/0107101TS/")
        );
        assert_eq!(world.row(debt).await, before);
        for (status, refused) in [
            (PosizioneStatus::Cancelled, Refused::Cancelled),
            (PosizioneStatus::Collecting, Refused::InProgress),
            (PosizioneStatus::Debited, Refused::Paid),
            (PosizioneStatus::Paid, Refused::Paid),
        ] {
            world.force(debt, status).await;
            assert_eq!(world.verify(number.as_str()).await.unwrap_err(), refused);
            assert_eq!(world.get(number.as_str()).await.unwrap_err(), refused);
        }
        world.force(debt, PosizioneStatus::Unpaid).await;
        assert!(world.verify(number.as_str()).await.is_ok());
        for unknown in [notice(2).as_str(), "302000000000000185", ""] {
            assert_eq!(world.verify(unknown).await.unwrap_err(), Refused::Unknown);
        }
        world.debt_in(3, 8_100, Modalita::Sdd, PosizioneStatus::Open).await;
        assert_eq!(world.verify(notice(3).as_str()).await.unwrap_err(), Refused::Unknown);
        assert_eq!(world.verify_at(&app.altrove, number.as_str()).await.unwrap_err(), Refused::Unknown);
        assert_eq!(count(app, "SELECT count(*) FROM ricevuta_pagopa WHERE ente_id = $1").await, 0);
    })
    .await;
}

#[tokio::test]
async fn every_call_is_kept_sealed_with_its_answer() {
    each(async |app| {
        let world = World::new(app).await;
        world.debt(1, 8_100).await;
        world.verify(notice(1).as_str()).await.unwrap();
        world.get(notice(2).as_str()).await.unwrap_err();
        nodo::keep(&app.portal, Some(app.ente.id), call("paDemandPaymentNotice"), "PAA_SEMANTICA").await.unwrap();
        nodo::keep(&app.portal, None, call(""), "PAA_ID_DOMINIO_ERRATO").await.unwrap();
        world.book("r1", notice(1).as_str(), 8_100).await;
        let (ente, from) = (app.ente.id, app.clock.now());
        let rows = app.portal.store().read(ente, async move |read| nodo_messaggio::since(read, ente, from).await);
        let rows = rows.await.unwrap();
        let answers: Vec<_> =
            rows.iter().map(|row| (row.operation.as_str(), row.outcome, row.fault_code.as_deref())).collect();
        assert_eq!(answers.len(), 4);
        for expected in [
            ("paVerifyPaymentNotice", Answered::Ok, None),
            ("paGetPaymentV2", Answered::Ko, Some("PAA_PAGAMENTO_SCONOSCIUTO")),
            ("paDemandPaymentNotice", Answered::Ko, Some("PAA_SEMANTICA")),
            ("paSendRTV2", Answered::Ok, None),
        ] {
            assert!(answers.contains(&expected), "{expected:?}");
        }
        assert!(rows.iter().all(|row| !row.sealed_raw.as_bytes().windows(5).any(|part| part == b"Rossi")));
        let platform = sportello_domain::id::EnteId::PLATFORM;
        let foreign =
            app.portal.store().read(platform, async move |read| nodo_messaggio::since(read, platform, from).await);
        assert_eq!(foreign.await.unwrap().len(), 1);
        world.at_peace().await;
    })
    .await;
}

#[tokio::test]
async fn a_receipt_is_booked_once_and_tells_the_payer() {
    each(async |app| {
        let world = World::new(app).await;
        let debt = world.debt(1, 8_100).await;
        let number = notice(1);
        assert_eq!(world.book("r1", number.as_str(), 8_100).await, None);
        assert_eq!(world.status(debt).await, PosizioneStatus::Paid);
        assert_eq!(world.row(debt).await.settled_cents, 8_100);
        assert_eq!(world.verify(number.as_str()).await.unwrap_err(), Refused::Paid);
        let balance = world.balance().await;
        assert_eq!((balance.receipts, balance.receipt_cents, balance.is_even()), (1, 8_100, true));
        let again = world.send(receipt("r1", number.as_str(), 8_100)).await.unwrap();
        assert_eq!(again, Booked::Duplicate { answer: DuplicateReceiptAnswer::Ko });
        assert_eq!(world.balance().await, balance);
        app.work().await;
        let sent = app.inbox.all();
        assert_eq!((sent.len(), sent[0].to.as_str()), (1, "rossi@posta.example"));
        let letter = MessageParser::default().parse(sent[0].raw.as_bytes()).unwrap();
        let text = letter.body_text(0).unwrap();
        assert!(text.contains(&format!("/servizi-scolastici/pagamenti/ricevuta/{debt}")), "{text}");
        assert_eq!(letter.subject(), Some("[DIMOSTRAZIONE] Abbiamo ricevuto il tuo pagamento"));
        assert!(!text.contains("81,00"), "an amount has no place in a message");
        let ente = app.ente.id;
        let raw = app.portal.store().read(ente, async move |read| ricevuta::raw(read, ente, "r1").await).await;
        let raw = raw.unwrap().unwrap();
        assert!(!raw.as_bytes().windows(5).any(|part| part == b"Rossi"));
        world.at_peace().await;
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_booked_and_shown_to_the_office() {
    each(async |app| {
        let world = World::new(app).await;
        let [paid, cancelled, part, more, collecting] = [
            world.debt(1, 100).await,
            world.debt(2, 200).await,
            world.debt(3, 300).await,
            world.debt(4, 400).await,
            world.debt(5, 500).await,
        ];
        world.book("r1", notice(1).as_str(), 100).await;
        assert_eq!(world.book("r2", notice(1).as_str(), 100).await, Some(Anomalia::Twice));
        world.force(cancelled, PosizioneStatus::Cancelled).await;
        assert_eq!(world.book("r3", notice(2).as_str(), 200).await, Some(Anomalia::Cancelled));
        assert_eq!(world.status(cancelled).await, PosizioneStatus::Paid, "the receipt wins");
        assert_eq!(world.book("r4", notice(3).as_str(), 100).await, Some(Anomalia::OtherAmount));
        assert_eq!(world.verify(notice(3).as_str()).await.unwrap().amount.cents(), 200, "the rest is still owed");
        assert_eq!(world.book("r5", notice(3).as_str(), 200).await, None);
        assert_eq!(world.book("r6", notice(4).as_str(), 401).await, Some(Anomalia::OtherAmount));
        assert_eq!(world.book("r7", notice(99).as_str(), 700).await, Some(Anomalia::Unknown));
        assert_eq!(world.book("r8", "999999999999999999", 800).await, Some(Anomalia::Unknown));
        world.force(collecting, PosizioneStatus::Collecting).await;
        assert_eq!(world.book("r9", notice(5).as_str(), 500).await, Some(Anomalia::Twice));
        for debt in [paid, part, more] {
            assert_eq!(world.status(debt).await, PosizioneStatus::Paid);
        }
        let balance = world.balance().await;
        assert_eq!((balance.receipts, balance.line_cents), (9, 100 + 100 + 200 + 100 + 200 + 401 + 700 + 800 + 500));
        let ente = app.ente.id;
        let odd = app
            .portal
            .store()
            .read(ente, async move |read| ricevuta::anomalies(read, ente, (10, 0)).await)
            .await
            .unwrap();
        assert_eq!(odd.len(), 7);
        for wrong in [receipt("", notice(1).as_str(), 1), receipt("r10", notice(1).as_str(), 0)] {
            assert!(matches!(world.send(wrong).await, Err(Error::Unacceptable(_))));
        }
        world.force(collecting, PosizioneStatus::Open).await;
        world.at_peace().await;
    })
    .await;
}

#[tokio::test]
async fn twins_of_a_receipt_are_booked_once() {
    each(async |app| {
        let world = World::new(app).await;
        world.debt(1, 8_100).await;
        let number = notice(1);
        let send = || world.send(receipt("r1", number.as_str(), 8_100));
        let (a, b, c, d) = tokio::join!(send(), send(), send(), send());
        let new = [a, b, c, d].into_iter().filter(|booked| matches!(booked, Ok(Booked::New { .. }))).count();
        assert_eq!(new, 1);
        assert_eq!(world.balance().await.receipts, 1);
        world.at_peace().await;
    })
    .await;
}

#[tokio::test]
async fn an_ente_is_found_by_its_codice_fiscale() {
    each(async |app| {
        let found = nodo::ente_of(&app.portal, &app.ente.settings.codice_fiscale).await.unwrap();
        assert!(found.is_some());
        assert!(nodo::ente_of(&app.portal, "00000000000").await.unwrap().is_none());
    })
    .await;
}
