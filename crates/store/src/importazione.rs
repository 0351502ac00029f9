//! Families from a file: staged in chunks, switched in whole by one transaction, repeatable without doubles.
//!
//! The file was checked before: every line stands, and the same codice fiscale always comes with the same data.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::id::{AlunnoId, EnteId, PersonaId};
use uuid::Uuid;

use crate::{
    binds,
    error::Result,
    flight::{self, Write},
    statements,
    tx::Tx,
};

/// Most lines of one [`stage`].
pub const CHUNK: usize = 100;

/// One line of a file of families: a child, its school and one payer.
#[derive(Clone, Debug)]
pub struct FamigliaLine {
    /// Line in the file, from 1.
    pub line: i64,
    /// Code of the school.
    pub plesso: String,
    /// Name of the school.
    pub plesso_name: String,
    /// `infanzia`, `primaria`, `secondaria_1`, `nido`.
    pub grado: String,
    /// Code of the class.
    pub classe: String,
    /// Name of the class.
    pub classe_name: String,
    /// Key of the child if it is new; the same on every line with its codice fiscale.
    pub alunno_id: AlunnoId,
    /// The child's codice fiscale.
    pub alunno_codice_fiscale: String,
    /// The child's family name.
    pub alunno_cognome: String,
    /// The child's given name.
    pub alunno_nome: String,
    /// The child's date of birth.
    pub alunno_nascita: NaiveDate,
    /// Key of the payer if new; the same on every line with their codice fiscale.
    pub persona_id: PersonaId,
    /// The payer's codice fiscale.
    pub persona_codice_fiscale: String,
    /// The payer's family name.
    pub persona_cognome: String,
    /// The payer's given name.
    pub persona_nome: String,
    /// The payer's e-mail address.
    pub persona_email: Option<String>,
}

statements! {
    STAGE = "INSERT INTO importazione_riga (ente_id, importazione_id, line, plesso, plesso_name, grado, classe, classe_name, alunno_id, alunno_codice_fiscale, alunno_cognome, alunno_nome, alunno_nascita, persona_id, persona_codice_fiscale, persona_cognome, persona_nome, persona_email, staged_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    PLESSI = "INSERT INTO plesso (ente_id, codice, name, grado, service_open, sort)
        SELECT ente_id, plesso, min(plesso_name), min(grado), true, min(line) FROM importazione_riga
        WHERE ente_id = $1 AND importazione_id = $2 GROUP BY ente_id, plesso
        ON CONFLICT (ente_id, codice) DO UPDATE SET name = excluded.name, grado = excluded.grado";
    CLASSI = "INSERT INTO classe (ente_id, plesso, codice, name, sort)
        SELECT ente_id, plesso, classe, min(classe_name), min(line) FROM importazione_riga
        WHERE ente_id = $1 AND importazione_id = $2 GROUP BY ente_id, plesso, classe
        ON CONFLICT (ente_id, plesso, codice) DO UPDATE SET name = excluded.name";
    ALUNNI = "INSERT INTO alunno (ente_id, id, codice_fiscale, cognome, nome, nascita)
        SELECT DISTINCT ente_id, alunno_id, alunno_codice_fiscale, alunno_cognome, alunno_nome, alunno_nascita FROM importazione_riga
        WHERE ente_id = $1 AND importazione_id = $2
        ON CONFLICT (ente_id, codice_fiscale) DO UPDATE SET cognome = excluded.cognome, nome = excluded.nome, nascita = excluded.nascita";
    // Somebody who signed in is called what the provider says; a contact that is there stays.
    PERSONE = "INSERT INTO persona (ente_id, id, codice_fiscale, nome, cognome, email, updated_at)
        SELECT DISTINCT ente_id, persona_id, persona_codice_fiscale, persona_nome, persona_cognome, persona_email, staged_at FROM importazione_riga
        WHERE ente_id = $1 AND importazione_id = $2
        ON CONFLICT (ente_id, codice_fiscale) DO UPDATE SET email = coalesce(persona.email, excluded.email), updated_at = excluded.updated_at";
    LEGAMI = "INSERT INTO legame (ente_id, persona_id, alunno_id, plesso, classe, updated_at)
        SELECT r.ente_id, p.id, a.id, r.plesso, r.classe, r.staged_at FROM importazione_riga r
        JOIN persona p ON p.ente_id = r.ente_id AND p.codice_fiscale = r.persona_codice_fiscale
        JOIN alunno a ON a.ente_id = r.ente_id AND a.codice_fiscale = r.alunno_codice_fiscale
        WHERE r.ente_id = $1 AND r.importazione_id = $2
        ON CONFLICT (ente_id, persona_id, alunno_id) DO UPDATE SET plesso = excluded.plesso, classe = excluded.classe, updated_at = excluded.updated_at";
    CLEAR = "DELETE FROM importazione_riga WHERE ente_id = $1 AND importazione_id = $2";
    PURGE = "DELETE FROM importazione_riga WHERE ente_id = $1 AND staged_at <= $2";
}

/// Stages lines of a file, at most [`CHUNK`] at a time. `staged_at` is the same for the whole file.
///
/// # Errors
/// `Refused` for a longer chunk; `Unique` when a line was staged before.
pub async fn stage(
    tx: &mut Tx,
    ente: EnteId,
    importazione: Uuid,
    lines: &[FamigliaLine],
    staged_at: DateTime<Utc>,
) -> Result<()> {
    if lines.len() > CHUNK {
        return Err(crate::error::Error::refused("a chunk of an import is too long"));
    }
    let writes: Vec<_> = lines.iter().map(|line| line.write(&ente, &importazione, &staged_at)).collect();
    flight::send(tx, &writes).await?;
    Ok(())
}

/// Switches a staged file in: schools, classes, children, payers and their relations, all or nothing.
pub async fn apply(tx: &mut Tx, ente: EnteId, importazione: Uuid) -> Result<()> {
    let binds = binds![ente, importazione];
    let all = [PLESSI, CLASSI, ALUNNI, PERSONE, LEGAMI, CLEAR].map(|sql| Write::new(sql, binds));
    flight::send(tx, &all).await?;
    Ok(())
}

/// Deletes what an interrupted import staged by `before`; says how many lines.
pub async fn purge(tx: &mut Tx, ente: EnteId, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(PURGE, binds![ente, before]).await
}

impl FamigliaLine {
    fn write<'a>(&'a self, ente: &'a EnteId, importazione: &'a Uuid, staged_at: &'a DateTime<Utc>) -> Write<'a> {
        let binds = binds![
            *ente,
            *importazione,
            self.line,
            self.plesso,
            self.plesso_name,
            self.grado,
            self.classe,
            self.classe_name,
            self.alunno_id,
            self.alunno_codice_fiscale,
            self.alunno_cognome,
            self.alunno_nome,
            self.alunno_nascita,
            self.persona_id,
            self.persona_codice_fiscale,
            self.persona_cognome,
            self.persona_nome,
            self.persona_email,
            *staged_at
        ];
        Write::new(STAGE, binds)
    }
}
