//! What accepting a pratica changes in an enrolment that is there: it ends, or is paid in another way.
//!
//! Prepared before the transaction, applied inside it, each with its row in the audit. The enrolment must still be in
//! force and be paid by the applicant: otherwise nothing is accepted.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value as JsonValue;
use sportello_domain::{
    id::{EnteId, IscrizioneId, MandatoId},
    modello::procedura::Effect,
};
use sportello_store::{
    Tx, audit,
    audit::AuditRow,
    iscrizione, mandato,
    mandato::MandatoStatus,
    pratica::PraticaRow,
    seal::{Place, Sealed},
};

use super::effect::{date, values};
use crate::{
    Ctx, Error, Portal, Result, campi,
    error::Reason,
    filed::Filed,
    sdd::{Conto, NewMandato},
};

/// A change of one enrolment, ready to be applied.
pub(super) struct Change {
    iscrizione: IscrizioneId,
    what: What,
    note: AuditRow,
}

enum What {
    /// It ends; `last` is the last day of the service.
    Close { last: NaiveDate },
    /// It is paid in another way from now on.
    Payment { modalita: String, payment: Option<Sealed>, mandato: Option<NewMandato> },
}

/// Reads what an effect changes. A suspension ends nothing: the office handles it by hand.
pub(super) async fn prepare(
    portal: &Portal,
    ctx: &Ctx,
    pratica: &PraticaRow,
    filed: &Filed,
    effect: Effect,
) -> Result<Option<Change>> {
    let missing =
        |field: &str| Error::Failed { doing: "changing an enrolment", source: format!("no answer to {field}").into() };
    let need = |field: &'static str| filed.text(field).ok_or_else(|| missing(field));
    let key = || -> Result<IscrizioneId> {
        need(campi::FIGLIO)?.parse().map_err(|error| Error::failed("reading an enrolment", error))
    };
    let (action, iscrizione, what) = match effect {
        Effect::CreateIscrizione => return Ok(None),
        Effect::CloseIscrizione if filed.text(campi::TIPO) == Some(campi::SOSPENSIONE) => return Ok(None),
        Effect::CloseIscrizione => {
            let first = date(filed.value(campi::DAL)).ok_or_else(|| missing(campi::DAL))?;
            let last = first.pred_opt().ok_or_else(|| missing(campi::DAL))?;
            ("iscrizione.close", key()?, What::Close { last })
        }
        Effect::SetPaymentMode => {
            let iscrizione = key()?;
            ("iscrizione.payment", iscrizione, payment(portal, ctx, pratica, filed, iscrizione).await?)
        }
    };
    let note = ctx.note(portal, action, "iscrizione", Some(iscrizione.uuid()));
    Ok(Some(Change { iscrizione, what, note }))
}

async fn payment(
    portal: &Portal,
    ctx: &Ctx,
    pratica: &PraticaRow,
    filed: &Filed,
    iscrizione: IscrizioneId,
) -> Result<What> {
    let need = |field: &'static str| {
        let answer = filed.text(field);
        answer.ok_or(Error::Failed { doing: "changing the payment", source: format!("no answer to {field}").into() })
    };
    let modalita = need(campi::MODALITA)?.to_owned();
    if modalita != campi::SDD {
        return Ok(What::Payment { modalita, payment: None, mandato: None });
    }
    let sealer = portal.sealer(ctx.ente_id()).await?;
    let [iban, nome, codice_fiscale] = campi::PAYMENT.map(need);
    let conto = Conto::new(iban?, nome?, codice_fiscale?)?;
    let id = MandatoId::new(portal.chance().uuid(portal.clock().now()));
    let mandato = NewMandato::signed(id, &conto, &sealer, campi::MENSA, pratica.received_at)?;
    let plain = JsonValue::Object(values(filed, &campi::PAYMENT)).to_string();
    let payment = sealer.seal(&Place::new("iscrizione", "sealed_payment", iscrizione), plain.as_bytes())?;
    Ok(What::Payment { modalita, payment: Some(payment), mandato: Some(mandato) })
}

impl Change {
    /// Applies the change in the transaction of the decision.
    pub(super) async fn apply(
        self,
        tx: &mut Tx,
        ente: EnteId,
        pratica: &PraticaRow,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        let Self { iscrizione: id, what, note } = self;
        let payer = pratica.persona_id;
        let changed = match what {
            What::Close { last } => iscrizione::close(tx, ente, id, payer, last).await?,
            What::Payment { modalita, payment, mandato } => {
                let changed = iscrizione::set_payment(tx, ente, id, payer, &modalita, payment.as_ref()).await?;
                if changed {
                    replace_mandato(tx, ente, id, pratica, mandato, now).await?;
                }
                changed
            }
        };
        if !changed {
            // Over since it was asked for, or no longer paid by the applicant: the office must reject it.
            return Err(Reason::NotAllowedNow.refuse());
        }
        audit::record(tx, ente, &note).await
    }
}

/// The mandate in use is revoked; a new account has a mandate, and a reference, of its own.
async fn replace_mandato(
    tx: &mut Tx,
    ente: EnteId,
    id: IscrizioneId,
    pratica: &PraticaRow,
    new: Option<NewMandato>,
    now: DateTime<Utc>,
) -> sportello_store::Result<()> {
    if let Some(old) = mandato::in_use(tx, ente, id).await? {
        mandato::end(tx, ente, old.id, MandatoStatus::Revoked).await?;
    }
    match new {
        Some(new) => new.add(tx, ente, id, pratica.persona_id, pratica.id, now).await,
        None => Ok(()),
    }
}
