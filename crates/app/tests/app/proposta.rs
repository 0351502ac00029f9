//! Proposte: nobody changes accounts, series or tariffs alone, and what is confirmed is what was seen.

use chrono::{NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, Error, ente,
    proposta::{self, Atto, Change, Conti, PropostaStatus, Serie, Tariffe},
    tariffe,
    testing::{App, each},
};
use sportello_domain::{ente::EnteSettings, foglio::Formato, id::PropostaId, ruolo::Ruolo};

use super::common::{count, taken_out};

const PIANO: &str =
    r#"{ "listini": [{ "fasce": [{ "up_to_cents": 1500000, "price_cents": 365 }, { "price_cents": 450 }] }] }"#;
const IBAN: &str = "IT60X0542811101000000123456";
const DEEDS: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND object_kind = 'proposta'";
const EFFECTS: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action IN ('tariffa.publish', 'ente.change') AND actor IS NOT NULL";

/// Two of the accounts office and an amministratore.
struct World<'a> {
    app: &'a App,
    rita: Ctx,
    ivo: Ctx,
    capo: Ctx,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn tariffe_from(dal: &str) -> Change {
    let piano = serde_json::from_str(PIANO).unwrap();
    Change::Tariffe(Tariffe { dal: day(dal), al: None, atto: "Delibera di Giunta n. 12/2026".into(), piano })
}

impl<'a> World<'a> {
    async fn new(app: &'a App) -> Self {
        let rita = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        let ivo = app.operatore_di(&app.ente, "Ivo", &[Ruolo::Ragioneria]).await;
        Self { app, rita, ivo, capo: app.operatore("Capo").await }
    }

    async fn propose(&self, change: Change) -> PropostaId {
        proposta::propose(&self.app.portal, &self.rita, change).await.unwrap()
    }

    async fn confirm(&self, ctx: &Ctx, id: PropostaId) -> sportello_app::Result<()> {
        proposta::confirm(&self.app.portal, ctx, id).await
    }

    async fn conti(&self) -> (Conti, Serie) {
        proposta::conti(&self.app.portal, &self.rita).await.unwrap().unwrap()
    }

    async fn with_iban(&self, iban: &str) -> Change {
        Change::Conti(Conti { iban: iban.into(), ..self.conti().await.0 })
    }

    async fn status(&self, id: PropostaId) -> PropostaStatus {
        proposta::find(&self.app.portal, &self.rita, id).await.unwrap().row.status
    }

    async fn piani(&self) -> usize {
        tariffe::list(&self.app.portal, &self.rita).await.unwrap().len()
    }
}

#[tokio::test]
async fn tariffs_come_into_force_by_a_second_person() {
    each(async |app| {
        let world = World::new(app).await;
        let id = world.propose(tariffe_from("2026-09-01")).await;
        assert_eq!(world.piani().await, 0, "nothing is in force yet");
        assert!(matches!(world.confirm(&world.rita, id).await, Err(Error::Forbidden)), "their own");
        let own = proposta::find(&app.portal, &world.rita, id).await.unwrap();
        assert_eq!((own.can_confirm, own.can_refuse, own.can_withdraw), (false, false, true));
        let seen = proposta::find(&app.portal, &world.capo, id).await.unwrap();
        assert_eq!((seen.can_confirm, seen.can_refuse, seen.can_withdraw), (true, true, false));
        world.confirm(&world.capo, id).await.unwrap();
        assert_eq!((world.piani().await, world.status(id).await), (1, PropostaStatus::Confirmed));
        assert!(matches!(world.confirm(&world.ivo, id).await, Err(Error::NotAllowedNow)), "confirmed already");
        assert_eq!((count(app, DEEDS).await, count(app, EFFECTS).await), (2, 1));
    })
    .await;
}

#[tokio::test]
async fn accounts_and_series_change_by_a_second_person_and_nothing_else_does() {
    each(async |app| {
        let world = World::new(app).await;
        let (before, serie) = world.conti().await;
        let id = world.propose(world.with_iban("it60 x054 2811 1010 0000 0123 456").await).await;
        assert_eq!(world.conti().await.0, before);
        // The other kind of change does not make this one stale.
        let other = world.propose(Change::Numerazione(Serie { serie: "R".into() })).await;
        world.confirm(&world.ivo, other).await.unwrap();
        world.confirm(&world.ivo, id).await.unwrap();
        assert_eq!(world.conti().await, (Conti { iban: IBAN.into(), ..before }, Serie { serie: "R".into() }));
        assert_ne!(serie.serie, "R");
        assert_eq!(count(app, EFFECTS).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_change_of_what_moved_meanwhile_is_refused_and_still_waits() {
    each(async |app| {
        let world = World::new(app).await;
        let (first, second) =
            (world.propose(tariffe_from("2026-09-01")).await, world.propose(tariffe_from("2027-01-01")).await);
        world.confirm(&world.ivo, first).await.unwrap();
        assert!(matches!(world.confirm(&world.ivo, second).await, Err(Error::Stale)));
        let shown = proposta::find(&app.portal, &world.ivo, second).await.unwrap();
        assert!(shown.stale && !shown.can_confirm && shown.can_refuse, "{shown:?}");
        assert_eq!((world.piani().await, shown.row.status), (1, PropostaStatus::Waiting));
        proposta::refuse(&app.portal, &world.ivo, second, "prezzi superati").await.unwrap();
        assert_eq!(world.status(second).await, PropostaStatus::Refused);
    })
    .await;
}

#[tokio::test]
async fn a_command_asks_nobody_and_leaves_what_waited_behind() {
    each(async |app| {
        let world = World::new(app).await;
        let id = world.propose(world.with_iban(IBAN).await).await;
        let mut settings = app.ente.settings.clone();
        settings.phone = "0363 000 999".into();
        ente::change(&app.portal, app.ente.id, settings.clone()).await.unwrap();
        assert!(proposta::find(&app.portal, &world.ivo, id).await.unwrap().can_confirm, "another setting changed");
        settings.riscossione.as_mut().unwrap().intestatario = "Tesoreria".into();
        ente::change(&app.portal, app.ente.id, settings).await.unwrap();
        assert!(matches!(world.confirm(&world.ivo, id).await, Err(Error::Stale)));
        assert_eq!(world.conti().await.0.intestatario, "Tesoreria");
        // An ente that collects no more has nothing to change.
        let settings = EnteSettings { riscossione: None, ..app.ente.settings.clone() };
        ente::change(&app.portal, app.ente.id, settings).await.unwrap();
        assert_eq!(proposta::conti(&app.portal, &world.rita).await.unwrap(), None);
        assert!(matches!(world.confirm(&world.ivo, id).await, Err(Error::Stale)));
        assert!(proposta::find(&app.portal, &world.ivo, id).await.unwrap().stale, "it is still shown");
        let proposed =
            proposta::propose(&app.portal, &world.rita, Change::Numerazione(Serie { serie: "R".into() })).await;
        assert!(matches!(proposed, Err(Error::NotAllowedNow)));
    })
    .await;
}

#[tokio::test]
async fn of_two_answers_at_once_one_counts() {
    each(async |app| {
        let world = World::new(app).await;
        let id = world.propose(tariffe_from("2026-09-01")).await;
        let both = tokio::join!(world.confirm(&world.ivo, id), world.confirm(&world.capo, id));
        let lost = if both.0.is_ok() { both.1 } else { both.0 };
        assert!(matches!(lost, Err(Error::NotAllowedNow)), "{lost:?}");
        assert_eq!(world.piani().await, 1);
        // Two changes of the same accounts: the second was made on what stands no more.
        let one = world.propose(world.with_iban(IBAN).await).await;
        let two = Change::Conti(Conti { intestatario: "Altro".into(), ..world.conti().await.0 });
        let two = world.propose(two).await;
        let both = tokio::join!(world.confirm(&world.ivo, one), world.confirm(&world.capo, two));
        let lost = if both.0.is_ok() { both.1 } else { both.0 };
        assert!(matches!(lost, Err(Error::Stale)), "{lost:?}");
        // A withdrawal and a confirmation.
        let id = world.propose(tariffe_from("2027-09-01")).await;
        let both =
            tokio::join!(proposta::withdraw(&app.portal, &world.rita, id, "errore"), world.confirm(&world.ivo, id));
        assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
        let expected = if both.1.is_ok() { 2 } else { 1 };
        assert_eq!(world.piani().await, expected);
    })
    .await;
}

#[tokio::test]
async fn a_proposta_is_withdrawn_by_its_own_and_refused_by_another_with_a_reason() {
    each(async |app| {
        let world = World::new(app).await;
        let id = world.propose(tariffe_from("2026-09-01")).await;
        let portal = &app.portal;
        assert!(matches!(proposta::refuse(portal, &world.rita, id, "no").await, Err(Error::Forbidden)));
        assert!(matches!(proposta::withdraw(portal, &world.ivo, id, "no").await, Err(Error::Forbidden)));
        assert!(matches!(proposta::withdraw(portal, &world.rita, id, "  ").await, Err(Error::Unacceptable(_))));
        let long = "x".repeat(proposta::MOTIVO_MAX + 1);
        assert!(matches!(proposta::refuse(portal, &world.ivo, id, &long).await, Err(Error::Unacceptable(_))));
        proposta::withdraw(portal, &world.rita, id, "errore").await.unwrap();
        assert!(matches!(world.confirm(&world.ivo, id).await, Err(Error::NotAllowedNow)));
        assert!(matches!(proposta::refuse(portal, &world.ivo, id, "no").await, Err(Error::NotAllowedNow)));
        assert_eq!((world.piani().await, world.status(id).await), (0, PropostaStatus::Withdrawn));
    })
    .await;
}

#[tokio::test]
async fn after_thirty_days_nobody_can_confirm_it() {
    each(async |app| {
        let world = World::new(app).await;
        let id = world.propose(tariffe_from("2026-09-01")).await;
        app.clock.pass(TimeDelta::days(30));
        assert!(proposta::find(&app.portal, &world.ivo, id).await.unwrap().late);
        assert!(matches!(world.confirm(&world.ivo, id).await, Err(Error::NotAllowedNow)));
        app.work().await;
        assert_eq!(world.status(id).await, PropostaStatus::Expired);
        let sql =
            "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'proposta.expire' AND capacity = 'sistema'";
        assert_eq!((count(app, sql).await, world.piani().await), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn only_staff_of_the_ente_with_the_role_sees_and_decides() {
    each(async |app| {
        let world = World::new(app).await;
        let (portal, id) = (&app.portal, world.propose(tariffe_from("2026-09-01")).await);
        let foreign = app.operatore_di(&app.altrove, "Neri", &[Ruolo::Amministratore]).await;
        assert!(matches!(proposta::find(portal, &foreign, id).await, Err(Error::NotFound)));
        assert!(matches!(world.confirm(&foreign, id).await, Err(Error::NotFound)));
        assert!(matches!(proposta::refuse(portal, &foreign, id, "no").await, Err(Error::NotFound)));
        assert_eq!(proposta::list(portal, &foreign).await.unwrap(), []);
        let table = async |ctx| {
            taken_out(app, ctx, "proposta.export_list", proposta::take_out(portal, ctx, Formato::Csv).await).await
        };
        assert_eq!(table(&foreign).await.len(), 1, "the headings alone");
        app.clock.pass(TimeDelta::seconds(1));
        proposta::refuse(portal, &world.ivo, world.propose(tariffe_from("2027-09-01")).await, "=no").await.unwrap();
        assert_eq!(table(&world.rita).await[1..], [
            "tariffe;respinta;Mario Rita;2026-09-01T10:00:01+02:00;2026-10-01T10:00:01+02:00;Mario Ivo;2026-09-01T10:00:01+02:00;'=no",
            "tariffe;in_attesa;Mario Rita;2026-09-01T10:00:00+02:00;2026-10-01T10:00:00+02:00;;;",
        ]);
        let (anna, ugo) = (app.operatore("Anna").await, app.operatore("Ugo").await);
        assert!(matches!(proposta::find(portal, &anna, id).await, Err(Error::Forbidden)));
        let seen = proposta::find(portal, &ugo, id).await.unwrap();
        assert!(!seen.can_confirm && !seen.can_refuse && !seen.can_withdraw);
        for ctx in [&anna, &ugo] {
            assert!(matches!(world.confirm(ctx, id).await, Err(Error::Forbidden)));
            let proposed = proposta::propose(portal, ctx, tariffe_from("2027-09-01")).await;
            assert!(matches!(proposed, Err(Error::Forbidden)));
        }
        for ctx in [app.nobody(&app.ente), app.cittadino("Capo").await] {
            assert!(matches!(proposta::list(portal, &ctx).await, Err(Error::SignInNeeded)));
            assert!(matches!(world.confirm(&ctx, id).await, Err(Error::SignInNeeded)));
        }
        assert_eq!(world.status(id).await, PropostaStatus::Waiting);
    })
    .await;
}

#[tokio::test]
async fn what_could_never_take_effect_is_not_proposed() {
    each(async |app| {
        let world = World::new(app).await;
        let (now, serie) = world.conti().await;
        let wrong = |change| async { proposta::propose(&app.portal, &world.rita, change).await };
        for change in [
            Change::Conti(now.clone()),
            Change::Numerazione(serie),
            Change::Numerazione(Serie { serie: "m/".into() }),
            Change::Conti(Conti { iban: "IT00X0542811101000000123456".into(), ..now.clone() }),
            Change::Conti(Conti { intestatario: " ".into(), ..now.clone() }),
            Change::Conti(Conti { cbill: "A/B".into(), ..now }),
        ] {
            let refused = wrong(change.clone()).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{change:?}: {refused:?}");
        }
        let first = world.propose(tariffe_from("2026-09-01")).await;
        world.confirm(&world.ivo, first).await.unwrap();
        assert!(matches!(wrong(tariffe_from("2026-09-01")).await, Err(Error::NotAllowedNow)), "the same first day");
        for year in 2027..2047 {
            world.propose(tariffe_from(&format!("{year}-09-01"))).await;
        }
        assert!(matches!(wrong(tariffe_from("2050-09-01")).await, Err(Error::Busy)), "20 wait");
    })
    .await;
}

#[tokio::test]
async fn an_act_does_without_the_second_person_until_another_brings_it_back() {
    each(async |app| {
        let world = World::new(app).await;
        let portal = &app.portal;
        let act = |name: &str, date: &str| Atto { name: name.into(), date: day(date) };
        let set = |ctx, active, atto| proposta::set_controllo(portal, ctx, active, atto);
        let (today, tomorrow) = (tariffe::today(portal), tariffe::today(portal) + TimeDelta::days(1));
        let right = act("Determina n. 41", &today.to_string());
        assert!(matches!(set(&world.rita, false, right.clone()).await, Err(Error::Forbidden)));
        assert!(matches!(set(&world.capo, false, act(" ", &today.to_string())).await, Err(Error::Unacceptable(_))));
        let future = act("Determina n. 41", &tomorrow.to_string());
        assert!(matches!(set(&world.capo, false, future).await, Err(Error::Unacceptable(_))));
        assert!(matches!(set(&world.capo, true, right.clone()).await, Err(Error::NotAllowedNow)), "it is on already");
        assert_eq!(proposta::controllo(portal, &world.rita).await.unwrap(), None);
        set(&world.capo, false, right.clone()).await.unwrap();
        let held = proposta::controllo(portal, &world.rita).await.unwrap().unwrap();
        assert_eq!((held.active, held.atto.as_str()), (false, "Determina n. 41"));
        let id = world.propose(tariffe_from("2026-09-01")).await;
        world.confirm(&world.rita, id).await.unwrap();
        app.clock.pass(TimeDelta::seconds(1));
        set(&world.capo, true, right).await.unwrap();
        let id = world.propose(tariffe_from("2027-09-01")).await;
        assert!(matches!(world.confirm(&world.rita, id).await, Err(Error::Forbidden)));
        let sql = "SELECT count(*) FROM audit WHERE ente_id = $1 AND object_kind = 'secondo_controllo'";
        assert_eq!(count(app, sql).await, 2);
    })
    .await;
}
