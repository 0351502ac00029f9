//! Calls that break their schema, each one change away from a good one, and bytes of chance.

use proptest::prelude::*;
use sportello_pagopa::{FaultCode, ParseError, REQUEST_MAX_BYTES, Refusal, pa_for_node::read};

const VERIFY: &str = r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><s:Header/><s:Body><p:paVerifyPaymentNoticeReq><idPA>77777777777</idPA><idBrokerPA>77777777777</idBrokerPA><idStation>77777777777_01</idStation><qrCode><fiscalCode>77777777777</fiscalCode><noticeNumber>302009921337126000</noticeNumber></qrCode></p:paVerifyPaymentNoticeReq></s:Body></s:Envelope>"#;

const RECEIPT: &str = r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><s:Body><p:paSendRTReq><idPA>77777777777</idPA><idBrokerPA>77777777777</idBrokerPA><idStation>77777777777_01</idStation><receipt><receiptId>r1</receiptId><noticeNumber>302009921337126000</noticeNumber><fiscalCode>77777777777</fiscalCode><outcome>OK</outcome><creditorReferenceId>02009921337126000</creditorReferenceId><paymentAmount>10.00</paymentAmount><description>Mensa</description><companyName>Comune</companyName><debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue></uniqueIdentifier><fullName>A B</fullName></debtor><transferList><transfer><idTransfer>1</idTransfer><transferAmount>10.00</transferAmount><fiscalCodePA>77777777777</fiscalCodePA><IBAN>IT45R0760103200000000001016</IBAN><remittanceInformation>m</remittanceInformation><transferCategory>c</transferCategory></transfer></transferList><idPSP>p</idPSP><PSPCompanyName>P</PSPCompanyName><idChannel>c</idChannel><channelDescription>app</channelDescription></receipt></p:paSendRTReq></s:Body></s:Envelope>"#;

fn refused(xml: &str) -> (ParseError, Refusal) {
    let error = read(xml.as_bytes()).expect_err(xml);
    let refusal = Refusal::new(xml.as_bytes(), &error);
    (error, refusal)
}

/// Every replacement must hit something, or the case would prove nothing.
fn change(good: &str, from: &str, to: &str) -> String {
    assert!(good.contains(from), "{from}");
    good.replacen(from, to, 1)
}

#[test]
fn the_good_twins_are_read() {
    read(VERIFY.as_bytes()).unwrap();
    read(RECEIPT.as_bytes()).unwrap();
    // A prefix means nothing, a declared encoding is fine, SOAP may hold headers that need not be understood.
    read(VERIFY.replace("<p:", "<x:").replace("</p:", "</x:").replace("xmlns:p=", "xmlns:x=").as_bytes()).unwrap();
    read(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{VERIFY}").as_bytes()).unwrap();
    read(change(VERIFY, "<s:Header/>", "<s:Header><h xmlns=\"urn:h\" s:mustUnderstand=\"0\"/></s:Header>").as_bytes())
        .unwrap();
}

#[test]
fn a_broken_call_is_refused_in_the_shape_of_its_operation() {
    let entity = format!("<!DOCTYPE x [<!ENTITY e \"1\">]>{}", VERIFY.replace("77777777777_01", "&e;"));
    let cases = [
        ("DTD", format!("<!DOCTYPE x SYSTEM \"http://x/y.dtd\">{VERIFY}")),
        ("entity", entity),
        ("wrong namespace", VERIFY.replace("pa/paForNode.xsd", "node/nodeForPsp.xsd")),
        ("no namespace", VERIFY.replace("p:pa", "pa")),
        ("qualified child", VERIFY.replace("idPA>", "p:idPA>")),
        ("unknown trailing element", change(VERIFY, "</qrCode>", "</qrCode><amount>1.00</amount>")),
        ("unknown element inside", change(VERIFY, "</noticeNumber>", "</noticeNumber><x/>")),
        ("repeated element", change(VERIFY, "<idPA>", "<idPA>77777777777</idPA><idPA>")),
        (
            "out of order",
            change(
                VERIFY,
                "<idPA>77777777777</idPA><idBrokerPA>77777777777</idBrokerPA>",
                "<idBrokerPA>77777777777</idBrokerPA><idPA>77777777777</idPA>",
            ),
        ),
        ("missing element", change(VERIFY, "<idStation>77777777777_01</idStation>", "")),
        ("empty element", change(VERIFY, "77777777777_01", "")),
        ("too long", change(VERIFY, "77777777777_01", &"7".repeat(36))),
        ("17 digits", change(VERIFY, "302009921337126000", "30200992133712600")),
        ("letters in digits", change(VERIFY, "302009921337126000", "30200992133712600A")),
        ("attribute", change(VERIFY, "<qrCode>", "<qrCode a=\"1\">")),
        ("text between", change(VERIFY, "<qrCode>", "<qrCode>x")),
        ("comment in a value", change(VERIFY, "77777777777_01", "77777777777<!-- -->_01")),
        ("nested value", change(VERIFY, "77777777777_01", "<a/>")),
        ("cut short", VERIFY[..VERIFY.len() - 20].to_owned()),
        ("byte order mark", format!("\u{feff}{VERIFY}")),
        ("latin-1 declared", format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{VERIFY}")),
        ("two in the body", change(VERIFY, "</s:Body>", "<x/></s:Body>")),
        ("two bodies", change(VERIFY, "</s:Envelope>", "<s:Body/></s:Envelope>")),
        ("must understand", change(VERIFY, "<s:Header/>", "<s:Header><h s:mustUnderstand=\"1\"/></s:Header>")),
        (
            "SOAP 1.2",
            VERIFY.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
        ),
    ];
    for (name, xml) in cases {
        let (error, refusal) = refused(&xml);
        assert_eq!((refusal.status, refusal.code), (200, FaultCode::SintassiXsd), "{name}: {error}");
        for part in [
            "<paf:paVerifyPaymentNoticeRes ",
            "<outcome>KO</outcome>",
            "<faultCode>PAA_SINTASSI_XSD</faultCode>",
            "<id>77777777777</id>",
        ] {
            assert!(refusal.xml.contains(part), "{name}: {part}");
        }
    }
}

#[test]
fn receipts_have_rules_beyond_their_schema() {
    let cases = [
        ("failed", "<outcome>OK", "<outcome>KO"),
        ("sum", "<transferAmount>10.00", "<transferAmount>9.00"),
        ("no identifier", "<receiptId>r1", "<receiptId> "),
    ];
    for (name, from, to) in cases {
        let (error, refusal) = refused(&change(RECEIPT, from, to));
        assert!(matches!(error, ParseError::Rule(_)), "{name}: {error}");
        assert_eq!((refusal.status, refusal.code), (200, FaultCode::SintassiExtraXsd), "{name}");
        assert!(refusal.xml.contains("<paf:paSendRTRes "), "{name}");
    }
    let transfer = &RECEIPT[RECEIPT.find("<transfer>").unwrap()..RECEIPT.find("</transferList>").unwrap()];
    let twice = RECEIPT.replace(transfer, &transfer.repeat(2)).replace("<paymentAmount>10.00", "<paymentAmount>20.00");
    assert!(matches!(refused(&twice).0, ParseError::Rule(_)));
    let six = RECEIPT.replace(transfer, &transfer.repeat(6));
    assert_eq!(refused(&six).0, ParseError::Facet { element: "transfer" });
}

#[test]
fn values_of_a_receipt() {
    let cases = [
        ("paymentAmount", "<paymentAmount>10.00", "<paymentAmount>10.0"),
        ("paymentAmount", "<paymentAmount>10.00", "<paymentAmount>10,00"),
        ("paymentAmount", "<paymentAmount>10.00", "<paymentAmount>-10.00"),
        ("transferAmount", "<transferAmount>10.00", "<transferAmount>0.00"),
        ("outcome", "<outcome>OK", "<outcome>ok"),
        ("entityUniqueIdentifierType", "Type>F<", "Type>X<"),
        ("idTransfer", "<idTransfer>1", "<idTransfer>6"),
        ("paymentDateTime", "</channelDescription>", "</channelDescription><paymentDateTime>ieri</paymentDateTime>"),
        ("standIn", "</channelDescription>", "</channelDescription><standIn>si</standIn>"),
    ];
    for (element, from, to) in cases {
        assert_eq!(refused(&change(RECEIPT, from, to)).0, ParseError::Facet { element }, "{to}");
    }
}

#[test]
fn limits_of_ours_are_told_as_such() {
    let deep = change(VERIFY, "77777777777_01", &format!("{}{}", "<a>".repeat(20), "</a>".repeat(20)));
    assert_eq!(refused(&deep).1.code, FaultCode::SintassiExtraXsd);
    let large = change(VERIFY, "77777777777_01", &"7".repeat(REQUEST_MAX_BYTES));
    let (_, refusal) = refused(&large);
    assert_eq!((refusal.status, refusal.code), (200, FaultCode::SintassiExtraXsd));
    assert!(refusal.xml.contains("<paf:paVerifyPaymentNoticeRes "));
}

#[test]
fn what_names_no_operation_gets_a_fault_of_soap() {
    for xml in ["", "ciao", "<a/>", "<html><body>x</body></html>", &VERIFY.replace("paVerifyPaymentNoticeReq", "paFoo")]
    {
        let (_, refusal) = refused(xml);
        assert_eq!(refusal.status, 500, "{xml}");
        assert!(refusal.xml.contains("<soapenv:Fault><faultcode>soapenv:Client</faultcode>"), "{xml}");
    }
}

#[test]
fn a_refusal_quotes_nothing() {
    let (_, refusal) = refused(&change(RECEIPT, "<fullName>A B", "<fullName>Mario Bianchi</fullName><fullName>x"));
    assert!(!refusal.xml.contains("Bianchi"));
}

proptest! {
    #[test]
    fn bytes_of_chance_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        if let Err(error) = read(&bytes) {
            let _ = Refusal::new(&bytes, &error);
        }
    }

    #[test]
    fn changed_calls_never_panic(
        receipt in any::<bool>(), at in any::<prop::sample::Index>(), length in 0_usize..40, new in "[<>/a-zA-Z0-9 &;:=\"é.-]{0,20}",
    ) {
        let good = if receipt { RECEIPT } else { VERIFY };
        let at = at.index(good.len());
        let changed = format!("{}{new}{}", &good[..at], &good[(at + length).min(good.len())..]);
        if let Err(error) = read(changed.as_bytes()) {
            let _ = Refusal::new(changed.as_bytes(), &error);
        }
    }
}
