//! The judge against the tables of mutations of the node's own tests, and against answers of both versions.

use sportello_domain::{avviso::Segregazione, euro::Euro, riscossione::Stazione};

use super::{Flaw, get, receipt, verify};
use crate::pagopa::{
    soap::Version,
    station::Ente,
    tests::{answer, specs, twin},
};

const GOOD: &str = "paVerifyPaymentNoticeRes_OK.xml";

fn ente(codice_fiscale: &str, iban: &str) -> Ente {
    let stazione = Stazione {
        intermediario_cf: codice_fiscale.to_owned(),
        stazione_id: format!("{codice_fiscale}_01"),
        segregazione: Segregazione::parse("02").unwrap(),
    };
    Ente { codice_fiscale: codice_fiscale.to_owned(), name: "Prova".to_owned(), iban: vec![iban.to_owned()], stazione }
}

/// Where an element begins and ends, and where what is inside it does.
fn find(xml: &str, name: &str) -> ((usize, usize), (usize, usize)) {
    let opens = |at: &usize| xml[at + name.len() + 1..].starts_with(['>', ' ', '/']);
    let tag = format!("<{name}");
    let mut places = xml.match_indices(&tag).map(|(at, _)| at);
    let at = places.find(opens).unwrap_or_else(|| panic!("{name} is in the answer"));
    let inner = at + xml[at..].find('>').expect("the tag ends") + 1;
    if xml[..inner].ends_with("/>") {
        return ((at, inner), (inner, inner));
    }
    let close = format!("</{name}>");
    let inner_end = xml.rfind(&close).expect("the element is closed");
    ((at, inner_end + close.len()), (inner, inner_end))
}

/// One row of a table: the element and what is done to it.
fn mutate(xml: &str, name: &str, value: &str) -> String {
    let ((start, end), (inner, inner_end)) = find(xml, name);
    let (before, whole, inside, after) = (&xml[..start], &xml[start..end], &xml[inner..inner_end], &xml[end..]);
    let tag = &xml[start..inner];
    match value {
        "None" => format!("{before}{after}"),
        "Empty" => format!("{before}{tag}</{name}>{after}"),
        "RemoveParent" => format!("{before}{inside}{after}"),
        "Occurrences,2" => format!("{before}{whole}{whole}{after}"),
        text => format!("{before}{tag}{text}</{name}>{after}"),
    }
}

fn rows(file: &str) -> Option<Vec<[String; 4]>> {
    let table = std::fs::read_to_string(specs(file)?).expect("the table reads");
    let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells[0], "paVerifyPaymentNoticeRes", "{line}");
        [cells[1], cells[2], cells[3], cells[4]].map(str::to_owned)
    });
    Some(rows.collect())
}

/// Answers that are good as they stand: the sample, that of the stub, and what the portal writes.
fn good_answers() -> Option<Vec<String>> {
    let sample = std::fs::read_to_string(specs(&format!("samples/{GOOD}"))?).expect("the sample reads");
    // The portal leaves out what is optional; each row needs its element.
    let ours = twin::verified()
        .replace("<soapenv:Body>", "<soapenv:Header/><soapenv:Body>")
        .replace("<allCCP>", "<detailDescription>Mensa</detailDescription><allCCP>");
    Some(vec![sample, answer::verify("00000010165", "10.00"), ours])
}

#[test]
fn every_row_of_the_tables_gets_its_verdict() {
    let tables =
        ["KO", "OK"].map(|kind| rows(&format!("samples/ec_response_mutations_paVerifyPaymentNotice_{kind}.tsv")));
    let ([Some(ko), Some(ok)], Some(answers)) = (tables, good_answers()) else { return };
    assert_eq!((ko.len(), ok.len()), (48, 4));
    for good in &answers {
        assert!(matches!(verify(good.as_bytes()), Ok(Ok(_))), "the untouched answer is good");
        for [element, value, id, reaction] in ko.iter().chain(&ok) {
            let verdict = verify(mutate(good, element, value).as_bytes());
            let said = match &verdict {
                Ok(Ok(_)) => "OK",
                Ok(Err(_)) => "a fault of the ente",
                Err(_) => "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE",
            };
            assert_eq!(said, reaction, "{id}: {element} {value}: {verdict:?}");
        }
    }
}

#[test]
fn the_samples_are_read() {
    let Some(folder) = specs("samples") else { return };
    let sample = |name: &str| std::fs::read(folder.join(name)).expect("the sample reads");
    let fault = verify(&sample("paVerifyPaymentNoticeRes_KO.xml")).unwrap().unwrap_err();
    assert_eq!(fault.code, "PAA_PAGAMENTO_SCONOSCIUTO");
    let ente = ente("77777777777", "IT45R0760103200000000001016");
    let payment = get(&sample("paGetPaymentRes_OK.xml"), Version::V1, &ente, "02000000000000184").unwrap().unwrap();
    assert_eq!((payment.amount, payment.debtor.name.as_str()), (Euro::from_cents(1_000), "paGetPaymentName"));
    assert_eq!(payment.debtor.address.last(), Some(&("e-mail", "paGetPayment@test.it".to_owned())));
    assert_eq!(payment.metadata, [("1".to_owned(), "22".to_owned())]);
}

#[test]
fn a_payment_must_fit_the_notice_and_the_records() {
    let (cf, iban, iuv) = ("00000010165", "IT48Z9999999999000000001000", "02000000000000184");
    let good = answer::get(Version::V2, cf, iban, iuv, "10.00");
    let judge = |xml: &str| get(xml.as_bytes(), Version::V2, &ente(cf, iban), iuv);
    let payment = judge(&good).unwrap().unwrap();
    assert_eq!((payment.transfers.len(), payment.company.as_deref()), (1, Some("Comune di Prova")));
    for (from, to) in [
        ("<transferAmount>10.00", "<transferAmount>9.99"),
        ("<IBAN>IT48", "<IBAN>IT49"),
        ("<fiscalCodePA>00000010165", "<fiscalCodePA>00000020164"),
        ("<creditorReferenceId>02", "<creditorReferenceId>03"),
        ("<companyName>Comune di Prova</companyName>", ""),
        ("<idTransfer>1<", "<idTransfer>6<"),
        ("<outcome>OK</outcome>", "<outcome>OK</outcome><fault><faultCode>A</faultCode><faultString/><id/></fault>"),
        ("</data>", "</data><data/>"),
        ("<outcome>", "<outcome xmlns=\"urn:b\">"),
        ("pa/paForNode.xsd", "node/nodeForPsp.xsd"),
        ("<soapenv:Envelope", "<!DOCTYPE a><soapenv:Envelope"),
        ("<country>IT", "<country>it"),
    ] {
        assert!(good.contains(from), "{from}");
        assert!(judge(&good.replacen(from, to, 1)).is_err(), "{to}");
    }
    // The same data in the other version's element, and the name that only V2 demands.
    assert!(get(good.as_bytes(), Version::V1, &ente(cf, iban), iuv).is_err());
    let old =
        answer::get(Version::V1, cf, iban, iuv, "10.00").replace("<companyName>Comune di Prova</companyName>", "");
    assert!(get(old.as_bytes(), Version::V1, &ente(cf, iban), iuv).unwrap().is_ok());
}

#[test]
fn answers_to_receipts() {
    for version in [Version::V1, Version::V2] {
        assert_eq!(receipt(answer::receipt(version, None).as_bytes(), version), Ok(Ok(())));
        let fault = answer::receipt(version, Some("PAA_RECEIPT_DUPLICATA"));
        assert_eq!(receipt(fault.as_bytes(), version).unwrap().unwrap_err().code, "PAA_RECEIPT_DUPLICATA");
        let bare = answer::receipt(version, None).replace("OK", "KO");
        assert_eq!(receipt(bare.as_bytes(), version), Err(Flaw::Sense("outcome KO without a fault")));
    }
    assert!(receipt(b"", Version::V2).is_err());
    assert!(receipt(answer::receipt(Version::V1, None).as_bytes(), Version::V2).is_err());
}
