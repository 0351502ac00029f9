//! A draft meets a newer version of its modello: what is kept, what is set aside, what is to be looked at again.

use sportello_domain::lingua::Lingua;
use sportello_domain::modello::view::{Answer, Progress};
use sportello_domain::modello::{Answers, Facts, Form, Modello, Posted, Value};

use super::common::{complete, facts, file, good, mensa, post, row};

/// The version in which a draft was begun.
const BEFORE: &str = r#"
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
[[page]]
id = "tre"
step = "preferenze"
title = "Tre"
[[group]]
id = "g"
page = "due"
title = "G"
row_name = "Riga"
row_title = "{nome}"
max = 3
[[field]]
id = "via"
page = "uno"
kind = "text"
label = "Via"
[[field]]
id = "bus"
page = "uno"
kind = "choice"
label = "Bus"
options = [{ value = "a", label = "Linea A" }, { value = "b", label = "Linea B" }]
[[field]]
id = "nome"
group = "g"
kind = "text"
label = "Nome"
[[field]]
id = "eta"
group = "g"
kind = "integer"
label = "Età"
[[field]]
id = "iban"
page = "tre"
kind = "iban"
label = "IBAN"
privacy = "bank"
[[field]]
id = "atto"
page = "tre"
kind = "file"
label = "Atto"
[[field]]
id = "dichiaro"
page = "tre"
kind = "declaration"
label = "Dichiaro il vero"
[[example]]
name = "vuoto"
expect = { errors = [] }
"#;

fn version(changes: &[(&str, &str)]) -> Modello {
    let mut text = BEFORE.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "{old} is not in the model");
        text = text.replacen(old, new, 1);
    }
    good(Modello::parse("prova.toml", &text))
}

/// Every question answered, every page saved.
fn answered(modello: &Modello, facts: &Facts) -> Answers {
    let mut answers = Answers::start(modello, facts);
    let take = |answers: &mut Answers, page: &str, posted: Posted| {
        answers.take_page(modello, page, &posted, facts).expect("the page exists");
    };
    take(&mut answers, "uno", post(&[("via", "Via Roma 1"), ("bus", "b")]));
    for (number, name) in [(1, "Ada"), (2, "Bea"), (3, "Ciro")] {
        assert!(answers.add_row(modello, "g", row(number), facts));
        let prefix = format!("g.{}", row(number));
        let posted = [(format!("{prefix}.nome"), name.to_owned()), (format!("{prefix}.eta"), "7".to_owned())];
        take(&mut answers, "due", posted.into_iter().collect());
    }
    let mut last = post(&[("iban", "IT60X0542811101000000123456"), ("dichiaro", "si")]);
    last.add_file("atto", file("atto.pdf", "application/pdf", 9));
    take(&mut answers, "tre", last);
    answers
}

/// An answer that was set aside: label, row, answer.
type Aside = (String, Option<String>, Answer);

/// Pages to look at again, and what was set aside.
fn seen(modello: &Modello, answers: &Answers, facts: &Facts) -> (Vec<String>, Vec<Aside>) {
    let form = Form::new(modello, answers, facts, Lingua::It);
    let aside = form.aside().into_iter().map(|aside| (aside.label, aside.row, aside.answer));
    (form.review().into_iter().map(|page| page.id).collect(), aside.collect())
}

#[test]
fn the_same_questions_change_nothing_but_another_year_is_looked_at_again() {
    let (modello, facts) = (mensa(), facts());
    let answers = complete(&modello, &facts);
    assert_eq!(answers.reconcile(&modello, &modello, &facts, false), answers);
    let other = answers.reconcile(&modello, &modello, &facts, true);
    assert_eq!((&other.fields, &other.rows), (&answers.fields, &answers.rows));
    assert_eq!(other.review, answers.saved);
}

#[test]
fn answers_to_the_same_question_stay_and_the_rest_is_set_aside() {
    let (old, facts) = (version(&[]), facts());
    let answers = answered(&old, &facts);
    // (what the author changed, pages to look at again, what was set aside)
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], &'a [(&'a str, Option<&'a str>, &'a str)]);
    let integer = "kind = \"integer\"\nlabel = \"Età\"";
    let cases: [Case<'_>; 9] = [
        (&[("label = \"Via\"", "label = \"Via e numero\"")], &["uno"], &[]),
        (
            &[("kind = \"text\"\nlabel = \"Via\"", "kind = \"email\"\nlabel = \"Via\"")],
            &["uno"],
            &[("Via", None, "Via Roma 1")],
        ),
        (&[(", { value = \"b\", label = \"Linea B\" }", "")], &["uno"], &[("Bus", None, "Linea B")]),
        (&[("{ value = \"a\", label = \"Linea A\" }, ", "")], &["uno"], &[]),
        (&[("id = \"via\"", "id = \"strada\"")], &["uno"], &[("Via", None, "Via Roma 1")]),
        (&[("max = 3", "max = 2")], &["due"], &[("Età", Some("Ciro"), "7"), ("Nome", Some("Ciro"), "Ciro")]),
        (
            &[(integer, "kind = \"text\"\nlabel = \"Età\"")],
            &["due"],
            &[("Età", Some("Ada"), "7"), ("Età", Some("Bea"), "7"), ("Età", Some("Ciro"), "7")],
        ),
        // Another declaration was not made, and what was declared is no answer to read.
        (&[("Dichiaro il vero", "Dichiaro il falso")], &["tre"], &[]),
        (&[("title = \"Tre\"", "title = \"Terza\"")], &[], &[]),
    ];
    for (changes, pages, aside) in cases {
        let new = version(changes);
        let next = answers.reconcile(&old, &new, &facts, false);
        let (review, found) = seen(&new, &next, &facts);
        assert_eq!(review, pages, "{changes:?}");
        let expected: Vec<_> = aside
            .iter()
            .map(|(label, row, text)| ((*label).to_owned(), row.map(str::to_owned), Answer::Text((*text).to_owned())))
            .collect();
        assert_eq!(found, expected, "{changes:?}");
        assert!(next.saved.iter().all(|page| !next.review.contains(page)));
    }
    let next = answers.reconcile(&old, &version(&[("Dichiaro il vero", "Dichiaro il falso")]), &facts, false);
    assert_eq!(next.value("dichiaro"), None, "nobody has declared that");
    assert_eq!(next.value("iban"), answers.value("iban"));
}

#[test]
fn a_page_that_was_looked_at_again_is_done_and_a_new_one_is_asked_for() {
    let (old, facts) = (version(&[]), facts());
    let page = "[[page]]\nid = \"tre\"";
    let new = version(&[
        (page, &format!("[[page]]\nid = \"nuova\"\nstep = \"preferenze\"\ntitle = \"Nuova\"\n{page}")),
        (
            "[[field]]\nid = \"iban\"",
            "[[field]]\nid = \"nota\"\npage = \"nuova\"\nkind = \"text\"\nlabel = \"Nota\"\n[[field]]\nid = \"iban\"",
        ),
    ]);
    let mut next = answered(&old, &facts).reconcile(&old, &new, &facts, false);
    assert_eq!(seen(&new, &next, &facts).0, ["nuova"]);
    next.take_page(&new, "nuova", &Posted::default(), &facts).unwrap();
    let form = Form::new(&new, &next, &facts, Lingua::It);
    assert!(form.review().is_empty() && form.pages().iter().all(|page| page.progress == Progress::Done));
    next.ask_again("nuova");
    assert_eq!(seen(&new, &next, &facts).0, ["nuova"]);
    // A draft that nobody has saved a page of has nothing to look at again.
    let begun = Answers::start(&old, &facts).reconcile(&old, &new, &facts, true);
    assert_eq!(seen(&new, &begun, &facts).0, [""; 0]);
}

#[test]
fn what_was_set_aside_is_sealed_and_its_file_is_still_held() {
    let (old, facts) = (version(&[]), facts());
    let new = version(&[("id = \"iban\"", "id = \"conto\""), ("id = \"atto\"", "id = \"allegato\"")]);
    let next = answered(&old, &facts).reconcile(&old, &new, &facts, false);
    assert_eq!(seen(&new, &next, &facts).1.len(), 2);
    assert_eq!(next.files().len(), 1);
    let parts = next.part(&new);
    for secret in ["0542811101000000123456", "atto.pdf"] {
        assert!(!serde_json::to_string(&parts.clear).unwrap().contains(secret), "{secret} is in clear");
    }
    assert_eq!(Answers::join(parts.clear, parts.sealed.as_deref()).unwrap(), next);
    assert!(Form::new(&new, &next, &facts, Lingua::It).filing().aside.is_empty(), "it is not filed");
    let text = |answers: &Answers| answers.value("via").cloned();
    assert_eq!(text(&next), Some(Value::Text("Via Roma 1".into())));
    // Nothing is lost when yet another version comes, nor when the first one comes back.
    let back = next.reconcile(&new, &old, &facts, false);
    assert_eq!((back.files().len(), back.aside), (1, next.aside));
}

#[test]
fn an_author_is_told_which_pages_a_draft_is_asked_to_look_at_again() {
    let read = |text: &str| Modello::parse("prova.toml", text).unwrap();
    let asked = |newer: &str| -> Vec<String> {
        read(BEFORE).asked_again(&read(newer)).iter().map(|page| page.id.clone()).collect()
    };
    assert!(asked(BEFORE).is_empty());
    assert_eq!(asked(&BEFORE.replacen("label = \"Via\"", "label = \"Indirizzo\"", 1)), ["uno"]);
    assert_eq!(asked(&BEFORE.replacen("max = 3", "max = 2", 1)), ["due"]);
    let without = BEFORE.replacen(
        "[[field]]\nid = \"iban\"\npage = \"tre\"\nkind = \"iban\"",
        "[[field]]\nid = \"altro\"\npage = \"tre\"\nkind = \"iban\"",
        1,
    );
    assert_eq!(asked(&without), ["tre"]);
}
