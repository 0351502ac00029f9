//! Receipts as the node writes them (SOAP 1.1, paForNode.wsdl), in both versions; and the enti that get them.

use anyhow::{Context, Result, ensure};
use sportello_domain::avviso::NumeroAvviso;
use sportello_domain::ente::EnteSettings;
use sportello_domain::riscossione::Riscossione;

/// An ente that collects.
#[derive(Clone, Debug)]
pub(super) struct Ente {
    /// Part of the addresses of its pages.
    pub(super) slug: String,
    codice_fiscale: String,
    riscossione: Riscossione,
}

#[derive(serde::Deserialize)]
struct File {
    ente: Vec<Row>,
}

#[derive(serde::Deserialize)]
struct Row {
    slug: String,
    settings: EnteSettings,
}

/// Those of the demonstration, from the file that the portal loads too.
pub(super) fn enti() -> Result<Vec<Ente>> {
    let file: File =
        toml::from_str(include_str!("../../../demo/enti.toml")).context("reading the enti of the demonstration")?;
    let collects = |row: Row| {
        let codice_fiscale = row.settings.codice_fiscale;
        Some(Ente { slug: row.slug, codice_fiscale, riscossione: row.settings.riscossione? })
    };
    let enti: Vec<Ente> = file.ente.into_iter().filter_map(collects).collect();
    ensure!(!enti.is_empty(), "no ente of the demonstration collects");
    Ok(enti)
}

/// Which primitive tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// paSendRT.
    V1,
    /// paSendRTV2.
    V2,
}

/// A payment that went well.
#[derive(Clone, Debug)]
pub(super) struct Receipt {
    /// Identifier.
    pub(super) id: String,
    /// Notice.
    pub(super) avviso: NumeroAvviso,
    /// Amount.
    pub(super) cents: i64,
    /// Codice fiscale of who owes.
    pub(super) debtor: String,
    /// How it is told.
    pub(super) version: Version,
}

impl Receipt {
    /// The envelope for an ente.
    pub(super) fn envelope(&self, ente: &Ente) -> String {
        let (element, cf, stazione) = (self.element(), &ente.codice_fiscale, &ente.riscossione.stazione);
        format!(
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:pafn=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\"><soapenv:Body><pafn:{element}>\
             <idPA>{cf}</idPA><idBrokerPA>{}</idBrokerPA><idStation>{}</idStation><receipt>{}</receipt></pafn:{element}>\
             </soapenv:Body></soapenv:Envelope>",
            stazione.intermediario_cf,
            stazione.stazione_id,
            self.body(ente)
        )
    }

    const fn element(&self) -> &'static str {
        match self.version {
            Version::V1 => "paSendRTReq",
            Version::V2 => "paSendRTV2Request",
        }
    }

    fn body(&self, ente: &Ente) -> String {
        let (cf, iban, tassonomia) = (&ente.codice_fiscale, &ente.riscossione.iban, &ente.riscossione.tassonomia);
        let (id, avviso, debtor) = (&self.id, self.avviso.as_str(), &self.debtor);
        let amount = format!("{}.{:02}", self.cents / 100, self.cents % 100);
        format!(
            "<receiptId>{id}</receiptId><noticeNumber>{avviso}</noticeNumber><fiscalCode>{cf}</fiscalCode>\
             <outcome>OK</outcome><creditorReferenceId>{}</creditorReferenceId><paymentAmount>{amount}</paymentAmount>\
             <description>Mensa scolastica</description><companyName>Comune</companyName><debtor><uniqueIdentifier>\
             <entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
             <entityUniqueIdentifierValue>{debtor}</entityUniqueIdentifierValue></uniqueIdentifier>\
             <fullName>Persona Inventata</fullName></debtor><transferList><transfer><idTransfer>1</idTransfer>\
             <transferAmount>{amount}</transferAmount><fiscalCodePA>{cf}</fiscalCodePA><IBAN>{iban}</IBAN>\
             <remittanceInformation>Mensa scolastica</remittanceInformation>\
             <transferCategory>{tassonomia}</transferCategory></transfer></transferList><idPSP>DRILL_01</idPSP>\
             <PSPCompanyName>Banca di prova</PSPCompanyName><idChannel>DRILL_01_CH</idChannel>\
             <channelDescription>app</channelDescription><paymentMethod>creditCard</paymentMethod><fee>1.00</fee>\
             <paymentDateTime>2026-11-20T10:00:00</paymentDateTime><applicationDate>2026-11-20</applicationDate>\
             <transferDate>2026-11-23</transferDate>",
            self.avviso.iuv()
        )
    }
}
