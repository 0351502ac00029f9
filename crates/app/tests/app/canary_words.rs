//! What people write to each other about a diet stands nowhere in clear, leaves in no export of the office, and is whole for
//! the person alone.

use chrono::TimeDelta;
use sportello_app::{
    Ctx, Error,
    bozza::UploadedFile,
    dati::{self, Dati},
    messaggio::{self, Typed},
    pratica, protocollo,
    risposta::{self, Answered, Awaited, Given, Risposta, Step},
    testing::{App, Domanda, Figlio, MODELLO, codice_fiscale, each, pdf},
    ufficio::{
        self, Act, Filter, Outcome, QueueQuery, Request, elenco,
        esportazione::{self, Wanted},
        messaggi,
    },
};
use sportello_domain::{foglio::Formato, id::PraticaId, zip};
use sportello_store::binds;

use super::{
    canary::holds,
    common::{count, whole},
};

/// Words that the applicant reads again: each of one text.
pub const TOLD: [&str; 9] = [
    "CANARINO-MESSAGGIO",
    "CANARINO-UFFICIO",
    "CANARINO-RICHIESTA",
    "CANARINO-RISPOSTA",
    "CANARINO-PREAVVISO",
    "CANARINO-OSSERVAZIONI",
    "CANARINO-REPLICA",
    "CANARINO-ESITO",
    "CANARINO-PARZIALE",
];
/// The note of the office, the names of three files, what is in them.
const KEPT: [&str; 7] = [
    "CANARINO-NOTA",
    "referto-canarino",
    "analisi-canarino",
    "firmato-canarino",
    "CANARINO-REFERTO",
    "CANARINO-ANALISI",
    "CANARINO-FIRMATO",
];

/// All of them.
pub fn words() -> impl Iterator<Item = &'static str> {
    TOLD.into_iter().chain(KEPT)
}

fn typed(app: &App, text: &str) -> Typed {
    Typed { text: text.into(), reserved: true, key: app.portal.chance().secret() }
}

fn request(version: i64, reason: &str) -> Request {
    Request { version, reason: reason.into(), fields: vec!["dieta_certificato".into()] }
}

async fn give(app: &App, ctx: &Ctx, id: PraticaId, to: Awaited, words: &str, (name, says): (&str, &str)) {
    // The certificate is asked again: another one comes at its question.
    let sheet = risposta::sheet(&app.portal, ctx, id, to).await.unwrap().expect("it is awaited");
    let page = sheet.questions.page.iter();
    let drawn: Vec<String> = page.flat_map(|page| page.fields()).map(|field| field.name.clone()).collect();
    assert_eq!(drawn.len(), usize::from(to == Awaited::Integrazione));
    let signed = drawn.iter().map(|field| file(field, "firmato-canarino.pdf", "CANARINO-FIRMATO")).collect();
    let answers = Some(Answered { drawn: drawn.clone(), files: signed, ..Answered::default() });
    let begun =
        Risposta { step: Step::Save, words: words.into(), files: vec![file("", name, says)], answers, revision: 0 };
    assert_eq!(risposta::give(&app.portal, ctx, id, to, begun).await.unwrap(), Given::Saved);
    app.clock.pass(TimeDelta::minutes(5));
    let answers = Some(Answered { drawn, ..Answered::default() });
    let whole = Risposta { revision: 1, words: words.into(), answers, ..Risposta::default() };
    assert_eq!(risposta::give(&app.portal, ctx, id, to, whole).await.unwrap(), Given::Done);
    app.clock.pass(TimeDelta::minutes(5));
}

fn file(field: &str, name: &str, says: &str) -> UploadedFile {
    let content = pdf(says);
    UploadedFile { field: field.into(), name: name.into(), bytes: content.len() as u64, content }
}

async fn taken(app: &App, anna: &Ctx, id: PraticaId, version: i64) {
    ufficio::take(&app.portal, anna, id, version).await.unwrap();
    app.clock.pass(TimeDelta::minutes(5));
}

/// Two pratiche of one person: of the first everything is asked, told, observed and answered, of the second only a part is
/// accepted. Each text has its own word.
pub async fn correspond(app: &App, applicant: &str, children: [u64; 2]) -> [PraticaId; 2] {
    let (ctx, anna) = (app.cittadino(applicant).await, app.operatore("Anna").await);
    let mut sick = Figlio::new("Elia", applicant, children[0]);
    sick.certificato = Some(pdf("certificato di prova"));
    let figli = [sick, Figlio::new("Emma", applicant, children[1])];
    let filed = app.file(&ctx, &Domanda::new(figli)).await.1;
    let (first, second) = (filed[0], filed[1]);
    let portal = &app.portal;
    messaggio::write(portal, &ctx, first, &typed(app, "CANARINO-MESSAGGIO sul referto")).await.unwrap();
    messaggi::write(portal, &anna, first, &typed(app, "CANARINO-UFFICIO sul referto")).await.unwrap();
    messaggi::note(portal, &anna, first, &typed(app, "CANARINO-NOTA sul referto")).await.unwrap();
    app.clock.pass(TimeDelta::minutes(5));
    taken(app, &anna, first, 1).await;
    ufficio::request_integration(portal, &anna, first, &request(2, "CANARINO-RICHIESTA: quale celiachia?"))
        .await
        .unwrap();
    let file = ("referto-canarino.pdf", "CANARINO-REFERTO");
    give(app, &ctx, first, Awaited::Integrazione, "CANARINO-RISPOSTA: quella.", file).await;
    taken(app, &anna, first, 4).await;
    ufficio::give_notice(portal, &anna, first, &request(5, "CANARINO-PREAVVISO: il referto.")).await.unwrap();
    let file = ("analisi-canarino.pdf", "CANARINO-ANALISI");
    give(app, &ctx, first, Awaited::Osservazioni, "CANARINO-OSSERVAZIONI: le analisi.", file).await;
    taken(app, &anna, first, 7).await;
    let (reason, reply) = ("CANARINO-ESITO: il referto.".to_owned(), "CANARINO-REPLICA: le analisi.".to_owned());
    let reject = Act { version: 8, outcome: Outcome::Reject, reason, reply };
    ufficio::conclude(portal, &anna, first, &reject).await.unwrap();
    taken(app, &anna, second, 1).await;
    let (outcome, reason) = (Outcome::AcceptPartly { effects: false }, "CANARINO-PARZIALE: senza glutine.".to_owned());
    let partly = Act { version: 2, outcome, reason, reply: String::new() };
    ufficio::conclude(portal, &anna, second, &partly).await.unwrap();
    app.work().await;
    [first, second]
}

async fn archive(dati: Result<Dati, Error>) -> Vec<u8> {
    let (mut dati, mut whole) = (dati.unwrap(), Vec::new());
    while let Some(part) = dati.next().await.unwrap() {
        whole.extend(part);
    }
    zip::testing::read(&whole).into_iter().flat_map(|(_, content)| content).collect()
}

/// The queue, the register, the answers and the archive of the auditor.
async fn exports(app: &App) -> Vec<(String, Vec<u8>)> {
    let (anna, lara, ugo) = (app.operatore("Anna").await, app.operatore("Lara").await, app.operatore("Ugo").await);
    // They are decided by now.
    let closed = QueueQuery { filter: Filter::Closed, ..QueueQuery::default() };
    let mut found = Vec::new();
    for formato in [Formato::Csv, Formato::Xlsx] {
        let queue = whole(elenco::take_out(&app.portal, &anna, &closed, formato).await.unwrap()).await;
        let everything = protocollo::Search::default();
        let register = whole(protocollo::take_out(&app.portal, &anna, &everything, formato).await.unwrap()).await;
        let sealed = Some("controllo dei redditi".to_owned());
        let wanted = Wanted { modello: MODELLO.into(), sealed, formato, ..Wanted::default() };
        let answers = whole(esportazione::export(&app.portal, &lara, &wanted).await.unwrap()).await;
        for (name, bytes) in [("the queue", queue), ("the register", register), ("the answers", answers)] {
            let bytes = match formato {
                Formato::Csv => bytes,
                Formato::Xlsx => zip::testing::read(&bytes).into_iter().flat_map(|(_, content)| content).collect(),
            };
            found.push((format!("{name} as {formato:?}"), bytes));
        }
    }
    let code = codice_fiscale("Verdi");
    found.push((
        "the auditor's archive".into(),
        archive(dati::of_person(&app.portal, &ugo, &code, "prot. 812/2026").await).await,
    ));
    found
}

#[tokio::test]
async fn no_export_of_the_office_says_what_was_written_about_a_diet() {
    each(async |app| {
        let ids = correspond(app, "Verdi", [1, 2]).await;
        for (name, content) in exports(app).await {
            assert!(holds(&content, "Verdi"), "the search sees names in {name}");
            for word in words() {
                assert!(!holds(&content, word), "{word} leaves in {name}");
            }
        }
        let ctx = app.cittadino("Verdi").await;
        let mine = archive(dati::own(&app.portal, &ctx).await).await;
        for word in TOLD {
            assert!(holds(&mine, word), "{word} is the person's own, and is not in their archive");
        }
        assert!(!holds(&mine, "CANARINO-NOTA"), "what the office notes for itself");
        for (id, word) in ids.into_iter().zip(["CANARINO-ESITO", "CANARINO-PARZIALE"]) {
            let reason = pratica::page(&app.portal, &ctx, id).await.unwrap().decision_reason.unwrap();
            assert!(reason.starts_with(word), "{reason}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_clerk_without_the_role_reads_none_of_it_once_it_is_written() {
    each(async |app| {
        let [first, _] = correspond(app, "Verdi", [1, 2]).await;
        let (anna, lara) = (app.operatore("Anna").await, app.operatore("Lara").await);
        let closed = ufficio::page(&app.portal, &anna, first).await.unwrap();
        assert!(closed.answer_closed && closed.notice_closed && closed.acts_closed);
        assert_eq!(closed.decision_reason.as_deref(), Some("Il motivo è nel provvedimento."));
        let asked = closed.integrazione.unwrap();
        assert_eq!((asked.reason, asked.answer, asked.files.len()), (None, None, 0));
        let open = ufficio::open_sealed(&app.portal, &lara, first, "controllo della dieta").await.unwrap();
        assert!(open.integrazione.unwrap().reason.unwrap().starts_with("CANARINO-RICHIESTA"));
        assert!(open.decision_reason.unwrap().starts_with("CANARINO-ESITO"));
    })
    .await;
}

#[tokio::test]
async fn what_an_older_portal_kept_in_clear_is_sealed_by_the_job_of_the_day() {
    each(async |app| {
        let ids = correspond(app, "Verdi", [1, 2]).await;
        let ente = app.ente.id;
        let older = async move |tx: &mut sportello_store::Tx| {
            let asked = "UPDATE integrazione SET reason = 'CANARINO-VECCHIO', sealed_reason = NULL WHERE ente_id = $1";
            let decided =
                "UPDATE pratica SET decision_reason = 'CANARINO-VECCHIO' WHERE ente_id = $1 AND decided_by IS NOT NULL";
            Ok((tx.execute(asked, binds![ente]).await?, tx.execute(decided, binds![ente]).await?))
        };
        assert_eq!(app.portal.store().write(ente, older).await.unwrap(), (1, 2));
        let ctx = app.cittadino("Verdi").await;
        let reason = async || pratica::page(&app.portal, &ctx, ids[0]).await.unwrap().integrazione.unwrap().reason;
        assert_eq!(reason().await.as_deref(), Some("CANARINO-VECCHIO"));
        app.clock.pass(TimeDelta::days(1));
        app.work().await;
        let clear = "SELECT (SELECT count(*) FROM integrazione WHERE ente_id = $1 AND reason <> '')
            + (SELECT count(*) FROM pratica WHERE ente_id = $1 AND decision_reason IS NOT NULL)";
        assert_eq!(count(app, clear).await, 0);
        assert_eq!(reason().await.as_deref(), Some("CANARINO-VECCHIO"), "the applicant still reads it");
    })
    .await;
}
