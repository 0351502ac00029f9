//! Whether a second person is needed, and the act that says otherwise.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    proposta::{self, Atto, ControlloRow, fault},
    ruolo::ADMINISTRATORS,
};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html_status, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{framed, menu::CONTROLLO},
};

#[derive(Template)]
#[template(path = "ufficio/controllo.html")]
struct ControlloPage {
    page: Page,
    late: Option<String>,
    done: Option<String>,
    errors: ErrorBox,
    words: String,
    /// The form, for the amministratore.
    form: Option<FormView>,
}

struct FormView {
    /// What its button says.
    label: String,
    /// What it does: `spento` or `acceso`.
    to: &'static str,
    atto: String,
    data: String,
}

#[derive(Default)]
struct Typed {
    atto: String,
    data: String,
    errors: Vec<(&'static str, String)>,
    late: Option<String>,
    done: Option<String>,
}

/// Shows whether a second person is needed; behind the form, what it did.
pub async fn show(cx: Cx) -> Result<Response> {
    let done = cx.query("fatto").map(|_| cx.t.get("controllo-fatto"));
    draw(&cx, Typed { done, ..Typed::default() }).await
}

/// Records an act.
pub async fn set(cx: Cx, posted: Posted) -> Result<Response> {
    let text = |name: &str| posted.text(name).trim().to_owned();
    let mut typed = Typed { atto: text("atto"), data: text("data"), ..Typed::default() };
    let Ok(date) = typed.data.parse::<NaiveDate>() else {
        typed.errors = vec![("data", cx.t.get("controllo-data-forma"))];
        return draw(&cx, typed).await;
    };
    let atto = Atto { name: typed.atto.clone(), date };
    match proposta::set_controllo(&cx.portal, &cx.ctx, posted.text("controllo") == "acceso", atto).await {
        Ok(()) => Ok(cx.see_other(&format!("{CONTROLLO}?fatto=si"))),
        Err(App::Unacceptable(what)) => {
            let (field, key) = match what {
                fault::ATTO_DATE => ("data", "controllo-data-futura"),
                _ => ("atto", "controllo-atto-manca"),
            };
            typed.errors = vec![(field, cx.t.get(key))];
            draw(&cx, typed).await
        }
        Err(App::NotAllowedNow) => {
            typed.late = Some(cx.t.get("controllo-gia"));
            draw(&cx, typed).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a second person is needed, in words, with the act that says so.
pub(super) fn words(t: Text, act: Option<&ControlloRow>) -> String {
    let Some(act) = act else { return t.get("controllo-acceso") };
    let args = [
        ("atto", act.atto.as_str().into()),
        ("data", t.date(act.atto_date).into()),
        ("chi", format!("{} {}", act.nome, act.cognome).into()),
        ("quando", t.moment(act.at).into()),
    ];
    t.with(if act.active { "controllo-riacceso" } else { "controllo-spento" }, args)
}

async fn draw(cx: &Cx, typed: Typed) -> Result<Response> {
    let act = proposta::controllo(&cx.portal, &cx.ctx).await?;
    let may = cx.ctx.operatore(&ADMINISTRATORS).is_ok();
    let status = refused_as(typed.late.is_some(), !typed.errors.is_empty());
    html_status(status, &view(&cx.page(""), act.as_ref(), may, typed))
}

fn view(base: &Page, act: Option<&ControlloRow>, may: bool, typed: Typed) -> ControlloPage {
    let t = base.t;
    let active = act.is_none_or(|act| act.active);
    let (key, to) = if active { ("controllo-spegni", "spento") } else { ("controllo-accendi", "acceso") };
    let form = may.then(|| FormView { label: t.get(key), to, atto: typed.atto, data: typed.data });
    let errors = ErrorBox::of_fields(t, typed.errors);
    let failed = typed.late.is_some() || !errors.problems.is_empty();
    ControlloPage {
        page: framed(base, t.get("controllo-titolo")).failed_if(failed),
        late: typed.late,
        done: typed.done,
        errors,
        words: words(t, act),
        form,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compila::sample::{day, instant},
        ufficio::sample::see,
    };

    #[test]
    fn the_page_renders_in_every_language() {
        let act = |active| ControlloRow {
            active,
            atto: "Determina n. 41".into(),
            atto_date: day(),
            nome: "Teresa".into(),
            cognome: "Locatelli".into(),
            at: instant(),
        };
        see("ufficio-controllo", |base| view(&base, None, true, Typed::default()));
        see("ufficio-controllo-spento", |base| view(&base, Some(&act(false)), true, Typed::default()));
        see("ufficio-controllo-letto", |base| view(&base, Some(&act(true)), false, Typed::default()));
        see("ufficio-controllo-errore", |base| {
            let errors = vec![("atto", "a".to_owned()), ("data", "b".to_owned())];
            view(&base, None, true, Typed { errors, late: Some("tardi".into()), ..Typed::default() })
        });
    }
}
