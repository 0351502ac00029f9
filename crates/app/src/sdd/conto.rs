//! The account of a mandate, class bank: sealed wherever it is kept, opened only to write a file for the bank.

use serde::{Deserialize, Serialize};
use sportello_domain::{
    iban::Iban,
    id::{IscrizioneId, MandatoId, PersonaId, PraticaId},
    sdd::{ReferenceError, Umr},
};
use sportello_store::{
    Tx, contatore,
    mandato::{self, MandatoRow, MandatoStatus},
    seal::{EnteSealer, Place, Sealed},
};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sportello_domain::{calendar, id::EnteId};

use crate::{Error, Result};

/// An account that may be debited.
#[derive(Serialize, Deserialize)]
pub(crate) struct Conto {
    /// Its IBAN, as the person gave it.
    iban: String,
    /// Name of the holder.
    pub(crate) intestatario: String,
    /// Codice fiscale of the holder.
    pub(crate) codice_fiscale: String,
}

impl Conto {
    /// An account as it was declared.
    ///
    /// # Errors
    /// An IBAN that is none: the form let only right ones pass.
    pub(crate) fn new(iban: &str, intestatario: &str, codice_fiscale: &str) -> Result<Self> {
        let iban = Iban::parse(iban).map_err(|error| Error::failed("reading the account of a mandate", error))?;
        Ok(Self {
            iban: iban.as_str().to_owned(),
            intestatario: intestatario.to_owned(),
            codice_fiscale: codice_fiscale.to_owned(),
        })
    }

    /// The account to debit.
    pub(crate) fn iban(&self) -> Result<Iban> {
        Iban::parse(&self.iban).map_err(|error| Error::failed("reading the account of a mandate", error))
    }

    fn seal(&self, sealer: &EnteSealer, id: MandatoId) -> Result<Sealed> {
        let plain =
            serde_json::to_vec(self).map_err(|error| Error::failed("writing the account of a mandate", error))?;
        Ok(sealer.seal(&place(id), &plain)?)
    }

    /// Opens the account of a mandate.
    pub(crate) fn open(sealer: &EnteSealer, id: MandatoId, sealed: &Sealed) -> Result<Self> {
        let plain = sealer.open(&place(id), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| Error::failed("reading the account of a mandate", "not its form"))
    }
}

fn place(id: MandatoId) -> Place {
    Place::new("mandato", "sealed_conto", id)
}

/// A mandate that was signed with a pratica; it gets its reference in the transaction of the acceptance.
pub(crate) struct NewMandato {
    id: MandatoId,
    sealed_conto: Sealed,
    servizio: &'static str,
    firmato_il: NaiveDate,
}

impl NewMandato {
    /// Seals the account; the mandate was signed when it was answered.
    pub(crate) fn signed(
        id: MandatoId,
        conto: &Conto,
        sealer: &EnteSealer,
        servizio: &'static str,
        signed_at: DateTime<Utc>,
    ) -> Result<Self> {
        let sealed_conto = conto.seal(sealer, id)?;
        Ok(Self { id, sealed_conto, servizio, firmato_il: calendar::legal_date(signed_at) })
    }

    /// Adds the mandate with the next reference of the year.
    pub(crate) async fn add(
        self,
        tx: &mut Tx,
        ente: EnteId,
        iscrizione_id: IscrizioneId,
        persona_id: PersonaId,
        pratica_id: PraticaId,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        let anno = calendar::legal_date(now).year();
        let numero = contatore::next(tx, ente, mandato::SERIE, i64::from(anno)).await?;
        let umr = u64::try_from(numero).map_err(|_| ReferenceError).and_then(|n| Umr::issue(self.servizio, anno, n));
        let row = MandatoRow {
            id: self.id,
            iscrizione_id,
            persona_id,
            umr: umr.map_err(sportello_store::Error::refused)?.to_string(),
            firmato_il: self.firmato_il,
            sealed_conto: self.sealed_conto,
            status: MandatoStatus::Active,
            last_used_on: None,
            pratica_id,
            created_at: now,
        };
        mandato::add(tx, ente, &row).await
    }
}
