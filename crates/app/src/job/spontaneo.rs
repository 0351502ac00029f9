//! After a spontaneous payment: the message to whoever paid, and the search for the debts that it stands for.

use serde_json::json;
use sportello_domain::{euro::Euro, id::PagamentoSpontaneoId, spontaneo::matching};
use sportello_store::{
    Json, audit,
    audit::AuditRow,
    debito::{self, OpenRow},
    incasso::{self, IncassoRow},
    job::{self as row, JobRow},
    spontaneo::{self, MatchState, PagamentoRow},
};

use super::{letter, payload};
use crate::{Error, Portal, Result, abbinamento::Choice, ente, mail::Letter, spontaneo::Dati};

/// What both jobs need.
#[derive(serde::Deserialize)]
struct Payload {
    pagamento: PagamentoSpontaneoId,
}

/// Tells whoever paid. The message has the name of the job: a repetition is recognised.
pub(super) async fn tell(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente_id, id) = (job.ente_id, payload::<Payload>(job)?.pagamento);
    let ente = ente::by_id(portal, ente_id).await?.ok_or(Error::NotFound)?;
    let found = portal.store().read(ente_id, async move |read| spontaneo::by_id(read, ente_id, id).await).await?;
    let dati = Dati::open(&portal.sealer(ente_id).await?, &found.ok_or(Error::NotFound)?)?;
    let link = portal.addressing().payment_door(&ente, &format!("/pagamento/{}", dati.link));
    let (subject, text) = letter::paid(&ente, &link);
    let message_id = format!("{}@{}.sportello", job.id, ente.slug);
    portal.mailer().send(Letter { message_id, to: dati.richiesta.email, subject, text, pdf: None }).await?;
    done(portal, worker, job).await
}

async fn done(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente, id, worker, now) = (job.ente_id, job.id, worker.to_owned(), portal.clock().now());
    portal.store().write(ente, async move |tx| row::done(tx, ente, id, &worker, now).await).await?;
    Ok(())
}

/// Closes the debts that a payment stands for, when that is certain; else it stays in the queue of the office.
pub(super) async fn settle(portal: &Portal, worker: &str, job: &JobRow) -> Result<()> {
    let (ente, id, now) = (job.ente_id, payload::<Payload>(job)?.pagamento, portal.clock().now());
    let found = portal
        .store()
        .read(ente, async move |read| {
            let Some(pagamento) = spontaneo::by_id(read, ente, id).await? else { return Ok(None) };
            let lines = incasso::of_debt(read, ente, pagamento.posizione_id).await?;
            Ok(Some((pagamento, lines)))
        })
        .await?;
    let (pagamento, lines) = found.ok_or(Error::NotFound)?;
    let dati = Dati::open(&portal.sealer(ente).await?, &pagamento)?;
    let payer = dati.richiesta.cf.clone();
    let debts = portal.store().read(ente, async move |read| debito::open_of(read, ente, &payer).await).await?;
    let Some(choice) = choose(&dati, pagamento, &lines, debts) else {
        return done(portal, worker, job).await;
    };
    let note = AuditRow {
        capacity: "sistema".to_owned(),
        detail: Json(json!({ "posizioni": choice.debts.iter().map(|debt| debt.id).collect::<Vec<_>>() })),
        ..crate::ctx::command_note(portal, "spontaneo.match", "pagamento_spontaneo", Some(id.uuid()))
    };
    let (job, worker) = (job.id, worker.to_owned());
    portal
        .store()
        .write(ente, async move |tx| {
            if spontaneo::advance(tx, ente, id, MatchState::Unmatched, MatchState::Matched).await? {
                choice.close(tx, ente, now).await?;
                audit::record(tx, ente, &note).await?;
            }
            row::done(tx, ente, job, &worker, now).await
        })
        .await?;
    Ok(())
}

/// Chooses them: only what came, and only when there is one answer.
fn choose(dati: &Dati, pagamento: PagamentoRow, lines: &[IncassoRow], debts: Vec<OpenRow>) -> Option<Choice> {
    if pagamento.match_state != MatchState::Unmatched {
        return None;
    }
    let paid = Euro::from_cents(lines.iter().map(|line| line.amount_cents).sum());
    let open: Vec<_> = debts.iter().map(OpenRow::debt).collect();
    let settled = matching::settled(paid, &dati.richiesta.alunno, &open)?;
    let debts = debts.into_iter().filter(|debt| settled.contains(&debt.id)).collect();
    Some(Choice { pagamento: pagamento.id, paid_on: lines.first()?.value_date, debts })
}
