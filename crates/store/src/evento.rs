//! The timeline of a pratica.

use chrono::{DateTime, Utc};
use sportello_domain::{
    id::{EnteId, PersonaId, PraticaId},
    pratica::PraticaStatus,
};
use uuid::Uuid;

use crate::{binds, error::Result, flight::Write, row, statements, tx::Read, word::words};

words! {
    /// Who acted on a pratica.
    pub enum ActorKind {
        /// The applicant.
        Cittadino = "cittadino",
        /// A member of staff.
        Ufficio = "ufficio",
        /// The portal itself.
        Sistema = "sistema",
    }
}

row! {
    /// A step in the life of a pratica.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EventoRow {
        /// Its key, version 7.
        pub id: Uuid,
        /// The pratica.
        pub pratica_id: PraticaId,
        /// Which step: the state that it led to.
        pub kind: PraticaStatus,
        /// When.
        pub at: DateTime<Utc>,
        /// Who acted.
        pub actor_kind: ActorKind,
        /// Which person, if one.
        pub actor: Option<PersonaId>,
        /// What the office noted, for the office alone.
        pub note: Option<String>,
    }
}

statements! {
    ADD = "INSERT INTO pratica_evento (ente_id, id, pratica_id, kind, at, actor_kind, actor, note)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_PRATICA: EventoRow = "SELECT id, pratica_id, kind, at, actor_kind, actor, note
        FROM pratica_evento WHERE ente_id = $1 AND pratica_id = $2 ORDER BY at, id LIMIT 500";
}

impl EventoRow {
    pub(crate) fn write<'a>(&'a self, ente: &'a EnteId) -> Write<'a> {
        let binds = binds![*ente, self.id, self.pratica_id, self.kind, self.at, self.actor_kind, self.actor, self.note];
        Write::new(ADD, binds)
    }
}

/// The steps of a pratica, oldest first, at most 500. Whether the caller may see the pratica is asked first.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Vec<EventoRow>> {
    read.fetch_all(OF_PRATICA, binds![ente, pratica]).await
}
