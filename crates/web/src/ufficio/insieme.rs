//! The same deed on several pratiche of the queue: the choice, a page that says line by line what would change, the doing
//! with its outcome line by line.

use askama::Template;
use axum::response::Response;
use sportello_app::{
    Error as App,
    ufficio::insieme::{self, Deed, Line, NONE, Obstacle, ROWS_MAX},
};
use sportello_domain::id::PraticaId;

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html},
    error::{Error, Result},
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{address, below, office_status, outlook, pratica, queue},
};

/// Path of the page that says what would change.
pub(crate) const INSIEME: &str = "/ufficio/pratiche/insieme";
/// Path of the doing.
pub(crate) const ESEGUI: &str = "/ufficio/pratiche/insieme/esegui";
/// Name of the field of a chosen pratica.
pub(crate) const RIGA: &str = "riga";

#[derive(Template)]
#[template(path = "ufficio/insieme.html")]
struct DeedsPage {
    page: Page,
    /// What would be done, or what was done.
    said: String,
    caption: String,
    lines: Vec<LineView>,
    /// The form that does it; nothing once it is done, or where there is nothing to do.
    form: Option<Form>,
    /// Path of the queue as it was.
    back: String,
}

struct Form {
    action: &'static str,
    button: String,
    carried: Vec<(&'static str, String)>,
}

struct LineView {
    number: String,
    path: String,
    alunno: String,
    title: String,
    /// Whether it is (or was) done.
    done: bool,
    /// The outcome in a word.
    mark: String,
    /// What changes, or why nothing does.
    words: Vec<String>,
}

/// Says what would change. A choice that cannot be meant brings the queue again, with what was chosen.
pub async fn show(cx: Cx, posted: Posted) -> Result<Response> {
    let ids: Vec<PraticaId> = values(&posted).filter_map(|value| value.parse().ok()).collect();
    let deed = match read_deed(&posted)? {
        Some(deed) => deed,
        None => return again(&cx, &posted, vec![("assegna-a", cx.t.get("insieme-chi-manca"))]).await,
    };
    match insieme::preview(&cx.portal, &cx.ctx, deed, &ids).await {
        Ok(lines) => html(&preview_page(&cx.page(""), deed, &posted, &lines)),
        Err(App::Unacceptable(NONE)) => again(&cx, &posted, vec![("elenco", cx.t.get("insieme-niente"))]).await,
        Err(App::Unacceptable(_)) => {
            again(&cx, &posted, vec![("elenco", cx.t.get1("insieme-troppe", "n", ROWS_MAX))]).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Does it, and says of each what became of it.
pub async fn carry_out(cx: Cx, posted: Posted) -> Result<Response> {
    let row = |value: &str| {
        let (id, version) = value.split_once(':')?;
        Some((id.parse().ok()?, version.parse().ok()?))
    };
    let rows: Vec<(PraticaId, i64)> = values(&posted).filter_map(row).collect();
    let deed = read_deed(&posted)?.ok_or(Error::BadRequest("nobody to assign to"))?;
    match insieme::carry_out(&cx.portal, &cx.ctx, deed, &rows).await {
        Ok(lines) => html(&outcome_page(&cx.page(""), deed, &posted, &lines)),
        Err(App::Unacceptable(_)) => again(&cx, &posted, vec![("elenco", cx.t.get("insieme-niente"))]).await,
        Err(error) => Err(error.into()),
    }
}

/// Leads from the address of a form to the queue.
pub async fn back(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(crate::ufficio::menu::PRATICHE))
}

fn values(posted: &Posted) -> impl Iterator<Item = &str> {
    posted.fields.iter().filter(|(name, _)| name == RIGA).map(|(_, value)| value.as_str())
}

/// The deed of the button; nothing where nobody was named to assign to.
fn read_deed(posted: &Posted) -> Result<Option<Deed>> {
    match posted.text("azione") {
        "assegna" => Ok(posted.text("assegna-a").parse().ok().map(Deed::Assign)),
        "prendi" => Ok(Some(Deed::Take)),
        "accogli" => Ok(Some(Deed::Accept)),
        _ => Err(Error::BadRequest("an unknown button")),
    }
}

/// The queue once more, with what is wrong and what was chosen.
async fn again(cx: &Cx, posted: &Posted, problems: Vec<(&'static str, String)>) -> Result<Response> {
    let chosen = values(posted).map(|value| value.split(':').next().unwrap_or_default().to_owned()).collect();
    let errors = ErrorBox::of_fields(cx.t, problems);
    queue::again(cx, &query(posted), queue::Chosen { errors, rows: chosen, clerk: posted.text("assegna-a").to_owned() })
        .await
}

/// The queue as it was, from the form.
fn query(posted: &Posted) -> sportello_app::ufficio::QueueQuery {
    address::parse(posted.text("coda"))
}

fn preview_page(base: &Page, deed: Deed, posted: &Posted, lines: &[Line]) -> DeedsPage {
    let t = base.t;
    let ready: Vec<&Line> = lines.iter().filter(|line| line.obstacle.is_none()).collect();
    let (title, button) = match deed {
        Deed::Assign(_) => ("insieme-assegna", "insieme-assegna-n"),
        Deed::Take => ("insieme-prendi", "insieme-prendi-n"),
        Deed::Accept => ("insieme-accogli", "insieme-accogli-n"),
    };
    let rows = ready.iter().map(|line| (RIGA, format!("{}:{}", line.id, line.version)));
    let rest = ["azione", "assegna-a", "coda"].map(|name| (name, posted.text(name).to_owned()));
    DeedsPage {
        page: below(base, t.get(title)),
        said: t.get2("insieme-anteprima", "pronte", ready.len(), "ferme", lines.len() - ready.len()),
        caption: t.get("insieme-cosa-cambia"),
        lines: lines.iter().map(|line| line_view(t, line, will(t, deed, line))).collect(),
        form: (!ready.is_empty()).then(|| Form {
            action: ESEGUI,
            button: t.get1(button, "n", ready.len()),
            carried: rows.chain(rest).collect(),
        }),
        back: address::path(&query(posted)),
    }
}

fn outcome_page(base: &Page, deed: Deed, posted: &Posted, lines: &[Line]) -> DeedsPage {
    let t = base.t;
    let done = lines.iter().filter(|line| line.obstacle.is_none()).count();
    let title = match deed {
        Deed::Assign(_) => "insieme-assegna",
        Deed::Take => "insieme-prendi",
        Deed::Accept => "insieme-accogli",
    };
    let now = |line: &Line| line.row.iter().map(|row| stands(t, row)).collect();
    DeedsPage {
        page: below(base, t.get(title)),
        said: t.get2("insieme-esito", "fatte", done, "ferme", lines.len() - done),
        caption: t.get("insieme-cosa-successo"),
        lines: lines.iter().map(|line| line_view(t, line, (t.get("insieme-fatto"), now(line)))).collect(),
        form: None,
        back: address::path(&query(posted)),
    }
}

/// What is said of a line that nothing keeps from being done.
fn will(t: Text, deed: Deed, line: &Line) -> (String, Vec<String>) {
    let mut words = match (deed, &line.outlook) {
        (Deed::Accept, Some(outlook)) => outlook::sentences(t, outlook),
        (Deed::Accept, None) => Vec::new(),
        (Deed::Take, _) => vec![t.get("insieme-passa-a-te")],
        (Deed::Assign(_), _) => match line.row.as_ref().and_then(|row| row.assignee.as_deref()) {
            Some(before) => vec![t.get1("insieme-era-di", "chi", before)],
            None => vec![t.get("insieme-era-di-nessuno")],
        },
    };
    words.extend((deed == Deed::Accept && line.warnings > 0).then(|| t.get1("insieme-avvisi", "n", line.warnings)));
    (t.get("insieme-pronta"), words)
}

fn line_view(t: Text, line: &Line, (mark, words): (String, Vec<String>)) -> LineView {
    let (done, mark, words) = match &line.obstacle {
        None => (true, mark, words),
        Some(obstacle) => (false, t.get("insieme-ferma"), why(t, line, obstacle)),
    };
    let row = line.row.as_ref();
    LineView {
        number: row.map_or_else(|| t.get("insieme-sconosciuta"), |row| row.number.clone()),
        path: if row.is_some() { pratica::path(line.id) } else { String::new() },
        alunno: row.map(|row| row.alunno.clone()).unwrap_or_default(),
        title: row.map(|row| row.title.clone()).unwrap_or_default(),
        done,
        mark,
        words,
    }
}

/// "Stato: In carico a Anna Brambilla."
pub(super) fn stands(t: Text, row: &sportello_app::ufficio::QueueRow) -> String {
    t.get1("insieme-adesso", "stato", office_status(t, row.status, row.assignee.as_deref()).words)
}

fn why(t: Text, line: &Line, obstacle: &Obstacle) -> Vec<String> {
    let now = line.row.as_ref().map(|row| stands(t, row));
    match obstacle {
        Obstacle::NotFound => vec![t.get("insieme-non-trovata")],
        Obstacle::Stale => std::iter::once(t.get("insieme-cambiata")).chain(now).collect(),
        Obstacle::Own => vec![t.get("insieme-propria")],
        Obstacle::NotNow(_) => std::iter::once(t.get("insieme-non-ora")).chain(now).collect(),
        Obstacle::Already => vec![t.get("insieme-gia-sua")],
        Obstacle::Contested => vec![t.get("ufficio-contesa")],
        Obstacle::Infected => vec![t.get("insieme-virus")],
        Obstacle::Unscanned => vec![t.get("insieme-non-controllato")],
        Obstacle::NoPlace => vec![t.get("insieme-senza-posto")],
        Obstacle::Moved => vec![t.get("effetti-cambiato")],
        Obstacle::Failed => std::iter::once(t.get("insieme-errore")).chain(now).collect(),
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::ufficio::{Expected, Outlook};
    use sportello_domain::{lingua::Lingua, pratica::PraticaStatus};

    use super::*;
    use crate::{
        compila::sample::uuid,
        ufficio::sample::{base, row, see},
    };

    fn line(number: u8, obstacle: Option<Obstacle>) -> Line {
        let missing = obstacle == Some(Obstacle::NotFound);
        let outlook = Outlook { expected: vec![Expected::Enrolment { by_debit: true }], moved: false };
        Line {
            id: uuid(number.into()),
            row: (!missing).then(|| row(PraticaStatus::InReview, 3, Some("Anna <Brambilla>"))),
            version: 3,
            warnings: 2,
            outlook: Some(outlook),
            obstacle,
        }
    }

    fn lines() -> Vec<Line> {
        let obstacles = [
            Obstacle::NotFound,
            Obstacle::Stale,
            Obstacle::Own,
            Obstacle::NotNow(PraticaStatus::Accepted),
            Obstacle::Already,
            Obstacle::Contested,
            Obstacle::Infected,
            Obstacle::Unscanned,
            Obstacle::NoPlace,
            Obstacle::Moved,
            Obstacle::Failed,
        ];
        std::iter::once(None).chain(obstacles.map(Some)).zip(50..).map(|(why, number)| line(number, why)).collect()
    }

    fn posted(fields: &[(&str, &str)]) -> Posted {
        let mut posted = Posted::default();
        posted.fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        posted
    }

    #[test]
    fn the_pages_render_in_every_language() {
        let sent = posted(&[("azione", "accogli"), ("coda", "filtro=mie&q=Ros%20si")]);
        for (name, deed) in [("assegna", Deed::Assign(uuid(9))), ("prendi", Deed::Take), ("accogli", Deed::Accept)] {
            see(&format!("ufficio-insieme-{name}"), |base| preview_page(&base, deed, &sent, &lines()));
            see(&format!("ufficio-insieme-{name}-fatto"), |base| outcome_page(&base, deed, &sent, &lines()));
        }
        let stuck = [line(50, Some(Obstacle::Own))];
        let page = preview_page(&base(Lingua::It), Deed::Take, &sent, &stuck);
        assert!(page.form.is_none() && page.back == "/ufficio/pratiche?filtro=mie&q=Ros%20si");
    }

    #[test]
    fn only_what_can_be_done_goes_on_with_its_version() {
        let page = preview_page(&base(Lingua::It), Deed::Accept, &posted(&[("azione", "accogli")]), &lines());
        let rows: Vec<String> =
            page.form.unwrap().carried.into_iter().filter(|(name, _)| *name == RIGA).map(|f| f.1).collect();
        assert_eq!(rows, [format!("{}:3", uuid::<PraticaId>(50))]);
    }

    #[test]
    fn a_button_names_its_deed() {
        assert_eq!(read_deed(&posted(&[("azione", "prendi")])).unwrap(), Some(Deed::Take));
        assert_eq!(read_deed(&posted(&[("azione", "assegna"), ("assegna-a", "anna")])).unwrap(), None);
        assert!(read_deed(&posted(&[("azione", "")])).is_err());
    }
}
