//! Whole modelli drawn at random, and a reference evaluator written from the rules for authors, without looking at the
//! engine: what is shown, worked out, required, wrong and stopped must be the same.

mod draw;
mod reference;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sportello_domain::id::RowId;
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::view::ProblemCode;
use sportello_domain::modello::{Answers, Facts, Form, Modello, Posted, Value};

use super::common::{day, facts, row};
use draw::{Tape, bounds, whole};
use reference::{Outcome, Worth};
use tree::{GROUP, Whole};

/// Identifier of the row at a place, from 0.
fn row_id(at: usize) -> RowId {
    row(at as u128 + 1)
}

/// The answers as a browser sends them, page by page; hidden ones too.
fn answered(modello: &Modello, whole: &Whole, facts: &Facts) -> Answers {
    let mut answers = Answers::start(modello, facts);
    for at in 0..whole.rows {
        assert!(answers.add_row(modello, GROUP, row_id(at), facts));
    }
    let mut posted = Posted::default();
    for ((field, place), worth) in &whole.answers {
        let id = &whole.fields[*field].id;
        let name = place.map_or_else(|| id.clone(), |at| format!("{GROUP}.{}.{id}", row_id(at)));
        worth.type_in(&name, &mut posted);
    }
    for page in &modello.pages {
        answers.take_page(modello, &page.id, &posted, facts).expect("small answers fit");
    }
    answers
}

/// What a filing holds, by field and place.
fn filed(whole: &Whole, filing: &Answers) -> BTreeMap<(usize, Option<usize>), Option<Worth>> {
    let index = |id: &str| whole.fields.iter().position(|field| field.id == id).expect("a field of the modello");
    let worth = |value: Option<&Value>| value.map(Worth::of);
    let alone = filing.fields.iter().map(|(id, entry)| ((index(id), None), worth(entry.value.as_ref())));
    let rows = filing.rows(GROUP).iter().enumerate().flat_map(|(at, row)| {
        row.fields.iter().map(move |(id, entry)| ((index(id), Some(at)), worth(entry.value.as_ref())))
    });
    alone.chain(rows).collect()
}

/// The problems of a form as the reference names them.
fn problems(form: &Form<'_>) -> BTreeSet<String> {
    let named = form.check_all().into_iter().map(|problem| match problem.code {
        ProblemCode::Check { message } | ProblemCode::Stop { message } if message.starts_with("STOP") => message,
        ProblemCode::Check { .. } => format!("{}: check", problem.path),
        ProblemCode::Missing => format!("{}: required", problem.path),
        other => panic!("{}: {other:?}", problem.path),
    });
    named.collect()
}

fn agrees(whole: &Whole) -> Result<(), TestCaseError> {
    let (text, facts) = (whole.written(), facts());
    let modello = Modello::parse("prova.toml", &text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"));
    let answers = answered(&modello, whole, &facts);
    let form = Form::new(&modello, &answers, &facts, Lingua::It);
    let Outcome { filing, problems: expected } = reference::evaluate(whole, facts.today, day(2027, 8, 31));
    prop_assert_eq!(filed(whole, &form.filing()), filing, "{}", text);
    let path = |place: &str| place.to_owned();
    let expected: BTreeSet<String> = expected.iter().map(|problem| path(problem)).collect();
    prop_assert_eq!(problems(&form), expected, "{}", text);
    // The published document says the same as the author's text.
    let published: Modello = serde_json::from_str(&modello.canonical()).expect("it was written here");
    let again = Form::new(&published, &answers, &facts, Lingua::It);
    prop_assert_eq!(again.filing(), form.filing());
    prop_assert_eq!(again.check_all(), form.check_all());
    for size in bounds(&modello.canonical()) {
        prop_assert!(size.nodes <= 200 && size.depth <= 16 && !size.nested, "{size:?} in {text}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn the_engine_agrees_with_the_reference_on_whole_modelli(bytes in prop::collection::vec(any::<u8>(), 0..900)) {
        agrees(&whole(&mut Tape::new(&bytes)))?;
    }

    #[test]
    fn an_expression_is_accepted_within_the_limits_and_only_there(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        let (text, size) = draw::any_size(&mut Tape::new(&bytes));
        match Modello::parse("prova.toml", &Whole::with_stop(&text)) {
            Ok(modello) => {
                let found = bounds(&modello.canonical());
                prop_assert_eq!(&found, &vec![size], "{}", text);
                prop_assert!(found.iter().all(|size| size.nodes <= 200 && size.depth <= 16 && !size.nested), "{text}");
            }
            Err(faults) => {
                let told = faults[0].to_string();
                prop_assert!(told.contains("espressione troppo") || told.contains("non si annidano"), "{}: {}", told, text);
                // Brackets count too, so what is refused may be a little smaller than the tree that is left of it.
                prop_assert!(size.nodes > 200 || size.depth > 7 || size.nested || text.len() > 8_000, "{size:?}: {text}");
            }
        }
    }
}
