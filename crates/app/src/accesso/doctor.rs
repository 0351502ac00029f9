//! What is wrong with an ente as a service provider, for whoever runs the installation. Read-only.

use sportello_identity::{Certificate, certificate_faults};
use sportello_store::spid_key::{self, KeyStatus};

use super::{filing, service};
use crate::{Ctx, Error, Portal, Result};

/// What lacks among the settings, and what is wrong with the certificates that stand in the metadata.
///
/// # Errors
/// When the database or the certificate in it cannot be read.
pub async fn diagnose(portal: &Portal, ctx: &Ctx) -> Result<Vec<String>> {
    let mut findings: Vec<String> = filing::faults(portal, ctx).into_iter().map(str::to_owned).collect();
    let ente = ctx.ente_id();
    let keys = portal.store().read(ente, async move |read| spid_key::all(read, ente).await).await?;
    if !keys.iter().any(|key| key.status == KeyStatus::InUse) {
        findings.push("no key yet: the first call of `sportello spid metadata` makes it".to_owned());
    }
    let (subject, now) = (service::subject(portal, ctx), portal.clock().now());
    for key in keys.iter().filter(|key| key.status != KeyStatus::Retired) {
        let certificate = Certificate::from_pem(&key.certificate_pem)
            .map_err(|error| Error::failed("reading the certificate of the ente", error))?;
        let faults = certificate_faults(&certificate, &subject, now);
        findings.extend(faults.into_iter().map(|fault| format!("certificate {}: {fault}", key.version)));
    }
    Ok(findings)
}
