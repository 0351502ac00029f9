//! One pratica as a document to print: for the person with what is sealed, for the office with what those read who work on
//! it. It is in Italian, as the documents that it is about.

use sportello_documents::{
    Pratica, pratica as set,
    pratica::RigaDocumento,
    provvedimento::Part,
    ricevuta::{Line, Section},
};
use sportello_domain::{
    calendar,
    ente::Ente,
    lingua::Lingua,
    modello::{
        Difference,
        view::{Answer, SummaryLine, SummarySection},
    },
    testo,
};
use sportello_store::{
    evento::{ActorKind, EventoRow},
    messaggio::{MessaggioRow, Side},
    persona::{self, PersonaRow},
    pratica::PraticaRow,
    seal::EnteSealer,
};

use super::pratica::Beside;
use crate::{
    Error, Portal, Result,
    bozza::Download,
    filed::Filed,
    integrazione::{Reads, is_about_sealed, shown as asked},
    job::{answer_words, heading},
    messaggio::place as text_place,
    pratica::{number, protocol_number},
    preavviso::shown as told,
    provvedimento::{reason, title},
    typed,
};

/// The language of the document.
const LINGUA: Lingua = Lingua::It;
/// What stands for words that whoever asks may not read.
const CLOSED: &str = "Testo riservato: si legge nella pratica, con il ruolo e un motivo.";
/// What it is.
const COPY: &str = "Questa è una copia della pratica. Valgono la ricevuta e i provvedimenti elencati tra i documenti.";
/// What the person is told of it.
const OWN: &str = "Ci possono essere dati riservati: conserva la copia in un posto sicuro.";
/// What the office is told of it.
const OFFICE: &str = "Le risposte su salute, convinzioni, reddito e conti non ci sono.";

/// What stands there where not all messages are.
const OLDER: &str = "I messaggi meno recenti non ci sono: si leggono nella pagina della pratica.";
/// Most paragraphs of all messages together.
const MESSAGES_MAX: usize = 2_000;

/// What it is made from.
struct Case<'a> {
    pratica: &'a PraticaRow,
    beside: Beside,
    person: PersonaRow,
    filed: Filed,
    sealer: EnteSealer,
    /// Whether it is for the person, who reads everything.
    own: bool,
}

/// Makes it. Whether the caller may have it is asked first.
pub(super) async fn pdf(portal: &Portal, ente: &Ente, pratica: &PraticaRow, own: bool) -> Result<Download> {
    let (id, row) = (ente.id, pratica.clone());
    let read = async move |read: &mut sportello_store::Read| {
        Ok((Beside::read(read, id, &row).await?, persona::by_id(read, id, row.persona_id).await?))
    };
    let (beside, person) = portal.store().read(id, read).await?;
    let person = person.ok_or(Error::NotFound)?;
    let filed =
        if own { Filed::open(portal, id, pratica).await? } else { Filed::open_clear(portal, id, pratica).await? };
    let case = Case { pratica, beside, person, filed, sealer: portal.sealer(id).await?, own };
    let said = case.describe(portal, ente)?;
    let (typesetter, turn) = (portal.clone(), portal.press().turn().await?);
    // Setting it takes long: not on a thread that serves pages.
    let set = move || {
        let pdf = set(typesetter.typesetter(), &said);
        drop(turn);
        pdf
    };
    let pdf = tokio::task::spawn_blocking(set)
        .await
        .map_err(|error| Error::failed("setting a pratica", error))?
        .map_err(|error| Error::failed("setting a pratica", error))?;
    Ok(Download {
        name: format!("pratica-{}-{}.pdf", pratica.anno, pratica.numero),
        media_type: "application/pdf".to_owned(),
        content: pdf.bytes.into(),
    })
}

impl Case<'_> {
    fn describe(&self, portal: &Portal, ente: &Ente) -> Result<Pratica> {
        let (pratica, now) = (self.pratica, portal.clock().now());
        let path = format!("/sezione-informativa/consultazione-pratiche/{}", pratica.id);
        let (messages, left_out) = self.messages()?;
        let notes = [COPY, if self.own { OWN } else { OFFICE }].into_iter().chain(left_out.then_some(OLDER));
        Ok(Pratica {
            ente: heading::heading(ente),
            demo: ente.settings.demo,
            number: number(pratica.anno, pratica.numero),
            subject: self.filed.title(LINGUA),
            date: testo::date(calendar::legal_date(now), LINGUA),
            created: now,
            facts: self.facts(),
            sections: self.filed.form(LINGUA).summary().sections.into_iter().map(section).collect(),
            steps: self.beside.steps.iter().map(|step| self.step(step)).collect(),
            parts: self.parts()?,
            documents: self.documents(),
            messages,
            office: heading::office(ente),
            notes: notes.map(str::to_owned).collect(),
            url: portal.addressing().absolute(ente, &path),
        })
    }

    fn facts(&self) -> Vec<Line> {
        let (pratica, person) = (self.pratica, &self.person);
        let mut facts = vec![
            Line::words("Stato", if self.own { pratica.status.citizen() } else { pratica.status.office() }),
            Line::words("Presentata da", format!("{} {}", person.nome, person.cognome)),
            Line::words("Presentata il", testo::moment(pratica.received_at, LINGUA)),
        ];
        facts.extend((!pratica.alunno.is_empty()).then(|| Line::words("Alunno", pratica.alunno.clone())));
        facts.extend(self.beside.protocol.clone().map(|number| Line::words("Protocollo", number)));
        facts.extend(
            (!pratica.status.is_final()).then(|| Line::words("Risposta entro il", testo::date(pratica.due_on, LINGUA))),
        );
        facts
    }

    fn step(&self, step: &EventoRow) -> Line {
        let by = match step.actor_kind {
            ActorKind::Cittadino => "",
            ActorKind::Ufficio => " (ufficio)",
            ActorKind::Sistema => " (portale)",
        };
        let state = if self.own { step.kind.citizen() } else { step.kind.office() };
        Line::words(testo::moment(step.at, LINGUA), format!("{state}{by}"))
    }

    /// The key, for whoever may read what was written about these questions.
    fn key(&self, fields: &[String]) -> Option<&EnteSealer> {
        (self.own || !self.filed.any_sealed(fields)).then_some(&self.sealer)
    }

    /// What was asked, told and decided.
    fn parts(&self) -> Result<Vec<Part>> {
        let (beside, mut parts, mut closed) = (&self.beside, Vec::new(), false);
        let mut say = |title: &str, text: Option<String>| parts.extend(text.map(|text| Part::of(title, &text)));
        let about =
            |labels: &[String]| (!labels.is_empty()).then(|| format!("Domande: {}.", testo::list(labels, LINGUA)));
        if let Some(row) = beside.asked.clone() {
            let key = (self.own || !is_about_sealed(&row, &self.filed)).then_some(&self.sealer);
            closed |= key.is_none();
            let reads = Reads { words: key, amended: Some(&self.sealer) };
            let shown = asked(row, &self.filed, &beside.files, LINGUA, reads)?;
            let reason = shown.reason.unwrap_or_else(|| CLOSED.to_owned());
            let questions = about(&shown.labels).unwrap_or_default();
            say("Che cosa ha chiesto l'ufficio", Some(format!("{reason}\n{questions}")));
            let lines: Vec<String> = shown.amended.iter().map(amended).collect();
            say("Risposte cambiate", (!lines.is_empty()).then(|| lines.join("\n")));
            say("Risposta all'ufficio", shown.answer);
        }
        if let Some(row) = beside.noticed.clone() {
            let key = self.key(&row.fields.0);
            closed |= key.is_none();
            let shown = told(row, &self.filed, &beside.files, LINGUA, key)?;
            let reason = shown.reason.unwrap_or_else(|| CLOSED.to_owned());
            let questions = about(&shown.labels).unwrap_or_default();
            say("Preavviso di rigetto", Some(format!("{reason}\n{questions}")));
            say("Osservazioni", shown.observations);
            say("Risposta alle osservazioni", shown.reply);
        }
        say("Motivo della decisione", reason(self.pratica, &beside.acts, &self.sealer, closed)?);
        Ok(parts)
    }

    fn documents(&self) -> Vec<RigaDocumento> {
        let line = |name: String, at, bytes: Option<i64>| RigaDocumento {
            name,
            date: testo::date(calendar::legal_date(at), LINGUA),
            size: bytes.map(|bytes| testo::size(bytes.unsigned_abs(), LINGUA)).unwrap_or_default(),
        };
        let beside = &self.beside;
        let receipt = beside
            .receipt
            .iter()
            .map(|row| line(format!("Ricevuta di presentazione ({})", row.name), row.created_at, Some(row.bytes)));
        let acts = beside.acts.iter().map(|row| {
            let protocol = row.protocollo_numero.zip(row.protocollo_anno);
            let number = protocol.map(|(numero, anno)| format!(", protocollo n. {}", protocol_number(numero, anno)));
            line(format!("{}{}", title(row.kind, false), number.unwrap_or_default()), row.made_at, row.bytes)
        });
        let files = beside.files.iter().map(|row| line(row.name.clone(), row.created_at, Some(row.bytes)));
        receipt.chain(acts).chain(files).collect()
    }

    /// The messages in their order, and whether older ones had to be left out: setting them all could take very long.
    fn messages(&self) -> Result<(Vec<Part>, bool)> {
        let (mut kept, mut room) = (Vec::new(), MESSAGES_MAX);
        for row in self.beside.messages.iter().rev().filter(|row| row.side != Side::Nota) {
            let part = self.message(row)?;
            if part.paragraphs.len() > room {
                kept.reverse();
                return Ok((kept, true));
            }
            room -= part.paragraphs.len();
            kept.push(part);
        }
        kept.reverse();
        Ok((kept, false))
    }

    fn message(&self, row: &MessaggioRow) -> Result<Part> {
        let from = if row.side == Side::Ufficio { "Dall'ufficio" } else { "All'ufficio" };
        let title = format!("{from}, {}", testo::moment(row.written_at, LINGUA));
        if row.reserved && !self.own {
            return Ok(Part::of(title, CLOSED));
        }
        Ok(Part::of(title, &typed::open(&self.sealer, &text_place(row.id), &row.sealed_text)?))
    }
}

/// "CAP: prima 24040, ora 20100."
fn amended(found: &Difference) -> String {
    let words = |answer: &Option<Answer>| answer.as_ref().map_or_else(|| "non indicato".to_owned(), answer_words);
    let row = found.row.as_ref().map(|row| format!("{row}, ")).unwrap_or_default();
    format!("{row}{}: prima {}, ora {}.", found.label, words(&found.known), words(&found.answer))
}

fn section(section: SummarySection) -> Section {
    Section { title: section.title, lines: section.lines.iter().map(line).collect() }
}

fn line(line: &SummaryLine) -> Line {
    match &line.answer {
        None => Line::empty(&line.label),
        Some(Answer::Code(code)) => Line::code(&line.label, code),
        Some(other) => Line::words(&line.label, answer_words(other)),
    }
}
