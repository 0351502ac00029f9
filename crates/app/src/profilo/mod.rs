//! What a person sees and decides about themselves: contacts, how they are told of news, their sign-ins. Nobody does this in
//! the name of another.

mod contatto;

use chrono::{DateTime, Utc};
use sportello_store::{Read, audit, contatto as codes, persona, profilo as row};

use crate::{Ctx, Error, Portal, Result};

pub use contatto::{Asked, Confirmed, MAX_ATTEMPTS, MAX_CODES, ask, confirm};
pub(crate) use contatto::{Outgoing, outgoing};
pub use sportello_store::notifica::Channel;

/// The profile of a person.
#[derive(Clone, Debug)]
pub struct Profilo {
    /// Given and family name.
    pub name: String,
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// When that was confirmed by a code.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Until when a code is awaited for another address, and that address.
    pub awaits: Option<(String, DateTime<Utc>)>,
    /// How news are told.
    pub channel: Channel,
    /// The last sign-ins, the last first.
    pub sign_ins: Vec<DateTime<Utc>>,
}

/// The profile of the person who is asking.
///
/// # Errors
/// [`Error::SignInNeeded`]; [`Error::DelegaTooNarrow`] in the name of another.
pub async fn page(portal: &Portal, ctx: &Ctx) -> Result<Profilo> {
    let signed = ctx.oneself()?;
    let (ente, id, now) = (ctx.ente_id(), signed.persona, portal.clock().now());
    let (person, choices, code, sign_ins) = portal
        .store()
        .read(ente, async move |read: &mut Read| {
            let person = persona::by_id(read, ente, id).await?;
            let choices = row::of(read, ente, id).await?;
            Ok((person, choices, codes::of(read, ente, id).await?, audit::sign_ins(read, ente, id).await?))
        })
        .await?;
    let person = person.ok_or(Error::NotFound)?;
    let sealer = portal.sealer(ente).await?;
    let awaited = code.filter(|code| contatto::counts(code, now));
    let awaits =
        awaited.map(|code| Ok::<_, Error>((contatto::address(&sealer, id, &code)?, code.expires_at))).transpose()?;
    Ok(Profilo {
        name: signed.name(),
        codice_fiscale: signed.codice_fiscale.clone(),
        email: person.email,
        confirmed_at: choices.and_then(|choices| choices.email_confirmed_at),
        awaits,
        channel: choices.map_or(Channel::Email, |choices| choices.channel),
        sign_ins,
    })
}

/// Sets how the person is told of news. The receipt of an INVIA is mailed whatever is chosen.
///
/// # Errors
/// [`Error::SignInNeeded`]; [`Error::DelegaTooNarrow`] in the name of another.
pub async fn set_channel(portal: &Portal, ctx: &Ctx, channel: Channel) -> Result<()> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.oneself()?.persona, portal.clock().now());
    let note = ctx.note(portal, "profilo.channel", "persona", Some(persona.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            row::set_channel(tx, ente, persona, channel, now).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}
