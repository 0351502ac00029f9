//! The provider's answer: verified, used once, turned into a session.

use chrono::{DateTime, Months, NaiveDate, Utc};
use sportello_domain::{
    calendar,
    id::{EnteId, PersonaId, SessionId},
    identita::{Identita, IdentityLevel, IdentityScheme},
    ruolo::Ruolo,
};
use sportello_identity::{
    Claims, Expected, Outcome, Refusal, VerifiedAssertion, claims, decode_response, verify_response,
};
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    persona, ruolo, saml_log,
    saml_log::SamlLogRow,
    saml_request,
    saml_request::SamlRequestRow,
    session::{self as session_row, NewSession, SessionKind},
};

use super::{REQUEST_LIVES, provider_service, service, tracciatura};
use crate::{
    Ctx, Error, Portal, Result,
    session::{Audience, fingerprint},
};

/// How far a provider's clock and ours may disagree.
pub(super) const SKEW: chrono::TimeDelta = chrono::TimeDelta::seconds(60);
/// Age from which somebody may file an application.
const ADULT_YEARS: u32 = 18;

/// A completed sign-in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Secret for the session cookie.
    pub token: String,
    /// Secret for the cookie of the device, at the door of schools.
    pub device: Option<String>,
    /// Which door.
    pub audience: Audience,
    /// Path to go to: the one that was asked for, relative to the root of the ente.
    pub destination: String,
}

/// Where somebody who was not signed in goes to try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayBack {
    /// Who comes in by the door at which they stood.
    pub audience: Audience,
    /// Whose providers stand behind it.
    pub scheme: IdentityScheme,
    /// Path that was asked for.
    pub destination: String,
    /// Level of assurance that it needs.
    pub level: IdentityLevel,
}

/// A sign-in that did not succeed.
#[derive(Debug)]
pub enum SignInFailure {
    /// The provider says so: the number of the anomaly.
    Anomaly {
        /// `nr`: 19 to 25 and 30 are for people, others are faults of ours, 0 is none that is known.
        number: u8,
        /// Name of the provider.
        provider: String,
        /// Back to the door.
        back: WayBack,
    },
    /// The answer was refused. No way back where this browser waits for no answer.
    Refused(Option<WayBack>),
    /// The person is under 18.
    TooYoung(WayBack),
    /// The identity carries no Italian codice fiscale: the office serves such people.
    NoCodiceFiscale(WayBack),
    /// Staff door, and no role in this ente.
    NoRole(WayBack),
    /// Something failed on our side.
    Failed(Error),
}

impl SignInFailure {
    /// Where to try again, where that is known.
    pub fn back(&self) -> Option<&WayBack> {
        match self {
            Self::Anomaly { back, .. } | Self::TooYoung(back) | Self::NoCodiceFiscale(back) | Self::NoRole(back) => {
                Some(back)
            }
            Self::Refused(back) => back.as_ref(),
            Self::Failed(_) => None,
        }
    }
}

impl<E: Into<Error>> From<E> for SignInFailure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Takes the provider's answer. The request is used up whatever a verified answer says; an answer that breaks a rule
/// changes nothing but the logs. Whoever is turned away leaves an audit row with the reason.
///
/// What comes back as `RelayState` is not even read: the way back was kept here.
///
/// # Errors
/// Every way in which somebody is not signed in.
pub async fn complete(
    portal: &Portal,
    ctx: &Ctx,
    saml_response: &str,
    prelogin: Option<&str>,
) -> Result<SignedIn, SignInFailure> {
    let answer = Answer::receive(portal, ctx, saml_response, prelogin).await?;
    let Some(pending) = answer.pending.as_ref() else {
        answer.log(portal, ctx, "unsolicited").await?;
        return Err(SignInFailure::Refused(None));
    };
    let Some(provider) = provider_service::trusted(portal, ctx, &pending.provider).await? else {
        answer.log(portal, ctx, "provider not trusted").await?;
        return Err(SignInFailure::Refused(Some(way_back(pending))));
    };
    let expected = Expected {
        request_id: &pending.id,
        issued_at: pending.issued_at,
        level: pending.level,
        provider: &provider,
        entity_id: &service::entity_id(portal, ctx, provider.scheme),
        acs_url: &service::acs_url(portal, ctx, provider.scheme),
        now: answer.now,
        skew: SKEW,
    };
    match verify_response(&expected, &answer.xml) {
        Err(refusal) => {
            answer.log(portal, ctx, &refusal.to_string()).await?;
            Err(match refusal {
                Refusal::ForeignFiscalNumber => SignInFailure::NoCodiceFiscale(way_back(pending)),
                _ => SignInFailure::Refused(Some(way_back(pending))),
            })
        }
        Ok(Outcome::Refused(refused)) => {
            answer.close(portal, ctx, pending, "refused by the provider").await?;
            Err(SignInFailure::Anomaly {
                number: refused.anomaly.map_or(0, |anomaly| anomaly.number()),
                provider: provider.name.clone(),
                back: way_back(pending),
            })
        }
        Ok(Outcome::Verified(verified)) => open_session(portal, ctx, &answer, pending, *verified).await,
    }
}

fn way_back(pending: &SamlRequestRow) -> WayBack {
    WayBack {
        audience: pending.audience.into(),
        scheme: pending.scheme,
        destination: pending.destination.clone(),
        level: pending.level,
    }
}

/// An answer as it came, with the request that it names.
struct Answer {
    now: DateTime<Utc>,
    xml: Vec<u8>,
    /// What it says, for finding and for the log alone.
    claims: Claims,
    /// The request, when it waits for an answer to this browser.
    pending: Option<SamlRequestRow>,
}

impl Answer {
    async fn receive(
        portal: &Portal,
        ctx: &Ctx,
        saml_response: &str,
        prelogin: Option<&str>,
    ) -> Result<Self, SignInFailure> {
        let (ente, now) = (ctx.ente_id(), portal.clock().now());
        let Ok(xml) = decode_response(saml_response) else {
            let xml = saml_response.as_bytes().to_vec();
            let broken = Self { now, xml, claims: Claims::default(), pending: None };
            broken.log(portal, ctx, "undecodable").await?;
            return Err(SignInFailure::Refused(None));
        };
        // Only to find what to check against: the checked answer must name the same request.
        let claims = claims(&xml);
        let (Some(id), Some(prelogin)) = (claims.in_response_to.clone(), prelogin) else {
            return Ok(Self { now, xml, claims, pending: None });
        };
        let hash = fingerprint(prelogin);
        let pending = portal
            .store()
            .read(ente, async move |read| saml_request::pending(read, ente, &id, now - REQUEST_LIVES).await)
            .await
            .map_err(Error::from)?
            .filter(|request| request.prelogin_hash == hash);
        Ok(Self { now, xml, claims, pending })
    }

    /// The row of the 24-month log, the answer sealed.
    async fn log_row(&self, portal: &Portal, ctx: &Ctx, outcome: &str) -> Result<SamlLogRow> {
        let message = (self.xml.as_slice(), &self.claims);
        tracciatura::of_answer(portal, ctx, message, self.pending.as_ref(), outcome, self.now).await
    }

    /// Keeps an answer that changed nothing, with an audit row. Whoever waits for a first sign-in to work has the line only:
    /// nobody can come in yet to read the rest.
    async fn log(&self, portal: &Portal, ctx: &Ctx, outcome: &str) -> Result<()> {
        tracing::warn!(request = %ctx.request, reason = outcome, "a sign-in response was refused");
        let (ente, row) = (ctx.ente_id(), self.log_row(portal, ctx, outcome).await?);
        let note = refusal(portal, ctx, &row, outcome);
        portal
            .store()
            .write(ente, async move |tx| {
                saml_log::record(tx, ente, &row).await?;
                audit::record(tx, ente, &note).await
            })
            .await?;
        Ok(())
    }

    /// Uses a request up without a session. A provider's refusal may be unsigned, so nothing else changes.
    async fn close(&self, portal: &Portal, ctx: &Ctx, pending: &SamlRequestRow, outcome: &str) -> Result<()> {
        let (ente, now) = (ctx.ente_id(), self.now);
        let row = self.log_row(portal, ctx, outcome).await?;
        let note = refusal(portal, ctx, &row, outcome);
        let (id, hash) = (pending.id.clone(), pending.prelogin_hash.clone());
        portal
            .store()
            .write(ente, async move |tx| {
                saml_request::consume(tx, ente, &id, now - REQUEST_LIVES, &hash, now).await?;
                saml_log::record(tx, ente, &row).await?;
                audit::record(tx, ente, &note).await
            })
            .await?;
        Ok(())
    }
}

/// The audit row of somebody who was turned away: it names the row of the log.
fn refusal(portal: &Portal, ctx: &Ctx, log: &SamlLogRow, reason: &str) -> AuditRow {
    AuditRow { detail: refused_for(reason), ..ctx.note(portal, "sign_in.refuse", "saml_log", Some(log.id)) }
}

fn refused_for(reason: &str) -> Json<serde_json::Value> {
    Json(serde_json::json!({ "reason": reason }))
}

/// What the transaction of a sign-in decided.
enum Opened {
    Session,
    /// The request or the assertion was used before: a replay.
    Used,
    NoRole,
}

/// What one sign-in writes.
struct Opening {
    request_id: String,
    prelogin_hash: Vec<u8>,
    verified: VerifiedAssertion,
    session: NewSession,
    /// The session of this browser that ends.
    replaces: Option<SessionId>,
    log: SamlLogRow,
    note: AuditRow,
    /// The audit row instead of `note` when nothing is opened; its reason is known in the transaction.
    refusal: AuditRow,
}

/// Turns a verified answer into a session: all or nothing.
async fn open_session(
    portal: &Portal,
    ctx: &Ctx,
    answer: &Answer,
    pending: &SamlRequestRow,
    verified: VerifiedAssertion,
) -> Result<SignedIn, SignInFailure> {
    let (ente, now) = (ctx.ente_id(), answer.now);
    if is_under_age(&verified.identita, calendar::legal_date(now)) {
        answer.close(portal, ctx, pending, "under age").await?;
        return Err(SignInFailure::TooYoung(way_back(pending)));
    }
    let token = portal.chance().secret();
    let mut session = new_session(portal, pending, &verified, &token, now);
    let log = answer.log_row(portal, ctx, "verified").await?;
    let device = (pending.audience == SessionKind::Scuola).then(|| portal.chance().secret());
    session.device_hash = device.as_deref().map(fingerprint);
    let opening = Opening {
        request_id: pending.id.clone(),
        prelogin_hash: pending.prelogin_hash.clone(),
        refusal: refusal(portal, ctx, &log, "replayed"),
        log,
        note: AuditRow {
            detail: Json(serde_json::json!({ "audience": pending.audience.stored() })),
            ..ctx.note(portal, "session.open", "session", Some(session.id.uuid()))
        },
        session,
        replaces: pending.replaces,
        verified,
    };
    let write = async move |tx: &mut Tx| opening.write(tx, ente, now).await;
    match portal.store().write(ente, write).await.map_err(Error::from)? {
        Opened::Session => {
            let destination = pending.destination.clone();
            Ok(SignedIn { token, device, audience: pending.audience.into(), destination })
        }
        Opened::Used => Err(SignInFailure::Refused(Some(way_back(pending)))),
        Opened::NoRole => Err(SignInFailure::NoRole(way_back(pending))),
    }
}

fn new_session(
    portal: &Portal,
    pending: &SamlRequestRow,
    verified: &VerifiedAssertion,
    token: &str,
    now: DateTime<Utc>,
) -> NewSession {
    NewSession {
        id: SessionId::new(portal.chance().uuid(now)),
        token_hash: fingerprint(token),
        kind: pending.audience,
        // For somebody new; a known person keeps theirs.
        persona_id: PersonaId::new(portal.chance().uuid(now)),
        scheme: verified.identita.scheme,
        level: verified.identita.level,
        csrf: portal.chance().secret(),
        provider: Some(verified.identita.provider.clone()),
        name_id: Some(verified.name_id.clone()),
        session_index: verified.session_index.clone(),
        browser: pending.browser.clone(),
        device_hash: None,
        created_at: now,
        expires_at: now + Audience::from(pending.audience).limits().longest,
    }
}

impl Opening {
    /// Uses up request and assertion, writes the person, opens the session.
    async fn write(self, tx: &mut Tx, ente: EnteId, now: DateTime<Utc>) -> sportello_store::Result<Opened> {
        let Self { request_id, prelogin_hash, verified, mut session, replaces, mut log, mut note, mut refusal } = self;
        let waits = saml_request::consume(tx, ente, &request_id, now - REQUEST_LIVES, &prelogin_hash, now).await?;
        let fresh = waits.is_some()
            && saml_request::remember_assertion(tx, ente, &verified.assertion_id, verified.not_on_or_after).await?;
        log.outcome = outcome(fresh);
        saml_log::record(tx, ente, &log).await?;
        if !fresh {
            audit::record(tx, ente, &refusal).await?;
            return Ok(Opened::Used);
        }
        let roles = ruolo::of(tx, ente, &verified.identita.codice_fiscale).await?;
        if !may_enter(session.kind, &roles) {
            refusal.detail = refused_for("no role");
            audit::record(tx, ente, &refusal).await?;
            return Ok(Opened::NoRole);
        }
        let person = persona::sign_in(tx, ente, session.persona_id, &verified.identita, now).await?;
        session.persona_id = person.id;
        if let Some(old) = replaces {
            session_row::end(tx, ente, old).await?;
        }
        session_row::create(tx, ente, &session).await?;
        note.actor = Some(person.id);
        audit::record(tx, ente, &note).await?;
        Ok(Opened::Session)
    }
}

/// Whether somebody with these roles may use a door.
fn may_enter(kind: SessionKind, roles: &[Ruolo]) -> bool {
    match kind {
        SessionKind::Cittadino => true,
        SessionKind::Ufficio => !roles.is_empty(),
        SessionKind::Scuola => roles.contains(&Ruolo::OperatoreScuola),
    }
}

fn outcome(fresh: bool) -> String {
    if fresh { "verified" } else { "replayed" }.to_owned()
}

/// Whether the person is known to be under 18 on this day. Without a date of birth the provider's rules must do.
fn is_under_age(identita: &Identita, today: NaiveDate) -> bool {
    let adult_on = identita.nascita.and_then(|birth| birth.checked_add_months(Months::new(12 * ADULT_YEARS)));
    adult_on.is_some_and(|day| today < day)
}
