//! Drawing pages: what a page shows, and how far each page is.

use std::collections::HashSet;

use crate::modello::answers::Aside;
use crate::modello::campo::{Campo, plain_answer};
use crate::modello::facts::FamilyChild;
use crate::modello::form::{Form, Spot};
use crate::modello::view::{
    AsideView, Block, FieldView, GroupView, OfferedRow, PageLink, PageView, Problem, Progress, RowView, Source,
};
use crate::modello::{Group, Page};

impl<'a> Form<'a> {
    /// The pages that have something to ask, in order, with how far they are.
    pub fn pages(&self) -> Vec<PageLink> {
        self.pages_with(&self.check_all())
    }

    /// The same for somebody who knows what is wrong ([`Form::check_all`]).
    pub fn pages_with(&self, problems: &[Problem]) -> Vec<PageLink> {
        let wrong: HashSet<&str> = problems.iter().map(|problem| problem.page.as_str()).collect();
        self.shown_pages()
            .map(|page| PageLink {
                id: page.id.clone(),
                title: self.say(&page.title),
                step: page.step,
                progress: self.progress(page, wrong.contains(page.id.as_str())),
            })
            .collect()
    }

    /// Pages to be looked at again that have something to ask, in order.
    pub fn review(&self) -> Vec<PageLink> {
        let mut pages = self.pages();
        pages.retain(|page| self.answers.review.contains(&page.id));
        pages
    }

    /// Answers that were set aside, as text.
    pub fn aside(&self) -> Vec<AsideView> {
        let view = |aside: &Aside| AsideView {
            label: self.say(&aside.label),
            row: aside.row.clone(),
            answer: plain_answer(&aside.value),
        };
        self.answers.aside.iter().map(view).collect()
    }

    /// The page after `page`, or the first one after it that has something to ask; `None` leads to the summary.
    pub fn next_page(&self, page: &str) -> Option<&'a str> {
        let at = self.modello.pages.iter().position(|found| found.id == page)?;
        self.modello.pages[at + 1..].iter().find(|page| self.shows(page)).map(|page| page.id.as_str())
    }

    /// The page before `page` that has something to ask; `None` before the first one.
    pub fn page_before(&self, page: &str) -> Option<&'a str> {
        let at = self.modello.pages.iter().position(|found| found.id == page)?;
        self.modello.pages[..at].iter().rfind(|page| self.shows(page)).map(|page| page.id.as_str())
    }

    fn shown_pages(&self) -> impl Iterator<Item = &'a Page> + '_ {
        self.modello.pages.iter().filter(|page| self.shows(page))
    }

    /// A page is skipped when every field of it is hidden.
    fn shows(&self, page: &Page) -> bool {
        self.modello.groups.iter().any(|group| group.page == page.id) || self.shown_on(page).next().is_some()
    }

    fn progress(&self, page: &Page, wrong: bool) -> Progress {
        let saved = self.answers.saved.contains(&page.id);
        match (saved, wrong) {
            (true, false) => Progress::Done,
            (true, true) => Progress::Started,
            (false, _) => self.typed_on(page),
        }
    }

    fn typed_on(&self, page: &Page) -> Progress {
        let rows = self.modello.groups.iter().any(|g| g.page == page.id && !self.answers.rows(&g.id).is_empty());
        let typed = |spot: &Spot<'a>| self.entry(spot).is_some_and(|entry| entry.source == Source::Typed);
        let typed = rows || self.shown_on(page).any(|spot| typed(&spot));
        if typed { Progress::Started } else { Progress::ToDo }
    }

    /// A page ready to draw, with `problems` beside their fields; `None` when the modello has no such page.
    pub fn draw_page(&self, page: &str, problems: &[Problem]) -> Option<PageView> {
        let page = self.modello.page(page)?;
        let mut blocks: Vec<Block> = Vec::new();
        let mut drawn: HashSet<&str> = HashSet::new();
        for campo in self.modello.fields.iter().filter(|campo| campo.page == page.id) {
            match self.group_of(campo) {
                None => blocks.extend(self.draw_alone(campo, problems).map(Block::Field)),
                Some(group) if drawn.insert(&group.id) => {
                    blocks.extend(self.draw_group(group, page, problems).map(Block::Group));
                }
                Some(_) => {}
            }
        }
        Some(PageView { id: page.id.clone(), title: self.say(&page.title), step: page.step, blocks })
    }

    fn draw_alone(&self, campo: &'a Campo, problems: &[Problem]) -> Option<FieldView> {
        let field = self.modello.fields.iter().position(|found| found.id == campo.id)?;
        let spot = Spot { campo, field, row: None };
        self.is_shown(&spot).then(|| self.draw_field(&spot, problems))
    }

    fn draw_group(&self, group: &'a Group, page: &Page, problems: &[Problem]) -> Option<GroupView> {
        let editable = group.page == page.id;
        let rows = self.answers.rows(&group.id);
        let mut views: Vec<RowView> = rows
            .iter()
            .map(|row| RowView { row: row.id, title: self.row_title(group, row), fields: Vec::new() })
            .collect();
        for (field, campo) in self.modello.fields.iter().enumerate() {
            if campo.page != page.id || campo.group.as_deref() != Some(&group.id) {
                continue;
            }
            for spot in self.spots(field).filter(|spot| self.is_shown(spot)) {
                let at = spot.row.map_or(0, |(row, _)| row);
                views[at].fields.push(self.draw_field(&spot, problems));
            }
        }
        if !editable {
            views.retain(|row| !row.fields.is_empty());
        }
        let can_add = editable && rows.len() < group.max as usize;
        (editable || !views.is_empty()).then(|| GroupView {
            id: group.id.clone(),
            title: self.say(&group.title),
            row_name: self.say(&group.row_name),
            rows: views,
            offered: if can_add && group.family { self.offered(group) } else { Vec::new() },
            can_add,
            editable,
        })
    }

    fn offered(&self, group: &Group) -> Vec<OfferedRow> {
        let rows = self.answers.rows(&group.id);
        let free = |child: &&FamilyChild| rows.iter().all(|row| row.key.as_deref() != Some(child.key.as_str()));
        let offer = |child: &FamilyChild| OfferedRow {
            key: child.key.clone(),
            title: format!("{} {}", child.nome, child.cognome),
        };
        self.facts.family.iter().filter(free).map(offer).collect()
    }

    fn draw_field(&self, spot: &Spot<'a>, problems: &[Problem]) -> FieldView {
        let campo = spot.campo;
        let behaviour = campo.kind.behaviour();
        let value = self.value(spot);
        let path = spot.path();
        let own = campo.group.is_none();
        let autofill = campo.autofill.or_else(|| behaviour.autofill()).filter(|_| own);
        FieldView {
            name: spot.name(),
            anchor: spot.anchor(),
            label: self.say(&campo.label),
            hint: campo.hint.as_ref().map(|hint| self.say(hint)),
            control: self.with_room(spot, |room| behaviour.control(value, room)),
            value: behaviour.shown(value),
            required: self.is_required(spot),
            locked: self.is_locked(spot),
            source: self.entry(spot).map_or(Source::Typed, |entry| entry.source),
            autocomplete: autofill.map(crate::modello::campo::Autofill::token),
            problem: problems.iter().find(|problem| problem.path == path).cloned(),
        }
    }
}
