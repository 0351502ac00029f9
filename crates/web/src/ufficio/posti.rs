//! Few places, for the office: the services that have them, and the order of each: of arrival, or by points.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use sportello_app::{
    Error as App, graduatoria,
    prenotazione::{self, Offerta, Order, OrderRow},
    ufficio::esportazione::EXPORTERS,
};
use sportello_domain::anno_scolastico::AnnoScolastico;

use crate::{
    compila::posto::{precise, standing_words},
    cx::{Cx, html},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::POSTI, office_status},
};

#[derive(Template)]
#[template(path = "ufficio/posti.html")]
struct OffersPage {
    page: Page,
    rows: Vec<OfferView>,
    /// Path of this list as a table.
    take_out: Option<String>,
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
    /// What the order follows from, where places go by criteria.
    ranked: Option<String>,
    caption: String,
    /// Path of this list as a table, for whoever may; where places go by criteria it is the one for publication.
    take_out: Option<String>,
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
    position: i64,
    /// Points, where places go by criteria.
    punti: Option<i64>,
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
        opens: offer.from.map_or_else(|| base.t.get("posti-per-criteri"), |from| base.t.moment(from)),
        posti: offer.posti,
        booked: offer.booked,
    };
    OffersPage {
        page: framed(base, base.t.get("posti-titolo")),
        rows: offers.iter().map(view).collect(),
        take_out: tabella::of(POSTI, offers.is_empty()),
    }
}

/// Hands the services with places out as a table, all of them.
pub async fn take_out_offers(cx: Cx, posted: Posted) -> Result<Response> {
    let table = prenotazione::take_out_offers(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the services: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(POSTI)
}

/// Path of the order of a service.
fn path(offer: &Offerta) -> String {
    format!("{POSTI}/{}/{}", offer.code, offer.anno_scolastico.first_year())
}

/// Hands out the ranking for publication: numbers of pratiche, and no names. Where places are booked, the order of arrival.
pub async fn take_out(cx: Cx, Path((code, anno)): Path<(String, i32)>, posted: Posted) -> Result<Response> {
    let of = (code.as_str(), AnnoScolastico::beginning_in(anno));
    let formato = tabella::formato(&posted);
    match graduatoria::take_out(&cx.portal, &cx.ctx, of, formato).await {
        Ok(table) => Ok(tabella::stream(table)),
        Err(App::NotFound) => Ok(tabella::stream(prenotazione::take_out(&cx.portal, &cx.ctx, of, formato).await?)),
        Err(error) => Err(error.into()),
    }
}

/// Leads back to the order: the list is asked for with a button.
pub async fn back(cx: Cx, Path((code, anno)): Path<(String, i32)>) -> Response {
    cx.see_other(&format!("{POSTI}/{code}/{anno}"))
}

/// Shows the order of a service.
pub async fn order(
    cx: Cx,
    Path((code, anno)): Path<(String, i32)>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let page = query.iter().find(|(name, _)| name == "pagina").and_then(|(_, value)| value.parse().ok()).unwrap_or(1);
    let anno = AnnoScolastico::beginning_in(anno);
    let order = prenotazione::order(&cx.portal, &cx.ctx, &code, anno, page).await.map_err(Error::App)?;
    let mut page = order_page(&cx.page(""), &order);
    page.take_out = page.take_out.filter(|_| cx.ctx.operatore(&EXPORTERS).is_ok());
    html(&page)
}

fn order_page(base: &Page, order: &Order) -> OrderPage {
    let (t, offer) = (base.t, &order.offerta);
    let step = |page: u32| format!("{}?pagina={page}", path(offer));
    let (title, below, caption) = match offer.from {
        Some(from) => {
            let of =
                [("posti", offer.posti.into()), ("prenotati", offer.booked.into()), ("apre", t.moment(from).into())];
            (
                t.get1("posti-ordine", "titolo", offer.title.as_str()),
                t.with("posti-ordine-sotto", of),
                "posti-ordine-elenco",
            )
        }
        None => (
            t.get1("posti-graduatoria", "titolo", offer.title.as_str()),
            t.get2("posti-graduatoria-sotto", "posti", offer.posti, "domande", offer.booked),
            "posti-graduatoria-elenco",
        ),
    };
    let ranked = offer.from.is_none();
    OrderPage {
        page: framed(base, title).crumb(t.get("posti-titolo"), POSTI),
        below,
        ranked: ranked.then(|| t.get("posti-graduatoria-come")),
        caption: t.get(caption),
        take_out: tabella::of(&path(offer), order.rows.is_empty()),
        rows: order.rows.iter().map(|row| row_view(t, row, offer.posti)).collect(),
        place: t.get2("ufficio-pagina-di", "n", order.page, "tutte", order.pages),
        previous: (order.page > 1).then(|| step(order.page - 1)),
        next: (order.page < order.pages).then(|| step(order.page + 1)),
    }
}

fn row_view(t: Text, row: &OrderRow, posti: i64) -> RowView {
    let posto = &row.posto;
    RowView {
        path: format!("/ufficio/pratiche/{}", posto.id),
        number: posto.number.clone(),
        alunno: posto.alunno.clone(),
        richiedente: t.get1("ufficio-da-richiedente", "chi", row.richiedente.as_str()),
        position: row.position,
        punti: posto.punti,
        time: if posto.punti.is_some() {
            format!("{}, {}", t.day(row.at), precise(t, row.at))
        } else {
            precise(t, row.at)
        },
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
            from: Some(instant()),
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
            position: ordine,
            at: instant(),
            richiedente: "Giulia Bianchi".into(),
            status: PraticaStatus::Registered,
        });
        let full = Order { offerta: offer(130), rows: rows.into(), page: 2, pages: 3 };
        see("ufficio-posti-ordine", |base| order_page(&base, &full));
        let by_points = Offerta { from: None, ..offer(130) };
        see("ufficio-posti-criteri", |base| offers_page(&base, std::slice::from_ref(&by_points)));
        let rows = [(36, Standing::Place(36)), (51, Standing::Queue(1))].map(|(position, standing)| OrderRow {
            posto: Posto { booked: None, punti: Some(70), standing, ..posto() },
            position,
            at: instant(),
            richiedente: "Giulia Bianchi".into(),
            status: PraticaStatus::WaitingList,
        });
        let ranking = Order { offerta: by_points.clone(), rows: rows.into(), page: 1, pages: 1 };
        see("ufficio-posti-graduatoria", |base| order_page(&base, &ranking));
        let nobody = Order { offerta: Offerta { booked: 0, ..by_points }, rows: Vec::new(), page: 1, pages: 1 };
        see("ufficio-posti-graduatoria-vuota", |base| order_page(&base, &nobody));
        let empty = Order { offerta: offer(0), rows: Vec::new(), page: 1, pages: 1 };
        see("ufficio-posti-ordine-vuota", |base| order_page(&base, &empty));
    }
}
