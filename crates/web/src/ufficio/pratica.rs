//! A pratica as the office sees it.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use sportello_app::{
    bozza::Scan,
    dati,
    pratica::Milestone,
    ufficio::{self, Around, OfficePage, coda::Beside, vista},
};
use sportello_domain::{
    id::{DocumentoId, PraticaId},
    modello::view::{Answer, FileView, SummaryLine},
    pratica::PraticaStatus,
};

use crate::{
    compila::{
        answers::{DifferenceView, DrawnAnswer, Files, drawn_files, drawn_request},
        posto::place_words,
    },
    consultazione::{MilestoneView, ProvvedimentoView, messaggi, milestone_views, provvedimento_views},
    cx::{Cx, html_status, id},
    error::Result,
    handing::{Handing, hand_out},
    page::Page,
    text::Text,
    ufficio::{
        OfficeStatus,
        address::{self, Place},
        below, campione,
        confronto::{self, EarlierView},
        file::{self, Framed},
        office_status, outlook, time_left,
    },
};

#[derive(Template)]
#[template(path = "ufficio/pratica.html")]
struct Detail<'a> {
    page: Page,
    shown: &'a OfficePage,
    path: String,
    status: OfficeStatus,
    left: Option<OfficeStatus>,
    due_label: String,
    protocol_label: String,
    protocol: String,
    /// Where it stands, where they are few.
    posto: Option<String>,
    /// Its check, where it is in a draw.
    estratta: Option<EstrattaView>,
    /// Whether a file held a virus.
    infected: bool,
    warnings: Vec<String>,
    /// The filing for an earlier year.
    earlier: Option<EarlierView>,
    sections: Vec<Section<'a>>,
    milestones: Vec<MilestoneView>,
    /// Until when the applicant can answer what was asked.
    integrazione_words: String,
    /// What was decided or told.
    provvedimenti: Vec<ProvvedimentoView>,
    /// Until when the applicant can answer a notice.
    notice_words: String,
    /// Whether the applicant answered it.
    observed: bool,
    /// Files of the answer to a request.
    answer_files: Vec<DrawnAnswer>,
    /// Answers that were amended with it.
    amended: Vec<DifferenceView>,
    /// Files of the observations.
    notice_files: Vec<DrawnAnswer>,
    /// How many messages there are, in words.
    messages: String,
    /// What accepting it changes.
    effects: Vec<String>,
    can_accept: bool,
    /// Who else looks at it.
    looking: Vec<String>,
    /// What follows the path of its forms: the place in the queue.
    suffix: String,
    /// Path of the queue from which it was opened.
    queue: Option<String>,
    previous: Option<Neighbour>,
    next: Option<Neighbour>,
    /// The files that a browser can show.
    files: Vec<Beheld>,
    frame: Option<Frame>,
    typed: Typed,
}

/// Name of the file that stands beside the answers.
const BESIDE: &str = "allegato";

/// The check of a pratica: words, what was found, path for whoever may look.
struct EstrattaView {
    words: String,
    status: OfficeStatus,
    path: Option<String>,
}

struct Neighbour {
    path: String,
    number: String,
}

/// A file that can be put beside the answers.
struct Beheld {
    name: String,
    path: String,
    here: bool,
}

/// The file that stands beside the answers.
struct Frame {
    path: String,
    download: String,
    name: String,
    /// Whether the frame shuts it in. The viewer of PDF files does not run in such a frame: the browser shuts it in itself.
    sandboxed: bool,
}

struct Section<'a> {
    title: &'a str,
    lines: Vec<Line<'a>>,
}

struct Line<'a> {
    label: &'a str,
    /// `None` for a class-A answer that is not open.
    answer: Option<DrawnAnswer>,
}

/// What a form of this page brought that was not acceptable, to be shown again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    /// The reason of the decision as typed.
    pub(crate) reason: String,
    /// What is wrong with it.
    pub(crate) reason_problem: Option<String>,
    /// The answer to the observations as typed.
    pub(crate) reply: String,
    /// What is wrong with it.
    pub(crate) reply_problem: Option<String>,
    /// What is wrong with the reason for opening class-A answers.
    pub(crate) sealed_problem: Option<String>,
    /// What is wrong with whoever it is given to.
    pub(crate) assignee_problem: Option<String>,
    /// The codice fiscale of the child as typed.
    pub(crate) code: String,
    /// What is wrong with it.
    pub(crate) code_problem: Option<String>,
}

impl Typed {
    fn failed(&self) -> bool {
        [&self.reason_problem, &self.reply_problem, &self.sealed_problem, &self.assignee_problem, &self.code_problem]
            .into_iter()
            .any(Option::is_some)
    }
}

/// Shows a pratica, class-A answers hidden.
pub async fn show(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    let shown = ufficio::page(&cx.portal, &cx.ctx, pratica).await?;
    let beside = Sides {
        looking: vista::look(&cx.portal, &cx.ctx, pratica).await?,
        around: match Place::of(&cx) {
            Some(place) => ufficio::around(&cx.portal, &cx.ctx, &place.query, pratica, place.at).await?,
            None => Around::default(),
        },
    };
    draw_beside(&cx, &shown, Typed::default(), &beside)
}

/// What stands beside a pratica: who else looks at it, and its neighbours in the queue.
#[derive(Clone, Debug, Default)]
struct Sides {
    looking: Vec<String>,
    around: Around,
}

/// Leads from the address of a form of the page to the page.
pub async fn back(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    let pratica: PraticaId = id(&pratica)?;
    Ok(cx.see_other(&path_in_queue(&cx, pratica)))
}

/// Path of a pratica that keeps the place in the queue from which it was opened.
pub(crate) fn path_in_queue(cx: &Cx, pratica: PraticaId) -> String {
    format!("{}{}", path(pratica), Place::of(cx).map(|place| place.suffix()).unwrap_or_default())
}

/// Hands out the document of a decision or a notice; while it is being made, leads back to the page that says so.
pub async fn provvedimento(cx: Cx, Path((pratica, which)): Path<(String, String)>) -> Result<Response> {
    let (pratica, which): (PraticaId, DocumentoId) = (id(&pratica)?, id(&which)?);
    match ufficio::provvedimento(&cx.portal, &cx.ctx, pratica, which).await? {
        Some(file) => Ok(hand_out(file, Handing::Inline)),
        None => Ok(cx.see_other(&path(pratica))),
    }
}

/// Hands a pratica out as a document to print, without what is of class A.
pub async fn copy(cx: Cx, Path(pratica): Path<String>) -> Result<Response> {
    Ok(hand_out(dati::office_copy(&cx.portal, &cx.ctx, id(&pratica)?).await?, Handing::Inline))
}

/// Path of a pratica.
pub(crate) fn path(pratica: PraticaId) -> String {
    format!("/ufficio/pratiche/{pratica}")
}

/// Draws the page; status 422 when a form of it was not acceptable.
pub(crate) fn draw(cx: &Cx, shown: &OfficePage, typed: Typed) -> Result<Response> {
    draw_beside(cx, shown, typed, &Sides::default())
}

fn draw_beside(cx: &Cx, shown: &OfficePage, typed: Typed, sides: &Sides) -> Result<Response> {
    let status = if typed.failed() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let files = cx.links.to(&format!("{}/file", path(shown.row.id)));
    let mut drawn = detail(&cx.page(""), shown, typed, &files);
    drawn.stand(Place::of(cx), sides);
    drawn.side_by_side(cx.query(BESIDE).as_deref());
    html_status(status, &drawn)
}

impl Detail<'_> {
    /// Says who else looks at it, and leads to its neighbours.
    fn stand(&mut self, place: Option<Place>, sides: &Sides) {
        let t = self.page.t;
        self.looking = sides.looking.iter().map(|who| t.get1("ufficio-guarda", "chi", who.as_str())).collect();
        let Some(place) = place else { return };
        let link = |beside: &Beside| {
            let path = format!("{}{}", path(beside.id), Place { at: beside.place, ..place.clone() }.suffix());
            Neighbour { path, number: beside.number.clone() }
        };
        self.previous = sides.around.previous.as_ref().map(link);
        self.next = sides.around.next.as_ref().map(link);
        self.queue = Some(address::path(&place.query));
        self.suffix = place.suffix();
    }

    /// Puts a file beside the answers: the one asked for, or the first that a browser can show.
    fn side_by_side(&mut self, asked: Option<&str>) {
        let lines = self.shown.summary.sections.iter().flat_map(|section| &section.lines);
        let answers = lines.filter_map(|line| match &line.answer {
            Some(Answer::File(file)) => Some(file),
            _ => None,
        });
        let completed = self.shown.integrazione.iter().flat_map(|asked| &asked.files);
        let observed = self.shown.preavviso.iter().flat_map(|notice| &notice.files);
        let files: Vec<&FileView> = answers
            .chain(completed)
            .chain(observed)
            .filter(|file| self.shown.plain.contains(&file.id) && file::framed(&file.media_type).is_some())
            .collect();
        let beside = files.iter().find(|file| Some(file.id.to_string().as_str()) == asked).or(files.first()).copied();
        let join = if self.suffix.is_empty() { "?" } else { "&" };
        self.files = files
            .iter()
            .map(|file| Beheld {
                name: file.name.clone(),
                path: format!("{}{}{join}{BESIDE}={}", self.path, self.suffix, file.id),
                here: beside.is_some_and(|beside| beside.id == file.id),
            })
            .collect();
        self.frame = beside.map(|file| Frame {
            path: format!("{}/file/{}/vedi", self.path, file.id),
            download: format!("{}/file/{}", self.path, file.id),
            name: file.name.clone(),
            sandboxed: file::framed(&file.media_type) == Some(Framed::Picture),
        });
    }
}

fn detail<'a>(base: &Page, shown: &'a OfficePage, typed: Typed, files: &str) -> Detail<'a> {
    let (t, row) = (base.t, &shown.row);
    let failed = typed.failed();
    let files = Files { href: files, scans: &shown.scans, of_others: true };
    let (answer_files, amended) = drawn_request(t, shown.integrazione.as_ref(), &files);
    let line = |line: &'a SummaryLine| Line {
        label: &line.label,
        answer: (shown.sealed_open || !line.privacy.sealed())
            .then(|| DrawnAnswer::new(t, line.answer.as_ref(), &files)),
    };
    let sections = &shown.summary.sections;
    let (protocol_label, protocol) = protocol_words(t, shown);
    let assignee = row.assignee.as_deref().filter(|_| row.status == PraticaStatus::Registered);
    Detail {
        page: below(base, t.get1("ufficio-pratica", "numero", row.number.as_str())).failed_if(failed).script(),
        path: path(row.id),
        status: office_status(t, row.status, assignee),
        left: (!row.status.is_final()).then(|| time_left(t, row.days_left)),
        due_label: t.get1("ufficio-fatto-termine", "data", t.date(row.answer_by)),
        protocol_label,
        protocol,
        posto: shown.posto.as_ref().map(|(posto, posti)| place_words(t, posto, *posti)),
        estratta: shown.estratta.as_ref().map(|estratta| EstrattaView {
            words: t.get1("campione-pratica-estratta", "data", t.day(estratta.at)),
            status: campione::outcome_words(t, estratta.outcome),
            path: estratta.readable.then(|| format!("{}/{}", campione::path(estratta.campione), row.id)),
        }),
        infected: shown.scans.values().any(|scan| *scan == Scan::Infected),
        warnings: confronto::warnings(t, shown),
        earlier: shown.confronto.earlier.as_ref().map(|earlier| EarlierView::new(t, earlier, &files)),
        sections: sections
            .iter()
            .map(|section| Section { title: &section.title, lines: section.lines.iter().map(line).collect() })
            .collect(),
        milestones: timeline(t, shown),
        integrazione_words: shown
            .integrazione
            .as_ref()
            .map(|asked| match row.status {
                PraticaStatus::IntegrationRequested => t.get1("integrazioni-attesa", "data", t.date(asked.answer_by)),
                _ => t.get("integrazioni-senza-risposta"),
            })
            .unwrap_or_default(),
        provvedimenti: provvedimento_views(t, &shown.provvedimenti, &path(row.id)),
        notice_words: shown
            .preavviso
            .as_ref()
            .map(|notice| match row.status {
                PraticaStatus::RejectionNotice => t.get1("preavviso-attesa", "data", t.date(notice.answer_by)),
                _ => t.get("preavviso-senza-osservazioni"),
            })
            .unwrap_or_default(),
        observed: shown.preavviso.as_ref().is_some_and(|notice| notice.observed_at.is_some()),
        answer_files,
        amended,
        notice_files: shown.preavviso.as_ref().map(|notice| drawn_files(t, &notice.files, &files)).unwrap_or_default(),
        messages: messaggi::summary(t, shown.messages),
        effects: shown.outlook.as_ref().map(|outlook| outlook::sentences(t, outlook)).unwrap_or_default(),
        can_accept: shown.outlook.as_ref().is_none_or(|outlook| !outlook.moved),
        looking: Vec::new(),
        suffix: String::new(),
        queue: None,
        previous: None,
        next: None,
        files: Vec::new(),
        frame: None,
        typed,
        shown,
    }
}

/// Label and words of its protocol number, or of what stands for it.
fn protocol_words(t: Text, shown: &OfficePage) -> (String, String) {
    match &shown.protocol {
        Some((number, at)) => (t.get1("ufficio-fatto-protocollo", "data", t.day(*at)), number.clone()),
        None => (
            t.get("ufficio-fatto-protocollo-attesa"),
            match &shown.emergency {
                Some(number) => t.get1("ufficio-protocollo-emergenza", "numero", number.as_str()),
                None => t.get("ufficio-protocollo-attesa"),
            },
        ),
    }
}

/// What happened, in the order of time: the steps, and who gave it to whom between them.
/// Its steps in words, oldest first.
pub(super) fn timeline(t: Text, shown: &OfficePage) -> Vec<MilestoneView> {
    let reached = shown.milestones.iter().filter_map(|step| match step {
        Milestone::Reached(_, at) => Some(*at),
        Milestone::Awaited => None,
    });
    let mut told: Vec<_> = reached.zip(milestone_views(t, &shown.milestones, "")).collect();
    told.extend(shown.assignments.iter().map(|given| {
        let name = t.get2("insieme-assegnata-da", "a", given.to.as_str(), "da", given.by.as_str());
        (given.at, MilestoneView::reached(t, name, given.at))
    }));
    told.sort_by_key(|(at, _)| *at);
    told.into_iter().map(|(_, view)| view).collect()
}

#[cfg(test)]
mod tests {
    use sportello_app::ufficio::{Outlook, QueueQuery};
    use sportello_domain::{lingua::Lingua, modello::view::Summary};

    use super::*;
    use crate::compila::sample::{self, uuid};
    use crate::ufficio::sample::{base, office_page, see};

    #[test]
    fn the_page_renders_in_every_language() {
        let shown = office_page(PraticaStatus::Registered);
        see("ufficio-pratica", |base| detail(&base, &shown, Typed::default(), "/f"));
        see("ufficio-pratica-accanto", |base| {
            let mut page = detail(&base, &shown, Typed::default(), "/f");
            let beside = |number, place| Some(Beside { id: uuid(number), number: "2026/1".into(), place });
            let sides = Sides {
                looking: vec!["Anna <Brambilla>".into()],
                around: Around { previous: beside(51, 3), next: beside(52, 5) },
            };
            page.stand(Some(Place { query: QueueQuery::default(), at: 4 }), &sides);
            page.side_by_side(None);
            page
        });
        let file = sample::file();
        let clean = OfficePage {
            scans: [(file.id, Scan::Clean)].into(),
            plain: [file.id].into(),
            summary: Summary { sections: vec![sample::section_of_file(file)] },
            ..office_page(PraticaStatus::InReview)
        };
        see("ufficio-pratica-anteprima", |base| {
            let mut page = detail(&base, &clean, Typed::default(), "/f");
            page.side_by_side(None);
            let frame = page.frame.as_ref().expect("a clean file that is not of class A stands beside the answers");
            assert!(frame.path.ends_with("/vedi") && !frame.sandboxed, "{}", frame.path);
            page
        });
        let open = OfficePage { sealed_open: true, ..office_page(PraticaStatus::InReview) };
        see("ufficio-pratica-riservati", |base| detail(&base, &open, Typed::default(), "/f"));
        let decided = OfficePage {
            can_decide: false,
            can_take: false,
            can_open_sealed: false,
            contested: false,
            decision_reason: Some("Completa.".to_owned()),
            outlook: None,
            ..office_page(PraticaStatus::Accepted)
        };
        for left in [0, 1] {
            let mut alike = office_page(PraticaStatus::InReview);
            alike.confronto.overdue = left;
            if let Some(earlier) = &mut alike.confronto.earlier {
                earlier.differences.truncate(usize::from(left == 1));
            }
            see("ufficio-pratica-come-prima", |base| detail(&base, &alike, Typed::default(), "/f"));
        }
        see("ufficio-pratica-decisa", |base| detail(&base, &decided, Typed::default(), "/f"));
        let typed = Typed {
            reason: "Manca <il> certificato".to_owned(),
            reason_problem: Some("Scrivi il motivo".to_owned()),
            reply: "Non <è> così".to_owned(),
            reply_problem: Some("Scrivi la risposta".to_owned()),
            sealed_problem: Some("Scrivi perché".to_owned()),
            assignee_problem: Some("Scegli a chi".to_owned()),
            code: "BNC<i>".to_owned(),
            code_problem: Some("Controlla il codice".to_owned()),
        };
        see("ufficio-pratica-errori", |base| detail(&base, &shown, typed.clone(), "/f"));
    }

    #[test]
    fn class_a_answers_stay_closed_until_they_are_opened() {
        let secrets = ["Senza carne di maiale", "IT62 Q999", "12.345,67", "certificato"];
        let closed = office_page(PraticaStatus::InReview);
        let html = detail(&base(Lingua::It), &closed, Typed::default(), "/f").render().unwrap();
        for secret in secrets {
            assert!(!html.contains(secret), "{secret} is shown");
        }
        let open = OfficePage { sealed_open: true, ..closed };
        let html = detail(&base(Lingua::It), &open, Typed::default(), "/f").render().unwrap();
        for secret in secrets {
            assert!(html.contains(secret), "{secret} is not shown");
        }
    }

    #[test]
    fn where_the_ground_has_moved_nobody_can_accept() {
        let shown = office_page(PraticaStatus::InReview);
        let html = |shown: &OfficePage| detail(&base(Lingua::It), shown, Typed::default(), "/f").render().unwrap();
        assert!(html(&shown).contains("value=\"accogli\"") && html(&shown).contains("Se accogli"));
        let moved =
            OfficePage { outlook: shown.outlook.clone().map(|known| Outlook { moved: true, ..known }), ..shown };
        see("ufficio-pratica-cambiata", |base| detail(&base, &moved, Typed::default(), "/f"));
        let html = html(&moved);
        assert!(!html.contains("value=\"accogli\"") && html.contains("value=\"respingi\""));
    }

    #[test]
    fn who_may_not_decide_sees_no_button() {
        let shown = OfficePage { can_decide: false, can_take: false, ..office_page(PraticaStatus::InReview) };
        let html = detail(&base(Lingua::It), &shown, Typed::default(), "/f").render().unwrap();
        assert!(!html.contains("value=\"accogli\"") && html.contains("non può decidere"));
    }
}
