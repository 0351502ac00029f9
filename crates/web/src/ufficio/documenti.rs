//! Invoices and credit notes: the list with filters and search. All of it lives in the address.

mod nota;
mod retta;

use askama::Template;
use axum::{extract::Query, response::Response};
use sportello_app::fatturazione::{
    self, DebtState, DocumentFilter, DocumentKind, DocumentList, DocumentQuery, DocumentRow, ISSUERS,
};
use sportello_domain::{fatturazione::Modalita, posizione::PosizioneStatus};

use crate::{
    cx::{Cx, html},
    error::Result,
    links::query_value,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::DOCUMENTI},
};

pub(crate) use nota::{back, credit, refund};
pub(crate) use retta::{pdf, show as show_one};

/// Longest text searched for, in characters.
const TEXT_MAX: usize = 100;

/// The filters in the order of the page.
const FILTERS: [DocumentFilter; 7] = [
    DocumentFilter::All,
    DocumentFilter::ToPay,
    DocumentFilter::Overdue,
    DocumentFilter::Debit,
    DocumentFilter::Paid,
    DocumentFilter::Credited,
    DocumentFilter::Notes,
];

#[derive(Template)]
#[template(path = "ufficio/documenti.html")]
struct ListPage {
    page: Page,
    filters: Vec<FilterLink>,
    /// Word of the filter in the address.
    filter: &'static str,
    /// The run whose documents are shown.
    ciclo: Option<String>,
    text: String,
    /// Path without the search.
    cleared: String,
    caption: String,
    rows: Vec<RowView>,
    /// "Pagina 2 di 4".
    place: String,
    previous: Option<String>,
    next: Option<String>,
    /// Path of this list as a table, for whoever may.
    take_out: Option<String>,
}

struct FilterLink {
    path: String,
    words: String,
    current: bool,
}

struct RowView {
    path: String,
    number: String,
    issued: String,
    alunno: String,
    pagante: String,
    period: String,
    total: String,
    status: OfficeStatus,
    credited: Option<String>,
}

/// Shows the list.
pub async fn show(cx: Cx, Query(query): Query<Vec<(String, String)>>) -> Result<Response> {
    let query = read(&query);
    let list = fatturazione::documents(&cx.portal, &cx.ctx, &query).await?;
    let may = cx.ctx.operatore(&ISSUERS).is_ok();
    let take_out = may.then(|| tabella::path(DOCUMENTI, &cx.path_and_query));
    html(&ListPage { take_out, ..list_page(&cx.page(""), &query, &list) })
}

/// Hands the list out as a table: what the query in the address finds, whichever page.
pub async fn take_out(cx: Cx, Query(query): Query<Vec<(String, String)>>, posted: Posted) -> Result<Response> {
    let table = fatturazione::take_out(&cx.portal, &cx.ctx, &read(&query), tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the list: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(DOCUMENTI)
}

fn read(pairs: &[(String, String)]) -> DocumentQuery {
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.trim());
    DocumentQuery {
        filter: FILTERS.into_iter().find(|filter| word(*filter) == value("filtro")).unwrap_or_default(),
        text: value("q").chars().take(TEXT_MAX).collect(),
        ciclo: value("ciclo").parse().ok(),
        page: value("pagina").parse().unwrap_or(1).max(1),
    }
}

/// Word of a filter in the address.
const fn word(filter: DocumentFilter) -> &'static str {
    match filter {
        DocumentFilter::All => "tutti",
        DocumentFilter::ToPay => "da-pagare",
        DocumentFilter::Overdue => "scadute",
        DocumentFilter::Debit => "addebito",
        DocumentFilter::Paid => "pagate",
        DocumentFilter::Credited => "stornate",
        DocumentFilter::Notes => "note",
    }
}

fn words(t: Text, filter: DocumentFilter) -> String {
    match filter {
        DocumentFilter::All => t.get("fatture-filtro-tutti"),
        DocumentFilter::ToPay => t.get("fatture-filtro-da-pagare"),
        DocumentFilter::Overdue => t.get("fatture-filtro-scadute"),
        DocumentFilter::Debit => t.get("fatture-filtro-addebito"),
        DocumentFilter::Paid => t.get("fatture-filtro-pagate"),
        DocumentFilter::Credited => t.get("fatture-filtro-stornate"),
        DocumentFilter::Notes => t.get("fatture-filtro-note"),
    }
}

/// Path of the list with what it is asked for.
fn path(query: &DocumentQuery) -> String {
    let mut path = format!("{DOCUMENTI}?filtro={}", word(query.filter));
    if let Some(ciclo) = query.ciclo {
        path.push_str(&format!("&ciclo={ciclo}"));
    }
    if !query.text.is_empty() {
        path.push_str(&format!("&q={}", query_value(&query.text)));
    }
    if query.page > 1 {
        path.push_str(&format!("&pagina={}", query.page));
    }
    path
}

fn list_page(base: &Page, query: &DocumentQuery, list: &DocumentList) -> ListPage {
    let t = base.t;
    let cleared = DocumentQuery { text: String::new(), page: 1, ..query.clone() };
    let filter_link = |filter: DocumentFilter| FilterLink {
        path: path(&DocumentQuery { filter, ..cleared.clone() }),
        words: words(t, filter),
        current: filter == query.filter,
    };
    let step = |page: u32| path(&DocumentQuery { page, ..query.clone() });
    ListPage {
        page: framed(base, t.get("fatture-titolo")),
        filters: FILTERS.map(filter_link).into(),
        filter: word(query.filter),
        ciclo: query.ciclo.map(|ciclo| ciclo.to_string()),
        text: query.text.clone(),
        cleared: path(&cleared),
        caption: t.get2("fatture-elenco", "filtro", words(t, query.filter), "total", list.total),
        rows: list.rows.iter().map(|row| row_view(t, row)).collect(),
        place: t.get2("ufficio-pagina-di", "n", list.page, "tutte", list.pages.max(1)),
        previous: (list.page > 1).then(|| step(list.page - 1)),
        next: (list.page < list.pages).then(|| step(list.page + 1)),
        take_out: None,
    }
}

fn row_view(t: Text, row: &DocumentRow) -> RowView {
    RowView {
        path: format!("{DOCUMENTI}/{}", row.id),
        number: name(t, row.kind, &row.number),
        issued: t.date(row.issued_on),
        alunno: row.alunno.clone(),
        pagante: t.get1("fatture-paga", "chi", row.pagante.as_str()),
        period: t.month(row.period),
        total: t.euro(row.total.cents()),
        status: row.debt.map_or_else(|| note_words(t), |debt| debt_words(t, debt)),
        credited: row.credited.map(|amount| t.get1("fatture-stornati", "importo", t.euro(amount.cents()))),
    }
}

/// "Fattura 12/M/2026", "Nota di credito 3/M/2026".
fn name(t: Text, kind: DocumentKind, number: &str) -> String {
    match kind {
        DocumentKind::Invoice => t.get1("fatture-fattura", "numero", number),
        DocumentKind::CreditNote => t.get1("fatture-nota", "numero", number),
    }
}

fn note_words(t: Text) -> OfficeStatus {
    OfficeStatus { words: t.get("fatture-stato-nota"), shape: "st-chiusa" }
}

/// The office's words for the state of a debt.
pub(crate) fn debt_words(t: Text, debt: DebtState) -> OfficeStatus {
    let (words, shape) = match debt.status {
        PosizioneStatus::Open if debt.modalita == Modalita::Sdd => (t.get("fatture-stato-da-addebitare"), "st-nuova"),
        PosizioneStatus::Open if debt.overdue => (t.get("fatture-stato-scaduta"), "st-allerta"),
        PosizioneStatus::Open => (t.get("fatture-stato-da-pagare"), "st-nuova"),
        PosizioneStatus::Collecting => (t.get("fatture-stato-in-addebito"), "st-corso"),
        PosizioneStatus::Debited => (t.get("fatture-stato-addebitata"), "st-ok"),
        PosizioneStatus::Paid => (t.get("fatture-stato-pagata"), "st-ok"),
        PosizioneStatus::Unpaid => (t.get("fatture-stato-insoluta"), "st-errore"),
        PosizioneStatus::Cancelled => (t.get("fatture-stato-annullata"), "st-chiusa"),
    };
    OfficeStatus { words, shape }
}

#[cfg(test)]
mod tests {
    use sportello_domain::euro::Euro;

    use super::*;
    use crate::{
        compila::sample::{day, uuid},
        ufficio::sample::see,
    };

    fn row(n: u32, status: Option<PosizioneStatus>, overdue: bool) -> DocumentRow {
        let modalita = if n.is_multiple_of(2) { Modalita::Sdd } else { Modalita::PagoPa };
        DocumentRow {
            id: uuid(n),
            kind: if status.is_some() { DocumentKind::Invoice } else { DocumentKind::CreditNote },
            number: format!("{n}/M/2026"),
            period: day(),
            issued_on: day(),
            total: Euro::from_cents(8_100),
            alunno: "Ferrari Sofia".into(),
            pagante: "Bianchi Giulia".into(),
            debt: status.map(|status| DebtState { status, modalita, overdue }),
            credited: (status == Some(PosizioneStatus::Cancelled)).then_some(Euro::from_cents(8_100)),
        }
    }

    #[test]
    fn the_list_renders_in_every_language() {
        let states = (1..).zip(PosizioneStatus::ALL).map(|(n, status)| row(n, Some(status), n == 1));
        let mut rows: Vec<_> = states.collect();
        rows.extend([row(8, Some(PosizioneStatus::Open), false), row(9, None, false)]);
        let full = DocumentList { rows, total: 140, page: 2, pages: 3 };
        let query =
            DocumentQuery { filter: DocumentFilter::Overdue, text: "Rossi".into(), ciclo: Some(uuid(100)), page: 2 };
        see("ufficio-documenti", |base| ListPage { take_out: Some("/x".into()), ..list_page(&base, &query, &full) });
        let empty = DocumentList { rows: vec![], total: 0, page: 1, pages: 1 };
        see("ufficio-documenti-vuoti", |base| list_page(&base, &DocumentQuery::default(), &empty));
    }

    #[test]
    fn the_address_holds_filter_search_run_and_page() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let query = read(&pairs(&[("filtro", "scadute"), ("q", " 12/M/2026 "), ("pagina", "3")]));
        assert_eq!((query.filter, query.text.as_str(), query.page), (DocumentFilter::Overdue, "12/M/2026", 3));
        assert_eq!(path(&query), "/ufficio/documenti?filtro=scadute&q=12/M/2026&pagina=3");
        let nonsense = read(&pairs(&[("filtro", "x"), ("pagina", "-1"), ("ciclo", "x")]));
        assert_eq!((nonsense.filter, nonsense.ciclo, nonsense.page), (DocumentFilter::All, None, 1));
    }
}
