//! What an invoice or a credit note says. It is a document of the ente, so it is in Italian whatever language was read.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sportello_documents::{
    fattura::{Fattura, Kind, Payment},
    ricevuta::Line,
};
use sportello_domain::{
    avviso::NumeroAvviso, ente::Ente, euro::Euro, fatturazione::Modalita, lingua::Lingua, riscossione::Riscossione,
    sdd, testo,
};
use sportello_store::seal::EnteSealer;

use super::Issued;
use crate::{Error, Result, documenti_contabili::number, job::heading::heading, sdd::Conto};

/// What these documents are before the tax law: the registers of the ente hold the original.
const REGIME: &str = "Copia di cortesia, senza valore fiscale.";
/// The service that is invoiced so far.
const SERVIZIO: &str = "Mensa scolastica";
const NOTES: [&str; 1] = ["I prezzi comprendono l’IVA."];
const CREDITED: &str = "Non devi pagare nulla per la fattura corretta. Se l’hai già pagata, la somma resta a tuo credito: l’ufficio ti dice come riaverla.";
const CREDITED_IN_PART: &str = "Per la fattura corretta devi pagare questa somma in meno. Se l’hai già pagata, la somma resta a tuo credito: l’ufficio ti dice come riaverla.";
const NO_MANDATE: &str = "Per questo addebito non c’è un mandato valido: l’ufficio ti scrive come pagare.";

/// The document in words.
pub(super) fn describe(ente: &Ente, issued: &Issued, sealer: &EnteSealer) -> Result<Fattura> {
    let (document, settings) = (&issued.document, &ente.settings);
    let riscossione = settings.riscossione.as_ref().ok_or(Error::NotFound)?;
    let issued_on = testo::date(document.emesso_il, Lingua::It);
    Ok(Fattura {
        ente: heading(ente),
        partita_iva: riscossione.partita_iva.clone(),
        demo: settings.demo,
        kind: kind(issued),
        number: number(document),
        created: midnight(document.emesso_il),
        issued_on,
        regime: REGIME.to_owned(),
        servizio: SERVIZIO.to_owned(),
        period: testo::month(document.periodo.first_day(), Lingua::It),
        people: people(issued),
        righe: document.righe.0.clone(),
        net: Euro::from_cents(document.net_cents),
        vat: Euro::from_cents(document.vat_cents),
        rate: testo::percent(document.aliquota_bp, Lingua::It),
        total: Euro::from_cents(document.total_cents),
        payment: payment(riscossione, issued, sealer)?,
        notes: NOTES.map(str::to_owned).to_vec(),
    })
}

fn kind(issued: &Issued) -> Kind {
    match &issued.corrects {
        None => Kind::Fattura,
        Some(invoice) => {
            let day = testo::date(invoice.emesso_il, Lingua::It);
            Kind::NotaDiCredito { corrects: format!("{} del {day}", number(invoice)) }
        }
    }
}

/// A day as an instant: what the metadata of a file want.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn people(issued: &Issued) -> Vec<Line> {
    let payer = &issued.payer;
    let mut lines = vec![
        Line::words("Pagante", format!("{} {}", payer.nome, payer.cognome)),
        Line::code("Codice fiscale", &payer.codice_fiscale),
    ];
    if let Some(child) = &issued.child {
        lines.push(Line::words("Alunna o alunno", format!("{} {}", child.nome, child.cognome)));
        lines.push(Line::words("Scuola", &child.plesso));
        lines.push(Line::words("Classe", &child.classe));
    }
    lines
}

/// How it is to be settled, by the way that was chosen when it was issued.
fn payment(riscossione: &Riscossione, issued: &Issued, sealer: &EnteSealer) -> Result<Payment> {
    let document = &issued.document;
    if let Some(invoice) = &issued.corrects {
        let whole = document.total_cents == invoice.total_cents;
        return Ok(Payment::Nothing(if whole { CREDITED } else { CREDITED_IN_PART }.to_owned()));
    }
    match document.modalita {
        Modalita::PagoPa => {
            let code = issued.debt.as_ref().and_then(|debt| debt.codice_avviso.as_deref());
            let numero = code.ok_or(Error::NotFound).map(NumeroAvviso::parse)?;
            let numero = numero.map_err(|error| Error::failed("reading the notice number of a debt", error))?;
            Ok(Payment::PagoPa { due_on: testo::date(document.scadenza, Lingua::It), numero })
        }
        Modalita::Sdd => {
            let Some(mandate) = &issued.mandate else { return Ok(Payment::Nothing(NO_MANDATE.to_owned())) };
            let conto = Conto::open(sealer, mandate.id, &mandate.sealed_conto)?;
            let notice_days = riscossione.preavviso_sdd_giorni;
            let debit_on = sdd::debit_day(document.emesso_il, document.scadenza, notice_days);
            Ok(Payment::Sdd {
                debit_on: Some(testo::date(debit_on, Lingua::It)),
                creditor_id: riscossione.creditor_id.as_str().to_owned(),
                umr: mandate.umr.clone(),
                iban: testo::masked_iban(conto.iban()?.as_str()),
            })
        }
    }
}
