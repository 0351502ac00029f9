//! Files and the scanner of viruses: the real clamd, with the test file of EICAR.

use mail_parser::MessageParser;
use sportello_app::{
    Ctx, Error,
    bozza::{self, PageAction, PageForm, Saved, Scan, UploadedFile},
    pratica,
    scanner::{Address, Scanner, Verdict},
    testing::{App, Clamd, Domanda, EICAR, Figlio, Message, pdf},
    ufficio::{self, Opening},
};
use sportello_domain::{
    id::{AllegatoId, BozzaId, PraticaId},
    modello::view::{Block, Control, ProblemCode},
};
use sportello_store::testing::each;

use super::common::count;

const VIRUS: &str = "EICAR-STANDARD-ANTIVIRUS-TEST-FILE";
const SCANNING: &str = "SELECT count(*) FROM allegato WHERE ente_id = $1 AND scan = 'in_attesa'";
const INFECTED: &str = "SELECT count(*) FROM allegato WHERE ente_id = $1 AND scan = 'infetto'";
const NOTED: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'allegato.infected'";
const LETTERS: &str = "SELECT count(*) FROM notifica WHERE ente_id = $1 AND kind = 'allegato_bloccato'";

fn sick(words: &str) -> Domanda {
    let mut child = Figlio::new("Luca", "Rossi", 1);
    child.certificato = Some(pdf(words));
    Domanda::new([child])
}

fn text(message: &Message) -> String {
    let read = MessageParser::default().parse(message.raw.as_bytes()).expect("a message");
    read.body_text(0).expect("it has a text").into_owned()
}

fn files(app: &App) -> usize {
    let folder = app.folder.join("files").join(app.ente.id.to_string()).join("allegato");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

async fn only_file(app: &App, ctx: &Ctx, id: PraticaId) -> (AllegatoId, Scan) {
    let page = pratica::page(&app.portal, ctx, id).await.unwrap();
    page.scans.into_iter().next().expect("it has a file")
}

#[tokio::test]
async fn the_real_scanner_tells_a_virus_from_a_certificate() {
    let Some(clamd) = Clamd::start().await else { return };
    let scanner = clamd.scanner();
    assert!(scanner.version().await.unwrap().starts_with("ClamAV"));
    assert_eq!(scanner.scan(&pdf("celiachia")).await.unwrap(), Verdict::Clean);
    assert_eq!(scanner.scan(&vec![b'x'; 20 << 20]).await.unwrap(), Verdict::Clean);
    for content in [EICAR.as_bytes().to_vec(), pdf(VIRUS)] {
        let Verdict::Infected(name) = scanner.scan(&content).await.unwrap() else { panic!("not found") };
        assert!(name.starts_with("Prova.Eicar"), "{name}");
    }
}

#[tokio::test]
async fn a_filed_virus_is_deleted_noted_and_the_applicant_is_told() {
    let Some(clamd) = Clamd::start().await else { return };
    each(async |database| {
        let app = App::on(database, true).await.scanned_by(database, clamd.scanner()).await;
        let (ctx, lara) = (app.cittadino("Rossi").await, app.operatore("Lara").await);
        let (_, pratiche) = app.file(&ctx, &sick(VIRUS)).await;
        let (file, scan) = only_file(&app, &ctx, pratiche[0]).await;
        assert_eq!((scan, files(&app)), (Scan::Waiting, 1), "nobody waited for the scanner");

        // The office is told, and may open it all the same; that is written down.
        let with = |unscanned| Opening { reason: "controllo dieta", unscanned };
        let asked = ufficio::file(&app.portal, &lara, pratiche[0], file, with(false)).await;
        assert!(matches!(asked, Err(Error::Unacceptable(_))), "{asked:?}");
        assert!(ufficio::file_facts(&app.portal, &lara, pratiche[0], file).await.unwrap().waiting);
        ufficio::file(&app.portal, &lara, pratiche[0], file, with(true)).await.unwrap();
        const ANYWAY: &str = "SELECT count(*) FROM audit WHERE ente_id = $1 AND action = 'allegato.open_unscanned'";
        assert_eq!(count(&app, ANYWAY).await, 1);

        app.work().await;
        assert_eq!((files(&app), count(&app, INFECTED).await, count(&app, NOTED).await), (0, 1, 1));
        assert_eq!(count(&app, LETTERS).await, 1);
        assert_eq!(only_file(&app, &ctx, pratiche[0]).await, (file, Scan::Infected));
        assert_eq!(ufficio::page(&app.portal, &lara, pratiche[0]).await.unwrap().scans[&file], Scan::Infected);
        for gone in [
            ufficio::file(&app.portal, &lara, pratiche[0], file, with(true)).await,
            pratica::file(&app.portal, &ctx, pratiche[0], file).await,
        ] {
            assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        }
        let told: Vec<_> = app.inbox.all().iter().map(text).filter(|text| text.contains("virus")).collect();
        assert_eq!(told.len(), 1, "the applicant is told");
        assert!(!told[0].contains("Luca") && !told[0].contains("dieta"), "{}", told[0]);
    })
    .await;
}

/// The control for the certificate of the only child.
async fn certificate(app: &App, ctx: &Ctx, id: BozzaId) -> (String, Option<AllegatoId>, i64) {
    let page = bozza::page(&app.portal, ctx, id, "dieta-dettagli").await.unwrap();
    let fields = page.page.blocks.iter().flat_map(|block| match block {
        Block::Group(group) => group.rows.iter().flat_map(|row| &row.fields).collect::<Vec<_>>(),
        Block::Field(field) => vec![field],
    });
    let found = fields.into_iter().find_map(|field| match &field.control {
        Control::File { present, .. } => Some((field.name.clone(), present.as_ref().map(|file| file.id))),
        _ => None,
    });
    let (name, present) = found.expect("the page asks for a certificate");
    (name, present, page.frame.revision)
}

#[tokio::test]
async fn a_virus_in_a_draft_opens_its_question_again() {
    let Some(clamd) = Clamd::start().await else { return };
    each(async |database| {
        let app = App::on(database, true).await.scanned_by(database, clamd.scanner()).await;
        let ctx = app.cittadino("Rossi").await;
        let id = app.fill(&ctx, &sick(VIRUS)).await;
        assert_eq!(bozza::summary(&app.portal, &ctx, id).await.unwrap().problems, vec![]);
        app.work().await;
        assert_eq!((files(&app), count(&app, LETTERS).await), (0, 0), "whoever fills in sees it there");
        let summary = bozza::summary(&app.portal, &ctx, id).await.unwrap();
        assert_eq!(summary.problems.len(), 1, "{:?}", summary.problems);
        assert_eq!(summary.problems[0].code, ProblemCode::FileInfected);

        let (control, present, revision) = certificate(&app, &ctx, id).await;
        let gone = bozza::file(&app.portal, &ctx, id, present.unwrap()).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        let content = pdf("pulito");
        let file = UploadedFile { field: control, name: "a.pdf".into(), bytes: content.len() as u64, content };
        let form = PageForm { revision, action: PageAction::Suspend, files: vec![file], ..PageForm::default() };
        let saved = bozza::save(&app.portal, &ctx, id, "dieta-dettagli", form).await.unwrap();
        assert!(matches!(saved, Saved::Suspended), "{saved:?}");
        app.work().await;
        assert_eq!(bozza::summary(&app.portal, &ctx, id).await.unwrap().problems, vec![]);
        let (_, present, _) = certificate(&app, &ctx, id).await;
        assert_eq!(&*bozza::file(&app.portal, &ctx, id, present.unwrap()).await.unwrap().content, pdf("pulito"));
    })
    .await;
}

#[tokio::test]
async fn without_a_scanner_nothing_waits_and_with_one_old_files_are_scanned() {
    let Some(clamd) = Clamd::start().await else { return };
    each(async |database| {
        let app = App::on(database, true).await;
        let ctx = app.cittadino("Rossi").await;
        let (_, pratiche) = app.file(&ctx, &sick("celiachia")).await;
        app.work().await;
        assert_eq!(only_file(&app, &ctx, pratiche[0]).await.1, Scan::Unscanned);

        // One that cannot be reached: the file waits, and so does its job.
        let nobody = Scanner::new(Address::Unix("/nowhere/clamd.sock".into()));
        let app = app.scanned_by(database, nobody).await;
        app.clock.pass(chrono::TimeDelta::days(1));
        app.work().await;
        assert_eq!(count(&app, SCANNING).await, 1);
        // It stays away until the job gives up; the next day asks again.
        for _ in 0..9 {
            app.clock.pass(chrono::TimeDelta::hours(2));
            app.work().await;
        }
        let given_up = "SELECT count(*) FROM job WHERE ente_id = $1 AND kind = 'scansione' AND state = 'fallito'";
        assert_eq!((count(&app, SCANNING).await, count(&app, given_up).await), (1, 1));

        let app = app.scanned_by(database, clamd.scanner()).await;
        app.clock.pass(chrono::TimeDelta::days(1));
        app.work().await;
        assert_eq!(only_file(&app, &ctx, pratiche[0]).await.1, Scan::Clean);
    })
    .await;
}
