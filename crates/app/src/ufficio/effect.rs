//! What accepting a pratica does in the world. Prepared before the transaction (reading, sealing), applied inside it.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value as JsonValue};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    euro::Euro,
    id::{AlunnoId, EnteId, IscrizioneId, MandatoId},
    modello::{Value, procedura::Effect},
};
use sportello_store::{
    Json, Tx, alunno,
    alunno::AlunnoRow,
    iscrizione,
    iscrizione::{IscrizioneRow, IscrizioneStatus},
    pratica::PraticaRow,
    seal::{Place, Sealed},
};

use super::change::{self, Change};
use crate::{
    Ctx, Error, Portal, Result, campi, ente,
    error::Reason,
    facts::code_in_school,
    filed::Filed,
    sdd::{Conto, NewMandato},
    tariffe::{self, NewAssegnazione},
};

/// The effects of one acceptance, ready to be applied.
pub(super) struct Effects {
    iscrizione: Option<NewIscrizione>,
    changes: Vec<Change>,
}

/// An enrolment and its child, as the answers describe them.
struct NewIscrizione {
    id: IscrizioneId,
    alunno: AlunnoRow,
    anno: AnnoScolastico,
    plesso: String,
    classe: String,
    giorni: Vec<String>,
    modalita: String,
    payment: Option<Sealed>,
    dieta: Option<Sealed>,
    mandato: Option<NewMandato>,
    tariffa: NewAssegnazione,
}

/// Reads from the answers what the effects of the procedura need.
pub(super) async fn prepare(portal: &Portal, ctx: &Ctx, pratica: &PraticaRow) -> Result<Effects> {
    let ente = ctx.ente_id();
    let filed = Filed::open(portal, ente, pratica).await?;
    let enrols = filed.document.procedura.effects.contains(&Effect::CreateIscrizione);
    let iscrizione = if enrols { Some(enrolment(portal, ente, pratica, &filed).await?) } else { None };
    let mut changes = Vec::new();
    for effect in &filed.document.procedura.effects {
        changes.extend(change::prepare(portal, ctx, pratica, &filed, *effect).await?);
    }
    Ok(Effects { iscrizione, changes })
}

async fn enrolment(portal: &Portal, ente: EnteId, pratica: &PraticaRow, filed: &Filed) -> Result<NewIscrizione> {
    let now = portal.clock().now();
    let sealer = portal.sealer(ente).await?;
    let id = IscrizioneId::new(portal.chance().uuid(now));
    let need = |field: &'static str| {
        let answer = filed.text(field).map(str::to_owned);
        answer.ok_or(Error::Failed { doing: "enrolling the child", source: format!("no answer to {field}").into() })
    };
    let seal = |column: &'static str, fields: &[&str]| -> Result<Option<Sealed>> {
        let values = values(filed, fields);
        if values.is_empty() {
            return Ok(None);
        }
        let plain = JsonValue::Object(values).to_string();
        Ok(Some(sealer.seal(&Place::new("iscrizione", column, id), plain.as_bytes())?))
    };
    let modalita = need(campi::MODALITA)?;
    let mandato = if modalita == campi::SDD {
        let [iban, nome, codice_fiscale] = campi::PAYMENT.map(need);
        let conto = Conto::new(&iban?, &nome?, &codice_fiscale?)?;
        let key = MandatoId::new(portal.chance().uuid(now));
        Some(NewMandato::signed(key, &conto, &sealer, campi::MENSA, pratica.received_at)?)
    } else {
        None
    };
    let locality = ente::by_id(portal, ente).await?.ok_or(Error::NotFound)?.settings.locality.clone();
    let residente = filed.text(campi::RESIDENZA_COMUNE).is_some_and(|comune| tariffe::is_resident(comune, &locality));
    let tariffa = NewAssegnazione::declared(&sealer, id, cents(filed.value(campi::ISEE)), residente)?;
    Ok(NewIscrizione {
        id,
        alunno: AlunnoRow {
            id: AlunnoId::new(portal.chance().uuid(now)),
            codice_fiscale: filed.text(campi::FIGLIO_CF).map(str::to_owned),
            cognome: need(campi::FIGLIO_COGNOME)?,
            nome: need(campi::FIGLIO_NOME)?,
            nascita: date(filed.value(campi::FIGLIO_NASCITA)),
        },
        anno: filed.anno(),
        plesso: need(campi::PLESSO)?,
        classe: code_in_school(&need(campi::CLASSE)?).to_owned(),
        giorni: list(filed.value(campi::GIORNI)),
        modalita,
        payment: seal("sealed_payment", &campi::PAYMENT)?,
        dieta: seal("sealed_dieta", &campi::DIETA)?,
        mandato,
        tariffa,
    })
}

/// The answers to these fields, where there are any.
pub(super) fn values(filed: &Filed, fields: &[&str]) -> Map<String, JsonValue> {
    let answered = fields.iter().filter_map(|field| {
        let value = serde_json::to_value(filed.value(field)?).ok()?;
        Some(((*field).to_owned(), value))
    });
    answered.collect()
}

pub(super) fn date(value: Option<&Value>) -> Option<NaiveDate> {
    match value {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    }
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

impl Effects {
    /// Applies the effects in the transaction of the decision.
    pub(super) async fn apply(
        self,
        tx: &mut Tx,
        ente: EnteId,
        pratica: &PraticaRow,
        now: DateTime<Utc>,
    ) -> sportello_store::Result<()> {
        for change in self.changes {
            change.apply(tx, ente, pratica, now).await?;
        }
        let Some(new) = self.iscrizione else { return Ok(()) };
        let child = alunno::put(tx, ente, &new.alunno).await?;
        if iscrizione::active(tx, ente, campi::MENSA, new.anno, child.id).await?.is_some() {
            // Enrolled already, by a pratica of the other parent: one of the two must be rejected.
            return Err(Reason::NotAllowedNow.refuse());
        }
        let school = Some((new.plesso.as_str(), new.classe.as_str()));
        alunno::link(tx, ente, pratica.persona_id, child.id, school, now).await?;
        let (dal, al) = school_year(new.anno);
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
        Ok(())
    }
}

/// First and last day of a school year.
fn school_year(anno: AnnoScolastico) -> (NaiveDate, NaiveDate) {
    let first = anno.first_year();
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day of every year");
    (day(first, 9, 1), day(first + 1, 8, 31))
}
