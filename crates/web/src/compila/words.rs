//! What is wrong or unusual with an answer, in words that say what to do.
//!
//! One place, so that the summary on top of a page and the line at the field never differ.
//! Not for words of a modello: those come from its author.

use fluent_templates::fluent_bundle::FluentValue;
use sportello_domain::modello::view::{Control, FieldView, PageView, Problem, ProblemCode, Warning, WarningCode};

use crate::text::Text;

/// Longest label quoted in a sentence, in characters; the label itself stands whole at its field.
const QUOTED_MAX: usize = 90;

/// A problem with the place where its field is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemLink {
    /// Where the link leads: an anchor, or a page with an anchor.
    pub href: String,
    /// The sentence.
    pub words: String,
}

/// The field with this anchor, wherever it stands in the page.
pub fn field_at<'a>(page: &'a PageView, anchor: &str) -> Option<&'a FieldView> {
    page.fields().find(|field| field.anchor == anchor)
}

/// The identifier of the control to which a problem sends the reader.
pub fn target(problem: &Problem) -> String {
    match problem.code {
        ProblemCode::YearFourDigits => format!("{}-a", problem.anchor),
        _ => problem.anchor.clone(),
    }
}

/// The problems of a page as links to its fields, in page order.
pub fn links_in_page(t: Text, page: &PageView, problems: &[Problem]) -> Vec<ProblemLink> {
    let link = |problem: &Problem| ProblemLink {
        href: format!("#{}", target(problem)),
        words: problem_words(t, problem, field_at(page, &problem.anchor).map(|field| &field.control)),
    };
    let mut in_order: Vec<&Problem> = problems.iter().collect();
    in_order.sort_by_key(|problem| place_of(page, &problem.anchor));
    in_order.into_iter().map(link).collect()
}

/// How far down the page an anchor stands; what belongs to no field (a whole group) comes first.
fn place_of(page: &PageView, anchor: &str) -> Option<usize> {
    page.fields().position(|field| field.anchor == anchor)
}

/// The sentence for a problem; `control` makes the verb fit where it is known.
pub fn problem_words(t: Text, problem: &Problem, control: Option<&Control>) -> String {
    let campo = quoted(t, &problem.label, problem.row.as_deref());
    let say = |key: &str| t.get1(key, "campo", campo.as_str());
    match &problem.code {
        ProblemCode::Missing => missing(t, &campo, control),
        ProblemCode::TooLong { max } => t.get2("campo-lungo", "campo", campo, "max", *max),
        ProblemCode::NotAChoice => say("campo-non-valido"),
        ProblemCode::ClasseElsewhere => say("campo-classe-altrove"),
        ProblemCode::CodiceFiscaleLength { typed } => codice_fiscale_length(t, campo, *typed),
        ProblemCode::CodiceFiscaleWrong => say("campo-cf-errato"),
        ProblemCode::PartitaIvaWrong => say("campo-piva-errata"),
        ProblemCode::IbanWrong => say("campo-iban-errato"),
        ProblemCode::IbanNotSepa => say("campo-iban-paese"),
        ProblemCode::EmailWrong => say("campo-email-errata"),
        ProblemCode::PhoneWrong => say("campo-telefono-errato"),
        ProblemCode::CapWrong => say("campo-cap-errato"),
        ProblemCode::DateWrong => say("campo-data-errata"),
        ProblemCode::YearFourDigits => say("campo-anno-cifre"),
        ProblemCode::DateInFuture => say("campo-data-futura"),
        ProblemCode::MoneyWrong => say("campo-importo-errato"),
        ProblemCode::NumberWrong => say("campo-numero-errato"),
        ProblemCode::NumberOutside { min, max } => {
            let args = [("campo", campo.into()), ("min", min.to_string().into()), ("max", max.to_string().into())];
            t.with("campo-numero-limiti", args)
        }
        ProblemCode::CodeWrong { example } => t.get2("campo-codice-errato", "campo", campo, "esempio", *example),
        ProblemCode::ComuneUnknown => say("campo-comune-sconosciuto"),
        ProblemCode::ComuneNotUnique { example } => {
            t.get2("campo-comune-omonimo", "campo", campo, "esempio", example.as_str())
        }
        ProblemCode::MustAccept => say("campo-accetta"),
        ProblemCode::FileTooLarge { max_mb } => t.get2("campo-file-grande", "campo", campo, "max", *max_mb),
        ProblemCode::FileType => say("campo-file-tipo"),
        ProblemCode::FileBroken => say("campo-file-rotto"),
        ProblemCode::FileSwells => say("campo-file-enorme"),
        ProblemCode::FileLocked => say("campo-file-protetto"),
        ProblemCode::FileActive => say("campo-file-attivo"),
        ProblemCode::FileInfected => say("campo-file-virus"),
        ProblemCode::FileMixed => say("campo-file-doppio"),
        ProblemCode::FileAgain => say("campo-file-di-nuovo"),
        ProblemCode::RowsTooFew { min } => t.get2("campo-righe-poche", "campo", campo, "min", *min),
        ProblemCode::Check { message } if problem.label.is_empty() => message.clone(),
        ProblemCode::Check { message } => t.get2("campo-controllo", "campo", campo, "messaggio", message.as_str()),
        ProblemCode::Stop { message } => message.clone(),
    }
}

/// The sentence for a warning.
pub fn warning_words(t: Text, warning: &Warning) -> String {
    let campo = quoted(t, &warning.label, warning.row.as_deref());
    match warning.code {
        WarningCode::CodiceFiscaleMismatch => t.get1("avviso-cf-diverso", "campo", campo),
        WarningCode::CodeUnusual { example } => t.get2("avviso-codice-insolito", "campo", campo, "esempio", example),
    }
}

fn missing(t: Text, campo: &str, control: Option<&Control>) -> String {
    let key = match control {
        Some(Control::Text { .. } | Control::LongText { .. } | Control::Date) => {
            return t.get1("campo-manca-testo", "campo", campo);
        }
        Some(Control::Choice { .. } | Control::MultiChoice { .. } | Control::YesNo) => "campo-manca-scelta",
        Some(Control::Declaration) => "campo-accetta",
        Some(Control::File { .. }) => "campo-manca-file",
        Some(Control::Info { .. }) | None => "campo-manca",
    };
    t.get1(key, "campo", campo)
}

fn codice_fiscale_length(t: Text, campo: String, typed: usize) -> String {
    const LENGTH: usize = 16;
    if typed < LENGTH {
        t.get2("campo-cf-corto", "campo", campo, "n", LENGTH - typed)
    } else {
        t.get2("campo-cf-lungo", "campo", campo, "n", typed - LENGTH)
    }
}

/// The name of a field in a sentence, with its row.
pub fn quoted(t: Text, label: &str, row: Option<&str>) -> String {
    let label = shortened(label);
    match row {
        Some(row) if !row.is_empty() => {
            let args = [("etichetta", FluentValue::from(label.as_str())), ("riga", FluentValue::from(row))];
            t.with("campo-nome-riga", args)
        }
        _ => t.get1("campo-nome", "etichetta", label.as_str()),
    }
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= QUOTED_MAX {
        return label.to_owned();
    }
    let kept: String = label.chars().take(QUOTED_MAX).collect();
    format!("{}…", kept.rsplit_once(' ').map_or(kept.as_str(), |(words, _)| words))
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;

    fn problem(code: ProblemCode, row: Option<&str>) -> Problem {
        Problem {
            path: "x".to_owned(),
            anchor: "x".to_owned(),
            page: "p".to_owned(),
            label: "Codice fiscale".to_owned(),
            row: row.map(str::to_owned),
            code,
        }
    }

    #[test]
    fn a_sentence_names_the_field_and_the_child_and_says_what_to_do() {
        let it = Text(Lingua::It);
        let short = problem(ProblemCode::CodiceFiscaleLength { typed: 14 }, Some("Sofia"));
        assert_eq!(problem_words(it, &short, None), "Scrivi «Codice fiscale» di Sofia: mancano 2 caratteri");
        let long = problem(ProblemCode::CodiceFiscaleLength { typed: 17 }, None);
        assert_eq!(problem_words(it, &long, None), "Scrivi «Codice fiscale» con 16 caratteri: c’è 1 carattere in più");
        assert_eq!(
            problem_words(Text(Lingua::En), &short, None),
            "Enter “Codice fiscale” of Sofia: 2 characters are missing"
        );
    }

    #[test]
    fn the_verb_fits_the_control() {
        let it = Text(Lingua::It);
        let missing = problem(ProblemCode::Missing, None);
        assert_eq!(problem_words(it, &missing, Some(&Control::Date)), "Scrivi «Codice fiscale»");
        assert_eq!(problem_words(it, &missing, Some(&Control::YesNo)), "Scegli una risposta per «Codice fiscale»");
        assert_eq!(problem_words(it, &missing, None), "Completa «Codice fiscale»");
    }

    #[test]
    fn every_code_has_words_in_every_language() {
        let codes = [
            ProblemCode::Missing,
            ProblemCode::TooLong { max: 80 },
            ProblemCode::NotAChoice,
            ProblemCode::ClasseElsewhere,
            ProblemCode::CodiceFiscaleLength { typed: 15 },
            ProblemCode::CodiceFiscaleLength { typed: 18 },
            ProblemCode::CodiceFiscaleWrong,
            ProblemCode::PartitaIvaWrong,
            ProblemCode::IbanWrong,
            ProblemCode::IbanNotSepa,
            ProblemCode::EmailWrong,
            ProblemCode::PhoneWrong,
            ProblemCode::CapWrong,
            ProblemCode::DateWrong,
            ProblemCode::YearFourDigits,
            ProblemCode::DateInFuture,
            ProblemCode::MoneyWrong,
            ProblemCode::NumberWrong,
            ProblemCode::MustAccept,
            ProblemCode::FileTooLarge { max_mb: 5 },
            ProblemCode::FileType,
            ProblemCode::FileBroken,
            ProblemCode::FileSwells,
            ProblemCode::FileLocked,
            ProblemCode::FileActive,
            ProblemCode::FileMixed,
            ProblemCode::FileAgain,
            ProblemCode::FileInfected,
            ProblemCode::RowsTooFew { min: 1 },
            ProblemCode::RowsTooFew { min: 2 },
            ProblemCode::Check { message: "No.".to_owned() },
            ProblemCode::Stop { message: "No.".to_owned() },
        ];
        for lingua in Lingua::ALL {
            for code in &codes {
                let words = problem_words(Text(lingua), &problem(code.clone(), Some("Sofia")), None);
                assert!(!words.contains("[[") && !words.contains('{'), "{code:?}: {words}");
            }
        }
    }

    #[test]
    fn a_long_label_is_cut_between_words() {
        let label = "Dichiaro di agire d’accordo con l’altro genitore secondo gli articoli 316, 337-ter e 337-quater del codice civile";
        let cut = shortened(label);
        assert!(cut.ends_with('…') && cut.chars().count() <= QUOTED_MAX + 1, "{cut}");
        assert_eq!(shortened("Nome"), "Nome");
    }
}
