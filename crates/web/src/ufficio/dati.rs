//! What the portal holds about somebody who asked for it in writing. The codice fiscale goes by POST: it stands in no address.

use askama::Template;
use axum::response::Response;
use sportello_app::{
    Error as App,
    dati::{self, CODE_WANTED, REASON_WANTED},
};

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_again},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    ufficio::framed,
};

#[derive(Template)]
#[template(path = "ufficio/dati.html")]
struct DataPage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    code: String,
    reason: String,
}

/// Shows the form.
pub async fn show(cx: Cx) -> Result<Response> {
    html(&view(&cx.page(""), &Posted::default(), vec![]))
}

/// Hands the archive out, or shows the form with what is missing.
pub async fn hand_out(cx: Cx, posted: Posted) -> Result<Response> {
    let found = dati::of_person(&cx.portal, &cx.ctx, posted.text("codice-fiscale").trim(), posted.text("motivo")).await;
    let problem = match found {
        Ok(dati) => return Ok(tabella::archive(dati)),
        Err(App::Unacceptable(REASON_WANTED)) => ("motivo", cx.t.get("ufficio-motivo-5-500")),
        Err(App::Unacceptable(CODE_WANTED)) => ("codice-fiscale", cx.t.get("dati-codice-errato")),
        Err(App::NotFound) => ("codice-fiscale", cx.t.get("dati-nessuno")),
        Err(error) => return Err(error.into()),
    };
    html_again(&view(&cx.page(""), &posted, vec![problem]))
}

fn view(base: &Page, posted: &Posted, errors: Vec<(&'static str, String)>) -> DataPage {
    DataPage {
        page: framed(base, base.t.get("dati-ufficio-titolo")).failed_if(!errors.is_empty()),
        errors: ErrorBox::of_fields(base.t, errors),
        late: None,
        code: posted.text("codice-fiscale").to_owned(),
        reason: posted.text("motivo").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ufficio::sample::see;

    #[test]
    fn the_form_renders_in_every_language() {
        see("ufficio-dati", |base| view(&base, &Posted::default(), vec![]));
        see("ufficio-dati-errore", |base| {
            let errors = ["codice-fiscale", "motivo"].map(|field| (field, base.t.get("dati-nessuno")));
            view(&base, &Posted::default(), errors.into())
        });
    }
}
