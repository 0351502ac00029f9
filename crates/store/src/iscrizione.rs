//! Enrolments: one child in one service for one school year, paid by one person.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{AlunnoId, EnteId, IscrizioneId, PersonaId, PraticaId},
};

use crate::{
    bind::Json,
    binds,
    error::Result,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
    word::words,
};

words! {
    /// State of an enrolment.
    pub enum IscrizioneStatus {
        /// In force between its days.
        Active = "attiva",
        /// Ended before its last day.
        Ended = "cessata",
    }
}

row! {
    /// An enrolment.
    #[derive(Clone, Debug)]
    pub struct IscrizioneRow {
        /// Its key.
        pub id: IscrizioneId,
        /// Service: `mensa`.
        pub servizio: String,
        /// School year.
        pub anno_scolastico: AnnoScolastico,
        /// The child.
        pub alunno_id: AlunnoId,
        /// Who pays.
        pub persona_id: PersonaId,
        /// Code of the school.
        pub plesso: String,
        /// Code of the class.
        pub classe: String,
        /// Weekdays: `lun` to `ven`.
        pub giorni: Json<Vec<String>>,
        /// First day.
        pub dal: NaiveDate,
        /// Last day.
        pub al: NaiveDate,
        /// State.
        pub status: IscrizioneStatus,
        /// `PAGOPA` or `SDD`.
        pub modalita_pagamento: String,
        /// Bank details, sealed at `iscrizione`, `sealed_payment`.
        pub sealed_payment: Option<Sealed>,
        /// Diet, sealed at `iscrizione`, `sealed_dieta`.
        pub sealed_dieta: Option<Sealed>,
        /// The pratica that made it.
        pub pratica_id: PraticaId,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// A live enrolment as its payer chooses it in a form.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OwnIscrizioneRow {
        /// Its key.
        pub id: IscrizioneId,
        /// Service: `mensa`.
        pub servizio: String,
        /// School year.
        pub anno_scolastico: AnnoScolastico,
        /// Given name of the child.
        pub nome: String,
        /// Family name of the child.
        pub cognome: String,
    }
}

row! {
    /// An enrolment that a person pays for, with what identifies its child.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PaidRow {
        /// Its key.
        pub id: IscrizioneId,
        /// The child.
        pub alunno_id: AlunnoId,
        /// The child's codice fiscale.
        pub codice_fiscale: Option<String>,
        /// First day.
        pub dal: NaiveDate,
        /// Last day.
        pub al: NaiveDate,
    }
}

row! {
    /// An enrolment as its payer reads it, with names.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FiglioRow {
        /// The child.
        pub alunno_id: AlunnoId,
        /// Given name.
        pub nome: String,
        /// Family name.
        pub cognome: String,
        /// Service.
        pub servizio: String,
        /// School year.
        pub anno_scolastico: AnnoScolastico,
        /// Name of the school.
        pub plesso: String,
        /// Name of the class.
        pub classe: String,
        /// First day.
        pub dal: NaiveDate,
        /// Last day.
        pub al: NaiveDate,
        /// State.
        pub status: IscrizioneStatus,
        /// The pratica that made it.
        pub pratica_id: PraticaId,
        /// The pratica that was last accepted about its menu, if one was.
        pub menu_id: Option<PraticaId>,
    }
}

statements! {
    CREATE = "INSERT INTO iscrizione (ente_id, id, servizio, anno_scolastico, alunno_id, persona_id, plesso, classe, giorni, dal, al, status, modalita_pagamento, sealed_payment, sealed_dieta, pratica_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    OF_PAYER: FiglioRow = "SELECT i.alunno_id, a.nome, a.cognome, i.servizio, i.anno_scolastico, p.name AS plesso, c.name AS classe, i.dal, i.al, i.status, i.pratica_id,
            (SELECT d.pratica_id FROM dieta d WHERE d.ente_id = i.ente_id AND d.iscrizione_id = i.id ORDER BY d.created_at DESC, d.id DESC LIMIT 1) AS menu_id
        FROM iscrizione i JOIN alunno a ON a.ente_id = i.ente_id AND a.id = i.alunno_id
        JOIN plesso p ON p.ente_id = i.ente_id AND p.codice = i.plesso
        JOIN classe c ON c.ente_id = i.ente_id AND c.plesso = i.plesso AND c.codice = i.classe
        WHERE i.ente_id = $1 AND i.persona_id = $2 ORDER BY a.nascita NULLS LAST, a.id, i.dal DESC, i.id LIMIT 100";
    ACTIVE: (IscrizioneId,) = "SELECT id FROM iscrizione
        WHERE ente_id = $1 AND servizio = $2 AND anno_scolastico = $3 AND alunno_id = $4 AND status = 'attiva'";
    BY_ID: IscrizioneRow = "SELECT id, servizio, anno_scolastico, alunno_id, persona_id, plesso, classe, giorni, dal, al, status, modalita_pagamento, sealed_payment, sealed_dieta, pratica_id, created_at
        FROM iscrizione WHERE ente_id = $1 AND id = $2";
    PAID: PaidRow = "SELECT i.id, i.alunno_id, a.codice_fiscale, i.dal, i.al
        FROM iscrizione i JOIN alunno a ON a.ente_id = i.ente_id AND a.id = i.alunno_id
        WHERE i.ente_id = $1 AND i.persona_id = $2 AND i.status = 'attiva' ORDER BY i.id LIMIT 50";
    CLOSE = "UPDATE iscrizione SET status = 'cessata', al = CASE WHEN al < $4 THEN al ELSE $4 END
        WHERE ente_id = $1 AND id = $2 AND persona_id = $3 AND status = 'attiva'";
    SET_PAYMENT = "UPDATE iscrizione SET modalita_pagamento = $4, sealed_payment = $5
        WHERE ente_id = $1 AND id = $2 AND persona_id = $3 AND status = 'attiva'";
    OWN: OwnIscrizioneRow = "SELECT i.id, i.servizio, i.anno_scolastico, a.nome, a.cognome
        FROM iscrizione i JOIN alunno a ON a.ente_id = i.ente_id AND a.id = i.alunno_id
        WHERE i.ente_id = $1 AND i.persona_id = $2 AND i.status = 'attiva'
        ORDER BY i.anno_scolastico DESC, a.nascita NULLS LAST, i.id LIMIT 50";
}

/// Creates an enrolment.
///
/// # Errors
/// `Unique` when the child is enrolled in the service for the year already: ask [`active`] first, in the same
/// transaction.
pub async fn create(tx: &mut Tx, ente: EnteId, row: &IscrizioneRow) -> Result<()> {
    let binds = binds![
        ente,
        row.id,
        row.servizio,
        row.anno_scolastico,
        row.alunno_id,
        row.persona_id,
        row.plesso,
        row.classe,
        row.giorni,
        row.dal,
        row.al,
        row.status,
        row.modalita_pagamento,
        row.sealed_payment,
        row.sealed_dieta,
        row.pratica_id,
        row.created_at
    ];
    tx.execute(CREATE, binds).await?;
    Ok(())
}

/// The enrolment in force of a child in a service for a school year.
pub async fn active(
    read: &mut Read,
    ente: EnteId,
    servizio: &str,
    anno: AnnoScolastico,
    alunno: AlunnoId,
) -> Result<Option<IscrizioneId>> {
    let row: Option<(IscrizioneId,)> = read.fetch_optional(ACTIVE, binds![ente, servizio, anno, alunno]).await?;
    Ok(row.map(|(id,)| id))
}

/// An enrolment.
pub async fn by_id(read: &mut Read, ente: EnteId, id: IscrizioneId) -> Result<Option<IscrizioneRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// The enrolments in force that a person pays for, with the children's codici fiscali; at most 50.
pub async fn paid(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<PaidRow>> {
    read.fetch_all(PAID, binds![ente, persona]).await
}

/// Ends an enrolment in force that a person pays for; it never lasts longer than it did. False when there is none.
pub async fn close(tx: &mut Tx, ente: EnteId, id: IscrizioneId, payer: PersonaId, last: NaiveDate) -> Result<bool> {
    Ok(tx.execute(CLOSE, binds![ente, id, payer, last]).await? == 1)
}

/// Sets how an enrolment in force is paid by the person who pays for it. False when there is none.
pub async fn set_payment(
    tx: &mut Tx,
    ente: EnteId,
    id: IscrizioneId,
    payer: PersonaId,
    modalita: &str,
    payment: Option<&Sealed>,
) -> Result<bool> {
    Ok(tx.execute(SET_PAYMENT, binds![ente, id, payer, modalita, payment.cloned()]).await? == 1)
}

/// The enrolments in force that a person pays for, the latest school year first; at most 50.
pub async fn own(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<OwnIscrizioneRow>> {
    read.fetch_all(OWN, binds![ente, persona]).await
}

/// Every enrolment that a person pays or paid for, by child, the latest first; at most 100.
pub async fn of_payer(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<FiglioRow>> {
    read.fetch_all(OF_PAYER, binds![ente, persona]).await
}
