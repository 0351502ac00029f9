//! Invented drafts and pratiche for the tests of the pages, and what is done with every rendered page.

use std::{fs, path::Path};

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use sportello_app::{
    bozza::{BozzaFrame, BozzaPage, Creditor, SummaryPage},
    pratica::Milestone,
    provvedimento::Provvedimento,
};
use sportello_domain::{
    lingua::Lingua,
    modello::Difference,
    modello::view::{
        Answer, AsideView, Block, Control, EarlierFile, FieldView, FileView, GroupView, OfferedRow, OptionView,
        PageLink, PageView, Privacy, Problem, ProblemCode, Progress, RowView, Shown, Source, Step, Summary,
        SummaryLine, SummarySection, Warning, WarningCode, Width,
    },
    pratica::PraticaStatus,
};

use crate::{page::Page, sample};

/// Identifier number `n`.
pub fn uuid<T: std::str::FromStr<Err: std::fmt::Debug>>(n: u32) -> T {
    format!("0190f5fe-0000-7000-8000-{n:012}").parse().unwrap()
}

/// An instant of the story.
pub fn instant() -> DateTime<Utc> {
    "2026-06-16T19:32:00Z".parse().unwrap()
}

/// First instant at which the draft of the story cannot be sent any more.
pub fn end() -> DateTime<Utc> {
    "2026-06-30T22:00:00Z".parse().unwrap()
}

/// A day of the story.
pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 7, 16).unwrap()
}

/// The frame of a page for a citizen who is signed in.
pub fn base(lingua: Lingua) -> Page {
    sample::page(lingua, "", Some("Giulia Bianchi"))
}

/// Renders a page in every language, checks it, and leaves it in `target/pagine` for whoever wants to look at it.
pub fn see<T: Template>(name: &str, page: impl Fn(Page) -> T) {
    for lingua in Lingua::ALL {
        let html = page(base(lingua)).render().unwrap();
        sample::check(&html);
        assert!(html.contains("<h1"), "{name} has no content");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pagine").join(lingua.tag());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}

/// A draft with five pages, of which the third is not right yet.
pub fn frame() -> BozzaFrame {
    let page = |id: &str, title: &str, step, progress| PageLink { id: id.into(), title: title.into(), step, progress };
    BozzaFrame {
        id: uuid(1),
        modello: "iscrizione-mensa".into(),
        title: "Modello iscrizione mensa A.S. 2026/2027".into(),
        revision: 6,
        version: 1,
        saved_at: instant(),
        send_by: Some(end()),
        until: day(),
        pages: vec![
            page("privacy", "Informativa sulla privacy", Step::Privacy, Progress::Done),
            page("richiedente", "Chi fa la domanda", Step::DatiGenerali, Progress::Done),
            page("figli", "Figli da iscrivere", Step::DatiGenerali, Progress::Started),
            page("mensa", "Scuola e mensa", Step::Preferenze, Progress::ToDo),
            page("pagamento", "Come vuoi pagare", Step::Preferenze, Progress::ToDo),
        ],
        changed_at: instant(),
        review: vec![],
        aside: vec![],
    }
}

/// The same under a newer version of the modello.
pub fn changed_frame() -> BozzaFrame {
    let frame = frame();
    let aside = |row: Option<&str>, label: &str, text: &str| AsideView {
        label: label.into(),
        row: row.map(str::to_owned),
        answer: Answer::Text(text.into()),
    };
    let aside = vec![aside(None, "Comune", "Treviglio"), aside(Some("Sofia <Ferrari>"), "CAP", "24040")];
    BozzaFrame { version: 2, review: frame.pages[2..4].to_vec(), aside, ..frame }
}

/// A field with everything usual.
pub fn field(name: &str, label: &str, control: Control, value: Shown) -> FieldView {
    FieldView {
        name: name.into(),
        anchor: name.replace('.', "-"),
        label: label.into(),
        hint: None,
        control,
        value,
        required: true,
        locked: false,
        source: Source::Typed,
        autocomplete: None,
        problem: None,
    }
}

fn text(code: bool, width: Width) -> Control {
    Control::Text { inputmode: "text", kind: "text", max: 80, code, width }
}

fn options() -> Vec<OptionView> {
    [("genitore", "Genitore", true), ("tutore", "Tutore", false), ("affidatario", "Affidatario", false)]
        .map(|(value, label, chosen)| OptionView { value: value.into(), label: label.into(), chosen })
        .into()
}

/// A notice with its document, and a rejection whose document is still being made.
pub fn provvedimenti() -> Vec<Provvedimento> {
    let made = Provvedimento {
        id: uuid(70),
        kind: PraticaStatus::RejectionNotice,
        made_at: instant(),
        protocol: Some("4310/2026".to_owned()),
        file: Some(file()),
        opened_at: Some(instant()),
    };
    let waits =
        Provvedimento { kind: PraticaStatus::Rejected, protocol: None, file: None, opened_at: None, ..made.clone() };
    vec![made, waits]
}

/// A file given earlier.
pub fn file() -> FileView {
    FileView {
        id: uuid(9),
        name: "certificato <medico> & altro.pdf".into(),
        bytes: 184_000,
        media_type: "application/pdf".into(),
    }
}

/// A page with each control once, outside and inside a group, and no problem.
pub fn every_control() -> PageView {
    let words = |value: &str| Shown::Text(value.into());
    let locked = |field: FieldView| FieldView { locked: true, source: Source::Spid, ..field };
    let date = Shown::Date { day: "12".into(), month: "9".into(), year: "1985".into() };
    let email = Control::Text { inputmode: "email", kind: "email", max: 80, code: false, width: Width::Full };
    let paragraphs = vec!["Usiamo i tuoi dati solo per il servizio mensa.".into(), "Puoi chiederne copia.".into()];
    let upload = |present| Control::File {
        accept: "application/pdf,image/jpeg,image/png".into(),
        max_bytes: 5_000_000,
        present,
        earlier: vec![EarlierFile { file: file(), given_on: day(), pratica: "2025/96".to_owned() }],
    };
    let fields = vec![
        locked(field("nome", "Nome", text(false, Width::Full), words("Giulia"))),
        locked(field("cf", "Codice fiscale", text(true, Width::Medium), words("BNCGLI86C54A794L"))),
        locked(field("nascita", "Data di nascita", Control::Date, date.clone())),
        field("avvertenza", "Come usiamo i dati", Control::Info { paragraphs }, Shown::Empty),
        FieldView {
            hint: Some("Qui mandiamo la ricevuta.".into()),
            autocomplete: Some("email"),
            source: Source::Spid,
            ..field("email", "E-mail", email, words("giulia.bianchi@posta.example"))
        },
        FieldView { required: false, ..field("cap", "CAP", text(false, Width::Narrow), Shown::Empty) },
        field("note", "Note \"per\" l’ufficio", Control::LongText { max: 500 }, words("Riga 1\nRiga <2>")),
        field("dal", "A partire dal", Control::Date, date),
        field("qualita", "In qualità di", Control::Choice { options: options(), select: false }, Shown::InControl),
        field("scuola", "Scuola", Control::Choice { options: options(), select: true }, Shown::InControl),
        field("giorni", "Giorni di mensa", Control::MultiChoice { options: options() }, Shown::InControl),
        field("residente", "Abiti a Calvenzano?", Control::YesNo, Shown::Flag(true)),
        field("dpr", "Dichiaro che i dati sono veri", Control::Declaration, Shown::Flag(true)),
        field("atto", "Atto di tutela", upload(None), Shown::Empty),
    ];
    let mut blocks: Vec<Block> = fields.into_iter().map(Block::Field).collect();
    let row = |n: u32, title: &str| RowView {
        row: uuid(n),
        title: title.into(),
        fields: vec![
            FieldView {
                hint: Some("16 caratteri, li trovi sulla tessera sanitaria.".into()),
                ..field(&format!("figli.{n}.cf"), "Codice fiscale", text(true, Width::Medium), words("FRRSFO20L63L40"))
            },
            field(&format!("figli.{n}.nascita"), "Data di nascita", Control::Date, Shown::Empty),
            FieldView {
                required: false,
                ..field(&format!("figli.{n}.certificato"), "Certificato medico", upload(Some(file())), Shown::InControl)
            },
        ],
    };
    blocks.push(Block::Group(GroupView {
        id: "figli".into(),
        title: "Figli da iscrivere".into(),
        row_name: "Figlio".into(),
        rows: vec![row(21, "Sofia Ferrari"), row(22, "")],
        offered: vec![OfferedRow { key: "k1".into(), title: "Tommaso Ferrari, già iscritto l’anno scorso".into() }],
        can_add: true,
        editable: true,
    }));
    PageView { id: "figli".into(), title: "Figli da iscrivere".into(), step: Step::DatiGenerali, blocks }
}

/// The problems of [`every_control`] after a bad Avanti, each also at its field.
pub fn with_problems(mut page: PageView) -> BozzaPage {
    let problem = |field: &FieldView, row: Option<&str>, code| Problem {
        path: field.name.replace('.', "/"),
        anchor: field.anchor.clone(),
        page: "figli".into(),
        label: field.label.clone(),
        row: row.map(str::to_owned),
        code,
    };
    let mut problems = Vec::new();
    for block in &mut page.blocks {
        match block {
            Block::Field(field) if !matches!(field.control, Control::Info { .. }) && !field.locked => {
                field.problem = Some(problem(field, None, ProblemCode::Missing));
                problems.extend(field.problem.clone());
            }
            Block::Field(_) => {}
            Block::Group(group) => {
                let codes = [
                    ProblemCode::CodiceFiscaleLength { typed: 14 },
                    ProblemCode::YearFourDigits,
                    ProblemCode::FileTooLarge { max_mb: 5 },
                ];
                for (field, code) in group.rows[0].fields.iter_mut().zip(codes) {
                    field.problem = Some(problem(field, Some("Sofia Ferrari"), code));
                    problems.extend(field.problem.clone());
                }
            }
        }
    }
    let creditor = Creditor { name: "Comune di <prova>".into(), id: "IT82ZZZ0000080018230153".into() };
    BozzaPage { frame: frame(), page, problems, warnings: warnings(), creditor: Some(creditor) }
}

/// A warning.
pub fn warnings() -> Vec<Warning> {
    vec![Warning {
        path: "figli/21/cf".into(),
        label: "Codice fiscale".into(),
        row: Some("Sofia Ferrari".into()),
        code: WarningCode::CodiceFiscaleMismatch,
    }]
}

/// A file that is not of class A.
pub fn section_of_file(file: FileView) -> SummarySection {
    let line = SummaryLine {
        field: "atto".into(),
        label: "Atto di tutela".into(),
        answer: Some(Answer::File(file)),
        privacy: Privacy::Personal,
    };
    SummarySection { page: "richiedente".into(), title: "Chi fa la domanda".into(), lines: vec![line] }
}

/// Answers of every kind, class A among them.
pub fn summary() -> Summary {
    let line = |label: &str, privacy, answer| SummaryLine { field: "x".into(), label: label.into(), answer, privacy };
    let richiedente = vec![
        line("Nome e cognome", Privacy::Personal, Some(Answer::Text("Giulia <Bianchi>".into()))),
        line("Codice fiscale", Privacy::Personal, Some(Answer::Code("BNCGLI86C54A794L".into()))),
        line("Cellulare", Privacy::Personal, None),
    ];
    let sofia = vec![
        line("Data di nascita", Privacy::Child, NaiveDate::from_ymd_opt(2020, 7, 23).map(Answer::Date)),
        line("Giorni di mensa", Privacy::Child, Some(Answer::List(vec!["lunedì".into(), "martedì".into()]))),
        line("Dieta", Privacy::Art9, Some(Answer::Text("Senza carne di maiale".into()))),
        line("Certificato medico", Privacy::Art9, Some(Answer::File(file()))),
        line("Residente con te", Privacy::Child, Some(Answer::Flag(false))),
    ];
    let pagamento = vec![
        line("ISEE", Privacy::Income, Some(Answer::Cents(1_234_567))),
        line("IBAN", Privacy::Bank, Some(Answer::Code("IT62 Q999 9911 1010 0000 0123 456".into()))),
        line("Dichiarazione", Privacy::Personal, Some(Answer::Flag(true))),
    ];
    let section = |page: &str, title: &str, lines| SummarySection { page: page.into(), title: title.into(), lines };
    Summary {
        sections: vec![
            section("richiedente", "Chi fa la domanda", richiedente),
            section("figli", "Figlio: Sofia Ferrari", sofia),
            section("pagamento", "Come vuoi pagare", pagamento),
        ],
    }
}

/// The summary of a draft that can be sent, or of one with a problem.
pub fn summary_page(problem: bool) -> SummaryPage {
    let problems = if problem { with_problems(every_control()).problems.into_iter().take(2).collect() } else { vec![] };
    SummaryPage {
        frame: frame(),
        summary: summary(),
        problems,
        warnings: warnings(),
        key: "b1f6c0".into(),
        hash: "00ff".into(),
        pratiche: 2,
    }
}

/// The life of a pratica that is being examined.
pub fn milestones() -> Vec<Milestone> {
    let reached = [PraticaStatus::Submitted, PraticaStatus::Registered, PraticaStatus::InReview];
    reached.map(|status| Milestone::Reached(status, instant())).into_iter().chain([Milestone::Awaited]).collect()
}

/// An answer that was another one at another time.
pub fn difference(label: &str) -> Difference {
    let answer = |words: &str| Some(Answer::Text(words.into()));
    Difference { label: label.into(), row: None, known: answer("Una <i>"), answer: answer("Un’altra <b>") }
}
