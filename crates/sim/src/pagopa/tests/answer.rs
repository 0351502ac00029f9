//! Good answers of an ente, and faults.

use crate::pagopa::soap::{PA_FOR_NODE, SOAP, Version};

fn envelope(element: &str, inside: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"{SOAP}\" xmlns:paf=\"{PA_FOR_NODE}\"><soapenv:Header/><soapenv:Body>\
         <paf:{element}>{inside}</paf:{element}></soapenv:Body></soapenv:Envelope>"
    )
}

fn fault_of(element: &str, code: &str) -> String {
    let fault = format!("<fault><faultCode>{code}</faultCode><faultString>no</faultString><id>1</id></fault>");
    envelope(element, &format!("<outcome>KO</outcome>{fault}"))
}

pub fn verify(ente: &str, amount: &str) -> String {
    let option = format!(
        "<amount>{amount}</amount><options>EQ</options><dueDate>2026-12-31</dueDate>\
         <detailDescription>Mensa</detailDescription><allCCP>false</allCCP>"
    );
    envelope(
        "paVerifyPaymentNoticeRes",
        &format!(
            "<outcome>OK</outcome><paymentList><paymentOptionDescription>{option}</paymentOptionDescription>\
             </paymentList><paymentDescription>Mensa ottobre</paymentDescription><fiscalCodePA>{ente}</fiscalCodePA>\
             <companyName>Comune di Prova</companyName><officeName>Ufficio</officeName>"
        ),
    )
}

pub fn verify_fault(code: &str) -> String {
    fault_of("paVerifyPaymentNoticeRes", code)
}

pub fn get(version: Version, ente: &str, iban: &str, iuv: &str, amount: &str) -> String {
    envelope(
        get_element(version),
        &format!(
            "<outcome>OK</outcome><data><creditorReferenceId>{iuv}</creditorReferenceId>\
             <paymentAmount>{amount}</paymentAmount><dueDate>2026-12-31</dueDate><description>Mensa ottobre</description>\
             <companyName>Comune di Prova</companyName><debtor><uniqueIdentifier>\
             <entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
             <entityUniqueIdentifierValue>RSSMRA80A01H501U</entityUniqueIdentifierValue></uniqueIdentifier>\
             <fullName>Prova &amp; Rossi</fullName><country>IT</country></debtor><transferList><transfer>\
             <idTransfer>1</idTransfer><transferAmount>{amount}</transferAmount><fiscalCodePA>{ente}</fiscalCodePA>\
             <IBAN>{iban}</IBAN><remittanceInformation>Mensa ottobre</remittanceInformation>\
             <transferCategory>9/0107101TS/</transferCategory></transfer></transferList></data>"
        ),
    )
}

pub fn get_fault(version: Version, code: &str) -> String {
    fault_of(get_element(version), code)
}

pub fn receipt(version: Version, fault: Option<&str>) -> String {
    let element = match version {
        Version::V1 => "paSendRTRes",
        Version::V2 => "paSendRTV2Response",
    };
    fault.map_or_else(|| envelope(element, "<outcome>OK</outcome>"), |code| fault_of(element, code))
}

fn get_element(version: Version) -> &'static str {
    match version {
        Version::V1 => "paGetPaymentRes",
        Version::V2 => "paGetPaymentV2Response",
    }
}
