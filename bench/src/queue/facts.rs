//! What is known of each pratica, and the filters: the answers of the store are compared with these.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sportello_domain::{id::PersonaId, pratica::PraticaStatus};
use sportello_store::coda::{CodaQuery, Order};

use super::fill;
use crate::submit::sample;

/// A pratica as it was written.
#[derive(Clone, Debug)]
pub struct Fact {
    pub anno: i64,
    pub numero: i64,
    pub status: PraticaStatus,
    pub modello: &'static str,
    pub plesso: String,
    pub assigned_to: Option<PersonaId>,
    pub received_at: DateTime<Utc>,
    pub due_on: NaiveDate,
    pub search_key: String,
}

impl Fact {
    /// Whether a filter leaves it.
    pub fn matches(&self, query: &CodaQuery) -> bool {
        let number = query.numero.is_none_or(|numero| self.numero == numero);
        (query.states.is_empty() || query.states.contains(&self.status))
            && (!query.unassigned || self.assigned_to.is_none())
            && (query.assignee.is_none() || self.assigned_to == query.assignee)
            && query.due_by.is_none_or(|day| self.due_on <= day)
            && query.modello.as_deref().is_none_or(|modello| self.modello == modello)
            && query.plesso.as_deref().is_none_or(|plesso| self.plesso == plesso)
            && query.received_from.is_none_or(|from| self.received_at >= from)
            && query.received_until.is_none_or(|until| self.received_at < until)
            && query.text.as_deref().is_none_or(|text| self.search_key.contains(text))
            && !query.refused
            && number
    }

    /// Its place in an order.
    pub fn place(&self, order: Order) -> impl Ord + use<> {
        let word = match order {
            Order::Due | Order::Number => String::new(),
            Order::Modello => self.modello.to_owned(),
            Order::Status => self.status.stored().to_owned(),
            Order::Assignee => self.assigned_to.map(|clerk| clerk.to_string()).unwrap_or_default(),
        };
        (word, (order != Order::Number).then_some(self.due_on), self.anno, self.numero)
    }
}

/// The saved filters, and each way to narrow one down: wide, narrow, and leaving nothing.
pub fn filters() -> Vec<CodaQuery> {
    let open = || CodaQuery { states: PraticaStatus::OPEN.into(), ..CodaQuery::default() };
    let closed = || CodaQuery { states: PraticaStatus::OVER.into(), ..CodaQuery::default() };
    let one = |status| CodaQuery { states: vec![status], ..CodaQuery::default() };
    let clerk = Some(sample::persona_id(1));
    let days = |from: i64, until: i64| CodaQuery {
        received_from: Some(fill::received_at(0) + TimeDelta::days(from)),
        received_until: Some(fill::received_at(0) + TimeDelta::days(until)),
        ..CodaQuery::default()
    };
    let of = |query: CodaQuery, modello: &str, plesso: Option<u64>| CodaQuery {
        modello: Some(modello.to_owned()),
        plesso: plesso.map(fill::plesso),
        ..query
    };
    vec![
        open(),
        CodaQuery { unassigned: true, ..open() },
        CodaQuery { assignee: clerk, ..open() },
        CodaQuery { due_by: Some(fill::TODAY), ..open() },
        one(PraticaStatus::IntegrationRequested),
        one(PraticaStatus::Observations),
        CodaQuery { refused: true, ..CodaQuery::default() },
        closed(),
        CodaQuery::default(),
        CodaQuery { assignee: clerk, ..closed() },
        of(closed(), fill::MODELLI[0], None),
        of(closed(), fill::MODELLI[4], Some(3)),
        of(open(), fill::MODELLI[1], Some(7)),
        CodaQuery { assignee: clerk, ..of(one(PraticaStatus::Integrated), fill::MODELLI[2], Some(1)) },
        CodaQuery { states: PraticaStatus::OVER.into(), ..days(100, 400) },
        days(500, 501),
        CodaQuery { text: Some("figlio777 ".into()), ..CodaQuery::default() },
        CodaQuery { text: Some("prova".into()), ..open() },
        CodaQuery { text: Some("nessuno cosi".into()), ..CodaQuery::default() },
        CodaQuery { numero: Some(777), ..CodaQuery::default() },
    ]
}
