//! Import of families: whole or not at all, and twice is once.

use sportello_app::{
    famiglie,
    testing::{SCUOLA, each},
};

use super::common::count;

const ROWS: &str = "SELECT (SELECT count(*) FROM plesso WHERE ente_id = $1) * 1000000
    + (SELECT count(*) FROM classe WHERE ente_id = $1) * 10000
    + (SELECT count(*) FROM alunno WHERE ente_id = $1) * 100
    + (SELECT count(*) FROM legame WHERE ente_id = $1)";

#[tokio::test]
async fn the_same_file_again_makes_no_doubles() {
    each(async |app| {
        // The portal of a test has taken it in already.
        assert_eq!(count(app, ROWS).await, 1_01_02_02);
        for _ in 0..3 {
            let checked = famiglie::check(app.famiglie_csv().as_bytes()).unwrap_or_else(|faults| panic!("{faults:?}"));
            let counts = famiglie::import(&app.portal, app.ente.id, checked).await.unwrap();
            assert_eq!((counts.alunni, counts.paganti), (2, 1));
            assert_eq!(count(app, ROWS).await, 1_01_02_02);
        }
        // In another spelling of the file: commas, Windows line ends and letters.
        let other = app.famiglie_csv().replace(';', ",").replace('\n', "\r\n");
        let bytes: Vec<u8> = other.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
        let checked = famiglie::check(&bytes).unwrap_or_else(|faults| panic!("{faults:?}"));
        famiglie::import(&app.portal, app.ente.id, checked).await.unwrap();
        assert_eq!(count(app, ROWS).await, 1_01_02_02);
        let staged = "SELECT count(*) FROM importazione_riga WHERE ente_id = $1";
        assert_eq!(count(app, staged).await, 0, "nothing stays in the waiting room");
    })
    .await;
}

#[tokio::test]
async fn a_broken_file_writes_nothing() {
    each(async |app| {
        let good = app.famiglie_csv();
        let before = count(app, ROWS).await;
        let broken = [
            good.replace("primaria;1A", "liceo;1A"),
            good.replace(SCUOLA.0, ""),
            good.replace(";Rossi;Mario;", ";Ros\0si;Mario;"),
            good.replace("2018-01-03", "2018-13-03"),
            good.lines().next().unwrap().to_owned(),
            String::new(),
            format!("{good}solo;tre;campi\n"),
        ];
        for file in broken {
            let faults = famiglie::check(file.as_bytes()).err().expect("it is broken");
            assert!(!faults.is_empty() && faults[0].line >= 1 && !faults[0].reason.is_empty(), "{faults:?}");
        }
        assert_eq!(count(app, ROWS).await, before);
    })
    .await;
}
