//! Attendance: a file of the school or of the caterer, taken in whole or refused whole.

use askama::Template;
use axum::response::Response;
use sportello_app::{
    presenze::{self, Fault, Imported},
    session::Audience,
};

use crate::{
    cx::{Cx, html, html_again},
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{framed, menu::PRESENZE},
};

#[derive(Template)]
#[template(path = "ufficio/presenze.html")]
struct ImportPage {
    page: Page,
    /// Where the form goes.
    path: &'static str,
    /// What a file brought.
    done: Option<String>,
    problem: Option<String>,
    /// What is wrong with a file, line by line.
    faults: Vec<String>,
}

/// The form; behind a file that was taken in, what it brought.
pub async fn show(cx: Cx) -> Result<Response> {
    let done = imported(&cx).map(|imported| done_words(cx.t, imported));
    html(&import_page(&cx.page(""), done, None, &[]))
}

/// What a file brought, from the address to which its form led: a reload of the page sends no file again.
fn imported(cx: &Cx) -> Option<Imported> {
    Some(Imported { lines: cx.query("righe")?.parse().ok()?, new: cx.query("nuove")?.parse().ok()? })
}

/// Takes a file in.
pub async fn import(cx: Cx, posted: Posted) -> Result<Response> {
    let (base, t) = (cx.page(""), cx.t);
    let Some(file) = posted.files.into_iter().find(|file| file.field == "file") else {
        return html_again(&import_page(&base, None, Some(t.get("presenze-file-manca")), &[]));
    };
    match presenze::import(&cx.portal, &cx.ctx, file.content).await? {
        Ok(Imported { lines, new }) => Ok(cx.see_other(&format!("{}?righe={lines}&nuove={new}", path(cx.audience())))),
        Err(faults) => {
            let problem = t.get1("presenze-file-errori", "n", faults.len());
            html_again(&import_page(&base, None, Some(problem), &faults))
        }
    }
}

fn done_words(t: Text, imported: Imported) -> String {
    t.get2("presenze-fatto", "righe", imported.lines, "nuove", imported.new)
}

/// Path of attendance at a door.
const fn path(audience: Audience) -> &'static str {
    match audience {
        Audience::Cittadino | Audience::Ufficio => PRESENZE,
        Audience::Scuola => crate::scuola::PRESENZE,
    }
}

fn import_page(base: &Page, done: Option<String>, problem: Option<String>, faults: &[Fault]) -> ImportPage {
    let page = framed(base, base.t.get("presenze-titolo"));
    ImportPage {
        path: path(page.audience),
        page: page.failed_if(problem.is_some()),
        done,
        problem,
        faults: faults.iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{compila::sample::base, ufficio::sample::see};

    fn faults() -> Vec<Fault> {
        vec![Fault { line: 3, column: "state", reason: "scrivi <PRESENTE>".into() }]
    }

    #[test]
    fn the_page_renders_in_every_language() {
        see("ufficio-presenze", |base| import_page(&base, None, None, &[]));
        let imported = Imported { lines: 20, new: 18 };
        see("ufficio-presenze-fatto", |base| import_page(&base, Some(done_words(base.t, imported)), None, &[]));
        see("ufficio-presenze-errori", |base| import_page(&base, None, Some("Rifiutato".into()), &faults()));
    }

    #[test]
    fn a_refused_file_says_line_column_and_reason() {
        let html = import_page(&base(Lingua::It), None, Some("Rifiutato".into()), &faults()).render().unwrap();
        assert!(html.contains("riga 3") && html.contains("scrivi &#60;PRESENTE&#62;"));
    }
}
