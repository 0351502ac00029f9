//! Keys of the simulated providers: made at first start, kept in a file, worth nothing outside this machine.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::{Context, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::rand::SystemRandom;
use sportello_identity::{Certificate, KeyBits, ServiceKey, Subject};

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// The key in `file`, made when there is none.
pub fn open(file: &Path, entity_id: &str, name: &str) -> anyhow::Result<ServiceKey> {
    if file.exists() {
        return read(file).with_context(|| format!("reading {}", file.display()));
    }
    let subject = Subject {
        organization: name.to_owned(),
        organization_identifier: "PA:IT-simulazione".to_owned(),
        entity_id: entity_id.to_owned(),
        locality: "Simulazione".to_owned(),
    };
    let key = ServiceKey::generate(KeyBits::B2048, &subject, super::now(), &SystemRandom::new())?;
    write(file, &key).with_context(|| format!("writing {}", file.display()))?;
    Ok(key)
}

fn read(file: &Path) -> anyhow::Result<ServiceKey> {
    let text = fs::read_to_string(file)?;
    let (key, certificate) = text.split_once(END).context("no private key in it")?;
    ensure!(key.starts_with(BEGIN), "no private key in it");
    let der = STANDARD.decode(key[BEGIN.len()..].split_whitespace().collect::<String>())?;
    Ok(ServiceKey::from_parts(&der, Certificate::from_pem(certificate.trim())?)?)
}

fn write(file: &Path, key: &ServiceKey) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(out, "{BEGIN}\n{}\n{END}", STANDARD.encode(key.pkcs8_der()))?;
    write!(out, "{}", key.certificate().to_pem())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_key_is_kept() {
        let folder = std::env::temp_dir().join(format!("sportello-sim-{}", std::process::id()));
        let file = folder.join("a.pem");
        let made = super::open(&file, "http://localhost/spid/a", "A").expect("makes a key");
        let kept = super::open(&file, "http://localhost/spid/a", "A").expect("reads the key");
        assert_eq!(made.pkcs8_der(), kept.pkcs8_der());
        std::fs::remove_dir_all(folder).expect("removes its folder");
    }
}
