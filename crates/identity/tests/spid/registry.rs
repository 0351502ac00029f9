//! The signed list of providers: accepted as it is, refused as a whole for any change.

use chrono::TimeDelta;
use sportello_domain::identita::IdentityScheme;
use sportello_identity::provider::{AggregateDraft, IdentityProvider};
use sportello_identity::{
    Aggregate, AggregateRefusal, Certificate, SIMULATED, ServiceKey, parse_provider_metadata, verify_aggregate,
};

use crate::world::*;

/// The registry's key.
fn registry() -> &'static ServiceKey {
    static KEY: std::sync::LazyLock<ServiceKey> = std::sync::LazyLock::new(|| make_key("https://registry.example"));
    &KEY
}

fn other_provider() -> IdentityProvider {
    IdentityProvider {
        entity_id: "https://other.example".into(),
        name: "Altro gestore".into(),
        sso_url: "https://other.example/sso".into(),
        key: make_key("https://other.example"),
    }
}

fn draft() -> AggregateDraft {
    AggregateDraft {
        id: "_list1".into(),
        name: "https://registry.example".into(),
        created_at: Some(asked()),
        valid_until: Some(now() + TimeDelta::days(5)),
        entries: vec![idp().metadata(), other_provider().metadata()],
    }
}

fn verify(xml: &str) -> Result<Aggregate, AggregateRefusal> {
    let pinned: [Certificate; 1] = [registry().certificate().clone()];
    verify_aggregate(xml.as_bytes(), &pinned, IdentityScheme::Spid, now())
}

fn signed(draft: &AggregateDraft) -> String {
    draft.sign(registry()).unwrap()
}

/// What a list says, whatever its bytes.
fn said(list: Aggregate) -> Aggregate {
    Aggregate { sha256: String::new(), ..list }
}

#[test]
fn a_signed_list_is_read_as_it_was_signed() {
    let list = verify(&signed(&draft())).unwrap();
    assert_eq!(list.id, "_list1");
    assert_eq!(list.created_at.unwrap().timestamp(), asked().timestamp());
    assert_eq!(list.valid_until, Some(now() + TimeDelta::days(5)));
    assert_eq!(list.providers.len(), 2);
    assert_eq!(list.providers[0], *pinned());
    assert!(!list.simulated);
    let simulated = AggregateDraft { name: SIMULATED.into(), ..draft() };
    assert!(verify(&signed(&simulated)).unwrap().simulated);
    let endless = AggregateDraft { valid_until: None, created_at: None, ..draft() };
    assert_eq!(verify(&signed(&endless)).unwrap().valid_until, None);
}

#[test]
fn entries_may_carry_signatures_of_their_own() {
    let marked = idp().metadata().replacen("entityID=", "ID=\"_entry\" entityID=", 1);
    let marked = marked.replacen("<md:IDPSSODescriptor", "{signature}<md:IDPSSODescriptor", 1);
    let entry = idp().sign(&marked, "_entry").unwrap();
    let draft = AggregateDraft { entries: vec![entry.clone()], ..draft() };
    assert_eq!(verify(&signed(&draft)).unwrap().providers, [pinned().clone()]);
    // The signature of an entry signs no list.
    assert!(matches!(verify(&draft.bare()), Err(AggregateRefusal::Signature(_))));
}

#[test]
fn a_list_that_the_registry_did_not_sign_is_refused() {
    let good = signed(&draft());
    let stranger_signs = draft().sign(stranger()).unwrap();
    let own_key = registry().certificate().to_base64();
    let cases = [
        ("unsigned", draft().bare()),
        ("the key of another", stranger_signs.clone()),
        ("the key of another, the registry's certificate shown", {
            stranger_signs.replacen(&stranger().certificate().to_base64(), &own_key, 1)
        }),
        ("another certificate in an entry", {
            good.replace(&idp().key.certificate().to_base64(), &stranger().certificate().to_base64())
        }),
        ("another address", good.replace("https://idp.example/sso", "https://evil.example/sso")),
        ("another name", good.replace("Altro gestore", "Altra gestore")),
        ("a longer validity", good.replacen("validUntil=\"2026", "validUntil=\"2036", 1)),
        ("without its validity", {
            let at = good.find(" validUntil").unwrap();
            let end = at + good[at..].find('>').unwrap();
            [&good[..at], &good[end..]].concat()
        }),
        ("an entry less", good.replacen(&other_provider_entry(&good), "", 1)),
        ("an entry more", good.replacen("</md:EntitiesDescriptor>", &(evil() + "</md:EntitiesDescriptor>"), 1)),
        ("the signed list inside an evil one", {
            let inner = good.replacen(
                "<md:Extensions>",
                "<md:Extensions xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">",
                1,
            );
            format!(
                "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_evil\">{}{inner}\
                 </md:EntitiesDescriptor>",
                evil()
            )
        }),
        ("weaker digest", good.replacen("xmlenc#sha256", "xmldsig#sha1", 1)),
        ("without transforms", good.replacen("#enveloped-signature", "#other", 1)),
    ];
    for (name, xml) in cases {
        assert!(xml != good, "{name}: it is the twin itself");
        assert!(verify(&xml).is_err(), "{name}");
    }
    assert!(verify(&good).is_ok());
}

fn evil() -> String {
    idp().metadata().replace("https://idp.example", "https://evil.example")
}

/// The entry of the other provider as it stands in the list.
fn other_provider_entry(list: &str) -> String {
    let at = list.rfind("<md:EntityDescriptor ").unwrap();
    list[at..].replacen("</md:EntitiesDescriptor>", "", 1)
}

/// Properly signed, and still not to be used.
#[test]
fn a_signed_list_with_a_wrong_entry_is_refused_as_a_whole() {
    let entry = idp().metadata();
    let certificate = idp().key.certificate().to_base64();
    // An elliptic key and one of 1024 bits would be certificates too; here it is what is left of one.
    let cut = &certificate[..certificate.len() / 2 / 4 * 4];
    let with = |entries: Vec<String>| AggregateDraft { entries, ..draft() };
    let expired_entry = entry.replacen("entityID=", "validUntil=\"2026-11-25T08:00:59Z\" entityID=", 1);
    let cases = [
        ("nobody in it", with(vec![])),
        ("the same twice", with(vec![entry.clone(), entry.clone()])),
        ("half a certificate", with(vec![other_provider().metadata(), entry.replace(&certificate, cut)])),
        ("no certificate", with(vec![entry.replace(&certificate, "")])),
        ("a certificate that is text", with(vec![entry.replace(&certificate, "QUJD")])),
        ("an address that is no address", with(vec![entry.replace("\"https://idp.example/sso\"", "\"javascript:1\"")])),
        ("without entity id", with(vec![entry.replacen(" entityID=", " other=", 1)])),
        ("no provider of identities", with(vec![entry.replace("IDPSSODescriptor", "SPSSODescriptor")])),
        ("an entry past its time", with(vec![expired_entry])),
        ("a list of lists", with(vec![format!("<md:EntitiesDescriptor>{entry}</md:EntitiesDescriptor>")])),
        ("past its time", AggregateDraft { valid_until: Some(now()), ..draft() }),
        ("from the future", AggregateDraft { created_at: Some(now() + TimeDelta::minutes(2)), ..draft() }),
        (
            "too many",
            with((0..201).map(|n| entry.replace("https://idp.example", &format!("https://i{n}.example"))).collect()),
        ),
    ];
    for (name, draft) in cases {
        let outcome = verify(&signed(&draft));
        println!("{name}: {outcome:?}");
        assert!(outcome.is_err_and(|refusal| !matches!(refusal, AggregateRefusal::Signature(_))), "{name}");
    }
}

#[test]
fn documents_that_are_no_list_are_refused() {
    let good = signed(&draft());
    let padding = " ".repeat(4 * 1024 * 1024);
    let cases = [
        ("", String::new()),
        ("not XML", "{}".into()),
        ("a document type", format!("<!DOCTYPE md:EntitiesDescriptor>{good}")),
        ("too long", good.replacen("<md:Extensions>", &(padding + "<md:Extensions>"), 1)),
        ("one entry alone", idp().metadata()),
        ("cut", good[..good.len() - 30].to_owned()),
    ];
    for (name, xml) in cases {
        assert!(verify(&xml).is_err(), "{name}");
    }
    let pinned: [Certificate; 0] = [];
    assert!(verify_aggregate(good.as_bytes(), &pinned, IdentityScheme::Spid, now()).is_err(), "nobody is pinned");
}

#[test]
fn a_changed_byte_is_refused_or_changes_nothing() {
    let good = signed(&draft());
    let twin = said(verify(&good).unwrap());
    let mut refused = 0;
    for at in (0..good.len()).step_by(11) {
        let mut bytes = good.clone().into_bytes();
        bytes[at] ^= 1;
        let pinned = [registry().certificate().clone()];
        match verify_aggregate(&bytes, &pinned, IdentityScheme::Spid, now()) {
            Err(_) => refused += 1,
            Ok(list) => assert_eq!(said(list), twin, "byte {at}"),
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn each_address_of_a_provider_is_read_by_its_binding() {
    let provider = |metadata: &str| parse_provider_metadata(metadata.as_bytes(), IdentityScheme::Spid).unwrap();
    let bindings = "urn:oasis:names:tc:SAML:2.0:bindings:";
    let known = provider(&idp().metadata());
    assert_eq!(known.slo_post.as_ref().map(|slo| slo.answers()), Some("https://idp.example/slo"));
    assert_eq!(known.sso_redirect_url, None);
    let post =
        format!("<md:SingleLogoutService Binding=\"{bindings}HTTP-POST\" Location=\"https://idp.example/slo\"/>");
    let elsewhere = post.replace("/>", " ResponseLocation=\"https://idp.example/answers\"/>");
    let redirect =
        format!("<md:SingleSignOnService Binding=\"{bindings}HTTP-Redirect\" Location=\"https://idp.example/r\"/>");
    let more = provider(&idp().metadata().replacen(&post, &elsewhere, 1).replacen(
        "</md:IDPSSODescriptor>",
        &(redirect + "</md:IDPSSODescriptor>"),
        1,
    ));
    let slo = more.slo_post.unwrap();
    assert_eq!((slo.url.as_str(), slo.answers()), ("https://idp.example/slo", "https://idp.example/answers"));
    assert_eq!(more.sso_redirect_url.as_deref(), Some("https://idp.example/r"));
    assert_eq!((more.by_redirect, more.sso_url.as_str()), (false, "https://idp.example/sso"));
    assert_eq!(more.slo_redirect, known.slo_redirect);
    let only_redirect = idp()
        .metadata()
        .replace("HTTP-POST\" Location=\"https://idp.example/sso", "HTTP-Redirect\" Location=\"https://idp.example/r");
    let only_redirect = provider(&only_redirect);
    assert_eq!((only_redirect.by_redirect, only_redirect.destination()), (true, "https://idp.example/r"));
    let none = provider(&idp().metadata().replace("SingleLogoutService", "Other"));
    assert_eq!((none.slo_post, none.slo_redirect), (None, None));
    let script = idp().metadata().replace("https://idp.example/slo", "javascript:1");
    assert_eq!(provider(&script).slo_post, None);
}
