//! Finding what is past its time, once a day. Nothing is deleted here.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar,
    id::{EnteId, PraticaId},
};
use sportello_store::{
    Json, Tx, audit,
    scarto::{self as row, Kind, NewScarto},
};
use uuid::Uuid;

use super::{Regola, cutoff, regola};
use crate::{Portal, Result, ctx::system_note, dieta};

/// Proposes what is past its time; what was proposed before is not proposed again.
pub(crate) async fn propose(portal: &Portal, ente: EnteId, now: DateTime<Utc>) -> Result<()> {
    let rules = portal.store().read(ente, async move |read| {
        let rejected = regola(Kind::Rejected, row::rule(read, ente, Kind::Rejected).await?);
        Ok((rejected, regola(Kind::Dieta, row::rule(read, ente, Kind::Dieta).await?)))
    });
    let (rejected, diets) = rules.await?;
    let today = calendar::legal_date(now);
    let before = cutoff(today, rejected.years);
    loop {
        let instant = calendar::start_of_day(before);
        let found = portal.store().report(ente, async move |read| row::rejected(read, ente, instant).await).await?;
        let found = found.into_iter().map(|(id, at)| (id, calendar::legal_date(at))).collect();
        if !keep(portal, ente, &rejected, found, now).await? {
            break;
        }
    }
    let before = cutoff(today, diets.years);
    loop {
        let found = portal.store().report(ente, async move |read| row::enrolled(read, ente, before).await).await?;
        if !keep(portal, ente, &diets, found, now).await? {
            break;
        }
    }
    sealed(portal, ente, &diets, before, now).await
}

/// Diets that were asked for beside an enrolment: when they end is sealed.
async fn sealed(portal: &Portal, ente: EnteId, rule: &Regola, before: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    let (sealer, mut after) = (portal.sealer(ente).await?, Uuid::nil());
    loop {
        let page = portal.store().report(ente, async move |read| row::diets(read, ente, after).await).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        let mut found = Vec::new();
        for diet in &page {
            let ends = dieta::end(&sealer, diet.id, &diet.sealed_dieta)?.map_or(diet.al, |end| end.min(diet.al));
            if ends < before {
                found.push((diet.pratica_id, ends));
            }
        }
        keep(portal, ente, rule, found, now).await?;
    }
}

/// Writes proposals down; false when there was none.
async fn keep(
    portal: &Portal,
    ente: EnteId,
    rule: &Regola,
    found: Vec<(PraticaId, NaiveDate)>,
    now: DateTime<Utc>,
) -> Result<bool> {
    if found.is_empty() {
        return Ok(false);
    }
    let new = |(pratica_id, ended_on): (PraticaId, NaiveDate)| NewScarto {
        id: portal.chance().uuid(now),
        kind: rule.kind,
        pratica_id,
        ended_on,
        years: rule.years,
        atto: rule.atto.clone().unwrap_or_default(),
        at: now,
    };
    let new: Vec<NewScarto> = found.into_iter().map(new).collect();
    let mut note = system_note(portal, "scarto.propose", "scarto", None);
    note.detail = Json(serde_json::json!({ "kind": rule.kind.stored(), "count": new.len() }));
    let proposed = async move |tx: &mut Tx| {
        let mut any = false;
        for new in &new {
            any |= row::propose(tx, ente, new).await?;
        }
        if any {
            audit::record(tx, ente, &note).await?;
        }
        Ok(any)
    };
    Ok(portal.store().write(ente, proposed).await?)
}
