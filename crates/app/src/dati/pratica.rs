//! One pratica as data: its answers by field and question, its steps, what was asked, told, decided and written about it, its
//! files, who did what with it.

use serde_json::{Value, json};
use sportello_domain::{
    euro::Euro,
    id::EnteId,
    lingua::Lingua,
    modello::{
        Difference,
        view::{Answer, SummaryLine},
    },
};
use sportello_store::{
    Read,
    allegato::{self, AllegatoRow},
    audit::{self, AuditRow},
    campione::{self, OfPratica},
    documento::{self, DocumentoRow},
    evento::{self, EventoRow},
    graduatoria,
    integrazione::{self, IntegrazioneRow},
    messaggio::{self, MessaggioRow, Side},
    pratica::PraticaRow,
    preavviso::{self, PreavvisoRow},
    provvedimento::{self, ListedRow},
    risposta::{self, RispostaRow},
    seal::{EnteSealer, Sealed},
};

use crate::{
    Portal, Result,
    filed::Filed,
    graduatoria::opened,
    integrazione::{Reads, shown},
    messaggio::place as text_place,
    pratica::{number, protocol_number, registration},
    preavviso::shown as told,
    provvedimento::reason as decided,
    typed,
};

/// What stands beside it in the database.
pub(super) struct Beside {
    pub(super) protocol: Option<String>,
    pub(super) steps: Vec<EventoRow>,
    pub(super) files: Vec<AllegatoRow>,
    pub(super) receipt: Option<DocumentoRow>,
    pub(super) asked: Option<IntegrazioneRow>,
    pub(super) noticed: Option<PreavvisoRow>,
    pub(super) acts: Vec<ListedRow>,
    pub(super) messages: Vec<MessaggioRow>,
    check: Option<OfPratica>,
    punti: Option<(i64, Option<Sealed>)>,
    deeds: Vec<AuditRow>,
    begun: Option<RispostaRow>,
}

impl Beside {
    pub(super) async fn read(read: &mut Read, ente: EnteId, pratica: &PraticaRow) -> sportello_store::Result<Self> {
        let files = allegato::of_pratica(read, ente, pratica.id).await?;
        let mut deeds = audit::of_object(read, ente, "pratica", pratica.id.uuid()).await?;
        for file in &files {
            deeds.extend(audit::of_object(read, ente, "allegato", file.id.uuid()).await?);
        }
        Ok(Self {
            protocol: registration(read, pratica, ente).await?.map(|(number, _)| number),
            steps: evento::of_pratica(read, ente, pratica.id).await?,
            receipt: documento::receipt(read, ente, pratica.persona_id, pratica.bozza_id).await?,
            asked: integrazione::of_pratica(read, ente, pratica.id).await?,
            noticed: preavviso::of_pratica(read, ente, pratica.id).await?,
            acts: provvedimento::of_pratica(read, ente, pratica.id).await?,
            messages: messaggio::of_pratica(read, ente, pratica.id).await?,
            check: campione::of_pratica(read, ente, pratica.id).await?,
            punti: graduatoria::of_pratica(read, ente, pratica.id).await?,
            begun: risposta::of_pratica(read, ente, pratica.id).await?,
            files,
            deeds,
        })
    }
}

/// The pratica; with class A or without it.
pub(super) async fn value(
    portal: &Portal,
    ente: EnteId,
    lingua: Lingua,
    pratica: &PraticaRow,
    sealed: bool,
) -> Result<Value> {
    let row = pratica.clone();
    let beside = portal.store().read(ente, async move |read| Beside::read(read, ente, &row).await).await?;
    let filed = if sealed {
        Filed::open(portal, ente, pratica).await?
    } else {
        Filed::open_clear(portal, ente, pratica).await?
    };
    let sealer = portal.sealer(ente).await?;
    let key = sealed.then_some(&sealer);
    let reason = decided(pratica, &beside.acts, &sealer, !sealed)?;
    let asked = beside
        .asked
        .map(|row| shown(row, &filed, &beside.files, lingua, Reads { words: key, amended: Some(&sealer) }))
        .transpose()?;
    let noticed = beside.noticed.map(|row| told(row, &filed, &beside.files, lingua, key)).transpose()?;
    // Notes of the office among itself are none of the person's messages.
    let messages = beside.messages.iter().filter(|row| row.side != Side::Nota);
    let messages = messages.map(|row| message(row, key)).collect::<Result<Vec<_>>>()?;
    let punti = beside.punti.map(|found| points(found, &filed, lingua, pratica, key)).transpose()?;
    let answers: Vec<Value> = filed
        .form(lingua)
        .summary()
        .sections
        .iter()
        .flat_map(|section| section.lines.iter().map(move |line| answer(&section.title, line)))
        .collect();
    Ok(json!({
        "numero": number(pratica.anno, pratica.numero),
        "protocollo": beside.protocol,
        "modello": { "codice": pratica.modello, "versione": pratica.modello_version, "titolo": filed.title(lingua) },
        "anno_scolastico": pratica.anno_scolastico.to_string(),
        "alunno": pratica.alunno,
        "ricevuta_il": pratica.received_at,
        "risposta_entro": pratica.due_on,
        "stato": pratica.status.stored(),
        "motivo_della_decisione": reason,
        "risposte": answers,
        "risposte_riservate_omesse": !sealed && pratica.sealed_answers.is_some(),
        "graduatoria": punti,
        "cronologia": beside.steps.iter().map(step).collect::<Vec<_>>(),
        "integrazione": asked.map(|asked| json!({
            "chiesta_il": asked.asked_at,
            "motivo": asked.reason,
            "domande": asked.labels,
            "risposta_il": asked.answered_at,
            "risposta": asked.answer,
            "risposte_cambiate": asked.amended.iter().map(amended).collect::<Vec<_>>(),
        })),
        "preavviso": noticed.map(|notice| json!({
            "dato_il": notice.given_at,
            "motivo": notice.reason,
            "domande": notice.labels,
            "osservazioni_il": notice.observed_at,
            "osservazioni": notice.observations,
            "risposta": notice.reply,
        })),
        // The office sees nothing of it.
        "risposta_iniziata": beside.begun.filter(|_| sealed).map(|begun| json!({ "salvata_il": begun.saved_at })),
        "provvedimenti": beside.acts.iter().map(act).collect::<Vec<_>>(),
        "messaggi": messages,
        "controllo_a_campione": beside.check.map(|row| json!({
            "estratta_il": row.drawn_at,
            "esito": row.outcome.map(campione::Outcome::stored),
        })),
        "file": beside.files.iter().map(file).collect::<Vec<_>>(),
        "ricevuta": beside.receipt.as_ref().map(|row| json!({ "nome": row.name, "sha256": row.sha256 })),
        "operazioni": beside.deeds.iter().map(|deed| self::deed(deed, pratica)).collect::<Vec<_>>(),
    }))
}

fn answer(section: &str, line: &SummaryLine) -> Value {
    json!({ "sezione": section, "campo": line.field, "domanda": line.label, "risposta": line.answer.as_ref().map(given) })
}

/// An answer that was another one before the pratica was completed.
fn amended(found: &Difference) -> Value {
    json!({
        "riga": found.row,
        "domanda": found.label,
        "prima": found.known.as_ref().map(given),
        "dopo": found.answer.as_ref().map(given),
    })
}

fn given(answer: &Answer) -> Value {
    match answer {
        Answer::Text(text) | Answer::Code(text) => json!(text),
        Answer::Date(day) => json!(day),
        Answer::Cents(cents) => json!(Euro::from_cents(*cents).plain()),
        Answer::Flag(flag) => json!(flag),
        Answer::List(items) => json!(items),
        Answer::File(file) => json!(file.name),
    }
}

/// The points and, with a key, the criteria that gave them.
fn points(
    (punti, sealed): (i64, Option<Sealed>),
    filed: &Filed,
    lingua: Lingua,
    pratica: &PraticaRow,
    key: Option<&EnteSealer>,
) -> Result<Value> {
    let criteri = match key {
        Some(key) => opened(key, filed, lingua, (pratica.id, sealed.as_ref()))?,
        None => Vec::new(),
    };
    let criteri: Vec<Value> =
        criteri.iter().map(|criterio| json!({ "criterio": criterio.label, "punti": criterio.points })).collect();
    Ok(json!({ "punti": punti, "criteri": criteri }))
}

fn step(row: &EventoRow) -> Value {
    json!({ "stato": row.kind.stored(), "quando": row.at, "da": row.actor_kind.stored() })
}

fn act(row: &ListedRow) -> Value {
    let protocol = row.protocollo_numero.zip(row.protocollo_anno);
    json!({
        "esito": row.kind.stored(),
        "del": row.made_at,
        "protocollo": protocol.map(|(numero, anno)| protocol_number(numero, anno)),
        "documento": row.name,
        "aperto_il": row.opened_at,
    })
}

/// Without a key the text stays closed.
fn message(row: &MessaggioRow, key: Option<&EnteSealer>) -> Result<Value> {
    let text = key.map(|key| typed::open(key, &text_place(row.id), &row.sealed_text)).transpose()?;
    Ok(json!({ "da": row.side.stored(), "scritto_il": row.written_at, "letto_il": row.read_at, "testo": text }))
}

fn file(row: &AllegatoRow) -> Value {
    json!({
        "campo": row.field,
        "nome": row.name,
        "tipo": row.media_type,
        "byte": row.bytes,
        "sha256": row.sha256,
        "dato_il": row.created_at,
    })
}

/// Who did it stands there as what they are: names of clerks are not the person's data.
fn deed(row: &AuditRow, pratica: &PraticaRow) -> Value {
    let own = row.actor == Some(pratica.persona_id);
    json!({ "quando": row.at, "operazione": row.action, "da": row.capacity, "tua": own })
}
