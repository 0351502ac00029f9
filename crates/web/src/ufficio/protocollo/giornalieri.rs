//! The daily registers of protocol: the list, and each as a file.

use askama::Template;
use axum::{extract::Path, response::Response};
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    protocollo::{self, GiornalieroRow},
};

use crate::{
    cx::{Cx, html},
    error::Result,
    handing::{Handing, hand_out},
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{
        framed,
        menu::{GIORNALIERI, PROTOCOLLO},
    },
};

#[derive(Template)]
#[template(path = "ufficio/protocollo-giornalieri.html")]
struct ListPage {
    page: Page,
    rows: Vec<RowView>,
    /// Path of this list as a table.
    take_out: Option<String>,
}

struct RowView {
    path: String,
    day: String,
    seq: i64,
    entries: String,
    numbers: String,
    size: String,
    sha256: String,
}

/// Shows the daily registers.
pub async fn show(cx: Cx) -> Result<Response> {
    html(&list_page(&cx.page(""), &protocollo::daily_registers(&cx.portal, &cx.ctx).await?))
}

/// Hands the list out as a table, all of it.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = protocollo::take_out_daily(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the list: a table is asked for with a button.
pub async fn back(cx: Cx) -> Response {
    cx.see_other(GIORNALIERI)
}

/// Hands out the register of a day.
pub async fn open(cx: Cx, Path(giorno): Path<String>) -> Result<Response> {
    let giorno: NaiveDate = giorno.parse().map_err(|_| App::NotFound)?;
    Ok(hand_out(protocollo::daily_register(&cx.portal, &cx.ctx, giorno).await?, Handing::Attachment))
}

fn list_page(base: &Page, rows: &[GiornalieroRow]) -> ListPage {
    let t = base.t;
    ListPage {
        page: framed(base, t.get("protocollo-giornalieri")).crumb(t.get("protocollo-titolo"), PROTOCOLLO),
        rows: rows.iter().map(|row| row_view(t, row)).collect(),
        take_out: tabella::of(GIORNALIERI, rows.is_empty()),
    }
}

fn row_view(t: Text, row: &GiornalieroRow) -> RowView {
    RowView {
        path: format!("{GIORNALIERI}/{}", row.giorno),
        day: t.date(row.giorno),
        seq: row.seq,
        entries: t.get2("protocollo-giornaliero-voci", "registrate", row.registrazioni, "annullate", row.annullamenti),
        numbers: match (row.first_numero, row.last_numero) {
            (Some(first), Some(last)) => t.get2("protocollo-giornaliero-numeri", "primo", first, "ultimo", last),
            _ => t.get("protocollo-giornaliero-nessuno"),
        },
        size: t.size(row.bytes.unsigned_abs()),
        sha256: row.sha256.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        ufficio::sample::see,
    };

    fn row(seq: i64, numbers: Option<(i64, i64)>) -> GiornalieroRow {
        GiornalieroRow {
            seq,
            giorno: "2026-11-25".parse().unwrap(),
            documento_id: uuid(7),
            registrazioni: numbers.map_or(0, |(first, last)| last - first + 1),
            annullamenti: 1,
            first_numero: numbers.map(|(first, _)| first),
            last_numero: numbers.map(|(_, last)| last),
            bytes: 4_200,
            sha256: "ab".repeat(32),
            previous_sha256: "cd".repeat(32),
            created_at: instant(),
        }
    }

    #[test]
    fn the_list_renders_in_every_language() {
        see("ufficio-protocollo-giornalieri", |base| list_page(&base, &[row(2, None), row(1, Some((1, 1_200)))]));
        see("ufficio-protocollo-giornalieri-vuoti", |base| list_page(&base, &[]));
    }
}
