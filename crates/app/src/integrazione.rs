//! What the office asked an applicant to complete, as it is shown.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    id::{EnteId, PraticaId},
    lingua::Lingua,
    modello::{
        Difference,
        view::{FileView, Privacy},
    },
};
use sportello_store::{
    allegato::AllegatoRow,
    integrazione::{self as row, IntegrazioneRow},
    pratica::PraticaRow,
    provvedimento,
    seal::{EnteSealer, Place},
};

use crate::{
    Portal, Result,
    bozza::open_filed,
    campi,
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
    /// Why, for whoever may read it.
    pub reason: Option<String>,
    /// Labels of the questions that it is about.
    pub labels: Vec<String>,
    /// Last day for the answer.
    pub answer_by: NaiveDate,
    /// When the answer came.
    pub answered_at: Option<DateTime<Utc>>,
    /// The words of the answer, for whoever may read them.
    pub answer: Option<String>,
    /// The answers of the form that were amended, as far as whoever looks may read them.
    pub amended: Vec<Difference>,
    /// The files that came with it, for whoever may read it.
    pub files: Vec<FileView>,
}

/// Where the reason of a request is sealed.
pub(crate) fn place(pratica: PraticaId) -> Place {
    Place::new("integrazione", "sealed_reason", pratica)
}

/// Where the answers of class A are sealed that were filed first, where they were amended.
pub(crate) fn before_place(pratica: PraticaId) -> Place {
    Place::new("integrazione", "sealed_before", pratica)
}

/// Seals what an older portal kept in clear: why the office asked. Why it decided stands sealed in the document, so the copy in
/// clear goes.
pub(crate) async fn seal_clear(portal: &Portal, ente: EnteId) -> Result<()> {
    while portal.store().write(ente, async move |tx| provvedimento::forget_clear(tx, ente).await).await? {}
    loop {
        let found = portal.store().read(ente, async move |read| row::clear(read, ente).await).await?;
        if found.is_empty() {
            return Ok(());
        }
        let sealer = portal.sealer(ente).await?;
        for (id, reason) in found {
            let sealed = sealer.seal(&place(id), reason.as_bytes())?;
            portal.store().write(ente, async move |tx| row::seal(tx, ente, id, &sealed).await).await?;
        }
    }
}

/// Who reads what of a request.
#[derive(Clone, Copy, Default)]
pub(crate) struct Reads<'a> {
    /// The words and the files, with this.
    pub(crate) words: Option<&'a EnteSealer>,
    /// Which answers were amended, with this: of class A where the filing was opened whole.
    pub(crate) amended: Option<&'a EnteSealer>,
}

/// What was amended since it was filed first, as far as answers were opened.
fn amended(row: &IntegrazioneRow, filed: &Filed, lingua: Lingua, sealer: &EnteSealer) -> Result<Vec<Difference>> {
    let Some(clear) = &row.answers_before else { return Ok(Vec::new()) };
    let sealed = row.sealed_before.as_ref().filter(|_| filed.is_whole());
    let before = open_filed(sealer, &before_place(row.pratica_id), &clear.0, sealed)?;
    Ok(filed.amended_since(&before, lingua))
}

/// When the payment was answered as it stands: with the pratica, or with the answer that amended it. A mandate was signed then.
pub(crate) async fn payment_at(
    portal: &Portal,
    ente: EnteId,
    pratica: &PraticaRow,
    filed: &Filed,
) -> Result<DateTime<Utc>> {
    let id = pratica.id;
    let asked = portal.store().read(ente, async move |read| row::of_pratica(read, ente, id).await).await?;
    let Some((row, at)) = asked.and_then(|row| row.answered_at.map(|at| (row, at))) else {
        return Ok(pratica.received_at);
    };
    let Some(clear) = &row.answers_before else { return Ok(pratica.received_at) };
    let sealer = portal.sealer(ente).await?;
    let before = open_filed(&sealer, &before_place(id), &clear.0, row.sealed_before.as_ref())?;
    let mut fields = campi::PAYMENT.into_iter().chain([campi::MODALITA, campi::MANDATO]);
    let amended = fields.any(|field| filed.value_in(&before, field) != filed.value(field));
    Ok(if amended { at } else { pratica.received_at })
}

/// A request as it is shown to whom reads this much.
pub(crate) fn shown(
    row: IntegrazioneRow,
    filed: &Filed,
    files: &[AllegatoRow],
    lingua: Lingua,
    reads: Reads<'_>,
) -> Result<Integrazione> {
    let sealer = reads.words;
    let amended = reads.amended.map(|sealer| amended(&row, filed, lingua, sealer)).transpose()?.unwrap_or_default();
    let reason = match (row.sealed_reason, sealer) {
        (Some(sealed), Some(sealer)) => Some(typed::open(sealer, &place(row.pratica_id), &sealed)?),
        (None, Some(_)) => Some(row.reason),
        (_, None) => None,
    };
    let answer = match (&row.sealed_answer, sealer) {
        (Some(sealed), Some(sealer)) => {
            Some(typed::open(sealer, &Awaited::Integrazione.place(row.pratica_id), sealed)?)
        }
        _ => None,
    };
    Ok(Integrazione {
        asked_at: row.asked_at,
        labels: filed.labels(&row.fields.0, lingua),
        reason,
        answer_by: row.answer_by,
        answered_at: row.answered_at,
        files: if sealer.is_some() { risposta::files(files, Awaited::Integrazione) } else { Vec::new() },
        answer,
        amended,
    })
}

/// Whether a request, or what it changed, is about a question of class A: then what is written of it is read as such answers are.
pub(crate) fn is_about_sealed(row: &IntegrazioneRow, filed: &Filed) -> bool {
    row.amended_sealed || filed.any_sealed(&row.fields.0)
}

/// Whether a request, or what it changed, is about health or belief.
pub(crate) fn is_about_art9(row: &IntegrazioneRow, document: &Document) -> bool {
    row.amended_art9 || names_art9(&row.fields.0, document)
}

/// Whether one of the questions that were named is about health or belief.
pub(crate) fn names_art9(fields: &[String], document: &Document) -> bool {
    let about = |field: &String| document.modello.campo(field).is_none_or(|campo| campo.privacy == Privacy::Art9);
    fields.iter().any(about)
}
