//! Files for the bank, and what an answer of it led to, as tables for a spreadsheet: nobody's name and no account.

use serde_json::json;
use sportello_domain::foglio::{Cell, Formato};
use sportello_store::{Read, distinta as row};

use super::{AnswerLine, COLLECTORS, Distinta, answer, riscossione};
use crate::{
    Ctx, Portal, Result,
    tabella::{Extent, Tabella, Tutte, Uscita, instant},
};

const HEADINGS: [&str; 7] = [
    "distinta.nome",
    "distinta.generata",
    "distinta.giorno",
    "distinta.addebiti",
    "distinta.totale",
    "distinta.stato",
    "distinta.scaricata",
];
const ANSWER_HEADINGS: [&str; 6] =
    ["esito.record", "esito.riferimento", "esito.sorte", "esito.causale", "esito.significato", "esito.da_guardare"];

/// Begins to take out the files for the bank. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::NotAllowedNow`] for an ente that does not
/// collect.
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    ctx.operatore(&COLLECTORS)?;
    riscossione(ctx)?;
    let ente = ctx.ente_id();
    let page = async move |read: &mut Read, page| row::list(read, ente, page).await;
    let rows = portal.store().report(ente, async move |read| Extent::Whole.rows(read, page).await).await?;
    let uscita = Uscita::new("distinta.export_list", ("distinta_sdd", None), "distinte-sdd", &HEADINGS);
    uscita.at_once(portal, ctx, formato, rows.into_iter().map(|row| cells(row.into())).collect()).await
}

/// Begins to take out what an answer of the bank led to. That it was done is in the audit log before the first byte
/// leaves.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::Forbidden`]; [`crate::Error::NotFound`] for one that was not read.
pub async fn take_out_answer(portal: &Portal, ctx: &Ctx, sha256: &str, formato: Formato) -> Result<Tabella<Tutte>> {
    // Who may is asked where the page asks it.
    let answer = answer(portal, ctx, sha256).await?;
    let name = format!("esito-sdd-{}", answer.sha256);
    let uscita = Uscita {
        detail: json!({ "sha256": answer.sha256 }),
        ..Uscita::new("esito.export_list", ("esito_sdd", None), name, &ANSWER_HEADINGS)
    };
    uscita.at_once(portal, ctx, formato, answer.lines.into_iter().map(answer_cells).collect()).await
}

/// The cells under [`HEADINGS`].
fn cells(row: Distinta) -> Vec<Cell> {
    vec![
        Cell::Plain(row.msg_id),
        instant(row.created_at),
        Cell::Plain(row.collection_on.to_string()),
        Cell::Plain(row.count.to_string()),
        Cell::Amount(row.total),
        Cell::Plain(row.status.stored().to_owned()),
        row.downloaded_at.map_or(Cell::EMPTY, instant),
    ]
}

/// The cells under [`ANSWER_HEADINGS`]. Reference and code are words of the bank.
fn answer_cells(line: AnswerLine) -> Vec<Cell> {
    let meaning = line.meaning().unwrap_or_default().to_owned();
    vec![
        Cell::Plain(line.record.to_string()),
        Cell::Text(line.reference),
        Cell::Plain(line.fate.word().to_owned()),
        Cell::Text(line.code.unwrap_or_default()),
        Cell::Plain(meaning),
        Cell::Plain(if line.look { "sì" } else { "no" }.to_owned()),
    ]
}
