//! Pratiche as a table: what is in it, what never is, who may take it, and what remains noted.

use chrono::{Days, TimeDelta};
use sportello_app::{
    Ctx, Error, Result,
    testing::{App, Domanda, Figlio, MODELLO, each},
    ufficio::esportazione::{self, REASON_WANTED, States, Wanted},
};
use sportello_domain::{anno_scolastico::AnnoScolastico, calendar, ruolo::Ruolo};

use super::common::count;

const IBAN: &str = "IT60X0542811101000000123456";

fn wanted() -> Wanted {
    Wanted { modello: MODELLO.into(), ..Wanted::default() }
}

async fn table(app: &App, ctx: &Ctx, wanted: &Wanted) -> Result<String> {
    let mut table = esportazione::export(&app.portal, ctx, wanted).await?;
    let mut whole = Vec::new();
    while let Some(lines) = table.next().await? {
        whole.extend(lines);
    }
    Ok(String::from_utf8(whole).unwrap())
}

/// The cells under a heading, one for each row.
fn column(table: &str, heading: &str) -> Vec<String> {
    let mut lines = table.trim_start_matches('\u{feff}').lines().map(|line| line.split(';'));
    let at = lines.next().unwrap().position(|found| found == heading);
    let at = at.unwrap_or_else(|| panic!("no column {heading} in {table}"));
    lines.map(|mut cells| cells.nth(at).unwrap().to_owned()).collect()
}

/// Two children of Rossi with an account and a diet, one of Bianchi without anything secret.
async fn filed(app: &App) {
    let mut luca = Figlio::new("Luca", "Rossi", 1);
    luca.alimenti = Some("maiale".into());
    let domanda = Domanda {
        iban: Some(IBAN.into()),
        isee: Some("12345,67".into()),
        ..Domanda::new([luca, Figlio::new("Sofia", "Rossi", 2)])
    };
    app.file(&app.cittadino("Rossi").await, &domanda).await;
    app.clock.pass(TimeDelta::days(2));
    app.file(&app.cittadino("Bianchi").await, &Domanda::new([Figlio::new("Nora", "Bianchi", 3)])).await;
}

#[tokio::test]
async fn each_pratica_is_a_row_and_class_a_stays_out() {
    each(async |app| {
        filed(app).await;
        let anna = app.operatore("Anna").await;
        let table = table(app, &anna, &wanted()).await.unwrap();
        assert!(table.starts_with("\u{feff}pratica.numero;pratica.protocollo;"), "{table}");
        assert_eq!(column(&table, "pratica.numero"), ["2026/1", "2026/2", "2026/3"]);
        assert_eq!(column(&table, "pratica.stato"), ["protocollata"; 3]);
        assert_eq!(column(&table, "pratica.alunno"), ["Luca Rossi", "Sofia Rossi", "Nora Bianchi"]);
        assert_eq!(column(&table, "figlio_nome"), ["Luca", "Sofia", "Nora"]);
        assert_eq!(column(&table, "giorni"), ["lun, gio"; 3]);
        assert_eq!(column(&table, "plesso"), ["Scuola primaria"; 3]);
        for secret in ["iban", "isee_valore", "dieta_tipo", "dieta_alimenti", IBAN, "12345", "maiale", "etico"] {
            assert!(!table.contains(secret), "{secret} is in {table}");
        }
        assert!(!column(&table, "esportazione")[0].is_empty());
        let deeds = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.export'";
        assert_eq!(count(app, deeds).await, 1);
        let readings = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.open_sealed'";
        assert_eq!(count(app, readings).await, 0);
    })
    .await;
}

#[tokio::test]
async fn income_and_accounts_leave_with_the_role_and_a_reason_and_each_reading_is_noted() {
    each(async |app| {
        filed(app).await;
        let (anna, lara) = (app.operatore("Anna").await, app.operatore("Lara").await);
        let sealed = |reason: &str| Wanted { sealed: Some(reason.into()), ..wanted() };
        let reason = "controllo delle fasce di reddito";
        assert!(matches!(table(app, &anna, &sealed(reason)).await, Err(Error::Forbidden)));
        let refused = table(app, &lara, &sealed("  no ")).await;
        assert!(matches!(refused, Err(Error::Unacceptable(REASON_WANTED))), "{refused:?}");
        let deeds = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'pratica.export'";
        assert_eq!(count(app, deeds).await, 0, "nothing left");

        let table = table(app, &lara, &sealed(reason)).await.unwrap();
        assert_eq!(column(&table, "iban"), [IBAN, IBAN, ""]);
        assert_eq!(column(&table, "isee_valore"), ["12345,67", "12345,67", ""]);
        for secret in ["dieta_tipo", "maiale", "etico"] {
            assert!(!table.contains(secret), "{secret} is in {table}");
        }
        let readings =
            "SELECT count(DISTINCT object_id) FROM audit WHERE ente_id = $1 AND action = 'pratica.open_sealed'";
        assert_eq!(count(app, readings).await, 3, "each has a diet answer, if only to say none");
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_the_table_and_an_empty_one_has_its_headings() {
    each(async |app| {
        let first = calendar::legal_date(app.clock.now());
        filed(app).await;
        let anna = app.operatore("Anna").await;
        let numbers = async |wanted: Wanted| column(&table(app, &anna, &wanted).await.unwrap(), "pratica.numero");
        assert_eq!(numbers(Wanted { until: Some(first), ..wanted() }).await, ["2026/1", "2026/2"]);
        assert_eq!(numbers(Wanted { from: Some(first + Days::new(1)), ..wanted() }).await, ["2026/3"]);
        assert_eq!(numbers(Wanted { states: States::Open, ..wanted() }).await.len(), 3);
        assert_eq!(numbers(Wanted { states: States::Closed, ..wanted() }).await, Vec::<String>::new());
        let anno = |year| Some(AnnoScolastico::beginning_in(year));
        assert_eq!(numbers(Wanted { anno_scolastico: anno(2026), ..wanted() }).await.len(), 3);
        let none = table(app, &anna, &Wanted { anno_scolastico: anno(2025), ..wanted() }).await.unwrap();
        assert_eq!((none.lines().count(), none.contains(";figlio_nome;")), (1, true), "{none}");
    })
    .await;
}

#[tokio::test]
async fn only_the_right_people_of_the_same_ente_take_pratiche_out() {
    each(async |app| {
        filed(app).await;
        let altrove = app.operatore_di(&app.altrove, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        assert!(matches!(table(app, &altrove, &wanted()).await, Err(Error::NotFound)));
        assert!(esportazione::choices(&app.portal, &altrove).await.unwrap().modelli.is_empty());
        for name in ["Ugo", "Capo"] {
            let reader = app.operatore(name).await;
            assert!(matches!(table(app, &reader, &wanted()).await, Err(Error::Forbidden)), "{name}");
            assert!(matches!(esportazione::choices(&app.portal, &reader).await, Err(Error::Forbidden)), "{name}");
        }
        for outside in [app.cittadino("Rossi").await, app.nobody(&app.ente)] {
            assert!(matches!(table(app, &outside, &wanted()).await, Err(Error::SignInNeeded)));
        }
        let anna = app.operatore("Anna").await;
        let unknown = Wanted { modello: "altro".into(), ..Wanted::default() };
        assert!(matches!(table(app, &anna, &unknown).await, Err(Error::NotFound)));
        let choices = esportazione::choices(&app.portal, &anna).await.unwrap();
        assert_eq!((choices.modelli.len(), choices.can_open_sealed), (1, false));
        assert_eq!(choices.anni, [AnnoScolastico::beginning_in(2026)]);
    })
    .await;
}
