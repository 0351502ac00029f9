//! Whether the work was really done: rows counted and summed, every PDF opened, some of them read by another program.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use sportello_domain::id::{DocumentoContabileId, EnteId};
use sportello_store::file::{FileKind, FileStore};
use sportello_store::seal::EnteSealer;
use sportello_store::{Store, binds};

/// Of so many documents one is read by `pdftotext`.
const READ_OF: usize = 50;

const SUMS: &str = "SELECT count(*), CAST(sum(d.total_cents) AS BIGINT), CAST(sum(p.amount_cents) AS BIGINT),
        count(DISTINCT p.codice_avviso), max(d.numero)
    FROM documento_contabile d LEFT JOIN posizione_debitoria p ON p.ente_id = d.ente_id AND p.documento_id = d.id
    WHERE d.ente_id = $1";
const MEALS: &str = "SELECT a.codice_fiscale, count(*) FROM presenza p
    JOIN alunno a ON a.ente_id = p.ente_id AND a.id = p.alunno_id
    WHERE p.ente_id = $1 AND p.documento_id IS NOT NULL GROUP BY a.codice_fiscale";
const DOCUMENTS: &str = "SELECT d.id, d.numero, d.serie, d.anno, f.sha256, f.bytes FROM documento_contabile d
    JOIN documento_contabile_file f ON f.ente_id = d.ente_id AND f.documento_id = d.id
    WHERE d.ente_id = $1 AND f.kind = 'pdf' ORDER BY d.numero";

/// Fails when something of the run is missing or wrong; `meals`: those of each child that are charged.
pub async fn check(
    store: &Store,
    ente: EnteId,
    sealer: &EnteSealer,
    files: &Path,
    meals: &HashMap<String, u32>,
) -> Result<()> {
    let count = meals.len() as i64;
    let sums: (i64, i64, i64, i64, i64) =
        store.read(ente, async move |read| read.fetch_one(SUMS, binds![ente]).await).await?;
    let (documents, total, debts, notices, last) = sums;
    ensure!(
        documents == count && notices == count && last == count && total == debts && total > 0,
        "{documents} invoices up to number {last}, {notices} notices, {total} and {debts} cents for {count} children"
    );
    let charged: Vec<(Option<String>, i64)> =
        store.read(ente, async move |read| read.fetch_all(MEALS, binds![ente]).await).await?;
    let right = |(child, found): &(Option<String>, i64)| {
        child.as_ref().and_then(|child| meals.get(child)).is_some_and(|meals| i64::from(*meals) == *found)
    };
    ensure!(charged.len() == meals.len() && charged.iter().all(right), "meals were charged that nobody had");
    let made: Vec<(DocumentoContabileId, i64, String, i64, String, i64)> =
        store.read(ente, async move |read| read.fetch_all(DOCUMENTS, binds![ente]).await).await?;
    ensure!(made.len() == meals.len(), "{} documents", made.len());
    let files = FileStore::open(files).context("the folder of the files")?;
    for (at, (id, numero, serie, anno, sha256, bytes)) in made.iter().enumerate() {
        let pdf = files.get_sealed(sealer, FileKind::Documento, id.uuid()).await.context("opening a document")?;
        let whole = pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF") && pdf.len() as i64 == *bytes;
        let hash: String = Sha256::digest(&pdf).iter().map(|byte| format!("{byte:02x}")).collect();
        ensure!(whole && hash == *sha256, "the document of invoice {numero} is not what was written down");
        if at % READ_OF == 0 {
            let text = text(&pdf)?;
            ensure!(text.contains(&format!("{numero}/{serie}/{anno}")), "invoice {numero} does not say its number");
        }
    }
    Ok(())
}

/// What another program reads in a PDF.
fn text(pdf: &[u8]) -> Result<String> {
    let file = tempfile::NamedTempFile::new().context("making a file")?;
    std::fs::write(file.path(), pdf).context("writing a document")?;
    drills::process::run(Command::new("pdftotext").arg(file.path()).arg("-")).context("reading a document")
}
