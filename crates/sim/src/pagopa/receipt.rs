//! A payment that went well, as the receipt tells it to the ente; and who may take payments here.

use chrono::NaiveDateTime;
use sportello_domain::{avviso::NumeroAvviso, euro::Euro};

use super::{
    payment::{Payment, Transfer},
    soap::Version,
};

/// A company that takes payments.
#[derive(Debug, PartialEq, Eq)]
pub struct Psp {
    /// `idPSP`.
    pub id: &'static str,
    /// Codice fiscale.
    pub codice_fiscale: &'static str,
    /// Name; invented.
    pub name: &'static str,
    /// `idChannel`.
    pub channel: &'static str,
    /// What it takes for a payment.
    pub fee: Euro,
}

/// Those that the checkout offers.
pub const PSP: [Psp; 3] = [
    Psp {
        id: "SIMPSP01",
        codice_fiscale: "00000090019",
        name: "Banca dell'Esempio (simulata)",
        channel: "00000090019_01",
        fee: Euro::from_cents(100),
    },
    Psp {
        id: "SIMPSP02",
        codice_fiscale: "00000090027",
        name: "Istituto Prova (simulato)",
        channel: "00000090027_01",
        fee: Euro::from_cents(150),
    },
    Psp {
        id: "SIMPSP03",
        codice_fiscale: "00000090035",
        name: "Pagamenti di Carta (simulati)",
        channel: "00000090035_01",
        fee: Euro::from_cents(75),
    },
];

/// The counter.
pub const COUNTER: Psp = Psp {
    id: "SIMPSP09",
    codice_fiscale: "00000090092",
    name: "Tabaccheria della Piazza (simulata)",
    channel: "00000090092_01",
    fee: Euro::from_cents(200),
};

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// `receiptId`: the token of the activation.
    pub id: String,
    /// The notice.
    pub numero: NumeroAvviso,
    /// Codice fiscale of the ente.
    pub ente: String,
    /// Its name on record, where its answer gave none.
    pub ente_name: String,
    /// The primitives in which it is told.
    pub version: Version,
    /// What the ente said when the payment began.
    pub payment: Payment,
    /// What was paid: the amount of the ente, unless a switch makes it another.
    pub amount: Euro,
    /// Who took the money.
    pub psp: &'static Psp,
    /// `channelDescription`.
    pub channel: &'static str,
    /// `paymentMethod`.
    pub method: &'static str,
    /// The id of the cart (`paymentNote`).
    pub note: Option<String>,
    /// What the payer gave the PSP on top.
    pub fee: Euro,
    /// When, on the clocks of Rome.
    pub paid_at: NaiveDateTime,
}

impl Receipt {
    /// The parts of the amount; what was paid beyond the debt is in the first.
    pub fn transfers(&self) -> Vec<Transfer> {
        let mut transfers = self.payment.transfers.clone();
        let beyond = self.amount - self.payment.amount;
        if let Some(first) = transfers.first_mut() {
            first.amount += beyond;
        }
        transfers
    }
}
