//! The profile: an address counts once its code came back, and a code is no lottery.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error,
    messaggio::Typed,
    profilo::{self, Asked, Channel, Confirmed, MAX_ATTEMPTS, MAX_CODES},
    testing::{App, Domanda, Figlio, each},
    ufficio::messaggi,
};
use sportello_domain::delega::DelegaScope;
use sportello_store::{binds, contatto};

use super::{
    common::{at_peace, count},
    delega::on_behalf,
};

const NEW: &str = "nuova@posta.example";

/// The code in the last e-mail.
fn code(app: &App) -> String {
    let letter = app.inbox.all().pop().unwrap();
    assert_eq!(letter.to, NEW);
    assert!(!letter.header("Subject").contains(char::is_numeric), "no code in a subject");
    let at = letter.raw.find("Codice: ").unwrap() + "Codice: ".len();
    letter.raw[at..at + 6].to_owned()
}

async fn asked(app: &App, ctx: &Ctx) -> String {
    assert_eq!(profilo::ask(&app.portal, ctx, &format!(" {NEW} ")).await.unwrap(), Asked::Sent);
    app.work().await;
    code(app)
}

/// A code that is another.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn an_address_counts_once_its_code_came_back() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let before = profilo::page(&app.portal, &ctx).await.unwrap();
        assert_eq!((before.email.as_deref(), before.confirmed_at), (Some("rossi@posta.example"), None));
        assert!(before.awaits.is_none() && before.channel == Channel::Email);
        for no_address in ["", "rossi", "a@b\nc"] {
            assert_eq!(profilo::ask(&app.portal, &ctx, no_address).await.unwrap(), Asked::NoAddress, "{no_address}");
        }
        assert_eq!(profilo::confirm(&app.portal, &ctx, "123456").await.unwrap(), Confirmed::Over, "none is awaited");
        let code = asked(app, &ctx).await;
        let waiting = profilo::page(&app.portal, &ctx).await.unwrap();
        assert_eq!(waiting.awaits.unwrap().0, NEW);
        assert_eq!(waiting.email, before.email, "nothing has changed yet");
        let refused = profilo::confirm(&app.portal, &ctx, &wrong(&code)).await.unwrap();
        assert_eq!(refused, Confirmed::Wrong(MAX_ATTEMPTS - 1));
        // Somebody else's code is not theirs.
        let verdi = app.cittadino("Verdi").await;
        assert_eq!(profilo::confirm(&app.portal, &verdi, &code).await.unwrap(), Confirmed::Over);
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(profilo::confirm(&app.portal, &ctx, &spaced).await.unwrap(), Confirmed::Done);
        let after = profilo::page(&app.portal, &ctx).await.unwrap();
        assert_eq!((after.email.as_deref(), after.confirmed_at), (Some(NEW), Some(app.clock.now())));
        assert_eq!(profilo::confirm(&app.portal, &ctx, &code).await.unwrap(), Confirmed::Over, "a code is used once");
        let noted = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'profilo.confirm_email'";
        assert_eq!(count(app, noted).await, 1);
        // News go there, whatever address the application named; the receipt went where the page of the INVIA says.
        let id = app.file(&ctx, &Domanda::new([Figlio::new("Luca", "Rossi", 1)])).await.1[0];
        app.work().await;
        assert_eq!(app.inbox.all().pop().unwrap().to, "ricevute@posta.example");
        let typed = Typed { text: "Testo".into(), reserved: false, key: app.portal.chance().secret() };
        messaggi::write(&app.portal, &app.operatore("Anna").await, id, &typed).await.unwrap();
        app.work().await;
        assert_eq!(app.inbox.all().pop().unwrap().to, NEW);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_code_ends_by_time_by_attempts_and_by_the_next_one() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let first = asked(app, &ctx).await;
        app.clock.pass(TimeDelta::minutes(30));
        assert_eq!(profilo::confirm(&app.portal, &ctx, &first).await.unwrap(), Confirmed::Over);
        let second = asked(app, &ctx).await;
        for left in (1..MAX_ATTEMPTS).rev() {
            let refused = profilo::confirm(&app.portal, &ctx, &wrong(&second)).await.unwrap();
            assert_eq!(refused, Confirmed::Wrong(left));
        }
        assert_eq!(profilo::confirm(&app.portal, &ctx, &wrong(&second)).await.unwrap(), Confirmed::Over);
        assert_eq!(
            profilo::confirm(&app.portal, &ctx, &second).await.unwrap(),
            Confirmed::Over,
            "too late, though right"
        );
        let third = asked(app, &ctx).await;
        let fourth = asked(app, &ctx).await;
        if third != fourth {
            let old = profilo::confirm(&app.portal, &ctx, &third).await.unwrap();
            assert!(matches!(old, Confirmed::Wrong(_)), "the next one took its place: {old:?}");
        }
        asked(app, &ctx).await;
        assert_eq!(profilo::ask(&app.portal, &ctx, NEW).await.unwrap(), Asked::TooMany, "{MAX_CODES} in a day");
        app.clock.pass(TimeDelta::hours(24));
        let next = asked(app, &ctx).await;
        assert_eq!(profilo::confirm(&app.portal, &ctx, &next).await.unwrap(), Confirmed::Done);
        assert_eq!(profilo::confirm(&app.portal, &ctx, &next).await.unwrap(), Confirmed::Over, "used once");
        // What was confirmed is counted like any other.
        for _ in 1..MAX_CODES {
            asked(app, &ctx).await;
        }
        assert_eq!(profilo::ask(&app.portal, &ctx, NEW).await.unwrap(), Asked::TooMany);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_code_that_took_the_place_of_one_on_its_way_is_sent_too() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let ente = app.ente.id;
        let (persona, old) = (ctx.cittadino().unwrap().persona, vec![7]);
        assert_eq!(profilo::ask(&app.portal, &ctx, NEW).await.unwrap(), Asked::Sent);
        // The e-mail of the one before leaves only now.
        let left = async move |tx: &mut sportello_store::Tx| contatto::left(tx, ente, persona, &old).await;
        app.portal.store().write(ente, left).await.unwrap();
        app.work().await;
        assert_eq!(app.inbox.all().pop().unwrap().to, NEW);
        at_peace(app).await;
    })
    .await;
}

#[tokio::test]
async fn neither_code_nor_address_stands_in_clear_and_nobody_acts_for_another() {
    each(async |app| {
        let ctx = app.cittadino("Rossi").await;
        let code = asked(app, &ctx).await;
        let ente = app.ente.id;
        let sql = "SELECT sealed_address, sealed_code, code_hash FROM contatto_codice WHERE ente_id = $1";
        type Row = (sportello_store::seal::Sealed, Option<sportello_store::seal::Sealed>, Vec<u8>);
        let kept = async move |read: &mut sportello_store::Read| read.fetch_one::<Row>(sql, binds![ente]).await;
        let (address, sealed_code, hash) = app.portal.store().read(ente, kept).await.unwrap();
        assert!(sealed_code.is_none(), "its e-mail left: only the hash stays");
        assert!(!String::from_utf8_lossy(address.as_bytes()).contains("nuova"));
        assert!(!String::from_utf8_lossy(&hash).contains(&code));
        let rows = "SELECT count(*) FROM job WHERE ente_id = $1 AND CAST(payload AS TEXT) LIKE '%nuova%'";
        assert_eq!(count(app, rows).await, 0);

        let verdi = app.cittadino("Verdi").await;
        let (_, acts) = on_behalf(app, &ctx, &verdi, "Verdi", DelegaScope::Act).await;
        assert!(matches!(profilo::page(&app.portal, &acts).await, Err(Error::DelegaTooNarrow)));
        assert!(matches!(profilo::ask(&app.portal, &acts, NEW).await, Err(Error::DelegaTooNarrow)));
        assert!(matches!(profilo::confirm(&app.portal, &acts, &code).await, Err(Error::DelegaTooNarrow)));
        let channel = profilo::set_channel(&app.portal, &acts, Channel::Area).await;
        assert!(matches!(channel, Err(Error::DelegaTooNarrow)));
        let anna = app.operatore("Anna").await;
        assert!(matches!(profilo::page(&app.portal, &anna).await, Err(Error::SignInNeeded)));
        at_peace(app).await;
    })
    .await;
}
