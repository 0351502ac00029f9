//! A portal with one debt, and the node that calls.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use sportello_app::testing::App;
use sportello_domain::{
    avviso::{NumeroAvviso, Segregazione},
    fatturazione::Modalita,
    id::{EnteId, PosizioneId},
    posizione::PosizioneStatus,
};
use sportello_store::{
    binds, nodo_messaggio,
    nodo_messaggio::MessaggioRow,
    posizione::{self, PosizioneRow},
};
use tower::ServiceExt;

/// Codice fiscale of the ente of the test.
pub const CF: &str = "80012340164";
/// Path of the services.
pub const PATH: &str = "/pa/paForNode";

pub struct World {
    pub app: App,
    pub router: Router,
    pub debt: PosizioneId,
    pub notice: String,
    ente: EnteId,
}

impl World {
    pub async fn new() -> Self {
        let app = App::sqlite().await;
        // The two enti of a test have one codice fiscale: it leads to the first.
        let ente = app.altrove.id;
        let persona_id = app.cittadino_di(&app.altrove, "Rossi").await.cittadino().unwrap().persona;
        let now = app.clock.now();
        let debt = PosizioneId::new(app.portal.chance().uuid(now));
        let notice = String::from(NumeroAvviso::issue(Segregazione::parse("02").unwrap(), 1).unwrap());
        let row = PosizioneRow {
            id: debt,
            documento_id: None,
            persona_id: Some(persona_id),
            alunno_id: None,
            causale: "Mensa scolastica ottobre 2026 - retta 12/M/2026".to_owned(),
            amount_cents: 8_150,
            settled_cents: 0,
            scadenza: chrono::NaiveDate::from_ymd_opt(2026, 11, 30).unwrap(),
            modalita: Modalita::PagoPa,
            status: PosizioneStatus::Open,
            codice_avviso: Some(notice.clone()),
            tassonomia: "9/0107101TS/".to_owned(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        app.portal.store().write(ente, async move |tx| posizione::add(tx, ente, &row).await).await.unwrap();
        let router = sportello_web::nodo_router(app.portal.clone());
        Self { app, router, debt, notice, ente }
    }

    /// One call; status and body of the answer.
    pub async fn call(&self, body: impl Into<Body>) -> (u16, String) {
        let request = Request::post(PATH)
            .header(header::CONTENT_TYPE, "text/xml; charset=utf-8")
            .header("SOAPAction", "\"something else\"")
            .body(body.into())
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    pub async fn status(&self) -> PosizioneStatus {
        let (ente, debt) = (self.ente, self.debt);
        let row = self.app.portal.store().read(ente, async move |read| posizione::by_id(read, ente, debt).await);
        row.await.unwrap().unwrap().status
    }

    /// Calls that were kept for the ente.
    pub async fn kept(&self) -> Vec<MessaggioRow> {
        self.kept_for(self.ente).await
    }

    pub async fn kept_for(&self, ente: EnteId) -> Vec<MessaggioRow> {
        let from = self.app.clock.now();
        let rows = self.app.portal.store().read(ente, async move |read| nodo_messaggio::since(read, ente, from).await);
        rows.await.unwrap()
    }

    pub async fn receipts(&self) -> i64 {
        let ente = self.ente;
        let sql = "SELECT count(*) FROM ricevuta_pagopa WHERE ente_id = $1";
        let found: (i64,) = self
            .app
            .portal
            .store()
            .read(ente, async move |read| read.fetch_one(sql, binds![ente]).await)
            .await
            .unwrap();
        found.0
    }

    /// A call about the notice.
    pub fn ask(&self, element: &str) -> String {
        let qr = format!("<qrCode><fiscalCode>{CF}</fiscalCode><noticeNumber>{}</noticeNumber></qrCode>", self.notice);
        envelope(element, &qr)
    }

    /// A receipt for the notice, of the first or the second version.
    pub fn receipt(&self, element: &str, id: &str) -> String {
        let notice = &self.notice;
        let receipt = format!(
            "<receipt><receiptId>{id}</receiptId><noticeNumber>{notice}</noticeNumber><fiscalCode>{CF}</fiscalCode>\
             <outcome>OK</outcome><creditorReferenceId>{}</creditorReferenceId><paymentAmount>81.50</paymentAmount>\
             <description>Mensa</description><companyName>Comune</companyName><debtor><uniqueIdentifier>\
             <entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>RSSMRA85C12A794E</entityUniqueIdentifierValue></uniqueIdentifier><fullName>Mario Rossi</fullName></debtor><transferList>\
             <transfer><idTransfer>1</idTransfer><transferAmount>81.50</transferAmount><fiscalCodePA>{CF}</fiscalCodePA>\
             <IBAN>IT48Z9999999999000000001000</IBAN><remittanceInformation>Mensa</remittanceInformation>\
             <transferCategory>9/0107101TS/</transferCategory></transfer></transferList><idPSP>PSP1</idPSP>\
             <PSPCompanyName>Banca</PSPCompanyName><idChannel>C1</idChannel><channelDescription>app</channelDescription>\
             <paymentDateTime>2026-11-20T10:00:00</paymentDateTime></receipt>",
            &notice[1..]
        );
        envelope(element, &receipt)
    }
}

/// A call of an operation from the right station.
pub fn envelope(element: &str, rest: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:pa=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\"><soapenv:Header/><soapenv:Body><pa:{element}>\
         <idPA>{CF}</idPA><idBrokerPA>{CF}</idBrokerPA><idStation>{CF}_01</idStation>{rest}</pa:{element}>\
         </soapenv:Body></soapenv:Envelope>"
    )
}
