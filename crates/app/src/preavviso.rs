//! The notice of rejection of a pratica (L. 241/1990 art. 10-bis), as it is shown.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{id::PraticaId, lingua::Lingua, modello::view::FileView};
use sportello_store::{
    allegato::AllegatoRow,
    preavviso::PreavvisoRow,
    seal::{EnteSealer, Place, Sealed},
};

use crate::{
    Result,
    filed::Filed,
    risposta::{self, Awaited},
    typed,
};

/// A notice, and what came of it. Words are absent where nobody wrote them, or where whoever looks may not read them.
#[derive(Clone, Debug)]
pub struct Preavviso {
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// Why the office means to reject.
    pub reason: Option<String>,
    /// Labels of the questions that it is about.
    pub labels: Vec<String>,
    /// Last day for observations.
    pub answer_by: NaiveDate,
    /// When they came.
    pub observed_at: Option<DateTime<Utc>>,
    /// What the applicant observed.
    pub observations: Option<String>,
    /// The files that came with it.
    pub files: Vec<FileView>,
    /// What the decision answers to it.
    pub reply: Option<String>,
}

/// The place of one of its sealed texts.
pub(crate) fn place(column: &'static str, pratica: PraticaId) -> Place {
    Place::new("preavviso", column, pratica)
}

/// A notice as it is shown; with a sealer its words too.
pub(crate) fn shown(
    row: PreavvisoRow,
    filed: &Filed,
    files: &[AllegatoRow],
    lingua: Lingua,
    sealer: Option<&EnteSealer>,
) -> Result<Preavviso> {
    let open = |column, sealed: Option<&Sealed>| match sealer.zip(sealed) {
        Some((sealer, sealed)) => typed::open(sealer, &place(column, row.pratica_id), sealed).map(Some),
        None => Ok(None),
    };
    Ok(Preavviso {
        given_at: row.given_at,
        reason: open("sealed_reason", Some(&row.sealed_reason))?,
        labels: filed.labels(&row.fields.0, lingua),
        answer_by: row.answer_by,
        observed_at: row.observed_at,
        files: if sealer.is_some() { risposta::files(files, Awaited::Osservazioni) } else { Vec::new() },
        observations: open("sealed_observations", row.sealed_observations.as_ref())?,
        reply: open("sealed_reply", row.sealed_reply.as_ref())?,
    })
}
