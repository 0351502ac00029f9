//! An invoice before it is numbered: meals at the same price and by the same rule in one line.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Giorno, Iscritto, Modalita, Periodo};
use crate::{
    euro::Euro,
    id::{AlunnoId, IscrizioneId, PersonaId},
    iva,
    lingua::Lingua,
    tariffa::Prezzo,
    testo,
};

/// A line of an invoice, as it is kept with it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Riga {
    /// What is charged: "Pasti di ottobre 2026".
    pub text: String,
    /// How the price came about, in Italian.
    pub rule: String,
    /// The days charged, in order.
    pub days: Vec<NaiveDate>,
    /// How many.
    pub quantity: i64,
    /// Price of one, VAT included.
    #[serde(rename = "unit_cents")]
    pub unit: Euro,
    /// Price of all, VAT included.
    #[serde(rename = "amount_cents")]
    pub amount: Euro,
}

/// An invoice that is not issued yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fattura {
    /// The enrolment.
    pub iscrizione: IscrizioneId,
    /// The child.
    pub alunno: AlunnoId,
    /// Who pays.
    pub persona: PersonaId,
    /// By which way it is paid.
    pub modalita: Modalita,
    /// Its lines, by month and price.
    pub righe: Vec<Riga>,
    /// Net amount.
    pub net: Euro,
    /// VAT.
    pub vat: Euro,
    /// Total.
    pub total: Euro,
    /// The rows of attendance that it charges.
    pub presenze: Vec<Uuid>,
}

/// An invoice being written, day by day.
#[derive(Default)]
pub(super) struct Draft {
    days: BTreeMap<(Periodo, Euro, String), Vec<NaiveDate>>,
    presenze: Vec<Uuid>,
}

impl Draft {
    pub(super) fn add(&mut self, giorno: &Giorno, prezzo: Prezzo) {
        let key = (Periodo::of(giorno.day), prezzo.unit, prezzo.rule);
        self.days.entry(key).or_default().push(giorno.day);
        self.presenze.push(giorno.presenza);
    }

    pub(super) fn finish(self, iscritto: &Iscritto, rate_bp: i64) -> Fattura {
        let righe: Vec<Riga> =
            self.days.into_iter().map(|((month, unit, rule), days)| line(month, unit, rule, days)).collect();
        let total = righe.iter().map(|riga| riga.amount).sum();
        let parts = iva::split(total, rate_bp);
        Fattura {
            iscrizione: iscritto.iscrizione,
            alunno: iscritto.alunno,
            persona: iscritto.persona,
            modalita: iscritto.modalita,
            righe,
            net: parts.net,
            vat: parts.vat,
            total,
            presenze: self.presenze,
        }
    }
}

fn line(month: Periodo, unit: Euro, rule: String, days: Vec<NaiveDate>) -> Riga {
    let month = testo::month(month.first_day(), Lingua::It);
    let text = format!("Pasti di {month}");
    let quantity = i64::try_from(days.len()).unwrap_or(i64::MAX);
    Riga { text, rule, quantity, unit, amount: Euro::from_cents(unit.cents() * quantity), days }
}

/// The number of an invoice or a credit note as people write it: `12/M/2026`.
pub fn document_number(numero: i64, serie: &str, anno: i64) -> String {
    format!("{numero}/{serie}/{anno}")
}
