//! Writing a message once, and opening what was written: the same for both sides.

use sportello_domain::id::{EnteId, PersonaId, PraticaId};
use sportello_store::{
    Tx, audit,
    job::{self, NewJob},
    messaggio::{self as row, MessaggioRow, NewMessaggio, Side},
    notifica::{self, NotificaRow},
    pratica,
    seal::Sealed,
};
use uuid::Uuid;

use super::place;
use crate::{Ctx, Error, Portal, Result, clock::is_secret, error::Reason, typed};

/// Longest message, in characters.
pub const MAX_TEXT: usize = 4_000;
/// Most messages of one side about a pratica that the other side has not opened.
pub const MAX_UNREAD: i64 = 20;
/// Most messages of one side about a pratica: what a page can show.
const MAX_TOTAL: i64 = 160;

/// What a form of a message brings.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The text as typed.
    pub text: String,
    /// Whether it is about health, belief or money.
    pub reserved: bool,
    /// Key of the form.
    pub key: String,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is written, now or when its form was sent before.
    Written,
    /// The other side has too much to read: nothing is written.
    TooMany,
}

/// Who is told that there is a message.
#[derive(Debug)]
pub(crate) enum Tell {
    /// The office, by this job, unless something waits for it already.
    Office(NewJob),
    /// The applicant, by this message and its job.
    Applicant(Box<NotificaRow>, NewJob),
    /// Nobody: the office notes something for itself.
    Nobody,
}

impl Tell {
    async fn enqueue(&self, tx: &mut Tx, ente: EnteId, before: row::Counts) -> sportello_store::Result<()> {
        match self {
            // The office knows already that there is something to read.
            Self::Office(_) if before.unread > 0 => Ok(()),
            Self::Office(letter) => job::enqueue(tx, ente, letter).await,
            Self::Applicant(message, letter) => {
                notifica::add(tx, ente, message).await?;
                job::enqueue(tx, ente, letter).await
            }
            Self::Nobody => Ok(()),
        }
    }
}

/// Writes a message, with its audit row and the job that tells the other side. Whether the author may is asked first.
pub(crate) async fn write(
    portal: &Portal,
    ctx: &Ctx,
    id: PraticaId,
    (side, author_id): (Side, PersonaId),
    typed: &Typed,
    tell: Tell,
) -> Result<Outcome> {
    let text = typed::text(&typed.text, 1..=MAX_TEXT).ok_or(Error::Unacceptable("the message"))?;
    if !is_secret(&typed.key) {
        return Err(Error::Unacceptable("the key"));
    }
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let (sealer, message) = (portal.sealer(ente).await?, portal.chance().uuid(now));
    let new = NewMessaggio {
        id: message,
        pratica_id: id,
        side,
        author_id,
        reserved: typed.reserved,
        sealed_text: sealer.seal(&place(message), text.as_bytes())?,
        key: typed.key.clone(),
        written_at: now,
    };
    let key = typed.key.clone();
    let note = ctx.note(portal, action(side), "pratica", Some(id.uuid()));
    let before = portal
        .store()
        .write(ente, async move |tx| {
            if let Some(known) = row::by_key(tx, ente, author_id, &key).await? {
                return Ok(Written::Before(known));
            }
            // Between the page and this instant it may have gone to nobody.
            pratica::by_id(tx, ente, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            let counts = row::counts(tx, ente, id, side).await?;
            if counts.total >= MAX_TOTAL || (side != Side::Nota && counts.unread >= MAX_UNREAD) {
                return Ok(Written::TooMany);
            }
            row::add(tx, ente, &new).await?;
            tell.enqueue(tx, ente, counts).await?;
            audit::record(tx, ente, &note).await?;
            Ok(Written::Now)
        })
        .await?;
    portal.work().notify_one();
    match before {
        Written::Now => Ok(Outcome::Written),
        Written::TooMany => Ok(Outcome::TooMany),
        Written::Before((known, of, on, reserved, sealed)) => {
            let same = (of, on, reserved) == (id, side, typed.reserved)
                && typed::open(&sealer, &place(known), &sealed)? == text;
            if same { Ok(Outcome::Written) } else { Err(Error::KeyReused) }
        }
    }
}

/// What the transaction of a message came to.
enum Written {
    Now,
    TooMany,
    Before((Uuid, PraticaId, Side, bool, Sealed)),
}

const fn action(side: Side) -> &'static str {
    match side {
        Side::Cittadino | Side::Ufficio => "messaggio.write",
        Side::Nota => "messaggio.note",
    }
}

/// Everything that was written about a pratica. With `reader` (whose messages are read, whether the reserved ones too,
/// and who reads) what nobody had opened counts as opened now, in the transaction that reads it: nothing counts that was
/// not shown.
pub(crate) async fn open(
    portal: &Portal,
    ente: EnteId,
    id: PraticaId,
    reader: Option<(Side, bool, PersonaId)>,
) -> Result<Vec<MessaggioRow>> {
    let rows = portal.store().read(ente, async move |read| row::of_pratica(read, ente, id).await).await?;
    let Some((side, reserved, by)) = reader else { return Ok(rows) };
    let news = |row: &MessaggioRow| row.side == side && row.read_at.is_none() && (reserved || !row.reserved);
    if !rows.iter().any(news) {
        return Ok(rows);
    }
    let now = portal.clock().now();
    let opened = portal.store().write(ente, async move |tx| {
        row::opened(tx, ente, id, (side, reserved), by, now).await?;
        row::of_pratica(tx, ente, id).await
    });
    Ok(opened.await?)
}
