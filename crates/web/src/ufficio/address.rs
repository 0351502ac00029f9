//! The address of the queue: everything that it is asked for, read and written.

use axum::{extract::Query, http::Uri};
use chrono::{Datelike, NaiveDate};
use sportello_app::ufficio::{Filter, Order, QueueQuery};
use sportello_domain::pratica::PraticaStatus;

use crate::{cx::Cx, links::query_value, ufficio::menu::PRATICHE};

/// Longest text searched for, in characters.
const TEXT_MAX: usize = 100;
/// Longest code of a modello or a school, in bytes.
const CODE_MAX: usize = 100;

/// The saved filters in the order of the page.
pub(crate) const FILTERS: [Filter; 9] = [
    Filter::Open,
    Filter::Unassigned,
    Filter::Mine,
    Filter::DueSoon,
    Filter::Awaiting,
    Filter::Observations,
    Filter::Refused,
    Filter::Closed,
    Filter::All,
];

/// The orders.
pub(crate) const ORDERS: [Order; 5] = [Order::Due, Order::Number, Order::Modello, Order::Status, Order::Assignee];

/// Name of the place in the queue from which a pratica was opened.
const PLACE: &str = "posto";

/// Word that asks for an order from its end.
pub(crate) const DOWN: &str = "giu";

/// Word of a saved filter.
pub(crate) const fn word(filter: Filter) -> &'static str {
    match filter {
        Filter::Open => "aperte",
        Filter::Unassigned => "da-assegnare",
        Filter::Mine => "mie",
        Filter::DueSoon => "in-scadenza",
        Filter::Awaiting => "attesa-integrazioni",
        Filter::Observations => "osservazioni",
        Filter::Refused => "protocollo-in-errore",
        Filter::Closed => "chiuse",
        Filter::All => "tutte",
    }
}

/// Word of an order.
pub(crate) const fn order_word(order: Order) -> &'static str {
    match order {
        Order::Due => "termine",
        Order::Number => "numero",
        Order::Modello => "modello",
        Order::Status => "stato",
        Order::Assignee => "assegnata",
    }
}

/// What the queue is asked for. Whatever cannot be meant is left out; a search alone looks everywhere.
pub(crate) fn read(pairs: &[(String, String)]) -> QueueQuery {
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.trim());
    let text: String = value("q").chars().take(TEXT_MAX).collect();
    let everywhere = if text.is_empty() { Filter::Open } else { Filter::All };
    QueueQuery {
        filter: FILTERS.into_iter().find(|filter| word(*filter) == value("filtro")).unwrap_or(everywhere),
        status: PraticaStatus::from_stored(value("stato")),
        modello: code(value("modello")),
        plesso: code(value("plesso")),
        assignee: value("chi").parse().ok(),
        from: day(value("dal")),
        until: day(value("al")),
        text,
        order: ORDERS.into_iter().find(|order| order_word(*order) == value("ordine")).unwrap_or_default(),
        down: value("verso") == DOWN,
        page: value("pagina").parse().unwrap_or(1).max(1),
    }
}

/// A place in the queue: how it was asked for, and how many rows stand before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) query: QueueQuery,
    pub(crate) at: u32,
}

impl Place {
    /// The place from which a pratica was opened; none where it was not opened from the queue.
    pub(crate) fn of(cx: &Cx) -> Option<Self> {
        let at = cx.query(PLACE)?.parse().ok()?;
        Some(Self { query: parse(cx.path_and_query.split_once('?')?.1), at })
    }

    /// What follows the path of a page that was opened from it.
    pub(crate) fn suffix(&self) -> String {
        format!("?{}&{PLACE}={}", written(&self.query), self.at)
    }
}

/// The same from a query as it was written.
pub(crate) fn parse(query: &str) -> QueueQuery {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(&Uri::try_from(format!("/?{query}")).unwrap_or_default());
    read(&pairs.map(|Query(pairs)| pairs).unwrap_or_default())
}

fn code(text: &str) -> Option<String> {
    let sound = text.len() <= CODE_MAX && text.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    (sound && !text.is_empty()).then(|| text.to_owned())
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse::<NaiveDate>().ok().filter(|day| (1900..=2999).contains(&day.year()))
}

/// Names and values of what the queue is asked for, in the order of the address.
pub(crate) fn pairs(query: &QueueQuery) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("filtro", word(query.filter).to_owned())];
    let mut put = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
    put("q", Some(query.text.clone()).filter(|text| !text.is_empty()));
    put("stato", query.status.map(|status| status.stored().to_owned()));
    put("modello", query.modello.clone());
    put("plesso", query.plesso.clone());
    put("chi", query.assignee.map(|assignee| assignee.to_string()));
    put("dal", query.from.map(|day| day.to_string()));
    put("al", query.until.map(|day| day.to_string()));
    put("ordine", (query.order != Order::default()).then(|| order_word(query.order).to_owned()));
    put("verso", query.down.then(|| DOWN.to_owned()));
    put("pagina", (query.page > 1).then(|| query.page.to_string()));
    pairs
}

/// The query of the address, without its question mark.
pub(crate) fn written(query: &QueueQuery) -> String {
    let pairs = pairs(query).into_iter().map(|(name, value)| format!("{name}={}", query_value(&value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Path of the queue as it is asked for.
pub(crate) fn path(query: &QueueQuery) -> String {
    format!("{PRATICHE}?{}", written(query))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_address_holds_all_that_was_asked_for() {
        let given = [
            ("filtro", "chiuse"),
            ("q", " Rossi & figli "),
            ("stato", "accolta"),
            ("modello", "iscrizione-mensa"),
            ("plesso", "BGEE000001"),
            ("chi", "01890000-0000-7000-8000-000000000001"),
            ("dal", "2026-09-01"),
            ("al", "2026-09-30"),
            ("ordine", "modello"),
            ("verso", "giu"),
            ("pagina", "3"),
        ];
        let query = read(&typed(&given));
        assert_eq!(
            path(&query),
            "/ufficio/pratiche?filtro=chiuse&q=Rossi%20%26%20figli&stato=accolta&modello=iscrizione-mensa&plesso=BGEE000001\
             &chi=01890000-0000-7000-8000-000000000001&dal=2026-09-01&al=2026-09-30&ordine=modello&verso=giu&pagina=3"
        );
        let again: Vec<_> = pairs(&query).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(read(&again), query);
        assert_eq!(parse(&written(&query)), query);
        assert_eq!(parse("filtro=mie\n&q=%ff").text, "");
    }

    #[test]
    fn a_pratica_carries_the_address_of_the_queue() {
        let query = QueueQuery { filter: Filter::Mine, text: "Rossi".into(), page: 2, ..QueueQuery::default() };
        let place = Place { query: query.clone(), at: 30 };
        assert_eq!(place.suffix(), "?filtro=mie&q=Rossi&pagina=2&posto=30");
        assert_eq!(parse(&place.suffix()[1..]), query);
    }

    #[test]
    fn nonsense_in_the_address_shows_the_open_ones() {
        let nonsense = [
            ("filtro", "ogni"),
            ("stato", "boh"),
            ("modello", "a\0b"),
            ("plesso", "<p>"),
            ("chi", "anna"),
            ("dal", "+262142-12-31"),
            ("al", "31/02/2026"),
            ("ordine", "caso"),
            ("verso", "su"),
            ("pagina", "-1"),
        ];
        let plain = QueueQuery { page: 1, ..QueueQuery::default() };
        assert_eq!(read(&typed(&nonsense)), plain);
        assert_eq!(read(&typed(&[("pagina", "0")])), plain);
    }

    #[test]
    fn a_search_without_a_filter_looks_everywhere() {
        assert_eq!(read(&typed(&[("q", "Rossi")])).filter, Filter::All);
        assert_eq!(read(&typed(&[("q", "Rossi"), ("filtro", "mie")])).filter, Filter::Mine);
        assert_eq!(read(&typed(&[("q", "  ")])).filter, Filter::Open);
    }
}
