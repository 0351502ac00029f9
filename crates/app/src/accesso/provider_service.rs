//! The two sides of a sign-in as the portal knows them: the providers that it trusts, and itself as a service provider.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sportello_domain::{id::EnteId, identita::IdentityScheme};
use sportello_identity::{
    Certificate, Contact, KeyBits, LogoutAddress, Metadata, Organization, Provider, ServiceKey, ServiceProvider,
    Subject,
};
use sportello_store::{
    Json, audit, identity_provider, identity_provider::IdentityProviderRow, seal::Place, spid_key, spid_key::SpidKeyRow,
};

use crate::{Ctx, Error, Portal, Result, ctx::command_note};

/// Where the sealed private key of a version stands.
fn key_place(version: i64) -> Place {
    Place::new("spid_key", "sealed_private_key", version)
}

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

/// Service providers made once: opening a key costs more than a sign-in may.
#[derive(Default)]
pub(crate) struct Keys(Mutex<HashMap<EnteId, Arc<ServiceProvider>>>);

/// The providers, in an order shuffled at each call.
///
/// # Errors
/// Only those of the database.
pub async fn providers(portal: &Portal, ctx: &Ctx) -> Result<Vec<ProviderChoice>> {
    let ente = ctx.ente_id();
    let rows = portal.store().read(ente, async move |read| identity_provider::enabled(read, ente).await).await?;
    let mut choices: Vec<ProviderChoice> = rows
        .into_iter()
        .filter(|row| portal.simulated_providers() || !row.simulated)
        .map(|row| ProviderChoice {
            entity_id: row.entity_id,
            name: row.name,
            redirect_url: row.sso_redirect_url.filter(|_| row.by_redirect),
        })
        .collect();
    shuffle(&mut choices, portal);
    Ok(choices)
}

/// Fisher and Yates; the slight bias of a remainder does not matter for at most a few dozen providers.
fn shuffle(choices: &mut [ProviderChoice], portal: &Portal) {
    for last in (1..choices.len()).rev() {
        let drawn = u32::from_le_bytes(portal.chance().bytes()) as usize % (last + 1);
        choices.swap(last, drawn);
    }
}

/// Trusts a provider of SPID from its metadata, for all enti of the installation. Whoever runs the command vouches for the file.
///
/// # Errors
/// When the metadata cannot be read; [`Error::Forbidden`] for a simulator in an installation that refuses them,
/// [`Error::Unacceptable`] there for an address without TLS, and for an entity id that another scheme knows.
pub async fn trust(portal: &Portal, metadata: &[u8], simulated: bool) -> Result<()> {
    if simulated && !portal.simulated_providers() {
        return Err(Error::Forbidden);
    }
    let provider = sportello_identity::parse_provider_metadata(metadata, IdentityScheme::Spid)
        .map_err(|error| Error::failed("reading the metadata of a provider", error))?;
    // Whoever listens on the way would read the request and choose where it is answered. Simulators have no certificate.
    if !portal.simulated_providers() && !has_tls(&provider) {
        return Err(Error::Unacceptable("the address of the provider, which must begin with https://"));
    }
    let row = kept_provider(provider, simulated);
    let note = command_note(portal, "provider.trust", "identity_provider", None);
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

/// A provider that is offered and trusted now.
pub(super) async fn trusted(portal: &Portal, ctx: &Ctx, entity_id: &str) -> Result<Option<Provider>> {
    if entity_id.chars().any(char::is_control) {
        return Ok(None);
    }
    let (ente, entity_id) = (ctx.ente_id(), entity_id.to_owned());
    let row = portal
        .store()
        .read(ente, async move |read| identity_provider::by_entity_id(read, ente, &entity_id).await)
        .await?
        .filter(|row| portal.simulated_providers() || !row.simulated);
    row.map(provider).transpose()
}

fn provider(row: IdentityProviderRow) -> Result<Provider> {
    let certificates = row
        .certificates
        .0
        .iter()
        .map(|certificate| Certificate::from_base64(certificate))
        .collect::<Result<_, _>>()
        .map_err(|error| Error::failed("reading a provider's certificate", error))?;
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

/// Metadata of this ente as a service provider: signed XML, always the same for the same settings.
///
/// # Errors
/// When the key cannot be opened.
pub async fn metadata(portal: &Portal, ctx: &Ctx) -> Result<String> {
    Ok(signed_metadata(portal, ctx).await?.xml)
}

/// The metadata with their version.
pub(super) async fn signed_metadata(portal: &Portal, ctx: &Ctx) -> Result<Metadata> {
    let service = service_provider(portal, ctx).await?;
    sportello_identity::metadata(&service).map_err(|error| Error::failed("signing the metadata", error))
}

/// This ente as a service provider. Its key is made at the first call.
pub(super) async fn service_provider(portal: &Portal, ctx: &Ctx) -> Result<Arc<ServiceProvider>> {
    let keys = portal.keys();
    let known = keys.0.lock().unwrap_or_else(PoisonError::into_inner).get(&ctx.ente_id()).cloned();
    if let Some(service) = known {
        return Ok(service);
    }
    let service = Arc::new(describe(portal, ctx, key(portal, ctx).await?));
    keys.0.lock().unwrap_or_else(PoisonError::into_inner).insert(ctx.ente_id(), service.clone());
    Ok(service)
}

fn describe(portal: &Portal, ctx: &Ctx, key: ServiceKey) -> ServiceProvider {
    let (ente, settings) = (&ctx.ente, &ctx.ente.settings);
    ServiceProvider {
        entity_id: entity_id(portal, ctx),
        acs_url: portal.addressing().absolute(ente, "/spid/acs"),
        slo_url: portal.addressing().absolute(ente, "/spid/slo"),
        service_name: "Servizi online".to_owned(),
        organization: Organization {
            name: settings.name.clone(),
            display_name: settings.name.clone(),
            url: settings.site_url.clone(),
        },
        contact: Contact {
            ipa_code: settings.ipa_code.clone(),
            email: settings.pec.clone(),
            telephone: telephone(&settings.phone),
        },
        key,
    }
}

/// A telephone number as the federation wants it: no spaces, the country first.
pub(super) fn telephone(written: &str) -> Option<String> {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let number = if written.trim_start().starts_with('+') {
        format!("+{digits}")
    } else if let Some(abroad) = digits.strip_prefix("00") {
        format!("+{abroad}")
    } else {
        format!("+39{digits}")
    };
    (!digits.is_empty()).then_some(number)
}

/// Name of this ente among service providers.
pub(super) fn entity_id(portal: &Portal, ctx: &Ctx) -> String {
    portal.addressing().root(&ctx.ente)
}

/// Whom the certificate of this ente names.
pub(super) fn subject(portal: &Portal, ctx: &Ctx) -> Subject {
    let settings = &ctx.ente.settings;
    Subject {
        organization: settings.name.clone(),
        organization_identifier: format!("PA:IT-{}", settings.ipa_code),
        entity_id: entity_id(portal, ctx),
        locality: settings.locality.clone(),
    }
}

/// Keeps a certificate that an authority issued for the key that signs now; it counts from the next start on.
pub(super) async fn replace_certificate(portal: &Portal, ctx: &Ctx, pem: &str) -> Result<()> {
    let ente = ctx.ente_id();
    let certificate =
        Certificate::from_pem(pem).map_err(|error| Error::failed("reading the certificate to install", error))?;
    key(portal, ctx).await?;
    let kept = portal.store().read(ente, async move |read| spid_key::current(read, ente).await).await?;
    let kept = kept.ok_or(Error::NotFound)?;
    let pkcs8 = portal.sealer(ente).await?.open(&key_place(kept.version), &kept.sealed_private_key)?;
    ServiceKey::from_parts(&pkcs8, certificate.clone())
        .map_err(|error| Error::failed("installing the certificate", error))?;
    let version = kept.version + 1;
    let row = SpidKeyRow {
        version,
        sealed_private_key: portal.sealer(ente).await?.seal(&key_place(version), &pkcs8)?,
        certificate_pem: certificate.to_pem(),
        created_at: portal.clock().now(),
    };
    let note = command_note(portal, "spid_key.certify", "spid_key", None);
    portal
        .store()
        .write(ente, async move |tx| {
            spid_key::add(tx, ente, &row).await?;
            audit::record(tx, ente, &note).await
        })
        .await?;
    Ok(())
}

/// The signing key of this ente, made when there is none.
async fn key(portal: &Portal, ctx: &Ctx) -> Result<ServiceKey> {
    let ente = ctx.ente_id();
    let kept = portal.store().read(ente, async move |read| spid_key::current(read, ente).await).await?;
    match kept {
        Some(row) => open_key(portal, ente, &row).await,
        None => make_key(portal, ctx).await,
    }
}

async fn open_key(portal: &Portal, ente: EnteId, row: &SpidKeyRow) -> Result<ServiceKey> {
    let place = key_place(row.version);
    let pkcs8 = portal.sealer(ente).await?.open(&place, &row.sealed_private_key)?;
    let certificate = Certificate::from_pem(&row.certificate_pem)
        .map_err(|error| Error::failed("reading the certificate of the ente", error))?;
    ServiceKey::from_parts(&pkcs8, certificate).map_err(|error| Error::failed("opening the key of the ente", error))
}

async fn make_key(portal: &Portal, ctx: &Ctx) -> Result<ServiceKey> {
    let (ente, now, subject) = (ctx.ente_id(), portal.clock().now(), subject(portal, ctx));
    // Finding two primes takes a second or so: not on a thread that serves pages.
    let make = move || ServiceKey::generate(KeyBits::B3072, &subject, now, &ring::rand::SystemRandom::new());
    let made = tokio::task::spawn_blocking(make)
        .await
        .map_err(|error| Error::failed("making the key of the ente", error))?
        .map_err(|error| Error::failed("making the key of the ente", error))?;
    let place = key_place(1);
    let row = SpidKeyRow {
        version: 1,
        sealed_private_key: portal.sealer(ente).await?.seal(&place, made.pkcs8_der())?,
        certificate_pem: made.certificate().to_pem(),
        created_at: now,
    };
    let added = portal.store().write(ente, async move |tx| spid_key::add(tx, ente, &row).await).await;
    match added {
        Ok(()) => Ok(made),
        // Another node was faster: its key is the one that counts.
        Err(sportello_store::Error::Unique) => Box::pin(key(portal, ctx)).await,
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::telephone;

    #[test]
    fn a_telephone_number_names_its_country_once() {
        for written in ["0363 000 100", "+39 0363 000100", "0039-0363-000-100"] {
            assert_eq!(telephone(written).as_deref(), Some("+390363000100"), "{written}");
        }
        assert_eq!(telephone("centralino"), None);
    }
}
