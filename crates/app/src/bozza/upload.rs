//! Files that come with a page: what they are by content, whether they may stay, where they go.

use sha2::{Digest, Sha256};
use sportello_domain::{
    id::{AllegatoId, EnteId, RowId},
    modello::view::{Control, FileView, Problem, ProblemCode},
};
use sportello_store::{allegato::AllegatoRow, file::FileKind};
use uuid::Uuid;

use super::{Download, Loaded, UploadedFile, loaded};
use crate::{Ctx, Portal, Result};

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
        let Some(wanted) = Wanted::find(loaded, ctx, page, &file.field) else {
            continue;
        };
        match wanted.check(&file) {
            Ok(media_type) => {
                let row = store(portal, ctx, loaded, &wanted, &file, media_type).await?;
                let view = view(row.id, &file, media_type);
                uploads.accepted.push((file.field, view));
                uploads.rows.push(row);
            }
            Err(code) => uploads.problems.extend(loaded.form(ctx).problem_at(&file.field, code)),
        }
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
        match wanted.check(&file) {
            Ok(media_type) => {
                let view = view(AllegatoId::new(Uuid::nil()), &file, media_type);
                uploads.accepted.push((file.field, view));
            }
            Err(code) => uploads.problems.extend(loaded.form(ctx).problem_at(&file.field, code)),
        }
    }
    uploads
}

/// A file as answers hold it.
fn view(id: AllegatoId, file: &UploadedFile, media_type: &str) -> FileView {
    FileView { id, name: safe_name(&file.name, media_type), bytes: file.bytes, media_type: media_type.to_owned() }
}

/// A file control of the page.
struct Wanted {
    field: String,
    row: Option<RowId>,
    accept: String,
    max_bytes: u64,
    sealed: bool,
}

impl Wanted {
    /// The file control of this name, if the page shows one.
    fn find(loaded: &Loaded, ctx: &Ctx, page: &str, name: &str) -> Option<Self> {
        let drawn = loaded.form(ctx).draw_page(page, &[])?;
        let control = loaded::fields(&drawn).find(|field| field.name == name).map(|field| field.control.clone())?;
        let Control::File { accept, max_bytes, .. } = control else {
            return None;
        };
        let mut parts = name.split('.');
        let (first, row, field) = (parts.next()?, parts.next(), parts.next());
        let field = field.unwrap_or(first).to_owned();
        let sealed = loaded.published.document.modello.campo(&field)?.privacy.sealed();
        Some(Self { field, row: row.and_then(|row| row.parse().ok()), accept, max_bytes, sealed })
    }

    /// The media type of a file that may stay.
    fn check(&self, file: &UploadedFile) -> Result<&'static str, ProblemCode> {
        if file.bytes == 0 {
            return Err(ProblemCode::FileBroken);
        }
        if file.bytes > self.max_bytes {
            return Err(ProblemCode::FileTooLarge { max_mb: (self.max_bytes / (1024 * 1024)) as u32 });
        }
        let media_type = media_type(&file.content).ok_or(ProblemCode::FileType)?;
        if self.accept.split(',').any(|accepted| accepted == media_type) {
            Ok(media_type)
        } else {
            Err(ProblemCode::FileType)
        }
    }
}

/// The type of a file by its first bytes; the name and the type that came along say nothing.
fn media_type(content: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 3] =
        [(b"%PDF-", "application/pdf"), (b"\xFF\xD8\xFF", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")];
    KNOWN.into_iter().find(|(magic, _)| content.starts_with(magic)).map(|(_, media_type)| media_type)
}

/// A name that is safe in a page, a header and a folder, with the ending that fits the content.
fn safe_name(given: &str, media_type: &str) -> String {
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
    format!("{stem}.{}", ending(media_type))
}

fn ending(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "pdf",
    }
}

async fn store(
    portal: &Portal,
    ctx: &Ctx,
    loaded: &Loaded,
    wanted: &Wanted,
    file: &UploadedFile,
    media_type: &'static str,
) -> Result<AllegatoRow> {
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let id = AllegatoId::new(portal.chance().uuid(now));
    let name = if wanted.sealed {
        portal.files().put_sealed(&portal.sealer(ente).await?, FileKind::Allegato, id.uuid(), &file.content).await?;
        format!("{NEUTRAL_NAME}.{}", ending(media_type))
    } else {
        portal.files().put(ente, FileKind::Allegato, id.uuid(), file.content.clone()).await?;
        safe_name(&file.name, media_type)
    };
    Ok(AllegatoRow {
        id,
        bozza_id: loaded.row.id,
        field: wanted.field.clone(),
        row_id: wanted.row,
        name,
        media_type: media_type.to_owned(),
        bytes: file.content.len() as i64,
        sha256: hex::encode(Sha256::digest(&file.content)),
        sealed: wanted.sealed,
        created_at: now,
    })
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
    let ente = ctx.ente_id();
    let content = if row.sealed {
        portal.files().get_sealed(&portal.sealer(ente).await?, FileKind::Allegato, row.id.uuid()).await?.into()
    } else {
        portal.files().get(ente, FileKind::Allegato, row.id.uuid()).await?
    };
    Ok(Download { name: row.name, media_type: row.media_type, content })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_comes_from_the_content() {
        assert_eq!(media_type(b"%PDF-1.7 x"), Some("application/pdf"));
        assert_eq!(media_type(b"\xFF\xD8\xFF\xE0"), Some("image/jpeg"));
        for other in [&b"<html>"[..], b"MZ", b"", b"PK\x03\x04", b"<svg/>"] {
            assert_eq!(media_type(other), None);
        }
    }

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
            assert_eq!(safe_name(given, "application/pdf"), expected, "{given:?}");
        }
        assert!(safe_name(&"x".repeat(500), "image/png").len() <= MAX_NAME + 4);
    }
}
