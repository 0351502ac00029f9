//! Enrolments without their forms: what accepting a pratica leaves behind, written straight into the store.

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sportello_domain::anno_scolastico::AnnoScolastico;
use sportello_domain::id::{AlunnoId, BozzaId, EnteId, IscrizioneId, PersonaId, PraticaId};
use sportello_domain::modello;
use sportello_store::bozza::{self, Answers, NewBozza};
use sportello_store::iscrizione::{self, IscrizioneRow, IscrizioneStatus};
use sportello_store::seal::{EnteSealer, Place};
use sportello_store::tariffa::{self, AssegnazioneRow, Base};
use sportello_store::{Json, Store, Tx, binds};
use uuid::Uuid;

/// Enrolments of one transaction.
const CHUNK: usize = 50;
/// Kinds of our identifiers, in their upper half.
const PRATICA: u128 = 0x7072 << 96;
const ISCRIZIONE: u128 = 0x6973 << 96;
/// Numbers of the pratiche begin here, above those of the demonstration.
const FIRST_NUMERO: i64 = 1_000_000;

const CHILDREN: &str = "SELECT a.id, a.codice_fiscale, l.persona_id, l.plesso, l.classe
    FROM legame l JOIN alunno a ON a.ente_id = l.ente_id AND a.id = l.alunno_id
    WHERE l.ente_id = $1 AND l.plesso LIKE 'BENCH%' ORDER BY a.codice_fiscale";
const PUBLICATION: &str =
    "SELECT code, version, hash FROM modello_publication WHERE ente_id = $1 ORDER BY version DESC LIMIT 1";
const ADD_PRATICA: &str = "INSERT INTO pratica (ente_id, id, anno, numero, bozza_id, row_id, modello, modello_version, hash,
        persona_id, alunno, search_key, servizio, anno_scolastico, contested, status, version, answers, received_at, due_on)
    VALUES ($1, $2, $3, $4, $5, $2, $6, $7, $8, $9, 'Bench', 'bench', 'mensa', $10, $11, 'accolta', 1, $12, $13, $14)";

/// A child as the import left it.
type Child = (AlunnoId, Option<String>, PersonaId, Option<String>, Option<String>);

/// The draft that all pratiche come from.
#[derive(Clone)]
struct Draft {
    id: BozzaId,
    modello: String,
    version: i64,
    hash: String,
}

/// Enrols every child that the file of families brought, from `dal` to the end of the school year; how many there are.
pub async fn enrol(store: &Store, ente: EnteId, sealer: &EnteSealer, dal: NaiveDate) -> Result<usize> {
    let children: Vec<Child> = store
        .read(ente, async move |read| read.fetch_all(CHILDREN, binds![ente]).await)
        .await
        .context("the children")?;
    let (modello, version, hash): (String, i64, String) =
        store.read(ente, async move |read| read.fetch_one(PUBLICATION, binds![ente]).await).await?;
    let draft = Draft { id: BozzaId::new(Uuid::from_u128(PRATICA)), modello, version, hash };
    let now = dal.and_hms_opt(8, 0, 0).context("a time of day")?.and_utc();
    let first = children.first().context("no child was imported")?.2;
    let new = NewBozza {
        id: draft.id,
        persona_id: first,
        modello: draft.modello.clone(),
        answers: Answers {
            clear: Json(modello::Answers::default()),
            sealed: None,
            modello_version: draft.version,
            hash: draft.hash.clone(),
        },
        created_at: now,
        expires_at: now + chrono::TimeDelta::days(400),
    };
    store.write(ente, async move |tx| bozza::create(tx, ente, &new).await).await.context("a draft")?;
    let count = children.len();
    for (chunk, at) in children.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
        let rows = chunk.iter().zip(at..).map(|(child, number)| row(child, number, sealer, dal, now));
        let rows: Vec<_> = rows.collect::<Result<_>>()?;
        let draft = draft.clone();
        store.write_long(ente, async move |tx| write(tx, ente, &draft, &rows).await).await.context("enrolling")?;
    }
    ensure!(count > 0, "nobody is enrolled");
    Ok(count)
}

fn row(
    child: &Child,
    number: usize,
    sealer: &EnteSealer,
    dal: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(IscrizioneRow, AssegnazioneRow)> {
    let (alunno, _, persona, plesso, classe) = child;
    let anno = AnnoScolastico::of(dal);
    let al = NaiveDate::from_ymd_opt(anno.first_year() + 1, 8, 31).context("the last day of the school year")?;
    let id = IscrizioneId::new(Uuid::from_u128(ISCRIZIONE | number as u128));
    // Every ninth family declares nothing; the others are spread over all bands.
    let isee = (!number.is_multiple_of(9)).then(|| (number * 7_919) % 3_500_000);
    let seal = |cents: usize| {
        sealer.seal(&Place::new("assegnazione_tariffa", "sealed_isee", id), cents.to_string().as_bytes())
    };
    let sealed_isee = isee.map(seal).transpose()?;
    let iscrizione = IscrizioneRow {
        id,
        servizio: "mensa".to_owned(),
        anno_scolastico: anno,
        alunno_id: *alunno,
        persona_id: *persona,
        plesso: plesso.clone().context("a child without a school")?,
        classe: classe.clone().context("a child without a class")?,
        giorni: Json(["lun", "mar", "mer", "gio", "ven"].map(str::to_owned).to_vec()),
        dal,
        al,
        status: IscrizioneStatus::Active,
        modalita_pagamento: "PAGOPA".to_owned(),
        sealed_payment: None,
        sealed_dieta: None,
        pratica_id: PraticaId::new(Uuid::from_u128(PRATICA | (number as u128 + 1))),
        created_at: now,
    };
    let base = if sealed_isee.is_some() { Base::Isee } else { Base::Max };
    let residente = !number.is_multiple_of(11);
    Ok((iscrizione, AssegnazioneRow { iscrizione_id: id, dal, al, base, sealed_isee, residente, created_at: now }))
}

async fn write(
    tx: &mut Tx,
    ente: EnteId,
    draft: &Draft,
    rows: &[(IscrizioneRow, AssegnazioneRow)],
) -> sportello_store::Result<()> {
    for (row, tariff) in rows {
        let numero = FIRST_NUMERO + (row.pratica_id.uuid().as_u128() ^ PRATICA) as i64;
        let year = i64::from(row.anno_scolastico.first_year());
        let (answers, due) = (Json(json!({})), row.dal);
        let binds = binds![
            ente,
            row.pratica_id,
            year,
            numero,
            draft.id,
            draft.modello,
            draft.version,
            draft.hash,
            row.persona_id,
            row.anno_scolastico,
            false,
            answers,
            row.created_at,
            due
        ];
        tx.execute(ADD_PRATICA, binds).await?;
        iscrizione::create(tx, ente, row).await?;
        tariffa::assign(tx, ente, tariff).await?;
    }
    Ok(())
}
