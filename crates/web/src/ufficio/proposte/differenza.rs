//! The difference that a proposta makes, line by line: what stands and what would stand.

use serde_json::Value;
use sportello_app::proposta::{Change, PropostaKind, PropostaRow, Tariffe, read_change};

use crate::{
    error::Result,
    text::Text,
    ufficio::{conti, tariffe as prezzi},
};

/// One line of a difference.
pub(super) struct Voce {
    pub(super) name: String,
    pub(super) before: String,
    pub(super) after: String,
    /// The two differ.
    pub(super) changed: bool,
}

/// A name and its value.
type Lines = Vec<(String, String)>;

/// The lines of a proposta, in the order of its form.
pub(super) fn voci(t: Text, row: &PropostaRow) -> Result<Vec<Voce>> {
    let before = lines(t, row.kind, &row.before.0)?;
    let after = lines(t, row.kind, &row.after.0)?;
    Ok(joined(t, before, after))
}

fn lines(t: Text, kind: PropostaKind, document: &Value) -> Result<Lines> {
    if document.is_null() {
        return Ok(Lines::new());
    }
    Ok(match read_change(kind, document)? {
        Change::Conti(new) => conti::lines(t, new),
        Change::Numerazione(serie) => vec![(t.get("conti-serie"), serie.serie)],
        Change::Tariffe(tariffe) => tariffe_lines(t, &tariffe),
    })
}

/// A line that only one of the two has stands against a dash.
fn joined(t: Text, before: Lines, after: Lines) -> Vec<Voce> {
    let none = || t.get("proposte-nessun-valore");
    let find = |lines: &Lines, name: &str| lines.iter().find(|line| line.0 == name).map(|line| line.1.clone());
    let gone = before.iter().filter(|line| find(&after, &line.0).is_none());
    let names: Vec<String> = after.iter().chain(gone).map(|line| line.0.clone()).collect();
    let voce = |name: String| {
        let (before, after) = (find(&before, &name), find(&after, &name));
        let changed = before != after;
        Voce { name, before: before.unwrap_or_else(none), after: after.unwrap_or_else(none), changed }
    };
    names.into_iter().map(voce).collect()
}

fn tariffe_lines(t: Text, tariffe: &Tariffe) -> Lines {
    let al = tariffe.al.map_or_else(|| t.get("proposte-senza-fine"), |al| t.date(al));
    let mut lines = vec![
        (t.get("tariffe-nuova-dal"), t.date(tariffe.dal)),
        (t.get("tariffe-nuova-al"), al),
        (t.get("tariffe-nuova-atto"), tariffe.atto.clone()),
    ];
    for listino in tariffe.piano.listini() {
        let name = prezzi::listino_name(t, listino);
        for (place, (band, price)) in prezzi::fasce(t, listino).into_iter().enumerate() {
            let name = t.get2("proposte-fascia", "listino", name.as_str(), "n", place + 1);
            lines.push((name, t.get2("proposte-fascia-prezzo", "fascia", band, "prezzo", price)));
        }
    }
    if let Some(fratelli) = tariffe.piano.fratelli() {
        let (order, riduzioni) = prezzi::fratelli_words(t, fratelli);
        lines.push((t.get("tariffe-fratelli"), [vec![order], riduzioni].concat().join(" ")));
    }
    lines
}
