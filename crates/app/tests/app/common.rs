//! What several files of these tests look at.

use chrono::TimeDelta;
use sportello_app::{
    Ctx,
    bozza::UploadedFile,
    check,
    invio::{NotSent, Sent},
    pratica::Milestone,
    risposta::{self, Awaited, Given, Refused, Risposta},
    tabella::{Righe, Tabella},
    testing::{App, Domanda},
    ufficio::{self, Act, Outcome, Request},
};
use sportello_domain::{
    id::{BozzaId, EnteId, PraticaId},
    pratica::PraticaStatus,
};
use sportello_store::{
    Json, binds,
    job::{self, JobState},
};
use uuid::Uuid;

/// Why the summary came again.
pub fn reason(sent: sportello_app::Result<Sent>) -> NotSent {
    match sent {
        Ok(Sent::Again { reason, .. }) => reason,
        other => panic!("it was not shown again: {other:?}"),
    }
}

/// The states that a pratica came to, in order, and `None` for the decision that is awaited.
pub fn states(milestones: &[Milestone]) -> Vec<Option<PraticaStatus>> {
    let state = |milestone: &Milestone| match milestone {
        Milestone::Reached(status, _) => Some(*status),
        Milestone::Awaited => None,
    };
    milestones.iter().map(state).collect()
}

/// How many rows a query that takes the ente counts.
pub async fn count(app: &App, sql: &'static str) -> i64 {
    let ente = app.ente.id;
    let found: (i64,) =
        app.portal.store().read(ente, async move |read| read.fetch_one(sql, binds![ente]).await).await.unwrap();
    found.0
}

/// The rows that hang on one INVIA, counted: pratiche, registrations, receipt jobs, messages.
pub async fn filed(app: &App, id: BozzaId) -> [i64; 4] {
    let ente = app.ente.id;
    let (rows, jobs) = app
        .portal
        .store()
        .read(ente, async move |read| {
            let rows: (i64, i64, i64) = read
                .fetch_one(
                    "SELECT (SELECT count(*) FROM pratica WHERE ente_id = $1 AND bozza_id = $2),
                        (SELECT count(*) FROM protocollo WHERE ente_id = $1 AND bozza_id = $2),
                        (SELECT count(*) FROM notifica WHERE ente_id = $1 AND bozza_id = $2)",
                    binds![ente, id],
                )
                .await?;
            let jobs: Vec<(Json<serde_json::Value>,)> = read
                .fetch_all("SELECT payload FROM job WHERE ente_id = $1 AND kind = 'ricevuta'", binds![ente])
                .await?;
            Ok((rows, jobs))
        })
        .await
        .unwrap();
    let own = jobs.iter().filter(|(payload,)| payload.0["bozza"] == id.to_string());
    [rows.0, rows.1, own.count() as i64, rows.2]
}

/// How many jobs wait, run or were given up, in the whole installation.
pub async fn unfinished(app: &App) -> Vec<(JobState, i64)> {
    let counts = app.portal.store().report(EnteId::PLATFORM, async |read| job::counts(read).await);
    counts.await.unwrap()
}

/// Asserts what must hold at the end of every test: numbers without gaps, nothing left in the queue.
pub async fn at_peace(app: &App) {
    app.work().await;
    assert_eq!(unfinished(app).await, []);
    assert_eq!(check::all(&app.portal).await.unwrap(), []);
}

/// A pratica of the applicant, of which the office asks these questions again.
pub async fn asked(app: &App, applicant: &Ctx, domanda: &Domanda, fields: &[&str]) -> PraticaId {
    let (_, pratiche) = app.file(applicant, domanda).await;
    let (anna, id) = (app.operatore("Anna").await, pratiche[0]);
    app.clock.pass(TimeDelta::minutes(1));
    ufficio::take(&app.portal, &anna, id, 1).await.unwrap();
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    let request = Request { version: 2, reason: "Da rivedere".into(), fields };
    ufficio::request_integration(&app.portal, &anna, id, &request).await.unwrap();
    id
}

/// Gives an answer over what was begun.
pub async fn give(
    app: &App,
    applicant: &Ctx,
    id: PraticaId,
    to: Awaited,
    risposta: Risposta,
) -> sportello_app::Result<Given> {
    let begun = risposta::sheet(&app.portal, applicant, id, to).await?.map(|sheet| sheet.begun.revision);
    let risposta = Risposta { revision: begun.unwrap_or_default(), ..risposta };
    risposta::give(&app.portal, applicant, id, to, risposta).await
}

/// Answers the office in words.
pub async fn answer(
    app: &App,
    applicant: &Ctx,
    id: PraticaId,
    to: Awaited,
    words: &str,
) -> sportello_app::Result<Given> {
    give(app, applicant, id, to, Risposta { words: words.into(), ..Risposta::default() }).await
}

/// What keeps an answer from being given.
pub fn refused(given: Given) -> Refused {
    match given {
        Given::Refused(refused) => *refused,
        other => panic!("it was taken: {other:?}"),
    }
}

/// A file as it comes at a control.
pub fn upload(control: &str, name: &str, content: Vec<u8>) -> UploadedFile {
    UploadedFile { field: control.into(), name: name.into(), bytes: content.len() as u64, content }
}

/// Gives notice of rejection of a pratica in charge, lets its applicant observe and takes it up again; its version then.
pub async fn noticed(app: &App, applicant: &Ctx, clerk: &Ctx, id: PraticaId, version: i64) -> i64 {
    let request = Request { version, reason: "Manca un documento".into(), fields: Vec::new() };
    ufficio::give_notice(&app.portal, clerk, id, &request).await.unwrap();
    answer(app, applicant, id, Awaited::Osservazioni, "Il documento arriva").await.unwrap();
    ufficio::take(&app.portal, clerk, id, version + 2).await.unwrap();
    // What follows at once would be told in the same letter.
    app.clock.pass(TimeDelta::minutes(5));
    app.work().await;
    version + 3
}

/// A rejection after [`noticed`].
pub fn rejection(version: i64, reason: &str) -> Act {
    Act { version, outcome: Outcome::Reject, reason: reason.into(), reply: "Il documento non è arrivato".into() }
}

/// The lines of a table as CSV, without the last column: it has the key of the deed, which was noted, with format and
/// number of rows, before the first byte left.
pub async fn taken_out<R: Righe>(
    app: &App,
    ctx: &Ctx,
    action: &'static str,
    table: sportello_app::Result<Tabella<R>>,
) -> Vec<String> {
    let (table, ente) = (table.unwrap(), ctx.ente.id);
    let sql = "SELECT id, detail FROM audit WHERE ente_id = $1 AND action = $2 ORDER BY id DESC LIMIT 1";
    let noted = async move |read: &mut sportello_store::Read| read.fetch_one(sql, binds![ente, action]).await;
    let (deed, Json(detail)): (Uuid, Json<serde_json::Value>) = app.portal.store().read(ente, noted).await.unwrap();
    let text = String::from_utf8(whole(table).await).unwrap();
    let lines: Vec<(&str, &str)> = text.lines().map(|line| line.rsplit_once(';').unwrap()).collect();
    assert!(lines[0].0.starts_with('\u{feff}') && lines[0].1 == "esportazione", "{text}");
    assert!(lines[1..].iter().all(|(_, last)| *last == deed.to_string()), "each row names the deed: {text}");
    assert_eq!((&detail["format"], &detail["count"]), (&"csv".into(), &(lines.len() - 1).into()), "{text}");
    lines.iter().map(|(line, _)| line.trim_start_matches('\u{feff}').to_owned()).collect()
}

/// A table, read to its end.
pub async fn whole<R: Righe>(mut table: Tabella<R>) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(part) = table.next().await.unwrap() {
        whole.extend(part);
    }
    whole
}
