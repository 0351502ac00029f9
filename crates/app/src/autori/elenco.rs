//! The modelli, and the published versions of one, as tables for a spreadsheet: what their pages show, and no text of a form.

use serde_json::json;
use sportello_domain::foglio::{Cell, Formato};
use sportello_store::{Read, modello as publication};

use super::{READERS, TABLE, Version, Voce, latest, list, with_document};
use crate::{
    Ctx, Error, Portal, Result,
    modello::{Window, is_code},
    tabella::{Extent, Tabella, Tutte, Uscita, instant, plain},
};

const HEADINGS: [&str; 11] = [
    "modello.codice",
    "modello.titolo",
    "modello.stato",
    "modello.versione",
    "modello.anno_scolastico",
    "modello.apre",
    "modello.chiude",
    "modello.prenotazioni",
    "modello.posti",
    "modello.copia",
    "modello.copia_da_pubblicare",
];
const VERSION_HEADINGS: [&str; 10] = [
    "modello.stato",
    "modello.versione",
    "modello.anno_scolastico",
    "modello.apre",
    "modello.chiude",
    "modello.prenotazioni",
    "modello.posti",
    "modello.pubblicata",
    "modello.ritirata",
    "modello.revisione",
];

/// Begins to take out the modelli of the ente. That it was done is in the audit log before the first byte leaves.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn take_out(portal: &Portal, ctx: &Ctx, formato: Formato) -> Result<Tabella<Tutte>> {
    // Who may is asked where the page asks it.
    let rows = list(portal, ctx).await?.into_iter().map(cells).collect();
    Uscita::new("modello.export_list", (TABLE, None), "modelli", &HEADINGS).at_once(portal, ctx, formato, rows).await
}

/// Begins to take out the published versions of a modello, withdrawn ones too. That it was done is in the audit log before
/// the first byte leaves.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for a code that is neither published nor shipped nor
/// edited here.
pub async fn take_out_versions(portal: &Portal, ctx: &Ctx, code: &str, formato: Formato) -> Result<Tabella<Tutte>> {
    ctx.operatore(&READERS)?;
    if !is_code(code) {
        return Err(Error::NotFound);
    }
    let (ente, now, asked) = (ctx.ente_id(), portal.clock().now(), code.to_owned());
    let read = async move |read: &mut Read| {
        let known = latest(read, ente, &asked).await?.is_some();
        let page = async |read: &mut Read, page| publication::versions(read, ente, &asked, page).await;
        Ok((known, Extent::Whole.rows(read, page).await?))
    };
    let (known, found) = portal.store().report(ente, read).await?;
    if !known && found.is_empty() {
        return Err(Error::NotFound);
    }
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        rows.push(version_cells(&Version::new(&with_document(portal, ente, row).await?, now)));
    }
    let uscita = Uscita {
        detail: json!({ "code": code }),
        ..Uscita::new("versione.export_list", (TABLE, None), format!("versioni-{code}"), &VERSION_HEADINGS)
    };
    uscita.at_once(portal, ctx, formato, rows).await
}

/// The cells under [`HEADINGS`]; those of the version are empty for a modello that was never published.
fn cells(voce: Voce) -> Vec<Cell> {
    let ahead = if voce.ahead() { "sì" } else { "no" };
    let mut cells = vec![Cell::Plain(voce.code), Cell::Text(voce.title)];
    match &voce.published {
        Some(version) => cells.extend(offered(version)),
        None => cells.extend([Cell::Plain("mai_pubblicato".to_owned())].into_iter().chain([Cell::EMPTY; 6])),
    }
    cells.extend([plain(voce.revision), Cell::Plain(ahead.to_owned())]);
    cells
}

/// The cells under [`VERSION_HEADINGS`].
fn version_cells(version: &Version) -> Vec<Cell> {
    let mut cells = offered(version).to_vec();
    cells.push(instant(version.published_at));
    cells.push(version.withdrawn_at.map_or(Cell::EMPTY, instant));
    cells.push(plain(version.revision));
    cells
}

/// Whether a version can be filled in now, and what it offers: state, number, year, window and places.
fn offered(version: &Version) -> [Cell; 7] {
    let status = match version.window {
        _ if version.withdrawn_at.is_some() => "ritirato",
        Window::Open { .. } => "aperto",
        Window::Coming { .. } => "non_ancora_aperto",
        Window::Closed { .. } => "chiuso",
    };
    let booking = version.booking.as_ref();
    [
        Cell::Plain(status.to_owned()),
        Cell::Plain(version.number.to_string()),
        Cell::Plain(version.anno_scolastico.to_string()),
        instant(version.opens_at),
        instant(version.closes_at),
        booking.and_then(|booking| booking.from).map_or(Cell::EMPTY, instant),
        plain(booking.map(|booking| booking.posti)),
    ]
}
