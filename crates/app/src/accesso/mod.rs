//! Sign-in through a provider of identities: the choice, the request, the answer.
//!
//! The rules of the messages stand in `sportello-identity`. Here stands what needs a memory: a request is answered
//! once, by the browser that began it, and an assertion is used once, whichever node it reaches.

mod complete;
mod doctor;
mod filing;
mod keys;
mod logout;
mod provider_service;
mod service;
pub(crate) mod tracciatura;

use chrono::{DateTime, TimeDelta, Utc};
use sportello_domain::{
    ente::Ente,
    id::{PersonaId, SessionId},
    identita::{Identita, IdentityLevel},
};
use sportello_identity::{Provider, ServiceProvider, authn_request, authn_request_address, message_id};
use sportello_store::{persona, saml_log, saml_request, saml_request::SamlRequestRow};

use crate::{
    Actor, Ctx, Error, Portal, Result, Signed,
    session::{Audience, fingerprint},
};

pub use complete::{SignInFailure, SignedIn, WayBack, complete};
pub use doctor::diagnose;
pub use filing::{CertificatePapers, Metadata, certificate, faults, filing, install_certificate};
pub(crate) use keys::Keys;
pub use keys::{KeyView, add_key, keys, retire_key, use_key};
pub use logout::{Farewell, Incoming, Logout, Parcel, leave, take_logout};
pub use provider_service::{
    ProviderChoice, all_trusted, distrust, forget_simulated, is_of_a_demonstration, providers, trust,
};
pub(crate) use provider_service::{ReadCertificates, has_tls, kept_provider};
pub(crate) use service::Published;
pub use service::metadata;
pub use sportello_domain::identita::IdentityScheme;
pub use sportello_identity::{LogoutStatus, MessageField};
pub use sportello_store::spid_key::KeyStatus;

/// How long a person may take at the provider.
const REQUEST_LIVES: TimeDelta = TimeDelta::minutes(15);
/// Level of assurance asked for where a service does not say: what handles personal data needs two factors.
pub const LEVEL: IdentityLevel = IdentityLevel::L2;
/// Longest path that is remembered as the destination of a sign-in.
const MAX_DESTINATION: usize = 512;
/// Longest kind of a browser that is kept, in characters.
const MAX_LABEL: usize = 60;

/// The form that takes a browser to its provider.
#[derive(Clone, Debug)]
pub struct SignInForm {
    /// Where the form is posted to.
    pub action: String,
    /// Name of the provider, for the button.
    pub provider_name: String,
    /// Field `SAMLRequest`.
    pub saml_request: String,
    /// Field `RelayState`.
    pub relay_state: String,
    /// Secret of the pre-login cookie that binds the answer to this browser.
    pub prelogin: String,
}

/// How a browser leaves for its provider: the binding that the provider takes.
#[derive(Clone, Debug)]
pub enum Departure {
    /// By HTTP-POST.
    Form(SignInForm),
    /// By HTTP-Redirect.
    Address {
        /// Where it goes; holds the signed request.
        address: String,
        /// Secret of the pre-login cookie that binds the answer to this browser.
        prelogin: String,
    },
}

/// What somebody wants to see, and how sure of them it must be.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Path of this ente, kept on the server and returned to afterwards.
    pub destination: &'a str,
    /// Level of assurance that it needs; [`LEVEL`] at least is asked for.
    pub level: IdentityLevel,
}

impl<'a> From<&'a str> for Asked<'a> {
    fn from(destination: &'a str) -> Self {
        Self { destination, level: LEVEL }
    }
}

/// The browser in which somebody signs in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Browser<'a> {
    /// Secret that it already holds from an attempt in another tab, if any.
    pub prelogin: Option<&'a str>,
    /// Its kind in a few words, for the list of open sessions; empty when it does not say.
    pub label: &'a str,
}

/// Begins a sign-in.
///
/// A session that the browser has at this door lives on until the sign-in succeeds, and ends then.
///
/// # Errors
/// [`Error::NotFound`] for a provider that is not offered at this door.
pub async fn start(
    portal: &Portal,
    ctx: &Ctx,
    audience: Audience,
    provider: &str,
    asked: impl Into<Asked<'_>>,
    browser: &Browser<'_>,
) -> Result<Departure> {
    let (ente, now, asked) = (ctx.ente_id(), portal.clock().now(), asked.into());
    let level = asked.level.max(LEVEL);
    let provider = provider_service::trusted(portal, ctx, provider).await?.ok_or(Error::NotFound)?;
    // Roles are given to an Italian codice fiscale; the office shows no door of eIDAS.
    if audience == Audience::Ufficio && provider.scheme == IdentityScheme::Eidas {
        return Err(Error::NotFound);
    }
    let service = service::service_provider(portal, ctx, provider.scheme).await?;
    let id = message_id(portal.chance().bytes());
    let prelogin = match browser.prelogin.filter(|secret| secret.len() == 64) {
        Some(secret) => secret.to_owned(),
        None => portal.chance().secret(),
    };
    // The binding wants one. Nothing is looked up by it: what comes back beside an answer may be anybody's.
    let relay_state = portal.chance().secret();
    let (xml, departure) = departure(&service, &provider, (&id, level), now, relay_state, &prelogin)
        .map_err(|error| Error::failed("signing a request", error))?;
    let row = SamlRequestRow {
        id: id.clone(),
        provider: provider.entity_id.clone(),
        scheme: provider.scheme,
        issued_at: now,
        level,
        destination: local_path(asked.destination),
        audience: audience.kind(),
        prelogin_hash: fingerprint(&prelogin),
        browser: browser.label.chars().take(MAX_LABEL).collect(),
        replaces: replaced(ctx, audience),
    };
    let log = tracciatura::of_request(portal, ctx, &row, &xml).await?;
    portal
        .store()
        .write(ente, async move |tx| {
            saml_request::issue(tx, ente, &row).await?;
            saml_log::record(tx, ente, &log).await
        })
        .await?;
    Ok(departure)
}

/// The request for a provider by the binding that it takes, and the message for the log.
fn departure(
    service: &ServiceProvider,
    provider: &Provider,
    (id, level): (&str, IdentityLevel),
    now: DateTime<Utc>,
    relay_state: String,
    prelogin: &str,
) -> std::result::Result<(String, Departure), sportello_identity::Error> {
    let prelogin = prelogin.to_owned();
    if provider.by_redirect {
        let request = authn_request_address(service, provider, id, now, level, &relay_state)?;
        return Ok((request.xml, Departure::Address { address: request.address, prelogin }));
    }
    let request = authn_request(service, provider, id, now, level)?;
    let form = SignInForm {
        action: request.action,
        provider_name: provider.name.clone(),
        saml_request: request.saml_request,
        relay_state,
        prelogin,
    };
    Ok((request.xml, Departure::Form(form)))
}

/// The session that a sign-in at this door ends: one browser has one.
fn replaced(ctx: &Ctx, audience: Audience) -> Option<SessionId> {
    match (&ctx.actor, audience) {
        (Actor::Cittadino(signed), Audience::Cittadino)
        | (Actor::Operatore(signed, _), Audience::Ufficio | Audience::Scuola) => Some(signed.session),
        _ => None,
    }
}

/// Writes down what is known of a person without opening a session: for the demonstration and for tests, which have no
/// provider to ask.
///
/// # Errors
/// [`Error::Forbidden`] where simulated providers are refused: nobody acts for a real person this way.
pub async fn introduce(portal: &Portal, ente: &Ente, identita: Identita) -> Result<Signed> {
    if !portal.simulated_providers() {
        return Err(Error::Forbidden);
    }
    let (id, now) = (ente.id, portal.clock().now());
    let new = PersonaId::new(portal.chance().uuid(now));
    let (scheme, level) = (identita.scheme, identita.level);
    let person = portal.store().write(id, async move |tx| persona::sign_in(tx, id, new, &identita, now).await).await?;
    Ok(Signed {
        session: SessionId::new(portal.chance().uuid(now)),
        persona: person.id,
        nome: person.nome,
        cognome: person.cognome,
        codice_fiscale: person.codice_fiscale,
        scheme,
        level,
        csrf: portal.chance().secret(),
    })
}

/// A path of this ente, or its home for anything else: a sign-in never leads to another site.
fn local_path(destination: &str) -> String {
    let local = destination.starts_with('/')
        && !destination.starts_with("//")
        && destination.len() <= MAX_DESTINATION
        && destination.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if local { destination.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn a_destination_stays_in_the_house() {
        assert_eq!(local_path("/compila/1?torna=riepilogo"), "/compila/1?torna=riepilogo");
        for evil in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
            "/a b",
            "/a\r\nX: y",
        ] {
            assert_eq!(local_path(evil), "/", "{evil:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(600))), "/");
    }
}
