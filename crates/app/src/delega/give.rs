//! Giving a delega: by the applicant, or by the office on the applicant's written request.
//!
//! The outcome is the same whether the portal knows the codice fiscale or not: it is not looked up.

use chrono::TimeDelta;
use serde_json::json;
use sportello_domain::{
    calendar,
    codice_fiscale::CodiceFiscale,
    delega::{DelegaScope, MAX_OPEN, MAX_PER_DAY, Term},
    email,
    id::{DelegaId, PersonaId},
    ruolo::Ruolo,
};
use sportello_store::{
    audit,
    audit::AuditRow,
    delega::{self as row, DelegaStep, NewDelega},
    job, persona,
};

use crate::{
    Ctx, Portal, Result,
    job::{POSTA_DELEGA, new_job},
    typed,
};

/// Who may grant a delega on a written request.
pub const GRANTERS: [Ruolo; 2] = [Ruolo::OperatoreIstruzione, Ruolo::Responsabile];

/// Longest reason or protocol reference, in characters.
const TEXT_MAX: usize = 500;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Codice fiscale of the invited person, as typed.
    pub codice_fiscale: String,
    /// What they may do.
    pub scope: DelegaScope,
    /// Its days.
    pub term: Term,
    /// Where to write to, as typed; empty for nowhere.
    pub email: String,
}

/// The office's part of a delega.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Codice fiscale of the applicant, as typed.
    pub titolare: String,
    /// Why.
    pub reason: String,
    /// Protocol reference of the written request.
    pub protocollo: String,
}

/// What is wrong with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The codice fiscale is none.
    CodiceFiscale,
    /// It is the applicant's own.
    Own,
    /// The days are not possible.
    Term,
    /// The address is none.
    Email,
    /// There is such a delega, open or in force.
    Twin,
    /// Too many invitations wait for an answer.
    TooManyOpen,
    /// Too many were given in 24 hours.
    TooManyToday,
    /// The office knows no such applicant.
    Titolare,
    /// The reason is missing or too long.
    Reason,
    /// The protocol reference is missing or too long.
    Protocollo,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// It waits for the invited person.
    Done(DelegaId),
    /// Nothing was written.
    Refused(Vec<Problem>),
}

/// Invites somebody.
///
/// # Errors
/// [`crate::Error::SignInNeeded`]; [`crate::Error::DelegaTooNarrow`] in the name of another.
pub async fn invite(portal: &Portal, ctx: &Ctx, proposal: Proposal) -> Result<Given> {
    let signed = ctx.oneself()?;
    let (titolare, own) = (signed.persona, signed.codice_fiscale.clone());
    match checked(portal, &proposal, &own) {
        Ok(code) => write(portal, ctx, titolare, code, proposal, None).await,
        Err(problems) => Ok(Given::Refused(problems)),
    }
}

/// Gives a delega for an applicant who asked for it in writing. The invited person still has to accept.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`] without one of the [`GRANTERS`].
pub async fn grant(portal: &Portal, ctx: &Ctx, proposal: Proposal, grant: Grant) -> Result<Given> {
    let by = ctx.operatore(&GRANTERS)?.persona;
    let (ente, asked) = (ctx.ente_id(), CodiceFiscale::parse(&grant.titolare, None).ok());
    let titolare = match asked {
        Some(code) => {
            let code = code.as_str().to_owned();
            portal.store().read(ente, async move |read| persona::by_codice_fiscale(read, ente, &code).await).await?
        }
        None => None,
    };
    let reason = typed::text(&grant.reason, 1..=TEXT_MAX);
    let protocollo = typed::line(&grant.protocollo, 1..=TEXT_MAX);
    let own = titolare.as_ref().map(|row| row.codice_fiscale.clone()).unwrap_or_default();
    let checked = checked(portal, &proposal, &own);
    let mut problems = checked.clone().err().unwrap_or_default();
    problems.extend(titolare.is_none().then_some(Problem::Titolare));
    problems.extend(reason.is_none().then_some(Problem::Reason));
    problems.extend(protocollo.is_none().then_some(Problem::Protocollo));
    match (titolare, checked, reason.zip(protocollo)) {
        (Some(titolare), Ok(code), Some((reason, protocollo))) if problems.is_empty() => {
            write(portal, ctx, titolare.id, code, proposal, Some((by, reason, protocollo))).await
        }
        _ => Ok(Given::Refused(problems)),
    }
}

/// The codice fiscale of a proposal, or everything that is wrong with it.
fn checked(portal: &Portal, proposal: &Proposal, own: &str) -> std::result::Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let code = CodiceFiscale::parse(&proposal.codice_fiscale, None).ok().filter(|code| !code.is_numeric());
    match &code {
        None => problems.push(Problem::CodiceFiscale),
        Some(code) if code.as_str() == own => problems.push(Problem::Own),
        Some(_) => {}
    }
    if !proposal.term.is_possible(calendar::legal_date(portal.clock().now())) {
        problems.push(Problem::Term);
    }
    let to = proposal.email.trim();
    if !to.is_empty() && !email::is_possible(to) {
        problems.push(Problem::Email);
    }
    match code {
        Some(code) if problems.is_empty() => Ok(code.as_str().to_owned()),
        _ => Err(problems),
    }
}

/// Writes a delega, its first step, its letter; refuses beyond the limits of its applicant. `grant` is the office's part.
async fn write(
    portal: &Portal,
    ctx: &Ctx,
    titolare: PersonaId,
    codice_fiscale: String,
    proposal: Proposal,
    grant: Option<(PersonaId, String, String)>,
) -> Result<Given> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let (today, id) = (calendar::legal_date(now), DelegaId::new(portal.chance().uuid(now)));
    let to = proposal.email.trim();
    let (step, action, by) = match grant {
        Some((clerk, ..)) => (DelegaStep::Granted, "delega.grant", clerk),
        None => (DelegaStep::Invited, "delega.invite", titolare),
    };
    let detail = json!({ "titolare": titolare, "ambito": proposal.scope.stored() });
    let note =
        AuditRow { detail: sportello_store::Json(detail), ..ctx.note(portal, action, "delega", Some(id.uuid())) };
    let letter = (!to.is_empty()).then(|| new_job(portal, POSTA_DELEGA, json!({ "v": 1, "delega": id }), now));
    let new = NewDelega {
        id,
        titolare_id: titolare,
        delegato_codice_fiscale: codice_fiscale,
        ambito: proposal.scope,
        dal: proposal.term.dal,
        al: proposal.term.al,
        email: (!to.is_empty()).then(|| to.to_owned()),
        grant,
        created_at: now,
    };
    let step_id = portal.chance().uuid(now);
    let given = portal
        .store()
        .write(ente, async move |tx| {
            let since = now - TimeDelta::days(1);
            let counts = row::counts(tx, ente, titolare, &new.delegato_codice_fiscale, today, since).await?;
            let refused = match counts {
                _ if counts.twins > 0 => Some(Problem::Twin),
                _ if counts.open >= MAX_OPEN => Some(Problem::TooManyOpen),
                _ if counts.recent >= MAX_PER_DAY => Some(Problem::TooManyToday),
                _ => None,
            };
            if let Some(problem) = refused {
                return Ok(Given::Refused(vec![problem]));
            }
            row::add(tx, ente, &new).await?;
            row::step(tx, ente, (step_id, id), step, by, now).await?;
            if let Some(letter) = &letter {
                job::enqueue(tx, ente, letter).await?;
            }
            audit::record(tx, ente, &note).await?;
            Ok(Given::Done(id))
        })
        .await?;
    portal.work().notify_one();
    Ok(given)
}
