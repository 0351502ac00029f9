//! What the office is shown before it accepts: what will change, and whether it still can. Answers of class A stay out.

use chrono::NaiveDate;
use sportello_domain::{euro::Euro, modello::procedura::Effect};
use sportello_store::{
    Read, compito::CompitoKind, iscrizione::IscrizioneRow, posizione, pratica::PraticaRow, residenza,
};

use super::{Case, is_suspension, iscrizione::last_day, residenza::read_move, standing};
use crate::{Ctx, Portal, Result, campi, filed::Filed};

/// What accepting a pratica changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Its effects, in the order in which they are applied.
    pub expected: Vec<Expected>,
    /// Whether the ground has moved since the filing: it can be rejected only.
    pub moved: bool,
}

/// One effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The child is enrolled; by direct debit with a mandate.
    Enrolment {
        /// Whether a mandate is made.
        by_debit: bool,
    },
    /// The enrolment ends.
    Closing {
        /// Last day of the service.
        last: NaiveDate,
    },
    /// The enrolment is paid otherwise.
    Payment {
        /// Whether it is by direct debit now.
        from_debit: bool,
        /// Whether it will be.
        to_debit: bool,
        /// Debts that wait for a debit and follow.
        debts: usize,
        /// What is owed of them.
        owed: Euro,
    },
    /// The diet changes from the day of the acceptance on, or from a later one that was asked for.
    Diet,
    /// A new residence is written down.
    Residence {
        /// The new comune, with its province.
        comune: String,
        /// Whether that is the comune of the ente.
        residente: bool,
        /// How many enrolments have another tariff then, and from which day the first of them.
        tariffs: Option<(usize, NaiveDate)>,
        /// Whether some of those days are invoiced already.
        invoiced: bool,
    },
    /// The office has something to do by hand.
    Task(CompitoKind),
}

/// Looks at the world as it is now.
pub(in crate::ufficio) async fn outlook(
    portal: &Portal,
    ctx: &Ctx,
    pratica: &PraticaRow,
    filed: &Filed,
) -> Result<Outlook> {
    let case = Case { portal, ctx, pratica, filed };
    let mut outlook = Outlook { expected: Vec::new(), moved: false };
    for effect in &filed.document.procedura.effects {
        let (expected, moved) = case.expect(*effect).await?;
        outlook.expected.push(expected);
        outlook.moved |= moved;
    }
    Ok(outlook)
}

impl Case<'_> {
    /// One effect, and whether the ground under it has moved.
    async fn expect(&self, effect: Effect) -> Result<(Expected, bool)> {
        let debit = || self.filed.text(campi::MODALITA) == Some(campi::SDD);
        Ok(match effect {
            Effect::CreateIscrizione => (Expected::Enrolment { by_debit: debit() }, false),
            Effect::IssueCertificazione => (Expected::Task(CompitoKind::Certificazione), false),
            Effect::CloseIscrizione if is_suspension(self.filed) => (Expected::Task(CompitoKind::Sospensione), false),
            Effect::CloseIscrizione => {
                let last = last_day(self.need_date(campi::DAL)?);
                (Expected::Closing { last }, self.enrolment().await?.is_none())
            }
            Effect::SetDieta => (Expected::Diet, self.enrolment().await?.is_none()),
            Effect::SetPaymentMode => self.expect_payment(debit()).await?,
            Effect::ChangeResidenza => self.expect_residence().await?,
        })
    }

    /// The enrolment that the pratica is about, where it stands.
    async fn enrolment(&self) -> Result<Option<IscrizioneRow>> {
        let (ente, id, payer) = (self.ente(), self.iscrizione()?, self.pratica.persona_id);
        Ok(self.portal.store().read(ente, async move |read| standing(read, ente, id, payer).await).await?)
    }

    async fn expect_payment(&self, to_debit: bool) -> Result<(Expected, bool)> {
        let (ente, id) = (self.ente(), self.iscrizione()?);
        let found = self.enrolment().await?;
        let waiting = async move |read: &mut Read| posizione::waiting(read, ente, id).await;
        let debts = self.portal.store().read(ente, waiting).await?;
        let owed = Euro::from_cents(debts.iter().map(|debt| debt.owed_cents).sum());
        let from_debit = found.as_ref().is_some_and(|row| row.modalita_pagamento == campi::SDD);
        Ok((Expected::Payment { from_debit, to_debit, debts: debts.len(), owed }, found.is_none()))
    }

    async fn expect_residence(&self) -> Result<(Expected, bool)> {
        let new = read_move(self.filed, self.pratica, &self.ctx.ente.settings.locality)?;
        let (ente, pratica, asked) = (self.ente(), self.pratica.clone(), new.clone());
        let look = async move |read: &mut Read| {
            let later = residenza::declared_later(read, ente, pratica.persona_id, pratica.received_at).await?;
            Ok((asked.retariffed(read, ente, &pratica).await?, later))
        };
        let (retariffed, later) = self.portal.store().read(ente, look).await?;
        let first = retariffed.iter().map(|one| one.from).min();
        let expected = Expected::Residence {
            comune: new.comune,
            residente: new.residente,
            tariffs: first.map(|first| (retariffed.len(), first)),
            invoiced: retariffed.iter().any(|one| one.invoiced),
        };
        Ok((expected, later))
    }
}
