//! Reads `pain.002.001.10` and `.03`: what the bank says about a file of collections. One bad record refuses the whole
//! file, with the number of the record and the reason: half an answer must not be booked.

use std::collections::HashMap;

use sportello_domain::{euro::Euro, sdd::EndToEndId};
use sportello_xml::{Document, Element, Limits, Walk, XmlError};

/// Largest report, in bytes: about ten thousand records.
pub const REPORT_MAX_BYTES: usize = 8 << 20;
/// An element with both its tags and something in it has eight bytes at least.
const LIMITS: Limits =
    Limits { size_bytes: REPORT_MAX_BYTES, depth: 32, attributes: 16, elements: REPORT_MAX_BYTES / 8 };
const NAMESPACES: [&str; 2] =
    ["urn:iso:std:iso:20022:tech:xsd:pain.002.001.10", "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"];
/// Faults that are told at once.
const FAULTS_MAX: usize = 100;
/// Longest reference and reason of the schema.
const TEXT_MAX: usize = 35;

/// What a bank said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Name of our file. Other enti have files of the same name.
    pub message: String,
    /// How many collections are in it, where the bank repeats that.
    pub count: Option<u64>,
    /// Their sum, where the bank repeats it.
    pub sum: Option<Euro>,
    /// About the file as a whole.
    pub status: Option<Status>,
    /// Why, where the file as a whole was refused.
    pub reason: Option<String>,
    /// About its batches.
    pub batches: Vec<BatchAnswer>,
    /// About single collections.
    pub records: Vec<Record>,
}

/// What a bank said about a batch as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchAnswer {
    /// Name of the batch.
    pub id: String,
    /// What became of it.
    pub status: Option<Status>,
    /// Why, where it was refused.
    pub reason: Option<String>,
    /// How many records stand in it.
    pub records: usize,
}

/// What a bank said about one collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number in the file, from 1.
    pub number: usize,
    /// Which collection.
    pub end_to_end: EndToEndId,
    /// What became of it.
    pub status: Status,
    /// Reason code.
    pub reason: Option<String>,
    /// Amount, where the bank repeats it.
    pub amount: Option<Euro>,
    /// Reference of the mandate, where the bank repeats it.
    pub umr: Option<String>,
    /// Identifier of the creditor, where the bank repeats it.
    pub creditor: Option<String>,
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Refused (`RJCT`): the money does not come.
    Rejected,
    /// Taken so far; it may still come back.
    Accepted,
    /// Nothing known yet, or some of it refused.
    Pending,
}

/// Why a report was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Not a report of a known version, or its head is not in order.
    #[error("reading a report of the bank")]
    Document(#[from] XmlError),
    /// XML of another kind.
    #[error("reading a report of the bank: neither pain.002.001.10 nor pain.002.001.03")]
    OtherKind,
    /// Bad records, at most 100.
    #[error("reading a report of the bank: {} bad records", .0.len())]
    Records(Vec<Fault>),
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Number of the record in the file, from 1.
    pub record: usize,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// Not built as the schema says.
    #[error(transparent)]
    Shape(#[from] XmlError),
    /// No `OrgnlEndToEndId`, or not one that banks carry.
    #[error("no usable reference of the collection")]
    EndToEnd,
    /// No status, or one that is not known.
    #[error("no known status")]
    Status,
    /// A reason longer than a reason is.
    #[error("no usable reason")]
    Reason,
    /// Not an amount with at most two decimals, or not a count.
    #[error("no usable amount")]
    Amount,
    /// Another currency.
    #[error("not in euro")]
    Currency,
    /// The same collection as an earlier record.
    #[error("the same collection as record {0}")]
    Twice(usize),
}

/// Reads a report.
///
/// # Errors
/// The whole file is refused for one bad record; all of them are named, up to 100.
pub fn read(bytes: &[u8]) -> Result<Report, Refusal> {
    let document = Document::read(bytes, &LIMITS)?;
    let root = document.root();
    let namespace = NAMESPACES.into_iter().find(|namespace| root.is(namespace, "Document"));
    let reader = Reader { ns: namespace.ok_or(Refusal::OtherKind)? };
    let mut walk = root.walk()?;
    let report = walk.one(reader.ns, "CstmrPmtStsRpt")?;
    walk.end()?;
    reader.report(report)
}

/// What a bank repeats of a collection.
#[derive(Default)]
struct Original {
    amount: Option<Euro>,
    umr: Option<String>,
    creditor: Option<String>,
}

/// Reads the elements of one version.
struct Reader {
    ns: &'static str,
}

impl Reader {
    fn report(&self, element: &Element) -> Result<Report, Refusal> {
        let mut walk = element.walk()?;
        walk.one(self.ns, "GrpHdr")?;
        let mut report = self.group(walk.one(self.ns, "OrgnlGrpInfAndSts")?)?;
        let batches = walk.list(self.ns, "OrgnlPmtInfAndSts");
        walk.list(self.ns, "SplmtryData");
        walk.end()?;
        let mut faults = Vec::new();
        for batch in batches {
            self.batch(batch, &mut report, &mut faults)?;
        }
        faults.extend(twice(&report.records));
        faults.sort_by_key(|fault| fault.record);
        faults.truncate(FAULTS_MAX);
        if faults.is_empty() { Ok(report) } else { Err(Refusal::Records(faults)) }
    }

    fn group(&self, element: &Element) -> Result<Report, Refusal> {
        let mut walk = element.walk()?;
        let message = walk.one(self.ns, "OrgnlMsgId")?.trimmed()?.to_owned();
        walk.one(self.ns, "OrgnlMsgNmId")?;
        self.skip(&mut walk, &["OrgnlCreDtTm"]);
        let count = walk.optional(self.ns, "OrgnlNbOfTxs").map(Element::trimmed).transpose()?;
        let sum = walk.optional(self.ns, "OrgnlCtrlSum").map(Element::trimmed).transpose()?;
        let (count, sum) = totals(count, sum).map_err(shape)?;
        let status = self.status(&mut walk, "GrpSts")?;
        let reason = self.reason(&mut walk).map_err(shape)?;
        walk.list(self.ns, "NbOfTxsPerSts");
        walk.end()?;
        Ok(Report { message, count, sum, status, reason, batches: Vec::new(), records: Vec::new() })
    }

    /// Reads a batch; faults of its records are gathered, not raised.
    fn batch(&self, element: &Element, report: &mut Report, faults: &mut Vec<Fault>) -> Result<(), Refusal> {
        let mut walk = element.walk()?;
        let id = walk.one(self.ns, "OrgnlPmtInfId")?.trimmed()?.to_owned();
        self.skip(&mut walk, &["OrgnlNbOfTxs", "OrgnlCtrlSum"]);
        let status = self.status(&mut walk, "PmtInfSts")?;
        let reason = self.reason(&mut walk).map_err(shape)?;
        walk.list(self.ns, "NbOfTxsPerSts");
        let records = walk.list(self.ns, "TxInfAndSts");
        walk.end()?;
        let whole = [status, report.status].contains(&Some(Status::Rejected)).then_some(Status::Rejected);
        let before: usize = report.batches.iter().map(|batch| batch.records).sum();
        report.batches.push(BatchAnswer { id, status, reason: reason.clone(), records: records.len() });
        for (number, record) in (before + 1..).zip(records) {
            match self.record(record, number, whole) {
                Ok(mut record) => {
                    record.reason = record.reason.or_else(|| reason.clone()).or_else(|| report.reason.clone());
                    report.records.push(record);
                }
                Err(kind) => faults.push(Fault { record: number, kind }),
            }
        }
        Ok(())
    }

    /// Reads one record. Without a status of its own it shares the refusal of its batch or file.
    fn record(&self, element: &Element, number: usize, whole: Option<Status>) -> Result<Record, FaultKind> {
        let mut walk = element.walk()?;
        self.skip(&mut walk, &["StsId", "OrgnlInstrId"]);
        let end_to_end = walk.optional(self.ns, "OrgnlEndToEndId").ok_or(FaultKind::EndToEnd)?;
        let end_to_end = EndToEndId::parse(end_to_end.trimmed()?).map_err(|_| FaultKind::EndToEnd)?;
        self.skip(&mut walk, &["OrgnlUETR"]);
        let status = match walk.optional(self.ns, "TxSts") {
            Some(element) => Status::of(element.trimmed()?),
            None => whole,
        };
        let status = status.ok_or(FaultKind::Status)?;
        let reason = self.reason(&mut walk)?;
        walk.list(self.ns, "ChrgsInf");
        self.skip(&mut walk, &["TrckrData", "AccptncDtTm", "AcctSvcrRef", "ClrSysRef"]);
        let original = match walk.optional(self.ns, "OrgnlTxRef") {
            Some(element) => self.original(element)?,
            None => Original::default(),
        };
        walk.list(self.ns, "SplmtryData");
        walk.end()?;
        let Original { amount, umr, creditor } = original;
        Ok(Record { number, end_to_end, status, reason, amount, umr, creditor })
    }

    /// What the bank repeats of the collection. What stands behind the mandate holds nothing that is needed.
    fn original(&self, element: &Element) -> Result<Original, FaultKind> {
        let mut walk = element.walk()?;
        self.skip(&mut walk, &["IntrBkSttlmAmt"]);
        let amount = match walk.optional(self.ns, "Amt") {
            Some(element) => self.amount(element)?,
            None => None,
        };
        self.skip(&mut walk, &["IntrBkSttlmDt", "ReqdColltnDt", "ReqdExctnDt"]);
        let creditor = walk.optional(self.ns, "CdtrSchmeId").and_then(|scheme| self.creditor(scheme));
        let creditor = creditor.map(Element::trimmed).transpose()?.map(str::to_owned);
        self.skip(&mut walk, &["SttlmInf", "PmtTpInf", "PmtMtd"]);
        let mut umr = None;
        if let Some(mandate) = walk.optional(self.ns, "MndtRltdInf") {
            let id = mandate.elements().next().filter(|first| first.is(self.ns, "MndtId"));
            umr = id.map(Element::trimmed).transpose()?.map(str::to_owned);
        }
        let behind = [
            "RmtInf",
            "UltmtDbtr",
            "Dbtr",
            "DbtrAcct",
            "DbtrAgt",
            "DbtrAgtAcct",
            "CdtrAgt",
            "CdtrAgtAcct",
            "Cdtr",
            "CdtrAcct",
            "UltmtCdtr",
            "Purp",
        ];
        self.skip(&mut walk, &behind);
        walk.end()?;
        Ok(Original { amount, umr, creditor })
    }

    /// The identifier inside `CdtrSchmeId`.
    fn creditor<'a>(&self, element: &'a Element) -> Option<&'a Element> {
        ["Id", "PrvtId", "Othr", "Id"]
            .iter()
            .try_fold(element, |at, local| at.elements().find(|child| child.is(self.ns, local)))
    }

    fn amount(&self, element: &Element) -> Result<Option<Euro>, FaultKind> {
        let mut walk = element.walk()?;
        let instructed = walk.optional(self.ns, "InstdAmt");
        self.skip(&mut walk, &["EqvtAmt"]);
        walk.end()?;
        let Some(element) = instructed else { return Ok(None) };
        if element.required("Ccy")? != "EUR" {
            return Err(FaultKind::Currency);
        }
        decimal(element.trimmed()?).map(Some).ok_or(FaultKind::Amount)
    }

    /// The status of a file or batch; one that is not known is as if nothing was said.
    fn status(&self, walk: &mut Walk<'_>, local: &str) -> Result<Option<Status>, XmlError> {
        let code = walk.optional(self.ns, local).map(Element::trimmed).transpose()?;
        Ok(code.map(|code| Status::of(code).unwrap_or(Status::Pending)))
    }

    /// The first reason code, or the bank's own word for one.
    fn reason(&self, walk: &mut Walk<'_>) -> Result<Option<String>, FaultKind> {
        let mut found = None;
        for element in walk.list(self.ns, "StsRsnInf") {
            let mut walk = element.walk()?;
            self.skip(&mut walk, &["Orgtr"]);
            let reason = walk.optional(self.ns, "Rsn");
            walk.list(self.ns, "AddtlInf");
            walk.end()?;
            let Some(reason) = reason else { continue };
            let mut walk = reason.walk()?;
            let code = walk.optional(self.ns, "Cd").or_else(|| walk.optional(self.ns, "Prtry"));
            walk.end()?;
            let code = code.ok_or(FaultKind::Reason)?.trimmed()?;
            if code.is_empty() || code.len() > TEXT_MAX {
                return Err(FaultKind::Reason);
            }
            found = found.or_else(|| Some(code.to_owned()));
        }
        Ok(found)
    }

    /// Passes over elements of the schema that may stand here and are not read.
    fn skip(&self, walk: &mut Walk<'_>, names: &[&str]) {
        for name in names {
            walk.optional(self.ns, name);
        }
    }
}

impl Status {
    /// The status of a code of ISO 20022; nothing for one that is not known.
    fn of(code: &str) -> Option<Self> {
        match code {
            "RJCT" => Some(Self::Rejected),
            "ACTC" | "ACCP" | "ACSP" | "ACSC" | "ACCC" | "ACWC" | "ACWP" => Some(Self::Accepted),
            "PDNG" | "RCVD" | "PART" | "PATC" => Some(Self::Pending),
            _ => None,
        }
    }
}

/// Count and sum of our file.
fn totals(count: Option<&str>, sum: Option<&str>) -> Result<(Option<u64>, Option<Euro>), FaultKind> {
    let count = count.map(|text| text.parse().map_err(|_| FaultKind::Amount)).transpose()?;
    let sum = sum.map(|text| decimal(text).ok_or(FaultKind::Amount)).transpose()?;
    Ok((count, sum))
}

/// A fault outside the records: of the head of the file or of a batch.
fn shape(kind: FaultKind) -> Refusal {
    match kind {
        FaultKind::Shape(error) => Refusal::Document(error),
        kind => Refusal::Records(vec![Fault { record: 0, kind }]),
    }
}

/// Records about a collection that an earlier one was about.
fn twice(records: &[Record]) -> Vec<Fault> {
    let mut seen = HashMap::new();
    let again = records.iter().filter_map(|record| match seen.entry(&record.end_to_end) {
        std::collections::hash_map::Entry::Occupied(first) => {
            Some(Fault { record: record.number, kind: FaultKind::Twice(*first.get()) })
        }
        std::collections::hash_map::Entry::Vacant(free) => {
            free.insert(record.number);
            None
        }
    });
    again.collect()
}

/// An amount of XML Schema, `81`, `81.0`, `81.00`: decimals beyond cents must be zero.
fn decimal(text: &str) -> Option<Euro> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let dangling = text.ends_with('.');
    if whole.is_empty() || whole.len() > 13 || decimals.len() > 5 || dangling || !digits(whole) || !digits(decimals) {
        return None;
    }
    let padded = format!("{decimals:0<5}");
    let (cents, rest) = padded.split_at(2);
    (rest == "000").then_some(())?;
    let whole: i64 = whole.parse().ok()?;
    Some(Euro::from_cents(whole * 100 + cents.parse::<i64>().ok()?))
}
