//! From meals to debts: attendance comes in whole, a run issues each invoice once, a credit note takes one back.

use chrono::{NaiveDate, TimeDelta};
use sportello_app::{
    Actor, Ctx, Error, documenti_contabili, fatturazione,
    fatturazione::{CicloStatus, DocumentFilter, DocumentQuery, Lines},
    presenze::{self, Fault, Imported},
    riconciliazione::{self, Outcome, Subject},
    tariffe::{self, NewPiano},
    testing::{App, Domanda, Figlio, SCUOLA, codice_fiscale, each},
    ufficio::{self, Decision},
};
use sportello_domain::{
    fatturazione::{Anomaly, Modalita, Periodo},
    foglio::Formato,
    id::{CicloId, PersonaId},
    posizione::PosizioneStatus,
    ruolo::{Ambito, Ruolo},
};
use sportello_store::{
    Tx, binds,
    documento_contabile::{self, DocumentoContabileRow, Kind},
    posizione::{self, PosizioneRow},
    scuola::{self, PlessoRow},
};

use super::common::{count, taken_out};

const IBAN: &str = "IT60X0542811101000000123456";
const PIANO: &str = r#"{
    "listini": [
        { "residente": true, "fasce": [{ "up_to_cents": 1500000, "price_cents": 365 }, { "price_cents": 450 }] },
        { "fasce": [{ "price_cents": 500 }] }
    ],
    "fratelli": { "order": "nascita", "riduzioni": [{ "from_child": 2, "off": { "percent_bp": 1500 } }] }
}"#;

/// An ente with a tariff plan, a clerk of its accounts office, and a clock that stands in November.
struct World<'a> {
    app: &'a App,
    rita: Ctx,
}

impl<'a> World<'a> {
    /// With these applications filed and accepted.
    async fn new(app: &'a App, domande: &[(&str, Domanda)]) -> Self {
        let rita = app.operatore_di(&app.ente, "Rita", &[Ruolo::Ragioneria]).await;
        let anna = app.operatore("Anna").await;
        for (payer, domanda) in domande {
            // Keys made in the same millisecond have no order, and invoices are numbered by that of the payers.
            app.clock.pass(TimeDelta::seconds(1));
            let ctx = app.cittadino(payer).await;
            for id in app.file(&ctx, domanda).await.1 {
                ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
                let decision = Decision { version: 2, accept: true, reason: String::new() };
                ufficio::decide(&app.portal, &anna, id, &decision).await.unwrap();
            }
        }
        let new = NewPiano {
            dal: day("2026-09-01"),
            al: None,
            atto: "Delibera di Giunta n. 12/2026".into(),
            piano: serde_json::from_str(PIANO).unwrap(),
        };
        tariffe::publish(&app.portal, app.ente.id, new).await.unwrap();
        app.work().await;
        app.clock.set("2026-11-02T08:00:00Z".parse().unwrap());
        Self { app, rita }
    }

    async fn import(&self, text: &str) -> Result<Imported, Vec<Fault>> {
        presenze::import(&self.app.portal, &self.rita, text.as_bytes().to_vec()).await.unwrap()
    }

    /// Brings in the first days of October on which these children ate.
    async fn eat(&self, meals: &[(&Figlio, u32)]) {
        let imported = self.import(&october(meals)).await.unwrap();
        assert_eq!(imported.new as usize, imported.lines);
    }

    async fn open(&self, month: &str) -> CicloId {
        fatturazione::open(&self.app.portal, &self.rita, Periodo::from_stored(month).unwrap()).await.unwrap()
    }

    async fn preview(&self, id: CicloId) -> fatturazione::Preview {
        fatturazione::preview(&self.app.portal, &self.rita, id).await.unwrap()
    }

    /// Issues a run and works its job.
    async fn issue(&self, id: CicloId) {
        fatturazione::issue(&self.app.portal, &self.rita, id).await.unwrap();
        self.app.work().await;
        assert_eq!(self.preview(id).await.ciclo.status, CicloStatus::Issued);
    }

    /// Every document, the oldest first, with its debt.
    async fn documents(&self) -> Vec<(DocumentoContabileRow, Option<PosizioneRow>)> {
        let ente = self.app.ente.id;
        let read = self.app.portal.store().read(ente, async move |read| {
            let sql = "SELECT DISTINCT persona_id FROM documento_contabile WHERE ente_id = $1 ORDER BY persona_id";
            let people: Vec<(PersonaId,)> = read.fetch_all(sql, binds![ente]).await?;
            let mut found = Vec::new();
            for (persona,) in people {
                for child in documento_contabile::children(read, ente, persona).await? {
                    for row in documento_contabile::of_child(read, ente, persona, child.alunno_id).await? {
                        let debt = posizione::of_document(read, ente, row.id).await?;
                        found.push((row, debt));
                    }
                }
            }
            Ok(found)
        });
        let mut found = read.await.unwrap();
        found.sort_by_key(|(row, _)| (row.kind == Kind::CreditNote, row.numero));
        found
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn luca() -> Figlio {
    Figlio::new("Luca", "Rossi", 1)
}

fn sofia() -> Figlio {
    Figlio::new("Sofia", "Rossi", 2)
}

/// A file of attendance: each child ate on so many days from the first of October on.
fn october(meals: &[(&Figlio, u32)]) -> String {
    let lines = meals.iter().flat_map(|(figlio, count)| {
        (1..=*count).map(|day| format!("2026-10-{day:02};{};PRESENTE\n", figlio.codice_fiscale))
    });
    format!("data;alunno_codice_fiscale;stato\n{}", lines.collect::<String>())
}

fn rossi() -> (&'static str, Domanda) {
    ("Rossi", Domanda { isee: Some("12.000,00".into()), ..Domanda::new([luca(), sofia()]) })
}

fn verdi() -> (&'static str, Domanda) {
    ("Verdi", Domanda { iban: Some(IBAN.into()), ..Domanda::new([Figlio::new("Ugo", "Verdi", 3)]) })
}

#[tokio::test]
async fn the_files_of_attendance_are_listed_and_leave_without_a_child() {
    each(async |app| {
        let world = World::new(app, &[rossi()]).await;
        world.eat(&[(&luca(), 2)]).await;
        app.clock.pass(TimeDelta::seconds(1));
        // The same file again: read, and nothing new in it.
        let again = presenze::import(&app.portal, &world.rita, october(&[(&luca(), 2)]).into_bytes()).await;
        assert!(again.unwrap().is_ok());
        let shown = presenze::imported(&app.portal, &world.rita).await.unwrap();
        assert_eq!(shown.iter().map(|one| (one.lines, one.new)).collect::<Vec<_>>(), [(2, 0), (2, 2)]);
        let table = async |ctx| {
            let table = presenze::take_out(&app.portal, ctx, Formato::Csv).await;
            taken_out(app, ctx, "presenza.export_list", table).await
        };
        assert_eq!(
            table(&world.rita).await,
            [
                "importazione.quando;importazione.chi;importazione.righe;importazione.nuove",
                "2026-11-02T09:00:01+01:00;Mario Rita;2;0",
                "2026-11-02T09:00:00+01:00;Mario Rita;2;2",
            ]
        );
        let elsewhere = app.operatore_di(&app.altrove, "Rita", &[Ruolo::Ragioneria]).await;
        assert_eq!(table(&elsewhere).await.len(), 1, "the headings alone");
    })
    .await;
}

#[tokio::test]
async fn a_school_says_who_was_there_for_its_own_plessi_alone() {
    each(async |app| {
        let world = World::new(app, &[rossi()]).await;
        let ctx = app.operatore_di(&app.ente, "Ines", &[]).await;
        let Actor::Operatore(ines, _) = &ctx.actor else { panic!("Ines is staff") };
        let ctx = Ctx { actor: Actor::Operatore(ines.clone(), vec![Ruolo::OperatoreScuola]), ..ctx.clone() };
        let import = async || presenze::import(&app.portal, &ctx, october(&[(&luca(), 1)]).into_bytes()).await.unwrap();
        let none = import().await.unwrap_err();
        assert!(none[0].reason.contains("non è iscritto"), "without a plesso no child is known: {none:?}");
        let other = PlessoRow {
            codice: "BGAA0ALTRO1".into(),
            name: "Altrove".into(),
            grado: "infanzia".into(),
            service_open: true,
            sort: 9,
        };
        for (plesso, known) in [("BGAA0ALTRO1", false), (SCUOLA.0, true)] {
            let (ente, other) = (app.ente.id, other.clone());
            let put = async move |tx: &mut Tx| scuola::put_plesso(tx, ente, &other).await;
            app.portal.store().write(ente, put).await.unwrap();
            app.grant(&app.ente, "Ines", Ruolo::OperatoreScuola, Ambito::Plesso(plesso.into())).await;
            assert_eq!(import().await.is_ok(), known, "{plesso}");
            let schools = presenze::schools(&app.portal, &ctx).await.unwrap().expect("those of the role");
            assert_eq!(schools.len(), if known { 2 } else { 1 }, "{schools:?}");
        }
        // The same key at another ente, where the school of that code is another.
        let (altrove, same) = (app.altrove.id, PlessoRow { codice: SCUOLA.0.into(), ..other });
        let put = async move |tx: &mut Tx| scuola::put_plesso(tx, altrove, &same).await;
        app.portal.store().write(altrove, put).await.unwrap();
        app.grant(&app.altrove, "Ines", Ruolo::OperatoreScuola, Ambito::Plesso(SCUOLA.0.into())).await;
        let elsewhere = Ctx { ente: app.altrove.clone(), ..ctx.clone() };
        let file = october(&[(&luca(), 1)]).into_bytes();
        let unknown = presenze::import(&app.portal, &elsewhere, file).await.unwrap().unwrap_err();
        assert!(unknown[0].reason.contains("non è iscritto"), "a child of another ente: {unknown:?}");
        assert!(world.import(&october(&[(&luca(), 2)])).await.is_ok(), "the office knows every child");
    })
    .await;
}

#[tokio::test]
async fn a_month_of_meals_becomes_invoices_and_debts() {
    each(async |app| {
        let world = World::new(app, &[rossi(), verdi()]).await;
        let ugo = Figlio::new("Ugo", "Verdi", 3);
        world.eat(&[(&luca(), 18), (&sofia(), 17), (&ugo, 18)]).await;
        let id = world.open("2026-10").await;
        assert_eq!(world.open("2026-10").await, id, "a month has one run");
        let preview = world.preview(id).await;
        assert_eq!((preview.count, preview.by_debit, preview.meals, preview.anomaly_count), (3, 1, 53, 0));
        assert_eq!(preview.total.cents(), 18 * 365 + 17 * 310 + 18 * 450);
        assert_eq!(preview.net.cents() + preview.vat.cents(), preview.total.cents());
        assert!(preview.ciclo.can_issue && preview.issued_count == 0);
        world.issue(id).await;
        let documents = world.documents().await;
        let facts: Vec<_> = documents.iter().map(|(row, _)| (row.numero, row.total_cents)).collect();
        assert_eq!(facts, [(1, 6_570), (2, 5_270), (3, 8_100)]);
        let (row, debt) = &documents[1];
        let riga = &row.righe.0[0];
        assert_eq!((riga.quantity, riga.unit.cents()), (17, 310));
        assert_eq!(riga.rule, "fascia ISEE 1 di 2, residenti (3,65\u{a0}€), riduzione del 15% per il 2º figlio");
        assert_eq!((row.emesso_il, row.scadenza), (day("2026-11-02"), day("2026-12-02")));
        let debt = debt.as_ref().unwrap();
        assert_eq!((debt.amount_cents, debt.status, debt.modalita), (5_270, PosizioneStatus::Open, Modalita::PagoPa));
        assert_eq!(debt.causale, "Mensa scolastica ottobre 2026 - retta 2/M/2026");
        assert_eq!(debt.codice_avviso.as_deref().map(|avviso| avviso.starts_with("302")), Some(true));
        let (row, debt) = &documents[2];
        assert_eq!((row.net_cents, row.vat_cents), (7_788, 312));
        let debt = debt.as_ref().unwrap();
        assert_eq!((debt.modalita, debt.codice_avviso.as_deref()), (Modalita::Sdd, None));
        let pdf = "SELECT count(*) FROM job WHERE ente_id = $1 AND kind = 'fattura_pdf'";
        assert_eq!(count(app, pdf).await, 3);
        let income =
            "SELECT count(*) FROM assegnazione_tariffa WHERE ente_id = $1 AND sealed_isee IS NOT NULL AND residente";
        assert_eq!(count(app, income).await, 2);
    })
    .await;
}

#[tokio::test]
async fn every_document_gets_its_pdf_once_and_for_its_payer_only() {
    each(async |app| {
        let world = World::new(app, &[rossi(), verdi()]).await;
        world.eat(&[(&luca(), 10), (&sofia(), 10), (&Figlio::new("Ugo", "Verdi", 3), 10)]).await;
        let id = world.open("2026-10").await;
        world.issue(id).await;
        let first = world.documents().await.remove(0).0;
        fatturazione::credit(&app.portal, &world.rita, first.id, &Lines::All, "pasti segnati per errore")
            .await
            .unwrap();
        app.work().await;
        let waiting = "SELECT count(*) FROM job WHERE ente_id = $1 AND kind = 'fattura_pdf' AND state <> 'fatto'";
        let files = "SELECT count(*) FROM documento_contabile_file WHERE ente_id = $1 AND kind = 'pdf'";
        assert_eq!((count(app, waiting).await, count(app, files).await), (0, 4));
        // Once more, as after a lost lease.
        let ente = app.ente.id;
        let revive = "UPDATE job SET state = 'da_fare', attempts = 0 WHERE ente_id = $1 AND kind = 'fattura_pdf'";
        app.portal.store().write(ente, async move |tx| tx.execute(revive, binds![ente]).await).await.unwrap();
        app.work().await;
        assert_eq!((count(app, waiting).await, count(app, files).await), (0, 4));
        let (payer, other) = (app.cittadino("Rossi").await, app.cittadino("Verdi").await);
        let pdf = async |ctx| documenti_contabili::pdf(&app.portal, ctx, first.alunno_id, first.id).await;
        let kept = pdf(&payer).await.unwrap().unwrap();
        assert!(kept.content.starts_with(b"%PDF-"));
        assert_eq!(kept.name, "fattura-2026-M-1.pdf");
        assert!(matches!(pdf(&other).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn each_payer_is_told_once_of_a_run() {
    each(async |app| {
        let world = World::new(app, &[rossi(), verdi()]).await;
        world.eat(&[(&luca(), 3), (&sofia(), 3), (&Figlio::new("Ugo", "Verdi", 3), 3)]).await;
        let before = app.inbox.all().len();
        world.issue(world.open("2026-10").await).await;
        let told = || app.inbox.all().split_off(before);
        assert_eq!(told().len(), 2, "one for each payer");
        for message in told() {
            assert!(message.raw.contains("Sono pronte le nuove rette"), "{}", message.raw);
            for secret in ["Luca", "Sofia", "Ugo", "3,65", "IT60"] {
                assert!(!message.raw.contains(secret), "{secret} in {}", message.raw);
            }
        }
        let ente = app.ente.id;
        let revive = "UPDATE job SET state = 'da_fare', attempts = 0 WHERE ente_id = $1";
        app.portal.store().write(ente, async move |tx| tx.execute(revive, binds![ente]).await).await.unwrap();
        app.work().await;
        assert_eq!(told().len(), 2, "a job that runs again tells nobody twice");
    })
    .await;
}

#[tokio::test]
async fn what_is_issued_is_not_issued_again() {
    each(async |app| {
        let world = World::new(app, &[rossi()]).await;
        world.eat(&[(&luca(), 5)]).await;
        let id = world.open("2026-10").await;
        let preview = world.preview(id).await;
        let odd: Vec<_> = preview.anomalies.iter().map(|row| (row.alunno.as_str(), row.anomaly)).collect();
        assert_eq!(odd, [("Rossi Sofia", Anomaly::ZeroMeals)]);
        world.issue(id).await;
        let again = fatturazione::issue(&app.portal, &world.rita, id).await;
        assert!(matches!(again, Err(Error::NotAllowedNow)), "{again:?}");
        // The job once more, as after a lost lease, when attendance has come late.
        let late = format!("data;alunno_codice_fiscale;stato\n2026-10-20;{};PRESENTE\n", sofia().codice_fiscale);
        world.import(&late).await.unwrap();
        let ente = app.ente.id;
        let revive = "UPDATE job SET state = 'da_fare', attempts = 0 WHERE ente_id = $1 AND kind = 'fatturazione'";
        app.portal.store().write(ente, async move |tx| tx.execute(revive, binds![ente]).await).await.unwrap();
        app.work().await;
        let issued = world.documents().await;
        assert_eq!(issued.iter().map(|(row, _)| (row.numero, row.total_cents)).collect::<Vec<_>>(), [(1, 5 * 365)]);
        app.clock.set("2026-12-01T08:00:00Z".parse().unwrap());
        let november = world.open("2026-11").await;
        let preview = world.preview(november).await;
        assert_eq!((preview.count, preview.meals), (1, 1), "each meal is charged once, the late one now");
    })
    .await;
}

#[tokio::test]
async fn a_hole_in_the_tariffs_is_named_and_its_meals_wait() {
    each(async |app| {
        let world = World::new(app, &[rossi()]).await;
        world.eat(&[(&luca(), 3), (&sofia(), 3)]).await;
        let ente = app.ente.id;
        let shorten = "UPDATE assegnazione_tariffa SET al = $2 WHERE ente_id = $1 AND iscrizione_id =
            (SELECT i.id FROM iscrizione i JOIN alunno a ON a.ente_id = i.ente_id AND a.id = i.alunno_id
             WHERE i.ente_id = $1 AND a.codice_fiscale = $3)";
        let (until, code) = (day("2026-10-02"), sofia().codice_fiscale);
        let shortened = async move |tx: &mut sportello_store::Tx| tx.execute(shorten, binds![ente, until, code]).await;
        assert_eq!(app.portal.store().write(ente, shortened).await.unwrap(), 1);
        let id = world.open("2026-10").await;
        let preview = world.preview(id).await;
        assert_eq!((preview.count, preview.anomalies[0].anomaly), (1, Anomaly::NoTariff { day: day("2026-10-03") }));
        let odd = async |ctx| {
            // The latest deed is found by its key: those of one millisecond have no order.
            app.clock.pass(TimeDelta::seconds(1));
            let table = fatturazione::take_out_anomalies(&app.portal, ctx, id, Formato::Csv).await;
            taken_out(app, ctx, "anomalia.export_list", table).await
        };
        let headings =
            "anomalia.alunno;anomalia.cosa;anomalia.giorno;anomalia.importo;anomalia.solito;anomalia.con_retta";
        assert_eq!(odd(&world.rita).await, [headings, "Rossi Sofia;tariffa_mancante;2026-10-03;;;no"]);
        let elsewhere = app.operatore_di(&app.altrove, "Rita", &[Ruolo::Ragioneria]).await;
        let foreign = fatturazione::take_out_anomalies(&app.portal, &elsewhere, id, Formato::Csv).await;
        assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
        world.issue(id).await;
        assert_eq!(odd(&world.rita).await, [headings], "nothing is reckoned any more");
        let waiting = "SELECT count(*) FROM presenza WHERE ente_id = $1 AND documento_id IS NULL";
        assert_eq!((world.documents().await.len(), count(app, waiting).await), (1, 3));
    })
    .await;
}

#[tokio::test]
async fn a_file_with_one_wrong_line_brings_nothing() {
    each(async |app| {
        let world = World::new(app, &[rossi()]).await;
        let faults = async |text: &str| {
            let faults = world.import(text).await.unwrap_err();
            faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
        };
        let good = october(&[(&luca(), 3)]);
        let stranger = format!("{good}2026-10-05;{};PRESENTE\n", codice_fiscale("Rossi"));
        assert!(faults(&stranger).await.starts_with("riga 5, colonna alunno_codice_fiscale: in questo giorno"));
        let summer = format!("{good}2026-08-31;{};PRESENTE\n", luca().codice_fiscale);
        assert!(faults(&summer).await.starts_with("riga 5, colonna alunno_codice_fiscale: in questo giorno"));
        assert!(faults(&good.replace("PRESENTE\n2026-10-03", "FORSE\n2026-10-03")).await.starts_with("riga 3, colonna stato"));
        let rows = "SELECT (SELECT count(*) FROM presenza WHERE ente_id = $1) + (SELECT count(*) FROM presenza_riga WHERE ente_id = $1)";
        assert_eq!(count(app, rows).await, 0);
        assert_eq!(world.import(&good).await, Ok(Imported { lines: 3, new: 3 }));
        assert_eq!(world.import(&good).await, Ok(Imported { lines: 3, new: 0 }));
        let id = world.open("2026-10").await;
        world.issue(id).await;
        let corrected = good.replace("2026-10-02;", "2026-10-04;").replace("PRESENTE", "ASSENTE");
        let charged = faults(&corrected).await;
        assert!(charged.starts_with("riga 2, colonna stato: il giorno è già in fattura"), "{charged}");
        assert!(charged.contains("riga 4,") && !charged.contains("riga 3,"), "{charged}");
        assert_eq!(count(app, rows).await, 3, "nothing of it is left, staged or not");
        assert_eq!(world.import(&good).await, Ok(Imported { lines: 3, new: 0 }), "what is charged may be repeated");
    })
    .await;
}

#[tokio::test]
async fn a_credit_note_takes_an_invoice_back_and_frees_its_meals() {
    each(async |app| {
        let world = World::new(app, &[rossi()]).await;
        world.eat(&[(&luca(), 10), (&sofia(), 10)]).await;
        let id = world.open("2026-10").await;
        world.issue(id).await;
        let issued = world.documents().await;
        let (first, second) = (issued[0].0.id, issued[1].0.id);
        let credit =
            async |id, reason: &str| fatturazione::credit(&app.portal, &world.rita, id, &Lines::All, reason).await;
        assert!(matches!(credit(first, " no ").await, Err(Error::Unacceptable(_))));
        let note = credit(first, "pasti segnati per errore").await.unwrap();
        assert!(matches!(credit(first, "un'altra volta").await, Err(Error::NotAllowedNow)));
        assert!(matches!(credit(note, "una nota di una nota").await, Err(Error::NotAllowedNow)));
        // The second one is paid: its debt stays so, what was paid is the payer's credit.
        let (ente, debt) = (app.ente.id, issued[1].1.clone().unwrap());
        let now = app.clock.now();
        let pay = async move |tx: &mut sportello_store::Tx| {
            posizione::change(tx, ente, debt.id, debt.version, PosizioneStatus::Paid, debt.amount_cents, now).await
        };
        assert!(app.portal.store().write(ente, pay).await.unwrap());
        credit(second, "pagata due volte per errore").await.unwrap();
        let documents = world.documents().await;
        let facts: Vec<_> = documents
            .iter()
            .map(|(row, debt)| (row.kind, row.numero, row.total_cents, debt.as_ref().map(|debt| debt.status)))
            .collect();
        assert_eq!(
            facts,
            [
                (Kind::Invoice, 1, 3_650, Some(PosizioneStatus::Cancelled)),
                (Kind::Invoice, 2, 3_100, Some(PosizioneStatus::Paid)),
                (Kind::CreditNote, 1, 3_650, None),
                (Kind::CreditNote, 2, 3_100, None),
            ]
        );
        app.clock.set("2026-12-01T08:00:00Z".parse().unwrap());
        let november = world.open("2026-11").await;
        assert_eq!(world.preview(november).await.meals, 20, "the next run charges the meals anew");
    })
    .await;
}

#[tokio::test]
async fn a_credit_note_takes_some_lines_back_and_the_debt_shrinks() {
    each(async |app| {
        let world = World::new(app, &[rossi()]).await;
        world.eat(&[(&luca(), 10)]).await;
        world.issue(world.open("2026-10").await).await;
        // What came late stands in a line of its own month.
        let late: String = (20..=21).map(|day| format!("2026-10-{day};{};PRESENTE\n", luca().codice_fiscale)).collect();
        let more: String =
            (3..=6).map(|day| format!("2026-11-{day:02};{};PRESENTE\n", luca().codice_fiscale)).collect();
        app.clock.set("2026-12-01T08:00:00Z".parse().unwrap());
        world.import(&format!("data;alunno_codice_fiscale;stato\n{late}{more}")).await.unwrap();
        world.issue(world.open("2026-11").await).await;
        let invoice = world.documents().await[1].0.clone();
        assert_eq!(invoice.righe.0.iter().map(|riga| riga.amount.cents()).collect::<Vec<_>>(), [730, 1_460]);
        let credit = async |lines: &Lines| {
            fatturazione::credit(&app.portal, &world.rita, invoice.id, lines, "pasti segnati per errore").await
        };
        for wrong in [vec![], vec![2], vec![0, 2]] {
            assert!(matches!(credit(&Lines::Some(wrong)).await, Err(Error::Unacceptable(_))));
        }
        let note = credit(&Lines::Some(vec![0])).await.unwrap();
        assert!(matches!(credit(&Lines::Some(vec![1])).await, Err(Error::NotAllowedNow)));
        app.work().await;
        let shown = fatturazione::document(&app.portal, &world.rita, invoice.id).await.unwrap();
        let (debt, nota) = (shown.debt.unwrap(), shown.nota.unwrap());
        assert_eq!((debt.state.status, debt.owed.cents()), (PosizioneStatus::Open, 1_460));
        assert_eq!((nota.id, nota.total.cents(), nota.by_me, nota.credit), (note, 730, true, None));
        assert_eq!(nota.reason, "pasti segnati per errore");
        assert!(shown.pdf_bytes.is_some() && !shown.can_credit);
        // The parent reads the note and is asked for the rest only.
        let payer = app.cittadino("Rossi").await;
        let page = documenti_contabili::page(&app.portal, &payer, invoice.alunno_id, invoice.id).await.unwrap();
        assert_eq!((page.owed.cents(), page.row.total.cents()), (1_460, 2_190));
        let (_, rows) = documenti_contabili::of_child(&app.portal, &payer, invoice.alunno_id).await.unwrap();
        assert!(rows.iter().any(|row| row.id == note && row.total.cents() == 730));
        app.clock.set("2027-01-04T08:00:00Z".parse().unwrap());
        let december = world.open("2026-12").await;
        assert_eq!(world.preview(december).await.meals, 2, "only the meals of that line are free");
    })
    .await;
}

#[tokio::test]
async fn what_was_paid_and_credited_waits_to_be_given_back() {
    each(async |app| {
        let world = World::new(app, &[rossi()]).await;
        world.eat(&[(&luca(), 10)]).await;
        world.issue(world.open("2026-10").await).await;
        let (invoice, debt) = world.documents().await.remove(0);
        let (ente, debt, now) = (app.ente.id, debt.unwrap(), app.clock.now());
        let pay = async move |tx: &mut sportello_store::Tx| {
            posizione::change(tx, ente, debt.id, debt.version, PosizioneStatus::Paid, debt.amount_cents, now).await
        };
        assert!(app.portal.store().write(ente, pay).await.unwrap());
        let paid = DocumentQuery { filter: DocumentFilter::Paid, text: "1/M/2026".into(), ..DocumentQuery::default() };
        let list = fatturazione::documents(&app.portal, &world.rita, &paid).await.unwrap();
        assert_eq!((list.total, list.rows[0].id), (1, invoice.id));
        let note =
            fatturazione::credit(&app.portal, &world.rita, invoice.id, &Lines::All, "bambino assente").await.unwrap();
        let queue = riconciliazione::queue(&app.portal, &world.rita).await.unwrap();
        let facts: Vec<_> = queue.credits.iter().map(|one| (one.nota, one.amount.cents())).collect();
        assert_eq!(facts, [(note, 3_650)]);
        let table = riconciliazione::take_out(&app.portal, &world.rita, Formato::Csv).await;
        let rows = taken_out(app, &world.rita, "riconciliazione.export_list", table).await;
        assert_eq!(rows[1..], ["credito;1/M/2026;Rossi Mario;;;2026-11-02;36,50"]);
        let subject = || Subject::Nota(note);
        let resolve = async |subject| {
            riconciliazione::resolve(&app.portal, &world.rita, subject, Outcome::Refunded, "bonifico 12").await
        };
        assert!(matches!(resolve(Subject::Nota(invoice.id)).await, Err(Error::NotFound)));
        resolve(subject()).await.unwrap();
        assert!(matches!(resolve(subject()).await, Err(Error::NotAllowedNow)));
        assert!(riconciliazione::queue(&app.portal, &world.rita).await.unwrap().credits.is_empty());
        let (amount, decided) =
            fatturazione::document(&app.portal, &world.rita, note).await.unwrap().nota.unwrap().credit.unwrap();
        assert_eq!((amount.cents(), decided.unwrap().reason.as_str()), (3_650, "bonifico 12"));
        let anna = app.operatore("Anna").await;
        assert!(matches!(fatturazione::document(&app.portal, &anna, note).await, Err(Error::Forbidden)));
        assert!(matches!(fatturazione::documents(&app.portal, &anna, &paid).await, Err(Error::Forbidden)));
        let rita = app.operatore_di(&app.altrove, "Rita", &[Ruolo::Ragioneria]).await;
        assert!(matches!(fatturazione::document(&app.portal, &rita, note).await, Err(Error::NotFound)));
        assert!(matches!(fatturazione::pdf(&app.portal, &rita, note).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_debt_in_the_hands_of_the_bank_is_not_taken_back() {
    each(async |app| {
        let world = World::new(app, &[verdi()]).await;
        world.eat(&[(&Figlio::new("Ugo", "Verdi", 3), 10)]).await;
        let id = world.open("2026-10").await;
        world.issue(id).await;
        let (row, debt) = world.documents().await.remove(0);
        let (ente, debt, now) = (app.ente.id, debt.unwrap(), app.clock.now());
        let collect = async move |tx: &mut sportello_store::Tx| {
            posizione::change(tx, ente, debt.id, debt.version, PosizioneStatus::Collecting, 0, now).await
        };
        assert!(app.portal.store().write(ente, collect).await.unwrap());
        let refused = fatturazione::credit(&app.portal, &world.rita, row.id, &Lines::All, "pasti sbagliati").await;
        assert!(matches!(refused, Err(Error::NotAllowedNow)), "{refused:?}");
        assert_eq!(world.documents().await.len(), 1, "no credit note is left behind");
    })
    .await;
}

#[tokio::test]
async fn only_the_accounts_office_invoices_and_only_what_is_over() {
    each(async |app| {
        let world = World::new(app, &[]).await;
        let (anna, lara) = (app.operatore("Anna").await, app.operatore("Lara").await);
        let october = Periodo::from_stored("2026-10").unwrap();
        let opened = fatturazione::open(&app.portal, &anna, october).await;
        assert!(matches!(opened, Err(Error::Forbidden)), "{opened:?}");
        let id = world.open("2026-10").await;
        for clerk in [&anna, &lara] {
            assert!(matches!(fatturazione::page(&app.portal, clerk).await, Err(Error::Forbidden)));
            assert!(matches!(fatturazione::preview(&app.portal, clerk, id).await, Err(Error::Forbidden)));
            assert!(matches!(fatturazione::issue(&app.portal, clerk, id).await, Err(Error::Forbidden)));
        }
        let ugo = app.operatore("Ugo").await;
        assert!(fatturazione::preview(&app.portal, &ugo, id).await.is_ok(), "an auditor looks");
        assert!(matches!(fatturazione::issue(&app.portal, &ugo, id).await, Err(Error::Forbidden)));
        assert!(matches!(presenze::import(&app.portal, &lara, Vec::new()).await, Err(Error::Forbidden)));
        let citizen = app.cittadino("Rossi").await;
        assert!(matches!(presenze::import(&app.portal, &citizen, Vec::new()).await, Err(Error::SignInNeeded)));
        assert!(matches!(tariffe::list(&app.portal, &lara).await, Err(Error::Forbidden)));
        assert_eq!(tariffe::list(&app.portal, &anna).await.unwrap().len(), 1);
        let running = fatturazione::open(&app.portal, &world.rita, Periodo::from_stored("2026-11").unwrap()).await;
        assert!(matches!(running, Err(Error::NotAllowedNow)), "the month is not over");
        let page = fatturazione::page(&app.portal, &world.rita).await.unwrap().unwrap();
        assert_eq!((page.cicli.len(), page.months.len(), page.months[0].stored()), (1, 11, "2026-09".to_owned()));
        // An ente of the same database sees nothing of it.
        let elsewhere = app.operatore_di(&app.altrove, "Rita", &[Ruolo::Ragioneria]).await;
        assert!(matches!(fatturazione::preview(&app.portal, &elsewhere, id).await, Err(Error::NotFound)));
        assert!(matches!(fatturazione::issue(&app.portal, &elsewhere, id).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn all_runs_leave_and_not_only_those_on_the_page() {
    each(async |app| {
        let world = World::new(app, &[rossi()]).await;
        world.eat(&[(&luca(), 2)]).await;
        for month in (2024..=2026).flat_map(|year| (1..=9).map(move |month| format!("{year}-{month:02}"))) {
            world.open(&month).await;
        }
        world.issue(world.open("2026-10").await).await;
        let shown = fatturazione::page(&app.portal, &world.rita).await.unwrap().unwrap();
        assert_eq!(shown.cicli.len(), 24, "the page has the latest");
        let table = async |ctx: &Ctx| {
            let table = fatturazione::take_out_runs(&app.portal, ctx, Formato::Csv).await;
            taken_out(app, ctx, "ciclo.export_list", table).await
        };
        let rows = table(&app.operatore("Ugo").await).await;
        assert_eq!(rows.len(), 29, "{rows:?}");
        assert_eq!(
            (&*rows[0], &*rows[1], &*rows[2], &*rows[28]),
            ("ciclo.mese;ciclo.stato;ciclo.emesse", "2026-10;emesso;2026-11-02", "2026-09;aperto;", "2024-01;aperto;")
        );
        let elsewhere = app.operatore_di(&app.altrove, "Rita", &[Ruolo::Ragioneria]).await;
        assert_eq!(table(&elsewhere).await.len(), 1, "the headings alone");
    })
    .await;
}

#[tokio::test]
async fn the_list_of_documents_leaves_as_a_table_for_those_who_invoice() {
    each(async |app| {
        let world = World::new(app, &[rossi(), verdi()]).await;
        world.eat(&[(&luca(), 18), (&sofia(), 17)]).await;
        world.issue(world.open("2026-10").await).await;
        let table = async |ctx: &Ctx, query: DocumentQuery| {
            let mut table = fatturazione::take_out(&app.portal, ctx, &query, Formato::Csv).await?;
            let mut whole = Vec::new();
            while let Some(part) = table.next().await? {
                whole.extend(part);
            }
            Ok::<_, Error>(String::from_utf8(whole).unwrap())
        };
        let whole = table(&world.rita, DocumentQuery::default()).await.unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        assert_eq!(lines.len(), 3, "{whole}");
        let luca = "1/M/2026;fattura;2026-11-02;2026-10;Rossi Luca;Rossi Mario;65,70;;2026-12-02;";
        assert!(lines.iter().any(|line| line.starts_with(luca)), "{whole}");
        assert!(whole.contains(";Rossi Sofia;Rossi Mario;52,70;;"), "{whole}");
        let found = table(&world.rita, DocumentQuery { text: "2/M/2026".into(), ..DocumentQuery::default() }).await;
        assert_eq!(found.unwrap().lines().count(), 2);
        let paid = DocumentQuery { filter: DocumentFilter::Paid, ..DocumentQuery::default() };
        assert_eq!(table(&world.rita, paid).await.unwrap().lines().count(), 1, "the headings alone");
        for name in ["Anna", "Ugo", "Lara"] {
            let refused = table(&app.operatore(name).await, DocumentQuery::default()).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{name}: {refused:?}");
        }
        let deeds = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'documento_contabile.export_list'";
        assert_eq!(count(app, deeds).await, 3);
    })
    .await;
}
