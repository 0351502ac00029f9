//! What the office is told of a pratica beside what the ente knows already.

use chrono::{NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, pratica,
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, Confronto, insieme},
};
use sportello_domain::{
    id::{PersonaId, PosizioneId, PraticaId},
    modello::{Difference, view::Answer},
    ruolo::Ruolo,
};
use sportello_store::binds;
use uuid::Uuid;

use super::{bozza_duplica::open, per_conto::at_desk};

const POSIZIONE: &str = "INSERT INTO posizione_debitoria (ente_id, id, documento_id, persona_id, alunno_id, causale, amount_cents, settled_cents, scadenza, modalita, status, codice_avviso, tassonomia, version, created_at, updated_at)
    VALUES ($1, $2, NULL, $3, NULL, 'Mensa', 5000, 0, $4, $5, $6, NULL, '9/0107101TS/', 1, $7, $7)";

/// A debt of 50,00 € under a number.
async fn owes(
    app: &App,
    persona: PersonaId,
    number: u128,
    (due, modalita, status): (NaiveDate, &'static str, &'static str),
) {
    let (ente, id, now) = (app.ente.id, PosizioneId::new(Uuid::from_u128(number)), app.clock.now());
    let add = app.portal.store().write(ente, async move |tx| {
        tx.execute(POSIZIONE, binds![ente, id, persona, due, modalita, status, now]).await
    });
    add.await.unwrap();
}

async fn confronto(app: &App, clerk: &Ctx, id: PraticaId) -> Confronto {
    ufficio::page(&app.portal, clerk, id).await.unwrap().confronto
}

fn text(words: &str) -> Option<Answer> {
    Some(Answer::Text(words.into()))
}

fn domanda(nome: &str, email: &str) -> Domanda {
    Domanda { email: email.into(), ..Domanda::new([Figlio::new(nome, "Verdi", 1)]) }
}

#[tokio::test]
async fn the_filing_of_the_year_before_stands_beside_that_of_today() {
    each(async |app| {
        let verdi = app.cittadino("Verdi").await;
        let clerk = app.operatore_di(&app.ente, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        let isee = Some("9876,54".to_owned());
        let first = app.file(&verdi, &Domanda { isee, ..domanda("Luca", "prima@posta.example") }).await.1[0];
        let found = confronto(app, &clerk, first).await;
        assert!(found.earlier.is_none(), "{:?}", found.earlier);
        app.clock.pass(TimeDelta::hours(1));
        open(app, 2027).await;
        let second = app.file(&verdi, &domanda("Luca", "dopo@posta.example")).await.1[0];
        let earlier = confronto(app, &clerk, second).await.earlier.unwrap();
        assert_eq!((earlier.id, earlier.anno.to_string().as_str()), (first, "2026/2027"));
        let mail = Difference {
            label: "E-mail".into(),
            row: None,
            known: text("prima@posta.example"),
            answer: text("dopo@posta.example"),
        };
        assert_eq!(earlier.differences, [mail], "what is of class A is not compared");
        // The other parent enrolled the child: that is the filing of the year before all the same.
        app.clock.pass(TimeDelta::hours(1));
        open(app, 2028).await;
        let rossi = app.cittadino("Rossi").await;
        let third = app.file(&rossi, &domanda("Luca", "dopo@posta.example")).await.1[0];
        let earlier = confronto(app, &clerk, third).await.earlier.unwrap();
        assert_eq!(earlier.id, second);
        assert!(earlier.differences.iter().any(|found| found.label == "Codice fiscale"), "{:?}", earlier.differences);
        // Another child has none, and one that is over is compared with nothing.
        let other = app.file(&verdi, &domanda("Anna", "dopo@posta.example")).await.1[0];
        assert!(confronto(app, &clerk, other).await.earlier.is_none());
        pratica::withdraw(&app.portal, &rossi, third).await.unwrap();
        assert!(confronto(app, &clerk, third).await.earlier.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_filing_that_was_withdrawn_is_compared_with_nothing() {
    each(async |app| {
        let verdi = app.cittadino("Verdi").await;
        let clerk = app.operatore_di(&app.ente, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        let first = app.file(&verdi, &domanda("Luca", "prima@posta.example")).await.1[0];
        pratica::withdraw(&app.portal, &verdi, first).await.unwrap();
        app.clock.pass(TimeDelta::hours(1));
        open(app, 2027).await;
        let second = app.file(&verdi, &domanda("Luca", "dopo@posta.example")).await.1[0];
        assert!(confronto(app, &clerk, second).await.earlier.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_child_is_found_that_had_no_codice_fiscale_then() {
    each(async |app| {
        let verdi = app.cittadino("Verdi").await;
        let clerk = app.operatore_di(&app.ente, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        let without = |nome: &str| Figlio { codice_fiscale: String::new(), ..Figlio::new(nome, "Verdi", 1) };
        let both = Domanda { email: "prima@posta.example".into(), ..Domanda::new([without("Luca"), without("Anna")]) };
        let first = app.file(&verdi, &both).await.1[0];
        app.clock.pass(TimeDelta::hours(1));
        open(app, 2027).await;
        let second = app.file(&verdi, &domanda("Luca", "prima@posta.example")).await.1[0];
        let earlier = confronto(app, &clerk, second).await.earlier.unwrap();
        assert_eq!(earlier.id, first);
        assert!(earlier.differences.iter().any(|found| found.label == "Codice fiscale del figlio"), "{earlier:?}");
    })
    .await;
}

#[tokio::test]
async fn another_contact_than_that_of_the_profile_is_told_without_what_the_profile_says() {
    each(async |app| {
        let verdi = app.cittadino("Verdi").await;
        let clerk = app.operatore_di(&app.ente, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        let id = app.file(&verdi, &domanda("Luca", "altra@posta.example")).await.1[0];
        let mail = Difference { label: "E-mail".into(), row: None, known: None, answer: text("altra@posta.example") };
        assert_eq!(confronto(app, &clerk, id).await.person, [mail]);
        let lines = insieme::preview(&app.portal, &clerk, insieme::Deed::Accept, &[id]).await.unwrap();
        assert_eq!(lines[0].warnings, 1, "whoever accepts several at once is told too");
        // What the form itself offered from the last filing is no news a year later.
        app.clock.pass(TimeDelta::hours(1));
        open(app, 2027).await;
        let id = app.file(&verdi, &domanda("Luca", "altra@posta.example")).await.1[0];
        assert_eq!(confronto(app, &clerk, id).await.person, []);
    })
    .await;
}

#[tokio::test]
async fn what_is_filed_at_the_desk_is_not_compared_with_the_profile() {
    each(async |app| {
        app.cittadino("Verdi").await;
        let clerk = app.operatore_di(&app.ente, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        let (_, desk) = at_desk(app, &clerk, "Verdi").await;
        let id = app.file(&desk, &domanda("Luca", "altra@posta.example")).await.1[0];
        assert_eq!(confronto(app, &clerk, id).await.person, []);
    })
    .await;
}

#[tokio::test]
async fn debts_that_are_overdue_are_told_to_those_who_decide() {
    each(async |app| {
        let verdi = app.cittadino("Verdi").await;
        let clerk = app.operatore_di(&app.ente, "Anna", &[Ruolo::OperatoreIstruzione]).await;
        let id = app.file(&verdi, &domanda("Luca", "verdi@posta.example")).await.1[0];
        let today = sportello_domain::calendar::legal_date(app.clock.now());
        let persona = verdi.richiedente().unwrap();
        let other = app.cittadino("Rossi").await.richiedente().unwrap();
        // Due today is not overdue; what was paid or cancelled is not owed; a bank debits by itself; others owe for themselves.
        let yesterday = today - TimeDelta::days(1);
        owes(app, persona, 1, (today, "PAGOPA", "aperta")).await;
        owes(app, persona, 2, (yesterday, "PAGOPA", "pagata")).await;
        owes(app, persona, 3, (yesterday, "PAGOPA", "annullata")).await;
        owes(app, persona, 4, (yesterday, "SDD", "aperta")).await;
        owes(app, other, 5, (yesterday, "PAGOPA", "aperta")).await;
        assert_eq!(confronto(app, &clerk, id).await.overdue, 0);
        owes(app, persona, 6, (yesterday, "PAGOPA", "aperta")).await;
        owes(app, persona, 7, (yesterday, "SDD", "insoluta")).await;
        let found = confronto(app, &clerk, id).await;
        assert_eq!((found.overdue, found.warnings()), (2, 1));
        for ruolo in [Ruolo::OperatoreDiete, Ruolo::Auditor] {
            let reader = app.operatore_di(&app.ente, "Bruno", &[ruolo]).await;
            assert_eq!(confronto(app, &reader, id).await.overdue, 0, "{ruolo:?}");
        }
    })
    .await;
}
