//! From a call that was understood to its answer: whose it is, what it asks, and what `app::nodo` says to it.

use sportello_app::{
    Error, Portal,
    nodo::{self, Booked, Collectable, Owed},
};
use sportello_domain::{ente::Ente, riscossione::DuplicateReceiptAnswer};
use sportello_pagopa::{
    FaultCode, Operation,
    answer::{self, AnswerError, Creditor, Debtor, Payable, Payment},
    pa_for_node::{Ask, Call, Notice, Receipt},
    soap_failure,
};

/// An answer on the wire.
pub(super) struct Reply {
    /// Status of HTTP.
    pub status: u16,
    /// The envelope.
    pub xml: String,
}

impl Reply {
    fn ok(xml: String) -> Self {
        Self { status: 200, xml }
    }

    fn refused(call: &Call, code: FaultCode) -> Self {
        Self::ok(answer::fault(call.operation, &super::fault(code, &call.id_pa)))
    }
}

/// Why there is no answer with data.
enum Trouble {
    /// A refusal that is yet to be kept.
    Refuse(FaultCode),
    /// The portal failed.
    Failed(Error),
    /// What the portal says cannot be sent.
    Unsendable(AnswerError),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<AnswerError> for Trouble {
    fn from(error: AnswerError) -> Self {
        Self::Unsendable(error)
    }
}

/// Answers a call.
pub(super) async fn to(portal: &Portal, call: &Call, raw: &[u8]) -> Reply {
    let ente = match nodo::ente_of(portal, &call.id_pa).await {
        Ok(Some(ente)) => ente,
        Ok(None) => return refuse(portal, None, call, raw, FaultCode::IdDominioErrato).await,
        Err(error) => return failed(call, &error),
    };
    let told = match admit(&ente, call) {
        Ok(()) => said(portal, &ente, call, raw).await,
        Err(code) => Err(Trouble::Refuse(code)),
    };
    match told {
        Ok(reply) => reply,
        Err(Trouble::Refuse(code)) => refuse(portal, Some(&ente), call, raw, code).await,
        Err(Trouble::Failed(error)) => failed(call, &error),
        Err(Trouble::Unsendable(error)) => {
            tracing::error!(operation = call.operation.name(), ente = %ente.id, %error, "an answer cannot be sent");
            Reply::refused(call, FaultCode::SystemError)
        }
    }
}

/// Whether the call came to the right place: intermediary, station, and a notice of this very entity.
fn admit(ente: &Ente, call: &Call) -> Result<(), FaultCode> {
    let stazione = ente.settings.riscossione.as_ref().map(|riscossione| &riscossione.stazione);
    let stazione = stazione.ok_or(FaultCode::IdDominioErrato)?;
    if call.id_broker != stazione.intermediario_cf {
        return Err(FaultCode::IdIntermediarioErrato);
    }
    if call.id_station != stazione.stazione_id {
        return Err(FaultCode::StazioneIntErrata);
    }
    let notice = match &call.ask {
        Ask::Verify(notice) | Ask::Get(notice) => notice,
        Ask::Receipt(receipt) => &receipt.notice,
        Ask::Demand => return Ok(()),
    };
    // The receipt of another entity's notice, of which a part is ours: we make no such notices.
    if notice.fiscal_code != call.id_pa { Err(FaultCode::Semantica) } else { Ok(()) }
}

async fn said(portal: &Portal, ente: &Ente, call: &Call, raw: &[u8]) -> Result<Reply, Trouble> {
    let kept = nodo::Call { operation: call.operation.name(), raw };
    match &call.ask {
        Ask::Verify(Notice { number, .. }) => match nodo::verify(portal, ente, number, kept).await? {
            Ok(owed) => Ok(Reply::ok(answer::verified(&payable(ente, &owed)?))),
            Err(refused) => Ok(Reply::refused(call, refused.fault())),
        },
        Ask::Get(Notice { number, .. }) => match nodo::get(portal, ente, number, kept).await? {
            Ok(found) => {
                let second = call.operation == Operation::GetPaymentV2;
                Ok(Reply::ok(answer::payment(second, &payment(ente, &found)?)))
            }
            Err(refused) => Ok(Reply::refused(call, refused.fault())),
        },
        Ask::Receipt(receipt) => {
            let duplicate = Booked::Duplicate { answer: DuplicateReceiptAnswer::Ko };
            if nodo::receipt(portal, ente, plain(receipt), kept).await? == duplicate {
                return Ok(Reply::refused(call, FaultCode::ReceiptDuplicata));
            }
            Ok(Reply::ok(answer::receipt_taken(call.operation == Operation::SendRtV2)))
        }
        Ask::Demand => Err(Trouble::Refuse(FaultCode::Semantica)),
    }
}

fn payable(ente: &Ente, owed: &Owed) -> Result<Payable, AnswerError> {
    let settings = &ente.settings;
    let creditor = Creditor::new(&settings.codice_fiscale, &settings.name, Some(&settings.office.name))?;
    Payable::new(owed.amount, owed.due_on, &owed.causale, creditor)
}

fn payment(ente: &Ente, found: &Collectable) -> Result<Payment, AnswerError> {
    let debtor = Debtor::new(&found.debtor, &found.debtor_name)?;
    Payment::new(payable(ente, &found.owed)?, &found.iuv, debtor, &found.iban, &found.tassonomia)
}

fn plain(receipt: &Receipt) -> nodo::Receipt {
    nodo::Receipt {
        id: receipt.receipt_id.clone(),
        notice: receipt.notice.number.clone(),
        amount: receipt.amount,
        paid_at: receipt.paid_at,
        psp: receipt.psp.name.clone(),
        stand_in: receipt.stand_in,
        id_cart: receipt.note.clone(),
    }
}

async fn refuse(portal: &Portal, ente: Option<&Ente>, call: &Call, raw: &[u8], code: FaultCode) -> Reply {
    let operation = call.operation.name();
    tracing::warn!(operation, fault = code.code(), "a call of the node was refused");
    super::keep(portal, ente.map(|ente| ente.id), operation, raw, code).await;
    Reply::refused(call, code)
}

/// Our own failure: a receipt must come again, a question is answered that we cannot.
fn failed(call: &Call, error: &Error) -> Reply {
    let operation = call.operation.name();
    tracing::error!(operation, error = %crate::error::chain(error), "a call of the node could not be answered");
    match call.ask {
        Ask::Receipt(_) => Reply { status: 500, xml: soap_failure("the receipt is not booked: send it again") },
        Ask::Verify(_) | Ask::Get(_) | Ask::Demand => Reply::refused(call, FaultCode::SystemError),
    }
}
