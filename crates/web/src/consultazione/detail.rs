//! One of the person's pratiche: where it stands, its documents, its answers; withdrawing it.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::{
    bozza::duplica,
    pratica::{self, PraticaPage},
    prenotazione::{Posto, Standing},
    provvedimento,
};
use sportello_domain::{
    id::{AllegatoId, DocumentoId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{
    compila::{
        answers::{DifferenceView, DrawnAnswer, DrawnSummary, Files, drawn_files, drawn_request},
        draft::ConfirmPage,
        posto,
    },
    consultazione::{
        LIST, MilestoneView, ProvvedimentoView, StatusView, framed, messaggi, milestone_views, provvedimento_views,
        status_view,
    },
    cx::{Cx, html, html_status, id},
    error::{Error, Result},
    handing::{Handing, hand_out},
    page::Page,
    posted::Posted,
    text::Text,
};

#[derive(Template)]
#[template(path = "consultazione/pratica.html")]
struct Detail<'a> {
    page: Page,
    shown: &'a PraticaPage,
    /// Path of this page.
    path: String,
    status: StatusView,
    /// What the state means and what to do now.
    said: String,
    /// Heading of the reason.
    reason_title: String,
    milestones: Vec<MilestoneView>,
    /// Where it stands among few places: words, tint and icon.
    place: Option<(String, &'static str, &'static str)>,
    /// Path of the page where places are booked, when they are few.
    posto: Option<String>,
    receipt: Option<String>,
    /// What was decided or told: path and words of each document.
    provvedimenti: Vec<ProvvedimentoView>,
    protocol: String,
    answer_by: String,
    /// Whether the answer is still to come.
    pending: bool,
    /// Words of the way to the answer that the office waits for.
    integra_words: String,
    /// That an answer is begun and not sent.
    begun: Option<String>,
    /// Nothing came, and nothing can come any more.
    integra_over: bool,
    /// Words of the way to the answer to a notice.
    osserva_words: String,
    /// Files of the answer to a request.
    answer_files: Vec<DrawnAnswer>,
    /// Answers that were amended with it.
    amended: Vec<DifferenceView>,
    /// Files of the observations.
    notice_files: Vec<DrawnAnswer>,
    answers: DrawnSummary<'a>,
    /// How many messages there are; nothing for who may not read them.
    messages: Option<String>,
    /// Words of the way to begin it again for another year, where that can be done.
    again: Option<String>,
}

/// A page that says why something was not done.
#[derive(Template)]
#[template(path = "consultazione/messaggio.html")]
struct Refused {
    page: Page,
    said: String,
    back: String,
    back_words: String,
}

/// Shows a pratica.
pub async fn show(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let shown = pratica::page(&cx.portal, &cx.ctx, id(&pratica)?).await?;
    let files = cx.links.to(&format!("{LIST}/{}/file", shown.row.id));
    let again = if shown.whole { duplica::offer(&cx.portal, &cx.ctx, shown.row.id).await? } else { None };
    let again = again.map(|offer| cx.t.get1("duplica-link", "titolo", offer.title));
    html(&Detail { again, ..detail(&cx.page(""), &shown, &files) })
}

fn detail<'a>(base: &Page, shown: &'a PraticaPage, files: &str) -> Detail<'a> {
    let (t, row) = (base.t, &shown.row);
    let answer_by = t.date(row.answer_by);
    let pending = PraticaStatus::OPEN.contains(&row.status);
    let awaited = t.get1("tappa-attesa-entro", "data", answer_by.as_str());
    let files = Files { href: files, scans: &shown.scans, of_others: false };
    let (answer_files, amended) = drawn_request(t, shown.integrazione.as_ref(), &files);
    Detail {
        page: below(base, t.get1("consultazione-pratica", "numero", row.number.as_str())),
        path: format!("{LIST}/{}", row.id),
        status: status_view(t, row.status),
        said: said(t, shown, &answer_by, &base.ente.settings.office.name),
        reason_title: match row.status {
            PraticaStatus::Accepted | PraticaStatus::WaitingList => t.get("consultazione-nota"),
            _ => t.get("consultazione-motivo"),
        },
        milestones: milestone_views(t, &shown.milestones, &awaited),
        place: shown.posto.as_ref().map(|(posto, posti)| place(t, shown.row.status, posto, *posti)),
        posto: shown.booked_with.map(posto::path),
        receipt: shown.receipt.as_ref().map(|file| t.get1("consultazione-ricevuta", "peso", t.size(file.bytes))),
        provvedimenti: provvedimento_views(t, &shown.provvedimenti, &format!("{LIST}/{}", row.id)),
        protocol: match &shown.protocol {
            Some((number, at)) => t.get2("consultazione-protocollo-n", "numero", number.as_str(), "data", t.day(*at)),
            None => match &shown.emergency {
                Some(number) => t.get1("consultazione-protocollo-emergenza", "numero", number.as_str()),
                None => t.get("consultazione-protocollo-attesa"),
            },
        },
        messages: shown.messages.map(|counts| messaggi::summary(t, counts)),
        integra_over: shown.row.status != PraticaStatus::IntegrationRequested
            && shown.integrazione.as_ref().is_some_and(|asked| asked.answered_at.is_none()),
        begun: shown.begun_at.map(|at| t.get2("integra-iniziata", "data", t.day(at), "ora", t.time(at))),
        integra_words: shown
            .integrazione
            .as_ref()
            .map(|asked| t.get1("integra-rispondi", "data", t.date(asked.answer_by)))
            .unwrap_or_default(),
        osserva_words: shown
            .preavviso
            .as_ref()
            .map(|notice| t.get1("integra-rispondi", "data", t.date(notice.answer_by)))
            .unwrap_or_default(),
        answer_by,
        pending,
        answer_files,
        amended,
        notice_files: shown.preavviso.as_ref().map(|notice| drawn_files(t, &notice.files, &files)).unwrap_or_default(),
        answers: DrawnSummary::new(t, &shown.summary, &files, None),
        again: None,
        shown,
    }
}

/// Where it stands among few places.
fn place(t: Text, status: PraticaStatus, posto: &Posto, posti: i64) -> (String, &'static str, &'static str) {
    let (standing, tint, icon) = posto::standing_words(t, posto.standing, posti);
    let words = match (status, posto.standing) {
        (PraticaStatus::WaitingList, Standing::Place(_)) => t.get("posto-chiamata"),
        (PraticaStatus::WaitingList, Standing::Queue(n)) => t.get1("posto-lista", "n", n),
        _ => standing,
    };
    (posto::with_points(t, posto, words), tint, icon)
}

/// What a state means and what to do now.
fn said(t: Text, shown: &PraticaPage, answer_by: &str, office: &str) -> String {
    match shown.row.status {
        // A draft is never shown here: it has a page of its own.
        PraticaStatus::Draft | PraticaStatus::ExpiredDraft => String::new(),
        PraticaStatus::Submitted => t.get1("consultazione-detto-inviata", "data", answer_by),
        PraticaStatus::Registered => t.get1("consultazione-detto-ricevuta", "data", answer_by),
        PraticaStatus::InReview => t.get2("consultazione-detto-in-lavorazione", "data", answer_by, "ufficio", office),
        PraticaStatus::IntegrationRequested => t.get1("consultazione-detto-da-completare", "ufficio", office),
        PraticaStatus::Integrated => t.get1("consultazione-detto-completata", "data", answer_by),
        PraticaStatus::RejectionNotice => t.get1("consultazione-detto-preavviso", "ufficio", office),
        PraticaStatus::Observations => t.get1("consultazione-detto-osservazioni", "data", answer_by),
        PraticaStatus::Accepted => shown.accepted.clone(),
        PraticaStatus::PartlyAccepted => t.get("consultazione-detto-accolta-parziale"),
        PraticaStatus::WaitingList if shown.posto.as_ref().is_some_and(|(posto, _)| posto.has_place()) => {
            t.get("consultazione-detto-posto")
        }
        PraticaStatus::WaitingList => t.get("consultazione-detto-lista-attesa"),
        PraticaStatus::Annulled => t.get1("consultazione-detto-annullata", "ufficio", office),
        PraticaStatus::Rejected => t.get1("consultazione-detto-respinta", "ufficio", office),
        PraticaStatus::Withdrawn => t.get("consultazione-detto-ritirata"),
    }
}

/// Hands out the receipt; while it is being made, leads back to the page that says so.
pub async fn receipt(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    match pratica::receipt(&cx.portal, &cx.ctx, pratica).await? {
        Some(file) => Ok(hand_out(file, Handing::Inline)),
        None => Ok(cx.see_other(&format!("{LIST}/{pratica}"))),
    }
}

/// Hands out the document of a decision or a notice; while it is being made, leads back to the page that says so.
pub async fn provvedimento(cx: Cx, Path((pratica, which)): Path<(String, String)>) -> Result<Response> {
    let (pratica, which): (PraticaId, DocumentoId) = (id(&pratica)?, id(&which)?);
    match provvedimento::open(&cx.portal, &cx.ctx, pratica, which).await? {
        Some(file) => Ok(hand_out(file, Handing::Inline)),
        None => Ok(cx.see_other(&format!("{LIST}/{pratica}"))),
    }
}

/// Hands out a file that the person gave.
pub async fn file(cx: Cx, Path((pratica, file)): Path<(String, String)>) -> Result<Response> {
    let (pratica, file): (PraticaId, AllegatoId) = (id(&pratica)?, id(&file)?);
    Ok(hand_out(pratica::file(&cx.portal, &cx.ctx, pratica, file).await?, Handing::Attachment))
}

/// Asks before a pratica is withdrawn.
pub async fn ask_withdraw(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let shown = pratica::page(&cx.portal, &cx.ctx, id(&pratica)?).await?;
    if !shown.can_withdraw {
        return too_late(&cx, shown.row.id);
    }
    html(&withdraw_page(&cx.page(""), &shown))
}

fn withdraw_page(base: &Page, shown: &PraticaPage) -> ConfirmPage {
    let (t, row) = (base.t, &shown.row);
    let path = format!("{LIST}/{}", row.id);
    ConfirmPage {
        page: below(base, t.get("consultazione-ritira-titolo"))
            .crumb(t.get1("consultazione-pratica", "numero", row.number.as_str()), path.clone()),
        question: t.get2("consultazione-ritira-testo", "numero", row.number.as_str(), "alunno", row.alunno.as_str()),
        action: format!("{path}/ritira"),
        confirm: t.get("consultazione-ritira-conferma"),
        back: path,
        keep: t.get("consultazione-ritira-no"),
    }
}

/// Withdraws a pratica.
pub async fn withdraw(cx: Cx, Path(pratica): Path<String>, _posted: Posted) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    match pratica::withdraw(&cx.portal, &cx.ctx, pratica).await {
        Ok(()) => Ok(cx.see_other(&format!("{LIST}/{pratica}"))),
        Err(sportello_app::Error::NotAllowedNow) => too_late(&cx, pratica),
        Err(error) => Err(Error::App(error)),
    }
}

fn too_late(cx: &Cx, pratica: PraticaId) -> Result<Response> {
    html_status(axum::http::StatusCode::CONFLICT, &too_late_page(&cx.page(""), pratica))
}

fn too_late_page(base: &Page, pratica: PraticaId) -> Refused {
    let t = base.t;
    Refused {
        page: below(base, t.get("consultazione-ritira-tardi-titolo")),
        said: t.get("consultazione-ritira-tardi-testo"),
        back: format!("{LIST}/{pratica}"),
        back_words: t.get("consultazione-ritira-no"),
    }
}

pub(super) fn below(base: &Page, title: String) -> Page {
    framed(base, title).crumb(base.t.get("consultazione-titolo"), LIST)
}

/// A pratica for the tests of its pages.
#[cfg(test)]
pub(crate) fn example(status: PraticaStatus) -> PraticaPage {
    use sportello_app::{integrazione::Integrazione, pratica::PraticaRow, preavviso::Preavviso};

    use crate::compila::sample::{self, day, instant, uuid};

    PraticaPage {
        row: PraticaRow {
            id: uuid(50),
            number: "2026/184".to_owned(),
            title: "Modello iscrizione mensa A.S. 2026/2027".to_owned(),
            alunno: "Sofia Ferrari".to_owned(),
            received_at: instant(),
            status,
            answer_by: day(),
        },
        protocol: Some(("4127/2026".to_owned(), instant())),
        emergency: None,
        scans: sportello_app::bozza::Scans::new(),
        code_missing: true,
        milestones: sample::milestones(),
        accepted: "La nuova residenza è registrata.".to_owned(),
        decision_reason: None,
        summary: sample::summary(),
        whole: true,
        posto: None,
        booked_with: Some(uuid(1)),
        filed_by: Some("Paolo Ferrari".to_owned()),
        at_desk: Some("Anna Brambilla".to_owned()),
        receipt: Some(sample::file()),
        can_withdraw: true,
        messages: Some(sportello_app::messaggio::Counts { total: 3, unread: 1 }),
        integrazione: Some(Integrazione {
            asked_at: instant(),
            reason: Some("Manca <una> pagina.\nMandala di nuovo.".to_owned()),
            labels: vec!["Data di nascita".to_owned(), "Certificato medico".to_owned()],
            answer_by: day(),
            answered_at: Some(instant()),
            answer: Some("Ecco la pagina.".to_owned()),
            amended: vec![sample::difference("Classe <b>")],
            files: vec![sample::file()],
        }),
        can_integrate: status == PraticaStatus::IntegrationRequested,
        begun_at: (status == PraticaStatus::IntegrationRequested).then(|| "2026-11-27T08:05:00Z".parse().unwrap()),
        preavviso: Some(Preavviso {
            given_at: instant(),
            reason: Some("Manca <la> firma.\nScrivi se non è così.".to_owned()),
            labels: vec!["Codice fiscale".to_owned()],
            answer_by: day(),
            observed_at: Some(instant()),
            observations: Some("La firma c’è.".to_owned()),
            files: vec![sample::file()],
            reply: Some("Non <c’è>.".to_owned()),
        }),
        provvedimenti: sample::provvedimenti(),
        can_observe: status == PraticaStatus::RejectionNotice,
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample::{base, see, uuid};

    #[test]
    fn the_pages_render_in_every_language() {
        let in_review = example(PraticaStatus::InReview);
        see("consultazione-pratica", |base| Detail {
            again: Some("Ricomincia <da> qui".to_owned()),
            ..detail(&base, &in_review, "/f")
        });
        let waiting = PraticaPage { receipt: None, protocol: None, ..example(PraticaStatus::Submitted) };
        see("consultazione-pratica-attesa", |base| detail(&base, &waiting, "/f"));
        let rejected = PraticaPage {
            decision_reason: Some("La scuola non ha il servizio.\nScegline un’altra.".to_owned()),
            can_withdraw: false,
            ..example(PraticaStatus::Rejected)
        };
        see("consultazione-pratica-respinta", |base| detail(&base, &rejected, "/f"));
        for status in PraticaStatus::OPEN.into_iter().chain(PraticaStatus::OVER) {
            let shown = example(status);
            see(&format!("consultazione-pratica-{status:?}"), |base| detail(&base, &shown, "/f"));
        }
        for standing in [Standing::Waiting, Standing::Out, Standing::Place(3), Standing::Queue(2), Standing::Given] {
            for (status, punti) in [(PraticaStatus::WaitingList, Some(12)), (PraticaStatus::InReview, None)] {
                let (number, alunno) = ("2026/184".to_owned(), "Sofia Ferrari".to_owned());
                let posto = Posto { id: uuid(50), number, alunno, booked: None, punti, standing };
                let shown = PraticaPage { posto: Some((posto, 50)), ..example(status) };
                see(&format!("consultazione-pratica-{status:?}-{standing:?}"), |base| detail(&base, &shown, "/f"));
            }
        }
        see("consultazione-ritira", |base| withdraw_page(&base, &in_review));
        see("consultazione-ritira-tardi", |base| too_late_page(&base, uuid(50)));
    }

    #[test]
    fn the_timeline_marks_where_it_stands_and_when_the_answer_comes() {
        let html = detail(&base(Lingua::It), &example(PraticaStatus::InReview), "/f").render().unwrap();
        assert_eq!(html.matches("aria-current=\"step\"").count(), 1);
        assert!(html.contains("Atteso entro il 16 luglio 2026"));
        assert!(html.contains("In lavorazione") && html.contains("(PDF, 184 KB)"));
    }

    #[test]
    fn nothing_can_be_withdrawn_once_it_is_decided() {
        let shown = PraticaPage { can_withdraw: false, ..example(PraticaStatus::Accepted) };
        let html = detail(&base(Lingua::It), &shown, "/f").render().unwrap();
        assert!(!html.contains("/ritira"));
    }
}
