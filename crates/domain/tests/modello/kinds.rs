//! Every kind of field: what it reads, what it refuses, what it shows again. A new kind adds its rows here.

use super::common::{day, facts, file, good, post};
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::view::{Answer, Block, ProblemCode as P, Shown};
use sportello_domain::modello::{Answers, Form, Kind, Modello, Posted};

fn modello(kind: &str) -> Modello {
    let toml = format!(
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
[[field]]
id = "plesso"
page = "uno"
kind = "plesso_ref"
label = "Plesso"
[[field]]
id = "x"
page = "uno"
label = "X"
kind = {kind}
[[example]]
name = "vuoto"
expect = {{ errors = [] }}
"#
    );
    good(Modello::parse("prova.toml", &toml))
}

struct Seen {
    problem: Option<P>,
    shown: Shown,
    answer: Option<Answer>,
}

fn see(kind: &str, posted: &Posted) -> Seen {
    let (modello, facts) = (modello(kind), facts());
    let mut answers = Answers::start(&modello, &facts);
    answers.take_page(&modello, "uno", posted, &facts).expect("the page exists");
    let form = Form::new(&modello, &answers, &facts, Lingua::It);
    let problem = form.check_all().into_iter().find(|problem| problem.path == "x").map(|problem| problem.code);
    let view = form.draw_page("uno", &[]).expect("the page exists");
    let Some(Block::Field(field)) = view.blocks.get(1) else { panic!("a field") };
    let lines = form.summary().sections.into_iter().flat_map(|section| section.lines);
    let answer = lines.into_iter().find(|line| line.field == "x").and_then(|line| line.answer);
    Seen { problem, shown: field.value.clone(), answer }
}

/// A kind, what is posted, what is shown again and what is answered.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], (Shown, Answer));

fn text(text: &str) -> (Shown, Answer) {
    (Shown::Text(text.into()), Answer::Text(text.into()))
}

fn code(text: &str) -> (Shown, Answer) {
    (Shown::Text(text.into()), Answer::Code(text.into()))
}

#[test]
fn good_answers() {
    let cases: Vec<Case<'_>> = vec![
        ("\"text\"", &[("x", "  Via   dei\tTigli ")], text("Via dei Tigli")),
        ("\"long_text\"", &[("x", " una\nriga ")], text("una\nriga")),
        (
            "\"date\"",
            &[("x.g", "3"), ("x.m", "09"), ("x.a", "2026")],
            (Shown::Date { day: "3".into(), month: "9".into(), year: "2026".into() }, Answer::Date(day(2026, 9, 3))),
        ),
        ("\"money\"", &[("x", "12.345,6 €")], (Shown::Text("12.345,60".into()), Answer::Cents(1_234_560))),
        ("\"yes_no\"", &[("x", "no")], (Shown::Flag(false), Answer::Flag(false))),
        ("\"declaration\"", &[("x", "si")], (Shown::Flag(true), Answer::Flag(true))),
        (
            "\"choice\"\noptions = [\"in_due\", \"b\"]",
            &[("x", "in_due")],
            (Shown::InControl, Answer::Text("In due".into())),
        ),
        (
            "\"multi_choice\"\noptions = [\"a\", \"b\", \"c\"]",
            &[("x", "c"), ("x", "a"), ("x", "z"), ("x", "a")],
            (Shown::InControl, Answer::List(vec!["A".into(), "C".into()])),
        ),
        ("\"codice_fiscale\"", &[("x", "rss mra 85c12 b442i")], code("RSSMRA85C12B442I")),
        ("\"codice_fiscale\"", &[("x", "80018230153")], code("80018230153")),
        ("\"iban\"", &[("x", "de89370400440532013000")], code("DE89 3704 0044 0532 0130 00")),
        ("\"email\"", &[("x", " anna.verdi+mensa@posta.example ")], text("anna.verdi+mensa@posta.example")),
        ("\"phone\"", &[("x", "0039 333 000-0145")], text("333 000 0145")),
        ("\"phone\"", &[("x", "+49 30 123456")], text("+4930123456")),
        ("\"cap\"", &[("x", "24 040")], text("24040")),
        ("\"plesso_ref\"", &[("x", "primaria-demo")], (Shown::InControl, Answer::Text("Scuola primaria".into()))),
        (
            "\"classe_ref\"",
            &[("plesso", "primaria-demo"), ("x", "primaria-3a")],
            (Shown::InControl, Answer::Text("3ª A".into())),
        ),
    ];
    taken(cases);
}

#[test]
fn good_answers_of_numbers_codes_and_registers() {
    taken(vec![
        ("\"integer\"\nmin = 1\nmax = 30", &[("x", " 30 ")], text("30")),
        ("\"decimal\"", &[("x", "007,50")], text("7,5")),
        ("\"decimal\"", &[("x", "12.5")], text("12,5")),
        ("\"year\"\nclosed = true\nback = 5", &[("x", "2025")], text("2025")),
        ("\"partita_iva\"", &[("x", "it 8001823 0153")], code("80018230153")),
        (
            "\"codici_fiscali\"",
            &[("x", "rssmra85c12b442i\n\n BNCGLI88S70A794O, RSSMRA85C12B442I")],
            (
                Shown::Text("RSSMRA85C12B442I\nBNCGLI88S70A794O".into()),
                Answer::List(vec!["RSSMRA85C12B442I".into(), "BNCGLI88S70A794O".into()]),
            ),
        ),
        (
            "\"pattern\"\nform = \"isee_protocollo\"",
            &[("x", "inps-isee-2026-01234567a-00")],
            code("INPS-ISEE-2026-01234567A-00"),
        ),
        ("\"pattern\"\nform = \"targa\"", &[("x", "ab 123 cd")], code("AB123CD")),
        ("\"pattern\"\nform = \"carta_identita\"", &[("x", "CA00000AA")], code("CA00000AA")),
        ("\"pattern\"\nform = \"codice_meccanografico\"", &[("x", "BGEE01200A")], code("BGEE01200A")),
        ("\"comune\"", &[("x", "calvenzano")], text("Calvenzano (BG)")),
        ("\"comune\"", &[("x", "Samone (TN)")], text("Samone (TN)")),
        ("\"comune\"", &[("x", "sant’angelo  lodigiano lo")], text("Sant'Angelo Lodigiano (LO)")),
        ("\"nationality\"", &[("x", "IT")], (Shown::InControl, Answer::Text("Italia".into()))),
        ("\"nationality\"", &[("x", "Z100")], (Shown::InControl, Answer::Text("Albania".into()))),
        ("\"child_ref\"", &[("x", "k1")], (Shown::InControl, Answer::Text("Luca Brambilla".into()))),
        ("\"iscrizione_ref\"", &[("x", "i1")], (Shown::InControl, Answer::Text("Luca Brambilla, mensa".into()))),
        ("\"computed\"\ngives = \"integer\"\nvalue = '2 + 3 * 4'", &[("x", "99")], text("14")),
    ]);
}

fn taken(cases: Vec<Case<'_>>) {
    for (kind, posted, (shown, answer)) in cases {
        let seen = see(kind, &post(posted));
        assert_eq!(seen.problem, None, "{kind} {posted:?}");
        assert_eq!((seen.shown, seen.answer), (shown, Some(answer)), "{kind} {posted:?}");
    }
}

#[test]
fn bad_answers_are_named_and_shown_again() {
    let long = "x".repeat(11);
    let cases: Vec<(&str, &str, P)> = vec![
        ("\"text\"\nmax = 10", &long, P::TooLong { max: 10 }),
        ("\"long_text\"\nmax = 10", &long, P::TooLong { max: 10 }),
        ("\"money\"", "10.000", P::MoneyWrong),
        ("\"money\"", "-1", P::MoneyWrong),
        ("\"yes_no\"", "forse", P::NotAChoice),
        ("\"codice_fiscale\"", "RSSMRA85C12B442", P::CodiceFiscaleLength { typed: 15 }),
        ("\"codice_fiscale\"", "RSSMRA85C12B442A", P::CodiceFiscaleWrong),
        ("\"iban\"", "IT65A0542811101000000123456", P::IbanWrong),
        ("\"iban\"", "BR1500000000000010932840814P2", P::IbanNotSepa),
        ("\"email\"", "anna@posta", P::EmailWrong),
        ("\"email\"", "anna verdi@posta.example", P::EmailWrong),
        ("\"email\"", "anna@posta.example\nBcc: x@y.example", P::EmailWrong),
        ("\"phone\"", "12", P::PhoneWrong),
        ("\"phone\"", "chiamami", P::PhoneWrong),
        ("\"cap\"", "2404", P::CapWrong),
        ("\"integer\"", "1.000", P::NumberWrong),
        ("\"integer\"", "-3", P::NumberWrong),
        ("\"integer\"\nmin = 1\nmax = 30", "31", P::NumberOutside { min: 1, max: 30 }),
        ("\"decimal\"", "1.000", P::NumberWrong),
        ("\"decimal\"\nplaces = 1", "1,25", P::NumberWrong),
        ("\"year\"", "26", P::YearFourDigits),
        ("\"year\"\nclosed = true\nback = 5", "2026", P::NumberOutside { min: 2021, max: 2025 }),
        ("\"year\"\nback = 5", "2020", P::NumberOutside { min: 2021, max: 2026 }),
        ("\"partita_iva\"", "80018230154", P::PartitaIvaWrong),
        ("\"codici_fiscali\"", "RSSMRA85C12B442I\nanna", P::CodiceFiscaleWrong),
        (
            "\"pattern\"\nform = \"isee_protocollo\"",
            "ISEE-2026",
            P::CodeWrong { example: "INPS-ISEE-2026-01234567A-00" },
        ),
        ("\"pattern\"\nform = \"targa\"", "IO123QU", P::CodeWrong { example: "AB123CD" }),
        ("\"comune\"", "Atlantide", P::ComuneUnknown),
        ("\"comune\"", "Samone (BG)", P::ComuneUnknown),
        ("\"comune\"", "Z100", P::ComuneUnknown),
    ];
    for (kind, typed, code) in cases {
        let seen = see(kind, &post(&[("x", typed)]));
        assert_eq!(seen.problem, Some(code), "{kind} {typed}");
        assert_eq!(seen.shown, Shown::Text(typed.into()), "{kind} {typed}");
    }
    for (kind, typed) in [
        ("\"choice\"\noptions = [\"a\"]", "z"),
        ("\"plesso_ref\"", "altrove"),
        ("\"classe_ref\"", "9z"),
        ("\"nationality\"", "A794"),
        ("\"child_ref\"", "k9"),
        ("\"iscrizione_ref\"", "i9"),
    ] {
        assert_eq!(see(kind, &post(&[("x", typed)])).problem, Some(P::NotAChoice), "{kind}");
    }
    let other = post(&[("plesso", "infanzia-demo"), ("x", "primaria-3a")]);
    assert_eq!(see("\"classe_ref\"", &other).problem, Some(P::ClasseElsewhere));
}

#[test]
fn a_name_of_two_comuni_asks_for_the_province() {
    let seen = see("\"comune\"", &post(&[("x", "Samone")]));
    let Some(P::ComuneNotUnique { example }) = seen.problem else { panic!("{:?}", seen.problem) };
    assert!(["Samone (TN)", "Samone (TO)"].contains(&example.as_str()), "{example}");
    assert_eq!(seen.shown, Shown::Text("Samone".into()));
}

#[test]
fn too_many_codes() {
    let codes = post(&[("x", "RSSMRA85C12B442I BNCGLI88S70A794O".replace(' ', "\n").as_str())]);
    let kind = "\"codici_fiscali\"\nmax = 1";
    assert_eq!(see(kind, &codes).problem, Some(P::NumberOutside { min: 1, max: 1 }));
}

#[test]
fn dates_that_cannot_be() {
    for (day, month, year, code) in [
        ("31", "2", "2026", P::DateWrong),
        ("", "2", "2026", P::DateWrong),
        ("1", "1", "26", P::YearFourDigits),
        ("1", "1", "duemila", P::YearFourDigits),
        ("uno", "1", "2026", P::DateWrong),
        ("16", "6", "2026", P::DateInFuture),
    ] {
        let seen = see("\"date\"\npast = true", &post(&[("x.g", day), ("x.m", month), ("x.a", year)]));
        assert_eq!(seen.problem, Some(code), "{day} {month} {year}");
        assert_eq!(seen.shown, Shown::Date { day: day.into(), month: month.into(), year: year.into() });
    }
}

#[test]
fn files() {
    for (media_type, bytes, expected) in [
        ("application/pdf", 1_000, None),
        ("image/png", 1_000, Some(P::FileType)),
        ("application/pdf", 2 * 1024 * 1024, None),
        ("application/pdf", 2 * 1024 * 1024 + 1, Some(P::FileTooLarge { max_mb: 2 })),
        ("application/pdf", 0, Some(P::FileBroken)),
    ] {
        let mut posted = Posted::default();
        posted.add_file("x", file("a", media_type, bytes));
        let seen = see("\"file\"\naccept = [\"pdf\"]\nmax_mb = 2", &posted);
        assert_eq!(seen.problem, expected, "{media_type} {bytes}");
    }
}

#[test]
fn needed_and_not_given() {
    for (kind, code) in [("\"text\"", P::Missing), ("\"declaration\"", P::MustAccept), ("\"date\"", P::Missing)] {
        let seen = see(&format!("{kind}\nrequired = true"), &post(&[("x", "  ")]));
        assert_eq!(seen.problem, Some(code), "{kind}");
    }
}

/// A kind that is registered and not tried here fails.
#[test]
fn every_kind_is_tried() {
    let source = include_str!("kinds.rs");
    for word in Kind::WORDS.iter().filter(|word| **word != "info") {
        assert!(source.contains(&format!("\"\\\"{word}\\\"")), "{word}");
    }
}
