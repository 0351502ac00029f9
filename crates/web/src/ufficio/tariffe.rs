//! The tariff plans in force, read only: price lists by school and residence, bands, reductions, examples in words.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use sportello_app::{
    proposta::ROLES,
    tariffe::{self, PianoRow},
};
use sportello_domain::{
    euro::Euro,
    tariffa::{Fascia, Fratelli, Listino, Off, Order, Riduzione},
};

use crate::{
    cx::{Cx, html},
    error::Result,
    page::Page,
    text::Text,
    ufficio::{OfficeStatus, framed},
};

#[derive(Template)]
#[template(path = "ufficio/tariffe.html")]
struct TariffePage {
    page: Page,
    /// Whether this person may propose another plan.
    can_propose: bool,
    piani: Vec<PianoView>,
}

struct PianoView {
    anchor: String,
    days: String,
    status: OfficeStatus,
    atto: String,
    listini: Vec<ListinoView>,
    /// How the children of a payer are counted, and what is taken off.
    fratelli: Option<(String, Vec<String>)>,
}

struct ListinoView {
    name: String,
    /// Band and price.
    fasce: Vec<(String, String)>,
    examples: Vec<String>,
}

/// Shows the plans.
pub async fn show(cx: Cx) -> Result<Response> {
    let piani = tariffe::list(&cx.portal, &cx.ctx).await?;
    let can_propose = cx.ctx.operatore(&ROLES).is_ok();
    html(&tariffe_page(&cx.page(""), &piani, tariffe::today(&cx.portal), can_propose))
}

fn tariffe_page(base: &Page, piani: &[PianoRow], today: NaiveDate, can_propose: bool) -> TariffePage {
    let t = base.t;
    let in_force = tariffe::in_force(piani, today);
    let view = |(place, piano): (usize, &PianoRow)| PianoView {
        anchor: format!("piano-{place}"),
        days: days(t, piano),
        status: status(t, piano, in_force == Some(place), today),
        atto: piano.atto.clone(),
        listini: piano.piano.0.listini().iter().map(|listino| listino_view(t, listino, piano)).collect(),
        fratelli: piano.piano.0.fratelli().map(|fratelli| fratelli_words(t, fratelli)),
    };
    // The latest stands first; the one in force before all others.
    let mut piani: Vec<(usize, &PianoRow)> = piani.iter().enumerate().rev().collect();
    piani.sort_by_key(|(place, _)| in_force != Some(*place));
    let page = framed(base, t.get("tariffe-titolo"));
    TariffePage { page, can_propose, piani: piani.into_iter().map(view).collect() }
}

fn days(t: Text, piano: &PianoRow) -> String {
    match piano.al {
        Some(al) => t.get2("tariffe-dal-al", "dal", t.date(piano.dal), "al", t.date(al)),
        None => t.get1("tariffe-dal", "dal", t.date(piano.dal)),
    }
}

fn status(t: Text, piano: &PianoRow, in_force: bool, today: NaiveDate) -> OfficeStatus {
    let (words, shape) = match in_force {
        true => (t.get("tariffe-in-vigore"), "st-ok"),
        false if piano.dal > today => (t.get("tariffe-futura"), "st-nuova"),
        false => (t.get("tariffe-passata"), "st-chiusa"),
    };
    OfficeStatus { words, shape }
}

fn listino_view(t: Text, listino: &Listino, piano: &PianoRow) -> ListinoView {
    ListinoView { name: listino_name(t, listino), fasce: fasce(t, listino), examples: examples(t, listino, piano) }
}

/// The bands of a list: band and price in words.
pub(super) fn fasce(t: Text, listino: &Listino) -> Vec<(String, String)> {
    let bands = listino.fasce.len();
    let mut under = None;
    let mut fasce = Vec::with_capacity(bands);
    for (place, fascia) in listino.fasce.iter().enumerate() {
        fasce.push((band(t, place, bands, under, fascia), t.euro(fascia.price_cents.cents())));
        under = fascia.up_to_cents;
    }
    fasce
}

/// "Scuola primaria, residenti".
pub(super) fn listino_name(t: Text, listino: &Listino) -> String {
    let schools = match listino.gradi.as_slice() {
        [] => t.get("tariffe-tutte-le-scuole"),
        gradi => gradi.iter().map(|grado| grado_words(t, grado)).collect::<Vec<_>>().join(", "),
    };
    let who = match listino.residente {
        Some(true) => t.get("tariffe-residenti"),
        Some(false) => t.get("tariffe-non-residenti"),
        None => t.get("tariffe-tutti"),
    };
    t.get2("tariffe-listino", "scuole", schools, "chi", who)
}

fn grado_words(t: Text, grado: &str) -> String {
    match grado {
        "nido" => t.get("tariffe-nido"),
        "infanzia" => t.get("tariffe-infanzia"),
        "primaria" => t.get("tariffe-primaria"),
        "secondaria_1" => t.get("tariffe-secondaria"),
        other => other.to_owned(),
    }
}

/// "Fascia 2: ISEE da 5.000,01 € a 10.000,00 €".
fn band(t: Text, place: usize, bands: usize, under: Option<Euro>, fascia: &Fascia) -> String {
    let n = place + 1;
    let from = under.map(|under| t.euro(under.cents() + 1));
    match (bands, from, fascia.up_to_cents) {
        (1, _, _) => t.get("tariffe-unica"),
        (_, None, Some(up_to)) => t.get2("tariffe-fascia-fino", "n", n, "a", t.euro(up_to.cents())),
        (_, Some(from), Some(up_to)) => {
            t.with("tariffe-fascia", [("n", n.into()), ("da", from.into()), ("a", t.euro(up_to.cents()).into())])
        }
        (_, from, None) => t.get2("tariffe-massima", "n", n, "da", from.unwrap_or_default()),
    }
}

/// What families pay for a meal, in sentences: full price, each band, the second child.
fn examples(t: Text, listino: &Listino, piano: &PianoRow) -> Vec<String> {
    let price = |fascia: &Fascia| t.euro(fascia.price_cents.cents());
    let Some((full, bands)) = listino.fasce.split_last() else { return Vec::new() };
    let mut examples = vec![t.get1("tariffe-esempio-pieno", "prezzo", price(full))];
    if let Some((place, fascia)) = bands.iter().enumerate().nth(bands.len() / 2)
        && let Some(bound) = fascia.up_to_cents
    {
        let args =
            [("isee", t.euro(bound.cents()).into()), ("n", (place + 1).into()), ("prezzo", price(fascia).into())];
        examples.push(t.with("tariffe-esempio-fascia", args));
    }
    let first = piano.piano.0.fratelli().and_then(|fratelli| fratelli.riduzioni.first());
    if let Some(riduzione) = first {
        let reduced = riduzione.apply(full.price_cents);
        let args = [
            ("n", riduzione.from_child.into()),
            ("prezzo", t.euro(reduced.cents()).into()),
            ("pieno", price(full).into()),
        ];
        examples.push(t.with("tariffe-esempio-fratello", args));
    }
    examples
}

/// How the children of a payer are counted, and what is taken off.
pub(super) fn fratelli_words(t: Text, fratelli: &Fratelli) -> (String, Vec<String>) {
    let order = match fratelli.order {
        Order::Birth => t.get("tariffe-ordine-nascita"),
        Order::Enrolment => t.get("tariffe-ordine-iscrizione"),
    };
    let words = |riduzione: &Riduzione| {
        let off = match riduzione.off {
            Off::Percent(rate_bp) => t.percent(rate_bp),
            Off::Fixed(off) => t.euro(off.cents()),
        };
        t.get2("tariffe-riduzione", "n", riduzione.from_child, "meno", off)
    };
    (order, fratelli.riduzioni.iter().map(words).collect())
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;
    use sportello_domain::tariffa::Piano;

    use super::*;
    use crate::{
        compila::sample::{base, day, instant},
        ufficio::sample::see,
    };

    fn piano(dal: NaiveDate, listini: &str, fratelli: &str) -> PianoRow {
        let piano: Piano = serde_json::from_str(&format!("{{\"listini\": {listini}{fratelli}}}")).unwrap();
        PianoRow {
            id: uuid::Uuid::from_u128(1),
            servizio: "mensa".into(),
            dal,
            al: None,
            atto: "Delibera di Giunta n. 12/2026".into(),
            piano: sportello_store::Json(piano),
            created_at: instant(),
        }
    }

    fn piani() -> Vec<PianoRow> {
        let bands = r#"[
            { "gradi": ["infanzia", "primaria"], "residente": true, "fasce": [
                { "up_to_cents": 500000, "price_cents": 205 }, { "up_to_cents": 1500000, "price_cents": 365 },
                { "price_cents": 450 }] },
            { "residente": false, "fasce": [{ "price_cents": 520 }] },
            { "gradi": ["nido", "secondaria_1"], "fasce": [{ "price_cents": 550 }] }]"#;
        let brothers = r#", "fratelli": { "order": "nascita", "riduzioni": [
            { "from_child": 2, "off": { "percent_bp": 1500 } }, { "from_child": 3, "off": { "fixed_cents": 100 } }] }"#;
        let year = chrono::Months::new(12);
        vec![
            piano(day() - year, r#"[{ "fasce": [{ "price_cents": 400 }] }]"#, ""),
            piano(day(), bands, brothers),
            piano(
                day() + year,
                bands,
                r#", "fratelli": { "order": "iscrizione", "riduzioni": [
                { "from_child": 2, "off": { "percent_bp": 1000 } }] }"#,
            ),
        ]
    }

    #[test]
    fn the_page_renders_in_every_language() {
        see("ufficio-tariffe", |base| tariffe_page(&base, &piani(), day(), true));
        see("ufficio-tariffe-vuota", |base| tariffe_page(&base, &[], day(), false));
    }

    #[test]
    fn the_plan_in_force_stands_first_and_is_explained() {
        let shown = tariffe_page(&base(Lingua::It), &piani(), day(), false);
        let words: Vec<&str> = shown.piani.iter().map(|piano| piano.status.words.as_str()).collect();
        assert_eq!(words, ["In vigore", "Non ancora in vigore", "Non più in vigore"]);
        let html = shown.render().unwrap();
        for said in [
            "Infanzia, Primaria: residenti",
            "Fascia 2: ISEE da 5.000,01\u{a0}€ a 15.000,00\u{a0}€",
            "Prezzo pieno: 4,50\u{a0}€ a pasto",
            "Con ISEE di 15.000,00\u{a0}€ (fascia 2): 3,65\u{a0}€ a pasto",
            "Dal 2º figlio: 3,83\u{a0}€ invece di 4,50\u{a0}€",
        ] {
            assert!(html.contains(said), "{said}");
        }
    }
}
