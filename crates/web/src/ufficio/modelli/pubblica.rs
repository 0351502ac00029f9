//! Publishing a copy: what changes for those who fill in, and the window.

use askama::Template;
use axum::{extract::Path, response::Response};
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    autori::{self, AUTHORS, Comparison, Difference, Edge, Line, NotPublished, Offer, OfferFault},
    modello::RANKED,
    tariffe::today,
};
use sportello_domain::anno_scolastico::AnnoScolastico;

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html_status, refused_as},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::modelli::{about, path, version_words, window_words},
};

#[derive(Template)]
#[template(path = "ufficio/modello-pubblica.html")]
struct PubblicaPage {
    page: Page,
    late: Option<String>,
    errors: ErrorBox,
    own: String,
    /// What it is compared with.
    against: String,
    /// Whether the published texts can be compared line by line.
    kept: bool,
    differences: Vec<(String, Difference)>,
    asked_again: Vec<String>,
    faulty: bool,
    /// The form, for whoever may publish texts that are right.
    form: Option<FormView>,
}

struct FormView {
    revision: i64,
    action: String,
    values: Values,
}

/// What stands in the fields.
#[derive(Clone, Default)]
struct Values {
    anno: String,
    dal: String,
    dal_ora: String,
    al: String,
    al_ora: String,
    prenota: String,
    prenota_ora: String,
    posti: String,
}

#[derive(Default)]
struct Typed {
    values: Option<Values>,
    errors: Vec<(&'static str, String)>,
    late: Option<String>,
}

/// Shows what changes, and asks for the window.
pub async fn show(cx: Cx, Path(modello): Path<String>) -> Result<Response> {
    draw(&cx, &modello, Typed::default()).await
}

/// Publishes the copy.
pub async fn publish(cx: Cx, Path(modello): Path<String>, posted: Posted) -> Result<Response> {
    let revision = posted.text("revisione").parse().map_err(|_| Error::BadRequest("the form has no revision"))?;
    let values = Values::of(&posted);
    let t = cx.t;
    let offer = match values.offer(t) {
        Ok(offer) => offer,
        Err(errors) => return draw(&cx, &modello, Typed { values: Some(values), errors, late: None }).await,
    };
    let mut typed = Typed { values: Some(values), ..Typed::default() };
    match autori::publish(&cx.portal, &cx.ctx, &modello, revision, offer).await {
        Ok(Ok(_)) => return Ok(cx.see_other(&format!("{}?fatto=pubblicata", path(&modello)))),
        Ok(Err(NotPublished::Faults(_))) => typed.late = Some(t.get("modelli-pubblica-guasti")),
        Ok(Err(NotPublished::Offer(fault))) => typed.errors = vec![offer_words(t, fault)],
        Err(App::Stale) => typed.late = Some(t.get("modelli-pubblica-tardi")),
        Err(App::Unacceptable(RANKED)) => typed.errors = vec![("posti", t.get("modelli-pubblica-graduatoria"))],
        Err(App::Unacceptable(_)) => typed.errors = vec![("prenota", t.get("modelli-pubblica-prenotati"))],
        Err(error) => return Err(error.into()),
    }
    draw(&cx, &modello, typed).await
}

impl Values {
    fn of(posted: &Posted) -> Self {
        let text = |name: &str| posted.text(name).trim().to_owned();
        Self {
            anno: text("anno"),
            dal: text("dal"),
            dal_ora: text("dal-ora"),
            al: text("al"),
            al_ora: text("al-ora"),
            prenota: text("prenota"),
            prenota_ora: text("prenota-ora"),
            posti: text("posti"),
        }
    }

    /// The year that the fields begin with.
    fn new(today: NaiveDate) -> Self {
        Self { anno: AnnoScolastico::of(today).first_year().to_string(), ..Self::default() }
    }

    /// What the fields say, or what is wrong with them.
    fn offer(&self, t: Text) -> Result<Offer, Vec<(&'static str, String)>> {
        let mut errors = Vec::new();
        let mut edge = |name: &'static str, missing: String, day: &str, hour: &str| {
            let text = if hour.is_empty() { day.to_owned() } else { format!("{day}T{hour}") };
            let read = text.parse::<Edge>().ok();
            if read.is_none() {
                errors.push((name, missing));
            }
            read
        };
        let dal = edge("dal", t.get("modelli-pubblica-dal-manca"), &self.dal, &self.dal_ora);
        let al = edge("al", t.get("modelli-pubblica-al-manca"), &self.al, &self.al_ora);
        let booked = !(self.prenota.is_empty() && self.prenota_ora.is_empty());
        let from = if booked {
            edge("prenota", t.get("modelli-pubblica-prenota-manca"), &self.prenota, &self.prenota_ora)
        } else {
            None
        };
        let few = booked || !self.posti.is_empty();
        let posti = self.posti.parse::<i64>().ok();
        if few && posti.is_none() {
            errors.push(("posti", t.get("modelli-pubblica-posti")));
        }
        let anno = self.anno.parse::<i32>().ok();
        if anno.is_none() {
            errors.insert(0, ("anno", t.get("modelli-pubblica-anno-forma")));
        }
        match (dal, al, anno) {
            (Some(dal), Some(al), Some(anno)) if errors.is_empty() => {
                Ok(Offer { window: (dal, al), anno, booking: posti.map(|posti| (from, posti)) })
            }
            _ => Err(errors),
        }
    }
}

fn offer_words(t: Text, fault: OfferFault) -> (&'static str, String) {
    match fault {
        OfferFault::NoSuchMinute => ("dal", t.get("modelli-pubblica-minuto")),
        OfferFault::Window => ("al", t.get("modelli-pubblica-ordine")),
        OfferFault::Anno => ("anno", t.get("modelli-pubblica-anno-forma")),
        OfferFault::Ranked => ("prenota", t.get("modelli-pubblica-criteri-prenota")),
        OfferFault::Unranked => ("prenota", t.get("modelli-pubblica-criteri-mancano")),
        OfferFault::Booking => ("prenota", t.get("modelli-pubblica-fuori")),
        OfferFault::Silence => ("posti", t.get("modelli-pubblica-silenzio")),
        OfferFault::Posti => ("posti", t.get("modelli-pubblica-posti")),
    }
}

async fn draw(cx: &Cx, code: &str, typed: Typed) -> Result<Response> {
    let comparison = autori::compare(&cx.portal, &cx.ctx, code).await?;
    let may = cx.ctx.operatore(&AUTHORS).is_ok();
    let values = typed.values.unwrap_or_else(|| Values::new(today(&cx.portal)));
    let status = refused_as(typed.late.is_some(), !typed.errors.is_empty());
    let mut page = view(&cx.page(""), code, comparison, may.then_some(values));
    let errors = ErrorBox::of_fields(cx.t, typed.errors);
    page.page = page.page.failed_if(typed.late.is_some() || !errors.problems.is_empty());
    page.errors = errors;
    page.late = typed.late;
    html_status(status, &page)
}

fn view(base: &Page, code: &str, comparison: Comparison, values: Option<Values>) -> PubblicaPage {
    let (t, own) = (base.t, path(code));
    let against = comparison.against.as_ref().map_or_else(
        || t.get("modelli-pubblica-prima"),
        |version| {
            let words = version_words(t, version);
            t.get2("modelli-pubblica-confronto", "versione", words, "finestra", window_words(t, version))
        },
    );
    let right = comparison.faults.is_empty();
    let form = |values| FormView { revision: comparison.revision, action: base.to(&format!("{own}/pubblica")), values };
    let kept = comparison.differences.is_some() || comparison.against.is_none();
    let files = ["toml", "en.toml", "procedura.toml"].map(|ending| format!("{code}.{ending}"));
    let differences = comparison.differences.into_iter().flatten();
    PubblicaPage {
        page: about(base, code, t.get("modelli-pubblica-titolo")),
        late: None,
        errors: ErrorBox::of_fields(t, Vec::new()),
        against,
        kept,
        differences: files.into_iter().zip(differences).filter(|(_, one)| !one.is_empty()).collect(),
        asked_again: comparison.asked_again,
        faulty: !right,
        form: values.filter(|_| right).map(form),
        own: base.to(&own),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::ufficio::{modelli::tests::version, sample::see};

    fn comparison() -> Comparison {
        let difference = || Difference::new("uno\ndue\n", "uno\n<tre>\n");
        Comparison {
            revision: 3,
            faults: Vec::new(),
            against: Some(version(2)),
            differences: Some([difference(), Difference::default(), difference()]),
            asked_again: vec!["Figli <da iscrivere>".into()],
        }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        let values = || Some(Values { anno: "2026".into(), dal: "<x>".into(), ..Values::default() });
        see("ufficio-modello-pubblica", |base| view(&base, "prova", comparison(), values()));
        see("ufficio-modello-pubblica-letto", |base| view(&base, "prova", comparison(), None));
        see("ufficio-modello-pubblica-prima", |base| {
            let first = Comparison { against: None, differences: None, asked_again: Vec::new(), ..comparison() };
            view(&base, "prova", first, values())
        });
        see("ufficio-modello-pubblica-errori", |base| {
            let old = Comparison { differences: None, ..comparison() };
            let errors = Values::default().offer(base.t).unwrap_err();
            assert_eq!(errors.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["anno", "dal", "al"]);
            PubblicaPage { errors: ErrorBox::of_fields(base.t, errors), ..view(&base, "prova", old, values()) }
        });
    }

    #[test]
    fn days_and_minutes_are_read_and_places_go_with_their_instant() {
        let t = Text(Lingua::It);
        let days =
            Values { anno: "2026".into(), dal: "2026-06-01".into(), al: "2026-06-30".into(), ..Values::default() };
        let read = days.offer(t).unwrap();
        assert!(matches!(read.window, (Edge::Day(_), Edge::Day(_))) && read.booking.is_none());
        let minute = Values { dal_ora: "08:30".into(), ..days.clone() };
        assert!(matches!(minute.offer(t).unwrap().window.0, Edge::Minute(_)));
        let without = Values { prenota: "2026-06-10".into(), prenota_ora: "10:00".into(), ..days.clone() };
        assert_eq!(without.offer(t).unwrap_err()[0].0, "posti");
        let places = Values { posti: "50".into(), ..without };
        assert_eq!(places.offer(t).unwrap().booking.map(|(_, posti)| posti), Some(50));
        let hour = Values { prenota_ora: "10:00".into(), posti: "50".into(), ..days.clone() };
        assert_eq!(hour.offer(t).unwrap_err()[0].0, "prenota");
        // Without an instant places go by criteria: whether the form has any is asked where it is published.
        let ranked = Values { posti: "50".into(), ..days.clone() }.offer(t).unwrap();
        assert!(matches!(ranked.booking, Some((None, 50))));
        assert_eq!(Values { posti: "tanti".into(), ..days }.offer(t).unwrap_err()[0].0, "posti");
    }
}
