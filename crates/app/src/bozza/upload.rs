//! Files that come with a page: what they are by content, whether they may stay, where they go.

use sha2::{Digest, Sha256};
use sportello_domain::{
    allegato::{self, FileType, Judged},
    id::{AllegatoId, BozzaId, EnteId, RowId},
    modello::{
        Modello,
        view::{Control, FileView, PageView, Problem, ProblemCode},
    },
};
use sportello_store::{
    Tx,
    allegato::{self as row, AllegatoRow, Scan},
    file::FileKind,
    job::{self, NewJob},
};
use uuid::Uuid;

use super::{Download, Loaded, UploadedFile};
use crate::{Ctx, Error, Portal, Result, job::scan_job};

/// Longest file name kept, in characters.
const MAX_NAME: usize = 120;
/// Name in the clear row of a file of class A: names of files speak.
const NEUTRAL_NAME: &str = "allegato";

/// What came of the files of a page.
#[derive(Default)]
pub(super) struct Uploads {
    /// Files that were stored, with the name of their control.
    pub(super) accepted: Vec<(String, FileView)>,
    /// Their rows, to be written with the draft.
    pub(super) rows: Vec<AllegatoRow>,
    /// Files that were refused.
    pub(super) problems: Vec<Problem>,
}

/// Looks at each file and stores those that may stay. Rows come later, with the draft: a file without a row is only
/// lost space.
pub(super) async fn take(
    portal: &Portal,
    ctx: &Ctx,
    loaded: &Loaded,
    page: &str,
    files: Vec<UploadedFile>,
) -> Result<Uploads> {
    let mut uploads = Uploads::default();
    for file in files {
        uploads.take(portal, ctx, loaded, page, file, None).await?;
    }
    Ok(uploads)
}

/// Looks at each file as [`take`] does and stores none: for a form that is only tried out.
pub(super) fn look_at(ctx: &Ctx, loaded: &Loaded, page: &str, files: Vec<UploadedFile>) -> Uploads {
    let mut uploads = Uploads::default();
    for file in files {
        let Some(wanted) = Wanted::find(loaded, ctx, page, &file.field) else {
            continue;
        };
        let field = file.field.clone();
        let judged = wanted.fits(&file).and_then(|()| allegato::judge(&file.content));
        match judged.and_then(|judged| wanted.given(file, &judged)) {
            Ok(given) => uploads.accepted.push((field, given.view(AllegatoId::new(Uuid::nil())))),
            Err(code) => uploads.problems.extend(loaded.form(ctx).problem_at(&field, code)),
        }
    }
    uploads
}

impl Uploads {
    /// Looks at one file and stores it if it may stay. `scan` is what the scanner said of the same bytes before.
    pub(super) async fn take(
        &mut self,
        portal: &Portal,
        ctx: &Ctx,
        loaded: &Loaded,
        page: &str,
        file: UploadedFile,
        scan: Option<Scan>,
    ) -> Result<()> {
        let Some(wanted) = Wanted::find(loaded, ctx, page, &file.field) else {
            return Ok(());
        };
        let field = file.field.clone();
        match wanted.check(file).await? {
            Ok(given) => {
                let mut row = keep_file(portal, ctx, loaded.row.id, &wanted, &given).await?;
                row.scan = scan.unwrap_or(row.scan);
                self.accepted.push((field, given.view(row.id)));
                self.rows.push(row);
            }
            Err(code) => self.problems.extend(loaded.form(ctx).problem_at(&field, code)),
        }
        Ok(())
    }
}

/// What a file must be to stay, and where it belongs.
pub(crate) struct Wanted {
    /// The question that it answers.
    pub(crate) field: String,
    /// Row of the group, for a question that repeats.
    pub(crate) row: Option<RowId>,
    /// Media types that are taken, with commas between them.
    pub(crate) accept: String,
    /// Largest one, in bytes.
    pub(crate) max_bytes: u64,
    /// Whether it is of class A.
    pub(crate) sealed: bool,
}

impl Wanted {
    /// The file control of this name, if the page of the draft shows one.
    fn find(loaded: &Loaded, ctx: &Ctx, page: &str, name: &str) -> Option<Self> {
        let drawn = loaded.form(ctx).draw_page(page, &[])?;
        Self::on(&drawn, &loaded.published.document.modello, name)
    }

    /// The file control of this name, if it is drawn.
    pub(crate) fn on(drawn: &PageView, modello: &Modello, name: &str) -> Option<Self> {
        let control = drawn.fields().find(|field| field.name == name).map(|field| field.control.clone())?;
        let Control::File { accept, max_bytes, .. } = control else {
            return None;
        };
        let mut parts = name.split('.');
        let (first, row, field) = (parts.next()?, parts.next(), parts.next());
        let field = field.unwrap_or(first).to_owned();
        let sealed = modello.campo(&field)?.privacy.sealed();
        Some(Self { field, row: row.and_then(|row| row.parse().ok()), accept, max_bytes, sealed })
    }

    /// What is kept of a file that may stay.
    pub(crate) async fn check(&self, file: UploadedFile) -> Result<Result<GoodFile, ProblemCode>> {
        if let Err(code) = self.fits(&file) {
            return Ok(Err(code));
        }
        // Up to 20 MB are gone over: not on a thread that answers others.
        let looked = tokio::task::spawn_blocking(move || (allegato::judge(&file.content), file)).await;
        let (judged, file) = looked.map_err(|error| Error::failed("looking at a file", error))?;
        Ok(judged.and_then(|judged| self.given(file, &judged)))
    }

    fn fits(&self, file: &UploadedFile) -> Result<(), ProblemCode> {
        if file.bytes > self.max_bytes {
            return Err(ProblemCode::FileTooLarge { max_mb: (self.max_bytes / (1024 * 1024)) as u32 });
        }
        Ok(())
    }

    fn given(&self, file: UploadedFile, judged: &Judged) -> Result<GoodFile, ProblemCode> {
        let file_type = judged.file_type;
        if self.accept.split(',').all(|accepted| accepted != file_type.media_type()) {
            return Err(ProblemCode::FileType);
        }
        let mut content = file.content;
        content.truncate(judged.bytes);
        Ok(GoodFile { name: safe_name(&file.name, file_type), file_type, content: content.into() })
    }
}

/// A file that may stay.
pub(crate) struct GoodFile {
    name: String,
    file_type: FileType,
    content: bytes::Bytes,
}

impl GoodFile {
    /// Whether it is the content of a stored file.
    pub(crate) fn is(&self, row: &AllegatoRow) -> bool {
        row.bytes == self.content.len() as i64 && row.sha256 == self.sha256()
    }

    /// SHA-256 of its content, hexadecimal.
    fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.content))
    }

    /// The file as answers hold it.
    pub(crate) fn view(&self, id: AllegatoId) -> FileView {
        let (name, media_type) = (self.name.clone(), self.file_type.media_type().to_owned());
        FileView { id, name, bytes: self.content.len() as u64, media_type }
    }
}

/// A name that is safe in a page, a header and a folder, with the ending that fits the content.
fn safe_name(given: &str, file_type: FileType) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let kept: String = stem
        .chars()
        .map(
            |letter| {
                if letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_' | '(' | ')') { letter } else { '_' }
            },
        )
        .take(MAX_NAME)
        .collect();
    let stem = if kept.trim().is_empty() { NEUTRAL_NAME } else { kept.trim() };
    format!("{stem}.{}", file_type.ending())
}

/// Stores a file; its row comes later, with the draft or the answer that names it.
pub(crate) async fn keep_file(
    portal: &Portal,
    ctx: &Ctx,
    bozza: BozzaId,
    wanted: &Wanted,
    given: &GoodFile,
) -> Result<AllegatoRow> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let id = AllegatoId::new(portal.chance().uuid(now));
    let name = if wanted.sealed {
        portal.files().put_sealed(&portal.sealer(ente).await?, FileKind::Allegato, id.uuid(), &given.content).await?;
        format!("{NEUTRAL_NAME}.{}", given.file_type.ending())
    } else {
        portal.files().put(ente, FileKind::Allegato, id.uuid(), given.content.clone()).await?;
        given.name.clone()
    };
    Ok(AllegatoRow {
        id,
        bozza_id: bozza,
        field: wanted.field.clone(),
        row_id: wanted.row,
        name,
        media_type: given.file_type.media_type().to_owned(),
        bytes: given.content.len() as i64,
        sha256: given.sha256(),
        sealed: wanted.sealed,
        created_at: now,
        scan: if portal.scanner().is_some() { Scan::Waiting } else { Scan::Unscanned },
    })
}

/// Files that are stored and have no row yet.
pub(crate) struct NewFiles {
    pub(crate) rows: Vec<AllegatoRow>,
    scans: Vec<NewJob>,
}

impl NewFiles {
    /// With the work that the scanner has with them.
    pub(crate) fn new(portal: &Portal, rows: Vec<AllegatoRow>) -> Self {
        let now = portal.clock().now();
        let waiting = rows.iter().filter(|file| file.scan == Scan::Waiting);
        let scans = waiting.map(|file| scan_job(portal, file.id, now)).collect();
        Self { rows, scans }
    }

    /// Whether the scanner has work with them.
    pub(crate) fn are_scanned(&self) -> bool {
        !self.scans.is_empty()
    }

    /// Writes their rows, and what the scanner is to do.
    pub(crate) async fn write(&self, tx: &mut Tx, ente: EnteId) -> sportello_store::Result<()> {
        for file in &self.rows {
            row::add(tx, ente, file).await?;
        }
        for scan in &self.scans {
            job::enqueue(tx, ente, scan).await?;
        }
        Ok(())
    }
}

/// What is wrong with a page, where a refused file stands instead of "missing" at its question.
pub(crate) fn refused_first(mut problems: Vec<Problem>, refused: &[Problem]) -> Vec<Problem> {
    problems.retain(|problem| refused.iter().all(|other| other.path != problem.path));
    problems.extend(refused.iter().cloned());
    problems
}

/// Removes the bytes of files that nothing names any more.
pub(crate) async fn remove(portal: &Portal, ente: EnteId, files: impl IntoIterator<Item = AllegatoId>) -> Result<()> {
    for file in files {
        portal.files().remove(ente, FileKind::Allegato, file.uuid()).await?;
    }
    Ok(())
}

/// A stored file, opened. Whether the caller may have it is asked first.
pub(crate) async fn download(portal: &Portal, ctx: &Ctx, row: AllegatoRow) -> Result<Download> {
    // What held a virus is gone, and so is what was past its time.
    if matches!(row.scan, Scan::Infected | Scan::Discarded) {
        return Err(Error::NotFound);
    }
    let content = content(portal, ctx.ente_id(), &row).await?;
    Ok(Download { name: row.name, media_type: row.media_type, content })
}

/// The bytes of a stored file, opened.
pub(crate) async fn content(portal: &Portal, ente: EnteId, row: &AllegatoRow) -> Result<bytes::Bytes> {
    let id = row.id.uuid();
    Ok(if row.sealed {
        portal.files().get_sealed(&portal.sealer(ente).await?, FileKind::Allegato, id).await?.into()
    } else {
        portal.files().get(ente, FileKind::Allegato, id).await?
    })
}

/// A stored file as if it had just been sent at a control.
pub(crate) async fn as_sent(portal: &Portal, ente: EnteId, row: AllegatoRow, control: &str) -> Result<UploadedFile> {
    let content = content(portal, ente, &row).await?;
    Ok(UploadedFile { field: control.to_owned(), name: row.name, bytes: content.len() as u64, content: content.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_safe() {
        let cases = [
            ("certificato medico.pdf", "certificato medico.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\temp\\referto.exe", "referto.pdf"),
            ("a\"b\r\nc.pdf", "a_b__c.pdf"),
            ("", "allegato.pdf"),
            (".htaccess", "allegato.pdf"),
        ];
        for (given, expected) in cases {
            assert_eq!(safe_name(given, FileType::Pdf), expected, "{given:?}");
        }
        assert!(safe_name(&"x".repeat(500), FileType::Png).len() <= MAX_NAME + 4);
    }
}
