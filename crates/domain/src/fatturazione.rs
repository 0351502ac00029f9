//! The monthly run: enrolments, attendance and tariff plans make invoices and name what is odd. Nothing else decides
//! an amount, and the same inputs make the same invoices to the byte.
//!
//! Numbers, dates and debts are given when the invoices are issued, elsewhere.

mod document;
mod periodo;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    euro::Euro,
    id::{AlunnoId, IscrizioneId, PersonaId},
    presenza::PresenzaState,
    tariffa::{Case, Piano, Sibling},
};

pub use document::{Fattura, Riga, document_number};
pub use periodo::Periodo;

/// How often the usual amount an invoice may be before it is odd.
const UNUSUAL: i64 = 3;

/// By which way an enrolment is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Modalita {
    /// Notice of pagoPA, paid online or at a counter.
    #[serde(rename = "PAGOPA")]
    PagoPa,
    /// SEPA direct debit.
    #[serde(rename = "SDD")]
    Sdd,
}

impl Modalita {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::PagoPa, Self::Sdd];

    /// The word kept in the database.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::PagoPa => "PAGOPA",
            Self::Sdd => "SDD",
        }
    }

    /// The one of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.stored() == word)
    }
}

/// A plan with the days on which it is in force.
#[derive(Clone, Debug)]
pub struct PianoInForce {
    /// First day.
    pub from: NaiveDate,
    /// Last day, if there is one.
    pub to: Option<NaiveDate>,
    /// The plan.
    pub piano: Piano,
}

/// What the price of an enrolment depends on, from a day to a day.
#[derive(Clone, Debug)]
pub struct Assegnazione {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// ISEE; none when it was not declared.
    pub isee: Option<Euro>,
    /// Whether the family lives in the ente.
    pub residente: bool,
}

/// A day of attendance that no invoice has charged yet.
#[derive(Clone, Copy, Debug)]
pub struct Giorno {
    /// The row of attendance.
    pub presenza: Uuid,
    /// The day.
    pub day: NaiveDate,
    /// What the child did.
    pub state: PresenzaState,
}

/// An enrolment with everything that the run needs to know of it.
#[derive(Clone, Debug)]
pub struct Iscritto {
    /// The enrolment.
    pub iscrizione: IscrizioneId,
    /// The child.
    pub alunno: AlunnoId,
    /// Who pays.
    pub persona: PersonaId,
    /// Whether the child's codice fiscale is known.
    pub has_codice_fiscale: bool,
    /// Date of birth of the child.
    pub born_on: Option<NaiveDate>,
    /// Day of the enrolment.
    pub enrolled_on: NaiveDate,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Grade of the school.
    pub grado: String,
    /// By which way it is paid.
    pub modalita: Modalita,
    /// What its price depends on.
    pub assegnazioni: Vec<Assegnazione>,
    /// Days not charged yet, of the period and before.
    pub days: Vec<Giorno>,
    /// What an invoice usually comes to; none for the first.
    pub usual: Option<Euro>,
}

/// Something that a person should look at before issuing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Anomaly {
    /// A charged day has no plan, price list or assignment: no invoice is made.
    NoTariff {
        /// The first such day.
        day: NaiveDate,
    },
    /// No meal was eaten: no invoice is made.
    ZeroMeals,
    /// Meals that cost nothing: no invoice is made.
    ZeroTotal,
    /// More than three times what is usual: the invoice is made.
    Unusual {
        /// What is usual.
        usual: Euro,
        /// What it comes to.
        total: Euro,
    },
    /// The child's codice fiscale is not known: the invoice is made.
    MissingCodiceFiscale,
}

impl Anomaly {
    /// Whether it keeps the enrolment without an invoice.
    pub const fn blocks(&self) -> bool {
        matches!(self, Self::NoTariff { .. } | Self::ZeroMeals | Self::ZeroTotal)
    }
}

/// What a run made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Esito {
    /// Invoices, in the order in which they are numbered.
    pub fatture: Vec<Fattura>,
    /// What is odd, in the same order.
    pub anomalies: Vec<(IscrizioneId, Anomaly)>,
}

/// Makes the invoices of a period. All enrolments of a payer must come in the same call: siblings count each other.
pub fn run(periodo: Periodo, piani: &[PianoInForce], iscritti: &[Iscritto], rate_bp: i64) -> Esito {
    let mut families: BTreeMap<PersonaId, Vec<&Iscritto>> = BTreeMap::new();
    for iscritto in iscritti {
        families.entry(iscritto.persona).or_default().push(iscritto);
    }
    let mut esito = Esito::default();
    for family in families.values_mut() {
        family.sort_by_key(|iscritto| (iscritto.born_on, iscritto.iscrizione));
        for iscritto in family.iter() {
            invoice(periodo, piani, family, iscritto, rate_bp, &mut esito);
        }
    }
    esito
}

fn invoice(
    periodo: Periodo,
    piani: &[PianoInForce],
    family: &[&Iscritto],
    iscritto: &Iscritto,
    rate_bp: i64,
    esito: &mut Esito,
) {
    let mut odd = |anomaly| esito.anomalies.push((iscritto.iscrizione, anomaly));
    let mut days: Vec<Giorno> = iscritto
        .days
        .iter()
        .filter(|giorno| giorno.state.is_charged() && iscritto.eats_on(giorno.day, periodo))
        .copied()
        .collect();
    if days.is_empty() {
        if iscritto.from <= periodo.last_day() && periodo.first_day() <= iscritto.to {
            odd(Anomaly::ZeroMeals);
        }
        return;
    }
    days.sort_by_key(|giorno| (giorno.day, giorno.presenza));
    let mut draft = document::Draft::default();
    for giorno in &days {
        let Some(prezzo) = price(piani, family, iscritto, giorno.day) else {
            return odd(Anomaly::NoTariff { day: giorno.day });
        };
        draft.add(giorno, prezzo);
    }
    let fattura = draft.finish(iscritto, rate_bp);
    if fattura.total == Euro::ZERO {
        return odd(Anomaly::ZeroTotal);
    }
    if let Some(usual) = iscritto.usual
        && fattura.total.cents() > usual.cents() * UNUSUAL
    {
        odd(Anomaly::Unusual { usual, total: fattura.total });
    }
    if !iscritto.has_codice_fiscale {
        odd(Anomaly::MissingCodiceFiscale);
    }
    esito.fatture.push(fattura);
}

impl Iscritto {
    /// Whether a meal of this day belongs to the enrolment and to this run: those of earlier months that no invoice
    /// charged are charged now.
    fn eats_on(&self, day: NaiveDate, periodo: Periodo) -> bool {
        self.is_active(day) && day <= periodo.last_day()
    }

    fn is_active(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// The price of one meal on one day; none where plan or assignment has a hole.
fn price(
    piani: &[PianoInForce],
    family: &[&Iscritto],
    iscritto: &Iscritto,
    day: NaiveDate,
) -> Option<crate::tariffa::Prezzo> {
    let in_force = |piano: &&PianoInForce| piano.from <= day && piano.to.is_none_or(|to| day <= to);
    // Plans of one service may follow each other without an end: the latest counts.
    let piano = &piani.iter().filter(in_force).max_by_key(|piano| piano.from)?.piano;
    let base = iscritto.assegnazioni.iter().find(|base| (base.from..=base.to).contains(&day))?;
    let active: Vec<&&Iscritto> = family.iter().filter(|sibling| sibling.is_active(day)).collect();
    let siblings: Vec<Sibling<IscrizioneId>> = active
        .iter()
        .map(|one| Sibling { key: one.iscrizione, born_on: one.born_on, enrolled_on: one.enrolled_on })
        .collect();
    let place = active.iter().position(|one| one.iscrizione == iscritto.iscrizione)?;
    let child = piano.ranks(&siblings).get(place).copied()?;
    piano.price(&Case { grado: &iscritto.grado, residente: base.residente, isee: base.isee, child })
}

#[cfg(test)]
mod tests;
