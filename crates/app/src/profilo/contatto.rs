//! Changing an address: a code of six digits goes there, and whoever types it has it. The code is kept hashed, with few
//! attempts and an end; in clear it stands in the e-mail alone.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::{
    email,
    id::{EnteId, PersonaId},
};
use sportello_store::{
    audit,
    contatto::{self as row, CodiceRow},
    job, persona, profilo,
    seal::{EnteSealer, Place},
};

use crate::{
    Ctx, Portal, Result,
    job::{POSTA_CODICE, new_job},
    typed,
};

/// How long a code counts.
const LIVES: TimeDelta = TimeDelta::minutes(30);
/// How many wrong ones may be typed.
pub const MAX_ATTEMPTS: i64 = 5;
/// How many codes a person may ask for in a day.
pub const MAX_CODES: i64 = 5;
/// In how much time that is.
const WINDOW: TimeDelta = TimeDelta::hours(24);

/// What became of the wish for another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A code is on its way there.
    Sent,
    /// That can be no address.
    NoAddress,
    /// Too many codes were asked for today.
    TooMany,
}

/// What became of a code that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The address is the person's now.
    Done,
    /// It is another; so many attempts are left.
    Wrong(i64),
    /// No code is awaited: it is too old, was typed wrong too often, or was never asked for.
    Over,
}

/// Asks for another address: a code is sent there.
///
/// # Errors
/// [`crate::Error::SignInNeeded`]; [`crate::Error::DelegaTooNarrow`] in the name of another.
pub async fn ask(portal: &Portal, ctx: &Ctx, address: &str) -> Result<Asked> {
    let (ente, id, now) = (ctx.ente_id(), ctx.oneself()?.persona, portal.clock().now());
    let address = address.trim();
    if !email::is_possible(address) {
        return Ok(Asked::NoAddress);
    }
    let (sealer, code) = (portal.sealer(ente).await?, new_code(portal));
    let new = CodiceRow {
        sealed_address: sealer.seal(&place("sealed_address", id), address.as_bytes())?,
        sealed_code: Some(sealer.seal(&place("sealed_code", id), code.as_bytes())?),
        code_hash: hash(&sealer, id, &code)?,
        attempts: 0,
        expires_at: now + LIVES,
        sent_count: 1,
        first_sent_at: now,
    };
    let letter = new_job(portal, POSTA_CODICE, json!({ "v": 1, "persona": id }), now);
    let note = ctx.note(portal, "profilo.ask_email", "persona", Some(id.uuid()));
    let asked = portal.store().write(ente, async move |tx| {
        let before = row::of(tx, ente, id).await?.filter(|before| before.first_sent_at > now - WINDOW);
        let new = match before {
            Some(before) if before.sent_count >= MAX_CODES => return Ok(Asked::TooMany),
            Some(before) => CodiceRow { sent_count: before.sent_count + 1, first_sent_at: before.first_sent_at, ..new },
            None => new,
        };
        row::put(tx, ente, id, &new).await?;
        job::enqueue(tx, ente, &letter).await?;
        audit::record(tx, ente, &note).await?;
        Ok(Asked::Sent)
    });
    let asked = asked.await?;
    portal.work().notify_one();
    Ok(asked)
}

/// Confirms the address to which a code was sent.
///
/// # Errors
/// [`crate::Error::SignInNeeded`]; [`crate::Error::DelegaTooNarrow`] in the name of another.
pub async fn confirm(portal: &Portal, ctx: &Ctx, typed: &str) -> Result<Confirmed> {
    let (ente, id, now) = (ctx.ente_id(), ctx.oneself()?.persona, portal.clock().now());
    let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).take(12).collect();
    let sealer = portal.sealer(ente).await?;
    let typed = hash(&sealer, id, &typed)?;
    let note = ctx.note(portal, "profilo.confirm_email", "persona", Some(id.uuid()));
    // Opened before the lane; the hash that is compared inside names the same code.
    let awaited = portal.store().read(ente, async move |read| row::of(read, ente, id).await).await?;
    let Some(awaited) = awaited.filter(|code| counts(code, now)) else { return Ok(Confirmed::Over) };
    let (address, awaited) = (address(&sealer, id, &awaited)?, awaited.code_hash);
    let confirmed = portal.store().write(ente, async move |tx| {
        let known = row::of(tx, ente, id).await?.filter(|code| counts(code, now) && code.code_hash == awaited);
        let Some(known) = known else { return Ok(Confirmed::Over) };
        if known.code_hash != typed {
            row::attempted(tx, ente, id).await?;
            return Ok(match MAX_ATTEMPTS - known.attempts - 1 {
                0 => Confirmed::Over,
                left => Confirmed::Wrong(left),
            });
        }
        persona::set_email(tx, ente, id, &address, now).await?;
        profilo::confirmed(tx, ente, id, now).await?;
        row::used(tx, ente, id, now).await?;
        audit::record(tx, ente, &note).await?;
        Ok(Confirmed::Done)
    });
    Ok(confirmed.await?)
}

/// Whether a code can still be typed.
pub(super) fn counts(code: &CodiceRow, now: DateTime<Utc>) -> bool {
    code.expires_at > now && code.attempts < MAX_ATTEMPTS
}

/// The address that a code confirms.
pub(super) fn address(sealer: &EnteSealer, id: PersonaId, code: &CodiceRow) -> Result<String> {
    typed::open(sealer, &place("sealed_address", id), &code.sealed_address)
}

/// A code on its way.
pub(crate) struct Outgoing {
    /// Where it goes.
    pub(crate) address: String,
    /// The code.
    pub(crate) code: String,
    /// What is kept of it.
    pub(crate) hash: Vec<u8>,
}

/// The code for the e-mail that takes it to its address; nothing where it left, or counts no more.
pub(crate) async fn outgoing(portal: &Portal, ente: EnteId, id: PersonaId) -> Result<Option<Outgoing>> {
    let now = portal.clock().now();
    let found = portal.store().read(ente, async move |read| row::of(read, ente, id).await).await?;
    let Some(found) = found.filter(|code| counts(code, now)) else { return Ok(None) };
    let Some(sealed) = &found.sealed_code else { return Ok(None) };
    let sealer = portal.sealer(ente).await?;
    let code = typed::open(&sealer, &place("sealed_code", id), sealed)?;
    Ok(Some(Outgoing { address: address(&sealer, id, &found)?, code, hash: found.code_hash }))
}

fn place(column: &'static str, id: PersonaId) -> Place {
    Place::new("contatto_codice", column, id)
}

/// Six digits that nobody can guess.
fn new_code(portal: &Portal) -> String {
    format!("{:06}", u64::from_be_bytes(portal.chance().bytes()) % 1_000_000)
}

/// What is kept of a code: bound to its person, so that no table of hashes is of use.
fn hash(sealer: &EnteSealer, id: PersonaId, code: &str) -> Result<Vec<u8>> {
    Ok(sealer.keyed_hash("contatto_codice", &format!("{id}/{code}"))?)
}
