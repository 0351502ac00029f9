//! What would be filed: what is shown and nothing else, divided into pratiche, with its fingerprint.

use std::collections::BTreeMap;

use crate::id::RowId;
use crate::modello::answers::{Answers, Entry, Row};
use crate::modello::form::Form;
use crate::modello::view::Source;

impl Form<'_> {
    /// The answers as they would be filed: what is shown, nothing else; open questions are kept as such.
    pub fn filing(&self) -> Answers {
        let mut filed = Answers { filed: true, ..Answers::default() };
        for group in &self.modello.groups {
            let rows = self.answers.rows(&group.id).iter();
            let empty = rows.map(|row| Row { id: row.id, key: row.key.clone(), fields: BTreeMap::new() }).collect();
            filed.rows.insert(group.id.clone(), empty);
        }
        let open = || Entry { value: None, source: Source::Typed, edited: false };
        for spot in self.shown_spots().filter(|spot| spot.campo.kind.behaviour().ty().is_some()) {
            let entry = self.entry(&spot).cloned().unwrap_or_else(open);
            let fields = match (&spot.campo.group, spot.row) {
                (Some(group), Some((row, _))) => {
                    &mut filed.rows.get_mut(group).expect("every group was added above")[row].fields
                }
                _ => &mut filed.fields,
            };
            fields.insert(spot.campo.id.as_str().into(), entry);
        }
        filed
    }

    /// The filing as pratiche: one for each row of the split group with that row alone, else one for all.
    pub fn split(&self) -> Vec<(Option<RowId>, Answers)> {
        let whole = self.filing();
        let Some(group) = &self.modello.split else {
            return vec![(None, whole)];
        };
        let rows = whole.rows(group).to_vec();
        rows.into_iter()
            .map(|row| {
                let mut one = whole.clone();
                let id = row.id;
                one.rows.insert(group.clone(), vec![row]);
                (Some(id), one)
            })
            .collect()
    }

    /// SHA-256 over the modello and the answers as they would be filed: what was shown at the summary is what is sent.
    pub fn fingerprint(&self) -> String {
        let answers = crate::canonical::of(&self.filing()).expect("answers have text keys and finite numbers only");
        crate::canonical::sha256_hex(format!("{}\n{answers}", self.modello.hash()).as_bytes())
    }
}
