//! The personal area of a citizen: what to do, what was written, what was issued, for whom.
//!
//! Each page is read in one snapshot. Whose it is is asked of [`Ctx::titolare`]; drafts, messages and receipts are there for
//! those who may act, as on their own pages.

mod desk;
mod filter;

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    calendar,
    delega::DelegaScope,
    fatturazione::document_number,
    id::{AlunnoId, DocumentoContabileId, DocumentoId, PraticaId},
    pratica::PraticaStatus,
};
use sportello_store::{
    Read,
    delega::{self as deleghe, DelegaRow},
    documento::{self, ReceiptRow},
    documento_contabile::{self, EmessoRow, Kind},
    iscrizione::{self, FiglioRow, IscrizioneStatus},
    messaggio::{self, ConversationRow},
    provvedimento::{self, OwnRow},
};

use crate::{Ctx, Portal, Result, modello, pratica::number};

pub use desk::{Desk, ToDo, desk};
pub use filter::{Choices, Filter, choices, matching};

/// What was written about a pratica, in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// The pratica.
    pub pratica: PraticaId,
    /// "2026/184".
    pub number: String,
    /// Title of its modello.
    pub title: String,
    /// The child's name.
    pub alunno: String,
    /// How many messages of both sides.
    pub total: i64,
    /// How many of the office's nobody has opened.
    pub unread: i64,
    /// When the last one was written.
    pub last_at: DateTime<Utc>,
}

/// The conversations with the office, the last first.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::DelegaTooNarrow`] for who may not act.
pub async fn conversations(portal: &Portal, ctx: &Ctx) -> Result<Vec<Conversation>> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::Act)?);
    let rows = portal.store().read(ente, async move |read| messaggio::of_person(read, ente, persona).await).await?;
    shown(portal, ctx, rows).await
}

async fn shown(portal: &Portal, ctx: &Ctx, rows: Vec<ConversationRow>) -> Result<Vec<Conversation>> {
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let document = modello::document(portal, ctx.ente_id(), &row.hash).await?;
        shown.push(Conversation {
            pratica: row.pratica_id,
            number: number(row.anno, row.numero),
            title: document.modello.title(ctx.lingua, row.anno_scolastico),
            alunno: row.alunno,
            total: row.total,
            unread: row.unread,
            last_at: row.last_at,
        });
    }
    Ok(shown)
}

/// A document that was issued to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The day of its issue.
    pub on: NaiveDate,
    /// Size in bytes, once it is made.
    pub bytes: Option<u64>,
    /// What it is.
    pub what: IssuedKind,
}

/// What was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuedKind {
    /// The receipt of an INVIA: one of its pratiche, and that one's number.
    Receipt(PraticaId, String),
    /// An invoice.
    Invoice(AlunnoId, DocumentoContabileId, String),
    /// A credit note.
    CreditNote(AlunnoId, DocumentoContabileId, String),
    /// What the office decided or told about a pratica: the state that it led to, and the number of the pratica.
    Provvedimento(PraticaId, DocumentoId, PraticaStatus, String),
}

/// Everything that was issued to the person, the last first. Receipts and decisions are there for those who may act.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::DelegaTooNarrow`].
pub async fn documents(portal: &Portal, ctx: &Ctx) -> Result<Vec<Issued>> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?);
    let acts = ctx.titolare(DelegaScope::Act).is_ok();
    let (receipts, decided, accounts) = portal
        .store()
        .read(ente, async move |read: &mut Read| {
            let receipts = if acts { documento::receipts(read, ente, persona).await? } else { Vec::new() };
            let decided = if acts { provvedimento::of_person(read, ente, persona).await? } else { Vec::new() };
            Ok((receipts, decided, documento_contabile::of_person(read, ente, persona).await?))
        })
        .await?;
    let (receipts, decided) = (receipts.into_iter().map(receipt), decided.into_iter().map(decision));
    let mut issued: Vec<Issued> = receipts.chain(decided).chain(accounts.into_iter().map(account)).collect();
    issued.sort_by_key(|one| std::cmp::Reverse(one.on));
    Ok(issued)
}

fn receipt(row: ReceiptRow) -> Issued {
    Issued {
        on: calendar::legal_date(row.created_at),
        bytes: u64::try_from(row.bytes).ok(),
        what: IssuedKind::Receipt(row.pratica_id, number(row.anno, row.numero)),
    }
}

fn decision(row: OwnRow) -> Issued {
    Issued {
        on: calendar::legal_date(row.made_at),
        bytes: u64::try_from(row.bytes).ok(),
        what: IssuedKind::Provvedimento(row.pratica_id, row.id, row.kind, number(row.anno, row.numero)),
    }
}

fn account(row: EmessoRow) -> Issued {
    let number = document_number(row.numero, &row.serie, row.anno);
    Issued {
        on: row.emesso_il,
        bytes: row.bytes.and_then(|bytes| u64::try_from(bytes).ok()),
        what: match row.kind {
            Kind::Invoice => IssuedKind::Invoice(row.alunno_id, row.id, number),
            Kind::CreditNote => IssuedKind::CreditNote(row.alunno_id, row.id, number),
        },
    }
}

/// A child with the enrolments that the person pays or paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figlio {
    /// The child.
    pub id: AlunnoId,
    /// Given and family name.
    pub name: String,
    /// The enrolments, the latest first.
    pub enrolments: Vec<Enrolment>,
}

/// An enrolment of a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Service, as the register calls it.
    pub servizio: String,
    /// School year.
    pub anno_scolastico: AnnoScolastico,
    /// School and class.
    pub scuola: (String, String),
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Whether it is in force.
    pub active: bool,
    /// The pratica that made it.
    pub pratica: PraticaId,
    /// The pratica in which its menu is written, for those who may act. It is never said here what the menu is.
    pub menu: Option<PraticaId>,
}

/// Who else sees what is the person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Given and family name.
    pub name: String,
    /// What they may do.
    pub scope: DelegaScope,
    /// Last day.
    pub until: NaiveDate,
}

/// The children of the person, and who else sees them; the latter only for the person.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::DelegaTooNarrow`].
pub async fn children(portal: &Portal, ctx: &Ctx) -> Result<(Vec<Figlio>, Vec<Viewer>)> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?);
    let (acts, own) = (ctx.titolare(DelegaScope::Act).is_ok(), ctx.oneself().is_ok());
    let (rows, given) = portal
        .store()
        .read(ente, async move |read: &mut Read| {
            let given = if own { deleghe::given(read, ente, persona).await? } else { Vec::new() };
            Ok((iscrizione::of_payer(read, ente, persona).await?, given))
        })
        .await?;
    let mut children: Vec<Figlio> = Vec::new();
    for row in rows {
        if children.last().is_none_or(|child| child.id != row.alunno_id) {
            let name = format!("{} {}", row.nome, row.cognome);
            children.push(Figlio { id: row.alunno_id, name, enrolments: Vec::new() });
        }
        if let Some(child) = children.last_mut() {
            child.enrolments.push(enrolment(row, acts));
        }
    }
    let today = calendar::legal_date(portal.clock().now());
    Ok((children, given.iter().filter_map(|row| viewer(row, today)).collect()))
}

fn enrolment(row: FiglioRow, acts: bool) -> Enrolment {
    Enrolment {
        servizio: row.servizio,
        anno_scolastico: row.anno_scolastico,
        scuola: (row.plesso, row.classe),
        days: (row.dal, row.al),
        active: row.status == IscrizioneStatus::Active,
        pratica: row.pratica_id,
        menu: acts.then(|| row.menu_id.unwrap_or(row.pratica_id)),
    }
}

/// Whoever holds a delega that is in force on a day.
fn viewer(row: &DelegaRow, today: NaiveDate) -> Option<Viewer> {
    let accepted = row.status == sportello_domain::delega::DelegaStatus::Accepted;
    let (nome, cognome) = (row.delegato_nome.as_ref()?, row.delegato_cognome.as_ref()?);
    let name = format!("{nome} {cognome}");
    (accepted && row.term().holds(today)).then_some(Viewer { name, scope: row.ambito, until: row.al })
}
