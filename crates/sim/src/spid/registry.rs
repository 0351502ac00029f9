//! The registry that the simulated providers stand in: a signed list, made anew at each call, whose name says what it is.

use std::{fs, path::Path};

use anyhow::Context;
use chrono::TimeDelta;
use sportello_identity::{
    SIMULATED, ServiceKey,
    provider::{AggregateDraft, IdentityProvider},
};

use super::{keys, new_id, now};

/// How long a list holds.
const VALIDITY: TimeDelta = TimeDelta::days(7);

/// Whoever signs the lists.
pub struct Registry(ServiceKey);

impl Registry {
    /// The registry, its key made at first start and kept in `folder`.
    pub fn open(folder: &Path, origin: &str) -> anyhow::Result<Self> {
        let key = keys::open(&folder.join("registro.pem"), &format!("{origin}/registro"), "Registro (simulato)")?;
        Ok(Self(key))
    }

    /// A list of providers.
    pub fn list<'a>(&self, providers: impl Iterator<Item = &'a IdentityProvider>) -> anyhow::Result<String> {
        let draft = AggregateDraft {
            id: new_id()?,
            name: SIMULATED.to_owned(),
            created_at: Some(now()),
            valid_until: Some(now() + VALIDITY),
            entries: providers.map(IdentityProvider::metadata).collect(),
        };
        Ok(draft.sign(&self.0)?)
    }

    /// Writes the certificate that a portal pins.
    pub fn write_certificate(&self, folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let file = folder.join("certificato.pem");
        fs::write(&file, self.0.certificate().to_pem()).with_context(|| format!("writing {}", file.display()))
    }
}
