//! `set_payment_mode`: how an enrolment is paid from now on, its mandate, and the debts that no notice and no file holds.

use chrono::{DateTime, Utc};
use serde_json::json;
use sportello_domain::{
    id::{EnteId, IscrizioneId, MandatoId},
    riscossione::Riscossione,
};
use sportello_store::{
    Json, Tx, audit,
    audit::AuditRow,
    iscrizione,
    mandato::{self, MandatoStatus},
    posizione,
    pratica::PraticaRow,
    seal::{Place, Sealed},
};

use super::{Case, ground_moved, values};
use crate::{
    Error, Result, campi,
    sdd::{self, Conto, NewMandato},
};

/// A change of payment, ready to be applied.
pub(super) struct SetPayment {
    iscrizione: IscrizioneId,
    modalita: String,
    /// Account and mandate, for direct debit.
    debit: Option<(Sealed, NewMandato)>,
    riscossione: Option<Riscossione>,
    note: AuditRow,
}

/// Sets the mode of the enrolment. The mandate in use is revoked; a new account has a mandate, and a reference, of its
/// own. Debts that wait for a debit follow; those in a notice or with the bank keep their mode.
pub(super) async fn set_payment_mode(case: &Case<'_>) -> Result<SetPayment> {
    let iscrizione = case.iscrizione()?;
    let modalita = case.need(campi::MODALITA)?.to_owned();
    let debit = if modalita == campi::SDD { Some(debit(case, iscrizione).await?) } else { None };
    Ok(SetPayment {
        iscrizione,
        modalita,
        debit,
        riscossione: case.ctx.ente.settings.riscossione.clone(),
        note: case.ctx.note(case.portal, "iscrizione.payment", "iscrizione", Some(iscrizione.uuid())),
    })
}

async fn debit(case: &Case<'_>, iscrizione: IscrizioneId) -> Result<(Sealed, NewMandato)> {
    let sealer = case.portal.sealer(case.ente()).await?;
    let [iban, nome, codice_fiscale] = campi::PAYMENT.map(|field| case.need(field));
    let conto = Conto::new(iban?, nome?, codice_fiscale?)?;
    let id = MandatoId::new(case.key());
    let mandato = NewMandato::signed(id, &conto, &sealer, campi::MENSA, case.payment_at().await?)?;
    let plain = serde_json::to_vec(&values(case.filed, &campi::PAYMENT));
    let plain = plain.map_err(|error| Error::failed("sealing an account", error))?;
    let payment = sealer.seal(&Place::new("iscrizione", "sealed_payment", iscrizione), &plain)?;
    Ok((payment, mandato))
}

impl SetPayment {
    /// Changes it; refused where the enrolment is over, or is paid by somebody else.
    pub(super) async fn apply(
        self,
        tx: &mut Tx,
        ente: EnteId,
        pratica: &PraticaRow,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        let Self { iscrizione: id, modalita, debit, riscossione, mut note } = self;
        let (payment, mandato) = debit.unzip();
        let payer = pratica.persona_id;
        if !iscrizione::set_payment(tx, ente, id, payer, &modalita, payment.as_ref()).await? {
            return Err(ground_moved());
        }
        if let Some(old) = mandato::in_use(tx, ente, id).await? {
            mandato::end(tx, ente, old.id, MandatoStatus::Revoked).await?;
        }
        let debts = posizione::waiting(tx, ente, id).await?;
        match (mandato, riscossione) {
            (Some(new), _) => new.add(tx, ente, id, payer, pratica.id, now).await?,
            (None, Some(riscossione)) => sdd::to_notices(tx, ente, &riscossione, &debts, now).await?,
            // Who collects nothing has no debts.
            (None, None) => {}
        }
        note.detail = Json(json!({ "modalita": modalita, "debts": debts.len() }));
        audit::record(tx, ente, &note).await
    }
}
