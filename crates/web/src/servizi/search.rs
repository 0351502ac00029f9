//! Search over the few things that exist, by the words that people use.

use sportello_app::modello::ModelloRow;

use super::{Servizio, offered};
use crate::{indice::Tile, text::Text};

/// Longest search, in characters.
const QUERY_MAX: usize = 100;

/// Words of the pages that are no service. Keys of label and text, path, words.
const PAGES: [(&str, &str, &str, &[&str]); 4] = [
    (
        "pratiche-apertura",
        "pratiche-apertura-testo",
        "/pratiche/apertura",
        &["pratica", "pratiche", "avvio", "avvia", "apertura", "domanda", "modello", "modulo", "invio", "application"],
    ),
    (
        "pratiche-bozze",
        "pratiche-bozze-testo",
        "/pratiche/bozze",
        &["bozza", "bozze", "sospesa", "sospendi", "riprendi", "draft"],
    ),
    (
        "pratiche-consultazione",
        "pratiche-consultazione-testo",
        "/sezione-informativa/consultazione-pratiche",
        &["consultazione", "esito", "stato", "ricevuta", "protocollo", "invio", "inviata", "outcome", "receipt"],
    ),
    ("spid-cosa-titolo", "spid-richiedi-1", "/accesso/cos-e-spid", &["spid", "accesso", "password", "login", "sign"]),
];

/// A search as it was typed, without blanks around and cut to its longest.
pub(super) fn clean(query: &str) -> String {
    query.trim().chars().take(QUERY_MAX).collect()
}

/// What fits any word of the search, services first.
pub(super) fn find(t: Text, rows: &[ModelloRow], query: &str) -> Vec<Tile> {
    let wanted: Vec<String> = folded_words(query).into_iter().filter(|word| word.chars().count() > 2).collect();
    let fits = |words: &[String]| wanted.iter().any(|word| words.iter().any(|known| alike(known, word)));
    let mut tiles = Vec::new();
    for servizio in offered(rows) {
        let mut words = folded_words(&servizio.title(t));
        match &servizio {
            Servizio::Written(written, _) => words.extend(written.words.iter().map(|word| (*word).to_owned())),
            Servizio::OfModello(row) => words.extend(folded_words(&row.summary)),
        }
        if fits(&words) {
            tiles.push(servizio.tile(t));
        }
    }
    for row in rows {
        if fits(&folded_words(&row.title)) {
            let path = format!("/modelli/{}", row.code);
            tiles.push(Tile { icon: "cartella", label: row.title.clone(), path, text: row.summary.clone() });
        }
    }
    for (label, text, path, words) in PAGES {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        if fits(&words) {
            tiles.push(Tile { icon: "info", label: t.get(label), path: path.into(), text: t.get(text) });
        }
    }
    tiles
}

/// The same word, or one the beginning of the other ("iscriz", "mense" does not find "mensa" but "mens" does).
fn alike(known: &str, word: &str) -> bool {
    known.starts_with(word) || (word.starts_with(known) && known.chars().count() > 3)
}

/// Words in lower case without accents.
fn folded_words(text: &str) -> Vec<String> {
    let folded: String = text
        .to_lowercase()
        .chars()
        .map(|letter| match letter {
            'à' | 'á' | 'â' => 'a',
            'è' | 'é' | 'ê' => 'e',
            'ì' | 'í' => 'i',
            'ò' | 'ó' => 'o',
            'ù' | 'ú' => 'u',
            other => other,
        })
        .collect();
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::sample;

    fn found(query: &str) -> Vec<String> {
        find(Text(Lingua::It), &[sample::modello_row()], query).into_iter().map(|tile| tile.path).collect()
    }

    #[test]
    fn old_labels_find_what_replaced_them() {
        assert!(found("refezione").contains(&"/servizi/educazione-e-formazione/mensa-scolastica".to_owned()));
        assert!(found("AVVIO PRATICA").contains(&"/pratiche/apertura".to_owned()));
        assert!(found("INVIO").contains(&"/pratiche/apertura".to_owned()));
        assert!(found("iscriz").contains(&"/modelli/iscrizione-mensa-2026".to_owned()));
        assert_eq!(found("bollettino"), Vec::<String>::new());
        assert_eq!(found("di"), Vec::<String>::new());
    }

    #[test]
    fn a_long_search_is_cut() {
        assert_eq!(clean(&format!("  {}", "à".repeat(300))).chars().count(), QUERY_MAX);
    }
}
