//! The card of a service: headings, order and hooks as the Comuni model asks (conformity criteria C.SI.1.3).
//!
//! It knows two sources of words, the message files and the procedura of a modello, and one shape.

use serde_json::json;
use sportello_app::modello::{ModelloPage, ModelloRow};

use super::{Servizio, Written};
use crate::{
    modelli::{WindowView, whole_window},
    page::{Menu, Page},
    text::Text,
};

/// A section of the card.
pub(super) struct CardSection {
    anchor: &'static str,
    hook: &'static str,
    title: String,
    texts: Vec<String>,
    list: bool,
}

/// The card; `templates/servizio.html`.
#[derive(askama::Template)]
#[template(path = "servizio.html")]
pub(super) struct CardPage {
    page: Page,
    description: String,
    window: WindowView,
    sections: Vec<CardSection>,
    days: u32,
    modelli: Vec<(ModelloRow, WindowView)>,
    conditions: Vec<String>,
    topics: Vec<String>,
    metatag: String,
}

/// What a card says, whatever it was taken from.
struct Words {
    addressed: Vec<String>,
    how: Vec<String>,
    needed: Vec<String>,
    achieved: Vec<String>,
    times: Vec<String>,
    costs: Vec<String>,
    conditions: Vec<String>,
    topics: Vec<String>,
}

impl Words {
    fn written(t: Text, written: &Written) -> Self {
        let texts = |keys: &[&str]| keys.iter().map(|key| t.get(key)).collect();
        Self {
            addressed: texts(written.addressed),
            how: texts(written.how),
            needed: texts(written.needed),
            achieved: texts(written.achieved),
            times: texts(written.times),
            costs: texts(written.costs),
            conditions: texts(written.conditions),
            topics: texts(written.topics),
        }
    }

    fn of_modello(t: Text, modello: &ModelloPage) -> Self {
        let cost = t.get1("scheda-costo-domanda", "costo", modello.cost.as_str());
        Self {
            addressed: modello.who.clone(),
            how: modello.steps.clone(),
            needed: modello.needed.iter().chain(&modello.not_needed).cloned().collect(),
            achieved: modello.obtained.clone(),
            times: vec![t.get("scheda-tempi-modello")],
            costs: std::iter::once(cost).chain(modello.price.iter().cloned()).collect(),
            conditions: vec![t.get("scheda-condizioni-dichiarazione")],
            topics: vec![t.get("argomento-istruzione"), t.get("argomento-famiglie")],
        }
    }
}

/// Puts a service together. `details` is the modello whose window the card shows.
pub(super) fn page(page: Page, servizio: &Servizio<'_>, details: &ModelloPage) -> CardPage {
    let t = page.t;
    let words = match servizio {
        Servizio::Written(written, _) => Words::written(t, written),
        Servizio::OfModello(_) => Words::of_modello(t, details),
    };
    let page = page
        .menu(Menu::Servizi)
        .crumb(t.get("menu-servizi"), "/servizi")
        .crumb(t.get(servizio.category().title), format!("/servizi/{}", servizio.category().slug));
    let metatag = metatag(&page, servizio, words.addressed.first().map_or("", String::as_str));
    let section =
        |anchor, hook, title: &str, texts, list| CardSection { anchor, hook, title: t.get(title), texts, list };
    CardPage {
        description: servizio.description(t),
        window: whole_window(t, details.row.window),
        sections: vec![
            section("a-chi", "service-addressed", "scheda-a-chi", words.addressed, false),
            section("come-fare", "service-how-to", "scheda-come-fare", words.how, false),
            section("cosa-serve", "service-needed", "scheda-cosa-serve", words.needed, true),
            section("cosa-si-ottiene", "service-achieved", "scheda-cosa-ottiene", words.achieved, false),
            section("tempi", "service-calendar-text", "scheda-tempi", words.times, false),
            section("costi", "service-cost", "scheda-costi", words.costs, false),
        ],
        days: details.answer_days,
        modelli: servizio.modelli().iter().map(|row| ((*row).clone(), whole_window(t, row.window))).collect(),
        conditions: words.conditions,
        topics: words.topics,
        metatag,
        page,
    }
}

/// Structured data of the service. Data, not script: the content policy lets it stand, and `<` cannot end it.
fn metatag(page: &Page, servizio: &Servizio<'_>, audience: &str) -> String {
    let (t, ente) = (page.t, &page.ente.settings);
    let (street, town) =
        (ente.address.first().cloned().unwrap_or_default(), ente.address.last().cloned().unwrap_or_default());
    let postal_code: String = town.chars().take_while(char::is_ascii_digit).collect();
    let data = json!({
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": servizio.title(t),
        "serviceType": t.get(servizio.category().title),
        "serviceOperator": { "@type": "GovernmentOrganization", "name": ente.name },
        "areaServed": { "@type": "AdministrativeArea", "name": ente.locality },
        "audience": { "@type": "Audience", "audienceType": audience },
        "availableChannel": {
            "@type": "ServiceChannel",
            "serviceUrl": page.links.absolute(&servizio.path()),
            "serviceLocation": {
                "@type": "Place",
                "name": ente.office.name,
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": street,
                    "postalCode": postal_code,
                    "addressLocality": ente.locality,
                },
            },
        },
    });
    data.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use sportello_app::modello::Window;
    use sportello_domain::lingua::Lingua;

    use super::{super::offered, *};
    use crate::sample;

    const HOOKS: [&str; 17] = [
        "breadcrumb",
        "service-title",
        "service-status",
        "service-description",
        "page-index",
        "service-addressed",
        "service-how-to",
        "service-needed",
        "service-achieved",
        "service-calendar-text",
        "service-calendar-list",
        "service-cost",
        "service-online-access",
        "service-booking-access",
        "service-file",
        "service-area",
        "service-topic",
    ];

    /// The mensa, with words of its own, and a form that only its procedura describes.
    fn rows() -> [ModelloRow; 2] {
        let other = ModelloRow {
            code: "pre-scuola".into(),
            title: "Domanda di pre-scuola".into(),
            service: "Pre-scuola".into(),
            ..sample::modello_row()
        };
        [sample::modello_row(), other]
    }

    fn card(lingua: Lingua, row: &ModelloRow) -> String {
        let rows = [row.clone()];
        let servizio = offered(&rows).remove(0);
        let frame = sample::page(lingua, &servizio.title(Text(lingua)), None);
        page(frame, &servizio, &sample::modello_page(row.clone())).render().unwrap()
    }

    #[test]
    fn each_card_has_every_hook_in_order() {
        for (lingua, row) in Lingua::ALL.into_iter().flat_map(|lingua| rows().map(|row| (lingua, row))) {
            let html = card(lingua, &row);
            sample::check(&html);
            let mut at = 0;
            for hook in HOOKS {
                let found = html[at..].find(&format!("data-element=\"{hook}\"")).unwrap_or_else(|| panic!("{hook}"));
                at += found;
            }
            assert!(html.contains("data-element=\"metatag\""));
            assert!(html.contains(&format!("/prova/modelli/{}\"", row.code)));
        }
    }

    #[test]
    fn the_procedura_describes_a_modello_that_no_service_claims() {
        let [mensa, other] = rows();
        let html = card(Lingua::It, &other);
        for words in ["<h1 data-element=\"service-title\">Pre-scuola</h1>", "Da 4,20 € a pasto.", "Non serve una copia"]
        {
            assert!(html.contains(words), "{words}");
        }
        assert!(html.contains("Aperto dal 1º giugno 2026 al 31 luglio 2026"));
        let rows = [other, mensa];
        let paths: Vec<String> = offered(&rows).iter().map(Servizio::path).collect();
        let [first, second] =
            ["mensa-scolastica", "pre-scuola"].map(|slug| format!("/servizi/educazione-e-formazione/{slug}"));
        assert_eq!(paths, [first, second]);
    }

    #[test]
    fn a_closed_service_says_so_and_offers_no_form() {
        let [_, other] = rows();
        let closed =
            ModelloRow { window: Window::Closed { closed_at: "2026-07-31T10:30:00Z".parse().unwrap() }, ..other };
        let html = card(Lingua::It, &closed);
        assert!(html.contains("Servizio non attivo ora. Chiuso dal 31 luglio 2026, ore 12.30"));
        assert!(!html.contains("service-online-access"));
    }

    #[test]
    fn structured_data_cannot_end_its_element() {
        let mut frame = sample::page(Lingua::It, "Mensa", None);
        let mut ente = (*frame.ente).clone();
        ente.settings.name = "</script><script>alert(1)</script>".into();
        frame.ente = ente.into();
        let rows = rows();
        assert!(!metatag(&frame, &offered(&rows)[0], "</script>").contains('<'));
    }
}
