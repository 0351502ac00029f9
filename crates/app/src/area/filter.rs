//! Finding pratiche in one's own list: by state, year, child and a word.

use chrono::Datelike;
use sportello_domain::{calendar, collation, pratica::PraticaStatus};

use crate::pratica::PraticaRow;

/// What a list is asked for; an empty part asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The state.
    pub status: Option<PraticaStatus>,
    /// The year in which it was received.
    pub anno: Option<i32>,
    /// The child's name.
    pub alunno: String,
    /// Part of its number, title or of the child's name.
    pub text: String,
}

impl Filter {
    /// Whether it asks for anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the list of a person can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The states that are there, in the order of the life of a pratica.
    pub statuses: Vec<PraticaStatus>,
    /// The years, the last first.
    pub anni: Vec<i32>,
    /// The children, by name.
    pub alunni: Vec<String>,
}

/// What these pratiche can be asked for: nothing that none of them has.
pub fn choices(rows: &[PraticaRow]) -> Choices {
    let has = |status: &PraticaStatus| rows.iter().any(|row| row.status == *status);
    let mut anni: Vec<i32> = rows.iter().map(anno).collect();
    anni.sort_unstable_by(|one, other| other.cmp(one));
    anni.dedup();
    let mut alunni: Vec<String> =
        rows.iter().map(|row| row.alunno.clone()).filter(|alunno| !alunno.is_empty()).collect();
    alunni.sort_by_key(|alunno| collation::key(alunno));
    alunni.dedup();
    let statuses = PraticaStatus::OPEN.into_iter().chain(PraticaStatus::OVER).filter(has).collect();
    Choices { statuses, anni, alunni }
}

/// The pratiche that are asked for.
pub fn matching(rows: Vec<PraticaRow>, filter: &Filter) -> Vec<PraticaRow> {
    let word = collation::key(filter.text.trim());
    let wanted = |row: &PraticaRow| {
        let said = || format!("{} {}", collation::key(&row.title), collation::key(&row.alunno));
        filter.status.is_none_or(|status| status == row.status)
            && filter.anno.is_none_or(|wanted| wanted == anno(row))
            && (filter.alunno.is_empty() || filter.alunno == row.alunno)
            && (filter.text.trim().is_empty() || row.number.contains(filter.text.trim()) || said().contains(&word))
    };
    rows.into_iter().filter(wanted).collect()
}

fn anno(row: &PraticaRow) -> i32 {
    calendar::legal_date(row.received_at).year()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: &str, alunno: &str, status: PraticaStatus, received_at: &str) -> PraticaRow {
        PraticaRow {
            id: sportello_domain::id::PraticaId::new(uuid::Uuid::nil()),
            number: number.into(),
            title: "Modello iscrizione mensa".into(),
            alunno: alunno.into(),
            received_at: received_at.parse().unwrap(),
            status,
            answer_by: chrono::NaiveDate::MIN,
        }
    }

    #[test]
    fn each_part_narrows_and_together_they_all_hold() {
        let rows = vec![
            row("2026/7", "Niccolò Rossi", PraticaStatus::Accepted, "2026-05-01T08:00:00Z"),
            // Midnight in Rome has passed.
            row("2026/3", "Sofia Rossi", PraticaStatus::InReview, "2025-12-31T23:30:00Z"),
            row("2025/9", "", PraticaStatus::Accepted, "2025-06-01T08:00:00Z"),
        ];
        let found = |filter: Filter| -> Vec<String> {
            matching(rows.clone(), &filter).into_iter().map(|row| row.number).collect()
        };
        let all = Filter::default();
        assert_eq!(found(all.clone()).len(), 3);
        assert_eq!(found(Filter { status: Some(PraticaStatus::Accepted), ..all.clone() }), ["2026/7", "2025/9"]);
        assert_eq!(found(Filter { anno: Some(2026), ..all.clone() }), ["2026/7", "2026/3"]);
        assert_eq!(found(Filter { alunno: "Sofia Rossi".into(), ..all.clone() }), ["2026/3"]);
        assert_eq!(found(Filter { text: " niccolo ".into(), ..all.clone() }), ["2026/7"]);
        assert_eq!(found(Filter { text: "2025/9".into(), ..all.clone() }), ["2025/9"]);
        assert_eq!(found(Filter { text: "mensa".into(), anno: Some(2025), ..all.clone() }), ["2025/9"]);
        assert!(found(Filter { text: "nessuno".into(), ..all }).is_empty());
        let offered = choices(&rows);
        assert_eq!(offered.statuses, [PraticaStatus::InReview, PraticaStatus::Accepted]);
        assert_eq!((offered.anni, offered.alunni.len()), (vec![2026, 2025], 2));
    }
}
