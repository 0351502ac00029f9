//! Everything that was issued to the person, by year.

use askama::Template;
use axum::response::Response;
use chrono::Datelike;
use sportello_app::area::{self, Issued, IssuedKind};

use super::{DOCUMENTI, Tab, framed, tabs};
use crate::{
    consultazione::{LIST, act_name},
    cx::{Cx, html},
    error::Result,
    page::Page,
    scolastici,
    text::Text,
};

#[derive(Template)]
#[template(path = "area/documenti.html")]
struct DocumentsPage {
    page: Page,
    tabs: Vec<Tab>,
    years: Vec<(i32, Vec<View>)>,
}

struct View {
    name: String,
    /// Day of issue, and the size of the PDF once it is there.
    about: String,
    /// Where it is; the page of the document while its PDF is being made.
    path: String,
}

/// Shows them.
pub(super) async fn show(cx: Cx) -> Result<Response> {
    let issued = area::documents(&cx.portal, &cx.ctx).await?;
    html(&page(&cx.page(""), &issued))
}

fn page(base: &Page, issued: &[Issued]) -> DocumentsPage {
    let mut years: Vec<(i32, Vec<View>)> = Vec::new();
    for one in issued {
        let year = one.on.year();
        match years.last_mut() {
            Some((last, views)) if *last == year => views.push(view(base.t, one)),
            _ => years.push((year, vec![view(base.t, one)])),
        }
    }
    DocumentsPage { tabs: tabs(base, DOCUMENTI), years, page: framed(base, DOCUMENTI) }
}

fn view(t: Text, one: &Issued) -> View {
    let (name, path) = match &one.what {
        IssuedKind::Receipt(pratica, number) => {
            (t.get1("area-ricevuta", "numero", number.as_str()), format!("{LIST}/{pratica}/ricevuta"))
        }
        IssuedKind::Provvedimento(pratica, document, kind, number) => (
            t.get2("area-provvedimento", "cosa", act_name(t, *kind), "numero", number.as_str()),
            format!("{LIST}/{pratica}/provvedimento/{document}"),
        ),
        IssuedKind::Invoice(alunno, document, number) => (
            t.get1("documento-fattura", "numero", number.as_str()),
            format!("{}/{alunno}/{document}", scolastici::DOCUMENTI),
        ),
        IssuedKind::CreditNote(alunno, document, number) => (
            t.get1("documento-nota-credito", "numero", number.as_str()),
            format!("{}/{alunno}/{document}", scolastici::DOCUMENTI),
        ),
    };
    let about = match one.bytes {
        Some(bytes) => t.get2("area-documento-pdf", "data", t.date(one.on), "peso", t.size(bytes)),
        None => t.date(one.on),
    };
    View { name, about, path }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use sportello_domain::{lingua::Lingua, pratica::PraticaStatus};

    use super::*;
    use crate::compila::sample::{base, day, see, uuid};

    fn all() -> Vec<Issued> {
        let last_year = NaiveDate::from_ymd_opt(2025, 12, 5).unwrap();
        vec![
            Issued { on: day(), bytes: Some(84_000), what: IssuedKind::Receipt(uuid(50), "2026/184".into()) },
            Issued {
                on: day(),
                bytes: Some(64_000),
                what: IssuedKind::Provvedimento(uuid(50), uuid(7), PraticaStatus::Accepted, "2026/184".into()),
            },
            Issued { on: day(), bytes: None, what: IssuedKind::Invoice(uuid(1), uuid(2), "12/M/2026".into()) },
            Issued { on: last_year, bytes: Some(1), what: IssuedKind::CreditNote(uuid(1), uuid(3), "1/N/2025".into()) },
        ]
    }

    #[test]
    fn the_page_renders_in_every_language() {
        see("area-documenti", |base| page(&base, &all()));
        see("area-documenti-vuota", |base| page(&base, &[]));
    }

    #[test]
    fn each_year_has_its_heading_and_each_document_its_place() {
        let html = page(&base(Lingua::It), &all()).render().unwrap();
        assert!(html.find("<h2>2026</h2>") < html.find("<h2>2025</h2>") && html.contains("<h2>2026</h2>"));
        assert!(html.contains(&format!("{LIST}/{}/ricevuta", uuid::<uuid::Uuid>(50))));
        assert!(html.contains("Accoglimento, pratica n. 2026/184") && html.contains("/provvedimento/"));
        assert!(html.contains("Fattura n. 12/M/2026") && html.contains("(PDF, 84 KB)"));
    }
}
