//! What is left of sealed answers once a part of them is past its time: whoever may open them says what that is.

use sportello_domain::id::{BozzaId, EnteId, PraticaId};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

statements! {
    PRATICA = "UPDATE pratica SET sealed_answers = $3 WHERE ente_id = $1 AND id = $2";
    REVISION: (i64, Option<Sealed>) = "SELECT r.revision, r.sealed_answers FROM bozza b
        JOIN bozza_revision r ON r.ente_id = b.ente_id AND r.bozza_id = b.id AND r.revision = b.revision
        WHERE b.ente_id = $1 AND b.id = $2 AND b.status = 'inviata'";
    SEAL_REVISION = "UPDATE bozza_revision SET sealed_answers = $4
        WHERE ente_id = $1 AND bozza_id = $2 AND revision = $3 AND sealed_answers = $5";
    ISCRIZIONE = "UPDATE iscrizione SET sealed_dieta = NULL WHERE ente_id = $1 AND pratica_id = $2";
    DIETA: (Uuid, Sealed) = "SELECT id, sealed_dieta FROM dieta WHERE ente_id = $1 AND pratica_id = $2";
    SEAL_DIETA = "UPDATE dieta SET sealed_dieta = $3 WHERE ente_id = $1 AND id = $2";
    NOTICE = "UPDATE preavviso SET sealed_reason = $3, sealed_observations = NULL, sealed_reply = NULL WHERE ente_id = $1 AND pratica_id = $2";
    RESERVED: (Uuid,) = "SELECT id FROM messaggio WHERE ente_id = $1 AND pratica_id = $2 AND reserved ORDER BY id LIMIT 2000";
    SEAL_MESSAGE = "UPDATE messaggio SET sealed_text = $3 WHERE ente_id = $1 AND id = $2";
    CHECK = "UPDATE campione_pratica SET sealed_note = $3 WHERE ente_id = $1 AND pratica_id = $2 AND sealed_note IS NOT NULL";
    CRITERI = "UPDATE graduatoria SET sealed_criteri = NULL WHERE ente_id = $1 AND pratica_id = $2";
    BEFORE = "UPDATE integrazione SET sealed_before = $3 WHERE ente_id = $1 AND pratica_id = $2";
    ANSWER = "UPDATE integrazione SET sealed_answer = NULL, sealed_reason = $3, reason = '' WHERE ente_id = $1 AND pratica_id = $2";
}

/// Puts what is left of the sealed answers of a pratica in place.
pub async fn seal_pratica(tx: &mut Tx, ente: EnteId, id: PraticaId, left: Option<&Sealed>) -> Result<()> {
    tx.execute(PRATICA, binds![ente, id, left]).await?;
    Ok(())
}

/// The revision that was filed and its sealed answers, sealed at `bozza_revision`, `sealed_answers`.
pub async fn revision(read: &mut Read, ente: EnteId, bozza: BozzaId) -> Result<Option<(i64, Option<Sealed>)>> {
    read.fetch_optional(REVISION, binds![ente, bozza]).await
}

/// Puts what is left of the sealed answers of a revision in the place of what was read; false where it is another by now.
pub async fn seal_revision(
    tx: &mut Tx,
    ente: EnteId,
    (bozza, revision): (BozzaId, i64),
    was: &Sealed,
    left: Option<&Sealed>,
) -> Result<bool> {
    Ok(tx.execute(SEAL_REVISION, binds![ente, bozza, revision, left, was]).await? == 1)
}

/// The request about a diet that a pratica was.
pub async fn dieta(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Option<(Uuid, Sealed)>> {
    read.fetch_optional(DIETA, binds![ente, pratica]).await
}

/// Puts a diet without its food in place.
pub async fn seal_dieta(tx: &mut Tx, ente: EnteId, id: Uuid, left: &Sealed) -> Result<()> {
    tx.execute(SEAL_DIETA, binds![ente, id, left]).await?;
    Ok(())
}

/// Deletes the diet of the enrolment that a pratica made.
pub async fn forget_iscrizione(tx: &mut Tx, ente: EnteId, pratica: PraticaId) -> Result<()> {
    tx.execute(ISCRIZIONE, binds![ente, pratica]).await?;
    Ok(())
}

/// Puts words in the place of what was noted of a sample check.
pub async fn forget_check(tx: &mut Tx, ente: EnteId, pratica: PraticaId, note: &Sealed) -> Result<()> {
    tx.execute(CHECK, binds![ente, pratica, note]).await?;
    Ok(())
}

/// Deletes which criteria gave a pratica its points; the points stay.
pub async fn forget_criteri(tx: &mut Tx, ente: EnteId, pratica: PraticaId) -> Result<()> {
    tx.execute(CRITERI, binds![ente, pratica]).await?;
    Ok(())
}

/// Puts what is left of the sealed answers that a pratica had before it was completed in place.
pub async fn seal_before(tx: &mut Tx, ente: EnteId, pratica: PraticaId, left: Option<&Sealed>) -> Result<()> {
    tx.execute(BEFORE, binds![ente, pratica, left]).await?;
    Ok(())
}

/// Deletes the words with which a pratica was completed, and puts words in the place of why that was asked.
pub async fn forget_answer(tx: &mut Tx, ente: EnteId, pratica: PraticaId, reason: &Sealed) -> Result<()> {
    tx.execute(ANSWER, binds![ente, pratica, reason]).await?;
    Ok(())
}

/// Deletes what was observed and answered to a notice of rejection, and puts words in the place of its reason.
pub async fn forget_notice(tx: &mut Tx, ente: EnteId, pratica: PraticaId, reason: &Sealed) -> Result<()> {
    tx.execute(NOTICE, binds![ente, pratica, reason]).await?;
    Ok(())
}

/// The reserved messages about a pratica, at most 2,000.
pub async fn reserved(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = read.fetch_all(RESERVED, binds![ente, pratica]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Puts other words in the place of a message.
pub async fn seal_message(tx: &mut Tx, ente: EnteId, id: Uuid, text: &Sealed) -> Result<()> {
    tx.execute(SEAL_MESSAGE, binds![ente, id, text]).await?;
    Ok(())
}
