//! The services with few places, and the order of arrival of one, as tables for a spreadsheet. The one by points is published: it stands in
//! `graduatoria`.

use serde_json::json;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    foglio::{Cell, Formato},
};
use sportello_store::{Read, prenotazione as row};

use super::{Offerta, OrderRow, offer, offered, order_row};
use crate::{
    Ctx, Error, Portal, Result,
    tabella::{Extent, STEP_ROWS, Tabella, Tutte, Uscita, instant},
    ufficio::esportazione::EXPORTERS,
};

const HEADINGS: [&str; 7] = [
    "prenotazione.posizione",
    "pratica.numero",
    "pratica.alunno",
    "pratica.richiedente",
    "prenotazione.quando",
    "prenotazione.esito",
    "pratica.stato",
];

const OFFER_HEADINGS: [&str; 6] = [
    "offerta.modello",
    "offerta.titolo",
    "offerta.anno_scolastico",
    "offerta.prenotazioni",
    "offerta.posti",
    "offerta.domande",
];

/// Begins to take out which services have few places, how many, and how many asked. That it was done is in the audit log
/// before the first byte leaves.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn take_out_offers(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    // Who may is asked where the page asks it.
    let rows = offered(portal, ctx, Extent::Whole).await?.into_iter().map(offer_cells).collect();
    let uscita = Uscita::new("offerta.export_list", ("modello", None), "posti", &OFFER_HEADINGS);
    uscita.at_once(portal, ctx, formato, rows).await
}

/// Begins to take out the order of arrival of a modello and school year. That it was done is in the audit log before the
/// first byte leaves.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for one whose places are not booked.
pub async fn take_out(
    portal: &Portal,
    ctx: &Ctx,
    (code, anno): (&str, AnnoScolastico),
    formato: Formato,
) -> Result<Tabella<Tutte>> {
    ctx.operatore(&EXPORTERS)?;
    let offerta = offer(portal, ctx, code, anno).await?;
    if offerta.from.is_none() {
        return Err(Error::NotFound);
    }
    let (modello, posti) = (offerta.code, offerta.posti);
    let ente = ctx.ente_id();
    // In one look: whoever withdraws between two would move those behind.
    let whole = async move |read: &mut Read| {
        let mut all: Vec<OrderRow> = Vec::new();
        loop {
            let after = all.last().map_or(0, |row| row.position);
            let rows = row::order(read, ente, (&modello, anno), after, STEP_ROWS).await?;
            if rows.is_empty() {
                return Ok(all);
            }
            all.extend(rows.into_iter().map(|row| order_row(row, posti)));
        }
    };
    let rows = portal.store().report(ente, whole).await?;
    let year = anno.first_year();
    let name = format!("prenotazioni-{code}-{year}");
    let uscita = Uscita {
        detail: json!({ "modello": code, "anno": year }),
        ..Uscita::new("prenotazione.export_list", ("prenotazione", None), name, &HEADINGS)
    };
    uscita.at_once(portal, ctx, formato, rows.into_iter().map(cells).collect()).await
}

/// The cells under [`OFFER_HEADINGS`]; no instant of booking where places go by criteria.
fn offer_cells(offer: Offerta) -> Vec<Cell> {
    vec![
        Cell::Plain(offer.code),
        Cell::Text(offer.title),
        Cell::Plain(offer.anno_scolastico.to_string()),
        offer.from.map_or(Cell::EMPTY, instant),
        Cell::Plain(offer.posti.to_string()),
        Cell::Plain(offer.booked.to_string()),
    ]
}

/// The cells under [`HEADINGS`].
fn cells(row: OrderRow) -> Vec<Cell> {
    vec![
        Cell::Plain(row.position.to_string()),
        Cell::Plain(row.posto.number),
        Cell::Text(row.posto.alunno),
        Cell::Text(row.richiedente),
        instant(row.at),
        Cell::Plain(row.posto.standing.word()),
        Cell::Plain(row.status.stored().to_owned()),
    ]
}
