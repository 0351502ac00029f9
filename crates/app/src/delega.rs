//! Deleghe: inviting somebody, answering, ending, and looking in the name of another.
//!
//! Nothing here says whether a codice fiscale is known to the portal, and nothing of the applicant but name and scope is
//! seen before acceptance. What a delegate may do is decided in one place: `Ctx::titolare`.

mod give;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar,
    delega::{DelegaScope, DelegaStatus, Term},
    id::{DelegaId, PersonaId},
};
use sportello_store::{
    Read, audit,
    delega::{self as row, DelegaEventoRow, DelegaRow},
};

use crate::{Ctx, Error, Ground, OnBehalf, Portal, Result, error::Reason};

pub use give::{GRANTERS, Given, Grant, Problem, Proposal, grant, invite};
pub use sportello_store::delega::DelegaStep;

/// Path of the page of a citizen's deleghe.
pub const PAGE: &str = "/deleghe";
/// What an address begins with that looks in the name of another; the delega's identifier follows.
pub const BEHALF: &str = "/per";

/// A delega as one of its two people sees it.
#[derive(Clone, Debug)]
pub struct Delega {
    /// The delega.
    pub id: DelegaId,
    /// The other person: the name once it may be known, else the codice fiscale that the applicant typed.
    pub other: String,
    /// What may be done.
    pub scope: DelegaScope,
    /// Its days.
    pub term: Term,
    /// How far it is.
    pub state: DelegaState,
    /// Why the office granted it, and the protocol reference of the written request; for the applicant.
    pub grant: Option<(String, String)>,
    /// What happened, the oldest first.
    pub history: Vec<Step>,
}

/// How far a delega is on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelegaState {
    /// Waits for the invited person.
    Invited,
    /// Accepted, but its first day is still to come.
    Coming,
    /// In force.
    Live,
    /// The invited person said no.
    Declined,
    /// One of the two ended it.
    Ended,
    /// Its last day is over.
    Expired,
}

impl DelegaState {
    fn of(status: DelegaStatus, term: Term, today: NaiveDate) -> Self {
        match status {
            DelegaStatus::Declined => Self::Declined,
            DelegaStatus::Ended => Self::Ended,
            _ if term.is_over(today) => Self::Expired,
            DelegaStatus::Invited => Self::Invited,
            DelegaStatus::Accepted if term.holds(today) => Self::Live,
            DelegaStatus::Accepted => Self::Coming,
        }
    }

    /// Whether one of the two can still end it.
    pub const fn can_end(self) -> bool {
        matches!(self, Self::Invited | Self::Coming | Self::Live)
    }
}

/// Something that happened to a delega.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub kind: DelegaStep,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by name; the office by no name.
    pub by: Option<String>,
}

/// The deleghe of a person, the latest first.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Given to others.
    pub given: Vec<Delega>,
    /// Received from others.
    pub received: Vec<Delega>,
    /// What a new one proposes.
    pub proposed: Term,
}

/// The deleghe that a person gave and received.
///
/// # Errors
/// [`Error::SignInNeeded`]; [`Error::DelegaTooNarrow`] in the name of another.
pub async fn overview(portal: &Portal, ctx: &Ctx) -> Result<Overview> {
    let signed = ctx.oneself()?;
    let (ente, persona, code) = (ctx.ente_id(), signed.persona, signed.codice_fiscale.clone());
    let (given, received, steps) = portal
        .store()
        .read(ente, async move |read: &mut Read| {
            let given = row::given(read, ente, persona).await?;
            let received = row::received(read, ente, &code).await?;
            Ok((given, received, row::steps(read, ente, persona, &code).await?))
        })
        .await?;
    let today = calendar::legal_date(portal.clock().now());
    let given = given.into_iter().map(|row| {
        let other = match (&row.delegato_nome, &row.delegato_cognome) {
            (Some(nome), Some(cognome)) => format!("{nome} {cognome}"),
            _ => row.delegato_codice_fiscale.clone(),
        };
        let grant = row.motivo.clone().zip(row.protocollo.clone());
        let mut delega = view(row, other, grant, &steps, today);
        // Who declined has told the applicant nothing of themselves, not even the name behind the code.
        for step in delega.history.iter_mut().filter(|step| step.kind == DelegaStep::Declined) {
            step.by = Some(delega.other.clone());
        }
        delega
    });
    let received = received.into_iter().map(|row| {
        let other = format!("{} {}", row.titolare_nome, row.titolare_cognome);
        view(row, other, None, &steps, today)
    });
    Ok(Overview { given: given.collect(), received: received.collect(), proposed: Term::proposed(today) })
}

fn view(
    row: DelegaRow,
    other: String,
    grant: Option<(String, String)>,
    steps: &[DelegaEventoRow],
    today: NaiveDate,
) -> Delega {
    let term = row.term();
    let mine = steps.iter().filter(|step| step.delega_id == row.id);
    let history = mine.map(|step| Step {
        kind: step.kind,
        at: step.at,
        by: (step.kind != DelegaStep::Granted).then(|| format!("{} {}", step.nome, step.cognome)),
    });
    Delega {
        id: row.id,
        other,
        scope: row.ambito,
        term,
        state: DelegaState::of(row.status, term, today),
        grant,
        history: history.collect(),
    }
}

/// What one of the two people does with a delega.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The invited person accepts.
    Accept,
    /// The invited person declines.
    Decline,
    /// Either of the two ends it, or takes the invitation back.
    End,
}

impl Answer {
    const fn deed(self) -> (&'static str, DelegaStep, DelegaStatus) {
        match self {
            Self::Accept => ("delega.accept", DelegaStep::Accepted, DelegaStatus::Accepted),
            Self::Decline => ("delega.decline", DelegaStep::Declined, DelegaStatus::Declined),
            Self::End => ("delega.end", DelegaStep::Ended, DelegaStatus::Ended),
        }
    }

    /// Whether this person may do it now. Doing again what is done is harmless: `None`.
    fn is_possible(self, row: &DelegaRow, persona: PersonaId, today: NaiveDate) -> Option<bool> {
        let invited = row.titolare_id != persona;
        let state = DelegaState::of(row.status, row.term(), today);
        match self {
            _ if row.status == self.deed().2 => None,
            Self::Accept | Self::Decline => Some(invited && state == DelegaState::Invited),
            Self::End => Some(state.can_end() && (!invited || row.status == DelegaStatus::Accepted)),
        }
    }
}

/// Accepts, declines or ends a delega. Doing it twice is harmless.
///
/// # Errors
/// [`Error::NotFound`] for a delega of other people, [`Error::NotAllowedNow`] when it is past that.
pub async fn answer(portal: &Portal, ctx: &Ctx, id: DelegaId, answer: Answer) -> Result<()> {
    let signed = ctx.oneself()?;
    let (ente, persona, code, now) =
        (ctx.ente_id(), signed.persona, signed.codice_fiscale.clone(), portal.clock().now());
    let (action, step, to) = answer.deed();
    let note = ctx.note(portal, action, "delega", Some(id.uuid()));
    let (step_id, today) = (portal.chance().uuid(now), calendar::legal_date(now));
    portal
        .store()
        .write(ente, async move |tx| {
            let found = row::of_party(tx, ente, id, persona, &code).await?;
            let found = found.ok_or_else(|| Reason::NotFound.refuse())?;
            match answer.is_possible(&found, persona, today) {
                None => return Ok(()),
                Some(false) => return Err(Reason::NotAllowedNow.refuse()),
                Some(true) => {}
            }
            let delegato = (answer == Answer::Accept).then_some(persona);
            if !row::advance(tx, ente, id, found.status, to, delegato).await? {
                return Err(Reason::Stale.refuse());
            }
            row::step(tx, ente, (step_id, id), step, persona, now).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

/// Under which delega a citizen looks in the name of another: asked for anew at each request.
///
/// # Errors
/// [`Error::NotFound`] for a delega of other people or one that was never accepted, [`Error::DelegaOver`] for one that is
/// not in force at this minute.
pub async fn resume(portal: &Portal, ctx: &Ctx, id: DelegaId) -> Result<OnBehalf> {
    let signed = ctx.oneself()?;
    let (ente, persona, code) = (ctx.ente_id(), signed.persona, signed.codice_fiscale.clone());
    let found = portal
        .store()
        .read(ente, async move |read| row::of_party(read, ente, id, persona, &code).await)
        .await?
        .filter(|row| row.delegato_id == Some(persona));
    let row = found.ok_or(Error::NotFound)?;
    let today = calendar::legal_date(portal.clock().now());
    match DelegaState::of(row.status, row.term(), today) {
        DelegaState::Live => Ok(OnBehalf {
            ground: Ground::Delega(row.id),
            titolare: row.titolare_id,
            name: format!("{} {}", row.titolare_nome, row.titolare_cognome),
            scope: row.ambito,
        }),
        _ => Err(Error::DelegaOver),
    }
}

/// A path as its page is reached in this call: with the delega, when there is one.
pub(crate) fn path(ctx: &Ctx, path: &str) -> String {
    match &ctx.on_behalf {
        Some(behalf) => format!("{}{path}", behalf.ground.path()),
        None => path.to_owned(),
    }
}
