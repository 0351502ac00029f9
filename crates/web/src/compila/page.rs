//! One page of a draft: show, save, show again with what is wrong.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use sportello_app::bozza::{self, BozzaPage, Creditor, Next, PageAction, PageForm, Saved};
use sportello_domain::id::BozzaId;

use crate::{
    compila::{
        BUTTON, Open, conflict,
        draft::WITHOUT,
        draw::{DrawnPage, Present, Removable, has_files},
        frame::{ErrorBox, FrameView, Steps, WarningBox},
        open, words,
    },
    cx::{Cx, html_status, id},
    error::{Error, Result},
    page::Page,
    posted::Posted,
};

/// Value of `torna` (in addresses and in forms) that leads back to the summary.
pub(super) const SUMMARY: &str = "riepilogo";
/// Control with the version of the modello that is shown.
const VERSION: &str = "revisione:modello";

#[derive(Template)]
#[template(path = "compila/pagina.html")]
struct FormPage<'a> {
    page: Page,
    frame: FrameView,
    steps: Steps,
    errors: ErrorBox,
    warnings: WarningBox,
    action: String,
    back_to_summary: bool,
    multipart: bool,
    form: DrawnPage<'a>,
    /// To whom the mandate of the page is given.
    creditor: Option<&'a Creditor>,
}

/// Shows a page.
pub async fn show(
    cx: Cx,
    Path((draft, name)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let draft: BozzaId = id(&draft)?;
    let back_to_summary = query.iter().any(|(name, value)| name == "torna" && value == SUMMARY);
    let found = bozza::page(&cx.portal, &cx.ctx, draft, &name).await;
    if matches!(found, Err(sportello_app::Error::NotFound)) {
        return without(&cx, draft).await;
    }
    match open(&cx, draft, found)? {
        Open::Draft(shown) => draw(&cx.page(""), &shown, back_to_summary, StatusCode::OK),
        Open::Sent(response) => Ok(response),
    }
}

/// Saves a page.
pub async fn save(cx: Cx, Path((draft, name)): Path<(String, String)>, posted: Posted) -> Result<Response> {
    let draft: BozzaId = id(&draft)?;
    let (form, button) = page_form(posted)?;
    let pressed = Pressed::new(&form, button);
    let saved = bozza::save(&cx.portal, &cx.ctx, draft, &name, form).await;
    if matches!(saved, Err(sportello_app::Error::NotFound)) {
        return without(&cx, draft).await;
    }
    match open(&cx, draft, saved)? {
        Open::Draft(saved) => after(&cx.page(""), &format!("/compila/{draft}"), &name, &pressed, saved),
        Open::Sent(response) => Ok(response),
    }
}

/// A draft without that page, which a newer version of its modello may have taken out: to what there is.
async fn without(cx: &Cx, draft: BozzaId) -> Result<Response> {
    match open(cx, draft, bozza::frame(&cx.portal, &cx.ctx, draft).await)? {
        Open::Draft(_) => Ok(cx.see_other(&format!("/compila/{draft}?{WITHOUT}=si"))),
        Open::Sent(response) => Ok(response),
    }
}

/// How a page was sent.
pub(super) struct Pressed {
    back_to_summary: bool,
    /// Where the page opens when it is shown again.
    anchor: String,
    button: String,
}

impl Pressed {
    /// From the form and the value of its button.
    pub(super) fn new(form: &PageForm, button: String) -> Self {
        Self { back_to_summary: form.back_to_summary, anchor: anchor_after(&form.action), button }
    }
}

/// Answers a page that was sent: where to go, or the page again. `path` is that of the draft.
pub(super) fn after(base: &Page, path: &str, name: &str, pressed: &Pressed, saved: Saved) -> Result<Response> {
    let back = pressed.back_to_summary;
    match saved {
        // From the summary one page was to be changed: back there, which names what is still missing.
        Saved::Next(_) if back => Ok(base.see_other(&format!("{path}/{SUMMARY}"))),
        Saved::Next(Next::Summary) => Ok(base.see_other(&format!("{path}/{SUMMARY}"))),
        Saved::Next(Next::Page(next)) => Ok(base.see_other(&format!("{path}/{next}"))),
        Saved::Again => {
            let torna = if back { "?torna=riepilogo" } else { "" };
            Ok(base.see_other(&format!("{path}/{name}{torna}{}", pressed.anchor)))
        }
        Saved::Suspended => Ok(base.see_other(&format!("{path}/sospesa"))),
        Saved::Back(_) if back => Ok(base.see_other(&format!("{path}/{SUMMARY}"))),
        Saved::Back(Some(before)) => Ok(base.see_other(&format!("{path}/{before}"))),
        Saved::Back(None) => Ok(base.see_other(path)),
        Saved::Invalid(shown) => draw(base, &shown, back, StatusCode::UNPROCESSABLE_ENTITY),
        Saved::Conflict(conflict) => conflict::draw(base, &conflict, back, &pressed.button),
    }
}

/// Draws a page.
pub(super) fn draw(base: &Page, shown: &BozzaPage, back_to_summary: bool, status: StatusCode) -> Result<Response> {
    let files = base.to(&format!("/compila/{}/file", shown.frame.id));
    html_status(status, &form_page(base, shown, back_to_summary, &files))
}

fn form_page<'a>(base: &Page, shown: &'a BozzaPage, back_to_summary: bool, files: &'a str) -> FormPage<'a> {
    let frame = FrameView::new(base.t, &shown.frame);
    let page = frame.page(base, shown.page.title.clone()).failed_if(!shown.problems.is_empty());
    FormPage {
        page,
        steps: Steps::new(base, &shown.frame, shown.page.step),
        errors: ErrorBox { t: base.t, problems: words::links_in_page(base.t, &shown.page, &shown.problems) },
        warnings: WarningBox::new(base.t, &shown.warnings),
        frame,
        action: format!("/compila/{}/{}", shown.frame.id, shown.page.id),
        back_to_summary,
        multipart: has_files(&shown.page),
        form: DrawnPage::new(base.t, &shown.page, Present { href: files, removable: Removable::All }),
        creditor: shown.creditor.as_ref(),
    }
}

/// Where the page opens after a row came or went: at the new row, at the group.
fn anchor_after(action: &PageAction) -> String {
    match action {
        PageAction::AddRow { group, .. } => format!("#{group}-ultima"),
        PageAction::RemoveRow { group, .. } => format!("#{group}"),
        PageAction::RemoveFile { field } | PageAction::ReuseFile { field, .. } => {
            format!("#{}", field.replace('.', "-"))
        }
        PageAction::Next | PageAction::Suspend | PageAction::Back => String::new(),
    }
}

/// Reads the controls of the portal out of a form, and the button as it was sent; the rest are answers.
pub(super) fn page_form(posted: Posted) -> Result<(PageForm, String)> {
    let revision = posted.text("revisione").parse().map_err(|_| Error::BadRequest("the form has no revision"))?;
    let button = posted.text(BUTTON).to_owned();
    let action = page_action(&button)?;
    let back_to_summary = posted.text("torna") == SUMMARY;
    let resolved = conflict::resolved(&posted);
    let version = posted.get(VERSION).and_then(|version| version.parse().ok());
    let own = ["revisione", BUTTON, "torna"];
    // A colon stands in no identifier of a modello.
    let answer = |name: &str| !own.contains(&name) && !name.contains(':');
    let fields = posted.fields.into_iter().filter(|(name, _)| answer(name)).collect();
    Ok((PageForm { revision, version, action, fields, files: posted.files, back_to_summary, resolved }, button))
}

/// Which button was pressed. A form sent without any (by Enter, in some browsers) means Avanti.
pub(crate) fn page_action(button: &str) -> Result<PageAction> {
    let (verb, rest) = button.split_once(':').unwrap_or((button, ""));
    let action = match verb {
        "" | "avanti" => PageAction::Next,
        "sospendi" => PageAction::Suspend,
        "indietro" => PageAction::Back,
        "aggiungi" => {
            let (group, key) = rest.split_once(':').unwrap_or((rest, ""));
            let offered = (!key.is_empty()).then(|| key.to_owned());
            PageAction::AddRow { group: group.to_owned(), offered }
        }
        "rimuovi" => {
            let (group, row) = rest.split_once(':').ok_or(Error::BadRequest("an unknown button"))?;
            let row = row.parse().map_err(|_| Error::BadRequest("an unknown row"))?;
            PageAction::RemoveRow { group: group.to_owned(), row }
        }
        "riusa" => {
            let (field, file) = rest.rsplit_once(':').ok_or(Error::BadRequest("an unknown button"))?;
            let file = file.parse().map_err(|_| Error::BadRequest("an unknown file"))?;
            PageAction::ReuseFile { field: field.to_owned(), file }
        }
        "rimuovi-file" => PageAction::RemoveFile { field: rest.to_owned() },
        _ => return Err(Error::BadRequest("an unknown button")),
    };
    Ok(action)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compila::sample::{base, every_control, frame, see, with_problems};
    use sportello_domain::{lingua::Lingua, modello::RESERVED_FIELD_IDS};

    fn untouched() -> BozzaPage {
        BozzaPage { frame: frame(), page: every_control(), problems: vec![], warnings: vec![], creditor: None }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        let (clean, bad) = (untouched(), with_problems(every_control()));
        see("compila-pagina", |base| form_page(&base, &clean, false, "/f"));
        see("compila-pagina-errori", |base| form_page(&base, &bad, true, "/f"));
    }

    #[test]
    fn every_problem_of_a_page_is_a_link_to_a_control_that_says_the_same() {
        let shown = with_problems(every_control());
        let html = form_page(&base(Lingua::It), &shown, false, "/f").render().unwrap();
        assert!(html.contains("<title>Errore: "), "the title says so first");
        let links = words::links_in_page(base(Lingua::It).t, &shown.page, &shown.problems);
        assert!(links.len() > 10);
        for link in links {
            let id = link.href.strip_prefix('#').unwrap();
            assert!(html.contains(&format!("id=\"{id}\"")), "{id} is nowhere");
            let escaped = askama::filters::escape(&link.words, askama::filters::Html).unwrap().to_string();
            assert_eq!(html.matches(&escaped).count(), 2, "on top and at the field: {}", link.words);
        }
    }

    #[test]
    fn the_box_of_problems_follows_the_page_whatever_was_found_first() {
        let shown = with_problems(every_control());
        let mut found = shown.problems.clone();
        found.reverse();
        let t = base(Lingua::It).t;
        let hrefs = |problems: &[_]| -> Vec<String> {
            words::links_in_page(t, &shown.page, problems).into_iter().map(|link| link.href).collect()
        };
        assert_eq!(hrefs(&found), hrefs(&shown.problems));
    }

    #[test]
    fn enter_means_avanti_though_other_buttons_come_first() {
        let html = form_page(&base(Lingua::It), &untouched(), false, "/f").render().unwrap();
        let form = html.split("<form").find(|part| part.contains("novalidate")).unwrap();
        let first = form.split("<button").nth(1).unwrap();
        assert!(first.contains("value=\"avanti\""), "{first}");
        assert!(form.contains("enctype=\"multipart/form-data\""));
    }

    #[test]
    fn what_was_typed_comes_back_and_cannot_break_out() {
        let html = form_page(&base(Lingua::It), &untouched(), false, "/f").render().unwrap();
        assert!(html.contains("value=\"FRRSFO20L63L40\""));
        assert!(!html.contains("Riga <2>") && html.contains("Riga 1\nRiga &#60;2&#62;</textarea>"), "{html}");
        assert!(!html.contains("<medico>"));
    }

    #[test]
    fn every_button_is_understood_and_an_unknown_one_refused() {
        let row = "0190f5fe-0000-7000-8000-000000000001";
        for (button, action) in [
            ("", PageAction::Next),
            ("avanti", PageAction::Next),
            ("sospendi", PageAction::Suspend),
            ("indietro", PageAction::Back),
            ("aggiungi:figli", PageAction::AddRow { group: "figli".to_owned(), offered: None }),
            ("aggiungi:figli:k:1", PageAction::AddRow { group: "figli".to_owned(), offered: Some("k:1".to_owned()) }),
            (
                "rimuovi:figli:0190f5fe-0000-7000-8000-000000000001",
                PageAction::RemoveRow { group: "figli".to_owned(), row: row.parse().unwrap() },
            ),
            ("rimuovi-file:figli.x.certificato", PageAction::RemoveFile { field: "figli.x.certificato".to_owned() }),
        ] {
            assert_eq!(page_action(button).unwrap(), action, "{button}");
        }
        for button in ["invia", "rimuovi", "rimuovi:figli", "rimuovi:figli:1"] {
            assert!(page_action(button).is_err(), "{button}");
        }
    }

    #[test]
    fn no_answer_has_the_name_of_a_control_of_the_portal() {
        let html = form_page(&base(Lingua::It), &untouched(), true, "/f").render().unwrap();
        let form = html.split("<form").find(|part| part.contains("novalidate")).unwrap();
        for name in ["_csrf", BUTTON].into_iter().chain(RESERVED_FIELD_IDS) {
            assert!(form.contains(&format!("name=\"{name}\"")), "{name}");
        }
        // A question whose identifier reads like the button: its answer is one.
        let mut posted = Posted::default();
        for (name, value) in [("revisione", "6"), ("azione", "rinuncia"), (BUTTON, "sospendi")] {
            posted.fields.push((name.to_owned(), value.to_owned()));
        }
        let (form, _) = page_form(posted).unwrap();
        assert_eq!(form.action, PageAction::Suspend);
        assert_eq!(form.fields, [("azione".to_owned(), "rinuncia".to_owned())]);
    }

    #[test]
    fn the_controls_of_the_portal_are_no_answers() {
        let mut posted = Posted::default();
        for (name, value) in [("revisione", "6"), ("torna", "riepilogo"), ("cognome", "Ferrari"), (BUTTON, "avanti")] {
            posted.fields.push((name.to_owned(), value.to_owned()));
        }
        let (form, _) = page_form(posted).unwrap();
        assert_eq!((form.revision, form.back_to_summary), (6, true));
        assert_eq!(form.fields, [("cognome".to_owned(), "Ferrari".to_owned())]);
        assert!(page_form(Posted::default()).is_err());
    }
}
