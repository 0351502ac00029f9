//! Fields: what the author says of each, and its conditions.

use std::collections::HashSet;

use toml::de::DeValue;

use super::bank::{self, OpenList, Place};
use super::page::check_page;
use super::{id, optional_words, order, words};
use crate::modello::campo::{Autofill, Campo, Check, Computed, Kind};
use crate::modello::expr::{self, Expr, ExprError, FieldSig, Reach, Scope};
use crate::modello::keep::Keep;
use crate::modello::prefill::Prefill;
use crate::modello::source::Reader;
use crate::modello::view::Privacy;
use crate::modello::{Group, MAX_FIELDS, Page, RESERVED_FIELD_IDS};

pub(super) fn fields<'s, 'a>(
    top: &Reader<'s, 'a>,
    pages: &[Page],
    groups: &[Group],
    lists: &'s [OpenList<'a>],
) -> (Vec<FieldSig>, Vec<Campo>) {
    let readers = bank::expand(top.tables("field"), lists);
    if readers.is_empty() || readers.len() > MAX_FIELDS {
        top.error(0, "numero di campi non valido", format!("scrivi da 1 a {MAX_FIELDS} [[field]]"));
    }
    let mut seen: HashSet<String> = groups.iter().map(|group| group.id.clone()).collect();
    let mut drafts: Vec<(&Reader<'_, '_>, Campo)> = Vec::new();
    for (reader, place) in &readers {
        if let Some(campo) = campo(reader, place.as_ref(), pages, groups, &mut seen) {
            drafts.push((reader, campo));
        }
    }
    let sigs: Vec<FieldSig> = drafts
        .iter()
        .map(|(_, campo)| FieldSig {
            id: campo.id.clone(),
            group: campo.group.clone(),
            ty: campo.kind.behaviour().ty(),
        })
        .collect();
    let names: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
    for (at, (reader, campo)) in drafts.iter_mut().enumerate() {
        logic(reader, campo, &Scope { fields: &sigs, groups: &names, at, row: None, reach: Reach::Earlier });
    }
    // After the expressions, so that every key has been asked for; a field already refused says enough.
    drafts.iter().for_each(|(reader, _)| reader.finish());
    order::check(&mut drafts, pages, groups, top);
    (sigs, drafts.into_iter().map(|(_, campo)| campo).collect())
}

fn campo(
    reader: &Reader<'_, '_>,
    place: Option<&Place>,
    pages: &[Page],
    groups: &[Group],
    seen: &mut HashSet<String>,
) -> Option<Campo> {
    let id = id(reader, seen);
    let label = words(reader, "label");
    let hint = optional_words(reader, "hint");
    let (page, group) = match place {
        Some(place) => (place.page.clone(), place.group.clone()),
        None => (reader.text("page"), reader.text("group")),
    };
    if let (Some(id), None) = (&id, &group)
        && RESERVED_FIELD_IDS.contains(&id.as_str())
    {
        let fault = format!("id «{id}» riservato: è il nome di un controllo del portale");
        reader.error_key("id", fault, "scegli un'altra parola");
    }
    let found = group.as_ref().and_then(|name| groups.iter().find(|known| known.id == *name));
    if let (Some(name), None) = (&group, found) {
        reader.error_key("group", format!("il gruppo «{name}» non esiste"), "aggiungi [[group]] o togli group");
    }
    let page = match (page, found) {
        (Some(page), _) => Some(page),
        (None, Some(group)) => Some(group.page.clone()),
        (None, None) => reader.need("page"),
    };
    if let Some(page) = &page {
        check_page(reader, pages, page);
    }
    let kind = kind(reader);
    let privacy = privacy(reader, group.is_some());
    let keep = Keep::author(reader, privacy);
    let campo = Campo {
        id: id?,
        page: page?,
        kind: kind?,
        label: label?,
        hint,
        required: None,
        when: None,
        check: None,
        prefill: prefill(reader, found.is_some_and(|group| group.family)),
        locked: reader.flag("locked"),
        privacy,
        keep: Some(keep),
        index: reader.flag("index"),
        bank: place.map(|place| place.bank.clone()),
        autofill: autofill(reader, group.is_some()),
        group,
    };
    if campo.locked && campo.prefill.is_empty() {
        reader.error_key("locked", "locked senza prefill", "aggiungi prefill, o togli locked");
    }
    if campo.index && campo.privacy.sealed() {
        reader.error_key("index", "un campo riservato non può avere index", "togli index = true");
    }
    Some(campo)
}

fn kind(reader: &Reader<'_, '_>) -> Option<Kind> {
    let word = reader.need("kind")?;
    let kind = Kind::author(&word, reader);
    if kind.is_none() {
        reader.error_key(
            "kind",
            format!("kind «{word}» non esiste"),
            format!("i tipi sono: {}", Kind::WORDS.join(", ")),
        );
    }
    kind
}

fn prefill(reader: &Reader<'_, '_>, of_family: bool) -> Vec<Prefill> {
    let mut found = Vec::new();
    for (at, word) in reader.texts("prefill") {
        match Prefill::from_word(&word) {
            Some(prefill) if prefill.of_family() && !of_family => {
                let remedy = "mettilo in un campo di un gruppo con prefill = \"family.children\"";
                reader.error(at, format!("prefill «{word}» vale solo per i figli"), remedy);
            }
            Some(prefill) => found.push(prefill),
            None => {
                let remedy = format!("le origini sono: {}", Prefill::WORDS.join(", "));
                reader.error(at, format!("prefill «{word}» non esiste"), remedy);
            }
        }
    }
    found
}

fn privacy(reader: &Reader<'_, '_>, in_group: bool) -> Privacy {
    match reader.text("privacy").as_deref() {
        None if in_group => Privacy::Child,
        None | Some("personal") => Privacy::Personal,
        Some("child") => Privacy::Child,
        Some("income") => Privacy::Income,
        Some("bank") => Privacy::Bank,
        Some("art9") => Privacy::Art9,
        Some(other) => {
            let remedy = "le classi sono: personal, child, income, bank, art9";
            reader.error_key("privacy", format!("privacy «{other}» non esiste"), remedy);
            Privacy::Art9
        }
    }
}

fn autofill(reader: &Reader<'_, '_>, in_group: bool) -> Option<Autofill> {
    let word = reader.text("autofill")?;
    let found = Autofill::ALL.into_iter().find(|known| known.token() == word);
    if found.is_none() || in_group {
        let tokens: Vec<&str> = Autofill::ALL.iter().map(|known| known.token()).collect();
        let remedy = format!("solo per i dati di chi compila: {}", tokens.join(", "));
        reader.error_key("autofill", format!("autofill «{word}» non previsto"), remedy);
    }
    found
}

/// Reads `when`, `required` and `check` of a field.
fn logic(reader: &Reader<'_, '_>, campo: &mut Campo, scope: &Scope<'_>) {
    let scope = Scope { row: campo.group.as_deref(), ..scope.clone() };
    let same_row = Scope { reach: Reach::SameRow, ..scope.clone() };
    let when = expression(reader, "when", &scope);
    let required = match reader.raw("required").map(|value| value.get_ref()) {
        None | Some(DeValue::Boolean(false)) => None,
        Some(DeValue::Boolean(true)) => Some(Expr::ALWAYS),
        Some(_) => expression(reader, "required", &same_row),
    };
    let holds = expression(reader, "check", &same_row);
    let message = optional_words(reader, "check_message");
    let check = match (holds, message) {
        (Some(holds), Some(message)) => Some(Check { holds, message }),
        (None, None) => None,
        _ => {
            reader.error_key(
                "check",
                "check e check_message vanno insieme",
                "scrivi anche la frase che legge la persona",
            );
            None
        }
    };
    if campo.kind.behaviour().ty().is_none() {
        campo.keep = None;
        if required.is_some() || check.is_some() || reader.has("keep") {
            reader.error(reader.at(), "un testo da leggere non ha risposta", "togli required, check e keep");
        }
    }
    if let Kind::Computed(kind) = &mut campo.kind {
        computed(reader, kind, &scope);
    }
    (campo.when, campo.required, campo.check) = (when, required, check);
}

/// Reads how a computed field is worked out: from earlier fields, as a condition is.
fn computed(reader: &Reader<'_, '_>, kind: &mut Computed, scope: &Scope<'_>) {
    let ty = kind.result();
    if let Some(value) = expression_of(reader, "value", &|text| expr::parse_value(text, &ty, scope)) {
        kind.value = value;
    }
    let asked = ["required", "check", "prefill", "locked"].into_iter().find(|key| reader.has(key));
    if let Some(key) = asked {
        reader.error_key(key, "un campo calcolato non ha risposta da chiedere", format!("togli {key}"));
    }
}

pub(super) fn expression(reader: &Reader<'_, '_>, key: &'static str, scope: &Scope<'_>) -> Option<Expr> {
    expression_of(reader, key, &|text| expr::parse(text, scope))
}

fn expression_of(
    reader: &Reader<'_, '_>,
    key: &'static str,
    parse: &dyn Fn(&str) -> Result<Expr, ExprError>,
) -> Option<Expr> {
    let value = reader.raw(key)?;
    let DeValue::String(text) = value.get_ref() else {
        return reader.wrong_kind(key, value, "una condizione tra apici, per esempio 'modalita == \"SDD\"'");
    };
    match parse(text) {
        Ok(expr) => Some(expr),
        Err(fault) => {
            let column = text.get(..fault.at).unwrap_or(text).chars().count() + 1;
            let at = reader.inside(value.span()) + fault.at;
            reader.error(at, format!("{key}, carattere {column}: {}", fault.message), fault.remedy);
            None
        }
    }
}
