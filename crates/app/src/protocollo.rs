//! The protocol register for the office (DPR 445/2000 art. 50-57): searching it, looking at an entry, annulling one; the
//! daily registers.
//!
//! Not for registering: the number of the internal register is given in the transaction of INVIA (`crate::invio`).

mod elenco;
pub mod emergenza;
pub(crate) mod giornaliero;

use chrono::NaiveDate;
use sportello_domain::{
    calendar, collation,
    id::{BozzaId, PraticaId},
    protocollo::Registro,
    ruolo::Ruolo,
};
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    elenco_protocollo::{self, ProtocolloQuery},
    protocollo as row,
    protocollo::NewAnnullo,
};

use crate::{Ctx, Error, Portal, Result, error::Reason, pratica::number, typed};

pub use elenco::{Elenco, take_out};
pub use giornaliero::{list as daily_registers, open as daily_register, take_out as take_out_daily};
pub use sportello_store::{
    elenco_protocollo::VoceRow,
    protocollo::{AnnulloRow, Direction, ProtocolloRow},
    registro_giornaliero::GiornalieroRow,
};

/// Roles that read the register and its daily registers.
pub const READERS: [Ruolo; 3] = [Ruolo::OperatoreIstruzione, Ruolo::Responsabile, Ruolo::Auditor];
/// Roles that annul an entry.
pub const ANNULLERS: [Ruolo; 1] = [Ruolo::Responsabile];
/// What [`Error::Unacceptable`] names when the reason is missing or too long.
pub const MOTIVO_WANTED: &str = "the reason of the annulment";
/// What [`Error::Unacceptable`] names when the act is missing or too long.
pub const ATTO_WANTED: &str = "the act that allows the annulment";
/// Longest reason, in characters.
pub const MOTIVO_MAX: usize = 500;
/// Longest name of an act, in characters.
pub const ATTO_MAX: usize = 120;

/// Rows on a page.
const PAGE_ROWS: i64 = 25;
/// Longest text that is searched for, in characters.
const MAX_SEARCH: usize = 80;
/// Kind of the objects in the audit log.
const TABLE: &str = "protocollo";

/// What the register is searched for. `Default` is everything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// A number (`184`, `184/2026`), or part of the name of a child or an applicant.
    pub text: String,
    /// First day of registration.
    pub from: Option<NaiveDate>,
    /// Last day of registration.
    pub until: Option<NaiveDate>,
    /// Only annulled entries.
    pub annulled: bool,
    /// Page, from 1.
    pub page: u32,
}

/// A page of the register.
#[derive(Clone, Debug)]
pub struct Found {
    /// The entries, the latest first.
    pub voci: Vec<VoceRow>,
    /// How many there are in all.
    pub total: i64,
    /// Page, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
}

/// An entry, whole.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The registration.
    pub row: ProtocolloRow,
    /// Its annulment.
    pub annullo: Option<AnnulloRow>,
    /// The pratiche that it is about, with their numbers.
    pub pratiche: Vec<(PraticaId, String)>,
    /// Whether this person may annul it.
    pub can_annul: bool,
}

impl Search {
    fn query(&self) -> ProtocolloQuery {
        let text: String = self.text.trim().chars().take(MAX_SEARCH).collect();
        let (numero, anno) = match text.split_once('/') {
            Some((numero, anno)) => (numero.trim().parse().ok(), anno.trim().parse().ok()),
            None => (text.parse().ok(), None),
        };
        let is_name = numero.is_none() && !text.is_empty();
        ProtocolloQuery {
            text: is_name.then(|| collation::key(&text)),
            numero,
            anno,
            from: self.from.map(calendar::start_of_day),
            until: self.until.and_then(|day| day.succ_opt()).map(calendar::start_of_day),
            annulled: self.annulled,
            offset: (i64::from(self.page.max(1)) - 1) * PAGE_ROWS,
            limit: PAGE_ROWS,
            ..ProtocolloQuery::default()
        }
    }
}

/// Searches the register of the ente.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn search(portal: &Portal, ctx: &Ctx, search: &Search) -> Result<Found> {
    ctx.operatore(&READERS)?;
    let (ente, query) = (ctx.ente_id(), search.query());
    let voci = portal.store().report(ente, async move |read| elenco_protocollo::page(read, ente, &query).await).await?;
    let total = voci.first().map_or(0, |voce| voce.total);
    Ok(Found {
        voci,
        total,
        page: search.page.max(1),
        pages: u32::try_from((total + PAGE_ROWS - 1) / PAGE_ROWS).unwrap_or(u32::MAX).max(1),
    })
}

/// One entry of the register of the ente: the registration of an INVIA.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for one of another ente, and while there is none.
pub async fn entry(portal: &Portal, ctx: &Ctx, bozza: BozzaId) -> Result<Entry> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let found = portal
        .store()
        .read(ente, async move |read| {
            let Some(found) = row::of_bozza(read, ente, bozza).await? else { return Ok(None) };
            let annullo = row::annullo(read, ente, &found).await?;
            Ok(Some((found, annullo, row::pratiche(read, ente, bozza).await?)))
        })
        .await?;
    let (found, annullo, pratiche) = found.ok_or(Error::NotFound)?;
    Ok(Entry {
        can_annul: annullo.is_none() && found.registro.is_internal() && ctx.operatore(&ANNULLERS).is_ok(),
        row: found,
        annullo,
        pratiche: pratiche.into_iter().map(|(id, anno, numero)| (id, number(anno, numero))).collect(),
    })
}

/// Annuls an entry of the internal register (DPR 445/2000 art. 54): it stays, readable, with reason, act, day and person.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for one of another ente; [`Error::Unacceptable`]
/// without reason or act; [`Error::NotAllowedNow`] for one that is annulled already, or that stands in the register of
/// the ente's protocol system.
pub async fn annul(portal: &Portal, ctx: &Ctx, bozza: BozzaId, motivo: &str, atto: &str) -> Result<()> {
    let by = ctx.operatore(&ANNULLERS)?.persona;
    let motivo = typed::text(motivo, 1..=MOTIVO_MAX).ok_or(Error::Unacceptable(MOTIVO_WANTED))?;
    let atto = typed::text(atto, 1..=ATTO_MAX).ok_or(Error::Unacceptable(ATTO_WANTED))?;
    let (ente, at) = (ctx.ente_id(), portal.clock().now());
    let note = ctx.note(portal, "protocollo.annul", TABLE, Some(bozza.uuid()));
    let annulled = async move |tx: &mut Tx| {
        let found = row::of_bozza(tx, ente, bozza).await?.ok_or_else(|| Reason::NotFound.refuse())?;
        let new = NewAnnullo { motivo, atto, at, by };
        if found.registro != Registro::Internal || !row::annul(tx, ente, &found, &new).await? {
            return Err(Reason::NotAllowedNow.refuse());
        }
        audit::record(tx, ente, &numbered(note, &found)).await
    };
    Ok(portal.store().write(ente, annulled).await?)
}

/// The number goes into the audit, what people wrote does not.
fn numbered(mut note: AuditRow, found: &ProtocolloRow) -> AuditRow {
    note.detail = Json(serde_json::json!({ "aoo": found.aoo, "anno": found.anno, "numero": found.numero }));
    note
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_number_or_a_name() {
        let query = |text: &str| Search { text: text.into(), ..Search::default() }.query();
        let of = |text: &str| (query(text).numero, query(text).anno, query(text).text);
        assert_eq!(of(" 184 "), (Some(184), None, None));
        assert_eq!(of("184/2026"), (Some(184), Some(2026), None));
        assert_eq!(of("Nicolò"), (None, None, Some("nicolo".into())));
        assert_eq!(of(" "), (None, None, None));
    }
}
