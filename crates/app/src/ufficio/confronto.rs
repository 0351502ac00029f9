//! What stands out in a pratica beside what the ente knows already: the filing of an earlier year, the register of people,
//! debts that are overdue. It warns and decides nothing.

use chrono::NaiveDate;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{EnteId, PraticaId},
    modello::{Difference, Form},
};
use sportello_store::{
    Read, debito,
    persona::PersonaRow,
    pratica::{self, PraticaRow},
};

use super::{CLERKS, holds};
use crate::{Ctx, Portal, Result, facts, filed::Filed, pratica::number};

/// What stands out in a pratica.
#[derive(Clone, Debug, Default)]
pub struct Confronto {
    /// The filing for an earlier year, where there is one.
    pub earlier: Option<Earlier>,
    /// Answers that are not what sign-in and profile say of the applicant, without what those say: the office has what was
    /// written to it. Nothing where it was filed at the desk, which is not told of the profile either.
    pub person: Vec<Difference>,
    /// How many debts the applicant should have paid already, for those who decide only; 0 for others. What they come to is for the
    /// accounts office.
    pub overdue: i64,
}

/// The filing for an earlier year.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// It.
    pub id: PraticaId,
    /// "2025/184".
    pub number: String,
    /// Its school year.
    pub anno: AnnoScolastico,
    /// What was answered otherwise then.
    pub differences: Vec<Difference>,
}

/// What is read for it.
pub(super) struct Known {
    earlier: Option<PraticaRow>,
    overdue: i64,
}

impl Known {
    /// Nothing for a pratica that is over: people move and pay later.
    pub(super) async fn read(
        read: &mut Read,
        ente: EnteId,
        pratica: &PraticaRow,
        today: NaiveDate,
    ) -> sportello_store::Result<Option<Self>> {
        if pratica.status.is_final() {
            return Ok(None);
        }
        Ok(Some(Self {
            earlier: pratica::earlier(read, ente, pratica).await?,
            overdue: debito::overdue(read, ente, pratica.persona_id, today).await?,
        }))
    }
}

impl Confronto {
    /// `applicant`: who filed it with an identity of their own.
    pub(super) async fn new(
        portal: &Portal,
        ctx: &Ctx,
        form: &Form<'_>,
        (applicant, known): (Option<&PersonaRow>, Option<Known>),
    ) -> Result<Self> {
        let Some(known) = known else { return Ok(Self::default()) };
        let earlier = match known.earlier {
            Some(row) => Some(Earlier::new(portal, ctx, form, &row).await?),
            None => None,
        };
        Ok(Self {
            earlier,
            person: applicant.map(|row| form.differs_from_person(facts::person(row.clone()))).unwrap_or_default(),
            overdue: if holds(ctx, &CLERKS) { known.overdue } else { 0 },
        })
    }

    /// How many warnings it gives; another answer than a year ago is none.
    pub fn warnings(&self) -> usize {
        self.person.len() + usize::from(self.overdue > 0)
    }
}

impl Earlier {
    async fn new(portal: &Portal, ctx: &Ctx, form: &Form<'_>, row: &PraticaRow) -> Result<Self> {
        let filed = Filed::open_clear(portal, ctx.ente_id(), row).await?;
        Ok(Self {
            id: row.id,
            number: number(row.anno, row.numero),
            anno: row.anno_scolastico,
            differences: form.differs_from(&filed.form(ctx.lingua)),
        })
    }
}
