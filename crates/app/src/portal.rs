//! The portal as one value: what its use cases need from outside.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use sportello_documents::Typesetter;
use sportello_domain::{
    id::{EnteId, RequestId},
    modello::Plesso,
};
use sportello_store::{
    Store,
    file::FileStore,
    seal::{EnteSealer, Sealer},
};

use tokio::sync::Notify;

use crate::{
    Result,
    address::Addressing,
    allowance::Allowance,
    avviso::Press,
    checkout::{Checkout, PaymentSites},
    clock::{Chance, Clock},
    ente::Enti,
    mail::Mailer,
    modello::Modelli,
    registro_esterno::{ProtocolSystem, ProtocolSystems},
    registro_gestori::Registries,
    remembered::Remembered,
    scanner::Scanner,
};

/// What a portal is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Seals class-A values.
    pub sealer: Sealer,
    /// Receipts and attachments.
    pub files: FileStore,
    /// Addresses as the world sees them.
    pub addressing: Addressing,
    /// What time it is.
    pub clock: Clock,
    /// Where identifiers and secrets come from.
    pub chance: Chance,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// Makes PDF documents.
    pub typesetter: Typesetter,
    /// The payment site of pagoPA; without it nothing is paid online.
    pub checkout: PaymentSites,
    /// The protocol systems of those enti whose register is not the portal's own.
    pub protocol_systems: ProtocolSystems,
    /// The registries of providers of identities.
    pub registries: Registries,
    /// The scanner of viruses; without it attachments are not scanned.
    pub scanner: Option<Scanner>,
    /// Whether simulated providers of identities are trusted: never in production.
    pub simulated_providers: bool,
}

/// The portal. Cheap to clone.
#[derive(Clone)]
pub struct Portal(Arc<Inner>);

struct Inner {
    parts: Parts,
    enti: Remembered<(), Enti>,
    plessi: Remembered<EnteId, Arc<[Plesso]>>,
    modelli: Modelli,
    keys: crate::accesso::Keys,
    published: crate::accesso::Published,
    certificates: crate::accesso::ReadCertificates,
    allowance: Allowance,
    press: Press,
    work: Notify,
    planned: Mutex<Option<(NaiveDate, NaiveDate)>>,
}

impl Portal {
    /// Puts a portal together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            parts,
            enti: Remembered::default(),
            plessi: Remembered::default(),
            modelli: Modelli::default(),
            keys: crate::accesso::Keys::default(),
            published: crate::accesso::Published::default(),
            certificates: crate::accesso::ReadCertificates::default(),
            allowance: Allowance::default(),
            press: Press::default(),
            work: Notify::new(),
            planned: Mutex::default(),
        }))
    }

    /// Whether the portal can do its work: the database answers and takes a write.
    ///
    /// # Errors
    /// What keeps it from working.
    pub async fn ready(&self) -> Result<()> {
        let now = self.clock().now();
        let (platform, today) = (EnteId::PLATFORM, sportello_domain::calendar::legal_date(now));
        self.store()
            .write(platform, async move |tx| sportello_store::schedule::probe(tx, platform, today, now).await)
            .await?;
        Ok(())
    }

    /// What time it is.
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    /// Where identifiers and secrets come from.
    pub fn chance(&self) -> &Chance {
        &self.0.parts.chance
    }

    /// A name for one request, for audit rows and logs.
    pub fn request_id(&self) -> RequestId {
        RequestId::new(self.chance().uuid(self.clock().now()))
    }

    /// Addresses as the world sees them.
    pub fn addressing(&self) -> &Addressing {
        &self.0.parts.addressing
    }

    /// The database, for commands that work on it as a whole (import, backup, checks).
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The sealer of an ente. To be asked for before a transaction, which may not wait for it.
    pub(crate) async fn sealer(&self, ente: EnteId) -> Result<EnteSealer> {
        Ok(self.0.parts.sealer.ente(ente, self.clock().now()).await?)
    }

    pub(crate) fn files(&self) -> &FileStore {
        &self.0.parts.files
    }

    pub(crate) fn mailer(&self) -> &Mailer {
        &self.0.parts.mailer
    }

    pub(crate) fn typesetter(&self) -> &Typesetter {
        &self.0.parts.typesetter
    }

    /// Keeps, reads and removes a small file; says where.
    ///
    /// # Errors
    /// What keeps it from working.
    pub async fn probe_files(&self) -> Result<&str> {
        self.files().probe(self.chance().uuid(self.clock().now())).await?;
        Ok(self.files().place())
    }

    /// The scanner of viruses, if there is one.
    pub fn scanner(&self) -> Option<&Scanner> {
        self.0.parts.scanner.as_ref()
    }

    pub(crate) fn checkout(&self) -> Option<&dyn Checkout> {
        self.0.parts.checkout.as_deref()
    }

    /// The protocol system of the ente with this slug.
    pub(crate) fn protocol_system(&self, slug: &str) -> Option<&dyn ProtocolSystem> {
        self.0.parts.protocol_systems.get(slug).map(std::sync::Arc::as_ref)
    }

    pub(crate) fn allowance(&self) -> &Allowance {
        &self.0.allowance
    }

    pub(crate) fn press(&self) -> &Press {
        &self.0.press
    }

    pub(crate) fn registries(&self) -> &Registries {
        &self.0.parts.registries
    }

    pub(crate) fn simulated_providers(&self) -> bool {
        self.0.parts.simulated_providers
    }

    pub(crate) fn enti(&self) -> &Remembered<(), Enti> {
        &self.0.enti
    }

    pub(crate) fn plessi(&self) -> &Remembered<EnteId, Arc<[Plesso]>> {
        &self.0.plessi
    }

    pub(crate) fn modelli(&self) -> &Modelli {
        &self.0.modelli
    }

    pub(crate) fn keys(&self) -> &crate::accesso::Keys {
        &self.0.keys
    }

    pub(crate) fn published(&self) -> &crate::accesso::Published {
        &self.0.published
    }

    /// Certificates of providers that were read before.
    pub(crate) fn certificates(&self) -> &crate::accesso::ReadCertificates {
        &self.0.certificates
    }

    /// Wakes the workers of this process when there is something to do.
    pub(crate) fn work(&self) -> &Notify {
        &self.0.work
    }

    /// The last day whose periodic work this process has seen planned, and the last whose daily register it has.
    pub(crate) fn planned_until(&self) -> Option<(NaiveDate, NaiveDate)> {
        *self.0.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers that the periodic work of these days is planned.
    pub(crate) fn planned(&self, days: (NaiveDate, NaiveDate)) {
        *self.0.planned.lock().unwrap_or_else(PoisonError::into_inner) = Some(days);
    }
}
