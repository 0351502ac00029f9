//! The order of arrival of a modello as a table for a spreadsheet. The one by points is published: it stands in
//! `graduatoria`.

use serde_json::json;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    foglio::{Cell, Formato},
    id::EnteId,
};
use sportello_store::{Read, prenotazione as row};

use super::{OrderRow, offer, order_row};
use crate::{
    Ctx, Error, Portal, Result,
    tabella::{Righe, STEP_ROWS, Tabella, Uscita, instant},
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
) -> Result<Tabella<impl Righe + use<>>> {
    ctx.operatore(&EXPORTERS)?;
    let offerta = offer(portal, ctx, code, anno).await?;
    if offerta.from.is_none() {
        return Err(Error::NotFound);
    }
    let (modello, posti) = (offerta.code, offerta.posti);
    let step = async move |read: &mut Read, ente: EnteId, last: Option<OrderRow>| {
        let after = last.map_or(0, |row| row.position);
        let rows = row::order(read, ente, (&modello, anno), after, STEP_ROWS).await?;
        Ok(rows.into_iter().map(|row| order_row(row, posti)).collect())
    };
    let year = anno.first_year();
    let name = format!("prenotazioni-{code}-{year}");
    let uscita = Uscita {
        detail: json!({ "modello": code, "anno": year }),
        ..Uscita::new("prenotazione.export_list", ("prenotazione", None), name, &HEADINGS)
    };
    uscita.in_parts(portal, ctx, (formato, offerta.booked), (step, cells)).await
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
