//! How a person wants to be told of news. Contacts themselves stand in `persona`.

use chrono::{DateTime, Utc};
use sportello_domain::id::{EnteId, PersonaId};

use crate::{
    binds,
    error::Result,
    notifica::Channel,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// The choices of a person.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ProfiloRow {
        /// How news are told.
        pub channel: Channel,
        /// When the address of the person was confirmed by a code.
        pub email_confirmed_at: Option<DateTime<Utc>>,
    }
}

statements! {
    OF: ProfiloRow = "SELECT channel, email_confirmed_at FROM profilo WHERE ente_id = $1 AND persona_id = $2";
    SET_CHANNEL = "INSERT INTO profilo (ente_id, persona_id, channel, updated_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (ente_id, persona_id) DO UPDATE SET channel = excluded.channel, updated_at = excluded.updated_at";
    CONFIRMED = "INSERT INTO profilo (ente_id, persona_id, channel, email_confirmed_at, updated_at) VALUES ($1, $2, 'email', $3, $3)
        ON CONFLICT (ente_id, persona_id) DO UPDATE SET email_confirmed_at = excluded.email_confirmed_at, updated_at = excluded.updated_at";
}

/// The choices of a person; nothing for one who made none.
pub async fn of(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Option<ProfiloRow>> {
    read.fetch_optional(OF, binds![ente, persona]).await
}

/// Sets how a person is told of news.
pub async fn set_channel(
    tx: &mut Tx,
    ente: EnteId,
    persona: PersonaId,
    channel: Channel,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(SET_CHANNEL, binds![ente, persona, channel, now]).await?;
    Ok(())
}

/// Notes that the address of a person was confirmed by a code.
pub async fn confirmed(tx: &mut Tx, ente: EnteId, persona: PersonaId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(CONFIRMED, binds![ente, persona, now]).await?;
    Ok(())
}
