//! What is past its time: the proposals with their rules, one proposal with what an officer may do with it.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    Error as App,
    scarto::{self, APPROVERS, Decision, Kind, READERS, Regola, Scarti, ScartoRow, Status},
};
use uuid::Uuid;

use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html, html_status, id, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    routes::{Access, Route, get, post},
    tabella,
    text::Text,
    ufficio::{
        OfficeStatus, framed,
        menu::{PRATICHE, SCARTO},
    },
};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let (read, decide) = (Access::Ufficio(&READERS), Access::Ufficio(&APPROVERS));
    vec![
        get(SCARTO, read, show),
        post(SCARTO, decide, set_rule),
        get("/ufficio/scarto/elenco", read, back_to_list),
        post("/ufficio/scarto/elenco", read, take_out),
        get("/ufficio/scarto/{scarto}", read, show_one),
        post("/ufficio/scarto/{scarto}", decide, decide_one),
    ]
}

#[derive(Template)]
#[template(path = "ufficio/scarto.html")]
struct ListPage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    regole: Vec<RegolaView>,
    rows: Vec<RowView>,
    can_decide: bool,
    /// Kind, words, chosen.
    kinds: Vec<(&'static str, String, bool)>,
    years: String,
    atto: String,
    /// Path of this list as a table.
    take_out: Option<String>,
}

struct RegolaView {
    what: String,
    rule: String,
}

struct RowView {
    path: String,
    number: String,
    what: String,
    ended: String,
    status: OfficeStatus,
}

#[derive(Template)]
#[template(path = "ufficio/scarto_uno.html")]
struct OnePage {
    page: Page,
    errors: ErrorBox,
    late: Option<String>,
    path: String,
    pratica: String,
    number: String,
    what: String,
    /// Label and words.
    facts: Vec<(String, String)>,
    status: OfficeStatus,
    version: i64,
    reason: String,
    can_approve: bool,
    can_release: bool,
}

/// Shows the proposals and the rules.
async fn show(cx: Cx) -> Result<Response> {
    let scarti = scarto::list(&cx.portal, &cx.ctx).await?;
    html(&list_page(&cx.page(""), &scarti, &Posted::default(), vec![]))
}

/// Hands the list out as a table.
async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = scarto::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the list: a table is asked for with a button.
async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(SCARTO)
}

/// Sets a rule.
async fn set_rule(cx: Cx, posted: Posted) -> Result<Response> {
    let kind = Kind::from_stored(posted.text("cosa"));
    let years = posted.text("anni").trim().parse().unwrap_or(0);
    let regola = |kind| Regola { kind, years, atto: Some(posted.text("atto").to_owned()) };
    let problem = match kind {
        None => ("cosa", cx.t.get("scarto-cosa-manca")),
        Some(kind) => match scarto::set_rule(&cx.portal, &cx.ctx, regola(kind)).await {
            Ok(()) => return Ok(cx.see_other(SCARTO)),
            Err(App::Unacceptable(_)) if posted.text("atto").trim().is_empty() => {
                ("atto", cx.t.get("scarto-atto-manca"))
            }
            Err(App::Unacceptable(_)) => ("anni", cx.t.get("scarto-anni-errati")),
            Err(error) => return Err(error.into()),
        },
    };
    let scarti = scarto::list(&cx.portal, &cx.ctx).await?;
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &list_page(&cx.page(""), &scarti, &posted, vec![problem]))
}

/// Shows one proposal.
async fn show_one(cx: Cx, Path(scarto): Path<String>) -> Result<Response> {
    let (row, can_decide) = scarto::page(&cx.portal, &cx.ctx, id(&scarto)?).await?;
    html(&one_page(&cx.page(""), &row, can_decide, Typed::default()))
}

/// What comes back with the page of a proposal.
#[derive(Default)]
struct Typed {
    reason: String,
    problem: Option<String>,
    late: Option<String>,
}

/// Approves, holds back or releases.
async fn decide_one(cx: Cx, Path(scarto): Path<String>, posted: Posted) -> Result<Response> {
    let key: Uuid = id(&scarto)?;
    let (row, can_decide) = scarto::page(&cx.portal, &cx.ctx, key).await?;
    let reason = posted.text("motivo").to_owned();
    let decision = match posted.text("azione") {
        "approva" => Decision::Approve,
        "libera" => Decision::Release,
        _ => Decision::Hold(reason.clone()),
    };
    let version = posted.text("versione").parse().unwrap_or(0);
    let typed = match scarto::decide(&cx.portal, &cx.ctx, (key, version), decision).await {
        Ok(()) => return Ok(cx.see_other(&path(key))),
        Err(App::Unacceptable(_)) => {
            Typed { problem: Some(cx.t.get("ufficio-motivo-5-500")), reason, ..Typed::default() }
        }
        Err(App::Stale | App::NotAllowedNow) => {
            Typed { late: Some(cx.t.get("scarto-tardi")), reason, ..Typed::default() }
        }
        Err(error) => return Err(error.into()),
    };
    let status = refused_as(typed.late.is_some(), typed.problem.is_some());
    html_status(status, &one_page(&cx.page(""), &row, can_decide, typed))
}

fn path(id: Uuid) -> String {
    format!("{SCARTO}/{id}")
}

fn kind_words(t: Text, kind: Kind) -> String {
    match kind {
        Kind::Rejected => t.get("scarto-respinte"),
        Kind::Dieta => t.get("scarto-dieta"),
    }
}

fn status_words(t: Text, status: Status) -> OfficeStatus {
    let (words, shape) = match status {
        Status::Proposed => (t.get("scarto-proposto"), "st-attesa"),
        Status::Held => (t.get("scarto-trattenuto"), "st-allerta"),
        Status::Approved => (t.get("scarto-approvato"), "st-corso"),
        Status::Done => (t.get("scarto-eseguito"), "st-chiusa"),
    };
    OfficeStatus { words, shape }
}

fn rule_words(t: Text, years: i64, atto: &str) -> String {
    if atto.is_empty() {
        t.get1("scarto-regola-portale", "n", years)
    } else {
        t.get2("scarto-regola-atto", "n", years, "atto", atto)
    }
}

fn list_page(base: &Page, scarti: &Scarti, posted: &Posted, errors: Vec<(&'static str, String)>) -> ListPage {
    let t = base.t;
    let regola = |regola: &Regola| RegolaView {
        what: kind_words(t, regola.kind),
        rule: rule_words(t, regola.years, regola.atto.as_deref().unwrap_or_default()),
    };
    let row = |row: &ScartoRow| RowView {
        path: path(row.id),
        number: format!("{}/{}", row.anno, row.numero),
        what: kind_words(t, row.kind),
        ended: t.date(row.ended_on),
        status: status_words(t, row.status),
    };
    let kind = |kind: &Kind| (kind.stored(), kind_words(t, *kind), posted.text("cosa") == kind.stored());
    ListPage {
        page: framed(base, t.get("scarto-titolo")).failed_if(!errors.is_empty()),
        errors: ErrorBox::of_fields(t, errors),
        late: None,
        regole: scarti.regole.iter().map(regola).collect(),
        rows: scarti.rows.iter().map(row).collect(),
        can_decide: scarti.can_decide,
        kinds: Kind::ALL.iter().map(kind).collect(),
        years: posted.text("anni").to_owned(),
        atto: posted.text("atto").to_owned(),
        take_out: tabella::of(SCARTO, scarti.rows.is_empty()),
    }
}

fn one_page(base: &Page, row: &ScartoRow, can_decide: bool, typed: Typed) -> OnePage {
    let t = base.t;
    let number = format!("{}/{}", row.anno, row.numero);
    let mut facts = vec![
        (t.get("scarto-finita"), t.date(row.ended_on)),
        (t.get("scarto-regola"), rule_words(t, row.years, &row.atto)),
    ];
    if let (Some(at), Some((nome, cognome))) = (row.decided_at, row.nome.as_ref().zip(row.cognome.as_ref())) {
        facts
            .push((t.get("scarto-deciso"), t.get2("scarto-da", "chi", format!("{nome} {cognome}"), "data", t.day(at))));
    }
    if let Some(reason) = &row.motivo {
        facts.push((t.get("scarto-motivo"), reason.clone()));
    }
    if let (Some(at), Some(files)) = (row.done_at, row.files) {
        facts.push((t.get("scarto-fatto"), t.get2("scarto-fatto-il", "data", t.day(at), "n", files)));
    }
    let errors: Vec<(&'static str, String)> = typed.problem.into_iter().map(|words| ("motivo", words)).collect();
    OnePage {
        page: framed(base, t.get1("scarto-uno-titolo", "numero", number.as_str()))
            .crumb(t.get("scarto-titolo"), SCARTO)
            .failed_if(!errors.is_empty()),
        errors: ErrorBox::of_fields(t, errors),
        late: typed.late,
        path: path(row.id),
        pratica: format!("{PRATICHE}/{}", row.pratica_id),
        number,
        what: kind_words(t, row.kind),
        facts,
        status: status_words(t, row.status),
        version: row.version,
        reason: typed.reason,
        can_approve: can_decide && row.status == Status::Proposed,
        can_release: can_decide && row.status == Status::Held,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compila::sample::{day, instant, uuid},
        ufficio::sample::see,
    };

    fn row(status: Status) -> ScartoRow {
        let decided = status != Status::Proposed;
        ScartoRow {
            id: Uuid::nil(),
            kind: Kind::Dieta,
            pratica_id: uuid(50),
            anno: 2026,
            numero: 184,
            ended_on: day(),
            years: 1,
            atto: if decided { "Delibera <12>".into() } else { String::new() },
            status,
            version: 2,
            proposed_at: instant(),
            decided_at: decided.then(instant),
            nome: decided.then(|| "Anna".to_owned()),
            cognome: decided.then(|| "Riva".to_owned()),
            motivo: (status == Status::Held).then(|| "Ricorso <in corso>".to_owned()),
            done_at: (status == Status::Done).then(instant),
            files: (status == Status::Done).then_some(2),
        }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        let regole = vec![
            Regola { kind: Kind::Rejected, years: 5, atto: None },
            Regola { kind: Kind::Dieta, years: 2, atto: Some("Delibera 12/2026".into()) },
        ];
        let rows = Status::ALL.iter().map(|status| row(*status)).collect();
        let full = Scarti { rows, regole: regole.clone(), can_decide: true };
        see("ufficio-scarto", |base| list_page(&base, &full, &Posted::default(), vec![]));
        see("ufficio-scarto-errore", |base| {
            let errors = ["cosa", "anni", "atto"].map(|field| (field, base.t.get("scarto-anni-errati")));
            list_page(&base, &full, &Posted::default(), errors.into())
        });
        let empty = Scarti { rows: vec![], regole, can_decide: false };
        see("ufficio-scarto-vuoto", |base| list_page(&base, &empty, &Posted::default(), vec![]));
        for status in Status::ALL {
            see("ufficio-scarto-uno", |base| one_page(&base, &row(*status), true, Typed::default()));
        }
        let typed = || Typed { reason: "<no>".into(), problem: Some("Scrivi.".into()), late: Some("Tardi.".into()) };
        see("ufficio-scarto-uno-errore", |base| one_page(&base, &row(Status::Proposed), true, typed()));
    }
}
