//! The codice fiscale of a child who had none when the family filed: a newborn, or a child who asks for asylum.
//!
//! What was filed stays as it was; the code stands on the pratica, and on the child once it is enrolled.

use sportello_domain::{codice_fiscale::CodiceFiscale, id::PraticaId, pratica::PraticaStatus};
use sportello_store::{alunno, audit, pratica as row, pratica::PraticaRow};

use super::DECIDERS;
use crate::{Ctx, Error, Portal, Result, campi, error::Reason, filed::Filed};

/// What became of a code that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completed {
    /// It is written.
    Written,
    /// It is none.
    Wrong,
    /// Another child has it, or another live pratica: the two are to be looked at together, and nothing was written.
    Taken,
}

/// Whether the child of an enrolment has no code yet, though one will be needed.
pub(crate) fn missing(pratica: &PraticaRow) -> bool {
    let over = matches!(pratica.status, PraticaStatus::Rejected | PraticaStatus::Withdrawn | PraticaStatus::Annulled);
    pratica.servizio.is_some() && pratica.alunno_codice_fiscale.is_none() && !over
}

/// Writes the code of the child of a pratica, before or after its acceptance.
///
/// # Errors
/// [`Error::Forbidden`] for one's own pratica, [`Error::Stale`] when it changed since it was shown or has a code,
/// [`Error::NotFound`].
pub async fn complete(portal: &Portal, ctx: &Ctx, id: PraticaId, version: i64, typed: &str) -> Result<Completed> {
    let (ente, persona) = (ctx.ente_id(), ctx.operatore(DECIDERS)?.persona);
    let Ok(code) = CodiceFiscale::parse(typed, None) else {
        return Ok(Completed::Wrong);
    };
    let shown = portal.store().read(ente, async move |read| row::by_id(read, ente, id).await).await?;
    let filed = Filed::open_clear(portal, ente, &shown.ok_or(Error::NotFound)?).await?;
    let name = |field| filed.text(field).unwrap_or_default();
    let fits = code.fits(name(campi::FIGLIO_COGNOME), name(campi::FIGLIO_NOME), None, None);
    let note = ctx.note(portal, "pratica.child_code", "pratica", Some(id.uuid()));
    let code = code.as_str().to_owned();
    portal
        .store()
        .write(ente, async move |tx| {
            let pratica = row::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            if pratica.persona_id == persona {
                return Err(Reason::Forbidden.refuse());
            }
            if pratica.version != version || !missing(&pratica) {
                return Err(Reason::Stale.refuse());
            }
            let enrolled = matches!(pratica.status, PraticaStatus::Accepted | PraticaStatus::PartlyAccepted);
            // A child of the register may be this one as long as it is not enrolled, when the name says so.
            if (enrolled || !fits) && alunno::has_code(tx, ente, &code).await? {
                return Ok(Completed::Taken);
            }
            if let Some(servizio) = &pratica.servizio {
                let live = row::live(tx, ente, servizio, pratica.anno_scolastico, &code).await?;
                if live.iter().any(|(other, _)| *other != id) {
                    return Ok(Completed::Taken);
                }
            }
            if !row::set_code(tx, ente, id, version, &code).await? {
                return Err(Reason::Stale.refuse());
            }
            if enrolled {
                alunno::set_code(tx, ente, id, &code).await?;
            }
            audit::record(tx, ente, &note).await?;
            Ok(Completed::Written)
        })
        .await
        .map_err(Error::from)
}
