//! What the columns of a pratica say of its answers, so that it can be looked for: when it is sent, and when it is amended.

use sportello_domain::{
    collation,
    modello::{Answers, Facts, Modello},
};

use crate::campi;

/// Most characters of what a pratica is searched by. Indexes hold it, and a row of an index has a limit.
const SEARCHED_MAX: usize = 300;

/// Whom and what a pratica is about.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The child's given and family name.
    pub(crate) alunno: String,
    /// The child's and the applicant's name, folded for search.
    pub(crate) search_key: String,
    /// The child's codice fiscale.
    pub(crate) codice_fiscale: Option<String>,
    /// Code of the school that was chosen.
    pub(crate) plesso: Option<String>,
}

impl Subject {
    /// From the answers of one pratica; `applicant` is the name of its applicant.
    pub(crate) fn of(modello: &Modello, facts: &Facts, answers: &Answers, applicant: &str) -> Self {
        let text = |field: &str| text(answers, &modello.split, field);
        let named = format!(
            "{} {}",
            text(campi::FIGLIO_NOME).unwrap_or_default(),
            text(campi::FIGLIO_COGNOME).unwrap_or_default()
        );
        let chosen = modello.chosen_alunno(answers, facts);
        let alunno = Some(named.trim()).filter(|named| !named.is_empty()).or(chosen).unwrap_or_default();
        Self {
            search_key: searched(alunno, applicant),
            alunno: alunno.to_owned(),
            codice_fiscale: text(campi::FIGLIO_CF),
            plesso: text(campi::PLESSO),
        }
    }
}

fn searched(alunno: &str, applicant: &str) -> String {
    collation::key(&format!("{alunno} {applicant}")).chars().take(SEARCHED_MAX).collect()
}

/// A text about the child: in the one row of the split group, or outside groups.
fn text(answers: &Answers, split: &Option<String>, field: &str) -> Option<String> {
    let row = split.as_ref().and_then(|group| answers.rows(group).first());
    let value = match row {
        Some(row) => row.value(field).or_else(|| answers.value(field)),
        None => answers.value(field),
    };
    value.and_then(|value| value.text()).map(str::to_owned)
}
