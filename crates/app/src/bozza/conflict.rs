//! The same page of a draft saved elsewhere in the meantime: what differs, field by field, and what was chosen.
//!
//! Decides nothing for the person: it only says what was not touched, so that the saved answer can stand chosen.

use std::collections::BTreeMap;

use sportello_domain::{
    id::RowId,
    modello::{
        Answers, Form, Posted, Row,
        view::{Block, Control, FieldView, PageView, Shown},
    },
};

use super::{BozzaFrame, Loaded, PageForm, UploadedFile};
use crate::{Ctx, Error, Result};

/// Two versions of one page.
#[derive(Debug)]
pub struct Conflict {
    /// What every page shows; its revision is the newer one, so that the answer to it keeps what was saved.
    pub frame: BozzaFrame,
    /// The page as saved in the meantime.
    pub page: PageView,
    /// Revision that the form was made from.
    pub base: i64,
    /// What was sent: goes back with the choices.
    pub sent: Vec<(String, String)>,
    /// Fields whose answers differ, in page order.
    pub disputed: Vec<Disputed>,
    /// Rows that were typed in and are taken out in the saved version.
    pub gone: Vec<GoneRow>,
    /// The controls whose files must be chosen again, as a page of their own: a page cannot carry a file.
    pub files: PageView,
}

/// A field whose answers differ.
#[derive(Debug)]
pub struct Disputed {
    /// The row where it stands.
    pub row: Option<RowName>,
    /// As saved.
    pub saved: FieldView,
    /// As just typed.
    pub typed: FieldView,
    /// Whether the person left it as it was when the page was opened: then the saved answer is the one to propose.
    pub untouched: bool,
}

/// What a row is called.
#[derive(Clone, Debug)]
pub struct RowName {
    /// Name of one row of the group ("Figlio").
    pub name: String,
    /// Its number, from 1.
    pub number: usize,
    /// Title made from its answers; may be empty.
    pub title: String,
}

/// A row that somebody took out while it was being filled in.
#[derive(Debug)]
pub struct GoneRow {
    /// Name in forms: `figli.<row>`.
    pub control: String,
    /// Name of one row of the group ("Figlio").
    pub name: String,
    /// Title made from its answers; may be empty.
    pub title: String,
    /// Its fields on this page, as typed.
    pub fields: Vec<FieldView>,
}

/// What a form on a stale revision, or with choices in it, is compared with.
pub(super) struct Other {
    /// Revision that the form was made from.
    base_revision: i64,
    /// Its answers, while they are kept.
    base: Option<Answers>,
}

impl Other {
    pub(super) fn new(base_revision: i64, base: Option<Answers>) -> Self {
        Self { base_revision, base }
    }

    /// Leaves alone what the form did not show or the person gave up: rows added elsewhere, answers not chosen.
    pub(super) fn leave(&self, saved: &Answers, form: &PageForm, posted: &mut Posted) {
        for (group, rows) in &saved.rows {
            for row in rows {
                let name = format!("{group}.{}", row.id);
                let shown = match &self.base {
                    Some(base) => base.rows(group).iter().any(|known| known.id == row.id),
                    None => posted.names_row(&name),
                };
                if !shown {
                    posted.leave(name);
                }
            }
        }
        for name in form.resolved.iter().flat_map(|resolved| &resolved.saved) {
            posted.leave(name);
        }
    }

    /// Puts back the rows that were taken out elsewhere and that the person wants.
    pub(super) fn put_back(&self, loaded: &mut Loaded, form: &PageForm, posted: &Posted) {
        let wanted = form.resolved.iter().flat_map(|resolved| &resolved.typed);
        let gone = self.gone(loaded, posted);
        for (group, row) in wanted.filter_map(|name| gone.get(name.as_str())) {
            let modello = &loaded.published.document.modello;
            loaded.answers.put_back(modello, group, row.clone(), &loaded.facts);
        }
    }

    /// Rows that the form has and the saved version has not, by name.
    fn gone(&self, loaded: &Loaded, posted: &Posted) -> BTreeMap<String, (String, Row)> {
        let mut gone = BTreeMap::new();
        for name in posted.names() {
            let mut parts = name.split('.');
            let (Some(group), Some(Ok(id))) = (parts.next(), parts.next().map(str::parse::<RowId>)) else { continue };
            let known = loaded.published.document.modello.group(group).is_some();
            if !known || loaded.answers.rows(group).iter().any(|row| row.id == id) {
                continue;
            }
            let base = self.base.as_ref().and_then(|base| base.rows(group).iter().find(|row| row.id == id));
            let row = base.cloned().unwrap_or(Row { id, key: None, fields: BTreeMap::new() });
            gone.insert(format!("{group}.{id}"), (group.to_owned(), row));
        }
        gone
    }

    /// What differs; nothing when the saved version says what was typed.
    pub(super) fn compare(
        &self,
        ctx: &Ctx,
        loaded: &Loaded,
        page: &str,
        form: &PageForm,
        posted: &Posted,
    ) -> Result<Option<Conflict>> {
        let (modello, facts) = (&loaded.published.document.modello, &loaded.facts);
        let saved = loaded.form(ctx).draw_page(page, &[]).ok_or(Error::NotFound)?;
        let (mut answers, gone) = (loaded.answers.clone(), self.gone(loaded, posted));
        for (group, row) in gone.values() {
            answers.put_back(modello, group, row.clone(), facts);
        }
        let too_large = |_| Error::Unacceptable("the size of all answers");
        answers.take_page(modello, page, posted, facts).map_err(too_large)?;
        let draw = |answers: &Answers| Form::new(modello, answers, facts, ctx.lingua).draw_page(page, &[]);
        let typed = draw(&answers).ok_or(Error::NotFound)?;
        let base = self.base.as_ref().and_then(draw);
        let (disputed, gone) = (disputed(&saved, &typed, base.as_ref()), gone_rows(&typed, &gone));
        let shown = !disputed.is_empty() || !gone.is_empty();
        let files = again(&saved, base.as_ref(), form, shown);
        if !shown && files.blocks.is_empty() {
            return Ok(None);
        }
        let (frame, sent) = (loaded.frame(ctx), form.fields.clone());
        Ok(Some(Conflict { frame, base: self.base_revision, sent, disputed, gone, files, page: saved }))
    }
}

/// The fields that both versions show and answer differently.
fn disputed(saved: &PageView, typed: &PageView, base: Option<&PageView>) -> Vec<Disputed> {
    let by_name = |page| -> BTreeMap<String, FieldView> {
        places(page).into_iter().map(|(_, field)| (field.name.clone(), field)).collect()
    };
    let (mut typed, base) = (by_name(typed), base.map(by_name).unwrap_or_default());
    let mut found = Vec::new();
    for (row, saved) in places(saved) {
        let asked = !matches!(saved.control, Control::Info { .. } | Control::File { .. }) && !saved.locked;
        let Some(typed) = typed.remove(&saved.name).filter(|typed| asked && !same(&saved, typed)) else { continue };
        let untouched = base.get(&saved.name).is_some_and(|base| same(base, &typed));
        found.push(Disputed { row, saved, typed, untouched });
    }
    found
}

/// Every field of a page with the name of its row.
fn places(page: &PageView) -> Vec<(Option<RowName>, FieldView)> {
    let mut found = Vec::new();
    for block in &page.blocks {
        match block {
            Block::Field(field) => found.push((None, field.clone())),
            Block::Group(group) => {
                for (index, row) in group.rows.iter().enumerate() {
                    let name = RowName { name: group.row_name.clone(), number: index + 1, title: row.title.clone() };
                    found.extend(row.fields.iter().map(|field| (Some(name.clone()), field.clone())));
                }
            }
        }
    }
    found
}

/// Whether two drawings of a field hold the same answer. Which options there are may depend on other answers.
fn same(one: &FieldView, other: &FieldView) -> bool {
    one.value == other.value && chosen(&one.control) == chosen(&other.control)
}

fn chosen(control: &Control) -> Vec<&str> {
    match control {
        Control::Choice { options, .. } | Control::MultiChoice { options } => {
            options.iter().filter(|option| option.chosen).map(|option| option.value.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

fn gone_rows(typed: &PageView, gone: &BTreeMap<String, (String, Row)>) -> Vec<GoneRow> {
    let mut found = Vec::new();
    for block in &typed.blocks {
        let Block::Group(group) = block else { continue };
        for row in &group.rows {
            let control = format!("{}.{}", group.id, row.row);
            if gone.contains_key(&control) {
                let asked = row.fields.iter().filter(|field| !matches!(field.control, Control::Info { .. }));
                let fields = asked.filter(|field| !matches!(field.control, Control::File { .. })).cloned().collect();
                found.push(GoneRow { control, name: group.row_name.clone(), title: row.title.clone(), fields });
            }
        }
    }
    found
}

/// The controls of files that came: `all` of them, else those where the saved version has another file than the form
/// knew or whose content is no longer held.
fn again(saved: &PageView, base: Option<&PageView>, form: &PageForm, all: bool) -> PageView {
    let held = |page: &PageView, name: &str| {
        let field = places(page).into_iter().find(|(_, field)| field.name == name)?;
        match field.1.control {
            Control::File { present, .. } => Some(present.map(|file| file.id)),
            _ => None,
        }
    };
    let mut blocks = Vec::new();
    for (_, mut field) in places(saved) {
        let moved = base.is_none_or(|base| held(base, &field.name) != held(saved, &field.name));
        let of_field = |file: &&UploadedFile| file.field == field.name;
        let came = form.files.iter().filter(of_field).any(|file| all || moved || file.content.is_empty());
        if let Control::File { present, .. } = &mut field.control
            && came
        {
            *present = None;
            field.value = Shown::Empty;
            blocks.push(Block::Field(field));
        }
    }
    PageView { blocks, ..saved.clone() }
}
