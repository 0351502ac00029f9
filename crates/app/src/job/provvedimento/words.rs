//! What a decision or a notice says. It is a legal document of the ente, so it is in Italian whatever language was read.

use sportello_documents::{
    Provvedimento,
    provvedimento::Part,
    ricevuta::{Line, Registrazione},
};
use sportello_domain::{calendar, ente::Ente, lingua::Lingua, pratica::PraticaStatus, testo};

use super::Case;
use crate::{
    Portal,
    job::heading::{APPEAL, heading, office},
    pratica::{number, protocol_number},
    provvedimento::title,
};

/// Why a notice comes before a rejection, and what follows from it.
const NOTICE: &str = "Comunicazione dei motivi che impediscono di accogliere la domanda (L. 241/1990, articolo 10-bis). Il termine per decidere è sospeso: ricomincia dieci giorni dopo le osservazioni o, se non arrivano, alla fine dei dieci giorni.";
/// What a decision must hold.
const DECISION: &str = "Provvedimento che chiude il procedimento (L. 241/1990, articoli 2 e 3).";
/// Why silence counts.
const SILENCE: &str = "Il termine è passato senza risposta: il silenzio vale accoglimento (L. 241/1990, articolo 20).";

/// The beginning of the name of its file.
pub(super) const fn name(kind: PraticaStatus) -> &'static str {
    match kind {
        PraticaStatus::RejectionNotice => "preavviso",
        PraticaStatus::Accepted | PraticaStatus::PartlyAccepted => "accoglimento",
        PraticaStatus::WaitingList => "lista-attesa",
        PraticaStatus::Rejected => "rigetto",
        PraticaStatus::Annulled => "annullamento",
        _ => "comunicazione",
    }
}

/// The document.
pub(super) fn describe(portal: &Portal, ente: &Ente, case: &Case) -> Provvedimento {
    let (row, pratica, lingua) = (&case.row, &case.pratica, Lingua::It);
    let day = testo::date(calendar::legal_date(row.made_at), lingua);
    let silent = row.made_by.is_none();
    let number_of = row.protocollo_numero.zip(row.protocollo_anno);
    let path = format!("/sezione-informativa/consultazione-pratiche/{}", pratica.id);
    Provvedimento {
        ente: heading(ente),
        demo: ente.settings.demo,
        title: title(row.kind, silent).to_owned(),
        subject: case.document.modello.title(lingua, pratica.anno_scolastico),
        protocollo: number_of
            .map(|(numero, anno)| Registrazione { number: protocol_number(numero, anno), date: day.clone() }),
        date: day,
        created: row.made_at,
        facts: facts(case),
        decision: decision(case),
        sections: sections(case),
        office: office(ente),
        remedies: remedies(case),
        grounds: vec![
            match row.kind {
                PraticaStatus::RejectionNotice => NOTICE,
                _ if silent => SILENCE,
                _ => DECISION,
            }
            .to_owned(),
        ],
        url: portal.addressing().absolute(ente, &path),
    }
}

fn facts(case: &Case) -> Vec<Line> {
    let (pratica, person, lingua) = (&case.pratica, &case.person, Lingua::It);
    let mut facts = vec![
        Line::words("Pratica", number(pratica.anno, pratica.numero)),
        Line::words("Presentata da", format!("{} {}", person.nome, person.cognome)),
    ];
    if !pratica.alunno.is_empty() {
        facts.push(Line::words("Alunno", pratica.alunno.clone()));
    }
    facts.push(Line::words("Presentata il", testo::moment(pratica.received_at, lingua)));
    let filed = pratica.protocollo_numero.zip(pratica.protocollo_anno);
    facts.extend(filed.map(|(numero, anno)| Line::words("Protocollo della domanda", protocol_number(numero, anno))));
    facts
}

fn decision(case: &Case) -> String {
    let procedura = &case.document.procedura;
    let filled = |words: &sportello_domain::modello::Words| words.fill(Lingua::It, case.pratica.anno_scolastico);
    match case.row.kind {
        PraticaStatus::RejectionNotice => {
            "L'ufficio pensa di non accogliere la domanda, per i motivi che seguono.".to_owned()
        }
        PraticaStatus::Accepted => filled(&procedura.accepted),
        PraticaStatus::PartlyAccepted => "La domanda è accolta in parte, per il motivo che segue.".to_owned(),
        PraticaStatus::WaitingList => "La domanda va bene, ma i posti sono finiti: è in lista d'attesa.".to_owned(),
        PraticaStatus::Annulled => "La pratica è annullata, per il motivo che segue.".to_owned(),
        _ => filled(&procedura.rejected),
    }
}

fn sections(case: &Case) -> Vec<Part> {
    let reason = match case.row.kind {
        PraticaStatus::Accepted | PraticaStatus::WaitingList => "Note",
        _ => "Motivazione",
    };
    let words = &case.words;
    let parts = [
        (reason, &words.reason),
        ("Osservazioni ricevute", &words.observations),
        ("Risposta alle osservazioni", &words.reply),
    ];
    parts.into_iter().filter_map(|(title, text)| Some(Part::of(title, text.as_deref()?))).collect()
}

fn remedies(case: &Case) -> Vec<String> {
    match (case.row.kind, &case.notice) {
        (PraticaStatus::RejectionNotice, Some(notice)) => vec![format!(
            "Puoi presentare osservazioni scritte e documenti entro dieci giorni, fino al {}: apri la pratica e rispondi.",
            testo::date(notice.answer_by, Lingua::It)
        )],
        (PraticaStatus::WaitingList, _) => vec!["Non devi fare altro: ti scriviamo se si libera un posto.".to_owned()],
        _ => vec![APPEAL.to_owned()],
    }
}
