//! The copy of a modello that an ente edits: revisions that follow each other. Whoever comes second sees both versions.

use chrono::{DateTime, Utc};
use sportello_store::{Tx, audit, modello as publication, modello_testo as row, modello_testo::TestoRow};

use super::{AUTHORS, Checked, READERS, TABLE, TEXT_MAX_BYTES, Testi, Version, latest, noted, with_document};
use crate::{
    Ctx, Error, Portal, Result,
    error::Reason,
    modello::{VERSIONS, is_code},
};

/// How many revisions of a code are kept besides those that were published.
const REVISIONS_KEPT: i64 = 100;

/// The copy of a modello, with all that is known of it.
#[derive(Debug)]
pub struct Copia {
    /// Code of the modello.
    pub code: String,
    /// The latest revision; 0 while the ente has no copy of its own.
    pub revision: i64,
    /// The texts, of this revision or of the one that was asked for; none when they were never kept.
    pub testi: Option<Testi>,
    /// What is wrong with them.
    pub checked: Option<Checked>,
    /// The last revisions, the latest first.
    pub revisions: Vec<Revision>,
    /// The published versions, the latest first.
    pub versions: Vec<Version>,
    /// Whether this person may edit, publish and withdraw.
    pub can_edit: bool,
}

/// A revision in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its number.
    pub number: i64,
    /// When it was saved.
    pub saved_at: DateTime<Utc>,
    /// By whom; nobody for one that came with a command.
    pub saved_by: Option<String>,
}

/// What became of a copy that was saved.
#[derive(Debug)]
pub enum Saved {
    /// It is this revision.
    Revision(i64),
    /// Somebody else saved in the meantime: nothing was written.
    Conflict(Box<Conflict>),
}

/// Somebody else saved in the meantime.
#[derive(Debug)]
pub struct Conflict {
    /// What they saved.
    pub latest: Revision,
    /// Their texts.
    pub testi: Testi,
}

/// The copy of a modello, as of its latest revision or of an earlier one.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for a code that is neither published nor shipped
/// nor edited here, and for a revision that is not kept.
pub async fn copia(portal: &Portal, ctx: &Ctx, code: &str, revision: Option<i64>) -> Result<Copia> {
    ctx.operatore(&READERS)?;
    if !is_code(code) {
        return Err(Error::NotFound);
    }
    let (ente, now, asked) = (ctx.ente_id(), portal.clock().now(), code.to_owned());
    let (newest, wanted, heads, rows) = portal
        .store()
        .read(ente, async move |read| {
            let newest = latest(read, ente, &asked).await?;
            let wanted = match revision {
                Some(revision) => Some(row::at(read, ente, &asked, revision).await?),
                None => None,
            };
            let heads = row::heads(read, ente, &asked).await?;
            Ok((newest, wanted, heads, publication::versions(read, ente, &asked, (VERSIONS, 0)).await?))
        })
        .await?;
    if newest.is_none() && rows.is_empty() {
        return Err(Error::NotFound);
    }
    let mut versions = Vec::with_capacity(rows.len());
    for found in rows {
        versions.push(Version::new(&with_document(portal, ente, found).await?, now));
    }
    let (revision, testi) = newest.map_or((0, None), |(revision, testi)| (revision, Some(testi)));
    let testi = match wanted {
        Some(earlier) => Some(earlier.ok_or(Error::NotFound)?.into()),
        None => testi,
    };
    Ok(Copia {
        code: code.to_owned(),
        revision,
        checked: testi.as_ref().map(|testi| Checked::new(testi.texts(code))),
        testi,
        revisions: heads.into_iter().map(Revision::from).collect(),
        versions,
        can_edit: ctx.operatore(&AUTHORS).is_ok(),
    })
}

/// Saves the copy, wrong or not: it is a working copy. `based_on` is the revision from which it was made.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for a code that nothing is known of;
/// [`Error::Unacceptable`] for a text that is larger than [`TEXT_MAX_BYTES`].
pub async fn save(portal: &Portal, ctx: &Ctx, code: &str, based_on: i64, testi: Testi) -> Result<Saved> {
    let by = ctx.operatore(&AUTHORS)?.persona;
    if !is_code(code) {
        return Err(Error::NotFound);
    }
    let testi = testi.clean();
    if testi.each().iter().any(|text| text.len() > TEXT_MAX_BYTES) {
        return Err(Error::Unacceptable("the size of a text"));
    }
    let (ente, now, code) = (ctx.ente_id(), portal.clock().now(), code.to_owned());
    let note = ctx.note(portal, "modello.save", TABLE, None);
    let saved = async move |tx: &mut Tx| {
        let Some((newest, there)) = latest(tx, ente, &code).await? else {
            return Err(Reason::NotFound.refuse());
        };
        // Sent twice, or saved by both alike; what ships becomes a copy by being changed or published.
        if there == testi {
            return Ok(Saved::Revision(newest));
        }
        if newest != based_on {
            let heads = row::heads(tx, ente, &code).await?;
            let head = heads.into_iter().next().ok_or_else(|| Reason::NotFound.refuse())?;
            return Ok(Saved::Conflict(Box::new(Conflict { latest: head.into(), testi: there })));
        }
        let new = testi.row(code.clone(), newest + 1, Some(by), now);
        add(tx, ente, &new).await?;
        audit::record(tx, ente, &noted(note, &code, new.revision)).await?;
        Ok(Saved::Revision(new.revision))
    };
    Ok(portal.store().write(ente, saved).await?)
}

/// Adds a revision, and lets old ones go that were never published.
pub(super) async fn add(
    tx: &mut Tx,
    ente: sportello_domain::id::EnteId,
    new: &TestoRow,
) -> sportello_store::Result<()> {
    row::add(tx, ente, new).await?;
    row::prune(tx, ente, &new.code, new.revision - REVISIONS_KEPT).await?;
    Ok(())
}

impl From<row::TestoHead> for Revision {
    fn from(head: row::TestoHead) -> Self {
        let name = head.nome.zip(head.cognome).map(|(nome, cognome)| format!("{nome} {cognome}"));
        Self { number: head.revision, saved_at: head.saved_at, saved_by: name }
    }
}

impl Testi {
    /// The three texts in the order of the page.
    pub(super) fn each(&self) -> [&str; 3] {
        [&self.form, &self.english, &self.procedura]
    }

    /// Lines as files have them: browsers send another end of line. What no database takes is dropped.
    fn clean(self) -> Self {
        let clean = |text: String| text.replace("\r\n", "\n").replace(['\r', '\0'], "");
        Self { form: clean(self.form), english: clean(self.english), procedura: clean(self.procedura) }
    }

    /// The row of a revision.
    pub(super) fn row(
        self,
        code: String,
        revision: i64,
        saved_by: Option<sportello_domain::id::PersonaId>,
        saved_at: DateTime<Utc>,
    ) -> TestoRow {
        let Self { form, english, procedura } = self;
        TestoRow { code, revision, form, english, procedura, saved_at, saved_by }
    }
}
