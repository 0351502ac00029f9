//! The card of a service: headings, order and hooks as the Comuni model asks (conformity criteria C.SI.1.3).

use serde_json::json;
use sportello_app::modello::{ModelloPage, ModelloRow};

use super::Servizio;
use crate::{
    modelli::{WindowView, window},
    page::{Menu, Page},
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

/// Puts a service together. `details` is the modello whose window the card shows.
pub(super) fn page(page: Page, servizio: &Servizio, rows: Vec<ModelloRow>, details: ModelloPage) -> CardPage {
    let t = page.t;
    let texts = |keys: &[&str]| keys.iter().map(|key| t.get(key)).collect::<Vec<_>>();
    let section = |anchor, hook, title: &str, keys: &[&str], list| CardSection {
        anchor,
        hook,
        title: t.get(title),
        texts: texts(keys),
        list,
    };
    let sections = vec![
        section("a-chi", "service-addressed", "scheda-a-chi", servizio.addressed, false),
        section("come-fare", "service-how-to", "scheda-come-fare", servizio.how, false),
        section("cosa-serve", "service-needed", "scheda-cosa-serve", servizio.needed, true),
        section("cosa-si-ottiene", "service-achieved", "scheda-cosa-ottiene", servizio.achieved, false),
        section("tempi", "service-calendar-text", "scheda-tempi", servizio.times, false),
        section("costi", "service-cost", "scheda-costi", servizio.costs, false),
    ];
    let page = page
        .menu(Menu::Servizi)
        .crumb(t.get("menu-servizi"), "/servizi")
        .crumb(t.get(servizio.category.title), format!("/servizi/{}", servizio.category.slug));
    let metatag = metatag(&page, servizio);
    CardPage {
        description: t.get(servizio.description),
        window: window(t, details.row.window, Some(details.opens_at)),
        sections,
        days: details.answer_days,
        modelli: rows.into_iter().map(|row| (row.clone(), window(t, row.window, None))).collect(),
        conditions: texts(servizio.conditions),
        topics: texts(servizio.topics),
        metatag,
        page,
    }
}

/// Structured data of the service. Data, not script: the content policy lets it stand, and `<` cannot end it.
fn metatag(page: &Page, servizio: &Servizio) -> String {
    let (t, ente) = (page.t, &page.ente.settings);
    let (street, town) =
        (ente.address.first().cloned().unwrap_or_default(), ente.address.last().cloned().unwrap_or_default());
    let postal_code: String = town.chars().take_while(char::is_ascii_digit).collect();
    let data = json!({
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": t.get(servizio.title),
        "serviceType": t.get(servizio.category.title),
        "serviceOperator": { "@type": "GovernmentOrganization", "name": ente.name },
        "areaServed": { "@type": "AdministrativeArea", "name": ente.locality },
        "audience": { "@type": "Audience", "audienceType": t.get(servizio.addressed[0]) },
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
    use sportello_domain::lingua::Lingua;

    use super::{super::SERVIZI, *};
    use crate::sample;

    #[test]
    fn the_card_has_every_hook_in_order() {
        for lingua in Lingua::ALL {
            let row = sample::modello_row();
            let frame = sample::page(lingua, "Mensa scolastica", None);
            let html = page(frame, &SERVIZI[0], vec![row.clone()], sample::modello_page(row)).render().unwrap();
            sample::check(&html);
            let hooks = [
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
            let mut at = 0;
            for hook in hooks {
                let found = html[at..].find(&format!("data-element=\"{hook}\"")).unwrap_or_else(|| panic!("{hook}"));
                at += found;
            }
            assert!(html.contains("data-element=\"metatag\""));
        }
    }

    #[test]
    fn structured_data_cannot_end_its_element() {
        let mut frame = sample::page(Lingua::It, "Mensa", None);
        let mut ente = (*frame.ente).clone();
        ente.settings.name = "</script><script>alert(1)</script>".into();
        frame.ente = ente.into();
        assert!(!metatag(&frame, &SERVIZI[0]).contains('<'));
    }
}
