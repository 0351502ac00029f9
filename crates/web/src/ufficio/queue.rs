//! The queue: saved filters with counts, search, pages. All of it lives in the address.

use askama::Template;
use axum::{extract::Query, response::Response};
use sportello_app::ufficio::{self, Filter, Queue, QueueQuery, QueueRow, esportazione::EXPORTERS};

use crate::{
    cx::{Cx, html},
    error::Result,
    links::query_value,
    page::Page,
    text::Text,
    ufficio::{
        OfficeStatus, framed,
        menu::{ESPORTA, PRATICHE},
        office_status, posta, time_left,
    },
};

/// Longest text searched for, in characters.
const TEXT_MAX: usize = 100;

/// The filters in the order of the page.
const FILTERS: [Filter; 5] = [Filter::Open, Filter::Unassigned, Filter::Mine, Filter::DueSoon, Filter::Closed];

#[derive(Template)]
#[template(path = "ufficio/coda.html")]
struct QueuePage {
    page: Page,
    filters: Vec<FilterLink>,
    /// Word of the filter in the address.
    filter: &'static str,
    text: String,
    /// Path without the search.
    cleared: String,
    caption: String,
    rows: Vec<RowView>,
    /// "Pagina 2 di 4".
    place: String,
    previous: Option<String>,
    next: Option<String>,
    /// Path of the form that takes pratiche out, for whoever may.
    export: Option<&'static str>,
    /// What waits in the post, and where.
    post: Vec<(String, &'static str)>,
}

struct FilterLink {
    path: String,
    words: String,
    count: Option<i64>,
    current: bool,
}

struct RowView {
    path: String,
    number: String,
    title: String,
    alunno: String,
    richiedente: String,
    received: String,
    answer_by: String,
    left: Option<OfficeStatus>,
    status: OfficeStatus,
    assignee: Option<String>,
}

/// Shows the queue.
pub async fn show(cx: Cx, Query(query): Query<Vec<(String, String)>>) -> Result<Response> {
    let query = read(&query);
    let queue = ufficio::queue(&cx.portal, &cx.ctx, &query).await?;
    let export = cx.ctx.operatore(&EXPORTERS).is_ok().then_some(ESPORTA);
    let post = posta::notices(&cx).await?;
    html(&QueuePage { export, post, ..queue_page(&cx.page(""), &query, &queue) })
}

fn read(pairs: &[(String, String)]) -> QueueQuery {
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.trim());
    let filter = FILTERS.into_iter().find(|filter| word(*filter) == value("filtro")).unwrap_or_default();
    QueueQuery {
        filter,
        text: value("q").chars().take(TEXT_MAX).collect(),
        page: value("pagina").parse().unwrap_or(1).max(1),
    }
}

/// Word of a filter in the address.
const fn word(filter: Filter) -> &'static str {
    match filter {
        Filter::Open => "aperte",
        Filter::Unassigned => "da-assegnare",
        Filter::Mine => "mie",
        Filter::DueSoon => "in-scadenza",
        Filter::Closed => "chiuse",
    }
}

fn words(t: Text, filter: Filter) -> String {
    match filter {
        Filter::Open => t.get("ufficio-filtro-aperte"),
        Filter::Unassigned => t.get("ufficio-filtro-da-assegnare"),
        Filter::Mine => t.get("ufficio-filtro-mie"),
        Filter::DueSoon => t.get("ufficio-filtro-in-scadenza"),
        Filter::Closed => t.get("ufficio-filtro-chiuse"),
    }
}

/// Path of the queue with a filter, a search and a page.
fn path(filter: Filter, text: &str, page: u32) -> String {
    let mut path = format!("{PRATICHE}?filtro={}", word(filter));
    if !text.is_empty() {
        path.push_str(&format!("&q={}", query_value(text)));
    }
    if page > 1 {
        path.push_str(&format!("&pagina={page}"));
    }
    path
}

fn queue_page(base: &Page, query: &QueueQuery, queue: &Queue) -> QueuePage {
    let t = base.t;
    let filter_link = |filter: Filter| FilterLink {
        path: path(filter, "", 1),
        words: words(t, filter),
        count: queue.counts.iter().find(|(counted, _)| *counted == filter).map(|(_, count)| *count),
        current: filter == query.filter,
    };
    let step = |page: u32| path(query.filter, &query.text, page);
    QueuePage {
        page: framed(base, t.get("ufficio-coda-titolo")),
        filters: FILTERS.map(filter_link).into(),
        filter: word(query.filter),
        text: query.text.clone(),
        cleared: path(query.filter, "", 1),
        caption: t.get2("ufficio-coda-elenco", "filtro", words(t, query.filter), "total", queue.total),
        rows: queue.rows.iter().map(|row| row_view(t, row)).collect(),
        place: t.get2("ufficio-pagina-di", "n", queue.page, "tutte", queue.pages.max(1)),
        previous: (queue.page > 1).then(|| step(queue.page - 1)),
        next: (queue.page < queue.pages).then(|| step(queue.page + 1)),
        export: None,
        post: Vec::new(),
    }
}

fn row_view(t: Text, row: &QueueRow) -> RowView {
    RowView {
        path: format!("/ufficio/pratiche/{}", row.id),
        number: row.number.clone(),
        title: row.title.clone(),
        alunno: row.alunno.clone(),
        richiedente: t.get1("ufficio-da-richiedente", "chi", row.richiedente.as_str()),
        received: t.day(row.received_at),
        answer_by: t.date(row.answer_by),
        left: (!row.status.is_final()).then(|| time_left(t, row.days_left)),
        status: office_status(t, row.status, None),
        assignee: row.assignee.clone(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::pratica::PraticaStatus;

    use super::*;
    use crate::ufficio::sample::{row, see};

    #[test]
    fn the_queue_renders_in_every_language() {
        let rows = [
            row(PraticaStatus::InReview, -2, Some("Anna Brambilla")),
            row(PraticaStatus::Registered, 0, None),
            row(PraticaStatus::Submitted, 3, None),
            row(PraticaStatus::Registered, 12, None),
            row(PraticaStatus::Accepted, 12, Some("Anna Brambilla")),
        ];
        let counts = FILTERS.into_iter().zip([47, 14, 12, 5, 210]).collect();
        let full = Queue { rows: rows.into(), counts, total: 47, page: 2, pages: 4 };
        let query = QueueQuery { filter: Filter::Mine, text: "Rossi".to_owned(), page: 2 };
        see("ufficio-coda", |base| QueuePage {
            export: Some(ESPORTA),
            post: posta::words(base.t, 2, 1),
            ..queue_page(&base, &query, &full)
        });
        let empty = Queue { rows: vec![], counts: vec![], total: 0, page: 1, pages: 0 };
        see("ufficio-coda-vuota", |base| queue_page(&base, &QueueQuery::default(), &empty));
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_address_holds_filter_search_and_page() {
        let query = read(&pairs(&[("filtro", "mie"), ("q", " Rossi & figli "), ("pagina", "3")]));
        assert_eq!((query.filter, query.text.as_str(), query.page), (Filter::Mine, "Rossi & figli", 3));
        assert_eq!(
            path(query.filter, &query.text, query.page),
            "/ufficio/pratiche?filtro=mie&q=Rossi%20%26%20figli&pagina=3"
        );
    }

    #[test]
    fn nonsense_in_the_address_shows_the_open_ones() {
        let query = read(&pairs(&[("filtro", "tutte"), ("pagina", "-1")]));
        assert_eq!((query.filter, query.text.as_str(), query.page), (Filter::Open, "", 1));
        assert_eq!(read(&pairs(&[("pagina", "0")])).page, 1);
    }
}
