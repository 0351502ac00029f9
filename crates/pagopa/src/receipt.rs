//! The receipt of a payment, versions 1 and 2: `ctReceipt` and `ctReceiptV2`. Not what is booked because of it.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::euro::Euro;
use sportello_xml::Element;

use crate::{ParseError, facet, fields::Fields, pa_for_node::Notice};

/// Most entities paid by one notice.
const TRANSFERS_MAX: usize = 5;
/// Most entries of metadata.
const ENTRIES_MAX: usize = 15;
/// Longest identifier of a receipt that we keep, in characters; the schema has no limit.
const RECEIPT_ID_MAX: usize = 255;

/// Which of the two shapes a receipt has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    One,
    Two,
}

/// A payment that was made. Only payments that succeeded have a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Name of the receipt, unique for the entity: 1 to 255 characters.
    pub receipt_id: String,
    /// The notice that was paid.
    pub notice: Notice,
    /// Its creditor reference (IUV), 1 to 35 characters.
    pub iuv: String,
    /// What was paid, without the fee: the sum of the transfers.
    pub amount: Euro,
    /// What was paid for, in words.
    pub description: String,
    /// Who owed.
    pub debtor: Subject,
    /// Who paid, when it is said.
    pub payer: Option<Subject>,
    /// To whom the money goes, one to five.
    pub transfers: Vec<Transfer>,
    /// Through whom it was paid.
    pub psp: Psp,
    /// How it was paid, as the payment service provider calls it.
    pub method: Option<String>,
    /// The note of whoever began the payment: of a cart of ours, its `idCart` (version 2).
    pub note: Option<String>,
    /// What the payer paid on top of it.
    pub fee: Option<Euro>,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// Day of the booking at the payment service provider.
    pub applied_on: Option<NaiveDate>,
    /// Day on which the money reaches the entity.
    pub transferred_on: Option<NaiveDate>,
    /// Whether it was taken in our stead while we could not be reached.
    pub stand_in: bool,
}

/// A person or body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Codice fiscale, partita IVA or another identifier, 2 to 16 characters.
    pub identifier: String,
    /// Name, 1 to 70 characters.
    pub full_name: String,
}

/// A share of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Codice fiscale of the entity that gets it, 11 digits.
    pub fiscal_code: String,
    /// How much.
    pub amount: Euro,
    /// The account; none for a digital stamp.
    pub iban: Option<String>,
}

/// A payment service provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Psp {
    /// Its identifier at the node.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The channel that it used, in words.
    pub channel: String,
}

pub(crate) fn read(element: &Element, version: Version) -> Result<Receipt, ParseError> {
    let mut fields = Fields::of(element)?;
    let receipt_id = fields.value("receiptId", facet::any)?;
    let number = fields.value("noticeNumber", facet::digits::<18>)?;
    let fiscal_code = fields.value("fiscalCode", facet::digits::<11>)?;
    let outcome = fields.value("outcome", facet::word(&["OK", "KO"]))?;
    let iuv = fields.value("creditorReferenceId", facet::text::<35>)?;
    let amount = fields.value("paymentAmount", facet::amount)?;
    let description = fields.value("description", facet::text::<140>)?;
    fields.value("companyName", facet::text::<140>)?;
    fields.value_if("officeName", facet::text::<140>)?;
    let debtor = subject(fields.child("debtor")?)?;
    let transfers = transfers(fields.child("transferList")?, version)?;
    let psp = psp(&mut fields)?;
    let payer = fields.child_if("payer").map(subject).transpose()?;
    let method = fields.value_if("paymentMethod", facet::text::<35>)?;
    let note = if version == Version::Two { fields.value_if("paymentNote", facet::text::<210>)? } else { None };
    let fee = fields.value_if("fee", facet::amount)?;
    if version == Version::Two {
        fields.value_if("primaryCiIncurredFee", facet::amount)?;
        fields.value_if("idBundle", facet::text::<70>)?;
        fields.value_if("idCiBundle", facet::text::<70>)?;
    }
    let paid_at = fields.value_if("paymentDateTime", facet::instant)?;
    let applied_on = fields.value_if("applicationDate", facet::date)?;
    let transferred_on = fields.value_if("transferDate", facet::date)?;
    metadata(&mut fields)?;
    let stand_in = fields.value_if("standIn", facet::boolean)?.unwrap_or(false);
    fields.end()?;
    let notice = Notice { fiscal_code, number };
    let receipt = Receipt {
        receipt_id,
        notice,
        iuv,
        amount,
        description,
        debtor,
        payer,
        transfers,
        psp,
        method,
        note,
        fee,
        paid_at,
        applied_on,
        transferred_on,
        stand_in,
    };
    rules(&receipt, outcome)?;
    Ok(receipt)
}

/// What the schema cannot say.
fn rules(receipt: &Receipt, outcome: &str) -> Result<(), ParseError> {
    let blank = receipt.receipt_id.trim().is_empty();
    if blank || receipt.receipt_id.chars().count() > RECEIPT_ID_MAX {
        return Err(ParseError::Rule("a receipt has no usable identifier"));
    }
    if outcome != "OK" {
        return Err(ParseError::Rule("a receipt tells of a payment that failed"));
    }
    let sum: i64 = receipt.transfers.iter().map(|transfer| transfer.amount.cents()).sum();
    if sum != receipt.amount.cents() {
        return Err(ParseError::Rule("the transfers do not add up to the amount"));
    }
    Ok(())
}

fn psp(fields: &mut Fields<'_>) -> Result<Psp, ParseError> {
    let id = fields.value("idPSP", facet::text::<35>)?;
    fields.value_if("pspFiscalCode", facet::text::<70>)?;
    fields.value_if("pspPartitaIVA", facet::text::<20>)?;
    let name = fields.value("PSPCompanyName", facet::text::<70>)?;
    fields.value("idChannel", facet::text::<35>)?;
    let channel = fields.value("channelDescription", facet::text::<35>)?;
    Ok(Psp { id, name, channel })
}

fn subject(element: &Element) -> Result<Subject, ParseError> {
    let mut fields = Fields::of(element)?;
    let mut unique = Fields::of(fields.child("uniqueIdentifier")?)?;
    unique.value("entityUniqueIdentifierType", facet::word(&["F", "G"]))?;
    let identifier = unique.value("entityUniqueIdentifierValue", facet::identifier)?;
    unique.end()?;
    let full_name = fields.value("fullName", facet::text::<70>)?;
    fields.value_if("streetName", facet::text::<70>)?;
    fields.value_if("civicNumber", facet::text::<16>)?;
    fields.value_if("postalCode", facet::text::<16>)?;
    fields.value_if("city", facet::text::<35>)?;
    fields.value_if("stateProvinceRegion", facet::text::<35>)?;
    fields.value_if("country", facet::country)?;
    fields.value_if("e-mail", facet::email)?;
    fields.end()?;
    Ok(Subject { identifier, full_name })
}

fn transfers(element: &Element, version: Version) -> Result<Vec<Transfer>, ParseError> {
    let mut fields = Fields::of(element)?;
    let mut numbers = HashSet::new();
    let mut transfers = Vec::new();
    for child in fields.children("transfer", TRANSFERS_MAX)? {
        let (number, transfer) = transfer(child, version)?;
        if !numbers.insert(number) {
            return Err(ParseError::Rule("two transfers have the same number"));
        }
        transfers.push(transfer);
    }
    fields.end()?;
    Ok(transfers)
}

fn transfer(element: &Element, version: Version) -> Result<(u8, Transfer), ParseError> {
    let mut fields = Fields::of(element)?;
    let number = fields.value("idTransfer", facet::transfer_number)?;
    let amount = fields.value("transferAmount", facet::amount_not_zero)?;
    let fiscal_code = fields.value("fiscalCodePA", facet::digits::<11>)?;
    let iban = match version {
        Version::One => Some(fields.value("IBAN", facet::text::<35>)?),
        Version::Two => {
            fields.value_if("companyName", facet::text::<140>)?;
            let stamp = fields.value_if("MBDAttachment", facet::base64)?;
            if stamp.is_none() { Some(fields.value("IBAN", facet::text::<35>)?) } else { None }
        }
    };
    fields.value("remittanceInformation", facet::text::<140>)?;
    fields.value("transferCategory", facet::text::<140>)?;
    metadata(&mut fields)?;
    fields.end()?;
    Ok((number, Transfer { fiscal_code, amount, iban }))
}

/// Checked and left out: none of it is ours.
fn metadata(fields: &mut Fields<'_>) -> Result<(), ParseError> {
    let Some(element) = fields.child_if("metadata") else { return Ok(()) };
    let mut fields = Fields::of(element)?;
    for entry in fields.children("mapEntry", ENTRIES_MAX)? {
        let mut entry = Fields::of(entry)?;
        entry.value("key", facet::text::<140>)?;
        entry.value("value", facet::text::<140>)?;
        entry.end()?;
    }
    fields.end()
}
