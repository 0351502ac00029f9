//! The lines of the node's journal.

use serde::{Deserialize, Serialize};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum Entry {
    /// The door showed the notice of a payment.
    Begun {
        /// Notice number, unique in all enti of the demonstration: each has its own segregation code.
        avviso: String,
        /// Amount.
        cents: i64,
    },
    /// A receipt is about to be sent; whether it arrives is open.
    Sent {
        /// Identifier of the receipt.
        ricevuta: String,
        /// Its notice.
        avviso: String,
        /// Amount.
        cents: i64,
    },
    /// The portal answered.
    Answered {
        /// Identifier of the receipt.
        ricevuta: String,
        /// What.
        answer: Answer,
    },
    /// An acknowledged receipt was sent again, and the portal answered.
    Repeated {
        /// Identifier of the receipt.
        ricevuta: String,
        /// What.
        answer: Answer,
    },
}

/// What the portal answers to a receipt that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// Outcome OK: it is booked, now.
    Ok,
    /// PAA_RECEIPT_DUPLICATA: it was booked before, which the node takes as an acknowledgement too.
    Duplicate,
}
