//! The requests of the node in SOAP 1.1, document/literal (paForNode.wsdl). The portal's own writer is another one.

use std::fmt::Write as _;

use sportello_domain::{avviso::NumeroAvviso, euro::Euro};
use sportello_xml::escape;

use super::{
    payment::{Subject, Transfer},
    receipt::Receipt,
    station::Ente,
};

/// Namespace of the envelope.
pub const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// Namespace of the one element in the body; what stands inside it is in none.
pub const PA_FOR_NODE: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

/// Which primitives a station speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// paGetPayment, paSendRT.
    V1,
    /// paGetPaymentV2, paSendRTV2.
    V2,
}

/// A call: the operation (which is the SOAPAction too) and its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Such as `paVerifyPaymentNotice`.
    pub operation: &'static str,
    /// The envelope.
    pub body: String,
}

/// paVerifyPaymentNotice.
pub fn verify(ente: &Ente, numero: &NumeroAvviso) -> Call {
    let mut xml = Xml::start("paVerifyPaymentNoticeReq", ente);
    xml.qr_code(ente, numero);
    Call { operation: "paVerifyPaymentNotice", body: xml.finish() }
}

/// paGetPayment or paGetPaymentV2; amount and note (the id of the cart) are hints.
pub fn get(ente: &Ente, numero: &NumeroAvviso, version: Version, amount: Option<Euro>, note: Option<&str>) -> Call {
    let (operation, element) = match version {
        Version::V1 => ("paGetPayment", "paGetPaymentReq"),
        Version::V2 => ("paGetPaymentV2", "paGetPaymentV2Request"),
    };
    let mut xml = Xml::start(element, ente);
    xml.qr_code(ente, numero);
    xml.optional("amount", amount.map(decimal).as_deref());
    xml.optional("paymentNote", note);
    Call { operation, body: xml.finish() }
}

/// paSendRT or paSendRTV2.
pub fn send(ente: &Ente, receipt: &Receipt) -> Call {
    let (operation, element) = match receipt.version {
        Version::V1 => ("paSendRT", "paSendRTReq"),
        Version::V2 => ("paSendRTV2", "paSendRTV2Request"),
    };
    let mut xml = Xml::start(element, ente);
    xml.within("receipt", |xml| xml.receipt(receipt));
    Call { operation, body: xml.finish() }
}

/// `10.00`.
pub fn decimal(amount: Euro) -> String {
    format!("{}.{:02}", amount.cents() / 100, amount.cents() % 100)
}

/// An envelope that is being written.
struct Xml {
    text: String,
    element: &'static str,
}

impl Xml {
    fn start(element: &'static str, ente: &Ente) -> Self {
        let head = format!(
            "<soapenv:Envelope xmlns:soapenv=\"{SOAP}\" xmlns:pafn=\"{PA_FOR_NODE}\"><soapenv:Body><pafn:{element}>"
        );
        let mut xml = Self { text: head, element };
        xml.put("idPA", &ente.codice_fiscale);
        xml.put("idBrokerPA", &ente.stazione.intermediario_cf);
        xml.put("idStation", &ente.stazione.stazione_id);
        xml
    }

    fn finish(mut self) -> String {
        let element = self.element;
        let _ = write!(self.text, "</pafn:{element}></soapenv:Body></soapenv:Envelope>");
        self.text
    }

    fn put(&mut self, name: &str, value: &str) {
        let _ = write!(self.text, "<{name}>{}</{name}>", escape(value));
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        let _ = write!(self.text, "<{name}>");
        inside(self);
        let _ = write!(self.text, "</{name}>");
    }

    fn qr_code(&mut self, ente: &Ente, numero: &NumeroAvviso) {
        self.within("qrCode", |xml| {
            xml.put("fiscalCode", &ente.codice_fiscale);
            xml.put("noticeNumber", numero.as_str());
        });
    }

    /// `ctReceipt` and `ctReceiptV2`, in the order of the schema.
    fn receipt(&mut self, receipt: &Receipt) {
        let payment = &receipt.payment;
        let v2 = receipt.version == Version::V2;
        self.put("receiptId", &receipt.id);
        self.put("noticeNumber", receipt.numero.as_str());
        self.put("fiscalCode", &receipt.ente);
        self.put("outcome", "OK");
        self.put("creditorReferenceId", &payment.reference);
        self.put("paymentAmount", &decimal(receipt.amount));
        self.put("description", &payment.description);
        self.put("companyName", payment.company.as_deref().unwrap_or(&receipt.ente_name));
        self.optional("officeName", payment.office.as_deref());
        self.within("debtor", |xml| xml.subject(&payment.debtor));
        self.within("transferList", |xml| {
            for transfer in &receipt.transfers() {
                xml.within("transfer", |xml| xml.transfer(transfer));
            }
        });
        self.put("idPSP", receipt.psp.id);
        self.put("pspFiscalCode", receipt.psp.codice_fiscale);
        self.put("PSPCompanyName", receipt.psp.name);
        self.put("idChannel", receipt.psp.channel);
        self.put("channelDescription", receipt.channel);
        self.put("paymentMethod", receipt.method);
        self.optional("paymentNote", receipt.note.as_deref().filter(|_| v2));
        self.put("fee", &decimal(receipt.fee));
        self.put("paymentDateTime", &receipt.paid_at.format("%Y-%m-%dT%H:%M:%S").to_string());
        let day = receipt.paid_at.date().format("%Y-%m-%d").to_string();
        self.put("applicationDate", &day);
        self.put("transferDate", &day);
        self.metadata(&payment.metadata);
    }

    fn subject(&mut self, subject: &Subject) {
        self.within("uniqueIdentifier", |xml| {
            xml.put("entityUniqueIdentifierType", &subject.kind);
            xml.put("entityUniqueIdentifierValue", &subject.identifier);
        });
        self.put("fullName", &subject.name);
        for (name, value) in &subject.address {
            self.put(name, value);
        }
    }

    fn transfer(&mut self, transfer: &Transfer) {
        self.put("idTransfer", &transfer.id.to_string());
        self.put("transferAmount", &decimal(transfer.amount));
        self.put("fiscalCodePA", &transfer.ente);
        self.optional("companyName", transfer.company.as_deref());
        self.put("IBAN", &transfer.iban);
        self.put("remittanceInformation", &transfer.remittance);
        self.put("transferCategory", &transfer.category);
        self.metadata(&transfer.metadata);
    }

    fn metadata(&mut self, entries: &[(String, String)]) {
        if entries.is_empty() {
            return;
        }
        self.within("metadata", |xml| {
            for (key, value) in entries {
                xml.within("mapEntry", |xml| {
                    xml.put("key", key);
                    xml.put("value", value);
                });
            }
        });
    }
}
