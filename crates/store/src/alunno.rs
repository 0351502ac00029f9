//! Children, and which of them the register offers to which person.
//!
//! A relation (legame) comes from an import or from an accepted pratica, never from what somebody typed in a draft.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::{AlunnoId, EnteId, PersonaId, PraticaId};

use crate::{
    binds,
    error::Result,
    flight::Ask,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A child.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AlunnoRow {
        /// The child within the ente.
        pub id: AlunnoId,
        /// Codice fiscale; a newborn may lack it.
        pub codice_fiscale: Option<String>,
        /// Family name.
        pub cognome: String,
        /// Given name.
        pub nome: String,
        /// Date of birth.
        pub nascita: Option<NaiveDate>,
    }
}

row! {
    /// A child of a person's family, with the school attended.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FamigliaRow {
        /// The child.
        pub id: AlunnoId,
        /// Codice fiscale.
        pub codice_fiscale: Option<String>,
        /// Family name.
        pub cognome: String,
        /// Given name.
        pub nome: String,
        /// Date of birth.
        pub nascita: Option<NaiveDate>,
        /// Code of the school.
        pub plesso: Option<String>,
        /// Code of the class.
        pub classe: Option<String>,
    }
}

statements! {
    PUT: AlunnoRow = "INSERT INTO alunno (ente_id, id, codice_fiscale, cognome, nome, nascita) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (ente_id, codice_fiscale) DO UPDATE SET cognome = excluded.cognome, nome = excluded.nome,
            nascita = coalesce(excluded.nascita, alunno.nascita)
        RETURNING id, codice_fiscale, cognome, nome, nascita";
    BY_ID: AlunnoRow = "SELECT id, codice_fiscale, cognome, nome, nascita FROM alunno WHERE ente_id = $1 AND id = $2";
    BY_CODE: (AlunnoId,) = "SELECT id FROM alunno WHERE ente_id = $1 AND codice_fiscale = $2";
    SET_CODE = "UPDATE alunno SET codice_fiscale = $3 WHERE ente_id = $1 AND codice_fiscale IS NULL
        AND id IN (SELECT alunno_id FROM iscrizione WHERE ente_id = $1 AND pratica_id = $2)";
    LINK = "INSERT INTO legame (ente_id, persona_id, alunno_id, plesso, classe, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (ente_id, persona_id, alunno_id) DO UPDATE SET plesso = excluded.plesso, classe = excluded.classe,
            updated_at = excluded.updated_at";
    FAMIGLIA: FamigliaRow = "SELECT a.id, a.codice_fiscale, a.cognome, a.nome, a.nascita, l.plesso, l.classe
        FROM legame l JOIN alunno a ON a.ente_id = l.ente_id AND a.id = l.alunno_id
        WHERE l.ente_id = $1 AND l.persona_id = $2 ORDER BY a.nascita NULLS LAST, a.id LIMIT 50";
}

/// Writes a child: known by codice fiscale, otherwise new under `alunno.id`. Gives the child as kept.
pub async fn put(tx: &mut Tx, ente: EnteId, alunno: &AlunnoRow) -> Result<AlunnoRow> {
    let binds = binds![ente, alunno.id, alunno.codice_fiscale, alunno.cognome, alunno.nome, alunno.nascita];
    tx.fetch_one(PUT, binds).await
}

/// A child.
pub async fn by_id(read: &mut Read, ente: EnteId, id: AlunnoId) -> Result<Option<AlunnoRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// Whether a child has this codice fiscale.
pub async fn has_code(read: &mut Read, ente: EnteId, codice_fiscale: &str) -> Result<bool> {
    let found: Option<(AlunnoId,)> = read.fetch_optional(BY_CODE, binds![ente, codice_fiscale]).await?;
    Ok(found.is_some())
}

/// Writes the codice fiscale of the child that a pratica enrolled without; says whether there was one.
///
/// # Errors
/// `Unique` when another child has it: ask [`has_code`] first, in the same transaction.
pub async fn set_code(tx: &mut Tx, ente: EnteId, pratica: PraticaId, codice_fiscale: &str) -> Result<bool> {
    Ok(tx.execute(SET_CODE, binds![ente, pratica, codice_fiscale]).await? == 1)
}

/// Offers a child to a person from now on, with the school and class attended (both or neither).
pub async fn link(
    tx: &mut Tx,
    ente: EnteId,
    persona: PersonaId,
    alunno: AlunnoId,
    scuola: Option<(&str, &str)>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (plesso, classe) = scuola.unzip();
    tx.execute(LINK, binds![ente, persona, alunno, plesso, classe, now]).await?;
    Ok(())
}

/// The children that the register offers to a person, the eldest first, at most 50.
pub async fn famiglia(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<FamigliaRow>> {
    read.fetch_all(FAMIGLIA, binds![ente, persona]).await
}

/// Asks for [`famiglia`].
pub(crate) fn ask_famiglia<'a>(ente: &'a EnteId, persona: &'a PersonaId) -> Ask<'a, FamigliaRow> {
    Ask::new(FAMIGLIA, &[ente, persona])
}
