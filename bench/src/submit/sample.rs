//! What is filed: drafts by number, each with its person, and an INVIA of one child with 3 KB of answers.
//!
//! Identifiers are made of the number, so that `sql/invio.sql` finds the same drafts.

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use serde_json::{Value, json};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    ente::{Ente, EnteSettings},
    id::{BozzaId, EnteId, JobId, PersonaId, PraticaId, RequestId, RowId},
    identita::{Identita, IdentityLevel, IdentityScheme},
    pratica::PraticaStatus,
};
use sportello_store::{
    Json, Store, Tx,
    audit::AuditRow,
    bozza::{self, Answers, NewBozza},
    ente,
    evento::{ActorKind, EventoRow},
    idempotenza::{self, Answer, Begun, NewAnswer},
    invio::{self, Invio, NewPratica, Register, Registrazione, Submitted},
    job::NewJob,
    modello::{self, NewPublication},
    notifica::{Channel, NotificaRow, NotificaState},
    persona, pratica,
    seal::Sealed,
};
use uuid::Uuid;

const ANNO: AnnoScolastico = AnnoScolastico::beginning_in(2026);
const AOO: &str = "AOO1";
/// Series of the numbers of the register.
pub const REGISTRO: &str = "protocollo:AOO1";
const MENSA: &str = "iscrizione-mensa";
/// Bytes of the answers in clear, about.
const ANSWER_BYTES: usize = 3 * 1024;
/// Bytes of the sealed answers.
const SEALED_BYTES: usize = 300;
/// Drafts that are made in one transaction.
const CHUNK: u64 = 100;
/// Places that are booked.
const POSTI: i64 = 500;

/// Kinds of identifiers.
#[derive(Clone, Copy)]
enum Kind {
    Ente = 1,
    Persona,
    Bozza,
    Pratica,
    Row,
    Sent,
    Registered,
    Booked,
}

fn id(kind: Kind, number: u64) -> Uuid {
    let text = format!("00000000-0000-7000-80{:02}-{number:012}", kind as u8);
    Uuid::parse_str(&text).expect("digits in the places of digits")
}

/// Ente number `number`.
pub fn ente_id(number: u64) -> EnteId {
    EnteId::new(id(Kind::Ente, number))
}

/// Person number `number`.
pub fn persona_id(number: u64) -> PersonaId {
    PersonaId::new(id(Kind::Persona, number))
}

/// Draft number `number`.
pub fn bozza_id(number: u64) -> BozzaId {
    BozzaId::new(id(Kind::Bozza, number))
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 1, 8, 0, 0).single().expect("a valid instant")
}

/// Answers of about three kilobytes.
pub fn answers() -> Value {
    let fields = (0..ANSWER_BYTES / 100).map(|field| (format!("campo_{field:02}"), json!("Risposta ".repeat(9))));
    Value::Object(fields.collect())
}

/// Makes `count` enti with the modello.
pub async fn make_enti(store: &Store, count: u64) -> Result<()> {
    let settings: EnteSettings = serde_json::from_value(json!({
        "name": "Comune di Prova", "demo": true, "site_url": "https://prova.example",
        "region": { "text": "Regione", "url": "https://regione.example" }, "codice_fiscale": "00000000000",
        "ipa_code": "c_p000", "aoo_code": AOO, "address": ["Piazza 1"], "locality": "Prova",
        "pec": "pec@prova.example", "phone": "000 0", "accessibility_url": "https://form.example",
        "office": { "name": "Scuola", "responsabile": "Anna Prova", "phone": "000 1",
            "email": "scuola@prova.example", "hours": "lun-ven" },
        "theme": { "primary": "#0066cc", "dark": "#003366", "tint": "#eef4fb" },
    }))
    .context("settings of an ente")?;
    for number in 0..count {
        let key = ente_id(number);
        let new = Ente { id: key, slug: format!("prova-{number}"), host: None, settings: settings.clone() };
        let publication = publication(MENSA);
        store.write(EnteId::PLATFORM, async move |tx| ente::add(tx, &new, now()).await).await?;
        store.write(key, async move |tx| modello::publish(tx, key, &publication).await).await?;
    }
    Ok(())
}

/// A modello that is open, with places to book.
pub fn publication(code: &str) -> NewPublication {
    NewPublication {
        code: code.to_owned(),
        hash: "hash".to_owned(),
        document: "{}".to_owned(),
        anno_scolastico: ANNO,
        opens_at: now() - TimeDelta::days(1),
        closes_at: now() + TimeDelta::days(30),
        book_from: Some(now() - TimeDelta::hours(1)),
        posti: Some(POSTI),
        published_at: now(),
        revision: None,
    }
}

/// Makes drafts `from` to `to` (exclusive) at ente 0.
pub async fn make_drafts(store: &Store, from: u64, to: u64) -> Result<()> {
    let ente = ente_id(0);
    for first in (from..to).step_by(CHUNK as usize) {
        let numbers = first..to.min(first + CHUNK);
        store
            .write(ente, async move |tx| {
                for number in numbers {
                    make_draft(tx, ente, number).await?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

async fn make_draft(tx: &mut Tx, ente: EnteId, number: u64) -> sportello_store::Result<()> {
    let says = Identita {
        scheme: IdentityScheme::Spid,
        provider: "https://idp.example".to_owned(),
        level: IdentityLevel::L2,
        codice_fiscale: format!("PERSONA{number}"),
        nome: "Lia".to_owned(),
        cognome: "Prova".to_owned(),
        nascita: None,
        luogo_nascita: None,
        email: None,
        cellulare: None,
    };
    persona::sign_in(tx, ente, persona_id(number), &says, now()).await?;
    let new = NewBozza {
        id: bozza_id(number),
        persona_id: persona_id(number),
        modello: MENSA.to_owned(),
        answers: Answers {
            clear: Json(sportello_domain::modello::Answers::default()),
            sealed: None,
            modello_version: 1,
            hash: "hash".to_owned(),
        },
        created_at: now(),
        expires_at: now() + TimeDelta::days(60),
    };
    bozza::create(tx, ente, &new).await
}

/// Files draft `number` as the use case does: the key, the duplicate rule, then the INVIA. An error when it was not filed.
pub async fn file(store: &Store, ente: EnteId, number: u64, answers: &Value) -> Result<()> {
    let invio = invio(number, answers);
    let filed = store
        .write(ente, async move |tx| {
            let key = &invio.answer;
            if idempotenza::begin(tx, ente, key.actor, &key.key, &key.answer.body_hash).await? != Begun::New {
                return Ok(false);
            }
            let children = invio.pratiche.iter().filter_map(|new| new.alunno_codice_fiscale.as_deref());
            let children: Vec<&str> = children.collect();
            if !pratica::live_children(tx, ente, "mensa", ANNO, invio.persona_id, &children).await?.is_empty() {
                return Ok(false);
            }
            Ok(invio::submit(tx, ente, &invio).await? != Submitted::Changed)
        })
        .await?;
    anyhow::ensure!(filed, "draft {number} was not filed");
    Ok(())
}

fn invio(number: u64, answers: &Value) -> Invio {
    let (persona, pratica) = (persona_id(number), id(Kind::Pratica, number));
    let step = |kind, status: PraticaStatus, actor_kind, actor| EventoRow {
        id: id(kind, number),
        pratica_id: PraticaId::new(pratica),
        kind: status,
        at: now(),
        actor_kind,
        actor,
        note: None,
    };
    Invio {
        bozza_id: bozza_id(number),
        persona_id: persona,
        revision: 1,
        modello: MENSA.to_owned(),
        modello_version: 1,
        hash: "hash".to_owned(),
        anno_scolastico: ANNO,
        anno: 2026,
        received_at: now(),
        due_on: NaiveDate::from_ymd_opt(2026, 10, 1).expect("a valid day"),
        first_numero: 1,
        registrazione: Registrazione {
            aoo: AOO.to_owned(),
            register: Register::Internal { first_numero: 1 },
            sender: "Lia Prova".to_owned(),
            subject: "Iscrizione mensa".to_owned(),
            sha256: "0".repeat(64),
            classificazione: "VII/1".to_owned(),
        },
        pratiche: vec![new_pratica(number, answers)],
        steps: vec![
            step(Kind::Sent, PraticaStatus::Submitted, ActorKind::Cittadino, Some(persona)),
            step(Kind::Registered, PraticaStatus::Registered, ActorKind::Sistema, None),
        ],
        allegati: Vec::new(),
        notifiche: vec![notifica(number)],
        jobs: vec![NewJob {
            id: JobId::new(pratica),
            kind: "ricevuta".to_owned(),
            payload: Json(json!({ "v": 1, "bozza": bozza_id(number), "notifica": pratica })),
            run_at: now(),
            max_attempts: 8,
            created_at: now(),
        }],
        audit: vec![deed(Kind::Pratica, number, "pratica.submit")],
        answer: NewAnswer {
            actor: persona,
            key: number.to_string(),
            answer: Answer { body_hash: vec![7; 32], status: 303, answer: Json(json!({ "bozza": bozza_id(number) })) },
            created_at: now(),
        },
    }
}

/// The audit row of a booking.
pub fn booking(number: u64) -> AuditRow {
    deed(Kind::Booked, number, "pratica.book")
}

fn deed(kind: Kind, number: u64, action: &str) -> AuditRow {
    AuditRow {
        id: id(kind, number),
        at: now(),
        actor: Some(persona_id(number)),
        capacity: "cittadino".to_owned(),
        action: action.to_owned(),
        object_kind: "pratica".to_owned(),
        object_id: Some(id(Kind::Pratica, number)),
        request_id: Some(RequestId::new(id(Kind::Row, number))),
        detail: Json(json!({})),
    }
}

fn new_pratica(number: u64, answers: &Value) -> NewPratica {
    NewPratica {
        id: PraticaId::new(id(Kind::Pratica, number)),
        row_id: Some(RowId::new(id(Kind::Row, number))),
        alunno: "Sofia Prova".to_owned(),
        search_key: "sofia prova lia prova".to_owned(),
        alunno_codice_fiscale: Some(format!("CF{number}")),
        plesso: None,
        servizio: Some("mensa".to_owned()),
        contested: false,
        answers: Json(answers.clone()),
        sealed_answers: Some(Sealed::from_bytes(vec![7; SEALED_BYTES])),
        punti: None,
    }
}

fn notifica(number: u64) -> NotificaRow {
    NotificaRow {
        id: id(Kind::Pratica, number),
        persona_id: persona_id(number),
        bozza_id: Some(bozza_id(number)),
        pratica_id: None,
        channel: Channel::Email,
        message_id: format!("{number}@prova.sportello"),
        kind: "ricevuta".to_owned(),
        state: NotificaState::Queued,
        queued_at: now(),
        sent_at: None,
    }
}
