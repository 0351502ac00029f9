//! One receipt that did not fit: what is known of it and of the debt of its notice, and how it was settled.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    Error as App,
    riconciliazione::{self, ReceiptDebt, ReceiptPage, Subject},
};
use sportello_domain::posizione::Anomalia;

use super::{anomaly_words, receipt_path};
use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html_status, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    text::Text,
    ufficio::{
        OfficeStatus, esito, framed,
        menu::{DOCUMENTI, RICONCILIAZIONE},
    },
};

#[derive(Template)]
#[template(path = "ufficio/riconciliazione-ricevuta.html")]
struct View {
    page: Page,
    anomalia: OfficeStatus,
    /// What the anomaly means and what to do.
    said: String,
    late: Option<String>,
    errors: ErrorBox,
    facts: Vec<(String, String)>,
    debt: Vec<(String, String)>,
    /// Path of the invoice of the debt.
    documento: Option<String>,
    decided: Option<esito::Said>,
    resolve: Option<esito::Form>,
}

/// What the form of the page brought that was not carried out.
#[derive(Default)]
struct Typed {
    resolve: esito::Typed,
    errors: Vec<(&'static str, String)>,
    late: Option<String>,
}

/// Shows a receipt.
pub async fn show(cx: Cx, Path(ricevuta): Path<String>) -> Result<Response> {
    let shown = riconciliazione::receipt(&cx.portal, &cx.ctx, &ricevuta).await?;
    draw(&cx, &shown, Typed::default())
}

/// Leads from the address of the form to the receipt.
pub async fn back(cx: Cx, Path(ricevuta): Path<String>) -> Result<Response> {
    Ok(cx.see_other(&receipt_path(&ricevuta)))
}

/// Takes a receipt out of the queue.
pub async fn resolve(cx: Cx, Path(ricevuta): Path<String>, posted: Posted) -> Result<Response> {
    let shown = riconciliazione::receipt(&cx.portal, &cx.ctx, &ricevuta).await?;
    let (typed, outcome) = esito::read(&posted);
    let outcome = match (outcome, esito::problems(cx.t, outcome, &typed)) {
        (Some(outcome), errors) if errors.is_empty() => outcome,
        (_, errors) => return draw(&cx, &shown, Typed { resolve: typed, errors, ..Typed::default() }),
    };
    let subject = Subject::Ricevuta(ricevuta.clone());
    match riconciliazione::resolve(&cx.portal, &cx.ctx, subject, outcome, &typed.reason).await {
        Ok(()) => Ok(cx.see_other(&receipt_path(&ricevuta))),
        Err(App::NotAllowedNow) => {
            let shown = riconciliazione::receipt(&cx.portal, &cx.ctx, &ricevuta).await?;
            let decided = shown.decided.as_ref();
            if decided.is_some_and(|decided| esito::is_twin(decided, outcome, &typed)) {
                return Ok(cx.see_other(&receipt_path(&ricevuta)));
            }
            let late = Some(esito::first(cx.t, decided));
            draw(&cx, &shown, Typed { resolve: typed, late, ..Typed::default() })
        }
        Err(error) => Err(error.into()),
    }
}

fn draw(cx: &Cx, shown: &ReceiptPage, typed: Typed) -> Result<Response> {
    html_status(refused_as(typed.late.is_some(), !typed.errors.is_empty()), &view(&cx.page(""), shown, typed))
}

fn view(base: &Page, shown: &ReceiptPage, typed: Typed) -> View {
    let (t, receipt) = (base.t, &shown.receipt);
    let errors = ErrorBox::of_fields(t, typed.errors);
    let failed = typed.late.is_some() || !errors.problems.is_empty();
    let page = framed(base, t.get1("riconciliazione-ricevuta-di", "avviso", receipt.notice.as_str()))
        .crumb(t.get("riconciliazione-titolo"), RICONCILIAZIONE);
    let action = format!("{}/chiudi", receipt_path(&receipt.receipt_id));
    let waits = shown.decided.is_none();
    View {
        page: page.failed_if(failed),
        anomalia: anomaly_words(t, receipt.anomalia),
        said: meaning(t, receipt.anomalia),
        late: typed.late,
        facts: vec![
            (t.get("riconciliazione-importo"), t.euro(receipt.amount.cents())),
            (t.get("riconciliazione-pagato-il"), t.moment(receipt.paid_at)),
            (t.get("riconciliazione-avviso"), receipt.notice.clone()),
            (t.get("riconciliazione-ricevuta"), receipt.receipt_id.clone()),
            (t.get("riconciliazione-psp"), receipt.psp.clone()),
        ],
        debt: shown.debt.as_ref().map(|debt| debt_facts(t, debt)).unwrap_or_default(),
        documento: shown.debt.as_ref().and_then(|debt| Some(format!("{DOCUMENTI}/{}", debt.documento?))),
        decided: shown.decided.as_ref().map(|decided| esito::said(t, decided)),
        resolve: waits.then(|| esito::form(t, action, typed.resolve, &errors)),
        errors,
    }
}

/// What an anomaly means and what is to be done.
fn meaning(t: Text, anomalia: Anomalia) -> String {
    match anomalia {
        Anomalia::Unknown => t.get("riconciliazione-sconosciuta-testo"),
        Anomalia::Twice => t.get("riconciliazione-doppia-testo"),
        Anomalia::OtherAmount => t.get("riconciliazione-altro-importo-testo"),
        Anomalia::Cancelled => t.get("riconciliazione-annullata-testo"),
    }
}

fn debt_facts(t: Text, debt: &ReceiptDebt) -> Vec<(String, String)> {
    let mut facts = vec![
        (t.get("riconciliazione-causale"), debt.causale.clone()),
        (t.get("riconciliazione-dovuto"), t.euro(debt.amount.cents())),
        (t.get("riconciliazione-ancora"), t.euro(debt.owed.cents())),
    ];
    if let Some((codice_fiscale, nome)) = &debt.debtor {
        facts.push((t.get("riconciliazione-chi-paga"), nome.clone()));
        facts.push((t.get("riconciliazione-cf"), codice_fiscale.clone()));
    }
    facts
}

#[cfg(test)]
mod tests {
    use sportello_app::riconciliazione::Esito;
    use sportello_domain::euro::Euro;

    use super::{
        super::tests::{decided, odd},
        *,
    };
    use crate::{compila::sample::uuid, ufficio::sample::see};

    #[test]
    fn the_page_renders_in_every_language() {
        let debt = || ReceiptDebt {
            causale: "Mensa scolastica ottobre 2026 - retta 12/M/2026".into(),
            amount: Euro::from_cents(8_100),
            owed: Euro::ZERO,
            debtor: Some(("BNCGLI85C52B442X".into(), "Giulia Bianchi".into())),
            documento: Some(uuid(12)),
        };
        for anomalia in Anomalia::ALL {
            let known = (anomalia != Anomalia::Unknown).then(debt);
            let shown = ReceiptPage { receipt: odd(anomalia), debt: known, decided: None };
            see(&format!("ufficio-ricevuta-{anomalia:?}"), |base| view(&base, &shown, Typed::default()));
        }
        let done =
            ReceiptPage { receipt: odd(Anomalia::Twice), debt: Some(debt()), decided: Some(decided(Esito::Refunded)) };
        see("ufficio-ricevuta-chiusa", |base| {
            view(&base, &done, Typed { late: Some("Rita".into()), ..Typed::default() })
        });
    }
}
