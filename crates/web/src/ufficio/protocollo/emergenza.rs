//! The emergency register: what waits for the protocol system, the interruptions, the entries made meanwhile.

use askama::Template;
use axum::response::Response;
use sportello_app::{
    Error as App,
    protocollo::{
        ATTO_MAX, ATTO_WANTED, MOTIVO_MAX,
        emergenza::{self, Emergency, EmergenzaRow, InterruzioneRow, RichiestaRow},
    },
};

use super::number;
use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html_status, id, refused_as},
    error::Result,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{
        framed,
        menu::{EMERGENZA, PROTOCOLLO},
    },
};

#[derive(Template)]
#[template(path = "ufficio/protocollo-emergenza.html")]
struct EmergencyPage {
    page: Page,
    late: Option<String>,
    done: Option<String>,
    errors: ErrorBox,
    /// What waits, in words.
    waiting: String,
    awaited: Vec<AwaitedView>,
    voci: Vec<VoceView>,
    /// Path of the entries as a table.
    voci_out: Option<String>,
    interruzioni: Vec<InterruzioneView>,
    /// Path of the interruptions as a table.
    interruzioni_out: Option<String>,
    can_begin: bool,
    can_end: Option<String>,
    causa: String,
    atto: String,
}

struct AwaitedView {
    presented: String,
    sender: String,
    subject: String,
    emergency: String,
    refusal: Option<String>,
}

struct VoceView {
    number: String,
    entered: String,
    presented: String,
    sender: String,
    /// Number of the protocol system with the path of its entry, once it was carried over.
    carried: Option<(String, String)>,
}

struct InterruzioneView {
    began: String,
    ended: Option<String>,
    causa: String,
    atto: String,
    declared: String,
    entries: String,
}

/// Path of the interruptions, of which there is a table too.
const INTERRUZIONI: &str = "/ufficio/protocollo/emergenza/interruzioni";

/// What the page shows besides the register.
#[derive(Default)]
struct Said {
    late: Option<String>,
    done: Option<String>,
    errors: Vec<(&'static str, String)>,
    causa: String,
    atto: String,
}

/// Shows the emergency register; behind a form, what it did.
pub async fn show(cx: Cx) -> Result<Response> {
    let done = match cx.query("fatto").as_deref() {
        Some("aperta") => Some(cx.t.get("emergenza-aperta")),
        Some("chiusa") => Some(cx.t.get("emergenza-chiusa")),
        _ => None,
    };
    draw(&cx, Said { done, ..Said::default() }).await
}

/// Leads from the address of a form to the page.
pub async fn back(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(EMERGENZA))
}

/// Hands the entries out as a table, all of them.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = emergenza::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Hands the interruptions out as a table, all of them.
pub async fn take_out_interruptions(cx: Cx, posted: Posted) -> Result<Response> {
    let table = emergenza::take_out_interruptions(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Declares an interruption.
pub async fn begin(cx: Cx, posted: Posted) -> Result<Response> {
    let (causa, atto) = (posted.text("causa").to_owned(), posted.text("atto").to_owned());
    let errors = match emergenza::begin(&cx.portal, &cx.ctx, &causa, &atto).await {
        Ok(()) => return Ok(cx.see_other(&format!("{EMERGENZA}?fatto=aperta"))),
        Err(App::Unacceptable(ATTO_WANTED)) => vec![("atto", cx.t.get1("protocollo-atto-manca", "max", ATTO_MAX))],
        Err(App::Unacceptable(_)) => vec![("causa", cx.t.get1("emergenza-causa-manca", "max", MOTIVO_MAX))],
        Err(App::NotAllowedNow) => {
            let late = Some(cx.t.get("emergenza-apri-tardi"));
            return draw(&cx, Said { late, ..Said::default() }).await;
        }
        Err(error) => return Err(error.into()),
    };
    draw(&cx, Said { errors, causa, atto, ..Said::default() }).await
}

/// Declares the end of an interruption.
pub async fn end(cx: Cx, posted: Posted) -> Result<Response> {
    match emergenza::end(&cx.portal, &cx.ctx, id(posted.text("interruzione"))?).await {
        Ok(()) => Ok(cx.see_other(&format!("{EMERGENZA}?fatto=chiusa"))),
        Err(App::NotAllowedNow) => {
            let late = Some(cx.t.get("emergenza-chiudi-tardi"));
            draw(&cx, Said { late, ..Said::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn draw(cx: &Cx, said: Said) -> Result<Response> {
    let shown = emergenza::page(&cx.portal, &cx.ctx).await?;
    html_status(refused_as(said.late.is_some(), !said.errors.is_empty()), &view(&cx.page(""), &shown, said))
}

fn view(base: &Page, shown: &Emergency, said: Said) -> EmergencyPage {
    let t = base.t;
    let errors = ErrorBox::of_fields(t, said.errors);
    let failed = said.late.is_some() || !errors.problems.is_empty();
    EmergencyPage {
        page: framed(base, t.get("emergenza-titolo")).crumb(t.get("protocollo-titolo"), PROTOCOLLO).failed_if(failed),
        late: said.late,
        done: said.done,
        errors,
        waiting: match shown.waiting.since {
            Some(since) => t.get2("emergenza-attesa", "quante", shown.waiting.count, "dal", t.moment(since)),
            None => t.get("emergenza-attesa-niente"),
        },
        awaited: shown.awaited.iter().map(|one| awaited_view(t, one)).collect(),
        voci: shown.voci.iter().map(|one| voce_view(t, one)).collect(),
        voci_out: tabella::of(EMERGENZA, shown.voci.is_empty()),
        interruzioni: shown.interruzioni.iter().map(|one| interruzione_view(t, one)).collect(),
        interruzioni_out: tabella::of(INTERRUZIONI, shown.interruzioni.is_empty()),
        can_begin: shown.can_begin,
        can_end: shown.can_end.map(|id| id.to_string()),
        causa: said.causa,
        atto: said.atto,
    }
}

fn awaited_view(t: Text, one: &RichiestaRow) -> AwaitedView {
    let emergency = one.emergenza_numero.zip(one.emergenza_anno);
    AwaitedView {
        presented: t.moment(one.received_at),
        sender: one.sender.clone(),
        subject: one.subject.clone(),
        emergency: emergency.map_or_else(|| t.get("emergenza-nessun-numero"), |(numero, anno)| number(numero, anno)),
        refusal: one.refusal.clone(),
    }
}

fn voce_view(t: Text, one: &EmergenzaRow) -> VoceView {
    let carried = one.protocollo_numero.zip(one.protocollo_anno);
    VoceView {
        number: number(one.numero, one.anno),
        entered: t.moment(one.registered_at),
        presented: t.moment(one.received_at),
        sender: one.sender.clone(),
        carried: carried.map(|(numero, anno)| (number(numero, anno), format!("{PROTOCOLLO}/{}", one.bozza_id))),
    }
}

fn interruzione_view(t: Text, one: &InterruzioneRow) -> InterruzioneView {
    InterruzioneView {
        began: t.moment(one.began_at),
        ended: one.ended_at.map(|at| t.moment(at)),
        causa: one.causa.clone(),
        atto: one.atto.clone(),
        declared: format!("{} {}, {}", one.nome, one.cognome, t.moment(one.declared_at)),
        entries: t.get2("emergenza-voci", "voci", one.voci, "riportate", one.riportate),
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::protocollo::emergenza::Waiting;

    use super::*;
    use crate::{
        compila::sample::{instant, uuid},
        ufficio::sample::see,
    };

    fn awaited(refused: bool) -> RichiestaRow {
        RichiestaRow {
            bozza_id: uuid(4),
            received_at: instant(),
            sender: "Laura <Ferrari>".into(),
            subject: "Iscrizione al servizio mensa".into(),
            sha256: "ab".repeat(32),
            classificazione: "VII/1".into(),
            fascicolo: "2026-VII/1.12".into(),
            external_id: None,
            refusal: refused.then(|| "it refuses (DOCUMENT_NOT_VALID)".into()),
            emergenza_numero: (!refused).then_some(3),
            emergenza_anno: (!refused).then_some(2026),
        }
    }

    fn voce(carried: bool) -> EmergenzaRow {
        EmergenzaRow {
            aoo: "REG1".into(),
            numero: 3,
            anno: 2026,
            bozza_id: uuid(4),
            registered_at: instant(),
            received_at: instant(),
            sender: "Laura <Ferrari>".into(),
            subject: "Iscrizione al servizio mensa".into(),
            protocollo_numero: carried.then_some(4_127),
            protocollo_anno: carried.then_some(2026),
        }
    }

    fn shown(open: bool) -> Emergency {
        let interruzione = |ended_at| InterruzioneRow {
            id: uuid(9),
            causa: "guasto al fornitore".into(),
            atto: "Determina n. 4/2026".into(),
            began_at: instant(),
            declared_at: instant(),
            nome: "Elena".into(),
            cognome: "Rota".into(),
            ended_at,
            voci: 2,
            riportate: 1,
        };
        Emergency {
            waiting: Waiting { count: 2, untried: 1, since: Some(instant()) },
            awaited: vec![awaited(true), awaited(false)],
            interruzioni: vec![interruzione((!open).then(instant))],
            voci: vec![voce(true), voce(false)],
            can_begin: !open,
            can_end: open.then(|| uuid(9)),
        }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        see("ufficio-protocollo-emergenza", |base| view(&base, &shown(false), Said::default()));
        see("ufficio-protocollo-emergenza-aperta", |base| {
            view(&base, &shown(true), Said { done: Some("fatto".into()), ..Said::default() })
        });
        see("ufficio-protocollo-emergenza-vuota", |base| {
            let waiting = Waiting { count: 0, untried: 0, since: None };
            let none = Emergency {
                waiting,
                awaited: vec![],
                interruzioni: vec![],
                voci: vec![],
                can_begin: false,
                can_end: None,
            };
            view(&base, &none, Said::default())
        });
        see("ufficio-protocollo-emergenza-errore", |base| {
            let errors = vec![("causa", "a".to_owned()), ("atto", "b".to_owned())];
            view(&base, &shown(false), Said { errors, late: Some("tardi".into()), ..Said::default() })
        });
    }
}
