//! What the office asked an applicant to complete, as it is shown.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    lingua::Lingua,
    modello::view::{FileView, Privacy},
};
use sportello_store::{allegato::AllegatoRow, integrazione::IntegrazioneRow, seal::EnteSealer};

use crate::{
    Result,
    filed::Filed,
    modello::Document,
    risposta::{self, Awaited},
    typed,
};

/// What was asked, and what came.
#[derive(Clone, Debug)]
pub struct Integrazione {
    /// When the office asked.
    pub asked_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// Labels of the questions that it is about.
    pub labels: Vec<String>,
    /// Last day for the answer.
    pub answer_by: NaiveDate,
    /// When the answer came.
    pub answered_at: Option<DateTime<Utc>>,
    /// The answer, for whoever may read it.
    pub answer: Option<String>,
    /// The files that came with it, for whoever may read it.
    pub files: Vec<FileView>,
}

/// A request as it is shown; with a sealer its answer too.
pub(crate) fn shown(
    row: IntegrazioneRow,
    filed: &Filed,
    files: &[AllegatoRow],
    lingua: Lingua,
    sealer: Option<&EnteSealer>,
) -> Result<Integrazione> {
    let answer = match (&row.sealed_answer, sealer) {
        (Some(sealed), Some(sealer)) => {
            Some(typed::open(sealer, &Awaited::Integrazione.place(row.pratica_id), sealed)?)
        }
        _ => None,
    };
    Ok(Integrazione {
        asked_at: row.asked_at,
        labels: filed.labels(&row.fields.0, lingua),
        reason: row.reason,
        answer_by: row.answer_by,
        answered_at: row.answered_at,
        files: if answer.is_some() { risposta::files(files, Awaited::Integrazione) } else { Vec::new() },
        answer,
    })
}

/// Whether one of the questions that were named is about health or belief.
pub(crate) fn is_about_art9(fields: &[String], document: &Document) -> bool {
    let about = |field: &String| document.modello.campo(field).is_none_or(|campo| campo.privacy == Privacy::Art9);
    fields.iter().any(about)
}
