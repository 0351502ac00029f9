//! Scrivania: what is to be done first, then the last messages and the last pratiche.

use askama::Template;
use axum::response::Response;
use sportello_app::area::{self, Conversation, Desk, ToDo};

use super::{AREA, ATTIVITA, MESSAGGI, Tab, framed, messaggi, tabs};
use crate::{
    compila::frame::send_by,
    consultazione::{LIST, StatusView, status_view},
    cx::{Cx, html},
    error::Result,
    page::Page,
    scolastici::PAGAMENTI,
    text::Text,
};

#[derive(Template)]
#[template(path = "area/scrivania.html")]
struct DeskPage {
    page: Page,
    tabs: Vec<Tab>,
    to_do: Vec<ToDoView>,
    messages: Vec<messaggi::View>,
    activities: Vec<ActivityView>,
    /// Whether drafts and messages are there for whoever looks.
    whole: bool,
    /// Paths of the lists.
    all_messages: &'static str,
    all_activities: &'static str,
    list: &'static str,
}

struct ToDoView {
    icon: &'static str,
    what: String,
    /// Until when, or how much.
    when: String,
    path: String,
    /// What the link does, and to what: read together.
    action: String,
}

struct ActivityView {
    path: String,
    number: String,
    title: String,
    status: StatusView,
    received: String,
}

/// Shows the page.
pub(super) async fn show(cx: Cx) -> Result<Response> {
    let desk = area::desk(&cx.portal, &cx.ctx).await?;
    html(&page(&cx.page(""), &desk))
}

fn page(base: &Page, desk: &Desk) -> DeskPage {
    let t = base.t;
    let activity = |row: &sportello_app::pratica::PraticaRow| ActivityView {
        path: format!("{LIST}/{}", row.id),
        number: row.number.clone(),
        title: about(t, &row.title, &row.alunno),
        status: status_view(t, row.status),
        received: t.day(row.received_at),
    };
    DeskPage {
        tabs: tabs(base, AREA),
        to_do: desk.to_do.iter().map(|one| to_do(t, one)).collect(),
        messages: desk.messages.iter().map(|one| messaggi::view(t, one)).collect(),
        activities: desk.activities.iter().map(activity).collect(),
        whole: desk.whole,
        all_messages: MESSAGGI,
        all_activities: ATTIVITA,
        list: LIST,
        page: framed(base, AREA),
    }
}

/// Title of a pratica with its child.
pub(super) fn about(t: Text, title: &str, alunno: &str) -> String {
    if alunno.is_empty() { title.to_owned() } else { t.get2("consultazione-di", "titolo", title, "alunno", alunno) }
}

fn to_do(t: Text, one: &ToDo) -> ToDoView {
    match one {
        ToDo::Answer(row, day) => ToDoView {
            icon: "attenzione",
            what: about(t, &row.title, &row.alunno),
            when: day.map_or_else(|| t.get("area-rispondi"), |day| t.get1("area-rispondi-entro", "data", t.date(day))),
            path: format!("{LIST}/{}", row.id),
            action: t.get1("area-fai-rispondi", "numero", row.number.as_str()),
        },
        ToDo::Pay(debt) => ToDoView {
            icon: "carta",
            what: t.get2("area-paga", "mese", t.month(debt.period), "alunno", debt.alunno.as_str()),
            when: t.get2("area-paga-entro", "importo", t.euro(debt.amount.cents()), "data", t.date(debt.due_on)),
            path: PAGAMENTI.to_owned(),
            action: t.get1("area-fai-paga", "mese", t.month(debt.period)),
        },
        ToDo::Send(draft) => ToDoView {
            icon: "cartella",
            what: t.get1("area-bozza", "titolo", draft.title.as_str()),
            when: format!("{} {}", send_by(t, draft.send_by), t.get1("area-bozza-fino", "data", t.date(draft.until))),
            path: format!("/compila/{}", draft.id),
            action: t.get1("area-fai-riprendi", "titolo", draft.title.as_str()),
        },
        ToDo::Read(talk) => unread(t, talk),
    }
}

fn unread(t: Text, talk: &Conversation) -> ToDoView {
    ToDoView {
        icon: "busta",
        what: about(t, &talk.title, &talk.alunno),
        when: t.get1("area-da-leggere", "n", talk.unread),
        path: format!("{LIST}/{}/messaggi", talk.pratica),
        action: t.get1("area-fai-leggi", "numero", talk.number.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::pratica::PraticaRow;
    use sportello_domain::{lingua::Lingua, pratica::PraticaStatus};

    use super::*;
    use crate::{
        compila::sample::{base, day, instant, see, uuid},
        consultazione::list::sample_row,
        sample::bozza_row,
        scolastici::sample::debts,
    };

    fn talk(unread: i64) -> Conversation {
        Conversation {
            pratica: uuid(50),
            number: "2026/184".into(),
            title: "Modello iscrizione mensa".into(),
            alunno: "Sofia <Ferrari>".into(),
            total: 3,
            unread,
            last_at: instant(),
        }
    }

    fn full() -> Desk {
        let row: PraticaRow = sample_row(PraticaStatus::IntegrationRequested);
        let to_do = vec![
            ToDo::Answer(row.clone(), Some(day())),
            ToDo::Answer(row.clone(), None),
            ToDo::Pay(debts().remove(0)),
            ToDo::Send(bozza_row()),
            ToDo::Read(talk(2)),
        ];
        Desk { to_do, messages: vec![talk(2), talk(0)], activities: vec![row], whole: true }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        let desk = full();
        see("area-scrivania", |base| page(&base, &desk));
        let empty = Desk { to_do: vec![], messages: vec![], activities: vec![], whole: true };
        see("area-scrivania-vuota", |base| page(&base, &empty));
        see("area-scrivania-delega", |base| page(&base, &Desk { whole: false, ..empty.clone() }));
    }

    #[test]
    fn what_is_to_be_done_comes_first_and_says_until_when() {
        let html = page(&base(Lingua::It), &full()).render().unwrap();
        let (first, rest) = html.split_once("Ultimi messaggi").unwrap();
        assert!(first.contains("Da fare") && first.contains("Rispondi entro il 16 luglio 2026"));
        assert!(first.contains("/prova/compila/") && first.contains("2 messaggi da leggere"));
        assert!(rest.contains("Ultime attività"));
        assert_eq!(html.matches("aria-current=\"page\"").count(), 2, "the tab and the breadcrumb");
    }
}
