//! The runs, and what is odd in the preview of one, as tables for a spreadsheet: what their pages show.

use sportello_domain::{
    calendar,
    fatturazione::Anomaly,
    foglio::{Cell, Formato, MAX_ROWS},
    id::CicloId,
};
use sportello_store::{Read, ciclo};

use super::{AnomalyRow, Ciclo, READERS, reckon, riscossione};
use crate::{
    Ctx, Portal, Result, campi,
    tabella::{Extent, Tabella, Tutte, Uscita, plain},
};

const TABLE: &str = "ciclo_fatturazione";
const HEADINGS: [&str; 3] = ["ciclo.mese", "ciclo.stato", "ciclo.emesse"];
const ANOMALY_HEADINGS: [&str; 6] = [
    "anomalia.alunno",
    "anomalia.cosa",
    "anomalia.giorno",
    "anomalia.importo",
    "anomalia.solito",
    "anomalia.con_retta",
];

/// Begins to take out the runs, all of them. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::NotAllowedNow`] for an ente that does not
/// invoice.
pub async fn take_out_runs(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    ctx.operatore(&READERS)?;
    riscossione(ctx)?;
    let (ente, today) = (ctx.ente_id(), calendar::legal_date(portal.clock().now()));
    let page = async move |read: &mut Read, page| ciclo::latest(read, ente, campi::MENSA, page).await;
    let rows = portal.store().report(ente, async move |read| Extent::Whole.rows(read, page).await).await?;
    let rows = rows.iter().map(|row| cells(&Ciclo::new(row, today))).collect();
    Uscita::new("ciclo.export_list", (TABLE, None), "rette", &HEADINGS).at_once(portal, ctx, formato, rows).await
}

/// Begins to take out what is odd in the preview of a run, all of it: nothing once its invoices are issued. That it was done
/// is in the audit log before the first byte leaves.
///
/// # Errors
/// Those of [`super::preview`]; [`crate::Error::Unacceptable`] for more rows than a spreadsheet opens.
pub async fn take_out_anomalies(portal: &Portal, ctx: &Ctx, id: CicloId, formato: Formato) -> Result<Tabella<Tutte>> {
    // Who may is asked where the page asks it.
    let preview = reckon(portal, ctx, id, MAX_ROWS).await?;
    let name = format!("rette-anomalie-{}", preview.ciclo.periodo.stored());
    let rows = preview.anomalies.into_iter().map(anomaly_cells).collect();
    let uscita = Uscita::new("anomalia.export_list", (TABLE, Some(id.uuid())), name, &ANOMALY_HEADINGS);
    uscita.at_once(portal, ctx, formato, rows).await
}

/// The cells under [`HEADINGS`].
fn cells(ciclo: &Ciclo) -> Vec<Cell> {
    let status = if ciclo.issuing { "in_emissione" } else { ciclo.status.stored() };
    vec![Cell::Plain(ciclo.periodo.stored()), Cell::Plain(status.to_owned()), plain(ciclo.issued_on)]
}

/// The cells under [`ANOMALY_HEADINGS`].
fn anomaly_cells(row: AnomalyRow) -> Vec<Cell> {
    let (what, day, total, usual) = match row.anomaly {
        Anomaly::NoTariff { day } => ("tariffa_mancante", Some(day), None, None),
        Anomaly::ZeroMeals => ("nessun_pasto", None, None, None),
        Anomaly::ZeroTotal => ("importo_zero", None, None, None),
        Anomaly::Unusual { usual, total } => ("importo_insolito", None, Some(total), Some(usual)),
        Anomaly::MissingCodiceFiscale => ("codice_fiscale_mancante", None, None, None),
    };
    vec![
        Cell::Text(row.alunno),
        Cell::Plain(what.to_owned()),
        plain(day),
        total.map_or(Cell::EMPTY, Cell::Amount),
        usual.map_or(Cell::EMPTY, Cell::Amount),
        Cell::Plain(if row.anomaly.blocks() { "no" } else { "sì" }.to_owned()),
    ]
}
