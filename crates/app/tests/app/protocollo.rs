//! The protocol register: read and annulled by those who may, told day by day in registers that are chained.

use chrono::{NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, Error, check, ente, pratica,
    protocollo::{self, GiornalieroRow, Search},
    testing::{App, Domanda, Figlio, each},
};
use sportello_domain::{ente::EnteSettings, foglio::Formato, id::BozzaId, protocollo::Registro, ruolo::Ruolo};
use sportello_store::{Json, Tx, binds};

use super::common::{at_peace, count, taken_out, whole};

const DEEDS: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'protocollo.annul'";
const OPENED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'registro_giornaliero.open'";

async fn filed(app: &App, cognome: &str, number: u64) -> BozzaId {
    let ctx = app.cittadino(cognome).await;
    app.file(&ctx, &Domanda::new([Figlio::new("Luca", cognome, number)])).await.0
}

async fn numbers(app: &App, ctx: &Ctx, search: Search) -> Vec<i64> {
    let found = protocollo::search(&app.portal, ctx, &search).await.unwrap();
    found.voci.iter().map(|voce| voce.numero).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[tokio::test]
async fn the_office_finds_an_entry_and_annuls_it_once() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let (first, _) = (filed(app, "Rossi", 1).await, filed(app, "Bianchi", 2).await);
        assert_eq!(numbers(app, &anna, Search::default()).await, [2, 1]);
        assert_eq!(numbers(app, &anna, Search { text: "rossi".into(), ..Search::default() }).await, [1]);
        let entry = protocollo::entry(&app.portal, &anna, first).await.unwrap();
        assert_eq!((entry.row.numero, entry.row.fascicolo.as_deref()), (1, Some("2026-VII/1.1")));
        assert_eq!(entry.pratiche.iter().map(|(_, number)| number.as_str()).collect::<Vec<_>>(), ["2026/1"]);
        assert!(entry.can_annul && entry.annullo.is_none());
        for (motivo, atto) in [("", "Det. 1"), ("doppione", " "), (&*"x".repeat(501), "Det. 1")] {
            let refused = protocollo::annul(&app.portal, &anna, first, motivo, atto).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        }
        protocollo::annul(&app.portal, &anna, first, " doppione\u{202e} ", "Det. 1/2026").await.unwrap();
        let again = protocollo::annul(&app.portal, &anna, first, "ancora", "Det. 2/2026").await;
        assert!(matches!(again, Err(Error::NotAllowedNow)), "{again:?}");
        let entry = protocollo::entry(&app.portal, &anna, first).await.unwrap();
        assert_eq!(entry.annullo.map(|annullo| annullo.motivo).as_deref(), Some("doppione"));
        assert_eq!((entry.row.numero, entry.can_annul), (1, false));
        assert_eq!(numbers(app, &anna, Search { annulled: true, ..Search::default() }).await, [1]);
        assert_eq!((count(app, DEEDS).await, check::all(&app.portal).await.unwrap()), (1, vec![]));
    })
    .await;
}

#[tokio::test]
async fn the_register_leaves_as_a_table_with_what_was_searched_for() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let (first, _) = (filed(app, "Rossi", 1).await, filed(app, "Bianchi", 2).await);
        filed(app, "Verdi", 3).await;
        protocollo::annul(&app.portal, &anna, first, "doppione", "Det. 1/2026").await.unwrap();
        let whole = table(app, &anna, &Search { page: 9, ..Search::default() }).await;
        assert_eq!(column(&whole, 0), ["1/2026", "2/2026", "3/2026"], "all of them, whichever page");
        assert_eq!(column(&whole, 2), ["entrata"; 3]);
        assert!(column(&whole, 5)[1].contains("Bianchi") && !whole.contains("doppione"), "{whole}");
        assert_eq!(column(&whole, 8).iter().filter(|day| day.is_empty()).count(), 2, "one was annulled");
        assert_eq!(column(&table(app, &anna, &Search { annulled: true, ..Search::default() }).await, 0), ["1/2026"]);
        let rossi = Search { text: "rossi".into(), ..Search::default() };
        assert_eq!(column(&table(app, &anna, &rossi).await, 0), ["1/2026"]);
        let (ente, sql) =
            (app.ente.id, "SELECT detail FROM audit WHERE ente_id = $1 AND action = 'protocollo.export_list'");
        let noted: Vec<(Json<serde_json::Value>,)> =
            app.portal.store().read(ente, async move |read| read.fetch_all(sql, binds![ente]).await).await.unwrap();
        assert_eq!(noted.len(), 3);
        assert!(noted.iter().all(|(Json(detail),)| !detail.to_string().contains("rossi")), "{noted:?}");
        let treasurer = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        let refused = protocollo::take_out(&app.portal, &treasurer, &Search::default(), Formato::Csv).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let altrove = app.operatore_di(&app.altrove, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        assert_eq!(table(app, &altrove, &Search::default()).await.lines().count(), 1, "the headings alone");
    })
    .await;
}

async fn table(app: &App, ctx: &Ctx, search: &Search) -> String {
    String::from_utf8(whole(protocollo::take_out(&app.portal, ctx, search, Formato::Csv).await.unwrap()).await).unwrap()
}

fn column(table: &str, at: usize) -> Vec<&str> {
    table.lines().skip(1).map(|line| line.split(';').nth(at).unwrap()).collect()
}

#[tokio::test]
async fn the_register_is_for_those_whose_role_reads_it_and_of_one_ente() {
    each(async |app| {
        let bozza = filed(app, "Rossi", 1).await;
        let (ugo, capo) = (app.operatore("Ugo").await, app.operatore("Capo").await);
        let clerk = app.operatore_di(&app.ente, "Ivo", &[Ruolo::OperatoreIstruzione]).await;
        for reader in [&ugo, &clerk] {
            assert!(!protocollo::entry(&app.portal, reader, bozza).await.unwrap().can_annul);
            let refused = protocollo::annul(&app.portal, reader, bozza, "doppione", "Det. 1").await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        let parent = app.cittadino("Rossi").await;
        for other in [&capo, &parent] {
            assert!(protocollo::search(&app.portal, other, &Search::default()).await.is_err());
            assert!(protocollo::entry(&app.portal, other, bozza).await.is_err());
            assert!(protocollo::daily_registers(&app.portal, other).await.is_err());
            assert!(protocollo::daily_register(&app.portal, other, day("2026-09-01")).await.is_err());
        }
        let far = app.operatore_di(&app.altrove, "Lontana", &[Ruolo::Responsabile]).await;
        assert!(numbers(app, &far, Search::default()).await.is_empty());
        assert!(matches!(protocollo::entry(&app.portal, &far, bozza).await, Err(Error::NotFound)));
        let annulled = protocollo::annul(&app.portal, &far, bozza, "doppione", "Det. 1").await;
        assert!(matches!(annulled, Err(Error::NotFound)), "{annulled:?}");
    })
    .await;
}

#[tokio::test]
async fn each_day_with_entries_gets_a_register_that_names_the_one_before() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let first = filed(app, "Rossi", 1).await;
        app.work().await;
        assert_eq!(protocollo::daily_registers(&app.portal, &anna).await.unwrap(), [], "the day is not over");
        // Two days without entries, then an annulment and an entry; the machine slept until the week after.
        app.clock.pass(TimeDelta::days(3));
        filed(app, "Bianchi", 2).await;
        protocollo::annul(&app.portal, &anna, first, "doppione", "Det. 1/2026").await.unwrap();
        app.clock.pass(TimeDelta::days(7));
        at_peace(app).await;
        let registers = protocollo::daily_registers(&app.portal, &anna).await.unwrap();
        let told: Vec<_> =
            registers.iter().map(|row| (row.seq, row.giorno, row.registrazioni, row.annullamenti)).collect();
        assert_eq!(told, [(2, day("2026-09-04"), 1, 1), (1, day("2026-09-01"), 1, 0)]);
        assert_eq!(registers[0].previous_sha256, registers[1].sha256);
        let file = protocollo::daily_register(&app.portal, &anna, day("2026-09-04")).await.unwrap();
        let text = String::from_utf8(file.content.to_vec()).unwrap();
        for words in
            ["Mario Bianchi", "<Motivo>doppione</Motivo>", &registers[1].sha256, "<NumeroRegistrazione>0000002<"]
        {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        assert_eq!(file.name, "registro-giornaliero-2026-09-04.xml");
        let none = protocollo::daily_register(&app.portal, &anna, day("2026-09-02")).await;
        assert!(matches!(none, Err(Error::NotFound)));
        assert_eq!(count(app, OPENED).await, 1);
        // The job once more: nothing is made twice.
        let ente = app.ente.id;
        let again = async move |tx: &mut Tx| {
            let sql = "UPDATE job SET state = 'da_fare' WHERE ente_id = $1 AND kind = 'registro_giornaliero'";
            tx.execute(sql, binds![ente]).await
        };
        assert!(app.portal.store().write(ente, again).await.unwrap() >= 1);
        at_peace(app).await;
        assert_eq!(protocollo::daily_registers(&app.portal, &anna).await.unwrap(), registers);
        let table = async |ctx| {
            let table = protocollo::take_out_daily(&app.portal, ctx, Formato::Csv).await;
            taken_out(app, ctx, "registro_giornaliero.export_list", table).await
        };
        let rows = table(&anna).await;
        let line = |row: &GiornalieroRow, day, numero| {
            let (seq, gone, bytes, sha256) = (row.seq, row.annullamenti, row.bytes, &row.sha256);
            format!("{day};{seq};1;{gone};{numero};{numero};{bytes};{sha256}")
        };
        assert_eq!(rows[1..], [line(&registers[0], "2026-09-04", 2), line(&registers[1], "2026-09-01", 1)]);
        let far = app.operatore_di(&app.altrove, "Lontana", &[Ruolo::Responsabile]).await;
        assert_eq!(table(&far).await.len(), 1, "the headings alone");
    })
    .await;
}

#[tokio::test]
async fn the_day_closes_an_hour_after_midnight_in_rome() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        app.clock.set("2026-09-10T21:59:59Z".parse().unwrap());
        filed(app, "Rossi", 1).await;
        app.clock.set("2026-09-10T22:59:59Z".parse().unwrap());
        app.work().await;
        assert_eq!(protocollo::daily_registers(&app.portal, &anna).await.unwrap().len(), 0);
        app.clock.set("2026-09-10T23:00:00Z".parse().unwrap());
        app.work().await;
        let made = protocollo::daily_registers(&app.portal, &anna).await.unwrap();
        assert_eq!(made.iter().map(|row| row.giorno).collect::<Vec<_>>(), [day("2026-09-10")]);
    })
    .await;
}

#[tokio::test]
async fn the_check_sees_a_register_that_was_changed_or_taken_out() {
    each(async |app| {
        for number in 1..=3 {
            filed(app, "Rossi", number).await;
            app.clock.pass(TimeDelta::days(1));
        }
        at_peace(app).await;
        let folder = app.folder.join("files").join(app.ente.id.to_string()).join("documento");
        let anna = app.operatore("Anna").await;
        let middle = protocollo::daily_registers(&app.portal, &anna).await.unwrap().remove(1);
        std::fs::write(folder.join(middle.documento_id.to_string()), b"altro").unwrap();
        let found = check::all(&app.portal).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].what.contains("document of the daily register 2"), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn an_annulled_entry_changes_no_pratica() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let (bozza, pratiche) = app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await;
        let before = pratica::page(&app.portal, &ctx, pratiche[0]).await.unwrap();
        let anna = app.operatore("Anna").await;
        protocollo::annul(&app.portal, &anna, bozza, "doppione", "Det. 1/2026").await.unwrap();
        let after = pratica::page(&app.portal, &ctx, pratiche[0]).await.unwrap();
        assert_eq!((after.row.status, after.protocol), (before.row.status, before.protocol));
    })
    .await;
}

#[tokio::test]
async fn a_register_that_nobody_keeps_yet_is_not_taken() {
    each(async |app| {
        let settings = EnteSettings { protocollo: Registro::External, ..app.ente.settings.clone() };
        let refused = ente::change(&app.portal, app.ente.id, settings).await;
        assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
    })
    .await;
}
