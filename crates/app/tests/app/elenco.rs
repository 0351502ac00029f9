//! The queue as a table: what its filters find, in both ways of writing it, for whom, and what remains noted.

use std::collections::BTreeSet;

use sportello_app::{
    Ctx, Error, Result,
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, Filter, QueueQuery, elenco},
};
use sportello_domain::{foglio::Formato, ruolo::Ruolo, zip};
use sportello_store::{Json, binds};

use super::common::count;

async fn bytes(app: &App, ctx: &Ctx, query: &QueueQuery, formato: Formato) -> Result<Vec<u8>> {
    let mut table = elenco::take_out(&app.portal, ctx, query, formato).await?;
    let mut whole = Vec::new();
    while let Some(part) = table.next().await? {
        whole.extend(part);
    }
    Ok(whole)
}

async fn csv(app: &App, ctx: &Ctx, query: &QueueQuery) -> String {
    String::from_utf8(bytes(app, ctx, query, Formato::Csv).await.unwrap()).unwrap()
}

fn numbers(table: &str) -> Vec<&str> {
    table.lines().skip(1).filter_map(|line| line.split(';').next()).collect()
}

/// Three pratiche; Anna works on the second one.
async fn filed(app: &App) -> Ctx {
    let anna = app.operatore("Anna").await;
    let mut luca = Figlio::new("Luca", "Rossi", 1);
    luca.alimenti = Some("maiale".into());
    app.file(&app.cittadino("Rossi").await, &Domanda::new([luca])).await;
    let (_, second) = app.file(&app.cittadino("Verdi").await, &Domanda::new([Figlio::new("Ugo", "Verdi", 2)])).await;
    app.file(&app.cittadino("Bianchi").await, &Domanda::new([Figlio::new("Nora", "Bianchi", 3)])).await;
    ufficio::take(&app.portal, &anna, second[0], 1).await.unwrap();
    anna
}

#[tokio::test]
async fn the_filters_of_the_address_are_those_of_the_table() {
    each(async |app| {
        let anna = filed(app).await;
        let whole = csv(app, &anna, &QueueQuery::default()).await;
        assert!(whole.starts_with("\u{feff}pratica.numero;pratica.protocollo;"), "{whole}");
        assert_eq!(numbers(&whole), ["2026/1", "2026/2", "2026/3"]);
        assert!(whole.contains(";Ugo Verdi;") && whole.contains(";in_carico;Mario Anna;"), "{whole}");
        assert!(!whole.contains("maiale"), "{whole}");
        // Whichever page the address is on, the table has all of them.
        let page = QueueQuery { page: 7, ..QueueQuery::default() };
        assert_eq!(numbers(&csv(app, &anna, &page).await).len(), 3);
        let mine = QueueQuery { filter: Filter::Mine, ..QueueQuery::default() };
        assert_eq!(numbers(&csv(app, &anna, &mine).await), ["2026/2"]);
        let unassigned = QueueQuery { filter: Filter::Unassigned, text: "bianchi".into(), ..QueueQuery::default() };
        assert_eq!(numbers(&csv(app, &anna, &unassigned).await), ["2026/3"]);
        let closed = QueueQuery { filter: Filter::Closed, ..QueueQuery::default() };
        assert_eq!(csv(app, &anna, &closed).await.lines().count(), 1, "the headings alone");
    })
    .await;
}

#[tokio::test]
async fn a_workbook_has_the_same_rows() {
    each(async |app| {
        let anna = filed(app).await;
        let book = bytes(app, &anna, &QueueQuery::default(), Formato::Xlsx).await.unwrap();
        let files = zip::testing::read(&book);
        let sheet = files.iter().find(|(name, _)| name == "xl/worksheets/sheet1.xml").expect("a sheet");
        let sheet = String::from_utf8(sheet.1.clone()).unwrap();
        assert_eq!(sheet.matches("<row>").count(), 4);
        for cell in ["pratica.numero", "2026/1", "2026/3", "Ugo Verdi", "Luca Rossi"] {
            assert!(sheet.contains(&format!(">{cell}</t>")), "{cell} is not in {sheet}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_table_leaves_one_note_without_what_was_searched_for() {
    each(async |app| {
        let anna = filed(app).await;
        let query = QueueQuery { text: "bianchi".into(), ..QueueQuery::default() };
        let table = csv(app, &anna, &query).await;
        let ente = app.ente.id;
        let sql = "SELECT detail FROM audit WHERE ente_id = $1 AND action = 'pratica.export_list'";
        let noted: Vec<(Json<serde_json::Value>,)> =
            app.portal.store().read(ente, async move |read| read.fetch_all(sql, binds![ente]).await).await.unwrap();
        let [(Json(detail),)] = noted.as_slice() else { panic!("{noted:?}") };
        assert_eq!((&detail["count"], &detail["searched"]), (&1.into(), &true.into()));
        assert!(!detail.to_string().contains("bianchi"), "{detail}");
        let deeds: BTreeSet<&str> = table.lines().skip(1).filter_map(|line| line.rsplit(';').next()).collect();
        assert_eq!(deeds.len(), 1, "each row names the deed");
    })
    .await;
}

#[tokio::test]
async fn only_those_who_take_pratiche_out_get_one_and_of_their_ente_alone() {
    each(async |app| {
        filed(app).await;
        let query = QueueQuery::default();
        let treasurer = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        for reader in [treasurer, app.operatore("Ugo").await, app.operatore("Capo").await] {
            let refused = bytes(app, &reader, &query, Formato::Csv).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        for outside in [app.cittadino("Rossi").await, app.nobody(&app.ente)] {
            assert!(matches!(bytes(app, &outside, &query, Formato::Xlsx).await, Err(Error::SignInNeeded)));
        }
        let altrove = app.operatore_di(&app.altrove, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        assert_eq!(csv(app, &altrove, &query).await.lines().count(), 1);
        let deeds = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.export_list'";
        assert_eq!(count(app, deeds).await, 0, "nothing left this ente");
    })
    .await;
}
