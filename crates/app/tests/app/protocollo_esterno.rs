//! The protocol system of an ente, reached by the real client over the real wire: whatever happens to it, INVIA is
//! received at once, registered once, and dated when it was presented.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use mail_parser::MessageParser;
use sportello_app::{
    Ctx, Error, check, ente, invio, pratica,
    protocollo::{self, Search, emergenza},
    registro_esterno::ProtocolSystem,
    testing::{App, Around, Domanda, Figlio, Hands},
    ufficio,
};
use sportello_domain::{
    calendar,
    ente::EnteSettings,
    foglio::Formato,
    id::{BozzaId, PersonaId, PraticaId},
    pratica::PraticaStatus,
    protocollo::Registro,
    ruolo::Ruolo,
};
use sportello_protocollo::{Account, Client};
use sportello_sim::protocollo::{Protocollo, Registered, Switch, Trouble};
use sportello_store::{
    Tx, binds,
    interruzione::{self, NewInterruzione},
    testing as store,
    testing::TestDatabase,
};

use super::common::{at_peace, count, filed, states, taken_out, unfinished};

const DECLARED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action LIKE 'interruzione.%'";
const WAITING: &str = "SELECT count(*) FROM protocollo_richiesta WHERE ente_id = $1 AND status = 'attesa'";
/// How long a call may take: longer than any that is answered, short enough to wait for.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A portal whose ente `prova` uses a protocol system, and that system, on the portal's clock.
async fn external(database: &TestDatabase) -> (App, Protocollo) {
    let hands: Arc<OnceLock<Hands>> = Arc::default();
    let seen = hands.clone();
    let system = Protocollo::new(move || seen.get().map_or_else(store::now, Hands::now));
    let address = system.listen().await.unwrap();
    let account = Account {
        administration: "C_X000".into(),
        username: "PORTALE".into(),
        role: "PROTOCOLLISTA".into(),
        application: "SPORTELLO".into(),
        register: "REG1".into(),
    };
    let client = Client::new(&format!("http://{address}/protocollo"), account, TIMEOUT).unwrap();
    let client: Arc<dyn ProtocolSystem> = Arc::new(client);
    let protocol_systems = HashMap::from([("prova".to_owned(), client)]);
    let around = Around { simulated_providers: true, protocol_systems, ..Around::default() };
    let mut app = App::amid(database, around).await;
    assert!(hands.set(app.clock.clone()).is_ok());
    let settings = EnteSettings { protocollo: Registro::External, ..app.ente.settings.clone() };
    ente::change(&app.portal, app.ente.id, settings).await.unwrap();
    app.ente = ente::by_slug(&app.portal, "prova").await.unwrap().unwrap();
    (app, system)
}

/// Runs a test on both databases.
async fn each(body: impl AsyncFn(&App, &Protocollo)) {
    store::each(async |database| {
        let (app, system) = external(database).await;
        body(&app, &system).await;
    })
    .await;
}

async fn file(app: &App, cognome: &str, number: u64) -> (BozzaId, PraticaId) {
    let ctx = app.cittadino(cognome).await;
    let (bozza, pratiche) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", cognome, number)])).await;
    (bozza, pratiche[0])
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// What the letters say, in the order in which they left.
fn letters(app: &App) -> Vec<String> {
    let parse = |raw: &str| MessageParser::default().parse(raw.as_bytes()).unwrap().body_text(0).unwrap().into_owned();
    app.inbox.all().iter().map(|message| parse(&message.raw)).collect()
}

/// Lets the next attempt come due and works the queue.
async fn next_attempt(app: &App) {
    app.clock.pass(TimeDelta::minutes(2));
    app.work().await;
}

/// Example 20: protocol service down from 23:50 to 00:20, INVIA at 23:58: receipt at once; the registration carries the
/// 23:58 date.
#[tokio::test]
async fn example_20_a_service_that_is_down_over_midnight_changes_no_date() {
    each(async |app, system| {
        // In Rome it is 23:50 of the tenth.
        app.clock.set(at("2026-09-10T21:50:00Z"));
        system.turn_on(Switch::always(Trouble::Down)).unwrap();
        let presented = at("2026-09-10T21:58:00Z");
        app.clock.set(presented);
        let (bozza, id) = file(app, "Rossi", 1).await;
        app.work().await;
        let ctx = app.cittadino("Rossi").await;
        let sent = invio::sent(&app.portal, &ctx, bozza).await.unwrap();
        assert_eq!((sent.protocol, sent.received_at), (None, presented));
        assert!(pratica::receipt(&app.portal, &ctx, id).await.unwrap().is_some(), "the receipt is made at once");
        let told = letters(app);
        assert!(told.len() == 1 && told[0].contains("in assegnazione"), "and sent: {told:?}");
        // Attempts go on through midnight, none of them is given up.
        app.clock.set(at("2026-09-10T22:19:00Z"));
        app.work().await;
        assert_eq!((system.registered(), count(app, WAITING).await), (vec![], 1));
        let page = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!((page.protocol, page.row.status), (None, PraticaStatus::Submitted));
        // Up again, 00:21 of the eleventh.
        system.turn_off();
        app.clock.set(at("2026-09-10T22:21:00Z"));
        at_peace(app).await;
        let [only] = &system.registered()[..] else { panic!("one INVIA is one registration") };
        assert_eq!((only.data.as_str(), only.arrivo.as_str()), ("11/09/2026", "10/09/2026 23:58:00"));
        let page = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(page.protocol, Some(("1/2026".to_owned(), presented)));
        assert_eq!(calendar::legal_date(page.protocol.unwrap().1), "2026-09-10".parse().unwrap());
        let reached = [Some(PraticaStatus::Submitted), Some(PraticaStatus::Registered), None];
        assert_eq!((page.row.status, states(&page.milestones)), (PraticaStatus::Registered, reached.to_vec()));
        let told = letters(app);
        assert!(told.len() == 2 && told[1].contains("Protocollo n. 1/2026"), "the number is told: {told:?}");
        let noted =
            "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.register' AND capacity = 'sistema'";
        assert_eq!(count(app, noted).await, 1, "the move is in the audit");
        let anna = app.operatore("Anna").await;
        let entry = protocollo::entry(&app.portal, &anna, bozza).await.unwrap();
        assert_eq!((entry.row.received_at, entry.row.registro), (presented, Registro::External));
        assert_eq!((entry.row.aoo.as_str(), entry.can_annul), ("AOO/REG1", false));
    })
    .await;
}

/// Invariant 8, for a register that follows later: whenever INVIA comes and however late the number, the registration
/// carries the instant of presentation.
#[tokio::test]
async fn the_registration_carries_the_instant_of_presentation_however_late_it_is() {
    each(async |app, system| {
        // Midnights of summer and winter, the night the hour changes, the turn of the year.
        let instants = [
            ("2026-09-10T21:59:59Z", "10/09/2026 23:59:59"),
            ("2026-09-10T22:00:00Z", "11/09/2026 00:00:00"),
            ("2026-10-25T00:30:00Z", "25/10/2026 02:30:00"),
            ("2026-12-31T22:59:59Z", "31/12/2026 23:59:59"),
            ("2026-12-31T23:00:00Z", "01/01/2027 00:00:00"),
        ];
        for (number, (presented, arrival)) in instants.into_iter().enumerate() {
            let presented = at(presented);
            app.clock.set(presented);
            app.publish((presented - TimeDelta::days(1), presented + TimeDelta::days(1))).await;
            system.turn_on(Switch::always(Trouble::Down)).unwrap();
            let (bozza, id) = file(app, "Rossi", number as u64).await;
            app.work().await;
            system.turn_off();
            app.clock.pass(TimeDelta::hours(30));
            app.work().await;
            let carried: Vec<Registered> = system.registered();
            assert!(carried.iter().any(|one| one.arrivo == arrival), "{arrival} is not in {carried:?}");
            let anna = app.operatore("Anna").await;
            let entry = protocollo::entry(&app.portal, &anna, bozza).await.unwrap();
            let page = pratica::page(&app.portal, &app.cittadino("Rossi").await, id).await.unwrap();
            assert_eq!((entry.row.received_at, page.protocol.unwrap().1), (presented, presented));
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_lost_makes_no_second_registration() {
    each(async |app, system| {
        let actions = ["GetToken", "SearchDocuments", "CreateDocument", "GetDocument", "ProtocolPredisposed"];
        for (number, action) in actions.into_iter().enumerate() {
            system.turn_on(Switch::once(Trouble::AnswerLost, action)).unwrap();
            let (bozza, _) = file(app, "Rossi", number as u64).await;
            app.work().await;
            assert_eq!(count(app, WAITING).await, 1, "{action}");
            next_attempt(app).await;
            assert_eq!((system.registered().len(), system.prepared()), (number + 1, number + 1), "{action}");
            let [pratiche, registrations, receipts, messages] = filed(app, bozza).await;
            assert_eq!([pratiche, registrations, receipts, messages], [1, 1, 1, 2], "{action}");
        }
        at_peace(app).await;
    })
    .await;
}

/// The process dies after the register has given its number, and nothing of it was written down here.
#[tokio::test]
async fn a_worker_that_dies_makes_no_second_registration() {
    each(async |app, system| {
        system.turn_on(Switch::once(Trouble::AnswerLost, "ProtocolPredisposed")).unwrap();
        let (bozza, _) = file(app, "Rossi", 1).await;
        app.work().await;
        assert_eq!((system.registered().len(), filed(app, bozza).await[1]), (1, 0));
        let ente = app.ente.id;
        let forget = async move |tx: &mut Tx| {
            let sql = "UPDATE protocollo_richiesta SET external_id = NULL WHERE ente_id = $1 AND bozza_id = $2";
            tx.execute(sql, binds![ente, bozza]).await
        };
        assert_eq!(app.portal.store().write(ente, forget).await.unwrap(), 1);
        next_attempt(app).await;
        assert_eq!((system.registered().len(), system.prepared(), filed(app, bozza).await[1]), (1, 1, 1));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_waited_is_numbered_in_the_order_of_presentation_by_one_job() {
    each(async |app, system| {
        system.turn_on(Switch::always(Trouble::Down)).unwrap();
        let mut filings = Vec::new();
        for number in 0..21 {
            filings.push(file(app, "Rossi", number).await.0);
            app.clock.pass(TimeDelta::seconds(1));
            // The first attempt fails before the others are there; theirs fail together.
            if number % 10 == 0 {
                app.work().await;
            }
        }
        assert_eq!(unfinished(app).await.iter().map(|(_, jobs)| jobs).sum::<i64>(), 1, "one job for all that waits");
        system.turn_off();
        next_attempt(app).await;
        at_peace(app).await;
        let anna = app.operatore("Anna").await;
        for (place, bozza) in filings.into_iter().enumerate() {
            let entry = protocollo::entry(&app.portal, &anna, bozza).await.unwrap();
            assert_eq!(entry.row.numero, place as i64 + 1);
        }
        assert_eq!(protocollo::search(&app.portal, &anna, &Search::default()).await.unwrap().total, 21);
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_waits_and_holds_up_nothing() {
    each(async |app, system| {
        system.turn_on(Switch::once(Trouble::Refusal, "CreateDocument")).unwrap();
        let (refused, _) = file(app, "Rossi", 1).await;
        app.work().await;
        let (other, _) = file(app, "Bianchi", 2).await;
        next_attempt(app).await;
        assert_eq!((filed(app, other).await[1], filed(app, refused).await[1]), (1, 1), "the second attempt was taken");
        // A document that lost its date on the way must not get a number.
        system.turn_on(Switch::once(Trouble::ArrivalLost, "CreateDocument")).unwrap();
        let (undated, _) = file(app, "Verdi", 3).await;
        app.work().await;
        next_attempt(app).await;
        assert_eq!((filed(app, undated).await[1], system.registered().len(), system.prepared()), (0, 2, 3));
        assert_eq!(check::all(&app.portal).await.unwrap(), []);
        app.clock.pass(TimeDelta::days(1) + TimeDelta::seconds(1));
        let found = check::all(&app.portal).await.unwrap();
        assert!(found.iter().any(|one| one.what.contains("1 filings wait for a protocol number")), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn one_that_is_withdrawn_while_it_waits_keeps_its_number_and_stays_withdrawn() {
    each(async |app, system| {
        system.turn_on(Switch::always(Trouble::Down)).unwrap();
        let (bozza, id) = file(app, "Rossi", 1).await;
        app.work().await;
        let ctx = app.cittadino("Rossi").await;
        pratica::withdraw(&app.portal, &ctx, id).await.unwrap();
        system.turn_off();
        next_attempt(app).await;
        let page = pratica::page(&app.portal, &ctx, id).await.unwrap();
        assert_eq!((page.row.status, filed(app, bozza).await[1]), (PraticaStatus::Withdrawn, 1));
        assert_eq!(page.protocol.map(|(number, _)| number).as_deref(), Some("1/2026"));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn the_check_sees_a_filing_that_nobody_numbers() {
    each(async |app, system| {
        system.turn_on(Switch::always(Trouble::Down)).unwrap();
        let (bozza, _) = file(app, "Rossi", 1).await;
        let ente = app.ente.id;
        let lose = async move |tx: &mut Tx| {
            tx.execute("DELETE FROM protocollo_richiesta WHERE ente_id = $1 AND bozza_id = $2", binds![ente, bozza])
                .await
        };
        assert_eq!(app.portal.store().write(ente, lose).await.unwrap(), 1);
        let found = check::all(&app.portal).await.unwrap();
        assert!(found.iter().any(|one| one.what.contains("awaits none")), "{found:?}");
    })
    .await;
}

/// DPR 445/2000 art. 63: what cannot be registered gets a number of the emergency register, and is carried over with it and
/// with the instant of presentation.
#[tokio::test]
async fn an_interruption_gives_emergency_numbers_that_are_carried_over() {
    each(async |app, system| {
        let anna = app.operatore("Anna").await;
        system.turn_on(Switch::always(Trouble::Down)).unwrap();
        let presented = app.clock.now();
        let (first, first_pratica) = file(app, "Rossi", 1).await;
        app.work().await;
        let begin = async |ctx: &Ctx, causa: &str, atto: &str| emergenza::begin(&app.portal, ctx, causa, atto).await;
        let early = begin(&anna, "guasto", "Det. 1/2026").await;
        assert!(matches!(early, Err(Error::NotAllowedNow)), "{early:?}");
        app.clock.pass(emergenza::LIMIT);
        file(app, "Bianchi", 2).await;
        for (causa, atto) in [("", "Det. 1/2026"), ("guasto", " "), (&*"x".repeat(501), "Det. 1/2026")] {
            let refused = begin(&anna, causa, atto).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        }
        begin(&anna, "guasto", "Det. 1/2026").await.unwrap();
        let again = begin(&anna, "guasto", "Det. 1/2026").await;
        assert!(matches!(again, Err(Error::NotAllowedNow)), "{again:?}");
        // What is filed from now on is entered at once; the system is not asked, even if it works again.
        system.turn_off();
        app.clock.pass(TimeDelta::seconds(1));
        let (third, third_pratica) = file(app, "Verdi", 3).await;
        let sent = invio::sent(&app.portal, &app.cittadino("Verdi").await, third).await.unwrap();
        assert_eq!((sent.protocol, sent.emergency.as_deref()), (None, Some("3/2026")));
        next_attempt(app).await;
        let page = pratica::page(&app.portal, &app.cittadino("Rossi").await, first_pratica).await.unwrap();
        assert_eq!((page.protocol, page.emergency.as_deref()), (None, Some("1/2026")));
        let seen = ufficio::page(&app.portal, &anna, third_pratica).await.unwrap();
        assert_eq!((seen.protocol, seen.emergency.as_deref()), (None, Some("3/2026")));
        assert_eq!((system.registered(), count(app, WAITING).await), (vec![], 3));
        let shown = emergenza::page(&app.portal, &anna).await.unwrap();
        assert_eq!(
            (shown.interruzioni[0].voci, shown.interruzioni[0].began_at, shown.can_begin),
            (3, presented, false)
        );
        // Carried over with both numbers and the instant of presentation.
        let open = shown.can_end.unwrap();
        emergenza::end(&app.portal, &anna, open).await.unwrap();
        let again = emergenza::end(&app.portal, &anna, open).await;
        assert!(matches!(again, Err(Error::NotAllowedNow)), "{again:?}");
        at_peace(app).await;
        let told: Vec<_> =
            system.registered().into_iter().map(|one| (one.numero, one.note.last().cloned().unwrap())).collect();
        let expected = [1, 2, 3].map(|numero| (numero, format!("Registro di emergenza n. {numero}/2026")));
        assert_eq!(told, expected);
        let entry = protocollo::entry(&app.portal, &anna, first).await.unwrap();
        assert_eq!((entry.row.received_at, entry.row.numero), (presented, 1));
        let shown = emergenza::page(&app.portal, &anna).await.unwrap();
        assert_eq!((shown.interruzioni[0].riportate, shown.waiting.count, shown.can_end), (3, 0, None));
        assert!(shown.voci.iter().all(|voce| voce.protocollo_numero == Some(voce.numero)), "{:?}", shown.voci);
        assert_eq!(count(app, DECLARED).await, 2);
        they_leave_as_tables(app, &anna).await;
        // Its numbers go on in the next interruption of the year.
        system.turn_on(Switch::always(Trouble::Down)).unwrap();
        file(app, "Neri", 4).await;
        app.clock.pass(emergenza::LIMIT);
        begin(&anna, "di nuovo", "Det. 2/2026").await.unwrap();
        assert_eq!(emergenza::page(&app.portal, &anna).await.unwrap().voci[0].numero, 4);
    })
    .await;
}

/// The three entries and their interruption, each as a table; nothing of it for another ente.
async fn they_leave_as_tables(app: &App, anna: &Ctx) {
    let entries = async |ctx| {
        let table = emergenza::take_out(&app.portal, ctx, Formato::Csv).await;
        taken_out(app, ctx, "emergenza.export_list", table).await
    };
    let rows = entries(anna).await;
    let headings = "emergenza.numero;emergenza.registro;emergenza.registrata;emergenza.presentata;emergenza.mittente;\
                    emergenza.oggetto;protocollo.numero";
    assert_eq!(rows[0], headings);
    for (row, (numero, sender)) in rows[1..].iter().zip([(1, "Rossi"), (2, "Bianchi"), (3, "Verdi")]) {
        assert!(row.starts_with(&format!("{numero}/2026;")) && row.ends_with(&format!(";{numero}/2026")), "{row}");
        assert!(row.contains(&format!(" {sender};")), "{row}");
    }
    let interruptions = async |ctx| {
        let table = emergenza::take_out_interruptions(&app.portal, ctx, Formato::Csv).await;
        taken_out(app, ctx, "interruzione.export_list", table).await
    };
    let told = interruptions(anna).await;
    assert!(told[1].contains(";guasto;Det. 1/2026;") && told[1].ends_with(" Anna;3;3"), "{told:?}");
    let far = app.operatore_di(&app.altrove, "Lontana", &[Ruolo::Responsabile]).await;
    assert_eq!((rows.len(), told.len(), entries(&far).await.len(), interruptions(&far).await.len()), (4, 2, 1, 1));
}

/// The same where the system had prepared the document before it went away: the entry names the emergency number all the same.
#[tokio::test]
async fn what_was_prepared_before_the_interruption_names_its_emergency_number_too() {
    each(async |app, system| {
        let away = Switch { action: Some("ProtocolPredisposed".to_owned()), ..Switch::always(Trouble::Down) };
        system.turn_on(away).unwrap();
        file(app, "Rossi", 1).await;
        app.work().await;
        assert_eq!((system.prepared(), system.registered().len()), (1, 0));
        app.clock.pass(emergenza::LIMIT);
        let anna = app.operatore("Anna").await;
        emergenza::begin(&app.portal, &anna, "guasto", "Det. 1/2026").await.unwrap();
        system.turn_off();
        let open = emergenza::page(&app.portal, &anna).await.unwrap().can_end.unwrap();
        emergenza::end(&app.portal, &anna, open).await.unwrap();
        at_peace(app).await;
        let told: Vec<_> = system.registered().into_iter().map(|one| one.note.last().cloned()).collect();
        assert_eq!(told, [Some("Registro di emergenza n. 1/2026".to_owned())]);
    })
    .await;
}

#[tokio::test]
async fn only_the_responsabile_of_the_ente_declares_an_interruption() {
    each(async |app, system| {
        system.turn_on(Switch::always(Trouble::Down)).unwrap();
        file(app, "Rossi", 1).await;
        app.clock.pass(emergenza::LIMIT);
        let clerk = app.operatore_di(&app.ente, "Ivo", &[Ruolo::OperatoreIstruzione]).await;
        let shown = emergenza::page(&app.portal, &clerk).await.unwrap();
        assert_eq!((shown.waiting.count, shown.can_begin), (1, false));
        let (capo, parent) = (app.operatore("Capo").await, app.cittadino("Rossi").await);
        for other in [&clerk, &capo, &parent] {
            assert!(emergenza::begin(&app.portal, other, "guasto", "Det. 1").await.is_err());
        }
        for other in [&capo, &parent] {
            assert!(emergenza::page(&app.portal, other).await.is_err());
        }
        let far = app.operatore_di(&app.altrove, "Lontana", &[Ruolo::Responsabile]).await;
        assert_eq!(emergenza::page(&app.portal, &far).await.unwrap().waiting.count, 0);
        let anna = app.operatore("Anna").await;
        emergenza::begin(&app.portal, &anna, "guasto", "Det. 1").await.unwrap();
        let open = emergenza::page(&app.portal, &anna).await.unwrap().can_end.unwrap();
        assert!(matches!(emergenza::end(&app.portal, &far, open).await, Err(Error::NotAllowedNow)));
        assert!(emergenza::end(&app.portal, &clerk, open).await.is_err());
        // The emergency register is for a week.
        app.clock.pass(emergenza::LONGEST + TimeDelta::seconds(1));
        let found = check::all(&app.portal).await.unwrap();
        assert!(found.iter().any(|one| one.what.contains("lasts longer than a week")), "{found:?}");
    })
    .await;
}

/// A long outage: the job enters what the declaration did not.
#[tokio::test]
async fn the_job_enters_what_waits_while_an_interruption_is_open() {
    each(async |app, system| {
        system.turn_on(Switch::always(Trouble::Down)).unwrap();
        for number in 0..2 {
            file(app, "Rossi", number).await;
        }
        let (ente, at) = (app.ente.id, app.clock.now());
        let declared = app.portal.store().write(ente, async move |tx| {
            let (by,): (PersonaId,) =
                tx.fetch_one("SELECT id FROM persona WHERE ente_id = $1 ORDER BY id LIMIT 1", binds![ente]).await?;
            let (id, causa, atto) = (store::id(), "guasto".to_owned(), "Det. 1".to_owned());
            interruzione::begin(tx, ente, &NewInterruzione { id, causa, atto, began_at: at, at, by }).await
        });
        assert!(declared.await.unwrap());
        next_attempt(app).await;
        let anna = app.operatore("Anna").await;
        let shown = emergenza::page(&app.portal, &anna).await.unwrap();
        assert_eq!(shown.voci.iter().map(|voce| voce.numero).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((system.prepared(), shown.waiting.count), (0, 2), "the system is not asked");
    })
    .await;
}
