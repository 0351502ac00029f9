//! The conversations with the office, each a link to its thread.

use askama::Template;
use axum::response::Response;
use sportello_app::area::{self, Conversation};

use super::{MESSAGGI, Tab, framed, scrivania::about, tabs};
use crate::{
    consultazione::LIST,
    cx::{Cx, html},
    error::Result,
    page::Page,
    text::Text,
};

#[derive(Template)]
#[template(path = "area/messaggi.html")]
struct MessagesPage {
    page: Page,
    tabs: Vec<Tab>,
    rows: Vec<View>,
    list: &'static str,
}

/// A conversation, ready to draw.
pub(super) struct View {
    pub(super) path: String,
    pub(super) number: String,
    pub(super) what: String,
    /// How many messages there are, and how many are to be read.
    pub(super) state: String,
    pub(super) last: String,
}

/// Shows them.
pub(super) async fn show(cx: Cx) -> Result<Response> {
    let rows = area::conversations(&cx.portal, &cx.ctx).await?;
    html(&page(&cx.page(""), &rows))
}

fn page(base: &Page, rows: &[Conversation]) -> MessagesPage {
    MessagesPage {
        tabs: tabs(base, MESSAGGI),
        rows: rows.iter().map(|row| view(base.t, row)).collect(),
        list: LIST,
        page: framed(base, MESSAGGI),
    }
}

/// A conversation in words.
pub(super) fn view(t: Text, row: &Conversation) -> View {
    View {
        path: format!("{LIST}/{}/messaggi", row.pratica),
        number: row.number.clone(),
        what: about(t, &row.title, &row.alunno),
        state: t.get2("messaggi-quanti", "n", row.total, "nuovi", row.unread),
        last: t.moment(row.last_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compila::sample::{instant, see, uuid};

    #[test]
    fn the_page_renders_in_every_language() {
        let row = |total, unread| Conversation {
            pratica: uuid(50),
            number: "2026/184".into(),
            title: "Modello iscrizione mensa".into(),
            alunno: "Sofia <Ferrari>".into(),
            total,
            unread,
            last_at: instant(),
        };
        see("area-messaggi", |base| page(&base, &[row(1, 1), row(1, 0), row(4, 2)]));
        see("area-messaggi-vuota", |base| page(&base, &[]));
    }
}
