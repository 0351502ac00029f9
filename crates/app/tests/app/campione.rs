//! Sample checks: what is drawn from, that anybody draws the same again, that a period is drawn once, who checks.

use chrono::{Days, NaiveDate, TimeDelta};
use sportello_app::{
    Ctx, Error, Result,
    campione::{
        self, Draw, Drawn, EstrattaRow, Ground, MODELLO_WANTED, NOBODY, NOTE_WANTED, Outcome, PERCENT_WANTED,
        PERIOD_WANTED,
    },
    testing::{App, Domanda, Figlio, MODELLO, each},
    ufficio::{self, Act},
};
use sportello_domain::{
    calendar,
    campione::{Percent, Seed, draw, sha256},
    foglio::Formato,
    id::PraticaId,
    ruolo::Ruolo,
};
use sportello_store::{Json, binds, seal::Sealed};
use uuid::Uuid;

use super::common::{at_peace, count, noticed, rejection, taken_out};

const DEEDS: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action LIKE 'campione.%'";

fn child(cognome: &str) -> Figlio {
    Figlio::new("Luca", cognome, 1)
}

/// Files for a child and takes it in charge.
async fn taken(app: &App, cognome: &str, child: Figlio) -> (Ctx, PraticaId) {
    let (ctx, anna) = (app.cittadino(cognome).await, app.operatore("Anna").await);
    let (_, ids) = app.file(&ctx, &Domanda::new([child])).await;
    ufficio::take(&app.portal, &anna, ids[0], 1).await.unwrap();
    (ctx, ids[0])
}

async fn conclude(app: &App, id: PraticaId, outcome: ufficio::Outcome, reason: &str) {
    let act = Act { version: 2, outcome, reason: reason.into(), reply: String::new() };
    ufficio::conclude(&app.portal, &app.operatore("Anna").await, id, &act).await.unwrap();
}

/// The same, accepted.
async fn accepted(app: &App, cognome: &str, child: Figlio) -> PraticaId {
    let (_, id) = taken(app, cognome, child).await;
    conclude(app, id, ufficio::Outcome::Accept, "").await;
    id
}

fn today(app: &App) -> NaiveDate {
    calendar::legal_date(app.clock.now())
}

/// A draw of everything that was decided today; the next day comes.
async fn asked(app: &App, percent: u32) -> Draw {
    let day = today(app);
    app.clock.pass(TimeDelta::days(1));
    Draw { modello: None, dal: day, al: day, percent }
}

async fn drawn(app: &App, ctx: &Ctx, asked: &Draw) -> Uuid {
    match campione::draw(&app.portal, ctx, asked).await.unwrap() {
        Drawn::Done(id) => id,
        Drawn::Before(id) => panic!("{id} was drawn before"),
    }
}

async fn rows(app: &App, ctx: &Ctx, id: Uuid) -> Vec<EstrattaRow> {
    campione::page(&app.portal, ctx, id, 1).await.unwrap().rows
}

/// One draw with one pratica of Verdi.
async fn one(app: &App) -> (Uuid, PraticaId) {
    let id = accepted(app, "Verdi", child("Verdi")).await;
    let asked = asked(app, 5).await;
    (drawn(app, &app.operatore("Anna").await, &asked).await, id)
}

#[tokio::test]
async fn anybody_draws_the_same_again_and_what_does_not_fit_is_always_there() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let mut all = Vec::new();
        for cognome in ["Verdi", "Bianchi", "Neri", "Gialli", "Viola"] {
            all.push(accepted(app, cognome, child(cognome)).await);
        }
        // The code of another child: the form warns, and the office accepted it all the same.
        let odd = Figlio { codice_fiscale: child("Rossi").codice_fiscale, ..child("Grigi") };
        let odd = accepted(app, "Grigi", odd).await;
        let (_, partly) = taken(app, "Marrone", child("Marrone")).await;
        conclude(app, partly, ufficio::Outcome::AcceptPartly { effects: true }, "solo da ottobre").await;
        // Not accepted: neither of the two can be drawn.
        taken(app, "Azzurri", child("Azzurri")).await;
        let (ctx, rejected) = taken(app, "Arancio", child("Arancio")).await;
        let version = noticed(app, &ctx, &anna, rejected, 2).await;
        ufficio::conclude(&app.portal, &anna, rejected, &rejection(version, "fuori zona")).await.unwrap();
        all.extend([odd, partly]);

        let asked = asked(app, 20).await;
        let id = drawn(app, &anna, &asked).await;
        let page = campione::page(&app.portal, &anna, id, 1).await.unwrap();
        let kept = &page.campione.row;
        assert_eq!((kept.population, kept.percent, kept.checked), (7, 20, 0));
        let list = campione::population(&app.portal, &anna, id).await.unwrap();
        let list = String::from_utf8(list.content.to_vec()).unwrap();
        assert_eq!(list, "2026/1\n2026/2\n2026/3\n2026/4\n2026/5\n2026/6\n2026/7\n");
        assert_eq!(kept.population_sha256, sha256(&list));

        let table = async |ctx| campione::take_out(&app.portal, ctx, id, Formato::Csv).await;
        let lines = taken_out(app, &anna, "campione.export_list", table(&anna).await).await;
        let shown = page.rows.iter().map(|row| format!("{}/{};{};;", row.anno, row.numero, row.ground.stored()));
        assert_eq!(lines[0], "pratica.numero;controllo.motivo;controllo.esito;controllo.quando");
        assert_eq!(lines[1..], shown.collect::<Vec<_>>());
        let elsewhere = app.operatore_di(&app.altrove, "Anna", &[Ruolo::Responsabile]).await;
        assert!(matches!(table(&elsewhere).await, Err(Error::NotFound)));

        let seed = Seed(hex::decode(&kept.seed).unwrap().try_into().unwrap());
        let again = draw(list.lines(), seed, Percent::new(20).unwrap());
        let of = |ground| {
            let found = page.rows.iter().filter(move |row| row.ground == ground);
            found.map(|row| format!("{}/{}", row.anno, row.numero)).collect::<Vec<_>>()
        };
        assert_eq!(of(Ground::Drawn), again.iter().copied().collect::<Vec<_>>());
        assert_eq!(again.len(), 2, "a fifth of seven, rounded up");
        let odd_drawn = again.contains("2026/6");
        assert_eq!(of(Ground::Inconsistent), if odd_drawn { vec![] } else { vec!["2026/6".to_owned()] });
        assert_eq!((kept.chosen, kept.added), (2 + i64::from(!odd_drawn), i64::from(!odd_drawn)));

        let ente = app.ente.id;
        let sql = "SELECT detail FROM audit WHERE ente_id = $1 AND action = 'campione.draw' AND object_id = $2";
        let noted: (Json<serde_json::Value>,) =
            app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente, id]).await).await.unwrap();
        let noted = noted.0.0;
        assert_eq!(
            (&noted["seed"], &noted["percent"], &noted["population"]),
            (&kept.seed.clone().into(), &20.into(), &7.into())
        );
        assert_eq!(noted["population_sha256"], kept.population_sha256);
        for pratica in all {
            let chosen = page.rows.iter().any(|row| row.pratica_id == pratica);
            let shown = ufficio::page(&app.portal, &anna, pratica).await.unwrap().estratta;
            assert_eq!(shown.is_some_and(|shown| shown.campione == id && shown.readable), chosen);
        }
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn two_pratiche_about_one_child_do_not_fit_together() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let contested = accepted(app, "Rossi", child("Rossi")).await;
        app.file(&app.cittadino("Bianchi").await, &Domanda::new([child("Rossi")])).await;
        for cognome in ["Verdi", "Neri", "Gialli"] {
            accepted(app, cognome, child(cognome)).await;
        }
        let asked = asked(app, 1).await;
        let id = drawn(app, &anna, &asked).await;
        let chosen: Vec<PraticaId> = rows(app, &anna, id).await.into_iter().map(|row| row.pratica_id).collect();
        assert!(chosen.contains(&contested), "{chosen:?}");
        assert!((1..=2).contains(&chosen.len()), "one is drawn, and it may be that one: {chosen:?}");
    })
    .await;
}

#[tokio::test]
async fn a_period_is_drawn_once() {
    each(async |app| {
        let (anna, first) = (app.operatore("Anna").await, today(app));
        accepted(app, "Verdi", child("Verdi")).await;
        let one_day = asked(app, 5).await;
        // Two at once: one of them draws.
        let (a, b) =
            tokio::join!(campione::draw(&app.portal, &anna, &one_day), campione::draw(&app.portal, &anna, &one_day));
        let (a, b) = (a.unwrap(), b.unwrap());
        let id = match (a, b) {
            (Drawn::Done(id), Drawn::Before(before)) | (Drawn::Before(before), Drawn::Done(id)) if id == before => id,
            other => panic!("{other:?}"),
        };
        let before = rows(app, &anna, id).await;
        accepted(app, "Neri", child("Neri")).await;
        let second = today(app);
        app.clock.pass(TimeDelta::days(1));
        let only = Some(MODELLO.to_owned());
        for (modello, dal, al) in [
            (None, first, first),
            (only.clone(), first, first),
            (None, first, second),
            (only.clone(), first - Days::new(9), second),
        ] {
            let refused = campione::draw(&app.portal, &anna, &Draw { modello, dal, al, percent: 100 }).await.unwrap();
            assert_eq!(refused, Drawn::Before(id));
        }
        assert_eq!(rows(app, &anna, id).await, before);
        let next = Draw { modello: only, dal: second, al: second, percent: 100 };
        let next = drawn(app, &anna, &next).await;
        let all = campione::list(&app.portal, &anna).await.unwrap();
        let found: Vec<_> = all.rows.iter().map(|one| (one.row.id, one.row.population, one.title.is_some())).collect();
        assert_eq!(found, [(next, 1, true), (id, 1, false)]);
        let table = async |ctx: &Ctx| {
            let table = campione::take_out_draws(&app.portal, ctx, Formato::Csv).await;
            taken_out(app, ctx, "estrazione.export_list", table).await
        };
        let title = all.rows[0].title.clone().unwrap();
        let told = table(&app.operatore("Ugo").await).await;
        let line = |day: NaiveDate, title: &str, percent| format!("{day};{day};{title};{percent};1;1;0;0;");
        assert!(
            told[1].starts_with(&line(second, &title, 100)) && told[2].starts_with(&line(first, "", 5)),
            "{told:?}"
        );
        let far = app.operatore_di(&app.altrove, "Lontana", &[Ruolo::Responsabile]).await;
        assert_eq!((told.len(), table(&far).await.len()), (3, 1), "of another ente the headings alone");
        assert_eq!(count(app, DEEDS).await, 2, "what was refused is no deed");
        let ente = app.ente.id;
        let change = app.portal.store().write(ente, async move |tx| {
            tx.execute("UPDATE campione SET seed = '' WHERE ente_id = $1 AND id = $2", binds![ente, id]).await
        });
        assert!(change.await.is_err(), "a draw stays as it was drawn");
    })
    .await;
}

#[tokio::test]
async fn a_draw_has_its_bounds_and_only_a_responsabile_draws() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let good = asked(app, 5).await;
        let day = good.dal;
        let try_draw = async |asked: Draw| match campione::draw(&app.portal, &anna, &asked).await {
            Err(Error::Unacceptable(what)) => what,
            other => panic!("{other:?}"),
        };
        for percent in [0, 101, u32::MAX] {
            assert_eq!(try_draw(Draw { percent, ..good.clone() }).await, PERCENT_WANTED);
        }
        for (dal, al) in [(day, today(app)), (day, day - Days::new(1)), (day - Days::new(366), day)] {
            assert_eq!(try_draw(Draw { dal, al, ..good.clone() }).await, PERIOD_WANTED);
        }
        assert_eq!(try_draw(Draw { modello: Some("altro".into()), ..good.clone() }).await, MODELLO_WANTED);
        assert_eq!(try_draw(good.clone()).await, NOBODY);
        assert_eq!(
            try_draw(Draw { dal: day - Days::new(365), ..good.clone() }).await,
            NOBODY,
            "a leap year is a period"
        );
        let clerk = app.operatore_di(&app.ente, "Bruno", &[Ruolo::OperatoreIstruzione]).await;
        for other in [clerk, app.operatore("Lara").await, app.operatore("Ugo").await, app.operatore("Capo").await] {
            let refused = campione::draw(&app.portal, &other, &good).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
            assert!(matches!(campione::choices(&app.portal, &other).await, Err(Error::Forbidden)));
        }
        assert!(matches!(campione::list(&app.portal, &app.operatore("Lara").await).await, Err(Error::Forbidden)));
        let nobody = app.nobody(&app.ente);
        assert!(matches!(campione::draw(&app.portal, &nobody, &good).await, Err(Error::SignInNeeded)));
        assert_eq!(count(app, DEEDS).await, 0);
    })
    .await;
}

async fn record(app: &App, ctx: &Ctx, key: (Uuid, PraticaId, i64), outcome: Outcome, note: &str) -> Result<()> {
    campione::record(&app.portal, ctx, key, outcome, note).await
}

#[tokio::test]
async fn what_a_check_found_is_written_down_with_its_reason_and_sealed() {
    each(async |app| {
        let ((id, pratica), clerk) =
            (one(app).await, app.operatore_di(&app.ente, "Bruno", &[Ruolo::OperatoreIstruzione]).await);
        let key = |version| (id, pratica, version);
        for (outcome, note) in
            [(Outcome::Refuted, ""), (Outcome::Mendable, "  no "), (Outcome::Confirmed, &"x".repeat(2_001))]
        {
            let refused = record(app, &clerk, key(1), outcome, note).await;
            assert!(matches!(refused, Err(Error::Unacceptable(NOTE_WANTED))), "{refused:?}");
        }
        record(app, &clerk, key(1), Outcome::Mendable, " Manca il civico SEGRETO ").await.unwrap();
        let late = record(app, &clerk, key(1), Outcome::Confirmed, "").await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        let ugo = app.operatore("Ugo").await;
        let shown = campione::verifica(&app.portal, &ugo, id, pratica).await.unwrap();
        assert_eq!((shown.outcome, shown.note.as_deref()), (Some(Outcome::Mendable), Some("Manca il civico SEGRETO")));
        assert!(!shown.can_check && !shown.own);
        assert_eq!(shown.checked.unwrap().1, "Mario Bruno");
        let ente = app.ente.id;
        let sql = "SELECT sealed_note FROM campione_pratica WHERE ente_id = $1";
        let (sealed,): (Sealed,) =
            app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente]).await).await.unwrap();
        assert!(!String::from_utf8_lossy(sealed.as_bytes()).contains("SEGRETO"));
        // It was mended.
        record(app, &clerk, key(2), Outcome::Confirmed, "").await.unwrap();
        let page = campione::page(&app.portal, &ugo, id, 1).await.unwrap();
        assert_eq!((page.campione.row.checked, page.rows[0].outcome), (1, Some(Outcome::Confirmed)));
        let shown = campione::verifica(&app.portal, &ugo, id, pratica).await.unwrap();
        assert_eq!((shown.note, shown.version), (None, 3));
        let estratta =
            ufficio::page(&app.portal, &app.operatore("Lara").await, pratica).await.unwrap().estratta.unwrap();
        assert_eq!((estratta.outcome, estratta.readable), (Some(Outcome::Confirmed), false));
        let deeds = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'campione.check'";
        assert_eq!(count(app, deeds).await, 2);
        let told = "SELECT count(*) FROM audit WHERE ente_id = $1 AND CAST(detail AS TEXT) LIKE '%SEGRETO%'";
        assert_eq!(count(app, told).await, 0);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_checks_their_own_pratica_or_one_that_is_not_in_the_draw() {
    each(async |app| {
        let (id, pratica) = one(app).await;
        let key = (id, pratica, 1);
        let other = accepted(app, "Neri", child("Neri")).await;
        let anna = app.operatore("Anna").await;
        record(app, &anna, key, Outcome::Refuted, "La residenza è altrove").await.unwrap();
        // The applicant works here, too.
        let verdi = app.operatore_di(&app.ente, "Verdi", &[Ruolo::OperatoreIstruzione, Ruolo::Responsabile]).await;
        let refused = record(app, &verdi, (id, pratica, 2), Outcome::Confirmed, "").await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let own = campione::verifica(&app.portal, &verdi, id, pratica).await.unwrap();
        assert!(own.own && !own.can_check && own.note.is_none());
        for ctx in [app.operatore("Ugo").await, app.operatore("Lara").await, app.operatore("Capo").await] {
            let refused = record(app, &ctx, key, Outcome::Confirmed, "").await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        let altrove = app.operatore_di(&app.altrove, "Anna", &[Ruolo::Responsabile]).await;
        for (ctx, key) in [(&anna, (id, other, 1)), (&anna, (other.uuid(), pratica, 1)), (&altrove, key)] {
            assert!(matches!(record(app, ctx, key, Outcome::Confirmed, "").await, Err(Error::NotFound)));
            let refused = campione::verifica(&app.portal, ctx, key.0, key.1).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        }
        assert!(matches!(campione::page(&app.portal, &altrove, id, 1).await, Err(Error::NotFound)));
        assert!(matches!(campione::population(&app.portal, &altrove, id).await, Err(Error::NotFound)));
        assert!(campione::list(&app.portal, &altrove).await.unwrap().rows.is_empty());
        let kept = campione::verifica(&app.portal, &anna, id, pratica).await.unwrap();
        assert_eq!((kept.outcome, kept.version), (Some(Outcome::Refuted), 2));
    })
    .await;
}
