//! Pages of the simulated providers.

use askama::Template;
use sportello_domain::identita::IdentityLevel;
use sportello_identity::provider::ReceivedRequest;

use super::Posted;
use crate::people::Person;

/// What people can meet, in the words of the simulator.
const ANOMALIES: [(u8, &str); 7] = [
    (19, "Credenziali errate troppe volte"),
    (20, "Mancano le credenziali del livello richiesto"),
    (21, "Tempo scaduto"),
    (22, "Consenso negato"),
    (23, "Identità sospesa o revocata"),
    (25, "Autenticazione annullata"),
    (30, "Identità di tipo diverso"),
];

/// Who signs in, at which level, or what goes wrong.
#[derive(Template)]
#[template(path = "spid.html")]
pub struct ChoicePage<'a> {
    name: &'a str,
    path: &'a str,
    people: &'a [Person],
    anomalies: [(u8, &'static str); 7],
    asked: u8,
    saml_request: &'a str,
    relay_state: &'a str,
}

impl<'a> ChoicePage<'a> {
    pub fn new(
        name: &'a str,
        path: &'a str,
        people: &'a [Person],
        request: &ReceivedRequest,
        posted: &'a Posted,
    ) -> Self {
        let asked = match request.level {
            IdentityLevel::L1 => 1,
            IdentityLevel::L2 => 2,
            IdentityLevel::L3 => 3,
        };
        Self {
            name,
            path,
            people,
            anomalies: ANOMALIES,
            asked,
            saml_request: &posted.saml_request,
            relay_state: &posted.relay_state,
        }
    }
}

/// The form that takes the browser back to the portal.
#[derive(Template)]
#[template(path = "ritorno.html")]
pub struct AnswerPage {
    pub acs_url: String,
    pub saml_response: String,
    pub relay_state: String,
}

/// A request that is not trusted.
#[derive(Template)]
#[template(path = "rifiuto.html")]
pub struct RefusedPage {
    pub reason: String,
}
