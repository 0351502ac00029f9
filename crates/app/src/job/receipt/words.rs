//! What a receipt says. It is a legal document of the ente, so it is in Italian whatever language was read.

use sportello_documents::ricevuta::{Line, Registrazione, Ricevuta, RigaAllegato, RigaPratica, Section};
use sportello_domain::{
    calendar,
    ente::Ente,
    euro::Euro,
    identita::IdentityScheme,
    lingua::Lingua,
    modello::{
        Form,
        procedura::Silence,
        view::{Answer, SummaryLine},
    },
    testo,
};
use sportello_store::allegato::AllegatoRow;

use super::Filing;
use crate::{
    Error, Portal, Result,
    job::heading::{APPEAL, heading, office},
    pratica::{number, protocol_number},
};

/// Characters of a file's SHA-256 that are printed.
const PRINTED_HASH: usize = 16;
/// What stands in place of an answer of class A.
const HIDDEN: &str = "Dato riservato: si legge nella tua pratica";

/// What one can do where the office says nothing (L. 241/1990), and against what it says.
const REMEDIES: [&str; 2] = [
    "Se l'ufficio non risponde entro il termine, puoi rivolgerti al titolare del potere sostitutivo dell'ente (L. 241/1990, art. 2, comma 9-bis).",
    APPEAL,
];

/// Why a pratica counts that somebody sent who had signed in by SPID or CIE.
const CAD: &str = "D.Lgs. 82/2005, art. 65, comma 1, lettera b";
/// Why an identity of another country of the Union counts like those.
const EIDAS: &str = "Regolamento (UE) 910/2014, art. 6";
/// Who knew the applicant of one that was filed at the desk.
const AT_DESK: &str = "La domanda è stata presentata allo sportello dell'ente: l'operatore ha identificato il richiedente con un documento (D.P.R. 445/2000, articoli 35 e 38).";

/// What was declared and what follows.
const LEGAL_NOTES: [&str; 2] = [
    "Le dichiarazioni sono rese ai sensi degli articoli 46 e 47 del D.P.R. 445/2000. Chi dichiara il falso perde il beneficio e ne risponde anche penalmente (articoli 75 e 76).",
    "Questa ricevuta vale anche come comunicazione di avvio del procedimento (L. 241/1990, articoli 8 e 18-bis).",
];

/// The receipt of a filing.
pub(super) fn describe(portal: &Portal, ente: &Ente, filing: &Filing) -> Result<Ricevuta> {
    let lingua = Lingua::It;
    let first = filing.pratiche.first().ok_or(Error::NotFound)?;
    let (published, form) = (&filing.loaded.published, filing.loaded.read_in(lingua));
    let procedura = &published.document.procedura;
    let settings = &ente.settings;
    let path = format!("/sezione-informativa/consultazione-pratiche/{}", first.id);
    let (mut richiedente, sections) = sections(&form);
    if let Some(clerk) = &filing.at_desk {
        richiedente.insert(0, at_desk(clerk, filing));
    }
    Ok(Ricevuta {
        ente: heading(ente),
        demo: settings.demo,
        title: published.document.modello.title(lingua, published.row.anno_scolastico),
        protocollo: filing.registered.as_ref().map(|entry| Registrazione {
            number: protocol_number(entry.numero, entry.anno),
            // The date of presentation: that of the registration is never another (L. 241/1990 art. 18-bis).
            date: testo::date(calendar::legal_date(entry.received_at), lingua),
        }),
        emergenza: filing.emergency.clone(),
        presented_at: testo::moment(first.received_at, lingua),
        created: first.received_at,
        pratiche: filing
            .pratiche
            .iter()
            .map(|head| RigaPratica { number: number(head.anno, head.numero), alunno: head.alunno.clone() })
            .collect(),
        richiedente,
        sections,
        allegati: filing.allegati.iter().map(attachment).collect(),
        answer_by: testo::date(first.due_on, lingua),
        silence: silence(procedura.silence),
        office: office(ente),
        remedies: REMEDIES.map(str::to_owned).to_vec(),
        legal_notes: [ground(filing)].into_iter().chain(LEGAL_NOTES.map(str::to_owned)).collect(),
        url: portal.addressing().absolute(ente, &path),
    })
}

/// Why it counts without a signature: how whoever sent it was known.
fn ground(filing: &Filing) -> String {
    if filing.at_desk.is_some() {
        return AT_DESK.to_owned();
    }
    let (identity, law) = match filing.scheme {
        Some(IdentityScheme::Spid) => ("con SPID", CAD),
        Some(IdentityScheme::Cie) => ("con la carta d'identità elettronica (CIE)", CAD),
        Some(IdentityScheme::Eidas) => {
            ("con un'identità digitale di un altro Paese dell'Unione europea (eIDAS)", EIDAS)
        }
        None => ("con un'identità digitale", CAD),
    };
    format!("La domanda è valida senza firma: chi l'ha presentata è stato identificato {identity} ({law}).")
}

/// Who filed it at the desk, and for whom.
fn at_desk(clerk: &str, filing: &Filing) -> Line {
    let identita = &filing.loaded.facts.identita;
    let names: Vec<&str> = [identita.nome.as_deref(), identita.cognome.as_deref()].into_iter().flatten().collect();
    Line::words("Presentata", format!("Allo sportello da {clerk}, per conto di {}", names.join(" ")))
}

fn silence(silence: Silence) -> String {
    match silence {
        Silence::Nessuno => "Se l'ufficio non risponde, la domanda non vale come accolta: l'ufficio deve decidere.",
        Silence::Assenso => "Se l'ufficio non risponde entro il termine, la domanda vale come accolta.",
    }
    .to_owned()
}

/// The first group of answers is about the applicant; the others follow as they were asked.
fn sections(form: &Form<'_>) -> (Vec<Line>, Vec<Section>) {
    let mut sections = form.summary().sections.into_iter().map(|section| Section {
        title: section.title,
        lines: section.lines.iter().map(|line| self::line(form, line)).collect(),
    });
    let Some(first) = sections.next() else {
        return (Vec::new(), Vec::new());
    };
    let mut rest: Vec<Section> = sections.collect();
    // The privacy page stands before the applicant's own: whatever is first goes to the end.
    let applicant = if rest.is_empty() { Vec::new() } else { rest.remove(0).lines };
    rest.push(first);
    (applicant, rest)
}

fn line(form: &Form<'_>, line: &SummaryLine) -> Line {
    let Some(answer) = &line.answer else {
        return Line::empty(&line.label);
    };
    if line.privacy.sealed() {
        let masked = form.redacted(&line.field).filter(|masked| masked.chars().any(char::is_alphanumeric));
        return match masked {
            Some(masked) => Line::code(&line.label, masked),
            None => Line::words(&line.label, HIDDEN),
        };
    }
    match answer {
        Answer::Code(code) => Line::code(&line.label, code),
        other => Line::words(&line.label, words(other)),
    }
}

/// An answer in Italian words.
pub(crate) fn words(answer: &Answer) -> String {
    match answer {
        Answer::Text(text) | Answer::Code(text) => text.clone(),
        Answer::Date(day) => testo::date(*day, Lingua::It),
        Answer::Cents(cents) => testo::amount(Euro::from_cents(*cents), Lingua::It),
        Answer::Flag(yes) => if *yes { "Sì" } else { "No" }.to_owned(),
        Answer::List(items) => testo::list(items, Lingua::It),
        Answer::File(file) => file.name.clone(),
    }
}

fn attachment(row: &AllegatoRow) -> RigaAllegato {
    RigaAllegato {
        name: row.name.clone(),
        size: testo::size(row.bytes.unsigned_abs(), Lingua::It),
        sha256: row.sha256.chars().take(PRINTED_HASH).collect(),
    }
}
