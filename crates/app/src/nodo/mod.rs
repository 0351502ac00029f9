//! What the node of pagoPA asks of an ente: what a notice says now, and to book a receipt.
//!
//! Asking never changes a debt (SANP 3.9, best practice): state and amount are read anew each time. Every call is kept as
//! it came. How the questions and answers look on the wire is the business of the listener.

mod book;

use std::sync::Arc;

use chrono::NaiveDate;
use sportello_domain::{
    avviso::NumeroAvviso,
    ente::Ente,
    euro::Euro,
    id::{EnteId, PosizioneId},
    posizione::PosizioneStatus,
};
use sportello_pagopa::FaultCode;
use sportello_store::{
    Read, debito,
    debito::DebitoreRow,
    nodo_messaggio::{self, Answered, MessaggioRow},
    posizione::{self, PosizioneRow},
    seal::{EnteSealer, Place},
    spontaneo::{self, PagamentoRow},
};

use crate::{Error, Portal, Result, ente, spontaneo::Dati};

pub use book::{Booked, Receipt, receipt};

/// A call of the node.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Name of the operation: `paVerifyPaymentNotice`.
    pub operation: &'a str,
    /// The body as it came.
    pub raw: &'a [u8],
}

/// What is owed on a notice now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The present amount.
    pub amount: Euro,
    /// Day by which it is to be paid; it can be paid later too.
    pub due_on: NaiveDate,
    /// What for, at most 140 characters, without personal data.
    pub causale: String,
}

/// What a payment needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collectable {
    /// What is owed now.
    pub owed: Owed,
    /// Creditor reference (IUV).
    pub iuv: String,
    /// Codice fiscale or partita IVA of who owes.
    pub debtor: String,
    /// Name of who owes.
    pub debtor_name: String,
    /// Account of the ente that is credited.
    pub iban: String,
    /// Taxonomy code.
    pub tassonomia: String,
}

/// Why a notice cannot be paid now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The ente has no such notice.
    Unknown,
    /// It is paid.
    Paid,
    /// Nothing is owed any more.
    Cancelled,
    /// Its bank is debiting the same debt.
    InProgress,
}

impl Refused {
    /// The fault that tells it.
    pub const fn fault(self) -> FaultCode {
        match self {
            Self::Unknown => FaultCode::PagamentoSconosciuto,
            Self::Paid => FaultCode::PagamentoDuplicato,
            Self::Cancelled => FaultCode::PagamentoAnnullato,
            Self::InProgress => FaultCode::PagamentoInCorso,
        }
    }
}

/// The ente of a codice fiscale, when it collects through pagoPA. Its broker and station stand in its settings.
///
/// # Errors
/// Only those of the database.
pub async fn ente_of(portal: &Portal, codice_fiscale: &str) -> Result<Option<Arc<Ente>>> {
    let of = |ente: &&Arc<Ente>| ente.settings.riscossione.is_some() && ente.settings.codice_fiscale == codice_fiscale;
    Ok(ente::all(portal).await?.iter().find(of).cloned())
}

/// Keeps a call that led to none of the other functions: unreadable, wrong station, not offered. `None` for the ente when
/// it names none of ours; `fault` is what was answered.
///
/// # Errors
/// Only those of the database.
pub async fn keep(portal: &Portal, ente: Option<EnteId>, call: Call<'_>, fault: &str) -> Result<()> {
    let ente = ente.unwrap_or(EnteId::PLATFORM);
    let sealer = portal.sealer(ente).await?;
    let row = message(portal, &sealer, call)?.answered(Some(fault));
    portal.store().write(ente, async move |tx| nodo_messaggio::add(tx, ente, &row).await).await?;
    Ok(())
}

/// What a notice says now. Nothing changes.
///
/// # Errors
/// Those of the database: the node asks again.
pub async fn verify(
    portal: &Portal,
    ente: &Ente,
    notice: &str,
    call: Call<'_>,
) -> Result<std::result::Result<Owed, Refused>> {
    let asked = ask(portal, ente.id, notice, call).await?;
    Ok(asked.map(|asked| asked.owed))
}

/// What a payment of a notice needs. Nothing changes, since the payment may never come.
///
/// # Errors
/// Those of the database: the node asks again.
pub async fn get(
    portal: &Portal,
    ente: &Ente,
    notice: &str,
    call: Call<'_>,
) -> Result<std::result::Result<Collectable, Refused>> {
    let riscossione = ente.settings.riscossione.as_ref().ok_or(Error::NotAllowedNow)?;
    let asked = match ask(portal, ente.id, notice, call).await? {
        Ok(asked) => asked,
        Err(refused) => return Ok(Err(refused)),
    };
    let numero = NumeroAvviso::parse(notice).map_err(|error| Error::failed("reading our own notice", error))?;
    let (debtor, debtor_name) = asked.debtor.name(&portal.sealer(ente.id).await?)?;
    Ok(Ok(Collectable {
        owed: asked.owed,
        iuv: numero.iuv().to_owned(),
        debtor,
        debtor_name,
        iban: riscossione.iban.clone(),
        tassonomia: asked.tassonomia,
    }))
}

/// A notice that can be paid.
struct Asked {
    owed: Owed,
    tassonomia: String,
    debtor: Debtor,
}

/// Reads a notice and keeps the call with the answer that it gets, in one transaction.
async fn ask(
    portal: &Portal,
    ente: EnteId,
    notice: &str,
    call: Call<'_>,
) -> Result<std::result::Result<Asked, Refused>> {
    let sealer = portal.sealer(ente).await?;
    let message = message(portal, &sealer, call)?;
    let notice = notice.to_owned();
    let asked = portal
        .store()
        .write(ente, async move |tx| {
            let asked = match posizione::by_notice(tx, ente, &notice).await? {
                None => Err(Refused::Unknown),
                Some(row) => match owed(&row) {
                    Err(refused) => Err(refused),
                    Ok(owed) => {
                        let debtor = Debtor::read(tx, ente, row.id).await?.ok_or(sportello_store::Error::NotFound)?;
                        Ok(Asked { owed, tassonomia: row.tassonomia, debtor })
                    }
                },
            };
            let row = message.answered(asked.as_ref().err().map(|refused| refused.fault().code()));
            nodo_messaggio::add(tx, ente, &row).await?;
            Ok(asked)
        })
        .await?;
    Ok(asked)
}

/// What is owed on a debt, or why it cannot be paid.
pub(crate) fn owed(row: &PosizioneRow) -> std::result::Result<Owed, Refused> {
    if row.status.payable_online(row.modalita) {
        let amount = Euro::from_cents(row.amount_cents - row.settled_cents);
        return Ok(Owed { amount, due_on: row.scadenza, causale: row.causale.clone() });
    }
    Err(match row.status {
        PosizioneStatus::Paid | PosizioneStatus::Debited => Refused::Paid,
        PosizioneStatus::Cancelled => Refused::Cancelled,
        PosizioneStatus::Collecting => Refused::InProgress,
        PosizioneStatus::Open | PosizioneStatus::Unpaid => Refused::Unknown,
    })
}

/// Who owes: a person whom the ente knows, or somebody who wrote their name at the door.
pub(crate) enum Debtor {
    /// A person of the ente.
    Known(DebitoreRow),
    /// As written at the door.
    Written(Box<PagamentoRow>),
}

impl Debtor {
    /// Who owes a debt; every debt has somebody who does.
    pub(crate) async fn read(
        read: &mut Read,
        ente: EnteId,
        debt: PosizioneId,
    ) -> sportello_store::Result<Option<Self>> {
        if let Some(known) = debito::debtor(read, ente, debt).await? {
            return Ok(Some(Self::Known(known)));
        }
        let written = spontaneo::of_debt(read, ente, debt).await?;
        Ok(written.map(|row| Self::Written(Box::new(row))))
    }

    /// Codice fiscale and name.
    pub(crate) fn name(&self, sealer: &EnteSealer) -> Result<(String, String)> {
        match self {
            Self::Known(row) => Ok((row.codice_fiscale.clone(), format!("{} {}", row.nome, row.cognome))),
            Self::Written(row) => {
                let dati = Dati::open(sealer, row)?;
                Ok((dati.richiesta.cf, dati.richiesta.nome))
            }
        }
    }
}

/// A call to keep, before its answer is known.
struct Message(MessaggioRow);

impl Message {
    fn answered(self, fault: Option<&str>) -> MessaggioRow {
        let outcome = if fault.is_some() { Answered::Ko } else { Answered::Ok };
        MessaggioRow { outcome, fault_code: fault.map(str::to_owned), ..self.0 }
    }
}

fn message(portal: &Portal, sealer: &EnteSealer, call: Call<'_>) -> Result<Message> {
    let now = portal.clock().now();
    let id = portal.chance().uuid(now);
    Ok(Message(MessaggioRow {
        id,
        operation: call.operation.to_owned(),
        sealed_raw: sealer.seal(&Place::new("nodo_messaggio", "sealed_raw", id), call.raw)?,
        outcome: Answered::Ko,
        fault_code: None,
        at: now,
    }))
}
