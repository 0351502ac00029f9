//! Writes `pain.008.001.08` record by record: a file of any length needs the memory of one record.

use std::collections::HashSet;
use std::io::Write;

use chrono::{DateTime, NaiveDate, Utc};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use sportello_domain::{
    euro::Euro,
    iban::Iban,
    sdd::{
        AMOUNT_MAX_CENTS, AMOUNT_MIN_CENTS, CreditorId, EndToEndId, MessageId, NAME_MAX, REMITTANCE_MAX, SequenceType,
        Umr, is_target_day, sepa_text,
    },
};

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08";
/// What stands in place of a BIC (Reg. EU 260/2012: the IBAN is enough).
const NO_BIC: &str = "NOTPROVIDED";

/// Who collects.
#[derive(Clone, Copy, Debug)]
pub struct Creditor<'a> {
    /// Name of the account holder; transliterated, at most 70 characters are written.
    pub name: &'a str,
    /// Account that is credited.
    pub iban: &'a Iban,
    /// Creditor identifier.
    pub id: &'a CreditorId,
}

/// The head of a file.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// Name of the file.
    pub message: &'a MessageId,
    /// When it was made; written as the time of Rome.
    pub created_at: DateTime<Utc>,
    /// Who collects.
    pub creditor: Creditor<'a>,
    /// Over all batches.
    pub totals: Totals,
}

/// What is said beforehand and checked at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many collections.
    pub count: u64,
    /// Their sum.
    pub sum: Euro,
}

/// A batch: the collections of one day and kind on the creditor's account (`PmtInf`).
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    /// Day of the debit, a TARGET day.
    pub collection_on: NaiveDate,
    /// Kind of its collections.
    pub sequence: SequenceType,
    /// Of this batch.
    pub totals: Totals,
}

/// One collection.
#[derive(Clone, Copy, Debug)]
pub struct Collection<'a> {
    /// Its reference.
    pub end_to_end: &'a EndToEndId,
    /// 0.01 to 999,999,999.99 euro.
    pub amount: Euro,
    /// The mandate.
    pub umr: &'a Umr,
    /// When the mandate was signed.
    pub signed_on: NaiveDate,
    /// Name of the account holder; transliterated, at most 70 characters are written.
    pub holder: &'a str,
    /// Account that is debited.
    pub iban: &'a Iban,
    /// What the debtor reads; transliterated, at most 140 characters are written.
    pub text: &'a str,
}

/// Why a file could not be written. Never holds a name or an account.
#[derive(Debug, thiserror::Error)]
pub enum SepaError {
    /// The disk, or what stands for it.
    #[error("writing a file of collections")]
    Write(#[from] std::io::Error),
    /// An amount outside the scheme.
    #[error("writing collection {0}: the amount is not one of the scheme")]
    Amount(u64),
    /// Nothing of a name can be written in the characters of banks. Record 0 is the creditor.
    #[error("writing collection {0}: the name has no letter that banks take")]
    Name(u64),
    /// Banks do not settle on that day.
    #[error("writing a batch for {0}: not a TARGET day")]
    Day(NaiveDate),
    /// Two batches of one day and kind.
    #[error("writing a batch for {0}: there is one of its kind already")]
    BatchTwice(NaiveDate),
    /// A collection before any batch, or a batch or file that ends with other totals than it began with.
    #[error("writing a file of collections: {0} are not what was said")]
    Totals(&'static str),
}

/// A file while it is written: [`Pain008::begin`], then [`Pain008::batch`] with its [`Pain008::collection`]s, then
/// [`Pain008::end`]. After an error the file is worth nothing.
pub struct Pain008<'h, W: Write> {
    out: Writer<W>,
    heading: Heading<'h>,
    batch: Option<Batch>,
    batches: HashSet<(NaiveDate, SequenceType)>,
    in_batch: Totals,
    in_file: Totals,
}

impl<'h, W: Write> Pain008<'h, W> {
    /// Begins a file: `out` should be buffered.
    ///
    /// # Errors
    /// [`SepaError::Write`]; [`SepaError::Name`] for a creditor without a name.
    pub fn begin(out: W, heading: Heading<'h>) -> Result<Self, SepaError> {
        let mut file = Self {
            out: Writer::new(out),
            heading,
            batch: None,
            batches: HashSet::new(),
            in_batch: Totals::default(),
            in_file: Totals::default(),
        };
        file.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        file.event(Event::Start(BytesStart::new("Document").with_attributes([("xmlns", NAMESPACE)])))?;
        file.open("CstmrDrctDbtInitn")?;
        file.open("GrpHdr")?;
        file.text("MsgId", heading.message.as_str())?;
        let local = heading.created_at.with_timezone(&chrono_tz::Europe::Rome);
        file.text("CreDtTm", &local.format("%Y-%m-%dT%H:%M:%S").to_string())?;
        file.totals(heading.totals)?;
        file.party("InitgPty", heading.creditor.name, 0)?;
        file.close("GrpHdr")?;
        Ok(file)
    }

    /// Begins a batch and ends the one before.
    ///
    /// # Errors
    /// A day on which banks do not settle, a second batch of one day and kind, wrong totals of the batch before.
    pub fn batch(&mut self, batch: Batch) -> Result<(), SepaError> {
        self.end_batch()?;
        if !is_target_day(batch.collection_on) {
            return Err(SepaError::Day(batch.collection_on));
        }
        if !self.batches.insert((batch.collection_on, batch.sequence)) {
            return Err(SepaError::BatchTwice(batch.collection_on));
        }
        let creditor = self.heading.creditor;
        self.open("PmtInf")?;
        self.text("PmtInfId", &self.heading.message.batch(batch.collection_on, batch.sequence))?;
        self.text("PmtMtd", "DD")?;
        self.text("BtchBookg", "true")?;
        self.totals(batch.totals)?;
        self.open("PmtTpInf")?;
        self.nested(&["SvcLvl", "Cd"], "SEPA")?;
        self.nested(&["LclInstrm", "Cd"], "CORE")?;
        self.text("SeqTp", batch.sequence.stored())?;
        self.close("PmtTpInf")?;
        self.text("ReqdColltnDt", &batch.collection_on.to_string())?;
        self.party("Cdtr", creditor.name, 0)?;
        self.nested(&["CdtrAcct", "Id", "IBAN"], creditor.iban.as_str())?;
        self.nested(&["CdtrAgt", "FinInstnId", "Othr", "Id"], NO_BIC)?;
        self.text("ChrgBr", "SLEV")?;
        self.scheme(creditor.id)?;
        self.batch = Some(batch);
        Ok(())
    }

    /// Writes one collection of the batch.
    ///
    /// # Errors
    /// An amount or a name that the scheme does not take, with the number of the record in the file, from 1.
    pub fn collection(&mut self, collection: &Collection<'_>) -> Result<(), SepaError> {
        if self.batch.is_none() {
            return Err(SepaError::Totals("the batches"));
        }
        let record = self.in_file.count + self.in_batch.count + 1;
        let cents = collection.amount.cents();
        if !(AMOUNT_MIN_CENTS..=AMOUNT_MAX_CENTS).contains(&cents) {
            return Err(SepaError::Amount(record));
        }
        self.open("DrctDbtTxInf")?;
        self.open("PmtId")?;
        self.text("InstrId", &record.to_string())?;
        self.text("EndToEndId", collection.end_to_end.as_str())?;
        self.close("PmtId")?;
        self.event(Event::Start(BytesStart::new("InstdAmt").with_attributes([("Ccy", "EUR")])))?;
        self.event(Event::Text(BytesText::new(&decimal(collection.amount))))?;
        self.close("InstdAmt")?;
        self.open("DrctDbtTx")?;
        self.open("MndtRltdInf")?;
        self.text("MndtId", collection.umr.as_str())?;
        self.text("DtOfSgntr", &collection.signed_on.to_string())?;
        self.close("MndtRltdInf")?;
        self.close("DrctDbtTx")?;
        self.nested(&["DbtrAgt", "FinInstnId", "Othr", "Id"], NO_BIC)?;
        self.party("Dbtr", collection.holder, record)?;
        self.nested(&["DbtrAcct", "Id", "IBAN"], collection.iban.as_str())?;
        let text = sepa_text(collection.text, REMITTANCE_MAX);
        if !text.is_empty() {
            self.nested(&["RmtInf", "Ustrd"], &text)?;
        }
        self.close("DrctDbtTxInf")?;
        self.in_batch.count += 1;
        self.in_batch.sum += collection.amount;
        Ok(())
    }

    /// Ends the file and gives back where it was written.
    ///
    /// # Errors
    /// [`SepaError::Totals`] when batches or collections are not as many, or as much, as was said.
    pub fn end(mut self) -> Result<W, SepaError> {
        self.end_batch()?;
        if self.in_file != self.heading.totals || self.batches.is_empty() {
            return Err(SepaError::Totals("the totals of the file"));
        }
        self.close("CstmrDrctDbtInitn")?;
        self.close("Document")?;
        let mut out = self.out.into_inner();
        out.flush()?;
        Ok(out)
    }

    fn end_batch(&mut self) -> Result<(), SepaError> {
        let Some(batch) = self.batch.take() else { return Ok(()) };
        let written = std::mem::take(&mut self.in_batch);
        if written != batch.totals || written.count == 0 {
            return Err(SepaError::Totals("the totals of a batch"));
        }
        self.in_file.count += written.count;
        self.in_file.sum += written.sum;
        self.close("PmtInf")
    }

    fn totals(&mut self, totals: Totals) -> Result<(), SepaError> {
        self.text("NbOfTxs", &totals.count.to_string())?;
        self.text("CtrlSum", &decimal(totals.sum))
    }

    /// A party of which only the name is said: addresses are not needed inside the scheme.
    fn party(&mut self, element: &'static str, name: &str, record: u64) -> Result<(), SepaError> {
        let name = sepa_text(name, NAME_MAX);
        if !name.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            return Err(SepaError::Name(record));
        }
        self.nested(&[element, "Nm"], &name)
    }

    fn scheme(&mut self, id: &CreditorId) -> Result<(), SepaError> {
        for element in ["CdtrSchmeId", "Id", "PrvtId", "Othr"] {
            self.open(element)?;
        }
        self.text("Id", id.as_str())?;
        self.nested(&["SchmeNm", "Prtry"], "SEPA")?;
        for element in ["Othr", "PrvtId", "Id", "CdtrSchmeId"] {
            self.close(element)?;
        }
        Ok(())
    }

    /// Elements inside each other, the last one with a text.
    fn nested(&mut self, elements: &[&'static str], text: &str) -> Result<(), SepaError> {
        for element in elements {
            self.open(element)?;
        }
        self.event(Event::Text(BytesText::new(text)))?;
        for element in elements.iter().rev() {
            self.close(element)?;
        }
        Ok(())
    }

    fn text(&mut self, element: &'static str, text: &str) -> Result<(), SepaError> {
        self.nested(&[element], text)
    }

    fn open(&mut self, element: &'static str) -> Result<(), SepaError> {
        self.event(Event::Start(BytesStart::new(element)))
    }

    fn close(&mut self, element: &'static str) -> Result<(), SepaError> {
        self.event(Event::End(BytesEnd::new(element)))
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), SepaError> {
        Ok(self.out.write_event(event)?)
    }
}

/// `81.00`: as XML Schema writes a decimal.
fn decimal(amount: Euro) -> String {
    let cents = amount.cents();
    format!("{}.{:02}", cents / 100, cents.rem_euclid(100))
}
