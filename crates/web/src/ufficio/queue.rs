//! The queue: saved filters with counts, filters that narrow them down, search, order, pages. All of it lives in the
//! address (`address.rs`).

use std::collections::HashSet;

use askama::Template;
use axum::{extract::Query, response::Response};
use sportello_app::ufficio::{
    self, Filter, Order, Queue, QueueQuery, QueueRow,
    coda::{Counted, PAGE_ROWS},
    elenco,
    esportazione::EXPORTERS,
};
use sportello_domain::{id::PersonaId, pratica::PraticaStatus};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_again},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{
        OfficeStatus, WORKERS,
        address::{self, FILTERS, ORDERS, Place, order_word, path},
        framed,
        insieme::INSIEME,
        menu::{ESPORTA, PRATICHE},
        office_status, posta, pratica, time_left,
    },
};

#[derive(Template)]
#[template(path = "ufficio/coda.html")]
struct QueuePage {
    page: Page,
    filters: Vec<FilterLink>,
    text: String,
    /// Path without the search.
    cleared: String,
    narrowing: Narrowing,
    caption: String,
    columns: Vec<Column>,
    rows: Vec<RowView>,
    /// "Pagina 2 di 4".
    place: String,
    previous: Option<String>,
    next: Option<String>,
    /// Path of the form that takes their answers out, for whoever may.
    export: Option<&'static str>,
    /// Path of this list as a table, for whoever may.
    take_out: Option<String>,
    /// What waits in the post, and where.
    post: Vec<(String, &'static str)>,
    /// What can be done to several of them, for whoever may.
    deeds: Option<Deeds>,
    errors: ErrorBox,
}

/// What can be done to several rows.
struct Deeds {
    action: &'static str,
    /// The queue as it is asked for.
    coda: String,
    clerks: Vec<Choice>,
}

/// What was chosen in a form that comes back, and what is wrong with it.
pub(super) struct Chosen {
    pub(super) errors: ErrorBox,
    /// Keys of the pratiche.
    pub(super) rows: HashSet<String>,
    /// Key of the member of staff.
    pub(super) clerk: String,
}

struct FilterLink {
    path: String,
    words: String,
    count: Option<String>,
    current: bool,
}

/// The form that narrows a saved filter down.
struct Narrowing {
    /// Whether something is set.
    set: bool,
    /// What it carries on.
    carried: Vec<(&'static str, String)>,
    selects: Vec<Select>,
    /// Name, label, value.
    days: [(&'static str, String, String); 2],
    down: bool,
    /// Path without it.
    cleared: String,
}

struct Select {
    name: &'static str,
    label: String,
    /// What stands for every one; an order has none.
    every: Option<String>,
    choices: Vec<Choice>,
}

struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

/// The head of a column; some lead to the same rows in its order.
struct Column {
    words: String,
    number: bool,
    path: Option<String>,
    /// `ascending` or `descending` for the order that is shown.
    sorted: Option<&'static str>,
}

struct RowView {
    key: String,
    choose: String,
    chosen: bool,
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
    let query = address::read(&query);
    html(&drawn(&cx, &query, None).await?)
}

/// Hands the list out as a table: what the query in the address finds, whichever page.
pub async fn take_out(cx: Cx, Query(query): Query<Vec<(String, String)>>, posted: Posted) -> Result<Response> {
    let table = elenco::take_out(&cx.portal, &cx.ctx, &address::read(&query), tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the list: a table is asked for with a button.
pub async fn back(cx: Cx) -> Response {
    cx.see_other(PRATICHE)
}

/// The queue once more under a form that cannot be carried out, with what was chosen.
pub(super) async fn again(cx: &Cx, query: &QueueQuery, chosen: Chosen) -> Result<Response> {
    html_again(&drawn(cx, query, Some(chosen)).await?)
}

async fn drawn(cx: &Cx, query: &QueueQuery, chosen: Option<Chosen>) -> Result<QueuePage> {
    let queue = ufficio::queue(&cx.portal, &cx.ctx, query).await?;
    let base = cx.page("");
    let mut drawn = queue_page(&base, query, &queue);
    drawn.post = posta::notices(cx).await?;
    let may = cx.ctx.operatore(&EXPORTERS).is_ok();
    drawn.export = may.then_some(ESPORTA);
    drawn.take_out = may.then(|| tabella::path(PRATICHE, &format!("{PRATICHE}?{}", address::written(query))));
    drawn.deeds = cx.ctx.operatore(WORKERS).is_ok().then(|| deeds(query, &queue));
    if let Some(chosen) = chosen {
        drawn.choose(chosen);
    }
    Ok(drawn)
}

fn deeds(query: &QueueQuery, queue: &Queue) -> Deeds {
    let choice =
        |(id, name): &(PersonaId, String)| Choice { value: id.to_string(), words: name.clone(), chosen: false };
    Deeds { action: INSIEME, coda: address::written(query), clerks: queue.choices.clerks.iter().map(choice).collect() }
}

impl QueuePage {
    fn choose(&mut self, chosen: Chosen) {
        for row in &mut self.rows {
            row.chosen = chosen.rows.contains(&row.key);
        }
        for clerk in self.deeds.iter_mut().flat_map(|deeds| &mut deeds.clerks) {
            clerk.chosen = clerk.value == chosen.clerk;
        }
        self.page = self.page.clone().failed();
        self.errors = chosen.errors;
    }
}

fn words(t: Text, filter: Filter) -> String {
    match filter {
        Filter::Open => t.get("ufficio-filtro-aperte"),
        Filter::Unassigned => t.get("ufficio-filtro-da-assegnare"),
        Filter::Mine => t.get("ufficio-filtro-mie"),
        Filter::DueSoon => t.get("ufficio-filtro-in-scadenza"),
        Filter::Awaiting => t.get("ufficio-stato-attesa-integrazioni"),
        Filter::Observations => t.get("ufficio-stato-osservazioni"),
        Filter::Refused => t.get("ufficio-filtro-protocollo"),
        Filter::Closed => t.get("ufficio-filtro-chiuse"),
        Filter::All => t.get("ufficio-filtro-tutte"),
    }
}

fn order_words(t: Text, order: Order) -> String {
    match order {
        Order::Due => t.get("ufficio-col-termine"),
        Order::Number => t.get("ufficio-col-pratica"),
        Order::Modello => t.get("ufficio-col-modello"),
        Order::Status => t.get("ufficio-col-stato"),
        Order::Assignee => t.get("ufficio-col-assegnata"),
    }
}

fn queue_page(base: &Page, query: &QueueQuery, queue: &Queue) -> QueuePage {
    let t = base.t;
    let plain = |filter: Filter| QueueQuery { filter, order: query.order, down: query.down, ..QueueQuery::default() };
    let filter_link = |filter: Filter| FilterLink {
        path: path(&plain(filter)),
        words: words(t, filter),
        count: queue.counts.iter().find(|(counted, _)| *counted == filter).map(|(_, count)| badge(*count)),
        current: filter == query.filter,
    };
    let step = |page: u32| path(&QueueQuery { page, ..query.clone() });
    let first = (queue.page - 1) * u32::try_from(PAGE_ROWS).unwrap_or_default();
    let query = &QueueQuery { page: queue.page, ..query.clone() };
    let total = if queue.total.more { "ufficio-coda-elenco-oltre" } else { "ufficio-coda-elenco" };
    QueuePage {
        page: framed(base, t.get("ufficio-coda-titolo")).script(),
        filters: FILTERS.map(filter_link).into(),
        text: query.text.clone(),
        cleared: path(&QueueQuery { text: String::new(), page: 1, ..query.clone() }),
        narrowing: narrowing(t, query, queue, path(&plain(query.filter))),
        caption: t.get2(total, "filtro", words(t, query.filter), "total", queue.total.rows),
        columns: columns(t, query),
        rows: queue.rows.iter().zip(first..).map(|(row, at)| row_view(t, row, query, at)).collect(),
        place: t.get2("ufficio-pagina-di", "n", queue.page, "tutte", queue.pages.max(1)),
        previous: (queue.page > 1).then(|| step(queue.page - 1)),
        next: (queue.page < queue.pages).then(|| step(queue.page + 1)),
        export: None,
        take_out: None,
        post: Vec::new(),
        deeds: None,
        errors: ErrorBox::of_fields(t, vec![]),
    }
}

/// "47", "2000+".
fn badge(count: Counted) -> String {
    format!("{}{}", count.rows, if count.more { "+" } else { "" })
}

fn narrowing(t: Text, query: &QueueQuery, queue: &Queue, cleared: String) -> Narrowing {
    let bare = QueueQuery { filter: query.filter, text: query.text.clone(), page: 1, ..QueueQuery::default() };
    let choices = |list: Vec<(String, String)>, chosen: Option<String>| {
        let choice = |(value, words): (String, String)| Choice {
            chosen: chosen.as_deref() == Some(value.as_str()),
            value,
            words,
        };
        list.into_iter().map(choice).collect()
    };
    let filed = PraticaStatus::OPEN.into_iter().chain(PraticaStatus::OVER);
    let states = filed.map(|status| (status.stored().to_owned(), office_status(t, status, None).words)).collect();
    let clerks = queue.choices.clerks.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let orders = ORDERS.map(|order| (order_word(order).to_owned(), order_words(t, order))).into();
    let select = |name, label: &str, choices, all: Option<&str>| Select {
        name,
        label: t.get(label),
        every: all.map(|key| t.get(key)),
        choices,
    };
    let assignee = query.assignee.map(|id| id.to_string());
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let (every, every_one) = (Some("ufficio-filtro-ogni"), Some("ufficio-filtro-chiunque"));
    Narrowing {
        set: address::pairs(query) != address::pairs(&QueueQuery { page: query.page, ..bare.clone() }),
        carried: address::pairs(&bare),
        selects: vec![
            select("stato", "ufficio-col-stato", choices(states, query.status.map(|s| s.stored().to_owned())), every),
            select(
                "modello",
                "ufficio-col-modello",
                choices(queue.choices.modelli.clone(), query.modello.clone()),
                every,
            ),
            select(
                "plesso",
                "ufficio-filtro-plesso",
                choices(queue.choices.plessi.clone(), query.plesso.clone()),
                every,
            ),
            select("chi", "ufficio-col-assegnata", choices(clerks, assignee), every_one),
            select("ordine", "ufficio-ordine", choices(orders, Some(order_word(query.order).to_owned())), None),
        ],
        days: [
            ("dal", t.get("ufficio-filtro-dal"), day(query.from)),
            ("al", t.get("ufficio-filtro-al"), day(query.until)),
        ],
        down: query.down,
        cleared,
    }
}

fn columns(t: Text, query: &QueueQuery) -> Vec<Column> {
    let column = |key: &str, number: bool, order: Option<Order>| {
        let shown = order == Some(query.order);
        let turned = |order| QueueQuery { order, down: shown && !query.down, page: 1, ..query.clone() };
        Column {
            words: t.get(key),
            number,
            path: order.map(|order| path(&turned(order))),
            sorted: shown.then_some(if query.down { "descending" } else { "ascending" }),
        }
    };
    vec![
        column("ufficio-col-pratica", false, Some(Order::Number)),
        column("ufficio-col-modello", false, Some(Order::Modello)),
        column("ufficio-col-alunno", false, None),
        // Numbers are given in the order of arrival: the first column leads there.
        column("ufficio-col-inviata", true, None),
        column("ufficio-col-termine", true, Some(Order::Due)),
        column("ufficio-col-stato", false, Some(Order::Status)),
        column("ufficio-col-assegnata", false, Some(Order::Assignee)),
    ]
}

fn row_view(t: Text, row: &QueueRow, query: &QueueQuery, at: u32) -> RowView {
    RowView {
        key: row.id.to_string(),
        choose: t.get1("insieme-scegli", "numero", row.number.as_str()),
        chosen: false,
        path: format!("{}{}", pratica::path(row.id), Place { query: query.clone(), at }.suffix()),
        number: row.number.clone(),
        title: row.title.clone(),
        alunno: row.alunno.clone(),
        richiedente: t.get1("ufficio-da-richiedente", "chi", row.richiedente.as_str()),
        received: t.day(row.received_at),
        answer_by: t.date(row.answer_by),
        left: (!row.status.is_final()).then(|| time_left(t, row.days_left)),
        status: office_status(
            t,
            row.status,
            row.assignee.as_deref().filter(|_| row.status == PraticaStatus::Registered),
        ),
        assignee: row.assignee.clone(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::ufficio::coda::Choices;
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{day, uuid},
        ufficio::sample::{base, row, see},
    };

    fn counted(rows: i64) -> Counted {
        Counted { rows, more: rows >= 2000 }
    }

    fn full() -> Queue {
        let rows = [
            row(PraticaStatus::InReview, -2, Some("Anna Brambilla")),
            row(PraticaStatus::Registered, 0, None),
            row(PraticaStatus::Submitted, 3, None),
            row(PraticaStatus::Registered, 12, None),
            row(PraticaStatus::Accepted, 12, Some("Anna Brambilla")),
        ];
        Queue {
            rows: rows.into(),
            counts: FILTERS.into_iter().zip([47, 14, 12, 5, 3, 1, 0, 2000].map(counted)).collect(),
            total: counted(2000),
            page: 2,
            pages: 4,
            choices: Choices {
                modelli: vec![("iscrizione-mensa".into(), "Iscrizione <mensa>".into())],
                plessi: vec![("BGEE000001".into(), "Primaria <Rodari>".into())],
                clerks: vec![(uuid(9), "Anna <Brambilla>".into())],
            },
        }
    }

    #[test]
    fn the_queue_renders_in_every_language() {
        let query = QueueQuery {
            filter: Filter::Mine,
            status: Some(PraticaStatus::InReview),
            modello: Some("iscrizione-mensa".to_owned()),
            assignee: Some(uuid(9)),
            from: Some(day()),
            text: "Rossi".to_owned(),
            order: Order::Status,
            down: true,
            page: 2,
            ..QueueQuery::default()
        };
        see("ufficio-coda", |base| QueuePage {
            export: Some(ESPORTA),
            take_out: Some("/x".into()),
            post: posta::words(base.t, 2, 1),
            deeds: Some(deeds(&query, &full())),
            ..queue_page(&base, &query, &full())
        });
        see("ufficio-coda-errore", |base| {
            let problems =
                vec![("elenco", base.t.get("insieme-niente")), ("assegna-a", base.t.get("insieme-chi-manca"))];
            let errors = ErrorBox::of_fields(base.t, problems);
            let mut page = QueuePage { deeds: Some(deeds(&query, &full())), ..queue_page(&base, &query, &full()) };
            page.choose(Chosen { errors, rows: [page.rows[0].key.clone()].into(), clerk: String::new() });
            page
        });
        let empty =
            Queue { rows: vec![], counts: vec![], total: counted(0), page: 1, pages: 1, choices: Choices::default() };
        see("ufficio-coda-vuota", |base| queue_page(&base, &QueueQuery::default(), &empty));
    }

    #[test]
    fn a_head_leads_to_its_order_and_then_to_its_end() {
        let query = QueueQuery { filter: Filter::Closed, text: "Rossi".into(), page: 3, ..QueueQuery::default() };
        let heads = |query: &QueueQuery| {
            let all = columns(Text(Lingua::It), query);
            let sorted: Vec<_> = all.iter().filter_map(|column| column.sorted).collect();
            (all[4].path.clone().unwrap(), all[0].path.clone().unwrap(), sorted)
        };
        let (due, number, sorted) = heads(&query);
        assert_eq!(due, "/ufficio/pratiche?filtro=chiuse&q=Rossi&verso=giu", "the order shown, from its end");
        assert_eq!(number, "/ufficio/pratiche?filtro=chiuse&q=Rossi&ordine=numero");
        assert_eq!(sorted, ["ascending"]);
        let (due, _, sorted) = heads(&QueueQuery { down: true, ..query });
        assert_eq!((due.as_str(), sorted.as_slice()), ("/ufficio/pratiche?filtro=chiuse&q=Rossi", &["descending"][..]));
    }

    #[test]
    fn a_list_that_was_not_counted_to_its_end_says_so() {
        let html = |queue: &Queue| queue_page(&base(Lingua::It), &QueueQuery::default(), queue).render().unwrap();
        assert!(html(&full()).contains("più di 2000") && html(&full()).contains("2000+"));
        assert!(!html(&Queue { total: counted(47), ..full() }).contains("più di"));
    }
}
