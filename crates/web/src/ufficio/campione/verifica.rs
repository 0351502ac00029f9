//! The check of one pratica of a draw.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    Error as App,
    campione::{self, NOTE_MAX, Outcome, Verifica},
};
use sportello_domain::id::PraticaId;
use uuid::Uuid;

use super::{ground_words, outcome_words, path};
use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_status, id, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    ufficio::{OfficeStatus, framed, menu::CONTROLLI, pratica},
};

#[derive(Template)]
#[template(path = "ufficio/campione-pratica.html")]
struct CheckPage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    status: OfficeStatus,
    /// Label and words.
    facts: Vec<(String, String)>,
    pratica: String,
    number: String,
    note: Option<String>,
    own: bool,
    /// Whether something is to be mended by whoever applied.
    mendable: bool,
    form: Option<Form>,
}

struct Form {
    action: String,
    version: i64,
    /// Value, words, what follows, chosen.
    outcomes: Vec<(&'static str, String, String, bool)>,
    note: String,
    hint: String,
}

/// What comes back with the form.
#[derive(Default)]
struct Typed {
    outcome: Option<Outcome>,
    note: String,
    late: Option<String>,
    problem: Option<(&'static str, String)>,
}

/// Shows the check.
pub(super) async fn show(cx: Cx, Path((campione, pratica)): Path<(String, String)>) -> Result<Response> {
    let shown = campione::verifica(&cx.portal, &cx.ctx, id(&campione)?, id(&pratica)?).await?;
    // What stands is what the form begins with: whoever mends it changes a word.
    let typed = Typed { outcome: shown.outcome, note: shown.note.clone().unwrap_or_default(), ..Typed::default() };
    html(&view(&cx.page(""), &shown, typed))
}

/// Writes down what was found.
pub(super) async fn record(
    cx: Cx,
    Path((campione, pratica)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response> {
    let (campione, pratica): (Uuid, PraticaId) = (id(&campione)?, id(&pratica)?);
    let version = posted.text("versione").parse().unwrap_or(0);
    let (outcome, note) = (Outcome::from_stored(posted.text("esito")), posted.words("nota"));
    let mut typed = Typed { outcome, ..Typed::default() };
    match outcome {
        None => typed.problem = Some(("esito", cx.t.get("campione-esito-manca"))),
        Some(outcome) => {
            match campione::record(&cx.portal, &cx.ctx, (campione, pratica, version), outcome, &note).await {
                Ok(()) => return Ok(cx.see_other(&path(campione))),
                Err(App::Unacceptable(_)) => {
                    typed.problem = Some(("nota", cx.t.get1("campione-nota-manca", "max", NOTE_MAX)));
                }
                Err(App::Stale) => typed.late = Some(cx.t.get("campione-tardi")),
                Err(error) => return Err(error.into()),
            }
        }
    }
    typed.note = note;
    let shown = campione::verifica(&cx.portal, &cx.ctx, campione, pratica).await?;
    let status = refused_as(typed.late.is_some(), typed.problem.is_some());
    html_status(status, &view(&cx.page(""), &shown, typed))
}

fn view(base: &Page, shown: &Verifica, typed: Typed) -> CheckPage {
    let t = base.t;
    let action = format!("{}/{}", path(shown.campione), shown.pratica);
    let mut facts = vec![
        (t.get("ufficio-col-modello"), shown.title.clone()),
        (t.get("campione-motivo"), ground_words(t, shown.ground)),
    ];
    if let Some((at, who)) = &shown.checked {
        let words = t.get2("campione-estratto-da", "chi", who.as_str(), "quando", t.moment(*at));
        facts.push((t.get("campione-controllata"), words));
    }
    let outcomes = [
        (Outcome::Confirmed, t.get("campione-conforme-segue")),
        (Outcome::Mendable, t.get("campione-sanabile-segue")),
        (Outcome::Refuted, t.get("campione-difforme-segue")),
    ];
    let outcomes = outcomes
        .map(|(one, follows)| (one.stored(), outcome_words(t, Some(one)).words, follows, typed.outcome == Some(one)));
    let form = Form {
        action,
        version: shown.version,
        outcomes: outcomes.into(),
        note: typed.note,
        hint: t.get1("campione-nota-aiuto", "max", NOTE_MAX),
    };
    CheckPage {
        page: framed(base, t.get1("campione-verifica-titolo", "numero", shown.number.as_str()))
            .crumb(t.get("campione-titolo"), CONTROLLI)
            .crumb(t.get("campione-uno"), path(shown.campione))
            .failed_if(typed.problem.is_some()),
        errors: ErrorBox::of_fields(t, typed.problem.into_iter().collect()),
        late: typed.late,
        status: outcome_words(t, shown.outcome),
        facts,
        pratica: pratica::path(shown.pratica),
        number: shown.number.clone(),
        note: shown.note.clone(),
        own: shown.own,
        mendable: shown.outcome == Some(Outcome::Mendable),
        form: shown.can_check.then_some(form),
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::campione::Ground;

    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        ufficio::sample::see,
    };

    fn verifica(outcome: Option<Outcome>) -> Verifica {
        Verifica {
            campione: Uuid::nil(),
            pratica: uuid(50),
            number: "2026/184".into(),
            title: "Iscrizione <mensa>".into(),
            ground: Ground::Inconsistent,
            outcome,
            note: outcome.map(|_| "Due <residenze>.\nScritto al richiedente.".into()),
            checked: outcome.map(|_| (instant(), "Anna <Brambilla>".into())),
            version: 2,
            own: false,
            can_check: true,
        }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        see("ufficio-verifica", |base| view(&base, &verifica(None), Typed::default()));
        for outcome in [Outcome::Confirmed, Outcome::Refuted, Outcome::Mendable] {
            see("ufficio-verifica-fatta", |base| view(&base, &verifica(Some(outcome)), Typed::default()));
        }
        let own = Verifica { own: true, can_check: false, note: None, ..verifica(Some(Outcome::Mendable)) };
        see("ufficio-verifica-propria", |base| view(&base, &own, Typed::default()));
        for field in ["esito", "nota"] {
            see("ufficio-verifica-errore", |base| {
                let typed = Typed {
                    outcome: Some(Outcome::Refuted),
                    note: "<no>".into(),
                    late: Some("Tardi.".into()),
                    problem: Some((field, "Scrivi.".into())),
                };
                view(&base, &verifica(None), typed)
            });
        }
    }
}
