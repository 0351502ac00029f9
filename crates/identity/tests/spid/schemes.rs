//! The other schemes of the same engine: CIE, eIDAS through the Italian node, aggregators of SPID, several keys.

use chrono::TimeDelta;
use sportello_domain::identita::{IdentityLevel, IdentityScheme};
use sportello_identity::{
    Aggregator, Expected, Outcome, Provider, Refusal, ServiceProvider, authn_request, message_id, metadata,
    provider::{ReceivedRequest, ResponseDraft, ServiceMetadata, Signing, receive},
    verify_response,
};

use crate::world::{ACS, CF, ENTITY_ID, asked, change_first, draft, idp, make_key, now, pinned, service_provider};

const SPID_ATTRIBUTES: usize = 7;

fn of(scheme: IdentityScheme) -> Provider {
    Provider { scheme, ..pinned().clone() }
}

fn sp(scheme: IdentityScheme) -> ServiceProvider {
    ServiceProvider { scheme, eidas: true, ..service_provider(make_key(ENTITY_ID)) }
}

/// Our request to a provider of a scheme, as that provider reads it.
fn asked_of(scheme: IdentityScheme, level: IdentityLevel) -> (String, ReceivedRequest) {
    let sp = sp(scheme);
    let request = authn_request(&sp, &of(scheme), &message_id([7; 16]), asked(), level).unwrap();
    let published = ServiceMetadata::parse(metadata(&sp).unwrap().xml.as_bytes()).unwrap();
    (request.xml, receive(idp(), &published, &request.saml_request).unwrap())
}

/// An answer of the test provider with only these attributes, and `change` made before it is signed.
fn answer(names: &[&str], change: impl FnOnce(String) -> String) -> String {
    let mut response: ResponseDraft = draft();
    response.level_class = "https://www.spid.gov.it/SpidL3".into();
    response.attributes.retain(|(name, _)| names.contains(&name.as_str()));
    let unsigned = response.sign(&idp().key, Signing::Nothing).unwrap();
    let assertion = crate::world::assertion_of(&unsigned).to_owned();
    let marked = change_first(&change(assertion.clone()), "</saml:Issuer>", "</saml:Issuer>{signature}");
    change_first(&unsigned, &assertion, &idp().sign(&marked, "_assertion").unwrap())
}

fn decide(scheme: IdentityScheme, xml: &str) -> Result<Outcome, Refusal> {
    let (provider, request) = (of(scheme), crate::world::request());
    let expected = Expected {
        request_id: &request.id,
        issued_at: asked(),
        level: IdentityLevel::L2,
        provider: &provider,
        entity_id: ENTITY_ID,
        acs_url: ACS,
        now: now(),
        skew: TimeDelta::seconds(30),
    };
    verify_response(&expected, xml.as_bytes())
}

const CIE: [&str; 4] = ["fiscalNumber", "name", "familyName", "dateOfBirth"];

#[test]
fn cie_sends_four_attributes_and_no_format_of_the_issuer() {
    let format = " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"";
    let xml = answer(&CIE, |assertion| change_first(&assertion, format, ""));
    let Ok(Outcome::Verified(verified)) = decide(IdentityScheme::Cie, &xml) else { panic!("not accepted") };
    assert_eq!((verified.identita.codice_fiscale.as_str(), verified.identita.scheme), (CF, IdentityScheme::Cie));
    assert_eq!((verified.identita.email, verified.identita.level), (None, IdentityLevel::L3));
    // The same answer of a provider of SPID lacks what SPID must say.
    assert_eq!(decide(IdentityScheme::Spid, &xml), Err(Refusal::IssuerFormat));
    let whole = answer(&CIE, |assertion| assertion);
    assert!(matches!(decide(IdentityScheme::Spid, &whole), Err(Refusal::AttributeMissing(_))));
    for missing in CIE {
        let rest: Vec<&str> = CIE.into_iter().filter(|name| *name != missing).collect();
        let refused = decide(IdentityScheme::Cie, &answer(&rest, |assertion| assertion));
        assert_eq!(refused, Err(Refusal::AttributeMissing(missing)));
    }
}

#[test]
fn who_comes_from_abroad_needs_an_italian_codice_fiscale() {
    let with = answer(&CIE, |assertion| assertion);
    assert!(matches!(decide(IdentityScheme::Eidas, &with), Ok(Outcome::Verified(_))));
    let without = answer(&["name", "familyName", "dateOfBirth"], |assertion| assertion);
    assert_eq!(decide(IdentityScheme::Eidas, &without), Err(Refusal::ForeignFiscalNumber));
    let foreign = answer(&CIE, |assertion| change_first(&assertion, "TINIT-", "TINDE-"));
    assert_eq!(decide(IdentityScheme::Eidas, &foreign), Err(Refusal::ForeignFiscalNumber));
    // A node that leaves out what every country sends is not understood.
    let broken = answer(&["fiscalNumber", "name"], |assertion| assertion);
    assert!(matches!(decide(IdentityScheme::Eidas, &broken), Err(Refusal::AttributeMissing(_))));
}

#[test]
fn each_scheme_is_asked_for_its_own_attributes() {
    for (scheme, count) in
        [(IdentityScheme::Spid, SPID_ATTRIBUTES), (IdentityScheme::Cie, 4), (IdentityScheme::Eidas, 5)]
    {
        let (_, received) = asked_of(scheme, IdentityLevel::L2);
        assert_eq!(received.attributes.len(), count, "{scheme:?}");
    }
}

#[test]
fn cie_authenticates_anew_at_every_level() {
    let forced = |scheme, level| asked_of(scheme, level).0.contains("ForceAuthn=\"true\"");
    assert!(forced(IdentityScheme::Cie, IdentityLevel::L1));
    assert!(!forced(IdentityScheme::Spid, IdentityLevel::L1));
    assert!(forced(IdentityScheme::Spid, IdentityLevel::L2));
}

#[test]
fn the_metadata_of_cie_are_for_cie_alone() {
    let xml = metadata(&sp(IdentityScheme::Cie)).unwrap().xml;
    for part in [
        "contactType=\"administrative\"",
        "<cie:IPACode>c_b442</cie:IPACode><cie:Municipality>B442</cie:Municipality>",
        "<md:Company>Comune di Calvenzano</md:Company>",
    ] {
        assert!(xml.contains(part), "{part}");
    }
    assert!(!xml.contains("index=\"99\""), "the sets of eIDAS are for SPID: {xml}");
    assert!(!xml.contains("email\"") && !xml.contains("https://spid.gov.it/"), "{xml}");
}

#[test]
fn an_aggregator_stands_beside_the_ente() {
    let full = Aggregator {
        name: "Fornitore & Soci S.r.l.".into(),
        runs_services: true,
        ipa_code: None,
        vat_number: Some("IT00000010165".into()),
        fiscal_code: Some("00000010165".into()),
        email: "spid@fornitore.example".into(),
        telephone: Some("+390350000000".into()),
    };
    let lite = Aggregator { runs_services: false, ..full.clone() };
    for (aggregator, role) in [(full, "PublicServicesFullAggregator"), (lite, "PublicServicesLightAggregator")] {
        let sp = ServiceProvider { aggregator: Some(aggregator), ..sp(IdentityScheme::Spid) };
        let xml = metadata(&sp).unwrap().xml;
        for part in [
            "spid:entityType=\"spid:aggregator\"",
            "spid:entityType=\"spid:aggregated\"",
            "<md:Company>Fornitore &amp; Soci S.r.l.</md:Company>",
            &format!("<spid:{role}/>"),
        ] {
            assert_eq!(xml.matches(part).count(), 1, "{part}");
        }
    }
}

#[test]
fn a_key_to_come_is_published_and_does_not_sign() {
    let old = make_key(ENTITY_ID);
    let new = make_key(ENTITY_ID);
    let published = new.certificate().clone();
    let sp = ServiceProvider { other_certificates: vec![published.clone()], ..service_provider(old) };
    let first = metadata(&sp).unwrap();
    assert_eq!(first.xml.matches("<md:KeyDescriptor use=\"signing\">").count(), 2);
    assert!(first.xml.contains(&published.to_base64()));
    // Who knows both keys takes a request of either.
    let known = ServiceMetadata::parse(first.xml.as_bytes()).unwrap();
    for key in [std::sync::Arc::clone(&sp.key), new.into()] {
        let signer = ServiceProvider { key, ..service_provider(make_key(ENTITY_ID)) };
        let request = authn_request(&signer, pinned(), &message_id([8; 16]), asked(), IdentityLevel::L2).unwrap();
        assert!(receive(idp(), &known, &request.saml_request).is_ok());
    }
    let stranger = authn_request(&service_provider(make_key(ENTITY_ID)), pinned(), "_1", asked(), IdentityLevel::L2);
    assert!(receive(idp(), &known, &stranger.unwrap().saml_request).is_err());
}
