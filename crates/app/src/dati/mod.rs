//! What the portal holds about a person, for that person (GDPR, art. 15 and 20): one pratica as JSON or as a document, or
//! everything as an archive that is written while it is read.
//!
//! The person gets it whole. For the request of somebody who has no digital identity the auditor makes it, with a reason;
//! then answers of class A are left out, since only the role for diets opens those.

mod copia;
mod persona;
mod pratica;

use std::collections::VecDeque;

use serde_json::Value;
use sportello_domain::{
    codice_fiscale::CodiceFiscale,
    delega::DelegaScope,
    id::{EnteId, PraticaId},
    identita::IdentityLevel,
    lingua::Lingua,
    ruolo::Ruolo,
    zip::Zip,
};
use sportello_store::{
    Json,
    audit::{self, AuditRow},
    persona::{self as people, PersonaRow},
    pratica::{self as row, PraticaHead, PraticaRow},
};

use crate::{
    Ctx, Error, Portal, REASON, Result,
    bozza::Download,
    modello,
    pratica::{self as own_pratica, number},
    typed, ufficio,
};

/// Roles that take out what is held about somebody, for their request.
pub const OFFICERS: [Ruolo; 1] = [Ruolo::Auditor];
/// What is told when there is no reason.
pub const REASON_WANTED: &str = "the reason";
/// What is told of a text that is no codice fiscale of a person.
pub const CODE_WANTED: &str = "the codice fiscale of a person";

/// How much of it may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Everything that was filed at this level of sign-in or a lower one.
    Own(IdentityLevel),
    /// Everything but class A.
    Office,
}

/// A part of the archive.
#[derive(Debug)]
enum Part {
    Persona,
    Pratica(PraticaHead),
    Documenti,
}

/// The archive of a person, on its way out.
pub struct Dati {
    portal: Portal,
    ente: EnteId,
    lingua: Lingua,
    persona: PersonaRow,
    reach: Reach,
    parts: VecDeque<Part>,
    zip: Option<Zip>,
}

impl std::fmt::Debug for Dati {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dati").field("left", &self.parts.len()).finish_non_exhaustive()
    }
}

/// One pratica of the person as JSON.
///
/// # Errors
/// [`Error::NotFound`] for one of somebody else, [`Error::LevelNeeded`], [`Error::DelegaTooNarrow`].
pub async fn pratica(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<Download> {
    let found = leaving(portal, ctx, id).await?;
    let name = format!("pratica-{}-{}.json", found.anno, found.numero);
    let value = pratica::value(portal, ctx.ente_id(), ctx.lingua, &found, true).await?;
    Ok(Download { name, media_type: "application/json".to_owned(), content: bytes(&value)?.into() })
}

/// One pratica of the person as a document to print.
///
/// # Errors
/// Those of [`pratica`]; [`Error::Busy`] when too many documents are asked for at once.
pub async fn copy(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<Download> {
    let found = leaving(portal, ctx, id).await?;
    copia::pdf(portal, &ctx.ente, &found, true).await
}

/// A pratica as a document to print, for those who work on it: what is of class A is not in it. That it was taken out is noted.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`], [`Error::NotFound`] for one of another ente.
pub async fn office_copy(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<Download> {
    ctx.operatore(&ufficio::READERS)?;
    let ente = ctx.ente_id();
    let found = portal.store().read(ente, async move |read| row::by_id(read, ente, id).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    let note = ctx.note(portal, "pratica.export_copy", "pratica", Some(id.uuid()));
    portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    copia::pdf(portal, &ctx.ente, &found, false).await
}

/// A pratica of the person that is about to be handed out: that is noted first.
async fn leaving(portal: &Portal, ctx: &Ctx, id: PraticaId) -> Result<PraticaRow> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?);
    let found = portal.store().read(ente, async move |read| row::of_persona(read, ente, persona, id).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    own_pratica::at_level(portal, ctx, &found).await?;
    let note = ctx.note(portal, "pratica.export_own", "pratica", Some(id.uuid()));
    portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    Ok(found)
}

/// Everything about the person who asks. Nobody else's: a delegate gets nothing.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::DelegaTooNarrow`].
pub async fn own(portal: &Portal, ctx: &Ctx) -> Result<Dati> {
    let signed = ctx.oneself()?;
    let (ente, id, level) = (ctx.ente_id(), signed.persona, signed.level);
    let persona = portal.store().read(ente, async move |read| people::by_id(read, ente, id).await).await?;
    let persona = persona.ok_or(Error::NotFound)?;
    let note = ctx.note(portal, "persona.export_own", "persona", Some(id.uuid()));
    begin(portal, ctx, persona, Reach::Own(level), note).await
}

/// Everything about a person who asked for it in writing, without class A. That it was taken out is noted, with the reason.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::Unacceptable`] with [`REASON_WANTED`] or [`CODE_WANTED`];
/// [`Error::NotFound`] where the ente knows nobody of that code.
pub async fn of_person(portal: &Portal, ctx: &Ctx, codice_fiscale: &str, reason: &str) -> Result<Dati> {
    ctx.operatore(&OFFICERS)?;
    let reason = typed::text(reason, REASON).ok_or(Error::Unacceptable(REASON_WANTED))?;
    let code = CodiceFiscale::parse(codice_fiscale, None).map_err(|_| Error::Unacceptable(CODE_WANTED))?;
    let (ente, code) = (ctx.ente_id(), code.as_str().to_owned());
    let find = async move |read: &mut sportello_store::Read| people::by_codice_fiscale(read, ente, &code).await;
    let persona = portal.store().read(ente, find).await?.ok_or(Error::NotFound)?;
    let note = ctx.note(portal, "persona.export", "persona", Some(persona.id.uuid()));
    let note = AuditRow { detail: Json(serde_json::json!({ "reason": reason })), ..note };
    begin(portal, ctx, persona, Reach::Office, note).await
}

async fn begin(portal: &Portal, ctx: &Ctx, persona: PersonaRow, reach: Reach, note: AuditRow) -> Result<Dati> {
    let (ente, id) = (ctx.ente_id(), persona.id);
    let heads = portal.store().read(ente, async move |read| row::list(read, ente, id).await).await?;
    portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    let mut parts = VecDeque::from([Part::Persona, Part::Documenti]);
    parts.extend(heads.into_iter().map(Part::Pratica));
    let portal = portal.clone();
    Ok(Dati { portal, ente, lingua: ctx.lingua, persona, reach, parts, zip: Some(Zip::default()) })
}

impl Dati {
    /// The next bytes; nothing at the end.
    ///
    /// # Errors
    /// Those of the database, and answers that cannot be opened.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let mut out = Vec::new();
        let Some(part) = self.parts.pop_front() else {
            let Some(zip) = self.zip.take() else { return Ok(None) };
            zip.finish(&mut out).map_err(|error| Error::failed("writing an archive", error))?;
            return Ok(Some(out));
        };
        let (name, value) = self.read(part).await?;
        if let Some(zip) = &mut self.zip {
            zip.begin(&name, &mut out).map_err(|error| Error::failed("writing an archive", error))?;
            zip.add(&bytes(&value)?, &mut out);
        }
        Ok(Some(out))
    }

    async fn read(&self, part: Part) -> Result<(String, Value)> {
        match part {
            Part::Persona => {
                let value = persona::value(&self.portal, self.ente, &self.persona).await?;
                Ok(("persona.json".to_owned(), value))
            }
            Part::Documenti => {
                let value = persona::documents(&self.portal, self.ente, self.persona.id).await?;
                Ok(("documenti-contabili.json".to_owned(), value))
            }
            Part::Pratica(head) => {
                let name = format!("pratiche/{}.json", number(head.anno, head.numero).replace('/', "-"));
                Ok((name, self.pratica(&head).await?))
            }
        }
    }

    async fn pratica(&self, head: &PraticaHead) -> Result<Value> {
        let (ente, persona, id) = (self.ente, self.persona.id, head.id);
        let level = modello::document(&self.portal, ente, &head.hash).await?.procedura.level;
        let sealed = match self.reach {
            Reach::Office => false,
            Reach::Own(own) => own >= level,
        };
        if matches!(self.reach, Reach::Own(_)) && !sealed {
            let number = number(head.anno, head.numero);
            return Ok(serde_json::json!({ "numero": number, "nota": "Si legge con un livello di accesso più alto." }));
        }
        let read = async move |read: &mut sportello_store::Read| row::of_persona(read, ente, persona, id).await;
        let found = self.portal.store().read(ente, read).await?.ok_or(Error::NotFound)?;
        pratica::value(&self.portal, ente, self.lingua, &found, sealed).await
    }
}

/// JSON that people can read, too.
fn bytes(value: &Value) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(|error| Error::failed("writing data of a person", error))
}
