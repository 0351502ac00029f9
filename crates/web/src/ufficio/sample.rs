//! Invented pratiche for the tests of the office's pages.

use askama::Template;
use std::collections::BTreeSet;

use sportello_app::{
    bozza::Scan,
    campione::Estratta,
    integrazione::Integrazione,
    messaggio::Counts,
    preavviso::Preavviso,
    prenotazione::{Posto, Standing},
    session::Audience,
    ufficio::{Confronto, Earlier, Expected, OfficePage, Outlook, QueueRow, assegna::Assegnazione},
};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    lingua::Lingua,
    modello::{Difference, view::FileView},
    pratica::PraticaStatus,
};

use crate::{
    compila::sample::{self, day, instant, uuid},
    page::Page,
};

/// The frame of a page for a member of staff.
pub fn base(lingua: Lingua) -> Page {
    office(sample::base(lingua))
}

fn office(base: Page) -> Page {
    Page { person: Some("Anna Brambilla".into()), audience: Audience::Ufficio, ..base }
}

/// As [`sample::see`], for a page of the office.
pub fn see<T: Template>(name: &str, page: impl Fn(Page) -> T) {
    sample::see(name, |base| page(office(base)));
}

/// A row of the queue.
pub fn row(status: PraticaStatus, days_left: i64, assignee: Option<&str>) -> QueueRow {
    QueueRow {
        id: uuid(50),
        number: "2026/184".into(),
        title: "Modello iscrizione mensa A.S. 2026/2027".into(),
        alunno: "Sofia Ferrari".into(),
        richiedente: "Giulia Bianchi".into(),
        received_at: instant(),
        answer_by: day(),
        days_left,
        status,
        assignee: assignee.map(str::to_owned),
    }
}

/// A pratica that the person may take, decide and open.
pub fn office_page(status: PraticaStatus) -> OfficePage {
    OfficePage {
        row: row(status, 3, Some("Anna Brambilla")),
        applicant: uuid(1),
        assigned_to: Some(uuid(9)),
        assignments: vec![Assegnazione { at: instant(), to: "Anna <Brambilla>".into(), by: "Mario Rossi".into() }],
        clerks: vec![(uuid(9), "Anna <Brambilla>".into()), (uuid(8), "Mario Rossi".into())],
        protocol: Some(("4127/2026".into(), instant())),
        emergency: None,
        summary: sample::summary(),
        warnings: sample::warnings(),
        confronto: confronto(),
        contested: true,
        scans: [(sample::file().id, Scan::Waiting)].into(),
        plain: BTreeSet::new(),
        integrazione: Some(Integrazione {
            asked_at: instant(),
            reason: Some("Manca <una> pagina.".into()),
            labels: vec!["Data di nascita".into()],
            answer_by: day(),
            answered_at: Some(instant()),
            answer: Some("Ecco la pagina.\nGrazie.".into()),
            amended: vec![sample::difference("Classe <b>")],
            files: vec![FileView { name: "foglio.pdf".into(), ..sample::file() }],
        }),
        answer_closed: false,
        preavviso: Some(Preavviso {
            given_at: instant(),
            reason: Some("Manca <la> firma.".into()),
            labels: vec!["Codice fiscale".into()],
            answer_by: day(),
            observed_at: Some(instant()),
            observations: Some("La firma <c’è>.\nGrazie.".into()),
            files: vec![FileView { name: "foglio.pdf".into(), ..sample::file() }],
            reply: None,
        }),
        provvedimenti: sample::provvedimenti(),
        acts_closed: false,
        notice_closed: false,
        can_ask: true,
        can_notice: true,
        can_grade: true,
        can_annul: true,
        can_reject: true,
        messages: Counts { total: 3, unread: 1 },
        askable: vec![
            ("figlio_cf".into(), "Codice fiscale".into()),
            ("dieta_tipo".into(), "Dieta <del> figlio".into()),
        ],
        at_desk: Some("Anna Brambilla".into()),
        child_code: None,
        code_missing: true,
        can_write_code: true,
        milestones: sample::milestones(),
        version: 3,
        can_decide: true,
        can_take: true,
        holds_sealed: true,
        can_open_sealed: true,
        sealed_open: false,
        decision_reason: None,
        posto: Some((posto(), 50)),
        estratta: Some(Estratta { campione: uuid::Uuid::nil(), at: instant(), outcome: None, readable: true }),
        criteri: Vec::new(),
        outlook: Some(Outlook { expected: vec![Expected::Enrolment { by_debit: true }], moved: false }),
    }
}

/// What stands out in it, of every kind.
fn confronto() -> Confronto {
    Confronto {
        earlier: Some(Earlier {
            id: uuid(40),
            number: "2025/12".into(),
            anno: AnnoScolastico::beginning_in(2025),
            differences: vec![
                sample::difference("Scuola"),
                Difference { known: None, row: Some("Luca <Ferrari>".into()), ..sample::difference("Turno <a>") },
            ],
        }),
        person: vec![sample::difference("E-mail")],
        overdue: 2,
    }
}

/// A place in the order of arrival.
pub fn posto() -> Posto {
    Posto {
        id: uuid(50),
        number: "2026/184".into(),
        alunno: "Sofia <Bianchi>".into(),
        booked: Some((37, instant())),
        punti: None,
        standing: Standing::Place(36),
    }
}
