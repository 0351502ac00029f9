//! The ente as a service provider of each federation: what its settings and keys make of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sportello_domain::{
    accesso::{Aggregatore, ProfiloAggregatore},
    ente::international,
    id::EnteId,
    identita::IdentityScheme,
};
use sportello_identity::{Aggregator, Contact, Metadata, MetadataDraft, Organization, ServiceProvider, Subject};

use super::keys;
use crate::{Ctx, Error, Portal, Result};

/// Name of what people sign in for, as the provider shows it.
const SERVICE_NAME: &str = "Servizi online";

/// Metadata signed once: anybody may ask for them, and a signature costs as much as half a sign-in.
#[derive(Default)]
pub(crate) struct Published(Mutex<HashMap<(EnteId, IdentityScheme), Metadata>>);

/// Metadata of this ente for the federation of a scheme: signed XML, always the same for the same settings.
///
/// # Errors
/// [`Error::NotFound`] for a federation in which the ente does not stand; when the key cannot be opened.
pub async fn metadata(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme) -> Result<String> {
    Ok(signed_metadata(portal, ctx, scheme).await?.xml)
}

/// The metadata with their version.
pub(super) async fn signed_metadata(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme) -> Result<Metadata> {
    if scheme == IdentityScheme::Cie && !ctx.ente.settings.accesso.cie {
        return Err(Error::NotFound);
    }
    let service = service_provider(portal, ctx, scheme).await?;
    let draft = MetadataDraft::of(&service);
    let (place, published) = ((ctx.ente_id(), scheme), &portal.published().0);
    let known = published.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
    if let Some(known) = known.filter(|known| known.version == draft.version) {
        return Ok(known);
    }
    let signed = draft.sign(&service.key).map_err(|error| Error::failed("signing the metadata", error))?;
    published.lock().unwrap_or_else(PoisonError::into_inner).insert(place, signed.clone());
    Ok(signed)
}

/// This ente as a service provider of a scheme. Its key is made at the first call.
pub(super) async fn service_provider(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme) -> Result<ServiceProvider> {
    let keys = keys::current(portal, ctx).await?;
    let settings = &ctx.ente.settings;
    Ok(ServiceProvider {
        scheme,
        entity_id: entity_id(portal, ctx, scheme),
        acs_url: acs_url(portal, ctx, scheme),
        slo_url: slo_url(portal, ctx, scheme),
        service_name: SERVICE_NAME.to_owned(),
        organization: Organization {
            name: settings.name.clone(),
            display_name: settings.name.clone(),
            url: settings.site_url.clone(),
        },
        contact: Contact {
            ipa_code: settings.ipa_code.clone(),
            municipality: settings.accesso.belfiore.clone(),
            email: settings.pec.clone(),
            telephone: international(&settings.phone),
        },
        aggregator: settings.accesso.aggregatore.as_ref().map(aggregator),
        eidas: settings.accesso.eidas,
        key: Arc::clone(&keys.signing),
        other_certificates: keys.others.clone(),
    })
}

/// Where the ente takes the answers of a scheme's providers.
pub(super) fn acs_url(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme) -> String {
    portal.addressing().absolute(&ctx.ente, &format!("{}/acs", folder(scheme)))
}

/// Where the ente takes the logout messages of a scheme's providers.
pub(super) fn slo_url(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme) -> String {
    portal.addressing().absolute(&ctx.ente, &format!("{}/slo", folder(scheme)))
}

/// Name of this ente among the service providers of a scheme. The node of eIDAS knows it by that of SPID.
pub(super) fn entity_id(portal: &Portal, ctx: &Ctx, scheme: IdentityScheme) -> String {
    match (scheme, &ctx.ente.settings.accesso.aggregatore) {
        (IdentityScheme::Cie, _) => portal.addressing().absolute(&ctx.ente, "/cie"),
        (_, Some(aggregatore)) => aggregatore.entity_id.clone(),
        (_, None) => portal.addressing().root(&ctx.ente),
    }
}

/// Whom the certificate of this ente names.
pub(super) fn subject(portal: &Portal, ctx: &Ctx) -> Subject {
    let settings = &ctx.ente.settings;
    Subject {
        organization: settings.name.clone(),
        organization_identifier: format!("PA:IT-{}", settings.ipa_code),
        entity_id: entity_id(portal, ctx, IdentityScheme::Spid),
        locality: settings.locality.clone(),
    }
}

/// The part of the addresses that belongs to a scheme.
fn folder(scheme: IdentityScheme) -> &'static str {
    match scheme {
        IdentityScheme::Spid | IdentityScheme::Eidas => "/spid",
        IdentityScheme::Cie => "/cie",
    }
}

fn aggregator(aggregatore: &Aggregatore) -> Aggregator {
    Aggregator {
        name: aggregatore.name.clone(),
        runs_services: aggregatore.profilo == ProfiloAggregatore::Full,
        ipa_code: aggregatore.ipa_code.clone(),
        vat_number: aggregatore.partita_iva.clone(),
        fiscal_code: aggregatore.codice_fiscale.clone(),
        email: aggregatore.email.clone(),
        telephone: aggregatore.phone.as_deref().and_then(international),
    }
}
