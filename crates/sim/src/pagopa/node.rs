//! The node of pagoPA as channels of payment see it: verify a notice, activate it, tell the outcome. It calls the station
//! of the ente, judges what it answers, and sees to the receipt. No page knows more about a payment than this.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Rome;
use ring::rand::{SecureRandom, SystemRandom};
use sportello_domain::{avviso::NumeroAvviso, euro::Euro};

use super::{
    judge,
    link::{ASK_TIMEOUT, Link, RECEIPT_TIMEOUT},
    payment::{Payment, Verified},
    queue::{Attempt, Queue},
    receipt::{Psp, Receipt},
    refusal::Refusal,
    soap::{self, Version},
    station::{Ente, Registry},
    trouble::{Trouble, Troubles},
};

/// How long an activation lasts (default of the node).
const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(30);
/// How long the answer to a receipt is listened to where a switch throws it away.
const LOST_AFTER: Duration = Duration::from_secs(1);
/// The difference that a switch makes to an amount.
const ONE_EURO: Euro = Euro::from_cents(100);

/// The node.
pub struct Node {
    /// The enti.
    pub registry: Registry,
    /// What goes wrong.
    pub troubles: Troubles,
    /// Receipts on their way.
    pub queue: Queue,
    link: Link,
    desk: Mutex<Desk>,
    random: SystemRandom,
}

/// Codice fiscale of the ente and notice number: the key of a payment (RptId).
type Key = (String, String);

#[derive(Default)]
struct Desk {
    notices: HashMap<Key, Slot>,
    tokens: HashMap<String, Key>,
}

/// What the node knows of a notice.
enum Slot {
    /// The ente is being asked.
    Asking,
    /// Somebody is paying.
    Active(Box<Activation>),
    /// It was paid, with this token.
    Paid(String),
}

struct Activation {
    token: String,
    ente: Ente,
    numero: NumeroAvviso,
    version: Version,
    payment: Payment,
    note: Option<String>,
    expires_at: DateTime<Utc>,
}

/// Why a payment does not begin.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// The node or the ente refuses.
    Refused(Refusal),
    /// The ente asks another amount than the one that was shown: this one.
    Changed(Euro),
}

/// How the money was taken.
#[derive(Clone, Copy, Debug)]
pub struct Paid {
    /// By whom.
    pub psp: &'static Psp,
    /// `channelDescription`.
    pub channel: &'static str,
    /// `paymentMethod`.
    pub method: &'static str,
    /// Seconds until the outcome is known; `None`: at once.
    pub delay_s: Option<u32>,
}

impl Node {
    /// A node that has seen no payment.
    pub fn new(registry: Registry, link: Link, slot: Duration) -> Self {
        Self {
            registry,
            troubles: Troubles::default(),
            queue: Queue::new(slot),
            link,
            desk: Mutex::default(),
            random: SystemRandom::new(),
        }
    }

    /// Asks the ente about a notice (paVerifyPaymentNotice) that nobody pays now and nobody has paid.
    pub async fn verify(&self, ente: &str, numero: &NumeroAvviso, now: DateTime<Utc>) -> Result<Verified, Refusal> {
        let ente = self.find(ente, numero)?;
        self.lock().check_free(&(ente.codice_fiscale.clone(), numero.as_str().to_owned()), now)?;
        let bytes = self.link.call(&soap::verify(ente, numero), ASK_TIMEOUT).await?;
        judge::verify(&bytes).map_err(bad)?.map_err(Refusal::FromEnte)
    }

    /// The amount as pages show it: a euro more than the ente will ask, where a switch wants it to change.
    pub fn shown(&self, ente: &str, numero: &NumeroAvviso, amount: Euro) -> Euro {
        let changes = self.troubles.strikes(Trouble::AmountChanged, ente, numero.as_str());
        if changes { amount + ONE_EURO } else { amount }
    }

    /// Begins a payment: activates the notice, and gives it up again where the amount is not the one that was shown.
    /// Answers the token. `note` is the id of the cart.
    pub async fn begin(
        &self,
        ente: &str,
        numero: &NumeroAvviso,
        shown: Euro,
        note: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<String, Stop> {
        let (token, amount) = self.activate(ente, numero, shown, note, now).await.map_err(Stop::Refused)?;
        if amount != shown {
            self.give_up(&token);
            return Err(Stop::Changed(amount));
        }
        Ok(token)
    }

    async fn activate(
        &self,
        ente: &str,
        numero: &NumeroAvviso,
        shown: Euro,
        note: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(String, Euro), Refusal> {
        let ente = self.find(ente, numero)?;
        let key = (ente.codice_fiscale.clone(), numero.as_str().to_owned());
        let mut reserved = self.reserve(key.clone(), now)?;
        let old = self.troubles.strikes(Trouble::OldPrimitives, &key.0, &key.1);
        let version = if old { Version::V1 } else { Version::V2 };
        let call = soap::get(ente, numero, version, Some(shown), note);
        let bytes = self.link.call(&call, ASK_TIMEOUT).await?;
        let payment = judge::get(&bytes, version, ente, numero.iuv()).map_err(bad)?.map_err(Refusal::FromEnte)?;
        let (token, amount) = (self.token(), payment.amount);
        let activation = Activation {
            token: token.clone(),
            ente: ente.clone(),
            numero: numero.clone(),
            version,
            payment,
            note: note.map(str::to_owned),
            expires_at: now + TOKEN_LIFE,
        };
        reserved.kept = true;
        let mut desk = self.lock();
        desk.notices.insert(key.clone(), Slot::Active(Box::new(activation)));
        desk.tokens.insert(token.clone(), key);
        Ok((token, amount))
    }

    /// The payment went well (sendPaymentOutcome OK): the receipt is queued. Answers the receipts that are sent at once.
    pub fn paid(&self, token: &str, paid: &Paid, now: DateTime<Utc>) -> Result<Vec<u64>, Refusal> {
        let activation = self.close(token, now)?;
        let (ente, avviso) = (activation.ente.codice_fiscale.clone(), activation.numero.as_str().to_owned());
        let strikes = |trouble| self.troubles.strikes(trouble, &ente, &avviso);
        let late_s = self.troubles.delay_s(Trouble::ReceiptLate, &ente, &avviso).or(paid.delay_s);
        let (held, first) = (strikes(Trouble::ReceiptNever), strikes(Trouble::ReturnFirst));
        let mut receipt = activation.receipt(paid, now);
        if strikes(Trouble::ReceiptAmount) {
            receipt.amount += ONE_EURO;
        }
        // A receipt that comes after the browser leaves time for the browser.
        let wait_s = late_s.unwrap_or(if first { 2 } else { 0 });
        let due_at = now + TimeDelta::seconds(i64::from(wait_s));
        let second = strikes(Trouble::PaidTwice).then(|| Receipt { id: self.token(), ..receipt.clone() });
        let mut numbers = vec![self.queue.add(receipt, due_at, held, strikes(Trouble::ReceiptTwice))];
        numbers.extend(second.map(|second| self.queue.add(second, due_at, held, false)));
        if held || wait_s > 0 {
            numbers.clear();
        }
        Ok(numbers)
    }

    /// The payment did not go well, or the payer went away: the notice can be paid again.
    pub fn give_up(&self, token: &str) {
        let mut desk = self.lock();
        let Some(key) = desk.tokens.remove(token) else { return };
        if matches!(desk.notices.get(&key), Some(Slot::Active(active)) if active.token == token) {
            desk.notices.remove(&key);
        }
    }

    /// Sends one receipt and writes down what came of it.
    pub async fn deliver(&self, number: u64, receipt: &Receipt, now: impl Fn() -> DateTime<Utc>) {
        let attempt = self.send(receipt).await;
        if let Attempt::Failed(code) = &attempt {
            tracing::warn!(number, code, "a receipt was not taken");
        }
        self.queue.done(number, attempt, now());
    }

    async fn send(&self, receipt: &Receipt) -> Attempt {
        let Some(ente) = self.registry.ente(&receipt.ente) else {
            return Attempt::Failed(Refusal::UnknownEnte.code());
        };
        let lost = self.troubles.strikes(Trouble::AnswerLost, &receipt.ente, receipt.numero.as_str());
        let limit = if lost { LOST_AFTER } else { RECEIPT_TIMEOUT };
        let answer = self.link.call(&soap::send(ente, receipt), limit).await;
        let judged = match answer {
            _ if lost => Err(Refusal::Timeout),
            Ok(bytes) => judge::receipt(&bytes, receipt.version).map_err(bad),
            Err(refusal) => Err(refusal),
        };
        match judged {
            Ok(Ok(())) => Attempt::Acquired("OK".to_owned()),
            Ok(Err(fault)) if fault.code == "PAA_RECEIPT_DUPLICATA" => Attempt::Acquired(fault.code),
            Ok(Err(fault)) => Attempt::Failed(fault.code),
            Err(refusal) => Attempt::Failed(refusal.code()),
        }
    }

    fn find(&self, ente: &str, numero: &NumeroAvviso) -> Result<&Ente, Refusal> {
        let ente = self.registry.ente(ente).ok_or(Refusal::UnknownEnte)?;
        if ente.answers_for(numero) { Ok(ente) } else { Err(Refusal::UnknownStation) }
    }

    fn reserve(&self, key: Key, now: DateTime<Utc>) -> Result<Reserved<'_>, Refusal> {
        let mut desk = self.lock();
        desk.check_free(&key, now)?;
        desk.notices.insert(key.clone(), Slot::Asking);
        Ok(Reserved { node: self, key, kept: false })
    }

    /// Ends a live activation as paid.
    fn close(&self, token: &str, now: DateTime<Utc>) -> Result<Activation, Refusal> {
        let mut desk = self.lock();
        let key = desk.tokens.get(token).cloned().ok_or(Refusal::UnknownToken)?;
        let expires_at = match desk.notices.get(&key) {
            Some(Slot::Active(active)) if active.token == token => active.expires_at,
            Some(Slot::Paid(paid)) if paid == token => return Err(Refusal::OutcomeKnown),
            // Another activation took its place.
            _ => return Err(Refusal::TokenExpired),
        };
        let Some(Slot::Active(active)) = desk.notices.remove(&key) else {
            return Err(Refusal::TokenExpired);
        };
        if expires_at <= now || self.troubles.strikes(Trouble::Expired, &key.0, &key.1) {
            return Err(Refusal::TokenExpired);
        }
        desk.notices.insert(key, Slot::Paid(token.to_owned()));
        Ok(*active)
    }

    fn token(&self) -> String {
        use std::fmt::Write as _;

        let mut random = [0_u8; 16];
        self.random.fill(&mut random).expect("the system gives randomness");
        random.iter().fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn lock(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn check_free(&self, key: &Key, now: DateTime<Utc>) -> Result<(), Refusal> {
        match self.notices.get(key) {
            Some(Slot::Asking) => Err(Refusal::InProgress),
            Some(Slot::Active(active)) if active.expires_at > now => Err(Refusal::InProgress),
            Some(Slot::Paid(_)) => Err(Refusal::AlreadyPaid),
            Some(Slot::Active(_)) | None => Ok(()),
        }
    }
}

impl Activation {
    fn receipt(&self, paid: &Paid, now: DateTime<Utc>) -> Receipt {
        Receipt {
            id: self.token.clone(),
            numero: self.numero.clone(),
            ente: self.ente.codice_fiscale.clone(),
            ente_name: self.ente.name.clone(),
            version: self.version,
            payment: self.payment.clone(),
            amount: self.payment.amount,
            psp: paid.psp,
            channel: paid.channel,
            method: paid.method,
            note: self.note.clone(),
            fee: paid.psp.fee,
            paid_at: now.with_timezone(&Rome).naive_local(),
        }
    }
}

/// A notice about which the ente is being asked; free again where nothing comes of it, also when nobody waits any more.
struct Reserved<'a> {
    node: &'a Node,
    key: Key,
    kept: bool,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.node.lock().notices.remove(&self.key);
        }
    }
}

fn bad(flaw: judge::Flaw) -> Refusal {
    tracing::warn!(flaw = flaw.to_string(), "an answer of the portal breaks the protocol");
    Refusal::BadAnswer(flaw.to_string())
}
