//! The payment door of an ente, open to everybody (guide, G14): three ways to pay, a notice, a spontaneous payment.
//!
//! Its addresses stand at the root of the installation (`/pagopa/slug/…`, see `links.rs`); inside they are paths of the
//! ente like every other. Whatever is asked here, nothing tells whether somebody has debts.

mod avviso;
mod pagamento;
mod spontaneo;

use askama::Template;
use axum::response::Response;

use crate::{
    cx::{Cx, html},
    error::Result,
    links::PAYMENT_DOOR,
    page::Page,
    routes::{Access::Public, Route, document, get, guess, post},
};

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    vec![
        get("/pagopa", Public, door),
        get("/pagopa/avviso", Public, avviso::form),
        guess("/pagopa/avviso", avviso::look_up),
        get("/pagopa/spontaneo/mensa-scolastica", Public, spontaneo::form),
        guess("/pagopa/spontaneo/mensa-scolastica", spontaneo::begin),
        get("/pagopa/pagamento/{link}", Public, pagamento::show),
        post("/pagopa/pagamento/{link}", Public, pagamento::pay),
        document("/pagopa/pagamento/{link}/avviso.pdf", Public, pagamento::notice),
    ]
}

#[derive(Template)]
#[template(path = "pagopa/porta.html")]
struct DoorPage {
    page: Page,
}

/// `/pagopa`: the three ways to pay.
async fn door(cx: Cx) -> Result<Response> {
    html(&door_page(&cx.page("")))
}

fn door_page(base: &Page) -> DoorPage {
    DoorPage { page: Page { title: base.ente.settings.name.clone(), crumbs: Some(Vec::new()), ..base.clone() } }
}

/// Frame of a page behind the door.
fn framed(base: &Page, title: String) -> Page {
    Page { title, ..base.clone() }.crumb(base.t.get("porta-titolo"), PAYMENT_DOOR).service(base.t.get("porta-titolo"))
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::{base, see};

    #[test]
    fn the_door_has_three_columns_with_the_spontaneous_payment_in_the_middle() {
        see("pagopa-porta", |base| door_page(&base));
        let html = door_page(&base(Lingua::It)).render().unwrap();
        let place = |words: &str| html.find(words).unwrap();
        assert!(place("Pagamento con avviso") < place("Pagamento spontaneo"));
        assert!(place("Pagamento spontaneo") < place("I miei pagamenti"));
        assert!(html.contains("href=\"/pagopa/prova/spontaneo/mensa-scolastica\">Mensa scolastica<"));
    }
}
