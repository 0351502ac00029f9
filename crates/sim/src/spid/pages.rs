//! Pages of the simulated providers.

use askama::Template;
use sportello_domain::identita::IdentityLevel;
use sportello_identity::provider::ReceivedRequest;

use super::{
    Played, Posted,
    logout::Session,
    wrong::{self, Wrong},
};
use crate::people::Person;

/// Every anomaly of the federation, in the words of the simulator: people meet those from 19 on, the others say that the
/// portal's request was wrong.
const ANOMALIES: [(u8, &str); 18] = [
    (8, "La richiesta non ha la forma di SAML"),
    (9, "Versione della richiesta"),
    (11, "Identificatore della richiesta"),
    (12, "Livello chiesto in modo sbagliato"),
    (13, "Istante della richiesta"),
    (14, "Destinazione della richiesta"),
    (15, "Richiesta passiva"),
    (16, "Indirizzo della risposta"),
    (17, "Formato del nome"),
    (18, "Insieme di attributi"),
    (19, "Credenziali errate troppe volte"),
    (20, "Mancano le credenziali del livello richiesto"),
    (21, "Tempo scaduto"),
    (22, "Consenso negato"),
    (23, "Identità sospesa o revocata"),
    (24, "Riservato"),
    (25, "Autenticazione annullata"),
    (30, "Identità di tipo diverso"),
];
/// How long an answer can be held back: seconds and words.
const DELAYS: [(u64, &str); 4] =
    [(0, "subito"), (5, "dopo 5 secondi"), (30, "dopo 30 secondi"), (120, "dopo 2 minuti")];

/// Who signs in, at which level, or what goes wrong.
#[derive(Template)]
#[template(path = "spid.html")]
pub struct ChoicePage<'a> {
    name: &'a str,
    path: &'a str,
    people: &'a [Person],
    anomalies: Vec<(u8, &'static str)>,
    delays: [(u64, &'static str); 4],
    wrong: &'static [Wrong],
    replay: (&'static str, &'static str),
    asked: u8,
    chosen: u8,
    saml_request: &'a str,
    relay_state: &'a str,
}

impl<'a> ChoicePage<'a> {
    pub fn new(provider: &'a Played, people: &'a [Person], request: &ReceivedRequest, posted: &'a Posted) -> Self {
        let number = |level| match level {
            IdentityLevel::L1 => 1,
            IdentityLevel::L2 => 2,
            IdentityLevel::L3 => 3,
        };
        Self {
            name: &provider.idp.name,
            path: provider.path,
            people,
            anomalies: ANOMALIES.into_iter().filter(|(number, _)| provider.face.has_anomaly(*number)).collect(),
            delays: DELAYS,
            wrong: &wrong::WRONG,
            replay: wrong::REPLAY,
            asked: number(request.level),
            chosen: number(provider.face.level(request.level)),
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

/// The sessions at a provider.
#[derive(Template)]
#[template(path = "sessioni.html")]
pub struct SessionsPage {
    pub name: String,
    pub path: String,
    pub sessions: Vec<Session>,
}

/// The form that takes a message of logout to the portal.
#[derive(Template)]
#[template(path = "esci.html")]
pub struct LogoutForm {
    pub url: String,
    pub field: &'static str,
    pub message: String,
    pub relay_state: String,
}

/// What came of leaving.
#[derive(Template)]
#[template(path = "uscito.html")]
pub struct OutcomePage {
    pub words: String,
    pub path: String,
}

/// A request that is not trusted.
#[derive(Template)]
#[template(path = "rifiuto.html")]
pub struct RefusedPage {
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use sportello_identity::SpidAnomaly;

    #[test]
    fn every_anomaly_can_be_pressed() {
        let pressed: Vec<u8> = super::ANOMALIES.iter().map(|(number, _)| *number).collect();
        assert_eq!(pressed, SpidAnomaly::all().map(SpidAnomaly::number).collect::<Vec<_>>());
    }
}
