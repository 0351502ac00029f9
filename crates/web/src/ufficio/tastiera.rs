//! The keys of the queue: what works with Tab alone, and the single keys that a script adds and that can be switched off.

use askama::Template;
use axum::response::Response;

use crate::{
    cx::{Cx, html},
    error::Result,
    page::Page,
    ufficio::below,
};

/// Path of the page.
pub(crate) const TASTIERA: &str = "/ufficio/tastiera";

#[derive(Template)]
#[template(path = "ufficio/tastiera.html")]
struct KeysPage {
    page: Page,
    /// Each key and what it does.
    keys: [(String, String); 6],
}

/// Lists the keys.
pub async fn show(cx: Cx) -> Result<Response> {
    html(&keys_page(&cx.page("")))
}

fn keys_page(base: &Page) -> KeysPage {
    let t = base.t;
    KeysPage {
        page: below(base, t.get("tastiera-titolo")).script(),
        keys: [
            ("j".to_owned(), t.get("tastiera-j")),
            ("k".to_owned(), t.get("tastiera-k")),
            ("x".to_owned(), t.get("tastiera-x")),
            ("a".to_owned(), t.get("tastiera-a")),
            (t.get("tastiera-invio-tasto"), t.get("tastiera-invio")),
            ("?".to_owned(), t.get("tastiera-elenco")),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ufficio::sample::see;

    #[test]
    fn the_page_renders_in_every_language() {
        see("ufficio-tastiera", |base| keys_page(&base));
    }
}
