//! Reads the answers of an ente as strictly as the node does (paForNode.xsd and the tables of mutations of the node's own
//! tests). What fails here is `PPT_STAZIONE_INT_PA_ERRORE_RESPONSE`. It does not decide what is owed.

mod facet;
#[cfg(test)]
mod tests;

use sportello_domain::euro::Euro;
use sportello_xml::{Document, Element, Limits, Walk};

pub use facet::Flaw;
use facet::{
    amount, any_text, boolean, codice_fiscale, country, date, date_time, email, metadata, one, optional, text, word,
};

use super::{
    payment::{Payment, Subject, Transfer, Verified},
    refusal::Fault,
    soap::{PA_FOR_NODE, SOAP, Version},
    station::Ente,
};

/// Limits of an answer.
const LIMITS: Limits = Limits { size_bytes: 256 * 1024, depth: 16, attributes: 16, elements: 4_000 };
/// Parts of an amount (`ctTransferListPA`).
const MAX_TRANSFERS: usize = 5;

/// A well-formed answer: what was asked for, or the fault of the ente.
pub type Answer<T> = Result<T, Fault>;

/// Reads the answer to paVerifyPaymentNotice.
pub fn verify(bytes: &[u8]) -> Result<Answer<Verified>, Flaw> {
    read(bytes, "paVerifyPaymentNoticeRes", |walk| {
        let amount = payment_list(walk.one("", "paymentList")?)?;
        let description = one(walk, "paymentDescription", text(140))?;
        one(walk, "fiscalCodePA", codice_fiscale)?;
        let company = one(walk, "companyName", text(140))?;
        optional(walk, "officeName", text(140))?;
        Ok(Verified { amount, description, company })
    })
}

/// Reads the answer to paGetPayment or paGetPaymentV2 about a notice of this ente with this IUV.
pub fn get(bytes: &[u8], version: Version, ente: &Ente, iuv: &str) -> Result<Answer<Payment>, Flaw> {
    let element = match version {
        Version::V1 => "paGetPaymentRes",
        Version::V2 => "paGetPaymentV2Response",
    };
    let answer = read(bytes, element, |walk| data(walk.one("", "data")?, version))?;
    if let Ok(payment) = &answer {
        sense(payment, ente, iuv)?;
    }
    Ok(answer)
}

/// Reads the answer to paSendRT or paSendRTV2.
pub fn receipt(bytes: &[u8], version: Version) -> Result<Answer<()>, Flaw> {
    let element = match version {
        Version::V1 => "paSendRTRes",
        Version::V2 => "paSendRTV2Response",
    };
    read(bytes, element, |_| Ok(()))
}

/// The envelope, the outcome, and either the fault or the data, nothing after them.
fn read<T>(
    bytes: &[u8],
    element: &str,
    data: impl FnOnce(&mut Walk<'_>) -> Result<T, Flaw>,
) -> Result<Answer<T>, Flaw> {
    let document = Document::read(bytes, &LIMITS)?;
    if !document.root().is(SOAP, "Envelope") {
        return Err(Flaw::Sense("the answer is no SOAP 1.1 envelope"));
    }
    let mut envelope = document.root().walk()?;
    envelope.optional(SOAP, "Header");
    let body = envelope.one(SOAP, "Body")?;
    envelope.end()?;
    let mut body = body.walk()?;
    let mut walk = body.one(PA_FOR_NODE, element)?.walk()?;
    body.end()?;
    let outcome = one(&mut walk, "outcome", word(&["OK", "KO"]))?;
    let fault = walk.optional("", "fault").map(fault).transpose()?;
    let answer = match (outcome, fault) {
        ("OK", None) => Ok(data(&mut walk)?),
        ("OK", Some(_)) => return Err(Flaw::Sense("outcome OK with a fault")),
        (_, Some(fault)) => Err(fault),
        (_, None) => return Err(Flaw::Sense("outcome KO without a fault")),
    };
    walk.end()?;
    Ok(answer)
}

/// The fault (`ctFaultBean`).
fn fault(element: &Element) -> Result<Fault, Flaw> {
    let mut walk = element.walk()?;
    let code = one(&mut walk, "faultCode", text(140))?;
    let text = one(&mut walk, "faultString", any_text)?;
    one(&mut walk, "id", any_text)?;
    for name in ["description", "serial", "originalFaultCode", "originalFaultString", "originalDescription"] {
        walk.optional("", name);
    }
    walk.end()?;
    Ok(Fault { code, text })
}

/// The one option of payment, with its amount.
fn payment_list(element: &Element) -> Result<Euro, Flaw> {
    let mut list = element.walk()?;
    let mut walk = list.one("", "paymentOptionDescription")?.walk()?;
    list.end()?;
    let owed = one(&mut walk, "amount", amount)?;
    one(&mut walk, "options", word(&["EQ", "LS", "GT", "ANY"]))?;
    optional(&mut walk, "dueDate", date)?;
    optional(&mut walk, "detailDescription", text(140))?;
    one(&mut walk, "allCCP", boolean)?;
    walk.end()?;
    Ok(owed)
}

/// `ctPaymentPA` and `ctPaymentPAV2`, which differ in the name of the ente alone.
fn data(element: &Element, version: Version) -> Result<Payment, Flaw> {
    let mut walk = element.walk()?;
    let reference = one(&mut walk, "creditorReferenceId", text(35))?;
    let owed = one(&mut walk, "paymentAmount", amount)?;
    one(&mut walk, "dueDate", date)?;
    optional(&mut walk, "retentionDate", date_time)?;
    optional(&mut walk, "lastPayment", boolean)?;
    let description = one(&mut walk, "description", text(140))?;
    let company = match version {
        Version::V1 => optional(&mut walk, "companyName", text(140))?,
        Version::V2 => Some(one(&mut walk, "companyName", text(140))?),
    };
    let office = optional(&mut walk, "officeName", text(140))?;
    let debtor = subject(walk.one("", "debtor")?)?;
    let transfers = transfers(walk.one("", "transferList")?, version)?;
    let metadata = optional(&mut walk, "metadata", metadata)?.unwrap_or_default();
    walk.end()?;
    Ok(Payment { reference, amount: owed, description, company, office, debtor, transfers, metadata })
}

fn subject(element: &Element) -> Result<Subject, Flaw> {
    let mut walk = element.walk()?;
    let mut identifier = walk.one("", "uniqueIdentifier")?.walk()?;
    let kind = one(&mut identifier, "entityUniqueIdentifierType", word(&["F", "G"]))?.to_owned();
    let value = one(&mut identifier, "entityUniqueIdentifierValue", text(16))?;
    identifier.end()?;
    if value.chars().count() < 2 {
        return Err(Flaw::Value("entityUniqueIdentifierValue"));
    }
    let name = one(&mut walk, "fullName", text(70))?;
    let mut address = Vec::new();
    for (part, max) in
        [("streetName", 70), ("civicNumber", 16), ("postalCode", 16), ("city", 35), ("stateProvinceRegion", 35)]
    {
        address.extend(optional(&mut walk, part, text(max))?.map(|value| (part, value)));
    }
    address.extend(optional(&mut walk, "country", country)?.map(|value| ("country", value)));
    address.extend(optional(&mut walk, "e-mail", email)?.map(|value| ("e-mail", value)));
    walk.end()?;
    Ok(Subject { kind, identifier: value, name, address })
}

fn transfers(element: &Element, version: Version) -> Result<Vec<Transfer>, Flaw> {
    let mut walk = element.walk()?;
    let list = walk.list("", "transfer");
    walk.end()?;
    if !(1..=MAX_TRANSFERS).contains(&list.len()) {
        return Err(Flaw::Sense("not one to five transfers"));
    }
    list.into_iter().map(|element| transfer(element, version)).collect()
}

fn transfer(element: &Element, version: Version) -> Result<Transfer, Flaw> {
    let mut walk = element.walk()?;
    let id = one(&mut walk, "idTransfer", word(&["1", "2", "3", "4", "5"]))?;
    let part = one(&mut walk, "transferAmount", amount)?;
    let ente = one(&mut walk, "fiscalCodePA", codice_fiscale)?;
    let company = match version {
        Version::V1 => None,
        Version::V2 => optional(&mut walk, "companyName", text(140))?,
    };
    // A digital stamp, the other choice of the schema, is not sold here.
    let iban = one(&mut walk, "IBAN", text(35))?;
    let remittance = one(&mut walk, "remittanceInformation", text(140))?;
    let category = one(&mut walk, "transferCategory", text(140))?;
    let metadata = optional(&mut walk, "metadata", metadata)?.unwrap_or_default();
    walk.end()?;
    let id = id.as_bytes()[0] - b'0';
    Ok(Transfer { id, amount: part, ente, company, iban, remittance, category, metadata })
}

/// What the node checks beyond the schema: its own records, and that the parts make the whole.
fn sense(payment: &Payment, ente: &Ente, iuv: &str) -> Result<(), Flaw> {
    let total: i64 = payment.transfers.iter().map(|transfer| transfer.amount.cents()).sum();
    let ids: std::collections::HashSet<_> = payment.transfers.iter().map(|transfer| transfer.id).collect();
    if payment.reference != iuv {
        return Err(Flaw::Sense("creditorReferenceId is not that of the notice"));
    }
    if total != payment.amount.cents() {
        return Err(Flaw::Sense("the transfers do not make the amount"));
    }
    if ids.len() != payment.transfers.len() {
        return Err(Flaw::Sense("two transfers have one number"));
    }
    if payment.transfers.iter().any(|transfer| transfer.ente != ente.codice_fiscale) {
        return Err(Flaw::Sense("a transfer goes to another ente"));
    }
    if !payment.transfers.iter().all(|transfer| ente.iban.contains(&transfer.iban)) {
        return Err(Flaw::Sense("an IBAN is not on record for the ente"));
    }
    Ok(())
}
