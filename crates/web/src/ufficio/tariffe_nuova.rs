//! A new tariff plan, typed over the one that it would follow. It is proposed here; a second person confirms it.
//!
//! Lists, schools and reductions stay as they are: they change by command.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use sportello_app::{
    Error as App,
    proposta::{self, Change, Tariffe},
    tariffe::{self, PianoRow},
};
use sportello_domain::{
    euro::Euro,
    tariffa::{Fascia, Listino, Piano},
};

use crate::{
    compila::{frame::ErrorBox, words::ProblemLink},
    cx::{Cx, html_status, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{framed, proposte, tariffe::listino_name},
};

#[derive(Template)]
#[template(path = "ufficio/tariffe-nuova.html")]
struct NuovaPage {
    page: Page,
    late: Option<String>,
    errors: ErrorBox,
    /// The form; none for an ente without a plan to type over.
    form: Option<FormView>,
}

struct FormView {
    /// Key of the plan that is typed over.
    base: String,
    intro: String,
    dal: String,
    al: String,
    atto: String,
    listini: Vec<ListinoForm>,
}

struct ListinoForm {
    name: String,
    fasce: Vec<FasciaForm>,
}

struct FasciaForm {
    /// "Fascia 2".
    name: String,
    /// Highest ISEE; the last band has none.
    bound: Option<Input>,
    price: Input,
}

struct Input {
    name: String,
    value: String,
}

/// What the form brought that was not carried out.
#[derive(Default)]
struct Typed {
    posted: Option<Posted>,
    errors: Vec<(String, String)>,
    late: Option<String>,
}

impl Typed {
    /// What stands in a field: what was typed, else what is in force.
    fn value(&self, name: &str, now: impl FnOnce() -> String) -> String {
        self.posted.as_ref().map_or_else(now, |posted| posted.text(name).trim().to_owned())
    }
}

/// Shows the form.
pub async fn show(cx: Cx) -> Result<Response> {
    let piani = tariffe::list(&cx.portal, &cx.ctx).await?;
    draw(&cx, &piani, Typed::default())
}

/// Proposes the plan.
pub async fn propose(cx: Cx, posted: Posted) -> Result<Response> {
    let piani = tariffe::list(&cx.portal, &cx.ctx).await?;
    let typed_over =
        over(&piani, tariffe::today(&cx.portal)).filter(|piano| piano.id.to_string() == posted.text("base"));
    let Some(base) = typed_over else {
        // Other prices are in force than those that were typed over: the form comes anew.
        return draw(&cx, &piani, Typed { late: Some(cx.t.get("tariffe-nuova-cambiate")), ..Typed::default() });
    };
    let new = match read(cx.t, base, &posted) {
        Ok(new) => new,
        Err(errors) => return draw(&cx, &piani, Typed { posted: Some(posted), errors, late: None }),
    };
    let mut typed = Typed { posted: Some(posted), ..Typed::default() };
    match proposta::propose(&cx.portal, &cx.ctx, Change::Tariffe(new)).await {
        Ok(id) => return Ok(proposte::proposed(&cx, id)),
        Err(App::NotAllowedNow) => typed.errors = vec![("dal".to_owned(), cx.t.get("tariffe-nuova-stesso-giorno"))],
        Err(App::Unacceptable(_)) => typed.errors = vec![("atto".to_owned(), cx.t.get("tariffe-nuova-atto-manca"))],
        Err(App::Busy) => typed.late = Some(cx.t.get("proposte-troppe")),
        Err(error) => return Err(error.into()),
    }
    draw(&cx, &piani, typed)
}

/// The plan that is typed over: the one in force, else the latest.
fn over(piani: &[PianoRow], today: NaiveDate) -> Option<&PianoRow> {
    tariffe::in_force(piani, today).map_or_else(|| piani.last(), |place| piani.get(place))
}

/// The plan that a form describes, or what is wrong with it, by field.
fn read(t: Text, base: &PianoRow, posted: &Posted) -> Result<Tariffe, Vec<(String, String)>> {
    let mut errors = Vec::new();
    let dal = posted.text("dal").trim().parse::<NaiveDate>().ok();
    if dal.is_none() {
        errors.push(("dal".to_owned(), t.get("tariffe-nuova-dal-forma")));
    }
    let last = posted.text("al").trim();
    let al = last.parse::<NaiveDate>().ok();
    if (al.is_none() && !last.is_empty()) || matches!((dal, al), (Some(dal), Some(al)) if al < dal) {
        errors.push(("al".to_owned(), t.get("tariffe-nuova-al-forma")));
    }
    let listini = base.piano.0.listini().iter().enumerate();
    let listini: Vec<Listino> =
        listini.map(|(place, listino)| typed_listino(t, (place, listino), posted, &mut errors)).collect();
    let piano = Piano::new(listini, base.piano.0.fratelli().cloned());
    let piano = piano.map(|piano| piano.with_decorrenza(base.piano.0.decorrenza()));
    match (dal, piano) {
        (Some(dal), Ok(piano)) if errors.is_empty() => {
            Ok(Tariffe { dal, al, atto: posted.text("atto").trim().to_owned(), piano })
        }
        (_, Err(_)) if errors.is_empty() => Err(vec![(price_name(0, 0), t.get("tariffe-nuova-fasce"))]),
        _ => Err(errors),
    }
}

fn typed_listino(
    t: Text,
    (at, listino): (usize, &Listino),
    posted: &Posted,
    errors: &mut Vec<(String, String)>,
) -> Listino {
    let mut amount = |name: String| {
        let read = Euro::parse(posted.text(&name)).ok();
        if read.is_none() {
            errors.push((name, t.get("tariffe-nuova-importo")));
        }
        read.unwrap_or(Euro::ZERO)
    };
    let mut fasce = Vec::with_capacity(listino.fasce.len());
    for (place, fascia) in listino.fasce.iter().enumerate() {
        let up_to_cents = fascia.up_to_cents.map(|_| amount(bound_name(at, place)));
        fasce.push(Fascia { up_to_cents, price_cents: amount(price_name(at, place)) });
    }
    Listino { fasce, ..listino.clone() }
}

fn bound_name(listino: usize, fascia: usize) -> String {
    format!("fino-{listino}-{fascia}")
}

fn price_name(listino: usize, fascia: usize) -> String {
    format!("prezzo-{listino}-{fascia}")
}

fn draw(cx: &Cx, piani: &[PianoRow], typed: Typed) -> Result<Response> {
    let status = refused_as(typed.late.is_some(), !typed.errors.is_empty());
    html_status(status, &view(&cx.page(""), over(piani, tariffe::today(&cx.portal)), typed))
}

fn view(base: &Page, piano: Option<&PianoRow>, typed: Typed) -> NuovaPage {
    let t = base.t;
    let form = piano.map(|piano| form(t, piano, &typed));
    let link = |(field, words): (String, String)| ProblemLink { href: format!("#{field}"), words };
    let errors = ErrorBox { t, problems: typed.errors.into_iter().map(link).collect() };
    let failed = typed.late.is_some() || !errors.problems.is_empty();
    NuovaPage { page: framed(base, t.get("tariffe-nuova-titolo")).failed_if(failed), late: typed.late, errors, form }
}

fn form(t: Text, piano: &PianoRow, typed: &Typed) -> FormView {
    let input = |name: String, now: Euro| Input { value: typed.value(&name, || now.plain()), name };
    let fascia = |at: usize, place: usize, fascia: &Fascia| FasciaForm {
        name: t.get1("tariffe-nuova-fascia", "n", place + 1),
        bound: fascia.up_to_cents.map(|bound| input(bound_name(at, place), bound)),
        price: input(price_name(at, place), fascia.price_cents),
    };
    let listino = |(at, listino): (usize, &Listino)| ListinoForm {
        name: listino_name(t, listino),
        fasce: listino.fasce.iter().enumerate().map(|(place, one)| fascia(at, place, one)).collect(),
    };
    FormView {
        base: piano.id.to_string(),
        intro: t.get2("tariffe-nuova-testo", "atto", piano.atto.as_str(), "dal", t.date(piano.dal)),
        dal: typed.value("dal", String::new),
        al: typed.value("al", String::new),
        atto: typed.value("atto", String::new),
        listini: piano.piano.0.listini().iter().enumerate().map(listino).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compila::sample::{day, instant},
        ufficio::sample::see,
    };

    fn piano() -> PianoRow {
        let piano = r#"{ "listini": [
            { "residente": true, "fasce": [{ "up_to_cents": 500000, "price_cents": 205 }, { "price_cents": 450 }] },
            { "fasce": [{ "price_cents": 520 }] }] }"#;
        PianoRow {
            id: uuid::Uuid::from_u128(1),
            servizio: "mensa".into(),
            dal: day(),
            al: None,
            atto: "Delibera di Giunta n. 12/2026".into(),
            piano: sportello_store::Json(serde_json::from_str(piano).unwrap()),
            created_at: instant(),
        }
    }

    fn typed(fields: &[(&str, &str)]) -> Posted {
        let mut posted = Posted::default();
        posted.fields.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        posted
    }

    #[test]
    fn the_page_renders_in_every_language() {
        see("ufficio-tariffe-nuova", |base| view(&base, Some(&piano()), Typed::default()));
        see("ufficio-tariffe-nuova-vuota", |base| view(&base, None, Typed::default()));
        see("ufficio-tariffe-nuova-errore", |base| {
            let posted = typed(&[("dal", "<x>"), ("al", "2026-01-01"), ("fino-0-0", "molto")]);
            let errors = read(base.t, &piano(), &posted).unwrap_err();
            view(&base, Some(&piano()), Typed { posted: Some(posted), errors, late: Some("tardi".into()) })
        });
    }

    #[test]
    fn only_prices_bounds_and_days_are_typed() {
        let t = crate::compila::sample::base(sportello_domain::lingua::Lingua::It).t;
        let right = [
            ("atto", "n"),
            ("dal", "2026-09-01"),
            ("fino-0-0", "6000"),
            ("prezzo-0-0", "2,10"),
            ("prezzo-0-1", "4,80"),
            ("prezzo-1-0", "5"),
        ];
        let new = read(t, &piano(), &typed(&right)).unwrap();
        let listini = new.piano.listini();
        assert_eq!(
            (listini[0].residente, listini[0].fasce[0].up_to_cents),
            (Some(true), Some(Euro::from_cents(600_000)))
        );
        assert_eq!(
            (listini[0].fasce[1].price_cents, listini[1].fasce[0].price_cents),
            (Euro::from_cents(480), Euro::from_cents(500))
        );
        let high = right.map(|(name, value)| (name, if name == "prezzo-1-0" { "1000" } else { value }));
        assert_eq!(
            read(t, &piano(), &typed(&high)).unwrap_err(),
            [("prezzo-0-0".to_owned(), t.get("tariffe-nuova-fasce"))]
        );
    }
}
