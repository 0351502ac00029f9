//! What an ente files with the federation: its metadata, its certificate, the request for one. Only for commands:
//! the metadata that the pages serve are the same, but say nothing about settings that lack.

use sportello_domain::{accesso::Aggregatore, email, ente::international, identita::IdentityScheme};
use sportello_store::{Json, audit};

use super::{keys, service};
use crate::{Ctx, Error, Portal, Result, ctx::command_note};

pub use sportello_identity::Metadata;
use sportello_identity::{Certificate, certificate_faults};

/// Longest IPA code that a certificate may name (AgID, Avviso 29 v3).
const IPA_CODE_MAX: usize = 16;

/// The certificate of an ente as a service provider.
#[derive(Clone, Debug)]
pub struct CertificatePapers {
    /// The certificate that the metadata carry, as PEM.
    pub certificate_pem: String,
    /// A request for a certificate of the same key by an authority (PKCS#10), as PEM.
    pub request_pem: String,
}

/// Settings without which the federation refuses the ente, each with what it should be (SPID technical rules,
/// "metadata"; AgID, Avviso 29 v3).
pub fn faults(portal: &Portal, ctx: &Ctx) -> Vec<&'static str> {
    let settings = &ctx.ente.settings;
    let root = portal.addressing().root(&ctx.ente);
    let host = root.strip_prefix("https://").map(|rest| rest.split('/').next().unwrap_or_default());
    let is_web = settings.site_url.starts_with("https://") || settings.site_url.starts_with("http://");
    let ipa = &settings.ipa_code;
    let fits_ipa = (1..=IPA_CODE_MAX).contains(&ipa.len()) && ipa.bytes().all(|byte| byte.is_ascii_graphic());
    let simulated = portal.simulated_providers();
    let rules = [
        (!settings.name.trim().is_empty(), "name: the full legal name of the ente"),
        (fits_ipa, "ipa_code: the code in the index of the administrations, up to 16 characters, no spaces"),
        (!settings.locality.trim().is_empty(), "locality: the place of the seat"),
        (is_web, "site_url: the address of the site, beginning with https://"),
        (email::is_possible(&settings.pec), "pec: an e-mail address of the ente, not of a person"),
        (international(&settings.phone).is_some(), "phone: the number of the switchboard"),
        // A demonstration has neither; nobody files it.
        (
            simulated || host.is_some_and(|host| !host.contains(':') && !host.ends_with(".invalid")),
            "host (or origin): an address by https:// without a port, since the entity id is made of it",
        ),
    ];
    let accesso = &settings.accesso;
    let belfiore = accesso.belfiore.as_deref().is_some_and(is_belfiore);
    let cie = [(!accesso.cie || belfiore, "accesso.belfiore: the code of the comune (B442), which CIE asks for")];
    let aggregated = accesso.aggregatore.iter().flat_map(aggregator_rules);
    rules.into_iter().chain(cie).chain(aggregated).filter(|(holds, _)| !holds).map(|(_, what)| what).collect()
}

/// What an aggregator's data must be (AgID, Avviso 19 v4).
fn aggregator_rules(of: &Aggregatore) -> [(bool, &'static str); 3] {
    let entity_id = &of.entity_id;
    let named = entity_id.starts_with("https://") && !entity_id.contains('?');
    [
        (
            named && entity_id.contains(of.profilo.activity()),
            "accesso.aggregatore.entity_id: an address by https:// with the activity (pub-ag-full, pub-ag-lite), without ?",
        ),
        (!of.name.trim().is_empty(), "accesso.aggregatore.name: the full name of the aggregator"),
        (email::is_possible(&of.email), "accesso.aggregatore.email: an e-mail address of an office of it"),
    ]
}

/// A code of the land register: a letter and three digits.
fn is_belfiore(code: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| if at == 0 { byte.is_ascii_uppercase() } else { byte.is_ascii_digit() };
    code.len() == 4 && code.bytes().enumerate().all(fits)
}

/// The metadata to file with the federation of a scheme. Which version left the house is in the audit log.
///
/// # Errors
/// [`Error::Unacceptable`] with the first of [`faults`], [`Error::NotFound`] for CIE where its door is closed.
pub async fn filing(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme) -> Result<Metadata> {
    refuse_faults(portal, ctx)?;
    let metadata = service::signed_metadata(portal, ctx, scheme).await?;
    let mut note = command_note(portal, "spid.metadata", "ente", Some(ctx.ente_id().uuid()));
    note.detail = Json(serde_json::json!({ "scheme": scheme.stored(), "version": metadata.version }));
    let ente = ctx.ente_id();
    portal.store().write(ente, async move |tx| audit::record(tx, ente, &note).await).await?;
    Ok(metadata)
}

/// The certificate of this ente, its key made at the first call, and a request for one by an authority.
///
/// # Errors
/// [`Error::Unacceptable`] with the first of [`faults`].
pub async fn certificate(portal: &Portal, ctx: &Ctx) -> Result<CertificatePapers> {
    refuse_faults(portal, ctx)?;
    let keys = keys::current(portal, ctx).await?;
    let request_pem = keys
        .signing
        .certificate_request(&service::subject(portal, ctx))
        .map_err(|error| Error::failed("making the certificate request", error))?;
    Ok(CertificatePapers { certificate_pem: keys.signing.certificate().to_pem(), request_pem })
}

/// Installs the certificate that an authority issued for a key of this ente. Running nodes take it at once; the metadata
/// change with it and must be filed anew. One that a federation would refuse is not installed, since it would stand in
/// the metadata at once: gives its faults, none of one that was installed.
///
/// # Errors
/// When it cannot be read or belongs to another key.
pub async fn install_certificate(portal: &Portal, ctx: &Ctx, pem: &str) -> Result<Vec<String>> {
    let issued =
        Certificate::from_pem(pem).map_err(|error| Error::failed("reading the certificate to install", error))?;
    let faults = certificate_faults(&issued, &service::subject(portal, ctx), portal.clock().now());
    if faults.is_empty() {
        keys::replace_certificate(portal, ctx, issued).await?;
    }
    Ok(faults)
}

fn refuse_faults(portal: &Portal, ctx: &Ctx) -> Result<()> {
    faults(portal, ctx).first().map_or(Ok(()), |what| Err(Error::Unacceptable(what)))
}
