//! Booking a receipt: receipt, ledger, debt, attempts, messages and the call itself in one transaction, before the node is
//! answered. A receipt is never refused: what does not fit is booked and shown to the office.

use chrono::{DateTime, Utc};
use serde_json::json;
use sportello_domain::{
    calendar,
    ente::Ente,
    euro::Euro,
    id::{EnteId, IncassoId, JobId},
    posizione::{self as rule, Anomalia, PosizioneStatus},
    riscossione::DuplicateReceiptAnswer,
};
use sportello_pagopa::FaultCode;
use sportello_store::{
    Json, Tx, audit,
    audit::AuditRow,
    incasso::{self, IncassoRow, Mezzo},
    job, nodo_messaggio,
    notifica::{self, Channel, NotificaRow, NotificaState},
    posizione::{self, PosizioneRow},
    ricevuta::{self, RicevutaRow},
    seal::{Place, Sealed},
    spontaneo::{self, MatchState},
    tentativo,
};
use uuid::Uuid;

use super::{Call, Debtor, Message, message};
use crate::{
    Error, Portal, Result,
    job::{ABBINAMENTO, PAGAMENTO, POSTA, POSTA_SPONTANEO, keyed_job},
};

/// A receipt, as the node says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Identifier that the node gave to it, 1 to 255 characters.
    pub id: String,
    /// Notice number, 18 digits, ours or not.
    pub notice: String,
    /// Amount paid, above zero.
    pub amount: Euro,
    /// When it was paid, when that is said.
    pub paid_at: Option<DateTime<Utc>>,
    /// Name of the payment service provider.
    pub psp: String,
    /// Whether the platform stood in for us.
    pub stand_in: bool,
    /// Cart of ours in which it was paid.
    pub id_cart: Option<String>,
}

/// What became of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    /// It is booked, now.
    New {
        /// What the office has to look at.
        anomalia: Option<Anomalia>,
    },
    /// It was here already: nothing changed. Whether that is answered OK or KO is a setting of the ente.
    Duplicate {
        /// The answer.
        answer: DuplicateReceiptAnswer,
    },
}

/// Books a receipt; the same one again changes nothing.
///
/// # Errors
/// Those of the database: nothing is booked, or it is not known ([`Error::OutcomeUnknown`]); the node sends it again.
pub async fn receipt(portal: &Portal, ente: &Ente, receipt: Receipt, call: Call<'_>) -> Result<Booked> {
    let prepared = Prepared::new(portal, ente, receipt, call).await?;
    let booked = portal.store().write(prepared.ente, async move |tx| prepared.book(tx).await).await?;
    if let Booked::New { anomalia: Some(anomalia) } = booked {
        tracing::warn!(ente = %ente.id, anomalia = anomalia.stored(), "a receipt waits for the office");
    }
    portal.work().notify_one();
    Ok(booked)
}

/// Everything that is made before the transaction.
struct Prepared {
    ente: EnteId,
    now: DateTime<Utc>,
    receipt: Receipt,
    sealed_raw: Sealed,
    message: Message,
    duplicates: DuplicateReceiptAnswer,
    incasso: IncassoId,
    notifica: Uuid,
    message_id: String,
    jobs: [JobId; 2],
    note: AuditRow,
}

impl Prepared {
    async fn new(portal: &Portal, ente: &Ente, receipt: Receipt, call: Call<'_>) -> Result<Self> {
        if receipt.amount.cents() < 1 || receipt.id.is_empty() || receipt.id.len() > 1_020 {
            return Err(Error::Unacceptable("the receipt"));
        }
        let riscossione = ente.settings.riscossione.as_ref().ok_or(Error::NotAllowedNow)?;
        let (now, chance) = (portal.clock().now(), portal.chance());
        let sealer = portal.sealer(ente.id).await?;
        let notifica = chance.uuid(now);
        let mut note = crate::ctx::command_note(portal, "ricevuta.book", "ricevuta_pagopa", None);
        "nodo".clone_into(&mut note.capacity);
        Ok(Self {
            ente: ente.id,
            now,
            sealed_raw: sealer.seal(&Place::new("ricevuta_pagopa", "sealed_raw", &receipt.id), call.raw)?,
            message: message(portal, &sealer, call)?,
            duplicates: riscossione.duplicate_receipt_answer,
            incasso: IncassoId::new(chance.uuid(now)),
            notifica,
            message_id: format!("{notifica}@{}.sportello", ente.slug),
            jobs: [JobId::new(chance.uuid(now)), JobId::new(chance.uuid(now))],
            note,
            receipt,
        })
    }

    async fn book(mut self, tx: &mut Tx) -> sportello_store::Result<Booked> {
        let ente = self.ente;
        if let Some(known) = ricevuta::by_id(tx, ente, &self.receipt.id).await? {
            self.compare(tx, &known).await?;
            let refused = self.duplicates == DuplicateReceiptAnswer::Ko;
            let fault = refused.then(|| FaultCode::ReceiptDuplicata.code());
            nodo_messaggio::add(tx, ente, &self.message.answered(fault)).await?;
            return Ok(Booked::Duplicate { answer: self.duplicates });
        }
        let debt = posizione::by_notice(tx, ente, &self.receipt.notice).await?;
        let anomalia = match &debt {
            None => {
                self.enter(tx, None, Some(Anomalia::Unknown)).await?;
                Some(Anomalia::Unknown)
            }
            Some(debt) => self.pay(tx, debt).await?,
        };
        self.note.object_id = debt.as_ref().map(|debt| debt.id.uuid());
        self.note.detail = Json(json!({ "receipt": self.receipt.id, "anomalia": anomalia.map(Anomalia::stored) }));
        audit::record(tx, ente, &self.note).await?;
        nodo_messaggio::add(tx, ente, &self.message.answered(None)).await?;
        Ok(Booked::New { anomalia })
    }

    /// Another payment under a name that is taken changes nothing either, but it is not passed over in silence.
    async fn compare(&mut self, tx: &mut Tx, known: &RicevutaRow) -> sportello_store::Result<()> {
        let receipt = &self.receipt;
        if (known.codice_avviso.as_str(), known.amount_cents) == (receipt.notice.as_str(), receipt.amount.cents()) {
            return Ok(());
        }
        tracing::warn!(ente = %self.ente, "a receipt under the name of another was not booked");
        "ricevuta.differs".clone_into(&mut self.note.action);
        self.note.object_id = known.posizione_id.map(|debt| debt.uuid());
        let detail = json!({ "receipt": receipt.id, "notice": receipt.notice, "cents": receipt.amount.cents() });
        self.note.detail = Json(detail);
        audit::record(tx, self.ente, &self.note).await
    }

    /// Books it for a debt, and whatever follows from that.
    async fn pay(&self, tx: &mut Tx, debt: &PosizioneRow) -> sportello_store::Result<Option<Anomalia>> {
        let (ente, now) = (self.ente, self.now);
        let owed = Euro::from_cents(debt.amount_cents - debt.settled_cents);
        let booking = rule::book(debt.status, owed, self.receipt.amount);
        self.enter(tx, Some(debt), booking.anomalia).await?;
        let settled = debt.settled_cents + booking.settles.cents();
        let changed = (booking.status, settled) != (debt.status, debt.settled_cents);
        if changed && !posizione::change(tx, ente, debt.id, debt.version, booking.status, settled, now).await? {
            // One writer for each ente: nobody comes between.
            return Err(sportello_store::Error::refused("the debt changed inside its transaction"));
        }
        let paid_now = booking.status == PosizioneStatus::Paid && debt.status != PosizioneStatus::Paid;
        if paid_now {
            tentativo::close(tx, ente, debt.id, self.receipt.id_cart.as_deref(), now).await?;
        }
        self.tell(tx, debt, paid_now).await?;
        Ok(booking.anomalia)
    }

    /// The receipt and its line in the ledger.
    async fn enter(
        &self,
        tx: &mut Tx,
        debt: Option<&PosizioneRow>,
        anomalia: Option<Anomalia>,
    ) -> sportello_store::Result<()> {
        let (receipt, posizione_id) = (&self.receipt, debt.map(|debt| debt.id));
        let paid_at = receipt.paid_at.unwrap_or(self.now);
        let row = RicevutaRow {
            receipt_id: receipt.id.clone(),
            codice_avviso: receipt.notice.clone(),
            posizione_id,
            amount_cents: receipt.amount.cents(),
            paid_at,
            psp_name: receipt.psp.clone(),
            stand_in: receipt.stand_in,
            anomalia,
            received_at: self.now,
        };
        ricevuta::add(tx, self.ente, &row, &self.sealed_raw).await?;
        let line = IncassoRow {
            id: self.incasso,
            posizione_id,
            mezzo: Mezzo::PagoPa,
            amount_cents: receipt.amount.cents(),
            value_date: calendar::legal_date(paid_at),
            receipt_id: Some(receipt.id.clone()),
            end_to_end_id: None,
            created_at: self.now,
        };
        incasso::add(tx, self.ente, &line).await
    }

    /// The message to whoever owed, and for a spontaneous payment the search for what it stands for.
    async fn tell(&self, tx: &mut Tx, debt: &PosizioneRow, paid_now: bool) -> sportello_store::Result<()> {
        let (ente, now) = (self.ente, self.now);
        let [first, second] = self.jobs;
        match Debtor::read(tx, ente, debt.id).await? {
            Some(Debtor::Known(debtor)) if debtor.email.is_some() || debtor.pratica_id.is_some() => {
                let message = NotificaRow {
                    id: self.notifica,
                    persona_id: debtor.persona_id,
                    bozza_id: None,
                    pratica_id: debtor.pratica_id,
                    channel: Channel::Email,
                    message_id: self.message_id.clone(),
                    kind: PAGAMENTO.to_owned(),
                    state: NotificaState::Queued,
                    queued_at: now,
                    sent_at: None,
                };
                notifica::add(tx, ente, &message).await?;
                let payload = json!({ "v": 1, "notifica": self.notifica, "posizione": debt.id });
                job::enqueue(tx, ente, &keyed_job(first, POSTA, payload, now)).await
            }
            Some(Debtor::Known(_)) | None => Ok(()),
            Some(Debtor::Written(row)) => {
                let payload = json!({ "v": 1, "pagamento": row.id });
                job::enqueue(tx, ente, &keyed_job(first, POSTA_SPONTANEO, payload.clone(), now)).await?;
                if paid_now && spontaneo::advance(tx, ente, row.id, MatchState::Unpaid, MatchState::Unmatched).await? {
                    job::enqueue(tx, ente, &keyed_job(second, ABBINAMENTO, payload, now)).await?;
                }
                Ok(())
            }
        }
    }
}
