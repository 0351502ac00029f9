//! Puts the portal together from the settings.

use std::{os::unix::fs::DirBuilderExt, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use chrono::TimeDelta;
use sportello_app::{
    Parts, Portal,
    address::Addressing,
    checkout::PaymentSites,
    clock::{Chance, Clock},
    mail::{HOLD, Mailer, Security},
    registro_esterno::{ProtocolSystem, ProtocolSystems},
    scanner::Scanner,
};
use sportello_documents::{Typesetter, fonts};
use sportello_pagopa::checkout::Checkout;
use sportello_protocollo::{Account, Client};
use sportello_store::{
    Store, StoreConfig,
    file::{Bucket, FileStore},
    seal::Sealer,
};

use crate::{
    registry,
    settings::{AddressingKind, MailSecurity, Mode, ProtocolSettings, Settings, Storage},
};

/// The portal of these settings, its database opened and up to date.
pub async fn portal(settings: &Settings) -> anyhow::Result<Portal> {
    let storage = &settings.storage;
    let config: StoreConfig = storage.database.parse().context("storage.database")?;
    if let StoreConfig::Sqlite(file) = &config {
        make_folder_of(file)?;
    }
    make_folder_of(&storage.key_file)?;
    let store = Store::open(&config).await.context("opening the database (storage.database)")?;
    let sealer = Sealer::open(&store, &storage.key_file).await.context("opening the key file (storage.key_file)")?;
    let files = files(storage)?;
    let mail = &settings.mail;
    let security = match mail.security {
        MailSecurity::None => Security::None,
        MailSecurity::Starttls => Security::StartTls,
        MailSecurity::Tls => Security::Tls,
    };
    // In a demonstration somebody waits for each message.
    let hold = if settings.mode == Mode::Demo { TimeDelta::zero() } else { HOLD };
    Ok(Portal::new(Parts {
        store,
        sealer,
        files,
        addressing: addressing(settings),
        clock: Clock::system(),
        chance: Chance::system(),
        mailer: Mailer::new(&mail.host, mail.port, security, &mail.from).context("mail")?.holding(hold),
        typesetter: Typesetter::new(fonts::all()).context("preparing the typesetter")?,
        checkout: checkout(settings)?,
        protocol_systems: protocol_systems(settings)?,
        scanner: settings.scanner.address()?.map(Scanner::new),
        registries: registry::registries(settings)?,
        simulated_providers: settings.mode == Mode::Demo,
    }))
}

/// Where files are kept.
fn files(storage: &Storage) -> anyhow::Result<FileStore> {
    let Some(bucket) = &storage.bucket else {
        return FileStore::open(&storage.files).context("opening the folder of files (storage.files)");
    };
    let secret = std::fs::read_to_string(&bucket.secret_file)
        .with_context(|| format!("storage.bucket.secret_file: {}", bucket.secret_file.display()))?;
    let bucket = Bucket {
        endpoint: bucket.endpoint.clone(),
        region: bucket.region.clone(),
        name: bucket.name.clone(),
        key_id: bucket.key_id.clone(),
        secret: secret.trim().to_owned().into(),
    };
    FileStore::in_bucket(&bucket).context("preparing the bucket (storage.bucket)")
}

/// The client of the site on which browsers pay, if there is one.
fn checkout(settings: &Settings) -> anyhow::Result<PaymentSites> {
    let site = &settings.checkout;
    if site.url.is_empty() {
        return Ok(None);
    }
    let key = site.key_file.as_ref().map(|file| {
        let text = std::fs::read_to_string(file).with_context(|| format!("checkout.key_file: {}", file.display()))?;
        anyhow::Ok(text.trim().to_owned().into())
    });
    let client = Checkout::new(&site.url, key.transpose()?, Duration::from_millis(site.timeout_ms));
    Ok(Some(Arc::new(client.context("checkout.url, checkout.key_file")?)))
}

/// The clients of the protocol systems, by the prefix of the ente.
fn protocol_systems(settings: &Settings) -> anyhow::Result<ProtocolSystems> {
    let client = |(slug, system): (&String, &ProtocolSettings)| {
        let account = Account {
            administration: system.administration.clone(),
            username: system.username.clone(),
            role: system.role.clone(),
            application: system.application.clone(),
            register: system.register.clone(),
        };
        let client = Client::new(&system.url, account, Duration::from_millis(system.timeout_ms));
        let client: Arc<dyn ProtocolSystem> = Arc::new(client.with_context(|| format!("protocollo.{slug}"))?);
        Ok((slug.clone(), client))
    };
    settings.protocollo.iter().map(client).collect()
}

fn addressing(settings: &Settings) -> Addressing {
    match settings.addressing {
        AddressingKind::Prefix => Addressing::ByPrefix { origin: settings.origin.clone() },
        AddressingKind::Host => Addressing::ByHost,
    }
}

/// Makes the folder in which a file will stand, for its owner only.
fn make_folder_of(file: &Path) -> anyhow::Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.exists()) else {
        return Ok(());
    };
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("making {}", folder.display()))
}
