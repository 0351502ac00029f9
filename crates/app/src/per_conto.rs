//! Sessions at the desk: a member of staff identifies somebody without digital identity by a document, and fills in and
//! sends a pratica for them. What is filed is the applicant's.
//!
//! Not for seeing what the applicant has otherwise: `Ctx::richiedente` opens drafts and INVIA to the desk, of those only
//! the drafts of the session, and everything else stays shut.

mod elenco;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use sportello_domain::{
    calendar,
    codice_fiscale::CodiceFiscale,
    collation,
    delega::DelegaScope,
    id::{BozzaId, EnteId, PerContoId, PersonaId},
    riconoscimento::{Documento, ISSUER, TipoDocumento},
    ruolo::Ruolo,
};
use sportello_store::{
    Json, Read, Tx, audit,
    audit::AuditRow,
    per_conto::{self as row, NewPerConto, PerContoRow},
    persona::{self, PersonaRow},
    seal::Place,
};

use crate::{Ctx, Error, Ground, OnBehalf, Portal, Result, error::Reason, tabella::Extent, typed};

pub use elenco::take_out;

/// Who may file for somebody at the desk.
pub const DESKS: [Ruolo; 1] = [Ruolo::OperatoreIstruzione];
/// What an address begins with that acts at the desk; the session's identifier follows.
pub const BEHALF: &str = "/ufficio/per";
/// How long a session lasts: one conversation.
const LONGEST: TimeDelta = TimeDelta::hours(2);
/// Longest given or family name, in characters.
const NAME_MAX: usize = 80;

/// What the member of staff typed: who stands before them, and by which document they know.
#[derive(Clone, Debug, Default)]
pub struct Applicant {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Given name.
    pub nome: String,
    /// Family name.
    pub cognome: String,
    /// Kind of document; `None` when none was chosen.
    pub tipo: Option<TipoDocumento>,
    /// Number of the document.
    pub number: String,
    /// Who issued it.
    pub issued_by: String,
    /// Its last day; `None` when it is no day.
    pub expires_on: Option<NaiveDate>,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The codice fiscale is none of a person.
    CodiceFiscale,
    /// It is the member of staff's own: their own pratiche they file as everybody does.
    Own,
    /// The portal knows the codice fiscale under another name.
    OtherName,
    /// The given name is missing or too long.
    Nome,
    /// The family name is missing or too long.
    Cognome,
    /// No kind of document was chosen.
    Tipo,
    /// The number of the document can be none.
    Number,
    /// Nobody is named who issued it.
    IssuedBy,
    /// Its last day is missing or over.
    Expired,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The session is open.
    Done(PerContoId),
    /// Nothing was written.
    Refused(Vec<Problem>),
}

/// A session of the member of staff who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// The session.
    pub id: PerContoId,
    /// Given and family name of the applicant.
    pub name: String,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it is over by itself.
    pub expires_at: DateTime<Utc>,
}

impl From<PerContoRow> for Desk {
    fn from(row: PerContoRow) -> Self {
        let name = name(&row);
        Self { id: row.id, name, opened_at: row.opened_at, expires_at: row.expires_at }
    }
}

fn name(row: &PerContoRow) -> String {
    format!("{} {}", row.nome, row.cognome)
}

/// What was typed, once nothing is wrong with it.
struct Checked {
    codice_fiscale: String,
    nome: String,
    cognome: String,
    documento: Documento,
}

/// Opens a session for an applicant who stands before the member of staff.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`] without one of the [`DESKS`].
pub async fn open(portal: &Portal, ctx: &Ctx, applicant: &Applicant) -> Result<Opened> {
    let clerk = ctx.operatore(&DESKS)?;
    let (ente, by, now) = (ctx.ente_id(), clerk.persona, portal.clock().now());
    let checked = match checked(applicant, &clerk.codice_fiscale, calendar::legal_date(now)) {
        Ok(checked) => checked,
        Err(problems) => return Ok(Opened::Refused(problems)),
    };
    let id = PerContoId::new(portal.chance().uuid(now));
    let new_persona = PersonaId::new(portal.chance().uuid(now));
    let place = Place::new("per_conto", "documento", id);
    let documento = portal.sealer(ente).await?.seal(&place, document_text(&checked.documento).as_bytes())?;
    let note = ctx.note(portal, "per_conto.open", "per_conto", Some(id.uuid()));
    let opened = portal
        .store()
        .write(ente, async move |tx| {
            let names = (checked.nome.as_str(), checked.cognome.as_str());
            let found = persona::at_desk(tx, ente, new_persona, &checked.codice_fiscale, names, now).await?;
            let note = AuditRow { detail: Json(json!({ "titolare": found.id })), ..note };
            if !is_known_as(&found, names) {
                // Whoever tries names at a code is seen.
                let tried = AuditRow { action: "per_conto.refuse".to_owned(), object_id: None, ..note };
                audit::record(tx, ente, &tried).await?;
                return Ok(Opened::Refused(vec![Problem::OtherName]));
            }
            let new = NewPerConto {
                id,
                operatore_id: by,
                persona_id: found.id,
                documento,
                opened_at: now,
                expires_at: now + LONGEST,
            };
            row::add(tx, ente, &new).await?;
            audit::record(tx, ente, &note).await?;
            Ok(Opened::Done(id))
        })
        .await?;
    Ok(opened)
}

/// The document as it is sealed: a JSON object whose keys stay.
fn document_text(documento: &Documento) -> String {
    json!({
        "v": 1,
        "tipo": documento.tipo.stored(),
        "numero": documento.number,
        "rilasciato_da": documento.issued_by,
        "scadenza": documento.expires_on.to_string(),
    })
    .to_string()
}

/// What was typed as it is kept, or everything that is wrong with it.
fn checked(applicant: &Applicant, own: &str, today: NaiveDate) -> std::result::Result<Checked, Vec<Problem>> {
    let mut problems = Vec::new();
    let code = CodiceFiscale::parse(&applicant.codice_fiscale, None).ok().filter(|code| !code.is_numeric());
    match &code {
        None => problems.push(Problem::CodiceFiscale),
        Some(code) if is_own(code, own) => problems.push(Problem::Own),
        Some(_) => {}
    }
    let nome = name_of(&applicant.nome);
    let cognome = name_of(&applicant.cognome);
    let number = Documento::number(&applicant.number);
    let issued_by = typed::line(&applicant.issued_by, ISSUER);
    let expires_on = applicant.expires_on.filter(|last| today <= *last);
    let missing = [
        (nome.is_none(), Problem::Nome),
        (cognome.is_none(), Problem::Cognome),
        (applicant.tipo.is_none(), Problem::Tipo),
        (number.is_none(), Problem::Number),
        (issued_by.is_none(), Problem::IssuedBy),
        (expires_on.is_none(), Problem::Expired),
    ];
    problems.extend(missing.into_iter().filter_map(|(missing, problem)| missing.then_some(problem)));
    let documento = match (applicant.tipo, number, issued_by, expires_on) {
        (Some(tipo), Some(number), Some(issued_by), Some(expires_on)) => {
            Some(Documento { tipo, number, issued_by, expires_on })
        }
        _ => None,
    };
    match (code, nome, cognome, documento) {
        (Some(code), Some(nome), Some(cognome), Some(documento)) if problems.is_empty() => {
            Ok(Checked { codice_fiscale: code.as_str().to_owned(), nome, cognome, documento })
        }
        _ => Err(problems),
    }
}

/// A given or family name as it is kept: one line with a letter in it.
fn name_of(text: &str) -> Option<String> {
    typed::line(text, 1..=NAME_MAX).filter(|name| name.contains(char::is_alphabetic))
}

/// Whether a code is the member of staff's own, as it is or as omocodia would write it: a colleague serves the very few
/// who share one.
fn is_own(code: &CodiceFiscale, own: &str) -> bool {
    CodiceFiscale::parse(own, None).is_ok_and(|own| own.is_homonym(code))
}

/// Whether a person is known by these names: the same family name, and a given name that begins alike, since one document
/// writes second names and another does not.
fn is_known_as(known: &PersonaRow, (nome, cognome): (&str, &str)) -> bool {
    let first = |name: &str| collation::key(name).split(' ').next().unwrap_or_default().to_owned();
    collation::key(&known.cognome) == collation::key(cognome) && first(&known.nome) == first(nome)
}

/// Under which session a member of staff acts: asked for anew at each request.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`] once the role is gone, [`Error::NotFound`] for a session of somebody
/// else, [`Error::PerContoOver`] for one that is closed or over.
pub async fn resume(portal: &Portal, ctx: &Ctx, id: PerContoId) -> Result<OnBehalf> {
    let row = live(portal, ctx, id).await?;
    Ok(OnBehalf {
        ground: Ground::PerConto(row.id),
        titolare: row.persona_id,
        name: name(&row),
        scope: DelegaScope::Act,
    })
}

/// One open session of the member of staff who asks.
///
/// # Errors
/// Those of [`resume`].
pub async fn page(portal: &Portal, ctx: &Ctx, id: PerContoId) -> Result<Desk> {
    Ok(live(portal, ctx, id).await?.into())
}

async fn live(portal: &Portal, ctx: &Ctx, id: PerContoId) -> Result<PerContoRow> {
    let (ente, by, now) = (ctx.ente_id(), ctx.operatore(&DESKS)?.persona, portal.clock().now());
    let found = portal.store().read(ente, async move |read| row::of_operatore(read, ente, by, id).await).await?;
    let row = found.ok_or(Error::NotFound)?;
    if row.closed_at.is_none() && now < row.expires_at { Ok(row) } else { Err(Error::PerContoOver) }
}

/// The open sessions of the member of staff who asks, the latest first, at most 200.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn list(portal: &Portal, ctx: &Ctx) -> Result<Vec<Desk>> {
    open_ones(portal, ctx, Extent::Shown).await
}

/// The open sessions of the member of staff who asks, or the first of them.
async fn open_ones(portal: &Portal, ctx: &Ctx, extent: Extent) -> Result<Vec<Desk>> {
    let (ente, by, now) = (ctx.ente_id(), ctx.operatore(&DESKS)?.persona, portal.clock().now());
    let page = async move |read: &mut Read, page| row::live(read, ente, by, now, page).await;
    let rows = extent.look(portal, ente, async move |read| extent.rows(read, page).await).await?;
    Ok(rows.into_iter().map(Desk::from).collect())
}

/// Closes a session. Closing it twice is harmless.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`], [`Error::NotFound`] for a session of somebody else.
pub async fn close(portal: &Portal, ctx: &Ctx, id: PerContoId) -> Result<()> {
    let (ente, by, now) = (ctx.ente_id(), ctx.operatore(&DESKS)?.persona, portal.clock().now());
    let note = ctx.note(portal, "per_conto.close", "per_conto", Some(id.uuid()));
    portal
        .store()
        .write(ente, async move |tx| {
            row::of_operatore(tx, ente, by, id).await?.ok_or_else(|| Reason::NotFound.refuse())?;
            if row::close(tx, ente, by, id, now).await? {
                audit::record(tx, ente, &note).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Refuses a draft that is not of the session at the desk, in the transaction that relies on it.
pub(crate) async fn here(
    read: &mut Read,
    ente: EnteId,
    bozza: BozzaId,
    desk: Option<PerContoId>,
) -> sportello_store::Result<()> {
    match desk {
        Some(desk) if row::of_bozza(read, ente, bozza).await? != Some(desk) => Err(Reason::NotFound.refuse()),
        _ => Ok(()),
    }
}

/// Goes on with the open draft that the applicant has of a modello. The desk takes over one of an earlier session, with
/// `note` in the audit, and refuses one that the applicant began.
pub(crate) async fn go_on(
    tx: &mut Tx,
    ente: EnteId,
    bozza: BozzaId,
    desk: Option<PerContoId>,
    note: AuditRow,
) -> sportello_store::Result<BozzaId> {
    let Some(desk) = desk else { return Ok(bozza) };
    match row::of_bozza(tx, ente, bozza).await? {
        None => return Err(Reason::OwnBozza.refuse()),
        Some(held) if held == desk => {}
        Some(_) => {
            row::mark(tx, ente, bozza, desk).await?;
            audit::record(tx, ente, &AuditRow { object_id: Some(bozza.uuid()), ..note }).await?;
        }
    }
    Ok(bozza)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "RSSMRA85C12A794E";

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 6, 16).unwrap()
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let problems = checked(&Applicant::default(), OWN, today()).err().unwrap();
        let all = [
            Problem::CodiceFiscale,
            Problem::Nome,
            Problem::Cognome,
            Problem::Tipo,
            Problem::Number,
            Problem::IssuedBy,
            Problem::Expired,
        ];
        assert_eq!(problems, all);
    }
}
