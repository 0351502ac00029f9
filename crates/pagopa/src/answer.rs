//! What the node is answered: `outcome`, then `fault` or data, in the order of the schema, without empty elements.
//!
//! The schema leaves out more than the node does: an answer to `paVerifyPaymentNotice` without description, codice
//! fiscale or name of the entity is valid and refused all the same, so that these are not optional here.

use chrono::NaiveDate;
use sportello_domain::euro::Euro;

use crate::{Fault, NAMESPACE, Operation, Text, TextError, soap, writer::Writer};

/// Largest amount of the schema, 999,999,999.99, in cents.
const AMOUNT_MAX_CENTS: i64 = 99_999_999_999;

/// Shortest codice fiscale: that of a body.
const IDENTIFIER_MIN: usize = 11;

/// Why data cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// A text is empty, too long or holds a control character.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Zero, negative or more than 999,999,999.99.
    #[error("writing an answer: the amount is not from 0.01 to 999999999.99")]
    Amount,
    /// Not 11 digits.
    #[error("writing an answer: the codice fiscale of the entity has not 11 digits")]
    FiscalCode,
    /// The description holds the debtor's codice fiscale (SANP, "Best practice": no personal data in it).
    #[error("writing an answer: the description holds personal data")]
    PersonalData,
}

/// The entity that is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creditor {
    fiscal_code: Text<11>,
    company_name: Text<140>,
    office_name: Option<Text<140>>,
}

impl Creditor {
    /// Codice fiscale (11 digits), name and, if there is one, the office.
    pub fn new(fiscal_code: &str, company_name: &str, office_name: Option<&str>) -> Result<Self, AnswerError> {
        let digits = fiscal_code.len() == 11 && fiscal_code.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            return Err(AnswerError::FiscalCode);
        }
        Ok(Self {
            fiscal_code: Text::new(fiscal_code)?,
            company_name: Text::new(company_name)?,
            office_name: office_name.and_then(Text::cut),
        })
    }
}

/// A notice as it can be paid now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payable {
    amount: Euro,
    due_on: NaiveDate,
    description: Text<140>,
    creditor: Creditor,
}

impl Payable {
    /// The present amount, the day by which it is to be paid, what for (never with personal data), and to whom.
    pub fn new(amount: Euro, due_on: NaiveDate, description: &str, creditor: Creditor) -> Result<Self, AnswerError> {
        if !(1..=AMOUNT_MAX_CENTS).contains(&amount.cents()) {
            return Err(AnswerError::Amount);
        }
        Ok(Self { amount, due_on, description: Text::new(description)?, creditor })
    }
}

/// Who owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debtor {
    identifier: Text<16>,
    full_name: Text<70>,
}

impl Debtor {
    /// Codice fiscale of a person or body, and name; a name longer than the schema allows is cut.
    pub fn new(identifier: &str, full_name: &str) -> Result<Self, AnswerError> {
        let identifier = Text::new(identifier)?;
        let full_name = Text::cut(full_name).ok_or(TextError::Empty)?;
        Ok(Self { identifier, full_name })
    }

    /// `G` for the 11 digits of a body, else `F`.
    fn kind(&self) -> &'static str {
        let text = self.identifier.as_str();
        if text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_digit()) { "G" } else { "F" }
    }
}

/// Everything that a payment needs: one transfer, to the entity itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    payable: Payable,
    iuv: Text<35>,
    debtor: Debtor,
    iban: Text<35>,
    category: Text<140>,
}

impl Payment {
    /// A payable notice with its IUV, its debtor, the account that is credited and the code of the taxonomy.
    ///
    /// # Errors
    /// A text that cannot be sent, or a description with the debtor's codice fiscale.
    pub fn new(payable: Payable, iuv: &str, debtor: Debtor, iban: &str, category: &str) -> Result<Self, AnswerError> {
        let description = payable.description.as_str().to_uppercase();
        // Names are left alone: somebody may well be called like a word of it.
        if debtor.identifier.as_str().len() >= IDENTIFIER_MIN
            && description.contains(&debtor.identifier.as_str().to_uppercase())
        {
            return Err(AnswerError::PersonalData);
        }
        Ok(Self { payable, iuv: Text::new(iuv)?, debtor, iban: Text::new(iban)?, category: Text::new(category)? })
    }
}

/// The answer to `paVerifyPaymentNotice`.
pub fn verified(payable: &Payable) -> String {
    ok(Operation::VerifyPaymentNotice, |w| {
        w.element("paymentList", |w| {
            w.element("paymentOptionDescription", |w| {
                w.leaf("amount", &amount(payable.amount));
                w.leaf("options", "EQ");
                w.leaf("dueDate", &payable.due_on.to_string());
                // No account of ours is a postal one.
                w.leaf("allCCP", "false");
            });
        });
        w.leaf("paymentDescription", payable.description.as_str());
        w.leaf("fiscalCodePA", payable.creditor.fiscal_code.as_str());
        names(w, &payable.creditor);
    })
}

/// The answer to `paGetPayment`, in the shape of its second version where that was asked.
pub fn payment(second: bool, payment: &Payment) -> String {
    let operation = if second { Operation::GetPaymentV2 } else { Operation::GetPayment };
    let Payable { amount: owed, due_on, description, creditor } = &payment.payable;
    ok(operation, |w| {
        w.element("data", |w| {
            w.leaf("creditorReferenceId", payment.iuv.as_str());
            w.leaf("paymentAmount", &amount(*owed));
            w.leaf("dueDate", &due_on.to_string());
            w.leaf("description", description.as_str());
            names(w, creditor);
            debtor(w, &payment.debtor);
            w.element("transferList", |w| transfer(w, payment));
        });
    })
}

/// The acknowledgement of a receipt, of its second version where that was sent.
pub fn receipt_taken(second: bool) -> String {
    ok(if second { Operation::SendRtV2 } else { Operation::SendRt }, |_| {})
}

/// A refusal of any operation.
pub fn fault(operation: Operation, fault: &Fault) -> String {
    write(operation, "KO", |w| {
        w.element("fault", |w| {
            w.leaf("faultCode", fault.code.code());
            w.leaf("faultString", fault.code.words());
            w.leaf("id", fault.id.as_str());
            if let Some(description) = &fault.description {
                w.leaf("description", description.as_str());
            }
        });
    })
}

fn ok(operation: Operation, data: impl FnOnce(&mut Writer)) -> String {
    write(operation, "OK", data)
}

fn write(operation: Operation, outcome: &str, rest: impl FnOnce(&mut Writer)) -> String {
    let mut writer = Writer::default();
    writer.root(operation.response(), NAMESPACE, |w| {
        w.leaf("outcome", outcome);
        rest(w);
    });
    soap::envelope(&writer.finish())
}

fn names(w: &mut Writer, creditor: &Creditor) {
    w.leaf("companyName", creditor.company_name.as_str());
    if let Some(office) = &creditor.office_name {
        w.leaf("officeName", office.as_str());
    }
}

fn debtor(w: &mut Writer, debtor: &Debtor) {
    w.element("debtor", |w| {
        w.element("uniqueIdentifier", |w| {
            w.leaf("entityUniqueIdentifierType", debtor.kind());
            w.leaf("entityUniqueIdentifierValue", debtor.identifier.as_str());
        });
        w.leaf("fullName", debtor.full_name.as_str());
    });
}

fn transfer(w: &mut Writer, payment: &Payment) {
    w.element("transfer", |w| {
        w.leaf("idTransfer", "1");
        w.leaf("transferAmount", &amount(payment.payable.amount));
        w.leaf("fiscalCodePA", payment.payable.creditor.fiscal_code.as_str());
        w.leaf("IBAN", payment.iban.as_str());
        w.leaf("remittanceInformation", payment.payable.description.as_str());
        w.leaf("transferCategory", payment.category.as_str());
    });
}

/// `\d+\.\d{2}`.
fn amount(amount: Euro) -> String {
    format!("{}.{:02}", amount.cents() / 100, amount.cents() % 100)
}
