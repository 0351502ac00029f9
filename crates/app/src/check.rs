//! Checks of a live database, read-only: what the portal promises of numbers, of direct debits, of the ledger, of the
//! daily registers of protocol and of the sign-in log, and the work that was given up.

use chrono::TimeDelta;
use sportello_domain::{ente::Ente, id::EnteId};
use sportello_store::{
    Read, debito, distinta, documento_contabile, incasso, job, pratica, prenotazione, protocollo, protocollo_richiesta,
};

use crate::{
    Portal, Result, ente, protocollo::emergenza, protocollo::giornaliero, registro_gestori, tabella::SHOWN, tracciatura,
};

/// How long a registration may wait for its number before somebody is told.
const AWAITED: TimeDelta = TimeDelta::days(1);

/// Something that should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Prefix of the ente, or nothing for the installation.
    pub ente: Option<String>,
    /// What is wrong.
    pub what: String,
}

/// Looks at every ente.
///
/// # Errors
/// Only those of the database: what is wrong with the data is a finding.
pub async fn all(portal: &Portal) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for ente in ente::all(portal).await?.iter() {
        let id = ente.id;
        let (years, registers, invoices, given_up, stray, unequal, money, orders) = portal
            .store()
            .report(id, async move |read| {
                let numbers = (pratica::broken(read, id).await?, protocollo::broken(read, id).await?);
                let invoices = documento_contabile::gaps(read, id).await?;
                let given_up = job::failed(read, id, (SHOWN, 0)).await?;
                let debits = (distinta::stray(read, id).await?, distinta::unequal(read, id).await?);
                let orders = prenotazione::broken(read, id).await?;
                Ok((numbers.0, numbers.1, invoices, given_up, debits.0, debits.1, money(read, id).await?, orders))
            })
            .await?;
        let mut found = |what| findings.push(Finding { ente: Some(ente.slug.clone()), what });
        years.into_iter().for_each(|year| found(format!("the pratica numbers of {year} have a gap")));
        for (aoo, year) in registers {
            found(format!("the protocol numbers of {aoo} in {year} have a gap"));
        }
        for (kind, serie, year) in invoices {
            found(format!("the numbers of {kind}/{serie} in {year} have a gap"));
        }
        for (modello, year) in orders {
            found(format!("the order of arrival of {modello}, {year}, has a gap"));
        }
        for debt in stray {
            found(format!("the debt {debt} and the files of direct debits disagree"));
        }
        for name in unequal {
            found(format!("the file {name} says another total than its rows"));
        }
        money.into_iter().for_each(&mut found);
        awaited(portal, ente).await?.into_iter().for_each(&mut found);
        emergenza::findings(portal, id).await?.into_iter().for_each(&mut found);
        tracciatura::findings(portal, id).await?.into_iter().for_each(&mut found);
        giornaliero::findings(portal, ente).await?.into_iter().for_each(&mut found);
        for job in given_up {
            let why = job.last_error.unwrap_or_default();
            found(format!("the job {} ({}) was given up: {why}", job.id, job.kind));
        }
    }
    let of_installation = |what| Finding { ente: None, what };
    findings.extend(registro_gestori::findings(portal).await?.into_iter().map(of_installation));
    Ok(findings)
}

/// What is wrong with the numbers that a protocol system gives.
async fn awaited(portal: &Portal, of: &Ente) -> Result<Vec<String>> {
    let ente = of.id;
    let (waiting, unknown) = portal
        .store()
        .report(ente, async move |read| {
            let waiting = protocollo_richiesta::waiting(read, ente).await?;
            Ok((waiting, protocollo_richiesta::unknown(read, ente).await?))
        })
        .await?;
    let long = waiting.since.filter(|since| portal.clock().now() - *since > AWAITED);
    let late = long.map(|since| format!("{} filings wait for a protocol number, since {since}", waiting.count));
    let lost = unknown.into_iter().map(|bozza| format!("the filing {bozza} has no protocol number and awaits none"));
    let needed = !of.settings.protocollo.is_internal() || waiting.count > 0;
    let unreached = (needed && portal.protocol_system(&of.slug).is_none())
        .then(|| format!("the settings name no protocol system: [protocollo.{}] is missing", of.slug));
    Ok(late.into_iter().chain(unreached).chain(lost).collect())
}

/// What is wrong with receipts, ledger and paid debts.
async fn money(read: &mut Read, ente: EnteId) -> sportello_store::Result<Vec<String>> {
    let balance = incasso::balance(read, ente).await?;
    let mut wrong = Vec::new();
    if !balance.is_even() {
        wrong.push(format!(
            "the ledger has {} lines over {} cents for {} receipts over {} cents",
            balance.lines, balance.line_cents, balance.receipts, balance.receipt_cents
        ));
    }
    let unpaid = debito::mismatched(read, ente).await?;
    wrong.extend(unpaid.into_iter().map(|debt| format!("the debt {debt} is paid, yet not all of it was collected")));
    Ok(wrong)
}
