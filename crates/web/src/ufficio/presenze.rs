//! Attendance: a file of the school or of the caterer, taken in whole or refused whole.

use askama::Template;
use axum::response::Response;
use sportello_app::{
    presenze::{self, Fault, Importazione, Imported},
    session::Audience,
};

use crate::{
    cx::{Cx, html, html_again},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
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
    /// What was brought in lately; nothing for a school.
    imported: Option<Vec<ImportView>>,
    /// Path of that as a table.
    take_out: Option<String>,
}

struct ImportView {
    at: String,
    by: String,
    lines: u64,
    new: u64,
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
    let page = import_page(&cx.page(""), schools.as_deref(), came);
    // A school sees what it brings, not what others brought.
    if cx.audience() == Audience::Scuola {
        return Ok(page);
    }
    Ok(with_imported(page, &presenze::imported(&cx.portal, &cx.ctx).await?))
}

/// What a file brought, from the address to which its form led: a reload of the page sends no file again.
fn imported(cx: &Cx) -> Option<Imported> {
    Some(Imported { lines: cx.query("righe")?.parse().ok()?, new: cx.query("nuove")?.parse().ok()? })
}

/// Hands out as a table which files were taken in.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = presenze::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the page: a table is asked for with a button.
pub async fn back(cx: Cx) -> Response {
    cx.see_other(PRESENZE)
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
        imported: None,
        take_out: None,
    }
}

fn with_imported(page: ImportPage, imported: &[Importazione]) -> ImportPage {
    let t = page.page.t;
    let view =
        |row: &Importazione| ImportView { at: t.moment(row.at), by: row.by.clone(), lines: row.lines, new: row.new };
    ImportPage {
        imported: Some(imported.iter().map(view).collect()),
        take_out: tabella::of(PRESENZE, imported.is_empty()),
        ..page
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
    use crate::{
        compila::sample::{base, instant},
        ufficio::sample::see,
    };

    fn refused() -> Came {
        let faults = vec![Fault { line: 3, column: "state", reason: "scrivi <PRESENTE>".into() }];
        Came { problem: Some("Rifiutato".into()), faults, ..Came::default() }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        let one = Importazione { at: instant(), by: "Rita <Riva>".into(), lines: 20, new: 18 };
        for (name, imported) in [("ufficio-presenze", vec![one]), ("ufficio-presenze-nessuna", Vec::new())] {
            see(name, |base| with_imported(import_page(&base, None, Came::default()), &imported));
        }
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
