//! Sample data for template tests, and what must hold for every rendered page.

use std::{collections::HashSet, sync::Arc};

use sportello_domain::{
    ente::{Ente, EnteSettings},
    id::EnteId,
    lingua::Lingua,
};
use sportello_store::testing::settings;

use crate::{links::Links, page::Page, text::Text};

/// An ente that does not exist.
pub fn ente() -> Arc<Ente> {
    Arc::new(Ente {
        id: EnteId::PLATFORM,
        slug: "prova".into(),
        host: None,
        settings: EnteSettings { riscossione: None, ..settings("prova") },
    })
}

/// The frame of a page in one language; `person` is who is signed in.
pub fn page(lingua: Lingua, title: &str, person: Option<&str>) -> Page {
    let links = Links::new("http://127.0.0.1:8080", "/prova", "prova");
    Page {
        title: title.into(),
        person: person.map(str::to_owned),
        csrf: if person.is_some() { "token".into() } else { String::new() },
        ..Page::bare(Text(lingua), links, ente(), "/pagina".into())
    }
}

/// What must hold for every page, whatever it shows: words are there, ids are unique, one `h1`, headings do not skip
/// a level, every control has a label, every `aria-*` reference leads somewhere.
pub fn check(html: &str) {
    assert!(!html.contains("[["), "a message is missing: {}", around(html, "[["));
    let tags = tags(html);
    let ids: Vec<&str> = tags.iter().filter_map(|tag| attribute(tag, "id")).collect();
    let unique: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len(), "an id stands twice: {ids:?}");
    check_headings(&tags);
    check_labels(&tags, &unique);
    for tag in &tags {
        assert!(attribute(tag, "style").is_none(), "inline style: {tag}");
        for name in ["aria-describedby", "aria-labelledby"] {
            for target in attribute(tag, name).unwrap_or_default().split_whitespace() {
                assert!(unique.contains(target), "{name} leads nowhere: {target}");
            }
        }
    }
    assert!(!html.contains("onclick") && !html.contains("<style"), "inline script or style");
}

fn check_headings(tags: &[&str]) {
    let levels: Vec<u8> = tags
        .iter()
        .filter_map(|tag| {
            let mut bytes = tag.bytes();
            let heading = bytes.next() == Some(b'h');
            bytes.next().filter(|level| heading && (b'1'..=b'6').contains(level)).map(|level| level - b'0')
        })
        .collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "one h1: {levels:?}");
    for pair in levels.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "a heading skips a level: {levels:?}");
    }
}

fn check_labels(tags: &[&str], ids: &HashSet<&str>) {
    let labelled: HashSet<&str> =
        tags.iter().filter(|tag| tag.starts_with("label")).filter_map(|tag| attribute(tag, "for")).collect();
    for target in &labelled {
        assert!(ids.contains(target), "a label leads nowhere: {target}");
    }
    for tag in tags {
        let control = ["input ", "select ", "textarea "].iter().any(|name| tag.starts_with(name));
        let silent = matches!(attribute(tag, "type"), Some("hidden" | "submit"));
        if control && !silent {
            let id = attribute(tag, "id").unwrap_or_default();
            assert!(labelled.contains(id) || attribute(tag, "aria-label").is_some(), "no label: {tag}");
            assert!(!tag.starts_with("input ") || attribute(tag, "type").is_some(), "no type: {tag}");
        }
    }
}

/// The inside of every opening tag.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .filter(|piece| piece.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|piece| piece.split('>').next())
        .collect()
}

/// Value of an attribute of a tag.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let rest = &tag[start..];
    rest.find('"').map(|end| &rest[..end])
}

fn around<'a>(html: &'a str, needle: &str) -> &'a str {
    let at = html.find(needle).unwrap_or(0);
    let end = html[at..].char_indices().nth(60).map_or(html.len(), |(index, _)| at + index);
    &html[at..end]
}

/// A modello whose window is open.
pub fn modello_row() -> sportello_app::modello::ModelloRow {
    sportello_app::modello::ModelloRow {
        code: "iscrizione-mensa-2026".into(),
        title: "Modello iscrizione mensa A.S. 2026/2027".into(),
        service: "Iscrizione alla mensa scolastica".into(),
        summary: "Iscrivi uno o più figli al servizio di refezione.".into(),
        anno_scolastico: sportello_domain::anno_scolastico::AnnoScolastico::beginning_in(2026),
        window: sportello_app::modello::Window::Open {
            opens_at: "2026-05-31T22:00:00Z".parse().unwrap(),
            closes_at: "2026-07-31T22:00:00Z".parse().unwrap(),
        },
        minutes: 10,
    }
}

/// A draft.
pub fn bozza_row() -> sportello_app::bozza::BozzaRow {
    sportello_app::bozza::BozzaRow {
        id: sportello_domain::id::BozzaId::new(uuid::Uuid::nil()),
        title: "Modello iscrizione mensa A.S. 2026/2027".into(),
        saved_at: "2026-06-16T19:32:00Z".parse().unwrap(),
        send_by: Some("2026-07-31T22:00:00Z".parse().unwrap()),
        until: chrono::NaiveDate::from_ymd_opt(2026, 8, 30).unwrap(),
    }
}

/// The page of a modello.
pub fn modello_page(row: sportello_app::modello::ModelloRow) -> sportello_app::modello::ModelloPage {
    sportello_app::modello::ModelloPage {
        row,
        opens_at: "2026-05-31T22:00:00Z".parse().unwrap(),
        closes_at: "2026-07-31T22:00:00Z".parse().unwrap(),
        criteri: Vec::new(),
        booking: Some(sportello_app::modello::Booking {
            from: Some("2026-06-10T08:00:00Z".parse().unwrap()),
            posti: 50,
        }),
        taken: 12,
        filed: vec![sportello_app::modello::Filed {
            bozza: "0190f5fe-0000-7000-8000-000000000001".parse().unwrap(),
            number: "2026/184".into(),
        }],
        answer_days: 30,
        cost: "gratuita".into(),
        who: vec!["Un genitore, un tutore o un affidatario dell’alunno.".into()],
        needed: vec!["l'identità digitale (SPID o CIE) del genitore che paga le rette".into()],
        not_needed: Some("Non serve una copia della carta d’identità.".into()),
        steps: vec!["Rispondi alle domande.".into()],
        price: vec!["Da 4,20 € a pasto.".into()],
        obtained: vec!["L’iscrizione alla mensa per un anno scolastico.".into()],
        draft_until: chrono::NaiveDate::from_ymd_opt(2026, 8, 30).unwrap(),
    }
}
