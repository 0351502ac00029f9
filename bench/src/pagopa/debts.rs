//! Debts with notices, and what the node says about them.

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::avviso::NumeroAvviso;
use sportello_domain::ente::Ente;
use sportello_domain::fatturazione::Modalita;
use sportello_domain::id::{EnteId, PersonaId, PosizioneId};
use sportello_domain::posizione::PosizioneStatus;
use sportello_domain::riscossione::Riscossione;
use sportello_store::posizione::{self, PosizioneRow};
use sportello_store::{Store, StoreConfig, Tx, binds, ente};
use uuid::Uuid;

use super::Ask;

/// Bases of our notices begin here, far above those of the demonstration.
const FIRST_BASE: u64 = 9_000_000_000;
/// Debts that are made in one transaction.
const CHUNK: u64 = 500;
/// Kind of our identifiers, in their upper half.
const KIND: u128 = 0x6e6f646f << 96;

/// Debts of one person, by number.
pub struct Debts {
    ente: Ente,
    riscossione: Riscossione,
    notices: Vec<NumeroAvviso>,
}

impl Debts {
    /// Makes debts in the first ente of the demonstration, while the portal is ended.
    pub async fn make(database: &str, count: u64) -> Result<Self> {
        let store = open(database).await?;
        let enti = store.read(EnteId::PLATFORM, async |read| ente::all(read).await).await?;
        let ente = enti.into_iter().find(|ente| ente.settings.riscossione.is_some()).context("no ente collects")?;
        let riscossione = ente.settings.riscossione.clone().context("the ente collects")?;
        let notice = |number| NumeroAvviso::issue(riscossione.stazione.segregazione, FIRST_BASE + number);
        let notices = (0..count).map(notice).collect::<Result<Vec<_>, _>>()?;
        let debts = Self { ente, riscossione, notices };
        let id = debts.ente.id;
        let (persona,): (PersonaId,) = store
            .read(id, async move |read| {
                read.fetch_one("SELECT id FROM persona WHERE ente_id = $1 ORDER BY id LIMIT 1", binds![id]).await
            })
            .await
            .context("the demonstration has people")?;
        for first in (0..count).step_by(CHUNK as usize) {
            let rows: Vec<_> = (first..count.min(first + CHUNK)).map(|number| debts.row(number, persona)).collect();
            store.write(id, async move |tx| add(tx, id, &rows).await).await?;
        }
        store.close().await;
        Ok(debts)
    }

    fn row(&self, number: u64, persona: PersonaId) -> PosizioneRow {
        let now: DateTime<Utc> = DateTime::UNIX_EPOCH;
        PosizioneRow {
            id: PosizioneId::new(Uuid::from_u128(KIND | u128::from(number))),
            documento_id: None,
            persona_id: Some(persona),
            alunno_id: None,
            causale: format!("Mensa scolastica ottobre 2026 - retta {number}/M/2026"),
            amount_cents: 8_150,
            settled_cents: 0,
            scadenza: NaiveDate::from_ymd_opt(2026, 11, 30).unwrap_or_default(),
            modalita: Modalita::PagoPa,
            status: PosizioneStatus::Open,
            codice_avviso: Some(self.notices[number as usize].as_str().to_owned()),
            tassonomia: self.riscossione.tassonomia.clone(),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// How many of our receipts were kept, and how many of our debts are paid, once the portal has ended.
    pub async fn paid(&self, database: &str) -> Result<(u64, u64)> {
        let (store, id) = (open(database).await?, self.ente.id);
        let sql = "SELECT (SELECT count(*) FROM ricevuta_pagopa WHERE ente_id = $1 AND anomalia IS NULL AND receipt_id LIKE 'bench-%'),
            (SELECT count(*) FROM posizione_debitoria WHERE ente_id = $1 AND status = 'pagata' AND codice_avviso >= $2)";
        let first = self.notices.first().context("no debt was made")?.as_str().to_owned();
        let (receipts, paid): (i64, i64) =
            store.read(id, async move |read| read.fetch_one(sql, binds![id, first]).await).await?;
        store.close().await;
        ensure!(receipts >= 0 && paid >= 0, "a count is never negative");
        Ok((receipts.unsigned_abs(), paid.unsigned_abs()))
    }

    /// The call of the node about a debt.
    pub fn call(&self, ask: Ask, number: u64) -> String {
        let (cf, notice) = (&self.ente.settings.codice_fiscale, self.notices[number as usize].as_str());
        let element = match ask {
            Ask::Verify => "paVerifyPaymentNoticeReq",
            Ask::Get => "paGetPaymentV2Request",
            Ask::Receipt => "paSendRTV2Request",
        };
        let what = match ask {
            Ask::Receipt => self.receipt(number),
            Ask::Verify | Ask::Get => {
                format!("<qrCode><fiscalCode>{cf}</fiscalCode><noticeNumber>{notice}</noticeNumber></qrCode>")
            }
        };
        let stazione = &self.riscossione.stazione;
        format!(
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:pafn=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\"><soapenv:Body><pafn:{element}>\
             <idPA>{cf}</idPA><idBrokerPA>{}</idBrokerPA><idStation>{}</idStation>{what}</pafn:{element}>\
             </soapenv:Body></soapenv:Envelope>",
            stazione.intermediario_cf, stazione.stazione_id
        )
    }

    fn receipt(&self, number: u64) -> String {
        let (cf, notice) = (&self.ente.settings.codice_fiscale, self.notices[number as usize].as_str());
        let iban = &self.riscossione.iban;
        let subject = "<uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
                       <entityUniqueIdentifierValue>RSSMRA85C12A794E</entityUniqueIdentifierValue></uniqueIdentifier>\
                       <fullName>Mario Rossi</fullName>";
        format!(
            "<receipt><receiptId>bench-{number}</receiptId><noticeNumber>{notice}</noticeNumber>\
             <fiscalCode>{cf}</fiscalCode><outcome>OK</outcome><creditorReferenceId>{}</creditorReferenceId>\
             <paymentAmount>81.50</paymentAmount><description>Mensa scolastica</description>\
             <companyName>Comune</companyName><debtor>{subject}</debtor><transferList><transfer>\
             <idTransfer>1</idTransfer><transferAmount>81.50</transferAmount><fiscalCodePA>{cf}</fiscalCodePA>\
             <IBAN>{iban}</IBAN><remittanceInformation>Mensa scolastica</remittanceInformation>\
             <transferCategory>9/0107101TS/</transferCategory></transfer></transferList><idPSP>AGID_01</idPSP>\
             <PSPCompanyName>Banca di prova</PSPCompanyName><idChannel>97735020584_02</idChannel>\
             <channelDescription>app</channelDescription><payer>{subject}</payer><paymentMethod>creditCard</paymentMethod>\
             <fee>1.00</fee><paymentDateTime>2026-11-20T10:00:00</paymentDateTime>\
             <applicationDate>2026-11-20</applicationDate><transferDate>2026-11-23</transferDate></receipt>",
            &notice[1..]
        )
    }
}

async fn add(tx: &mut Tx, ente: EnteId, rows: &[PosizioneRow]) -> sportello_store::Result<()> {
    for row in rows {
        posizione::add(tx, ente, row).await?;
    }
    Ok(())
}

async fn open(database: &str) -> Result<Store> {
    let config: StoreConfig = database.parse().context("the database")?;
    Store::open(&config).await.context("opening the database")
}
