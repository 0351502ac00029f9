//! Enrolments that pay by direct debit, their debts, and what a bank says.

use std::{path::Path, process::Command};

use chrono::NaiveDate;
use mail_parser::MessageParser;
use sportello_app::{
    Ctx,
    sdd::{self, Answer, Fate, Prepared, SddPage},
    testing::{App, Domanda, Figlio, Message},
    ufficio::{self, Decision},
};
use sportello_domain::{
    id::{AlunnoId, DistintaId, DocumentoContabileId, IscrizioneId, PersonaId, PosizioneId},
    ruolo::Ruolo,
};
use sportello_store::{FromRow, Json, binds};

pub const IBAN: &str = "IT60X0542811101000000123456";

const ENROLMENT: &str = "SELECT id, alunno_id, persona_id FROM iscrizione WHERE ente_id = $1 AND modalita_pagamento = 'SDD' ORDER BY created_at, id LIMIT 1";
const CICLO: &str = "INSERT INTO ciclo_fatturazione (ente_id, id, servizio, periodo, status, emesso_il, scadenza, created_at, issued_at)
    VALUES ($1, $2, 'mensa', $3, 'emesso', $4, $5, $6, $6)";
const DOCUMENTO: &str = "INSERT INTO documento_contabile (ente_id, id, kind, serie, anno, numero, emesso_il, scadenza, ciclo_id, periodo, alunno_id, persona_id, iscrizione_id, net_cents, vat_cents, total_cents, aliquota_bp, righe, credits_id, modalita, created_at)
    VALUES ($1, $2, 'fattura', 'M', 2026, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $11, 400, $12, NULL, 'SDD', $13)";
const POSIZIONE: &str = "INSERT INTO posizione_debitoria (ente_id, id, documento_id, persona_id, alunno_id, causale, amount_cents, settled_cents, scadenza, modalita, status, codice_avviso, tassonomia, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, 'SDD', 'aperta', NULL, '9/0107101TS/', 1, $9, $9)";
const DEBT: &str =
    "SELECT status, codice_avviso, scadenza, version FROM posizione_debitoria WHERE ente_id = $1 AND id = $2";

sportello_store::row! {
    /// A debt as it stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Debt {
        pub status: String,
        pub codice_avviso: Option<String>,
        pub scadenza: NaiveDate,
        pub version: i64,
    }
}

/// An ente that collects, with a clerk of its accounts office.
pub struct World<'a> {
    app: &'a App,
    /// Rita, of the accounts office.
    pub rita: Ctx,
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl<'a> World<'a> {
    /// With one child of the family Rossi enrolled, who pays by direct debit.
    pub async fn new(app: &'a App, child: u64) -> Self {
        let rita = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        let world = Self { app, rita };
        world.enrol(child, Some(IBAN)).await;
        world
    }

    /// Files and accepts the enrolment of one more child.
    pub async fn enrol(&self, child: u64, iban: Option<&str>) {
        let (app, ctx, anna) = (self.app, self.app.cittadino("Rossi").await, self.app.operatore("Anna").await);
        let domanda = Domanda { iban: iban.map(str::to_owned), ..Domanda::new([Figlio::new("Luca", "Rossi", child)]) };
        let (_, pratiche) = app.file(&ctx, &domanda).await;
        ufficio::take(&app.portal, &anna, pratiche[0], 1).await.unwrap();
        let decision = Decision { version: 2, accept: true, reason: String::new() };
        ufficio::decide(&app.portal, &anna, pratiche[0], &decision).await.unwrap();
    }

    /// A debt of 81 euro and `numero` cents, issued on 1 September and due on 1 October.
    pub async fn debt(&self, numero: i64) -> PosizioneId {
        let (app, ente) = (self.app, self.app.ente.id);
        let id = || app.portal.request_id().uuid();
        let (ciclo, documento, posizione) = (id(), DocumentoContabileId::new(id()), PosizioneId::new(id()));
        let (periodo, cents) = (format!("{numero}"), 8_100 + numero);
        let causale = format!("Mensa scolastica - retta {numero}/M/2026");
        let (issued, due, now) = (day("2026-09-01"), day("2026-10-01"), app.clock.now());
        let write = app.portal.store().write(ente, async move |tx| {
            let (iscrizione, alunno, persona): (IscrizioneId, AlunnoId, PersonaId) =
                tx.fetch_one(ENROLMENT, binds![ente]).await?;
            tx.execute(CICLO, binds![ente, ciclo, periodo, issued, due, now]).await?;
            let righe = Json(serde_json::json!([]));
            let binds = binds![
                ente, documento, numero, issued, due, ciclo, periodo, alunno, persona, iscrizione, cents, righe, now
            ];
            tx.execute(DOCUMENTO, binds).await?;
            tx.execute(POSIZIONE, binds![ente, posizione, documento, persona, alunno, causale, cents, due, now]).await
        });
        write.await.unwrap();
        posizione
    }

    /// Makes the file of a day.
    pub async fn prepare(&self, on: &str) -> DistintaId {
        match sdd::prepare(&self.app.portal, &self.rita, day(on)).await.unwrap() {
            Prepared::Made(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Reads an answer of the bank that is in order.
    pub async fn import(&self, bytes: &str) -> Answer {
        sdd::import(&self.app.portal, &self.rita, "esito.xml", bytes.as_bytes()).await.unwrap().unwrap()
    }

    /// What became of its records.
    pub async fn fates(&self, bytes: &str) -> Vec<Fate> {
        self.import(bytes).await.lines.iter().map(|line| line.fate).collect()
    }

    pub async fn page(&self) -> SddPage {
        sdd::page(&self.app.portal, &self.rita).await.unwrap().unwrap()
    }

    /// The states of all debts, sorted.
    pub async fn states(&self) -> Vec<String> {
        let ente = self.app.ente.id;
        let sql = "SELECT status FROM posizione_debitoria WHERE ente_id = $1 ORDER BY status, id";
        let rows: Vec<(String,)> = self
            .app
            .portal
            .store()
            .read(ente, async move |read| read.fetch_all(sql, binds![ente]).await)
            .await
            .unwrap();
        rows.into_iter().map(|(status,)| status).collect()
    }

    pub async fn debt_now(&self, id: PosizioneId) -> Debt {
        let ente = self.app.ente.id;
        let read = self.app.portal.store().read(ente, async move |read| read.fetch_one(DEBT, binds![ente, id]).await);
        read.await.unwrap()
    }

    /// The state of the only mandate.
    pub async fn mandate(&self) -> String {
        self.one::<(String,)>("SELECT status FROM mandato WHERE ente_id = $1").await.0
    }

    /// The one row of a query that takes the ente.
    pub async fn one<T: FromRow + Send + 'static>(&self, sql: &'static str) -> T {
        let ente = self.app.ente.id;
        self.app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente]).await).await.unwrap()
    }
}

/// A report of the bank with these records.
pub fn report(records: &[String]) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>
        <GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-10-02T07:30:00</CreDtTm></GrpHdr>
        <OrgnlGrpInfAndSts><OrgnlMsgId>SDD-2026-000001</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
        <OrgnlPmtInfAndSts><OrgnlPmtInfId>SDD-2026-000001/20261001R</OrgnlPmtInfId>{}</OrgnlPmtInfAndSts>
        </CstmrPmtStsRpt></Document>",
        records.concat()
    )
}

/// A record about the first attempt to collect a document.
pub fn record(numero: i64, status: &str, code: &str) -> String {
    let reason = match code {
        "" => String::new(),
        code => format!("<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>"),
    };
    format!(
        "<TxInfAndSts><OrgnlEndToEndId>2026-M-{numero}-1</OrgnlEndToEndId><TxSts>{status}</TxSts>{reason}</TxInfAndSts>"
    )
}

/// A record of a refusal that repeats more of the collection.
pub fn rejected(numero: i64, code: &str, rest: &str) -> String {
    record(numero, "RJCT", code).replace("</TxInfAndSts>", &format!("{rest}</TxInfAndSts>"))
}

/// The record about another attempt.
pub fn attempt(record: &str, attempt: u32) -> String {
    record.replace("-1</OrgnlEndToEndId>", &format!("-{attempt}</OrgnlEndToEndId>"))
}

/// Subject and text of a message.
pub fn read(message: &Message) -> (String, String) {
    let parsed = MessageParser::default().parse(message.raw.as_bytes()).unwrap();
    (parsed.subject().unwrap().to_owned(), parsed.body_text(0).unwrap().into_owned())
}

/// Whether a message says this, alone or with other news.
pub fn tells(message: &Message, words: &str) -> bool {
    let (subject, body) = read(message);
    subject.contains(words) || body.contains(words)
}

/// Asserts that a file for the bank follows the published schema.
pub fn valid(content: &[u8]) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/sepa/pain.008.001.08.xsd");
    if !schema.exists() {
        #[expect(clippy::disallowed_methods, reason = "the test is told by the environment whether it may skip")]
        let required = std::env::var("SPORTELLO_SPECS").is_ok_and(|word| word == "required");
        assert!(!required, "the schema of pain.008 is missing");
        println!("skipped: the schema of pain.008 is not beside the checkout");
        return;
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let done = Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(schema).arg(file.path()).output();
    let done = done.expect("xmllint is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
