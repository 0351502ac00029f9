//! Invented documents and debts for the tests of the pages.

use chrono::NaiveDate;
use sportello_app::documenti_contabili::{
    DebitoState, DocumentoPage, DocumentoRow, Figlio, Kind, Linked, Payment, Riga,
};
use sportello_app::pagamenti::{Debito, Ricevuta};
use sportello_domain::euro::Euro;

use crate::compila::sample::uuid;

/// A day of the story.
pub(super) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

/// A child with something to pay.
pub(super) fn figlio() -> Figlio {
    Figlio {
        id: uuid(70),
        name: "Tommaso Ferrari".into(),
        plesso: "Scuola primaria Gianni Rodari".into(),
        classe: "3ª A".into(),
        open: Euro::from_cents(10_800),
    }
}

/// A child with nothing to pay.
pub(super) fn figlio_saldato() -> Figlio {
    Figlio { id: uuid(71), name: "Sofia Ferrari".into(), open: Euro::ZERO, ..figlio() }
}

/// An invoice to pay.
pub(super) fn row() -> DocumentoRow {
    DocumentoRow {
        id: uuid(80),
        kind: Kind::Invoice,
        number: "12/M/2026".into(),
        period: day(10, 1),
        issued_on: day(11, 5),
        due_on: day(11, 30),
        total: Euro::from_cents(8_100),
        state: Some(DebitoState::ToPay),
        pdf_bytes: Some(84_000),
    }
}

/// Documents in every state.
pub(super) fn rows() -> Vec<DocumentoRow> {
    let states = [
        DebitoState::ToPay,
        DebitoState::Overdue,
        DebitoState::Debit { on: Some(day(12, 10)) },
        DebitoState::Debit { on: None },
        DebitoState::Debited,
        DebitoState::DebitFailed,
        DebitoState::BeingVerified,
        DebitoState::Paid { on: day(10, 27) },
        DebitoState::Cancelled,
    ];
    let mut rows: Vec<DocumentoRow> =
        states.into_iter().map(|state| DocumentoRow { state: Some(state), ..row() }).collect();
    rows.push(DocumentoRow {
        kind: Kind::CreditNote,
        number: "1/NC/2026".into(),
        state: None,
        pdf_bytes: None,
        ..row()
    });
    rows
}

/// A document with everything.
pub(super) fn document() -> DocumentoPage {
    DocumentoPage {
        row: row(),
        alunno: "Tommaso Ferrari".into(),
        righe: vec![Riga {
            text: "18 pasti, ottobre 2026".into(),
            rule: "Fascia massima: ISEE non dichiarato.".into(),
            days: Vec::new(),
            quantity: 18,
            unit: Euro::from_cents(450),
            amount: Euro::from_cents(8_100),
        }],
        net: Euro::from_cents(7_788),
        vat: Euro::from_cents(312),
        rate_bp: 400,
        payments: vec![
            Payment { on: day(11, 20), by_debit: false, amount: Euro::from_cents(5_000) },
            Payment { on: day(11, 21), by_debit: true, amount: Euro::from_cents(3_100) },
        ],
        payable: Some(uuid(90)),
        owed: Euro::from_cents(6_000),
        notice: Some((uuid(90), "3020 0000 0000 0001 84".into())),
        linked: Some(Linked::CorrectedBy("1/NC/2026".into())),
    }
}

/// Two debts to pay, and some that need nothing.
pub(crate) fn debts() -> Vec<Debito> {
    let debt = |n: u32, state, payable| Debito {
        id: uuid(90 + n),
        alunno: "Tommaso Ferrari".into(),
        period: day(10, 1),
        documento: Some((uuid(70), uuid(80), format!("{}/M/2026", 12 + n))),
        due_on: day(11, 30),
        amount: Euro::from_cents(8_100 - i64::from(n) * 4_100),
        state,
        payable,
        receipt: matches!(state, DebitoState::Paid { .. }),
    };
    vec![
        debt(0, DebitoState::ToPay, true),
        debt(1, DebitoState::DebitFailed, true),
        debt(2, DebitoState::Debit { on: Some(day(12, 10)) }, false),
        debt(3, DebitoState::BeingVerified, false),
        debt(4, DebitoState::Paid { on: day(10, 27) }, false),
    ]
}

/// A receipt.
pub(crate) fn ricevuta() -> Ricevuta {
    Ricevuta {
        amount: Euro::from_cents(8_100),
        paid_at: "2026-11-20T18:30:00Z".parse().unwrap(),
        psp: "Banca di prova".into(),
        notice: "3020 0000 0000 0001 84".into(),
        receipt_id: "c110729d258c4ab1b765fe902aae41d6".into(),
        documento: Some("12/M/2026".into()),
    }
}
