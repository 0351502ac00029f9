//! What one INVIA writes, made before the transaction: identifiers, sealed answers, jobs, audit rows.

use chrono::{DateTime, Datelike, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sportello_domain::{
    calendar,
    id::{BozzaId, PersonaId, PraticaId, RowId},
    lingua::Lingua,
    modello::{Answers, procedura::Effect},
    pratica::PraticaStatus,
    termine::Termine,
};
use sportello_store::{
    Json,
    audit::AuditRow,
    evento::{ActorKind, EventoRow},
    idempotenza::{Answer, NewAnswer},
    invio::{Invio, NewPratica, Register, Registrazione},
    job::NewJob,
    notifica::{Channel, NotificaRow, NotificaState},
    seal::{EnteSealer, Place},
};
use uuid::Uuid;

use super::{InvioForm, subject::Subject};
use crate::{
    Actor, Ctx, Error, Portal, Result,
    bozza::{Loaded, close_answers},
    campi, graduatoria,
    job::{RICEVUTA, new_job, protocollazione},
    pratica::SUBMIT,
};

/// First pratica number and first protocol number of a year.
const FIRST_NUMERO: i64 = 1;
/// Status kept with the answer under an idempotency key: what the page answers.
const SEE_OTHER: i64 = 303;

/// What the idempotency key stands for: this draft as it was shown.
pub(super) fn body_hash(id: BozzaId, form: &InvioForm) -> Vec<u8> {
    Sha256::digest(format!("{id}|{}|{}", form.revision, form.hash)).to_vec()
}

/// Where the receipt goes: the address given with the application.
pub(crate) fn email(loaded: &Loaded) -> Option<String> {
    loaded.answers.value(campi::EMAIL).and_then(|value| value.text()).map(str::to_owned)
}

/// Everything that the transaction writes.
pub(super) async fn invio(
    portal: &Portal,
    ctx: &Ctx,
    loaded: &Loaded,
    key: &str,
    body_hash: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<Invio> {
    let (by, titolare, name) = (ctx.acting()?.persona, ctx.richiedente()?, ctx.titolare_name()?);
    let sender = if ctx.desk().is_some() { ActorKind::Ufficio } else { ActorKind::Cittadino };
    let sealer = portal.sealer(ctx.ente_id()).await?;
    let procedura = &loaded.published.document.procedura;
    let today = calendar::legal_date(now);
    let form = loaded.form(ctx);
    let mut parts = Vec::new();
    for (row, answers) in form.split() {
        parts.push(Part::new(portal, loaded, &sealer, &name, row, answers, now)?);
    }
    let internal = ctx.ente.settings.protocollo.is_internal();
    let steps = parts
        .iter()
        .flat_map(|part| {
            let keys = [portal.chance().uuid(now), portal.chance().uuid(now)];
            // The second step comes with the number.
            steps(keys, (sender, by), part.pratica.id, now).into_iter().take(if internal { 2 } else { 1 })
        })
        .collect();
    let allegati = parts.iter().flat_map(|part| part.files.iter().map(|file| (part.pratica.id, *file))).collect();
    let audit = parts.iter().map(|part| deed(portal, ctx, part.pratica.id)).collect();
    let notifica = receipt_message(portal, ctx, titolare, loaded.row.id, now);
    let job = receipt_job(portal, loaded.row.id, notifica.id, now);
    Ok(Invio {
        bozza_id: loaded.row.id,
        persona_id: titolare,
        revision: loaded.row.revision,
        modello: loaded.row.modello.clone(),
        modello_version: loaded.published.row.version,
        hash: loaded.published.row.hash.clone(),
        anno_scolastico: loaded.published.row.anno_scolastico,
        anno: i64::from(today.year()),
        received_at: now,
        due_on: Termine::new(today, procedura.answer_days, ctx.ente.settings.patrono).due_on(),
        first_numero: FIRST_NUMERO,
        registrazione: Registrazione {
            aoo: ctx.ente.settings.aoo_code.clone(),
            register: if internal {
                Register::Internal { first_numero: FIRST_NUMERO }
            } else {
                Register::External { job: protocollazione(portal, now) }
            },
            sender: name,
            subject: procedura.subject.fill(Lingua::It, loaded.published.row.anno_scolastico),
            sha256: form.fingerprint(),
            classificazione: procedura.classificazione.to_string(),
        },
        pratiche: parts.into_iter().map(|part| part.pratica).collect(),
        steps,
        allegati,
        notifiche: vec![notifica],
        jobs: vec![job],
        audit,
        answer: NewAnswer {
            actor: titolare,
            key: key.to_owned(),
            answer: Answer { body_hash, status: SEE_OTHER, answer: Json(json!({ "bozza": loaded.row.id })) },
            created_at: now,
        },
    })
}

/// One pratica and its files.
struct Part {
    pratica: NewPratica,
    files: Vec<sportello_domain::id::AllegatoId>,
}

impl Part {
    fn new(
        portal: &Portal,
        loaded: &Loaded,
        sealer: &EnteSealer,
        name: &str,
        row_id: Option<RowId>,
        answers: Answers,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let procedura = &loaded.published.document.procedura;
        let id = PraticaId::new(portal.chance().uuid(now));
        let subject = Subject::of(&loaded.published.document.modello, &loaded.facts, &answers, name);
        let (clear, sealed) = close_answers(
            sealer,
            &Place::new("pratica", "sealed_answers", id),
            &loaded.published.document.modello,
            &answers,
        )?;
        let filed = serde_json::to_value(&clear.0).map_err(|error| Error::failed("writing answers", error))?;
        let punti = graduatoria::points(sealer, &loaded.published.document, &loaded.facts, (id, &answers))?;
        let enrols = procedura.effects.contains(&Effect::CreateIscrizione);
        Ok(Self {
            files: answers.files().into_iter().map(|file| file.id).collect(),
            pratica: NewPratica {
                id,
                row_id,
                search_key: subject.search_key,
                alunno: subject.alunno,
                alunno_codice_fiscale: subject.codice_fiscale,
                plesso: subject.plesso,
                servizio: enrols.then(|| campi::MENSA.to_owned()),
                contested: false,
                answers: Json(filed),
                sealed_answers: sealed,
                punti,
            },
        })
    }
}

/// First steps of a timeline: sent and, with the internal register, registered at the same instant. Steps of one
/// instant stand in the order of their keys, so these must ascend.
fn steps(
    mut keys: [Uuid; 2],
    (sender, persona): (ActorKind, PersonaId),
    pratica: PraticaId,
    now: DateTime<Utc>,
) -> [EventoRow; 2] {
    keys.sort_unstable();
    let step = |id, status: PraticaStatus, actor_kind, actor| EventoRow {
        id,
        pratica_id: pratica,
        kind: status,
        at: now,
        actor_kind,
        actor,
        note: None,
    };
    let [sent, registered] = keys;
    [
        step(sent, PraticaStatus::Submitted, sender, Some(persona)),
        step(registered, PraticaStatus::Registered, ActorKind::Sistema, None),
    ]
}

/// The deed, with the identity by which a citizen was known: the receipt names it.
fn deed(portal: &Portal, ctx: &Ctx, pratica: PraticaId) -> AuditRow {
    let mut note = ctx.note(portal, SUBMIT, "pratica", Some(pratica.uuid()));
    if let Actor::Cittadino(signed) = &ctx.actor {
        note.detail.0["scheme"] = signed.scheme.stored().into();
        note.detail.0["level"] = signed.level.stored().into();
    }
    note
}

fn receipt_message(portal: &Portal, ctx: &Ctx, titolare: PersonaId, bozza: BozzaId, now: DateTime<Utc>) -> NotificaRow {
    let id = portal.chance().uuid(now);
    NotificaRow {
        id,
        persona_id: titolare,
        bozza_id: Some(bozza),
        pratica_id: None,
        channel: Channel::Email,
        message_id: crate::job::message_id(ctx, id),
        kind: "ricevuta".to_owned(),
        state: NotificaState::Queued,
        queued_at: now,
        sent_at: None,
    }
}

fn receipt_job(portal: &Portal, bozza: BozzaId, notifica: Uuid, now: DateTime<Utc>) -> NewJob {
    new_job(portal, RICEVUTA, json!({ "v": 1, "bozza": bozza, "notifica": notifica }), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_at_one_instant_is_kept_in_its_order() {
        let (low, high) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let by = (ActorKind::Cittadino, PersonaId::new(low));
        for keys in [[low, high], [high, low]] {
            let [sent, registered] = steps(keys, by, PraticaId::new(low), DateTime::UNIX_EPOCH);
            assert_eq!((sent.kind, sent.id), (PraticaStatus::Submitted, low));
            assert_eq!((registered.kind, registered.id), (PraticaStatus::Registered, high));
        }
    }
}
