//! Changing the answers: the first values, a page that was posted, rows that come and go.

use std::collections::BTreeMap;

use crate::id::RowId;
use crate::lingua::Lingua;
use crate::modello::answers::{Answers, Entries, Entry, MAX_ANSWERS_BYTES, Posted, Row, Value};
use crate::modello::campo::{Campo, Kind, Room, Typed};
use crate::modello::facts::{Facts, FamilyChild};
use crate::modello::form::{Form, Spot};
use crate::modello::view::{FileView, Source};
use crate::modello::{Modello, prefill};

/// Why a page was not taken. The answers stay as they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TakeError {
    /// The modello has no such page.
    #[error("taking a page: the modello has no such page")]
    UnknownPage,
    /// All answers together would pass [`MAX_ANSWERS_BYTES`].
    #[error("taking a page: the answers are larger than {MAX_ANSWERS_BYTES} bytes")]
    TooLarge,
}

impl Answers {
    /// The answers of a new draft: what is known already, and nothing ticked.
    pub fn start(modello: &Modello, facts: &Facts) -> Self {
        let mut answers = Self::default();
        fill(&mut answers.fields, modello, None, facts, None);
        answers
    }

    /// Takes one posted page: only its fields, never a locked one; names that the page does not have are ignored.
    /// What cannot be understood is kept as typed. The page counts as saved.
    pub fn take_page(
        &mut self,
        modello: &Modello,
        page: &str,
        posted: &Posted,
        facts: &Facts,
    ) -> Result<(), TakeError> {
        let page = modello.page(page).ok_or(TakeError::UnknownPage)?;
        let mut next = self.clone();
        next.refresh_locked(modello, facts);
        {
            let before = Form::new(modello, self, facts, Lingua::It);
            let fields = modello.fields.iter().enumerate().filter(|(_, campo)| campo.page == page.id);
            for spot in fields.flat_map(|(field, _)| before.spots(field)) {
                if !before.is_locked(&spot) {
                    next.take_field(&before, &spot, posted);
                }
            }
        }
        next.saved.insert(page.id.clone());
        next.review.remove(&page.id);
        next.work_out(modello, facts);
        let size = serde_json::to_string(&next).map_or(usize::MAX, |json| json.len());
        if size > MAX_ANSWERS_BYTES {
            return Err(TakeError::TooLarge);
        }
        *self = next;
        Ok(())
    }

    /// Leaves a page as far as it was in `before`: what was typed stays, but it is neither answered nor looked at again.
    pub fn leave_open(&mut self, page: &str, before: &Self) {
        if !before.saved.contains(page) {
            self.saved.remove(page);
        }
        if before.review.contains(page) {
            self.review.insert(page.to_owned());
        }
    }

    /// Takes what was posted for one place, as `before` shows it.
    pub(super) fn take_field(&mut self, before: &Form<'_>, spot: &Spot<'_>, posted: &Posted) {
        let behaviour = spot.campo.kind.behaviour();
        let name = spot.name();
        if posted.leaves(&name) {
            return;
        }
        let sent = match spot.campo.kind {
            Kind::Info(_) => return,
            Kind::File(_) => posted.file(&name).is_some(),
            _ => posted.has(&name),
        };
        let emptied = behaviour.cleared_by_absence() && before.is_shown(spot);
        if !sent && !emptied {
            return;
        }
        let room = Room { facts: before.facts, lingua: Lingua::It, other: &|_| None };
        let value = behaviour.read(&Typed { posted, name: &name }, &room);
        if let Some(fields) = self.fields_of(spot.campo, spot.row.map(|(_, row)| row.id)) {
            put(fields, &spot.campo.id, value);
        }
    }

    /// The answers among which that of a field stands, in a row where it repeats.
    pub(super) fn fields_of(&mut self, campo: &Campo, row: Option<RowId>) -> Option<&mut Entries> {
        match (&campo.group, row) {
            (None, _) => Some(&mut self.fields),
            (Some(group), Some(id)) => {
                self.rows.get_mut(group)?.iter_mut().find(|row| row.id == id).map(|row| &mut row.fields)
            }
            (Some(_), None) => None,
        }
    }

    /// Reads locked values again from the facts, and works computed ones out again: the session's assertion and the
    /// rules count, not what was kept.
    pub fn refresh(&mut self, modello: &Modello, facts: &Facts) {
        self.refresh_locked(modello, facts);
        self.work_out(modello, facts);
    }

    fn work_out(&mut self, modello: &Modello, facts: &Facts) {
        if self.filed || !modello.fields.iter().any(|campo| matches!(campo.kind, Kind::Computed(_))) {
            return;
        }
        let found: Vec<_> = {
            let form = Form::new(modello, self, facts, Lingua::It);
            let computed = form.computed().into_iter();
            computed.map(|(spot, value)| (spot.field, spot.row.map(|(_, row)| row.id), value)).collect()
        };
        for (field, row, value) in found {
            self.put_computed(&modello.fields[field], row, value);
        }
    }

    /// Puts what a computed field comes to in its place.
    pub(super) fn put_computed(&mut self, campo: &Campo, row: Option<RowId>, value: Option<Value>) {
        let Some(fields) = self.fields_of(campo, row) else { return };
        match value {
            None => fields.remove(campo.id.as_str()),
            Some(value) => fields.insert(
                campo.id.as_str().into(),
                Entry { value: Some(value), source: Source::Computed, edited: false },
            ),
        };
    }

    fn refresh_locked(&mut self, modello: &Modello, facts: &Facts) {
        for campo in modello.fields.iter().filter(|campo| campo.locked) {
            match &campo.group {
                None => refresh(&mut self.fields, campo, facts, None),
                Some(group) => {
                    for row in self.rows.get_mut(group).into_iter().flatten() {
                        let child = child_of(facts, row.key.as_deref());
                        refresh(&mut row.fields, campo, facts, child);
                    }
                }
            }
        }
    }

    /// Adds an empty row; false when the group is unknown or full.
    pub fn add_row(&mut self, modello: &Modello, group: &str, id: RowId, facts: &Facts) -> bool {
        self.push_row(modello, group, id, facts, None)
    }

    /// Adds a row from a child that the register offers; false when the key is unknown or taken, or the group full.
    pub fn add_offered(&mut self, modello: &Modello, group: &str, key: &str, id: RowId, facts: &Facts) -> bool {
        let taken = self.rows(group).iter().any(|row| row.key.as_deref() == Some(key));
        let offers = modello.group(group).is_some_and(|group| group.family);
        match child_of(facts, Some(key)).filter(|_| offers && !taken) {
            Some(child) => self.push_row(modello, group, id, facts, Some(child)),
            None => false,
        }
    }

    fn push_row(
        &mut self,
        modello: &Modello,
        group: &str,
        id: RowId,
        facts: &Facts,
        child: Option<&FamilyChild>,
    ) -> bool {
        let Some(group) = modello.group(group) else {
            return false;
        };
        let rows = self.rows.entry(group.id.clone()).or_default();
        if rows.len() >= group.max as usize || rows.iter().any(|row| row.id == id) {
            return false;
        }
        let mut row = Row { id, key: child.map(|child| child.key.clone()), fields: BTreeMap::new() };
        fill(&mut row.fields, modello, Some(&group.id), facts, child);
        rows.push(row);
        self.work_out(modello, facts);
        true
    }

    /// Removes a row; false when it is not there.
    pub fn remove_row(&mut self, modello: &Modello, group: &str, id: RowId, facts: &Facts) -> bool {
        let Some(rows) = self.rows.get_mut(group) else {
            return false;
        };
        let before = rows.len();
        rows.retain(|row| row.id != id);
        let removed = rows.len() < before;
        self.work_out(modello, facts);
        removed
    }

    /// Puts a row back that was taken out, without its files: those went with it. False when the group is unknown or full
    /// or has the row.
    pub fn put_back(&mut self, modello: &Modello, group: &str, mut row: Row, facts: &Facts) -> bool {
        if !self.push_row(modello, group, row.id, facts, None) {
            return false;
        }
        row.fields.retain(|_, entry| !matches!(entry.value, Some(Value::File(_))));
        if let Some(last) = self.rows.get_mut(group).and_then(|rows| rows.last_mut()) {
            *last = row;
        }
        self.work_out(modello, facts);
        true
    }

    /// Takes a file out of the answers, by name of its control, and gives back what was there.
    pub fn remove_file(&mut self, modello: &Modello, name: &str) -> Option<FileView> {
        let mut parts = name.split('.');
        let (first, row, field) = (parts.next()?, parts.next(), parts.next());
        let campo = modello.campo(field.unwrap_or(first))?;
        if !matches!(campo.kind, Kind::File(_)) {
            return None;
        }
        let row = row.map(str::parse).transpose().ok()?;
        let fields = self.fields_of(campo, row)?;
        match fields.remove(campo.id.as_str())?.value {
            Some(Value::File(file)) => Some(file),
            _ => None,
        }
    }

    /// What the next filing of the same modello may begin with ([`Facts::previous`]): never class A, never a file.
    pub fn for_next_time(&self, modello: &Modello) -> BTreeMap<String, Value> {
        let open = |id: &str| modello.campo(id).is_some_and(|campo| !campo.privacy.sealed());
        let values = self.fields.iter().filter(|(id, _)| open(id));
        let values = values.filter_map(|(id, entry)| Some((id.to_string(), entry.value.clone()?)));
        values.filter(|(_, value)| value.is_read() && !matches!(value, Value::File(_))).collect()
    }

    /// Every file in the answers, hidden ones and those set aside too.
    pub fn files(&self) -> Vec<&FileView> {
        let rows = self.rows.values().flatten().flat_map(|row| row.fields.values());
        let given = self.fields.values().chain(rows).filter_map(|entry| entry.value.as_ref());
        let values = given.chain(self.aside.iter().map(|aside| &aside.value));
        values
            .filter_map(|value| match value {
                Value::File(file) => Some(file),
                _ => None,
            })
            .collect()
    }
}

pub(super) fn child_of<'f>(facts: &'f Facts, key: Option<&str>) -> Option<&'f FamilyChild> {
    facts.family.iter().find(|child| Some(child.key.as_str()) == key)
}

pub(super) fn fill(
    fields: &mut Entries,
    modello: &Modello,
    group: Option<&str>,
    facts: &Facts,
    child: Option<&FamilyChild>,
) {
    for campo in modello.fields.iter().filter(|campo| campo.group.as_deref() == group) {
        if let Some(entry) = prefill::first_value(campo, facts, child) {
            fields.insert(campo.id.as_str().into(), entry);
        }
    }
}

fn refresh(fields: &mut Entries, campo: &Campo, facts: &Facts, child: Option<&FamilyChild>) {
    if let Some(entry) = prefill::first_value(campo, facts, child) {
        fields.insert(campo.id.as_str().into(), entry);
    }
}

/// Puts a typed value in place; one equal to what was offered keeps its source.
fn put(fields: &mut Entries, id: &str, value: Option<Value>) {
    let old = fields.get(id);
    if old.is_some_and(|old| old.value == value) {
        return;
    }
    let edited = old.is_some_and(|old| old.edited || old.source != Source::Typed);
    if value.is_none() && !edited {
        fields.remove(id);
        return;
    }
    fields.insert(id.into(), Entry { value, source: Source::Typed, edited });
}
