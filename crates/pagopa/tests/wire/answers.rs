//! Our answers are valid by `paForNode.xsd`, and good where the node is stricter; every mutation of the published table
//! makes of them what the table says.

use std::{path::Path, process::Command};

use chrono::NaiveDate;
use sportello_domain::euro::Euro;
use sportello_pagopa::{
    Fault, FaultCode, Operation, ParseError, Refusal, TextError,
    answer::{self, AnswerError, Creditor, Debtor, Payable, Payment},
};
use sportello_xml::{Document, Element, Limits};

use crate::specs;

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

fn creditor(office: Option<&str>) -> Creditor {
    Creditor::new("77777777777", "Comune di Roncaro & \"Frazioni\"", office).unwrap()
}

fn payable(cents: i64, office: Option<&str>) -> Payable {
    let due = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
    let words = "Mensa scolastica ottobre 2026 - retta 12/M/2026";
    Payable::new(Euro::from_cents(cents), due, words, creditor(office)).unwrap()
}

fn a_payment(cents: i64) -> Payment {
    let debtor = Debtor::new("BNCLRA82D55A246S", "Laura Bianchi <&> Figli").unwrap();
    let iban = "IT60X0542811101000000123456";
    Payment::new(payable(cents, Some("Servizio Istruzione")), "02000000000000184", debtor, iban, "9/0107101TS/")
        .unwrap()
}

/// Every answer that we can give, with a name.
fn answers() -> Vec<(String, String)> {
    let mut all = vec![
        ("verify".to_owned(), answer::verified(&payable(1000, Some("Servizio Istruzione")))),
        ("verify-least".to_owned(), answer::verified(&payable(1, None))),
        ("verify-most".to_owned(), answer::verified(&payable(99_999_999_999, None))),
        ("get".to_owned(), answer::payment(false, &a_payment(1005))),
        ("get-v2".to_owned(), answer::payment(true, &a_payment(99_999_999_999))),
        ("rt".to_owned(), answer::receipt_taken(false)),
        ("rt-v2".to_owned(), answer::receipt_taken(true)),
    ];
    for operation in Operation::ALL {
        let fault = Fault::new(FaultCode::PagamentoSconosciuto, "77777777777").unwrap();
        all.push((format!("ko-{}", operation.name()), answer::fault(operation, &fault)));
        let told = fault.because("perché <sì> & no");
        all.push((format!("ko-told-{}", operation.name()), answer::fault(operation, &told)));
        let broken = format!("<x:{}/>", operation.request());
        all.push((format!("refused-{}", operation.name()), Refusal::new(broken.as_bytes(), &ParseError::Envelope).xml));
    }
    all
}

#[test]
fn every_answer_is_valid_by_the_schema() {
    let Some(specs) = specs::folder() else { return };
    let answers = answers();
    let bodies: Vec<_> = answers.iter().map(|(name, xml)| (name.clone(), body(xml).expect(name))).collect();
    for ((name, valid), (_, body)) in validate(&specs, &bodies).into_iter().zip(&bodies) {
        assert!(valid, "{name}: {body}");
        assert!(!has_empty(body), "{name} has an empty element: {body}");
    }
}

#[test]
fn the_node_finds_our_answer_good_and_each_mutation_as_the_table_says() {
    let Some(specs) = specs::folder() else { return };
    let good = answer::verified(&payable(1000, Some("Servizio Istruzione")));
    // Elements that we leave out because they are optional, so that every row finds its element.
    let full = good
        .replace("<soapenv:Body>", "<soapenv:Header/><soapenv:Body>")
        .replace("<allCCP>", "<detailDescription>Mensa</detailDescription><allCCP>");
    let mut cases =
        vec![("untouched".to_owned(), good, true), ("with all that is optional".to_owned(), full.clone(), true)];
    for (file, expected) in [("KO", false), ("OK", true)] {
        let name = format!("ec_response_mutations_paVerifyPaymentNotice_{file}.tsv");
        let table = std::fs::read_to_string(specs.join("samples").join(name)).unwrap();
        for row in table.lines().filter(|line| line.starts_with("paVerifyPaymentNoticeRes\t")) {
            let cells: Vec<_> = row.split('\t').collect();
            let mutated = mutate(&full, cells[1], cells[2]);
            assert_ne!(mutated, full, "{row}");
            cases.push((row.to_owned(), mutated, expected));
        }
    }
    assert!(cases.len() > 50, "the tables have {} rows", cases.len());
    for ((name, verdict), (.., expected)) in judge(&specs, &cases).into_iter().zip(&cases) {
        assert_eq!(verdict, *expected, "{name}");
    }
}

#[test]
fn data_that_the_schema_forbids_is_not_sent() {
    let due = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
    let of = |cents, words: &str| Payable::new(Euro::from_cents(cents), due, words, creditor(None));
    for cents in [0, -1, 100_000_000_000] {
        assert_eq!(of(cents, "Mensa"), Err(AnswerError::Amount), "{cents}");
    }
    assert_eq!(of(1, " "), Err(AnswerError::Text(TextError::Empty)));
    assert_eq!(of(1, &"è".repeat(141)), Err(AnswerError::Text(TextError::TooLong { max: 140 })));
    assert!(of(1, &"è".repeat(140)).is_ok());
    for wrong in ["7777777777", "7777777777A", "777777777777"] {
        assert_eq!(Creditor::new(wrong, "Comune", None), Err(AnswerError::FiscalCode), "{wrong}");
    }
    let named = of(1, "Mensa di bnclra82d55a246s").unwrap();
    let debtor = Debtor::new("BNCLRA82D55A246S", "Laura Bianchi").unwrap();
    let iban = "IT60X0542811101000000123456";
    assert_eq!(Payment::new(named, "02000000000000184", debtor, iban, "9/0107101TS/"), Err(AnswerError::PersonalData));
}

/// What the node does: the envelope, the schema, and what it wants beyond the schema.
fn judge(specs: &Path, cases: &[(String, String, bool)]) -> Vec<(String, bool)> {
    let bodies: Vec<_> =
        cases.iter().map(|(name, xml, _)| (name.clone(), body(xml).unwrap_or_else(|| "<none/>".to_owned()))).collect();
    let by_schema = validate(specs, &bodies);
    let beyond = |xml: &str| -> Option<()> {
        let document = Document::read(xml.as_bytes(), &Limits::SAML).ok()?;
        let root = document.root().elements().next()?;
        let has = |name: &str| root.elements().any(|child: &Element| child.is("", name));
        let data = ["paymentList", "paymentDescription", "fiscalCodePA", "companyName"];
        let ok = root.elements().next()?.text() == Ok("OK");
        let good =
            if ok { data.into_iter().all(has) && !has("fault") } else { has("fault") && !data.into_iter().any(has) };
        good.then_some(())
    };
    let wrap = |body: &str| format!("<e>{body}</e>");
    by_schema
        .into_iter()
        .zip(&bodies)
        .map(|((name, valid), (_, body))| (name, valid && beyond(&wrap(body)).is_some()))
        .collect()
}

/// The one element of the body, as text; none when the envelope is not right.
fn body(xml: &str) -> Option<String> {
    let document = Document::read(xml.as_bytes(), &Limits::SAML).ok()?;
    let mut walk = document.root().walk().ok()?;
    walk.optional(SOAP, "Header");
    let body = walk.one(SOAP, "Body").ok()?;
    let one = body.elements().count() == 1;
    let (start, end) = (xml.find("<soapenv:Body>")? + 14, xml.find("</soapenv:Body>")?);
    (document.root().is(SOAP, "Envelope") && one && walk.end().is_ok()).then(|| xml[start..end].to_owned())
}

fn validate(specs: &Path, bodies: &[(String, String)]) -> Vec<(String, bool)> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("xmllint");
    command.args(["--noout", "--nonet", "--schema"]).arg(specs.join("wsdl/xsd/paForNode.xsd"));
    let files: Vec<_> = (0..bodies.len()).map(|at| folder.path().join(format!("{at}.xml"))).collect();
    for (file, (_, body)) in files.iter().zip(bodies) {
        std::fs::write(file, body).unwrap();
        command.arg(file);
    }
    let output = command.output().expect("xmllint (package libxml2-utils) is needed");
    let said = String::from_utf8_lossy(&output.stderr);
    let verdict = |file: &Path| {
        let (yes, no) = (format!("{} validates", file.display()), format!("{} fails to validate", file.display()));
        let valid = said.lines().any(|line| line == yes);
        assert!(valid || said.contains(&no) || said.contains(&format!("{}:", file.display())), "{said}");
        valid
    };
    bodies.iter().zip(&files).map(|((name, _), file)| (name.clone(), verdict(file))).collect()
}

fn has_empty(xml: &str) -> bool {
    xml.match_indices("></").any(|(at, _)| {
        let open = &xml[..at];
        let name = open.rsplit('<').next().unwrap_or_default();
        !name.starts_with('/')
    })
}

/// One mutation of the table.
fn mutate(xml: &str, element: &str, value: &str) -> String {
    let start = xml.find(&format!("<{element}")).unwrap_or_else(|| panic!("{element}"));
    let open_end = start + xml[start..].find('>').unwrap() + 1;
    let close = format!("</{element}>");
    let (inner_end, end) = if xml[..open_end].ends_with("/>") {
        (open_end, open_end)
    } else {
        let at = open_end + xml[open_end..].find(&close).unwrap();
        (at, at + close.len())
    };
    let (open, inner) = (&xml[start..open_end], &xml[open_end..inner_end]);
    let new = match value {
        "None" => String::new(),
        "Empty" => format!("{open}{close}"),
        "RemoveParent" => inner.to_owned(),
        "Occurrences,2" => xml[start..end].repeat(2),
        text => format!("{open}{text}{close}"),
    };
    format!("{}{new}{}", &xml[..start], &xml[end..])
}
