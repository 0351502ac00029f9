//! Drawing: the list is made and the seed thrown outside the lane; inside, that nobody drew of it before.

use chrono::{Days, NaiveDate};
use sportello_domain::{
    calendar,
    campione::{self, Percent, Seed},
    id::{EnteId, PraticaId},
    lingua::Lingua,
};
use sportello_store::{
    Json, Tx,
    audit::{self, AuditRow},
    campione::{self as row, Ground, NewCampione, Scope},
    pratica::PraticaRow,
};
use uuid::Uuid;

use super::{DRAWERS, choices};
use crate::{Ctx, Error, Portal, Result, filed::Filed, modello, pratica::number, ufficio};

/// What is told of a percentage that is none.
pub const PERCENT_WANTED: &str = "a percentage from 1 to 100";
/// What is told of a period that is not over, that ends before it begins, or that is too long.
pub const PERIOD_WANTED: &str = "a period that is over, of 366 days at most";
/// What is told of a modello in which nothing is declared, or that is none.
pub const MODELLO_WANTED: &str = "a modello with declarations";
/// What is told where nothing was accepted.
pub const NOBODY: &str = "a pratica to draw from";
/// What is told where more was accepted than is drawn from at once.
pub const TOO_MANY: &str = "the number of pratiche";
/// Most days of a period.
pub const DAYS_MAX: i64 = 366;
/// Most pratiche that are drawn from at once.
pub const POPULATION_MAX: usize = 20_000;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Draw {
    /// Code of the modello; none for all of them.
    pub modello: Option<String>,
    /// First day of the decisions.
    pub dal: NaiveDate,
    /// Last day of the decisions; it is over.
    pub al: NaiveDate,
    /// Percentage.
    pub percent: u32,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// It was drawn.
    Done(Uuid),
    /// Nothing was: this earlier draw has a day and a modello in common with it.
    Before(Uuid),
}

/// A pratica that can be drawn.
struct Candidate {
    id: PraticaId,
    /// Year and number.
    key: (i64, i64),
    /// "2026/184".
    number: String,
    inconsistent: bool,
}

/// Draws of what was accepted in a period, also in part and also by silence, where something was declared.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::Unacceptable`] with one of the words of this module.
pub async fn draw(portal: &Portal, ctx: &Ctx, asked: &Draw) -> Result<Drawn> {
    let (ente, by, now) = (ctx.ente_id(), ctx.operatore(&DRAWERS)?.persona, portal.clock().now());
    let percent = Percent::new(asked.percent).ok_or(Error::Unacceptable(PERCENT_WANTED))?;
    let days = (asked.al - asked.dal).num_days() + 1;
    if !(1..=DAYS_MAX).contains(&days) || asked.al >= calendar::legal_date(now) {
        return Err(Error::Unacceptable(PERIOD_WANTED));
    }
    if let Some(code) = &asked.modello
        && !choices(portal, ctx).await?.iter().any(|(known, _)| known == code)
    {
        return Err(Error::Unacceptable(MODELLO_WANTED));
    }
    let scope = Scope { modello: asked.modello.clone(), dal: asked.dal, al: asked.al };
    let known = scope.clone();
    if let Some(before) = portal.store().read(ente, async move |read| row::before(read, ente, &known).await).await? {
        return Ok(Drawn::Before(before));
    }
    let candidates = candidates(portal, ente, &scope).await?;
    if candidates.is_empty() {
        return Err(Error::Unacceptable(NOBODY));
    }
    let (seed, id) = (Seed(portal.chance().bytes()), portal.chance().uuid(now));
    let population_list = campione::list(candidates.iter().map(|one| one.number.as_str()));
    let new = NewCampione {
        id,
        scope,
        percent: percent.get().into(),
        seed: seed.hex(),
        population: candidates.len() as i64,
        population_sha256: campione::sha256(&population_list),
        population_list,
        at: now,
        by,
    };
    let chosen = chosen(&candidates, seed, percent);
    let note =
        AuditRow { detail: Json(detail(&new, &chosen)), ..ctx.note(portal, "campione.draw", "campione", Some(id)) };
    let drawn = async move |tx: &mut Tx| {
        if let Some(before) = row::before(tx, ente, &new.scope).await? {
            return Ok(Drawn::Before(before));
        }
        row::add(tx, ente, &new).await?;
        for (pratica, ground) in &chosen {
            row::choose(tx, ente, id, *pratica, *ground).await?;
        }
        audit::record(tx, ente, &note).await?;
        Ok(Drawn::Done(id))
    };
    // One step, whole: a draw of which a part is missing is none.
    Ok(portal.store().write_long(ente, drawn).await?)
}

fn detail(new: &NewCampione, chosen: &[(PraticaId, Ground)]) -> serde_json::Value {
    let added = chosen.iter().filter(|(_, ground)| *ground == Ground::Inconsistent).count();
    serde_json::json!({
        "modello": new.scope.modello,
        "dal": new.scope.dal,
        "al": new.scope.al,
        "percent": new.percent,
        "seed": new.seed,
        "population": new.population,
        "population_sha256": new.population_sha256,
        "drawn": chosen.len() - added,
        "inconsistent": added,
    })
}

/// Those that were drawn, and those that do not fit together whatever was drawn.
fn chosen(candidates: &[Candidate], seed: Seed, percent: Percent) -> Vec<(PraticaId, Ground)> {
    let drawn = campione::draw(candidates.iter().map(|one| one.number.as_str()), seed, percent);
    let ground = |one: &Candidate| match drawn.contains(one.number.as_str()) {
        true => Some(Ground::Drawn),
        false => one.inconsistent.then_some(Ground::Inconsistent),
    };
    candidates.iter().filter_map(|one| Some((one.id, ground(one)?))).collect()
}

/// What can be drawn, by number.
async fn candidates(portal: &Portal, ente: EnteId, scope: &Scope) -> Result<Vec<Candidate>> {
    let end = scope.al.checked_add_days(Days::new(1)).unwrap_or(scope.al);
    let (mut from, until) = (calendar::start_of_day(scope.dal), calendar::start_of_day(end));
    let (mut after, mut found) = (PraticaId::new(Uuid::nil()), Vec::new());
    loop {
        let modello = scope.modello.clone();
        let step = portal.store().report(ente, async move |read| {
            let mut step = Vec::new();
            for pratica in row::accepted(read, ente, (from, until), after, modello.as_deref()).await? {
                let contested = ufficio::is_contested(read, ente, &pratica).await?;
                step.push((pratica, contested));
            }
            Ok(step)
        });
        let step = step.await?;
        let Some((last, _)) = step.last() else { break };
        (from, after) = (last.decided_at.unwrap_or(until), last.id);
        for (pratica, contested) in step {
            found.extend(candidate(portal, ente, &pratica, contested).await?);
        }
        if found.len() > POPULATION_MAX {
            return Err(Error::Unacceptable(TOO_MANY));
        }
    }
    found.sort_by_key(|one| one.key);
    Ok(found)
}

/// A pratica in which something is declared. It does not fit together where another one is about the same child, and where
/// its page in the office has a warning. Answers of class A are not opened for this.
async fn candidate(portal: &Portal, ente: EnteId, pratica: &PraticaRow, contested: bool) -> Result<Option<Candidate>> {
    if !modello::document(portal, ente, &pratica.hash).await?.modello.declares() {
        return Ok(None);
    }
    let filed = Filed::open_clear(portal, ente, pratica).await?;
    Ok(Some(Candidate {
        id: pratica.id,
        key: (pratica.anno, pratica.numero),
        number: number(pratica.anno, pratica.numero),
        inconsistent: contested || !filed.form(Lingua::It).warnings().is_empty(),
    }))
}
