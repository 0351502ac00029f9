//! The providers of identities that the portal trusts, and which of them a person can choose.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use serde_json::json;
use sportello_domain::{id::EnteId, identita::IdentityScheme};
use sportello_identity::{Certificate, LogoutAddress, Provider};
use sportello_store::{Json, Tx, audit, identity_provider, identity_provider::IdentityProviderRow};

use crate::{Ctx, Error, Portal, Result, ctx::command_note, error::Reason};

/// A provider that a person can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderChoice {
    /// Entity id: what the form sends back.
    pub entity_id: String,
    /// Name as people know it.
    pub name: String,
    /// Where a request goes when this provider takes it by HTTP-Redirect.
    pub redirect_url: Option<String>,
}

/// The providers of a scheme whose door is open at this ente, in an order shuffled at each call.
///
/// # Errors
/// Only those of the database.
pub async fn providers(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme) -> Result<Vec<ProviderChoice>> {
    if !is_open(ctx, scheme) {
        return Ok(Vec::new());
    }
    let ente = ctx.ente_id();
    let rows = portal.store().read(ente, async move |read| identity_provider::enabled(read, ente).await).await?;
    let mut choices: Vec<ProviderChoice> = rows
        .into_iter()
        .filter(|row| row.scheme == scheme && (portal.simulated_providers() || !row.simulated))
        .map(|row| ProviderChoice {
            entity_id: row.entity_id,
            name: row.name,
            redirect_url: row.sso_redirect_url.filter(|_| row.by_redirect),
        })
        .collect();
    shuffle(&mut choices, portal);
    Ok(choices)
}

/// Every provider that the installation trusts for all enti, in a list or by a command: scheme and entity id.
///
/// # Errors
/// Only those of the database.
pub async fn all_trusted(portal: &Portal) -> Result<Vec<(IdentityScheme, String)>> {
    let platform = EnteId::PLATFORM;
    let rows =
        portal.store().read(platform, async move |read| identity_provider::enabled(read, platform).await).await?;
    Ok(rows.into_iter().map(|row| (row.scheme, row.entity_id)).collect())
}

/// Whether the door of a scheme is open at this ente.
pub(super) fn is_open(ctx: &Ctx, scheme: IdentityScheme) -> bool {
    let accesso = &ctx.ente.settings.accesso;
    match scheme {
        IdentityScheme::Spid => true,
        IdentityScheme::Cie => accesso.cie,
        IdentityScheme::Eidas => accesso.eidas,
    }
}

/// Fisher and Yates; the slight bias of a remainder does not matter for at most a few dozen providers.
fn shuffle(choices: &mut [ProviderChoice], portal: &Portal) {
    for last in (1..choices.len()).rev() {
        let drawn = u32::from_le_bytes(portal.chance().bytes()) as usize % (last + 1);
        choices.swap(last, drawn);
    }
}

/// Trusts a provider from its metadata, for all enti of the installation. Whoever runs the command vouches for the file.
///
/// # Errors
/// When the metadata cannot be read; [`Error::Forbidden`] for a simulator in an installation that refuses them,
/// [`Error::Unacceptable`] there for an address without TLS, and for an entity id that another scheme knows.
pub async fn trust(portal: &Portal, metadata: &[u8], scheme: IdentityScheme, simulated: bool) -> Result<()> {
    if simulated && !portal.simulated_providers() {
        return Err(Error::Forbidden);
    }
    let provider = sportello_identity::parse_provider_metadata(metadata, scheme)
        .map_err(|error| Error::failed("reading the metadata of a provider", error))?;
    // Whoever listens on the way would read the request and choose where it is answered. Simulators have no certificate.
    if !portal.simulated_providers() && !has_tls(&provider) {
        return Err(Error::Unacceptable("the address of the provider, which must begin with https://"));
    }
    let row = kept_provider(provider, simulated);
    let mut note = command_note(portal, "provider.trust", "identity_provider", None);
    note.detail = Json(json!({ "entity_id": row.entity_id }));
    let platform = EnteId::PLATFORM;
    let trusted = portal
        .store()
        .write(platform, async move |tx| {
            if identity_provider::is_of_another_scheme(tx, &row.entity_id, row.scheme).await? {
                return Ok(false);
            }
            identity_provider::put(tx, platform, &row).await?;
            audit::record(tx, platform, &note).await?;
            Ok(true)
        })
        .await?;
    // Its keys would speak for both.
    if trusted { Ok(()) } else { Err(Error::Unacceptable("the entity id, which is one of another scheme,")) }
}

/// Trusts a provider no more, from its metadata, at all enti of the installation and from the next sign-in on. One that
/// stands in the list of a registry comes back with the next list.
///
/// # Errors
/// When the metadata cannot be read; [`Error::NotFound`] for a provider of this scheme that is not trusted.
pub async fn distrust(portal: &Portal, metadata: &[u8], scheme: IdentityScheme) -> Result<()> {
    let provider = sportello_identity::parse_provider_metadata(metadata, scheme)
        .map_err(|error| Error::failed("reading the metadata of a provider", error))?;
    let mut note = command_note(portal, "provider.distrust", "identity_provider", None);
    note.detail = Json(json!({ "entity_id": provider.entity_id }));
    let platform = EnteId::PLATFORM;
    let write = async move |tx: &mut Tx| {
        let known = identity_provider::by_entity_id(tx, platform, &provider.entity_id).await?;
        if known.is_none_or(|row| row.scheme != scheme) {
            return Err(Reason::NotFound.refuse());
        }
        identity_provider::remove(tx, platform, &provider.entity_id).await?;
        audit::record(tx, platform, &note).await
    };
    Ok(portal.store().write(platform, write).await?)
}

/// Whether this installation refuses simulated providers and yet holds some: its database is that of a demonstration.
///
/// # Errors
/// Only those of the database.
pub async fn is_of_a_demonstration(portal: &Portal) -> Result<bool> {
    let platform = EnteId::PLATFORM;
    let rows =
        portal.store().read(platform, async move |read| identity_provider::enabled(read, platform).await).await?;
    Ok(!portal.simulated_providers() && rows.iter().any(|row| row.simulated))
}

/// Stops trusting every simulated provider: a demonstration that moved to other ports brings its new ones.
///
/// # Errors
/// Only those of the database.
pub async fn forget_simulated(portal: &Portal) -> Result<()> {
    let platform = EnteId::PLATFORM;
    portal
        .store()
        .write(platform, async move |tx| {
            for row in identity_provider::enabled(tx, platform).await?.into_iter().filter(|row| row.simulated) {
                identity_provider::remove(tx, platform, &row.entity_id).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// A provider that is trusted now, and whose door is open at this ente.
pub(super) async fn trusted(portal: &Portal, ctx: &Ctx, entity_id: &str) -> Result<Option<Provider>> {
    if entity_id.chars().any(char::is_control) {
        return Ok(None);
    }
    let (ente, entity_id) = (ctx.ente_id(), entity_id.to_owned());
    let row = portal
        .store()
        .read(ente, async move |read| identity_provider::by_entity_id(read, ente, &entity_id).await)
        .await?
        .filter(|row| is_open(ctx, row.scheme) && (portal.simulated_providers() || !row.simulated));
    row.map(|row| provider(portal, row)).transpose()
}

/// Certificates that were read before: reading one costs as much as checking a signature with its key.
#[derive(Default)]
pub(crate) struct ReadCertificates(Mutex<HashMap<String, Certificate>>);

impl ReadCertificates {
    /// More than all providers of all schemes hold.
    const MOST: usize = 256;

    /// The certificate of this base64.
    fn read(&self, base64: &str) -> Result<Certificate> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(certificate) = known.get(base64) {
            return Ok(certificate.clone());
        }
        let certificate = Certificate::from_base64(base64)
            .map_err(|error| Error::failed("reading a provider's certificate", error))?;
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(base64.to_owned(), certificate.clone());
        Ok(certificate)
    }
}

fn provider(portal: &Portal, row: IdentityProviderRow) -> Result<Provider> {
    let certificates =
        row.certificates.0.iter().map(|base64| portal.certificates().read(base64)).collect::<Result<_>>()?;
    let logout = |url: Option<String>, response_url| url.map(|url| LogoutAddress { url, response_url });
    Ok(Provider {
        entity_id: row.entity_id,
        name: row.name,
        scheme: row.scheme,
        sso_url: row.sso_url,
        sso_redirect_url: row.sso_redirect_url,
        by_redirect: row.by_redirect,
        slo_post: logout(row.slo_post_url, row.slo_post_response_url),
        slo_redirect: logout(row.slo_redirect_url, row.slo_redirect_response_url),
        certificates,
    })
}

/// A provider as it is kept: trusted from now on.
pub(crate) fn kept_provider(provider: Provider, simulated: bool) -> IdentityProviderRow {
    let logout = |address: Option<LogoutAddress>| address.map(|address| (address.url, address.response_url)).unzip();
    let (slo_post_url, post_answers) = logout(provider.slo_post);
    let (slo_redirect_url, redirect_answers) = logout(provider.slo_redirect);
    IdentityProviderRow {
        entity_id: provider.entity_id,
        name: provider.name,
        sso_url: provider.sso_url,
        sso_redirect_url: provider.sso_redirect_url,
        by_redirect: provider.by_redirect,
        slo_post_url,
        slo_post_response_url: post_answers.flatten(),
        slo_redirect_url,
        slo_redirect_response_url: redirect_answers.flatten(),
        certificates: Json(provider.certificates.iter().map(Certificate::to_base64).collect()),
        scheme: provider.scheme,
        enabled: true,
        simulated,
    }
}

/// Whether every address of a provider has TLS.
pub(crate) fn has_tls(provider: &Provider) -> bool {
    let logout = [&provider.slo_post, &provider.slo_redirect].into_iter().flatten();
    let logout = logout.flat_map(|address| std::iter::once(&address.url).chain(&address.response_url));
    let addresses = std::iter::once(&provider.sso_url).chain(&provider.sso_redirect_url).chain(logout);
    addresses.into_iter().all(|url| url.starts_with("https://"))
}
