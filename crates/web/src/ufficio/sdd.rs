//! Direct debits: what can be collected, files for the bank, answers of the bank.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use chrono::NaiveDate;
use sportello_app::sdd::{
    self, Answer, AnswerLine, AnswerRefused, DayFault, Distinta, DistintaStatus, Fate, FaultKind, Prepared, Proposal,
    ReadAnswer, RecordFault, SddPage,
};

use crate::{
    compila::{Handing, hand_out, id},
    cx::{Cx, html, html_status},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{OfficeStatus, framed, menu::SDD},
};

#[derive(Template)]
#[template(path = "ufficio/sdd.html")]
struct ListPage {
    page: Page,
    /// What can be collected; nothing for an ente that does not.
    proposal: Option<ProposalView>,
    /// What was typed as the day.
    day: String,
    day_problem: Option<String>,
    file_problem: Option<String>,
    /// What is wrong with a file of the bank, record by record.
    faults: Vec<String>,
    distinte: Vec<DistintaView>,
    answers: Vec<AnswerLink>,
    /// Path of the files as a table.
    take_out: Option<String>,
}

struct ProposalView {
    day: String,
    count: i64,
    total: String,
    without_mandate: Option<String>,
}

struct DistintaView {
    path: String,
    msg_id: String,
    collection_on: String,
    made: String,
    downloaded: Option<String>,
    count: i64,
    total: String,
    status: OfficeStatus,
    can_download: bool,
    can_annul: bool,
}

struct AnswerLink {
    path: String,
    file_name: String,
    when: String,
    records: i64,
}

#[derive(Template)]
#[template(path = "ufficio/sdd-esito.html")]
struct AnswerPage {
    page: Page,
    said: String,
    again: bool,
    lines: Vec<LineView>,
    /// Path of this list as a table.
    take_out: Option<String>,
}

struct LineView {
    record: String,
    reference: String,
    fate: OfficeStatus,
    why: Option<String>,
    look: bool,
}

/// What a form brought that was not carried out.
#[derive(Default)]
struct Typed {
    day: Option<String>,
    day_problem: Option<String>,
    file_problem: Option<String>,
    faults: Vec<String>,
}

/// Shows files and answers.
pub async fn show(cx: Cx) -> Result<Response> {
    let shown = sdd::page(&cx.portal, &cx.ctx).await?;
    html(&list_page(&cx.page(""), shown, Typed::default()))
}

/// Leads back from the address of a form.
pub async fn back(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(SDD))
}

/// Hands the files out as a table.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = sdd::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Hands out what an answer of the bank led to, as a table.
pub async fn take_out_answer(cx: Cx, Path(sha256): Path<String>, posted: Posted) -> Result<Response> {
    let table = sdd::take_out_answer(&cx.portal, &cx.ctx, &sha256, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to an answer of the bank.
pub async fn back_to_answer(cx: Cx, Path(sha256): Path<String>) -> Result<Response> {
    let answer = sdd::answer(&cx.portal, &cx.ctx, &sha256).await?;
    Ok(cx.see_other(&path(&answer.sha256)))
}

/// Makes a file for the bank.
pub async fn prepare(cx: Cx, posted: Posted) -> Result<Response> {
    let typed = posted.text("giorno").trim().to_owned();
    let problem = match day(&typed) {
        None => cx.t.get("sdd-giorno-forma"),
        Some(day) => match sdd::prepare(&cx.portal, &cx.ctx, day).await? {
            Prepared::Made(_) => return Ok(cx.see_other(SDD)),
            Prepared::Nothing => cx.t.get("sdd-giorno-niente"),
            Prepared::Day(fault) => day_words(cx.t, fault),
        },
    };
    again(&cx, Typed { day: Some(typed), day_problem: Some(problem), ..Typed::default() }).await
}

/// Hands out a file for the bank.
pub async fn download(cx: Cx, Path(distinta): Path<String>) -> Result<Response> {
    let file = sdd::download(&cx.portal, &cx.ctx, id(&distinta)?).await?;
    Ok(hand_out(file, Handing::Attachment))
}

/// Gives up a file that nobody has.
pub async fn annul(cx: Cx, Path(distinta): Path<String>) -> Result<Response> {
    sdd::annul(&cx.portal, &cx.ctx, id(&distinta)?).await?;
    Ok(cx.see_other(SDD))
}

/// Reads an answer of the bank.
pub async fn import(cx: Cx, posted: Posted) -> Result<Response> {
    let Some(file) = posted.files.iter().find(|file| file.field == "file") else {
        let problem = Some(cx.t.get("sdd-file-manca"));
        return again(&cx, Typed { file_problem: problem, ..Typed::default() }).await;
    };
    match sdd::import(&cx.portal, &cx.ctx, &file.name, &file.content).await? {
        Ok(answer) if answer.again => Ok(cx.see_other(&format!("{}?gia-letto", path(&answer.sha256)))),
        Ok(answer) => Ok(cx.see_other(&path(&answer.sha256))),
        Err(AnswerRefused::NotAReport) => {
            let problem = Some(cx.t.get("sdd-file-altro"));
            again(&cx, Typed { file_problem: problem, ..Typed::default() }).await
        }
        Err(AnswerRefused::OtherFile) => {
            let problem = Some(cx.t.get("sdd-file-di-altri"));
            again(&cx, Typed { file_problem: problem, ..Typed::default() }).await
        }
        Err(AnswerRefused::Records(faults)) => {
            let problem = Some(cx.t.get1("sdd-file-errori", "n", faults.len()));
            let faults = faults.iter().map(|(record, fault)| fault_words(cx.t, *record, fault)).collect();
            again(&cx, Typed { file_problem: problem, faults, ..Typed::default() }).await
        }
    }
}

/// Shows what an answer of the bank led to.
pub async fn answer(cx: Cx, Path(sha256): Path<String>) -> Result<Response> {
    let again = cx.query("gia-letto").is_some();
    let answer = sdd::answer(&cx.portal, &cx.ctx, &sha256).await?;
    html(&answer_page(&cx.page(""), &Answer { again, ..answer }))
}

/// The page again, with what was typed and what is wrong with it.
async fn again(cx: &Cx, typed: Typed) -> Result<Response> {
    let shown = sdd::page(&cx.portal, &cx.ctx).await?;
    html_status(StatusCode::UNPROCESSABLE_ENTITY, &list_page(&cx.page(""), shown, typed))
}

fn path(sha256: &str) -> String {
    format!("{SDD}/esiti/{sha256}")
}

/// A day as browsers send it, or as people write it: `2026-11-30`, `30/11/2026`.
fn day(typed: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d/%m/%Y"].iter().find_map(|form| NaiveDate::parse_from_str(typed, form).ok())
}

fn list_page(base: &Page, shown: Option<SddPage>, typed: Typed) -> ListPage {
    let t = base.t;
    let mut page = framed(base, t.get("sdd-titolo"));
    if typed.day_problem.is_some() || typed.file_problem.is_some() {
        page = page.failed();
    }
    let (proposal, distinte, answers) = match shown {
        Some(shown) => (Some(shown.proposal), shown.distinte, shown.answers),
        None => (None, Vec::new(), Vec::new()),
    };
    let first = proposal.map(|proposal| proposal.collection_on.to_string()).unwrap_or_default();
    ListPage {
        page,
        proposal: proposal.map(|proposal| proposal_view(t, proposal)),
        day: typed.day.unwrap_or(first),
        day_problem: typed.day_problem,
        file_problem: typed.file_problem,
        faults: typed.faults,
        distinte: distinte.iter().map(|distinta| distinta_view(t, distinta)).collect(),
        answers: answers.iter().map(|answer| answer_link(t, answer)).collect(),
        take_out: tabella::of(SDD, distinte.is_empty()),
    }
}

fn proposal_view(t: Text, proposal: Proposal) -> ProposalView {
    let left_out = proposal.without_mandate;
    ProposalView {
        day: t.date(proposal.collection_on),
        count: proposal.count,
        total: t.euro(proposal.total.cents()),
        without_mandate: (left_out > 0).then(|| t.get1("sdd-senza-mandato", "n", left_out)),
    }
}

fn distinta_view(t: Text, distinta: &Distinta) -> DistintaView {
    DistintaView {
        path: format!("{SDD}/{}", distinta.id),
        msg_id: distinta.msg_id.clone(),
        collection_on: t.date(distinta.collection_on),
        made: t.moment(distinta.created_at),
        downloaded: distinta.downloaded_at.map(|at| t.get1("sdd-scaricata", "quando", t.moment(at))),
        count: distinta.count,
        total: t.euro(distinta.total.cents()),
        status: status_words(t, distinta.status),
        can_download: distinta.can_download,
        can_annul: distinta.can_annul,
    }
}

fn answer_link(t: Text, answer: &ReadAnswer) -> AnswerLink {
    AnswerLink {
        path: path(&answer.sha256),
        file_name: answer.file_name.clone(),
        when: t.moment(answer.imported_at),
        records: answer.records,
    }
}

fn answer_page(base: &Page, answer: &Answer) -> AnswerPage {
    let t = base.t;
    let page = framed(base, t.get("sdd-esito-titolo")).crumb(t.get("sdd-titolo"), SDD);
    let when = t.moment(answer.imported_at);
    AnswerPage {
        page,
        said: t.get2("sdd-esito-letto", "file", answer.file_name.as_str(), "quando", when),
        again: answer.again,
        lines: answer.lines.iter().map(|line| line_view(t, line)).collect(),
        take_out: tabella::of(&path(&answer.sha256), answer.lines.is_empty()),
    }
}

fn line_view(t: Text, line: &AnswerLine) -> LineView {
    let why = line.code.as_deref().map(|code| match line.meaning() {
        Some(meaning) => format!("{code}: {meaning}"),
        None => code.to_owned(),
    });
    LineView {
        record: if line.record == 0 { t.get("sdd-record-tutto") } else { line.record.to_string() },
        reference: line.reference.clone(),
        fate: fate_words(t, line.fate),
        why,
        look: line.look,
    }
}

fn status_words(t: Text, status: DistintaStatus) -> OfficeStatus {
    let (words, shape) = match status {
        DistintaStatus::Preparing | DistintaStatus::Made => (t.get("sdd-stato-generata"), "st-nuova"),
        DistintaStatus::Sent => (t.get("sdd-stato-inviata"), "st-corso"),
        DistintaStatus::Answered => (t.get("sdd-stato-esitata"), "st-ok"),
        DistintaStatus::Voided => (t.get("sdd-stato-annullata"), "st-chiusa"),
    };
    OfficeStatus { words, shape }
}

fn fate_words(t: Text, fate: Fate) -> OfficeStatus {
    let (words, shape) = match fate {
        Fate::Insoluto => (t.get("sdd-sorte-insoluto"), "st-errore"),
        Fate::Ripreso => (t.get("sdd-sorte-ripreso"), "st-allerta"),
        Fate::InCorso => (t.get("sdd-sorte-in-corso"), "st-corso"),
        Fate::GiaNoto => (t.get("sdd-sorte-gia-noto"), "st-chiusa"),
        Fate::Sconosciuto => (t.get("sdd-sorte-sconosciuto"), "st-errore"),
    };
    OfficeStatus { words, shape }
}

fn day_words(t: Text, fault: DayFault) -> String {
    match fault {
        DayFault::Closed(next) => t.get1("sdd-giorno-chiuso", "giorno", t.date(next)),
        DayFault::TooSoon(first) => t.get1("sdd-giorno-presto", "giorno", t.date(first)),
        DayFault::TooFar(last) => t.get1("sdd-giorno-lontano", "giorno", t.date(last)),
    }
}

/// "Riga 3: l'importo non è quello dell'addebito".
fn fault_words(t: Text, record: usize, fault: &RecordFault) -> String {
    let why = match fault {
        RecordFault::Amount => t.get("sdd-errore-importo-diverso"),
        RecordFault::Mandate => t.get("sdd-errore-mandato-diverso"),
        RecordFault::Creditor => t.get("sdd-errore-creditore-diverso"),
        RecordFault::Unreadable(kind) => match kind {
            FaultKind::Shape(_) => t.get("sdd-errore-forma"),
            FaultKind::EndToEnd => t.get("sdd-errore-riferimento"),
            FaultKind::Status => t.get("sdd-errore-stato"),
            FaultKind::Reason => t.get("sdd-errore-causale"),
            FaultKind::Amount => t.get("sdd-errore-importo"),
            FaultKind::Currency => t.get("sdd-errore-valuta"),
            FaultKind::Twice(first) => t.get1("sdd-errore-doppio", "n", *first),
        },
    };
    t.get2("sdd-errore-record", "n", record, "motivo", why)
}

#[cfg(test)]
mod tests {
    use sportello_domain::euro::Euro;

    use super::*;
    use crate::{
        compila::sample::{day as sample_day, instant, uuid},
        ufficio::sample::see,
    };

    fn shown() -> SddPage {
        let distinta = |n: u32, status| Distinta {
            id: uuid(n),
            msg_id: format!("SDD-2026-00000{n}"),
            collection_on: sample_day(),
            status,
            count: 110,
            total: Euro::from_cents(891_000),
            created_at: instant(),
            downloaded_at: (status != DistintaStatus::Made).then(instant),
            can_download: status != DistintaStatus::Voided,
            can_annul: status == DistintaStatus::Made,
        };
        SddPage {
            proposal: Proposal {
                collection_on: sample_day(),
                count: 110,
                total: Euro::from_cents(891_000),
                without_mandate: 2,
            },
            distinte: [
                (4, DistintaStatus::Made),
                (3, DistintaStatus::Sent),
                (2, DistintaStatus::Answered),
                (1, DistintaStatus::Voided),
            ]
            .map(|(n, status)| distinta(n, status))
            .into(),
            answers: vec![ReadAnswer {
                sha256: "ab".repeat(32),
                file_name: "esito.xml".into(),
                imported_at: instant(),
                records: 3,
            }],
        }
    }

    #[test]
    fn the_list_renders_in_every_language() {
        see("ufficio-sdd", |base| list_page(&base, Some(shown()), Typed::default()));
        let empty = || {
            let proposal = Proposal { count: 0, total: Euro::default(), without_mandate: 0, ..shown().proposal };
            SddPage { proposal, distinte: Vec::new(), answers: Vec::new() }
        };
        see("ufficio-sdd-vuota", |base| list_page(&base, Some(empty()), Typed::default()));
        see("ufficio-sdd-spenta", |base| list_page(&base, None, Typed::default()));
        see("ufficio-sdd-giorno", |base| {
            let problem = Some(day_words(base.t, DayFault::Closed(sample_day())));
            list_page(
                &base,
                Some(shown()),
                Typed { day: Some("oggi".into()), day_problem: problem, ..Typed::default() },
            )
        });
    }

    #[test]
    fn every_fault_of_a_file_has_its_words() {
        let kinds = [
            FaultKind::EndToEnd,
            FaultKind::Status,
            FaultKind::Reason,
            FaultKind::Amount,
            FaultKind::Currency,
            FaultKind::Twice(1),
        ];
        see("ufficio-sdd-errori", |base| {
            let unreadable = kinds.iter().cloned().map(RecordFault::Unreadable);
            let all: Vec<_> =
                unreadable.chain([RecordFault::Amount, RecordFault::Mandate, RecordFault::Creditor]).collect();
            let faults = (2..).zip(&all).map(|(record, fault)| fault_words(base.t, record, fault)).collect();
            let problem = Some(base.t.get1("sdd-file-errori", "n", all.len()));
            list_page(&base, Some(shown()), Typed { file_problem: problem, faults, ..Typed::default() })
        });
    }

    #[test]
    fn an_answer_renders_in_every_language() {
        let line = |record, fate, code: Option<&str>, look| AnswerLine {
            record,
            reference: format!("2026-M-{record}-1"),
            fate,
            code: code.map(str::to_owned),
            look,
        };
        let lines = vec![
            line(0, Fate::Ripreso, Some("FF01"), true),
            line(1, Fate::Insoluto, Some("AM04"), false),
            line(2, Fate::InCorso, None, false),
            line(3, Fate::GiaNoto, Some("AC04"), false),
            line(4, Fate::Sconosciuto, Some("BOH"), true),
        ];
        for again in [false, true] {
            let answer = Answer {
                sha256: "ab".repeat(32),
                file_name: "esito.xml".into(),
                imported_at: instant(),
                lines: lines.clone(),
                again,
            };
            see(&format!("ufficio-sdd-esito-{again}"), |base| answer_page(&base, &answer));
        }
    }

    #[test]
    fn days_are_read_as_browsers_and_people_write_them() {
        let expected = NaiveDate::from_ymd_opt(2026, 11, 30);
        assert_eq!((day("2026-11-30"), day("30/11/2026")), (expected, expected));
        for wrong in ["", "30-11-2026", "2026-02-30", "oggi", "99999999999/1/1"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
