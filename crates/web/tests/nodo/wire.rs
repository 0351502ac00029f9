//! Calls and answers.

use sportello_domain::{id::EnteId, posizione::PosizioneStatus};
use sportello_store::nodo_messaggio::Answered;

use crate::world::{CF, World, envelope};

/// The part of an answer between two texts.
fn inside<'a>(answer: &'a str, tag: &str) -> &'a str {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let start = answer.find(&open).unwrap_or_else(|| panic!("{tag}: {answer}")) + open.len();
    &answer[start..start + answer[start..].find(&close).unwrap()]
}

#[tokio::test]
async fn a_notice_is_verified_and_its_payment_prepared_in_both_versions() {
    let world = World::new().await;
    let (status, answer) = world.call(world.ask("paVerifyPaymentNoticeReq")).await;
    assert_eq!(status, 200);
    assert!(answer.contains("<paf:paVerifyPaymentNoticeRes "), "{answer}");
    for (tag, value) in [
        ("outcome", "OK"),
        ("amount", "81.50"),
        ("dueDate", "2026-11-30"),
        ("allCCP", "false"),
        ("paymentDescription", "Mensa scolastica ottobre 2026 - retta 12/M/2026"),
        ("fiscalCodePA", CF),
        ("companyName", "Comune di altrove (dimostrazione)"),
        ("officeName", "Servizio Istruzione"),
    ] {
        assert_eq!(inside(&answer, tag), value, "{tag}");
    }
    for (asked, answered) in
        [("paGetPaymentReq", "<paf:paGetPaymentRes "), ("paGetPaymentV2Request", "<paf:paGetPaymentV2Response ")]
    {
        let (_, answer) = world.call(world.ask(asked)).await;
        assert!(answer.contains(answered), "{answer}");
        assert_eq!(inside(&answer, "creditorReferenceId"), &world.notice[1..]);
        assert_eq!(inside(&answer, "fullName"), "Mario Rossi");
        assert_eq!(inside(&answer, "IBAN"), "IT48Z9999999999000000001000");
        assert_eq!(inside(&answer, "transferAmount"), "81.50");
    }
    assert_eq!(world.status().await, PosizioneStatus::Open);
    let kept = world.kept().await;
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|call| call.outcome == Answered::Ok && call.fault_code.is_none()));
}

#[tokio::test]
async fn a_receipt_pays_once_in_either_version() {
    for (element, response) in [("paSendRTReq", "paSendRTRes"), ("paSendRTV2Request", "paSendRTV2Response")] {
        let world = World::new().await;
        let (status, answer) = world.call(world.receipt(element, "r-1")).await;
        assert_eq!((status, inside(&answer, "outcome")), (200, "OK"), "{answer}");
        assert!(answer.contains(&format!("<paf:{response} ")));
        assert_eq!((world.status().await, world.receipts().await), (PosizioneStatus::Paid, 1));
        let (_, again) = world.call(world.receipt(element, "r-1")).await;
        assert_eq!(inside(&again, "faultCode"), "PAA_RECEIPT_DUPLICATA");
        let (_, verified) = world.call(world.ask("paVerifyPaymentNoticeReq")).await;
        assert_eq!(inside(&verified, "faultCode"), "PAA_PAGAMENTO_DUPLICATO");
        let (_, other) = world.call(world.receipt(element, "r-2")).await;
        assert_eq!(inside(&other, "outcome"), "OK", "a second payment is money that is here");
        assert_eq!(world.receipts().await, 2);
    }
}

#[tokio::test]
async fn who_is_asked_must_be_who_is_meant() {
    let world = World::new().await;
    let good = world.ask("paVerifyPaymentNoticeReq");
    let receipt = world.receipt("paSendRTReq", "r-1");
    let stranger = "00000000000";
    let cases = [
        (good.replace(&format!("<idPA>{CF}"), &format!("<idPA>{stranger}")), "PAA_ID_DOMINIO_ERRATO"),
        (good.replace(&format!("<idBrokerPA>{CF}"), &format!("<idBrokerPA>{stranger}")), "PAA_ID_INTERMEDIARIO_ERRATO"),
        (good.replace("_01<", "_02<"), "PAA_STAZIONE_INT_ERRATA"),
        (receipt.replace("_01<", "_02<"), "PAA_STAZIONE_INT_ERRATA"),
        (good.replace(&format!("<fiscalCode>{CF}"), &format!("<fiscalCode>{stranger}")), "PAA_SEMANTICA"),
        (good.replace(&world.notice, "302000000000009383"), "PAA_PAGAMENTO_SCONOSCIUTO"),
        (good.replace(&world.notice, "302000000000000185"), "PAA_PAGAMENTO_SCONOSCIUTO"),
        (
            envelope(
                "paDemandPaymentNoticeRequest",
                "<idServizio>00001</idServizio><idSoggettoServizio>00001</idSoggettoServizio>\
                 <datiSpecificiServizioRequest>PGEvPg==</datiSpecificiServizioRequest>",
            ),
            "PAA_SEMANTICA",
        ),
    ];
    let count = cases.len();
    for (call, fault) in cases {
        let (status, answer) = world.call(call).await;
        assert_eq!((status, inside(&answer, "outcome"), inside(&answer, "faultCode")), (200, "KO", fault), "{answer}");
    }
    assert_eq!((world.status().await, world.receipts().await), (PosizioneStatus::Open, 0));
    let kept = world.kept().await;
    assert_eq!(kept.len() + world.kept_for(EnteId::PLATFORM).await.len(), count);
    assert!(kept.iter().all(|call| call.outcome == Answered::Ko));
}

#[tokio::test]
async fn a_broken_receipt_is_answered_kept_and_changes_nothing() {
    let world = World::new().await;
    let good = world.receipt("paSendRTReq", "r-1");
    let large = good.replace("<fullName>Mario", &format!("<fullName>{}", "M".repeat(10 << 20)));
    let cases = [
        (format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{good}"), "PAA_SINTASSI_XSD"),
        (good.replace("pa/paForNode.xsd", "node/nodeForPsp.xsd"), "PAA_SINTASSI_XSD"),
        (good.replace("</receipt>", "<unknown>1</unknown></receipt>"), "PAA_SINTASSI_XSD"),
        (good.replace("<outcome>", "<outcome>OK</outcome><outcome>"), "PAA_SINTASSI_XSD"),
        (good.replace("81.50", "81.500"), "PAA_SINTASSI_XSD"),
        (large, "PAA_SINTASSI_EXTRAXSD"),
    ];
    let count = cases.len();
    for (call, fault) in cases {
        let (status, answer) = world.call(call).await;
        assert!(answer.contains("<paf:paSendRTRes "), "{answer}");
        assert_eq!((status, inside(&answer, "outcome"), inside(&answer, "faultCode")), (200, "KO", fault));
    }
    let (status, answer) = world.call("ciao").await;
    assert_eq!((status, inside(&answer, "faultcode")), (500, "soapenv:Client"));
    assert_eq!((world.status().await, world.receipts().await), (PosizioneStatus::Open, 0));
    assert_eq!((world.kept().await.len(), world.kept_for(EnteId::PLATFORM).await.len()), (count, 1));
    let (_, answer) = world.call(good).await;
    assert_eq!(inside(&answer, "outcome"), "OK");
}
