//! Coming back from the payment site, and the receipt of a payment.
//!
//! What the browser brings back is only how it left the site; whether a debt is paid the receipts say.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::pagamenti::{self, Outcome, Return, Ricevuta, Tentativo};
use sportello_domain::id::{PosizioneId, TentativoId};

use crate::{
    cx::{Cx, html, id},
    error::Result,
    page::Page,
    scolastici::{DOCUMENTI, PAGAMENTI, framed},
    text::Text,
};

#[derive(Template)]
#[template(path = "scolastici/esito.html")]
struct OutcomePage {
    page: Page,
    headline: String,
    said: String,
    paid: bool,
    receipts: Vec<ReceiptView>,
    /// Words and addresses of the ways forward, the first one is the main one.
    actions: Vec<(String, String)>,
}

struct ReceiptView {
    title: String,
    facts: Vec<(String, String)>,
}

/// How the browser came back, from the word that we put into the return address.
pub(crate) fn way_back(word: &str) -> Option<Return> {
    match word {
        "ok" => Some(Return::Ok),
        "annullato" => Some(Return::Cancel),
        "errore" => Some(Return::Error),
        "attesa" => Some(Return::Waiting),
        _ => None,
    }
}

/// What came of an attempt. The word of the return is noted once and then leaves the address, so that a reload of the
/// page asks for nothing but the present state.
pub(super) async fn show(cx: Cx, Path(tentativo): Path<String>) -> Result<Response> {
    let tentativo: TentativoId = id(&tentativo)?;
    if let Some(way) = cx.query("come").as_deref().and_then(way_back) {
        pagamenti::returned(&cx.portal, &cx.ctx, tentativo, way).await?;
        return Ok(cx.see_other(&format!("{PAGAMENTI}/esito/{tentativo}")));
    }
    html(&outcome_page(&cx.page(""), &pagamenti::attempt(&cx.portal, &cx.ctx, tentativo).await?))
}

/// Title and sentence of what an attempt has come to.
pub(crate) fn outcome_words(t: Text, outcome: Outcome) -> (String, String) {
    match outcome {
        Outcome::Paid => (t.get("esito-pagato"), t.get("esito-pagato-testo")),
        Outcome::BeingVerified => (t.get("esito-verifica"), t.get("esito-verifica-testo")),
        Outcome::Failed => (t.get("esito-non-riuscito"), t.get("esito-non-riuscito-testo")),
        Outcome::Cancelled => (t.get("esito-annullato"), t.get("esito-annullato-testo")),
    }
}

fn outcome_page(base: &Page, shown: &Tentativo) -> OutcomePage {
    let t = base.t;
    let (headline, said) = outcome_words(t, shown.outcome);
    let list = (t.get("esito-riprova"), base.to(PAGAMENTI));
    let actions = match shown.outcome {
        Outcome::Paid => vec![(t.get("esito-vai-documenti"), base.to(DOCUMENTI)), list],
        Outcome::BeingVerified => {
            vec![(t.get("esito-aggiorna"), base.to(&format!("{PAGAMENTI}/esito/{}", shown.id))), list]
        }
        Outcome::Failed | Outcome::Cancelled => vec![list],
    };
    OutcomePage {
        page: framed(base, t.get("esito-titolo")).crumb(t.get("scolastici-pagamenti"), PAGAMENTI),
        paid: shown.outcome == Outcome::Paid,
        receipts: shown.receipts.iter().map(|receipt| receipt_view(t, receipt)).collect(),
        headline,
        said,
        actions,
    }
}

fn receipt_view(t: Text, receipt: &Ricevuta) -> ReceiptView {
    ReceiptView { title: t.get("esito-ricevuta"), facts: receipt_facts(t, receipt) }
}

/// Names and values of what a receipt says.
pub(crate) fn receipt_facts(t: Text, receipt: &Ricevuta) -> Vec<(String, String)> {
    let document = receipt.documento.as_ref().map(|number| (t.get("esito-ricevuta-documento"), number.clone()));
    let facts = [
        (t.get("esito-ricevuta-importo"), t.euro(receipt.amount.cents())),
        (t.get("esito-ricevuta-data"), t.moment(receipt.paid_at)),
        (t.get("esito-ricevuta-psp"), receipt.psp.clone()),
        (t.get("esito-ricevuta-codice"), receipt.notice.clone()),
        (t.get("esito-ricevuta-identificativo"), receipt.receipt_id.clone()),
    ];
    document.into_iter().chain(facts).collect()
}

/// The receipt of one debt.
pub(super) async fn receipt(cx: Cx, Path(debt): Path<String>) -> Result<Response> {
    let debt: PosizioneId = id(&debt)?;
    let receipt = pagamenti::receipt(&cx.portal, &cx.ctx, debt).await?;
    html(&receipt_page(&cx.page(""), &receipt))
}

fn receipt_page(base: &Page, receipt: &Ricevuta) -> OutcomePage {
    let t = base.t;
    OutcomePage {
        page: framed(base, t.get("esito-ricevuta")).crumb(t.get("scolastici-pagamenti"), PAGAMENTI),
        headline: t.get("esito-pagato"),
        said: t.get("esito-pagato-testo"),
        paid: true,
        receipts: vec![receipt_view(t, receipt)],
        actions: vec![(t.get("esito-riprova"), base.to(PAGAMENTI))],
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{base, see, uuid},
        scolastici::sample,
    };

    fn attempt(outcome: Outcome) -> Tentativo {
        let receipts = if outcome == Outcome::Paid { vec![sample::ricevuta()] } else { Vec::new() };
        Tentativo { id: uuid(95), outcome, receipts }
    }

    #[test]
    fn every_outcome_renders_in_every_language() {
        for outcome in [Outcome::Paid, Outcome::BeingVerified, Outcome::Failed, Outcome::Cancelled] {
            see(&format!("pagamenti-esito-{outcome:?}"), |base| outcome_page(&base, &attempt(outcome)));
        }
        see("pagamenti-ricevuta", |base| receipt_page(&base, &sample::ricevuta()));
    }

    #[test]
    fn what_is_awaited_says_that_the_page_may_be_closed() {
        let html = outcome_page(&base(Lingua::It), &attempt(Outcome::BeingVerified)).render().unwrap();
        assert!(html.contains("Puoi chiudere questa pagina") && html.contains("Aggiorna lo stato"));
        assert!(!html.contains("class=\"tondo\""), "nothing is ticked off before the receipt");
    }

    #[test]
    fn only_our_own_words_say_how_the_browser_came_back() {
        assert_eq!(way_back("ok"), Some(Return::Ok));
        assert_eq!(way_back("pagato"), None);
    }
}
