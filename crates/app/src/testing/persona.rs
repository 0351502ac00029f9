//! People of a test, by family name: always the same person for the same name.

use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use sportello_domain::{
    codice_fiscale::{CodiceFiscale, Sesso},
    ente::Ente,
    identita::{Identita, IdentityLevel, IdentityScheme},
    lingua::Lingua,
    ruolo::{Ambito, Ruolo},
};
use sportello_store::session::{self as row, NewSession, SessionKind};

use super::App;
use crate::{
    Actor, Ctx, Signed, accesso,
    ruolo::{self, Grant},
};

/// Token of the forms of every session of [`App::session`].
pub const CSRF: &str = "token-of-the-session";

/// Date of birth of every grown-up.
pub(super) fn birth() -> NaiveDate {
    NaiveDate::from_ymd_opt(1985, 3, 12).expect("a day of that year")
}

/// The codice fiscale of the person of a family name.
pub fn codice_fiscale(cognome: &str) -> String {
    code(cognome).as_str().to_owned()
}

pub(super) fn code(cognome: &str) -> CodiceFiscale {
    CodiceFiscale::compose(cognome, "Mario", birth(), Sesso::Maschio, "A794").expect("a name of letters")
}

/// The person of a family name as a provider describes them.
pub fn identita(cognome: &str) -> Identita {
    Identita {
        scheme: IdentityScheme::Spid,
        provider: "https://idp.example".into(),
        level: IdentityLevel::L2,
        codice_fiscale: codice_fiscale(cognome),
        nome: "Mario".into(),
        cognome: cognome.into(),
        nascita: Some(birth()),
        luogo_nascita: Some("A794".into()),
        email: Some(format!("{}@posta.example", cognome.to_lowercase())),
        cellulare: None,
    }
}

impl App {
    /// A citizen of the ente `prova`.
    pub async fn cittadino(&self, cognome: &str) -> Ctx {
        self.cittadino_di(&self.ente, cognome).await
    }

    /// A citizen of an ente.
    pub async fn cittadino_di(&self, ente: &Arc<Ente>, cognome: &str) -> Ctx {
        let signed = self.introduce(ente, cognome).await;
        self.ctx(ente, Actor::Cittadino(signed))
    }

    /// A member of staff of the ente `prova`: `Anna` reviews and decides, `Lara` opens diets, `Ugo` only reads, `Capo`
    /// administers.
    pub async fn operatore(&self, name: &str) -> Ctx {
        let roles: &[Ruolo] = match name {
            "Anna" => &[Ruolo::OperatoreIstruzione, Ruolo::Responsabile],
            "Lara" => &[Ruolo::OperatoreDiete],
            "Ugo" => &[Ruolo::Auditor],
            "Capo" => &[Ruolo::Amministratore],
            _ => panic!("no such member of staff: {name}"),
        };
        self.operatore_di(&self.ente, name, roles).await
    }

    /// A member of staff of an ente with these roles.
    pub async fn operatore_di(&self, ente: &Arc<Ente>, name: &str, roles: &[Ruolo]) -> Ctx {
        for role in roles {
            self.grant(ente, name, *role, Ambito::Ente).await;
        }
        let signed = self.introduce(ente, name).await;
        self.ctx(ente, Actor::Operatore(signed, roles.to_vec()))
    }

    /// Gives a role to the person of a family name.
    pub async fn grant(&self, ente: &Arc<Ente>, cognome: &str, ruolo: Ruolo, ambito: Ambito) {
        let grant = Grant { codice_fiscale: code(cognome), ruolo, ambito };
        ruolo::grant_by_command(&self.portal, ente.id, grant).await.expect("a role can be given");
    }

    /// Somebody who has not signed in, at an ente.
    pub fn nobody(&self, ente: &Arc<Ente>) -> Ctx {
        self.ctx(ente, Actor::Nobody)
    }

    /// A session of the person of `ctx`: the secret of its cookie. Its forms carry [`CSRF`].
    pub async fn session(&self, ctx: &Ctx) -> String {
        let (signed, kind) = match &ctx.actor {
            Actor::Cittadino(signed) => (signed, SessionKind::Cittadino),
            Actor::Operatore(signed, _) => (signed, SessionKind::Ufficio),
            Actor::Nobody => panic!("nobody has no session"),
        };
        let token = self.portal.chance().secret();
        let (ente, now) = (ctx.ente_id(), self.clock.now());
        let new = NewSession {
            id: signed.session,
            token_hash: Sha256::digest(token.as_bytes()).to_vec(),
            kind,
            persona_id: signed.persona,
            scheme: IdentityScheme::Spid,
            level: signed.level,
            csrf: CSRF.into(),
            provider: None,
            name_id: None,
            session_index: None,
            browser: "Firefox, Windows".into(),
            device_hash: None,
            created_at: now,
            expires_at: now + crate::session::Audience::from(kind).limits().longest,
        };
        self.portal
            .store()
            .write(ente, async move |tx| row::create(tx, ente, &new).await)
            .await
            .expect("a session can be opened");
        token
    }

    async fn introduce(&self, ente: &Ente, cognome: &str) -> Signed {
        accesso::introduce(&self.portal, ente, identita(cognome))
            .await
            .expect("a portal of a test takes invented people")
    }

    fn ctx(&self, ente: &Arc<Ente>, actor: Actor) -> Ctx {
        Ctx { ente: ente.clone(), actor, request: self.portal.request_id(), lingua: Lingua::It, on_behalf: None }
    }
}

/// A role by its letter, in tables of who may do what: Amministratore `A`, Istruzione `I`, Responsabile `R`, Diete `D`,
/// ragioneria `€`, aUditor `U`, Scuola `S`.
pub const fn letter(ruolo: Ruolo) -> char {
    match ruolo {
        Ruolo::Amministratore => 'A',
        Ruolo::OperatoreIstruzione => 'I',
        Ruolo::Responsabile => 'R',
        Ruolo::OperatoreDiete => 'D',
        Ruolo::Ragioneria => '€',
        Ruolo::Auditor => 'U',
        Ruolo::OperatoreScuola => 'S',
    }
}
