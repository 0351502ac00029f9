//! Settings of the registries of providers of identities.

use std::path::PathBuf;

use anyhow::ensure;
use serde::{Deserialize, Serialize};

use super::{Mode, is_loopback};

/// The registries: one for each scheme.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrySettings {
    /// Providers of SPID.
    pub spid: Registry,
    /// The provider of CIE.
    pub cie: Registry,
    /// The Italian node of eIDAS. Its metadata are published alone, unsigned by a registry: this is for the demonstration and
    /// for whoever signs a list of its own; otherwise `sportello spid trust`.
    pub eidas: Registry,
}

/// The registry of a scheme: a list that it signs.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registry {
    /// Where the list stands; empty when it only comes from files.
    pub url: String,
    /// Certificates whose keys sign the list (PEM); without them no list is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// A list to begin with: taken at start when there is none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Takes lists without an end of validity (`validUntil`): then an old one can only be told by its identifier.
    pub endless: bool,
}

impl RegistrySettings {
    /// Each registry with the name of its settings.
    pub fn each(&self) -> [(&'static str, &Registry); 3] {
        [("spid", &self.spid), ("cie", &self.cie), ("eidas", &self.eidas)]
    }

    /// Refuses what cannot be meant.
    pub(super) fn check(&self, mode: Mode) -> anyhow::Result<()> {
        for (name, registry) in self.each() {
            let Registry { url, certificate, file, .. } = registry;
            ensure!(
                certificate.is_some() || (url.is_empty() && file.is_none()),
                "registry.{name}.certificate: expected the certificate of whoever signs the list"
            );
            let uri = url.parse::<axum::http::Uri>().unwrap_or_default();
            let local = uri.scheme_str() == Some("http") && uri.host().is_some_and(is_loopback) && mode == Mode::Demo;
            ensure!(
                url.is_empty() || uri.scheme_str() == Some("https") || local,
                "registry.{name}.url: expected https://"
            );
        }
        Ok(())
    }
}
