//! Checks on the fields together: order of pages, groups that hold together, references of kinds.

use crate::modello::campo::{Campo, Kind};
use crate::modello::source::Reader;
use crate::modello::{Group, Page};

type Drafts<'r, 's, 'a> = [(&'r Reader<'s, 'a>, Campo)];

/// Checks what no field can know alone, and settles what depends on other fields.
pub(super) fn check(drafts: &mut Drafts<'_, '_, '_>, pages: &[Page], groups: &[Group], top: &Reader<'_, '_>) {
    pages_in_order(drafts, pages);
    together(drafts);
    references(drafts);
    for group in groups {
        check_group(drafts, group, top);
    }
    for page in pages.iter().filter(|page| drafts.iter().all(|(_, campo)| campo.page != page.id)) {
        top.error(0, format!("la pagina «{}» non ha campi", page.id), "aggiungi un campo o togli la pagina");
    }
    classes(drafts);
    computed(drafts);
}

/// What is worked out of sealed answers tells something of them, so it is sealed too.
fn computed(drafts: &Drafts<'_, '_, '_>) {
    for (reader, campo) in drafts {
        let Kind::Computed(kind) = &campo.kind else { continue };
        let sealed = |id: &&str| drafts.iter().any(|(_, other)| other.id == **id && other.privacy.sealed());
        if let Some(id) = kind.value.0.fields().into_iter().find(sealed).filter(|_| !campo.privacy.sealed()) {
            let message = format!("il calcolo legge «{id}», che è riservato");
            reader.error_key("value", message, "dai al campo la stessa privacy");
        }
    }
}

/// Fields stand in the order in which people meet them: so "earlier" in a condition means "already answered".
fn pages_in_order(drafts: &Drafts<'_, '_, '_>, pages: &[Page]) {
    let rank = |campo: &Campo| pages.iter().position(|page| page.id == campo.page);
    for pair in drafts.windows(2) {
        let ((_, before), (reader, campo)) = (&pair[0], &pair[1]);
        if rank(campo) < rank(before) {
            let message = format!("il campo sta dopo «{}», ma la sua pagina viene prima", before.id);
            reader.error(reader.at(), message, "sposta il campo nell'ordine delle pagine");
        }
    }
}

/// The fields of a group stand together on a page.
fn together(drafts: &Drafts<'_, '_, '_>) {
    for (at, (reader, campo)) in drafts.iter().enumerate() {
        let same = |(_, other): &(&Reader<'_, '_>, Campo)| other.group == campo.group && other.page == campo.page;
        let earlier = drafts[..at].iter().any(same);
        if campo.group.is_some() && earlier && !same(&drafts[at - 1]) {
            reader.error(
                reader.at(),
                "i campi del gruppo non stanno insieme",
                "metti di seguito i campi dello stesso gruppo",
            );
        }
    }
}

fn references(drafts: &Drafts<'_, '_, '_>) {
    for (reader, campo) in drafts {
        for (wanted, id) in campo.kind.behaviour().refers() {
            let found = drafts.iter().find(|(_, other)| other.id == id && other.group == campo.group);
            if found.is_none_or(|(_, other)| other.kind.word() != wanted) {
                let message = format!("serve un campo «{id}» di tipo {wanted} nello stesso gruppo");
                reader.error_key("kind", message, "correggi il nome o aggiungi il campo");
            }
        }
    }
}

fn check_group(drafts: &Drafts<'_, '_, '_>, group: &Group, top: &Reader<'_, '_>) {
    let own = |id: &str| {
        drafts.iter().map(|(_, campo)| campo).find(|campo| campo.id == id && campo.group.as_deref() == Some(&group.id))
    };
    if !drafts.iter().any(|(_, campo)| campo.group.as_deref() == Some(&group.id) && campo.page == group.page) {
        top.error(0, format!("il gruppo «{}» non ha campi nella sua pagina", group.id), "aggiungi un campo con group");
    }
    if let Some(unique) = group.unique.as_ref().filter(|unique| own(&unique.field).is_none()) {
        top.error(0, format!("unique nomina «{}», che non è del gruppo", unique.field), "scrivi un campo del gruppo");
    }
    for slot in group.row_title.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(slot, _)| slot) {
        if own(slot).is_none_or(|campo| campo.privacy.sealed()) {
            let message = format!("row_title nomina «{slot}», che non è un campo del gruppo o è riservato");
            top.error(0, message, "usa campi del gruppo non riservati, per esempio {figlio_nome}");
        }
    }
}

/// A class beside its school is drawn with all schools, since the school may still change.
fn classes(drafts: &mut Drafts<'_, '_, '_>) {
    let places: Vec<(String, String)> =
        drafts.iter().map(|(_, campo)| (campo.id.clone(), campo.page.clone())).collect();
    for (_, campo) in drafts {
        if let Kind::ClasseRef(kind) = &mut campo.kind {
            kind.together = places.iter().any(|(id, page)| *id == kind.plesso && *page == campo.page);
        }
    }
}
