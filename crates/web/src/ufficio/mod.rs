//! The office: the queue, a pratica with its answers, the decision.
//!
//! Which role may do what is decided by the use cases; here stands only who may come in.

pub(crate) mod address;
mod campione;
pub mod codice;
pub mod compiti;
pub(crate) mod conferma;
mod confronto;
pub mod conti;
pub(crate) mod dati;
pub mod decision;
pub mod deleghe;
pub mod documenti;
pub(crate) mod esito;
pub mod esporta;
pub mod file;
pub mod insieme;
pub mod integrazione;
pub(crate) mod menu;
pub mod messaggi;
pub mod modelli;
pub mod operazioni;
mod outlook;
pub(crate) mod per_conto;
pub(crate) mod posta;
pub mod posti;
pub mod pratica;
pub mod presenze;
pub mod proposte;
pub mod protocollo;
pub mod queue;
pub mod rette;
pub mod riconciliazione;
pub mod ruoli;
#[cfg(test)]
mod sample;
pub(crate) mod scarto;
pub mod sdd;
pub mod sealed;
pub mod tariffe;
pub mod tariffe_nuova;
pub mod tastiera;
pub mod tracciatura;

use sportello_app::{
    autori,
    dati::OFFICERS,
    delega::GRANTERS,
    fatturazione, operazioni as deeds,
    per_conto::DESKS,
    presenze::IMPORTERS,
    proposta, protocollo as registro,
    riconciliazione::RECONCILERS,
    ruolo, tariffe as prezzi,
    ufficio::{esportazione::EXPORTERS, messaggi::WRITERS},
};
use sportello_domain::{pratica::PraticaStatus, ruolo::Ruolo};

use crate::{
    page::Page,
    routes::{Access, Route, document, get, post, post_files, post_page, post_texts},
    text::Text,
};

/// Roles that read pratiche.
const READERS: &[Ruolo] = &[Ruolo::OperatoreIstruzione, Ruolo::Responsabile, Ruolo::OperatoreDiete, Ruolo::Auditor];
/// Roles that work on pratiche.
const WORKERS: &[Ruolo] = &[Ruolo::OperatoreIstruzione, Ruolo::Responsabile];
/// Roles that collect.
const COLLECTORS: &[Ruolo] = &[Ruolo::Ragioneria];

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    let (read, work) = (Access::Ufficio(READERS), Access::Ufficio(WORKERS));
    let mut routes = vec![
        get("/ufficio", Access::Ufficio(&Ruolo::ALL), menu::home),
        get(menu::PRATICHE, read, queue::show),
        get(menu::ESPORTA, Access::Ufficio(&EXPORTERS), esporta::show),
        post(menu::ESPORTA, Access::Ufficio(&EXPORTERS), esporta::hand_out),
        get(insieme::INSIEME, read, insieme::back),
        post(insieme::INSIEME, work, insieme::show),
        get(insieme::ESEGUI, read, insieme::back),
        post(insieme::ESEGUI, work, insieme::carry_out),
        get("/ufficio/pratiche/elenco", read, queue::back),
        post("/ufficio/pratiche/elenco", Access::Ufficio(&EXPORTERS), queue::take_out),
        get("/ufficio/pratiche/{id}", read, pratica::show),
        get("/ufficio/pratiche/{id}/assegna", read, pratica::back),
        post("/ufficio/pratiche/{id}/assegna", work, decision::assign),
        get("/ufficio/pratiche/{id}/prendi", read, pratica::back),
        post("/ufficio/pratiche/{id}/prendi", work, decision::take),
        get("/ufficio/pratiche/{id}/decisione", read, pratica::back),
        post("/ufficio/pratiche/{id}/decisione", work, decision::decide),
        get("/ufficio/pratiche/{id}/codice-fiscale", read, pratica::back),
        post("/ufficio/pratiche/{id}/codice-fiscale", work, codice::complete),
        get("/ufficio/pratiche/{id}/integrazioni", read, integrazione::show),
        post("/ufficio/pratiche/{id}/integrazioni", work, integrazione::ask),
        get("/ufficio/pratiche/{id}/provvedimento/{atto}", read, pratica::provvedimento),
        document("/ufficio/pratiche/{id}/copia", read, pratica::copy),
        get("/ufficio/pratiche/{id}/preavviso", read, integrazione::show_notice),
        post("/ufficio/pratiche/{id}/preavviso", work, integrazione::give_notice),
        get("/ufficio/pratiche/{id}/annulla", read, integrazione::ask_annul),
        post("/ufficio/pratiche/{id}/annulla", work, integrazione::annul),
        get("/ufficio/pratiche/{id}/riservati", read, pratica::back),
        post("/ufficio/pratiche/{id}/riservati", read, sealed::open),
        get("/ufficio/pratiche/{id}/file/{file}", read, file::show),
        get("/ufficio/pratiche/{id}/file/{file}/vedi", read, file::view),
        post("/ufficio/pratiche/{id}/file/{file}", read, file::hand_out_with_reason),
        get(tastiera::TASTIERA, read, tastiera::show),
        get(menu::POSTI, read, posti::show),
        get("/ufficio/posti/elenco", read, posti::back_to_list),
        post("/ufficio/posti/elenco", read, posti::take_out_offers),
        get("/ufficio/posti/{codice}/{anno}", read, posti::order),
        get("/ufficio/posti/{codice}/{anno}/elenco", read, posti::back),
        post("/ufficio/posti/{codice}/{anno}/elenco", Access::Ufficio(&EXPORTERS), posti::take_out),
        get(menu::COMPITI, read, compiti::show),
        get("/ufficio/compiti/elenco", read, compiti::back),
        post("/ufficio/compiti/elenco", Access::Ufficio(&EXPORTERS), compiti::take_out),
        get("/ufficio/compiti/{compito}/fatto", read, compiti::back),
        post("/ufficio/compiti/{compito}/fatto", work, compiti::done),
        get(menu::DELEGHE, Access::Ufficio(&GRANTERS), deleghe::show),
        post(menu::DELEGHE, Access::Ufficio(&GRANTERS), deleghe::grant),
    ];
    routes.extend(messages());
    routes.extend(desk());
    routes.extend(forms());
    routes.extend(runs());
    routes.extend(accounts());
    routes.extend(debits());
    routes.extend(second_person());
    routes.extend(log());
    routes.extend(register());
    routes.extend(staff());
    routes.extend(scarto::routes());
    routes.extend(campione::routes());
    routes
}

/// The routes of direct debits.
fn debits() -> Vec<Route> {
    let collect = Access::Ufficio(COLLECTORS);
    vec![
        get(menu::SDD, collect, sdd::show),
        post(menu::SDD, collect, sdd::prepare),
        get("/ufficio/sdd/elenco", collect, sdd::back),
        post("/ufficio/sdd/elenco", collect, sdd::take_out),
        get("/ufficio/sdd/esiti", collect, sdd::back),
        post_files("/ufficio/sdd/esiti", collect, sdd::import),
        get("/ufficio/sdd/esiti/{sha256}", collect, sdd::answer),
        get("/ufficio/sdd/esiti/{sha256}/elenco", collect, sdd::back_to_answer),
        post("/ufficio/sdd/esiti/{sha256}/elenco", collect, sdd::take_out_answer),
        get("/ufficio/sdd/{id}/scarica", collect, sdd::back),
        post("/ufficio/sdd/{id}/scarica", collect, sdd::download),
        get("/ufficio/sdd/{id}/annulla", collect, sdd::back),
        post("/ufficio/sdd/{id}/annulla", collect, sdd::annul),
    ]
}

/// The routes of the sign-in log. Every member of staff gets as far as the use case, which writes a refusal down.
fn log() -> Vec<Route> {
    let staff = Access::Ufficio(&Ruolo::ALL);
    vec![
        get(menu::TRACCIATURA, staff, tracciatura::show),
        post(menu::TRACCIATURA, staff, tracciatura::search),
        get("/ufficio/tracciatura/esporta", staff, tracciatura::back),
        post("/ufficio/tracciatura/esporta", staff, tracciatura::export),
        get("/ufficio/tracciatura/{messaggio}", staff, tracciatura::show_one),
        post("/ufficio/tracciatura/{messaggio}", staff, tracciatura::open),
    ]
}

/// The routes of the protocol register.
fn register() -> Vec<Route> {
    let (read, annul) = (Access::Ufficio(&registro::READERS), Access::Ufficio(&registro::ANNULLERS));
    let declare = Access::Ufficio(&registro::emergenza::DECLARERS);
    vec![
        get(menu::PROTOCOLLO, read, protocollo::show),
        get("/ufficio/protocollo/elenco", read, protocollo::back_to_list),
        post("/ufficio/protocollo/elenco", read, protocollo::take_out),
        get(menu::GIORNALIERI, read, protocollo::giornalieri::show),
        get("/ufficio/protocollo/giornalieri/elenco", read, protocollo::giornalieri::back),
        post("/ufficio/protocollo/giornalieri/elenco", read, protocollo::giornalieri::take_out),
        document("/ufficio/protocollo/giornalieri/{giorno}", read, protocollo::giornalieri::open),
        get(menu::EMERGENZA, read, protocollo::emergenza::show),
        post(menu::EMERGENZA, declare, protocollo::emergenza::begin),
        get("/ufficio/protocollo/emergenza/elenco", read, protocollo::emergenza::back),
        post("/ufficio/protocollo/emergenza/elenco", read, protocollo::emergenza::take_out),
        get("/ufficio/protocollo/emergenza/interruzioni/elenco", read, protocollo::emergenza::back),
        post("/ufficio/protocollo/emergenza/interruzioni/elenco", read, protocollo::emergenza::take_out_interruptions),
        get("/ufficio/protocollo/emergenza/chiudi", read, protocollo::emergenza::back),
        post("/ufficio/protocollo/emergenza/chiudi", declare, protocollo::emergenza::end),
        get("/ufficio/protocollo/{bozza}", read, protocollo::show_one),
        get("/ufficio/protocollo/{bozza}/annulla", read, protocollo::back),
        post("/ufficio/protocollo/{bozza}/annulla", annul, protocollo::annul),
    ]
}

/// The routes of what a second person confirms.
fn second_person() -> Vec<Route> {
    let (read, act) = (Access::Ufficio(&proposta::READERS), Access::Ufficio(&proposta::ROLES));
    vec![
        get(menu::PROPOSTE, read, proposte::show),
        get("/ufficio/proposte/elenco", read, proposte::back_to_list),
        post("/ufficio/proposte/elenco", read, proposte::take_out),
        get(menu::CONTROLLO, read, proposte::controllo::show),
        post(menu::CONTROLLO, Access::Ufficio(&ruolo::ADMINISTRATORS), proposte::controllo::set),
        get("/ufficio/proposte/{proposta}", read, proposte::show_one),
        get("/ufficio/proposte/{proposta}/conferma", read, proposte::back),
        post("/ufficio/proposte/{proposta}/conferma", act, proposte::confirm),
        get("/ufficio/proposte/{proposta}/respingi", read, proposte::back),
        post("/ufficio/proposte/{proposta}/respingi", act, proposte::refuse),
        get("/ufficio/proposte/{proposta}/ritira", read, proposte::back),
        post("/ufficio/proposte/{proposta}/ritira", act, proposte::withdraw),
        get("/ufficio/tariffe/nuova", act, tariffe_nuova::show),
        post("/ufficio/tariffe/nuova", act, tariffe_nuova::propose),
        get(menu::CONTI, read, conti::show),
        post(menu::CONTI, act, conti::propose),
        get("/ufficio/conti/serie", read, conti::back),
        post("/ufficio/conti/serie", act, conti::propose_serie),
    ]
}

/// The routes of those who write forms.
fn forms() -> Vec<Route> {
    let (read, write) = (Access::Ufficio(&autori::READERS), Access::Ufficio(&autori::AUTHORS));
    vec![
        get(menu::MODELLI, read, modelli::list),
        get("/ufficio/modelli/elenco", read, modelli::back_to_list),
        post("/ufficio/modelli/elenco", read, modelli::take_out),
        get("/ufficio/modelli/{modello}", read, modelli::testi::show),
        get("/ufficio/modelli/{modello}/elenco", read, modelli::back),
        post("/ufficio/modelli/{modello}/elenco", read, modelli::take_out_versions),
        post_texts("/ufficio/modelli/{modello}", write, modelli::testi::save),
        get("/ufficio/modelli/{modello}/pubblica", read, modelli::pubblica::show),
        post("/ufficio/modelli/{modello}/pubblica", write, modelli::pubblica::publish),
        get("/ufficio/modelli/{modello}/ritira/{versione}", write, modelli::ritira::show),
        post("/ufficio/modelli/{modello}/ritira/{versione}", write, modelli::ritira::withdraw),
        get("/ufficio/modelli/{modello}/anteprima", read, modelli::anteprima::show),
        get("/ufficio/modelli/{modello}/anteprima/compila/{prova}", read, modelli::anteprima::tasks),
        get("/ufficio/modelli/{modello}/anteprima/compila/{prova}/{pagina}", read, modelli::anteprima::page),
        post_page("/ufficio/modelli/{modello}/anteprima/compila/{prova}/{pagina}", read, modelli::anteprima::send),
    ]
}

/// The routes of what applicants and the office write to each other.
fn messages() -> Vec<Route> {
    let (read, write) = (Access::Ufficio(READERS), Access::Ufficio(&WRITERS));
    let export = Access::Ufficio(&EXPORTERS);
    vec![
        get(menu::MESSAGGI, read, messaggi::waiting),
        get("/ufficio/messaggi/elenco", read, messaggi::back_to_list),
        post("/ufficio/messaggi/elenco", export, messaggi::take_out),
        get(menu::NON_CONSEGNATI, read, posta::show),
        get("/ufficio/messaggi/non-consegnati/elenco", read, posta::back),
        post("/ufficio/messaggi/non-consegnati/elenco", export, posta::take_out),
        get("/ufficio/messaggi/non-consegnati/{posta}/riprova", read, posta::back),
        post("/ufficio/messaggi/non-consegnati/{posta}/riprova", Access::Ufficio(WORKERS), posta::retry),
        get("/ufficio/pratiche/{id}/messaggi", read, messaggi::show),
        post("/ufficio/pratiche/{id}/messaggi", write, messaggi::write),
        get("/ufficio/pratiche/{id}/messaggi/note", read, messaggi::back),
        post("/ufficio/pratiche/{id}/messaggi/note", write, messaggi::note),
        get("/ufficio/pratiche/{id}/messaggi/riservati", read, messaggi::back),
        post("/ufficio/pratiche/{id}/messaggi/riservati", read, messaggi::open),
    ]
}

/// The routes of the desk.
fn desk() -> Vec<Route> {
    let desk = Access::Ufficio(&DESKS);
    vec![
        get(menu::PER_CONTO, desk, per_conto::show),
        post(menu::PER_CONTO, desk, per_conto::open),
        get("/ufficio/per-conto/elenco", desk, per_conto::back_to_list),
        post("/ufficio/per-conto/elenco", desk, per_conto::take_out),
        get("/ufficio/per-conto/{id}", desk, per_conto::show_one),
        get("/ufficio/per-conto/{id}/chiudi", desk, per_conto::back),
        post("/ufficio/per-conto/{id}/chiudi", desk, per_conto::close),
    ]
}

/// The routes about who works here.
fn staff() -> Vec<Route> {
    let (read, change) = (Access::Ufficio(&ruolo::READERS), Access::Ufficio(&ruolo::ADMINISTRATORS));
    vec![
        get(menu::RUOLI, read, ruoli::show),
        post(menu::RUOLI, change, ruoli::give),
        get(menu::DATI, Access::Ufficio(&OFFICERS), dati::show),
        post(menu::DATI, Access::Ufficio(&OFFICERS), dati::hand_out),
        get(menu::OPERAZIONI, Access::Ufficio(&deeds::READERS), operazioni::show),
        get("/ufficio/operazioni/elenco", Access::Ufficio(&deeds::READERS), operazioni::back_to_list),
        post("/ufficio/operazioni/elenco", Access::Ufficio(&deeds::READERS), operazioni::take_out),
        get("/ufficio/ruoli/elenco", read, ruoli::back),
        post("/ufficio/ruoli/elenco", read, ruoli::take_out),
        get("/ufficio/ruoli/{ruolo}/togli", read, ruoli::back),
        post("/ufficio/ruoli/{ruolo}/togli", change, ruoli::take),
    ]
}

/// The routes of attendance, and of the monthly runs that charge it.
fn runs() -> Vec<Route> {
    let import = Access::Ufficio(&IMPORTERS);
    let (read, issue) = (Access::Ufficio(&fatturazione::READERS), Access::Ufficio(&fatturazione::ISSUERS));
    vec![
        get(menu::PRESENZE, import, presenze::show),
        post_files(menu::PRESENZE, import, presenze::import),
        get("/ufficio/presenze/elenco", import, presenze::back),
        post("/ufficio/presenze/elenco", import, presenze::take_out),
        get(menu::RETTE, read, rette::show),
        post(menu::RETTE, issue, rette::open),
        get("/ufficio/rette/elenco", read, rette::back_to_list),
        post("/ufficio/rette/elenco", read, rette::take_out),
        get("/ufficio/rette/{ciclo}", read, rette::preview),
        get("/ufficio/rette/{ciclo}/elenco", read, rette::back),
        post("/ufficio/rette/{ciclo}/elenco", read, rette::take_out_anomalies),
        get("/ufficio/rette/{ciclo}/emetti", read, rette::back),
        post("/ufficio/rette/{ciclo}/emetti", issue, rette::issue),
    ]
}

/// The routes of the accounts office that are about what was issued and what was paid.
fn accounts() -> Vec<Route> {
    let (read, issue) = (Access::Ufficio(&fatturazione::READERS), Access::Ufficio(&fatturazione::ISSUERS));
    let reconcile = Access::Ufficio(&RECONCILERS);
    vec![
        get(menu::DOCUMENTI, read, documenti::show),
        get("/ufficio/documenti/elenco", read, documenti::back_to_list),
        post("/ufficio/documenti/elenco", issue, documenti::take_out),
        get("/ufficio/documenti/{documento}", read, documenti::show_one),
        get("/ufficio/documenti/{documento}/pdf", read, documenti::pdf),
        get("/ufficio/documenti/{documento}/nota-di-credito", read, documenti::back),
        post("/ufficio/documenti/{documento}/nota-di-credito", issue, documenti::credit),
        get("/ufficio/documenti/{documento}/rimborso", read, documenti::back),
        post("/ufficio/documenti/{documento}/rimborso", reconcile, documenti::refund),
        get(menu::RICONCILIAZIONE, reconcile, riconciliazione::show),
        get("/ufficio/riconciliazione/elenco", reconcile, riconciliazione::back_to_list),
        post("/ufficio/riconciliazione/elenco", reconcile, riconciliazione::take_out),
        get("/ufficio/riconciliazione/pagamenti/{pagamento}", reconcile, riconciliazione::show_payment),
        get("/ufficio/riconciliazione/pagamenti/{pagamento}/abbina", reconcile, riconciliazione::back_to_payment),
        post("/ufficio/riconciliazione/pagamenti/{pagamento}/abbina", reconcile, riconciliazione::assign),
        get("/ufficio/riconciliazione/pagamenti/{pagamento}/chiudi", reconcile, riconciliazione::back_to_payment),
        post("/ufficio/riconciliazione/pagamenti/{pagamento}/chiudi", reconcile, riconciliazione::resolve_payment),
        get("/ufficio/riconciliazione/ricevute/{ricevuta}", reconcile, riconciliazione::show_receipt),
        get("/ufficio/riconciliazione/ricevute/{ricevuta}/chiudi", reconcile, riconciliazione::back_to_receipt),
        post("/ufficio/riconciliazione/ricevute/{ricevuta}/chiudi", reconcile, riconciliazione::resolve_receipt),
        get(menu::TARIFFE, Access::Ufficio(&prezzi::READERS), tariffe::show),
    ]
}

/// A state as the office reads it: a word and a shape.
#[derive(Clone, Debug)]
pub(crate) struct OfficeStatus {
    /// The words.
    pub(crate) words: String,
    /// Class of the shape.
    pub(crate) shape: &'static str,
}

/// The office's words for a state.
pub(crate) fn office_status(t: Text, status: PraticaStatus, assignee: Option<&str>) -> OfficeStatus {
    let (words, shape) = match status {
        PraticaStatus::Draft | PraticaStatus::ExpiredDraft => ("-".to_owned(), "st-chiusa"),
        PraticaStatus::Submitted => (t.get("ufficio-stato-da-protocollare"), "st-attesa"),
        PraticaStatus::Registered => {
            let words = assignee.map(|chi| t.get1("ufficio-stato-assegnata-a", "chi", chi));
            (words.unwrap_or_else(|| t.get("ufficio-stato-da-assegnare")), "st-nuova")
        }
        PraticaStatus::InReview => {
            let words = assignee.map(|chi| t.get1("ufficio-stato-in-carico-a", "chi", chi));
            (words.unwrap_or_else(|| t.get("ufficio-stato-in-carico")), "st-corso")
        }
        PraticaStatus::IntegrationRequested => (t.get("ufficio-stato-attesa-integrazioni"), "st-attesa"),
        PraticaStatus::Integrated => (t.get("ufficio-stato-integrata"), "st-nuova"),
        PraticaStatus::RejectionNotice => (t.get("ufficio-stato-preavviso"), "st-attesa"),
        PraticaStatus::Observations => (t.get("ufficio-stato-osservazioni"), "st-nuova"),
        PraticaStatus::Accepted => (t.get("ufficio-stato-accolta"), "st-ok"),
        PraticaStatus::PartlyAccepted => (t.get("ufficio-stato-accolta-parziale"), "st-ok"),
        PraticaStatus::WaitingList => (t.get("ufficio-stato-lista-attesa"), "st-attesa"),
        PraticaStatus::Rejected => (t.get("ufficio-stato-respinta"), "st-errore"),
        PraticaStatus::Withdrawn => (t.get("ufficio-stato-ritirata"), "st-chiusa"),
        PraticaStatus::Annulled => (t.get("ufficio-stato-annullata"), "st-chiusa"),
    };
    OfficeStatus { words, shape }
}

/// How much time is left, in words, and how pressing that is.
pub(crate) fn time_left(t: Text, days: i64) -> OfficeStatus {
    /// From here on a term is pressing.
    const PRESSING_DAYS: i64 = 5;
    match days {
        ..0 => OfficeStatus { words: t.get1("ufficio-scaduta", "n", -days), shape: "st-errore" },
        0 => OfficeStatus { words: t.get("ufficio-oggi"), shape: "st-allerta" },
        1..=PRESSING_DAYS => OfficeStatus { words: t.get1("ufficio-giorni", "n", days), shape: "st-allerta" },
        _ => OfficeStatus { words: t.get1("ufficio-giorni", "n", days), shape: "quieto" },
    }
}

/// The frame of a page of the office.
pub(crate) fn framed(base: &Page, title: String) -> Page {
    let page = Page { title, ..base.clone() };
    page.service(base.door_name())
}

/// The frame of a page below the queue.
pub(crate) fn below(base: &Page, title: String) -> Page {
    framed(base, title).crumb(base.t.get("ufficio-coda-titolo"), menu::PRATICHE)
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;

    #[test]
    fn the_time_left_is_said_in_words() {
        let it = Text(Lingua::It);
        for (days, words, shape) in [
            (-2, "Scaduta da 2 giorni", "st-errore"),
            (-1, "Scaduta da 1 giorno", "st-errore"),
            (0, "Oggi", "st-allerta"),
            (1, "1 giorno", "st-allerta"),
            (6, "6 giorni", "quieto"),
        ] {
            let left = time_left(it, days);
            assert_eq!((left.words.as_str(), left.shape), (words, shape));
        }
    }

    #[test]
    fn the_words_are_those_of_the_table() {
        for status in PraticaStatus::ALL {
            assert_eq!(office_status(Text(Lingua::It), status, None).words, status.office(), "{status:?}");
        }
    }

    #[test]
    fn a_pratica_in_charge_names_who_works_on_it() {
        let words = |assignee| office_status(Text(Lingua::It), PraticaStatus::InReview, assignee).words;
        assert_eq!(words(Some("Anna Brambilla")), "In carico a Anna Brambilla");
        assert_eq!(words(None), "In carico");
        let given = office_status(Text(Lingua::It), PraticaStatus::Registered, Some("Anna Brambilla")).words;
        assert_eq!(given, "Assegnata a Anna Brambilla, da prendere in carico");
    }
}
