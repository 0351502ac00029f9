//! The published samples are read, each into what it says.

use sportello_domain::euro::Euro;
use sportello_pagopa::{
    Operation, ParseError,
    pa_for_node::{Ask, Notice, read},
};

use crate::specs;

const CF: &str = "77777777777";

fn notice(number: &str) -> Notice {
    Notice { fiscal_code: CF.into(), number: number.into() }
}

#[test]
fn verify_and_get() {
    for (name, operation) in [
        ("paVerifyPaymentNoticeReq.xml", Operation::VerifyPaymentNotice),
        ("paGetPaymentReq.xml", Operation::GetPayment),
    ] {
        let Some(xml) = specs::sample(name) else { return };
        let call = read(xml.as_bytes()).unwrap();
        assert_eq!(call.operation, operation);
        assert_eq!(
            (call.id_pa.as_str(), call.id_broker.as_str(), call.id_station.as_str()),
            (CF, CF, "77777777777_01")
        );
        let expected = notice("302009921337126000");
        assert_eq!(
            call.ask,
            if operation == Operation::GetPayment { Ask::Get(expected) } else { Ask::Verify(expected) }
        );
    }
}

#[test]
fn second_versions_differ_in_their_names_and_shares() {
    let Some(xml) = specs::sample("paGetPaymentReq.xml") else { return };
    let second = xml.replace("paGetPaymentReq", "paGetPaymentV2Request");
    assert_eq!(read(second.as_bytes()).unwrap().operation, Operation::GetPaymentV2);

    let Some(xml) = specs::sample("paSendRTReq.xml") else { return };
    let second = xml.replace("paSendRTReq", "paSendRTV2Request");
    let noted = second.replace("<fee>", "<paymentNote>cart-1</paymentNote><fee>");
    let Ask::Receipt(receipt) = read(noted.as_bytes()).unwrap().ask else { panic!("a receipt") };
    assert_eq!(receipt.note.as_deref(), Some("cart-1"));
    let stamped = second.replace("<IBAN>IT45R0760103200000000001016</IBAN>", "<MBDAttachment>aGVsbG8=</MBDAttachment>");
    let Ask::Receipt(receipt) = read(stamped.as_bytes()).unwrap().ask else { panic!("a receipt") };
    assert_eq!(receipt.transfers[0].iban, None);
    // Neither stands in the first version.
    for (from, to) in [
        ("<fee>", "<paymentNote>n</paymentNote><fee>"),
        ("<IBAN>IT45R0760103200000000001016</IBAN>", "<MBDAttachment>aGVsbG8=</MBDAttachment>"),
    ] {
        assert!(matches!(read(xml.replace(from, to).as_bytes()), Err(ParseError::Xml(_))), "{to}");
    }
}

#[test]
fn receipt() {
    let Some(xml) = specs::sample("paSendRTReq.xml") else { return };
    let Ask::Receipt(receipt) = read(xml.as_bytes()).unwrap().ask else { panic!("a receipt") };
    assert_eq!(receipt.receipt_id, "f43cf6263ddb47248222b039f6d1f1f5");
    assert_eq!(receipt.notice, notice("311018351493172600"));
    assert_eq!((receipt.amount, receipt.fee), (Euro::from_cents(1000), Some(Euro::from_cents(200))));
    assert_eq!(receipt.paid_at.unwrap().to_rfc3339(), "2021-03-25T16:48:22+00:00");
    assert_eq!(receipt.transferred_on.unwrap().to_string(), "2021-12-11");
    assert_eq!(
        (receipt.psp.name.as_str(), receipt.payer.unwrap().identifier.as_str()),
        ("Psp Salvo", "77777777777_01")
    );
    assert_eq!(receipt.transfers[0].iban.as_deref(), Some("IT45R0760103200000000001016"));
    assert!(!receipt.stand_in);
    let stood_in = xml.replace("</metadata>\n      </receipt>", "</metadata><standIn>true</standIn></receipt>");
    let Ask::Receipt(receipt) = read(stood_in.as_bytes()).unwrap().ask else { panic!("a receipt") };
    assert!(receipt.stand_in);
}

#[test]
fn a_demand_is_understood() {
    let Some(xml) = specs::sample("paVerifyPaymentNoticeReq.xml") else { return };
    let start = xml.find("<qrCode>").unwrap();
    let end = xml.find("</qrCode>").unwrap() + "</qrCode>".len();
    let data = "<idServizio>00005</idServizio><idSoggettoServizio>00001</idSoggettoServizio>\
                <datiSpecificiServizioRequest>PGE+PC9hPg==</datiSpecificiServizioRequest>";
    let demand = format!("{}{data}{}", &xml[..start], &xml[end..]);
    let demand = demand.replace("paVerifyPaymentNoticeReq", "paDemandPaymentNoticeRequest");
    let call = read(demand.as_bytes()).unwrap();
    assert_eq!((call.operation, call.ask), (Operation::DemandPaymentNotice, Ask::Demand));
    for (right, wrong) in [("00005", "0005"), ("PGE+PC9hPg==", "<a/>")] {
        assert!(read(demand.replace(right, wrong).as_bytes()).is_err(), "{wrong}");
    }
}
