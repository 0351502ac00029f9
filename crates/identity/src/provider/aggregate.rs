//! Making a signed list of providers, as a registry publishes it: for the simulator and for tests.

use chrono::{DateTime, Utc};
use sportello_xml::escape;

use crate::saml::{METADATA, PUBLICATION, instant};
use crate::{Error, ServiceKey, signature};

/// A list before it is signed. Every value is public, so that a test can write a wrong one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AggregateDraft {
    /// Identifier of the document.
    pub id: String,
    /// Its name; [`crate::SIMULATED`] for a list of simulators.
    pub name: String,
    /// When it was published.
    pub created_at: Option<DateTime<Utc>>,
    /// End of its validity.
    pub valid_until: Option<DateTime<Utc>>,
    /// Metadata of each provider: `md:EntityDescriptor` elements with their namespaces.
    pub entries: Vec<String>,
}

impl AggregateDraft {
    /// The signed list.
    ///
    /// # Errors
    /// [`Error::Sign`].
    pub fn sign(&self, key: &ServiceKey) -> Result<String, Error> {
        signature::complete(&self.write(&signature::skeleton(&self.id, key.certificate())), key)
    }

    /// The list without any signature.
    pub fn bare(&self) -> String {
        self.write("")
    }

    /// The list, with `signature` where the schema wants it.
    fn write(&self, signature: &str) -> String {
        let until = self.valid_until.map(|at| format!(" validUntil=\"{}\"", instant(at))).unwrap_or_default();
        let created = self.created_at.map(|at| {
            format!(
                "<md:Extensions><mdrpi:PublicationInfo xmlns:mdrpi=\"{PUBLICATION}\" publisher=\"{name}\" \
                 creationInstant=\"{at}\"/></md:Extensions>",
                name = escape(&self.name),
                at = instant(at),
            )
        });
        format!(
            "<md:EntitiesDescriptor xmlns:md=\"{METADATA}\" ID=\"{id}\" Name=\"{name}\"{until}>{signature}{created}{entries}\
             </md:EntitiesDescriptor>",
            id = escape(&self.id),
            name = escape(&self.name),
            created = created.unwrap_or_default(),
            entries = self.entries.concat(),
        )
    }
}
