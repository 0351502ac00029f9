//! Who is asking, of which ente, in which request. Every use case takes it and asks it for permission first.

use std::sync::Arc;

use sportello_domain::{
    delega::DelegaScope,
    ente::Ente,
    id::{DelegaId, EnteId, PerContoId, PersonaId, RequestId, SessionId},
    identita::{IdentityLevel, IdentityScheme},
    lingua::Lingua,
    ruolo::Ruolo,
};

use sportello_store::{Json, audit::AuditRow};

use crate::{
    Portal, delega,
    error::{Error, Result},
    per_conto,
};

/// The circumstances of one call.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The ente at whose counter the person stands.
    pub ente: Arc<Ente>,
    /// Who is asking.
    pub actor: Actor,
    /// The request, for audit rows and logs.
    pub request: RequestId,
    /// Language of the answer.
    pub lingua: Lingua,
    /// In whose name somebody acts, when it is not their own: only `delega::resume` and `per_conto::resume` make one.
    pub on_behalf: Option<OnBehalf>,
}

/// Whoever is signed in may act in this person's name.
#[derive(Clone, Debug)]
pub struct OnBehalf {
    /// On which ground.
    pub ground: Ground,
    /// The applicant, who owns what is seen and done.
    pub titolare: PersonaId,
    /// Given and family name of the applicant.
    pub name: String,
    /// What may be done.
    pub scope: DelegaScope,
}

/// Why somebody may act in the name of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// An accepted delega that is in force.
    Delega(DelegaId),
    /// A session at the desk that is open: the applicant stands before the member of staff.
    PerConto(PerContoId),
}

impl Ground {
    /// What stands before the path of a page that is asked for on this ground.
    pub fn path(self) -> String {
        match self {
            Self::Delega(id) => format!("{}/{id}", delega::BEHALF),
            Self::PerConto(id) => format!("{}/{id}", per_conto::BEHALF),
        }
    }
}

/// Who is asking.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Somebody who has not signed in.
    Nobody,
    /// A citizen, for their own affairs.
    Cittadino(Signed),
    /// A member of staff, with the roles held at this moment.
    Operatore(Signed, Vec<Ruolo>),
}

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The session.
    pub session: SessionId,
    /// The person, within the ente.
    pub persona: PersonaId,
    /// Given name.
    pub nome: String,
    /// Family name.
    pub cognome: String,
    /// Codice fiscale, the account key.
    pub codice_fiscale: String,
    /// Through which scheme they signed in.
    pub scheme: IdentityScheme,
    /// Level of assurance of the sign-in.
    pub level: IdentityLevel,
    /// Token that every unsafe form of this session carries.
    pub csrf: String,
}

impl Signed {
    /// Given and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.nome, self.cognome)
    }
}

impl Ctx {
    /// The tenant key.
    pub fn ente_id(&self) -> EnteId {
        self.ente.id
    }

    /// The citizen who is asking.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] for everybody else: staff act as citizens only through a session of their own.
    pub fn cittadino(&self) -> Result<&Signed> {
        match &self.actor {
            Actor::Cittadino(signed) => Ok(signed),
            Actor::Nobody | Actor::Operatore(..) => Err(Error::SignInNeeded),
        }
    }

    /// The citizen whose affairs these are: the one who is asking, or the one in whose name they ask when their delega
    /// allows `needed`. Everything that has an owner is looked for under this person, and nowhere else.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] as [`Ctx::cittadino`], [`Error::DelegaTooNarrow`].
    pub fn titolare(&self, needed: DelegaScope) -> Result<PersonaId> {
        let signed = self.cittadino()?;
        match &self.on_behalf {
            None => Ok(signed.persona),
            Some(behalf) if behalf.scope.allows(needed) => Ok(behalf.titolare),
            Some(_) => Err(Error::DelegaTooNarrow),
        }
    }

    /// Lets only somebody who has signed in at this level or a higher one. At the desk a member of staff sees the
    /// applicant and a document: no level is asked for.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] as [`Ctx::cittadino`], [`Error::LevelNeeded`].
    pub fn at_level(&self, needed: IdentityLevel) -> Result<()> {
        if self.desk().is_some() || self.cittadino()?.level >= needed {
            Ok(())
        } else {
            Err(Error::LevelNeeded(needed))
        }
    }

    /// The session at the desk in which a member of staff acts.
    pub fn desk(&self) -> Option<PerContoId> {
        match (&self.actor, &self.on_behalf) {
            (Actor::Operatore(..), Some(OnBehalf { ground: Ground::PerConto(id), .. })) => Some(*id),
            _ => None,
        }
    }

    /// Who fills in and sends: a citizen, or a member of staff in a session at the desk.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] as [`Ctx::cittadino`].
    pub fn acting(&self) -> Result<&Signed> {
        match &self.actor {
            Actor::Operatore(signed, _) if self.desk().is_some() => Ok(signed),
            _ => self.cittadino(),
        }
    }

    /// The applicant of a draft or of INVIA: as [`Ctx::titolare`] for those who may act, and the applicant at the desk.
    /// Only what a member of staff may do at the desk asks for it.
    ///
    /// # Errors
    /// Those of [`Ctx::titolare`].
    pub fn richiedente(&self) -> Result<PersonaId> {
        match &self.on_behalf {
            Some(behalf) if self.desk().is_some() => Ok(behalf.titolare),
            _ => self.titolare(DelegaScope::Act),
        }
    }

    /// Given and family name of the person whose affairs these are.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] as [`Ctx::acting`].
    pub fn titolare_name(&self) -> Result<String> {
        let signed = self.acting()?;
        Ok(self.on_behalf.as_ref().map_or_else(|| signed.name(), |behalf| behalf.name.clone()))
    }

    /// The citizen who is asking, for what nobody does in the name of another.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] as [`Ctx::cittadino`], [`Error::DelegaTooNarrow`] in the name of another.
    pub fn oneself(&self) -> Result<&Signed> {
        let signed = self.cittadino()?;
        if self.on_behalf.is_none() { Ok(signed) } else { Err(Error::DelegaTooNarrow) }
    }

    /// The member of staff who is asking, when they hold one of `roles`.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] without a staff session, [`Error::Forbidden`] without such a role.
    pub fn operatore(&self, roles: &[Ruolo]) -> Result<&Signed> {
        match &self.actor {
            Actor::Operatore(signed, held) if held.iter().any(|ruolo| roles.contains(ruolo)) => Ok(signed),
            Actor::Operatore(..) => Err(Error::Forbidden),
            Actor::Nobody | Actor::Cittadino(_) => Err(Error::SignInNeeded),
        }
    }

    /// The audit row of what is done in this call. `detail` holds identifiers and words, never personal data.
    pub(crate) fn note(
        &self,
        portal: &Portal,
        action: &'static str,
        object_kind: &'static str,
        object_id: Option<uuid::Uuid>,
    ) -> AuditRow {
        let (actor, capacity) = match &self.actor {
            Actor::Nobody => (None, "nessuno"),
            Actor::Cittadino(signed) if self.on_behalf.is_some() => (Some(signed.persona), "delegato"),
            Actor::Cittadino(signed) => (Some(signed.persona), "cittadino"),
            Actor::Operatore(signed, _) if self.on_behalf.is_some() => (Some(signed.persona), "per_conto"),
            Actor::Operatore(signed, _) => (Some(signed.persona), "ufficio"),
        };
        let detail = match &self.on_behalf {
            Some(OnBehalf { ground: Ground::Delega(delega), titolare, .. }) => {
                serde_json::json!({ "titolare": titolare, "delega": delega })
            }
            Some(OnBehalf { ground: Ground::PerConto(desk), titolare, .. }) => {
                serde_json::json!({ "titolare": titolare, "per_conto": desk })
            }
            None => serde_json::json!({}),
        };
        AuditRow {
            actor,
            capacity: capacity.to_owned(),
            request_id: Some(self.request),
            detail: Json(detail),
            ..command_note(portal, action, object_kind, object_id)
        }
    }
}

/// The audit row of what the portal does by itself, in a job.
pub(crate) fn system_note(
    portal: &Portal,
    action: &'static str,
    object_kind: &'static str,
    object_id: Option<uuid::Uuid>,
) -> AuditRow {
    AuditRow { capacity: "sistema".to_owned(), ..command_note(portal, action, object_kind, object_id) }
}

/// The audit row of what is done from the command line, by whoever may run commands on the machine.
pub(crate) fn command_note(
    portal: &Portal,
    action: &'static str,
    object_kind: &'static str,
    object_id: Option<uuid::Uuid>,
) -> AuditRow {
    let now = portal.clock().now();
    AuditRow {
        id: portal.chance().uuid(now),
        at: now,
        actor: None,
        capacity: "comando".to_owned(),
        action: action.to_owned(),
        object_kind: object_kind.to_owned(),
        object_id,
        request_id: None,
        detail: Json(serde_json::json!({})),
    }
}
