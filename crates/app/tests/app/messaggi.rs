//! Messages about a pratica: who may write and read, what counts as read, and what never leaves the database in clear.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error,
    messaggio::{self, MAX_TEXT, MAX_UNREAD, Outcome, Thread, Typed},
    pratica,
    testing::{App, Domanda, Figlio, each},
    ufficio::{self, messaggi},
};
use sportello_domain::{delega::DelegaScope, foglio::Formato, id::PraticaId, ruolo::Ruolo};
use sportello_store::binds;

use super::{
    canary::{holds, listen},
    common::{at_peace, count, taken_out},
    delega::on_behalf,
};

/// What somebody wrote.
const SECRET: &str = "CANARINO-MESSAGGIO sul pranzo";

fn typed(app: &App, text: &str) -> Typed {
    Typed { text: text.into(), reserved: false, key: app.portal.chance().secret() }
}

fn reserved(app: &App, text: &str) -> Typed {
    Typed { reserved: true, ..typed(app, text) }
}

async fn filed(app: &App, applicant: &Ctx) -> PraticaId {
    let id = app.file(applicant, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await.1[0];
    app.work().await;
    id
}

fn texts(thread: &Thread) -> Vec<Option<&str>> {
    thread.messages.iter().map(|one| one.text.as_deref()).collect()
}

#[tokio::test]
async fn both_sides_write_and_each_sees_when_the_other_read() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = filed(app, &ctx).await;
        let sent = app.inbox.all().len();
        let written = messaggio::write(&app.portal, &ctx, id, &typed(app, " Posso cambiare scuola? ")).await.unwrap();
        assert_eq!(written, Outcome::Written);
        app.clock.pass(TimeDelta::seconds(1));
        messaggio::write(&app.portal, &ctx, id, &typed(app, "Dimenticavo: grazie")).await.unwrap();
        app.work().await;
        let office = app.inbox.all();
        assert_eq!(office.len(), sent + 1, "the office hears once that there is something to read");
        assert_eq!(office[sent].to, app.ente.settings.office.email);
        assert_eq!(ufficio::page(&app.portal, &anna, id).await.unwrap().messages.unread, 2);
        assert_eq!(messaggi::waiting(&app.portal, &anna).await.unwrap()[0].unread, 2);
        let table = async |ctx| {
            taken_out(app, ctx, "messaggio.export_list", messaggi::take_out(&app.portal, ctx, Formato::Csv).await).await
        };
        assert_eq!(
            table(&anna).await,
            [
                "pratica.numero;pratica.alunno;pratica.richiedente;messaggi.da_leggere;messaggi.dal",
                "2026/1;Luca Rossi;Mario Rossi;2;2026-09-01T10:00:00+02:00",
            ]
        );
        let elsewhere = app.operatore_di(&app.altrove, "Anna", &[Ruolo::Responsabile]).await;
        assert_eq!(table(&elsewhere).await.len(), 1, "the headings alone");
        let mine = messaggio::thread(&app.portal, &ctx, id).await.unwrap();
        assert!(mine.messages.iter().all(|one| one.read_at.is_none()), "one's own look is no reading");
        app.clock.pass(TimeDelta::minutes(5));
        // Who only controls reads without reading in the name of the office.
        let ugo = app.operatore("Ugo").await;
        assert!(!messaggi::thread(&app.portal, &ugo, id).await.unwrap().can_write);
        assert_eq!(ufficio::page(&app.portal, &anna, id).await.unwrap().messages.unread, 2);
        let opened_at = app.clock.now();
        messaggi::thread(&app.portal, &anna, id).await.unwrap();
        app.clock.pass(TimeDelta::minutes(5));
        let again = messaggi::thread(&app.portal, &anna, id).await.unwrap();
        assert!(again.messages.iter().all(|one| one.read_at == Some(opened_at)), "the first opening stays");
        assert_eq!(texts(&again), [Some("Posso cambiare scuola?"), Some("Dimenticavo: grazie")]);
        assert!(messaggi::waiting(&app.portal, &anna).await.unwrap().is_empty());

        messaggi::write(&app.portal, &anna, id, &typed(app, SECRET)).await.unwrap();
        messaggi::note(&app.portal, &anna, id, &typed(app, "Sentita la scuola")).await.unwrap();
        assert_eq!(pratica::page(&app.portal, &ctx, id).await.unwrap().messages.unwrap().unread, 1);
        app.work().await;
        let letter = app.inbox.all().pop().unwrap();
        assert_eq!(letter.to, "ricevute@posta.example");
        assert!(letter.raw.contains("/messaggi"), "{letter:?}");
        let read_at = app.clock.now();
        let mine = messaggio::thread(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(mine.messages[2].text.as_deref(), Some(SECRET));
        assert_eq!(mine.messages[2].author, "Mario Anna");
        assert!(mine.notes.is_empty() && mine.messages.len() == 3, "notes are the office's");
        let office = messaggi::thread(&app.portal, &anna, id).await.unwrap();
        assert_eq!((office.messages[2].read_at, office.notes.len()), (Some(read_at), 1));
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action IN ('messaggio.write', 'messaggio.note')";
        assert_eq!(count(app, noted).await, 4);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_writes_once() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = filed(app, &ctx).await;
        let form = typed(app, "Una volta");
        for _ in 0..3 {
            assert_eq!(messaggio::write(&app.portal, &ctx, id, &form).await.unwrap(), Outcome::Written);
            assert_eq!(messaggi::write(&app.portal, &anna, id, &form).await.unwrap(), Outcome::Written);
        }
        let other = Typed { text: "Altro".into(), ..form.clone() };
        for refused in [
            messaggio::write(&app.portal, &ctx, id, &other).await,
            messaggi::write(&app.portal, &anna, id, &other).await,
            messaggi::note(&app.portal, &anna, id, &form).await,
        ] {
            assert!(matches!(refused, Err(Error::KeyReused)), "{refused:?}");
        }
        assert_eq!(messaggi::thread(&app.portal, &anna, id).await.unwrap().messages.len(), 2, "one of each side");
        assert_eq!(count(app, "SELECT count(*) FROM notifica WHERE ente_id = $1 AND kind = 'messaggio'").await, 1);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn only_those_of_the_pratica_write_and_read() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = filed(app, &ctx).await;
        let (other, ugo, nobody) = (app.cittadino("Bianchi").await, app.operatore("Ugo").await, app.nobody(&app.ente));
        let form = typed(app, "Testo");
        let write = async |ctx: &Ctx| messaggio::write(&app.portal, ctx, id, &form).await.err();
        let office = async |ctx: &Ctx| messaggi::write(&app.portal, ctx, id, &form).await.err();
        assert!(matches!(write(&other).await, Some(Error::NotFound)));
        assert!(matches!(messaggio::thread(&app.portal, &other, id).await, Err(Error::NotFound)));
        assert!(matches!(write(&nobody).await, Some(Error::SignInNeeded)));
        assert!(matches!(write(&anna).await, Some(Error::SignInNeeded)));
        assert!(matches!(office(&ctx).await, Some(Error::SignInNeeded)));
        assert!(matches!(office(&ugo).await, Some(Error::Forbidden)));
        assert!(matches!(messaggi::note(&app.portal, &ugo, id, &form).await, Err(Error::Forbidden)));
        let elsewhere = app.operatore_di(&app.altrove, "Anna", &[Ruolo::Responsabile]).await;
        assert!(matches!(office(&elsewhere).await, Some(Error::NotFound)));
        assert!(matches!(messaggi::thread(&app.portal, &elsewhere, id).await, Err(Error::NotFound)));
        // A clerk who applied is an applicant: neither the notes nor the answers are theirs.
        let own = app.operatore_di(&app.ente, "Rossi", &[Ruolo::Responsabile]).await;
        assert!(matches!(office(&own).await, Some(Error::Forbidden)));
        assert!(matches!(messaggi::thread(&app.portal, &own, id).await, Err(Error::Forbidden)));
        // A delegate who may look sees that there is nothing to read for them; one who may act writes under their name.
        let verdi = app.cittadino("Verdi").await;
        let (_, sees) = on_behalf(app, &ctx, &verdi, "Verdi", DelegaScope::View).await;
        assert!(matches!(messaggio::thread(&app.portal, &sees, id).await, Err(Error::DelegaTooNarrow)));
        assert!(matches!(write(&sees).await, Some(Error::DelegaTooNarrow)));
        assert!(pratica::page(&app.portal, &sees, id).await.unwrap().messages.is_none());
        let neri = app.cittadino("Neri").await;
        let (_, acts) = on_behalf(app, &ctx, &neri, "Neri", DelegaScope::Act).await;
        assert_eq!(write(&acts).await.map(|error| error.to_string()), None);
        assert_eq!(messaggio::thread(&app.portal, &ctx, id).await.unwrap().messages[0].author, "Mario Neri");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_or_too_much_writes_nothing() {
    each(async |app| {
        let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
        let id = filed(app, &ctx).await;
        for wrong in [
            typed(app, " \n "),
            typed(app, &"x".repeat(MAX_TEXT + 1)),
            Typed { key: "chiave".into(), ..typed(app, "Testo") },
        ] {
            let refused = messaggio::write(&app.portal, &ctx, id, &wrong).await;
            assert!(matches!(refused, Err(Error::Unacceptable(_))), "{refused:?}");
        }
        for _ in 0..MAX_UNREAD {
            let written = messaggio::write(&app.portal, &ctx, id, &typed(app, "Ancora")).await.unwrap();
            assert_eq!(written, Outcome::Written);
        }
        let more = messaggio::write(&app.portal, &ctx, id, &typed(app, "Ancora")).await.unwrap();
        assert_eq!(more, Outcome::TooMany);
        messaggi::thread(&app.portal, &anna, id).await.unwrap();
        let read = messaggio::write(&app.portal, &ctx, id, &typed(app, "Ancora")).await.unwrap();
        assert_eq!(read, Outcome::Written, "once they are read there is room again");
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_reserved_is_opened_as_answers_about_health_are() {
    each(async |app| {
        let (ctx, anna, lara) =
            (app.cittadino("Rossi").await, app.operatore("Anna").await, app.operatore("Lara").await);
        let id = filed(app, &ctx).await;
        messaggio::write(&app.portal, &ctx, id, &reserved(app, SECRET)).await.unwrap();
        app.clock.pass(TimeDelta::seconds(1));
        messaggio::write(&app.portal, &ctx, id, &typed(app, "Grazie")).await.unwrap();
        let closed = messaggi::thread(&app.portal, &anna, id).await.unwrap();
        assert_eq!(texts(&closed), [None, Some("Grazie")]);
        assert!(!closed.can_open && closed.messages[0].read_at.is_none() && closed.messages[1].read_at.is_some());
        let refused = messaggi::open_reserved(&app.portal, &anna, id, "Voglio leggere").await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        assert!(messaggi::thread(&app.portal, &lara, id).await.unwrap().can_open);
        let refused = messaggi::open_reserved(&app.portal, &lara, id, " ").await;
        assert!(matches!(refused, Err(Error::Unacceptable(_))));
        let open = messaggi::open_reserved(&app.portal, &lara, id, "Preparo la dieta").await.unwrap();
        assert_eq!(open.messages[0].text.as_deref(), Some(SECRET));
        assert!(open.messages[0].read_at.is_some());
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'messaggio.open_sealed'";
        assert_eq!(count(app, noted).await, 1);
        app.clock.pass(TimeDelta::seconds(1));
        // The answer to it may be about the same: its author says so, and the applicant reads it.
        messaggi::write(&app.portal, &lara, id, &reserved(app, "Serve il certificato")).await.unwrap();
        let mine = messaggio::thread(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(mine.messages[2].text.as_deref(), Some("Serve il certificato"));
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn no_text_stands_in_clear_in_rows_mail_or_logs() {
    let (log, _guard) = listen();
    let app = App::sqlite().await;
    let (ctx, anna) = (app.cittadino("Rossi").await, app.operatore("Anna").await);
    let id = filed(&app, &ctx).await;
    messaggio::write(&app.portal, &ctx, id, &typed(&app, SECRET)).await.unwrap();
    messaggi::write(&app.portal, &anna, id, &typed(&app, SECRET)).await.unwrap();
    messaggi::note(&app.portal, &anna, id, &typed(&app, SECRET)).await.unwrap();
    app.work().await;
    let ente = app.ente.id;
    let sql = "SELECT sealed_text FROM messaggio WHERE ente_id = $1";
    let sealed: Vec<(sportello_store::seal::Sealed,)> =
        app.portal.store().read(ente, async move |read| read.fetch_all(sql, binds![ente]).await).await.unwrap();
    assert_eq!(sealed.len(), 3);
    let said: Vec<Vec<u8>> = sealed.iter().map(|(one,)| one.as_bytes().to_vec()).collect();
    let mail = app.inbox.all().into_iter().map(|message| format!("{message:?}").into_bytes());
    let rows = "SELECT CAST(payload AS TEXT) FROM job WHERE ente_id = $1
        UNION ALL SELECT CAST(detail AS TEXT) FROM audit WHERE ente_id = $1";
    let rows: Vec<(String,)> =
        app.portal.store().read(ente, async move |read| read.fetch_all(rows, binds![ente]).await).await.unwrap();
    let rows = rows.into_iter().map(|(row,)| row.into_bytes());
    let logged = log.0.lock().unwrap().clone();
    for place in said.into_iter().chain(mail).chain(rows).chain([logged]) {
        assert!(!holds(&place, "CANARINO"), "{}", String::from_utf8_lossy(&place));
    }
}
