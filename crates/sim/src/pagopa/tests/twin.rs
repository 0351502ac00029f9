//! Both ends understand each other: what the portal writes is good for the judge, what the node writes is read there.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::euro::Euro;
use sportello_pagopa::{
    Fault, FaultCode, Operation,
    answer::{self, Creditor, Debtor, Payable, Payment},
    pa_for_node::{Ask, Call, Notice, Receipt, read},
};

use super::portal::{ENTE, World, numero};
use crate::{
    pagopa::{
        judge,
        node::Paid,
        receipt::PSP,
        soap::{self, Version},
    },
    spid::now,
};

const IBAN: &str = "IT48Z9999999999000000001000";

fn payable() -> Payable {
    let creditor = Creditor::new(ENTE, "Comune di Prova & \"Frazioni\"", Some("Ufficio")).unwrap();
    let due = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
    Payable::new(Euro::from_cents(4_520), due, "Mensa scolastica ottobre 2026 - retta 12/M/2026", creditor).unwrap()
}

/// The portal's answer to paVerifyPaymentNotice.
pub fn verified() -> String {
    answer::verified(&payable())
}

#[tokio::test]
async fn the_judge_finds_the_answers_of_the_portal_good() {
    let world = World::new().await;
    let ente = world.node.registry.ente(ENTE).unwrap();
    let numero = numero(1);
    let verified = judge::verify(verified().as_bytes()).unwrap().unwrap();
    assert_eq!((verified.amount.cents(), verified.company.as_str()), (4_520, "Comune di Prova & \"Frazioni\""));
    let debtor = Debtor::new("RSSMRA80A01H501U", "Maria <Rossi>").unwrap();
    let payment = Payment::new(payable(), numero.iuv(), debtor, IBAN, "9/0107101TS/").unwrap();
    for (version, second) in [(Version::V1, false), (Version::V2, true)] {
        let xml = answer::payment(second, &payment);
        let judged = judge::get(xml.as_bytes(), version, ente, numero.iuv()).unwrap().unwrap();
        assert_eq!(judged.debtor.name, "Maria <Rossi>");
        assert_eq!(judge::receipt(answer::receipt_taken(second).as_bytes(), version), Ok(Ok(())));
    }
    let code = FaultCode::PagamentoSconosciuto;
    let fault = Fault::new(code, ENTE).unwrap().because("no & no");
    let told = |operation| answer::fault(operation, &fault).into_bytes();
    let codes = [
        judge::verify(&told(Operation::VerifyPaymentNotice)).unwrap().unwrap_err().code,
        judge::get(&told(Operation::GetPaymentV2), Version::V2, ente, "1").unwrap().unwrap_err().code,
        judge::receipt(&told(Operation::SendRt), Version::V1).unwrap().unwrap_err().code,
    ];
    assert_eq!(codes, [code.code(); 3]);
}

fn understood(call: &soap::Call) -> Call {
    read(call.body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {}", call.body))
}

#[tokio::test]
async fn the_portal_reads_what_the_node_says() {
    let world = World::new().await;
    let ente = world.node.registry.ente(ENTE).unwrap();
    let numero = numero(1);
    let notice = Notice { fiscal_code: ENTE.to_owned(), number: numero.as_str().to_owned() };
    let call = understood(&soap::verify(ente, &numero));
    assert_eq!((call.id_station.as_str(), call.ask), ("00000010165_01", Ask::Verify(notice.clone())));
    let shown = Euro::from_cents(4_520);
    for version in [Version::V1, Version::V2] {
        let call = understood(&soap::get(ente, &numero, version, Some(shown), Some("carrello & 1")));
        assert_eq!(call.ask, Ask::Get(notice.clone()));
    }
    let paid_at: DateTime<Utc> = "2026-07-01T08:30:00Z".parse().unwrap();
    let paid = Paid { psp: &PSP[1], channel: "prova", method: "CP", delay_s: None };
    let token = world.node.begin(ENTE, &numero, shown, Some("carrello & 1"), paid_at).await.unwrap();
    world.node.paid(&token, &paid, paid_at).unwrap();
    let sent = world.until(|all| all.first().is_some_and(|sending| sending.sent == 1)).await;
    let Ask::Receipt(receipt) = understood(&soap::send(ente, &sent[0].receipt)).ask else {
        panic!("a receipt is read as a receipt");
    };
    let Receipt { receipt_id, iuv, amount, note, fee, paid_at: told, .. } = *receipt;
    assert_eq!((receipt_id, iuv.as_str(), amount), (token, numero.iuv(), shown));
    assert_eq!((note.as_deref(), fee), (Some("carrello & 1"), Some(Euro::from_cents(150))));
    assert_eq!(told, Some(paid_at), "the clock of Rome, told without a zone");
    assert!(sent[0].due_at <= now());
}
