//! Consultazione: what a citizen sees of their own pratiche, in plain words.
//!
//! Whose pratiche these are is decided by the use cases; nothing here looks anything up by itself.

pub mod detail;
pub mod duplica;
pub mod integra;
pub mod list;
pub mod messaggi;

use chrono::{DateTime, Utc};
use sportello_app::{pratica::Milestone, provvedimento::Provvedimento};
use sportello_domain::pratica::PraticaStatus;

use crate::{
    page::{Menu, Page},
    routes::{
        Access::{Cittadino, Public},
        Route, get, post, post_page,
    },
    text::{Text, iso_day},
};

/// Path of the list.
pub(crate) const LIST: &str = "/sezione-informativa/consultazione-pratiche";

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    vec![
        get("/sezione-informativa", Public, list::index),
        get("/sezione-informativa/consultazione-pratiche", Cittadino, list::list),
        get("/sezione-informativa/consultazione-pratiche/{id}", Cittadino, detail::show),
        get("/sezione-informativa/consultazione-pratiche/{id}/ricevuta", Cittadino, detail::receipt),
        get("/sezione-informativa/consultazione-pratiche/{id}/file/{file}", Cittadino, detail::file),
        get("/sezione-informativa/consultazione-pratiche/{id}/provvedimento/{atto}", Cittadino, detail::provvedimento),
        get("/sezione-informativa/consultazione-pratiche/{id}/duplica", Cittadino, duplica::ask),
        post("/sezione-informativa/consultazione-pratiche/{id}/duplica", Cittadino, duplica::duplicate),
        get("/sezione-informativa/consultazione-pratiche/{id}/integra", Cittadino, integra::show),
        post_page("/sezione-informativa/consultazione-pratiche/{id}/integra", Cittadino, integra::give),
        get("/sezione-informativa/consultazione-pratiche/{id}/osservazioni", Cittadino, integra::show_notice),
        post_page("/sezione-informativa/consultazione-pratiche/{id}/osservazioni", Cittadino, integra::observe),
        get("/sezione-informativa/consultazione-pratiche/{id}/messaggi", Cittadino, messaggi::show),
        post("/sezione-informativa/consultazione-pratiche/{id}/messaggi", Cittadino, messaggi::write),
        get("/sezione-informativa/consultazione-pratiche/{id}/ritira", Cittadino, detail::ask_withdraw),
        post("/sezione-informativa/consultazione-pratiche/{id}/ritira", Cittadino, detail::withdraw),
    ]
}

/// A state as the citizen reads it: words, icon and tint together.
#[derive(Clone, Debug)]
pub(crate) struct StatusView {
    /// The words.
    pub(crate) words: String,
    /// Name of the icon.
    pub(crate) icon: &'static str,
    /// Class of the tint.
    pub(crate) tint: &'static str,
}

/// The citizen's words for a state.
pub(crate) fn status_view(t: Text, status: PraticaStatus) -> StatusView {
    let (words, icon, tint) = match status {
        PraticaStatus::Draft => (t.get("stato-bozza"), "info", "ambra"),
        PraticaStatus::ExpiredDraft => (t.get("stato-bozza-scaduta"), "info", "ambra"),
        PraticaStatus::Submitted => (t.get("stato-inviata"), "busta", "blu"),
        PraticaStatus::Registered => (t.get("stato-ricevuta"), "busta", "blu"),
        PraticaStatus::InReview => (t.get("stato-in-lavorazione"), "orologio", "blu"),
        PraticaStatus::IntegrationRequested => (t.get("stato-da-completare"), "attenzione", "ambra"),
        PraticaStatus::Integrated => (t.get("stato-completata"), "orologio", "blu"),
        PraticaStatus::RejectionNotice => (t.get("stato-preavviso"), "attenzione", "ambra"),
        PraticaStatus::Observations => (t.get("stato-osservazioni"), "orologio", "blu"),
        PraticaStatus::Accepted => (t.get("stato-accolta"), "spunta", "verde"),
        PraticaStatus::PartlyAccepted => (t.get("stato-accolta-parziale"), "spunta", "verde"),
        PraticaStatus::WaitingList => (t.get("stato-lista-attesa"), "orologio", "ambra"),
        PraticaStatus::Rejected => (t.get("stato-respinta"), "attenzione", "rosso"),
        PraticaStatus::Withdrawn => (t.get("stato-ritirata"), "info", "ambra"),
        PraticaStatus::Annulled => (t.get("stato-annullata"), "info", "rosso"),
    };
    StatusView { words, icon, tint }
}

/// A step in the life of a pratica, in words.
pub(crate) struct MilestoneView {
    /// Name of the step.
    pub(crate) name: String,
    /// Day for the `datetime` attribute; empty for a step that is awaited.
    pub(crate) iso: String,
    /// When, or until when.
    pub(crate) when: String,
    /// Whether it has happened.
    pub(crate) done: bool,
    /// Whether it is the last one that has happened.
    pub(crate) current: bool,
}

impl MilestoneView {
    /// Something that happened, by its name.
    pub(crate) fn reached(t: Text, name: String, at: DateTime<Utc>) -> Self {
        let when = t.get2("tappa-quando", "data", t.day(at), "ora", t.time(at));
        Self { name, iso: iso_day(at), when, done: true, current: false }
    }
}

/// The steps in words; `awaited` says when the outstanding one is expected.
pub(crate) fn milestone_views(t: Text, milestones: &[Milestone], awaited: &str) -> Vec<MilestoneView> {
    let last_done = milestones.iter().rposition(|step| matches!(step, Milestone::Reached(..)));
    let all_done = !milestones.contains(&Milestone::Awaited);
    let view = |(index, step): (usize, &Milestone)| match *step {
        Milestone::Reached(status, at) => MilestoneView {
            current: !all_done && Some(index) == last_done,
            ..MilestoneView::reached(t, milestone_name(t, status), at)
        },
        Milestone::Awaited => MilestoneView {
            name: t.get("tappa-esito"),
            iso: String::new(),
            when: awaited.to_owned(),
            done: false,
            current: false,
        },
    };
    milestones.iter().enumerate().map(view).collect()
}

fn milestone_name(t: Text, status: PraticaStatus) -> String {
    match status {
        PraticaStatus::Draft => t.get("stato-bozza"),
        PraticaStatus::ExpiredDraft => t.get("stato-bozza-scaduta"),
        PraticaStatus::Submitted => t.get("tappa-inviata"),
        PraticaStatus::Registered => t.get("tappa-protocollata"),
        PraticaStatus::InReview => t.get("tappa-in-carico"),
        PraticaStatus::IntegrationRequested => t.get("tappa-integrazioni"),
        PraticaStatus::Integrated => t.get("tappa-integrata"),
        PraticaStatus::RejectionNotice => t.get("tappa-preavviso"),
        PraticaStatus::Observations => t.get("tappa-osservazioni"),
        PraticaStatus::Accepted => t.get("tappa-accolta"),
        PraticaStatus::PartlyAccepted => t.get("tappa-accolta-parziale"),
        PraticaStatus::WaitingList => t.get("tappa-lista-attesa"),
        PraticaStatus::Rejected => t.get("tappa-respinta"),
        PraticaStatus::Withdrawn => t.get("tappa-ritirata"),
        PraticaStatus::Annulled => t.get("tappa-annullata"),
    }
}

/// The document of a decision or a notice, in words.
pub(crate) struct ProvvedimentoView {
    /// Path of its document, once that is made.
    pub(crate) path: Option<String>,
    /// What it is, of which day, under which number.
    pub(crate) words: String,
    /// When the applicant opened it for the first time.
    pub(crate) opened: Option<String>,
}

/// The documents of a pratica in words; `below` is the path of its page.
pub(crate) fn provvedimento_views(t: Text, acts: &[Provvedimento], below: &str) -> Vec<ProvvedimentoView> {
    let view = |act: &Provvedimento| {
        let what = t.get2("provvedimento-del", "cosa", act_name(t, act.kind), "data", t.day(act.made_at));
        let number = match &act.protocol {
            Some(number) => t.get1("provvedimento-numero", "numero", number.as_str()),
            None => t.get("provvedimento-numero-attesa"),
        };
        let size = act.file.as_ref().map(|file| t.get1("provvedimento-peso", "peso", t.size(file.bytes)));
        let words = [Some(what), Some(number), size].into_iter().flatten().collect::<Vec<_>>().join(", ");
        ProvvedimentoView {
            path: act.file.as_ref().map(|_| format!("{below}/provvedimento/{}", act.id)),
            words,
            opened: act.opened_at.map(|at| t.get2("provvedimento-aperto", "data", t.day(at), "ora", t.time(at))),
        }
    };
    acts.iter().map(view).collect()
}

/// What a document of the office is called, by the state that it led to.
pub(crate) fn act_name(t: Text, kind: PraticaStatus) -> String {
    match kind {
        PraticaStatus::RejectionNotice => t.get("tappa-preavviso"),
        PraticaStatus::Accepted => t.get("provvedimento-accolta"),
        PraticaStatus::PartlyAccepted => t.get("provvedimento-accolta-parziale"),
        PraticaStatus::WaitingList => t.get("provvedimento-lista-attesa"),
        PraticaStatus::Rejected => t.get("provvedimento-respinta"),
        PraticaStatus::Annulled => t.get("provvedimento-annullata"),
        _ => t.get("provvedimento-altro"),
    }
}

/// Frame of the list of one's pratiche, or of a page below it.
pub(crate) fn framed(base: &Page, title: String) -> Page {
    let page = Page { title, ..base.clone() };
    page.menu(Menu::SezioneInformativa).crumb(base.t.get("informativa-titolo"), "/sezione-informativa")
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::compila::sample;

    #[test]
    fn the_words_are_those_of_the_table() {
        for status in PraticaStatus::ALL {
            assert_eq!(status_view(Text(Lingua::It), status).words, status.citizen(), "{status:?}");
        }
    }

    #[test]
    fn the_last_step_done_is_the_current_one_and_the_awaited_one_says_when() {
        let milestones = sample::milestones();
        let views = milestone_views(Text(Lingua::It), &milestones, "presto");
        let names: Vec<&str> = views.iter().map(|view| view.name.as_str()).collect();
        assert_eq!(names, ["Inviata", "Protocollata", "Presa in carico", "Esito"]);
        assert!(views[2].current && views[3].when == "presto" && !views[3].done);
    }
}
