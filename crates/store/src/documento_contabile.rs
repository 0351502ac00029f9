//! Invoices and credit notes. What is issued never changes; the bytes of its files stand in the file store.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    fatturazione::{Modalita, Periodo, Riga},
    id::{AlunnoId, CicloId, DocumentoContabileId, EnteId, IscrizioneId, PersonaId},
};

use crate::{
    bind::Json,
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
    word::words,
};

/// Kind of the file that people read.
pub const PDF: &str = "pdf";

words! {
    /// Kind of a document.
    pub enum Kind {
        /// Fattura.
        Invoice = "fattura",
        /// Nota di credito.
        CreditNote = "nota_credito",
    }
}

row! {
    /// A document.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DocumentoContabileRow {
        /// Its key.
        pub id: DocumentoContabileId,
        /// Invoice or credit note.
        pub kind: Kind,
        /// Suffix of its number: `M`.
        pub serie: String,
        /// Year of its date.
        pub anno: i64,
        /// Number within kind, series and year.
        pub numero: i64,
        /// Date.
        pub emesso_il: NaiveDate,
        /// Day by which it is to be paid.
        pub scadenza: NaiveDate,
        /// The run that made it, or the invoice that it corrects.
        pub ciclo_id: CicloId,
        /// The month that it charges.
        pub periodo: Periodo,
        /// The child.
        pub alunno_id: AlunnoId,
        /// Who pays.
        pub persona_id: PersonaId,
        /// The enrolment.
        pub iscrizione_id: IscrizioneId,
        /// Net amount in cents.
        pub net_cents: i64,
        /// VAT in cents.
        pub vat_cents: i64,
        /// Total in cents; that of a credit note is positive too.
        pub total_cents: i64,
        /// Rate of VAT in hundredths of a percent.
        pub aliquota_bp: i64,
        /// Its lines.
        pub righe: Json<Vec<Riga>>,
        /// The invoice that a credit note corrects.
        pub credits_id: Option<DocumentoContabileId>,
        /// By which way it was to be paid when it was issued.
        pub modalita: Modalita,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// A file of a document, its bytes under the key of the document.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FileRow {
        /// The document.
        pub documento_id: DocumentoContabileId,
        /// [`PDF`].
        pub kind: String,
        /// Name of the file; identifiers and numbers only.
        pub name: String,
        /// Size in bytes.
        pub bytes: i64,
        /// SHA-256 of the content in clear, hexadecimal.
        pub sha256: String,
        /// Whether the bytes are sealed.
        pub sealed: bool,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

row! {
    /// A document that somebody pays, in a list of all that was issued to them.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EmessoRow {
        /// Its key.
        pub id: DocumentoContabileId,
        /// Invoice or credit note.
        pub kind: Kind,
        /// Suffix of its number.
        pub serie: String,
        /// Year of its date.
        pub anno: i64,
        /// Number within kind, series and year.
        pub numero: i64,
        /// Date.
        pub emesso_il: NaiveDate,
        /// The child.
        pub alunno_id: AlunnoId,
        /// Given name of the child.
        pub nome: String,
        /// Family name of the child.
        pub cognome: String,
        /// Size of its PDF in bytes, once it is made.
        pub bytes: Option<i64>,
    }
}

row! {
    /// A child with an enrolment that a person pays for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FiglioRow {
        /// The child.
        pub alunno_id: AlunnoId,
        /// Family name.
        pub cognome: String,
        /// Given name.
        pub nome: String,
        /// Name of the school, of the latest enrolment.
        pub plesso: String,
        /// Name of the class, of the latest enrolment.
        pub classe: String,
        /// What is still to be paid of open and failed debts that are not on their way to the bank, in cents.
        pub open_cents: i64,
    }
}

row! {
    /// What a run has issued so far.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct IssuedRow {
        /// How many invoices.
        pub count: i64,
        /// Their total in cents.
        pub total_cents: i64,
    }
}

statements! {
    ADD = "INSERT INTO documento_contabile (ente_id, id, kind, serie, anno, numero, emesso_il, scadenza, ciclo_id, periodo, alunno_id, persona_id, iscrizione_id, net_cents, vat_cents, total_cents, aliquota_bp, righe, credits_id, modalita, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    INVOICED_SINCE: (i64,) = "SELECT count(*) FROM documento_contabile
        WHERE ente_id = $1 AND iscrizione_id = $2 AND kind = 'fattura' AND periodo >= $3";
    BY_ID: DocumentoContabileRow = "SELECT id, kind, serie, anno, numero, emesso_il, scadenza, ciclo_id, periodo, alunno_id, persona_id, iscrizione_id, net_cents, vat_cents, total_cents, aliquota_bp, righe, credits_id, modalita, created_at
        FROM documento_contabile WHERE ente_id = $1 AND id = $2";
    CREDIT_NOTE: DocumentoContabileRow = "SELECT id, kind, serie, anno, numero, emesso_il, scadenza, ciclo_id, periodo, alunno_id, persona_id, iscrizione_id, net_cents, vat_cents, total_cents, aliquota_bp, righe, credits_id, modalita, created_at
        FROM documento_contabile WHERE ente_id = $1 AND credits_id = $2";
    OF_CHILD: DocumentoContabileRow = "SELECT id, kind, serie, anno, numero, emesso_il, scadenza, ciclo_id, periodo, alunno_id, persona_id, iscrizione_id, net_cents, vat_cents, total_cents, aliquota_bp, righe, credits_id, modalita, created_at
        FROM documento_contabile WHERE ente_id = $1 AND persona_id = $2 AND alunno_id = $3
        ORDER BY emesso_il DESC, numero DESC, kind LIMIT 200";
    OF_RUN: (IscrizioneId,) = "SELECT iscrizione_id FROM documento_contabile
        WHERE ente_id = $1 AND ciclo_id = $2 AND kind = 'fattura' AND persona_id > $3 AND persona_id <= $4";
    ISSUED: IssuedRow = "SELECT count(*) AS count, CAST(coalesce(sum(total_cents), 0) AS BIGINT) AS total_cents
        FROM documento_contabile WHERE ente_id = $1 AND ciclo_id = $2 AND kind = 'fattura'";
    ISSUED_TO: (i64,) = "SELECT count(*) FROM documento_contabile
        WHERE ente_id = $1 AND ciclo_id = $2 AND persona_id = $3 AND kind = 'fattura'";
    LAST_DATE: (NaiveDate,) = "SELECT emesso_il FROM documento_contabile
        WHERE ente_id = $1 AND kind = $2 AND serie = $3 AND anno = $4 ORDER BY numero DESC LIMIT 1";
    CHILDREN: FiglioRow = "SELECT a.id AS alunno_id, a.cognome, a.nome, p.name AS plesso, c.name AS classe,
            CAST(coalesce((SELECT sum(d.amount_cents - d.settled_cents) FROM posizione_debitoria d
                WHERE d.ente_id = i.ente_id AND d.persona_id = i.persona_id AND d.alunno_id = i.alunno_id
                AND (d.status = 'insoluta' OR (d.status = 'aperta' AND d.modalita = 'PAGOPA'))), 0) AS BIGINT) AS open_cents
        FROM iscrizione i JOIN alunno a ON a.ente_id = i.ente_id AND a.id = i.alunno_id
        JOIN plesso p ON p.ente_id = i.ente_id AND p.codice = i.plesso
        JOIN classe c ON c.ente_id = i.ente_id AND c.plesso = i.plesso AND c.codice = i.classe
        WHERE i.ente_id = $1 AND i.persona_id = $2 AND NOT EXISTS (SELECT 1 FROM iscrizione later
            WHERE later.ente_id = i.ente_id AND later.persona_id = i.persona_id AND later.alunno_id = i.alunno_id
            AND (later.dal > i.dal OR (later.dal = i.dal AND later.id > i.id)))
        ORDER BY a.nascita, a.id LIMIT 50";
    ADD_FILE = "INSERT INTO documento_contabile_file (ente_id, documento_id, kind, name, bytes, sha256, sealed, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    FILES: FileRow = "SELECT documento_id, kind, name, bytes, sha256, sealed, created_at FROM documento_contabile_file
        WHERE ente_id = $1 AND documento_id = $2 ORDER BY kind";
    OF_PERSON: EmessoRow = "SELECT d.id, d.kind, d.serie, d.anno, d.numero, d.emesso_il, d.alunno_id, a.nome, a.cognome, f.bytes
        FROM documento_contabile d JOIN alunno a ON a.ente_id = d.ente_id AND a.id = d.alunno_id
        LEFT JOIN documento_contabile_file f ON f.ente_id = d.ente_id AND f.documento_id = d.id AND f.kind = 'pdf'
        WHERE d.ente_id = $1 AND d.persona_id = $2 ORDER BY d.emesso_il DESC, d.numero DESC, d.kind LIMIT 200";
    FILES_OF_CHILD: FileRow = "SELECT f.documento_id, f.kind, f.name, f.bytes, f.sha256, f.sealed, f.created_at
        FROM documento_contabile d JOIN documento_contabile_file f ON f.ente_id = d.ente_id AND f.documento_id = d.id
        WHERE d.ente_id = $1 AND d.persona_id = $2 AND d.alunno_id = $3 AND f.kind = 'pdf'
        ORDER BY d.emesso_il DESC, f.documento_id LIMIT 200";
    GAPS: (String, String, i64) = "SELECT kind, serie, anno FROM documento_contabile WHERE ente_id = $1
        GROUP BY kind, serie, anno HAVING count(*) <> max(numero) ORDER BY kind, serie, anno";
}

/// Adds a document; its number was taken in the same transaction.
///
/// # Errors
/// `Unique` when the run has an invoice for the enrolment, or the invoice a credit note.
pub async fn add(tx: &mut Tx, ente: EnteId, row: &DocumentoContabileRow) -> Result<()> {
    let periodo = row.periodo.stored();
    let binds = binds![
        ente,
        row.id,
        row.kind,
        row.serie,
        row.anno,
        row.numero,
        row.emesso_il,
        row.scadenza,
        row.ciclo_id,
        periodo,
        row.alunno_id,
        row.persona_id,
        row.iscrizione_id,
        row.net_cents,
        row.vat_cents,
        row.total_cents,
        row.aliquota_bp,
        row.righe,
        row.credits_id,
        row.modalita,
        row.created_at
    ];
    tx.execute(ADD, binds).await?;
    Ok(())
}

/// Whether an enrolment was invoiced for this month or a later one.
pub async fn invoiced_since(read: &mut Read, ente: EnteId, iscrizione: IscrizioneId, periodo: Periodo) -> Result<bool> {
    let (count,): (i64,) = read.fetch_one(INVOICED_SINCE, binds![ente, iscrizione, periodo.stored()]).await?;
    Ok(count > 0)
}

/// A document.
pub async fn by_id(read: &mut Read, ente: EnteId, id: DocumentoContabileId) -> Result<Option<DocumentoContabileRow>> {
    read.fetch_optional(BY_ID, binds![ente, id]).await
}

/// The credit note of an invoice.
pub async fn credit_note(
    read: &mut Read,
    ente: EnteId,
    invoice: DocumentoContabileId,
) -> Result<Option<DocumentoContabileRow>> {
    read.fetch_optional(CREDIT_NOTE, binds![ente, invoice]).await
}

/// The documents of a child that this person pays, the latest first, at most 200.
pub async fn of_child(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    alunno: AlunnoId,
) -> Result<Vec<DocumentoContabileRow>> {
    read.fetch_all(OF_CHILD, binds![ente, persona, alunno]).await
}

/// Enrolments that have their invoice of a run already, of some payers: those behind `after` up to `last`.
pub async fn of_run(
    read: &mut Read,
    ente: EnteId,
    ciclo: CicloId,
    after: PersonaId,
    last: PersonaId,
) -> Result<Vec<IscrizioneId>> {
    let rows: Vec<(IscrizioneId,)> = read.fetch_all(OF_RUN, binds![ente, ciclo, after, last]).await?;
    Ok(rows.into_iter().map(|(iscrizione,)| iscrizione).collect())
}

/// What a run has issued so far.
pub async fn issued(read: &mut Read, ente: EnteId, ciclo: CicloId) -> Result<IssuedRow> {
    read.fetch_one(ISSUED, binds![ente, ciclo]).await
}

/// How many invoices of a run somebody pays.
pub async fn issued_to(read: &mut Read, ente: EnteId, ciclo: CicloId, persona: PersonaId) -> Result<i64> {
    let (count,): (i64,) = read.fetch_one(ISSUED_TO, binds![ente, ciclo, persona]).await?;
    Ok(count)
}

/// Date of the last document of a kind, series and year: dates never fall while numbers grow.
pub async fn last_date(read: &mut Read, ente: EnteId, kind: Kind, serie: &str, anno: i64) -> Result<Option<NaiveDate>> {
    let row: Option<(NaiveDate,)> = read.fetch_optional(LAST_DATE, binds![ente, kind, serie, anno]).await?;
    Ok(row.map(|(date,)| date))
}

/// The children whose enrolments a person pays for, the eldest first, at most 50.
pub async fn children(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<FiglioRow>> {
    read.fetch_all(CHILDREN, binds![ente, persona]).await
}

/// Adds a file whose bytes are stored already; false when the document has one of this kind: the job ran before.
pub async fn add_file(tx: &mut Tx, ente: EnteId, row: &FileRow) -> Result<bool> {
    let binds = binds![ente, row.documento_id, row.kind, row.name, row.bytes, row.sha256, row.sealed, row.created_at];
    Ok(tx.execute(ADD_FILE, binds).await? == 1)
}

/// The files of a document; none while they are being made.
pub async fn files(read: &mut Read, ente: EnteId, documento: DocumentoContabileId) -> Result<Vec<FileRow>> {
    read.fetch_all(FILES, binds![ente, documento]).await
}

/// The files that people read of a child's documents that this person pays, at most 200.
pub async fn files_of_child(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    alunno: AlunnoId,
) -> Result<Vec<FileRow>> {
    read.fetch_all(FILES_OF_CHILD, binds![ente, persona, alunno]).await
}

/// Every document that a person pays, the last first, at most 200.
pub async fn of_person(read: &mut Read, ente: EnteId, persona: PersonaId) -> Result<Vec<EmessoRow>> {
    read.fetch_all(OF_PERSON, binds![ente, persona]).await
}

/// Kinds, series and years whose numbers have a gap; none is right.
pub async fn gaps(read: &mut Read, ente: EnteId) -> Result<Vec<(String, String, i64)>> {
    read.fetch_all(GAPS, binds![ente]).await
}
