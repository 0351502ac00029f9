//! One document of each class of attack on sign-in, brought to the portal as a browser would: 403, no session, an audit row;
//! then the untouched twin of the same request is accepted. The documents in their hundreds are tests of
//! `sportello-identity`, whose table this one follows.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sportello_app::{
    session::Audience,
    testing::{App, Gestore, codice_fiscale, each},
};
use sportello_identity::provider::{ResponseDraft, Signing};
use sportello_store::binds;

use super::visitor::{Seen, Visitor};

const LIST: &str = "/area-personale/accessi";
/// The way on from a page of refusal.
const ASKED: &str = "/accesso/spid?poi=/area-personale/accessi";
const SESSION: &str = "__Host-sportello";
const TURNED_AWAY: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'sign_in.refuse'";
const ENDED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'logout.refuse'";

/// How an answer is made evil.
enum Evil {
    /// After the assertion was signed.
    Text(fn(&str) -> String),
    /// Before the right provider signs it.
    Draft(fn(&mut ResponseDraft)),
    /// By what is signed.
    Signed(Signing),
}
use Evil::{Draft, Signed, Text};

const CLASSES: &[(u8, Evil)] = &[
    (1, Text(|xml| inside(&forged(xml), "<samlp:Status>", &format!("<samlp:Extensions>{xml}</samlp:Extensions>")))),
    (2, Text(|xml| inside(&forged(xml), "</samlp:Response>", xml))),
    (3, Text(|xml| inside(xml, "<saml:Assertion", &evil(xml)))),
    (4, Text(|xml| xml.replace(assertion(xml), &inside(&evil(xml), "</saml:Assertion>", assertion(xml))))),
    (5, Text(|xml| xml.replace(assertion(xml), &format!("{}{}", signed_evil(xml, signature(xml)), bare(xml))))),
    (
        6,
        Text(|xml| {
            xml.replace(assertion(xml), &signed_evil(xml, &inside(signature(xml), "</ds:Signature>", &bare(xml))))
        }),
    ),
    (
        7,
        Text(|xml| {
            let hidden = format!("<samlp:Extensions>{}</samlp:Extensions>", assertion(xml));
            inside(&xml.replace(assertion(xml), &evil(xml)), "<samlp:Status>", &hidden)
        }),
    ),
    (
        8,
        Text(|xml| {
            let object = format!("<ds:Object>{}</ds:Object>", bare(xml));
            xml.replace(assertion(xml), &signed_evil(xml, &inside(signature(xml), "</ds:Signature>", &object)))
        }),
    ),
    (9, Text(|xml| xml.replace(signature(xml), "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>"))),
    (9, Signed(Signing::Nothing)),
    (10, Signed(Signing::Response)),
    (11, Text(|xml| inside(xml, "</saml:AttributeValue>", "<!---->"))),
    (12, Text(|xml| xml.replace(&rossi(), &format!("<![CDATA[{}]]>", rossi())))),
    (13, Text(|xml| format!("<!DOCTYPE r SYSTEM \"http://127.0.0.1:9/\">{xml}"))),
    (14, Text(|xml| inside(xml, "<samlp:Status>", &"<x/>".repeat(2_000)))),
    (16, Draft(|draft| draft.in_response_to = "_other".into())),
    (17, Draft(|draft| draft.audience = "https://altrove.example".into())),
    (17, Draft(|draft| draft.recipient = draft.recipient.replace("/prova/", "/altrove/"))),
    (18, Draft(|draft| draft.not_on_or_after = draft.not_on_or_after.replace("2026-", "2025-"))),
    (
        19,
        Text(|xml| {
            xml.replace(
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            )
        }),
    ),
    (20, Draft(|draft| draft.issuer = "https://beta.idp.example".into())),
    (22, Text(|xml| xml.replacen(" ID=", &format!(" xml:{} ID=", id_of(assertion(xml)).replace("ID", "id")), 1))),
    (23, Text(|xml| xml.replacen("<samlp:Response ", "<samlp:Response xmlns:x=\"relative\" ", 1))),
    (23, Text(|xml| format!("\u{feff}{xml}"))),
    (24, Text(|xml| inside(xml, "<ds:SignatureValue>", part(xml, "<ds:SignedInfo>", "</ds:SignedInfo>")))),
    (
        28,
        Text(|xml| {
            xml.replace("status:Success\"/>", "status:Success\"><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed\"/></samlp:StatusCode>")
        }),
    ),
    (29, Draft(|draft| draft.attributes.push(("fiscalNumber".into(), "TINIT-VRDLGI75B02F205K".into())))),
    (30, Draft(|draft| draft.level_class = draft.level_class.replace("SpidL2", "SpidL1"))),
];

#[tokio::test]
async fn one_document_of_each_class_comes_to_nothing_at_the_door() {
    each(async |app| {
        let gestore = Gestore::trusted(app, "alfa").await;
        Gestore::trusted(app, "beta").await;
        for (class, evil) in CLASSES {
            let mut person = Visitor::at(app);
            let (request, _) = person.leave(&gestore, Audience::Cittadino, LIST).await;
            let mut draft = gestore.draft(app, &request, "Rossi");
            let twin = gestore.sign_parts(&draft, Signing::Assertion);
            let xml = match evil {
                Text(change) => change(&twin),
                Signed(signing) => gestore.sign_parts(&draft, *signing),
                Draft(change) => {
                    change(&mut draft);
                    gestore.sign_parts(&draft, Signing::Assertion)
                }
            };
            assert_ne!(xml, twin, "class {class}");
            let before = count(app, TURNED_AWAY).await;
            let seen = person.answer(&xml).await;
            turned_away(&seen, &person, &format!("class {class}"));
            if *class == 19 {
                assert!(seen.body.contains(ASKED), "the page asked for is kept: {}", seen.body);
            }
            assert_eq!(count(app, TURNED_AWAY).await, before + 1, "class {class} leaves an audit row");
            person.answer(&twin).await.leads_to_exactly(LIST);
            assert!(person.cookie(SESSION).is_some(), "class {class}: the twin is accepted");
        }
    })
    .await;
}

/// Replays, other browsers, other keys: what needs more than one document.
#[tokio::test]
async fn an_answer_counts_once_for_its_browser_and_by_its_provider() {
    each(async |app| {
        let (alfa, beta) = (Gestore::trusted(app, "alfa").await, Gestore::trusted(app, "beta").await);
        let (mut person, mut other) = (Visitor::at(app), Visitor::at(app));
        let (request, _) = person.leave(&alfa, Audience::Cittadino, LIST).await;
        other.leave(&alfa, Audience::Cittadino, LIST).await;
        let draft = alfa.draft(app, &request, "Rossi");
        let twin = alfa.sign_parts(&draft, Signing::Both);
        // 20 and 21: another trusted provider, and a stranger who shows its own certificate, in the name of this one.
        for (class, by) in [(20, &beta), (21, &Gestore::new("ignoto", app.clock.now()))] {
            turned_away(
                &person.answer(&by.sign_parts(&draft, Signing::Both)).await,
                &person,
                &format!("class {class}"),
            );
        }
        // 26: the attacker's own answer, posted by the browser of a victim.
        turned_away(&other.answer(&twin).await, &other, "class 26");
        turned_away(&Visitor::at(app).answer(&twin).await, &Visitor::at(app), "class 26, no secret");
        // 25: one that is too long for any field is not even read; whatever else comes as RelayState is not looked at.
        let field = STANDARD.encode(&twin);
        let long = "a".repeat(100_000);
        let seen = person.post_from_afar("/spid/acs", &[("SAMLResponse", &field), ("RelayState", &long)]).await;
        assert_eq!((seen.status.as_u16(), person.cookie(SESSION)), (413, None), "class 25");
        for evil in ["https://evil.example", "//evil.example", "javascript:alert(1)", "abc", ""] {
            let mut person = Visitor::at(app);
            let (request, _) = person.leave(&alfa, Audience::Cittadino, LIST).await;
            let field = alfa.sign(&alfa.draft(app, &request, "Rossi"));
            let fields = [("SAMLResponse", field.as_str()), ("RelayState", evil)];
            person.post_from_afar("/spid/acs", &fields).await.leads_to_exactly(LIST);
        }
        person.answer(&twin).await.leads_to_exactly(LIST);
        // 15: the same once more, by the same browser and by another.
        let session = person.cookie(SESSION);
        let before = count(app, TURNED_AWAY).await;
        assert_eq!(person.answer(&twin).await.status.as_u16(), 403, "class 15");
        assert_eq!((person.cookie(SESSION), count(app, TURNED_AWAY).await), (session, before + 1), "class 15");
        turned_away(&other.answer(&twin).await, &other, "class 15");
        // 15: its assertion in a new response, to a new request.
        let (request, _) = other.leave(&alfa, Audience::Cittadino, LIST).await;
        let mut again = alfa.draft(app, &request, "Rossi");
        let fresh = again.ids.assertion.clone();
        again.ids.assertion.clone_from(&draft.ids.assertion);
        turned_away(&other.answer(&alfa.sign_parts(&again, Signing::Both)).await, &other, "class 15, the assertion");
        let (request, _) = other.leave(&alfa, Audience::Cittadino, LIST).await;
        let mut again = alfa.draft(app, &request, "Rossi");
        again.ids.assertion = fresh;
        other.answer(&alfa.sign_parts(&again, Signing::Both)).await.leads_to_exactly(LIST);
        // 31: a logout that nobody signed ends nothing.
        let (request, _) = other.leave(&alfa, Audience::Cittadino, LIST).await;
        let fields = [("SAMLRequest", STANDARD.encode(&request.id))];
        let seen = other.post_from_afar("/spid/slo", &fields.each_ref().map(|(k, v)| (*k, v.as_str()))).await;
        assert_eq!((seen.status.as_u16(), count(app, ENDED).await), (403, 1), "class 31");
        person.get(LIST).await.says(200, &["Rossi"]);
    })
    .await;
}

/// 14: ten megabytes are not even read.
#[tokio::test]
async fn an_answer_of_ten_megabytes_is_refused_before_it_is_read() {
    let app = App::sqlite().await;
    let gestore = Gestore::trusted(&app, "alfa").await;
    let mut person = Visitor::at(&app);
    person.leave(&gestore, Audience::Cittadino, LIST).await;
    let seen = person.post_from_afar("/spid/acs", &[("SAMLResponse", &"A".repeat(10 << 20))]).await;
    assert_eq!((seen.status.as_u16(), person.cookie(SESSION)), (413, None));
}

/// 29: markup in the name of a person is text on every page that greets them.
#[tokio::test]
async fn markup_in_a_name_stays_text() {
    let app = App::sqlite().await;
    let gestore = Gestore::trusted(&app, "alfa").await;
    let mut person = Visitor::at(&app);
    let (request, _) = person.leave(&gestore, Audience::Cittadino, LIST).await;
    let mut draft = gestore.draft(&app, &request, "Rossi");
    let name = "<script>alert(1)</script>\" onload='x'&amp;";
    for (key, value) in &mut draft.attributes {
        if key == "name" {
            *value = name.into();
        }
    }
    person.answer(&gestore.sign_parts(&draft, Signing::Both)).await.leads_to_exactly(LIST);
    for page in ["/", LIST, "/pratiche", "/deleghe"] {
        let seen = person.get(page).await;
        assert_eq!(seen.status.as_u16(), 200, "{page}");
        assert!(!seen.body.contains("<script>alert"), "{page}");
    }
    assert!(person.get(LIST).await.body.contains("&#60;script&#62;alert"), "the name stands there as text");
}

fn turned_away(seen: &Seen, person: &Visitor<'_>, what: &str) {
    assert_eq!(seen.status.as_u16(), 403, "{what}: {}", seen.body);
    assert_eq!(person.cookie(SESSION), None, "{what}");
}

async fn count(app: &App, sql: &'static str) -> i64 {
    let ente = app.ente.id;
    let found: (i64,) =
        app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente]).await).await.unwrap();
    found.0
}

fn rossi() -> String {
    codice_fiscale("Rossi")
}

/// The first piece from `start` to `end`, both included.
fn part<'t>(xml: &'t str, start: &str, end: &str) -> &'t str {
    let from = xml.find(start).unwrap();
    &xml[from..from + xml[from..].find(end).unwrap() + end.len()]
}

fn assertion(xml: &str) -> &str {
    part(xml, "<saml:Assertion", "</saml:Assertion>")
}

fn signature(xml: &str) -> &str {
    part(xml, "<ds:Signature", "</ds:Signature>")
}

/// The attribute `ID` of an element.
fn id_of(element: &str) -> &str {
    part(element, "ID=\"", "\" ").trim_end()
}

/// `piece` before the first `mark`.
fn inside(xml: &str, mark: &str, piece: &str) -> String {
    assert!(xml.contains(mark), "{mark} does not stand in the text");
    xml.replacen(mark, &format!("{piece}{mark}"), 1)
}

/// The assertion without its signature.
fn bare(xml: &str) -> String {
    assertion(xml).replace(signature(xml), "")
}

/// The bare assertion about somebody else, with an identifier of its own.
fn evil(xml: &str) -> String {
    let id = part(assertion(xml), " ID=\"", "\" ");
    bare(xml).replacen(id, " ID=\"_evil\" ", 1).replace(&rossi(), "VRDLGI75B02F205K")
}

/// The evil assertion with a signature in its place.
fn signed_evil(xml: &str, signature: &str) -> String {
    evil(xml).replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}

/// The response with the evil assertion in the place of the signed one, and an identifier of its own.
fn forged(xml: &str) -> String {
    let id = part(xml, " ID=\"", "\" ");
    xml.replace(assertion(xml), &evil(xml)).replacen(id, " ID=\"_forged\" ", 1)
}
