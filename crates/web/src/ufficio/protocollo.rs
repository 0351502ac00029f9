//! The protocol register: the list with its search. All of it lives in the address.

pub mod emergenza;
pub mod giornalieri;
mod voce;

use askama::Template;
use axum::{extract::Query, response::Response};
use chrono::NaiveDate;
use sportello_app::protocollo::{self, Direction, Found, Search, VoceRow};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_status, refused_as},
    error::Result,
    links::query_value,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::PROTOCOLLO},
};

pub(crate) use voce::{annul, back, show as show_one};

/// Longest text searched for, in characters.
const TEXT_MAX: usize = 80;

#[derive(Template)]
#[template(path = "ufficio/protocollo.html")]
struct ListPage {
    page: Page,
    late: Option<String>,
    /// Whether the ente uses a protocol system, or did.
    emergency: bool,
    errors: ErrorBox,
    typed: Typed,
    searched: bool,
    caption: String,
    rows: Vec<RowView>,
    /// "Pagina 2 di 4".
    place: String,
    previous: Option<String>,
    next: Option<String>,
    /// Where the list is taken out as a table.
    take_out: Option<String>,
}

/// The search as it was typed.
#[derive(Clone, Default)]
struct Typed {
    text: String,
    dal: String,
    al: String,
    annulled: bool,
    page: u32,
}

struct RowView {
    /// Of an entry that came in.
    path: Option<String>,
    number: String,
    registered: String,
    sender: String,
    subject: String,
    classificazione: String,
    status: OfficeStatus,
}

/// Shows the register, or what is searched for in it.
pub async fn show(cx: Cx, Query(query): Query<Vec<(String, String)>>) -> Result<Response> {
    let typed = Typed::read(&query);
    let (search, problems) = typed.search(cx.t);
    let found = protocollo::search(&cx.portal, &cx.ctx, &search).await?;
    if problems.is_empty() {
        let take_out = Some(tabella::path(PROTOCOLLO, &cx.path_and_query));
        return html(&ListPage { take_out, ..list_page(&cx.page(""), typed, &found, vec![]) });
    }
    html_status(refused_as(false, true), &list_page(&cx.page(""), typed, &found, problems))
}

/// Hands the register out as a table: what the search in the address finds, whichever page.
pub async fn take_out(cx: Cx, Query(query): Query<Vec<(String, String)>>, posted: Posted) -> Result<Response> {
    let typed = Typed::read(&query);
    let (search, problems) = typed.search(cx.t);
    if !problems.is_empty() {
        return Ok(cx.see_other(&typed.path(1)));
    }
    let table = protocollo::take_out(&cx.portal, &cx.ctx, &search, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the list: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(PROTOCOLLO)
}

impl Typed {
    fn read(pairs: &[(String, String)]) -> Self {
        let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.trim());
        let text = |name| value(name).chars().take(TEXT_MAX).collect();
        Self {
            text: text("q"),
            dal: text("dal"),
            al: text("al"),
            annulled: value("annullate") == "si",
            page: value("pagina").parse().unwrap_or(1).max(1),
        }
    }

    /// What is searched for; a day that is none is left out and told.
    fn search(&self, t: Text) -> (Search, Vec<(&'static str, String)>) {
        let mut problems = Vec::new();
        let mut day = |name: &'static str, typed: &str| {
            let day = typed.parse::<NaiveDate>().ok();
            if day.is_none() && !typed.is_empty() {
                problems.push((name, t.get("protocollo-giorno-errato")));
            }
            day
        };
        let (from, until) = (day("dal", &self.dal), day("al", &self.al));
        let search = Search { text: self.text.clone(), from, until, annulled: self.annulled, page: self.page };
        (search, problems)
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty() && self.dal.is_empty() && self.al.is_empty() && !self.annulled
    }

    fn path(&self, page: u32) -> String {
        let mut path = format!("{PROTOCOLLO}?pagina={page}");
        for (name, value) in [("q", &self.text), ("dal", &self.dal), ("al", &self.al)] {
            if !value.is_empty() {
                path.push_str(&format!("&{name}={}", query_value(value)));
            }
        }
        if self.annulled {
            path.push_str("&annullate=si");
        }
        path
    }
}

fn list_page(base: &Page, typed: Typed, found: &Found, problems: Vec<(&'static str, String)>) -> ListPage {
    let t = base.t;
    let failed = !problems.is_empty();
    ListPage {
        page: framed(base, t.get("protocollo-titolo")).failed_if(failed),
        late: None,
        emergency: !base.ente.settings.protocollo.is_internal(),
        errors: ErrorBox::of_fields(t, problems),
        searched: !typed.is_empty(),
        caption: t.get1("protocollo-elenco", "total", found.total),
        rows: found.voci.iter().map(|voce| row_view(t, voce)).collect(),
        place: t.get2("ufficio-pagina-di", "n", found.page, "tutte", found.pages),
        previous: (found.page > 1).then(|| typed.path(found.page - 1)),
        next: (found.page < found.pages).then(|| typed.path(found.page + 1)),
        take_out: None,
        typed,
    }
}

fn row_view(t: Text, voce: &VoceRow) -> RowView {
    RowView {
        // What goes out is read on its pratica.
        path: (voce.direction == Direction::In).then(|| format!("{PROTOCOLLO}/{}", voce.bozza_id)),
        number: number(voce.numero, voce.anno),
        registered: t.moment(voce.registered_at),
        sender: match voce.direction {
            Direction::In => voce.sender.clone(),
            Direction::Out => t.get1("protocollo-uscita", "nome", voce.sender.as_str()),
        },
        subject: voce.subject.clone(),
        classificazione: voce.classificazione.clone(),
        status: status(t, voce.annulled_at.is_some()),
    }
}

/// The number as registers write it: seven digits, then the year.
fn number(numero: i64, anno: i64) -> String {
    format!("{numero:07}/{anno}")
}

fn status(t: Text, annulled: bool) -> OfficeStatus {
    if annulled {
        OfficeStatus { words: t.get("protocollo-annullata"), shape: "st-errore" }
    } else {
        OfficeStatus { words: t.get("protocollo-valida"), shape: "st-ok" }
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::protocollo::Registro;

    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        ufficio::sample::see,
    };

    fn voce(annulled: bool) -> VoceRow {
        VoceRow {
            aoo: "AOO".into(),
            anno: 2026,
            numero: 184,
            registro: Registro::Internal,
            direction: Direction::In,
            registered_at: instant(),
            received_at: instant(),
            sender: "Laura <Ferrari>".into(),
            subject: "Iscrizione al servizio mensa".into(),
            classificazione: "VII/1".into(),
            bozza_id: uuid(4),
            annulled_at: annulled.then(instant),
            total: 60,
        }
    }

    #[test]
    fn the_register_renders_in_every_language() {
        let out = VoceRow { direction: Direction::Out, ..voce(false) };
        let found = Found { voci: vec![voce(false), voce(true), out], total: 60, page: 2, pages: 3 };
        see("ufficio-protocollo", |base| {
            let drawn = list_page(&base, Typed { page: 2, ..Typed::default() }, &found, vec![]);
            ListPage { take_out: Some("/x".into()), ..drawn }
        });
        let nothing = Found { voci: vec![], total: 0, page: 1, pages: 1 };
        see("ufficio-protocollo-vuoto", |base| list_page(&base, Typed::default(), &nothing, vec![]));
        see("ufficio-protocollo-errore", |base| {
            let typed = Typed { dal: "ieri".into(), text: "Rossi".into(), ..Typed::default() };
            let problems = typed.search(base.t).1;
            list_page(&base, typed, &nothing, problems)
        });
    }

    #[test]
    fn the_address_holds_the_search_and_nonsense_shows_everything() {
        let pairs = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> =
                pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Typed::read(&pairs)
        };
        let typed = pairs(&[("q", " Rossi & figli "), ("dal", "2026-09-01"), ("annullate", "si"), ("pagina", "3")]);
        assert_eq!(
            typed.path(typed.page),
            "/ufficio/protocollo?pagina=3&q=Rossi%20%26%20figli&dal=2026-09-01&annullate=si"
        );
        let typed = pairs(&[("annullate", "forse"), ("pagina", "-1")]);
        assert!(typed.is_empty() && typed.page == 1);
    }
}
