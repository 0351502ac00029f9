//! Sign-in through a provider of identities.

use crate::{Ctx, Portal, Result, session::Audience};

/// A provider that a person can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderChoice {
    /// Entity id: what the form sends back.
    pub entity_id: String,
    /// Name as people know it.
    pub name: String,
}

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

/// A completed sign-in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Secret for the session cookie.
    pub token: String,
    /// Which door.
    pub audience: Audience,
    /// Path to go to: the one that was asked for, relative to the root of the ente.
    pub destination: String,
}

/// A sign-in that did not succeed.
#[derive(Debug)]
pub enum SignInFailure {
    /// The provider says so (spid.md 1.6): the number of the anomaly.
    Anomaly {
        /// `nr`, 19 to 25 and 30 for people; others are faults of ours.
        number: u8,
        /// Name of the provider.
        provider: String,
        /// Path that was asked for.
        destination: String,
        /// Whether staff were signing in.
        audience: Audience,
    },
    /// The answer was refused.
    Refused,
    /// The person is under 18.
    TooYoung,
    /// The identity carries no Italian codice fiscale.
    NoCodiceFiscale,
    /// Staff door, and no role in this ente.
    NoRole,
    /// Something failed on our side.
    Failed(crate::Error),
}

/// The providers, in an order shuffled at each call.
pub async fn providers(_portal: &Portal, _ctx: &Ctx) -> Result<Vec<ProviderChoice>> {
    todo!()
}

/// Begins a sign-in. `destination` is a path of this ente (`/compila/…`), checked by the caller to be local.
pub async fn start(
    _portal: &Portal,
    _ctx: &Ctx,
    _audience: Audience,
    _provider: &str,
    _destination: &str,
) -> Result<SignInForm> {
    todo!()
}

/// Takes the provider's answer. The request is consumed whatever the answer says.
pub async fn complete(
    _portal: &Portal,
    _ctx: &Ctx,
    _saml_response: &str,
    _relay_state: Option<&str>,
    _prelogin: Option<&str>,
) -> Result<SignedIn, SignInFailure> {
    todo!()
}

/// Metadata of this ente as a service provider: signed XML, always the same for the same settings.
pub async fn metadata(_portal: &Portal, _ctx: &Ctx) -> Result<String> {
    todo!()
}
