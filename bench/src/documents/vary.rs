//! Documents of which no two are alike, so that nothing remembered from one answers for the work of another: people,
//! codes, children, answers, amounts and numbers change. What is the same for all documents of an ente stays.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use drills::population;
use sportello_documents::avviso::Avviso;
use sportello_documents::fattura::{Fattura, Payment};
use sportello_documents::ricevuta::{Line, Registrazione, Ricevuta};
use sportello_documents::sample;
use sportello_domain::avviso::{NumeroAvviso, Segregazione};
use sportello_domain::euro::Euro;
use sportello_domain::lingua::Lingua;
use sportello_domain::testo;

/// Children of a receipt, as most filings have.
const CHILDREN: u32 = 2;
/// From one person to the next in the list of all children, so that all parts of their names change.
const STRIDE: u32 = 2_689 * 7;
/// How many children there can be.
const PEOPLE: u32 = 2_688 * 192;
/// Where the payers begin in the list, apart from the children.
const PAYERS: u32 = 1_344;
const VIE: [&str; 7] =
    ["Via Roma", "Via Giuseppe Verdi", "Vicolo Stretto", "Piazza Dante", "Via dei Mille", "Viale Italia", "Via Po"];
const SCUOLE: [&str; 3] = [
    "Primaria “Alessandro Manzoni”, via delle Scuole 3",
    "Secondaria “Ada Negri”, via Milano 40",
    "Infanzia “Arcobaleno”, piazza dei Bambini 1",
];
const GIORNI: [&str; 4] = [
    "lunedì, martedì, mercoledì, giovedì, venerdì",
    "lunedì, mercoledì, venerdì",
    "martedì, giovedì",
    "lunedì, martedì, giovedì",
];
const NOTE: [&str; 3] = ["Porta da sola lo spuntino", "Arriva alle 12.30 il martedì", "Esce prima il venerdì"];

/// Somebody with all that a document says of them.
struct Persona {
    name: String,
    codice_fiscale: String,
    born_on: String,
    residenza: [String; 2],
    email: String,
    phone: String,
}

fn persona(number: u32) -> Result<Persona> {
    let own = population::alunno(number * STRIDE % PEOPLE).context("there are no more people")?;
    let second = population::alunno((number + 3) * STRIDE % PEOPLE).context("there are no more people")?;
    let name = format!("{} {} {}", own.nome, own.cognome, second.cognome);
    Ok(Persona {
        codice_fiscale: own.codice_fiscale,
        born_on: testo::date(own.nascita, Lingua::It),
        residenza: [
            format!("{} {}", choose(&VIE, number), number % 180 + 1),
            format!("{:05} Calvenzano (BG)", 24_000 + number % 997),
        ],
        email: format!("{}.{}{number}@posta.example", own.nome.to_lowercase(), own.cognome.to_lowercase()),
        phone: format!("0363 {:06}", 100_000 + number * 7),
        name,
    })
}

fn choose<'a>(list: &[&'a str], number: u32) -> &'a str {
    list[number as usize % list.len()]
}

/// Receipt number `number`.
pub fn ricevuta(number: u32) -> Result<Ricevuta> {
    let mut data = sample::ricevuta(CHILDREN as usize);
    let parent = persona(PAYERS + number)?;
    data.protocollo = Some(Registrazione {
        number: format!("{}/2026", 4_127 + number),
        date: format!("{} giugno 2026", number % 30 + 1),
    });
    data.created += TimeDelta::seconds(i64::from(number) * 61);
    data.presented_at = format!("{} giugno 2026, ore {}.{:02}", number % 30 + 1, 8 + number % 14, (number * 7) % 60);
    data.answer_by = format!("{} luglio 2026", number % 30 + 1);
    data.url.push_str(&format!("{number:08x}"));
    data.richiedente = vec![
        Line::words("Cognome e nome", &parent.name),
        Line::code("Codice fiscale", &parent.codice_fiscale),
        Line::words("In qualità di", choose(&["Genitore", "Tutore", "Affidatario"], number)),
        Line::words("Residenza", parent.residenza.join(", ")),
        Line::words("E-mail", &parent.email),
        Line::words("Telefono", &parent.phone),
    ];
    let mut children = Vec::new();
    for child in 0..CHILDREN {
        children.push(persona(number * CHILDREN + child)?);
    }
    for ((pratica, child), offset) in data.pratiche.iter_mut().zip(&children).zip(0..) {
        pratica.number = format!("2026/{}", number * CHILDREN + offset);
        pratica.alunno.clone_from(&child.name);
    }
    let of_children = data.sections.iter_mut().filter(|section| section.title.starts_with("Figlio"));
    for ((section, child), offset) in of_children.zip(&children).zip(0..) {
        let seed = number * CHILDREN + offset;
        section.title = format!("Figlio: {}", child.name);
        section.lines = vec![
            Line::words("Cognome e nome", &child.name),
            Line::code("Codice fiscale", &child.codice_fiscale),
            Line::words("Data di nascita", &child.born_on),
            Line::words("Scuola", choose(&SCUOLE, seed)),
            Line::words("Classe", format!("{} {}, tempo pieno", seed % 5 + 1, choose(&["A", "B", "C", "D"], seed / 5))),
            Line::words("Giorni", choose(&GIORNI, seed)),
            Line::words("Dieta", "•••••• (dato protetto)"),
            Line::words("Note per la cucina", format!("{}, armadietto {seed}", choose(&NOTE, seed))),
        ];
    }
    for line in data.sections.iter_mut().flat_map(|section| &mut section.lines).filter(|line| line.label == "IBAN") {
        line.answer = Some(format!("IT•• •••• •••• •••• •••• •••• {:03}", number % 1_000));
    }
    for allegato in &mut data.allegati {
        allegato.name = format!("{number}-{}", allegato.name);
        allegato.size = format!("{} KB", number % 900 + 20);
        allegato.sha256 = format!("{:016x}", u64::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }
    Ok(data)
}

/// Invoice number `number`: of one run, so that its days are those of the others.
pub fn fattura(number: u32) -> Result<Fattura> {
    let mut data = sample::fattura();
    let (payer, child) = (persona(PAYERS + number)?, persona(number)?);
    let (meals, cents) = (i64::from(number % 21 + 1), i64::from(205 + number % 316));
    let total = meals * cents;
    let vat = total - total * 100 / 104;
    data.number = format!("{number}/M/2026");
    data.people = vec![
        Line::words("Pagante", &payer.name),
        Line::code("Codice fiscale", &payer.codice_fiscale),
        Line::words("Residenza", payer.residenza.join(", ")),
        Line::words("Alunna o alunno", &child.name),
        Line::words("Scuola", choose(&SCUOLE, number)),
        Line::words("Classe", format!("{} {}", number % 5 + 1, choose(&["A", "B", "C", "D"], number / 5))),
    ];
    let unit = Euro::from_cents(cents);
    for riga in &mut data.righe {
        riga.text = format!("{meals} pasti, ottobre 2026");
        riga.rule = format!(
            "Fascia ISEE fino a {} per residenti, primaria: {} a pasto. Riduzione: figlio {}.",
            testo::amount(Euro::from_cents(500_000 + i64::from(number) * 1_000), Lingua::It),
            testo::amount(unit, Lingua::It),
            number % 4 + 1,
        );
        (riga.quantity, riga.unit, riga.amount) = (meals, unit, Euro::from_cents(total));
    }
    data.net = Euro::from_cents(total - vat);
    data.vat = Euro::from_cents(vat);
    data.total = Euro::from_cents(total);
    if let Payment::PagoPa { numero, .. } = &mut data.payment {
        *numero = notice(number)?;
    }
    Ok(data)
}

/// Notice number `number`.
pub fn avviso(number: u32) -> Result<Avviso> {
    let mut data = sample::avviso();
    let payer = persona(PAYERS + number)?;
    data.debitore.name = payer.name;
    data.debitore.codice_fiscale = payer.codice_fiscale;
    data.debitore.address = payer.residenza.into();
    data.subject = format!("Mensa scolastica ottobre 2026 - retta {number}/M/2026");
    data.amount = Euro::from_cents(i64::from(number % 21 + 1) * i64::from(205 + number % 316));
    data.due_on += TimeDelta::days(i64::from(number % 28));
    data.numero = notice(number)?;
    Ok(data)
}

fn notice(number: u32) -> Result<NumeroAvviso> {
    let segregazione = Segregazione::parse("02").context("the segregation code")?;
    NumeroAvviso::issue(segregazione, u64::from(number) * 97).context("a number of a notice")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_documents_are_alike() {
        let (mut people, mut seen) = (HashSet::new(), HashSet::new());
        for number in 0..600 {
            let (receipt, invoice) = (ricevuta(number).expect("a receipt"), fattura(number).expect("an invoice"));
            for line in receipt.richiedente.iter().chain(receipt.sections.iter().flat_map(|section| &section.lines)) {
                if line.label == "Codice fiscale" {
                    assert!(people.insert(line.answer.clone()), "{number}: somebody comes twice");
                }
            }
            let notice = avviso(number).expect("a notice");
            assert!(seen.insert(receipt.url) && seen.insert(invoice.number) && seen.insert(notice.subject));
            assert!(seen.insert(notice.numero.as_str().to_owned()), "{number}: a notice comes twice");
        }
    }
}
