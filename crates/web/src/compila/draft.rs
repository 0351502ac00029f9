//! A draft as a whole: the list of drafts, the task list, "Bozza salvata", throwing it away, its files.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use sportello_app::bozza::{self, BozzaFrame, BozzaRow};
use sportello_domain::{
    id::{AllegatoId, BozzaId},
    modello::view::{PageLink, Progress, Step},
};

use crate::{
    compila::{
        Open,
        frame::{FrameView, STEPS, send_by, step_name, titled},
        open,
    },
    cx::{Cx, html, id},
    error::Result,
    handing::{Handing, hand_out},
    page::{Menu, Page},
    posted::Posted,
    text::Text,
};

#[derive(Template)]
#[template(path = "compila/elenco.html")]
pub(super) struct TasksPage {
    page: Page,
    frame: FrameView,
    /// Path of what comes next.
    next: String,
    /// Whether a page was asked for that the draft does not have any more.
    without: bool,
    /// Whether only the summary is left.
    ready: bool,
    task_steps: Vec<TaskStep>,
}

struct TaskStep {
    name: String,
    done: bool,
    tasks: Vec<Task>,
}

struct Task {
    path: String,
    title: String,
    progress: String,
    tint: &'static str,
}

#[derive(Template)]
#[template(path = "compila/bozze.html")]
struct DraftsPage {
    page: Page,
    bozze: Vec<DraftLine>,
}

struct DraftLine {
    title: String,
    saved: String,
    send_by: String,
    path: String,
    discard: String,
}

#[derive(Template)]
#[template(path = "compila/sospesa.html")]
pub(super) struct SuspendedPage {
    page: Page,
    frame: FrameView,
    saved: String,
    send_by: String,
    until: String,
}

/// A page that asks before something cannot be undone.
#[derive(Template)]
#[template(path = "compila/conferma.html")]
pub(crate) struct ConfirmPage {
    /// The frame.
    pub(crate) page: Page,
    /// What is about to happen.
    pub(crate) question: String,
    /// Path of the form.
    pub(crate) action: String,
    /// Words of the button.
    pub(crate) confirm: String,
    /// Path of the way out.
    pub(crate) back: String,
    /// Words of the way out.
    pub(crate) keep: String,
}

/// Lists the person's drafts.
pub async fn list(cx: Cx) -> Result<Response> {
    let rows = bozza::list(&cx.portal, &cx.ctx).await?;
    html(&drafts_page(&cx.page(""), &rows))
}

fn drafts_page(base: &Page, rows: &[BozzaRow]) -> DraftsPage {
    let t = base.t;
    let line = |row: &BozzaRow| DraftLine {
        title: row.title.clone(),
        saved: t.get2("compila-bozze-salvata", "data", t.day(row.saved_at), "ora", t.time(row.saved_at)),
        send_by: send_by(t, row.send_by),
        path: format!("/compila/{}", row.id),
        discard: format!("/compila/{}/elimina", row.id),
    };
    let page =
        titled(base, t.get("compila-bozze-titolo")).menu(Menu::Pratiche).crumb(t.get("menu-pratiche"), "/pratiche");
    DraftsPage { page, bozze: rows.iter().map(line).collect() }
}

/// Says in the address of the task list that a page which was asked for is no more.
pub(super) const WITHOUT: &str = "tolta";

/// Draws a page about an open draft.
async fn draw<T: Template>(cx: &Cx, draft: &str, page: fn(&Page, &BozzaFrame) -> T) -> Result<Response> {
    let draft: BozzaId = id(draft)?;
    match open(cx, draft, bozza::frame(&cx.portal, &cx.ctx, draft).await)? {
        Open::Draft(frame) => html(&page(&cx.page(""), &frame)),
        Open::Sent(response) => Ok(response),
    }
}

/// The task list.
pub async fn tasks(cx: Cx, Path(draft): Path<String>, Query(query): Query<Vec<(String, String)>>) -> Result<Response> {
    let gone = query.iter().any(|(name, _)| name == WITHOUT);
    draw(&cx, &draft, if gone { tasks_page_without } else { tasks_page }).await
}

fn tasks_page_without(base: &Page, frame: &BozzaFrame) -> TasksPage {
    TasksPage { without: true, ..tasks_page(base, frame) }
}

pub(super) fn tasks_page(base: &Page, frame: &BozzaFrame) -> TasksPage {
    let view = FrameView::new(base.t, frame);
    let open = frame.pages.iter().find(|page| page.progress != Progress::Done);
    let step = |step: Step| {
        let tasks: Vec<Task> =
            frame.pages.iter().filter(|page| page.step == step).map(|page| task(base.t, &view, page)).collect();
        let done =
            !tasks.is_empty() && frame.pages.iter().filter(|p| p.step == step).all(|p| p.progress == Progress::Done);
        TaskStep { name: step_name(base.t, step), done, tasks }
    };
    let shown = |step: &Step| *step == Step::Riepilogo || frame.pages.iter().any(|page| page.step == *step);
    TasksPage {
        page: titled(base, view.title.clone()).menu(Menu::Pratiche).crumb(base.t.get("menu-pratiche"), "/pratiche"),
        next: view.sub(open.map_or("riepilogo", |page| page.id.as_str())),
        without: false,
        ready: open.is_none(),
        task_steps: STEPS.into_iter().filter(shown).map(step).collect(),
        frame: view,
    }
}

fn task(t: Text, frame: &FrameView, page: &PageLink) -> Task {
    let (progress, tint) = match page.progress {
        Progress::ToDo => (t.get("compila-da-fare"), "blu"),
        Progress::Started => (t.get("compila-in-corso"), "ambra"),
        Progress::Done => (t.get("compila-completato"), "verde"),
    };
    Task { path: frame.sub(&page.id), title: page.title.clone(), progress, tint }
}

/// "Bozza salvata".
pub async fn suspended(cx: Cx, Path(draft): Path<String>) -> Result<Response> {
    draw(&cx, &draft, suspended_page).await
}

pub(super) fn suspended_page(base: &Page, frame: &BozzaFrame) -> SuspendedPage {
    let (t, view) = (base.t, FrameView::new(base.t, frame));
    SuspendedPage {
        page: view.page(base, t.get("compila-sospesa-titolo")),
        saved: t.get2("compila-sospesa-testo", "data", t.day(frame.saved_at), "ora", t.time(frame.saved_at)),
        send_by: send_by(t, frame.send_by),
        until: t.get1("compila-sospesa-fino", "fino", t.date(frame.until)),
        frame: view,
    }
}

/// Asks before a draft is thrown away.
pub async fn ask_discard(cx: Cx, Path(draft): Path<String>) -> Result<Response> {
    draw(&cx, &draft, discard_page).await
}

pub(super) fn discard_page(base: &Page, frame: &BozzaFrame) -> ConfirmPage {
    let (t, view) = (base.t, FrameView::new(base.t, frame));
    ConfirmPage {
        page: view.page(base, t.get("compila-elimina-titolo")),
        question: t.get1("compila-elimina-testo", "titolo", view.title.as_str()),
        action: view.sub("elimina"),
        confirm: t.get("compila-elimina-conferma"),
        back: view.path,
        keep: t.get("compila-elimina-no"),
    }
}

/// Throws a draft away.
pub async fn discard(cx: Cx, Path(draft): Path<String>, _posted: Posted) -> Result<Response> {
    bozza::discard(&cx.portal, &cx.ctx, id(&draft)?).await?;
    Ok(cx.see_other(&cx.above_drafts()))
}

/// A file of a draft.
pub async fn file(cx: Cx, Path((draft, file)): Path<(String, String)>) -> Result<Response> {
    let (draft, file): (BozzaId, AllegatoId) = (id(&draft)?, id(&file)?);
    Ok(hand_out(bozza::file(&cx.portal, &cx.ctx, draft, file).await?, Handing::Attachment))
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::{self, base, day, end, frame, instant, see, uuid};

    fn rows() -> Vec<BozzaRow> {
        let title = "Modello iscrizione mensa A.S. 2026/2027".to_owned();
        vec![BozzaRow { id: uuid(1), title, saved_at: instant(), send_by: Some(end()), until: day() }]
    }

    #[test]
    fn the_pages_render_in_every_language() {
        see("compila-elenco", |base| tasks_page(&base, &frame()));
        see("compila-elenco-novita", |base| tasks_page(&base, &sample::changed_frame()));
        see("compila-sospesa", |base| suspended_page(&base, &frame()));
        see("compila-elimina", |base| discard_page(&base, &frame()));
        see("compila-bozze", |base| drafts_page(&base, &rows()));
        see("compila-bozze-nessuna", |base| drafts_page(&base, &[]));
    }

    #[test]
    fn the_task_list_leads_to_the_first_page_that_is_open_and_then_to_the_summary() {
        let mut frame = frame();
        assert!(tasks_page(&base(Lingua::It), &frame).next.ends_with("/figli"));
        for page in &mut frame.pages {
            page.progress = Progress::Done;
        }
        let page = tasks_page(&base(Lingua::It), &frame);
        assert!(page.next.ends_with("/riepilogo") && page.ready);
    }

    #[test]
    fn a_newer_modello_says_what_to_look_at_again_and_shows_what_was_set_aside() {
        let html = tasks_page(&base(Lingua::It), &sample::changed_frame()).render().unwrap();
        let words = "Il modello è cambiato il 16 giugno 2026. Le tue risposte sono conservate: riguarda 2 pagine.";
        for words in [words, "/figli?torna=riepilogo\">Figli da iscrivere</a>", "Sofia &#60;Ferrari&#62;, CAP", "24040"]
        {
            assert!(html.contains(words), "{words} is not in {html}");
        }
        assert!(!tasks_page(&base(Lingua::It), &frame()).render().unwrap().contains("novita-t"));
    }

    #[test]
    fn a_suspended_draft_says_until_when() {
        let html = suspended_page(&base(Lingua::It), &frame()).render().unwrap();
        assert!(html.contains("Bozza salvata il 16 giugno 2026 alle 21.32."), "{html}");
        assert!(html.contains("Da inviare entro il 30 giugno 2026."), "{html}");
        assert!(html.contains("La bozza viene cancellata dopo il 16 luglio 2026."), "{html}");
    }

    #[test]
    fn a_draft_that_can_no_longer_be_sent_names_no_day_for_it() {
        let late = BozzaFrame { send_by: None, ..frame() };
        let rows = [BozzaRow { send_by: None, ..rows().remove(0) }];
        let base = base(Lingua::It);
        let pages = [
            suspended_page(&base, &late).render().unwrap(),
            tasks_page(&base, &late).render().unwrap(),
            drafts_page(&base, &rows).render().unwrap(),
        ];
        for html in pages {
            assert!(html.contains("Il periodo per inviarla è finito"), "{html}");
            assert!(!html.contains("Da inviare entro"), "{html}");
        }
    }
}
