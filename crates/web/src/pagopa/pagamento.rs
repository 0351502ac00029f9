//! A payment that was begun at the door: its summary, the way to the payment site, what came of it.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    pagamenti::{Outcome, PaymentSite},
    spontaneo::{self, Link, Pagamento},
};

use crate::{
    cx::{Cx, html, html_status},
    error::Result,
    handing::{Handing, hand_out},
    headers::no_store,
    page::Page,
    pagopa::framed,
    posted::Posted,
    scolastici::{leave, no_cart, outcome_words, receipt_facts, way_back},
};

#[derive(Template)]
#[template(path = "pagopa/riepilogo.html")]
struct SummaryPage {
    page: Page,
    kind: String,
    said: String,
    problem: Option<String>,
    facts: Vec<(String, String)>,
    /// Whether it can be paid now: not while a receipt is awaited, nor once it is here.
    payable: bool,
    /// Whether the receipt is awaited: then it is worth looking again.
    awaited: bool,
    path: String,
    key: String,
    until: Option<String>,
}

/// The payment behind a link.
pub(super) async fn show(cx: Cx, Path(link): Path<String>) -> Result<Response> {
    let link = Link(link);
    if let Some(way) = cx.query("come").as_deref().and_then(way_back) {
        spontaneo::returned(&cx.portal, &cx.ctx, &link, way).await?;
        return Ok(cx.see_other(&format!("/pagopa/pagamento/{}", link.0)));
    }
    let shown = spontaneo::page(&cx.portal, &cx.ctx, &link).await?;
    // It names a person though nobody signed in.
    html(&summary_page(&cx.page(""), &link, &shown, cx.portal.chance().secret(), None)).map(no_store)
}

fn summary_page(base: &Page, link: &Link, shown: &Pagamento, key: String, problem: Option<String>) -> SummaryPage {
    let t = base.t;
    let settled = matches!(shown.outcome, Some(Outcome::Paid | Outcome::BeingVerified));
    let (title, said) = match shown.outcome {
        Some(outcome) => outcome_words(t, outcome),
        None => (t.get("spontaneo-riepilogo"), t.get("spontaneo-riepilogo-testo")),
    };
    let months: Vec<String> = shown.periodi.iter().map(|month| t.month(*month)).collect();
    // A notice names its addressee, by codice fiscale; nobody knows who pays it.
    let by_notice = months.is_empty();
    let whose = t.get(if by_notice { "porta-avviso-cf" } else { "spontaneo-riepilogo-pagante" });
    let mut facts = vec![(whose, shown.nome.clone()), (t.get("spontaneo-cosa"), shown.causale.clone())];
    if !months.is_empty() {
        facts.push((t.get("spontaneo-periodo"), months.join(", ")));
    }
    match &shown.receipt {
        Some(receipt) => facts.extend(receipt_facts(t, receipt)),
        None => facts.extend([
            (t.get("spontaneo-importo"), t.euro(shown.amount.cents())),
            (t.get("spontaneo-riepilogo-scadenza"), t.date(shown.due_on)),
            (t.get("porta-avviso-codice"), shown.notice.clone()),
        ]),
    }
    let page = framed(base, title);
    SummaryPage {
        page: page.failed_if(problem.is_some()),
        kind: t.get(if by_notice { "porta-avviso" } else { "spontaneo-occhiello" }),
        said,
        problem,
        facts,
        payable: !settled,
        awaited: shown.outcome == Some(Outcome::BeingVerified),
        path: format!("/pagopa/pagamento/{}", link.0),
        key,
        until: Some(t.get1("spontaneo-riepilogo-fino", "giorno", t.date(shown.until))),
    }
}

/// Opens a cart and sends the browser to the payment site.
pub(super) async fn pay(cx: Cx, Path(link): Path<String>, posted: Posted) -> Result<Response> {
    let link = Link(link);
    match spontaneo::pay(&cx.portal, &cx.ctx, &link, posted.text("chiave")).await {
        Ok(PaymentSite(address)) => leave(&cx, address),
        Err(error) => {
            let (status, problem) = no_cart(cx.t, error)?;
            let shown = spontaneo::page(&cx.portal, &cx.ctx, &link).await?;
            let key = cx.portal.chance().secret();
            html_status(status, &summary_page(&cx.page(""), &link, &shown, key, Some(problem))).map(no_store)
        }
    }
}

/// The printed notice.
pub(super) async fn notice(cx: Cx, Path(link): Path<String>) -> Result<Response> {
    Ok(hand_out(spontaneo::notice(&cx.portal, &cx.ctx, &Link(link)).await?, Handing::Inline))
}

#[cfg(test)]
mod tests {
    use sportello_domain::{euro::Euro, lingua::Lingua};

    use super::*;
    use crate::compila::sample::{base, day, see};
    use crate::scolastici::sample::ricevuta;

    fn begun(outcome: Option<Outcome>) -> Pagamento {
        Pagamento {
            nome: "Maria Colleoni".into(),
            periodi: vec![day()],
            causale: "Mensa scolastica".into(),
            amount: Euro::from_cents(8_100),
            due_on: day(),
            notice: "3020 0000 0000 0001 84".into(),
            receipt: (outcome == Some(Outcome::Paid)).then(ricevuta),
            outcome,
            until: day(),
        }
    }

    #[test]
    fn every_state_renders_in_every_language() {
        let link = Link("0".repeat(64));
        let outcomes = [Outcome::Paid, Outcome::BeingVerified, Outcome::Failed, Outcome::Cancelled];
        for outcome in [None].into_iter().chain(outcomes.map(Some)) {
            let page = |base: Page| summary_page(&base, &link, &begun(outcome), "chiave".into(), None);
            see(&format!("pagopa-pagamento-{}", outcome.map_or("nuovo".to_owned(), |o| format!("{o:?}"))), page);
            let html = page(base(Lingua::It)).render().unwrap();
            let settled = matches!(outcome, Some(Outcome::Paid | Outcome::BeingVerified));
            assert_eq!(html.contains("Paga online"), !settled, "{outcome:?}");
            let awaited = outcome == Some(Outcome::BeingVerified);
            assert_eq!(html.contains("Aggiorna lo stato"), awaited, "{outcome:?}");
            assert!(html.contains(">Pagamento spontaneo<") && html.contains(">Chi paga<"));
        }
        let notice = Pagamento { periodi: Vec::new(), nome: "CLLMRA86C54B442Z".into(), ..begun(None) };
        let page = |base: Page| summary_page(&base, &link, &notice, "chiave".into(), None);
        see("pagopa-pagamento-avviso", page);
        let html = page(base(Lingua::It)).render().unwrap();
        assert!(html.contains(">Pagamento con avviso<") && html.contains(">Codice fiscale del destinatario<"));
        assert!(!html.contains("Chi paga"), "nobody knows who pays a notice");
        see("pagopa-pagamento-fermo", |base| {
            summary_page(&base, &link, &begun(None), "chiave".into(), Some("Riprova.".into()))
        });
    }
}
