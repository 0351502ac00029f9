//! Pagamento spontaneo: what somebody writes who pays school fees without a notice and without signing in (guide, G14).
//!
//! Here the form is checked, and a payment is matched with the debts it may stand for. Whether debts exist is never told
//! to whoever fills in the form.

pub mod matching;

use chrono::{Datelike, Months, NaiveDate};

use crate::{
    codice_fiscale::CodiceFiscale,
    email,
    euro::{Euro, EuroError},
    testo,
};

/// Longest name of a person, in characters (paForNode, `stText70`).
pub const NAME_MAX: usize = 70;
/// Longest text of the fields that are usually left empty, in characters.
pub const OTHER_MAX: usize = 140;
/// Largest amount of one payment, in cents: above it somebody has mistyped.
pub const AMOUNT_MAX: Euro = Euro::from_cents(1_000_000);
/// Months offered: so many before the present one, and so many after it.
const MONTHS: (u32, u32) = (11, 1);

/// The school that the child goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Struttura {
    /// Scuola infanzia.
    Infanzia,
    /// Scuola primaria.
    Primaria,
}

impl Struttura {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Infanzia, Self::Primaria];

    /// The word of the form and of the database.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Infanzia => "infanzia",
            Self::Primaria => "primaria",
        }
    }

    /// The one of a word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.stored() == word)
    }
}

/// The fields of the form, as somebody typed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modulo {
    /// C. Fiscale/P. IVA of the parent.
    pub cf: String,
    /// Ragione sociale: the parent's name.
    pub nome: String,
    /// E-mail of the parent.
    pub email: String,
    /// Cognome e nome beneficiario del servizio: the child's name.
    pub alunno: String,
    /// Months, `2026-10`.
    pub periodi: Vec<String>,
    /// `infanzia` or `primaria`.
    pub struttura: String,
    /// Importo.
    pub importo: String,
    /// Codice utente, usually empty.
    pub utente: String,
    /// Altri dati eventuali, usually empty.
    pub dati: String,
}

/// A field of the form, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Campo {
    /// C. Fiscale/P. IVA.
    Cf,
    /// Ragione sociale.
    Nome,
    /// E-mail.
    Email,
    /// Cognome e nome beneficiario del servizio.
    Alunno,
    /// Periodo.
    Periodo,
    /// Struttura.
    Struttura,
    /// Importo.
    Importo,
    /// Codice utente.
    Utente,
    /// Altri dati eventuali.
    Dati,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Empty, or not what the field asks for.
    Wrong,
    /// An amount of nothing or less.
    NotPositive,
    /// An amount whose mark may be of thousands or of decimals: `10.000`.
    Ambiguous,
    /// An amount above [`AMOUNT_MAX`].
    TooLarge,
    /// More characters than these.
    TooLong(usize),
}

/// A form that is right.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Richiesta {
    /// Codice fiscale (or partita IVA) of who pays.
    pub cf: String,
    /// Name of who pays.
    pub nome: String,
    /// E-mail address of who pays.
    pub email: String,
    /// The child's name.
    pub alunno: String,
    /// First days of the months that are paid.
    pub periodi: Vec<NaiveDate>,
    /// The school.
    pub struttura: Struttura,
    /// What is paid.
    pub importo: Euro,
    /// Codice utente, where the office asked for it.
    pub utente: Option<String>,
    /// Other details, where the office asked for them.
    pub dati: Option<String>,
}

/// The months that the form offers, latest first. In August no school serves meals.
pub fn months(today: NaiveDate) -> Vec<NaiveDate> {
    let this = today.with_day(1).expect("every month has a first day");
    let last = this + Months::new(MONTHS.1);
    (0..=MONTHS.0 + MONTHS.1).map(|n| last - Months::new(n)).filter(|month| month.month() != 8).collect()
}

impl Modulo {
    /// Checks every field; problems come in the order of the page, one for each field.
    pub fn check(&self, today: NaiveDate) -> Result<Richiesta, Vec<(Campo, Problem)>> {
        let mut problems = Vec::new();
        let mut note = |campo, problem| problems.push((campo, problem));
        let cf = CodiceFiscale::parse(&self.cf, None).map_err(|_| note(Campo::Cf, Problem::Wrong)).ok();
        let nome = name(&self.nome).map_err(|problem| note(Campo::Nome, problem)).ok();
        let email = Some(self.email.trim()).filter(|text| email::is_possible(text));
        if email.is_none() {
            note(Campo::Email, Problem::Wrong);
        }
        let alunno = name(&self.alunno).map_err(|problem| note(Campo::Alunno, problem)).ok();
        let periodi = self.periods(today);
        if periodi.is_none() {
            note(Campo::Periodo, Problem::Wrong);
        }
        let struttura = Struttura::from_stored(&self.struttura);
        if struttura.is_none() {
            note(Campo::Struttura, Problem::Wrong);
        }
        let importo = amount(&self.importo).map_err(|problem| note(Campo::Importo, problem)).ok();
        let utente = other(&self.utente).map_err(|problem| note(Campo::Utente, problem)).ok();
        let dati = other(&self.dati).map_err(|problem| note(Campo::Dati, problem)).ok();
        let whole = || {
            Some(Richiesta {
                cf: cf?.as_str().to_owned(),
                nome: nome?,
                email: email?.to_owned(),
                alunno: alunno?,
                periodi: periodi?,
                struttura: struttura?,
                importo: importo?,
                utente: utente?,
                dati: dati?,
            })
        };
        whole().ok_or(problems)
    }

    /// The months, each once and in order; none when one of them is not offered, or none is ticked.
    fn periods(&self, today: NaiveDate) -> Option<Vec<NaiveDate>> {
        let offered = months(today);
        let read = |text: &String| {
            let month = format!("{text}-01").parse::<NaiveDate>().ok()?;
            offered.contains(&month).then_some(month)
        };
        let mut periods = self.periodi.iter().map(read).collect::<Option<Vec<_>>>()?;
        periods.sort_unstable();
        periods.dedup();
        (!periods.is_empty()).then_some(periods)
    }
}

/// The value of a month's tick box: `2026-10`.
pub fn month_value(month: NaiveDate) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// A name: letters in it, not too long, blanks put in order.
fn name(typed: &str) -> Result<String, Problem> {
    let name = one_line(typed);
    if !name.chars().any(char::is_alphabetic) {
        return Err(Problem::Wrong);
    }
    if name.chars().count() > NAME_MAX { Err(Problem::TooLong(NAME_MAX)) } else { Ok(name) }
}

fn other(typed: &str) -> Result<Option<String>, Problem> {
    let text = one_line(typed);
    if text.chars().count() > OTHER_MAX {
        return Err(Problem::TooLong(OTHER_MAX));
    }
    Ok((!text.is_empty()).then_some(text))
}

/// Without line ends and what could turn a page or a document around, one blank between words.
fn one_line(typed: &str) -> String {
    let printable: String = typed.chars().filter_map(testo::printable).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn amount(typed: &str) -> Result<Euro, Problem> {
    if typed.trim_start().starts_with(['-', '−']) {
        return Err(Problem::NotPositive);
    }
    let amount = Euro::parse(typed).map_err(|error| match error {
        EuroError::NotANumber => Problem::Wrong,
        EuroError::Ambiguous => Problem::Ambiguous,
        EuroError::TooLarge => Problem::TooLarge,
    })?;
    match amount {
        Euro::ZERO => Err(Problem::NotPositive),
        amount if amount > AMOUNT_MAX => Err(Problem::TooLarge),
        amount => Ok(amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn right() -> Modulo {
        Modulo {
            cf: " rssmra85c12b44nx ".into(),
            nome: "Mario  Rossi".into(),
            email: "mario.rossi@posta.example".into(),
            alunno: "Rossi Anna".into(),
            periodi: vec!["2026-10".into(), "2026-09".into(), "2026-10".into()],
            struttura: "primaria".into(),
            importo: "139,20".into(),
            utente: String::new(),
            dati: " ".into(),
        }
    }

    fn problems(modulo: Modulo) -> Vec<(Campo, Problem)> {
        modulo.check(day(2026, 11, 25)).unwrap_err()
    }

    #[test]
    fn a_right_form_is_put_in_order() {
        let richiesta = right().check(day(2026, 11, 25)).unwrap();
        assert_eq!(richiesta.cf, "RSSMRA85C12B44NX");
        assert_eq!(richiesta.nome, "Mario Rossi");
        assert_eq!(richiesta.periodi, [day(2026, 9, 1), day(2026, 10, 1)]);
        assert_eq!((richiesta.importo.cents(), richiesta.dati), (13_920, None));
        let company = Modulo { cf: "80018230153".into(), ..right() };
        assert_eq!(company.check(day(2026, 11, 25)).unwrap().cf, "80018230153");
    }

    #[test]
    fn what_is_typed_stays_in_its_line_and_turns_nothing_around() {
        let modulo = Modulo {
            nome: "Mario\u{202e} Ros\u{0}si\u{1}".into(),
            alunno: "Rossi\r\nAnna\u{2066}".into(),
            utente: "=1\r\nBcc: a@b.it".into(),
            dati: "\u{202e}\t".into(),
            ..right()
        };
        let richiesta = modulo.check(day(2026, 11, 25)).unwrap();
        assert_eq!((richiesta.nome.as_str(), richiesta.alunno.as_str()), ("Mario Ros si", "Rossi Anna"));
        assert_eq!((richiesta.utente.as_deref(), richiesta.dati), (Some("=1 Bcc: a@b.it"), None));
    }

    #[test]
    fn an_empty_form_has_a_problem_at_every_field_that_is_needed() {
        let fields: Vec<Campo> = problems(Modulo::default()).into_iter().map(|(campo, _)| campo).collect();
        assert_eq!(
            fields,
            [Campo::Cf, Campo::Nome, Campo::Email, Campo::Alunno, Campo::Periodo, Campo::Struttura, Campo::Importo]
        );
    }

    #[test]
    fn amounts() {
        for (typed, problem) in [
            ("0", Problem::NotPositive),
            ("0,00", Problem::NotPositive),
            ("-5", Problem::NotPositive),
            ("− 5,00", Problem::NotPositive),
            ("10.000", Problem::Ambiguous),
            ("4,505", Problem::Ambiguous),
            ("dieci", Problem::Wrong),
            ("", Problem::Wrong),
            ("10.000,01", Problem::TooLarge),
            ("99999999999", Problem::TooLarge),
        ] {
            let modulo = Modulo { importo: typed.into(), ..right() };
            assert_eq!(problems(modulo), [(Campo::Importo, problem)], "{typed}");
        }
        let largest = Modulo { importo: "10.000,00".into(), ..right() };
        assert_eq!(largest.check(day(2026, 11, 25)).unwrap().importo, AMOUNT_MAX);
    }

    #[test]
    fn each_field_refuses_what_it_does_not_ask_for() {
        for (modulo, campo, problem) in [
            (Modulo { cf: "RSSMRA85C12B44NY".into(), ..right() }, Campo::Cf, Problem::Wrong),
            (Modulo { nome: "123".into(), ..right() }, Campo::Nome, Problem::Wrong),
            (Modulo { nome: "a".repeat(71), ..right() }, Campo::Nome, Problem::TooLong(70)),
            (Modulo { email: "mario".into(), ..right() }, Campo::Email, Problem::Wrong),
            (Modulo { email: "a@b.it\r\nBcc: c@d.it".into(), ..right() }, Campo::Email, Problem::Wrong),
            (Modulo { periodi: vec!["2026-13".into()], ..right() }, Campo::Periodo, Problem::Wrong),
            (Modulo { periodi: vec!["2020-01".into()], ..right() }, Campo::Periodo, Problem::Wrong),
            (Modulo { struttura: "nido".into(), ..right() }, Campo::Struttura, Problem::Wrong),
            (Modulo { dati: "x".repeat(141), ..right() }, Campo::Dati, Problem::TooLong(140)),
        ] {
            assert_eq!(problems(modulo), [(campo, problem)]);
        }
    }

    #[test]
    fn the_months_lie_around_the_present_one() {
        let months = months(day(2026, 11, 25));
        assert_eq!((months[0], months[months.len() - 1]), (day(2026, 12, 1), day(2025, 12, 1)));
        assert_eq!((months.len(), month_value(months[0]).as_str()), (12, "2026-12"));
    }
}
