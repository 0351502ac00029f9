//! Sessions at the desk: who files for whom, which drafts are filled in there and what was filed. A session is found by
//! the member of staff who opened it, never by its key alone.

use chrono::{DateTime, Utc};
use sportello_domain::id::{BozzaId, EnteId, PerContoId, PersonaId};

use crate::{
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

/// A session to open.
#[derive(Clone, Debug)]
pub struct NewPerConto {
    /// Its key, version 7.
    pub id: PerContoId,
    /// The member of staff who acts.
    pub operatore_id: PersonaId,
    /// The applicant, who owns what is filed.
    pub persona_id: PersonaId,
    /// The document that identified the applicant, sealed at `per_conto`, `documento` for the session.
    pub documento: Sealed,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// When it is over by itself.
    pub expires_at: DateTime<Utc>,
}

row! {
    /// A session with the name of its applicant.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PerContoRow {
        /// Its key.
        pub id: PerContoId,
        /// The applicant.
        pub persona_id: PersonaId,
        /// Given name of the applicant.
        pub nome: String,
        /// Family name of the applicant.
        pub cognome: String,
        /// When it was opened.
        pub opened_at: DateTime<Utc>,
        /// When it is over by itself.
        pub expires_at: DateTime<Utc>,
        /// When it was closed.
        pub closed_at: Option<DateTime<Utc>>,
    }
}

statements! {
    ADD = "INSERT INTO per_conto (ente_id, id, operatore_id, persona_id, documento, opened_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ONE: PerContoRow = "SELECT s.id, s.persona_id, p.nome, p.cognome, s.opened_at, s.expires_at, s.closed_at
        FROM per_conto s JOIN persona p ON p.ente_id = s.ente_id AND p.id = s.persona_id
        WHERE s.ente_id = $1 AND s.operatore_id = $2 AND s.id = $3";
    LIVE: PerContoRow = "SELECT s.id, s.persona_id, p.nome, p.cognome, s.opened_at, s.expires_at, s.closed_at
        FROM per_conto s JOIN persona p ON p.ente_id = s.ente_id AND p.id = s.persona_id
        WHERE s.ente_id = $1 AND s.operatore_id = $2 AND s.closed_at IS NULL AND s.expires_at > $3
        ORDER BY s.opened_at DESC, s.id LIMIT $4 OFFSET $5";
    CLOSE = "UPDATE per_conto SET closed_at = $4
        WHERE ente_id = $1 AND operatore_id = $2 AND id = $3 AND closed_at IS NULL";
    MARK = "UPDATE bozza SET per_conto_id = $3 WHERE ente_id = $1 AND id = $2 AND status = 'aperta'";
    OF_BOZZA: (Option<PerContoId>,) = "SELECT per_conto_id FROM bozza WHERE ente_id = $1 AND id = $2";
    RELEASE = "UPDATE bozza SET per_conto_id = NULL WHERE ente_id = $1 AND id = $2";
    DRAFTS: (BozzaId,) = "SELECT id FROM bozza WHERE ente_id = $1 AND persona_id = $2 AND per_conto_id = $3 LIMIT 100";
    IS_HERE: (i64,) = "SELECT count(*) FROM bozza
        WHERE ente_id = $1 AND persona_id = $2 AND per_conto_id = $3 AND id = $4";
    FILED = "INSERT INTO per_conto_invio (ente_id, bozza_id, per_conto_id) VALUES ($1, $2, $3)";
    PURGE = "DELETE FROM per_conto WHERE ente_id = $1 AND expires_at < $2 AND NOT EXISTS
        (SELECT 1 FROM per_conto_invio i WHERE i.ente_id = per_conto.ente_id AND i.per_conto_id = per_conto.id)";
    BY: (PerContoId, String, String) = "SELECT s.id, o.nome, o.cognome
        FROM per_conto_invio i JOIN per_conto s ON s.ente_id = i.ente_id AND s.id = i.per_conto_id
        JOIN persona o ON o.ente_id = s.ente_id AND o.id = s.operatore_id
        WHERE i.ente_id = $1 AND i.bozza_id = $2";
}

/// Opens a session.
pub async fn add(tx: &mut Tx, ente: EnteId, new: &NewPerConto) -> Result<()> {
    let binds = binds![ente, new.id, new.operatore_id, new.persona_id, new.documento, new.opened_at, new.expires_at];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// One session of a member of staff, whether it lives or not.
pub async fn of_operatore(
    read: &mut Read,
    ente: EnteId,
    operatore: PersonaId,
    id: PerContoId,
) -> Result<Option<PerContoRow>> {
    read.fetch_optional(ONE, binds![ente, operatore, id]).await
}

/// The sessions of a member of staff that live at an instant, the latest first: a page (limit, offset).
pub async fn live(
    read: &mut Read,
    ente: EnteId,
    operatore: PersonaId,
    now: DateTime<Utc>,
    (limit, offset): (i64, i64),
) -> Result<Vec<PerContoRow>> {
    read.fetch_all(LIVE, binds![ente, operatore, now, limit, offset]).await
}

/// Closes a session of a member of staff. False when there is none or it is closed already.
pub async fn close(
    tx: &mut Tx,
    ente: EnteId,
    operatore: PersonaId,
    id: PerContoId,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(CLOSE, binds![ente, operatore, id, now]).await? == 1)
}

/// Writes down at which session an open draft is filled in: a new one, or one of an earlier session.
pub async fn mark(tx: &mut Tx, ente: EnteId, bozza: BozzaId, id: PerContoId) -> Result<()> {
    tx.execute(MARK, binds![ente, bozza, id]).await?;
    Ok(())
}

/// The session at which a draft is filled in; `None` for one that its owner began or went on with.
pub async fn of_bozza(read: &mut Read, ente: EnteId, bozza: BozzaId) -> Result<Option<PerContoId>> {
    let row: Option<(Option<PerContoId>,)> = read.fetch_optional(OF_BOZZA, binds![ente, bozza]).await?;
    Ok(row.and_then(|(id,)| id))
}

/// Takes a draft out of the reach of the desk: its owner went on with it.
pub async fn release(tx: &mut Tx, ente: EnteId, bozza: BozzaId) -> Result<()> {
    tx.execute(RELEASE, binds![ente, bozza]).await?;
    Ok(())
}

/// The drafts of the applicant, open or filed, that are filled in at a session, at most 100.
pub async fn drafts(read: &mut Read, ente: EnteId, persona: PersonaId, id: PerContoId) -> Result<Vec<BozzaId>> {
    let rows: Vec<(BozzaId,)> = read.fetch_all(DRAFTS, binds![ente, persona, id]).await?;
    Ok(rows.into_iter().map(|(bozza,)| bozza).collect())
}

/// Whether a draft of the applicant, open or filed, is filled in at a session.
pub async fn is_here(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    id: PerContoId,
    bozza: BozzaId,
) -> Result<bool> {
    Ok(read.fetch_one::<(i64,)>(IS_HERE, binds![ente, persona, id, bozza]).await?.0 > 0)
}

/// Writes down that a draft was filed at a session; in the transaction that files it.
pub async fn filed(tx: &mut Tx, ente: EnteId, bozza: BozzaId, id: PerContoId) -> Result<()> {
    tx.execute(FILED, binds![ente, bozza, id]).await?;
    Ok(())
}

/// The session at which a draft was filed, with given and family name of the member of staff; `None` for one that the
/// applicant or a delegate sent.
pub async fn filed_by(read: &mut Read, ente: EnteId, bozza: BozzaId) -> Result<Option<(PerContoId, String, String)>> {
    read.fetch_optional(BY, binds![ente, bozza]).await
}

/// Deletes sessions that were over before an instant and in which nothing was filed, with the document that was seen.
pub async fn purge(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE, binds![ente, before]).await
}
