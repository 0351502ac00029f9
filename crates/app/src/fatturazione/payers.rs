//! Reads what the run needs, some payers at a time: all enrolments of a payer come together.

use std::collections::{HashMap, HashSet};

use sportello_domain::{
    calendar,
    euro::Euro,
    fatturazione::{Assegnazione, Esito, Giorno, Iscritto, PianoInForce, run},
    id::{AlunnoId, EnteId, IscrizioneId, PersonaId},
};
use sportello_store::{
    Read,
    ciclo::{self, CicloRow, IscrittoRow},
    documento_contabile as documento,
    presenza::{self, GiornoRow},
    seal::EnteSealer,
    tariffa::{self, AssegnazioneRow},
};
use uuid::Uuid;

use crate::{Portal, Result, campi, tariffe};

/// Payers of one read of a preview; their attendance must fit one query.
pub(super) const PREVIEWED: i64 = 100;
/// Payers of one transaction of issuing: about 130 rows.
pub(super) const ISSUED: i64 = 20;

/// Walks through the payers of a run.
pub(super) struct Payers {
    portal: Portal,
    ente: EnteId,
    ciclo: CicloRow,
    aliquota_bp: i64,
    piani: Vec<PianoInForce>,
    sealer: EnteSealer,
    after: PersonaId,
}

/// Some payers, reckoned.
pub(super) struct Chunk {
    /// Invoices and anomalies of enrolments that have no invoice of this run yet.
    pub(super) esito: Esito,
    rows: Vec<IscrittoRow>,
}

impl Chunk {
    /// The child of an enrolment: key, family and given name.
    pub(super) fn child(&self, iscrizione: IscrizioneId) -> Option<(AlunnoId, String)> {
        let row = self.row(iscrizione)?;
        Some((row.alunno_id, format!("{} {}", row.cognome, row.nome)))
    }

    /// An enrolment.
    pub(super) fn row(&self, iscrizione: IscrizioneId) -> Option<&IscrittoRow> {
        self.rows.iter().find(|row| row.id == iscrizione)
    }
}

/// What one read gives.
struct Found {
    rows: Vec<IscrittoRow>,
    bases: Vec<AssegnazioneRow>,
    days: Vec<GiornoRow>,
    done: Vec<IscrizioneId>,
    last: Option<PersonaId>,
}

impl Payers {
    /// Begins before the first one.
    pub(super) async fn new(portal: &Portal, ente: EnteId, ciclo: &CicloRow, aliquota_bp: i64) -> Result<Self> {
        let piani = portal.store().read(ente, async move |read| tariffa::of_service(read, ente, campi::MENSA).await);
        let piani = piani.await?.into_iter();
        Ok(Self {
            portal: portal.clone(),
            ente,
            ciclo: ciclo.clone(),
            aliquota_bp,
            piani: piani.map(|row| PianoInForce { from: row.dal, to: row.al, piano: row.piano.0 }).collect(),
            sealer: portal.sealer(ente).await?,
            after: PersonaId::new(Uuid::nil()),
        })
    }

    /// The next `limit` payers, reckoned; nothing behind the last one.
    pub(super) async fn next(&mut self, limit: i64) -> Result<Option<Chunk>> {
        let (ente, ciclo, after) = (self.ente, self.ciclo.clone(), self.after);
        let found =
            self.portal.store().read(ente, async move |read| find(read, ente, &ciclo, after, limit).await).await?;
        let Some(last) = found.last else { return Ok(None) };
        self.after = last;
        self.reckon(found).map(Some)
    }

    /// Goes back to before the payers of the chunk that began behind `after`.
    pub(super) fn again(&mut self, after: PersonaId) {
        self.after = after;
    }

    /// Behind whom the next chunk begins.
    pub(super) fn after(&self) -> PersonaId {
        self.after
    }

    fn reckon(&self, found: Found) -> Result<Chunk> {
        let mut bases: HashMap<IscrizioneId, Vec<Assegnazione>> = HashMap::new();
        for row in &found.bases {
            let isee = tariffe::open_isee(&self.sealer, row)?;
            let base = Assegnazione { from: row.dal, to: row.al, isee, residente: row.residente };
            bases.entry(row.iscrizione_id).or_default().push(base);
        }
        let mut days: HashMap<IscrizioneId, Vec<Giorno>> = HashMap::new();
        for row in &found.days {
            let giorno = Giorno { presenza: row.id, day: row.data, state: row.stato };
            days.entry(row.iscrizione_id).or_default().push(giorno);
        }
        let iscritti: Vec<Iscritto> = found
            .rows
            .iter()
            .map(|row| {
                let (bases, days) = (bases.remove(&row.id), days.remove(&row.id));
                iscritto(row, bases.unwrap_or_default(), days.unwrap_or_default())
            })
            .collect();
        let mut esito = run(self.ciclo.periodo, &self.piani, &iscritti, self.aliquota_bp);
        let done: HashSet<IscrizioneId> = found.done.into_iter().collect();
        esito.fatture.retain(|fattura| !done.contains(&fattura.iscrizione));
        esito.anomalies.retain(|(iscrizione, _)| !done.contains(iscrizione));
        Ok(Chunk { esito, rows: found.rows })
    }
}

async fn find(
    read: &mut Read,
    ente: EnteId,
    ciclo: &CicloRow,
    after: PersonaId,
    limit: i64,
) -> sportello_store::Result<Found> {
    let until = ciclo.periodo.last_day();
    let payers = ciclo::payers(read, ente, campi::MENSA, after, until, limit).await?;
    let Some(last) = payers.last().copied() else {
        return Ok(Found { rows: Vec::new(), bases: Vec::new(), days: Vec::new(), done: Vec::new(), last: None });
    };
    Ok(Found {
        rows: ciclo::iscritti(read, ente, campi::MENSA, after, last, until).await?,
        bases: tariffa::of_payers(read, ente, campi::MENSA, after, last).await?,
        days: presenza::uncharged(read, ente, campi::MENSA, after, last, until).await?,
        done: documento::of_run(read, ente, ciclo.id, after, last).await?,
        last: Some(last),
    })
}

fn iscritto(row: &IscrittoRow, assegnazioni: Vec<Assegnazione>, days: Vec<Giorno>) -> Iscritto {
    Iscritto {
        iscrizione: row.id,
        alunno: row.alunno_id,
        persona: row.persona_id,
        has_codice_fiscale: row.codice_fiscale.is_some(),
        born_on: row.nascita,
        enrolled_on: calendar::legal_date(row.created_at),
        from: row.dal,
        to: row.al,
        grado: row.grado.clone(),
        modalita: row.modalita_pagamento,
        assegnazioni,
        days,
        usual: (row.billed > 0).then(|| Euro::from_cents(row.billed_cents / row.billed)),
    }
}
