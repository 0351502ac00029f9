//! What a hostile tester tried on invoices, payments and direct debits, and what must come of it.

use chrono::TimeDelta;
use sportello_app::{
    Error,
    nodo::{self, Refused},
    pagamenti,
    sdd::{self, AnswerRefused, Fate, RecordFault},
    spontaneo::{self, Begun, Link},
    testing::{App, codice_fiscale, each},
};
use sportello_domain::{
    calendar,
    id::EnteId,
    posizione::Anomalia,
    spontaneo::{Modulo, month_value},
};
use sportello_store::nodo_messaggio;
use tokio::task::JoinSet;

use super::{
    common::{at_peace, count},
    pagopa::world::{World as Debts, call, notice, receipt},
    sdd::world::{World, record, rejected, report},
};

const OCTOBER: &str = "2026-10-01";

#[tokio::test]
async fn calls_that_name_no_ente_are_deleted_when_their_time_is_over() {
    each(async |app| {
        nodo::keep(&app.portal, None, call("unknown"), "PAA_SINTASSI_XSD").await.unwrap();
        app.clock.pass(TimeDelta::days(1));
        nodo::keep(&app.portal, None, call("unknown"), "PAA_SINTASSI_XSD").await.unwrap();
        let kept = async || {
            let (platform, ever) = (EnteId::PLATFORM, app.clock.now() - TimeDelta::days(2_000));
            let read = app.portal.store().read(platform, async move |r| nodo_messaggio::since(r, platform, ever).await);
            read.await.unwrap().len()
        };
        app.work().await;
        assert_eq!(kept().await, 2);
        // Two years and a little: the first is over, the second not.
        app.clock.pass(TimeDelta::days(730));
        app.work().await;
        assert_eq!(kept().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_receipt_under_the_name_of_another_is_seen() {
    each(async |app| {
        let world = Debts::new(app).await;
        let debt = world.debt(1, 8_100).await;
        world.debt(2, 4_000).await;
        world.book("r1", notice(1).as_str(), 8_100).await;
        let seen = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'ricevuta.differs'";
        world.send(receipt("r1", notice(1).as_str(), 8_100)).await.unwrap();
        assert_eq!(count(app, seen).await, 0, "the same once more is nothing to look at");
        let balance = world.balance().await;
        for (other, cents) in [(notice(1), 1), (notice(2), 8_100)] {
            world.send(receipt("r1", other.as_str(), cents)).await.unwrap();
        }
        assert_eq!(count(app, seen).await, 2);
        assert_eq!((world.balance().await, world.row(debt).await.settled_cents), (balance, 8_100));
        world.at_peace().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_written_at_the_door_and_never_paid_is_forgotten() {
    each(async |app| {
        let world = Debts::new(app).await;
        let nobody = app.nobody(&app.ente);
        let begin = async |key: &str| match spontaneo::begin(&app.portal, &nobody, &modulo(app), &key.repeat(32)).await
        {
            Ok(Begun::At(link)) => link,
            other => panic!("it was not begun: {other:?}"),
        };
        let notice =
            async |link: &Link| spontaneo::page(&app.portal, &nobody, link).await.unwrap().notice.replace(' ', "");
        let (paid, unpaid) = (begin("0a").await, begin("0b").await);
        let late = notice(&unpaid).await;
        world.book("r1", &notice(&paid).await, 8_100).await;
        let kept = "SELECT count(*) FROM pagamento_spontaneo WHERE ente_id = $1";
        // Due in 30 days; the link opens the page for 30 more.
        app.clock.pass(TimeDelta::days(60));
        app.work().await;
        assert_eq!(count(app, kept).await, 2);
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
        assert_eq!(count(app, kept).await, 1);
        assert_eq!(world.verify(&late).await.unwrap_err(), Refused::Cancelled);
        // Money that comes all the same is booked, and the office looks.
        assert_eq!(world.book("r2", &late, 8_100).await, Some(Anomalia::Cancelled));
        world.at_peace().await;
    })
    .await;
}

/// A right form of the door over 81 euro.
fn modulo(app: &App) -> Modulo {
    Modulo {
        cf: codice_fiscale("Rossi"),
        nome: "Mario Rossi".into(),
        email: "chi.paga@posta.example".into(),
        alunno: "Rossi Luca".into(),
        periodi: vec![month_value(calendar::legal_date(app.clock.now()))],
        struttura: "primaria".into(),
        importo: "81,00".into(),
        ..Modulo::default()
    }
}

/// What a bank repeats of the creditor.
fn creditor(id: &str) -> String {
    format!("<OrgnlTxRef><CdtrSchmeId><Id><PrvtId><Othr><Id>{id}</Id></Othr></PrvtId></Id></CdtrSchmeId></OrgnlTxRef>")
}

#[tokio::test]
async fn an_answer_to_the_file_of_another_ente_is_refused() {
    each(async |app| {
        let world = World::new(app, 1).await;
        world.debt(1).await;
        let refused = async |bytes: &str| {
            let refused = sdd::import(&app.portal, &world.rita, "esito.xml", bytes.as_bytes()).await.unwrap();
            assert_eq!(world.states().await, ["in_addebito"]);
            refused.map(|answer| answer.lines).unwrap_err()
        };
        world.prepare(OCTOBER).await;
        // Every ente has a first file, a first invoice and a first mandate: the names alone prove nothing.
        let whole = report(&[]).replace("PART", "RJCT");
        let about = |rest: &str| whole.replace("</OrgnlMsgNmId>", &format!("</OrgnlMsgNmId>{rest}"));
        for rest in ["<OrgnlNbOfTxs>2</OrgnlNbOfTxs>", "<OrgnlCtrlSum>81.02</OrgnlCtrlSum>"] {
            assert_eq!(refused(&about(rest)).await, AnswerRefused::OtherFile, "{rest}");
        }
        let one = |id: &str| report(&[rejected(1, "AM04", &creditor(id))]);
        let strangers = ["IT82ZZZ0000080018230153", "IT00", "x"];
        for id in strangers {
            let fault = AnswerRefused::Records(vec![(1, RecordFault::Creditor)]);
            assert_eq!(refused(&one(id)).await, fault, "{id}");
        }
        let ours = app.ente.settings.riscossione.as_ref().unwrap().creditor_id.as_str().to_owned();
        // Its business code is free: a bank may repeat another one.
        assert_eq!(world.fates(&one(&ours.replace("ZZZ", "001"))).await, [Fate::Insoluto]);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_repeats_our_own_file_is_taken() {
    each(async |app| {
        let world = World::new(app, 1).await;
        world.debt(1).await;
        world.prepare(OCTOBER).await;
        let own = "</OrgnlMsgNmId><OrgnlNbOfTxs>1</OrgnlNbOfTxs><OrgnlCtrlSum>81.01</OrgnlCtrlSum>";
        let bytes = report(&[record(1, "RJCT", "AM04")]).replace("</OrgnlMsgNmId>", own);
        assert_eq!(world.fates(&bytes).await, [Fate::Insoluto]);
        at_peace(app).await;
    })
    .await;
}

/// The notices of a debt that were made and that were refused, when so many are asked for at once.
async fn printed(app: &App, world: &Debts<'_>, wanted: usize) -> (usize, usize) {
    let debt = world.debt(1, 8_100).await;
    let mut asked = JoinSet::new();
    for _ in 0..wanted {
        let (portal, ctx) = (app.portal.clone(), world.parent.clone());
        asked.spawn(async move { pagamenti::notice(&portal, &ctx, debt).await.map(|file| file.content.len()) });
    }
    let (mut made, mut refused) = (0, 0);
    for answer in asked.join_all().await {
        match answer {
            Ok(_) => made += 1,
            Err(Error::Busy) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    (made, refused)
}

#[tokio::test]
async fn a_flood_of_notices_is_refused_and_some_are_made() {
    let app = App::sqlite().await;
    let world = Debts::new(&app).await;
    let (made, refused) = printed(&app, &world, 100).await;
    assert!(made >= 10 && refused >= 50, "{made} made, {refused} refused");
    let debt = world.debt(2, 4_000).await;
    pagamenti::notice(&app.portal, &world.parent, debt).await.unwrap();
}
