//! Taking the answers of pratiche out as a table for a spreadsheet: the form.
//!
//! Which role may do this, and with which answers, is decided by the use case.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    ufficio::esportazione::{self, Choices, REASON_WANTED, States, TOO_MANY, Wanted},
};
use sportello_domain::anno_scolastico::AnnoScolastico;

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_again},
    error::Result,
    page::Page,
    posted::Posted,
    tabella::{formato, stream},
    text::Text,
    ufficio::below,
};

/// Values of the choice of states.
const STATES: [(&str, States); 3] = [("tutte", States::All), ("aperte", States::Open), ("chiuse", States::Closed)];

#[derive(Template)]
#[template(path = "ufficio/esporta.html")]
struct ExportPage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    modelli: Vec<Choice>,
    anni: Vec<Choice>,
    states: Vec<Choice>,
    /// Name, label, what was typed.
    days: Vec<(&'static str, String, String)>,
    can_open_sealed: bool,
    sealed: bool,
    reason: String,
}

struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

/// Shows the form.
pub async fn show(cx: Cx) -> Result<Response> {
    let choices = esportazione::choices(&cx.portal, &cx.ctx).await?;
    html(&view(&cx.page(""), &choices, &Posted::default(), vec![]))
}

/// Hands the table out.
pub async fn hand_out(cx: Cx, posted: Posted) -> Result<Response> {
    let choices = esportazione::choices(&cx.portal, &cx.ctx).await?;
    let errors = match read(cx.t, &posted, &choices) {
        Err(errors) => errors,
        Ok(wanted) => match esportazione::export(&cx.portal, &cx.ctx, &wanted).await {
            Ok(table) => return Ok(stream(table)),
            Err(App::Unacceptable(REASON_WANTED)) => vec![("motivo", cx.t.get("ufficio-motivo-5-500"))],
            Err(App::Unacceptable(TOO_MANY)) => vec![("dal", cx.t.get("esporta-troppe"))],
            Err(error) => return Err(error.into()),
        },
    };
    html_again(&view(&cx.page(""), &choices, &posted, errors))
}

/// What is asked for, or what is wrong with it.
fn read(t: Text, posted: &Posted, choices: &Choices) -> std::result::Result<Wanted, Vec<(&'static str, String)>> {
    let mut problems = Vec::new();
    let modello = posted.text("modello").to_owned();
    if !choices.modelli.iter().any(|(code, _)| *code == modello) {
        problems.push(("modello", t.get("esporta-modello-manca")));
    }
    let mut day = |name: &'static str| {
        let typed = posted.text(name).trim();
        let day = typed.parse::<NaiveDate>().ok();
        if day.is_none() && !typed.is_empty() {
            problems.push((name, t.get("esporta-giorno-errato")));
        }
        day
    };
    let (from, until) = (day("dal"), day("al"));
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Wanted {
        modello,
        anno_scolastico: posted.text("anno").parse().ok().map(AnnoScolastico::beginning_in),
        states: STATES
            .iter()
            .find(|(word, _)| *word == posted.text("stato"))
            .map_or(States::All, |(_, states)| *states),
        from,
        until,
        sealed: (posted.text("riservati") == "si").then(|| posted.text("motivo").to_owned()),
        formato: formato(posted),
    })
}

fn view(base: &Page, choices: &Choices, posted: &Posted, errors: Vec<(&'static str, String)>) -> ExportPage {
    let t = base.t;
    let choice = |name: &str, value: &str, words: String| Choice {
        value: value.to_owned(),
        words,
        chosen: posted.text(name) == value,
    };
    let states = |states: States| match states {
        States::All => t.get("esporta-stato-tutte"),
        States::Open => t.get("esporta-stato-aperte"),
        States::Closed => t.get("esporta-stato-chiuse"),
    };
    let days = [("dal", t.get("esporta-dal")), ("al", t.get("esporta-al"))];
    let year = |anno: &AnnoScolastico| choice("anno", &anno.first_year().to_string(), anno.to_string());
    ExportPage {
        page: below(base, t.get("esporta-titolo")).failed_if(!errors.is_empty()),
        errors: ErrorBox::of_fields(t, errors),
        late: None,
        modelli: choices.modelli.iter().map(|(code, title)| choice("modello", code, title.clone())).collect(),
        anni: choices.anni.iter().map(year).collect(),
        states: STATES.map(|(word, of)| choice("stato", word, states(of))).into(),
        days: days.map(|(name, label)| (name, label, posted.text(name).to_owned())).into(),
        can_open_sealed: choices.can_open_sealed,
        sealed: posted.text("riservati") == "si",
        reason: posted.text("motivo").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::ufficio::sample::see;

    fn choices(can_open_sealed: bool) -> Choices {
        Choices {
            modelli: vec![("iscrizione-mensa".into(), "Modello iscrizione mensa".into())],
            anni: vec![AnnoScolastico::beginning_in(2026)],
            can_open_sealed,
        }
    }

    fn posted(fields: &[(&str, &str)]) -> Posted {
        let mut posted = Posted::default();
        posted.fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        posted
    }

    #[test]
    fn the_form_renders_in_every_language() {
        see("ufficio-esporta", |base| view(&base, &choices(false), &Posted::default(), vec![]));
        let typed = posted(&[("modello", "iscrizione-mensa"), ("dal", "ieri"), ("riservati", "si"), ("motivo", "no")]);
        see("ufficio-esporta-errore", |base| {
            let errors = ["modello", "dal", "al", "motivo"].map(|field| (field, base.t.get("esporta-giorno-errato")));
            view(&base, &choices(true), &typed, errors.into())
        });
    }

    #[test]
    fn what_is_typed_becomes_what_is_wanted() {
        let read = |fields: &[(&str, &str)]| super::read(Text(Lingua::It), &posted(fields), &choices(true));
        let wanted =
            read(&[("modello", "iscrizione-mensa"), ("anno", "2026"), ("stato", "chiuse"), ("al", "2026-09-01")]);
        let wanted = wanted.unwrap();
        assert_eq!(wanted.anno_scolastico, Some(AnnoScolastico::beginning_in(2026)));
        assert_eq!(
            (wanted.states, wanted.from, wanted.until),
            (States::Closed, None, NaiveDate::from_ymd_opt(2026, 9, 1))
        );
        assert_eq!(wanted.sealed, None);
        let wrong = read(&[("modello", "altro"), ("dal", "31/02/2026")]).unwrap_err();
        assert_eq!(wrong.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["modello", "dal"]);
    }
}
