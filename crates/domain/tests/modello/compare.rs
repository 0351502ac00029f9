//! What stands out in a filing: beside an earlier one, beside what is known of the person, and by itself.

use sportello_domain::lingua::Lingua;
use sportello_domain::modello::view::{Answer, WarningCode};
use sportello_domain::modello::{Answers, Difference, Facts, Form, Modello, PersonaFacts, Posted, Value};

use super::common::{MENSA, child_post, complete, facts, filed, good, mensa, one_page, post, row};

fn words(text: &str) -> Option<Answer> {
    Some(Answer::Text(text.to_owned()))
}

fn told(found: Vec<Difference>) -> Vec<(String, Option<Answer>, Option<Answer>)> {
    found.into_iter().map(|Difference { label, known, answer, .. }| (label, known, answer)).collect()
}

/// What tells the first from the second, both answers to `now` and `before`.
fn between((now, answers): (&Modello, &Answers), (before, earlier): (&Modello, &Answers)) -> Vec<Difference> {
    let facts = facts();
    Form::new(now, answers, &facts, Lingua::It).differs_from(&Form::new(before, earlier, &facts, Lingua::It))
}

#[test]
fn what_was_answered_otherwise_is_told_in_the_order_of_the_form() {
    let modello = mensa();
    let before = filed(&[]);
    assert_eq!(between((&modello, &before), (&modello, &before)), []);
    let now = filed(&[
        ("richiedente", post(&[("residenza_indirizzo", "Via Roma 1"), ("residenza_comune", "Milano")])),
        ("scuola", child_post(row(1), &[("giorni", "lun")])),
    ]);
    let found = between((&modello, &now), (&modello, &before));
    assert_eq!(found.last().and_then(|last| last.row.as_deref()), Some("Luca Brambilla"));
    let list = |days: &[&str]| Some(Answer::List(days.iter().map(|day| (*day).to_owned()).collect()));
    let expected = [
        ("Indirizzo di residenza".to_owned(), words("Via dei Tigli 8"), words("Via Roma 1")),
        ("Comune di residenza".to_owned(), words("Calvenzano"), words("Milano")),
        ("Giorni di mensa".to_owned(), list(&["lunedì", "giovedì"]), list(&["lunedì"])),
    ];
    assert_eq!(told(found), expected);
}

#[test]
fn accents_and_capitals_make_no_other_answer() {
    let modello = mensa();
    let before = filed(&[("richiedente", post(&[("residenza_indirizzo", "via dei tìgli 8")]))]);
    assert_eq!(between((&modello, &filed(&[])), (&modello, &before)), []);
}

#[test]
fn class_a_is_never_compared_nor_a_question_that_only_follows_from_it() {
    let modello = mensa();
    let (before, now) = (
        filed(&[]),
        filed(&[
            ("dieta", child_post(row(1), &[("dieta_tipo", "etico_religiosa")])),
            ("dieta-dettagli", child_post(row(1), &[("dieta_alimenti", "maiale")])),
            ("pagamento-dettagli", post(&[("isee_valore", "9.000,00"), ("iban", "IT28W8000000292100645211111")])),
        ]),
    );
    assert_ne!(now, before);
    assert_eq!(between((&modello, &now), (&modello, &before)), []);
    // The second question is asked only after the first, which is of class A.
    let modello = one_page(
        r#"[[field]]
id = "disabile"
page = "uno"
kind = "yes_no"
label = "Disabilità"
privacy = "art9"
[[field]]
id = "aiuto"
page = "uno"
kind = "text"
label = "Aiuto"
when = 'disabile'
"#,
    );
    let filing = |answers: &[(&str, &str)]| {
        let facts = facts();
        let mut filled = Answers::start(&modello, &facts);
        filled.take_page(&modello, "uno", &post(answers), &facts).expect("the page exists");
        Form::new(&modello, &filled, &facts, Lingua::It).filing()
    };
    let (without, with) = (filing(&[("disabile", "no")]), filing(&[("disabile", "si"), ("aiuto", "un sostegno")]));
    assert_eq!(between((&modello, &with), (&modello, &without)), []);
    let other = filing(&[("disabile", "si"), ("aiuto", "un altro")]);
    assert_eq!(between((&modello, &with), (&modello, &other)).len(), 1);
}

#[test]
fn rows_are_compared_with_those_about_the_same_whatever_their_place() {
    let modello = one_page(
        r#"[[group]]
id = "persone"
page = "uno"
title = "Persone"
row_name = "Persona"
row_title = "{nome}"
max = 4
[[field]]
id = "nome"
group = "persone"
kind = "text"
label = "Nome"
[[field]]
id = "via"
group = "persone"
kind = "text"
label = "Via"
"#,
    );
    let filing = |people: &[(&str, &str)]| {
        let facts = facts();
        let mut filled = Answers::start(&modello, &facts);
        let mut posted = Posted::default();
        for (at, (nome, via)) in (1..).zip(people) {
            assert!(filled.add_row(&modello, "persone", row(at), &facts));
            posted.add(format!("persone.{}.nome", row(at)), *nome);
            posted.add(format!("persone.{}.via", row(at)), *via);
        }
        filled.take_page(&modello, "uno", &posted, &facts).expect("the page exists");
        Form::new(&modello, &filled, &facts, Lingua::It).filing()
    };
    let before = filing(&[("Luca", "Via Roma"), ("Anna", "Via Roma")]);
    assert_eq!(between((&modello, &filing(&[("Anna", "Via Roma"), ("Luca", "Via Roma")])), (&modello, &before)), []);
    let found = between((&modello, &filing(&[("Anna", "Via Verdi"), ("Zoe", "Via Verdi")])), (&modello, &before));
    assert_eq!(found[0].row.as_deref(), Some("Anna"));
    let expected = [
        ("Via".to_owned(), words("Via Roma"), words("Via Verdi")),
        ("Persona".to_owned(), None, words("Zoe")),
        ("Persona".to_owned(), words("Luca"), None),
    ];
    assert_eq!(told(found), expected);
}

#[test]
fn a_question_that_was_asked_only_once_is_a_change_of_the_form() {
    let now = mensa();
    let before = good(Modello::parse("iscrizione-mensa.toml", &MENSA.replace("id = \"pec\"", "id = \"posta\"")));
    assert!(before.campo("pec").is_none() && now.campo("pec").is_some());
    let answers = filed(&[("richiedente", post(&[("pec", "rossi@pec.example")]))]);
    assert_eq!(between((&now, &answers), (&before, &filed(&[]))), []);
    assert_eq!(between((&now, &answers), (&now, &filed(&[]))).len(), 1);
}

#[test]
fn what_a_person_is_known_by_is_compared_where_the_form_takes_it_from_there() {
    let (modello, facts) = (mensa(), facts());
    let answers = filed(&[("richiedente", post(&[("email", "altra@posta.example")]))]);
    let form = Form::new(&modello, &answers, &facts, Lingua::It);
    let known = || facts.identita.clone();
    let mail = ("E-mail".to_owned(), None, words("altra@posta.example"));
    assert_eq!(told(form.differs_from_person(known())), std::slice::from_ref(&mail));
    // What the form took over from the last filing is no news, until it is typed over.
    let taken_over =
        Facts { previous: [("email".to_owned(), Value::Text("altra@posta.example".into()))].into(), ..facts.clone() };
    let mut answers = Answers::start(&modello, &taken_over);
    assert_eq!(Form::new(&modello, &answers, &taken_over, Lingua::It).differs_from_person(known()), []);
    let typed = post(&[("email", "una.terza@posta.example")]);
    answers.take_page(&modello, "richiedente", &typed, &taken_over).expect("the page exists");
    assert_eq!(Form::new(&modello, &answers, &taken_over, Lingua::It).differs_from_person(known()).len(), 1);
    // Capitals make no other person; what is not known is not held against anybody.
    let known = PersonaFacts { cognome: Some("BIANCHI".to_owned()), cellulare: None, ..known() };
    assert_eq!(told(form.differs_from_person(known.clone())), [mail]);
    let known = PersonaFacts { nome: Some("Anna".to_owned()), email: None, ..known };
    let found = told(form.differs_from_person(known));
    assert_eq!(found[0], ("Nome".to_owned(), None, words("Giulia")));
}

#[test]
fn a_code_of_an_unusual_form_is_taken_with_a_warning_where_the_form_says_so() {
    let (modello, facts) = (mensa(), facts());
    let warned = |code: &str| {
        let mut answers = complete(&modello, &facts);
        answers
            .take_page(&modello, "pagamento-dettagli", &post(&[("isee_protocollo", code), ("mandato", "si")]), &facts)
            .unwrap();
        let form = Form::new(&modello, &answers, &facts, Lingua::It);
        assert_eq!(form.check_all(), []);
        form.warnings().into_iter().map(|warning| (warning.path, warning.code)).collect::<Vec<_>>()
    };
    assert_eq!(warned("INPS-ISEE-2026-01234567A-00"), []);
    let unusual = WarningCode::CodeUnusual { example: "INPS-ISEE-2026-01234567A-00" };
    assert_eq!(warned("ISEE 12345"), [("isee_protocollo".to_owned(), unusual)]);
}
