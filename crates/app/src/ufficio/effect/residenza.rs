//! `change_residenza`: the new residence of the applicant and the children who moved, and their tariffs from the day that
//! the regulation says.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar, fatturazione::Periodo, id::EnteId, luogo::Luogo, modello::Value, tariffa::Decorrenza,
};
use sportello_store::{
    Read, Tx, audit,
    audit::AuditRow,
    compito::CompitoKind,
    documento_contabile,
    iscrizione::{self, PaidRow},
    pratica::PraticaRow,
    residenza::{self, Chi, ResidenzaRow},
    tariffa,
};

use super::{Case, compito, compito::Leave, ground_moved, missing};
use crate::{Result, campi, filed::Filed, tariffe};

/// A change of residence, ready to be applied.
pub(super) struct ChangeResidenza {
    new: Move,
    row: ResidenzaRow,
    /// Keys of the rows of the children.
    keys: Vec<uuid::Uuid>,
    conguaglio: Leave,
    note: AuditRow,
}

/// What a pratica says of a move.
#[derive(Clone, Debug)]
pub(super) struct Move {
    /// The new comune, with its province.
    pub(super) comune: String,
    /// Whether that is the comune of the ente.
    pub(super) residente: bool,
    /// The first day on which it counts, once the rule of the plan is applied.
    reference: NaiveDate,
    /// First day in the new home.
    dal: NaiveDate,
    /// Codici fiscali of the children who move.
    children: Vec<String>,
}

/// Most children of one move: those of the modello.
const CHILDREN_MAX: usize = 30;

/// Reads the move from the answers. What was declared for the past counts from the day of the filing.
pub(super) fn read_move(filed: &Filed, pratica: &PraticaRow, locality: &str) -> Result<Move> {
    let missing = || missing(campi::NUOVO_COMUNE);
    let Some(Value::Ref { code, label }) = filed.value(campi::NUOVO_COMUNE) else { return Err(missing()) };
    let comune = Luogo::by_code(code).ok_or_else(missing)?;
    let dal = super::date(filed.value(campi::DECORRENZA)).ok_or_else(|| super::missing(campi::DECORRENZA))?;
    let rows = filed.answers.rows(campi::PERSONE).iter();
    let children = rows.filter_map(|row| Some(row.value(campi::FIGLIO_CF)?.text()?.to_owned()));
    Ok(Move {
        comune: label.clone(),
        residente: tariffe::is_resident(comune.name, locality),
        reference: dal.max(calendar::legal_date(pratica.received_at)),
        dal,
        children: children.take(CHILDREN_MAX).collect(),
    })
}

/// Writes the residence down and reckons the tariff of the children who moved anew.
pub(super) async fn change_residenza(case: &Case<'_>) -> Result<ChangeResidenza> {
    let new = read_move(case.filed, case.pratica, &case.ctx.ente.settings.locality)?;
    let row = ResidenzaRow {
        id: case.key(),
        dal: new.dal,
        comune: new.comune.clone(),
        indirizzo: case.need(campi::NUOVO_INDIRIZZO)?.to_owned(),
        cap: case.need(campi::NUOVO_CAP)?.to_owned(),
        pratica_id: case.pratica.id,
        created_at: case.now(),
    };
    let persona = case.pratica.persona_id.uuid();
    Ok(ChangeResidenza {
        keys: new.children.iter().map(|_| case.key()).collect(),
        new,
        row,
        conguaglio: compito::leave(case, CompitoKind::Conguaglio),
        note: case.ctx.note(case.portal, "persona.residenza", "persona", Some(persona)),
    })
}

/// An enrolment whose tariff changes.
pub(super) struct Retariffed {
    id: sportello_domain::id::IscrizioneId,
    /// First day of the new tariff.
    pub(super) from: NaiveDate,
    /// Whether days since then are invoiced already.
    pub(super) invoiced: bool,
}

impl Move {
    /// The enrolments in force of the children who move that the applicant pays for.
    async fn moved(
        &self,
        read: &mut Read,
        ente: EnteId,
        pratica: &PraticaRow,
    ) -> sportello_store::Result<Vec<PaidRow>> {
        let paid = iscrizione::paid(read, ente, pratica.persona_id).await?;
        let moves = |row: &PaidRow| row.codice_fiscale.as_ref().is_some_and(|code| self.children.contains(code));
        Ok(paid.into_iter().filter(moves).collect())
    }

    /// Those among them whose tariff is reckoned otherwise by it.
    pub(super) async fn retariffed(
        &self,
        read: &mut Read,
        ente: EnteId,
        pratica: &PraticaRow,
    ) -> sportello_store::Result<Vec<Retariffed>> {
        let from = self.first_day(read, ente).await?;
        let mut found = Vec::new();
        for row in self.moved(read, ente, pratica).await? {
            let from = from.max(row.dal);
            let bases = tariffa::of_iscrizione(read, ente, row.id).await?;
            if bases.iter().any(|base| base.al >= from && base.residente != self.residente) {
                let invoiced = documento_contabile::invoiced_since(read, ente, row.id, Periodo::of(from)).await?;
                found.push(Retariffed { id: row.id, from, invoiced });
            }
        }
        Ok(found)
    }

    /// By the rule of the plan in force on the day.
    async fn first_day(&self, read: &mut Read, ente: EnteId) -> sportello_store::Result<NaiveDate> {
        let piani = tariffa::of_service(read, ente, campi::MENSA).await?;
        let rule = tariffe::in_force(&piani, self.reference).map_or_else(Decorrenza::default, |at| {
            // What a plan says of January is about an ISEE: a home is not changed for the past.
            match piani[at].piano.0.decorrenza() {
                Decorrenza::RetroJan => Decorrenza::SameDay,
                rule => rule,
            }
        });
        Ok(rule.first_day(self.reference))
    }
}

impl ChangeResidenza {
    /// Writes it; refused where a later declaration of the applicant was accepted before.
    pub(super) async fn apply(
        self,
        tx: &mut Tx,
        ente: EnteId,
        pratica: &PraticaRow,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        let Self { new, row, keys, conguaglio, note } = self;
        if residenza::declared_later(tx, ente, pratica.persona_id, pratica.received_at).await? {
            return Err(ground_moved());
        }
        residenza::add(tx, ente, Chi::Persona(pratica.persona_id), &row).await?;
        let mut children: Vec<_> = new.moved(tx, ente, pratica).await?.into_iter().map(|row| row.alunno_id).collect();
        children.sort();
        children.dedup();
        for (alunno, id) in children.into_iter().zip(keys) {
            residenza::add(tx, ente, Chi::Alunno(alunno), &ResidenzaRow { id, ..row.clone() }).await?;
        }
        let retariffed = new.retariffed(tx, ente, pratica).await?;
        for one in &retariffed {
            tariffa::set_residente(tx, ente, one.id, (one.from, new.residente), now).await?;
        }
        if retariffed.iter().any(|one| one.invoiced) {
            conguaglio.apply(tx, ente, pratica, now).await?;
        }
        audit::record(tx, ente, &note).await
    }
}
