//! Help and duties: the pages that the footer leads to.

use axum::response::Response;
use sportello_app::modello;

use crate::{
    cx::{Cx, html},
    error::{Result, WayForward},
    page::{Page, tel},
    pratiche,
    text::Text,
};

/// A stretch of such a page.
#[derive(Clone, Debug, Default)]
struct Section {
    /// Heading; empty for none.
    title: String,
    /// `data-element` of the heading and of the body, where a public criterion asks for them.
    hooks: Option<(&'static str, &'static str)>,
    /// What stands before the hours of an office, and the hours as the ente wrote them: in Italian.
    hours: Option<(String, String)>,
    paragraphs: Vec<String>,
    links: Vec<WayForward>,
}

#[derive(askama::Template)]
#[template(path = "testo.html")]
struct TextPage {
    page: Page,
    lead: String,
    sections: Vec<Section>,
}

impl Section {
    fn new(t: Text, title: &str, paragraphs: &[&str]) -> Self {
        Self { title: t.get(title), paragraphs: paragraphs.iter().map(|key| t.get(key)).collect(), ..Self::default() }
    }

    fn text(title: String, paragraphs: Vec<String>) -> Self {
        Self { title, paragraphs, ..Self::default() }
    }

    fn hours(mut self, label: String, hours: String) -> Self {
        self.hours = Some((label, hours));
        self
    }

    fn link(mut self, label: String, href: String) -> Self {
        self.links.push(WayForward { label, href });
        self
    }
}

fn answer(page: Page, lead: String, sections: Vec<Section>) -> Result<Response> {
    html(&TextPage { page, lead, sections })
}

/// How to reach the office that answers for school services.
fn office(page: &Page) -> Section {
    let (t, office) = (page.t, &page.ente.settings.office);
    Section::text(office.name.clone(), vec![t.get1("aiuto-responsabile", "nome", office.responsabile.as_str())])
        .hours(t.get("aiuto-orari"), office.hours.clone())
        .link(t.get1("base-chiama", "numero", office.phone.as_str()), tel(&office.phone))
        .link(office.email.clone(), format!("mailto:{}", office.email))
}

/// `/privacy`
pub(crate) async fn privacy(cx: Cx) -> Result<Response> {
    let page = cx.page(cx.t.get("base-privacy"));
    let sections = privacy_sections(&page);
    answer(page, cx.t.get("privacy-sommario"), sections)
}

fn privacy_sections(page: &Page) -> Vec<Section> {
    let (t, ente) = (page.t, &page.ente.settings);
    vec![
        Section::text(
            t.get("privacy-titolare"),
            vec![t.get2("privacy-titolare-1", "ente", ente.name.as_str(), "pec", ente.pec.as_str())],
        ),
        Section::new(t, "privacy-dati", &["privacy-dati-1", "privacy-dati-2"]),
        Section::new(t, "privacy-perche", &["privacy-perche-1"]),
        Section::new(t, "privacy-chi", &["privacy-chi-1", "privacy-chi-2"]),
        Section::new(t, "privacy-quanto", &["privacy-quanto-1"]),
        Section::new(t, "privacy-diritti", &["privacy-diritti-1", "privacy-diritti-2"]),
        Section::new(t, "privacy-cookie", &["privacy-cookie-1", "privacy-cookie-2"]),
    ]
}

/// `/note-legali`
pub(crate) async fn note_legali(cx: Cx) -> Result<Response> {
    let page = cx.page(cx.t.get("base-note-legali"));
    let sections = legal_sections(cx.t);
    answer(page, cx.t.get("note-sommario"), sections)
}

fn legal_sections(t: Text) -> Vec<Section> {
    let licence = Section {
        hooks: Some(("legal-notes-section", "legal-notes-body")),
        ..Section::new(t, "note-licenza", &["note-licenza-1", "note-licenza-2"])
    };
    vec![
        licence,
        Section::new(t, "note-uso", &["note-uso-1", "note-uso-2"]),
        Section::new(t, "note-lingua", &["note-lingua-1"]),
    ]
}

/// `/accessibilita`
pub(crate) async fn accessibilita(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let page = cx.page(t.get("base-accessibilita"));
    let ente = &cx.ctx.ente.settings;
    let sections = vec![
        Section::new(t, "accessibilita-dichiarazione", &["accessibilita-dichiarazione-1"])
            .link(t.get("accessibilita-vai"), ente.accessibility_url.clone()),
        Section::new(t, "accessibilita-segnala", &["accessibilita-segnala-1"])
            .link(ente.office.email.clone(), format!("mailto:{}", ente.office.email)),
    ];
    answer(page, t.get("accessibilita-sommario"), sections)
}

/// `/piano-di-miglioramento`
pub(crate) async fn piano(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let sections = vec![
        Section::new(t, "piano-misure", &["piano-misure-1", "piano-misure-2"]),
        Section::new(t, "piano-prossimo", &["piano-prossimo-1"]),
    ];
    answer(cx.page(t.get("base-piano")), t.get("piano-sommario"), sections)
}

/// `/mappa-del-sito`
pub(crate) async fn mappa(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let modelli = modello::list(&cx.portal, &cx.ctx).await?;
    let section = |title: &str, entries: &[(&str, &str)]| {
        entries
            .iter()
            .fold(Section::new(t, title, &[]), |section, (key, path)| section.link(t.get(key), cx.links.to(path)))
    };
    let mut areas = section(
        "mappa-aree",
        &[
            ("base-home", "/"),
            ("menu-servizi", "/servizi"),
            ("menu-pratiche", "/pratiche"),
            ("pratiche-apertura", "/pratiche/apertura"),
            ("pratiche-iscrizione", pratiche::ISCRIZIONE),
        ],
    );
    for row in modelli {
        areas = areas.link(row.title, cx.links.to(&format!("/modelli/{}", row.code)));
    }
    let sections = vec![
        areas,
        section(
            "mappa-tuoi",
            &[
                ("pratiche-bozze", "/pratiche/bozze"),
                ("menu-sezione-informativa", "/sezione-informativa"),
                ("pratiche-consultazione", "/sezione-informativa/consultazione-pratiche"),
                ("accesso-titolo", "/accesso"),
                ("spid-cosa-titolo", "/accesso/cos-e-spid"),
                ("spid-richiedi-titolo", "/accesso/richiedi-spid"),
            ],
        ),
        section(
            "mappa-pagamenti",
            &[
                ("menu-servizi-scolastici", "/servizi-scolastici"),
                ("scolastici-documenti", "/servizi-scolastici/documenti-contabili"),
                ("scolastici-pagamenti", "/servizi-scolastici/pagamenti"),
            ],
        )
        .link("PagoPA".to_owned(), cx.links.to("/pagopa")),
        section(
            "mappa-aiuto",
            &[
                ("base-faq", "/faq"),
                ("base-assistenza", "/assistenza"),
                ("base-appuntamento", "/appuntamenti"),
                ("base-segnalazione", "/segnalazione-disservizio"),
                ("base-privacy", "/privacy"),
                ("base-note-legali", "/note-legali"),
                ("base-accessibilita", "/accessibilita"),
                ("base-piano", "/piano-di-miglioramento"),
                ("base-stato", "/stato"),
                ("mappa-personale", "/ufficio/accesso"),
            ],
        ),
    ];
    answer(cx.page(t.get("base-mappa")), t.get("mappa-sommario"), sections)
}

/// `/faq`
pub(crate) async fn faq(cx: Cx) -> Result<Response> {
    let page = cx.page(cx.t.get("base-faq"));
    let mut sections = faq_sections(cx.t);
    sections.push(office(&page));
    answer(page, cx.t.get("faq-sommario"), sections)
}

fn faq_sections(t: Text) -> Vec<Section> {
    vec![
        Section::new(t, "faq-spid", &["faq-spid-1", "faq-spid-2"]),
        Section::new(t, "faq-chi", &["faq-chi-1"]),
        Section::new(t, "faq-delega", &["faq-delega-1", "faq-delega-2", "faq-delega-3"]),
        Section::new(t, "faq-sospendi", &["faq-sospendi-1"]),
        Section::new(t, "faq-figli", &["faq-figli-1"]),
        Section::new(t, "faq-sbagliato", &["faq-sbagliato-1"]),
        Section::new(t, "faq-esito", &["faq-esito-1"]),
        Section::new(t, "faq-pagare", &["faq-pagare-1", "faq-pagare-2"]),
        Section::new(t, "faq-vuoto", &["faq-vuoto-1"]),
    ]
}

/// `/assistenza`
pub(crate) async fn assistenza(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let page = cx.page(t.get("base-assistenza"));
    let office = office(&page);
    let sections = vec![
        office,
        Section::new(t, "assistenza-prima", &["assistenza-prima-1"])
            .link(t.get("base-faq"), cx.links.to("/faq"))
            .link(t.get("base-stato"), cx.links.to("/stato")),
        Section::new(t, "assistenza-spid", &["assistenza-spid-1"])
            .link(t.get("spid-cosa-titolo"), cx.links.to("/accesso/cos-e-spid")),
    ];
    answer(page, t.get("assistenza-sommario"), sections)
}

/// `/segnalazione-disservizio`
pub(crate) async fn segnalazione(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let page = cx.page(t.get("base-segnalazione"));
    let office = office(&page);
    let sections = vec![Section::new(t, "segnalazione-cosa", &["segnalazione-cosa-1", "segnalazione-cosa-2"]), office];
    answer(page, t.get("segnalazione-sommario"), sections)
}

/// `/appuntamenti`
pub(crate) async fn appuntamenti(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let page = cx.page(t.get("base-appuntamento"));
    let place = cx.ctx.ente.settings.address.join(", ");
    let office = office(&page);
    let sections = vec![
        Section::new(t, "appuntamenti-come", &["appuntamenti-come-1", "appuntamenti-come-2"]),
        office,
        Section::text(t.get("appuntamenti-dove"), vec![place]),
    ];
    answer(page, t.get("appuntamenti-sommario"), sections)
}

/// `/stato`
pub(crate) async fn stato(cx: Cx) -> Result<Response> {
    let t = cx.t;
    let works = cx.portal.ready().await.is_ok();
    let lead = if works { t.get("stato-bene") } else { t.get("stato-male") };
    let sections = vec![
        Section::new(t, "stato-problemi", &["stato-problemi-1"])
            .link(t.get("base-assistenza"), cx.links.to("/assistenza")),
    ];
    answer(cx.page(t.get("base-stato")), lead, sections)
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::sample;

    #[test]
    fn text_pages_render_in_every_language() {
        for lingua in Lingua::ALL {
            let t = Text(lingua);
            let page = sample::page(lingua, "Aiuto", None);
            let contacts = office(&page);
            for sections in [privacy_sections(&page), legal_sections(t), faq_sections(t), vec![contacts]] {
                let html = TextPage { page: page.clone(), lead: "A".into(), sections }.render().unwrap();
                sample::check(&html);
            }
        }
    }

    /// The Comuni model prescribes this text word for word.
    #[test]
    fn the_licence_text_is_the_prescribed_one() {
        let page = sample::page(Lingua::It, "Note legali", None);
        let html = TextPage { page, lead: String::new(), sections: legal_sections(Text(Lingua::It)) }.render().unwrap();
        assert!(html.contains("data-element=\"legal-notes-section\">Licenza dei contenuti</h2>"));
        assert!(html.contains("data-element=\"legal-notes-body\""));
        assert!(html.contains(
            "In applicazione del principio open by default ai sensi dell’articolo 52 del decreto legislativo 7 marzo 2005, n. 82 (CAD) e salvo dove diversamente specificato (compresi i contenuti incorporati di terzi), i dati, i documenti e le informazioni pubblicati sul sito sono rilasciati con licenza CC-BY 4.0."
        ));
        assert!(html.contains(
            "Gli utenti sono quindi liberi di condividere (riprodurre, distribuire, comunicare al pubblico, esporre in pubblico), rappresentare, eseguire e recitare questo materiale con qualsiasi mezzo e formato e modificare (trasformare il materiale e utilizzarlo per opere derivate) per qualsiasi fine, anche commerciale con il solo onere di attribuzione, senza apporre restrizioni aggiuntive."
        ));
    }
}
