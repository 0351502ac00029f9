//! All answers as text, grouped as they were asked: for the summary, the receipt and the office.

use crate::modello::Page;
use crate::modello::form::{Form, Spot};
use crate::modello::view::{Summary, SummaryLine, SummarySection};

impl<'a> Form<'a> {
    /// Every answer that is shown: of a draft, of a filing, or of one pratica of it.
    /// A page of a group gives one section for each row, row by row.
    pub fn summary(&self) -> Summary {
        let mut sections = Vec::new();
        for page in &self.modello.pages {
            let lines = self.lines(page, None);
            if !lines.is_empty() {
                sections.push(SummarySection { page: page.id.clone(), title: self.say(&page.title), lines });
            }
            for group in self.modello.groups.iter().filter(|group| group.page == page.id) {
                for at in 0..self.answers.rows(&group.id).len() {
                    sections.extend(self.row_sections(&group.id, at));
                }
            }
        }
        Summary { sections }
    }

    fn row_sections(&self, group: &str, at: usize) -> Vec<SummarySection> {
        let Some(group) = self.modello.group(group) else {
            return Vec::new();
        };
        let title = self.row_title(group, &self.answers.rows(&group.id)[at]);
        let name = if title.is_empty() { format!("{}", at + 1) } else { title };
        let mut sections = Vec::new();
        for page in &self.modello.pages {
            let lines = self.lines(page, Some((&group.id, at)));
            if lines.is_empty() {
                continue;
            }
            let head = if page.id == group.page { &group.row_name } else { &page.title };
            let title = format!("{}: {name}", self.say(head));
            sections.push(SummarySection { page: page.id.clone(), title, lines });
        }
        sections
    }

    fn lines(&self, page: &Page, row: Option<(&str, usize)>) -> Vec<SummaryLine> {
        let here = |spot: &Spot<'a>| {
            let place = spot.campo.group.as_deref().zip(spot.row.map(|(at, _)| at));
            spot.campo.page == page.id && place == row && spot.campo.kind.behaviour().ty().is_some()
        };
        self.shown_spots().filter(here).map(|spot| self.line(&spot)).collect()
    }

    fn line(&self, spot: &Spot<'a>) -> SummaryLine {
        let behaviour = spot.campo.kind.behaviour();
        SummaryLine {
            field: spot.campo.id.clone(),
            label: self.say(&spot.campo.label),
            answer: self.value(spot).map(|value| behaviour.answer(value, self.lingua)),
            privacy: spot.campo.privacy,
        }
    }

    /// A class-A answer as it may stand where not everybody may read it; `None` when there is none.
    pub fn redacted(&self, field: &str) -> Option<String> {
        let spot = self.shown_spots().find(|spot| spot.campo.id == field)?;
        self.value(&spot).map(|value| spot.campo.kind.behaviour().redact(value))
    }
}
