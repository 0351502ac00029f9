//! What the node asks, by `paForNode.xsd`: every element in its place, every value by its rule.
//!
//! What is only a hint (the amount that a payment service provider has in mind) is checked and left out: the entity
//! always answers its own, present amount.

use sportello_domain::euro::Euro;
use sportello_xml::Element;

use crate::{NAMESPACE, Operation, ParseError, facet, fields::Fields, receipt, soap};

pub use crate::receipt::{Psp, Receipt, Subject, Transfer};

/// A call that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which operation, hence the shape of the answer.
    pub operation: Operation,
    /// Codice fiscale of the entity that is asked (`idPA`), 1 to 35 characters.
    pub id_pa: String,
    /// Codice fiscale of its intermediary (`idBrokerPA`).
    pub id_broker: String,
    /// Its station (`idStation`).
    pub id_station: String,
    /// What is asked.
    pub ask: Ask,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// What does this notice say now?
    Verify(Notice),
    /// Somebody is about to pay this notice.
    Get(Notice),
    /// A receipt.
    Receipt(Box<Receipt>),
    /// A payment without a notice: we offer none at payment service providers.
    Demand,
}

/// The key of a notice. The digits are taken as they are: an unknown number is a matter of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Codice fiscale of the entity of the notice, 11 digits.
    pub fiscal_code: String,
    /// Number of the notice, 18 digits.
    pub number: String,
}

/// Reads a call of the node.
///
/// # Errors
/// Anything that the schema does not allow; see [`ParseError::fault_code`].
pub fn read(bytes: &[u8]) -> Result<Call, ParseError> {
    let document = soap::read(bytes)?;
    let element = soap::body(&document)?;
    let operation = Operation::of_request(element.local())
        .filter(|_| element.namespace() == Some(NAMESPACE))
        .ok_or(ParseError::Operation)?;
    call(operation, element)
}

fn call(operation: Operation, element: &Element) -> Result<Call, ParseError> {
    let mut fields = Fields::of(element)?;
    let id_pa = fields.value("idPA", facet::text::<35>)?;
    let id_broker = fields.value("idBrokerPA", facet::text::<35>)?;
    let id_station = fields.value("idStation", facet::text::<35>)?;
    let ask = match operation {
        Operation::VerifyPaymentNotice => Ask::Verify(notice(fields.child("qrCode")?)?),
        Operation::GetPayment | Operation::GetPaymentV2 => {
            let notice = notice(fields.child("qrCode")?)?;
            hints(&mut fields)?;
            Ask::Get(notice)
        }
        Operation::SendRt => Ask::Receipt(Box::new(receipt::read(fields.child("receipt")?, receipt::Version::One)?)),
        Operation::SendRtV2 => Ask::Receipt(Box::new(receipt::read(fields.child("receipt")?, receipt::Version::Two)?)),
        Operation::DemandPaymentNotice => {
            fields.value("idServizio", five)?;
            fields.value("idSoggettoServizio", five)?;
            fields.value("datiSpecificiServizioRequest", facet::base64)?;
            Ask::Demand
        }
    };
    fields.end()?;
    Ok(Call { operation, id_pa, id_broker, id_station, ask })
}

fn notice(element: &Element) -> Result<Notice, ParseError> {
    let mut fields = Fields::of(element)?;
    let fiscal_code = fields.value("fiscalCode", facet::digits::<11>)?;
    let number = fields.value("noticeNumber", facet::digits::<18>)?;
    fields.end()?;
    Ok(Notice { fiscal_code, number })
}

fn hints(fields: &mut Fields<'_>) -> Result<(), ParseError> {
    let _: Option<Euro> = fields.value_if("amount", facet::amount)?;
    fields.value_if("paymentNote", facet::text::<210>)?;
    fields.value_if("transferType", facet::word(&["POSTAL", "PAGOPA"]))?;
    fields.value_if("dueDate", facet::date)?;
    Ok(())
}

fn five(text: &str) -> Option<()> {
    (text.chars().count() == 5).then_some(())
}
