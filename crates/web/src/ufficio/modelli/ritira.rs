//! Taking a published version back.

use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    Error as App,
    autori::{self, Version},
};

use crate::{
    cx::{Cx, html_status, id},
    error::Result,
    page::Page,
    posted::Posted,
    ufficio::{
        conferma::Conferma,
        modelli::{about, path, version_words, window_words},
    },
};

/// Says what will happen.
pub async fn show(cx: Cx, Path((modello, versione)): Path<(String, String)>) -> Result<Response> {
    draw(&cx, &modello, id(&versione)?, false).await
}

/// Withdraws it.
pub async fn withdraw(cx: Cx, Path((modello, versione)): Path<(String, String)>, _posted: Posted) -> Result<Response> {
    match autori::withdraw(&cx.portal, &cx.ctx, &modello, id(&versione)?).await {
        // Withdrawn before: that is what was wanted.
        Ok(()) | Err(App::NotAllowedNow) => Ok(cx.see_other(&format!("{}?fatto=ritirata", path(&modello)))),
        Err(App::Unacceptable(_)) => draw(&cx, &modello, id(&versione)?, true).await,
        Err(error) => Err(error.into()),
    }
}

/// `booked`: it was refused, since the version that would count then books no places though some are booked.
async fn draw(cx: &Cx, code: &str, number: i64, booked: bool) -> Result<Response> {
    let (version, title, next) = autori::version(&cx.portal, &cx.ctx, code, number).await?;
    let mut view = view(&cx.page(""), code, &version, title, next.as_ref());
    if booked {
        view.said = vec![cx.t.get("modelli-ritira-prenotati")];
    }
    html_status(if booked { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &view)
}

fn view(base: &Page, code: &str, version: &Version, title: String, next: Option<&Version>) -> Conferma {
    let t = base.t;
    let then = match next {
        Some(next) if next.number < version.number => {
            let words = version_words(t, next);
            t.get2("modelli-ritira-poi", "versione", words, "finestra", window_words(t, next))
        }
        Some(_) => t.get("modelli-ritira-vecchia"),
        None => t.get("modelli-ritira-ultima"),
    };
    let own = path(code);
    Conferma {
        page: about(base, code, t.get("modelli-ritira-titolo")),
        said: vec![t.get("modelli-ritira-testo"), then],
        facts: vec![
            (t.get("modelli-col-modello"), title),
            (t.get("modelli-col-versione"), version_words(t, version)),
            (t.get("modelli-col-finestra"), window_words(t, version)),
        ],
        action: format!("{own}/ritira/{}", version.number),
        carried: Vec::new(),
        button: t.get("modelli-ritira"),
        back: own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ufficio::{modelli::tests::version, sample::see};

    #[test]
    fn the_page_renders_in_every_language() {
        let title = || "Modello <x>".to_owned();
        see("ufficio-modello-ritira", |base| view(&base, "prova", &version(2), title(), Some(&version(1))));
        see("ufficio-modello-ritira-ultima", |base| view(&base, "prova", &version(2), title(), None));
    }
}
