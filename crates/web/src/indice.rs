//! Pages that lead on: a title, a sentence, a list of tiles.

use axum::response::Response;

use crate::{cx::html, error::Result, page::Page};

/// One tile.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Symbol of `icone.svg`.
    pub icon: &'static str,
    /// What people read.
    pub label: String,
    /// Path, relative to the root of the ente.
    pub path: String,
    /// One sentence on what is behind it.
    pub text: String,
}

/// A page of tiles; `templates/indice.html`.
#[derive(askama::Template)]
#[template(path = "indice.html")]
pub struct IndexPage {
    /// The frame; its title is the `h1`.
    pub page: Page,
    /// One sentence under the title.
    pub lead: String,
    /// The tiles.
    pub tiles: Vec<Tile>,
    /// What to say when there is no tile.
    pub empty: String,
    /// `data-element` of the links, where a public criterion asks for one.
    pub hook: Option<&'static str>,
}

/// Answers a page of tiles.
pub fn answer(page: Page, lead: String, tiles: Vec<Tile>) -> Result<Response> {
    html(&IndexPage { empty: String::new(), hook: None, page, lead, tiles })
}
