//! The table of states walked through the use cases: every move that one of them makes, and every other pair refused.

use std::sync::Arc;

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error, pratica,
    risposta::Awaited,
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, Act, Outcome, Request},
};
use sportello_domain::{
    id::PraticaId,
    pratica::{PraticaEvent as E, PraticaStatus as S},
    protocollo::Registro,
};
use sportello_store::binds;

use super::common::{answer, at_peace, count};

/// The states that a pratica can be seen in.
const SEEN: [S; 13] = [
    S::Submitted,
    S::Registered,
    S::InReview,
    S::IntegrationRequested,
    S::Integrated,
    S::RejectionNotice,
    S::Observations,
    S::WaitingList,
    S::Accepted,
    S::PartlyAccepted,
    S::Rejected,
    S::Withdrawn,
    S::Annulled,
];
/// The events that somebody brings about; those of the portal itself are the clock's.
const DONE: [E; 11] = [
    E::TakeInCharge,
    E::RequestIntegration,
    E::Integrate,
    E::GiveNotice,
    E::Observe,
    E::Accept,
    E::AcceptPartly,
    E::PutOnWaitingList,
    E::Reject,
    E::Withdraw,
    E::Annul,
];

/// One family and its office.
struct Scene<'a> {
    app: &'a App,
    ctx: Ctx,
    anna: Ctx,
}

impl<'a> Scene<'a> {
    async fn new(app: &'a App) -> Self {
        Self { app, ctx: app.cittadino("Rossi").await, anna: app.operatore("Anna").await }
    }

    /// State and version.
    async fn stands(&self, id: PraticaId) -> (S, i64) {
        let ente = self.app.ente.id;
        let sql = "SELECT status, version FROM pratica WHERE ente_id = $1 AND id = $2";
        let read = async move |read: &mut sportello_store::Read| read.fetch_one(sql, binds![ente, id]).await;
        self.app.portal.store().read(ente, read).await.unwrap()
    }

    /// Tries an event as it is done on the pages.
    async fn try_to(&self, id: PraticaId, event: E) -> Result<(), Error> {
        let (portal, anna) = (&self.app.portal, &self.anna);
        let (_, version) = self.stands(id).await;
        let request = Request { version, reason: "Manca un foglio".into(), fields: vec!["figlio_cf".into()] };
        let conclude = async |outcome| {
            let act = Act { version, outcome, reason: "Così è".into(), reply: "Non basta".into() };
            ufficio::conclude(portal, anna, id, &act).await
        };
        self.app.clock.pass(TimeDelta::seconds(1));
        match event {
            E::TakeInCharge => ufficio::take(portal, anna, id, version).await,
            E::RequestIntegration => ufficio::request_integration(portal, anna, id, &request).await,
            E::GiveNotice => ufficio::give_notice(portal, anna, id, &request).await,
            E::Integrate => answer(self.app, &self.ctx, id, Awaited::Integrazione, "Ecco").await.map(drop),
            E::Observe => answer(self.app, &self.ctx, id, Awaited::Osservazioni, "Ecco").await.map(drop),
            E::Accept => conclude(Outcome::Accept).await,
            E::AcceptPartly => conclude(Outcome::AcceptPartly { effects: false }).await,
            E::PutOnWaitingList => conclude(Outcome::PutOnWaitingList).await,
            E::Reject => conclude(Outcome::Reject).await,
            E::Withdraw => pratica::withdraw(portal, &self.ctx, id).await,
            E::Annul => conclude(Outcome::Annul).await,
            E::Submit | E::Expire | E::Register | E::Lapse | E::AcceptBySilence => unreachable!("nobody's to do"),
        }
    }

    async fn file(&self, child: u64, ctx: &Ctx) -> PraticaId {
        self.app.file(ctx, &Domanda::new([Figlio::new("Luca", "Rossi", child)])).await.1[0]
    }

    /// A pratica in this state, by the shortest way.
    async fn brought(&self, state: S, child: u64) -> PraticaId {
        if state == S::Submitted {
            // Its number would come later.
            let mut ente = (*self.ctx.ente).clone();
            ente.settings.protocollo = Registro::External;
            return self.file(child, &Ctx { ente: Arc::new(ente), ..self.ctx.clone() }).await;
        }
        let id = self.file(child, &self.ctx).await;
        for event in way(state) {
            self.try_to(id, *event).await.unwrap();
        }
        assert_eq!(self.stands(id).await.0, state);
        id
    }
}

fn way(state: S) -> &'static [E] {
    match state {
        S::InReview => &[E::TakeInCharge],
        S::IntegrationRequested => &[E::TakeInCharge, E::RequestIntegration],
        S::Integrated => &[E::TakeInCharge, E::RequestIntegration, E::Integrate],
        S::RejectionNotice => &[E::TakeInCharge, E::GiveNotice],
        S::Observations => &[E::TakeInCharge, E::GiveNotice, E::Observe],
        S::WaitingList => &[E::TakeInCharge, E::PutOnWaitingList],
        S::Accepted => &[E::TakeInCharge, E::Accept],
        S::PartlyAccepted => &[E::TakeInCharge, E::AcceptPartly],
        S::Rejected => &[E::TakeInCharge, E::GiveNotice, E::Observe, E::TakeInCharge, E::Reject],
        S::Withdrawn => &[E::Withdraw],
        S::Annulled => &[E::Annul],
        _ => &[],
    }
}

#[tokio::test]
async fn every_pair_that_is_not_in_the_table_is_refused_and_changes_nothing() {
    each(async |app| {
        let scene = Scene::new(app).await;
        for (child, state) in (0..).zip(SEEN) {
            let id = scene.brought(state, child).await;
            let before = scene.stands(id).await;
            for event in DONE.into_iter().filter(|event| !state.allows(*event)) {
                let refused = scene.try_to(id, event).await;
                assert!(matches!(refused, Err(Error::NotAllowedNow)), "{state:?} {event:?}: {refused:?}");
                assert_eq!(scene.stands(id).await, before, "{state:?} {event:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_move_of_somebody_leads_where_the_table_says_and_is_noted() {
    each(async |app| {
        let scene = Scene::new(app).await;
        let mut child = 0;
        for state in SEEN {
            for event in DONE.into_iter().filter(|event| state.allows(*event)) {
                child += 1;
                let id = scene.brought(state, child).await;
                let done = scene.try_to(id, event).await;
                if (state, event) == (S::InReview, E::Reject) {
                    // There was no notice.
                    assert!(matches!(done, Err(Error::Unacceptable(_))), "{done:?}");
                    continue;
                }
                done.unwrap_or_else(|error| panic!("{state:?} {event:?}: {error}"));
                let (reached, _) = scene.stands(id).await;
                assert_eq!(Ok(reached), state.after(event), "{state:?} {event:?}");
                let ente = app.ente.id;
                let sql = "SELECT count(*) FROM audit WHERE ente_id = $1 AND object_id = $2 AND action = $3";
                let action = event.action();
                let read = async move |read: &mut sportello_store::Read| {
                    read.fetch_one::<(i64,)>(sql, binds![ente, id, action]).await
                };
                assert!(app.portal.store().read(ente, read).await.unwrap().0 >= 1, "{state:?} {event:?} is not noted");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_accepted_in_part_needs_a_reason_and_has_the_effects_that_are_wanted() {
    each(async |app| {
        let scene = Scene::new(app).await;
        const ENROLLED: &str = "SELECT count(*) FROM iscrizione WHERE ente_id = $1";
        let partly = async |id, effects, reason: &str| {
            let outcome = Outcome::AcceptPartly { effects };
            let act = Act { version: 2, outcome, reason: reason.into(), reply: String::new() };
            ufficio::conclude(&app.portal, &scene.anna, id, &act).await
        };
        let (first, second) = (scene.brought(S::InReview, 1).await, scene.brought(S::InReview, 2).await);
        for reason in ["", " \n "] {
            let refused = partly(first, true, reason).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        }
        partly(first, false, "Senza la riduzione").await.unwrap();
        assert_eq!(count(app, ENROLLED).await, 0);
        partly(second, true, "Senza la riduzione").await.unwrap();
        assert_eq!(count(app, ENROLLED).await, 1);
        let own = pratica::page(&app.portal, &scene.ctx, second).await.unwrap();
        assert_eq!(own.decision_reason.as_deref(), Some("Senza la riduzione"));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_annulment_needs_a_reason_and_sets_the_child_free() {
    each(async |app| {
        let scene = Scene::new(app).await;
        let id = scene.brought(S::Registered, 1).await;
        let annul = async |reason: &str| {
            let act = Act { version: 1, outcome: Outcome::Annul, reason: reason.into(), reply: String::new() };
            ufficio::conclude(&app.portal, &scene.anna, id, &act).await
        };
        assert!(matches!(annul("").await, Err(Error::Unacceptable(_))));
        annul("Presentata due volte").await.unwrap();
        let own = pratica::page(&app.portal, &scene.ctx, id).await.unwrap();
        assert_eq!((own.row.status, own.decision_reason.as_deref()), (S::Annulled, Some("Presentata due volte")));
        let again = scene.file(1, &scene.ctx).await;
        assert_eq!(scene.stands(again).await.0, S::Registered);
        at_peace(app).await;
    })
    .await;
}
