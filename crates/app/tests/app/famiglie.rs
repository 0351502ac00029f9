//! Import of families: whole or not at all, and twice is once.

use chrono::{Days, NaiveDate};
use sportello_app::{
    famiglie,
    testing::{SCUOLA, each},
};
use sportello_domain::codice_fiscale::{CodiceFiscale, Sesso};

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

/// Lines of a large file: what a city has, and more than the short limit of a write can switch in.
const MANY: u64 = 60_000;
/// Days of birth that tell children (and payers) of one family name apart.
const DAYS: u64 = 1_500;

/// `MANY` invented children in two-child families.
fn large_file(header: &str) -> String {
    let person = |nome: &str, number: u64, born: i32| {
        let letter = |at: u64| char::from(b'B' + (at % 3) as u8);
        let family = number / DAYS;
        let cognome: String = [family / 27, family / 9, family / 3, family].into_iter().map(letter).collect();
        let nascita = NaiveDate::from_ymd_opt(born, 1, 1).unwrap() + Days::new(number % DAYS);
        // Surnames count by their first three letters: the fourth goes into the place.
        let luogo = ["A794", "F205", "H501"][(family % 3) as usize];
        let code = CodiceFiscale::compose(&cognome, nome, nascita, Sesso::Maschio, luogo).unwrap();
        (code.as_str().to_owned(), cognome, nascita)
    };
    let lines = (0..MANY).map(|number| {
        let (child, cognome, nascita) = person("Luca", number, 2014);
        let (payer, family, _) = person("Mario", number / 2, 1980);
        let class = number / 20 % 400;
        let plesso = class / 10;
        format!("S{plesso};Scuola {plesso};primaria;C{class};{class};{child};{cognome};Luca;{nascita};{payer};{family};Mario;\n")
    });
    std::iter::once(format!("{header}\n")).chain(lines).collect()
}

#[tokio::test]
async fn a_large_file_is_switched_in_whole() {
    each(async |app| {
        let header = app.famiglie_csv().lines().next().unwrap().to_owned();
        let checked = famiglie::check(large_file(&header).as_bytes());
        let checked = checked.unwrap_or_else(|faults| panic!("{:?}", faults.first()));
        let counts = famiglie::import(&app.portal, app.ente.id, checked).await.unwrap();
        assert_eq!((counts.lines, counts.alunni, counts.paganti), (60_000, 60_000, 30_000));
        // With the two of the portal of a test.
        assert_eq!(count(app, "SELECT count(*) FROM legame WHERE ente_id = $1").await, 60_002);
        assert_eq!(count(app, "SELECT count(*) FROM importazione_riga WHERE ente_id = $1").await, 0);
    })
    .await;
}
