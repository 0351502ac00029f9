//! Two versions of one page: what is saved and what was just typed, field by field, with a choice for each.
//!
//! Everything that was typed goes along in the form, so that nothing is lost whatever is chosen.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use sportello_app::bozza::{Conflict, Disputed, GoneRow, Resolved};

use crate::{
    compila::{
        draw::{DrawnPage, Present, Removable, row_words, shown_as_text},
        frame::FrameView,
    },
    cx::html_status,
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
};

/// Begins the name of a choice; a colon stands in no identifier of a modello.
const CHOICE: &str = "tieni:";
/// The saved version stays.
const SAVED: &str = "salvata";
/// The typed version counts.
const TYPED: &str = "scritta";
/// Control with the revision that the form was made from.
const BASE: &str = "revisione:prima";

#[derive(Template)]
#[template(path = "compila/conflitto.html")]
struct ConflictPage<'a> {
    page: Page,
    frame: FrameView,
    title: &'a str,
    action: String,
    button: &'a str,
    base: i64,
    back_to_summary: bool,
    sent: &'a [(String, String)],
    choices: Vec<Choice>,
    gone: Vec<Gone>,
    files: Option<DrawnPage<'a>>,
}

/// A field with its two answers.
struct Choice {
    name: String,
    anchor: String,
    label: String,
    saved: String,
    typed: String,
    keep_saved: bool,
}

/// A row that was taken out elsewhere.
struct Gone {
    name: String,
    anchor: String,
    label: String,
    lines: Vec<(String, String)>,
}

/// Shows both versions; `button` is the one that was pressed and is pressed again with the choices.
pub(super) fn draw(base: &Page, conflict: &Conflict, back_to_summary: bool, button: &str) -> Result<Response> {
    let files = base.to(&format!("/compila/{}/file", conflict.frame.id));
    html_status(StatusCode::CONFLICT, &conflict_page(base, conflict, back_to_summary, button, &files))
}

fn conflict_page<'a>(
    base: &Page,
    conflict: &'a Conflict,
    back_to_summary: bool,
    button: &'a str,
    files: &'a str,
) -> ConflictPage<'a> {
    let (t, frame) = (base.t, FrameView::new(base.t, &conflict.frame));
    ConflictPage {
        page: frame.page(base, t.get("compila-conflitto-titolo")).failed(),
        title: &conflict.page.title,
        action: frame.sub(&conflict.page.id),
        button: if button.is_empty() { "avanti" } else { button },
        base: conflict.base,
        back_to_summary,
        sent: &conflict.sent,
        choices: conflict.disputed.iter().map(|disputed| choice(t, disputed)).collect(),
        gone: conflict.gone.iter().map(|row| gone(t, row)).collect(),
        files: (!conflict.files.blocks.is_empty())
            .then(|| DrawnPage::new(t, &conflict.files, Present { href: files, removable: Removable::All })),
        frame,
    }
}

fn choice(t: Text, disputed: &Disputed) -> Choice {
    let field = &disputed.typed;
    let label = match &disputed.row {
        Some(row) => {
            let row = row_words(t, &row.name, row.number, &row.title);
            t.get2("compila-conflitto-campo", "riga", row, "campo", field.label.as_str())
        }
        None => field.label.clone(),
    };
    Choice {
        name: format!("{CHOICE}{}", field.name),
        anchor: field.anchor.clone(),
        label,
        saved: shown_as_text(t, &disputed.saved),
        typed: shown_as_text(t, field),
        keep_saved: disputed.untouched,
    }
}

fn gone(t: Text, row: &GoneRow) -> Gone {
    let title = if row.title.is_empty() { row.name.clone() } else { format!("{}: {}", row.name, row.title) };
    Gone {
        name: format!("{CHOICE}{}", row.control),
        anchor: row.control.replace('.', "-"),
        label: t.get1("compila-conflitto-tolta", "riga", title),
        lines: row.fields.iter().map(|field| (field.label.clone(), shown_as_text(t, field))).collect(),
    }
}

/// What was chosen, when the form is the one of two versions.
pub(super) fn resolved(posted: &Posted) -> Option<Resolved> {
    let mut resolved = Resolved { base: posted.get(BASE)?.parse().ok()?, ..Resolved::default() };
    for (name, value) in &posted.fields {
        let Some(control) = name.strip_prefix(CHOICE) else { continue };
        match value.as_str() {
            SAVED => resolved.saved.push(control.to_owned()),
            TYPED => resolved.typed.push(control.to_owned()),
            _ => {}
        }
    }
    Some(resolved)
}

#[cfg(test)]
mod tests {
    use sportello_app::bozza::RowName;
    use sportello_domain::{
        lingua::Lingua,
        modello::view::{Block, Control, FieldView, PageView, Shown, Width},
    };

    use super::*;
    use crate::compila::sample::{base, every_control, field, frame, see};

    fn text(name: &str, label: &str, value: &str) -> FieldView {
        let control = Control::Text { inputmode: "text", kind: "text", max: 80, code: false, width: Width::Full };
        field(name, label, control, Shown::Text(value.into()))
    }

    fn conflict() -> Conflict {
        let file = Control::File {
            accept: "application/pdf".into(),
            max_bytes: 5_000_000,
            present: None,
            earlier: Vec::new(),
        };
        let row = RowName { name: "Figlio".into(), number: 2, title: "Sofia <Ferrari>".into() };
        let disputed = |row, name: &str, label: &str, saved: &str, typed: &str, untouched| Disputed {
            row,
            saved: text(name, label, saved),
            typed: text(name, label, typed),
            untouched,
        };
        Conflict {
            frame: frame(),
            page: every_control(),
            base: 4,
            sent: vec![("comune".into(), "\"Caravaggio\"".into()), ("figli.1.cap".into(), "24047".into())],
            disputed: vec![
                disputed(None, "comune", "Comune", "Treviglio", "\"Caravaggio\"", false),
                disputed(Some(row), "figli.1.cap", "CAP", "24040", "", true),
            ],
            gone: vec![GoneRow {
                control: "figli.3".into(),
                name: "Figlio".into(),
                title: "Luca Ferrari".into(),
                fields: vec![text("figli.3.cap", "CAP", "24043")],
            }],
            files: PageView {
                blocks: vec![Block::Field(field("atto", "Atto di tutela", file, Shown::Empty))],
                ..every_control()
            },
        }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        let all = conflict();
        see("compila-conflitto", |base| conflict_page(&base, &all, true, "", "/f"));
        let few = Conflict { gone: vec![], files: PageView { blocks: vec![], ..every_control() }, ..conflict() };
        see("compila-conflitto-campi", |base| conflict_page(&base, &few, false, "sospendi", "/f"));
    }

    #[test]
    fn both_versions_stand_side_by_side_and_what_was_not_touched_stays() {
        let conflict = conflict();
        let html = conflict_page(&base(Lingua::It), &conflict, false, "aggiungi:figli", "/f").render().unwrap();
        for words in [
            "name=\"comune\" value=\"&#34;Caravaggio&#34;\"",
            "name=\"revisione\" value=\"6\"",
            "name=\"revisione:prima\" value=\"4\"",
            "name=\"tieni:comune\" value=\"scritta\" checked",
            "name=\"tieni:figli.1.cap\" value=\"salvata\" checked",
            "name=\"tieni:figli.3\" value=\"scritta\" checked",
            "name=\"_azione\" value=\"aggiungi:figli\"",
            "Figlio 2: Sofia &#60;Ferrari&#62;",
            "multipart/form-data",
        ] {
            assert!(html.contains(words), "{words} is not in {html}");
        }
        assert_eq!(html.matches(" checked").count(), 3, "one of each pair");
    }

    #[test]
    fn choices_are_read_and_only_from_their_own_form() {
        let mut posted = Posted::default();
        for (name, value) in [("tieni:comune", "salvata"), ("tieni:figli.1", "scritta"), ("comune", "salvata")] {
            posted.fields.push((name.to_owned(), value.to_owned()));
        }
        assert!(resolved(&posted).is_none(), "no revision");
        posted.fields.push((BASE.to_owned(), "3".to_owned()));
        let found = resolved(&posted).unwrap();
        assert_eq!((found.base, found.saved, found.typed), (3, vec!["comune".to_owned()], vec!["figli.1".to_owned()]));
    }
}
