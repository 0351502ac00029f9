//! Booking a place, where places are few: the page of a filing, and the one press that takes a rank.
//!
//! The button stands there before the opening too, so that at the opening one press is enough without a script.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use sportello_app::{
    modello::Window,
    prenotazione::{self, Posto, Prenotazione, Standing},
};
use sportello_domain::{id::BozzaId, testo};

use crate::{
    compila::frame::titled,
    consultazione::LIST,
    cx::{Cx, html, html_status, id},
    error::{Error, Result},
    page::{Menu, Page},
    posted::Posted,
    text::Text,
};

#[derive(Template)]
#[template(path = "compila/posto.html")]
struct PostoPage {
    page: Page,
    /// Why a press took no rank.
    refused: Option<String>,
    lead: String,
    /// What else there is to know before pressing.
    notes: Vec<String>,
    /// Whether there is something to press, and what it says.
    button: Option<String>,
    path: String,
    rows: Vec<Row>,
}

/// A pratica of the filing.
struct Row {
    path: String,
    /// The child's name; the number where the form asks for no child.
    title: String,
    link: String,
    /// Where it stands.
    words: String,
    colour: &'static str,
    icon: &'static str,
    /// Rank in the order of arrival, and when.
    arrived: Option<String>,
}

/// Path of the page of a filing.
pub(crate) fn path(bozza: BozzaId) -> String {
    format!("/compila/{bozza}/posto")
}

/// Shows where the pratiche of a filing stand.
pub async fn show(cx: Cx, Path(bozza): Path<String>) -> Result<Response> {
    let shown = prenotazione::page(&cx.portal, &cx.ctx, id(&bozza)?).await?;
    html(&posto_page(&cx.page(""), &shown, None))
}

/// Takes the next ranks; too early or too late, says so.
pub async fn book(cx: Cx, Path(bozza): Path<String>, _posted: Posted) -> Result<Response> {
    let bozza: BozzaId = id(&bozza)?;
    let opens_at = match prenotazione::book(&cx.portal, &cx.ctx, bozza).await {
        Ok(()) => return Ok(cx.see_other(&path(bozza))),
        Err(sportello_app::Error::WindowClosed { opens_at }) => opens_at,
        Err(error) => return Err(Error::App(error)),
    };
    let shown = prenotazione::page(&cx.portal, &cx.ctx, bozza).await?;
    let refused = match opens_at {
        Some(at) => cx.t.get1("posto-presto", "apre", cx.t.moment(at)),
        None => cx.t.get("posto-tardi"),
    };
    html_status(StatusCode::CONFLICT, &posto_page(&cx.page(""), &shown, Some(refused)))
}

fn posto_page(base: &Page, shown: &Prenotazione, refused: Option<String>) -> PostoPage {
    let (t, waits) = (base.t, shown.waits());
    let (lead, mut notes) = match shown.window {
        Window::Coming { opens_at } => {
            let clock = t.get1("posto-orologio", "ora", precise(t, shown.at));
            (offered(t, (opens_at, shown.posti), shown.taken, false), vec![clock, t.get("posto-prima")])
        }
        Window::Open { closes_at, .. } if waits => {
            (left(t, shown.posti, shown.taken), vec![t.get1("posto-fino", "fine", t.window_end(closes_at))])
        }
        Window::Closed { .. } if waits => (t.get("posto-tardi"), Vec::new()),
        Window::Open { .. } | Window::Closed { .. } => (t.get("posto-fatto"), vec![t.get("posto-provvisorio")]),
    };
    let waiting = shown.pratiche.iter().filter(|posto| posto.standing == Standing::Waiting).count();
    if waiting > 1 {
        notes.push(t.get1("posto-insieme", "n", waiting));
    }
    let pressable = waits && shown.can_book && !matches!(shown.window, Window::Closed { .. });
    PostoPage {
        page: titled(base, if waits { t.get("posto-titolo") } else { t.get("posto-titolo-fatto") })
            .menu(Menu::Pratiche)
            .crumb(t.get("menu-pratiche"), "/pratiche")
            .failed_if(refused.is_some()),
        refused,
        lead,
        notes,
        button: pressable.then(|| t.get("posto-prenota")),
        path: path(shown.bozza),
        rows: shown.pratiche.iter().map(|posto| row(t, posto, shown.posti)).collect(),
    }
}

fn row(t: Text, posto: &Posto, posti: i64) -> Row {
    let (words, colour, icon) = standing_words(t, posto.standing, posti);
    let arrived = posto.booked.map(|(ordine, at)| arrived(t, ordine, at));
    let path = format!("{LIST}/{}", posto.id);
    let link = t.get1("posto-domanda", "numero", posto.number.as_str());
    let title = if posto.alunno.is_empty() { link.clone() } else { posto.alunno.clone() };
    Row { path, title, link, words, colour, icon, arrived }
}

/// Where a pratica stands, with tint and icon.
pub(crate) fn standing_words(t: Text, standing: Standing, posti: i64) -> (String, &'static str, &'static str) {
    match standing {
        Standing::Waiting => (t.get("posto-da-prenotare"), "blu", "orologio"),
        Standing::Out => (t.get("posto-fuori"), "ambra", "info"),
        Standing::Place(place) => (t.get2("posto-provvisorio-n", "n", place, "posti", posti), "verde", "spunta"),
        Standing::Queue(place) => (t.get1("posto-attesa", "n", place), "ambra", "orologio"),
        Standing::Given => (t.get("posto-dato"), "verde", "spunta"),
    }
}

/// Where a pratica stands in one line: with its points, where places go by criteria.
pub(crate) fn place_words(t: Text, posto: &Posto, posti: i64) -> String {
    with_points(t, posto, standing_words(t, posto.standing, posti).0)
}

/// Words on where a pratica stands with its points behind them, where places go by criteria.
pub(crate) fn with_points(t: Text, posto: &Posto, standing: String) -> String {
    match posto.punti {
        Some(punti) => t.get2("posto-con-punti", "posto", standing, "punti", punti),
        None => standing,
    }
}

/// "Arrivata per 41ª il 10 giugno 2026, alle 10.00.00,123".
pub(crate) fn arrived(t: Text, ordine: i64, at: DateTime<Utc>) -> String {
    t.with("posto-arrivo", [("n", ordine.into()), ("data", t.day(at).into()), ("ora", precise(t, at).into())])
}

/// The time of an instant in Italy down to the millisecond: here the order hangs on it.
pub(crate) fn precise(t: Text, at: DateTime<Utc>) -> String {
    testo::precise_time(at, t.0)
}

/// How many places there are and from when they are booked.
pub(crate) fn offered(t: Text, (from, posti): (DateTime<Utc>, i64), taken: i64, open: bool) -> String {
    if open {
        return left(t, posti, taken);
    }
    t.get2("posto-apre", "posti", posti, "apre", t.moment(from))
}

/// How many places are left; when none is, that who books now waits.
fn left(t: Text, posti: i64, taken: i64) -> String {
    match posti - taken {
        left @ 1.. => t.get2("posto-liberi", "posti", posti, "n", left),
        _ => t.get1("posto-esauriti", "posti", posti),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::{base, instant, see, uuid};

    fn posto(standing: Standing) -> Posto {
        let booked = match standing {
            Standing::Waiting | Standing::Out | Standing::Given => None,
            Standing::Place(n) => Some((n, instant())),
            Standing::Queue(n) => Some((50 + n, instant())),
        };
        Posto {
            id: uuid(50),
            number: "2026/184".into(),
            alunno: "Sofia <Bianchi>".into(),
            booked,
            punti: None,
            standing,
        }
    }

    fn shown(window: Window, standings: &[Standing]) -> Prenotazione {
        Prenotazione {
            bozza: uuid(1),
            window,
            posti: 50,
            taken: 12,
            at: instant(),
            can_book: true,
            pratiche: standings.iter().copied().map(posto).collect(),
        }
    }

    const STANDINGS: [Standing; 5] =
        [Standing::Waiting, Standing::Out, Standing::Place(37), Standing::Queue(3), Standing::Given];

    #[test]
    fn the_page_renders_in_every_language_window_and_standing() {
        let windows = [
            ("apre", Window::Coming { opens_at: instant() }),
            ("aperta", Window::Open { opens_at: instant(), closes_at: instant() }),
            ("chiusa", Window::Closed { closed_at: instant() }),
        ];
        for (name, window) in windows {
            let all = shown(window, &STANDINGS);
            see(&format!("compila-posto-{name}"), |base| posto_page(&base, &all, None));
            let done = shown(window, &STANDINGS[1..]);
            see(&format!("compila-posto-{name}-fatto"), |base| posto_page(&base, &done, None));
        }
        let early = shown(windows[0].1, &[Standing::Waiting, Standing::Waiting]);
        see("compila-posto-presto", |base| posto_page(&base, &early, Some("Non ancora".into())));
        let none_left = Prenotazione { taken: 50, ..shown(windows[1].1, &[Standing::Waiting]) };
        see("compila-posto-esauriti", |base| posto_page(&base, &none_left, None));
        let mut childless = early;
        childless.pratiche.iter_mut().for_each(|posto| posto.alunno.clear());
        let html = posto_page(&base(Lingua::It), &childless, None).render().unwrap();
        assert!(html.contains("<h3 class=\"h5\">Domanda 2026/184</h3>"), "no heading is empty");
    }

    const BUTTON: &str = ">Prenota</button>";

    #[test]
    fn one_presses_while_something_waits_and_it_is_not_over() {
        let html = |window, standing: &[Standing]| {
            posto_page(&base(Lingua::It), &shown(window, standing), None).render().unwrap()
        };
        let (coming, open) =
            (Window::Coming { opens_at: instant() }, Window::Open { opens_at: instant(), closes_at: instant() });
        for window in [coming, open] {
            assert!(html(window, &STANDINGS).contains(BUTTON));
            assert!(!html(window, &STANDINGS[1..]).contains(BUTTON));
        }
        assert!(!html(Window::Closed { closed_at: instant() }, &STANDINGS).contains(BUTTON));
        let of_another = Prenotazione { can_book: false, ..shown(open, &STANDINGS) };
        let drawn = posto_page(&base(Lingua::It), &of_another, None).render().unwrap();
        assert!(!drawn.contains(BUTTON), "a delegate who only looks does not book");
    }

    #[test]
    fn the_rank_the_places_and_the_instant_are_said() {
        let done = shown(
            Window::Open { opens_at: instant(), closes_at: instant() },
            &[Standing::Place(37), Standing::Queue(3)],
        );
        let html = posto_page(&base(Lingua::It), &done, None).render().unwrap();
        for words in ["Posto provvisorio 37 di 50", "Lista d’attesa: 3", "21.32.00,000"] {
            assert!(html.contains(words), "{words}");
        }
        let coming = shown(Window::Coming { opens_at: instant() }, &[Standing::Waiting]);
        let html = posto_page(&base(Lingua::It), &coming, None).render().unwrap();
        assert!(html.contains("16 giugno 2026, ore 21.32"), "it opens to the minute");
    }
}
