//! Questions of a filing that the office asks again, answered again: they and what follows from them, nothing else.
//!
//! What was filed stands wherever the answers of now lead to what the filed ones lead to: that time went by or that a school closed
//! changes nothing, and what was wrong before stops nobody. Rows neither come nor go.

use std::collections::BTreeSet;

use crate::lingua::Lingua;
use crate::modello::answers::{Answers, Entry, MAX_ANSWERS_BYTES, Posted, Value};
use crate::modello::filling::TakeError;
use crate::modello::form::{Form, Spot};
use crate::modello::view::{
    Block, Control, FieldView, GroupView, PageView, Privacy, Problem, ProblemCode, Source, Step,
};
use crate::modello::{Facts, Modello, prefill};

/// A filing that is open again in some places.
#[derive(Clone)]
pub struct Reopened<'a> {
    modello: &'a Modello,
    facts: &'a Facts,
    /// Identifiers of the questions that are asked again.
    asked: &'a [String],
    filed: &'a Answers,
    /// What was filed with what was typed over it.
    now: Answers,
    /// What is wrong with what was filed, in Italian.
    known: Vec<Problem>,
    /// Names of the controls that are open: places that were asked about and are shown, that the answers of now show, or
    /// where these make wrong what was right. What is locked or worked out never is.
    open: BTreeSet<String>,
}

impl<'a> Reopened<'a> {
    /// Opens the questions `asked` of a filing.
    pub fn new(modello: &'a Modello, filed: &'a Answers, facts: &'a Facts, asked: &'a [String]) -> Self {
        let now = Answers { filed: false, ..filed.clone() };
        let known = Form::new(modello, filed, facts, Lingua::It).check_all();
        let mut reopened = Self { modello, facts, asked, filed, now, known, open: BTreeSet::new() };
        reopened.open_shown();
        reopened
    }

    /// Labels of the questions that were asked about and cannot be answered here: they are hidden or locked.
    pub fn unanswerable(&self, lingua: Lingua) -> Vec<String> {
        let form = self.form(lingua);
        let open = form.shown_spots().filter(|spot| self.open.contains(&spot.name()));
        let open: BTreeSet<&str> = open.map(|spot| spot.campo.id.as_str()).collect();
        let closed = self.asked.iter().filter(|id| !open.contains(id.as_str()));
        closed.filter_map(|id| Some(form.say(&self.modello.campo(id)?.label))).collect()
    }

    /// Whether an open place is of class A, or an answer of class A is another one than was filed.
    pub fn touches_sealed(&self) -> bool {
        let form = self.form(Lingua::It);
        let mut open = form.shown_spots().filter(|spot| self.open.contains(&spot.name()));
        let differs = |amended: Answers| amended.differs_in(self.filed, self.modello, Privacy::sealed);
        open.any(|spot| spot.campo.privacy.sealed()) || self.amended().is_some_and(differs)
    }

    /// Whether a control is open that was not among those that were `drawn`.
    pub fn unseen(&self, drawn: &[String]) -> bool {
        let form = self.form(Lingua::It);
        let mut names = form.shown_spots().map(|spot| spot.name());
        names.any(|name| self.open.contains(&name) && !drawn.contains(&name))
    }

    /// What was wrong already where an answer is open and still is: it may be made right. A file that holds a virus is told of,
    /// whenever it came.
    pub fn standing(&self, lingua: Lingua) -> Vec<Problem> {
        let open = |problem: &Problem| self.open.contains(&problem.path.replace('/', "."));
        // In both languages the same, in the same order.
        let found = self.form(Lingua::It).check_all().into_iter().zip(self.form(lingua).check_all());
        found
            .filter(|(problem, _)| open(problem))
            .filter(|(problem, _)| !self.is_new(problem) || problem.code == ProblemCode::FileInfected)
            .map(|(_, problem)| problem)
            .collect()
    }

    /// Takes what was typed into the open places among those that were `drawn`, by name of control. What that opens is taken,
    /// too, where it was drawn already.
    pub fn take(&mut self, posted: &Posted, drawn: &[String]) -> Result<(), TakeError> {
        let (kept, mut taken) = (self.now.clone(), BTreeSet::new());
        loop {
            while self.take_once(posted, drawn, &mut taken) {
                self.open_shown();
            }
            // Only with everything that was sent is it known what it makes wrong.
            if !self.open_wrong() {
                break;
            }
        }
        if serde_json::to_string(&self.now).map_or(usize::MAX, |json| json.len()) > MAX_ANSWERS_BYTES {
            self.now = kept;
            return Err(TakeError::TooLarge);
        }
        Ok(())
    }

    /// Takes each open place that is not among the `taken`; false where there is none.
    fn take_once(&mut self, posted: &Posted, drawn: &[String], taken: &mut BTreeSet<String>) -> bool {
        let (mut next, before) = (self.now.clone(), taken.len());
        let (form, filed) = (self.form(Lingua::It), self.filed_form(Lingua::It));
        for spot in form.shown_spots() {
            let name = spot.name();
            if self.open.contains(&name) && drawn.contains(&name) && taken.insert(name) {
                next.take_field(&form, &spot, posted);
                keep_name(&mut next, &spot, filed.entry(&spot));
            }
        }
        self.now = next;
        taken.len() > before
    }

    /// The open places as one page, with `problems` beside them; without a title.
    pub fn draw(&self, lingua: Lingua, problems: &[Problem]) -> PageView {
        let form = self.form(lingua);
        let mut blocks: Vec<Block> = Vec::new();
        let pages = self.modello.pages.iter().filter_map(|page| form.draw_page(&page.id, problems));
        for block in pages.flat_map(|page| page.blocks) {
            match block {
                Block::Field(field) if self.open.contains(&field.name) => {
                    blocks.push(Block::Field(self.present(field)))
                }
                Block::Field(_) => {}
                Block::Group(group) => self.draw_group(group, &mut blocks),
            }
        }
        PageView { id: String::new(), title: String::new(), step: Step::Riepilogo, blocks }
    }

    /// A file that held a virus is not there any more.
    fn present(&self, mut field: FieldView) -> FieldView {
        if let Control::File { present, .. } = &mut field.control {
            *present = present.take().filter(|file| !self.facts.infected.contains(&file.id));
        }
        field
    }

    /// The open places of a group; a group whose fields stand on several pages is drawn once.
    fn draw_group(&self, mut group: GroupView, blocks: &mut Vec<Block>) {
        for row in &mut group.rows {
            row.fields.retain(|field| self.open.contains(&field.name));
            row.fields = row.fields.drain(..).map(|field| self.present(field)).collect();
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

    /// What is wrong with the answers of now and was not with those that were filed, or is with an answer that was typed.
    pub fn problems(&self, lingua: Lingua) -> Vec<Problem> {
        let (form, filed) = (self.form(Lingua::It), self.filed_form(Lingua::It));
        let changed = form.shown_spots().filter(|spot| form.value(spot) != filed.value(spot));
        let changed: BTreeSet<String> = changed.map(|spot| spot.path()).collect();
        // In both languages the same, in the same order.
        let found = form.check_all().into_iter().zip(self.form(lingua).check_all());
        found
            .filter(|(problem, _)| self.is_new(problem) || changed.contains(&problem.path))
            .map(|(_, problem)| problem)
            .collect()
    }

    /// A row may have another title by now.
    fn is_new(&self, found: &Problem) -> bool {
        self.known.iter().all(|known| (&known.path, &known.code) != (&found.path, &found.code))
    }

    /// A problem found outside the engine (a file refused while it came in), by name of the control.
    pub fn problem_at(&self, lingua: Lingua, name: &str, code: ProblemCode) -> Option<Problem> {
        self.form(lingua).problem_at(name, code)
    }

    /// The filing as it is with what was typed; `None` where that is what was filed.
    pub fn amended(&self) -> Option<Answers> {
        let mut now = self.now.clone();
        for (spot, value) in self.form(Lingua::It).computed() {
            now.put_computed(spot.campo, spot.row.map(|(_, row)| row.id), value);
        }
        let amended = Form::over(&now, &self.filed_form(Lingua::It)).filing();
        (amended != *self.filed).then_some(amended)
    }

    /// Opens what is asked and what the answers of now show; a question that was not asked before begins with what is known.
    fn open_shown(&mut self) {
        loop {
            let (form, filed) = (self.form(Lingua::It), self.filed_form(Lingua::It));
            let (mut open, mut offered) = (Vec::new(), Vec::new());
            for spot in form.shown_spots() {
                let (asked, new) = (self.asked.contains(&spot.campo.id), !filed.is_shown(&spot));
                if new && form.entry(&spot).is_none() {
                    let row = spot.row.map(|(_, row)| row);
                    let first = prefill::first_value(spot.campo, self.facts, form.child(row));
                    offered.extend(first.map(|entry| (spot.field, row.map(|row| row.id), entry)));
                }
                if (asked || new) && !is_closed(&form, &filed, &spot) {
                    open.push(spot.name());
                }
            }
            self.open.extend(open);
            if offered.is_empty() {
                return;
            }
            for (field, row, entry) in offered {
                let campo = &self.modello.fields[field];
                if let Some(fields) = self.now.fields_of(campo, row) {
                    fields.insert(campo.id.as_str().into(), entry);
                }
            }
        }
    }

    /// Opens what the answers of now make wrong; false where that is open already.
    fn open_wrong(&mut self) -> bool {
        let (form, filed) = (self.form(Lingua::It), self.filed_form(Lingua::It));
        let wrong = form.check_all().into_iter().filter(|problem| self.is_new(problem));
        let wrong: BTreeSet<String> = wrong.map(|problem| problem.path).collect();
        let open = form.shown_spots().filter(|spot| wrong.contains(&spot.path()) && !is_closed(&form, &filed, spot));
        let open: Vec<String> = open.map(|spot| spot.name()).collect();
        let before = self.open.len();
        self.open.extend(open);
        self.open.len() > before
    }

    fn filed_form(&self, lingua: Lingua) -> Form<'_> {
        Form::new(self.modello, self.filed, self.facts, lingua)
    }

    fn form(&self, lingua: Lingua) -> Form<'_> {
        Form::over(&self.now, &self.filed_form(lingua))
    }
}

/// Whether nobody types into a place: it is worked out, its source has it, or the one that had it when it was filed.
fn is_closed<'a>(form: &Form<'a>, filed: &Form<'a>, spot: &Spot<'a>) -> bool {
    let had = |entry: &Entry| entry.source != Source::Typed;
    form.is_locked(spot) || (spot.campo.locked && filed.entry(spot).is_some_and(had))
}

/// What a register calls by another name by now is no other answer.
fn keep_name(next: &mut Answers, spot: &Spot<'_>, was: Option<&Entry>) {
    let Some(was @ Entry { value: Some(Value::Ref { code, .. }), .. }) = was else { return };
    let Some(fields) = next.fields_of(spot.campo, spot.row.map(|(_, row)| row.id)) else { return };
    let Some(now) = fields.get_mut(spot.campo.id.as_str()) else { return };
    if matches!(&now.value, Some(Value::Ref { code: now, .. }) if now == code) {
        *now = was.clone();
    }
}
