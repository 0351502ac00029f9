//! What became of money that nothing expects, in words, and the form that says so: given back, or settled otherwise.

use sportello_app::{
    REASON,
    riconciliazione::{Decided, Esito, Outcome},
};

use crate::{compila::frame::ErrorBox, posted::Posted, text::Text, ufficio::OfficeStatus};

/// A decision in words.
pub(crate) struct Said {
    /// What became of the money.
    pub(crate) status: OfficeStatus,
    /// Who and when.
    pub(crate) who: String,
    /// Why, as written.
    pub(crate) reason: String,
}

/// The form, with what was typed.
pub(crate) struct Form {
    /// Where it goes.
    pub(crate) action: String,
    /// Value, words and choice of each outcome.
    pub(crate) outcomes: Vec<(&'static str, String, bool)>,
    /// The reason as typed.
    pub(crate) reason: String,
    /// What is wrong with the choice.
    pub(crate) outcome_problem: Option<String>,
    /// What is wrong with the reason.
    pub(crate) reason_problem: Option<String>,
}

/// What the form brought.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    outcome: String,
    /// The reason.
    pub(crate) reason: String,
}

const OUTCOMES: [(&str, Outcome); 2] = [("rimborsato", Outcome::Refunded), ("altro", Outcome::Other)];

/// A decision in words.
pub(crate) fn said(t: Text, decided: &Decided) -> Said {
    let words = match decided.esito {
        Esito::Matched => t.get("riconciliazione-abbinato"),
        Esito::Refunded => t.get("riconciliazione-rimborsato"),
        Esito::Other => t.get("riconciliazione-altro"),
    };
    Said {
        status: OfficeStatus { words, shape: "st-ok" },
        who: t.get2("riconciliazione-chi", "chi", decided.by.as_str(), "quando", t.moment(decided.at)),
        reason: decided.reason.clone(),
    }
}

/// The form. Its fields are `esito` and `motivo-esito`.
pub(crate) fn form(t: Text, action: String, typed: Typed, errors: &ErrorBox) -> Form {
    let words = |outcome| match outcome {
        Outcome::Refunded => t.get("riconciliazione-esito-rimborsato"),
        Outcome::Other => t.get("riconciliazione-esito-altro"),
    };
    let outcomes = OUTCOMES.map(|(word, outcome)| (word, words(outcome), typed.outcome == word));
    Form {
        action,
        outcomes: outcomes.into(),
        outcome_problem: errors.at("esito").map(str::to_owned),
        reason_problem: errors.at("motivo-esito").map(str::to_owned),
        reason: typed.reason,
    }
}

/// What a form brought, and the outcome that it names.
pub(crate) fn read(posted: &Posted) -> (Typed, Option<Outcome>) {
    let typed = Typed {
        outcome: posted.text("esito").to_owned(),
        reason: posted.text("motivo-esito").replace("\r\n", "\n").trim().to_owned(),
    };
    let outcome = OUTCOMES.iter().find(|(word, _)| *word == typed.outcome).map(|(_, outcome)| *outcome);
    (typed, outcome)
}

/// What is wrong with a form, by field.
pub(crate) fn problems(t: Text, outcome: Option<Outcome>, typed: &Typed) -> Vec<(&'static str, String)> {
    let mut errors = Vec::new();
    if outcome.is_none() {
        errors.push(("esito", t.get("riconciliazione-esito-manca")));
    }
    if !REASON.contains(&typed.reason.chars().count()) {
        errors.push(("motivo-esito", t.get("ufficio-motivo-5-500")));
    }
    errors
}

/// Whether a decision is what this person said with this very form, sent twice.
pub(crate) fn is_twin(decided: &Decided, outcome: Outcome, typed: &Typed) -> bool {
    let same = match outcome {
        Outcome::Refunded => decided.esito == Esito::Refunded,
        Outcome::Other => decided.esito == Esito::Other,
    };
    decided.by_me && same && decided.reason == typed.reason
}

/// Who was first, for whoever comes second.
pub(crate) fn first(t: Text, decided: Option<&Decided>) -> String {
    match decided {
        Some(decided) => t.get2("riconciliazione-prima", "chi", decided.by.as_str(), "quando", t.moment(decided.at)),
        None => t.get("riconciliazione-non-ora"),
    }
}
