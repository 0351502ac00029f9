//! Sample checks of declarations: the draws, and one draw with its pratiche and how to do it again.

mod nuovo;
mod verifica;

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::campione::{self, CHECKERS, Campione, Campioni, DRAWERS, EstrattaRow, Ground, Outcome, READERS};
use uuid::Uuid;

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, id},
    error::Result,
    handing::{Handing, hand_out},
    page::Page,
    posted::Posted,
    routes::{Access, Route, get, post},
    tabella,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::CONTROLLI},
};

/// Path of the form that draws.
const NUOVO: &str = "/ufficio/controlli/nuovo";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let (read, draw) = (Access::Ufficio(&READERS), Access::Ufficio(&DRAWERS));
    vec![
        get(CONTROLLI, read, show),
        get(NUOVO, draw, nuovo::show),
        post(NUOVO, draw, nuovo::draw),
        get("/ufficio/controlli/elenco", read, back_to_list),
        post("/ufficio/controlli/elenco", read, take_out_draws),
        get("/ufficio/controlli/{campione}", read, show_one),
        get("/ufficio/controlli/{campione}/popolazione", read, population),
        get("/ufficio/controlli/{campione}/elenco", read, back),
        post("/ufficio/controlli/{campione}/elenco", read, take_out),
        get("/ufficio/controlli/{campione}/{id}", read, verifica::show),
        post("/ufficio/controlli/{campione}/{id}", Access::Ufficio(&CHECKERS), verifica::record),
    ]
}

#[derive(Template)]
#[template(path = "ufficio/campioni.html")]
struct ListPage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    rows: Vec<RowView>,
    /// Path of this list as a table.
    take_out: Option<String>,
    /// Path of the form that draws, for whoever may.
    draw: Option<&'static str>,
}

struct RowView {
    path: String,
    period: String,
    modello: String,
    drawn: String,
    population: i64,
    chosen: i64,
    status: OfficeStatus,
}

#[derive(Template)]
#[template(path = "ufficio/campione.html")]
struct OnePage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    status: OfficeStatus,
    /// Label and words.
    facts: Vec<(String, String)>,
    caption: String,
    rows: Vec<CheckView>,
    place: String,
    previous: Option<String>,
    next: Option<String>,
    /// What to do to draw again, step by step.
    steps: Vec<String>,
    seed: String,
    digest: String,
    list: String,
    /// Path of this list as a table.
    take_out: Option<String>,
}

struct CheckView {
    path: String,
    number: String,
    ground: String,
    status: OfficeStatus,
    checked: String,
}

/// Shows the draws.
async fn show(cx: Cx) -> Result<Response> {
    let campioni = campione::list(&cx.portal, &cx.ctx).await?;
    html(&list_page(&cx.page(""), &campioni))
}

/// Hands the draws out as a table, all of them.
async fn take_out_draws(cx: Cx, posted: Posted) -> Result<Response> {
    let table = campione::take_out_draws(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the draws: a table is asked for with a button.
async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(CONTROLLI)
}

/// Shows one draw.
async fn show_one(cx: Cx, Path(campione): Path<String>) -> Result<Response> {
    let page = cx.query("pagina").and_then(|page| page.parse().ok()).unwrap_or(1);
    let shown = campione::page(&cx.portal, &cx.ctx, id(&campione)?, page).await?;
    html(&one_page(&cx.page(""), &shown))
}

/// Hands out the list that a draw was drawn from.
async fn population(cx: Cx, Path(campione): Path<String>) -> Result<Response> {
    let list = campione::population(&cx.portal, &cx.ctx, id(&campione)?).await?;
    Ok(hand_out(list, Handing::Attachment))
}

/// Hands the pratiche of a draw out as a table, whichever page.
async fn take_out(cx: Cx, Path(campione): Path<String>, posted: Posted) -> Result<Response> {
    let table = campione::take_out(&cx.portal, &cx.ctx, id(&campione)?, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the draw: a table is asked for with a button.
async fn back(cx: Cx, Path(campione): Path<String>) -> Result<Response> {
    Ok(cx.see_other(&path(id(&campione)?)))
}

/// Path of a draw.
pub(super) fn path(campione: Uuid) -> String {
    format!("{CONTROLLI}/{campione}")
}

fn period(t: Text, campione: &Campione) -> String {
    t.get2("campione-periodo", "dal", t.date(campione.row.dal), "al", t.date(campione.row.al))
}

fn modello(t: Text, campione: &Campione) -> String {
    campione.title.clone().unwrap_or_else(|| t.get("campione-modelli-tutti"))
}

fn ground_words(t: Text, ground: Ground) -> String {
    match ground {
        Ground::Drawn => t.get("campione-motivo-sorteggio"),
        Ground::Inconsistent => t.get("campione-motivo-incongruenza"),
    }
}

/// What a check found, in words; that it is not done yet where there is nothing.
pub(super) fn outcome_words(t: Text, outcome: Option<Outcome>) -> OfficeStatus {
    let (words, shape) = match outcome {
        None => (t.get("campione-da-controllare"), "st-attesa"),
        Some(Outcome::Confirmed) => (t.get("campione-esito-conforme"), "st-ok"),
        Some(Outcome::Mendable) => (t.get("campione-esito-sanabile"), "st-allerta"),
        Some(Outcome::Refuted) => (t.get("campione-esito-difforme"), "st-errore"),
    };
    OfficeStatus { words, shape }
}

/// How many are done.
fn progress(t: Text, campione: &Campione) -> OfficeStatus {
    let row = &campione.row;
    let words = t.get2("campione-fatte", "n", row.checked, "tutte", row.chosen);
    OfficeStatus { words, shape: if row.checked == row.chosen { "st-ok" } else { "st-corso" } }
}

fn list_page(base: &Page, campioni: &Campioni) -> ListPage {
    let t = base.t;
    let row = |campione: &Campione| RowView {
        path: path(campione.row.id),
        period: period(t, campione),
        modello: modello(t, campione),
        drawn: t.day(campione.row.drawn_at),
        population: campione.row.population,
        chosen: campione.row.chosen,
        status: progress(t, campione),
    };
    ListPage {
        page: framed(base, t.get("campione-titolo")),
        errors: ErrorBox::of_fields(t, vec![]),
        late: None,
        rows: campioni.rows.iter().map(row).collect(),
        take_out: tabella::of(CONTROLLI, campioni.rows.is_empty()),
        draw: campioni.can_draw.then_some(NUOVO),
    }
}

fn one_page(base: &Page, shown: &campione::Page) -> OnePage {
    let (t, campione) = (base.t, &shown.campione);
    let row = &campione.row;
    let who = format!("{} {}", row.nome, row.cognome);
    let drawn = row.chosen - row.added;
    let step = |page: i64| format!("{}?pagina={page}", path(row.id));
    let check = |one: &EstrattaRow| CheckView {
        path: format!("{}/{}", path(row.id), one.pratica_id),
        number: format!("{}/{}", one.anno, one.numero),
        ground: ground_words(t, one.ground),
        status: outcome_words(t, one.outcome),
        checked: one.checked_at.map(|at| t.day(at)).unwrap_or_default(),
    };
    OnePage {
        page: framed(base, t.get1("campione-uno-titolo", "periodo", period(t, campione)))
            .crumb(t.get("campione-titolo"), CONTROLLI),
        errors: ErrorBox::of_fields(t, vec![]),
        late: None,
        status: progress(t, campione),
        facts: vec![
            (t.get("campione-modello"), modello(t, campione)),
            (t.get("campione-popolazione"), t.get1("campione-pratiche-n", "n", row.population)),
            (t.get("campione-estratte"), t.get2("campione-estratte-di", "n", drawn, "percento", row.percent)),
            (t.get("campione-aggiunte"), t.get1("campione-pratiche-n", "n", row.added)),
            (t.get("campione-estratto"), t.get2("campione-estratto-da", "chi", who, "quando", t.moment(row.drawn_at))),
        ],
        caption: t.get1("campione-elenco", "n", row.chosen),
        rows: shown.rows.iter().map(check).collect(),
        place: t.get2("ufficio-pagina-di", "n", shown.page, "tutte", shown.pages),
        previous: (shown.page > 1).then(|| step(shown.page - 1)),
        next: (shown.page < shown.pages).then(|| step(shown.page + 1)),
        steps: vec![t.get("campione-rifai-1"), t.get("campione-rifai-2"), t.get1("campione-rifai-3", "n", drawn)],
        seed: row.seed.clone(),
        digest: row.population_sha256.clone(),
        list: format!("{}/popolazione", path(row.id)),
        take_out: tabella::of(&path(row.id), shown.rows.is_empty()),
    }
}

#[cfg(test)]
mod sample {
    use sportello_app::campione::CampioneRow;

    use super::*;
    use crate::compila::sample::{day, instant, uuid};

    /// A draw.
    pub(super) fn campione(title: Option<&str>, checked: i64) -> Campione {
        Campione {
            row: CampioneRow {
                id: Uuid::nil(),
                modello: title.map(|_| "iscrizione-mensa".into()),
                dal: day(),
                al: day(),
                percent: 5,
                seed: "2a".repeat(32),
                population: 40,
                population_sha256: "c4".repeat(32),
                drawn_at: instant(),
                nome: "Anna".into(),
                cognome: "<Brambilla>".into(),
                chosen: 4,
                added: 2,
                checked,
            },
            title: title.map(str::to_owned),
        }
    }

    /// A pratica of a draw.
    pub(super) fn row(ground: Ground, outcome: Option<Outcome>) -> EstrattaRow {
        EstrattaRow {
            pratica_id: uuid(50),
            anno: 2026,
            numero: 184,
            ground,
            outcome,
            checked_at: outcome.map(|_| instant()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{sample::row, *};
    use crate::ufficio::sample::see;

    #[test]
    fn the_pages_render_in_every_language() {
        let campioni = |rows: Vec<Campione>, can_draw| Campioni { rows, can_draw };
        let some = campioni(vec![sample::campione(Some("Iscrizione <mensa>"), 4), sample::campione(None, 0)], true);
        see("ufficio-controlli", |base| list_page(&base, &some));
        see("ufficio-controlli-vuoto", |base| list_page(&base, &campioni(vec![], false)));
        let rows: Vec<EstrattaRow> = [None, Some(Outcome::Confirmed), Some(Outcome::Refuted), Some(Outcome::Mendable)]
            .into_iter()
            .zip([Ground::Drawn, Ground::Inconsistent].into_iter().cycle())
            .map(|(outcome, ground)| row(ground, outcome))
            .collect();
        let shown = campione::Page { campione: sample::campione(None, 3), rows, page: 2, pages: 3 };
        see("ufficio-controllo", |base| one_page(&base, &shown));
    }
}
