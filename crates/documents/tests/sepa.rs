//! Files for the bank against the published schemas, and its answers in both versions.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::NaiveDate;
use sportello_documents::sepa::{
    Batch, Collection, Creditor, FaultKind, Heading, Pain008, Refusal, Report, SepaError, Status, Totals, read,
};
use sportello_domain::{
    euro::Euro,
    iban::Iban,
    sdd::{CreditorId, EndToEndId, MessageId, SequenceType, Umr},
};

fn specs(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/sepa").join(file);
    if path.exists() {
        return Some(path);
    }
    #[expect(clippy::disallowed_methods, reason = "the test is told by the environment whether it may skip")]
    let required = std::env::var("SPORTELLO_SPECS").is_ok_and(|word| word == "required");
    assert!(!required, "{file} is missing");
    println!("skipped: {file} is not beside the checkout");
    None
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("the test is right")
}

struct Ente {
    iban: Iban,
    id: CreditorId,
    message: MessageId,
}

impl Ente {
    fn new() -> Self {
        Self {
            iban: Iban::parse("IT60X0542811101000000123456").expect("the test is right"),
            id: CreditorId::of_codice_fiscale("80018230153").expect("the test is right"),
            message: MessageId::issue(2026, 7),
        }
    }

    fn heading(&self, count: u64, cents: i64) -> Heading<'_> {
        Heading {
            message: &self.message,
            created_at: "2026-11-12T09:00:00Z".parse().expect("the test is right"),
            creditor: Creditor { name: "Comune di Forlì", iban: &self.iban, id: &self.id },
            totals: Totals { count, sum: Euro::from_cents(cents) },
        }
    }
}

fn batch(on: &str, sequence: SequenceType, count: u64, cents: i64) -> Batch {
    Batch { collection_on: day(on), sequence, totals: Totals { count, sum: Euro::from_cents(cents) } }
}

struct Family {
    end_to_end: EndToEndId,
    umr: Umr,
    iban: Iban,
    holder: String,
}

impl Family {
    fn new(number: u64, holder: &str, iban: &str) -> Self {
        Self {
            end_to_end: EndToEndId::issue(2026, "M", number, 1).expect("the test is right"),
            umr: Umr::issue("mensa", 2026, number).expect("the test is right"),
            iban: Iban::parse(iban).expect("the test is right"),
            holder: holder.to_owned(),
        }
    }

    fn owes(&self, cents: i64) -> Collection<'_> {
        Collection {
            end_to_end: &self.end_to_end,
            amount: Euro::from_cents(cents),
            umr: &self.umr,
            signed_on: day("2026-08-20"),
            holder: &self.holder,
            iban: &self.iban,
            text: "Mensa scolastica ottobre 2026 – retta 124/M/2026 perché così",
        }
    }
}

fn families() -> [Family; 3] {
    [
        Family::new(124, "Mario Rossi", "IT25O0306909606100000012345"),
        Family::new(130, &format!("Zoë D’Angelo {}", "è".repeat(90)), "IT58B0760111100001234567890"),
        Family::new(131, "Jürgen Groß", "DE89370400440532013000"),
    ]
}

/// Two batches of one file.
fn file() -> Vec<u8> {
    let (ente, families) = (Ente::new(), families());
    let mut file = Pain008::begin(Vec::new(), ente.heading(3, 18_921)).expect("the test is right");
    file.batch(batch("2026-11-30", SequenceType::First, 1, 8_100)).expect("the test is right");
    file.collection(&families[0].owes(8_100)).expect("the test is right");
    file.batch(batch("2026-11-30", SequenceType::Recurrent, 2, 10_821)).expect("the test is right");
    file.collection(&families[1].owes(5_820)).expect("the test is right");
    file.collection(&families[2].owes(5_001)).expect("the test is right");
    file.end().expect("the test is right")
}

/// The text at a path of local names, `GrpHdr/MsgId` or `PmtInf[2]/NbOfTxs`, below the message.
fn at(file: &Path, path: &str) -> String {
    let steps = path.split('/').map(|step| {
        let (name, place) = step.split_once('[').map_or((step, String::new()), |(name, at)| (name, format!("[{at}")));
        format!("/*[local-name()='{name}']{place}")
    });
    let expression = format!("string(/*/*{})", steps.collect::<String>());
    let done = Command::new("xmllint")
        .args(["--nonet", "--xpath", &expression])
        .arg(file)
        .output()
        .expect("the test is right");
    String::from_utf8(done.stdout).expect("the test is right").trim().to_owned()
}

fn valid(file: &Path, schema: &Path) -> Result<(), String> {
    let done = Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(schema).arg(file).output();
    let done = done.expect("xmllint is installed");
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
}

fn kept(name: &str, content: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).expect("the test is right");
    path
}

#[test]
fn a_file_follows_the_schema() {
    let Some(schema) = specs("pain.008.001.08.xsd") else { return };
    let path = kept("collections.xml", &file());
    valid(&path, &schema).unwrap();
    // The schema finds faults at all: an amount of three decimals too many, an element out of place.
    let text = String::from_utf8(file()).unwrap();
    for (from, to) in
        [("EUR\">81.00", "EUR\">81.0000001"), ("<PmtMtd>DD", "<PmtMtd>XX"), ("<ChrgBr>SLEV</ChrgBr>", "<Nm>a</Nm>")]
    {
        let spoilt = kept("spoilt.xml", text.replacen(from, to, 1).as_bytes());
        assert!(valid(&spoilt, &schema).is_err(), "{to}");
    }
}

#[test]
fn a_file_says_what_it_should() {
    let path = kept("said.xml", &file());
    let text = String::from_utf8(file()).unwrap();
    assert!(text.is_ascii(), "banks take no other characters");
    for (element, value) in [
        ("GrpHdr/MsgId", "SDD-2026-000007"),
        ("GrpHdr/CreDtTm", "2026-11-12T10:00:00"),
        ("GrpHdr/NbOfTxs", "3"),
        ("GrpHdr/CtrlSum", "189.21"),
        ("GrpHdr/InitgPty/Nm", "Comune di Forli"),
        ("PmtInf[1]/NbOfTxs", "1"),
        ("PmtInf[1]/CtrlSum", "81.00"),
        ("PmtInf[1]/PmtTpInf/SeqTp", "FRST"),
        ("PmtInf[2]/PmtInfId", "SDD-2026-000007/20261130R"),
        ("PmtInf[2]/NbOfTxs", "2"),
        ("PmtInf[2]/CtrlSum", "108.21"),
        ("PmtInf[2]/PmtTpInf/SeqTp", "RCUR"),
        ("PmtInf[2]/PmtTpInf/LclInstrm/Cd", "CORE"),
        ("PmtInf[2]/ReqdColltnDt", "2026-11-30"),
        ("PmtInf[2]/CdtrAcct/Id/IBAN", "IT60X0542811101000000123456"),
        ("PmtInf[2]/CdtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED"),
        ("PmtInf[2]/CdtrSchmeId/Id/PrvtId/Othr/Id", "IT82ZZZ0000080018230153"),
    ] {
        assert_eq!(at(&path, element), value, "{element}");
    }
    let first = "PmtInf[2]/DrctDbtTxInf[1]";
    for (element, value) in [
        ("PmtId/InstrId", "2"),
        ("PmtId/EndToEndId", "2026-M-130-1"),
        ("InstdAmt", "58.20"),
        ("DrctDbtTx/MndtRltdInf/MndtId", "MENSA-2026-0000130"),
        ("DrctDbtTx/MndtRltdInf/DtOfSgntr", "2026-08-20"),
        ("DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED"),
        ("DbtrAcct/Id/IBAN", "IT58B0760111100001234567890"),
        ("RmtInf/Ustrd", "Mensa scolastica ottobre 2026 - retta 124/M/2026 perche cosi"),
    ] {
        assert_eq!(at(&path, &format!("{first}/{element}")), value, "{element}");
    }
    let name = at(&path, &format!("{first}/Dbtr/Nm"));
    assert!(name.starts_with("Zoe D'Angelo eee") && name.len() == 70, "{name}");
}

#[test]
fn what_the_scheme_does_not_take_is_refused() {
    let (ente, families) = (Ente::new(), families());
    let begin = |count, cents| Pain008::begin(Vec::new(), ente.heading(count, cents)).unwrap();
    let november = || batch("2026-11-30", SequenceType::Recurrent, 1, 8_100);
    for cents in [0, -1, 100_000_000_000] {
        let mut file = begin(1, 8_100);
        file.batch(november()).unwrap();
        assert!(matches!(file.collection(&families[0].owes(cents)), Err(SepaError::Amount(1))), "{cents}");
    }
    for closed in ["2026-11-29", "2027-03-26", "2026-12-25"] {
        let refused = begin(1, 8_100).batch(batch(closed, SequenceType::Recurrent, 1, 8_100));
        assert!(matches!(refused, Err(SepaError::Day(_))), "{closed}");
    }
    let mut file = begin(1, 8_100);
    assert!(matches!(file.collection(&families[0].owes(8_100)), Err(SepaError::Totals(_))), "no batch yet");
    file.batch(november()).unwrap();
    let nameless = Family::new(1, "日本", "DE89370400440532013000");
    assert!(matches!(file.collection(&nameless.owes(8_100)), Err(SepaError::Name(1))));

    // Totals that were not kept: of the batch, of the file, nothing at all.
    let mut file = begin(1, 8_100);
    file.batch(november()).unwrap();
    file.collection(&families[0].owes(8_099)).unwrap();
    assert!(matches!(file.end(), Err(SepaError::Totals(_))));
    let mut file = begin(2, 8_100);
    file.batch(november()).unwrap();
    file.collection(&families[0].owes(8_100)).unwrap();
    assert!(matches!(file.batch(november()), Err(SepaError::BatchTwice(_))));
    assert!(matches!(file.end(), Err(SepaError::Totals(_))));
    assert!(matches!(begin(0, 0).end(), Err(SepaError::Totals(_))));
}

/// A report with these elements as its records, after the schema of this version.
fn report(version: &str, records: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
        <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}\"><CstmrPmtStsRpt>
        <GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-12-01T07:30:00</CreDtTm></GrpHdr>
        <OrgnlGrpInfAndSts><OrgnlMsgId>SDD-2026-000007</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>
            <GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
        <OrgnlPmtInfAndSts><OrgnlPmtInfId>SDD-2026-000007/20261130R</OrgnlPmtInfId>{records}</OrgnlPmtInfAndSts>
        </CstmrPmtStsRpt></Document>"
    )
}

fn record(number: u64, status: &str, rest: &str) -> String {
    let status = if status.is_empty() { String::new() } else { format!("<TxSts>{status}</TxSts>") };
    format!("<TxInfAndSts><OrgnlEndToEndId>2026-M-{number}-1</OrgnlEndToEndId>{status}{rest}</TxInfAndSts>")
}

fn reason(code: &str) -> String {
    format!("<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>")
}

fn amount(text: &str, currency: &str) -> String {
    format!("<OrgnlTxRef><Amt><InstdAmt Ccy=\"{currency}\">{text}</InstdAmt></Amt></OrgnlTxRef>")
}

#[test]
fn the_examples_of_both_versions_are_read() {
    for version in ["03", "10"] {
        let Some(path) = specs(&format!("examples/pain.002.001.{version}_reject_AM04.xml")) else { return };
        let report = read(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!((report.message.as_str(), report.status), ("MENSA-20261112-001", Some(Status::Pending)));
        assert_eq!(report.batches.len(), 1);
        let [record] = report.records.as_slice() else { panic!("{report:?}") };
        assert_eq!((record.number, record.end_to_end.as_str(), record.status), (1, "2026-124M", Status::Rejected));
        assert_eq!(record.reason.as_deref(), Some("AM04"));
        assert_eq!((record.amount, record.umr.as_deref()), (Some(Euro::from_cents(8_100)), Some("MENSA0000000017")));
    }
}

#[test]
fn reports_of_the_test_follow_the_schemas() {
    for version in ["03", "10"] {
        let Some(schema) = specs(&format!("pain.002.001.{version}.xsd")) else { return };
        let records = record(1, "RJCT", &(reason("AM04") + &amount("81.0", "EUR"))) + &record(2, "ACSP", "");
        let path = kept(&format!("report-{version}.xml"), report(version, &records).as_bytes());
        valid(&path, &schema).unwrap();
    }
}

#[test]
fn what_a_bank_repeats_of_the_file_is_read() {
    let creditor = "<OrgnlTxRef><CdtrSchmeId><Id><PrvtId><Othr><Id>IT82ZZZ0000080018230153</Id></Othr></PrvtId></Id>\
                    </CdtrSchmeId></OrgnlTxRef>";
    let repeated = "</OrgnlMsgNmId><OrgnlNbOfTxs>12</OrgnlNbOfTxs><OrgnlCtrlSum>972.0</OrgnlCtrlSum>";
    for version in ["03", "10"] {
        let file = report(version, &record(1, "RJCT", creditor)).replace("</OrgnlMsgNmId>", repeated);
        if let Some(schema) = specs(&format!("pain.002.001.{version}.xsd")) {
            valid(&kept(&format!("repeated-{version}.xml"), file.as_bytes()), &schema).unwrap();
        }
        let Report { count, sum, records, .. } = read(file.as_bytes()).unwrap();
        assert_eq!((count, sum.map(Euro::cents)), (Some(12), Some(97_200)));
        assert_eq!(records[0].creditor.as_deref(), Some("IT82ZZZ0000080018230153"));
        for (right, wrong) in [(">12<", ">dodici<"), (">972.0<", ">-1<")] {
            let refused = read(file.replace(right, wrong).as_bytes());
            assert!(matches!(refused, Err(Refusal::Records(_))), "{wrong}: {refused:?}");
        }
    }
    let bare = read(report("10", &record(1, "RJCT", "")).as_bytes()).unwrap();
    assert_eq!((bare.count, bare.sum, bare.records[0].creditor.as_deref()), (None, None, None));
}

#[test]
fn records_are_read_with_their_fate() {
    let records = [
        record(1, "RJCT", &(reason("AC04") + &amount("81.0", "EUR"))),
        record(2, "ACSP", &amount("58", "EUR")),
        record(3, "PDNG", ""),
        record(4, "RJCT", "<StsRsnInf><Rsn><Prtry>BOH</Prtry></Rsn></StsRsnInf>"),
        record(5, "RJCT", ""),
    ];
    let Report { records, .. } = read(report("10", &records.concat()).as_bytes()).unwrap();
    let fates: Vec<_> = records.iter().map(|record| (record.status, record.reason.as_deref())).collect();
    let expected = [
        (Status::Rejected, Some("AC04")),
        (Status::Accepted, None),
        (Status::Pending, None),
        (Status::Rejected, Some("BOH")),
        (Status::Rejected, None),
    ];
    assert_eq!(fates, expected);
    let amounts: Vec<_> = records.iter().map(|record| record.amount.map(Euro::cents)).collect();
    assert_eq!(amounts, [Some(8_100), Some(5_800), None, None, None]);
}

#[test]
fn a_refused_file_or_batch_refuses_what_it_lists() {
    let file = report("10", &record(1, "", ""))
        .replace("<GrpSts>PART</GrpSts>", &format!("<GrpSts>RJCT</GrpSts>{}", reason("FF01")));
    let read_back = read(file.as_bytes()).unwrap();
    assert_eq!((read_back.status, read_back.reason.as_deref()), (Some(Status::Rejected), Some("FF01")));
    assert_eq!((read_back.records[0].status, read_back.records[0].reason.as_deref()), (Status::Rejected, Some("FF01")));
    let batch = report("10", &format!("<PmtInfSts>RJCT</PmtInfSts>{}", reason("BE05")));
    let read_back = read(batch.as_bytes()).unwrap();
    assert_eq!(read_back.records, []);
    assert_eq!(
        (read_back.batches[0].status, read_back.batches[0].reason.as_deref()),
        (Some(Status::Rejected), Some("BE05"))
    );
}

#[test]
fn one_bad_record_refuses_the_file_and_all_are_named() {
    let records = [
        record(1, "RJCT", &reason("AM04")),
        record(2, "BOOM", ""),
        record(3, "", ""),
        record(4, "RJCT", &amount("81.005", "EUR")),
        record(5, "RJCT", &amount("-1", "EUR")),
        record(6, "RJCT", &amount("1.", "EUR")),
        record(7, "RJCT", &amount("81", "CHF")),
        record(1, "RJCT", ""),
        "<TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts>".into(),
        "<TxInfAndSts><OrgnlEndToEndId>a//b</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>".into(),
        record(11, "RJCT", "<Sorpresa/>"),
        record(12, "RJCT", &reason("")),
        record(13, "RJCT", ""),
    ];
    let refused = read(report("03", &records.concat()).as_bytes());
    let Err(Refusal::Records(faults)) = refused else { panic!("{refused:?}") };
    let numbers: Vec<_> = faults.iter().map(|fault| fault.record).collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "{faults:?}");
    assert_eq!(faults[6].kind, FaultKind::Twice(1));
    assert_eq!((&faults[0].kind, &faults[5].kind), (&FaultKind::Status, &FaultKind::Currency));
    for fault in &faults {
        assert!(!fault.kind.to_string().is_empty());
    }
}

#[test]
fn what_is_no_report_is_refused() {
    let good = report("10", &record(1, "RJCT", ""));
    assert!(read(good.as_bytes()).is_ok());
    let spoilt = [
        good.replace("pain.002.001.10", "pain.002.001.99"),
        good.replace("pain.002.001.10", "camt.054.001.08"),
        good.replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!DOCTYPE Document [<!ENTITY a \"b\">]>"),
        good.replace("<GrpHdr>", "<Altro/><GrpHdr>"),
        good.replace("<OrgnlMsgId>SDD-2026-000007</OrgnlMsgId>", ""),
        good.replace("</Document>", ""),
        good.replace("</CstmrPmtStsRpt>", "</CstmrPmtStsRpt><CstmrPmtStsRpt/>"),
        String::new(),
        format!("{good}{}", " ".repeat(sportello_documents::sepa::REPORT_MAX_BYTES)),
    ];
    for text in &spoilt {
        assert!(read(text.as_bytes()).is_err(), "{:.300}", text);
    }
    assert!(read(b"\xff\xfe").is_err());
    // Whatever byte is changed, the reader answers one way or the other.
    for at in 0..good.len() {
        for byte in [0, b'<', b'&', b'"', b'x', 0xff] {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = byte;
            let _ = read(&bytes);
        }
    }
    // Whatever is cut off, nothing is read as if it were whole.
    for at in (0..good.len() - 1).step_by(7) {
        assert!(read(&good.as_bytes()[..at]).is_err(), "{at}");
    }
}
