//! The children with documents, and the documents of one child.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::documenti_contabili::{self, DocumentoRow, Figlio};
use sportello_domain::{euro::Euro, id::AlunnoId};

use crate::{
    consultazione::list::empty,
    cx::{Cx, html, id},
    error::Result,
    page::Page,
    scolastici::{DOCUMENTI, Stato, document_name, framed, stato},
};

#[derive(Template)]
#[template(path = "scolastici/figli.html")]
struct ChildrenPage {
    page: Page,
    figli: Vec<FiglioView>,
}

struct FiglioView {
    path: String,
    name: String,
    school: String,
    open: String,
}

#[derive(Template)]
#[template(path = "scolastici/rette.html")]
struct ChildPage {
    page: Page,
    about: String,
    /// Words and amount of what is still to be paid.
    open: Option<(String, String)>,
    rows: Vec<RowView>,
    caption: String,
    none: String,
}

struct RowView {
    path: String,
    number: String,
    /// "Fattura n. 12/M/2026".
    name: String,
    period: String,
    issued: String,
    due: String,
    amount: String,
    stato: Option<Stato>,
    /// Size of the PDF.
    pdf: Option<String>,
}

/// The children that the person pays for.
pub(super) async fn children(cx: Cx) -> Result<Response> {
    let figli = documenti_contabili::children(&cx.portal, &cx.ctx).await?;
    if figli.is_empty() {
        let base = cx.page("");
        let page = framed(&base, base.t.get("consultazione-nessuna-titolo"));
        return empty(&cx, page.crumb(base.t.get("scolastici-documenti"), DOCUMENTI));
    }
    html(&children_page(&cx.page(""), &figli))
}

fn children_page(base: &Page, figli: &[Figlio]) -> ChildrenPage {
    let t = base.t;
    let view = |figlio: &Figlio| FiglioView {
        path: format!("{DOCUMENTI}/{}", figlio.id),
        name: figlio.name.clone(),
        school: t.get2("documenti-figlio-classe", "scuola", figlio.plesso.as_str(), "classe", figlio.classe.as_str()),
        open: match figlio.open {
            Euro::ZERO => t.get("documenti-figlio-saldo"),
            open => t.get1("documenti-figlio-aperto", "importo", t.euro(open.cents())),
        },
    };
    ChildrenPage { page: framed(base, t.get("scolastici-documenti")), figli: figli.iter().map(view).collect() }
}

/// The documents of one child.
pub(super) async fn of_child(cx: Cx, Path(alunno): Path<String>) -> Result<Response> {
    let alunno: AlunnoId = id(&alunno)?;
    let (figlio, rows) = documenti_contabili::of_child(&cx.portal, &cx.ctx, alunno).await?;
    html(&child_page(&cx.page(""), &cx.ctx.titolare_name()?, &figlio, &rows))
}

fn child_page(base: &Page, payer: &str, figlio: &Figlio, rows: &[DocumentoRow]) -> ChildPage {
    let t = base.t;
    let about = [
        ("scuola", figlio.plesso.as_str().into()),
        ("classe", figlio.classe.as_str().into()),
        ("pagante", payer.into()),
    ];
    let open = (figlio.open > Euro::ZERO)
        .then(|| (t.get1("documenti-da-pagare-per", "nome", figlio.name.as_str()), t.euro(figlio.open.cents())));
    let view = |row: &DocumentoRow| RowView {
        path: format!("{DOCUMENTI}/{}/{}", figlio.id, row.id),
        number: row.number.clone(),
        name: document_name(t, row.kind, &row.number),
        period: t.month(row.period),
        issued: t.date(row.issued_on),
        due: t.date(row.due_on),
        amount: t.euro(row.total.cents()),
        stato: row.state.map(|state| stato(t, state)),
        pdf: row.pdf_bytes.map(|bytes| t.size(bytes)),
    };
    ChildPage {
        page: framed(base, figlio.name.clone()).crumb(t.get("scolastici-documenti"), DOCUMENTI),
        about: t.with("documenti-rette-di", about),
        open,
        rows: rows.iter().map(view).collect(),
        caption: t.get1("documenti-elenco", "nome", figlio.name.as_str()),
        none: t.get1("documenti-nessuno", "nome", figlio.name.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{base, see},
        scolastici::sample,
    };

    #[test]
    fn the_pages_render_in_every_language() {
        see("documenti-figli", |base| children_page(&base, &[sample::figlio(), sample::figlio_saldato()]));
        see("documenti-rette", |base| child_page(&base, "Giulia Bianchi", &sample::figlio(), &sample::rows()));
        see("documenti-rette-nessuna", |base| child_page(&base, "Giulia Bianchi", &sample::figlio_saldato(), &[]));
    }

    #[test]
    fn the_number_of_the_retta_leads_on_and_the_pdf_stands_in_the_row() {
        let html =
            child_page(&base(Lingua::It), "Giulia Bianchi", &sample::figlio(), &sample::rows()).render().unwrap();
        let row = sample::row();
        let path = format!("/prova{DOCUMENTI}/{}/{}", sample::figlio().id, row.id);
        assert!(html.contains(&format!("<a href=\"{path}\">12/M/2026</a>")));
        assert!(html.contains(&format!("href=\"{path}/documento.pdf\"")));
        assert!(html.contains("ottobre 2026") && html.contains("81,00\u{a0}€") && html.contains("in preparazione"));
    }
}
