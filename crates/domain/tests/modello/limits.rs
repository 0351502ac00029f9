//! The largest modello that is allowed still works; its times are printed, not judged.

use std::fmt::Write as _;
use std::time::Instant;

use sportello_domain::lingua::Lingua;
use sportello_domain::modello::{Answers, Form, Modello, Posted, Reopened, TakeError};

use super::common::{facts, good, row};

const HEAD: &str = r#"code = "grande"
title = "Grande"
service = "prove"
sign_in = "spid-l2"
procedure = "grande"
split = "g0"
[[example]]
name = "vuoto"
expect = { errors = [] }
"#;

/// 8 groups of 30 rows, 400 fields, each field shown by a condition on the one before it.
fn largest() -> String {
    let mut toml = HEAD.to_owned();
    for group in 0..8 {
        let texts = "title = \"G\"\nrow_name = \"R\"\nmax = 30";
        write!(toml, "[[page]]\nid = \"p{group}\"\nstep = \"preferenze\"\ntitle = \"P\"\n").expect("a string grows");
        write!(toml, "[[group]]\nid = \"g{group}\"\npage = \"p{group}\"\nrow_title = \"{{f{group}_0}}\"\n{texts}\n")
            .expect("a string grows");
    }
    for (group, field) in (0..8).flat_map(|group| (0..50).map(move |field| (group, field))) {
        let when = match field {
            0 => String::new(),
            _ => format!("when = 'row.f{group}_{} != \"no\" and today > 2020-01-01'\n", field - 1),
        };
        let head = format!("[[field]]\nid = \"f{group}_{field}\"\ngroup = \"g{group}\"\n");
        write!(toml, "{head}kind = \"text\"\nlabel = \"F\"\nrequired = true\n{when}").expect("a string grows");
    }
    toml
}

#[test]
fn the_largest_modello_works() {
    let text = largest();
    let begun = Instant::now();
    let modello = good(Modello::parse("grande.toml", &text));
    let parsed = begun.elapsed();
    let facts = facts();
    let mut answers = Answers::start(&modello, &facts);
    for group in &modello.groups {
        for number in 1..=30 {
            assert!(answers.add_row(&modello, &group.id, row(number), &facts));
        }
        assert!(!answers.add_row(&modello, &group.id, row(31), &facts));
    }
    let begun = Instant::now();
    let form = Form::new(&modello, &answers, &facts, Lingua::It);
    let looked = begun.elapsed();
    assert_eq!(form.check_all().len(), 400 * 30);
    println!("publish {parsed:?}, evaluate {looked:?}, check {:?}", begun.elapsed());
    assert_eq!(form.split().len(), 30);
    let filed = form.filing();
    // More than 1 MB of answers is refused, and what was there stays.
    let mut posted = Posted::default();
    for number in 1..=30 {
        for field in 0..6 {
            posted.add(format!("g0.{}.f0_{field}", row(number)), "x".repeat(8_000));
        }
    }
    let before = answers.clone();
    assert_eq!(answers.take_page(&modello, "p0", &posted, &facts), Err(TakeError::TooLarge));
    assert_eq!(answers, before);
    let asked: Vec<String> = (0..6).map(|field| format!("f0_{field}")).collect();
    let mut reopened = Reopened::new(&modello, &filed, &facts, &asked);
    let drawn: Vec<String> = posted.names().map(str::to_owned).collect();
    assert_eq!(reopened.take(&posted, &drawn), Err(TakeError::TooLarge));
    assert_eq!(reopened.amended(), None);
}
