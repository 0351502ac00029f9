//! `set_dieta`: the diet of an enrolled child, from the acceptance on.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar,
    dieta::Dieta,
    id::{EnteId, IscrizioneId},
};
use sportello_store::{Tx, audit, audit::AuditRow, pratica::PraticaRow};

use super::{Case, date, ground_moved, standing, values};
use crate::{Result, campi, dieta::NewDieta};

/// A request about a diet, ready to be applied.
pub(super) struct SetDieta {
    iscrizione: IscrizioneId,
    dal: NaiveDate,
    new: NewDieta,
    note: AuditRow,
}

/// Sets the diet, or ends it where somebody goes back to the menu of all: never from before today.
pub(super) async fn set_dieta(case: &Case<'_>) -> Result<SetDieta> {
    let iscrizione = case.iscrizione()?;
    let ends = case.need(campi::AZIONE)? == campi::RINUNCIA;
    let answers = if ends { Default::default() } else { values(case.filed, &campi::DIETA) };
    let al = date(case.filed.value(campi::AL)).filter(|_| !ends);
    let dieta = Dieta::accepted(calendar::legal_date(case.now()), case.need_date(campi::DAL)?, al, answers);
    let sealer = case.portal.sealer(case.ente()).await?;
    let id = case.key();
    Ok(SetDieta {
        iscrizione,
        dal: dieta.dal,
        new: NewDieta::seal(id, &dieta, &sealer)?,
        note: case.ctx.note(case.portal, "iscrizione.dieta", "iscrizione", Some(iscrizione.uuid())),
    })
}

impl SetDieta {
    /// Writes it; refused where the enrolment is over by then, or is paid by somebody else.
    pub(super) async fn apply(
        self,
        tx: &mut Tx,
        ente: EnteId,
        pratica: &PraticaRow,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        let found = standing(tx, ente, self.iscrizione, pratica.persona_id).await?;
        if found.is_none_or(|row| row.al < self.dal) {
            return Err(ground_moved());
        }
        self.new.add(tx, ente, self.iscrizione, pratica.id, now).await?;
        audit::record(tx, ente, &self.note).await
    }
}
