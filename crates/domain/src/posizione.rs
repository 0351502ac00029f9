//! The debt (posizione debitoria): its states, the legal moves between them, what a receipt does to it, and how its payer
//! reads it. The words that people read for it stand in the message files of the web package.
//!
//! Rules: only a receipt pays a debt that is open; an attempt to pay never changes it (pagoPA, SANP 3.9, best practice);
//! a debt is never in two channels of collection.

use chrono::NaiveDate;

use crate::{euro::Euro, fatturazione::Modalita};

/// State of a debt. What depends on the day or on an attempt is derived: see [`DebitoState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PosizioneStatus {
    /// To be paid.
    Open,
    /// In a file of direct debits.
    Collecting,
    /// Debited; the bank may still give it back.
    Debited,
    /// Paid.
    Paid,
    /// The bank did not debit it, or gave it back: to be paid, with a notice of its own.
    Unpaid,
    /// Nothing is owed any more.
    Cancelled,
}

/// Something that happens to a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PosizioneEvent {
    /// It goes into a file of direct debits.
    Collect,
    /// It leaves the file without having been debited, by no fault of the payer.
    Release,
    /// The term of the bank for giving it back at once is over.
    Debit,
    /// The bank refuses the debit, or gives it back.
    Fail,
    /// A receipt pays it, or pays a spontaneous payment that stands for it.
    Pay,
    /// A credit note, or a decision of the office, takes it back.
    Cancel,
}

/// The event is not legal in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("moving a debt: {} is not possible when it is {}", event.stored(), status.stored())]
pub struct IllegalMove {
    /// State of the debt.
    pub status: PosizioneStatus,
    /// Event that was refused.
    pub event: PosizioneEvent,
}

/// The legal moves; every other pair is refused. A paid debt never changes.
const MOVES: [(PosizioneStatus, PosizioneEvent, PosizioneStatus); 10] = {
    use {PosizioneEvent as E, PosizioneStatus as S};
    [
        (S::Open, E::Collect, S::Collecting),
        (S::Open, E::Pay, S::Paid),
        (S::Open, E::Cancel, S::Cancelled),
        (S::Collecting, E::Release, S::Open),
        (S::Collecting, E::Debit, S::Debited),
        (S::Collecting, E::Fail, S::Unpaid),
        (S::Debited, E::Fail, S::Unpaid),
        (S::Unpaid, E::Pay, S::Paid),
        (S::Unpaid, E::Cancel, S::Cancelled),
        // Somebody paid while it was being cancelled: the money is here, and the office gives it back.
        (S::Cancelled, E::Pay, S::Paid),
    ]
};

impl PosizioneStatus {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::Open, Self::Collecting, Self::Debited, Self::Paid, Self::Unpaid, Self::Cancelled];

    /// The state after an event.
    pub fn after(self, event: PosizioneEvent) -> Result<Self, IllegalMove> {
        let found = MOVES.iter().find(|(from, on, _)| (*from, *on) == (self, event));
        found.map(|(_, _, to)| *to).ok_or(IllegalMove { status: self, event })
    }

    /// Whether an event is legal now.
    pub fn allows(self, event: PosizioneEvent) -> bool {
        self.after(event).is_ok()
    }

    /// Whether nothing can happen any more.
    pub fn is_final(self) -> bool {
        MOVES.iter().all(|(from, _, _)| *from != self)
    }

    /// Whether something is still owed, by whichever way.
    pub const fn is_owed(self) -> bool {
        matches!(self, Self::Open | Self::Collecting | Self::Unpaid)
    }

    /// Whether it can be paid online: it is to be paid, and no bank is going to debit it.
    pub fn payable_online(self, modalita: Modalita) -> bool {
        match self {
            Self::Open => modalita == Modalita::PagoPa,
            Self::Unpaid => true,
            Self::Collecting | Self::Debited | Self::Paid | Self::Cancelled => false,
        }
    }

    /// The word kept in the database, which the office reads.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Open => "aperta",
            Self::Collecting => "in_addebito",
            Self::Debited => "addebitata",
            Self::Paid => "pagata",
            Self::Unpaid => "insoluta",
            Self::Cancelled => "annullata",
        }
    }

    /// The state of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.stored() == word)
    }
}

impl PosizioneEvent {
    /// Every event.
    pub const ALL: [Self; 6] = [Self::Collect, Self::Release, Self::Debit, Self::Fail, Self::Pay, Self::Cancel];

    /// The word that names it in audit rows and in messages of refusal.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Collect => "invio_in_banca",
            Self::Release => "ripresa",
            Self::Debit => "addebito",
            Self::Fail => "insoluto",
            Self::Pay => "pagamento",
            Self::Cancel => "annullamento",
        }
    }
}

/// Why a receipt needs the eyes of the office. Its money is booked all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Anomalia {
    /// No debt has this notice.
    Unknown,
    /// The debt was paid before, or is being debited.
    Twice,
    /// More or less than what was owed.
    OtherAmount,
    /// The debt was cancelled.
    Cancelled,
}

impl Anomalia {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Twice, Self::OtherAmount, Self::Cancelled];

    /// The word kept in the database, which the office reads.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Unknown => "sconosciuta",
            Self::Twice => "doppia",
            Self::OtherAmount => "importo_diverso",
            Self::Cancelled => "annullata",
        }
    }

    /// The one of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|anomalia| anomalia.stored() == word)
    }
}

/// What a receipt does to a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// State afterwards.
    pub status: PosizioneStatus,
    /// How much of the receipt goes towards the debt; the rest is the payer's credit.
    pub settles: Euro,
    /// What the office has to look at.
    pub anomalia: Option<Anomalia>,
}

/// What a receipt over `paid` does to a debt of which `owed` is still to be paid.
///
/// Money that came is never refused: a part leaves the debt in its state, too much pays it, and what comes for a paid debt
/// is the payer's credit.
pub fn book(status: PosizioneStatus, owed: Euro, paid: Euro) -> Booking {
    let Ok(after) = status.after(PosizioneEvent::Pay) else {
        return Booking { status, settles: Euro::ZERO, anomalia: Some(Anomalia::Twice) };
    };
    let anomalia = match status {
        PosizioneStatus::Cancelled => Some(Anomalia::Cancelled),
        _ => (paid != owed).then_some(Anomalia::OtherAmount),
    };
    let status = if paid < owed { status } else { after };
    Booking { status, settles: paid.min(owed), anomalia }
}

/// What a credit note makes of a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credited {
    /// State afterwards.
    pub status: PosizioneStatus,
    /// What is owed in all, paid or not; never nothing, a debt that is over is cancelled.
    pub amount: Euro,
    /// How much of it is paid.
    pub settled: Euro,
    /// What was paid and is not owed any more: the payer gets it back.
    pub credit: Euro,
}

/// What a credit note over `credited` makes of a debt of `amount`, of which `settled` is paid.
///
/// # Errors
/// [`IllegalMove`] while the bank has the debt in a file, and for one that is cancelled.
pub fn credit(status: PosizioneStatus, amount: Euro, settled: Euro, credited: Euro) -> Result<Credited, IllegalMove> {
    if matches!(status, PosizioneStatus::Paid | PosizioneStatus::Debited) {
        return Ok(Credited { status, amount, settled, credit: credited });
    }
    let cancelled = status.after(PosizioneEvent::Cancel)?;
    let left = Euro::from_cents(amount.cents() - credited.cents());
    if left <= Euro::ZERO {
        return Ok(Credited { status: cancelled, amount, settled, credit: settled });
    }
    if settled < left {
        return Ok(Credited { status, amount: left, settled, credit: Euro::ZERO });
    }
    let paid = status.after(PosizioneEvent::Pay)?;
    let credit = Euro::from_cents(settled.cents() - left.cents());
    Ok(Credited { status: paid, amount: left, settled: left, credit })
}

/// A debt as its payer reads it, at the moment of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DebitoState {
    /// To be paid, in time.
    ToPay,
    /// To be paid, after the due date.
    Overdue,
    /// Will be debited by the bank: on this day, once it is known.
    Debit {
        /// The day, once the debt is in a file.
        on: Option<NaiveDate>,
    },
    /// Debited; the bank may still give it back.
    Debited,
    /// The bank could not debit it: to be paid.
    DebitFailed,
    /// An attempt to pay is open: the receipt is awaited.
    BeingVerified,
    /// Paid.
    Paid {
        /// Day of the payment.
        on: NaiveDate,
    },
    /// Nothing is owed any more (a credit note).
    Cancelled,
}

/// What the state that a payer reads is derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DebitoFacts {
    /// Its state.
    pub status: PosizioneStatus,
    /// Its way of being paid.
    pub modalita: Modalita,
    /// Day by which it is to be paid.
    pub due_on: NaiveDate,
    /// Day of its collection, while it is in a file of direct debits.
    pub debit_on: Option<NaiveDate>,
    /// Day of its payment.
    pub paid_on: Option<NaiveDate>,
    /// Whether the receipt of an attempt to pay it is awaited.
    pub awaited: bool,
}

impl DebitoFacts {
    /// What the payer reads on this day.
    pub fn state(&self, today: NaiveDate) -> DebitoState {
        match self.status {
            PosizioneStatus::Paid => DebitoState::Paid { on: self.paid_on.unwrap_or(self.due_on) },
            PosizioneStatus::Cancelled => DebitoState::Cancelled,
            PosizioneStatus::Collecting => DebitoState::Debit { on: self.debit_on },
            PosizioneStatus::Debited => DebitoState::Debited,
            PosizioneStatus::Open if self.modalita == Modalita::Sdd => DebitoState::Debit { on: None },
            _ if self.awaited => DebitoState::BeingVerified,
            PosizioneStatus::Unpaid => DebitoState::DebitFailed,
            PosizioneStatus::Open if self.due_on < today => DebitoState::Overdue,
            PosizioneStatus::Open => DebitoState::ToPay,
        }
    }

    /// Whether it can be paid online now: not while the receipt of an attempt is awaited.
    pub fn payable(&self) -> bool {
        self.status.payable_online(self.modalita) && !self.awaited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    /// Every pair, written out: a new move is a decision, not an accident.
    #[test]
    fn every_pair() {
        use {PosizioneEvent as E, PosizioneStatus as S};
        for status in S::ALL {
            for event in E::ALL {
                let expected = match (status, event) {
                    (S::Open, E::Collect) => Some(S::Collecting),
                    (S::Collecting, E::Release) => Some(S::Open),
                    (S::Collecting, E::Debit) => Some(S::Debited),
                    (S::Collecting | S::Debited, E::Fail) => Some(S::Unpaid),
                    (S::Open | S::Unpaid | S::Cancelled, E::Pay) => Some(S::Paid),
                    (S::Open | S::Unpaid, E::Cancel) => Some(S::Cancelled),
                    _ => None,
                };
                assert_eq!(status.after(event).ok(), expected, "{status:?} {event:?}");
                assert_eq!(status.allows(event), expected.is_some());
            }
            assert_eq!(status.is_final(), status == S::Paid);
            assert_eq!(S::from_stored(status.stored()), Some(status));
            for modalita in Modalita::ALL {
                let online = status == S::Unpaid || (status == S::Open && modalita == Modalita::PagoPa);
                assert_eq!(status.payable_online(modalita), online, "{status:?} {modalita:?}");
            }
        }
        assert_eq!(S::from_stored("scaduta"), None);
        let refused = S::Paid.after(E::Cancel).expect_err("a paid debt never changes");
        assert_eq!(refused.to_string(), "moving a debt: annullamento is not possible when it is pagata");
    }

    #[test]
    fn a_receipt_in_every_state() {
        use PosizioneStatus as S;
        let book = |status, paid| book(status, Euro::from_cents(8_100), Euro::from_cents(paid));
        let expect = |status, cents, anomalia| Booking { status, settles: Euro::from_cents(cents), anomalia };
        for status in [S::Open, S::Unpaid] {
            assert_eq!(book(status, 8_100), expect(S::Paid, 8_100, None));
            assert_eq!(book(status, 8_101), expect(S::Paid, 8_100, Some(Anomalia::OtherAmount)));
            assert_eq!(book(status, 8_099), expect(status, 8_099, Some(Anomalia::OtherAmount)));
        }
        assert_eq!(book(S::Cancelled, 8_100), expect(S::Paid, 8_100, Some(Anomalia::Cancelled)));
        assert_eq!(book(S::Cancelled, 100), expect(S::Cancelled, 100, Some(Anomalia::Cancelled)));
        for status in [S::Paid, S::Collecting, S::Debited] {
            assert_eq!(book(status, 8_100), expect(status, 0, Some(Anomalia::Twice)));
        }
        for anomalia in Anomalia::ALL {
            assert_eq!(Anomalia::from_stored(anomalia.stored()), Some(anomalia));
        }
        assert_eq!(Anomalia::from_stored(""), None);
    }

    #[test]
    fn a_credit_note_in_every_state() {
        use PosizioneStatus as S;
        let cents = Euro::from_cents;
        let credit = |status, settled, credited| credit(status, cents(8_100), cents(settled), cents(credited));
        let expect = |status, amount, settled, credit| {
            Ok(Credited { status, amount: cents(amount), settled: cents(settled), credit: cents(credit) })
        };
        for status in [S::Open, S::Unpaid] {
            assert_eq!(credit(status, 0, 8_100), expect(S::Cancelled, 8_100, 0, 0));
            assert_eq!(credit(status, 100, 8_100), expect(S::Cancelled, 8_100, 100, 100));
            assert_eq!(credit(status, 0, 2_100), expect(status, 6_000, 0, 0));
            assert_eq!(credit(status, 1_000, 2_100), expect(status, 6_000, 1_000, 0));
            assert_eq!(credit(status, 6_000, 2_100), expect(S::Paid, 6_000, 6_000, 0));
            assert_eq!(credit(status, 7_000, 2_100), expect(S::Paid, 6_000, 6_000, 1_000));
        }
        for status in [S::Paid, S::Debited] {
            assert_eq!(credit(status, 8_100, 2_100), expect(status, 8_100, 8_100, 2_100));
        }
        for status in [S::Collecting, S::Cancelled] {
            assert!(credit(status, 0, 8_100).is_err(), "{status:?}");
        }
    }

    #[test]
    fn what_the_payer_reads() {
        use {DebitoState as D, Modalita as M, PosizioneStatus as S};
        let facts = |status, modalita, awaited| DebitoFacts {
            status,
            modalita,
            due_on: day(11, 30),
            debit_on: Some(day(12, 10)),
            paid_on: Some(day(11, 20)),
            awaited,
        };
        let (before, after) = (day(11, 30), day(12, 1));
        for (status, modalita, awaited, today, state, payable) in [
            (S::Open, M::PagoPa, false, before, D::ToPay, true),
            (S::Open, M::PagoPa, false, after, D::Overdue, true),
            (S::Open, M::PagoPa, true, after, D::BeingVerified, false),
            (S::Open, M::Sdd, false, after, D::Debit { on: None }, false),
            (S::Open, M::Sdd, true, after, D::Debit { on: None }, false),
            (S::Collecting, M::Sdd, false, after, D::Debit { on: Some(day(12, 10)) }, false),
            (S::Debited, M::Sdd, false, after, D::Debited, false),
            (S::Unpaid, M::Sdd, false, after, D::DebitFailed, true),
            (S::Unpaid, M::Sdd, true, after, D::BeingVerified, false),
            (S::Paid, M::PagoPa, true, after, D::Paid { on: day(11, 20) }, false),
            (S::Cancelled, M::PagoPa, true, after, D::Cancelled, false),
        ] {
            let facts = facts(status, modalita, awaited);
            assert_eq!(facts.state(today), state, "{facts:?}");
            assert_eq!(facts.payable(), payable, "{facts:?}");
        }
    }
}
