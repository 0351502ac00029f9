//! The first page of the area: what is to be done comes first.

use std::collections::HashMap;

use chrono::NaiveDate;
use sportello_domain::{delega::DelegaScope, id::PraticaId, pratica::PraticaStatus};
use sportello_store::{Read, bozza as drafts, debito, integrazione, messaggio, pratica as row};

use super::{Conversation, shown};
use crate::{
    Ctx, Portal, Result, bozza,
    bozza::BozzaRow,
    pagamenti::{self, Debito},
    pratica::{self, PraticaRow},
};

/// Most messages and pratiche shown; the others stand in their lists.
const SHOWN: usize = 3;

/// Something that waits for the person.
#[derive(Clone, Debug)]
pub enum ToDo {
    /// The office asks for something: the pratica, and the last day where there is one.
    Answer(PraticaRow, Option<NaiveDate>),
    /// A debt to pay.
    Pay(Debito),
    /// A draft to send.
    Send(BozzaRow),
    /// Messages of the office to read.
    Read(Conversation),
}

/// The first page of the area.
#[derive(Clone, Debug)]
pub struct Desk {
    /// What is to be done: what the office asks, what is to be paid, what is to be sent, what is to be read.
    pub to_do: Vec<ToDo>,
    /// The last messages.
    pub messages: Vec<Conversation>,
    /// The last pratiche.
    pub activities: Vec<PraticaRow>,
    /// Whether drafts and messages are there for whoever looks.
    pub whole: bool,
}

/// What is to be done, and what happened last.
///
/// # Errors
/// [`crate::Error::SignInNeeded`], [`crate::Error::DelegaTooNarrow`].
pub async fn desk(portal: &Portal, ctx: &Ctx) -> Result<Desk> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?, portal.clock().now());
    let whole = ctx.titolare(DelegaScope::Act).is_ok();
    let (heads, days, debts, (open, talks)) = portal
        .store()
        .read(ente, async move |read: &mut Read| {
            let heads = row::list(read, ente, persona).await?;
            let mut days: HashMap<PraticaId, NaiveDate> = HashMap::new();
            for head in heads.iter().filter(|head| head.status == PraticaStatus::IntegrationRequested) {
                let asked = integrazione::of_pratica(read, ente, head.id).await?;
                days.extend(asked.map(|asked| (head.id, asked.answer_by)));
            }
            let debts = debito::of_person(read, ente, persona).await?;
            let own = if whole {
                (drafts::list(read, ente, persona).await?, messaggio::of_person(read, ente, persona).await?)
            } else {
                (Vec::new(), Vec::new())
            };
            Ok((heads, days, debts, own))
        })
        .await?;
    let activities = pratica::rows(portal, ctx, heads).await?;
    let mut messages = shown(portal, ctx, talks).await?;
    let answer = activities.iter().filter(|row| awaits_applicant(row.status));
    let answer = answer.map(|row| ToDo::Answer(row.clone(), days.get(&row.id).copied()));
    let pay = debts.into_iter().map(|debt| pagamenti::view(debt, now)).filter(|debt| debt.payable).map(ToDo::Pay);
    let send = bozza::rows(portal, ctx, open).await?.into_iter().map(ToDo::Send);
    let read = messages.iter().filter(|one| one.unread > 0).cloned().map(ToDo::Read);
    let to_do = answer.chain(pay).chain(send).chain(read).collect();
    messages.truncate(SHOWN);
    Ok(Desk { to_do, messages, activities: activities.into_iter().take(SHOWN).collect(), whole })
}

/// Whether a pratica waits for words of its applicant.
const fn awaits_applicant(status: PraticaStatus) -> bool {
    matches!(status, PraticaStatus::IntegrationRequested | PraticaStatus::RejectionNotice)
}
