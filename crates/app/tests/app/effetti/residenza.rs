//! A change of residence: written down, and the tariff of the children who moved from the day that the rule says.

use chrono::{Datelike, NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, Error,
    bozza::{PageAction, Saved},
    invio::{self, Sent},
    tariffe::{self, NewPiano},
    testing::{App, Domanda, Figlio, SavePage, each},
    ufficio::{
        self, Decision, Expected,
        compiti::{self, CompitoKind},
    },
};
use sportello_domain::{
    id::{PraticaId, RowId},
    modello::view::Block,
};
use sportello_store::binds;

use super::{PRIVACY, at_peace, bozza, count, day, decide, offer, outlook};
use crate::sdd::world::World;

/// Tells that the applicant and this child move to a comune on a day.
async fn ask(app: &App, ctx: &Ctx, (comune, from): (&str, NaiveDate), child: Option<&Figlio>) -> PraticaId {
    let id = bozza::start(&app.portal, ctx, "cambio-residenza").await.unwrap();
    let rows: Vec<RowId> = match child {
        None => Vec::new(),
        Some(_) => {
            let action = PageAction::AddRow { group: "persone".into(), offered: None };
            app.save(ctx, id, "persone", SavePage { action, fields: Vec::new(), files: Vec::new() }).await.unwrap();
            let page = bozza::page(&app.portal, ctx, id, "persone").await.unwrap();
            let groups = page.page.blocks.iter().filter_map(|block| match block {
                Block::Group(group) => Some(group),
                Block::Field(_) => None,
            });
            groups.flat_map(|group| &group.rows).map(|row| row.row).collect()
        }
    };
    let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    };
    let date = |name: String, date: NaiveDate| {
        [("g", date.day()), ("m", date.month()), ("a", date.year() as u32)]
            .map(|(part, value)| (format!("{name}.{part}"), value.to_string()))
    };
    let mut people = Vec::new();
    for (figlio, row) in child.into_iter().zip(rows) {
        for (field, value) in
            [("figlio_cf", &figlio.codice_fiscale), ("figlio_cognome", &figlio.cognome), ("figlio_nome", &figlio.nome)]
        {
            people.push((format!("persone.{row}.{field}"), value.clone()));
        }
        people.extend(date(format!("persone.{row}.figlio_nascita"), figlio.nascita));
    }
    let mut home = owned(&[
        ("nuovo_comune", comune),
        ("nuovo_indirizzo", "Via Roma 3"),
        ("nuovo_cap", "24047"),
        ("richiesta_presentata", "si"),
        ("dpr445", "si"),
        ("regolamento", "si"),
    ]);
    home.extend(date("decorrenza".into(), from));
    let pages = [
        ("privacy", owned(PRIVACY)),
        ("richiedente", owned(&[("email", "rossi@posta.example")])),
        ("persone", people),
        ("casa", home),
    ];
    for (page, fields) in pages {
        let saved = app.save(ctx, id, page, SavePage { action: PageAction::Next, fields, files: Vec::new() }).await;
        assert!(matches!(saved, Ok(Saved::Next(_))), "{page}: {saved:?}");
    }
    let sent = invio::submit(&app.portal, ctx, id, app.invio_form(ctx, id).await).await;
    assert!(matches!(sent, Ok(Sent::Filed)), "{sent:?}");
    invio::sent(&app.portal, ctx, id).await.unwrap().pratiche[0].id
}

/// What the prices of all enrolments are reckoned from: days, and whether of residents.
async fn tariffs(app: &App) -> Vec<(NaiveDate, NaiveDate, bool)> {
    let ente = app.ente.id;
    let sql = "SELECT t.dal, t.al, t.residente FROM assegnazione_tariffa t
        JOIN iscrizione i ON i.ente_id = t.ente_id AND i.id = t.iscrizione_id
        WHERE t.ente_id = $1 ORDER BY i.created_at, i.id, t.dal";
    app.portal.store().read(ente, async move |read| read.fetch_all(sql, binds![ente]).await).await.unwrap()
}

/// Enrols a child, accepted.
async fn enrol(app: &App, cognome: &str, child: &Figlio) {
    let (ctx, anna) = (app.cittadino(cognome).await, app.operatore("Anna").await);
    let (_, pratiche) = app.file(&ctx, &Domanda::new([child.clone()])).await;
    ufficio::take(&app.portal, &anna, pratiche[0], 1).await.unwrap();
    let decision = Decision { version: 2, accept: true, reason: String::new() };
    ufficio::decide(&app.portal, &anna, pratiche[0], &decision).await.unwrap();
    app.clock.pass(TimeDelta::seconds(1));
}

async fn rule(app: &App, rule: &str) {
    let piano = format!(r#"{{ "listini": [{{ "fasce": [{{ "price_cents": 450 }}] }}], "decorrenza": "{rule}" }}"#);
    let piano = serde_json::from_str(&piano).unwrap();
    let new = NewPiano { dal: day(2026, 9, 1), al: None, atto: "Delibera n. 12/2026".into(), piano };
    tariffe::publish(&app.portal, app.ente.id, new).await.unwrap();
}

const FIRST: NaiveDate = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
const LAST: NaiveDate = NaiveDate::from_ymd_opt(2027, 8, 31).unwrap();

#[tokio::test]
async fn the_child_who_moves_pays_otherwise_from_the_day_of_the_rule_and_back() {
    each(async |app| {
        let (luca, sofia) = (Figlio::new("Luca", "Rossi", 1), Figlio::new("Sofia", "Rossi", 2));
        enrol(app, "Rossi", &luca).await;
        enrol(app, "Rossi", &sofia).await;
        let ctx = app.cittadino("Rossi").await;
        offer(app, shipped!("cambio-residenza")).await;
        // By the 15th from the first of the month: in October, when somebody moves on the 16th, from November on.
        rule(app, "giorno_15").await;
        app.clock.set("2026-09-20T08:00:00Z".parse().unwrap());
        let away = ask(app, &ctx, ("Treviglio", day(2026, 10, 16)), Some(&luca)).await;
        let expected = Expected::Residence {
            comune: "Treviglio (BG)".into(),
            residente: false,
            tariffs: Some((1, day(2026, 11, 1))),
            invoiced: false,
        };
        assert_eq!(outlook(app, away).await.expected, [expected]);
        let whole = (FIRST, LAST, true);
        assert_eq!(tariffs(app).await, [whole, whole]);
        decide(app, away, true).await.unwrap();
        let moved = [(FIRST, day(2026, 10, 31), true), (day(2026, 11, 1), LAST, false)];
        assert_eq!(tariffs(app).await, [&moved[..], &[whole]].concat());
        const ROWS: &str = "SELECT count(*) FROM residenza WHERE ente_id = $1";
        assert_eq!(count(app, ROWS).await, 2, "the parent and the child");

        // Whoever moves alone changes nobody's tariff.
        app.clock.pass(TimeDelta::minutes(1));
        let alone = ask(app, &ctx, ("Milano", day(2026, 10, 1)), None).await;
        decide(app, alone, true).await.unwrap();
        assert_eq!(tariffs(app).await, [&moved[..], &[whole]].concat());
        let audited = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'persona.residenza'";
        assert_eq!((count(app, ROWS).await, count(app, audited).await), (3, 2));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn an_older_declaration_is_not_accepted_after_a_newer_one() {
    each(async |app| {
        let luca = Figlio::new("Luca", "Rossi", 1);
        enrol(app, "Rossi", &luca).await;
        let ctx = app.cittadino("Rossi").await;
        offer(app, shipped!("cambio-residenza")).await;
        let older = ask(app, &ctx, ("Treviglio", day(2026, 9, 20)), Some(&luca)).await;
        app.clock.pass(TimeDelta::minutes(1));
        let newer = ask(app, &ctx, ("Milano", day(2026, 9, 10)), Some(&luca)).await;
        assert!(!outlook(app, older).await.moved);
        decide(app, newer, true).await.unwrap();
        let after = tariffs(app).await;
        assert_eq!(after, [(FIRST, day(2026, 9, 9), true), (day(2026, 9, 10), LAST, false)]);
        assert!(outlook(app, older).await.moved);
        let refused = decide(app, older, true).await;
        assert!(matches!(refused, Err(Error::NotAllowedNow)), "{refused:?}");
        assert_eq!(tariffs(app).await, after);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_moves_the_child_of_somebody_else() {
    each(async |app| {
        let elia = Figlio::new("Elia", "Bianchi", 3);
        enrol(app, "Bianchi", &elia).await;
        let ctx = app.cittadino("Rossi").await;
        offer(app, shipped!("cambio-residenza")).await;
        let asked = ask(app, &ctx, ("Treviglio", day(2026, 9, 10)), Some(&elia)).await;
        decide(app, asked, true).await.unwrap();
        assert_eq!(tariffs(app).await, [(FIRST, LAST, true)]);
        assert_eq!(count(app, "SELECT count(*) FROM residenza WHERE ente_id = $1 AND alunno_id IS NOT NULL").await, 0);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn days_that_are_invoiced_leave_a_task() {
    each(async |app| {
        let world = World::new(app, 1).await;
        // Its month is the text "9": behind every month of 2026.
        world.debt(9).await;
        let ctx = app.cittadino("Rossi").await;
        offer(app, shipped!("cambio-residenza")).await;
        let luca = Figlio::new("Luca", "Rossi", 1);
        let asked = ask(app, &ctx, ("Treviglio", day(2026, 9, 10)), Some(&luca)).await;
        decide(app, asked, true).await.unwrap();
        let open = compiti::list(&app.portal, &app.operatore("Anna").await).await.unwrap().open;
        let kinds: Vec<_> = open.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [CompitoKind::Conguaglio]);
    })
    .await;
}
