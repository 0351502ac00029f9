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
    /// Whose attendance a school brings in; nothing for the office.
    schools: Option<String>,
    /// What a file brought.
    done: Option<String>,
    problem: Option<String>,
    /// What is wrong with a file, line by line.
    faults: Vec<String>,
}

/// What a file came to.
#[derive(Default)]
struct Came {
    done: Option<String>,
    problem: Option<String>,
    faults: Vec<Fault>,
}

/// The form; behind a file that was taken in, what it brought.
pub async fn show(cx: Cx) -> Result<Response> {
    let done = imported(&cx).map(|imported| done_words(cx.t, imported));
    html(&draw(&cx, Came { done, ..Came::default() }).await?)
}

async fn draw(cx: &Cx, came: Came) -> Result<ImportPage> {
    let schools = presenze::schools(&cx.portal, &cx.ctx).await?;
    Ok(import_page(&cx.page(""), schools.as_deref(), came))
}

/// What a file brought, from the address to which its form led: a reload of the page sends no file again.
fn imported(cx: &Cx) -> Option<Imported> {
    Some(Imported { lines: cx.query("righe")?.parse().ok()?, new: cx.query("nuove")?.parse().ok()? })
}

/// Takes a file in.
pub async fn import(cx: Cx, posted: Posted) -> Result<Response> {
    let t = cx.t;
    let refused = match posted.files.into_iter().find(|file| file.field == "file") {
        None => Came { problem: Some(t.get("presenze-file-manca")), ..Came::default() },
        Some(file) => match presenze::import(&cx.portal, &cx.ctx, file.content).await? {
            Ok(Imported { lines, new }) => {
                return Ok(cx.see_other(&format!("{}?righe={lines}&nuove={new}", path(cx.audience()))));
            }
            Err(faults) => {
                let problem = Some(t.get1("presenze-file-errori", "n", faults.len()));
                Came { problem, faults, ..Came::default() }
            }
        },
    };
    html_again(&draw(&cx, refused).await?)
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

fn import_page(base: &Page, schools: Option<&[String]>, came: Came) -> ImportPage {
    let page = framed(base, base.t.get("presenze-titolo"));
    ImportPage {
        path: path(page.audience),
        schools: schools.map(|names| school_words(base.t, names)),
        page: page.failed_if(came.problem.is_some()),
        done: came.done,
        problem: came.problem,
        faults: came.faults.iter().map(ToString::to_string).collect(),
    }
}

fn school_words(t: Text, names: &[String]) -> String {
    if names.is_empty() {
        t.get("presenze-scuole-nessuna")
    } else {
        t.get1("presenze-scuole", "nomi", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{compila::sample::base, ufficio::sample::see};

    fn refused() -> Came {
        let faults = vec![Fault { line: 3, column: "state", reason: "scrivi <PRESENTE>".into() }];
        Came { problem: Some("Rifiutato".into()), faults, ..Came::default() }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        see("ufficio-presenze", |base| import_page(&base, None, Came::default()));
        for (name, schools) in [("una", vec!["Primaria <Rodari>".to_owned()]), ("nessuna", Vec::new())] {
            see(&format!("scuola-presenze-{name}"), |base| {
                let base = Page { audience: Audience::Scuola, ..base };
                import_page(&base, Some(&schools), Came::default())
            });
        }
        let imported = Imported { lines: 20, new: 18 };
        see("ufficio-presenze-fatto", |base| {
            let done = Some(done_words(base.t, imported));
            import_page(&base, None, Came { done, ..Came::default() })
        });
        see("ufficio-presenze-errori", |base| import_page(&base, None, refused()));
    }

    #[test]
    fn a_refused_file_says_line_column_and_reason() {
        let html = import_page(&base(Lingua::It), None, refused()).render().unwrap();
        assert!(html.contains("riga 3") && html.contains("scrivi &#60;PRESENTE&#62;"));
    }
}
