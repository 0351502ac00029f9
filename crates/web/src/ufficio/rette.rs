//! The monthly run: months, a preview as often as one likes, and the button that issues every invoice once.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::fatturazione::{self, AnomalyRow, Ciclo, CicloStatus, FatturazionePage, Preview};
use sportello_domain::{
    fatturazione::{Anomaly, Periodo},
    id::CicloId,
};

use crate::{
    cx::{Cx, html, html_again, html_status, id},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{
        OfficeStatus, framed,
        menu::{DOCUMENTI, RETTE},
    },
};

#[derive(Template)]
#[template(path = "ufficio/rette.html")]
struct ListPage {
    page: Page,
    /// Whether the ente invoices at all.
    on: bool,
    problem: Option<String>,
    months: Vec<(String, String)>,
    cicli: Vec<CicloView>,
    /// Path of the runs as a table.
    take_out: Option<String>,
}

struct CicloView {
    path: String,
    month: String,
    status: OfficeStatus,
    issued: Option<String>,
}

#[derive(Template)]
#[template(path = "ufficio/retta-ciclo.html")]
struct PreviewPage {
    page: Page,
    path: String,
    status: OfficeStatus,
    said: String,
    problem: Option<String>,
    figures: Vec<(String, String)>,
    anomalies: Vec<AnomalyView>,
    anomaly_words: String,
    /// Path of the anomalies as a table.
    take_out: Option<String>,
    can_issue: bool,
    issue_words: String,
    /// Path of the invoices that were issued.
    documents: Option<String>,
}

struct AnomalyView {
    alunno: String,
    words: String,
    /// Whether the child gets no invoice because of it.
    blocks: bool,
}

/// Shows the runs.
pub async fn show(cx: Cx) -> Result<Response> {
    let shown = fatturazione::page(&cx.portal, &cx.ctx).await?;
    html(&list_page(&cx.page(""), shown, None))
}

/// Opens the run of a month and leads to its preview.
pub async fn open(cx: Cx, posted: Posted) -> Result<Response> {
    let problem = match Periodo::from_stored(posted.text("mese")) {
        None => "rette-mese-manca",
        Some(periodo) => match fatturazione::open(&cx.portal, &cx.ctx, periodo).await {
            Ok(ciclo) => return Ok(cx.see_other(&format!("{RETTE}/{ciclo}"))),
            Err(sportello_app::Error::NotAllowedNow) => "rette-mese-aperto",
            Err(error) => return Err(error.into()),
        },
    };
    let shown = fatturazione::page(&cx.portal, &cx.ctx).await?;
    html_again(&list_page(&cx.page(""), shown, Some(cx.t.get(problem))))
}

fn list_page(base: &Page, shown: Option<FatturazionePage>, problem: Option<String>) -> ListPage {
    let t = base.t;
    let page = framed(base, t.get("rette-titolo"));
    let on = shown.is_some();
    let (cicli, months) = shown.map(|shown| (shown.cicli, shown.months)).unwrap_or_default();
    let view = |ciclo: &Ciclo| CicloView {
        path: format!("{RETTE}/{}", ciclo.id),
        month: month(t, ciclo.periodo),
        status: status_words(t, ciclo),
        issued: ciclo.issued_on.map(|day| t.date(day)),
    };
    ListPage {
        page: page.failed_if(problem.is_some()),
        on,
        problem,
        months: months.iter().map(|periodo| (periodo.stored(), month(t, *periodo))).collect(),
        take_out: tabella::of(RETTE, cicli.is_empty()),
        cicli: cicli.iter().map(view).collect(),
    }
}

fn month(t: Text, periodo: Periodo) -> String {
    t.month(periodo.last_day())
}

fn status_words(t: Text, ciclo: &Ciclo) -> OfficeStatus {
    let (words, shape) = match ciclo.status {
        _ if ciclo.issuing => (t.get("rette-stato-in-emissione"), "st-corso"),
        CicloStatus::Open => (t.get("rette-stato-aperto"), "st-nuova"),
        CicloStatus::Calculated => (t.get("rette-stato-calcolato"), "st-corso"),
        CicloStatus::Issued => (t.get("rette-stato-emesso"), "st-ok"),
    };
    OfficeStatus { words, shape }
}

/// Shows what a run would issue, or has issued.
pub async fn preview(cx: Cx, Path(ciclo): Path<String>) -> Result<Response> {
    let shown = fatturazione::preview(&cx.portal, &cx.ctx, id(&ciclo)?).await?;
    html(&preview_page(&cx.page(""), &shown, None))
}

/// Issues the invoices of a run.
pub async fn issue(cx: Cx, Path(ciclo): Path<String>) -> Result<Response> {
    let ciclo: CicloId = id(&ciclo)?;
    match fatturazione::issue(&cx.portal, &cx.ctx, ciclo).await {
        Ok(()) => Ok(cx.see_other(&format!("{RETTE}/{ciclo}"))),
        Err(sportello_app::Error::NotAllowedNow) => {
            let shown = fatturazione::preview(&cx.portal, &cx.ctx, ciclo).await?;
            let page = preview_page(&cx.page(""), &shown, Some(cx.t.get("rette-emetti-no")));
            html_status(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Hands the runs out as a table, all of them.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = fatturazione::take_out_runs(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Hands out as a table what is odd in a run, all of it.
pub async fn take_out_anomalies(cx: Cx, Path(ciclo): Path<String>, posted: Posted) -> Result<Response> {
    let formato = tabella::formato(&posted);
    let table = fatturazione::take_out_anomalies(&cx.portal, &cx.ctx, id(&ciclo)?, formato).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the runs: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(RETTE)
}

/// Leads back to the run from the address of its form.
pub async fn back(cx: Cx, Path(ciclo): Path<String>) -> Result<Response> {
    let ciclo: CicloId = id(&ciclo)?;
    Ok(cx.see_other(&format!("{RETTE}/{ciclo}")))
}

fn preview_page(base: &Page, shown: &Preview, problem: Option<String>) -> PreviewPage {
    let (t, ciclo) = (base.t, &shown.ciclo);
    let name = month(t, ciclo.periodo);
    let page = framed(base, t.get1("rette-ciclo", "mese", name.as_str())).crumb(t.get("rette-titolo"), RETTE);
    let said = match ciclo.status {
        _ if ciclo.issuing => t.get("rette-in-emissione-testo"),
        CicloStatus::Issued => t.get("rette-emesso-testo"),
        CicloStatus::Open | CicloStatus::Calculated => t.get("rette-anteprima-testo"),
    };
    PreviewPage {
        page: page.failed_if(problem.is_some()),
        path: format!("{RETTE}/{}", ciclo.id),
        status: status_words(t, ciclo),
        said,
        problem,
        figures: figures(t, shown),
        anomalies: shown.anomalies.iter().map(|row| anomaly_view(t, row)).collect(),
        anomaly_words: t.get1("rette-anomalie", "n", shown.anomaly_count),
        take_out: tabella::of(&format!("{RETTE}/{}", ciclo.id), shown.anomalies.is_empty()),
        can_issue: ciclo.can_issue && shown.count > 0,
        issue_words: t.get1("rette-emetti", "n", shown.count),
        documents: (shown.issued_count > 0).then(|| format!("{DOCUMENTI}?ciclo={}", ciclo.id)),
    }
}

/// Names and values of what a run comes to.
fn figures(t: Text, shown: &Preview) -> Vec<(String, String)> {
    let issued = [
        (t.get("rette-emesse"), shown.issued_count.to_string()),
        (t.get("rette-emesso-totale"), t.euro(shown.issued_total.cents())),
    ];
    if shown.ciclo.status == CicloStatus::Issued {
        return issued.into();
    }
    let coming = [
        (t.get("rette-da-emettere"), shown.count.to_string()),
        (t.get("rette-con-addebito"), shown.by_debit.to_string()),
        (t.get("rette-pasti"), shown.meals.to_string()),
        (t.get("rette-imponibile"), t.euro(shown.net.cents())),
        (t.get("rette-iva"), t.euro(shown.vat.cents())),
        (t.get("rette-totale"), t.euro(shown.total.cents())),
    ];
    let begun = if shown.ciclo.issuing { issued.into() } else { Vec::new() };
    coming.into_iter().chain(begun).collect()
}

fn anomaly_view(t: Text, row: &AnomalyRow) -> AnomalyView {
    let words = match row.anomaly {
        Anomaly::NoTariff { day } => t.get1("rette-anomalia-tariffa", "giorno", t.date(day)),
        Anomaly::ZeroMeals => t.get("rette-anomalia-pasti"),
        Anomaly::ZeroTotal => t.get("rette-anomalia-zero"),
        Anomaly::Unusual { usual, total } => {
            t.get2("rette-anomalia-importo", "totale", t.euro(total.cents()), "solito", t.euro(usual.cents()))
        }
        Anomaly::MissingCodiceFiscale => t.get("rette-anomalia-cf"),
    };
    AnomalyView { alunno: row.alunno.clone(), words, blocks: row.anomaly.blocks() }
}

#[cfg(test)]
mod tests {
    use sportello_domain::{euro::Euro, lingua::Lingua};

    use super::*;
    use crate::{
        compila::sample::{base, day, instant, uuid},
        ufficio::sample::see,
    };

    fn ciclo(status: CicloStatus) -> Ciclo {
        let issued = status == CicloStatus::Issued;
        Ciclo {
            id: uuid(100),
            periodo: Periodo::of(day()),
            status,
            issued_on: issued.then(day),
            due_on: issued.then(day),
            issued_at: issued.then(instant),
            can_issue: !issued,
            issuing: false,
        }
    }

    fn shown(ciclo: Ciclo) -> Preview {
        let row = |anomaly| AnomalyRow { alunno_id: uuid(70), alunno: "Ferrari Tommaso".into(), anomaly };
        let anomalies = vec![
            row(Anomaly::NoTariff { day: day() }),
            row(Anomaly::ZeroMeals),
            row(Anomaly::ZeroTotal),
            row(Anomaly::Unusual { usual: Euro::from_cents(2_000), total: Euro::from_cents(9_000) }),
            row(Anomaly::MissingCodiceFiscale),
        ];
        let issued_count = if ciclo.status == CicloStatus::Issued { 230 } else { 0 };
        Preview {
            ciclo,
            count: 230,
            by_debit: 110,
            meals: 4_140,
            net: Euro::from_cents(1_791_346),
            vat: Euro::from_cents(71_654),
            total: Euro::from_cents(1_863_000),
            anomaly_count: anomalies.len(),
            anomalies,
            issued_count,
            issued_total: Euro::ZERO,
        }
    }

    #[test]
    fn the_pages_render_in_every_language() {
        let states = [CicloStatus::Open, CicloStatus::Calculated, CicloStatus::Issued];
        let list = || FatturazionePage { cicli: states.map(ciclo).into(), months: vec![Periodo::of(day())] };
        see("ufficio-rette", |base| list_page(&base, Some(list()), None));
        see("ufficio-rette-errore", |base| list_page(&base, Some(list()), Some("Scegli".into())));
        see("ufficio-rette-spente", |base| list_page(&base, None, None));
        for status in states {
            see(&format!("ufficio-rette-{status:?}"), |base| preview_page(&base, &shown(ciclo(status)), None));
        }
        let issuing = || Ciclo { issuing: true, can_issue: false, ..ciclo(CicloStatus::Calculated) };
        see("ufficio-rette-in-emissione", |base| preview_page(&base, &shown(issuing()), Some("No".into())));
    }

    #[test]
    fn only_what_is_ready_can_be_issued_and_the_button_says_how_much() {
        let html = |status| preview_page(&base(Lingua::It), &shown(ciclo(status)), None).render().unwrap();
        assert!(html(CicloStatus::Calculated).contains("Emetti 230 rette"));
        assert!(!html(CicloStatus::Issued).contains("/emetti"));
    }
}
