//! For authors: copies of modelli, their revisions, their publication and their withdrawal.

use sportello_app::{
    Ctx, Error,
    autori::{self, Copia, Edge, Line, NotPublished, Offer, OfferFault, Saved, Testi},
    bozza::{self, PageForm},
    modello::{self, Window},
    testing::{App, each},
};
use sportello_domain::{
    foglio::Formato,
    id::RowId,
    modello::{SHIPPED, Texts},
    ruolo::Ruolo,
};
use uuid::Uuid;

use super::common::{count, taken_out};

/// A form that the ente of the tests does not offer yet.
const CODE: &str = "rinuncia-mensa";
const NOTES: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND object_kind = 'modello' AND actor IS NOT NULL";

fn shipped() -> Texts<'static> {
    SHIPPED.into_iter().find(|texts| texts.name == CODE).unwrap()
}

fn testi(change: (&str, &str)) -> Testi {
    let texts = shipped();
    let form = texts.form.replacen(change.0, change.1, 1);
    assert_ne!(form, texts.form, "the change changes something");
    Testi { form, english: texts.english.into(), procedura: texts.procedura.into() }
}

fn offer(dal: &str, al: &str) -> Offer {
    Offer { window: (dal.parse().unwrap(), al.parse().unwrap()), anno: 2026, booking: None }
}

/// A window around the day of the tests.
fn now_open(app: &App) -> Offer {
    let day = |days| (app.clock.now() + chrono::TimeDelta::days(days)).date_naive();
    Offer { window: (Edge::Day(day(-2)), Edge::Day(day(20))), anno: 2026, booking: None }
}

async fn copia(app: &App, ctx: &Ctx) -> Copia {
    autori::copia(&app.portal, ctx, CODE, None).await.unwrap()
}

async fn save(app: &App, ctx: &Ctx, based_on: i64, testi: Testi) -> i64 {
    match autori::save(&app.portal, ctx, CODE, based_on, testi).await.unwrap() {
        Saved::Revision(revision) => revision,
        Saved::Conflict(conflict) => panic!("{conflict:?}"),
    }
}

/// The first revision: what ships, with another comment.
async fn begin(app: &App, ctx: &Ctx) {
    assert_eq!(save(app, ctx, 0, testi(("# Rinuncia", "# La nostra rinuncia"))).await, 1);
}

#[tokio::test]
async fn a_copy_is_edited_checked_published_and_withdrawn_with_a_row_for_each() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let before = copia(app, &anna).await;
        assert_eq!((before.revision, before.versions.len(), before.can_edit), (0, 0, true));
        assert_eq!(save(app, &anna, 0, before.testi.unwrap()).await, 0, "what ships is no copy until it differs");
        begin(app, &anna).await;

        // Wrong texts are saved, and not published.
        let wrong = testi(("kind = \"iscrizione_ref\"", "kind = \"iscrizione\""));
        assert_eq!(save(app, &anna, 1, wrong.clone()).await, 2);
        assert_eq!(save(app, &anna, 1, wrong).await, 2, "sent twice, saved once");
        let checked = copia(app, &anna).await.checked.unwrap();
        assert!(checked.faults().iter().any(|fault| fault.file == "rinuncia-mensa.toml" && fault.line > 1));
        let refused = autori::publish(&app.portal, &anna, CODE, 2, now_open(app)).await.unwrap();
        assert!(matches!(refused, Err(NotPublished::Faults(_))), "{refused:?}");

        let windows_end = "\r\n";
        let mut mended = testi(("label = \"Alunno\"", "label = \"Chi smette\""));
        mended.form = mended.form.replace('\n', windows_end);
        assert_eq!(save(app, &anna, 2, mended).await, 3);
        let copy = copia(app, &anna).await;
        assert!(!copy.testi.unwrap().form.contains('\r'), "lines end as in a file");
        let checked = copy.checked.unwrap();
        assert!(checked.faults().is_empty() && !checked.examples.is_empty());
        assert!(checked.examples.iter().all(|example| example.fault.is_none()));
        assert_eq!(autori::publish(&app.portal, &anna, CODE, 3, now_open(app)).await.unwrap().unwrap(), 1);
        let list = modello::list(&app.portal, &app.nobody(&app.ente)).await.unwrap();
        let row = list.iter().find(|row| row.code == CODE).unwrap();
        assert!(matches!(row.window, Window::Open { .. }), "{row:?}");

        autori::withdraw(&app.portal, &anna, CODE, 1).await.unwrap();
        let again = autori::withdraw(&app.portal, &anna, CODE, 1).await;
        assert!(matches!(again, Err(Error::NotAllowedNow)), "{again:?}");
        assert!(matches!(autori::withdraw(&app.portal, &anna, CODE, 9).await, Err(Error::NotFound)));
        let mario = app.cittadino("Rossi").await;
        assert!(matches!(bozza::start(&app.portal, &mario, CODE).await, Err(Error::NotFound)));
        assert_eq!(count(app, NOTES).await, 5, "three revisions, published, withdrawn");
        they_leave_as_tables(app, &anna).await;
    })
    .await;
}

/// The modelli with the one that was withdrawn, and its versions; nothing of it for another ente.
async fn they_leave_as_tables(app: &App, anna: &Ctx) {
    let modelli = async |ctx| {
        let table = autori::take_out(&app.portal, ctx, Formato::Csv).await;
        taken_out(app, ctx, "modello.export_list", table).await
    };
    let rows = modelli(anna).await;
    let headings = "modello.codice;modello.titolo;modello.stato;modello.versione;modello.anno_scolastico;modello.apre;\
                    modello.chiude;modello.prenotazioni;modello.posti;modello.copia;modello.copia_da_pubblicare";
    assert_eq!(rows[0], headings);
    let row = |rows: &[String]| rows.iter().find(|row| row.starts_with(&format!("{CODE};"))).cloned().unwrap();
    let own = row(&rows);
    assert!(own.contains(";ritirato;1;2026/2027;2026-") && own.ends_with(";;;3;no"), "{own}");
    let versions = async |ctx: &Ctx| autori::take_out_versions(&app.portal, ctx, CODE, Formato::Csv).await;
    let told = taken_out(app, anna, "versione.export_list", versions(anna).await).await;
    assert!(told[1].starts_with("ritirato;1;2026/2027;") && told[1].ends_with(";3"), "{told:?}");
    assert_eq!((told.len(), told[1].split(';').filter(|cell| cell.is_empty()).count()), (2, 2), "{told:?}");
    let unknown = autori::take_out_versions(&app.portal, anna, "nessuno", Formato::Csv).await;
    assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
    let far = app.operatore_di(&app.altrove, "Lontana", &[Ruolo::Responsabile]).await;
    assert_eq!(row(&modelli(&far).await), format!("{CODE};{CODE};mai_pubblicato;;;;;;;;no"));
    assert_eq!(taken_out(app, &far, "versione.export_list", versions(&far).await).await.len(), 1, "it ships, no more");
}

#[tokio::test]
async fn who_saves_second_sees_both_versions_and_nothing_is_lost() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let rosa = app.operatore_di(&app.ente, "Rosa", &[Ruolo::Responsabile]).await;
        begin(app, &anna).await;
        let hers = testi(("label = \"Alunno\"", "label = \"Chi smette\""));
        let other = testi(("label = \"Alunno\"", "label = \"Alunna o alunno\""));
        assert_eq!(save(app, &anna, 1, hers.clone()).await, 2);
        let met = autori::save(&app.portal, &rosa, CODE, 1, other.clone()).await.unwrap();
        let Saved::Conflict(conflict) = met else { panic!("{met:?}") };
        assert_eq!((conflict.latest.number, &conflict.testi), (2, &hers));
        assert_eq!(conflict.latest.saved_by.as_deref(), Some("Mario Anna"));
        assert_eq!(save(app, &rosa, 2, other).await, 3);
        let earlier = autori::copia(&app.portal, &anna, CODE, Some(2)).await.unwrap();
        assert_eq!((earlier.testi, earlier.revision), (Some(hers), 3));
        let seen = autori::publish(&app.portal, &anna, CODE, 2, now_open(app)).await;
        assert!(matches!(seen, Err(Error::Stale)), "what is published is what was seen: {seen:?}");
    })
    .await;
}

#[tokio::test]
async fn only_the_responsabile_changes_and_other_enti_stay_apart() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        begin(app, &anna).await;
        let text = || testi(("label = \"Alunno\"", "label = \"Altro\""));
        for (name, roles, reads) in [
            ("Ines", &[Ruolo::OperatoreIstruzione][..], true),
            ("Ugo", &[Ruolo::Auditor], true),
            ("Capo", &[Ruolo::Amministratore], true),
            ("Lara", &[Ruolo::OperatoreDiete], false),
            ("Rita", &[Ruolo::Ragioneria], false),
            ("Elsa", &[Ruolo::OperatoreScuola], false),
        ] {
            let ctx = app.operatore_di(&app.ente, name, &[]).await;
            let Ctx { actor: sportello_app::Actor::Operatore(signed, _), .. } = ctx.clone() else { unreachable!() };
            let ctx = Ctx { actor: sportello_app::Actor::Operatore(signed, roles.to_vec()), ..ctx };
            assert_eq!(autori::list(&app.portal, &ctx).await.is_ok(), reads, "{name}");
            assert_eq!(autori::copia(&app.portal, &ctx, CODE, None).await.is_ok(), reads, "{name}");
            assert_eq!(autori::compare(&app.portal, &ctx, CODE).await.is_ok(), reads, "{name}");
            assert_eq!(autori::prova(&app.portal, &ctx, CODE).await.is_ok(), reads, "{name}");
            assert!(matches!(autori::save(&app.portal, &ctx, CODE, 1, text()).await, Err(Error::Forbidden)), "{name}");
            let published = autori::publish(&app.portal, &ctx, CODE, 1, now_open(app)).await;
            assert!(matches!(published, Err(Error::Forbidden)), "{name}");
            let withdrawn = autori::withdraw(&app.portal, &ctx, "iscrizione-mensa", 1).await;
            assert!(matches!(withdrawn, Err(Error::Forbidden)), "{name}");
        }
        for ctx in [app.nobody(&app.ente), app.cittadino("Rossi").await] {
            assert!(matches!(autori::list(&app.portal, &ctx).await, Err(Error::SignInNeeded)));
            assert!(matches!(autori::save(&app.portal, &ctx, CODE, 1, text()).await, Err(Error::SignInNeeded)));
        }
        let far = app.operatore_di(&app.altrove, "Vera", &[Ruolo::Responsabile]).await;
        let other = autori::copia(&app.portal, &far, CODE, None).await.unwrap();
        assert_eq!((other.revision, other.revisions.len()), (0, 0), "what ships, not the copy of another ente");
        assert!(matches!(autori::copia(&app.portal, &far, CODE, Some(1)).await, Err(Error::NotFound)));
        let withdrawn = autori::withdraw(&app.portal, &far, "iscrizione-mensa", 1).await;
        assert!(matches!(withdrawn, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn an_author_sees_what_changes_and_what_drafts_are_told() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        let published = autori::publish_by_command(&app.portal, app.ente.id, shipped(), now_open(app)).await;
        assert_eq!(published.unwrap().unwrap(), 1);
        let first = autori::compare(&app.portal, &anna, CODE).await.unwrap();
        assert!(first.asked_again.is_empty() && first.differences.unwrap().iter().all(autori::Difference::is_empty));
        save(app, &anna, 1, testi(("label = \"Alunno\"", "label = \"Chi smette\""))).await;
        let now = autori::compare(&app.portal, &anna, CODE).await.unwrap();
        let [form, english, procedura] = now.differences.unwrap();
        let lines: Vec<_> = form.stretches.into_iter().flatten().collect();
        let gone = |line: &Line| matches!(line, Line::Gone(_, text) if text == "label = \"Alunno\"");
        let new = |line: &Line| matches!(line, Line::New(_, text) if text == "label = \"Chi smette\"");
        assert!(lines.iter().any(gone) && lines.iter().any(new), "{lines:?}");
        assert!(english.is_empty() && procedura.is_empty());
        assert_eq!(now.asked_again, ["Rinuncia o sospensione"]);
        // The command takes its files on top of the copy; what stood there stays.
        let again = autori::publish_by_command(&app.portal, app.ente.id, shipped(), now_open(app)).await;
        assert_eq!(again.unwrap().unwrap(), 2);
        let copy = copia(app, &anna).await;
        assert_eq!((copy.revision, copy.versions[0].revision, copy.versions[1].revision), (3, Some(3), Some(1)));
        // With the latest version withdrawn, the one before counts again: that is what the list names.
        autori::withdraw(&app.portal, &anna, CODE, 2).await.unwrap();
        let list = autori::list(&app.portal, &anna).await.unwrap();
        let voce = list.iter().find(|voce| voce.code == CODE).unwrap();
        let version = voce.published.as_ref().unwrap();
        assert_eq!((version.number, version.withdrawn_at, voce.ahead()), (1, None, true));
    })
    .await;
}

#[tokio::test]
async fn a_window_is_refused_as_on_the_command_line() {
    each(async |app| {
        let anna = app.operatore("Anna").await;
        begin(app, &anna).await;
        let booked = |from: &str, posti| {
            let booking = Some((Some(from.parse().unwrap()), posti));
            Offer { booking, ..offer("2026-06-01", "2026-06-30") }
        };
        for (offer, fault) in [
            (offer("2026-06-30", "2026-06-01"), OfferFault::Window),
            (Offer { anno: 26, ..offer("2026-06-01", "2026-06-30") }, OfferFault::Anno),
            (booked("2026-07-01T10:00", 5), OfferFault::Booking),
            (booked("2026-06-10T10:00", 0), OfferFault::Posti),
            (offer("2026-03-29T02:30", "2026-06-30"), OfferFault::NoSuchMinute),
        ] {
            let refused = autori::publish(&app.portal, &anna, CODE, 1, offer).await.unwrap();
            assert!(matches!(&refused, Err(NotPublished::Offer(found)) if *found == fault), "{refused:?}");
        }
        let done = autori::publish(&app.portal, &anna, CODE, 1, booked("2026-06-10T10:00", 5)).await.unwrap();
        assert_eq!(done.unwrap(), 1);
        let version = copia(app, &anna).await.versions.remove(0);
        assert_eq!(version.booking.map(|booking| booking.posti), Some(5));
        let large = Testi { form: "x".repeat(autori::TEXT_MAX_BYTES + 1), ..Testi::default() };
        let refused = autori::save(&app.portal, &anna, CODE, 1, large).await;
        assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        for code in ["nessuno", "../x", "Mensa"] {
            assert!(matches!(autori::copia(&app.portal, &anna, code, None).await, Err(Error::NotFound)), "{code}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_is_tried_out_without_a_draft_and_follows_the_copy() {
    const DRAFTS: &str = "SELECT count(*) FROM bozza WHERE ente_id = $1";
    const TRIED: &str = "SELECT count(*) FROM modello_prova WHERE ente_id = $1";
    each(async |app| {
        let anna = app.operatore("Anna").await;
        begin(app, &anna).await;
        let (mut prova, revision) = autori::prova(&app.portal, &anna, CODE).await.unwrap().unwrap();
        let form = PageForm { fields: vec![("privacy".into(), "si".into())], ..PageForm::default() };
        prova.save(&anna, "privacy", form, RowId::new(Uuid::nil())).unwrap();
        autori::keep_prova(&app.portal, &anna, CODE, revision, &prova).await.unwrap();
        save(app, &anna, 1, testi(("label = \"Alunno\"", "label = \"Chi smette\""))).await;
        let (prova, revision) = autori::prova(&app.portal, &anna, CODE).await.unwrap().unwrap();
        assert_eq!(revision, 2);
        assert!(prova.answers().saved.contains("privacy"), "what was typed goes over");
        assert_eq!((count(app, DRAFTS).await, count(app, TRIED).await), (0, 1));
        let others = app.operatore_di(&app.ente, "Rosa", &[Ruolo::Responsabile]).await;
        let (hers, _) = autori::prova(&app.portal, &others, CODE).await.unwrap().unwrap();
        assert!(hers.answers().saved.is_empty(), "each tries for themselves");
        save(app, &anna, 2, testi(("kind = \"iscrizione_ref\"", "kind = \"iscrizione\""))).await;
        assert!(autori::prova(&app.portal, &anna, CODE).await.unwrap().is_err());
        app.clock.pass(chrono::TimeDelta::days(2));
        app.work().await;
        assert_eq!(count(app, TRIED).await, 0, "gone a day later");
    })
    .await;
}
