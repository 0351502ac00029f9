//! The guards, each beside an accepted twin, and arbitrary bytes.

use proptest::prelude::*;
use sportello_xml::{Document, Limits, XmlError};

const NS: &str = "urn:a";

fn read(text: &str) -> Result<Document, XmlError> {
    Document::read(text.as_bytes(), &Limits::SAML)
}

#[test]
fn a_plain_document_is_read() {
    let doc = read("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<p:r xmlns:p=\"urn:a\" a=\"1 &amp; 2\"><p:t> x &#233;&lt; </p:t></p:r>\n").unwrap();
    assert!(doc.root().is(NS, "r"));
    assert_eq!(doc.root().attribute("a"), Some("1 & 2"));
    let mut walk = doc.root().walk().unwrap();
    assert_eq!(walk.one(NS, "t").unwrap().trimmed().unwrap(), "x é<");
    walk.end().unwrap();
}

#[test]
fn elements_in_no_namespace_are_named_by_an_empty_one() {
    let doc = read("<p:r xmlns:p=\"urn:a\"><t/><u xmlns=\"urn:a\"/><v xmlns=\"\"/></p:r>").unwrap();
    let mut walk = doc.root().walk().unwrap();
    assert!(walk.optional(NS, "t").is_none());
    walk.one("", "t").unwrap();
    assert!(walk.optional("", "u").is_none());
    walk.one(NS, "u").unwrap();
    walk.one("", "v").unwrap();
    walk.end().unwrap();
    assert!(!doc.root().is("", "r"));
}

#[test]
fn each_guard_refuses_its_document() {
    let cases: &[(&str, XmlError)] = &[
        ("<!DOCTYPE r><r/>", XmlError::Doctype),
        ("<r><!-- <!DOCTYPE r> --></r>", XmlError::Doctype),
        ("<!doctype r><r/>", XmlError::Doctype),
        ("<r><!ENTITY a 'b'></r>", XmlError::Doctype),
        ("<?a b?><r/>", XmlError::ProcessingInstruction),
        ("<r><?a b?></r>", XmlError::ProcessingInstruction),
        ("<r/><?xml version=\"1.0\"?>", XmlError::ProcessingInstruction),
        ("<?xml version=\"1.1\"?><r/>", XmlError::Declaration),
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r/>", XmlError::Encoding),
        ("\u{feff}<r/>", XmlError::Encoding),
        ("<r>\u{1}</r>", XmlError::Character),
        ("<r>&#1;</r>", XmlError::Character),
        ("<r>&#0;</r>", XmlError::Character),
        ("<r>&#xFFFE;</r>", XmlError::Character),
        ("<r a=\"&#1;\"/>", XmlError::Character),
        ("<r>&nbsp;</r>", XmlError::Entity),
        ("<r a=\"&x;\"/>", XmlError::Entity),
        ("<r a=\"1\" a=\"2\"/>", XmlError::DuplicateAttribute),
        ("<r xmlns:p=\"urn:a\" xmlns:q=\"urn:a\" p:a=\"1\" q:a=\"2\"/>", XmlError::DuplicateAttribute),
        ("<p:r/>", XmlError::Name),
        ("<r p:a=\"1\"/>", XmlError::Name),
        ("<a:b:c xmlns:a=\"urn:a\"/>", XmlError::Name),
        ("<r xmlns:p=\"\"/>", XmlError::Namespace),
        ("<r xmlns=\"relative\"/>", XmlError::Namespace),
        ("<r xmlns=\"urn&#58;a\"/>", XmlError::Namespace),
        // No absolute URI, or of a scheme that names no namespace; nothing uses the prefix.
        ("<r xmlns:p=\"trn:a\"/>", XmlError::Namespace),
        ("<r xmlns:p=\"urn:\"/>", XmlError::Namespace),
        ("<r xmlns:p=\"urn:a%4\"/>", XmlError::Namespace),
        ("<r xmlns:p=\"urn:a^b\"/>", XmlError::Namespace),
        ("<r xmlns:p=\"http:a.example\"/>", XmlError::Namespace),
        ("<r xmlns:p=\"http:///a\"/>", XmlError::Namespace),
        ("<r xmlns:p=\"http://a.example:80/\"/>", XmlError::Namespace),
        ("<r xmlns:p=\"http://a.example/#a#b\"/>", XmlError::Namespace),
    ];
    for (text, error) in cases {
        assert_eq!(read(text).as_ref(), Err(error), "{text}");
    }
}

#[test]
fn documents_that_are_not_well_formed_are_refused() {
    let cases = [
        "",
        "x",
        "<r>",
        "<r></s>",
        "</r>",
        "<r/><r/>",
        "<r/>x",
        "x<r/>",
        "<r a=1/>",
        "<r a/>",
        "<r a=\"<\"/>",
        "<r>&amp</r>",
        "<r>&</r>",
        "<r><!-- a -- b --></r>",
        "<r/><![CDATA[ ]]>",
        "<r>&amp;</r>&amp;",
        "<r xmlns:xml=\"urn:a\"/>",
        "<r xmlns:xmlns=\"urn:a\"/>",
        "<1r/>",
        "<r",
        "<r><![CDATA[",
    ];
    for text in cases {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn other_encodings_are_refused() {
    let utf16: Vec<u8> = "\u{feff}<r/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(Document::read(&utf16, &Limits::SAML), Err(XmlError::Encoding));
    let bare: Vec<u8> = "<r/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(Document::read(&bare, &Limits::SAML), Err(XmlError::Character));
    assert_eq!(Document::read(b"<r>\xe9</r>", &Limits::SAML), Err(XmlError::Encoding));
}

#[test]
fn limits_hold_at_their_edge() {
    let nested = |depth: usize| format!("{}{}", "<r>".repeat(depth), "</r>".repeat(depth));
    assert!(read(&nested(32)).is_ok());
    assert_eq!(read(&nested(33)), Err(XmlError::Depth));
    let wide = |n: usize| format!("<r {}/>", (0..n).map(|i| format!("a{i}=\"\" ")).collect::<String>());
    assert!(read(&wide(64)).is_ok());
    assert_eq!(read(&wide(65)), Err(XmlError::Attributes));
    let many = |n: usize| format!("<r>{}</r>", "<a/>".repeat(n - 1));
    assert!(read(&many(1_000)).is_ok());
    assert_eq!(read(&many(1_001)), Err(XmlError::Elements));
    let long = |n: usize| format!("<r>{}</r>", "x".repeat(n - 7));
    assert!(read(&long(Limits::SAML.size_bytes)).is_ok());
    assert!(matches!(read(&long(Limits::SAML.size_bytes + 1)), Err(XmlError::TooLarge { .. })));
}

#[test]
fn a_walk_refuses_unknown_missing_and_disordered_children() {
    let doc = read("<r xmlns=\"urn:a\"><a/><b/><b/></r>").unwrap();
    let mut walk = doc.root().walk().unwrap();
    walk.one(NS, "a").unwrap();
    assert_eq!(walk.list(NS, "b").len(), 2);
    walk.end().unwrap();
    let mut walk = doc.root().walk().unwrap();
    assert_eq!(walk.one(NS, "b"), Err(XmlError::MissingChild("b".into())));
    let mut walk = doc.root().walk().unwrap();
    walk.one(NS, "a").unwrap();
    assert_eq!(walk.end(), Err(XmlError::UnexpectedChild));
    let mut walk = doc.root().walk().unwrap();
    assert!(walk.one("urn:b", "a").is_err());
}

#[test]
fn attributes_of_a_namespace_and_elements_without_any() {
    let doc = read("<r xmlns:p=\"urn:a\" p:a=\"1\" b=\"2\"><t xmlns=\"urn:a\"/></r>").unwrap();
    assert_eq!(doc.root().attribute_in(NS, "a"), Some("1"));
    assert_eq!((doc.root().attribute_in(NS, "b"), doc.root().attribute("a")), (None, None));
    assert_eq!(doc.root().bare(), Err(XmlError::UnexpectedAttribute));
    assert!(doc.root().elements().all(|child| child.bare().is_ok()));
    assert_eq!(read("<r xmlns:p=\"urn:a\" p:a=\"1\"/>").unwrap().root().bare(), Err(XmlError::UnexpectedAttribute));
}

#[test]
fn values_are_one_run_of_text() {
    let comment = read("<r>a<!-- -->b</r>").unwrap();
    assert_eq!(comment.comments(), 1);
    assert_eq!(comment.root().text(), Err(XmlError::Comment));
    assert_eq!(read("<r>a<b/>c</r>").unwrap().root().text(), Err(XmlError::Mixed));
    assert!(matches!(read("<r>a<b/></r>").unwrap().root().walk(), Err(XmlError::Mixed)));
    assert!(matches!(read("<r><!-- --><b/></r>").unwrap().root().walk(), Err(XmlError::Comment)));
    let cdata = read("<r>a<![CDATA[<b>]]></r>").unwrap();
    assert_eq!((cdata.cdata(), cdata.root().text()), (1, Ok("a<b>")));
    assert_eq!(read("<r>a\r\nb</r>").unwrap().root().text(), Ok("a\nb"));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = Document::read(&bytes, &Limits::SAML);
    }

    #[test]
    fn arbitrary_markup_never_panics(parts in proptest::collection::vec(
        prop_oneof![
            Just("<"), Just(">"), Just("</"), Just("/>"), Just("a"), Just(" "), Just("xmlns"), Just(":"), Just("="),
            Just("\""), Just("'"), Just("&"), Just("#x"), Just(";"), Just("<!--"), Just("-->"), Just("<![CDATA["),
            Just("]]>"), Just("<?xml"), Just("?>"), Just("urn:a"), Just("é"), Just("lt"), Just("\n"), Just("1.0"),
        ], 0..64)) {
        let text = parts.concat();
        let _ = Document::read(text.as_bytes(), &Limits::SAML);
    }
}
