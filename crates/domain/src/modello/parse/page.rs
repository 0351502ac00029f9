//! Pages and groups.

use std::collections::HashSet;

use super::{id, is_slug, words};
use crate::modello::source::Reader;
use crate::modello::view::Step;
use crate::modello::{Group, MAX_GROUPS, MAX_ROWS, Page, RESERVED_PAGE_IDS, Unique};

/// Most pages.
const MAX_PAGES: usize = 40;

pub(super) fn pages(top: &Reader<'_, '_>) -> Vec<Page> {
    let readers = top.tables("page");
    if readers.is_empty() || readers.len() > MAX_PAGES {
        top.error(0, "numero di pagine non valido", format!("scrivi da 1 a {MAX_PAGES} [[page]]"));
    }
    let mut seen = HashSet::new();
    let mut found: Vec<Page> = Vec::new();
    for reader in &readers {
        // Words of addresses: a page may be written with hyphens.
        let id = reader.need("id").filter(|id| {
            if !is_slug(id) || !seen.insert(id.clone()) {
                reader.error_key(
                    "id",
                    format!("id di pagina «{id}» non valido o ripetuto"),
                    "usa lettere minuscole e trattini",
                );
            }
            if RESERVED_PAGE_IDS.contains(&id.as_str()) {
                reader.error_key(
                    "id",
                    format!("id di pagina «{id}» riservato: è l'indirizzo di una pagina del portale"),
                    "scegli un'altra parola",
                );
            }
            true
        });
        let (step, title) = (step(reader), words(reader, "title"));
        reader.finish();
        let (Some(id), Some(step), Some(title)) = (id, step, title) else {
            continue;
        };
        if found.last().is_some_and(|last| last.step > step) {
            reader.error_key("step", "la pagina torna a un passo precedente", "metti le pagine nell'ordine dei passi");
        }
        found.push(Page { id, step, title });
    }
    found
}

fn step(reader: &Reader<'_, '_>) -> Option<Step> {
    match reader.need("step")?.as_str() {
        "privacy" => Some(Step::Privacy),
        "dati-generali" => Some(Step::DatiGenerali),
        "preferenze" => Some(Step::Preferenze),
        other => {
            let remedy = "scrivi privacy, dati-generali o preferenze (il riepilogo lo fa il portale)";
            reader.error_key("step", format!("step «{other}» non previsto"), remedy);
            // The page is there all the same: fields that name it are not wrong.
            Some(Step::Preferenze)
        }
    }
}

pub(super) fn groups(top: &Reader<'_, '_>, pages: &[Page]) -> Vec<Group> {
    let readers = top.tables("group");
    if readers.len() > MAX_GROUPS {
        top.error(0, "troppi gruppi", format!("al massimo {MAX_GROUPS} [[group]]"));
    }
    let mut seen = HashSet::new();
    readers.iter().filter_map(|reader| group(reader, pages, &mut seen)).collect()
}

fn group(reader: &Reader<'_, '_>, pages: &[Page], seen: &mut HashSet<String>) -> Option<Group> {
    let id = id(reader, seen);
    let page = page(reader, pages);
    let (title, row_name, row_title) = (words(reader, "title"), words(reader, "row_name"), reader.need("row_title"));
    let (min, max) = (reader.number("min", 0, 0..=MAX_ROWS), reader.number("max", 8, 1..=MAX_ROWS));
    if min > max {
        reader.error_key("min", "min è maggiore di max", "correggi uno dei due");
    }
    let family = match reader.text("prefill").as_deref() {
        None => false,
        Some("family.children") => true,
        Some(other) => {
            reader.error_key(
                "prefill",
                format!("prefill «{other}» non previsto"),
                "scrivi prefill = \"family.children\"",
            );
            false
        }
    };
    let unique =
        reader.text("unique").and_then(|field| Some(Unique { field, message: words(reader, "unique_message")? }));
    reader.finish();
    Some(Group {
        id: id?,
        page: page?,
        title: title?,
        row_name: row_name?,
        min,
        max,
        row_title: row_title?,
        family,
        unique,
    })
}

fn page(reader: &Reader<'_, '_>, pages: &[Page]) -> Option<String> {
    let page = reader.need("page")?;
    check_page(reader, pages, &page);
    Some(page)
}

pub(super) fn check_page(reader: &Reader<'_, '_>, pages: &[Page], page: &str) {
    if !pages.iter().any(|known| known.id == page) {
        let known: Vec<&str> = pages.iter().map(|page| page.id.as_str()).collect();
        reader.error_key(
            "page",
            format!("la pagina «{page}» non esiste"),
            format!("le pagine sono: {}", known.join(", ")),
        );
    }
}
