//! How an enrolment is paid: its open debts follow, those with the bank do not, and mandates end when nothing needs them.

use chrono::{NaiveDate, TimeDelta};
use sportello_app::{
    Ctx,
    testing::{App, codice_fiscale, each},
    ufficio::Expected,
};
use sportello_domain::{
    euro::Euro,
    id::{IscrizioneId, PosizioneId, PraticaId},
};
use sportello_store::binds;

use super::{IBAN, PRIVACY, at_peace, day, decide, file, offer, outlook, rinuncia};
use crate::sdd::world::{World, record, report};

/// Asks for another way of paying.
async fn ask(app: &App, ctx: &Ctx, id: IscrizioneId, modalita: &str) -> PraticaId {
    let (key, holder) = (id.to_string(), codice_fiscale("Rossi"));
    let asked = [("figlio", key.as_str()), ("modalita", modalita)];
    let conto =
        [("iban", IBAN), ("intestatario_nome", "Anna Rossi"), ("intestatario_cf", holder.as_str()), ("mandato", "si")];
    let mut pages: Vec<(&str, &[(&str, &str)])> = vec![
        ("privacy", PRIVACY),
        ("richiedente", &[("email", "rossi@posta.example")]),
        ("pagamento", &asked),
        ("conto", &conto),
        ("dichiarazioni", &[("dpr445", "si"), ("regolamento", "si")]),
    ];
    pages.retain(|(page, _)| *page != "conto" || modalita == "SDD");
    file(app, ctx, "variazione-pagamento", &pages).await
}

/// Mode, state, notice and due day of a debt.
async fn debt(app: &App, id: PosizioneId) -> (String, String, Option<String>, NaiveDate) {
    let ente = app.ente.id;
    let sql =
        "SELECT modalita, status, codice_avviso, scadenza FROM posizione_debitoria WHERE ente_id = $1 AND id = $2";
    app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente, id]).await).await.unwrap()
}

/// The only enrolment, paid by direct debit.
async fn iscrizione(world: &World<'_>) -> IscrizioneId {
    world.one::<(IscrizioneId,)>("SELECT id FROM iscrizione WHERE ente_id = $1").await.0
}

#[tokio::test]
async fn what_waits_for_a_debit_gets_a_notice_and_what_is_with_the_bank_stays_there() {
    each(async |app| {
        let world = World::new(app, 1).await;
        let (ctx, id) = (app.cittadino("Rossi").await, iscrizione(&world).await);
        offer(app, shipped!("variazione-pagamento")).await;
        let with_the_bank = world.debt(1).await;
        world.prepare("2026-10-01").await;
        let waiting = world.debt(2).await;
        app.clock.pass(TimeDelta::days(25));
        let asked = ask(app, &ctx, id, "PAGOPA").await;
        let expected = Expected::Payment { from_debit: true, to_debit: false, debts: 1, owed: Euro::from_cents(8_102) };
        assert_eq!(outlook(app, asked).await.expected, [expected]);
        decide(app, asked, true).await.unwrap();
        // Nobody has less than 15 days for a bill that is not debited any more.
        let notice = Some("302000000000000184".to_owned());
        let moved = ("PAGOPA".to_owned(), "aperta".to_owned(), notice, day(2026, 10, 11));
        assert_eq!(debt(app, waiting).await, moved);
        let kept = debt(app, with_the_bank).await;
        assert_eq!((kept.0.as_str(), kept.1.as_str(), kept.2), ("SDD", "in_addebito", None));
        assert_eq!(world.mandate().await, "revocato");
        let audited: (sportello_store::Json<serde_json::Value>,) =
            world.one("SELECT detail FROM audit WHERE ente_id = $1 AND action = 'iscrizione.payment'").await;
        assert_eq!(audited.0.0, serde_json::json!({ "modalita": "PAGOPA", "debts": 1 }));

        // The bank gives it back through no fault of the payer: no mandate is left, so it gets a notice too.
        world.import(&report(&[record(1, "RJCT", "DT01")])).await;
        assert_eq!(debt(app, with_the_bank).await.1, "aperta");
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
        let back = debt(app, with_the_bank).await;
        assert_eq!((back.0.as_str(), back.1.as_str(), back.2.is_some()), ("PAGOPA", "aperta", true));
        let (moved_again, page) = (debt(app, waiting).await, world.page().await);
        assert_eq!((moved_again, page.proposal.count, page.proposal.without_mandate), (moved, 0, 0));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn another_account_pays_what_waits_and_a_second_request_does_it_again() {
    each(async |app| {
        let world = World::new(app, 1).await;
        let (ctx, id) = (app.cittadino("Rossi").await, iscrizione(&world).await);
        offer(app, shipped!("variazione-pagamento")).await;
        let waiting = world.debt(1).await;
        let asked = [ask(app, &ctx, id, "SDD").await, ask(app, &ctx, id, "SDD").await];
        let expected = Expected::Payment { from_debit: true, to_debit: true, debts: 1, owed: Euro::from_cents(8_101) };
        assert_eq!(outlook(app, asked[0]).await.expected, [expected]);
        for (number, asked) in asked.into_iter().enumerate() {
            decide(app, asked, true).await.unwrap();
            let last: (String,) =
                world.one("SELECT max(umr) FROM mandato WHERE ente_id = $1 AND status = 'attivo'").await;
            assert_eq!(last.0, format!("MENSA-2026-{:07}", number + 2), "a new account, a new reference");
        }
        let kept = debt(app, waiting).await;
        assert_eq!((kept.0.as_str(), kept.1.as_str(), kept.2), ("SDD", "aperta", None));
        let page = world.page().await;
        assert_eq!((page.proposal.count, page.proposal.without_mandate), (1, 0));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn the_mandate_of_who_gives_up_ends_once_the_last_month_is_paid() {
    each(async |app| {
        let world = World::new(app, 1).await;
        let (ctx, id) = (app.cittadino("Rossi").await, iscrizione(&world).await);
        offer(app, shipped!("rinuncia-mensa")).await;
        let waiting = world.debt(1).await;
        let asked = rinuncia(app, &ctx, id, "rinuncia").await;
        decide(app, asked, true).await.unwrap();
        let tomorrow = async |sql: &'static str| {
            let ente = app.ente.id;
            app.portal.store().write(ente, async move |tx| tx.execute(sql, binds![ente]).await).await.unwrap();
            app.clock.pass(TimeDelta::days(1));
            app.work().await;
            world.mandate().await
        };
        // The last day of meals is 4 October.
        app.clock.set("2026-11-02T08:00:00Z".parse().unwrap());
        assert_eq!(tomorrow("UPDATE posizione_debitoria SET status = 'addebitata' WHERE ente_id = $1").await, "attivo");
        let issued = "UPDATE ciclo_fatturazione SET periodo = '2026-09' WHERE ente_id = $1";
        assert_eq!(tomorrow(issued).await, "attivo", "October is not invoiced");
        let issued = "UPDATE ciclo_fatturazione SET periodo = '2026-10' WHERE ente_id = $1";
        let open = "UPDATE posizione_debitoria SET status = 'aperta' WHERE ente_id = $1";
        assert_eq!(tomorrow(open).await, "attivo");
        assert_eq!(tomorrow(issued).await, "attivo", "a bill waits to be debited");
        let debited = "UPDATE posizione_debitoria SET status = 'addebitata' WHERE ente_id = $1";
        assert_eq!(tomorrow(debited).await, "revocato");
        assert_eq!(debt(app, waiting).await.1, "addebitata");
    })
    .await;
}
