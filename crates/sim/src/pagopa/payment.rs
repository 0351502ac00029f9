//! What an ente says about a notice, after the judge has read it.

use sportello_domain::euro::Euro;

/// The answer to paVerifyPaymentNotice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What is to be paid now.
    pub amount: Euro,
    /// What for.
    pub description: String,
    /// Name of the ente.
    pub company: String,
}

/// The `data` of paGetPayment and paGetPaymentV2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The creditor reference (IUV).
    pub reference: String,
    /// What is to be paid.
    pub amount: Euro,
    /// What for.
    pub description: String,
    /// Name of the ente; V1 may leave it out.
    pub company: Option<String>,
    /// Name of its office.
    pub office: Option<String>,
    /// Who owes it.
    pub debtor: Subject,
    /// The accounts it goes to, one to five.
    pub transfers: Vec<Transfer>,
    /// Keys and values that the receipt gives back.
    pub metadata: Vec<(String, String)>,
}

/// A person or company (`ctSubject`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// `F` a person, `G` a company.
    pub kind: String,
    /// Codice fiscale or partita IVA.
    pub identifier: String,
    /// Name.
    pub name: String,
    /// Names and values of the elements of the address that are there, in the order of the schema.
    pub address: Vec<(&'static str, String)>,
}

/// One part of the amount, on its way to one account (`ctTransferPAV2`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// 1 to 5.
    pub id: u8,
    /// The part.
    pub amount: Euro,
    /// Codice fiscale of the ente that gets it.
    pub ente: String,
    /// Its name; V2 only.
    pub company: Option<String>,
    /// The account.
    pub iban: String,
    /// What for.
    pub remittance: String,
    /// Taxonomy.
    pub category: String,
    /// Keys and values that the receipt gives back.
    pub metadata: Vec<(String, String)>,
}
