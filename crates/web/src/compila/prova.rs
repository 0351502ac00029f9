//! A form that its author tries out: the pages of a draft, drawn by the same templates. Nothing is sent.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use sportello_app::{Ctx, bozza::Prova, invio::NotSent};
use sportello_domain::{
    id::{BozzaId, RowId},
    modello::AuthorError,
};
use uuid::Uuid;

use crate::{
    compila::{BUTTON, draft, filing, frame::titled, page},
    cx::{html, html_status},
    error::Result,
    page::{Menu, Page},
    posted::Posted,
};

/// What would have been sent.
#[derive(Template)]
#[template(path = "compila/provata.html")]
struct TriedPage {
    page: Page,
    pratiche_words: String,
    /// Path of the task list.
    again: String,
}

/// The faults of a form that cannot be tried out.
#[derive(Template)]
#[template(path = "compila/guasti.html")]
struct FaultsPage {
    page: Page,
    faults: Vec<AuthorError>,
}

/// A page of the form that somebody asks for.
pub(crate) struct Asked<'a> {
    /// Its name, as in the address; the task list without.
    pub(crate) page: Option<&'a str>,
    /// Whether it was reached from the summary.
    pub(crate) from_summary: bool,
    /// What was sent to it.
    pub(crate) posted: Option<Posted>,
}

/// Path of the task list.
pub(crate) fn path() -> String {
    format!("/compila/{}", BozzaId::new(Uuid::nil()))
}

/// The frame of a page for the person who fills in.
pub(crate) fn framed(base: Page, prova: &Prova) -> Page {
    Page { person: Some(prova.person()), preview: true, ..base }
}

/// Answers a page of the form, and takes in what was sent.
pub(crate) fn answer(base: &Page, ctx: &Ctx, prova: &mut Prova, asked: Asked<'_>, new_row: RowId) -> Result<Response> {
    match (asked.page, asked.posted) {
        (None, _) => html(&draft::tasks_page(base, &prova.frame(ctx))),
        (Some("sospesa"), None) => html(&draft::suspended_page(base, &prova.frame(ctx))),
        (Some("elimina"), None) => html(&draft::discard_page(base, &prova.frame(ctx))),
        (Some("elimina"), Some(_)) => {
            prova.restart();
            Ok(base.see_other(&path()))
        }
        (Some("riepilogo"), None) => filing::draw_summary(base, &prova.summary(ctx), None),
        (Some("riepilogo"), Some(posted)) => send(base, ctx, prova, &posted),
        (Some(name), None) => page::draw(base, &prova.page(ctx, name)?, asked.from_summary, StatusCode::OK),
        (Some(name), Some(posted)) => {
            let (form, button) = page::page_form(posted)?;
            let pressed = page::Pressed::new(&form, button);
            let saved = prova.save(ctx, name, form, new_row)?;
            page::after(base, &path(), name, &pressed, saved)
        }
    }
}

/// Invia: what keeps it from being sent, or that it would be sent.
fn send(base: &Page, ctx: &Ctx, prova: &Prova, posted: &Posted) -> Result<Response> {
    if posted.text(BUTTON) == "sospendi" {
        return Ok(base.see_other(&format!("{}/sospesa", path())));
    }
    let summary = prova.summary(ctx);
    if !posted.has("dichiaro") {
        return filing::draw_summary(base, &summary, Some(NotSent::NotDeclared));
    }
    if !summary.problems.is_empty() {
        return filing::draw_summary(base, &summary, Some(NotSent::Problems));
    }
    html(&tried_page(base, summary.pratiche))
}

fn tried_page(base: &Page, pratiche: usize) -> TriedPage {
    let t = base.t;
    TriedPage {
        page: titled(base, t.get("prova-provata-titolo")).menu(Menu::Pratiche),
        pratiche_words: t.get1("prova-provata-pratiche", "n", pratiche),
        again: path(),
    }
}

/// What is wrong with the form, instead of its pages.
pub(crate) fn faults(base: &Page, faults: Vec<AuthorError>) -> Result<Response> {
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &faults_page(base, faults))
}

fn faults_page(base: &Page, faults: Vec<AuthorError>) -> FaultsPage {
    FaultsPage { page: titled(base, base.t.get1("prova-guasti-titolo", "n", faults.len())).failed(), faults }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compila::sample::see;

    #[test]
    fn the_pages_render_in_every_language() {
        see("prova-provata", |base| tried_page(&Page { preview: true, ..base }, 2));
        let fault = |field: Option<&str>| AuthorError {
            file: "prova.toml".into(),
            line: 12,
            field: field.map(str::to_owned),
            message: "la chiave <x> non esiste qui".into(),
            remedy: "le chiavi sono: id, kind".into(),
        };
        see("prova-guasti", |base| faults_page(&base, vec![fault(None), fault(Some("figli"))]));
    }
}
