//! What stands out in a pratica beside what the ente knows already, in words.

use sportello_app::ufficio::{Earlier, OfficePage};
use sportello_domain::modello::Difference;

use crate::{
    compila::{
        answers::{DifferenceView, Files, words_of},
        words,
    },
    text::Text,
    ufficio::pratica,
};

/// The filing for an earlier year.
pub(super) struct EarlierView {
    /// It, and how many answers differ.
    pub(super) words: String,
    /// Leads to it.
    pub(super) path: String,
    pub(super) open: String,
    pub(super) differences: Vec<DifferenceView>,
}

/// The warnings of the page, one sentence each.
pub(super) fn warnings(t: Text, shown: &OfficePage) -> Vec<String> {
    let confronto = &shown.confronto;
    let mut said: Vec<String> = shown.warnings.iter().map(|warning| words::warning_words(t, warning)).collect();
    let person = shown.row.richiedente.as_str();
    said.extend(confronto.person.iter().map(|found| unlike_person(t, found, person)));
    let overdue = confronto.overdue;
    said.extend((overdue > 0).then(|| t.get2("ufficio-scaduti", "n", overdue, "persona", person)));
    said
}

fn unlike_person(t: Text, found: &Difference, person: &str) -> String {
    let args = [
        ("campo", words::quoted(t, &found.label, found.row.as_deref()).into()),
        ("persona", person.into()),
        ("risposta", words_of(t, found.answer.as_ref()).into()),
    ];
    t.with("ufficio-diverso-persona", args)
}

impl EarlierView {
    pub(super) fn new(t: Text, earlier: &Earlier, files: &Files<'_>) -> Self {
        let (number, anno) = (earlier.number.as_str(), earlier.anno.to_string());
        let args = [("n", earlier.differences.len().into()), ("numero", number.into()), ("anno", anno.into())];
        Self {
            words: t.with("ufficio-anno-prima", args),
            path: pratica::path(earlier.id),
            open: t.get1("ufficio-anno-prima-apri", "numero", number),
            differences: DifferenceView::all(t, &earlier.differences, files),
        }
    }
}
