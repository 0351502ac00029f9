//! Direct debits from the mandate to the insoluto: what the bank gets, what it answers, and who may see any of it.

pub mod world;

use chrono::NaiveDate;
use sportello_app::{
    Error,
    sdd::{self, AnswerRefused, DayFault, DistintaStatus, Fate, FaultKind, Prepared, RecordFault},
    testing::{App, each},
};
use sportello_domain::{foglio::Formato, id::DistintaId, ruolo::Ruolo};
use sportello_store::seal::Sealed;

use super::common::{at_peace, count, taken_out};
use world::{World, attempt, day, record, rejected, report};

const OCTOBER: &str = "2026-10-01";

#[tokio::test]
async fn accepting_an_enrolment_with_direct_debit_makes_the_mandate() {
    each(async |app| {
        let world = World::new(app, 1).await;
        let (umr, signed, status, sealed): (String, NaiveDate, String, Sealed) =
            world.one("SELECT umr, firmato_il, status, sealed_conto FROM mandato WHERE ente_id = $1").await;
        assert_eq!((umr.as_str(), signed, status.as_str()), ("MENSA-2026-0000001", day("2026-09-01"), "attivo"));
        for secret in ["123456", "Rossi", "IT60"] {
            assert!(!String::from_utf8_lossy(sealed.as_bytes()).contains(secret));
        }
        world.enrol(2, None).await;
        assert_eq!(count(app, "SELECT count(*) FROM mandato WHERE ente_id = $1").await, 1, "pagoPA needs none");
        world.enrol(3, Some(world::IBAN)).await;
        let last = "SELECT max(umr) FROM mandato WHERE ente_id = $1";
        assert_eq!(world.one::<(String,)>(last).await.0, "MENSA-2026-0000002");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_debt_goes_to_the_bank_comes_back_and_is_payable_with_its_own_notice() {
    each(async |app| {
        let world = World::new(app, 1).await;
        let [debt, other] = [world.debt(1).await, world.debt(2).await];
        let page = sdd::page(&app.portal, &world.rita).await.unwrap().unwrap();
        assert_eq!((page.proposal.collection_on, page.proposal.count), (day(OCTOBER), 2));
        assert_eq!((page.proposal.total.cents(), page.proposal.without_mandate), (16_203, 0));
        let distinta = world.prepare(OCTOBER).await;
        assert_eq!(world.states().await, ["in_addebito", "in_addebito"]);
        assert_eq!(world.page().await.proposal.count, 0);
        let file = sdd::download(&app.portal, &world.rita, distinta).await.unwrap();
        assert_eq!((file.name.as_str(), file.media_type.as_str()), ("SDD-2026-000001.xml", "application/xml"));
        world::valid(&file.content);
        let text = std::str::from_utf8(&file.content).unwrap();
        for expected in [
            "<NbOfTxs>2</NbOfTxs><CtrlSum>162.03</CtrlSum>",
            "<ReqdColltnDt>2026-10-01</ReqdColltnDt>",
            "<EndToEndId>2026-M-1-1</EndToEndId>",
            "<InstdAmt Ccy=\"EUR\">81.01</InstdAmt>",
            "<MndtId>MENSA-2026-0000001</MndtId><DtOfSgntr>2026-09-01</DtOfSgntr>",
            "<Dbtr><Nm>Mario Rossi</Nm></Dbtr><DbtrAcct><Id><IBAN>IT60X0542811101000000123456</IBAN>",
            "<Ustrd>Mensa scolastica - retta 2/M/2026</Ustrd>",
        ] {
            assert!(text.contains(expected), "{expected} is not in {text}");
        }

        app.work().await;
        let before = app.inbox.all().len();
        let answer = world.import(&report(&[record(1, "RJCT", "AM04"), record(2, "ACSP", "")])).await;
        let fates: Vec<_> = answer.lines.iter().map(|line| (line.fate, line.code.as_deref(), line.look)).collect();
        assert_eq!(fates, [(Fate::Insoluto, Some("AM04"), false), (Fate::InCorso, None, false)]);
        assert_eq!(answer.lines[0].meaning(), Some("Fondi insufficienti (anche errore coperto per privacy)"));
        let table = sdd::take_out_answer(&app.portal, &world.rita, &answer.sha256, Formato::Csv).await;
        assert_eq!(
            taken_out(app, &world.rita, "esito.export_list", table).await,
            [
                "esito.record;esito.riferimento;esito.sorte;esito.causale;esito.significato;esito.da_guardare",
                "1;2026-M-1-1;insoluto;AM04;Fondi insufficienti (anche errore coperto per privacy);no",
                "2;2026-M-2-1;in_corso;;;no",
            ]
        );
        let table = sdd::take_out(&app.portal, &world.rita, Formato::Csv).await;
        assert_eq!(
            taken_out(app, &world.rita, "distinta.export_list", table).await[1..],
            ["SDD-2026-000001;2026-09-01T10:00:00+02:00;2026-10-01;2;162,03;esitata;2026-09-01T10:00:00+02:00",]
        );
        let failed = world.debt_now(debt).await;
        assert_eq!(failed.status, "insoluta");
        assert_eq!(failed.codice_avviso.as_deref(), Some("302000000000000184"));
        assert_eq!(failed.scadenza, day("2026-09-16"));
        assert_eq!(world.debt_now(other).await.status, "in_addebito");
        assert_eq!(world.mandate().await, "attivo", "no money today does not end a mandate");
        assert_eq!(world.page().await.distinte[0].status, DistintaStatus::Answered);

        app.work().await;
        let messages = app.inbox.all();
        assert_eq!(messages.len(), before + 1);
        let told = &messages[before];
        assert_eq!(told.to, "ricevute@posta.example");
        let (subject, text) = world::read(told);
        assert_eq!(subject, "[DIMOSTRAZIONE] Una retta è da pagare");
        assert!(text.contains("/prova/servizi-scolastici/pagamenti"), "{text}");
        for secret in ["81", "Luca", "123456", "Rossi"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_answer_again_changes_nothing() {
    each(async |app| {
        let world = World::new(app, 1).await;
        let debt = world.debt(1).await;
        world.prepare(OCTOBER).await;
        let bytes = report(&[record(1, "RJCT", "AM04")]);
        let first = world.import(&bytes).await;
        let after = world.debt_now(debt).await;
        app.work().await;
        let messages = app.inbox.all().len();
        let again = world.import(&bytes).await;
        assert!(!first.again && again.again);
        assert_eq!((first.lines, first.sha256), (again.lines.clone(), again.sha256.clone()));
        let known = sdd::answer(&app.portal, &world.rita, &again.sha256).await.unwrap();
        assert_eq!(known.lines, again.lines);
        // The same news in other bytes is not booked twice.
        let other = bytes.replace("BANK-1", "BANK-2");
        assert_eq!(world.fates(&other).await, [Fate::GiaNoto]);
        assert_eq!(world.debt_now(debt).await, after);
        app.work().await;
        assert_eq!(app.inbox.all().len(), messages);
        assert_eq!(world.page().await.answers.len(), 2);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn one_bad_record_refuses_the_file_and_nothing_is_booked() {
    each(async |app| {
        let world = World::new(app, 1).await;
        let debts = [world.debt(1).await, world.debt(2).await];
        world.prepare(OCTOBER).await;
        let amount =
            |text: &str| format!("<OrgnlTxRef><Amt><InstdAmt Ccy=\"EUR\">{text}</InstdAmt></Amt></OrgnlTxRef>");
        let umr = "<OrgnlTxRef><MndtRltdInf><MndtId>MENSA-2026-0000099</MndtId></MndtRltdInf></OrgnlTxRef>";
        let refused = async |bytes: &str| {
            let refused = sdd::import(&app.portal, &world.rita, "esito.xml", bytes.as_bytes()).await.unwrap();
            assert_eq!(world.states().await, ["in_addebito", "in_addebito"]);
            refused.map(|answer| answer.lines).unwrap_err()
        };
        let good = record(1, "RJCT", "AM04");
        let unreadable = refused(&report(&[good.clone(), record(2, "FORSE", "")])).await;
        assert_eq!(unreadable, AnswerRefused::Records(vec![(2, RecordFault::Unreadable(FaultKind::Status))]));
        for (rest, fault) in [(amount("81.03"), RecordFault::Amount), (umr.to_owned(), RecordFault::Mandate)] {
            let bytes = report(&[good.clone(), rejected(2, "AM04", &rest)]);
            assert_eq!(refused(&bytes).await, AnswerRefused::Records(vec![(2, fault)]));
        }
        let bytes_of_one = report(std::slice::from_ref(&good));
        for bytes in ["", "<a/>", "<!DOCTYPE a>", &bytes_of_one[..200]] {
            assert_eq!(refused(bytes).await, AnswerRefused::NotAReport, "{bytes}");
        }
        assert_eq!(count(app, "SELECT count(*) FROM esito_sdd WHERE ente_id = $1").await, 0);
        let bytes = report(&[good, rejected(2, "AM04", &amount("81.02"))]);
        assert_eq!(world.fates(&bytes).await, [Fate::Insoluto, Fate::Insoluto]);
        let notices: Vec<_> = [world.debt_now(debts[0]).await, world.debt_now(debts[1]).await]
            .map(|debt| debt.codice_avviso.unwrap())
            .into();
        assert_ne!(notices[0], notices[1], "each has its own notice");
        app.work().await;
        let told = app.inbox.all().iter().filter(|message| world::tells(message, "retta è da pagare")).count();
        assert_eq!(told, 1, "one message for one enrolment");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_follows_depends_on_the_reason() {
    each(async |app| {
        let world = World::new(app, 1).await;
        world.debt(1).await;
        world.prepare(OCTOBER).await;
        // Our own file was wrong: the debt waits for the next one, and the office looks.
        let answer = world.import(&report(&[record(1, "RJCT", "DT01")])).await;
        assert_eq!((answer.lines[0].fate, answer.lines[0].look), (Fate::Ripreso, true));
        assert_eq!((world.states().await, world.mandate().await.as_str()), (vec!["aperta".to_owned()], "attivo"));
        let second = world.prepare(OCTOBER).await;
        let file = sdd::download(&app.portal, &world.rita, second).await.unwrap();
        let text = String::from_utf8(file.content.to_vec()).unwrap();
        assert!(text.contains("<EndToEndId>2026-M-1-2</EndToEndId>"), "a second attempt has its own reference");
        // News about the first attempt does not touch the second one.
        assert_eq!(world.fates(&report(&[record(1, "RJCT", "AC04")])).await, [Fate::GiaNoto]);
        let closed = attempt(&record(1, "RJCT", "AC04"), 2);
        assert_eq!(world.fates(&report(&[closed])).await, [Fate::Insoluto]);
        assert_eq!(world.mandate().await, "sospeso");
        world.debt(2).await;
        let page = world.page().await;
        assert_eq!((page.proposal.count, page.proposal.without_mandate), (0, 1));
        assert_eq!(sdd::prepare(&app.portal, &world.rita, day(OCTOBER)).await.unwrap(), Prepared::Nothing);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn references_of_others_are_listed_and_change_nothing() {
    each(async |app| {
        let world = World::new(app, 1).await;
        world.debt(1).await;
        world.prepare(OCTOBER).await;
        let bytes = report(&[record(77, "RJCT", "AM04"), record(78, "ACSP", "")]);
        let answer = world.import(&bytes).await;
        assert!(answer.lines.iter().all(|line| line.fate == Fate::Sconosciuto && line.look));
        assert_eq!(world.states().await, ["in_addebito"]);
        let elsewhere = app.operatore_di(&app.altrove, "Rita", &[Ruolo::Ragioneria]).await;
        let own = report(&[record(1, "RJCT", "AM04")]);
        let foreign = sdd::import(&app.portal, &elsewhere, "esito.xml", own.as_bytes()).await.unwrap().unwrap();
        assert_eq!(foreign.lines[0].fate, Fate::Sconosciuto, "another ente has no such collection");
        assert_eq!(world.states().await, ["in_addebito"]);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_refused_as_a_whole_opens_its_debts_again() {
    each(async |app| {
        let world = World::new(app, 1).await;
        world.debt(1).await;
        let distinta = world.prepare(OCTOBER).await;
        sdd::download(&app.portal, &world.rita, distinta).await.unwrap();
        let whole = report(&[])
            .replace("PART", "RJCT")
            .replace("</GrpSts>", "</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>");
        let answer = world.import(&whole).await;
        let [line] = answer.lines.as_slice() else { panic!("{answer:?}") };
        assert_eq!((line.record, line.reference.as_str(), line.fate), (0, "SDD-2026-000001", Fate::Ripreso));
        assert_eq!((line.code.as_deref(), line.look), (Some("FF01"), true));
        assert_eq!(world.states().await, ["aperta"]);
        assert_eq!(world.page().await.distinte[0].status, DistintaStatus::Voided);
        assert_eq!(world.fates(&whole.replace("BANK-1", "BANK-2")).await, [Fate::GiaNoto]);
        let unknown = whole.replace("SDD-2026-000001", "ALTRO-1");
        assert_eq!(world.fates(&unknown).await, [Fate::Sconosciuto]);
        let refused = sdd::download(&app.portal, &world.rita, distinta).await;
        assert!(matches!(refused, Err(Error::NotAllowedNow)), "{refused:?}");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_is_the_same_each_time_and_given_up_only_before_it_went_out() {
    each(async |app| {
        let world = World::new(app, 1).await;
        world.debt(1).await;
        let first = world.prepare(OCTOBER).await;
        assert!(world.page().await.distinte[0].can_annul);
        sdd::annul(&app.portal, &world.rita, first).await.unwrap();
        assert_eq!(world.states().await, ["aperta"]);
        for refused in [
            sdd::annul(&app.portal, &world.rita, first).await.err(),
            sdd::download(&app.portal, &world.rita, first).await.err(),
        ] {
            assert!(matches!(refused, Some(Error::NotAllowedNow)), "{refused:?}");
        }
        let second = world.prepare(OCTOBER).await;
        let bytes = sdd::download(&app.portal, &world.rita, second).await.unwrap().content;
        let sent = world.page().await.distinte[0].clone();
        assert_eq!(
            (sent.status, sent.msg_id.as_str(), sent.can_annul),
            (DistintaStatus::Sent, "SDD-2026-000002", false)
        );
        app.clock.pass(chrono::TimeDelta::days(1));
        assert_eq!(sdd::download(&app.portal, &world.rita, second).await.unwrap().content, bytes);
        assert_eq!(world.page().await.distinte[0].downloaded_at, sent.downloaded_at, "the first time counts");
        let late = sdd::annul(&app.portal, &world.rita, second).await;
        assert!(matches!(late, Err(Error::NotAllowedNow)), "{late:?}");
        for file in walk(&app.folder.join("files")) {
            let kept = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
            assert!(!kept.contains("IT60X0542811101000000123456"), "{}", file.display());
        }
        at_peace(app).await;
    })
    .await;
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_collection_has_a_day_on_which_banks_settle_and_that_can_be_reached() {
    each(async |app| {
        let world = World::new(app, 1).await;
        world.debt(1).await;
        for (on, fault) in [
            ("2026-09-03", DayFault::TooSoon(day("2026-09-04"))),
            ("2026-01-01", DayFault::TooSoon(day("2026-09-04"))),
            ("2026-10-03", DayFault::Closed(day("2026-10-05"))),
            ("2026-12-25", DayFault::Closed(day("2026-12-28"))),
            ("2027-03-02", DayFault::TooFar(day("2027-03-01"))),
        ] {
            let prepared = sdd::prepare(&app.portal, &world.rita, day(on)).await.unwrap();
            assert_eq!(prepared, Prepared::Day(fault), "{on}");
        }
        let early = sdd::prepare(&app.portal, &world.rita, day("2026-09-30")).await.unwrap();
        assert_eq!(early, Prepared::Nothing, "it is due a day later");
        assert_eq!(world.states().await, ["aperta"]);
        assert_eq!(count(app, "SELECT count(*) FROM distinta_sdd WHERE ente_id = $1").await, 0);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_clerks_at_the_same_instant_make_one_file() {
    each(async |app| {
        let world = World::new(app, 1).await;
        for number in 1..=5 {
            world.debt(number).await;
        }
        let prepare = || {
            let (portal, rita) = (app.portal.clone(), world.rita.clone());
            tokio::spawn(async move { sdd::prepare(&portal, &rita, day(OCTOBER)).await })
        };
        let outcomes = [prepare(), prepare(), prepare()];
        let mut made = 0;
        for outcome in outcomes {
            match outcome.await.unwrap() {
                Ok(Prepared::Made(_)) => made += 1,
                Ok(Prepared::Nothing) | Err(Error::Stale) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((made, world.page().await.distinte.len()), (1, 1));
        assert_eq!(world.states().await, ["in_addebito"; 5]);
        let import = |bank: &str| {
            let (portal, rita) = (app.portal.clone(), world.rita.clone());
            let records: Vec<_> = (1..=5).map(|number| record(number, "RJCT", "AM04")).collect();
            let bytes = report(&records).replace("BANK-1", bank);
            tokio::spawn(async move { sdd::import(&portal, &rita, "esito.xml", bytes.as_bytes()).await })
        };
        let mut booked = 0;
        for outcome in [import("BANK-1"), import("BANK-1"), import("BANK-2")] {
            match outcome.await.unwrap() {
                Ok(Ok(answer)) => {
                    let insoluti = answer.lines.iter().filter(|line| line.fate == Fate::Insoluto).count();
                    booked += if answer.again { 0 } else { insoluti };
                }
                Err(Error::Stale) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((booked, world.states().await), (5, vec!["insoluta".to_owned(); 5]));
        app.work().await;
        let told = app.inbox.all().iter().filter(|message| world::tells(message, "retta è da pagare")).count();
        assert_eq!(told, 1);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn only_the_accounts_office_of_the_ente_comes_in() {
    each(async |app| {
        let world = World::new(app, 1).await;
        world.debt(1).await;
        let distinta = world.prepare(OCTOBER).await;
        let everything = async |ctx: &sportello_app::Ctx| {
            let portal = &app.portal;
            [
                sdd::page(portal, ctx).await.err(),
                sdd::prepare(portal, ctx, day(OCTOBER)).await.err(),
                sdd::download(portal, ctx, distinta).await.err(),
                sdd::annul(portal, ctx, distinta).await.err(),
                sdd::import(portal, ctx, "esito.xml", b"<a/>").await.err(),
                sdd::answer(portal, ctx, "ab").await.err(),
                sdd::take_out(portal, ctx, Formato::Csv).await.err(),
                sdd::take_out_answer(portal, ctx, "ab", Formato::Csv).await.err(),
            ]
        };
        for clerk in ["Anna", "Lara", "Ugo", "Capo"] {
            for refused in everything(&app.operatore(clerk).await).await {
                assert!(matches!(refused, Some(Error::Forbidden)), "{clerk}: {refused:?}");
            }
        }
        for outside in [app.cittadino("Rossi").await, app.nobody(&app.ente)] {
            for refused in everything(&outside).await {
                assert!(matches!(refused, Some(Error::SignInNeeded)), "{refused:?}");
            }
        }
        let elsewhere = app.operatore_di(&app.altrove, "Rita", &[Ruolo::Ragioneria]).await;
        for refused in [
            sdd::download(&app.portal, &elsewhere, distinta).await.err(),
            sdd::annul(&app.portal, &elsewhere, distinta).await.err(),
            sdd::download(&app.portal, &world.rita, DistintaId::new(uuid::Uuid::nil())).await.err(),
            sdd::answer(&app.portal, &elsewhere, "ab").await.err(),
            sdd::take_out_answer(&app.portal, &elsewhere, "ab", Formato::Csv).await.err(),
        ] {
            assert!(matches!(refused, Some(Error::NotFound)), "{refused:?}");
        }
        assert!(sdd::page(&app.portal, &elsewhere).await.unwrap().unwrap().distinte.is_empty());
        let table = sdd::take_out(&app.portal, &elsewhere, Formato::Csv).await;
        assert_eq!(taken_out(app, &elsewhere, "distinta.export_list", table).await.len(), 1, "the headings alone");
        assert_eq!(world.states().await, ["in_addebito"]);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_ente_that_does_not_collect_has_nothing_to_prepare() {
    let app = App::sqlite().await;
    let world = World::new(&app, 1).await;
    let mut ente = (*app.ente).clone();
    ente.settings.riscossione = None;
    let rita = sportello_app::Ctx { ente: std::sync::Arc::new(ente), ..world.rita.clone() };
    assert!(sdd::page(&app.portal, &rita).await.unwrap().is_none());
    let refused = sdd::prepare(&app.portal, &rita, day(OCTOBER)).await;
    assert!(matches!(refused, Err(Error::NotAllowedNow)), "{refused:?}");
    let refused = sdd::take_out(&app.portal, &rita, Formato::Csv).await;
    assert!(matches!(refused, Err(Error::NotAllowedNow)), "{refused:?}");
}

#[tokio::test]
async fn many_refusals_are_booked_in_steps() {
    each(async |app| {
        let world = World::new(app, 1).await;
        const MANY: i64 = 90;
        for number in 1..=MANY {
            world.debt(number).await;
        }
        world.prepare(OCTOBER).await;
        let records: Vec<_> = (1..=MANY).map(|number| record(number, "RJCT", "AM04")).collect();
        let some = report(&records[..40]);
        assert!(world.fates(&some).await.iter().all(|fate| *fate == Fate::Insoluto));
        let fates = world.fates(&report(&records)).await;
        let count = |wanted| fates.iter().filter(|fate| **fate == wanted).count();
        assert_eq!((count(Fate::GiaNoto), count(Fate::Insoluto)), (40, 50));
        assert!(world.states().await.iter().all(|state| state == "insoluta"));
        let notices = "SELECT count(DISTINCT codice_avviso) FROM posizione_debitoria WHERE ente_id = $1";
        assert_eq!(super::common::count(app, notices).await, MANY, "each has its own notice");
        at_peace(app).await;
    })
    .await;
}
