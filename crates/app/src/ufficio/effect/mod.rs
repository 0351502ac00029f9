//! What accepting a pratica does in the world: one function for each effect that a procedura may name.
//!
//! Each is prepared before the transaction (reading, sealing) and applied inside it, with its row in the audit. Where the
//! ground has moved since the filing (an enrolment that is over, or is paid by somebody else) nothing is accepted.

mod compito;
mod dieta;
mod expected;
mod iscrizione;
mod pagamento;
mod residenza;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{EnteId, IscrizioneId, PersonaId},
    modello::{Value, procedura::Effect},
};
use sportello_store::{
    Read, Tx,
    iscrizione::{IscrizioneRow, IscrizioneStatus},
    pratica::PraticaRow,
};

use crate::{Ctx, Error, Portal, Result, campi, error::Reason, filed::Filed, integrazione};

pub(super) use expected::outlook;
pub use expected::{Expected, Outlook};

/// What an effect is prepared from.
struct Case<'a> {
    portal: &'a Portal,
    ctx: &'a Ctx,
    pratica: &'a PraticaRow,
    filed: &'a Filed,
}

/// The effects of one acceptance, ready to be applied.
pub(super) struct Effects(Vec<Ready>);

/// One of them.
enum Ready {
    Create(Box<iscrizione::Create>),
    Close(iscrizione::Close),
    Payment(Box<pagamento::SetPayment>),
    Dieta(dieta::SetDieta),
    Residenza(Box<residenza::ChangeResidenza>),
    Compito(compito::Leave),
}

/// Reads from the answers what the effects of the procedura need.
pub(super) async fn prepare(portal: &Portal, ctx: &Ctx, pratica: &PraticaRow) -> Result<Effects> {
    let filed = Filed::open(portal, ctx.ente_id(), pratica).await?;
    let case = Case { portal, ctx, pratica, filed: &filed };
    let mut ready = Vec::new();
    for effect in &filed.document.procedura.effects {
        ready.push(match effect {
            Effect::CreateIscrizione => Ready::Create(Box::new(iscrizione::create(&case).await?)),
            Effect::CloseIscrizione if is_suspension(&filed) => Ready::Compito(compito::suspension(&case)),
            Effect::CloseIscrizione => Ready::Close(iscrizione::close(&case)?),
            Effect::SetPaymentMode => Ready::Payment(Box::new(pagamento::set_payment_mode(&case).await?)),
            Effect::SetDieta => Ready::Dieta(dieta::set_dieta(&case).await?),
            Effect::ChangeResidenza => Ready::Residenza(Box::new(residenza::change_residenza(&case).await?)),
            Effect::IssueCertificazione => Ready::Compito(compito::issue_certificazione(&case)),
        });
    }
    Ok(Effects(ready))
}

impl Effects {
    /// Applies the effects in the transaction of the decision.
    pub(super) async fn apply(
        self,
        tx: &mut Tx,
        ente: EnteId,
        pratica: &PraticaRow,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        for ready in self.0 {
            match ready {
                Ready::Create(create) => create.apply(tx, ente, pratica, now).await?,
                Ready::Close(close) => close.apply(tx, ente, pratica).await?,
                Ready::Payment(payment) => payment.apply(tx, ente, pratica, now).await?,
                Ready::Dieta(dieta) => dieta.apply(tx, ente, pratica, now).await?,
                Ready::Residenza(residenza) => residenza.apply(tx, ente, pratica, now).await?,
                Ready::Compito(leave) => leave.apply(tx, ente, pratica, now).await?,
            }
        }
        Ok(())
    }
}

impl Case<'_> {
    /// When the payment was answered as it stands.
    async fn payment_at(&self) -> Result<DateTime<Utc>> {
        integrazione::payment_at(self.portal, self.ente(), self.pratica, self.filed).await
    }

    fn ente(&self) -> EnteId {
        self.ctx.ente_id()
    }

    fn now(&self) -> DateTime<Utc> {
        self.portal.clock().now()
    }

    fn key(&self) -> uuid::Uuid {
        self.portal.chance().uuid(self.now())
    }

    /// An answer that the effect cannot do without.
    fn need(&self, field: &str) -> Result<&str> {
        self.filed.text(field).ok_or_else(|| missing(field))
    }

    fn need_date(&self, field: &str) -> Result<NaiveDate> {
        date(self.filed.value(field)).ok_or_else(|| missing(field))
    }

    /// The enrolment that the pratica is about.
    fn iscrizione(&self) -> Result<IscrizioneId> {
        self.need(campi::FIGLIO)?.parse().map_err(|error| Error::failed("reading an enrolment", error))
    }
}

fn missing(field: &str) -> Error {
    Error::Failed { doing: "applying what was asked for", source: format!("no answer to {field}").into() }
}

fn is_suspension(filed: &Filed) -> bool {
    filed.text(campi::TIPO) == Some(campi::SOSPENSIONE)
}

/// The answers to these fields, where there are any.
fn values(filed: &Filed, fields: &[&str]) -> BTreeMap<String, Value> {
    let answered = fields.iter().filter_map(|field| Some(((*field).to_owned(), filed.value(field)?.clone())));
    answered.collect()
}

fn date(value: Option<&Value>) -> Option<NaiveDate> {
    match value {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    }
}

/// An enrolment in force that is paid by this person; nothing when the ground has moved.
async fn standing(
    read: &mut Read,
    ente: EnteId,
    id: IscrizioneId,
    payer: PersonaId,
) -> sportello_store::Result<Option<IscrizioneRow>> {
    let found = sportello_store::iscrizione::by_id(read, ente, id).await?;
    Ok(found.filter(|row| row.status == IscrizioneStatus::Active && row.persona_id == payer))
}

/// Over since it was asked for, or no longer paid by the applicant: the office must reject it.
fn ground_moved() -> sportello_store::Error {
    Reason::NotAllowedNow.refuse()
}
