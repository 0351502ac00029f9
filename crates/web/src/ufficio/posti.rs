//! Places that are booked, for the office: the services that have them, and the order of arrival of each.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use sportello_app::prenotazione::{self, Offerta, Order, OrderRow};
use sportello_domain::anno_scolastico::AnnoScolastico;

use crate::{
    compila::posto::{precise, standing_words},
    cx::{Cx, html},
    error::{Error, Result},
    page::Page,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::POSTI, office_status},
};

#[derive(Template)]
#[template(path = "ufficio/posti.html")]
struct OffersPage {
    page: Page,
    rows: Vec<OfferView>,
}

struct OfferView {
    path: String,
    title: String,
    opens: String,
    posti: i64,
    booked: i64,
}

#[derive(Template)]
#[template(path = "ufficio/posti-ordine.html")]
struct OrderPage {
    page: Page,
    below: String,
    rows: Vec<RowView>,
    /// "Pagina 2 di 4".
    place: String,
    previous: Option<String>,
    next: Option<String>,
}

struct RowView {
    path: String,
    number: String,
    alunno: String,
    richiedente: String,
    ordine: i64,
    time: String,
    standing: String,
    status: OfficeStatus,
}

/// Lists the services with places.
pub async fn show(cx: Cx) -> Result<Response> {
    html(&offers_page(&cx.page(""), &prenotazione::offers(&cx.portal, &cx.ctx).await?))
}

fn offers_page(base: &Page, offers: &[Offerta]) -> OffersPage {
    let view = |offer: &Offerta| OfferView {
        path: path(offer),
        title: offer.title.clone(),
        opens: base.t.moment(offer.from),
        posti: offer.posti,
        booked: offer.booked,
    };
    OffersPage { page: framed(base, base.t.get("posti-titolo")), rows: offers.iter().map(view).collect() }
}

/// Path of the order of a service.
fn path(offer: &Offerta) -> String {
    format!("{POSTI}/{}/{}", offer.code, offer.anno_scolastico.first_year())
}

/// Shows the order of arrival of a service.
pub async fn order(
    cx: Cx,
    Path((code, anno)): Path<(String, i32)>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let page = query.iter().find(|(name, _)| name == "pagina").and_then(|(_, value)| value.parse().ok()).unwrap_or(1);
    let anno = AnnoScolastico::beginning_in(anno);
    let order = prenotazione::order(&cx.portal, &cx.ctx, &code, anno, page).await.map_err(Error::App)?;
    html(&order_page(&cx.page(""), &order))
}

fn order_page(base: &Page, order: &Order) -> OrderPage {
    let (t, offer) = (base.t, &order.offerta);
    let step = |page: u32| format!("{}?pagina={page}", path(offer));
    let below =
        [("posti", offer.posti.into()), ("prenotati", offer.booked.into()), ("apre", t.moment(offer.from).into())];
    OrderPage {
        page: framed(base, t.get1("posti-ordine", "titolo", offer.title.as_str())).crumb(t.get("posti-titolo"), POSTI),
        below: t.with("posti-ordine-sotto", below),
        rows: order.rows.iter().map(|row| row_view(t, row, offer.posti)).collect(),
        place: t.get2("ufficio-pagina-di", "n", order.page, "tutte", order.pages),
        previous: (order.page > 1).then(|| step(order.page - 1)),
        next: (order.page < order.pages).then(|| step(order.page + 1)),
    }
}

fn row_view(t: Text, row: &OrderRow, posti: i64) -> RowView {
    let posto = &row.posto;
    let (ordine, at) = posto.booked.expect("a row of the order has its rank");
    RowView {
        path: format!("/ufficio/pratiche/{}", posto.id),
        number: posto.number.clone(),
        alunno: posto.alunno.clone(),
        richiedente: t.get1("ufficio-da-richiedente", "chi", row.richiedente.as_str()),
        ordine,
        time: precise(t, at),
        standing: standing_words(t, posto.standing, posti).0,
        status: office_status(t, row.status, None),
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::prenotazione::{Posto, Standing};
    use sportello_domain::pratica::PraticaStatus;

    use super::*;
    use crate::{
        compila::sample::instant,
        ufficio::sample::{posto, see},
    };

    fn offer(booked: i64) -> Offerta {
        Offerta {
            code: "centro-estivo".into(),
            anno_scolastico: AnnoScolastico::beginning_in(2026),
            title: "Centro estivo <2026>".into(),
            from: instant(),
            posti: 50,
            booked,
        }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        see("ufficio-posti", |base| offers_page(&base, &[offer(130)]));
        see("ufficio-posti-vuota", |base| offers_page(&base, &[]));
        let standings = [(37, Standing::Place(36)), (38, Standing::Out), (53, Standing::Queue(1))];
        let rows = standings.map(|(ordine, standing)| OrderRow {
            posto: Posto { booked: Some((ordine, instant())), standing, ..posto() },
            richiedente: "Giulia Bianchi".into(),
            status: PraticaStatus::Registered,
        });
        let full = Order { offerta: offer(130), rows: rows.into(), page: 2, pages: 3 };
        see("ufficio-posti-ordine", |base| order_page(&base, &full));
        let empty = Order { offerta: offer(0), rows: Vec::new(), page: 1, pages: 1 };
        see("ufficio-posti-ordine-vuota", |base| order_page(&base, &empty));
    }
}
