//! What must hold whatever people write: authors in a model, citizens in a form.

use std::sync::LazyLock;

use super::common::{complete, facts, mensa, row};
use proptest::prelude::*;
use sportello_domain::codice_fiscale::CodiceFiscale;
use sportello_domain::euro::Euro;
use sportello_domain::iban::Iban;
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::{Answers, Form, Modello, Posted};

static MODELLO: LazyLock<Modello> = LazyLock::new(mensa);

fn with_when(when: &str) -> String {
    format!(
        r#"
code = "prova"
title = "Prova"
service = "prove"
sign_in = "spid-l2"
procedure = "prova"
[[page]]
id = "uno"
step = "dati-generali"
title = "Uno"
[[group]]
id = "g"
page = "uno"
title = "G"
row_name = "R"
row_title = "{{t}}"
[[field]]
id = "t"
group = "g"
kind = "text"
label = "T"
[[field]]
id = "a"
page = "uno"
kind = "choice"
options = ["x", "y"]
label = "A"
[[field]]
id = "b"
page = "uno"
kind = "text"
label = "B"
when = '''{when}'''
[[example]]
name = "vuoto"
expect = {{ errors = [] }}
"#
    )
}

/// Words of the language in any order: most are nonsense, some are right.
fn nearly_expression() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a",
        "b",
        "t",
        "row.t",
        "row",
        ".",
        "(",
        ")",
        "[",
        "]",
        ",",
        "==",
        "!=",
        "<",
        ">=",
        "in",
        "and",
        "or",
        "not",
        "any(g, ",
        "all(g, ",
        "count(g)",
        "age(",
        "given(",
        "today",
        "year_end",
        "true",
        "false",
        "\"x\"",
        "\"y\"",
        "3",
        "15.00",
        "2026-09-01",
        "'",
        "\"",
        "è",
    ]);
    prop::collection::vec(word, 0..30).prop_map(|words| words.join(" "))
}

/// What a browser could send for the shipped model: right names, any values.
fn any_post() -> impl Strategy<Value = Posted> {
    let names: Vec<String> = MODELLO
        .fields
        .iter()
        .map(|campo| match &campo.group {
            Some(group) => format!("{group}.{}.{}", row(1), campo.id),
            None => campo.id.clone(),
        })
        .flat_map(|name| [format!("{name}.g"), format!("{name}.m"), format!("{name}.a"), name])
        .collect();
    let value = prop_oneof![
        prop::sample::select(vec![
            "si",
            "no",
            "genitore",
            "sanitaria",
            "SDD",
            "PAGOPA",
            "dichiaro",
            "primaria-demo",
            "primaria-3a",
            "lun",
            "12",
            "2020",
            "RSSMRA85C12B442I",
            "",
        ])
        .prop_map(str::to_owned),
        ".{0,40}",
    ];
    prop::collection::vec((prop::sample::select(names), value), 0..60).prop_map(|pairs| pairs.into_iter().collect())
}

proptest! {
    #[test]
    fn reading_any_text_as_a_model_never_panics(text in "(.|\n){0,300}") {
        let _ = Modello::parse("prova.toml", &text);
    }

    #[test]
    fn a_model_cut_anywhere_never_panics(at in 0..super::common::MENSA.len()) {
        let cut = super::common::MENSA.get(..at).unwrap_or_default();
        let _ = Modello::parse("prova.toml", cut);
    }

    #[test]
    fn reading_any_expression_never_panics(when in nearly_expression(), strange in "[^']{0,60}") {
        for text in [when.as_str(), strange.as_str()] {
            let Ok(modello) = Modello::parse("prova.toml", &with_when(text)) else { continue };
            // What was accepted can be evaluated.
            let facts = facts();
            let mut answers = Answers::start(&modello, &facts);
            answers.add_row(&modello, "g", row(1), &facts);
            let form = Form::new(&modello, &answers, &facts, Lingua::It);
            prop_assert_eq!(form.filing(), form.filing());
            let back = serde_json::from_str::<Modello>(&modello.canonical()).expect("it was written here");
            prop_assert_eq!(back.hash(), modello.hash());
        }
    }

    #[test]
    fn any_post_can_be_taken_checked_drawn_and_filed(posts in prop::collection::vec(any_post(), 1..4), whole: bool) {
        let facts = facts();
        let mut answers = if whole { complete(&MODELLO, &facts) } else { Answers::start(&MODELLO, &facts) };
        answers.add_row(&MODELLO, "figli", row(1), &facts);
        for posted in &posts {
            for page in &MODELLO.pages {
                answers.take_page(&MODELLO, &page.id, posted, &facts).expect("small posts fit");
            }
        }
        for lingua in Lingua::ALL {
            let form = Form::new(&MODELLO, &answers, &facts, lingua);
            let problems = form.check_all();
            for page in form.pages() {
                let view = form.draw_page(&page.id, &problems);
                prop_assert!(view.is_some());
            }
            form.warnings();
            form.summary();
        }
        let form = Form::new(&MODELLO, &answers, &facts, Lingua::It);
        let filing = form.filing();
        // A filing shows what the draft showed, and filing it again changes nothing.
        let again = Form::new(&MODELLO, &filing, &facts, Lingua::It);
        prop_assert_eq!(again.summary(), form.summary());
        prop_assert_eq!(&again.filing(), &filing);
        prop_assert_eq!(again.fingerprint(), form.fingerprint());
        for answers in [&answers, &filing] {
            let parts = answers.part(&MODELLO);
            let joined = Answers::join(parts.clear, parts.sealed.as_deref()).expect("they belong together");
            prop_assert_eq!(&joined, answers);
        }
        prop_assert_eq!(form.split().len(), answers.rows("figli").len());
        let fresh = Answers::start(&MODELLO, &facts);
        prop_assert_eq!(answers.value("cf"), fresh.value("cf"));
    }

    #[test]
    fn codes_never_panic_and_keep_their_form(text in ".{0,40}", code in "[A-Za-z0-9 ]{10,28}") {
        for text in [&text, &code] {
            if let Ok(found) = CodiceFiscale::parse(text, None) {
                prop_assert_eq!(CodiceFiscale::parse(found.as_str(), None).ok(), Some(found));
            }
            if let Ok(found) = Iban::parse(text) {
                prop_assert_eq!(Iban::parse(found.as_str()).ok(), Some(found));
            }
            let _ = Euro::parse(text);
        }
    }

    #[test]
    fn an_amount_is_read_as_it_is_written(cents in 0_i64..=99_999_999_999) {
        let euro = Euro::from_cents(cents);
        prop_assert_eq!(Euro::parse(&euro.plain()), Ok(euro));
        prop_assert_eq!(Euro::parse(&euro.to_string()), Ok(euro));
    }
}
