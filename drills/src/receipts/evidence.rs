//! What the database holds of payments once all is over.

use anyhow::{Context, Result, bail};

use crate::database::{Place, Rows};

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RicevutaFound {
    /// Ente.
    pub(super) ente: String,
    /// Its identifier.
    pub(super) id: String,
    /// Notice.
    pub(super) avviso: String,
    /// Debt.
    pub(super) posizione: String,
    /// Amount.
    pub(super) cents: i64,
    /// What the office has to look at; empty when nothing.
    pub(super) anomalia: String,
}

/// A line of the ledger that came through pagoPA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineFound {
    /// Ente.
    pub(super) ente: String,
    /// Receipt.
    pub(super) ricevuta: String,
    /// Debt.
    pub(super) posizione: String,
    /// Amount.
    pub(super) cents: i64,
}

/// A debt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DebtFound {
    /// Ente.
    pub(super) ente: String,
    /// Its key.
    pub(super) id: String,
    /// Notice; empty when it has none.
    pub(super) avviso: String,
    /// Amount.
    pub(super) cents: i64,
    /// What of it is settled.
    pub(super) settled: i64,
    /// State.
    pub(super) status: String,
}

/// A payment that was begun at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SpontaneoFound {
    /// Its debt.
    pub(super) posizione: String,
    /// Whether it waits for its money, or for what it stands for.
    pub(super) state: String,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JobFound {
    /// Its key.
    pub(super) id: String,
    /// What it does.
    pub(super) kind: String,
    /// State.
    pub(super) state: String,
}

/// All that the check needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Every receipt.
    pub(super) ricevute: Vec<RicevutaFound>,
    /// Every line of the ledger that came through pagoPA.
    pub(super) ledger: Vec<LineFound>,
    /// Every debt.
    pub(super) debts: Vec<DebtFound>,
    /// Every payment begun at the door.
    pub(super) spontanei: Vec<SpontaneoFound>,
    /// Every job.
    pub(super) jobs: Vec<JobFound>,
    /// Calls of the node with a receipt that were kept with the answer OK.
    pub(super) kept_ok: usize,
    /// Message-ID of everything that the mail server was given, as often as it was.
    pub(super) delivered: Vec<String>,
    /// What the database's own check found.
    pub(super) damage: Vec<String>,
}

/// Reads everything but the mail.
pub(super) async fn gather(place: &Place<'_>) -> Result<Evidence> {
    let ([ricevute, ledger, debts, spontanei, jobs, kept], damage) = place.read(&statements(place)).await?;
    let kept_ok = kept.first().and_then(|row| row.first()).context("a count of kept calls")?;
    Ok(Evidence {
        ricevute: each(&ricevute, |[ente, id, avviso, posizione, cents, anomalia]| {
            Ok(RicevutaFound { ente, id, avviso, posizione, cents: amount(&cents)?, anomalia })
        })?,
        ledger: each(&ledger, |[ente, ricevuta, posizione, cents]| {
            Ok(LineFound { ente, ricevuta, posizione, cents: amount(&cents)? })
        })?,
        debts: each(&debts, |[ente, id, avviso, cents, settled, status]| {
            Ok(DebtFound { ente, id, avviso, cents: amount(&cents)?, settled: amount(&settled)?, status })
        })?,
        spontanei: each(&spontanei, |[posizione, state]| Ok(SpontaneoFound { posizione, state }))?,
        jobs: each(&jobs, |[id, kind, state]| Ok(JobFound { id, kind, state }))?,
        kept_ok: kept_ok.parse().context("reading a count")?,
        delivered: Vec::new(),
        damage,
    })
}

fn statements(place: &Place<'_>) -> [String; 6] {
    let (ente, id) = (place.id("ente_id"), place.id("id"));
    let (debt, maybe_debt) = (place.id("posizione_id"), format!("COALESCE({}, '')", place.id("posizione_id")));
    [
        format!(
            "SELECT {ente}, receipt_id, codice_avviso, {maybe_debt}, CAST(amount_cents AS TEXT), \
             COALESCE(anomalia, '') FROM ricevuta_pagopa"
        ),
        format!(
            "SELECT {ente}, COALESCE(receipt_id, ''), {maybe_debt}, CAST(amount_cents AS TEXT) FROM incasso \
             WHERE mezzo = 'pagopa'"
        ),
        format!(
            "SELECT {ente}, {id}, COALESCE(codice_avviso, ''), CAST(amount_cents AS TEXT), \
             CAST(settled_cents AS TEXT), status FROM posizione_debitoria"
        ),
        format!("SELECT {debt}, match_state FROM pagamento_spontaneo"),
        format!("SELECT {id}, kind, state FROM job"),
        "SELECT CAST(count(*) AS TEXT) FROM nodo_messaggio WHERE operation LIKE 'paSendRT%' AND outcome = 'OK'"
            .to_owned(),
    ]
}

/// Makes something of each row, which has so many columns.
fn each<T, const N: usize>(rows: &Rows, make: impl Fn([String; N]) -> Result<T>) -> Result<Vec<T>> {
    let one = |row: &Vec<String>| match row.clone().try_into() {
        Ok(columns) => make(columns),
        Err(_) => bail!("a row with {} columns, not {N}", row.len()),
    };
    rows.iter().map(one).collect()
}

fn amount(text: &str) -> Result<i64> {
    text.parse().context("reading an amount")
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[tokio::test]
    async fn a_sqlite_file_is_read_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("db");
        let database = Connection::open(&file).expect("a new database");
        database
            .execute_batch(
                "CREATE TABLE ricevuta_pagopa (ente_id BLOB, receipt_id TEXT, codice_avviso TEXT, posizione_id BLOB,
                 amount_cents INTEGER, anomalia TEXT);
                 CREATE TABLE incasso (ente_id BLOB, receipt_id TEXT, posizione_id BLOB, amount_cents INTEGER, mezzo TEXT);
                 CREATE TABLE posizione_debitoria (ente_id BLOB, id BLOB, codice_avviso TEXT, amount_cents INTEGER,
                 settled_cents INTEGER, status TEXT);
                 CREATE TABLE pagamento_spontaneo (posizione_id BLOB, match_state TEXT);
                 CREATE TABLE job (id BLOB, kind TEXT, state TEXT); CREATE TABLE nodo_messaggio (operation TEXT, outcome TEXT);
                 INSERT INTO ricevuta_pagopa VALUES (x'01', 'r', '3', NULL, 7, NULL);
                 INSERT INTO incasso VALUES (x'01', 'r', x'0A', 7, 'pagopa'), (x'01', NULL, x'0A', 7, 'sdd');
                 INSERT INTO posizione_debitoria VALUES (x'01', x'0A', NULL, 9, 7, 'aperta');
                 INSERT INTO pagamento_spontaneo VALUES (x'0A', 'da_pagare');
                 INSERT INTO job VALUES (x'0B', 'posta_spontaneo', 'fatto');
                 INSERT INTO nodo_messaggio VALUES ('paSendRTV2', 'OK'), ('paSendRT', 'OK'), ('paSendRT', 'KO'), ('paGetPayment', 'OK');",
            )
            .expect("the tables can be made");
        let found = gather(&Place::Sqlite(&file)).await.expect("the file reads");
        let ricevuta = &found.ricevute[0];
        assert_eq!((ricevuta.posizione.as_str(), ricevuta.cents, ricevuta.anomalia.as_str()), ("", 7, ""));
        assert_eq!((found.ledger.len(), found.ledger[0].posizione.as_str()), (1, "0a"));
        assert_eq!((found.debts[0].avviso.as_str(), found.debts[0].cents, found.debts[0].settled), ("", 9, 7));
        assert_eq!((found.spontanei.len(), found.jobs[0].id.as_str(), found.kept_ok), (1, "0b", 2));
        assert_eq!(found.damage, Vec::<String>::new());
    }
}
