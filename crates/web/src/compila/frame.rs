//! What every page of a draft shows: steps, "La tua bozza", the boxes of errors and warnings.

use askama::Template;
use chrono::{DateTime, Utc};
use sportello_app::{bozza::BozzaFrame, session};
use sportello_domain::modello::view::{AsideView, PageLink, Progress, Step, Warning};

use crate::{
    compila::{
        answers::answer_words,
        words::{self, ProblemLink},
    },
    page::{Menu, Page},
    text::Text,
};

/// The four steps in order.
pub const STEPS: [Step; 4] = [Step::Privacy, Step::DatiGenerali, Step::Preferenze, Step::Riepilogo];

/// Name of a step.
pub fn step_name(t: Text, step: Step) -> String {
    match step {
        Step::Privacy => t.get("compila-passo-privacy"),
        Step::DatiGenerali => t.get("compila-passo-dati-generali"),
        Step::Preferenze => t.get("compila-passo-preferenze"),
        Step::Riepilogo => t.get("compila-passo-riepilogo"),
    }
}

/// The frame of the request with the title of one page.
pub fn titled(base: &Page, title: impl Into<String>) -> Page {
    Page { title: title.into(), ..base.clone() }
}

/// Until when a draft can be sent: its window counts, since the draft itself is kept longer.
pub fn send_by(t: Text, end: Option<DateTime<Utc>>) -> String {
    end.map_or_else(|| t.get("compila-finita"), |end| t.get1("compila-entro", "giorno", t.window_end(end)))
}

/// What a newer version of the modello changed in a draft.
pub struct News {
    /// What to look at again, in one sentence; `None` when there is nothing.
    pub words: Option<String>,
    /// Paths and titles of the pages.
    pub pages: Vec<(String, String)>,
    /// Labels and answers that were set aside.
    pub aside: Vec<(String, String)>,
}

impl News {
    fn new(t: Text, frame: &BozzaFrame) -> Self {
        let words = t.get2("compila-novita-testo", "n", frame.review.len(), "data", t.day(frame.changed_at));
        let path = |page: &PageLink| (format!("/compila/{}/{}?torna=riepilogo", frame.id, page.id), page.title.clone());
        let line = |aside: &AsideView| {
            let label = match &aside.row {
                Some(row) => t.get2("compila-conflitto-campo", "riga", row.as_str(), "campo", aside.label.as_str()),
                None => aside.label.clone(),
            };
            (label, answer_words(t, &aside.answer))
        };
        Self {
            words: (!frame.review.is_empty()).then_some(words),
            pages: frame.review.iter().map(path).collect(),
            aside: frame.aside.iter().map(line).collect(),
        }
    }
}

/// A draft, as its pages show it.
pub struct FrameView {
    /// Title of the modello.
    pub title: String,
    /// Revision that goes back with the form.
    pub revision: i64,
    /// Version of the modello that goes back with the form.
    pub version: i64,
    /// What a newer version of the modello changed.
    pub news: News,
    /// Path of the task list.
    pub path: String,
    /// "Salvata il … alle …".
    pub saved_words: String,
    /// Until when it can be sent.
    pub send_by: String,
    /// When the sign-in expires.
    pub idle_words: String,
}

impl FrameView {
    /// From what the use case gave.
    pub fn new(t: Text, frame: &BozzaFrame) -> Self {
        let saved_words = t.get2("compila-bozza-testo", "data", t.day(frame.saved_at), "ora", t.time(frame.saved_at));
        Self {
            title: frame.title.clone(),
            revision: frame.revision,
            version: frame.version,
            news: News::new(t, frame),
            path: format!("/compila/{}", frame.id),
            saved_words,
            send_by: send_by(t, frame.send_by),
            idle_words: t.get1(
                "compila-bozza-tempo",
                "minuti",
                session::Audience::Cittadino.limits().idle.num_minutes(),
            ),
        }
    }

    /// Path of a page below the task list.
    pub fn sub(&self, part: &str) -> String {
        format!("{}/{part}", self.path)
    }

    /// Frame of a page below the task list.
    pub fn page(&self, base: &Page, title: impl Into<String>) -> Page {
        titled(base, title)
            .menu(Menu::Pratiche)
            .crumb(base.t.get("menu-pratiche"), "/pratiche")
            .crumb(self.title.clone(), self.path.clone())
            .service(self.title.clone())
    }
}

/// The steps as an ordered list, with the text "Passo 2 di 4".
#[derive(Template)]
#[template(path = "compila/passi.html")]
pub struct Steps {
    t: Text,
    number: usize,
    steps: Vec<StepView>,
}

struct StepView {
    name: String,
    current: bool,
    href: Option<String>,
}

impl Steps {
    /// The steps while `current` is on screen. Steps whose pages are all done are links.
    pub fn new(base: &Page, frame: &BozzaFrame, current: Step) -> Self {
        let view = |step: Step| StepView {
            name: step_name(base.t, step),
            current: step == current,
            href: done_page(&frame.pages, step).map(|page| base.to(&format!("/compila/{}/{}", frame.id, page.id))),
        };
        let number = STEPS.iter().position(|step| *step == current).map_or(STEPS.len(), |index| index + 1);
        Self { t: base.t, number, steps: STEPS.map(view).into() }
    }
}

/// First page of a step that is done.
fn done_page(pages: &[PageLink], step: Step) -> Option<&PageLink> {
    let mut of_step = pages.iter().filter(|page| page.step == step);
    let first = of_step.next()?;
    let done = first.progress == Progress::Done && of_step.all(|page| page.progress == Progress::Done);
    done.then_some(first)
}

/// The box "C'è un problema": empty without problems.
#[derive(Template)]
#[template(path = "campo/errori.html")]
pub struct ErrorBox {
    /// Words.
    pub t: Text,
    /// What is wrong, in page order.
    pub problems: Vec<ProblemLink>,
}

impl ErrorBox {
    /// The box of a form whose problems are named by their fields, in page order; a field is its own anchor.
    pub fn of_fields(t: Text, problems: Vec<(&'static str, String)>) -> Self {
        let link = |(field, words)| ProblemLink { href: format!("#{field}"), words };
        Self { t, problems: problems.into_iter().map(link).collect() }
    }

    /// What is wrong at a field.
    pub fn at(&self, field: &str) -> Option<&str> {
        let there = |problem: &&ProblemLink| problem.href.strip_prefix('#') == Some(field);
        self.problems.iter().find(there).map(|problem| problem.words.as_str())
    }
}

/// The box of warnings: empty without warnings.
#[derive(Template)]
#[template(path = "campo/avvisi.html")]
pub struct WarningBox {
    t: Text,
    warnings: Vec<String>,
}

impl WarningBox {
    /// The warnings in words.
    pub fn new(t: Text, warnings: &[Warning]) -> Self {
        Self { t, warnings: warnings.iter().map(|warning| words::warning_words(t, warning)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(id: &str, step: Step, progress: Progress) -> PageLink {
        PageLink { id: id.to_owned(), title: id.to_owned(), step, progress }
    }

    #[test]
    fn a_step_is_done_when_all_its_pages_are() {
        let mut pages = vec![
            page("privacy", Step::Privacy, Progress::Done),
            page("richiedente", Step::DatiGenerali, Progress::Done),
            page("figli", Step::DatiGenerali, Progress::Started),
        ];
        assert_eq!(done_page(&pages, Step::Privacy).map(|page| page.id.as_str()), Some("privacy"));
        assert_eq!(done_page(&pages, Step::DatiGenerali), None);
        assert_eq!(done_page(&pages, Step::Preferenze), None);
        pages[2].progress = Progress::Done;
        assert_eq!(done_page(&pages, Step::DatiGenerali).map(|page| page.id.as_str()), Some("richiedente"));
    }
}
