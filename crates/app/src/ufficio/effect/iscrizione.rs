//! `create_iscrizione` and `close_iscrizione`.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    calendar,
    dieta::Dieta,
    ente::Ente,
    euro::Euro,
    id::{AlunnoId, EnteId, IscrizioneId, MandatoId},
    modello::Value,
};
use sportello_store::{
    Json, Tx, alunno,
    alunno::AlunnoRow,
    audit,
    audit::AuditRow,
    iscrizione,
    iscrizione::{IscrizioneRow, IscrizioneStatus},
    pratica::{self, PraticaRow},
    seal::{Place, Sealed},
};

use super::{Case, date, ground_moved, values};
use crate::{
    Error, Portal, Result, campi,
    dieta::NewDieta,
    ente,
    facts::code_in_school,
    filed::Filed,
    graduatoria,
    sdd::{Conto, NewMandato},
    tariffe::{self, NewAssegnazione},
};

/// An enrolment and its child, as the answers describe them.
pub(super) struct Create {
    id: IscrizioneId,
    alunno: AlunnoRow,
    anno: AnnoScolastico,
    /// First and last day.
    days: (NaiveDate, NaiveDate),
    plesso: String,
    classe: String,
    giorni: Vec<String>,
    modalita: String,
    payment: Option<Sealed>,
    dieta: Option<Sealed>,
    new_dieta: Option<NewDieta>,
    mandato: Option<NewMandato>,
    tariffa: NewAssegnazione,
    note: AuditRow,
}

/// Creates the enrolment of the child, with its tariff, its diet and its mandate.
pub(super) async fn create(case: &Case<'_>) -> Result<Create> {
    let (Case { portal, ctx, pratica, filed }, ente, now) = (case, case.ente(), case.now());
    let sealer = portal.sealer(ente).await?;
    let id = IscrizioneId::new(case.key());
    let need = |field: &'static str| case.need(field).map(str::to_owned);
    let seal = |column: &'static str, fields: &[&str]| -> Result<Option<Sealed>> {
        let values = values(filed, fields);
        if values.is_empty() {
            return Ok(None);
        }
        let plain = serde_json::to_vec(&values).map_err(|error| Error::failed("sealing an enrolment", error))?;
        Ok(Some(sealer.seal(&Place::new("iscrizione", column, id), &plain)?))
    };
    let modalita = need(campi::MODALITA)?;
    let mandato = if modalita == campi::SDD {
        let [iban, nome, codice_fiscale] = campi::PAYMENT.map(need);
        let conto = Conto::new(&iban?, &nome?, &codice_fiscale?)?;
        let key = MandatoId::new(case.key());
        Some(NewMandato::signed(key, &conto, &sealer, campi::MENSA, case.payment_at().await?)?)
    } else {
        None
    };
    let locality = ente::by_id(portal, ente).await?.ok_or(Error::NotFound)?.settings.locality.clone();
    let comune = filed.text(campi::FIGLIO_RESIDENZA_COMUNE).or_else(|| filed.text(campi::RESIDENZA_COMUNE));
    let residente = comune.is_some_and(|comune| tariffe::is_resident(comune, &locality));
    let in_order = filed.value(campi::ISEE_DIFFORMITA) != Some(&Value::Flag(true));
    let isee = cents(filed.value(campi::ISEE)).filter(|_| in_order);
    let tariffa = NewAssegnazione::declared(&sealer, id, isee, residente)?;
    let (first, al) = school_year(filed.anno());
    // Who begins later says so; nobody begins before the school year, or after it.
    let dal = date(filed.value(campi::DAL)).map_or(first, |asked| asked.clamp(first, al));
    let new_dieta = match asks_for_diet(filed) {
        true => {
            let end = date(filed.value(campi::DIETA_SCADENZA));
            let dieta = Dieta::accepted(calendar::legal_date(now), dal, end, values(filed, &campi::DIETA));
            Some(NewDieta::seal(case.key(), &dieta, &sealer)?)
        }
        false => None,
    };
    Ok(Create {
        id,
        alunno: AlunnoRow {
            id: AlunnoId::new(case.key()),
            // Filed, or written by the office since.
            codice_fiscale: pratica.alunno_codice_fiscale.clone(),
            cognome: need(campi::FIGLIO_COGNOME)?,
            nome: need(campi::FIGLIO_NOME)?,
            nascita: date(filed.value(campi::FIGLIO_NASCITA)),
        },
        anno: filed.anno(),
        days: (dal, al),
        plesso: need(campi::PLESSO)?,
        classe: code_in_school(&need(campi::CLASSE)?).to_owned(),
        giorni: list(filed.value(campi::GIORNI)),
        modalita,
        payment: seal("sealed_payment", &campi::PAYMENT)?,
        dieta: seal("sealed_dieta", &campi::DIETA)?,
        new_dieta,
        mandato,
        tariffa,
        note: ctx.note(portal, "iscrizione.create", "iscrizione", Some(id.uuid())),
    })
}

fn asks_for_diet(filed: &Filed) -> bool {
    filed.text(campi::DIETA_TIPO).is_some_and(|kind| kind != campi::NESSUNA)
}

fn cents(value: Option<&Value>) -> Option<Euro> {
    match value {
        Some(Value::Cents(cents)) => Some(Euro::from_cents(*cents)),
        _ => None,
    }
}

fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::List(items)) => items.clone(),
        _ => Vec::new(),
    }
}

impl Create {
    /// Enrols the child; refused where it is enrolled already.
    pub(super) async fn apply(
        self,
        tx: &mut Tx,
        ente: EnteId,
        pratica: &PraticaRow,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        let new = self;
        let child = alunno::put(tx, ente, &new.alunno).await?;
        if iscrizione::active(tx, ente, campi::MENSA, new.anno, child.id).await?.is_some() {
            // Enrolled already, by a pratica of the other parent: one of the two must be rejected.
            return Err(ground_moved());
        }
        let school = Some((new.plesso.as_str(), new.classe.as_str()));
        alunno::link(tx, ente, pratica.persona_id, child.id, school, now).await?;
        let (dal, al) = new.days;
        let row = IscrizioneRow {
            id: new.id,
            servizio: campi::MENSA.to_owned(),
            anno_scolastico: new.anno,
            alunno_id: child.id,
            persona_id: pratica.persona_id,
            plesso: new.plesso,
            classe: new.classe,
            giorni: Json(new.giorni),
            dal,
            al,
            status: IscrizioneStatus::Active,
            modalita_pagamento: new.modalita,
            sealed_payment: new.payment,
            sealed_dieta: new.dieta,
            pratica_id: pratica.id,
            created_at: now,
        };
        iscrizione::create(tx, ente, &row).await?;
        new.tariffa.add(tx, ente, row.id, (dal, al), now).await?;
        if let Some(mandato) = new.mandato {
            mandato.add(tx, ente, row.id, row.persona_id, pratica.id, now).await?;
        }
        if let Some(dieta) = new.new_dieta {
            dieta.add(tx, ente, row.id, pratica.id, now).await?;
        }
        audit::record(tx, ente, &new.note).await
    }
}

/// First and last day of a school year.
fn school_year(anno: AnnoScolastico) -> (NaiveDate, NaiveDate) {
    let first = anno.first_year();
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day of every year");
    (day(first, 9, 1), day(first + 1, 8, 31))
}

/// An enrolment that ends; `last` is the last day of the service.
pub(super) struct Close {
    iscrizione: IscrizioneId,
    last: NaiveDate,
    note: AuditRow,
    portal: Portal,
    ente: Arc<Ente>,
}

/// Ends the enrolment on the day before the one that was asked for. Its mandate stands until what was booked is paid.
pub(super) fn close(case: &Case<'_>) -> Result<Close> {
    let iscrizione = case.iscrizione()?;
    let last = last_day(case.need_date(campi::DAL)?);
    let note = case.ctx.note(case.portal, "iscrizione.close", "iscrizione", Some(iscrizione.uuid()));
    Ok(Close { iscrizione, last, note, portal: case.portal.clone(), ente: case.ctx.ente.clone() })
}

/// Last day of the service of somebody who gives it up from a day on.
pub(super) fn last_day(given_up_from: NaiveDate) -> NaiveDate {
    given_up_from.pred_opt().unwrap_or(given_up_from)
}

impl Close {
    /// Ends it; refused where it is over, or is paid by somebody else. Its place, where they are few, goes to the next one.
    pub(super) async fn apply(self, tx: &mut Tx, ente: EnteId, pratica: &PraticaRow) -> sportello_store::Result<()> {
        if !iscrizione::close(tx, ente, self.iscrizione, pratica.persona_id, self.last).await? {
            return Err(ground_moved());
        }
        if let Some(ended) = iscrizione::by_id(tx, ente, self.iscrizione).await?
            && let Some(made) = pratica::by_id(tx, ente, ended.pratica_id).await?
        {
            graduatoria::move_up(tx, &self.portal, &self.ente, (&made.modello, made.anno_scolastico)).await?;
        }
        audit::record(tx, ente, &self.note).await
    }
}
