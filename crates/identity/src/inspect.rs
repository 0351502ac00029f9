//! What a certificate of ours says, against the rules for it (AgID, Avviso 29 v3). Providers' certificates are not looked
//! at here: they are pinned keys.

use chrono::{DateTime, TimeDelta, Utc};
use x509_cert::{
    Certificate as X509, TbsCertificate,
    der::{Decode as _, oid::ObjectIdentifier},
    ext::pkix::{BasicConstraints, CertificatePolicies, KeyUsage, KeyUsages},
    name::Name,
    time::Time,
};

use crate::{Certificate, Subject};

/// How long before its end a certificate should be followed by another: the federation takes weeks.
const NOTICE: TimeDelta = TimeDelta::days(60);
/// What an attribute of the subject must be.
const COMMON_NAME: &str = "2.5.4.3";
const COUNTRY: &str = "2.5.4.6";
const LOCALITY: &str = "2.5.4.7";
const ORGANIZATION: &str = "2.5.4.10";
const URI: &str = "2.5.4.83";
const ORGANIZATION_IDENTIFIER: &str = "2.5.4.97";
/// Attributes of a person: surname, title, name, given name, initials, pseudonym.
const PERSONAL: [&str; 6] = ["2.5.4.4", "2.5.4.12", "2.5.4.41", "2.5.4.42", "2.5.4.43", "2.5.4.65"];
/// `agIDcert` and `cert_SP_Pub`.
const POLICIES: [&str; 2] = ["1.3.76.16.6", "1.3.76.16.4.2.1"];
/// RSA with SHA-256, SHA-384 and SHA-512.
const ALGORITHMS: [&str; 3] = ["1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13"];

/// What is wrong with the certificate of a service provider; nothing for one that can be filed and used.
pub fn certificate_faults(certificate: &Certificate, subject: &Subject, now: DateTime<Utc>) -> Vec<String> {
    let Ok(read) = X509::from_der(certificate.der()) else {
        return vec!["it cannot be read".to_owned()];
    };
    let content = &read.tbs_certificate;
    let algorithm = read.signature_algorithm.oid.to_string();
    let form = [
        (ALGORITHMS.contains(&algorithm.as_str()), "its signature is not RSA with SHA-256 or more"),
        (key_usage_fits(content), "key usage: critical, digital signature and non-repudiation alone"),
        (no_authority(content), "basic constraints: there, and no authority"),
        (policies_fit(content), "policies: agIDcert (1.3.76.16.6) and cert_SP_Pub (1.3.76.16.4.2.1)"),
    ];
    let form = form.into_iter().filter(|(holds, _)| !holds).map(|(_, what)| what.to_owned());
    form.chain(subject_faults(&content.subject, subject)).chain(date_fault(content, now)).collect()
}

fn key_usage_fits(content: &TbsCertificate) -> bool {
    let only = KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation);
    matches!(content.get::<KeyUsage>(), Ok(Some((true, usage))) if usage == only)
}

fn no_authority(content: &TbsCertificate) -> bool {
    matches!(content.get::<BasicConstraints>(), Ok(Some((_, constraints))) if !constraints.ca)
}

fn policies_fit(content: &TbsCertificate) -> bool {
    let Ok(Some((_, policies))) = content.get::<CertificatePolicies>() else {
        return false;
    };
    let named: Vec<String> = policies.0.iter().map(|policy| policy.policy_identifier.to_string()).collect();
    POLICIES.iter().all(|policy| named.iter().any(|name| name == policy))
}

fn subject_faults(name: &Name, subject: &Subject) -> Vec<String> {
    let all: Vec<(ObjectIdentifier, &[u8])> =
        name.0.iter().flat_map(|part| part.0.iter()).map(|part| (part.oid, part.value.value())).collect();
    let says = |oid: &str| all.iter().find(|(known, _)| known.to_string() == oid).map(|(_, value)| *value);
    let mut faults = Vec::new();
    let wanted = [
        (ORGANIZATION, "organizationName", subject.organization.as_str()),
        (ORGANIZATION_IDENTIFIER, "organizationIdentifier", subject.organization_identifier.as_str()),
        (URI, "uri", subject.entity_id.as_str()),
        (COUNTRY, "countryName", "IT"),
    ];
    for (oid, name, value) in wanted {
        if says(oid) != Some(value.as_bytes()) {
            faults.push(format!("{name} of its subject must be {value:?}"));
        }
    }
    for (oid, name) in [(COMMON_NAME, "commonName"), (LOCALITY, "localityName")] {
        if says(oid).is_none_or(<[u8]>::is_empty) {
            faults.push(format!("{name} of its subject must be there"));
        }
    }
    if PERSONAL.iter().any(|oid| says(oid).is_some()) {
        faults.push("its subject must not name a person".to_owned());
    }
    faults
}

fn date_fault(content: &TbsCertificate, now: DateTime<Utc>) -> Option<String> {
    let (from, until) = (instant(content.validity.not_before)?, instant(content.validity.not_after)?);
    if now < from {
        return Some(format!("it is not valid before {}", from.date_naive()));
    }
    if now >= until {
        return Some(format!("it ended on {}", until.date_naive()));
    }
    (until - now < NOTICE).then(|| format!("it ends on {}: prepare the next one", until.date_naive()))
}

fn instant(time: Time) -> Option<DateTime<Utc>> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;
    use crate::{KeyBits, ServiceKey};

    fn subject() -> Subject {
        Subject {
            organization: "Comune di Calvenzano".into(),
            organization_identifier: "PA:IT-c_b442".into(),
            entity_id: "https://calvenzano.example".into(),
            locality: "Calvenzano".into(),
        }
    }

    #[test]
    fn our_own_certificate_has_the_form_until_it_ends() {
        let made: DateTime<Utc> = "2026-06-15T10:00:00Z".parse().unwrap();
        let key = ServiceKey::generate(KeyBits::B2048, &subject(), made, &SystemRandom::new()).unwrap();
        let faults = |days| certificate_faults(key.certificate(), &subject(), made + TimeDelta::days(days));
        assert_eq!(faults(0), Vec::<String>::new());
        assert_eq!(faults(600), Vec::<String>::new());
        for (days, words) in [(-2, "not valid before"), (700, "ends on"), (731, "ended on")] {
            let faults = faults(days);
            assert!(faults.len() == 1 && faults[0].contains(words), "{days}: {faults:?}");
        }
        let moved = Subject { entity_id: "https://altro.example".into(), ..subject() };
        assert_eq!(certificate_faults(key.certificate(), &moved, made).len(), 1);
        let other = Subject { organization: "B".into(), organization_identifier: "PA:IT-b".into(), ..moved };
        assert_eq!(certificate_faults(key.certificate(), &other, made).len(), 3);
    }

    #[test]
    fn a_certificate_of_another_form_is_named() {
        let now: DateTime<Utc> = "2026-06-15T10:00:00Z".parse().unwrap();
        let key = ServiceKey::generate(KeyBits::B2048, &subject(), now, &SystemRandom::new()).unwrap();
        let pkcs8 = key.pkcs8_der();
        let pair = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &rcgen::PKCS_RSA_SHA256).unwrap();
        let plain = rcgen::CertificateParams::default().self_signed(&pair).unwrap();
        let certificate = Certificate::from_der(plain.der()).unwrap();
        let faults = certificate_faults(&certificate, &subject(), now);
        for words in ["key usage", "basic constraints", "policies", "uri", "localityName"] {
            assert!(faults.iter().any(|fault| fault.contains(words)), "{words}: {faults:?}");
        }
    }
}
