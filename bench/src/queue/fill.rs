//! An ente with many pratiche, written straight into the store: years of them, most over, over several modelli, schools
//! and members of staff.

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use serde_json::Value;
use sportello_domain::{
    id::{PraticaId, RowId},
    pratica::PraticaStatus,
};
use sportello_store::{Json, Store, binds, modello, seal::Sealed};
use uuid::Uuid;

use super::facts::Fact;
use crate::submit::sample;

/// The modelli, the most wanted first.
pub const MODELLI: [&str; 5] =
    ["iscrizione-mensa", "variazione-dieta", "rinuncia-mensa", "cambio-pagatore", "cambio-residenza"];
/// The day on which the office looks.
pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 9, 1).expect("a valid day");
/// Applicants.
const PEOPLE: u64 = 500;
/// Members of staff.
const CLERKS: u64 = 12;
/// Schools.
const PLESSI: u64 = 15;
/// Days over which the filings are spread.
const DAYS: u64 = 1_600;
/// Pratiche written in one transaction.
const CHUNK: u64 = 500;
/// Most rows for which the days are spread evenly.
const SPREAD: u64 = 100_000;

const WRITE: &str = "INSERT INTO pratica (ente_id, id, anno, numero, bozza_id, row_id, modello, modello_version, hash, persona_id, alunno, search_key, anno_scolastico, contested, status, version, answers, sealed_answers, received_at, due_on, assigned_to, plesso)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 'hash', $8, 'Figlio Prova', $9, 2026, $10, $11, 1, $12, $13, $14, $15, $16, $17)";

/// Code of a school.
pub fn plesso(number: u64) -> String {
    format!("BGEE{:06}", number % PLESSI)
}

/// When pratica `number` was received.
pub fn received_at(number: u64) -> DateTime<Utc> {
    let first = Utc.with_ymd_and_hms(2022, 5, 1, 8, 0, 0).single().expect("a valid instant");
    first + TimeDelta::minutes(i64::try_from(number * DAYS * 24 * 60 / SPREAD).expect("few minutes"))
}

/// Writes `count` pratiche; what is known of them.
pub async fn pratiche(store: &Store, count: u64) -> Result<Vec<Fact>> {
    sample::make_enti(store, 1).await?;
    sample::make_drafts(store, 0, PEOPLE).await?;
    let ente = sample::ente_id(0);
    for code in &MODELLI[1..] {
        let publication = sample::publication(code);
        store.write(ente, async move |tx| modello::publish(tx, ente, &publication).await).await?;
    }
    let (facts, answers) = ((0..count).map(fact).collect::<Vec<_>>(), sample::answers());
    for first in (0..count).step_by(CHUNK as usize) {
        let last = count.min(first + CHUNK);
        let (chunk, answers) = (facts[first as usize..last as usize].to_vec(), answers.clone());
        let write = async move |tx: &mut sportello_store::Tx| {
            for (fact, number) in chunk.iter().zip(first..) {
                put(tx, fact, number, &answers).await?;
            }
            Ok(())
        };
        store.write_long(ente, write).await.context("writing pratiche")?;
    }
    Ok(facts)
}

async fn put(tx: &mut sportello_store::Tx, fact: &Fact, number: u64, answers: &Value) -> sportello_store::Result<()> {
    let (ente, draft) = (sample::ente_id(0), number % PEOPLE);
    let id = |kind: u128| Uuid::from_u128((kind << 96) | u128::from(number));
    let binds = binds![
        ente,
        PraticaId::new(id(1)),
        fact.anno,
        fact.numero,
        sample::bozza_id(draft),
        RowId::new(id(2)),
        fact.modello,
        sample::persona_id(draft),
        fact.search_key,
        false,
        fact.status,
        Json(answers.clone()),
        Sealed::from_bytes(vec![7; 300]),
        fact.received_at,
        fact.due_on,
        fact.assigned_to,
        fact.plesso
    ];
    tx.execute(WRITE, binds).await?;
    Ok(())
}

/// Pratica `number`: nothing of it depends on chance, and nothing on its neighbours.
fn fact(number: u64) -> Fact {
    let at = received_at(number);
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    let status = status(mixed % 100);
    let idle = matches!(status, PraticaStatus::Submitted | PraticaStatus::Registered);
    Fact {
        anno: i64::from(chrono::Datelike::year(&at.date_naive())),
        numero: i64::try_from(number + 1).expect("few pratiche"),
        status,
        modello: MODELLI[[0, 0, 0, 0, 0, 1, 1, 2, 3, 4][(mixed / 100 % 10) as usize]],
        plesso: plesso(mixed / 1_000),
        assigned_to: (!idle).then(|| sample::persona_id(mixed / 7 % CLERKS)),
        received_at: at,
        due_on: at.date_naive() + TimeDelta::days(30),
        search_key: format!("figlio{number} prova lia prova"),
    }
}

/// Of a hundred, two thirds are over.
fn status(of_hundred: u64) -> PraticaStatus {
    match of_hundred {
        0..=54 => PraticaStatus::Accepted,
        55..=56 => PraticaStatus::PartlyAccepted,
        57..=62 => PraticaStatus::Rejected,
        63..=65 => PraticaStatus::Withdrawn,
        66 => PraticaStatus::Annulled,
        67..=76 => PraticaStatus::Registered,
        77..=90 => PraticaStatus::InReview,
        91..=93 => PraticaStatus::IntegrationRequested,
        94 => PraticaStatus::Integrated,
        95 => PraticaStatus::RejectionNotice,
        96 => PraticaStatus::Observations,
        97..=98 => PraticaStatus::WaitingList,
        _ => PraticaStatus::Submitted,
    }
}
