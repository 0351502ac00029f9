//! The form that draws.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    campione::{self, DAYS_MAX, Draw, Drawn, MODELLO_WANTED, NOBODY, PERCENT_WANTED, PERIOD_WANTED, POPULATION_MAX},
};
use sportello_domain::campione::Percent;
use uuid::Uuid;

use super::{NUOVO, path};
use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_again},
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{framed, menu::CONTROLLI},
};

#[derive(Template)]
#[template(path = "ufficio/campione-nuovo.html")]
struct NewPage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    action: &'static str,
    /// Path of the draw that was there before.
    before: Option<String>,
    /// Code, title, chosen.
    modelli: Vec<(String, String, bool)>,
    /// Name, label, hint, value.
    days: Vec<(&'static str, String, String, String)>,
    percent: String,
}

/// What is wrong with what was typed, in the order of the page.
type Problems = Vec<(&'static str, String)>;

/// Shows the form.
pub(super) async fn show(cx: Cx) -> Result<Response> {
    let modelli = campione::choices(&cx.portal, &cx.ctx).await?;
    let mut posted = Posted::default();
    posted.fields.push(("percentuale".to_owned(), Percent::DEFAULT.get().to_string()));
    html(&view(&cx.page(""), &modelli, &posted, vec![], None))
}

/// Draws.
pub(super) async fn draw(cx: Cx, posted: Posted) -> Result<Response> {
    let modelli = campione::choices(&cx.portal, &cx.ctx).await?;
    let mut before = None;
    let problems = match read(cx.t, &posted) {
        Err(problems) => problems,
        Ok(asked) => match campione::draw(&cx.portal, &cx.ctx, &asked).await {
            Ok(Drawn::Done(id)) => return Ok(cx.see_other(&path(id))),
            Ok(Drawn::Before(id)) => {
                before = Some(id);
                vec![("dal", cx.t.get("campione-gia-estratto"))]
            }
            Err(App::Unacceptable(what)) => vec![problem(cx.t, what)],
            Err(error) => return Err(error.into()),
        },
    };
    html_again(&view(&cx.page(""), &modelli, &posted, problems, before))
}

/// What is asked for, or what is wrong with it.
fn read(t: Text, posted: &Posted) -> std::result::Result<Draw, Problems> {
    let mut problems = Vec::new();
    let mut day = |name: &'static str| {
        let day = posted.text(name).trim().parse::<NaiveDate>().ok();
        if day.is_none() {
            problems.push((name, t.get("esporta-giorno-errato")));
        }
        day
    };
    let days = (day("dal"), day("al"));
    let percent = posted.text("percentuale").trim().trim_end_matches('%').trim_end().parse().ok();
    let percent = percent.and_then(Percent::new);
    if percent.is_none() {
        problems.push(problem(t, PERCENT_WANTED));
    }
    let modello = Some(posted.text("modello")).filter(|code| !code.is_empty()).map(str::to_owned);
    match (days, percent) {
        ((Some(dal), Some(al)), Some(percent)) => Ok(Draw { modello, dal, al, percent: percent.get() }),
        _ => Err(problems),
    }
}

/// Where a refusal is told, and how.
fn problem(t: Text, what: &str) -> (&'static str, String) {
    match what {
        PERCENT_WANTED => ("percentuale", t.get("campione-percentuale-errata")),
        PERIOD_WANTED => ("al", t.get1("campione-periodo-errato", "giorni", DAYS_MAX)),
        MODELLO_WANTED => ("modello", t.get("campione-modello-errato")),
        NOBODY => ("dal", t.get("campione-nessuna")),
        // TOO_MANY
        _ => ("al", t.get1("campione-troppe", "n", POPULATION_MAX)),
    }
}

fn view(
    base: &Page,
    modelli: &[(String, String)],
    posted: &Posted,
    problems: Problems,
    before: Option<Uuid>,
) -> NewPage {
    let t = base.t;
    let chosen = posted.text("modello");
    let days = [
        ("dal", t.get("campione-dal"), t.get("campione-dal-aiuto")),
        ("al", t.get("campione-al"), t.get1("campione-al-aiuto", "giorni", DAYS_MAX)),
    ];
    NewPage {
        page: framed(base, t.get("campione-nuovo"))
            .crumb(t.get("campione-titolo"), CONTROLLI)
            .failed_if(!problems.is_empty()),
        errors: ErrorBox::of_fields(t, problems),
        late: None,
        action: NUOVO,
        before: before.map(path),
        modelli: modelli.iter().map(|(code, title)| (code.clone(), title.clone(), code == chosen)).collect(),
        days: days.map(|(name, label, hint)| (name, label, hint, posted.text(name).to_owned())).into(),
        percent: posted.text("percentuale").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::ufficio::sample::see;

    fn posted(dal: &str, al: &str, percent: &str) -> Posted {
        let fields = [("dal", dal), ("al", al), ("percentuale", percent), ("modello", "iscrizione-mensa")];
        let mut posted = Posted::default();
        posted.fields.extend(fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
        posted
    }

    #[test]
    fn the_form_renders_in_every_language() {
        let modelli = [("iscrizione-mensa".to_owned(), "Iscrizione <mensa>".to_owned())];
        see("ufficio-controllo-nuovo", |base| view(&base, &modelli, &Posted::default(), vec![], None));
        see("ufficio-controllo-nuovo-errore", |base| {
            let problems = [PERCENT_WANTED, PERIOD_WANTED, MODELLO_WANTED, NOBODY].map(|what| problem(base.t, what));
            view(&base, &modelli, &posted("<x>", "y", "0"), problems.into(), Some(Uuid::nil()))
        });
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let wrong = |dal, al, percent| {
            let problems = read(Text(Lingua::It), &posted(dal, al, percent)).unwrap_err();
            problems.into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        assert_eq!(wrong("", "2026-02-30", "molto"), ["dal", "al", "percentuale"]);
        for percent in ["0", "101", "-5", "5,5", ""] {
            assert_eq!(wrong("2026-01-01", "2026-12-31", percent), ["percentuale"], "{percent}");
        }
        let asked = read(Text(Lingua::It), &posted("2026-01-01", "2026-12-31", " 10 % ")).unwrap();
        assert_eq!((asked.percent, asked.modello.as_deref()), (10, Some("iscrizione-mensa")));
    }
}
