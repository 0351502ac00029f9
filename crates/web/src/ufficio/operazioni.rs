//! The audit log for the auditor: filters by person, deed and day. All of them live in the address, which names nobody.

use askama::Template;
use axum::{extract::Query, response::Response};
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    operazioni::{self, DAYS_WANTED, Found, Operazione, Search, WORD_WANTED},
};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_again},
    error::Result,
    links::query_value,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{framed, menu::OPERAZIONI},
};

#[derive(Template)]
#[template(path = "ufficio/operazioni.html")]
struct LogPage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    /// Whose deeds are shown, when those of one person are: key, and the path of everybody's.
    who: Option<(String, String)>,
    what: String,
    openings: bool,
    /// Name, label, value.
    days: Vec<(&'static str, String, String)>,
    caption: String,
    rows: Vec<RowView>,
    more: Option<String>,
    /// Where the list is taken out as a table.
    take_out: Option<String>,
}

struct RowView {
    at: String,
    /// Name, and the path of what else they did.
    who: Option<(String, String)>,
    capacity: String,
    what: String,
    on: String,
    reason: Option<String>,
}

/// What stands in the address.
#[derive(Clone, Debug, Default)]
struct Typed {
    who: String,
    what: String,
    openings: bool,
    from: String,
    until: String,
    before: String,
}

/// Shows what the filters find.
pub async fn show(cx: Cx, Query(query): Query<Vec<(String, String)>>) -> Result<Response> {
    let typed = Typed::read(&query);
    let search = match typed.search(cx.t) {
        Ok(search) => search,
        Err(errors) => {
            // Who may not look hears that first.
            cx.ctx.operatore(&operazioni::READERS)?;
            return html_again(&view(&cx.page(""), &typed, None, errors));
        }
    };
    match operazioni::search(&cx.portal, &cx.ctx, &search).await {
        Ok(found) => {
            let take_out = Some(tabella::path(OPERAZIONI, &cx.path_and_query));
            html(&LogPage { take_out, ..view(&cx.page(""), &typed, Some(&found), vec![]) })
        }
        Err(App::Unacceptable(what)) => {
            let problem = match what {
                WORD_WANTED => ("cosa", cx.t.get("operazioni-cosa-errato")),
                _ => ("dal", cx.t.get("operazioni-giorni-errati")),
            };
            html_again(&view(&cx.page(""), &typed, None, vec![problem]))
        }
        Err(error) => Err(error.into()),
    }
}

/// Hands the log out as a table: what the filters in the address find, whichever page.
pub async fn take_out(cx: Cx, Query(query): Query<Vec<(String, String)>>, posted: Posted) -> Result<Response> {
    let search = Typed::read(&query).search(cx.t).map_err(|_| App::Unacceptable(DAYS_WANTED))?;
    let table = operazioni::take_out(&cx.portal, &cx.ctx, &search, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the log: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(OPERAZIONI)
}

impl Typed {
    fn read(pairs: &[(String, String)]) -> Self {
        let value = |wanted: &str| {
            let found = pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.trim());
            found.chars().take(80).collect::<String>()
        };
        Self {
            who: value("chi"),
            what: value("cosa"),
            openings: value("aperture") == "si",
            from: value("dal"),
            until: value("al"),
            before: value("prima"),
        }
    }

    fn search(&self, t: Text) -> std::result::Result<Search, Vec<(&'static str, String)>> {
        let mut problems = Vec::new();
        let mut day = |name: &'static str, typed: &str| {
            let day = typed.parse::<NaiveDate>().ok();
            if day.is_none() && !typed.is_empty() {
                problems.push((name, t.get("esporta-giorno-errato")));
            }
            day
        };
        let (from, until) = (day("dal", &self.from), day("al", &self.until));
        if !problems.is_empty() {
            return Err(problems);
        }
        let (who, before) = (self.who.parse().ok(), self.before.parse().ok());
        Ok(Search { who, what: self.what.clone(), openings: self.openings, from, until, before })
    }

    /// Path of the log with these filters.
    fn path(&self) -> String {
        let values = [
            ("chi", self.who.as_str()),
            ("cosa", &self.what),
            ("aperture", if self.openings { "si" } else { "" }),
            ("dal", &self.from),
            ("al", &self.until),
            ("prima", &self.before),
        ];
        let named = values.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = named.map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        format!("{OPERAZIONI}?{}", query.join("&"))
    }
}

fn view(base: &Page, typed: &Typed, found: Option<&Found>, errors: Vec<(&'static str, String)>) -> LogPage {
    let t = base.t;
    // The days that were looked at stand in the form, also when none were named.
    let day = |typed: &str, looked: Option<NaiveDate>| looked.map_or(typed.to_owned(), |day| day.to_string());
    let (from, until) = (found.map(|found| found.from), found.map(|found| found.until));
    let everybody = Typed { who: String::new(), before: String::new(), ..typed.clone() };
    LogPage {
        page: framed(base, t.get("operazioni-titolo")).failed_if(!errors.is_empty()),
        errors: ErrorBox::of_fields(t, errors),
        late: None,
        who: (!typed.who.is_empty()).then(|| (typed.who.clone(), everybody.path())),
        what: typed.what.clone(),
        openings: typed.openings,
        days: vec![
            ("dal", t.get("operazioni-dal"), day(&typed.from, from)),
            ("al", t.get("operazioni-al"), day(&typed.until, until)),
        ],
        caption: match (from, until) {
            (Some(from), Some(until)) => t.get2("operazioni-elenco", "dal", t.date(from), "al", t.date(until)),
            _ => String::new(),
        },
        rows: found.map(|found| found.rows.iter().map(|row| row_view(t, typed, row)).collect()).unwrap_or_default(),
        more: found.and_then(|found| found.more).map(|id| Typed { before: id.to_string(), ..typed.clone() }.path()),
        take_out: None,
    }
}

fn row_view(t: Text, typed: &Typed, row: &Operazione) -> RowView {
    let theirs = |id: String| Typed { who: id, before: String::new(), ..typed.clone() }.path();
    RowView {
        at: t.get2("tappa-quando", "data", t.day(row.at), "ora", t.time(row.at)),
        who: row.who.as_ref().map(|(id, name)| (name.clone(), theirs(id.to_string()))),
        capacity: row.capacity.clone(),
        what: row.what.clone(),
        on: match &row.which {
            Some(which) => format!("{} {which}", row.on),
            None => row.on.clone(),
        },
        reason: row.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{day, instant, uuid},
        ufficio::sample::see,
    };

    fn row(n: u32, reason: Option<&str>) -> Operazione {
        Operazione {
            id: uuid::Uuid::from_u128(u128::from(n)),
            at: instant(),
            who: (n > 1).then(|| (uuid(n), "Lara Riva".to_owned())),
            capacity: "ufficio".into(),
            what: "pratica.open_sealed".into(),
            on: "pratica".into(),
            which: (n > 2).then(|| "2026/184".into()),
            reason: reason.map(str::to_owned),
        }
    }

    #[test]
    fn the_log_renders_in_every_language() {
        let rows = vec![row(1, None), row(2, None), row(3, Some("richiesta <della> cucina"))];
        let found = Found { rows, from: day(), until: day(), more: Some(uuid::Uuid::nil()) };
        let typed = Typed { who: "x".into(), openings: true, ..Typed::default() };
        see("ufficio-operazioni", |base| LogPage {
            take_out: Some("/x".into()),
            ..view(&base, &typed, Some(&found), vec![])
        });
        let nothing = Found { rows: vec![], more: None, ..found };
        see("ufficio-operazioni-niente", |base| view(&base, &Typed::default(), Some(&nothing), vec![]));
        see("ufficio-operazioni-errore", |base| {
            let errors = ["cosa", "dal", "al"].map(|field| (field, base.t.get("operazioni-cosa-errato")));
            view(&base, &Typed { what: "<no>".into(), ..Typed::default() }, None, errors.into())
        });
    }

    #[test]
    fn the_filters_live_in_the_address() {
        let pairs: Vec<(String, String)> =
            [("cosa", "pratica."), ("aperture", "si"), ("dal", "2026-09-01"), ("prima", "x")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
        let typed = Typed::read(&pairs);
        assert_eq!(typed.path(), "/ufficio/operazioni?cosa=pratica.&aperture=si&dal=2026-09-01&prima=x");
        let search = typed.search(Text(Lingua::It)).unwrap();
        assert_eq!((search.what.as_str(), search.openings, search.before), ("pratica.", true, None));
        let wrong = Typed { from: "ieri".into(), ..Typed::default() }.search(Text(Lingua::It)).unwrap_err();
        assert_eq!(wrong[0].0, "dal");
    }
}
