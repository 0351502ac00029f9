//! Servizi scolastici of a signed-in parent: Documenti contabili (guide, G10) and Pagamento servizi scolastici (G12).
//!
//! Whose documents and debts these are is decided by the use cases; nothing here looks anything up by itself.

mod documento;
mod elenco;
mod esito;
mod pagamenti;
#[cfg(test)]
pub(crate) mod sample;

pub(crate) use esito::{outcome_words, receipt_facts, way_back};
pub(crate) use pagamenti::{leave, no_cart};

use chrono::NaiveDate;
use sportello_app::documenti_contabili::{DebitoState, Kind};

use crate::{
    page::{Menu, Page},
    routes::{Access::Cittadino, Route, document, get, post},
    text::Text,
};

/// Path of the children with documents.
pub(crate) const DOCUMENTI: &str = "/servizi-scolastici/documenti-contabili";
/// Path of the debts.
pub(crate) const PAGAMENTI: &str = "/servizi-scolastici/pagamenti";

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    vec![
        get("/servizi-scolastici/documenti-contabili", Cittadino, elenco::children),
        get("/servizi-scolastici/documenti-contabili/{alunno}", Cittadino, elenco::of_child),
        get("/servizi-scolastici/documenti-contabili/{alunno}/{documento}", Cittadino, documento::show),
        get("/servizi-scolastici/documenti-contabili/{alunno}/{documento}/documento.pdf", Cittadino, documento::pdf),
        get("/servizi-scolastici/pagamenti", Cittadino, pagamenti::list),
        post("/servizi-scolastici/pagamenti", Cittadino, pagamenti::choose),
        get("/servizi-scolastici/pagamenti/vai", Cittadino, pagamenti::back),
        post("/servizi-scolastici/pagamenti/vai", Cittadino, pagamenti::go),
        document("/servizi-scolastici/pagamenti/avviso/{debito}", Cittadino, pagamenti::notice),
        get("/servizi-scolastici/pagamenti/esito/{tentativo}", Cittadino, esito::show),
        get("/servizi-scolastici/pagamenti/ricevuta/{debito}", Cittadino, esito::receipt),
    ]
}

/// A state as the parent reads it: words, icon and tint together, and a sentence where one is needed.
#[derive(Clone, Debug)]
pub(crate) struct Stato {
    pub(crate) words: String,
    pub(crate) icon: &'static str,
    pub(crate) tint: &'static str,
    pub(crate) note: Option<String>,
}

/// The parent's words for the state of a debt.
pub(crate) fn stato(t: Text, state: DebitoState) -> Stato {
    let on = |key: &str, day: NaiveDate| t.get1(key, "giorno", t.date(day));
    let (words, icon, tint, note) = match state {
        DebitoState::ToPay => (t.get("debito-da-pagare"), "orologio", "ambra", Some("debito-canale-pagopa")),
        DebitoState::Overdue => (t.get("debito-scaduto"), "attenzione", "rosso", Some("debito-canale-pagopa")),
        DebitoState::Debit { on: Some(day) } => {
            (on("debito-in-addebito", day), "calendario", "blu", Some("debito-nota-sdd"))
        }
        DebitoState::Debit { on: None } => (t.get("debito-sdd-previsto"), "calendario", "blu", Some("debito-nota-sdd")),
        DebitoState::Debited => (t.get("debito-addebitato"), "spunta", "verde", None),
        DebitoState::DebitFailed => (t.get("debito-insoluto"), "attenzione", "rosso", Some("debito-nota-insoluto")),
        DebitoState::BeingVerified => (t.get("debito-in-verifica"), "orologio", "blu", Some("debito-nota-verifica")),
        DebitoState::Paid { on: day } => (on("debito-pagato", day), "spunta", "verde", None),
        DebitoState::Cancelled => (t.get("debito-annullato"), "info", "blu", None),
    };
    Stato { words, icon, tint, note: note.map(|key| t.get(key)) }
}

/// Name of a document with its number.
fn document_name(t: Text, kind: Kind, number: &str) -> String {
    match kind {
        Kind::Invoice => t.get1("documento-fattura", "numero", number),
        Kind::CreditNote => t.get1("documento-nota-credito", "numero", number),
    }
}

/// Frame of a page of this part.
fn framed(base: &Page, title: String) -> Page {
    let page = Page { title, ..base.clone() };
    page.menu(Menu::ServiziScolastici).crumb(base.t.get("menu-servizi-scolastici"), "/servizi-scolastici")
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;

    #[test]
    fn a_state_says_what_to_do_or_that_nothing_is_to_be_done() {
        let it = |state| stato(Text(Lingua::It), state);
        let day = NaiveDate::from_ymd_opt(2026, 12, 10).unwrap();
        let debit = it(DebitoState::Debit { on: Some(day) });
        assert_eq!(debit.words, "In addebito SDD il 10 dicembre 2026");
        assert!(debit.note.unwrap().contains("qui non si può pagare"));
        assert_eq!(it(DebitoState::Paid { on: day }).words, "Pagato il 10 dicembre 2026");
        assert_eq!(it(DebitoState::DebitFailed).note.unwrap(), "Il pagamento sostituisce l’addebito non riuscito.");
    }
}
