//! A parent with debts, and the node that asks and pays.

use chrono::NaiveDate;
use sportello_app::{
    Ctx, Result, check,
    nodo::{self, Booked, Call, Collectable, Owed, Receipt, Refused},
    testing::App,
};
use sportello_domain::{
    avviso::{NumeroAvviso, Segregazione},
    ente::Ente,
    euro::Euro,
    fatturazione::Modalita,
    id::{AlunnoId, PersonaId, PosizioneId},
    posizione::{Anomalia, PosizioneStatus},
};
use sportello_store::{
    binds,
    incasso::{self, Balance},
    posizione::{self, PosizioneRow},
};

/// Bytes that stand for a message of the node.
pub const RAW: &[u8] = b"<soap>Mario Rossi</soap>";

/// A parent of the ente `prova`.
pub struct World<'a> {
    pub app: &'a App,
    pub parent: Ctx,
    pub alunno: AlunnoId,
}

/// The notice number of a base.
pub fn notice(base: u64) -> NumeroAvviso {
    NumeroAvviso::issue(Segregazione::parse("02").unwrap(), 1_000_000 + base).unwrap()
}

pub fn call(operation: &str) -> Call<'_> {
    Call { operation, raw: RAW }
}

/// A receipt over an amount.
pub fn receipt(id: &str, notice: &str, cents: i64) -> Receipt {
    Receipt {
        id: id.to_owned(),
        notice: notice.to_owned(),
        amount: Euro::from_cents(cents),
        paid_at: Some("2026-09-03T22:30:00Z".parse().unwrap()),
        psp: "Banca di prova".to_owned(),
        stand_in: false,
        id_cart: None,
    }
}

impl<'a> World<'a> {
    pub async fn new(app: &'a App) -> Self {
        let parent = app.cittadino("Rossi").await;
        let ente = app.ente.id;
        let sql = "SELECT id FROM alunno WHERE ente_id = $1 AND nome = 'Luca'";
        let (alunno,): (AlunnoId,) =
            app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente]).await).await.unwrap();
        Self { app, parent, alunno }
    }

    pub fn persona(&self) -> PersonaId {
        self.parent.cittadino().unwrap().persona
    }

    /// A debt of the parent; its notice is that of the base.
    pub async fn debt(&self, base: u64, cents: i64) -> PosizioneId {
        self.debt_in(base, cents, Modalita::PagoPa, PosizioneStatus::Open).await
    }

    pub async fn debt_in(&self, base: u64, cents: i64, modalita: Modalita, status: PosizioneStatus) -> PosizioneId {
        let now = self.app.clock.now();
        let row = PosizioneRow {
            id: PosizioneId::new(self.app.portal.chance().uuid(now)),
            documento_id: None,
            persona_id: Some(self.persona()),
            alunno_id: Some(self.alunno),
            causale: format!("Mensa scolastica ottobre 2026 - retta {base}/M/2026"),
            amount_cents: cents,
            settled_cents: 0,
            scadenza: NaiveDate::from_ymd_opt(2026, 9, 1 + u32::try_from(base % 28).unwrap()).unwrap(),
            modalita,
            status,
            codice_avviso: Some(notice(base).into()),
            tassonomia: "9/0107101TS/".to_owned(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let (ente, key) = (self.app.ente.id, row.id);
        self.app.portal.store().write(ente, async move |tx| posizione::add(tx, ente, &row).await).await.unwrap();
        key
    }

    pub async fn row(&self, debt: PosizioneId) -> PosizioneRow {
        let ente = self.app.ente.id;
        let found = self.app.portal.store().read(ente, async move |read| posizione::by_id(read, ente, debt).await);
        found.await.unwrap().unwrap()
    }

    pub async fn status(&self, debt: PosizioneId) -> PosizioneStatus {
        self.row(debt).await.status
    }

    /// Somebody of the office moves a debt.
    pub async fn force(&self, debt: PosizioneId, status: PosizioneStatus) {
        let (ente, now, row) = (self.app.ente.id, self.app.clock.now(), self.row(debt).await);
        let change = self.app.portal.store().write(ente, async move |tx| {
            posizione::change(tx, ente, debt, row.version, status, row.settled_cents, now).await
        });
        assert!(change.await.unwrap());
    }

    pub async fn verify(&self, notice: &str) -> std::result::Result<Owed, Refused> {
        self.verify_at(&self.app.ente, notice).await
    }

    pub async fn verify_at(&self, ente: &Ente, notice: &str) -> std::result::Result<Owed, Refused> {
        nodo::verify(&self.app.portal, ente, notice, call("paVerifyPaymentNotice")).await.unwrap()
    }

    pub async fn get(&self, notice: &str) -> std::result::Result<Collectable, Refused> {
        nodo::get(&self.app.portal, &self.app.ente, notice, call("paGetPaymentV2")).await.unwrap()
    }

    pub async fn send(&self, receipt: Receipt) -> Result<Booked> {
        nodo::receipt(&self.app.portal, &self.app.ente, receipt, call("paSendRTV2")).await
    }

    /// Books a receipt that is new.
    pub async fn book(&self, id: &str, notice: &str, cents: i64) -> Option<Anomalia> {
        match self.send(receipt(id, notice, cents)).await.unwrap() {
            Booked::New { anomalia } => anomalia,
            other => panic!("it was not new: {other:?}"),
        }
    }

    pub async fn balance(&self) -> Balance {
        let ente = self.app.ente.id;
        self.app.portal.store().read(ente, async move |read| incasso::balance(read, ente).await).await.unwrap()
    }

    /// What must hold at the end: receipts and ledger are even, nothing is left to do.
    pub async fn at_peace(&self) {
        assert!(self.balance().await.is_even());
        crate::common::at_peace(self.app).await;
        assert_eq!(check::all(&self.app.portal).await.unwrap(), []);
    }
}
