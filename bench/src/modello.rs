//! What the largest form that is allowed costs: its publication, and one look at a filled-in draft of it.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use chrono::NaiveDate;
use sportello_domain::id::RowId;
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::{Answers, Banca, Facts, Form, Modello, Posted, Texts};
use uuid::Uuid;

use crate::report::Figure;

/// Fields, groups and rows: all at their limits.
const GROUPS: usize = 8;
const FIELDS_OF_A_GROUP: usize = 50;
const ROWS: u128 = 30;
/// Publications and looks taken one after the other; the middle one counts.
const PUBLICATIONS: usize = 9;
const LOOKS: usize = 99;
/// Goals of the design.
const PUBLISH_GOAL_MS: f64 = 50.0;
const LOOK_GOAL_US: f64 = 200.0;

const HEAD: &str = r#"code = "grande"
title = "Grande"
service = "prove"
sign_in = "spid-l2"
procedure = "grande"
[[example]]
name = "vuoto"
expect = { errors = [] }
"#;

/// Publishes the largest form, fills it in and looks at it.
pub fn measure() -> Result<Vec<Figure>> {
    let (form, english, procedura) = texts()?;
    let texts = Texts { name: "grande", form: &form, english: &english, procedura: &procedura };
    let mut published = Vec::with_capacity(PUBLICATIONS);
    let mut found = None;
    for _ in 0..PUBLICATIONS {
        let begun = Instant::now();
        let read = texts.read(&Banca::shipped());
        let Ok((modello, _)) = read else { bail!("the largest form is refused: {read:?}") };
        let document = modello.canonical();
        published.push(begun.elapsed().as_secs_f64() * 1000.0);
        found = Some((modello, document));
    }
    let (modello, document) = found.context("no publication was taken")?;
    ensure!(modello.fields.len() == GROUPS * FIELDS_OF_A_GROUP, "{} fields", modello.fields.len());
    let modello: Modello = serde_json::from_str(&document).context("reading what was published")?;
    let (facts, answers) = filled(&modello)?;
    let mut looks = Vec::with_capacity(LOOKS);
    for _ in 0..LOOKS {
        let begun = Instant::now();
        let form = Form::new(&modello, &answers, &facts, Lingua::It);
        looks.push(begun.elapsed().as_secs_f64() * 1_000_000.0);
        drop(form);
    }
    let begun = Instant::now();
    let form = Form::new(&modello, &answers, &facts, Lingua::It);
    let problems = form.check_all();
    let checked = begun.elapsed().as_secs_f64() * 1000.0;
    // Every seventh question was answered "no", which hides the one after it.
    let shown: usize = form.filing().rows.values().flatten().map(|row| row.fields.len()).sum();
    ensure!(problems.is_empty() && shown > 0, "{} problems, {shown} answers", problems.len());
    let places = GROUPS * FIELDS_OF_A_GROUP * ROWS as usize;
    ensure!(shown * 3 > places, "{shown} of {places} answers are shown");
    Ok(vec![
        Figure::new("largest form: publish", middle(published), "ms").at_most(PUBLISH_GOAL_MS),
        Figure::new("largest form: evaluate 12,000 places", middle(looks), "µs").at_most(LOOK_GOAL_US),
        Figure::new("largest form: evaluate and check", checked, "ms"),
        Figure::new("largest form: document", document.len() as f64 / 1024.0, "KiB"),
    ])
}

fn middle(mut taken: Vec<f64>) -> f64 {
    taken.sort_by(f64::total_cmp);
    taken[taken.len() / 2]
}

/// The three texts: each question but the first of a row is shown by a condition on the one before it.
fn texts() -> Result<(String, String, String)> {
    let (mut form, mut english) = (HEAD.to_owned(), "title = \"Large\"\n".to_owned());
    for group in 0..GROUPS {
        write!(form, "[[page]]\nid = \"p{group}\"\nstep = \"preferenze\"\ntitle = \"P\"\n")?;
        write!(form, "[[group]]\nid = \"g{group}\"\npage = \"p{group}\"\nrow_title = \"{{f{group}_0}}\"\n")?;
        write!(form, "title = \"G\"\nrow_name = \"R\"\nmax = {ROWS}\n")?;
        write!(english, "[page.p{group}]\ntitle = \"P\"\n[group.g{group}]\ntitle = \"G\"\nrow_name = \"R\"\n")?;
    }
    for (group, field) in (0..GROUPS).flat_map(|group| (0..FIELDS_OF_A_GROUP).map(move |field| (group, field))) {
        write!(form, "[[field]]\nid = \"f{group}_{field}\"\ngroup = \"g{group}\"\nkind = \"text\"\nlabel = \"F\"\n")?;
        write!(english, "[field.f{group}_{field}]\nlabel = \"F\"\n")?;
        if let Some(before) = field.checked_sub(1) {
            writeln!(form, "when = 'row.f{group}_{before} != \"no\" and today > 2020-01-01'")?;
            writeln!(form, "required = 'given(row.f{group}_{before})'")?;
        }
    }
    let words = "{ it = \"Grande\", en = \"Large\" }";
    let mut procedura = "code = \"grande\"\nsilence = \"nessuno\"\n".to_owned();
    for key in ["title", "lead", "who", "achieved", "cost", "subject", "accepted", "rejected"] {
        writeln!(procedura, "{key} = {words}")?;
    }
    for key in ["needed", "steps", "next"] {
        writeln!(procedura, "{key} = [{words}]")?;
    }
    Ok((form, english, procedura))
}

/// A draft with every row and every answer.
fn filled(modello: &Modello) -> Result<(Facts, Answers)> {
    let mut facts = Facts::example();
    facts.today = NaiveDate::from_ymd_opt(2026, 9, 1).context("a day")?;
    let mut answers = Answers::start(modello, &facts);
    for (number, group) in modello.groups.iter().enumerate() {
        let mut posted = Posted::default();
        for row in 1..=ROWS {
            let id = RowId::new(Uuid::from_u128(row));
            ensure!(answers.add_row(modello, &group.id, id, &facts), "row {row} of {} does not fit", group.id);
            for field in 0..FIELDS_OF_A_GROUP {
                let answer = if field % 7 == 6 { "no" } else { "sì" };
                posted.add(format!("{}.{id}.f{number}_{field}", group.id), answer);
            }
        }
        answers.take_page(modello, &format!("p{number}"), &posted, &facts).context("taking a page")?;
    }
    Ok((facts, answers))
}
