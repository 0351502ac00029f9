//! Calculations: what they come to, what an author may not write, and a naive evaluator that must agree with ours.

use proptest::prelude::*;
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::{Answers, Facts, Form, Modello, Posted, Value};

use super::common::{day, facts, good, post, row};

/// What is asked: numbers, amounts and rows.
const ASKED: &str = r#"
code = "prova"
title = "Prova"
service = "prove"
sign_in = "spid-l2"
procedure = "prova"
[[page]]
id = "uno"
step = "dati-generali"
title = "Uno"
[[page]]
id = "due"
step = "preferenze"
title = "Due"
[[group]]
id = "g"
page = "uno"
title = "G"
row_name = "R"
row_title = "R"
[[field]]
id = "n"
page = "uno"
kind = "integer"
label = "N"
[[field]]
id = "c"
page = "uno"
kind = "money"
label = "C"
[[field]]
id = "si"
page = "uno"
kind = "yes_no"
label = "Sì"
[[field]]
id = "isee"
page = "uno"
kind = "money"
label = "ISEE"
privacy = "income"
[[field]]
id = "rn"
group = "g"
kind = "integer"
label = "RN"
[[field]]
id = "rc"
group = "g"
kind = "money"
label = "RC"
when = 'si'
"#;

/// A form with numbers, amounts and rows; `value` is worked out on the last page.
fn with_value(gives: &str, value: &str) -> String {
    format!(
        r#"{ASKED}
[[field]]
id = "x"
page = "due"
kind = "computed"
label = "X"
gives = "{gives}"
value = '''{value}'''
[[field]]
id = "dopo"
page = "due"
kind = "text"
label = "Dopo"
when = 'given(x)'
[[example]]
name = "vuoto"
expect = {{ errors = [] }}
"#
    )
}

/// Two rows: the first with 3 and 1,50, the second with nothing.
fn filled(modello: &Modello, facts: &Facts, extra: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::start(modello, facts);
    for number in [1, 2] {
        assert!(answers.add_row(modello, "g", row(number), facts));
    }
    let mut posted: Posted = post(&[("n", "4"), ("c", "10,00"), ("si", "si")]);
    posted.add(format!("g.{}.rn", row(1)), "3");
    posted.add(format!("g.{}.rc", row(1)), "1,50");
    for (name, value) in extra {
        posted.add(*name, *value);
    }
    answers.take_page(modello, "uno", &posted, facts).expect("the page exists");
    answers
}

fn worked_out(gives: &str, value: &str) -> Option<Value> {
    let modello = good(Modello::parse("prova.toml", &with_value(gives, value)));
    filled(&modello, &facts(), &[]).value("x").cloned()
}

#[test]
fn what_calculations_come_to() {
    let cents = |cents| Some(Value::Cents(cents));
    let number = |number| Some(Value::Number(number));
    for (gives, value, expected) in [
        ("integer", "n + 2 * 3", number(10)),
        ("integer", "(n + 2) * 3", number(18)),
        ("integer", "n - 10 - 1", number(-7)),
        ("integer", "count(g) + sum(g, row.rn)", number(5)),
        ("money", "c + 5", cents(1_500)),
        ("money", "c * n", cents(4_000)),
        ("money", "count(g) * 15.00 - 0.50", cents(2_950)),
        ("money", "sum(g, row.rc)", cents(150)),
        ("money", "sum(g, if(row.rn > 2, 7.00, 2.00))", cents(900)),
        ("money", "if(si and n > 3, c, 0.00)", cents(1_000)),
        ("money", "if(n > 100, c, 1)", cents(100)),
        ("money", "c * 999999999 * 999999999", cents(i64::MAX)),
        ("yes_no", "n > 3", Some(Value::Flag(true))),
        ("text", "if(si, \"uno\", \"due\")", Some(Value::Text("uno".to_owned()))),
        ("date", "today", Some(Value::Date(facts().today))),
        ("date", "year_end", Some(Value::Date(day(2027, 8, 31)))),
        ("date", "today + n - 1", Some(Value::Date(day(2026, 6, 18)))),
        ("date", "today - 999999999999", None),
        ("yes_no", "today + 30 >= 2026-07-15", Some(Value::Flag(true))),
        ("yes_no", "today + 30 > 2026-07-15", Some(Value::Flag(false))),
    ] {
        assert_eq!(worked_out(gives, value), expected, "{gives} {value}");
    }
}

#[test]
fn what_needs_an_absent_answer_is_absent() {
    let modello = good(Modello::parse("prova.toml", &with_value("money", "isee * 2")).or_else(|_| {
        let sealed = with_value("money", "isee * 2").replace("label = \"X\"", "label = \"X\"\nprivacy = \"income\"");
        Modello::parse("prova.toml", &sealed)
    }));
    let facts = facts();
    let empty = filled(&modello, &facts, &[]);
    assert_eq!(empty.value("x"), None);
    // A field that depends on it is hidden with it, and appears with it.
    let shown = |answers: &Answers| {
        let form = Form::new(&modello, answers, &facts, Lingua::It);
        form.summary().sections.iter().flat_map(|section| &section.lines).any(|line| line.field == "dopo")
    };
    assert!(!shown(&empty));
    let given = filled(&modello, &facts, &[("isee", "100,00")]);
    assert_eq!(given.value("x"), Some(&Value::Cents(20_000)));
    assert!(shown(&given));
}

#[test]
fn nobody_types_over_a_computed_value_and_rows_move_it() {
    let (modello, facts) = (good(Modello::parse("prova.toml", &with_value("money", "count(g) * 15.00"))), facts());
    let mut answers = filled(&modello, &facts, &[]);
    answers.take_page(&modello, "due", &post(&[("x", "0,01")]), &facts).expect("the page exists");
    assert_eq!(answers.value("x"), Some(&Value::Cents(3_000)));
    assert!(answers.remove_row(&modello, "g", row(2), &facts));
    assert_eq!(answers.value("x"), Some(&Value::Cents(1_500)));
    assert!(answers.add_row(&modello, "g", row(3), &facts));
    assert_eq!(answers.value("x"), Some(&Value::Cents(3_000)));
    // What was filed stays: a later look at it works nothing out again.
    let mut filing = Form::new(&modello, &answers, &facts, Lingua::It).filing();
    filing.rows.remove("g");
    filing.refresh(&modello, &facts);
    assert_eq!(filing.value("x"), Some(&Value::Cents(3_000)));
}

#[test]
fn what_an_author_may_not_calculate() {
    for (gives, value, fault) in [
        ("money", "n", "il valore non è del tipo atteso (importo)"),
        ("integer", "c", "il valore non è del tipo atteso (numero)"),
        ("money", "c * c", "questi valori non si calcolano insieme"),
        ("money", "c + si", "questi valori non si calcolano insieme"),
        ("money", "c / 2", "qui non si divide"),
        ("money", "sum(g, row.rn > 1)", "si sommano solo numeri e importi"),
        ("money", "sum(g)", "manca che cosa si guarda nelle righe"),
        ("money", "sum(g, sum(g, row.rc))", "any, all, count e sum non si annidano"),
        ("money", "if(n, 1.00, 2.00)", "qui serve una condizione"),
        ("money", "if(si, 1.00, \"a\")", "i due valori di if sono di tipo diverso"),
        ("money", "x + 1", "«x» viene dopo questo campo"),
        ("money", "isee + 1", "il calcolo legge «isee», che è riservato"),
        ("quanto", "c", "gives «quanto» non esiste"),
    ] {
        let errors = Modello::parse("prova.toml", &with_value(gives, value)).expect_err(value);
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|told| told.contains(fault)), "{value}: {told:?}");
    }
}

/// A tree of the reference: small, slow, and written without looking at the engine.
#[derive(Clone, Debug)]
enum Tree {
    N,
    C,
    Number(i64),
    Cents(i64),
    CountRows,
    SumNumbers,
    SumCents,
    Plus(Box<Tree>, Box<Tree>),
    Minus(Box<Tree>, Box<Tree>),
    Times(Box<Tree>, Box<Tree>),
    If(Box<Tree>, Box<Tree>, Box<Tree>, Box<Tree>),
}

/// What a tree comes to: nothing, a number, or an amount.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Worth {
    Nothing,
    Number(i128),
    Cents(i128),
}

/// The answers that the reference sees.
#[derive(Clone, Debug)]
struct World {
    n: Option<u32>,
    c: Option<u32>,
    rows: Vec<(Option<u32>, Option<u32>)>,
}

fn stop(value: i128) -> i128 {
    value.clamp(i128::from(i64::MIN), i128::from(i64::MAX))
}

fn worth(tree: &Tree, world: &World) -> Worth {
    let pair = |left: &Tree, right: &Tree| (worth(left, world), worth(right, world));
    match tree {
        Tree::N => world.n.map_or(Worth::Nothing, |n| Worth::Number(n.into())),
        Tree::C => world.c.map_or(Worth::Nothing, |c| Worth::Cents(c.into())),
        Tree::Number(number) => Worth::Number((*number).into()),
        Tree::Cents(cents) => Worth::Cents((*cents).into()),
        Tree::CountRows => Worth::Number(world.rows.len() as i128),
        Tree::SumNumbers => Worth::Number(world.rows.iter().filter_map(|(n, _)| *n).map(i128::from).sum()),
        Tree::SumCents => Worth::Cents(world.rows.iter().filter_map(|(_, c)| *c).map(i128::from).sum()),
        Tree::Plus(left, right) => match pair(left, right) {
            (Worth::Number(a), Worth::Number(b)) => Worth::Number(stop(a + b)),
            (Worth::Cents(a), Worth::Cents(b)) => Worth::Cents(stop(a + b)),
            _ => Worth::Nothing,
        },
        Tree::Minus(left, right) => match pair(left, right) {
            (Worth::Number(a), Worth::Number(b)) => Worth::Number(stop(a - b)),
            (Worth::Cents(a), Worth::Cents(b)) => Worth::Cents(stop(a - b)),
            _ => Worth::Nothing,
        },
        Tree::Times(left, right) => match pair(left, right) {
            (Worth::Number(a), Worth::Number(b)) => Worth::Number(stop(a * b)),
            (Worth::Cents(a), Worth::Number(b)) | (Worth::Number(a), Worth::Cents(b)) => Worth::Cents(stop(a * b)),
            _ => Worth::Nothing,
        },
        Tree::If(left, right, then, other) => {
            let more = match pair(left, right) {
                (Worth::Number(a), Worth::Number(b)) => a > b,
                _ => false,
            };
            worth(if more { then } else { other }, world)
        }
    }
}

fn written(tree: &Tree) -> String {
    match tree {
        Tree::N => "n".to_owned(),
        Tree::C => "c".to_owned(),
        Tree::Number(number) => number.to_string(),
        Tree::Cents(cents) => format!("{}.{:02}", cents / 100, cents % 100),
        Tree::CountRows => "count(g)".to_owned(),
        Tree::SumNumbers => "sum(g, row.rn)".to_owned(),
        Tree::SumCents => "sum(g, row.rc)".to_owned(),
        Tree::Plus(left, right) => format!("({} + {})", written(left), written(right)),
        Tree::Minus(left, right) => format!("({} - {})", written(left), written(right)),
        Tree::Times(left, right) => format!("{} * {}", written(left), written(right)),
        Tree::If(left, right, then, other) => {
            format!("if({} > {}, {}, {})", written(left), written(right), written(then), written(other))
        }
    }
}

fn number_tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(Tree::N),
        Just(Tree::CountRows),
        Just(Tree::SumNumbers),
        (0_i64..100_000_000).prop_map(Tree::Number),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Plus(a.into(), b.into())),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Minus(a.into(), b.into())),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Times(a.into(), b.into())),
            (inner.clone(), inner.clone(), inner.clone(), inner).prop_map(|(a, b, c, d)| Tree::If(
                a.into(),
                b.into(),
                c.into(),
                d.into()
            )),
        ]
    })
}

fn cents_tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![Just(Tree::C), Just(Tree::SumCents), (0_i64..1_000_000_000).prop_map(Tree::Cents)];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Plus(a.into(), b.into())),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Minus(a.into(), b.into())),
            (inner.clone(), number_tree()).prop_map(|(a, b)| Tree::Times(a.into(), b.into())),
            (number_tree(), number_tree(), inner.clone(), inner).prop_map(|(a, b, c, d)| Tree::If(
                a.into(),
                b.into(),
                c.into(),
                d.into()
            )),
        ]
    })
}

fn any_world() -> impl Strategy<Value = World> {
    let number = || prop::option::of(0_u32..1_000_000);
    (number(), number(), prop::collection::vec((number(), number()), 0..4)).prop_map(|(n, c, rows)| World {
        n,
        c,
        rows,
    })
}

fn asked(modello: &Modello, world: &World) -> Answers {
    let (facts, euro) = (facts(), |cents: u32| format!("{},{:02}", cents / 100, cents % 100));
    let mut answers = Answers::start(modello, &facts);
    let mut posted = post(&[("si", "si")]);
    let mut add = |name: String, value: Option<String>| {
        if let Some(value) = value {
            posted.add(name, value);
        }
    };
    add("n".to_owned(), world.n.map(|n| n.to_string()));
    add("c".to_owned(), world.c.map(euro));
    for (at, (n, c)) in world.rows.iter().enumerate() {
        let id = row(at as u128 + 1);
        assert!(answers.add_row(modello, "g", id, &facts));
        add(format!("g.{id}.rn"), n.map(|n| n.to_string()));
        add(format!("g.{id}.rc"), c.map(euro));
    }
    answers.take_page(modello, "uno", &posted, &facts).expect("small posts fit");
    answers
}

proptest! {
    #[test]
    fn the_engine_agrees_with_a_naive_evaluator(tree in number_tree(), money in cents_tree(), world in any_world()) {
        for (gives, tree) in [("integer", &tree), ("money", &money)] {
            // What passes the limits of an expression is refused, and that is tried elsewhere.
            let Ok(modello) = Modello::parse("prova.toml", &with_value(gives, &written(tree))) else { continue };
            let expected = match worth(tree, &world) {
                Worth::Nothing => None,
                Worth::Number(number) => Some(Value::Number(i64::try_from(number).expect("it was clamped"))),
                Worth::Cents(cents) => Some(Value::Cents(i64::try_from(cents).expect("it was clamped"))),
            };
            prop_assert_eq!(asked(&modello, &world).value("x").cloned(), expected, "{}", written(tree));
        }
    }
}
