//! Questions of a filing that the office asks again, answered again: they and what follows from them, nothing else.
//!
//! Two forms are looked at in the light of the same facts, one with what was filed and one with what is typed now. Where both
//! decide alike, what was filed stands: that time went by or that a school closed changes nothing. Rows neither come nor go.

use std::collections::BTreeSet;

use crate::lingua::Lingua;
use crate::modello::answers::{Answers, MAX_ANSWERS_BYTES, Posted};
use crate::modello::campo::Kind;
use crate::modello::filling::TakeError;
use crate::modello::form::{Form, Spot};
use crate::modello::view::{Block, GroupView, PageView, Problem, ProblemCode, Step};
use crate::modello::{Facts, Modello};

/// A filing that is open again in some places.
pub struct Reopened<'a> {
    modello: &'a Modello,
    facts: &'a Facts,
    /// Identifiers of the questions that are asked again.
    asked: &'a [String],
    filed: &'a Answers,
    /// What was filed, as answers that can change.
    before: Answers,
    /// The same with what was typed.
    now: Answers,
    /// Names of the controls that are open: places that were asked about and are shown, that the answers of now show, or
    /// where these make wrong what was right.
    open: BTreeSet<String>,
}

impl<'a> Reopened<'a> {
    /// Opens the questions `asked` of a filing.
    pub fn new(modello: &'a Modello, filed: &'a Answers, facts: &'a Facts, asked: &'a [String]) -> Self {
        let draft = Answers { filed: false, ..filed.clone() };
        let (before, now, open) = (draft.clone(), draft, BTreeSet::new());
        let mut reopened = Self { modello, facts, asked, filed, before, now, open };
        reopened.open_more();
        reopened
    }

    /// Whether nothing can be typed: what was asked about is hidden or locked.
    pub fn is_empty(&self) -> bool {
        let form = self.form(&self.now, Lingua::It);
        let mut open = form.shown_spots().filter(|spot| self.open.contains(&spot.name()));
        open.all(|spot| form.is_locked(&spot) || spot.campo.kind.behaviour().ty().is_none())
    }

    /// Takes what was typed into the open places; what that opens is taken as far as it was sent, too.
    pub fn take(&mut self, posted: &Posted) -> Result<(), TakeError> {
        let (kept, mut taken) = (self.now.clone(), BTreeSet::new());
        loop {
            let mut next = self.now.clone();
            let form = self.form(&self.now, Lingua::It);
            let spots: Vec<Spot<'_>> = form
                .shown_spots()
                .filter(|spot| self.open.contains(&spot.name()) && !taken.contains(&spot.name()))
                .collect();
            if spots.is_empty() {
                break;
            }
            for spot in &spots {
                // An empty tick box sends nothing: of what opens only now nobody knows whether it was there to be ticked.
                let drawn = self.asked.contains(&spot.campo.id) || posted.has(&spot.name());
                if !form.is_locked(spot) && (drawn || posted.file(&spot.name()).is_some()) {
                    next.take_field(&form, spot, posted);
                }
            }
            taken.extend(spots.iter().map(Spot::name));
            self.now = next;
            self.open_more();
        }
        if serde_json::to_string(&self.now).map_or(usize::MAX, |json| json.len()) > MAX_ANSWERS_BYTES {
            self.now = kept;
            return Err(TakeError::TooLarge);
        }
        Ok(())
    }

    /// The open places as one page, with `problems` beside them; without a title.
    pub fn draw(&self, lingua: Lingua, problems: &[Problem]) -> PageView {
        let form = self.form(&self.now, lingua);
        let mut blocks: Vec<Block> = Vec::new();
        let pages = self.modello.pages.iter().filter_map(|page| form.draw_page(&page.id, problems));
        for block in pages.flat_map(|page| page.blocks) {
            match block {
                Block::Field(field) => blocks.extend(self.open.contains(&field.name).then_some(Block::Field(field))),
                Block::Group(group) => self.draw_group(group, &mut blocks),
            }
        }
        PageView { id: String::new(), title: String::new(), step: Step::Riepilogo, blocks }
    }

    /// The open places of a group; a group whose fields stand on several pages is drawn once.
    fn draw_group(&self, mut group: GroupView, blocks: &mut Vec<Block>) {
        for row in &mut group.rows {
            row.fields.retain(|field| self.open.contains(&field.name));
        }
        group.rows.retain(|row| !row.fields.is_empty());
        (group.offered, group.can_add, group.editable) = (Vec::new(), false, false);
        let drawn = blocks.iter_mut().find_map(|block| match block {
            Block::Group(drawn) if drawn.id == group.id => Some(drawn),
            _ => None,
        });
        let Some(drawn) = drawn else {
            blocks.extend((!group.rows.is_empty()).then_some(Block::Group(group)));
            return;
        };
        for row in group.rows {
            match drawn.rows.iter_mut().find(|known| known.row == row.row) {
                Some(known) => known.fields.extend(row.fields),
                None => drawn.rows.push(row),
            }
        }
    }

    /// What is wrong in the open places, and what the answers of now make wrong elsewhere.
    pub fn problems(&self, lingua: Lingua) -> Vec<Problem> {
        let before = self.form(&self.before, lingua).check_all();
        let mut found = self.form(&self.now, lingua).check_all();
        found.retain(|problem| self.open.contains(&problem.path.replace('/', ".")) || !before.contains(problem));
        found
    }

    /// A problem found outside the engine (a file refused while it came in), by name of the control.
    pub fn problem_at(&self, lingua: Lingua, name: &str, code: ProblemCode) -> Option<Problem> {
        self.form(&self.now, lingua).problem_at(name, code)
    }

    /// The filing as it is with what was typed.
    pub fn amended(&self) -> Answers {
        let (before, form) = (self.form(&self.before, Lingua::It), self.form(&self.now, Lingua::It));
        let mut now = self.now.clone();
        for ((spot, value), (_, known)) in form.computed().into_iter().zip(before.computed()) {
            if value != known {
                now.put_computed(spot.campo, spot.row.map(|(_, row)| row.id), value);
            }
        }
        self.form(&now, Lingua::It).filing()
    }

    fn open_more(&mut self) {
        let (before, form) = (self.form(&self.before, Lingua::It), self.form(&self.now, Lingua::It));
        let filed = Form::new(self.modello, self.filed, self.facts, Lingua::It);
        let known = before.check_all();
        let wrong: BTreeSet<String> = form
            .check_all()
            .into_iter()
            .filter(|problem| !known.contains(problem))
            .map(|problem| problem.path)
            .collect();
        let opens = |spot: &Spot<'_>| {
            let follows = !filed.is_shown(spot) || wrong.contains(&spot.path());
            !matches!(spot.campo.kind, Kind::Computed(_)) && (follows || self.asked.contains(&spot.campo.id))
        };
        let more: Vec<String> = form.shown_spots().filter(opens).map(|spot| spot.name()).collect();
        self.open.extend(more);
    }

    /// Answers as a form that shows what was filed wherever it decides as the one that was filed does.
    fn form<'b>(&'b self, answers: &'b Answers, lingua: Lingua) -> Form<'b> {
        let mut form = Form::new(self.modello, answers, self.facts, lingua);
        let before = Form::new(self.modello, &self.before, self.facts, lingua);
        let filed = Form::new(self.modello, self.filed, self.facts, lingua);
        form.show_as(&filed, &before);
        form
    }
}
