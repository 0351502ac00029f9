//! Import of attendance: a file is checked whole, staged in chunks, and switched in by one transaction.

mod elenco;

use std::collections::HashMap;

use chrono::NaiveDate;
use sportello_domain::{
    calendar,
    id::{AlunnoId, EnteId, IscrizioneId},
    presenza::{self as file, Presenza},
    ruolo::Ruolo,
};
use sportello_store::{
    Json,
    audit::{self, AuditRow},
    presenza::{self as row, CHUNK, EnrolledRow, PresenzaLine, Switch},
    scuola,
};
use uuid::Uuid;

use crate::{Ctx, Error, Portal, Result, campi, ruolo};

pub use elenco::{Importazione, imported, take_out};
pub use sportello_domain::table::{Fault, MAX_BYTES};

/// Roles that bring attendance in.
pub const IMPORTERS: [Ruolo; 2] = [Ruolo::OperatoreIstruzione, Ruolo::Ragioneria];
/// Roles that say who was there: those, and schools for their own children.
pub const RECORDERS: [Ruolo; 3] = [Ruolo::OperatoreIstruzione, Ruolo::Ragioneria, Ruolo::OperatoreScuola];
/// Table of attendance, and the deed of bringing it in.
const TABLE: &str = "presenza";
const IMPORT: &str = "presenza.import";
/// Enrolments read at once.
const PAGE: i64 = 5_000;

/// What a file of attendance brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Lines of data.
    pub lines: usize,
    /// Rows that are new or corrected; the rest was known.
    pub new: u64,
}

/// The schools whose attendance the person who asks brings in, by name; `None` for those of the whole ente.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; those of the database.
pub async fn schools(portal: &Portal, ctx: &Ctx) -> Result<Option<Vec<String>>> {
    ctx.operatore(&RECORDERS)?;
    if ctx.operatore(&IMPORTERS).is_ok() {
        return Ok(None);
    }
    let (ente, own) = (ctx.ente_id(), ruolo::own_plessi(portal, ctx).await?);
    let plessi = portal.store().read(ente, async move |read| scuola::plessi(read, ente).await).await?;
    Ok(Some(plessi.into_iter().filter(|plesso| own.contains(&plesso.codice)).map(|plesso| plesso.name).collect()))
}

/// Takes a file in, from a school only about the children of the person's own plessi: all of it, or nothing and its faults
/// with line, column and remedy. The same file again changes nothing.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; those of the database.
pub async fn import(portal: &Portal, ctx: &Ctx, bytes: Vec<u8>) -> Result<Result<Imported, Vec<Fault>>> {
    let (ente, by) = (ctx.ente_id(), ctx.operatore(&RECORDERS)?.persona);
    let plessi = match ctx.operatore(&IMPORTERS) {
        Ok(_) => None,
        Err(_) => Some(ruolo::own_plessi(portal, ctx).await?),
    };
    let now = portal.clock().now();
    let today = calendar::legal_date(now);
    let read = tokio::task::spawn_blocking(move || file::read(&bytes, today));
    let found = match read.await.map_err(|error| Error::failed("reading a file of attendance", error))? {
        Ok(found) => found,
        Err(faults) => return Ok(Err(faults)),
    };
    let Some(since) = found.iter().map(|line| line.day).min() else {
        return Ok(Ok(Imported { lines: 0, new: 0 }));
    };
    let lines = match resolve(portal, &enrolled(portal, ente, since, plessi.as_deref()).await?, found) {
        Ok(lines) => lines,
        Err(faults) => return Ok(Err(faults)),
    };
    let importazione = portal.chance().uuid(now);
    for chunk in lines.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        portal
            .store()
            .write(ente, async move |tx| row::stage(tx, ente, importazione, campi::MENSA, &chunk, now).await)
            .await?;
    }
    let switch = Switch { importazione, source: "file", by: Some(by), at: now };
    let note = ctx.note(portal, IMPORT, TABLE, None);
    Ok(switch_in(portal, ente, switch, lines.len(), note)
        .await?
        .map_err(|lines| lines.into_iter().map(charged).collect()))
}

/// Switches a staged file in, unless a line would change a day that an invoice has charged: then its lines.
async fn switch_in(
    portal: &Portal,
    ente: EnteId,
    switch: Switch,
    lines: usize,
    note: AuditRow,
) -> Result<Result<Imported, Vec<i64>>> {
    let done = portal.store().write_long(ente, async move |tx| {
        let charged = row::charged(tx, ente, switch.importazione).await?;
        if !charged.is_empty() {
            row::discard(tx, ente, switch.importazione).await?;
            return Ok(Err(charged));
        }
        let new = row::apply(tx, ente, &switch).await?;
        let detail = Json(serde_json::json!({ "lines": lines, "new": new }));
        audit::record(tx, ente, &AuditRow { object_id: Some(switch.importazione), detail, ..note }).await?;
        Ok(Ok(Imported { lines, new }))
    });
    Ok(done.await?)
}

/// Children by codice fiscale, each with the days of an enrolment.
type Enrolled = HashMap<String, Vec<(AlunnoId, NaiveDate, NaiveDate)>>;

/// Reads who may be named in the file, page by page; only children of `plessi`, where they are given.
async fn enrolled(portal: &Portal, ente: EnteId, since: NaiveDate, plessi: Option<&[String]>) -> Result<Enrolled> {
    let (mut found, mut after) = (Enrolled::new(), IscrizioneId::new(Uuid::nil()));
    loop {
        let rows: Vec<EnrolledRow> = portal
            .store()
            .read(ente, async move |read| row::enrolled(read, ente, campi::MENSA, since, after, PAGE).await)
            .await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.iscrizione_id;
        for row in rows.into_iter().filter(|row| plessi.is_none_or(|own| own.contains(&row.plesso))) {
            found.entry(row.codice_fiscale).or_default().push((row.alunno_id, row.dal, row.al));
        }
    }
}

/// Finds the child of each line.
fn resolve(portal: &Portal, enrolled: &Enrolled, found: Vec<Presenza>) -> Result<Vec<PresenzaLine>, Vec<Fault>> {
    let now = portal.clock().now();
    let (mut lines, mut faults) = (Vec::with_capacity(found.len()), Vec::new());
    for line in found {
        let days = enrolled.get(&line.codice_fiscale);
        let child = days.and_then(|days| days.iter().find(|(_, dal, al)| (*dal..=*al).contains(&line.day)));
        match child {
            Some((alunno_id, _, _)) => lines.push(PresenzaLine {
                line: i64::try_from(line.line).unwrap_or(i64::MAX),
                id: portal.chance().uuid(now),
                alunno_id: *alunno_id,
                data: line.day,
                stato: line.state,
                reported_at: line.reported_at,
            }),
            None => faults.push(Fault {
                line: line.line,
                column: file::COLUMNS[1],
                reason: "in questo giorno non è iscritto alla mensa: controlla l'iscrizione o togli la riga".to_owned(),
            }),
        }
        if faults.len() >= sportello_domain::table::MAX_FAULTS {
            break;
        }
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

fn charged(line: i64) -> Fault {
    Fault {
        line: line.unsigned_abs(),
        column: file::COLUMNS[2],
        reason: "il giorno è già in fattura: serve prima una nota di credito".to_owned(),
    }
}
