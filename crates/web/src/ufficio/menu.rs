//! The areas of the office: each is seen by those whose role has something to do there.

use axum::response::Response;
use sportello_app::{
    Actor, autori::READERS as AUTORI_READERS, campione::READERS as CAMPIONE_READERS, dati::OFFICERS, delega::GRANTERS,
    fatturazione::READERS as RUN_READERS, operazioni::READERS as DEED_READERS, per_conto::DESKS, presenze::IMPORTERS,
    proposta::READERS as PROPOSTA_READERS, protocollo::READERS as PROTOCOLLO_READERS, riconciliazione::RECONCILERS,
    ruolo::READERS as ROLE_READERS, scarto::READERS as SCARTO_READERS, tariffe::READERS as TARIFF_READERS,
    tracciatura::READERS as LOG_READERS,
};
use sportello_domain::ruolo::Ruolo;

use crate::{
    cx::{Cx, html},
    error::Result,
    links::Links,
    page::{MenuEntry, Page},
    text::Text,
    ufficio::{COLLECTORS, READERS, framed},
};

/// Path of the queue of pratiche, the first area.
pub(crate) const PRATICHE: &str = "/ufficio/pratiche";
/// Path of the places that are booked.
pub(crate) const POSTI: &str = "/ufficio/posti";

/// Path of the modelli of the ente.
pub(crate) const MODELLI: &str = "/ufficio/modelli";

/// Path of the tasks that accepted pratiche leave.
pub(crate) const COMPITI: &str = "/ufficio/compiti";

/// Path of the sample checks of declarations.
pub(crate) const CONTROLLI: &str = "/ufficio/controlli";

/// Path of what applicants wrote and nobody has opened.
pub(crate) const MESSAGGI: &str = "/ufficio/messaggi";

/// Path of the e-mails that could not be delivered.
pub(crate) const NON_CONSEGNATI: &str = "/ufficio/messaggi/non-consegnati";

/// Path of the form that takes pratiche out as a table.
pub(crate) const ESPORTA: &str = "/ufficio/pratiche/esporta";

/// Path of the direct debits.
pub(crate) const SDD: &str = "/ufficio/sdd";

/// Path of the deleghe on written request.
pub(crate) const DELEGHE: &str = "/ufficio/deleghe";
/// Path of the desk.
pub(crate) const PER_CONTO: &str = "/ufficio/per-conto";
/// Path of the protocol register.
pub(crate) const PROTOCOLLO: &str = "/ufficio/protocollo";
/// Path of its daily registers.
pub(crate) const GIORNALIERI: &str = "/ufficio/protocollo/giornalieri";
/// Path of the emergency register.
pub(crate) const EMERGENZA: &str = "/ufficio/protocollo/emergenza";
/// Path of attendance.
pub(crate) const PRESENZE: &str = "/ufficio/presenze";
/// Path of the monthly runs.
pub(crate) const RETTE: &str = "/ufficio/rette";
/// Path of invoices and credit notes.
pub(crate) const DOCUMENTI: &str = "/ufficio/documenti";
/// Path of reconciliation.
pub(crate) const RICONCILIAZIONE: &str = "/ufficio/riconciliazione";
/// Path of the tariff plans.
pub(crate) const TARIFFE: &str = "/ufficio/tariffe";
/// Path of what waits for a second person.
pub(crate) const PROPOSTE: &str = "/ufficio/proposte";
/// Path of the accounts on which the ente collects, and of the series of its invoices.
pub(crate) const CONTI: &str = "/ufficio/conti";
/// Path of the page that says whether a second person is needed.
pub(crate) const CONTROLLO: &str = "/ufficio/proposte/controllo";
/// Path of the sign-in log.
pub(crate) const TRACCIATURA: &str = "/ufficio/tracciatura";

/// Path of what is past its time.
pub(crate) const SCARTO: &str = "/ufficio/scarto";
/// Path of the data of a person who asked for them.
pub(crate) const DATI: &str = "/ufficio/dati-personali";
/// Path of the log of deeds.
pub(crate) const OPERAZIONI: &str = "/ufficio/operazioni";
/// Path of the roles of staff.
pub(crate) const RUOLI: &str = "/ufficio/ruoli";

/// An area.
struct Area {
    /// Key of its name.
    key: &'static str,
    /// Path of its first page; the pages below it belong to it.
    path: &'static str,
    /// Who sees it.
    roles: &'static [Ruolo],
}

/// The areas in the order of the menu.
const AREAS: &[Area] = &[
    Area { key: "ufficio-menu-pratiche", path: PRATICHE, roles: READERS },
    Area { key: "ufficio-menu-messaggi", path: MESSAGGI, roles: READERS },
    Area { key: "ufficio-menu-per-conto", path: PER_CONTO, roles: &DESKS },
    Area { key: "posti-menu", path: POSTI, roles: READERS },
    Area { key: "ufficio-menu-compiti", path: COMPITI, roles: READERS },
    Area { key: "ufficio-menu-controlli", path: CONTROLLI, roles: &CAMPIONE_READERS },
    Area { key: "ufficio-menu-protocollo", path: PROTOCOLLO, roles: &PROTOCOLLO_READERS },
    Area { key: "ufficio-menu-deleghe", path: DELEGHE, roles: &GRANTERS },
    Area { key: "ufficio-menu-presenze", path: PRESENZE, roles: &IMPORTERS },
    Area { key: "ufficio-menu-rette", path: RETTE, roles: &RUN_READERS },
    Area { key: "ufficio-menu-documenti", path: DOCUMENTI, roles: &RUN_READERS },
    Area { key: "ufficio-menu-riconciliazione", path: RICONCILIAZIONE, roles: &RECONCILERS },
    Area { key: "ufficio-menu-sdd", path: SDD, roles: COLLECTORS },
    Area { key: "ufficio-menu-proposte", path: PROPOSTE, roles: &PROPOSTA_READERS },
    Area { key: "ufficio-menu-tariffe", path: TARIFFE, roles: &TARIFF_READERS },
    Area { key: "modelli-menu", path: MODELLI, roles: &AUTORI_READERS },
    Area { key: "ufficio-menu-tracciatura", path: TRACCIATURA, roles: &LOG_READERS },
    Area { key: "ufficio-menu-scarto", path: SCARTO, roles: &SCARTO_READERS },
    Area { key: "dati-ufficio-menu", path: DATI, roles: &OFFICERS },
    Area { key: "ufficio-menu-operazioni", path: OPERAZIONI, roles: &DEED_READERS },
    Area { key: "ufficio-menu-ruoli", path: RUOLI, roles: &ROLE_READERS },
];

/// The areas that open to somebody with these roles; `path` is the page that is shown.
pub(crate) fn entries(t: Text, links: &Links, roles: &[Ruolo], path: &str) -> Vec<MenuEntry> {
    let below =
        |area: &Area| path == area.path || path.strip_prefix(area.path).is_some_and(|rest| rest.starts_with('/'));
    let seen = AREAS.iter().filter(|area| area.roles.iter().any(|role| roles.contains(role)));
    seen.map(|area| MenuEntry { label: t.get(area.key), href: links.to(area.path), current: below(area) }).collect()
}

#[derive(askama::Template)]
#[template(path = "ufficio/benvenuto.html")]
struct WelcomePage {
    page: Page,
}

/// `/ufficio`: leads to the first area of the person; says so when there is none.
pub(crate) async fn home(cx: Cx) -> Result<Response> {
    let Actor::Operatore(_, roles) = &cx.ctx.actor else {
        return Err(sportello_app::Error::SignInNeeded.into());
    };
    let first = AREAS.iter().find(|area| area.roles.iter().any(|role| roles.contains(role)));
    match first {
        Some(area) => Ok(cx.see_other(area.path)),
        None => html(&welcome_page(&cx.page(""))),
    }
}

fn welcome_page(base: &Page) -> WelcomePage {
    WelcomePage { page: framed(base, base.t.get("ufficio-benvenuto")) }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::see;

    #[test]
    fn each_role_sees_its_areas_and_where_it_stands() {
        let links = Links::new("https://x.example", "/prova", "prova");
        let of = |role, path| entries(Text(Lingua::It), &links, &[role], path);
        let clerk = of(Ruolo::OperatoreIstruzione, "/ufficio/pratiche/1");
        assert!(clerk.iter().any(|entry| entry.label == "Pratiche" && entry.current));
        assert!(of(Ruolo::OperatoreIstruzione, "/ufficio/praticheria").iter().all(|entry| !entry.current));
        let administrator: Vec<String> =
            of(Ruolo::Amministratore, "/ufficio").into_iter().map(|entry| entry.label).collect();
        assert_eq!(administrator, ["Seconda persona", "Tariffe", "Modelli", "Ruoli"]);
        assert!(of(Ruolo::OperatoreScuola, "/ufficio").is_empty());
    }

    #[test]
    fn the_page_without_areas_renders_in_every_language() {
        see("ufficio-benvenuto", |base| welcome_page(&base));
    }
}
